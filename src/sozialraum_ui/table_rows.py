"""The rows of a table as HTML, written in one go: a template would take a tenth of a second for 500 areas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sozialraum.products import draw

if TYPE_CHECKING:
    from sozialraum_ui.parts import Cell, Column, Row, Table


def body(table: Table) -> draw.Markup:
    """All rows; raises ValueError where a row has more or fewer cells than the table has columns."""
    return draw.Markup("\n".join(_rows(table)))


def _rows(table: Table) -> Iterator[str]:
    for row, cells in table.lines:
        yield _heading(row, len(table.columns)) if row.group else _row(row, cells)


def _heading(row: Row, columns: int) -> str:
    text = draw.escape(row.cells[0].text)
    return f'<tr class="grp"><th scope="colgroup" colspan="{columns}">{text}</th></tr>'


def _row(row: Row, cells: list[tuple[Column, Cell]]) -> str:
    code = f' data-code="{draw.escape(row.code)}"' if row.code else ""
    quiet = ' class="quiet"' if row.quiet else ""
    first, *others = (_cell(column, cell, first=not number) for number, (column, cell) in enumerate(cells))
    return f"<tr{code}{quiet}>{first}{''.join(others)}</tr>"


def _cell(column: Column, cell: Cell, *, first: bool) -> str:
    tag = "th" if first else "td"
    place = ' scope="row"' if first else f' data-label="{draw.escape(column.label)}"'
    css = " ".join(
        part
        for part in (
            "num" if column.numeric else "",
            column.css,
            "unsure" if cell.status == "unreliable" else "",
        )
        if part
    )
    look = f' class="{css}"' if css else ""
    sort = "" if cell.sort is None else f' data-value="{draw.escape(str(cell.sort))}"'
    return f"<{tag}{place}{look}{sort}>{_content(cell)}</{tag}>"


def _content(cell: Cell) -> str:
    text = _shown(cell)
    linked = f'<a href="{draw.escape(cell.href)}">{text}</a>' if cell.href else text
    state = f'<span class="sr"> {draw.STATUS_WORDS[cell.status]}</span>' if cell.status != "ok" else ""
    note = f'<span class="sub">{draw.escape(cell.note)}</span>' if cell.note else ""
    return f"{linked}{state}{note}"


def _shown(cell: Cell) -> str:
    text = draw.escape(cell.text)
    if not cell.markup:
        return text
    drawing = cell.markup if hasattr(cell.markup, "__html__") else draw.escape(cell.markup)
    if cell.beside:
        return f'<span class="with-glyph">{drawing}{text}</span>'
    return f'<span class="sr">{text}</span>{drawing}'
