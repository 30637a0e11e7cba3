"""Recipes (Rezepte): declarative reading of finished tables, CSV or workbook, long or wide."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from sozialraum import periods
from sozialraum.areas import Geography
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.loader import in_german, read_toml
from sozialraum.catalogue.model import Record
from sozialraum.errors import DeliveryError, Finding, Severity
from sozialraum.sources.signs import DEFAULT_SIGNS, read_number
from sozialraum.spreadsheet import Cell, Sheet, read_sheet, text_of
from sozialraum.tables import COUNTS_COLUMNS, DIMENSIONS, NOT_ASSIGNABLE, TOTAL, Status, strongest

Dimension = Literal["age", "sex", "nationality"]
# Keys of cells are built with these.
_SEPARATORS = set(",;=[]|")
_AGE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|\+)?", re.ASCII)


class Column(Record):
    """One column of figures: which variable (or, for published rates, which indicator) and which cells it holds."""

    column: str
    variable: str = ""
    indicator: str = ""
    age: str = ""
    sex: str = ""
    nationality: str = ""

    @model_validator(mode="after")
    def _says_what_it_holds(self) -> Column:
        if bool(self.variable) == bool(self.indicator):
            raise ValueError(f"Die Spalte „{self.column}“ braucht entweder „variable“ oder „indicator“")
        if self.age and not is_age(self.age):
            raise ValueError(f"„{self.age}“ ist keine Altersgruppe; erwartet wird z. B. 0-2, 18 oder 85+")
        return self


class PeriodRule(Record):
    """Where the period of a row stands: in a column, or in the name of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    column: str = ""
    file: str = ""
    form: str = Field("{0}", alias="as")

    @model_validator(mode="after")
    def _can_be_filled_in(self) -> PeriodRule:
        if bool(self.column) == bool(self.file):
            raise ValueError("„period“ braucht entweder „column“ oder „file“")
        try:
            groups = re.compile(self.file).groups if self.file else 1
            self.form.format(*[""] * groups)
        except (re.error, IndexError, KeyError, ValueError) as error:
            raise ValueError(
                "„period“ passt nicht zusammen: „as“ darf nur {0}, {1} … für die Klammern in „file“ enthalten"
            ) from error
        return self


class Rated(Record):
    """A condition on a number column: rows below it are not rated by the supplier and carry no figure."""

    column: str
    at_least: float


class Recipe(Record):
    """How one kind of table of a source is read; `spalten` names its columns of figures."""

    files: str = Field(min_length=1)
    level: str
    area: str
    period: str | PeriodRule
    spalten: tuple[Column, ...]
    version: str = ""
    encoding: str = ""
    separator: str = ""
    decimal: str = ","
    thousands: str = "."
    sheet: str = ""
    header_row: int = Field(1, ge=1)
    area_width: int = Field(0, ge=0)
    not_assignable: tuple[str, ...] = ()
    total_rows: tuple[str, ...] = ()
    skip_rows: tuple[str, ...] = ()
    dimensions: Mapping[Dimension, str] = Field(default_factory=dict)
    recode: Mapping[Dimension | Literal["area"], Mapping[str, str]] = Field(default_factory=dict)
    signs: Mapping[str, Status] = Field(default_factory=dict)
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


def is_age(text: str) -> bool:
    """Whether a text is an age band: `0-2`, `18`, `85+`."""
    match = _AGE.fullmatch(text)
    return match is not None and (match[2] is None or int(match[1]) <= int(match[2]))


Rows = list[dict[str, Any]]


def read_recipes(path: Path) -> list[Recipe]:
    """Read the recipes of a source from `rezept.toml`; raises DeliveryError with all findings."""
    content = read_toml(path)
    blocks = content.get("tabelle", [])
    recipes: list[Recipe] = []
    wrong = [
        f"„{name}“ ist unbekannt; erwartet wird [[tabelle]]."
        for name in content
        if name not in ("tabelle", "register")
    ]
    if (not blocks and "register" not in content) or not isinstance(blocks, list):
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


