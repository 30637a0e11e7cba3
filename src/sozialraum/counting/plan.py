"""What counting a file of person records needs, and what it tells (Auszählung)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

import pandas as pd

from sozialraum.addresses import Address, Directory
from sozialraum.registers import AddressColumns, Columns, Tally

EngineName = Literal["duckdb", "spark"]


@dataclass(frozen=True)
class Keys:
    """Records that carry the key of their area: the column, and the area of each key."""

    column: str
    areas: Mapping[str, str]


@dataclass(frozen=True)
class Addressed:
    """Records that carry an address: its columns, and the directory it is looked up in."""

    columns: AddressColumns
    directory: Directory


@dataclass(frozen=True)
class Plan:
    """One file and everything that counting it needs.

    `reference` is the date of the count, or the column that holds it; `by_year` counts by its calendar year. `sexes` gives
    the word for each text, `blank` the word of a dimension where the record says nothing.
    """

    path: Path
    columns: Columns
    tallies: tuple[Tally, ...]
    place: Keys | Addressed
    reference: date | str
    bands: tuple[str, ...]
    by_year: bool = False
    sexes: Mapping[str, str] = field(default_factory=dict)
    german: tuple[str, ...] = ()
    blank: Mapping[str, str] = field(default_factory=dict)
    main: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    encoding: str = "utf-8"
    separator: str = ""
    engine: EngineName = "duckdb"


@dataclass(frozen=True)
class Problem:
    """How many records have a fault, and the row of the first one in the file."""

    records: int
    row: int


@dataclass(frozen=True)
class Counted:
    """What a file amounts to.

    `persons` has area, period, age, sex, nationality, residence and one column per tally of persons, named by its position;
    `households` area, period and the tallies of households. `placed` says how many records each step placed.
    """

    persons: pd.DataFrame
    households: pd.DataFrame
    records: int
    problems: Mapping[str, Problem]
    placed: Mapping[str, int]


class Unplaced(NamedTuple):
    """An address as it is written that leads to no area, and how many records have it."""

    address: Address
    records: int


class MissingColumnsError(Exception):
    """Columns that the plan names and the file lacks."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__(", ".join(columns))
        self.columns = tuple(columns)


class UnreadableError(Exception):
    """The engine cannot read the file; `row` where it says so. Its own words are left out: they quote records."""

    def __init__(self, row: int | None = None) -> None:
        super().__init__(row)
        self.row = row
