"""Recipes (Rezepte): what a municipality says about the tables it receives, as data in `rezept.toml`."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from sozialraum.catalogue.loader import in_german, read_toml
from sozialraum.catalogue.model import Record
from sozialraum.errors import DeliveryError, Finding
from sozialraum.tables import Status

Dimension = Literal["age", "sex", "nationality"]
_AGE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|\+)?", re.ASCII)


def is_age(text: str) -> bool:
    """Whether a text is an age band: `0-2`, `18`, `85+`."""
    match = _AGE.fullmatch(text)
    return match is not None and (match[2] is None or int(match[1]) <= int(match[2]))


def _pattern(text: str, key: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            # Patterns that a later Python will read otherwise are no concern of a planner.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"„{key}“ ist kein gültiges Muster (regulärer Ausdruck): {error}") from error


def _fill_in(template: str, places: int, names: Iterable[str] = ()) -> None:
    """Try a template with empty texts; raises ValueError unless every place is a bare `{0}` or `{name}` that the pattern finds.

    Formats and attributes (`{0:>9}`, `{0.x}`) are refused: a width has no bound, an attribute reaches into the program.
    """
    known = {*map(str, range(places)), *names}
    fields = list(Formatter().parse(template))
    counted = [field for _, field, _, _ in fields if field is not None]
    if any(form or conversion for _, _, form, conversion in fields):
        raise ValueError("formats and conversions are not filled in")
    if not ({field or str(i) for i, field in enumerate(counted)} <= known):
        raise ValueError("a place that the pattern does not find")
    template.format(*[""] * places, **dict.fromkeys(names, ""))


class Column(Record):
    """Figures of one column, or of all columns whose name matches: which variable (or published rate), which cells.

    With `matching`, the other texts may take in what the pattern found: `age = "{0}"`, `period = "{jahr}-12-31"`.
    """

    column: str = ""
    matching: str = ""
    variable: str = ""
    indicator: str = ""
    age: str = ""
    sex: str = ""
    nationality: str = ""
    period: str = ""

    @field_validator("period", mode="before")
    @classmethod
    def _as_text(cls, period: object) -> object:
        return str(period) if isinstance(period, (date, int)) else period

    @model_validator(mode="after")
    def _says_what_it_holds(self) -> Column:
        if bool(self.column) == bool(self.matching):
            raise ValueError("Eine Spalte braucht entweder „column“ oder „matching“")
        if bool(self.variable) == bool(self.indicator):
            name = self.column or self.matching
            raise ValueError(f"Die Spalte „{name}“ braucht entweder „variable“ oder „indicator“")
        if self.matching:
            self._can_be_filled_in(_pattern(self.matching, "matching"))
        elif self.age and not is_age(self.age):
            raise ValueError(f"„{self.age}“ ist keine Altersgruppe; erwartet wird z. B. 0-2, 18 oder 85+")
        return self

    def _can_be_filled_in(self, pattern: re.Pattern[str]) -> None:
        try:
            for text in (self.age, self.sex, self.nationality, self.period):
                _fill_in(text, pattern.groups, pattern.groupindex)
        except ValueError as error:
            raise ValueError(
                f"„{self.matching}“ findet nicht alles, was die Spalte einsetzen soll: {{0}}, {{1}} … oder benannte Klammern"
            ) from error


class PeriodRule(Record):
    """Where the period of a row stands: in a column, the name of the file or of the sheet, or one cell above the table."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    column: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = Field("", pattern=r"^([A-Z]{1,3}[1-9]\d{0,5})?$")
    matching: str = ""
    form: str = Field("{0}", alias="as")

    @model_validator(mode="after")
    def _can_be_filled_in(self) -> PeriodRule:
        if sum(map(bool, (self.column, self.file, self.sheet, self.cell))) != 1:
            raise ValueError("„period“ braucht entweder „column“, „file“, „sheet“ oder „cell“")
        if self.matching and not (self.column or self.cell):
            raise ValueError("„matching“ gehört zu „column“ oder „cell“")
        try:
            pattern = self.pattern
            groups = max(_pattern(pattern, "period").groups, 1) if pattern else 1
            _fill_in(self.form, groups)
        except ValueError as error:
            raise ValueError(
                "„period“ passt nicht zusammen: „as“ darf nur {0}, {1} … für die Klammern des Musters enthalten"
            ) from error
        return self

    @property
    def pattern(self) -> str:
        """The regular expression that finds the parts of the period; empty: the whole text."""
        return self.file or self.sheet or self.matching


class Rated(Record):
    """A condition on a number column: rows below it are not rated by the supplier and carry no figure."""

    column: str
    at_least: float


