"""Finished tables, CSV or workbook, long or wide, read by their recipe (fertige Tabellen)."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sozialraum import periods
from sozialraum.areas import Geography
from sozialraum.catalogue import Catalogue
from sozialraum.errors import DeliveryError, Finding, Severity, errors_of
from sozialraum.sources.guessing import periods_above
from sozialraum.sources.heading import Heading, Placed, read_heading, wanted
from sozialraum.sources.recipes import Column, PeriodRule, Recipe, is_age
from sozialraum.sources.rows import group_of, rows_frame
from sozialraum.sources.signs import DEFAULT_BESIDE, DEFAULT_MARKS, DEFAULT_SIGNS, read_number, why_no_number
from sozialraum.spreadsheet import Cell, Sheet, read_sheets, text_of
from sozialraum.tables import DIMENSIONS, NOT_ASSIGNABLE, TOTAL, Status, strongest

# Keys of cells are built with these.
_SEPARATORS = set(",;=[]|")
# The key of cases that only the row of totals counts.
REST = "Rest zur Summe"

Rows = list[dict[str, Any]]


def read(
    path: Path, recipe: Recipe, geographies: Sequence[Geography], catalogue: Catalogue
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read one delivered file into long rows.

    Returns a frame with `rows.ROW_COLUMNS` (`indicator` for published rates) and all findings. Nothing is repaired silently:
    a figure that cannot stand is a row with a `problem`, for a correction on record to settle or to be left out.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        sheets = read_sheets(
            path,
            encoding=recipe.encoding,
            separator=recipe.separator,
            sheet=recipe.sheet,
            matching=recipe.sheets,
        )
    except DeliveryError as error:
        return rows_frame([]), [replace(finding, file=name) for finding in error.findings]
    readers = [_Reader(name, sheet, recipe, geographies, catalogue) for sheet in sheets]
    rows = [row for reader in readers for row in reader.rows()]
    return rows_frame(rows), [finding for reader in readers for finding in reader.findings]


class _Reader:
    """Walks through one sheet and collects rows and findings."""

    def __init__(
        self, name: str, sheet: Sheet, recipe: Recipe, geographies: Sequence[Geography], catalogue: Catalogue
    ) -> None:
        self.name, self.sheet, self.recipe = name, sheet, recipe
        self.geographies, self.catalogue = geographies, catalogue
        self.findings: list[Finding] = []
        self.signs = {**DEFAULT_SIGNS, **{sign: Status(status) for sign, status in recipe.signs.items()}}
        self.totals: dict[tuple[str, ...], dict[str, Any]] = {}
        self.cache: dict[Cell, tuple[float, Status] | None] = {}
        self.told: set[str] = set()
        self.marks = {**DEFAULT_MARKS, **{mark: Status(status) for mark, status in recipe.marks.items()}}
        self.geography_of: dict[str, Geography | None] = {}
        self.united: set[str] = set()

    def rows(self) -> Rows:
        for remark in self.sheet.remarks:
            self._find(remark, "Es ist nichts zu tun.", severity=Severity.WARNING)
        heading = self._heading()
        if heading is None:
            return []
        self._check_variables()
        found: Rows = []
        for number, cells in self._body(heading):
            found += self._row(number, cells, heading)
        if not found and not errors_of(self.findings):
            self._find(
                "Unter der Kopfzeile steht keine Zeile mit Zahlen.",
                "Die Datei ist unvollständig; fordern Sie sie neu an.",
            )
        self._check_periods({str(row["period"]) for row in found})
        checked = self._check_totals(found)
        found = _merged([*found, *(row for row in checked if "whole" not in row)], self.united)
        return [*found, *self._absent(found), *(row for row in checked if "whole" in row)]

    def _heading(self) -> Heading | None:
        heading, problems = read_heading(self.sheet.rows, self.recipe)
        for problem in problems:
            self._find(problem.message, problem.remedy, row=problem.row, column=problem.column)
        return heading

    def _body(self, heading: Heading) -> Iterator[tuple[int, Sequence[Cell]]]:
        """The numbered rows below the heading up to the footnotes, merged cells filled downwards, empty rows left out."""
        down = [heading[name] for name in self.recipe.fill_down]
        above: dict[int, Cell] = {}
        for number, row in enumerate(self.sheet.rows[self.recipe.start - 1 :], start=self.recipe.start):
            first = next((text_of(cell) for cell in row if text_of(cell)), "")
            if first and self.recipe.ends_before and first.startswith(self.recipe.ends_before):
                return
            if not first or not self.recipe.holds(number):
                continue
            cells = list(row)
            for place in down:
                if place < len(cells):
                    above[place] = cells[place] if text_of(cells[place]) else above.get(place)
                    cells[place] = above[place]
            yield number, cells

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

    def _check_periods(self, told: set[str]) -> None:
        """A period that has not come yet, or another one than the text above the table names, is likely the wrong year."""
        late = [period for period in sorted(told) if periods.parse(period).end > datetime.now(UTC).date()]
        if late:
            self._find(
                f"Der Berichtszeitraum {periods.label(late[-1])} liegt in der Zukunft.",
                "Prüfen Sie Dateinamen und „period“ im Rezept.",
                value=late[-1],
                severity=Severity.WARNING,
            )
        if len(told) != 1:
            return
        (period,) = told
        for number, text, named in periods_above(self.sheet.rows[: min(self.recipe.heading) - 1]):
            if periods.parse(named).end != periods.parse(period).end:
                self._find(
                    f"Über der Tabelle steht „{text}“, gelesen wird sie als {periods.label(period)}.",
                    "Prüfen Sie Dateinamen und „period“ im Rezept; ist die falsche Datei gekommen, fordern Sie die richtige an.",
                    row=number,
                    value=text,
                    severity=Severity.WARNING,
                )

    def _may_pass(self, indicator: str) -> bool:
        block = self.catalogue.indicators[indicator]
        return block.published and self.catalogue.rule_of(block.source).published

    def _row(self, number: int, cells: Sequence[Cell], heading: Heading) -> Rows:
        place = heading[self.recipe.area]
        text = text_of(cells[place]) if place < len(cells) else ""
        if self._is_passed_over(text, cells, heading) or not self._fits(number, cells, heading):
            return []
        key = self._key(text)
        dims = self._dimensions(number, cells, heading)
        if dims is None:
            return []
        row_period = self._period(number, cells, heading) if self.recipe.period else ""
        rated = self._rated(cells, heading)
        beside = self._beside(number, cells, heading)
        if beside is None:
            return []
        rows: Rows = []
        areas: dict[str, tuple[str, Finding | None]] = {}
        for placed in heading.placed:
            period = self._checked(placed.period, number, placed.name) if placed.period else row_period
            geography = self._geography(period, number) if period else None
            if period is None or geography is None:
                continue
            if geography.version not in areas:
                areas[geography.version] = self._area(geography, key, number)
            area, misplaced = areas[geography.version]
            row = self._figure(number, cells[placed.position], placed, rated)
            row |= _with_sign(row, beside)
            row |= {**dims, **placed.dims, "area": area, "level": self.recipe.level}
            row |= {"version": geography.version, "period": period, "key": key, "misplaced": misplaced}
            if key in self.recipe.total_rows:
                self.totals[group_of(row)] = row
            else:
                rows.append(row)
        return rows

    def _is_passed_over(self, text: str, cells: Sequence[Cell], heading: Heading) -> bool:
        """Whether the recipe says that a row belongs to something else: a heading in between, another table, another level."""
        recipe = self.recipe
        if text in recipe.skip_rows or (recipe.skip_matching and re.search(recipe.skip_matching, text)):
            return True
        if recipe.only_areas and not re.fullmatch(recipe.only_areas, text):
            return True
        for name, texts in recipe.only_rows.items():
            place = heading[name]
            if place >= len(cells) or text_of(cells[place]) not in texts:
                return True
        return False

    def _key(self, text: str) -> str:
        """The key (or name) of an area in its cell, translated by the recipe."""
        match = re.search(self.recipe.area_pattern, text) if self.recipe.area_pattern else None
        found = match["area"].strip() if match else text
        translated = self.recipe.recode.get("area", {})
        return translated.get(text, translated.get(found, found))

    def _fits(self, number: int, cells: Sequence[Cell], heading: Heading) -> bool:
        """Whether a row has the width of the table: else its figures may stand under the wrong name."""
        needed = [heading[name] for name in wanted(self.recipe)] + [p.position for p in heading.placed]
        if len(cells) <= max(needed):
            self._find("Die Zeile ist kürzer als die Kopfzeile.",
                       "Die Datei ist vermutlich abgeschnitten; fordern Sie sie neu an. Eine Fußzeile nehmen Sie in „skip_rows“ oder „ends_before“ des Rezepts auf.", row=number)  # fmt: skip
            return False
        if any(text_of(cell) for cell in cells[heading.width :]):
            self._find("Die Zeile hat mehr Spalten als die Kopfzeile; ihre Zahlen könnten verrutscht sein.",
                       "Prüfen Sie Trennzeichen und Anführungszeichen; fordern Sie die Datei neu an.", row=number)  # fmt: skip
            return False
        return True

    def _once(self, text: str, number: int) -> int | None:
        """The row of a finding that is told once for the whole file; None when it was told before."""
        known = text in self.told
        self.told.add(text)
        return None if known else number

    def _period(self, number: int, cells: Sequence[Cell], heading: Heading) -> str | None:
        rule = self.recipe.period
        if isinstance(rule, str):
            return self._checked(rule, None, "")
        if rule.column:
            return self._checked(_found(rule, text_of(cells[heading[rule.column]])), number, rule.column)
        source = self.name if rule.file else self.sheet.name if rule.sheet else self._cell(rule.cell)
        return self._checked(_found(rule, source), None, "")

    def _cell(self, reference: str) -> str:
        """The text of a cell by its reference, such as `A3`; empty when there is none."""
        letters = reference.rstrip("0123456789")
        number = int(reference[len(letters) :])
        place = 0
        for letter in letters:
            place = 26 * place + ord(letter) - 64
        rows = self.sheet.rows
        return (
            text_of(rows[number - 1][place - 1])
            if number <= len(rows) and place <= len(rows[number - 1])
            else ""
        )

    def _checked(self, text: str, number: int | None, column: str) -> str | None:
        """The period when it is one; told per row for a column, once per file otherwise."""
        try:
            periods.parse(text)
        except ValueError:
            if number is not None or self._once(f"period {text}", 0) is not None:
                self._find(f"„{text}“ ist kein Berichtszeitraum.", "Erwartet wird z. B. 2024-12-31, 2024, 2024-Q4 oder 2023/24; prüfen Sie „period“ im Rezept.",
                           row=number, column=column, value=text)  # fmt: skip
            return None
        return text

    def _geography(self, period: str, number: int) -> Geography | None:
        if period in self.geography_of:
            return self.geography_of[period]
        found = self._geography_of(period)
        self.geography_of[period] = found
        if found is None:
            self._find(f"Für {periods.label(period)} gibt es keinen Gebietsstand mit der Ebene „{self.recipe.level}“.",
                       "Ergänzen Sie [[gebiete.versionen]] in kommune.toml oder nennen Sie „version“ im Rezept.", row=number)  # fmt: skip
        return found

    def _geography_of(self, period: str) -> Geography | None:
        day = periods.parse(period).end.isoformat()
        for geography in self.geographies:
            fits = geography.version == self.recipe.version or (
                not self.recipe.version and geography.covers(day)
            )
            if fits and self.recipe.level in {level.id for level in geography.levels}:
                return geography
        return None

    def _dimensions(self, number: int, cells: Sequence[Cell], heading: Heading) -> dict[str, str] | None:
        dims = dict.fromkeys(DIMENSIONS, TOTAL)
        for dimension, column in self.recipe.dimensions.items():
            text = text_of(cells[heading[column]])
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

    def _area(self, geography: Geography, key: str, number: int) -> tuple[str, Finding | None]:
        """The code of the area that a row speaks of; where it is not certain, its key as delivered, and why."""
        if key in self.recipe.total_rows:
            return key, None
        if key in self.recipe.not_assignable:
            return NOT_ASSIGNABLE, None
        if self.recipe.area_by == "name" and (self.recipe.level, key) not in geography.by_code:
            return self._named(geography, key, number)
        code = key.zfill(self.recipe.area_width)
        if (self.recipe.level, code) in geography.by_code:
            return code, None
        if (self.recipe.level, code) in geography.united:
            return self._united(geography.united[self.recipe.level, code])
        similar = geography.similar(self.recipe.level, code)
        hint = f" Ähnlich: {', '.join(similar)}." if similar else ""
        remedy = 'Übersetzen Sie den Schlüssel mit „recode.area“ im Rezept oder nehmen Sie ihn dort in „not_assignable“, „total_rows“ oder „skip_rows“ auf; ein einmaliger Fehler gehört in korrekturen.toml (action = "reassign").'
        if not key:
            hint, remedy = (
                "",
                "Ist die Zelle über mehrere Zeilen verbunden, setzen Sie fill_down im Rezept; fehlt der Schlüssel, fragen Sie die liefernde Stelle.",
            )
        elif padded := _with_lost_zeros(key, geography.codes(self.recipe.level)):
            hint, remedy = (
                " Dem Schlüssel fehlen führende Nullen.",
                f"Setzen Sie area_width = {len(padded)} im Rezept.",
            )
        return key, self._misplaced(f"Das Gebiet {key or '(leer)'} gibt es im Gebietsstand {geography.label} nicht.{hint}", remedy, number, key)  # fmt: skip

    def _united(self, code: str) -> tuple[str, None]:
        """An area that was united with others: the rows of its parts are added up."""
        self.united.add(code)
        return code, None

    def _named(self, geography: Geography, name: str, number: int) -> tuple[str, Finding | None]:
        codes = geography.codes_named(self.recipe.level, name)
        if len(codes) == 1:
            return codes[0], None
        if codes:
            return name, self._misplaced(f"Den Namen „{name}“ tragen mehrere Gebiete ({', '.join(codes)}).",
                       "Lassen Sie sich die Tabelle mit Schlüsseln geben, unterscheiden Sie die Zeilen mit „recode.area“ im Rezept oder ordnen Sie sie in korrekturen.toml zu (action = \"reassign\").",
                       number, name)  # fmt: skip
        similar = geography.similar_names(self.recipe.level, name)
        hint = f" Ähnlich: {', '.join(similar)}." if similar else ""
        return name, self._misplaced(f"Ein Gebiet „{name}“ gibt es im Gebietsstand {geography.label} nicht.{hint}",
                   "Übersetzen Sie den Namen mit „recode.area“ im Rezept oder nehmen Sie ihn dort in „not_assignable“, „total_rows“ oder „skip_rows“ auf.",
                   number, name)  # fmt: skip

    def _misplaced(self, message: str, remedy: str, number: int, value: str) -> Finding:
        return Finding(
            message, remedy, file=self.name, sheet=self.sheet.name, row=number, column=self.recipe.area, value=value
        )  # fmt: skip

    def _rated(self, cells: Sequence[Cell], heading: Heading) -> bool:
        rule = self.recipe.only_if
        if rule is None:
            return True
        number = self._number(cells[heading[rule.column]])
        return number is not None and number[0] >= rule.at_least

    def _beside(self, number: int, cells: Sequence[Cell], heading: Heading) -> Status | None:
        """What the sign column says about the figures of a row; None, with a finding, when the sign is unknown."""
        if not self.recipe.sign_column:
            return Status.OK
        text = text_of(cells[heading[self.recipe.sign_column]])
        known = {**self.signs, **DEFAULT_BESIDE, **self.recipe.marks, **self.recipe.signs}
        if text not in known:
            self._find("Dieses Zeichen ist nicht erklärt.", "Erklären Sie es unter „marks“ im Rezept.",
                       row=number, column=self.recipe.sign_column, value=text)  # fmt: skip
            return None
        return Status(known[text])

    def _number(self, cell: Cell) -> tuple[float, Status] | None:
        # A date is equal to no number, but 1 and 1.0 and True are one key.
        if cell not in self.cache:
            self.cache[cell] = read_number(
                cell,
                self.signs,
                decimal=self.recipe.decimal,
                thousands=self.recipe.thousands,
                marks=self.marks,
            )
        return self.cache[cell]

    def _figure(self, number: int, cell: Cell, placed: Placed, rated: bool) -> dict[str, Any]:
        """The row of one cell; with a `problem` where the figure cannot stand."""
        column = placed.column
        base = {
            **dict.fromkeys(DIMENSIONS, TOTAL),
            "row": number, "file": self.name, "sheet": self.sheet.name, "text": text_of(cell), "problem": None,
            "variable": column.variable, "indicator": column.indicator,
        }  # fmt: skip
        if column.indicator and not rated:
            return {**base, "count": math.nan, "status": Status.NOT_MEANINGFUL}
        figure = self._number(cell)
        wrong = why_no_number(cell) if figure is None else self._objection(figure[0], column)
        if wrong:
            problem = Finding(*wrong, file=self.name, sheet=self.sheet.name, row=number, column=placed.name, value=text_of(cell))  # fmt: skip
            return {**base, "count": math.nan, "status": Status.MISSING, "problem": problem}
        assert figure is not None
        return {**base, "count": figure[0], "status": figure[1]}

    def _objection(self, figure: float, column: Column) -> tuple[str, str] | None:
        if column.variable and figure < 0:
            return "Eine Zahl von Fällen kann nicht negativ sein.", "Fragen Sie die liefernde Stelle."
        if column.variable and self._is_count(column) and math.isfinite(figure) and figure % 1:
            return (
                "Eine Zahl von Fällen muss ganz sein.",
                "Prüfen Sie Dezimal- und Tausenderzeichen im Rezept.",
            )
        return None

    def _is_count(self, column: Column) -> bool:
        variable = self.catalogue.variables.get(column.variable)
        return variable is not None and not variable.magnitude

    def _check_totals(self, rows: Rows) -> Rows:
        """Compare the sums with the rows of totals; returns what is left over where the recipe knows it as unplaced cases."""
        sums: dict[tuple[str, ...], float] = {}
        open_groups: set[tuple[str, ...]] = set()
        samples: dict[tuple[str, ...], dict[str, Any]] = {}
        for row in rows:
            samples.setdefault(group_of(row), row)
            if math.isfinite(row["count"]):
                sums[group_of(row)] = sums.get(group_of(row), 0.0) + row["count"]
            else:
                open_groups.add(group_of(row))
        rest: Rows = []
        for group, whole in self.totals.items():
            total = whole["count"]
            # With a hidden part the total may be larger than the sum of the others, never smaller.
            more = total - sums.get(group, 0.0)
            if not math.isfinite(total) or abs(more) <= 0.5 or (more > 0 and group in open_groups):
                continue
            if self.recipe.total_rest and more > 0 and group in samples:
                rest.append(
                    {
                        **samples[group],
                        "area": NOT_ASSIGNABLE,
                        "key": REST,
                        "count": more,
                        "status": Status.OK,
                        "text": "",
                        "problem": None,
                        "misplaced": None,
                    }
                )
                continue
            rest.append({**whole, "whole": True})
        return rest

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
                            "problem": None,
                            "misplaced": None,
                            "text": "",
                        }
                    )
                    if status is Status.MISSING and code not in told:
                        told.add(code)
                        self._find(f"Das Gebiet {code} fehlt in der Tabelle; seine Werte gelten als nicht geliefert, sofern sie nicht in einer anderen Datei stehen.",
                                   "Fragen Sie nach oder setzen Sie absent_areas im Rezept.", severity=Severity.WARNING)  # fmt: skip
        return absent


_WITHOUT_FIGURE = (Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL)


def _with_sign(row: Mapping[str, Any], beside: Status) -> dict[str, Any]:
    """What a sign in a column of its own makes of a figure: takes it away, or weakens it."""
    if beside in _WITHOUT_FIGURE:
        return {"count": math.nan, "status": beside, "problem": None}
    if beside is not Status.OK and row["status"] in (Status.OK, Status.NONE):
        return {"status": beside}
    return {}


def _merged(rows: Rows, united: Collection[str]) -> Rows:
    """Rows of several keys for what cannot be placed, and of the parts of united areas, added up; a key that comes twice stays a duplicate."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    keys: dict[tuple[str, ...], set[str]] = {}
    kept: Rows = []
    for row in rows:
        cell = (*group_of(row), row["level"], row["area"])
        several = row["area"] == NOT_ASSIGNABLE or row["area"] in united
        first = found.setdefault(cell, row) if several else row
        seen = keys.setdefault(cell, set())
        if first is row or row["key"] in seen:
            kept.append(row)
        else:
            first["count"] += row["count"]
            if first["problem"] is None and row["problem"] is not None:
                first |= {"problem": row["problem"], "text": row["text"]}
            first["status"] = strongest([first["status"], row["status"]])
        seen.add(row["key"])
    return kept


def _with_lost_zeros(key: str, codes: Sequence[str]) -> str:
    """The code that a numeric key would be with leading zeros; empty when there is none."""
    return next(
        (
            code
            for code in codes
            if key.isdigit() and code != key and code.lstrip("0") == key.lstrip("0") != ""
        ),
        "",
    )


def _found(rule: PeriodRule, text: str) -> str:
    """What a period rule makes of a text: the parts that its pattern finds, German dates as ISO."""
    if not rule.pattern:
        return rule.form.format(periods.from_german(text))
    match = re.search(rule.pattern, text)
    if not match:
        return ""
    parts = match.groups("") or (match[0],)
    return rule.form.format(*(periods.from_german(part) for part in parts))


def _table(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["version"], row["period"], row["variable"] or row["indicator"], *(row[d] for d in DIMENSIONS))
