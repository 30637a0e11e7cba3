"""Where an indicator changed most between two periods, and where the change is certain (Bewegungen)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import change, draw, layers, timeline
from sozialraum.products.draw.scales import round_scale
from sozialraum.products.layers import Row
from sozialraum.products.values import Value
from sozialraum.words import say
from sozialraum_web.atlas import panel as panels
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.panel import Panel
from sozialraum_web.atlas.view import View, in_words, look
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import enter

BACK, LISTED = 5, 12


def movers(request: HttpRequest, kommune: str) -> HttpResponse:
    """The areas that moved most."""
    place = enter(request, kommune)
    query = request.GET.dict()
    wanted = {
        key: query[key]
        for key in ("kennzahl", "ebene", "jahr", "von", "stand", "vergleich")
        if query.get(key)
    }
    view = look(place, wanted)
    if not view.state.since and (first := usual_start(view)):
        view = look(place, {**wanted, "jahr": view.state.period, "von": first})
    return answer(request, place, "atlas/movers.html", partial(context, view))


def usual_start(view: View) -> str:
    """Five years back where there is such a period, else the first one; nothing for a single period."""
    earlier = (
        [period for period in view.offered if periods.parse(period) < periods.parse(view.state.period)]
        if view.state.period
        else []
    )
    if not earlier or not change.is_possible(view.state.indicator):
        return ""
    end = timeline.position(view.state.period)
    return min(earlier, key=lambda period: abs(end - timeline.position(period) - BACK))


def context(view: View) -> dict[str, Any]:
    """Template context of the page."""
    place, state = view.place, view.state
    panel = Panel(place, state.version, state.level)
    base = state.indicator
    known: dict[str, Any] = {
        **frame(place, "atlas", trail=[(say("Atlas"), address(place, "atlas")), (say("Bewegungen"), "")], sources=used_sources(place.catalogue, [base])),
        "view": view,
        "panel": panel,
        "base": base,
        "indicator_url": indicator_address(place, base),
        "options": panels.options(panel, base.id, [item for item in panels.on_level(panel) if change.is_possible(item)]),
        "levels": panels.levels(panel),
        "ends": [(period, timeline.tick_label(period), period == state.period) for period in view.offered],
        "starts": [(period, timeline.tick_label(period), period == state.since) for period in view.offered],
        "moment": view.moment,
        "atlas_url": address(place, "atlas") + state.query(),
        "words": in_words(view) if state.since else [],
    }  # fmt: skip
    return {**known, **(lists(view) if state.since else {})}


def lists(view: View) -> dict[str, Any]:
    """The largest rises and falls that are certain, then the rest in numbers."""
    before = queries.layer(
        view.place.release.folder,
        view.state.indicator.id,
        view.state.version,
        view.state.level.id,
        view.state.since,
    )
    after = queries.layer(
        view.place.release.folder,
        view.state.indicator.id,
        view.state.version,
        view.state.level.id,
        view.state.period,
    )
    shown = [row for row in view.rows if row.value.shown]
    tested = any(row.side for row in shown)
    up = [row for row in shown if (row.side == "ueber" if tested else (row.value.value or 0) > 0)]
    down = [row for row in reversed(shown) if (row.side == "unter" if tested else (row.value.value or 0) < 0)]
    ends = [
        value.value
        for row in [*up[:LISTED], *down[:LISTED]]
        for values in (before, after)
        if (value := values.get(row.area.code)) and value.value is not None
    ]
    scale, _ = round_scale(ends or [0.0, 1.0], zero=timeline.from_zero(view.state.indicator))
    return {
        "tested": tested,
        "up": [_line(view, row, before, after, scale) for row in up[:LISTED]],
        "down": [_line(view, row, before, after, scale) for row in down[:LISTED]],
        "more_up": max(len(up) - LISTED, 0),
        "more_down": max(len(down) - LISTED, 0),
        "scale": say("{low} bis {high}", low=draw.number(scale.low, 0), high=draw.number(scale.high, 0, unit=view.state.indicator.unit)),
    }  # fmt: skip


def _line(
    view: View, row: Row, before: dict[str, Value], after: dict[str, Value], scale: draw.Scale
) -> dict[str, Any]:
    first, last = before[row.area.code], after[row.area.code]
    base = view.state.indicator
    figures = f"{layers.value_text(first, base)} → {layers.value_text(last, base)}"
    comparison = row.comparison or "same"
    return {
        "name": row.area.name,
        "key": f"{row.area.level}:{row.area.code}",
        "parent": row.parent,
        "url": area_address(view.place, row.area),
        "figures": figures,
        "change": layers.value_text(row.value, view.indicator),
        "interval": layers.interval_text(row.value, view.indicator),
        "drawing": draw.move(first.value or 0.0, last.value or 0.0, scale, comparison),
    }
