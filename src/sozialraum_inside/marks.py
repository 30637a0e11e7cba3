"""A sheet as it is, with what was understood written on it: heading, areas, figures, sums, notes (Erkanntes am Blatt)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sozialraum.areas import Geography
from sozialraum.sources.heading import column_names, letters
from sozialraum.sources.inspection import Draft
from sozialraum.sources.signs import DEFAULT_SIGNS
from sozialraum.spreadsheet import Sheet, text_of

ROWS: Final = 30  # rows shown of a long table, counted from its first row of figures
COLUMNS: Final = 40


@dataclass(frozen=True)
class CellMark:
    """One cell: its text, and what it was taken for (`kopf`, `gebiet`, `zahl`, `zeichen`, `unklar`, or nothing)."""

    text: str
    role: str = ""


@dataclass(frozen=True)
class RowMark:
    """One row: its number in the file, what it was taken for in words, and its cells."""

    number: int
    words: str
    role: str
    cells: tuple[CellMark, ...]


@dataclass(frozen=True)
class Marked:
    """A part of a sheet with marks; `left_out` tells how many rows and columns are not shown."""

    letters: tuple[str, ...]
    rows: tuple[RowMark, ...]
    rows_left_out: int
    columns_left_out: int


def marked(sheet: Sheet, draft: Draft, geographies: Sequence[Geography] = ()) -> Marked:
    """The sheet as people see it in their spreadsheet, with the draft's decisions on every row and cell."""
    width = min(max((len(row) for row in sheet.rows), default=0), COLUMNS)
    names = column_names([sheet.rows[number - 1] for number in draft.heading])
    key = _place(draft.area, names)
    figures = {_place(guess.column, names) for guess in draft.columns}
    shown = [*range(1, min(draft.first_row + ROWS, len(sheet.rows) + 1))]
    tail = [
        n
        for n in range(max(draft.last_row - 1, 1), min(draft.last_row + 5, len(sheet.rows)) + 1)
        if n not in shown
    ]
    known = _codes(draft, geographies)
    rows = [_row(sheet, draft, number, width, key, figures, known) for number in [*shown, *tail]]
    longest = max((len(row) for row in sheet.rows), default=0)
    return Marked(
        tuple(letters(i) for i in range(width)), tuple(rows), len(sheet.rows) - len(rows), longest - width
    )


def area_text(sheet: Sheet, draft: Draft, number: int) -> str:
    """What stands in the column of areas in a row."""
    place = _place(draft.area, column_names([sheet.rows[n - 1] for n in draft.heading]))
    row = sheet.rows[number - 1]
    return text_of(row[place]) if 0 <= place < len(row) else ""


def _place(column: str, names: Sequence[str]) -> int:
    """The index of a column by its name or its letters (`#C`)."""
    if column.startswith("#"):
        return next((i for i in range(len(names) + COLUMNS) if f"#{letters(i)}" == column), -1)
    return names.index(column) if column in names else -1


def _codes(draft: Draft, geographies: Sequence[Geography]) -> frozenset[str] | None:
    """Keys, or names in one form, of the areas of the draft's level; None where they are not known."""
    geography = next((g for g in geographies if g.version == draft.version), None)
    if geography is None or not draft.level:
        return None
    return frozenset(geography.codes(draft.level))


def _row(
    sheet: Sheet,
    draft: Draft,
    number: int,
    width: int,
    key: int,
    figures: set[int],
    known: frozenset[str] | None,
) -> RowMark:
    row = sheet.rows[number - 1]
    texts = [text_of(cell) for cell in row[:width]] + [""] * max(0, width - len(row))
    role, words = _role(draft, number, texts, key, known)
    cells = tuple(
        CellMark(text, _cell_role(role, text, i, key, figures, draft)) for i, text in enumerate(texts)
    )
    return RowMark(number, words, role, cells)


def _role(
    draft: Draft, number: int, texts: Sequence[str], key: int, known: frozenset[str] | None
) -> tuple[str, str]:
    if not any(texts):
        return "leer", "leer"
    if number in draft.heading:
        return "kopf", "Kopf"
    if number < draft.first_row:
        return "davor", "Titel" if number < draft.heading[0] else "nicht gelesen"
    if number > draft.last_row:
        return "fussnote", "Fußnote"
    return _row_of_table(draft, texts[key] if 0 <= key < len(texts) else "", known)


def _row_of_table(draft: Draft, area: str, known: frozenset[str] | None) -> tuple[str, str]:
    for texts, role, words in (
        (draft.totals, "summe", "Summe"),
        (draft.not_assignable, "ohne", "ohne Gebiet"),
        (draft.skipped, "unbekannt", "übersprungen"),
    ):
        if area in texts:
            return role, words
    if known is not None and draft.area_by == "key":
        match = re.search(draft.area_pattern, area) if draft.area_pattern else None
        code = (match["area"] if match else area).zfill(draft.area_width)
        if code not in known:
            return "unbekannt", "Gebiet unbekannt"
    return "gebiet", "Gebiet"


def _cell_role(role: str, text: str, place: int, key: int, figures: set[int], draft: Draft) -> str:
    if role == "kopf":
        return "kopf"
    if role not in ("gebiet", "summe", "ohne", "unbekannt") or not text:
        return ""
    if place == key:
        return "schluessel"
    if place not in figures:
        return ""
    if text in draft.unknown:
        return "unklar"
    return "zeichen" if text in DEFAULT_SIGNS else "zahl"
