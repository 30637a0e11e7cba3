"""Rezepte: wie eine gelieferte Tabelle zu Grundzahlen wird."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import kleinstadt
from sozialraum.catalogue import shipped
from sozialraum.errors import Finding, Severity
from sozialraum.sources import recipes, tabelle
from sozialraum.sources.rows import settled
from sozialraum.tables import Status

RECIPE = {"files": "*", "level": "bezirk", "area": "Bezirk", "period": "2024-12-31"}


def read(path: Path, **recipe: object) -> tuple[pd.DataFrame, list[Finding]]:
    """Read one file with a recipe; areas and catalogue are those of Kleinstadt."""
    known = recipes.Recipe.model_validate(RECIPE | recipe)
    rows, findings = tabelle.read(path, known, [kleinstadt.geography()], shipped())
    standing, unsettled = settled(rows)
    return standing, [*findings, *unsettled]


def csv(tmp_path: Path, text: str, name: str = "lieferung.csv") -> Path:
    return kleinstadt.put(tmp_path, f"einwohnerregister/{name}", text)


def figures(rows: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """The rows that were delivered, without those for absent areas."""
    return list(rows[rows["row"].notna()][list(columns)].itertuples(index=False, name=None))


def test_a_long_table(tmp_path: Path) -> None:
    """Eine lange Tabelle hat eine Zeile je Ausprägung."""
    path = csv(tmp_path, "Bezirk;Alter;Geschlecht;Anzahl\n011;0-14;männlich;92\n011;0-14;weiblich;88\n")
    rows, findings = read(
        path, dimensions={"age": "Alter", "sex": "Geschlecht"}, recode={"sex": {"männlich": "m", "weiblich": "w"}},
        spalten=[{"column": "Anzahl", "variable": "einwohner"}],
    )  # fmt: skip

    assert figures(rows, "area", "age", "sex", "count", "row") == [
        ("011", "0-14", "m", 92, 2),
        ("011", "0-14", "w", 88, 3),
    ]
    assert [f for f in findings if f.severity is Severity.ERROR] == []


def test_a_wide_table(tmp_path: Path) -> None:
    """Eine breite Tabelle hat eine Spalte je Merkmal oder Ausprägung."""
    path = csv(tmp_path, "Bezirk;Name;unter 15;arbeitslos\n011;Altstadt;180;61\n012;Neustadt;1.150;.\n")
    rows, _ = read(
        path,
        spalten=[{"column": "unter 15", "variable": "einwohner", "age": "0-14"}, {"column": "arbeitslos", "variable": "arbeitslose"}],
    )  # fmt: skip

    assert figures(rows, "area", "variable", "age", "status") == [
        ("011", "einwohner", "0-14", Status.OK), ("011", "arbeitslose", "insgesamt", Status.OK),
        ("012", "einwohner", "0-14", Status.OK), ("012", "arbeitslose", "insgesamt", Status.SUPPRESSED),
    ]  # fmt: skip
    assert rows["count"].iloc[2] == 1150


def test_a_workbook_with_lines_above_its_header(tmp_path: Path) -> None:
    """In einer Arbeitsmappe dürfen Zeilen über der Kopfzeile stehen, und Schlüssel dürfen ihre Null verloren haben."""
    book = openpyxl.Workbook()
    for line in (["Auswertung"], ["Stand: 31.12.2024"], ["Bezirk", "Anzahl"], [11, 1210], [12, 950]):
        book.active.append(line)
    (tmp_path / "einwohnerregister").mkdir()
    book.save(tmp_path / "einwohnerregister" / "mappe.xlsx")
    rows, _ = read(
        tmp_path / "einwohnerregister" / "mappe.xlsx", header_row=3, area_width=3,
        spalten=[{"column": "Anzahl", "variable": "einwohner"}],
    )  # fmt: skip

    assert figures(rows, "area", "count", "row") == [("011", 1210, 4), ("012", 950, 5)]


def test_the_period_stands_in_a_column_or_in_the_name(tmp_path: Path) -> None:
    """Der Zeitraum steht im Rezept, in einer Spalte oder im Dateinamen."""
    column = csv(tmp_path, "Bezirk;Stichtag;Anzahl\n011;31.12.2023;1\n011;2024-12-31;2\n")
    name = csv(tmp_path, "Bezirk;Anzahl\n011;3\n", "ew_2022.csv")
    spalten = [{"column": "Anzahl", "variable": "einwohner"}]

    dated, _ = read(column, spalten=spalten, period={"column": "Stichtag"})
    named, _ = read(name, spalten=spalten, period={"file": r"ew_(\d{4})", "as": "{0}-12-31"})
    assert figures(dated, "period", "count") == [("2023-12-31", 1), ("2024-12-31", 2)]
    assert figures(named, "period", "count") == [("2022-12-31", 3)]


def test_cases_without_a_place_are_kept(tmp_path: Path) -> None:
    """Fälle ohne Gebiet bleiben erhalten; mehrere Schlüssel dafür werden zusammengezählt."""
    path = csv(tmp_path, "Bezirk;Anzahl\n011;100\n998;3\n999;4\n")
    rows, findings = read(
        path, not_assignable=["998", "999"], spalten=[{"column": "Anzahl", "variable": "einwohner"}]
    )

    assert figures(rows, "area", "count") == [("011", 100), ("nz", 7)]
    assert [f for f in findings if f.severity is Severity.ERROR] == []


@pytest.mark.parametrize(("total", "wrong"), [("31", False), ("30", True), ("32", True)])
def test_a_row_of_totals_is_checked_and_not_counted(tmp_path: Path, total: str, wrong: bool) -> None:
    """Eine Summenzeile wird geprüft und nicht mitgezählt."""
    path = csv(tmp_path, f"Bezirk;Anzahl\n011;10\n012;20\nohne;1\nInsgesamt;{total}\n")
    rows, findings = read(
        path,
        total_rows=["Insgesamt"],
        not_assignable=["ohne"],
        spalten=[{"column": "Anzahl", "variable": "einwohner"}],
    )

    assert figures(rows, "area", "count") == [("011", 10), ("012", 20), ("nz", 1)]
    assert any("Summenzeile" in f.message for f in findings) is wrong


@pytest.mark.parametrize(("total", "wrong"), [("35", False), ("29", True)])
def test_a_total_may_exceed_a_sum_with_hidden_parts(tmp_path: Path, total: str, wrong: bool) -> None:
    """Sind Teile gesperrt, darf die Summenzeile größer sein als die Summe der übrigen, aber nicht kleiner."""
    path = csv(tmp_path, f"Bezirk;Anzahl\n011;10\n012;20\n013;.\nInsgesamt;{total}\n")
    _, findings = read(
        path, total_rows=["Insgesamt"], spalten=[{"column": "Anzahl", "variable": "arbeitslose"}]
    )

    assert any("Summenzeile" in f.message for f in findings) is wrong


@pytest.mark.parametrize(
    ("rule", "status", "warned"),
    [
        ("missing", Status.MISSING, True),
        ("zero", Status.NONE, False),
        ("not_existing", Status.NOT_MEANINGFUL, False),
    ],
)
def test_an_area_that_a_table_does_not_mention(
    tmp_path: Path, rule: str, status: Status, warned: bool
) -> None:
    """Ein Gebiet, das in der Tabelle fehlt, gilt als nicht geliefert, sofern das Rezept nichts anderes sagt."""
    path = csv(
        tmp_path, "Bezirk;Anzahl\n" + "".join(f"{code};10\n" for code in list(kleinstadt.BEZIRKE)[:-1])
    )
    rows, findings = read(path, absent_areas=rule, spalten=[{"column": "Anzahl", "variable": "einwohner"}])
    absent = rows[rows["row"].isna()]

    assert list(absent["area"]) == ["023"]
    assert list(absent["status"]) == [status]
    assert [f.severity for f in findings] == [Severity.WARNING] * warned


def test_a_footer_may_be_passed_over(tmp_path: Path) -> None:
    """Fußzeilen, die das Rezept nennt, werden übergangen, auch wenn sie kürzer sind."""
    path = csv(tmp_path, "Bezirk;Anzahl\n011;10\nQuelle: Meldebehörde\n")
    _, findings = read(
        path, skip_rows=["Quelle: Meldebehörde"], spalten=[{"column": "Anzahl", "variable": "einwohner"}]
    )

    assert [f for f in findings if f.severity is Severity.ERROR] == []


def test_a_renamed_key_is_recoded_by_the_recipe(tmp_path: Path) -> None:
    """Ein anders geschriebener Gebietsschlüssel wird im Rezept übersetzt."""
    path = csv(tmp_path, "Bezirk;Anzahl\nAltstadt;10\n")
    rows, _ = read(
        path, recode={"area": {"Altstadt": "011"}}, spalten=[{"column": "Anzahl", "variable": "einwohner"}]
    )

    assert figures(rows, "area", "count") == [("011", 10)]
