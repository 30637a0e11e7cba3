"""Areas that are like one, in what the reader chooses: a tolerance for each indicator (Ähnliche Gebiete)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.shading import readable
from sozialraum.words import say
from sozialraum_web.atlas import alike
from sozialraum_web.atlas.alike import Sheet
from sozialraum_web.atlas.frame import address, area_address, frame, used_sources
from sozialraum_web.atlas.keeping import keep
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.panel import Panel
from sozialraum_web.atlas.subject import find
from sozialraum_web.atlas.views.areas import alike_rows
from sozialraum_web.monitoring.access import NotFound, enter

MOST = 8
PREFIX = "t-"
LARGEST = 1e6


@dataclass(frozen=True)
class Tolerance:
    """One indicator with the area's value, where it lies among all, and how far others may differ."""

    indicator: Indicator
    when: str
    own: str
    spread: str
    field: str
    given: str
    limit: float


def similar(request: HttpRequest, kommune: str) -> HttpResponse:
    """Areas within tolerances of one area."""
    place = enter(request, kommune)
    query = request.GET.dict()
    level, _, code = query.get("gebiet", "").partition(":")
    if not code:
        raise NotFound(
            say("Zu welchem Gebiet sollen ähnliche gesucht werden?"),
            say("Öffnen Sie ein Gebietsprofil und wählen Sie dort „Selbst wählen, worin ähnlich“."),
            ((say("Alle Gebiete"), address(place, "gebiete")),),
        )
    area, found = find(place, level, code, query.get("stand", ""))
    return answer(
        request, place, "atlas/similar.html", partial(context, Panel(place, area.version, found), area, query)
    )


def context(panel: Panel, area: Area, query: Mapping[str, str]) -> dict[str, Any]:
    """Template context of the search."""
    place = panel.place
    indicators = alike.usable(place)[:MOST]
    moments = panel.latest(indicators)
    table = alike.sheet(place, panel.version, panel.level.id, moments, indicators)
    chosen = tolerances(table, area, moments, query)
    used = [item for item in chosen if not math.isnan(item.limit)]
    found = (
        alike.within(place, area, table, [item.limit for item in chosen])
        if len(table.areas) >= alike.FEWEST and used
        else None
    )
    codes = ",".join([area.code, *(match.area.code for match in (found.matches if found else ())[:7])])
    return {
        **frame(place, "gebiete", trail=[(say("Gebiete"), address(place, "gebiete")), (area.name, area_address(place, area)), (say("Ähnliche Gebiete"), "")], sources=used_sources(place.catalogue, table.indicators)),
        "panel": panel,
        "area": area,
        "area_url": area_address(place, area),
        "key": f"{area.level}:{area.code}",
        "tolerances": chosen,
        "rows": alike_rows(place, found) if found else [],
        "reason": _reason(found, table, used),
        "total": len(table.areas) - 1,
        "keep": keep([area, *(match.area for match in (found.matches if found else ()))], table.indicators, panel.version),
        "compare_url": address(place, "atlas", "vergleich", ebene=area.level, stand=panel.stand, gebiete=codes) if found and found.matches else "",
    }  # fmt: skip


def _reason(found: alike.Alike | None, table: Sheet, used: Sequence[Tolerance]) -> str:
    if found is not None:
        return found.reason[:1].upper() + found.reason[1:] if found.reason else ""
    if not used:
        return say("Geben Sie mindestens eine Toleranz an.")
    return say(
        "Unter {fewest} Gebieten sagt Ähnlichkeit nichts; diese Ebene hat {areas}.",
        fewest=alike.FEWEST,
        areas=len(table.areas),
    )


def tolerances(
    table: Sheet, area: Area, moments: Mapping[str, str], query: Mapping[str, str]
) -> list[Tolerance]:
    """One per indicator: what the address gives, or half the spread between the quartiles to begin with."""
    codes = [item.code for item in table.areas]
    values = np.asarray(table.values, dtype=float)
    own = values[codes.index(area.code)] if area.code in codes else np.full(len(table.indicators), np.nan)
    given = any(key.startswith(PREFIX) for key in query)
    found = []
    for position, item in enumerate(table.indicators):
        column = values[:, position][~np.isnan(values[:, position])] if len(values) else np.empty(0)
        known = not math.isnan(own[position])
        text = query.get(f"{PREFIX}{item.id}", "") if given else _start(item, column)
        limit = _limit(text)
        spread = (
            say(
                "{low} bis {high}",
                low=draw.number(float(column.min()), item.decimals),
                high=draw.number(float(column.max()), item.decimals),
            )
            if column.size
            else ""
        )
        figure = (
            draw.number(float(own[position]), item.decimals, unit=item.unit) if known else say("kein Wert")
        )
        found.append(
            Tolerance(
                item,
                periods.label(moments[item.id]),
                figure,
                spread,
                f"{PREFIX}{item.id}",
                text if known else "",
                limit if known else math.nan,
            )
        )
    return found


def _start(item: Indicator, column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """To begin with: as far as the middle half of all areas reaches, for what is judged; the rest plays no part."""
    if item.polarity == "neutral" or column.size <= 3:
        return ""
    reach = float(np.subtract(*np.quantile(column, [0.75, 0.25])))
    return draw.number(readable(reach) * 1.5, max(item.decimals, 1)).replace("\u202f", "")


def _limit(text: str) -> float:
    """A tolerance as typed, with comma or point; NaN for nothing and for what is no number of at least 0."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return math.nan
    return number if 0 <= number <= LARGEST else math.nan
