"""How one indicator spreads over the areas, and how far the fifths of the town lie apart (Verteilung und Ungleichheit)."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import draw, inequality, layers, separation, timeline
from sozialraum.products.catalogue import Indicator
from sozialraum.products.inequality import Gap, Group
from sozialraum.products.layers import Row
from sozialraum.products.values import Value
from sozialraum.words import say
from sozialraum_ui.parts import Cell, Column, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas import panel as panels
from sozialraum_web.atlas.frame import address, frame, indicator_address, used_sources
from sozialraum_web.atlas.keeping import keep
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.panel import Panel
from sozialraum_web.atlas.view import View, look
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place, enter


def distribution(request: HttpRequest, kommune: str) -> HttpResponse:
    """The spread of one indicator and its gradient over fifths of areas."""
    place = enter(request, kommune)
    query = request.GET.dict()
    wanted = {key: query[key] for key in ("kennzahl", "ebene", "jahr", "stand") if query.get(key)}
    view = look(place, wanted)
    panel = Panel(place, view.state.version, view.state.level)
    by = (
        panels.indicator_of(panel, query["nach"])
        if query.get("nach")
        else ranking_indicator(panel, view.state.indicator)
    )
    return answer(request, place, "atlas/distribution.html", partial(context, view, panel, by))


def ranking_indicator(panel: Panel, shown: Indicator) -> Indicator | None:
    """What the fifths are made by: the first judged headline that speaks of money or work, else the indicator itself."""
    judged = [item for item in panels.on_level(panel) if item.headline and item.polarity == "higher_worse"]
    return next(
        (item for item in judged if item.id == "sgb2_quote"),
        next(iter(judged), shown if shown.compares else None),
    )


def context(view: View, panel: Panel, by: Indicator | None) -> dict[str, Any]:
    """Template context of the page."""
    place, indicator = view.place, view.state.indicator
    rows = [row for row in view.rows if row.value.shown]
    every = panels.on_level(panel)
    known: dict[str, Any] = {
        **frame(place, "atlas", trail=[(say("Atlas"), address(place, "atlas")), (say("Verteilung"), "")], sources=used_sources(place.catalogue, [indicator, *([by] if by else [])])),
        "view": view,
        "panel": panel,
        "indicator": indicator,
        "indicator_url": indicator_address(place, indicator),
        "options": panels.options(panel, indicator.id, every),
        "by_options": panels.options(panel, by.id if by else "", [item for item in every if item.compares]),
        "levels": panels.levels(panel),
        "years": [(period, timeline.tick_label(period), period == view.state.period) for period in view.offered],
        "moment": view.moment,
        "atlas_url": address(place, "atlas") + view.state.query(),
        "spread": spread(view, rows) if len(rows) > 1 else None,
        "by": by,
        "keep": keep((row.area for row in rows), (indicator,), view.state.version, view.state.period),
        "apart": apart(view, panel),
    }  # fmt: skip
    return {**known, **(gradient(view, panel, by) if by is not None else {"gradient": None})}


def spread(view: View, rows: Sequence[Row]) -> dict[str, Any]:
    """Dots of all areas with quartiles, in a picture and in words."""
    indicator = view.indicator
    dots = [
        draw.PileDot(
            row.area.code,
            f"{row.area.name}: {layers.label(row.value, indicator)}",
            row.value.value or 0.0,
            row.css,
        )
        for row in rows
    ]
    values = sorted(dot.value for dot in dots)
    quartiles = tuple(statistics.quantiles(values, n=4, method="inclusive")) if len(values) >= 8 else None
    common: dict[str, Any] = {
        "quartiles": quartiles, "benchmark": view.compared_with, "benchmark_label": view.reference_name, "unit": indicator.unit,
        "decimals": indicator.decimals, "zero": timeline.from_zero(indicator), "title": say("{label}: {dots} Gebiete", label=indicator.label, dots=len(dots)),
    }  # fmt: skip
    hidden = len(view.rows) - len(rows)
    return {
        "chart": draw.piles(dots, **common),
        "narrow": draw.piles(dots, width=380, **common),
        "words": _spread_words(view, rows, quartiles, hidden),
    }


def _spread_words(
    view: View, rows: Sequence[Row], quartiles: tuple[float, ...] | None, hidden: int
) -> list[str]:
    indicator = view.indicator
    low, high = rows[-1], rows[0]
    told = [
        say(
            "Von {indicator} ({area}) bis {indicator2} ({area2}).",
            indicator=layers.spoken(low.value, indicator),
            area=low.area.name,
            indicator2=layers.spoken(high.value, indicator),
            area2=high.area.name,
        )
    ]
    if quartiles:
        first, middle, last = (
            draw.number(value, indicator.decimals, unit=indicator.unit) for value in quartiles
        )
        told.append(
            say(
                "Die mittlere Hälfte der Gebiete liegt zwischen {first} und {last}, der Median bei {middle}.",
                first=first,
                last=last,
                middle=middle,
            )
        )
    if hidden:
        told.append(
            say("1 Gebiet fehlt: gesperrt oder nicht geliefert.")
            if hidden == 1
            else say("{hidden} Gebiete fehlen: gesperrt oder nicht geliefert.", hidden=hidden)
        )
    return told


def apart(view: View, panel: Panel) -> dict[str, Any] | None:
    """Whether those counted live more apart from the rest than before."""
    indicator = view.state.indicator
    rows = queries.every(view.place.release.folder, indicator.id, panel.version, panel.level.id)
    found = separation.over_time(rows, indicator)
    if found is None:
        return None
    points = [
        draw.Point(timeline.position(period), timeline.tick_label(period), 100 * value)
        for period, value in zip(found.periods, found.values, strict=True)
    ]
    series = [draw.Series("d", say("Segregation"), points)]
    common: dict[str, Any] = {
        "unit": "%",
        "decimals": 1,
        "zero": True,
        "title": say("Segregation nach {label} im Zeitverlauf", label=indicator.label),
    }
    first, last = points[0], points[-1]
    return {
        "chart": draw.line(series, width=560, height=240, **common),
        "narrow": draw.line(series, width=360, height=220, **common),
        "text": draw.line_text(series, unit="%", decimals=1),
        "sentence": say(
            "{last} müssten {value} der hier Gezählten umziehen, damit sie sich wie alle anderen auf die Gebiete verteilen; {first} waren es {value2}.",
            last=last.label,
            value=draw.number(last.value or 0.0, 1, unit="%"),
            first=first.label,
            value2=draw.number(first.value or 0.0, 1, unit="%"),
        ),
        "areas": found.areas,
        "left_out": found.left_out,
    }


def gradient(view: View, panel: Panel, by: Indicator) -> dict[str, Any]:
    """The indicator in the fifths of areas from low to high by another, now and over time."""
    indicator = view.state.indicator
    if not indicator.compares:
        return {
            "gradient": None,
            "why": say(
                "Anzahlen hängen von der Größe der Gebiete ab; ein Gefälle lässt sich nur bei Anteilen und Raten zeigen."
            ),
        }
    order, when = _order(panel, by, view.state.period)
    if len(order) < inequality.FEWEST:
        return {
            "gradient": None,
            "why": say(
                "Für Fünftel braucht es mindestens {fewest} Gebiete mit Werten.", fewest=inequality.FEWEST
            ),
        }
    groups = inequality.gradient(order, view.values, indicator)
    gap = inequality.gap(groups)
    return {
        "gradient": _columns(view, groups, by),
        "gap": _gap_words(indicator, by, gap),
        "slope": _slope_words(indicator, inequality.slope(groups, indicator)),
        "groups": _group_table(panel, indicator, groups),
        "left_out": sum(len(group.left_out) for group in groups),
        "by_when": when,
        "over_time": over_time(view, panel, by),
    }


def _order(panel: Panel, by: Indicator, period: str) -> tuple[list[str], str]:
    """Areas from low to high by an indicator in the same period, or its newest; areas without a figure have no place."""
    offered = panel.periods(by)
    if not offered:
        return [], ""
    chosen = period if period in offered else offered[-1]
    rows = panels.values(panel, {by.id: chosen})
    shown = [
        row
        for row in rows.values()
        if row.shown
        and row.value is not None
        and panel.catalogue.area(panel.level.id, row.area, panel.version)
        and row.area != "nz"
    ]
    return [row.area for row in sorted(shown, key=lambda row: (row.value or 0.0, row.area))], periods.label(
        chosen
    )


def _columns(view: View, groups: Sequence[Group], by: Indicator) -> draw.Markup:
    indicator = view.state.indicator
    names = draw.class_names(inequality.GROUPS)
    bars = [
        draw.ColumnBar(
            say("{number}. Fünftel", number=group.number),
            say("{areas} Gebiete", areas=len(group.areas)),
            group.value.value if group.value and group.value.shown else None,
            group.value.lower if group.value else None,
            group.value.upper if group.value else None,
            draw.STATUS_SIGNS["suppressed"],
            names[group.number - 1],
        )
        for group in groups
    ]
    return draw.columns(bars, benchmark=view.compared_with, benchmark_label=view.state.comparator.name, unit=indicator.unit, decimals=indicator.decimals, title=say("{label} in Fünfteln der Gebiete nach {by}", label=indicator.label, by=by.label))  # fmt: skip


def _gap_words(indicator: Indicator, by: Indicator, gap: Gap | None) -> str:
    if gap is None:
        return say(
            "Der Abstand zwischen dem ersten und dem letzten Fünftel lässt sich nicht berechnen, weil in einem davon Zahlen gesperrt sind."
        )
    size = draw.number(
        abs(gap.difference),
        indicator.decimals,
        unit=say("Prozentpunkte") if indicator.unit == "%" else indicator.unit,
    )
    limits = draw.interval_text(gap.lower, gap.upper, indicator.decimals)
    if gap.lower <= 0 <= gap.upper:
        return say(
            "Zwischen dem Fünftel der Gebiete mit der niedrigsten und dem mit der höchsten {by} ist kein Unterschied gesichert ({size}, 95-%-Intervall {limits}).",
            by=by.name,
            size=size,
            limits=limits,
        )
    way = say("höher") if gap.difference > 0 else "niedriger"
    times = (
        say(", das {ratio}-Fache", ratio=draw.number(gap.ratio, 1))
        if gap.ratio is not None and gap.ratio > 1
        else ""
    )
    return say(
        "Im Fünftel der Gebiete mit den höchsten Werten bei „{by}“ liegt „{name}“ um {size} {way} als im Fünftel mit den niedrigsten (95-%-Intervall {limits}){times}.",
        by=by.name,
        name=indicator.name,
        size=size,
        way=way,
        limits=limits,
        times=times,
    )


def _slope_words(indicator: Indicator, found: inequality.Slope | None) -> str:
    """The slope index over all five groups: it uses every group, not only the two ends."""
    if found is None:
        return ""
    unit = say("Prozentpunkte") if indicator.unit == "%" else indicator.unit
    size = draw.number(found.size, indicator.decimals, unit=unit, sign=True)
    return say(
        "Steigungsindex über alle Fünftel: {size} (95-%-Intervall {decimals}). Er rechnet alle fünf Gruppen nach ihrer Größe ein.",
        size=size,
        decimals=draw.interval_text(found.lower, found.upper, indicator.decimals),
    )


def _group_table(panel: Panel, indicator: Indicator, groups: Sequence[Group]) -> Table:
    columns = [
        Column(say("Fünftel")),
        Column(say("Gebiete"), numeric=True),
        Column(say("Wert {column_unit}", column_unit=indicator.column_unit).strip(), numeric=True),
        Column(say("95-%-Intervall"), numeric=True),
        Column(say("Fälle"), numeric=True),
        Column(say("nicht mitgezählt")),
    ]
    names = {area.code: area.name for area in panel.areas}
    rows = [
        TableRow([
            Cell(say("{number}. Fünftel", number=group.number)), Cell(str(len(group.areas))), Cell(layers.value_text(group.value, indicator, unit=False) if group.value else draw.STATUS_SIGNS["suppressed"]),
            Cell(layers.interval_text(group.value, indicator)), Cell(layers.count_text(group.value.numerator) if group.value else ""), Cell(", ".join(names.get(code, code) for code in group.left_out)),
        ])
        for group in groups
    ]  # fmt: skip
    return Table(say("{label} in Fünfteln der Gebiete", label=indicator.label), columns, rows)


def over_time(view: View, panel: Panel, by: Indicator) -> dict[str, Any] | None:
    """First and last fifth through the years, each year with its own order."""
    place, indicator = view.place, view.state.indicator
    all_rows = queries.every(place.release.folder, indicator.id, panel.version, panel.level.id)
    grouped: dict[str, dict[str, Value]] = {}
    for row in all_rows:
        grouped.setdefault(row.period, {})[row.area] = row
    orders = _orders(place, panel, by)
    ends: dict[int, list[Value]] = {0: [], inequality.GROUPS - 1: []}
    for period, values in grouped.items():
        order = orders.get(period, [])
        if len(order) < inequality.FEWEST:
            continue
        groups = inequality.gradient(order, values, indicator)
        for position, found in ends.items():
            value = groups[position].value
            if value is not None:
                found.append(value)
    series = [
        draw.Series("letztes", say("5. Fünftel"), timeline.points(ends[inequality.GROUPS - 1]), "area"),
        draw.Series("erstes", say("1. Fünftel"), timeline.points(ends[0]), "city"),
    ]
    if min(len(line.points) for line in series) < 2:
        return None
    common: dict[str, Any] = {
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "zero": timeline.from_zero(indicator),
        "title": say("{label}: erstes und letztes Fünftel im Zeitverlauf", label=indicator.label),
    }
    return {
        "chart": draw.line(series, width=560, height=260, **common),
        "narrow": draw.line(series, width=360, height=240, **common),
        "text": draw.line_text(series, unit=indicator.unit, decimals=indicator.decimals),
    }  # fmt: skip


def _orders(place: Place, panel: Panel, by: Indicator) -> Mapping[str, list[str]]:
    """Areas from low to high in every period of the ordering indicator."""
    found: dict[str, list[Value]] = {}
    for row in queries.every(place.release.folder, by.id, panel.version, panel.level.id):
        if row.shown:
            found.setdefault(row.period, []).append(row)
    return {
        period: [row.area for row in sorted(rows, key=lambda row: (row.value or 0.0, row.area))]
        for period, rows in found.items()
    }
