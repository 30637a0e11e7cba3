"""Two to eight areas side by side with all their indicators (Vergleich)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import draw, layers, timeline
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.draw import Interval
from sozialraum.products.values import Value
from sozialraum.words import say
from sozialraum_ui.parts import Cell, Column, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas import panel as panels
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.panel import Panel
from sozialraum_web.atlas.view import comparable
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import enter

LEAST, MOST, LINES = 2, 8, 4


def compare(request: HttpRequest, kommune: str) -> HttpResponse:
    """Some areas side by side."""
    place = enter(request, kommune)
    query = request.GET.dict()
    panel = panels.read(place, query)
    text = ",".join(request.GET.getlist("gebiete"))
    areas = panels.chosen(panel, text, MOST)
    shown = panels.indicator_of(panel, query["kennzahl"]) if query.get("kennzahl") else None
    return answer(
        request, place, "atlas/compare.html", partial(context, panel, areas, shown, query.get("umfang", ""))
    )


def context(panel: Panel, areas: Sequence[Area], shown: Indicator | None, extent: str) -> dict[str, Any]:
    """Template context of the comparison; with fewer than two areas only the choice is shown."""
    place = panel.place
    there = panels.on_level(panel)
    indicators = there if extent == "alle" else [item for item in there if item.headline] or there
    lead = shown or min(
        (item for item in indicators if item.compares),
        key=lambda item: item.polarity == "neutral",
        default=None,
    )
    codes = ",".join(area.code for area in areas)
    ready = len(areas) >= LEAST
    return {
        **frame(place, "atlas", trail=[(say("Atlas"), address(place, "atlas")), (say("Vergleich"), "")], sources=used_sources(place.catalogue, indicators)),
        "panel": panel,
        "areas": [(area, area_address(place, area)) for area in areas],
        "codes": codes,
        "levels": panels.levels(panel),
        "choices": [(area.code, area.name, area.code in codes.split(",")) for area in panel.areas],
        "everything": extent == "alle",
        "ready": ready,
        "most": MOST,
        "table": table(panel, areas, indicators) if ready else None,
        "lead": lead,
        "options": panels.options(panel, lead.id if lead else "", [item for item in there if item.compares]),
        "ranking": bars(panel, areas, lead) if ready and lead else [],
        "lines": lines(panel, areas, lead) if ready and lead else None,
        "atlas_url": address(place, "atlas", ebene=panel.level.id, stand=panel.stand, pins=",".join(codes.split(",")[:LINES]), kennzahl=lead.id if lead else ""),
    }  # fmt: skip


def table(panel: Panel, areas: Sequence[Area], indicators: Sequence[Indicator]) -> Table:
    """One row per indicator, one column per area, the municipality first; certain differences carry their mark."""
    place = panel.place
    moments = panel.latest(indicators)
    values, town = panels.values(panel, moments), panels.whole(panel, moments)
    columns = [
        Column(say("Kennzahl, Stand")),
        Column(place.catalogue.town.name, numeric=True),
        *(Column(area.name, numeric=True) for area in areas),
    ]
    rows: list[TableRow] = []
    for topic, items in place.catalogue.by_topic(item for item in indicators if item.id in moments):
        rows.append(TableRow([Cell(topic)], group=True))
        for item in items:
            name = Cell(
                item.name,
                href=indicator_address(place, item),
                note=f"{item.column_unit} {periods.label(moments[item.id])}".strip(),
            )
            beside = town.get(item.id)
            benchmark = comparable(item, beside)
            cells = [
                _cell(
                    item,
                    values.get((area.code, item.id)) or layers.missing(area, item.id, moments[item.id]),
                    benchmark,
                )
                for area in areas
            ]
            rows.append(
                TableRow([name, Cell(layers.value_text(beside, item, unit=False) if beside else ""), *cells])
            )
    return Table(say("{areas} Gebiete neben {town}", areas=len(areas), town=place.catalogue.town.name), columns, rows)  # fmt: skip


def _cell(indicator: Indicator, value: Value, benchmark: float | None) -> Cell:
    comparison = layers.comparison_of(value, benchmark, indicator.polarity)
    text = layers.value_text(value, indicator, unit=False)
    interval = layers.interval_text(value, indicator)
    mark = (
        draw.marker(comparison, title=draw.comparison_word(comparison)) if comparison and value.shown else ""
    )
    return Cell(text, status=value.status, note=interval, markup=mark, beside=bool(mark))


def bars(panel: Panel, areas: Sequence[Area], indicator: Indicator) -> list[dict[str, Any]]:
    """The chosen indicator as intervals on one scale, from high to low."""
    moments = panel.latest([indicator])
    if indicator.id not in moments:
        return []
    values, town = panels.values(panel, moments), panels.whole(panel, moments).get(indicator.id)
    benchmark = comparable(indicator, town)
    found = [(area, values.get((area.code, indicator.id))) for area in areas]
    intervals = [
        Interval(
            area.code,
            area.name,
            row.value,
            row.lower,
            row.upper,
            layers.comparison_of(row, benchmark, indicator.polarity),
            row.status,
        )
        for area, row in found
        if row is not None and row.shown
    ]
    scale = draw.scale_for(intervals, benchmark, zero=timeline.from_zero(indicator))
    shown = {item.code: item for item in intervals}
    rows = [
        {
            "name": area.name,
            "key": f"{area.level}:{area.code}" if row is not None else "",
            "period": moments[indicator.id],
            "url": area_address(panel.place, area),
            "figure": layers.value_text(row, indicator),
            "interval": layers.interval_text(row, indicator),
            "bar": draw.interval_row(shown[area.code], scale, benchmark) if area.code in shown else "",
            "order": -(row.value or 0.0) if row is not None and row.shown else 1e300,
        }
        for area, row in found
    ]
    return sorted(rows, key=lambda row: row["order"])


def lines(panel: Panel, areas: Sequence[Area], indicator: Indicator) -> dict[str, Any] | None:
    """The first four areas over time, beside the municipality where that makes sense."""
    place, whole = panel.place, panel.catalogue.whole
    pairs = [(panel.level.id, area.code) for area in areas[:LINES]]
    rows = queries.series(place.release.folder, indicator.id, [*pairs, (whole.level, whole.code)])

    def own(level: str, code: str) -> list[Value]:
        return timeline.one_per_period(
            [row for row in rows if (row.level, row.area) == (level, code)], panel.version
        )

    series = [
        draw.Series(area.code, area.name, timeline.points(own(panel.level.id, area.code)), f"pin-{letter}")
        for area, letter in zip(areas[:LINES], "ABCD", strict=False)
    ]
    if indicator.compares:
        series.append(
            draw.Series(
                "kommune",
                place.catalogue.town.name,
                timeline.points(own(whole.level, whole.code)),
                "city",
                emphasis=False,
            )
        )
    if (
        max((len([point for point in line.points if point.value is not None]) for line in series), default=0)
        < 2
    ):
        return None
    breaks = timeline.breaks(own(*pairs[0]))
    common: dict[str, Any] = {"breaks": breaks, "ticks": sorted({(point.x, point.label) for line in series for point in line.points}), "unit": indicator.unit, "decimals": indicator.decimals, "zero": timeline.from_zero(indicator), "title": say("{label} im Zeitverlauf", label=indicator.label)}  # fmt: skip
    return {
        "chart": draw.line(series, width=760, height=280, **common),
        "narrow": draw.line(series, width=360, height=300, **common),
        "text": draw.line_text(series, unit=indicator.unit, decimals=indicator.decimals, breaks=breaks),
        "more": len(areas) > LINES,
    }
