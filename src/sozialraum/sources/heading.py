"""The heading of a delivered table: column names over several rows, and where a recipe's columns stand (Tabellenkopf)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sozialraum.sources.recipes import Column, PeriodRule, Recipe, is_age
from sozialraum.spreadsheet import Cell, text_of
from sozialraum.tables import DIMENSIONS

JOINT = " / "


class Placed(NamedTuple):
    """One column of figures in its place: its name there, what it holds, and its period when the name tells it."""

    position: int
    name: str
    column: Column
    dims: Mapping[str, str]
    period: str


@dataclass(frozen=True)
class Heading:
    """Positions of all columns by name (and by letter, `#C`), the placed columns of figures, and the width."""

    positions: Mapping[str, int]
    placed: tuple[Placed, ...]
    width: int

    def __getitem__(self, name: str) -> int:
        return self.positions[plain(name)]


class Problem(NamedTuple):
    """What is wrong with a heading: sentence, remedy, row (1-based) and column."""

    message: str
    remedy: str
    row: int
    column: str = ""


def plain(text: str) -> str:
    """A column name without line breaks, doubled blanks and soft hyphens."""
    return " ".join(text.replace("\u00ad", "").split())


def letters(position: int) -> str:
    """The letters of a column as spreadsheets show them: 0 is A, 26 is AA."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_names(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """One name per column from one or more heading rows; cells merged to the right name all columns below them.

    A merged cell reaches to the next text in its row or in a row above it.
    """
    width = max((len(row) for row in rows), default=0)
    texts = [[plain(text_of(row[i])) if i < len(row) else "" for i in range(width)] for row in rows]
    for number, row in enumerate(texts[:-1]):
        for i in range(1, width):
            starts_above = any(above[i] and above[i] != above[i - 1] for above in texts[:number])
            if not row[i] and not starts_above:
                row[i] = row[i - 1]
    return [JOINT.join(_without_repeats([row[i] for row in texts])) for i in range(width)]


def _without_repeats(parts: list[str]) -> list[str]:
    found: list[str] = []
    for part in parts:
        if part and (not found or found[-1] != part):
            found.append(part)
    return found


def wanted(recipe: Recipe) -> list[str]:
    """The names of columns that a recipe cannot do without."""
    of_period = isinstance(recipe.period, PeriodRule) and recipe.period.column
    names = [
        recipe.area,
        *([of_period] if of_period else []),
        *recipe.dimensions.values(),
        *recipe.only_rows,
        *recipe.fill_down,
        *([recipe.only_if.column] if recipe.only_if else []),
        *([recipe.sign_column] if recipe.sign_column else []),
        *(column.column for column in recipe.spalten if column.column),
    ]
    return list(dict.fromkeys(names))


def read_heading(rows: Sequence[Sequence[Cell]], recipe: Recipe) -> tuple[Heading | None, list[Problem]]:
    """The heading a recipe describes, or None with every reason why the sheet has another one."""
    heading = [rows[number - 1] if number <= len(rows) else [] for number in recipe.heading]
    names = column_names(heading)
    positions = _positions(names)
    last = recipe.heading[-1]
    missing = [name for name in wanted(recipe) if plain(name) not in positions]
    if missing:
        return None, _elsewhere(rows, recipe) or [_missing(name, names, last) for name in missing]
    problems = [*_doubled(names, recipe, last)]
    placed: list[Placed] = []
    for column in recipe.spalten:
        found, told = _place(column, names, positions, recipe, last)
        placed += found
        problems += told
    return (None if problems else Heading(positions, tuple(placed), len(names))), problems


def _positions(names: Sequence[str]) -> dict[str, int]:
    found = {f"#{letters(position)}": position for position in range(len(names))}
    for position, name in enumerate(names):
        found.setdefault(name, position)
    return found


def _elsewhere(rows: Sequence[Sequence[Cell]], recipe: Recipe) -> list[Problem]:
    """A heading of the right names in another row, when the table moved down or up."""
    span = len(recipe.heading)
    names = [plain(name) for name in wanted(recipe) if not name.startswith("#")]
    for start in range(min(len(rows), 30)):
        there = _positions(column_names(rows[start : start + span]))
        if names and start + 1 != recipe.heading[0] and all(name in there for name in names):
            first, last = start + 1, start + span
            key = f"header_rows = {list(range(first, last + 1))}" if span > 1 else f"header_row = {first}"
            return [
                Problem(
                    f"Die Spaltennamen stehen in Zeile {first}, das Rezept erwartet sie in Zeile {recipe.heading[0]}.",
                    f"Setzen Sie {key} im Rezept, wenn die Tabelle sonst stimmt.",
                    first,
                )
            ]
    return []


def _missing(name: str, names: Sequence[str], row: int) -> Problem:
    close = difflib.get_close_matches(plain(name), [known for known in names if known], n=1)
    hint = f" Ähnlich: „{close[0]}“." if close else ""
    remedy = "Passen Sie das Rezept an oder fordern Sie die Datei neu an."
    return Problem(f"Die Spalte „{name}“ fehlt.{hint}", remedy, row, name)


def _doubled(names: Sequence[str], recipe: Recipe, row: int) -> list[Problem]:
    double = sorted({name for name in wanted(recipe) if names.count(plain(name)) > 1})
    return [
        Problem(
            f"Die Spalte „{name}“ gibt es mehrmals; welche gilt, ist nicht zu erkennen.",
            "Nennen Sie im Rezept ihren Buchstaben (zum Beispiel „#C“) oder lassen Sie die Spalten unterscheidbar benennen.",
            row,
            name,
        )
        for name in double
    ]


def _place(
    column: Column, names: Sequence[str], positions: Mapping[str, int], recipe: Recipe, row: int
) -> tuple[list[Placed], list[Problem]]:
    if column.column:
        dims = {d: getattr(column, d) for d in DIMENSIONS if getattr(column, d)}
        return [Placed(positions[plain(column.column)], column.column, column, dims, column.period)], []
    pattern = re.compile(column.matching)
    placed: list[Placed] = []
    problems: list[Problem] = []
    for position, name in enumerate(names):
        match = pattern.fullmatch(name)
        if match is None:
            continue
        dims = {d: _filled(getattr(column, d), match, recipe, d) for d in DIMENSIONS if getattr(column, d)}
        if "age" in dims and not is_age(dims["age"]):
            problems.append(
                Problem(
                    f"Aus dem Spaltennamen ergibt sich „{dims['age']}“; das ist keine Altersgruppe.",
                    "Übersetzen Sie die Angabe mit „recode.age“ im Rezept.",
                    row,
                    name,
                )
            )
        placed.append(Placed(position, name, column, dims, _filled(column.period, match, recipe, "")))
    if not placed:
        problems.append(
            Problem(
                f"Kein Spaltenname passt zum Muster „{column.matching}“.",
                "Passen Sie „matching“ im Rezept an oder fordern Sie die Datei neu an.",
                row,
                column.matching,
            )
        )
    return placed, problems


def _filled(template: str, match: re.Match[str], recipe: Recipe, dimension: str) -> str:
    """A text with what the pattern found; words of a dimension are translated by the recipe."""
    groups = match.groups("")
    text = template.format(*groups, **match.groupdict(""))
    known: Mapping[str, str] = recipe.recode.get(dimension, {}) if dimension else {}  # type: ignore[call-overload]
    return known.get(text, text)
