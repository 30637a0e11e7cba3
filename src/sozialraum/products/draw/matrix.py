"""Status × dynamics: twelve fields whose colours are the legend of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.numbers import whole
from sozialraum.products.draw.svg import Markup, element
from sozialraum.words import say

HEAD, SIDE, GAP = 44.0, 92.0, 4.0


@dataclass(frozen=True, slots=True)
class Field:
    """One field: areas with this status and dynamics, how many of them may belong elsewhere, where a click leads."""

    row: str
    column: str
    count: int
    unstable: int = 0
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One field as shown."""

    css: str
    count: str
    note: str
    href: str
    current: bool
    label: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One status with its fields."""

    label: str
    cells: list[MatrixCell]


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """The matrix as a table: dynamics across, status down."""

    columns: list[str]
    rows: list[MatrixRow]


def field_css(row: int, column: int) -> str:
    """The colour class of a field, counted from zero; three rows use the first three of four."""
    return f"b{min(row, 3) + 1}{min(column, 2) + 1}"


def matrix_table(fields: Sequence[Field], rows: Sequence[str], columns: Sequence[str]) -> MatrixTable:
    """Fields in the order of the given words; a field without areas stays, with a zero."""
    found = {(field.row, field.column): field for field in fields}
    return MatrixTable(
        columns=list(columns),
        rows=[
            MatrixRow(
                row,
                [
                    _cell(found.get((row, column), Field(row, column, 0)), r, c)
                    for c, column in enumerate(columns)
                ],
            )
            for r, row in enumerate(rows)
        ],
    )


def _cell(field: Field, row: int, column: int) -> MatrixCell:
    areas = f"{whole(field.count)} {'Gebiet' if field.count == 1 else 'Gebiete'}"
    label = say("Status {row}, Dynamik {column}: {areas}", row=field.row, column=field.column, areas=areas)
    return MatrixCell(
        field_css(row, column), whole(field.count), _note(field), field.href, field.current, label
    )


def _note(field: Field) -> str:
    if not field.count:
        return ""
    return (
        say("{unstable} wechselhaft", unstable=whole(field.unstable))
        if field.unstable
        else say("alle stabil")
    )


def matrix(
    fields: Sequence[Field],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    width: float = 440,
    height: float = 380,
) -> Markup:
    """The matrix as a drawing, for paper and download."""
    table = matrix_table(fields, rows, columns)
    wide = (width - SIDE - GAP * (len(columns) - 1)) / len(columns)
    tall = (height - HEAD - GAP * (len(rows) - 1)) / len(rows)
    parts = [
        _head(say("Dynamik {name}", name=name), SIDE + index * (wide + GAP))
        for index, name in enumerate(columns)
    ]
    for r, row in enumerate(table.rows):
        y = HEAD + r * (tall + GAP)
        parts.append(svg.text(row.label, 0, y + tall / 2 + 5, size=14, font_weight=500))
        parts += [_field(cell, SIDE + c * (wide + GAP), y, wide, tall) for c, cell in enumerate(row.cells)]
    return svg.drawing(
        *parts, width=width, height=height, title=title, description=matrix_text(table), css="matrix"
    )


def _head(words: str, x: float) -> str:
    first, second = words.split(" ", 1)
    return svg.text(first, x + 8, 16, css="axis-text", size=12.5) + svg.text(
        second, x + 8, 34, size=14, font_weight=500
    )


def _field(cell: MatrixCell, x: float, y: float, wide: float, tall: float) -> str:
    ink = f"field-ink-{cell.css[1]}"
    parts = [
        svg.rectangle(x, y, wide, tall, css=cell.css),
        svg.text(cell.count, x + 10, y + tall / 2 + 2, css=ink, size=24, font_weight=600),
        svg.text(cell.note, x + 10, y + tall / 2 + 22, css=ink, size=12.5) if cell.note else "",
    ]
    return element("a", *parts, href=cell.href, aria_label=cell.label) if cell.href else "".join(parts)


def matrix_text(table: MatrixTable) -> str:
    """Every field in words."""
    return "; ".join(cell.label for row in table.rows for cell in row.cells) + "."