def read(
    path: Path, recipe: Recipe, geographies: Sequence[Geography], catalogue: Catalogue
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read one delivered file into long rows.

    Returns a frame with the columns of COUNTS plus `indicator` (for published rates), `file`, `sheet` and `row`, and all
    findings. Nothing is repaired silently; a row with an error is left out.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        sheet = read_sheet(path, encoding=recipe.encoding, separator=recipe.separator, sheet=recipe.sheet)
    except DeliveryError as error:
        return _frame([]), [_placed(finding, name) for finding in error.findings]
    reader = _Reader(name, sheet, recipe, geographies, catalogue)
    return _frame(reader.rows()), reader.findings


def _placed(finding: Finding, name: str) -> Finding:
    return Finding(**{**finding.__dict__, "file": name})


def _frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    columns = [*COUNTS_COLUMNS, "indicator", "file", "sheet", "row"]
    return pd.DataFrame(list(rows), columns=columns)


class _Reader:
    """Walks through one sheet and collects rows and findings."""

    def __init__(
        self, name: str, sheet: Sheet, recipe: Recipe, geographies: Sequence[Geography], catalogue: Catalogue
    ) -> None:
        self.name, self.sheet, self.recipe = name, sheet, recipe
        self.geographies, self.catalogue = geographies, catalogue
        self.findings: list[Finding] = []
        self.signs = {**DEFAULT_SIGNS, **{sign: Status(status) for sign, status in recipe.signs.items()}}
        self.totals: dict[tuple[str, ...], float] = {}
        self.cache: dict[Cell, tuple[float, Status] | None] = {}
        self.told: set[str] = set()

    def rows(self) -> Rows:
        header = self._header()
        if header is None:
            return []
        self._check_variables()
        found: Rows = []
        start = self.recipe.header_row
        for number, cells in enumerate(self.sheet.rows[start:], start=start + 1):
            if any(text_of(cell) for cell in cells):
                found += self._row(number, cells, header)
        if not found and not self.findings:
            self._find(
                "Unter der Kopfzeile steht keine Zeile mit Zahlen.",
                "Die Datei ist unvollständig; fordern Sie sie neu an.",
            )
        self._check_totals(found)
        found = _merged(found)
        return [*found, *self._absent(found)]

    def _find(
        self,
        message: str,
        remedy: str,
        *,
        row: int | None = None,
        column: str = "",
        value: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.findings.append(
            Finding(
                message,
                remedy,
                file=self.name,
                sheet=self.sheet.name,
                row=row,
                column=column,
                value=value,
                severity=severity,
            )
        )

    def _header(self) -> dict[str, int] | None:
        wanted = self._wanted()
        rows = self.sheet.rows
        place = self.recipe.header_row - 1
        header = _positions(rows[place]) if place < len(rows) else {}
        missing = [name for name in wanted if name not in header]
        if not missing:
            return None if self._ambiguous(rows[place], wanted) else header
        for other, row in enumerate(rows[:30]):
            if other != place and all(name in _positions(row) for name in wanted):
                self._find(f"Die Spaltennamen stehen in Zeile {other + 1}, das Rezept erwartet sie in Zeile {place + 1}.",
                           f"Setzen Sie header_row = {other + 1} im Rezept, wenn die Tabelle sonst stimmt.", row=other + 1)  # fmt: skip
                return None
        for name in missing:
            close = difflib.get_close_matches(name, header, n=1)
            hint = f" Ähnlich: „{close[0]}“." if close else ""
            self._find(f"Die Spalte „{name}“ fehlt.{hint}", "Passen Sie das Rezept an oder fordern Sie die Datei neu an.",
                       row=place + 1, column=name)  # fmt: skip
        return None

    def _ambiguous(self, row: Sequence[Cell], wanted: Sequence[str]) -> bool:
        """Tell of columns that the recipe names and that are there more than once."""
        names = [text_of(cell) for cell in row]
        double = sorted({name for name in wanted if names.count(name) > 1})
        for name in double:
            self._find(f"Die Spalte „{name}“ gibt es mehrmals; welche gilt, ist nicht zu erkennen.",
                       "Lassen Sie die Spalten von der liefernden Stelle unterscheidbar benennen.",
                       row=self.recipe.header_row, column=name)  # fmt: skip
        return bool(double)

    def _wanted(self) -> list[str]:
        recipe = self.recipe
        period = (
            [recipe.period.column] if isinstance(recipe.period, PeriodRule) and recipe.period.column else []
        )
        rated = [recipe.only_if.column] if recipe.only_if else []
        return [
            recipe.area,
            *period,
            *recipe.dimensions.values(),
            *rated,
            *(column.column for column in recipe.spalten),
        ]

    def _check_variables(self) -> None:
        for column in self.recipe.spalten:
            known: Mapping[str, Any] = (
                self.catalogue.indicators if column.indicator else self.catalogue.variables
            )
            wanted = column.indicator or column.variable
            if wanted not in known:
                self._find(
                    f"Das Rezept nennt „{wanted}“, das der Katalog nicht kennt.",
                    "Ergänzen Sie den Katalog oder berichtigen Sie das Rezept.",
                    column=column.column,
                )
            elif column.indicator and not self._may_pass(column.indicator):
                self._find(f"Für die Kennzahl „{wanted}“ werden nur fertige Werte ohne Fallzahlen geliefert.",
                           "Fertige Werte dürfen nur aus einer Quelle mit dem Profil „veroeffentlicht“ kommen; fordern Sie Zähler und Nenner an.",
                           column=column.column)  # fmt: skip

    def _may_pass(self, indicator: str) -> bool:
        block = self.catalogue.indicators[indicator]
        return block.published and self.catalogue.rule_of(block.source).published

    def _row(self, number: int, cells: Sequence[Cell], header: Mapping[str, int]) -> Rows:
        place = header[self.recipe.area]
        key = text_of(cells[place]) if place < len(cells) else ""
        if key in self.recipe.skip_rows:
            return []
        if not self._fits(number, cells, header):
            return []
        key = self.recipe.recode.get("area", {}).get(key, key)
        period = self._period(number, cells, header)
        if period is None:
            return []
        geography = self._geography(period, number)
        dims = self._dimensions(number, cells, header)
        if geography is None or dims is None:
            return []
        is_total = key in self.recipe.total_rows
        area = NOT_ASSIGNABLE if key in self.recipe.not_assignable else key.zfill(self.recipe.area_width)
        if not is_total and not self._known(geography, area, key, number):
            return []
        rated = self._rated(cells, header)
        rows: Rows = []
        for column in self.recipe.spalten:
            row = self._figure(number, cells[header[column.column]], column, rated)
            if row is None:
                continue
            row |= {**dims, **{d: getattr(column, d) for d in DIMENSIONS if getattr(column, d)}}
            row |= {
                "area": area,
                "level": self.recipe.level,
                "version": geography.version,
                "period": period,
                "key": key,
            }
            if is_total:
                self.totals[_group(row)] = row["count"]
            else:
                rows.append(row)
        return rows

    def _fits(self, number: int, cells: Sequence[Cell], header: Mapping[str, int]) -> bool:
        """Whether a row has the width of the table: else its figures may stand under the wrong name."""
        if len(cells) <= max(header[name] for name in self._wanted()):
            self._find("Die Zeile ist kürzer als die Kopfzeile.",
                       "Die Datei ist vermutlich abgeschnitten; fordern Sie sie neu an. Eine Fußzeile nehmen Sie in „skip_rows“ des Rezepts auf.", row=number)  # fmt: skip
            return False
        beyond = cells[len(self.sheet.rows[self.recipe.header_row - 1]) :]
        if any(text_of(cell) for cell in beyond):
            self._find("Die Zeile hat mehr Spalten als die Kopfzeile; ihre Zahlen könnten verrutscht sein.",
                       "Prüfen Sie Trennzeichen und Anführungszeichen; fordern Sie die Datei neu an.", row=number)  # fmt: skip
            return False
        return True

    def _once(self, text: str, number: int) -> int | None:
        """The row of a finding that is told once for the whole file; None when it was told before."""
        known = text in self.told
        self.told.add(text)
        return None if known else number

    def _period(self, number: int, cells: Sequence[Cell], header: Mapping[str, int]) -> str | None:
        rule = self.recipe.period
        if isinstance(rule, str):
            text = rule
        elif rule.column:
            text = rule.form.format(_iso(text_of(cells[header[rule.column]])))
        else:
            match = re.search(rule.file, self.name)
            text = rule.form.format(*match.groups()) if match else ""
        try:
            periods.parse(text)
        except ValueError:
            in_column = isinstance(rule, PeriodRule) and rule.column
            row = number if in_column else self._once(f"period {text}", number)
            if row is not None:
                self._find(f"„{text}“ ist kein Berichtszeitraum.", "Erwartet wird z. B. 2024-12-31, 2024, 2024-Q4 oder 2023/24; prüfen Sie „period“ im Rezept.",
                           row=row if in_column else None, column=rule.column if isinstance(rule, PeriodRule) else "", value=text)  # fmt: skip
            return None
        return text

    def _geography(self, period: str, number: int) -> Geography | None:
        day = periods.parse(period).end.isoformat()
        for geography in self.geographies:
            wanted = geography.version == self.recipe.version or (
                not self.recipe.version and geography.covers(day)
            )
            if wanted and self.recipe.level in {level.id for level in geography.levels}:
                return geography
        if self._once(f"geography {period}", number) is None:
            return None
        self._find(f"Für {periods.label(period)} gibt es keinen Gebietsstand mit der Ebene „{self.recipe.level}“.",
                   "Ergänzen Sie [[gebiete.versionen]] in kommune.toml oder nennen Sie „version“ im Rezept.", row=number)  # fmt: skip
        return None

    def _dimensions(
        self, number: int, cells: Sequence[Cell], header: Mapping[str, int]
    ) -> dict[str, str] | None:
        dims = dict.fromkeys(DIMENSIONS, TOTAL)
        for dimension, column in self.recipe.dimensions.items():
            text = text_of(cells[header[column]])
            recode = self.recipe.recode.get(dimension)
            if recode is not None and text not in recode:
                self._find(f"„{text}“ ist für „{column}“ nicht vorgesehen; bekannt: {', '.join(recode)}.",
                           "Ergänzen Sie „recode“ im Rezept.", row=number, column=column, value=text)  # fmt: skip
                return None
            text = recode[text] if recode else text
            if _SEPARATORS & set(text):
                self._find("Ein Wort einer Gliederung darf kein Komma, Semikolon, Gleichheitszeichen und keine Klammer enthalten.",
                           "Übersetzen Sie es mit „recode“ im Rezept.", row=number, column=column, value=text)  # fmt: skip
                return None
            if not text or (dimension == "age" and text != TOTAL and not is_age(text)):
                self._find("Das ist keine Altersgruppe." if text else "Die Angabe fehlt.",
                           "Erwartet wird z. B. 0-2, 18 oder 85+; übersetzen Sie andere Wörter mit „recode“ im Rezept.", row=number, column=column, value=text)  # fmt: skip
                return None
            dims[dimension] = text
        return dims

    def _known(self, geography: Geography, area: str, key: str, number: int) -> bool:
        if (self.recipe.level, area) in geography.by_code:
            return True
        similar = geography.similar(self.recipe.level, area)
        hint = f" Ähnlich: {', '.join(similar)}." if similar else ""
        self._find(f"Das Gebiet {key or '(leer)'} gibt es im Gebietsstand {geography.label} nicht.{hint}",
                   "Übersetzen Sie den Schlüssel mit „recode.area“ im Rezept oder nehmen Sie ihn dort in „not_assignable“, „total_rows“ oder „skip_rows“ auf.",
                   row=number, column=self.recipe.area, value=key)  # fmt: skip
        return False

    def _rated(self, cells: Sequence[Cell], header: Mapping[str, int]) -> bool:
        rule = self.recipe.only_if
        if rule is None:
            return True
        number = self._number(cells[header[rule.column]])
        return number is not None and number[0] >= rule.at_least

    def _number(self, cell: Cell) -> tuple[float, Status] | None:
        if cell not in self.cache:
            self.cache[cell] = read_number(
                cell, self.signs, decimal=self.recipe.decimal, thousands=self.recipe.thousands
            )
        return self.cache[cell]

    def _figure(self, number: int, cell: Cell, column: Column, rated: bool) -> dict[str, Any] | None:
        place = {
            "row": number,
            "file": self.name,
            "sheet": self.sheet.name,
            "variable": column.variable,
            "indicator": column.indicator,
        }
        dims = dict.fromkeys(DIMENSIONS, TOTAL)
        if column.indicator and not rated:
            return {**dims, **place, "count": float("nan"), "status": Status.NOT_MEANINGFUL}
        figure = self._number(cell)
        text = text_of(cell)
        if figure is None:
            self._find("Das ist weder eine Zahl noch ein bekanntes Zeichen.", "Erklären Sie das Zeichen unter „signs“ im Rezept oder fragen Sie die liefernde Stelle.",
                       row=number, column=column.column, value=text)  # fmt: skip
            return None
        if column.variable and figure[0] < 0:
            self._find(
                "Eine Zahl von Fällen kann nicht negativ sein.",
                "Fragen Sie die liefernde Stelle.",
                row=number,
                column=column.column,
                value=text,
            )
            return None
        if column.variable and self._is_count(column) and math.isfinite(figure[0]) and figure[0] % 1:
            self._find(
                "Eine Zahl von Fällen muss ganz sein.",
                "Prüfen Sie Dezimal- und Tausenderzeichen im Rezept.",
                row=number,
                column=column.column,
                value=text,
            )
            return None
        return {**dims, **place, "count": figure[0], "status": figure[1]}

    def _is_count(self, column: Column) -> bool:
        variable = self.catalogue.variables.get(column.variable)
        return variable is not None and not variable.magnitude

    def _check_totals(self, rows: Rows) -> None:
        sums: dict[tuple[str, ...], float] = {}
        open_groups: set[tuple[str, ...]] = set()
        for row in rows:
            if math.isfinite(row["count"]):
                sums[_group(row)] = sums.get(_group(row), 0.0) + row["count"]
            else:
                open_groups.add(_group(row))
        for group, total in self.totals.items():
            # With a hidden part the total may be larger than the sum of the others, never smaller.
            more = total - sums.get(group, 0.0)
            if math.isfinite(total) and (more < -0.5 or (more > 0.5 and group not in open_groups)):
                what = ", ".join(part for part in group[1:] if part not in (TOTAL, ""))
                self._find(f"Die Summe der Gebiete ({sums.get(group, 0.0):.0f}) weicht von der Summenzeile ({total:.0f}) ab: {what}.",
                           "Fragen Sie die liefernde Stelle, welche Zahl gilt.")  # fmt: skip

    def _absent(self, rows: Rows) -> Rows:
        """Rows for areas that a table does not mention at all."""
        status = {"missing": Status.MISSING, "not_existing": Status.NOT_MEANINGFUL, "zero": Status.NONE}[
            self.recipe.absent_areas
        ]
        tables: dict[tuple[str, ...], dict[str, Any]] = {}
        present: dict[tuple[str, ...], set[str]] = {}
        for row in rows:
            tables.setdefault(_table(row), row)
            present.setdefault(_table(row)[:3], set()).add(row["area"])
        absent: Rows = []
        geographies = {geography.version: geography for geography in self.geographies}
        told: set[str] = set()
        for key, row in tables.items():
            for code in geographies[row["version"]].codes(self.recipe.level):
                if code not in present[key[:3]]:
                    absent.append(
                        {
                            **row,
                            "area": code,
                            "count": 0.0 if status is Status.NONE else float("nan"),
                            "status": status,
                            "row": None,
                        }
                    )
                    if status is Status.MISSING and code not in told:
                        told.add(code)
                        self._find(f"Das Gebiet {code} fehlt in der Tabelle; seine Werte gelten als nicht geliefert, sofern sie nicht in einer anderen Datei stehen.",
                                   "Fragen Sie nach oder setzen Sie absent_areas im Rezept.", severity=Severity.WARNING)  # fmt: skip
        return absent


def _merged(rows: Rows) -> Rows:
    """Rows of several keys for what cannot be placed, added up; a key that comes twice stays a duplicate."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    kept: Rows = []
    for row in rows:
        cell = (*_group(row), row["level"])
        first = found.setdefault(cell, row) if row["area"] == NOT_ASSIGNABLE else row
        if first is row or first["key"] == row["key"]:
            kept.append(row)
        else:
            first["count"] += row["count"]
            first["status"] = strongest([first["status"], row["status"]])
    return kept


def _positions(row: Sequence[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(row):
        found.setdefault(text_of(cell), position)
    return found


def _iso(text: str) -> str:
    """A German date as ISO; other texts stay as they are."""
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    return f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}" if match else text


def _group(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["version"], row["period"], row["variable"], row["indicator"], *(row[d] for d in DIMENSIONS))


def _table(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["version"], row["period"], row["variable"] or row["indicator"], *(row[d] for d in DIMENSIONS))
