"""The tables behind maps and charts: the same figures, sortable, with status in words (Tabellen)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sozialraum import periods
from sozialraum.products import draw, layers
from sozialraum.products.catalogue import Indicator
from sozialraum.products.layers import Row
from sozialraum.products.values import Value
from sozialraum.tables import NOT_ASSIGNABLE_LABEL, Status
from sozialraum.words import mark, say
from sozialraum_ui.parts import Cell, Column, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas.frame import area_address
from sozialraum_web.atlas.view import View
from sozialraum_web.monitoring.access import Place

VALUE_COLUMNS = (mark("Fälle"), mark("Bezugsgröße"), mark("Wert"), mark("95-%-Intervall"), mark("Zeichen"))


def status_text(value: Value) -> str:
    """The state in words; plain figures need none."""
    return "" if value.status == Status.OK else draw.STATUS_WORDS[value.status]


def value_cells(value: Value, indicator: Indicator) -> list[Cell]:
    """Cases, population behind, value, interval, state: the five columns every table of values has."""
    counts = (value.numerator, value.denominator)
    return [
        *(Cell(layers.count_text(item), sort=item) for item in counts),
        Cell(
            layers.value_text(value, indicator, unit=False),
            sort=value.value if value.shown else None,
            status=value.status,
        ),
        Cell(layers.interval_text(value, indicator)),
        Cell(status_text(value), note=value.plain_notes),
    ]


def value_columns(indicator: Indicator) -> list[Column]:
    """Heads of the five value columns."""
    kinds = ("number", "number", "number", "", "text")
    words = [say(word) for word in VALUE_COLUMNS]
    labels = words if indicator.counts_cases else [say("Summe"), *words[1:]]
    return [
        Column(
            f"{label} {indicator.column_unit}".strip() if label == "Wert" else label,
            numeric=kind == "number",
            sort=kind,
        )
        for label, kind in zip(labels, kinds, strict=True)
    ]


def layer_table(view: View) -> Table:
    """All areas of a level, the comparator and what cannot be placed."""
    place, state, indicator = view.place, view.state, view.indicator
    columns = [
        Column(state.level.label, sort="text"),
        Column(say("gehört zu"), sort="text"),
        *value_columns(indicator),
        Column(say("Rang"), sort="number"),
    ]
    body = [_layer_row(place, indicator, row) for row in view.shown]
    ends = [
        ("nz", say(NOT_ASSIGNABLE_LABEL), layers.not_assignable(view.values)),
        ("", state.comparator.name, view.benchmark),
    ]
    body += [_end_row(code, name, value, indicator) for code, name, value in ends if value is not None]
    when = view.moment or say("ohne Zeitpunkt")
    return Table(f"{indicator.label}, {when}", columns, body, id="werte")


def _layer_row(place: Place, indicator: Indicator, row: Row) -> TableRow:
    cells = [
        Cell(row.area.name, sort=row.area.name, href=area_address(place, row.area)),
        Cell(row.parent, sort=row.parent),
        *value_cells(row.value, indicator),
        Cell(row.rank, sort=row.first or None),
    ]
    return TableRow(cells, code=row.area.code)


def _end_row(code: str, name: str, value: Value, indicator: Indicator) -> TableRow:
    return TableRow([Cell(name, sort=name), Cell(""), *value_cells(value, indicator), Cell("")], code=code)


def series_table(
    caption: str, indicator: Indicator, values: Sequence[Value], versions: Mapping[str, str]
) -> Table:
    """One area over time, with the Gebietsstand of each figure."""
    columns = [Column(say("Zeitpunkt"), sort="text"), *value_columns(indicator), Column(say("Gebietsstand"))]
    rows = [
        TableRow(
            [
                Cell(periods.label(value.period), sort=value.period),
                *value_cells(value, indicator),
                Cell(versions.get(value.version, value.version)),
            ]
        )
        for value in values
    ]
    return Table(caption, columns, rows)
