"""Two indicators of all areas against each other (Zusammenhang)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import association, draw, layers, timeline
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value
from sozialraum.words import language, say
from sozialraum_ui.parts import Cell, Column, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas import panel as panels
from sozialraum_web.atlas.frame import address, area_address, frame, used_sources
from sozialraum_web.atlas.keeping import keep
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.panel import Panel
from sozialraum_web.atlas.view import comparable
from sozialraum_web.monitoring.access import enter


def scatter(request: HttpRequest, kommune: str) -> HttpResponse:
    """The cloud of areas for two indicators."""
    place = enter(request, kommune)
    query = request.GET.dict()
    panel = panels.read(place, query, indicator=query.get("x", ""))
    there = [item for item in panels.on_level(panel) if item.compares]
    first = panels.indicator_of(panel, query["x"]) if query.get("x") else next(iter(_first(there)), None)
    second = panels.indicator_of(panel, query["y"]) if query.get("y") else _other(there, first)
    pins = [area.code for area in panels.chosen(panel, query.get("pins", ""), 4)]
    return answer(request, place, "atlas/scatter.html", partial(context, panel, first, second, there, pins))


def _first(there: list[Indicator]) -> list[Indicator]:
    return sorted(there, key=lambda item: (not item.headline, item.polarity == "neutral"))


def _other(there: list[Indicator], first: Indicator | None) -> Indicator | None:
    """A headline of another topic, so that the first look is worth one."""
    others = [item for item in _first(there) if item is not first]
    return min(
        others,
        key=lambda item: (not item.headline, first is not None and item.topic == first.topic),
        default=None,
    )


def context(
    panel: Panel, first: Indicator | None, second: Indicator | None, there: list[Indicator], pins: list[str]
) -> dict[str, Any]:
    """Template context of the cloud."""
    place = panel.place
    used = [item for item in (first, second) if item is not None]
    known: dict[str, Any] = {
        **frame(
            place,
            "atlas",
            trail=[(say("Atlas"), address(place, "atlas")), (say("Zusammenhang"), "")],
            sources=used_sources(place.catalogue, used),
        ),
        "panel": panel,
        "levels": panels.levels(panel),
        "first": first,
        "second": second,
        "x_options": panels.options(panel, first.id if first else "", there),
        "y_options": panels.options(panel, second.id if second else "", there),
        "pins": ",".join(pins),
    }
    return {**known, **(cloud(panel, first, second, pins) if first and second else {})}


def cloud(panel: Panel, first: Indicator, second: Indicator, pins: list[str]) -> dict[str, Any]:
    """Drawing, sentence and table; only areas that show both figures."""
    moments = panel.latest([first, second])
    if first.id not in moments or second.id not in moments:
        return {"empty": say("Auf dieser Ebene gibt es nicht beide Kennzahlen.")}
    values, town = panels.values(panel, moments), panels.whole(panel, moments)
    pairs = [
        (area, one, other)
        for area in panel.areas
        if (one := values.get((area.code, first.id)))
        and (other := values.get((area.code, second.id)))
        and one.shown
        and other.shown
    ]
    left_out = len(panel.areas) - len(pairs)
    letters = dict(zip(pins, "ABCD", strict=False))
    dots = [
        draw.Dot(
            area.code,
            f"{area.name}: {first.name} {layers.label(one, first)}, {second.name} {layers.label(other, second)}",
            one.value or 0.0,
            other.value or 0.0,
            _ends(one),
            _ends(other),
            letters.get(area.code, ""),
        )
        for area, one, other in pairs
    ]
    found = association.spearman([dot.x for dot in dots], [dot.y for dot in dots])
    across = draw.Axis(
        first.name,
        first.unit,
        first.decimals,
        comparable(first, town.get(first.id)),
        timeline.from_zero(first),
    )
    up = draw.Axis(
        second.name,
        second.unit,
        second.decimals,
        comparable(second, town.get(second.id)),
        timeline.from_zero(second),
    )
    text = association.sentence(found, first.name, second.name)
    rows = [
        TableRow(
            [
                Cell(area.name, sort=area.name, href=area_address(panel.place, area)),
                Cell(layers.value_text(one, first), sort=one.value, status=one.status),
                Cell(layers.value_text(other, second), sort=other.value, status=other.status),
            ],
            code=area.code,
        )
        for area, one, other in pairs
    ]
    columns = [
        Column(panel.level.label, sort="text"),
        Column(first.name, numeric=True, sort="number"),
        Column(second.name, numeric=True, sort="number"),
    ]
    title = say(
        "{first} und {second}, {dots} Gebiete", first=first.label, second=second.label, dots=len(dots)
    )
    told = text if language() == "de" else title
    return {
        "chart": draw.scatter(dots, across, up, title=title, description=told) if len(dots) > 1 else "",
        "narrow": draw.scatter(dots, across, up, width=380, height=400, title=title, description=told) if len(dots) > 1 else "",
        "sentence": text,
        "correlation": "" if found.reason else say("Rangkorrelation (Spearman) {r}, 95-%-Intervall {upper}, {areas} Gebiete.", r=draw.number(found.r, 2), upper=draw.interval_text(found.lower, found.upper, 2), areas=found.areas),
        "moments": f"{first.name}: {periods.label(moments[first.id])}; {second.name}: {periods.label(moments[second.id])}.",
        "left_out": left_out,
        "keep": keep((area for area, _, _ in pairs), (first, second), panel.version),
        "table": Table(title, columns, rows, id="werte"),
    }  # fmt: skip


def _ends(value: Value) -> tuple[float, float] | None:
    return None if value.lower is None or value.upper is None else (value.lower, value.upper)
