"""Recipes (Rezepte): declarative reading of finished tables, CSV or workbook, long or wide."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ConfigDict, Field, ValidationError

from sozialraum import periods
from sozialraum.areas import Geography
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.loader import read_toml
from sozialraum.catalogue.model import Record
from sozialraum.errors import DeliveryError, Finding, Severity
from sozialraum.sources.signs import DEFAULT_SIGNS, read_number
from sozialraum.spreadsheet import Cell, Sheet, read_sheet, text_of
from sozialraum.tables import COUNTS_COLUMNS, DIMENSIONS, NOT_ASSIGNABLE, TOTAL, Status


class Column(Record):
    """One column of figures: which variable (or, for published rates, which indicator) and which cells it holds."""

    column: str
    variable: str = ""
    indicator: str = ""
    age: str = ""
    sex: str = ""
    nationality: str = ""


class PeriodRule(Record):
    """Where the period of a row stands: in a column, or in the name of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    column: str = ""
    file: str = ""
    form: str = Field("{0}", alias="as")


class Rated(Record):
    """A condition on a number column: rows below it are not rated by the supplier and carry no figure."""

    column: str
    at_least: float


class Recipe(Record):
    """How one kind of table of a source is read; `spalten` names its columns of figures."""

    files: str
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
    header_row: int = 1
    area_width: int = 0
    not_assignable: tuple[str, ...] = ()
    total_rows: tuple[str, ...] = ()
    skip_rows: tuple[str, ...] = ()
    dimensions: Mapping[str, str] = Field(default_factory=dict)
    recode: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    signs: Mapping[str, Status] = Field(default_factory=dict)
    absent_areas: str = "missing"
    only_if: Rated | None = None


Rows = list[dict[str, Any]]


def read_recipes(path: Path) -> list[Recipe]:
    """Read the recipes of a source from `rezept.toml`; raises DeliveryError with all findings."""
    blocks = read_toml(path).get("tabelle", [])
    recipes, findings = [], []
    for number, block in enumerate(blocks, start=1):
        try:
            recipes.append(Recipe.model_validate(block))
        except ValidationError as error:
            for problem in error.errors():
                where = ".".join(str(part) for part in problem["loc"])
                findings.append(
                    Finding(f"Tabelle {number}: „{where}“ passt nicht: {problem['msg']}", "Siehe docs/anleitungen/rezepte.md.", file=f"{path.parent.name}/{path.name}")
                )  # fmt: skip
    if not blocks:
        findings.append(
            Finding(
                "Das Rezept enthält keine [[tabelle]].",
                "Siehe docs/anleitungen/rezepte.md.",
                file=f"{path.parent.name}/{path.name}",
            )
        )
    if findings:
        raise DeliveryError(findings)
    return recipes


def read(
    path: Path, recipe: Recipe, geographies: Sequence[Geography], catalogue: Catalogue
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read one delivered file into long rows.

    Returns a frame with the columns of COUNTS plus `indicator` (for published rates), `file` and `row`, and all
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
    columns = [*COUNTS_COLUMNS, "indicator", "file", "row"]
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
            return header
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
        if len(cells) <= max(header[name] for name in self._wanted()):
            self._find(
                "Die Zeile ist kürzer als die Kopfzeile.",
                "Die Datei ist vermutlich abgeschnitten; fordern Sie sie neu an.",
                row=number,
            )
            return []
        key = text_of(cells[header[self.recipe.area]])
        if key in self.recipe.skip_rows:
            return []
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
        rows = []
        for column in self.recipe.spalten:
            row = self._figure(number, cells[header[column.column]], column, rated)
            if row is None:
                continue
            row |= {**dims, **{d: getattr(column, d) for d in DIMENSIONS if getattr(column, d)}}
            row |= {"area": area, "level": self.recipe.level, "version": geography.version, "period": period}
            if is_total:
                self.totals[_group(row)] = row["count"]
            else:
                rows.append(row)
        return rows

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
            self._find(
                f"„{text}“ ist kein Berichtszeitraum.",
                "Erwartet wird z. B. 2024-12-31, 2024, 2024-Q4 oder 2023/24.",
                row=number,
                value=text,
            )
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
            dims[dimension] = recode[text] if recode else text
        return dims

    def _known(self, geography: Geography, area: str, key: str, number: int) -> bool:
        if (self.recipe.level, area) in geography.by_code:
            return True
        similar = geography.similar(self.recipe.level, area)
        hint = f" Ähnlich: {', '.join(similar)}." if similar else ""
        self._find(f"Das Gebiet {key or '(leer)'} gibt es im Gebietsstand {geography.label} nicht.{hint}",
                   "Berichtigen Sie den Schlüssel in korrekturen.toml oder nehmen Sie ihn in „not_assignable“, „total_rows“ oder „skip_rows“ des Rezepts auf.",
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
        place = {"row": number, "file": self.name, "variable": column.variable, "indicator": column.indicator}
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
        if (
            column.variable
            and self._is_count(column)
            and math.isfinite(figure[0])
            and figure[0] % 1
        ):
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
        for row in rows:
            if math.isfinite(row["count"]):
                sums[_group(row)] = sums.get(_group(row), 0.0) + row["count"]
        for group, total in self.totals.items():
            if math.isfinite(total) and abs(sums.get(group, 0.0) - total) > 0.5:
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
                        self._find(f"Das Gebiet {code} fehlt in der Tabelle; seine Werte gelten als nicht geliefert.",
                                   "Fragen Sie nach oder setzen Sie absent_areas im Rezept.", severity=Severity.WARNING)  # fmt: skip
        return absent


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