class Recipe(Record):
    """How one kind of table of a source is read; `spalten` names its columns of figures."""

    files: str = Field(min_length=1)
    level: str
    area: str
    period: str | PeriodRule = ""
    spalten: tuple[Column, ...]
    version: str = ""
    encoding: str = ""
    separator: str = ""
    decimal: str = ","
    thousands: str = "."
    sheet: str = ""
    sheets: str = ""
    header_row: int = Field(1, ge=1)
    header_rows: tuple[int, ...] = ()
    first_row: int = Field(0, ge=0)
    ends_before: tuple[str, ...] = ()
    lines: str = Field("", pattern=r"^(\d+(-\d+)?(\s*,\s*\d+(-\d+)?)*)?$")
    fill_down: tuple[str, ...] = ()
    area_by: Literal["key", "name"] = "key"
    area_pattern: str = ""
    area_width: int = Field(0, ge=0)
    not_assignable: tuple[str, ...] = ()
    total_rows: tuple[str, ...] = ()
    total_rest: bool = False
    skip_rows: tuple[str, ...] = ()
    skip_matching: str = ""
    only_areas: str = ""
    only_rows: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    dimensions: Mapping[Dimension, str] = Field(default_factory=dict)
    recode: Mapping[Dimension | Literal["area"], Mapping[str, str]] = Field(default_factory=dict)
    signs: Mapping[str, Status] = Field(default_factory=dict)
    marks: Mapping[str, Status] = Field(default_factory=dict)
    sign_column: str = ""
    absent_areas: Literal["missing", "not_existing", "zero"] = "missing"
    only_if: Rated | None = None

    @field_validator("period", mode="before")
    @classmethod
    def _as_text(cls, period: object) -> object:
        """TOML has dates and numbers of its own: `2024-12-31` and `2024` need no quotes."""
        return str(period) if isinstance(period, (date, int)) else period

    @field_validator("files")
    @classmethod
    def _stays_in_its_folder(cls, files: str) -> str:
        if Path(files).is_absolute() or ".." in Path(files).parts:
            raise ValueError(f"„files“ nennt Dateien im Ordner der Quelle, nicht „{files}“")
        return files

    @field_validator("header_rows")
    @classmethod
    def _rows_in_order(cls, rows: tuple[int, ...]) -> tuple[int, ...]:
        if any(row < 1 for row in rows) or list(rows) != sorted(set(rows)):
            raise ValueError("„header_rows“ nennt Zeilen von oben nach unten, ab 1")
        return rows

    @model_validator(mode="after")
    def _fits_together(self) -> Recipe:
        for key in ("area_pattern", "skip_matching", "only_areas", "sheets"):
            _pattern(getattr(self, key), key)
        if self.area_pattern and "area" not in re.compile(self.area_pattern).groupindex:
            raise ValueError(
                "„area_pattern“ braucht die benannte Klammer (?P<area>…) um Schlüssel oder Namen des Gebiets"
            )
        if self.sheet and self.sheets:
            raise ValueError("Es gilt entweder „sheet“ oder „sheets“")
        if not self.period and not all(column.period for column in self.spalten):
            raise ValueError("Die Angabe „period“ fehlt: in der Tabelle oder in jeder Spalte")
        if self.total_rest and not self.total_rows:
            raise ValueError("„total_rest“ braucht „total_rows“")
        if self.first_row and self.first_row <= self.heading[-1]:
            raise ValueError("„first_row“ liegt nicht unter der Kopfzeile")
        return self

    @property
    def heading(self) -> tuple[int, ...]:
        """The rows that hold the names of the columns, 1-based."""
        return self.header_rows or (self.header_row,)

    def holds(self, number: int) -> bool:
        """Whether a row belongs to the table by its number, where the recipe says so."""
        spans = [part.strip().partition("-") for part in self.lines.split(",")] if self.lines else []
        return not spans or any(int(first) <= number <= int(last or first) for first, _, last in spans)

    @property
    def start(self) -> int:
        """The first row below the heading, 1-based."""
        return self.first_row or self.heading[-1] + 1


def read_recipes(path: Path) -> list[Recipe]:
    """Read the recipes of a source from `rezept.toml`; raises DeliveryError with all findings."""
    content = read_toml(path)
    blocks = content.get("tabelle", [])
    recipes: list[Recipe] = []
    wrong = [
        f"„{name}“ ist unbekannt; erwartet wird [[tabelle]]."
        for name in content
        if name not in ("tabelle", "register", "gitter")
    ]
    if (not blocks and not {"register", "gitter"} & set(content)) or not isinstance(blocks, list):
        wrong.append("Das Rezept enthält keine [[tabelle]].")
    for number, block in enumerate(blocks if isinstance(blocks, list) else [], start=1):
        try:
            recipes.append(Recipe.model_validate(block))
        except ValidationError as error:
            wrong += [f"Tabelle {number}: {sentence}" for sentence in in_german(error)]
    if wrong:
        file = f"{path.parent.name}/{path.name}"
        raise DeliveryError(
            [Finding(told, "Siehe docs/anleitungen/rezepte.md.", file=file) for told in wrong]
        )
    return recipes
