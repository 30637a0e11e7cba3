"""Tabellen, wie sie wirklich kommen: mehrzeilige Köpfe, Schlüssel mit Namen, Fußnoten, Zeichen, breite Reihen."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import kleinstadt
from sozialraum.catalogue import shipped
from sozialraum.errors import Finding, errors_of
from sozialraum.sources import recipes, tabelle
from sozialraum.sources.rows import settled
from sozialraum.spreadsheet import read_sheet, read_sheets
from sozialraum.tables import Status

RECIPE = {"files": "*", "level": "bezirk", "area": "Bezirk", "period": "2024-12-31"}
PERSONS = [{"column": "Anzahl", "variable": "einwohner"}]


def delivered(path: Path, **recipe: object) -> tuple[pd.DataFrame, list[Finding]]:
    """All rows of a file, also those that wait for a correction."""
    known = recipes.Recipe.model_validate(RECIPE | recipe)
    return tabelle.read(path, known, [kleinstadt.geography()], shipped())


def read(path: Path, **recipe: object) -> tuple[pd.DataFrame, list[Finding]]:
    """The rows of a file that can stand, and all findings."""
    rows, findings = delivered(path, **recipe)
    standing, unsettled = settled(rows)
    return standing, [*findings, *unsettled]


def csv(tmp_path: Path, text: str | bytes, name: str = "lieferung.csv") -> Path:
    return kleinstadt.put(tmp_path, f"einwohnerregister/{name}", text)


def book(
    tmp_path: Path, *lines: list[object], name: str = "lieferung.xlsx", merged: tuple[str, ...] = ()
) -> Path:
    workbook = openpyxl.Workbook()
    for line in lines:
        workbook.active.append(line)
    for cells in merged:
        workbook.active.merge_cells(cells)
    (tmp_path / "einwohnerregister").mkdir(exist_ok=True)
    workbook.save(tmp_path / "einwohnerregister" / name)
    return tmp_path / "einwohnerregister" / name


def figures(rows: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(rows[rows["row"].notna()][list(columns)].itertuples(index=False, name=None))


def messages(findings: list[Finding]) -> str:
    return "\n".join(str(finding) for finding in errors_of(findings))


def test_a_heading_of_several_rows(tmp_path: Path) -> None:
    """Verbundene Kopfzellen gelten für alle Spalten darunter: „Frauen / unter 15“."""
    path = book(
        tmp_path,
        ["Bevölkerung am 31. Dezember 2024"],
        ["Bezirk", "Männer", None, "Frauen", None, "Insgesamt"],
        [None, "unter 15", "15 und älter", "unter 15", "15 und älter", None],
        ["011", 90, 500, 80, 510, 1180],
        merged=("A2:A3", "B2:C2", "D2:E2", "F2:F3"),
    )
    rows, findings = read(
        path,
        header_rows=[2, 3],
        spalten=[
            {"column": "Frauen / unter 15", "variable": "einwohner", "sex": "w", "age": "0-14"},
            {"column": "Männer / 15 und älter", "variable": "einwohner", "sex": "m", "age": "15+"},
            {"column": "Insgesamt", "variable": "arbeitslose"},
        ],
    )
    assert not errors_of(findings), messages(findings)
    assert figures(rows, "variable", "sex", "age", "count", "row") == [
        ("einwohner", "w", "0-14", 80, 4),
        ("einwohner", "m", "15+", 500, 4),
        ("arbeitslose", "insgesamt", "insgesamt", 1180, 4),
    ]


def test_columns_by_pattern(tmp_path: Path) -> None:
    """Ein Muster liest eine Spalte je Jahr oder Altersgruppe; was es findet, wird Zeitraum oder Gruppe."""
    path = csv(tmp_path, "Bezirk;31.12.2023;31.12.2024\n011;92;93\n")
    rows, findings = read(
        path, period="", spalten=[{"matching": r"31\.12\.(?P<jahr>\d{4})", "variable": "einwohner", "period": "{jahr}-12-31"}]
    )  # fmt: skip
    assert not errors_of(findings), messages(findings)
    assert figures(rows, "period", "count") == [("2023-12-31", 92), ("2024-12-31", 93)]

    path = csv(tmp_path, "Bezirk;unter 15;15 bis 64;65 u. ä.\n011;20;60;9\n", "alter.csv")
    rows, _ = read(
        path,
        spalten=[{"matching": r"(unter 15|15 bis 64|65 u\. ä\.)", "variable": "einwohner", "age": "{0}"}],
        recode={"age": {"unter 15": "0-14", "15 bis 64": "15-64", "65 u. ä.": "65+"}},
    )
    assert figures(rows, "age", "count") == [("0-14", 20), ("15-64", 60), ("65+", 9)]


def test_a_pattern_that_finds_nothing_or_no_age_is_told(tmp_path: Path) -> None:
    path = csv(tmp_path, "Bezirk;unter drei\n011;4\n")
    _, findings = read(path, spalten=[{"matching": r"(unter .*)", "variable": "einwohner", "age": "{0}"}])
    assert "ist keine Altersgruppe" in messages(findings)
    _, findings = read(path, spalten=[{"matching": r"(\d{4})", "variable": "einwohner", "period": "{0}"}])
    assert "Kein Spaltenname passt zum Muster" in messages(findings)


def test_key_and_name_in_one_cell(tmp_path: Path) -> None:
    """„011 Altstadt“ und „Neustadt (012)“: Ein Muster nimmt den Schlüssel heraus."""
    path = csv(tmp_path, "Bezirk;Anzahl\n011 Altstadt;5\nNeustadt (012);7\n")
    rows, findings = read(path, area_pattern=r"(?P<area>\d{3})", spalten=PERSONS)
    assert not errors_of(findings), messages(findings)
    assert figures(rows, "area", "count") == [("011", 5), ("012", 7)]


def test_areas_by_name(tmp_path: Path) -> None:
    """Ohne Schlüssel gilt der Name, Schreibweise und Fußnotenzeichen beiseite, wenn ihn nur ein Gebiet trägt."""
    path = csv(tmp_path, "Bezirk;Anzahl\nALTSTADT ¹);5\nNeu Stadt;7\n")
    rows, findings = read(path, area_by="name", spalten=PERSONS)
    assert figures(rows, "area", "count") == [("011", 5)]
    assert "Ein Gebiet „Neu Stadt“ gibt es" in messages(findings)
    assert "Neustadt" in messages(findings)


def test_two_areas_of_one_name_are_never_guessed(tmp_path: Path) -> None:
    from dataclasses import replace

    geography = kleinstadt.geography()
    areas = tuple(replace(a, name="Schloßstraße") if a.code in ("011", "012") else a for a in geography.areas)
    path = csv(tmp_path, "Bezirk;Anzahl\nSchlossstraße;5\n")
    known = recipes.Recipe.model_validate(RECIPE | {"area_by": "name", "spalten": PERSONS})
    rows, _ = tabelle.read(path, known, [replace(geography, areas=areas)], shipped())
    standing, findings = settled(rows)
    assert not figures(standing, "area")
    assert "tragen mehrere Gebiete (011, 012)" in messages(findings)


def test_footnotes_headings_in_between_and_other_levels(tmp_path: Path) -> None:
    """Zwischenüberschriften, Fußnoten und Zeilen anderer Ebenen liest ein Rezept nicht mit."""
    text = "Bezirk;Anzahl\nNordstadt;\n01;12\n011;5\n012;7\nSumme;12\n\n1) einschließlich Nebenwohnung;\nQuelle: Melderegister;\n"
    rows, findings = read(
        csv(tmp_path, text), only_areas=r"\d{3}|Summe", total_rows=["Summe"], ends_before=["1)", "Quelle"], spalten=PERSONS,
    )  # fmt: skip
    assert not errors_of(findings), messages(findings)
    assert figures(rows, "area", "count") == [("011", 5), ("012", 7)]

    _, findings = read(
        csv(tmp_path, text.replace("Summe;12", "Summe;13"), "falsch.csv"),
        only_areas=r"\d{3}|Summe", total_rows=["Summe"], ends_before=["1)"], spalten=PERSONS,
    )  # fmt: skip
    assert "weicht von der Summenzeile (13) ab" in messages(findings)


def test_one_table_of_many_in_a_file(tmp_path: Path) -> None:
    """Stehen mehrere Tabellen untereinander, wählt `only_rows` die Zeilen nach dem Inhalt einer Spalte."""
    path = csv(tmp_path, "Tabelle;Jahr;Bezirk;Anzahl\nBevölkerung;2024;011;5\nReligion;2024;011;3\n")
    rows, _ = read(
        path,
        only_rows={"Tabelle": ["Bevölkerung"]},
        period={"column": "Jahr", "as": "{0}-12-31"},
        spalten=PERSONS,
    )
    assert figures(rows, "period", "count") == [("2024-12-31", 5)]


def test_cells_merged_downwards(tmp_path: Path) -> None:
    """Eine über mehrere Zeilen verbundene Zelle gilt mit `fill_down` für alle; sonst wird nach ihr gefragt."""
    lines = (["Bezirk", "Geschlecht", "Anzahl"], ["011", "m", 4], [None, "w", 6], ["012", "m", 1])
    path = book(tmp_path, *lines, merged=("A2:A3",))
    options = {"dimensions": {"sex": "Geschlecht"}, "spalten": PERSONS}
    rows, findings = read(path, fill_down=["Bezirk"], **options)
    assert not errors_of(findings), messages(findings)
    assert figures(rows, "area", "sex", "count") == [("011", "m", 4), ("011", "w", 6), ("012", "m", 1)]
    assert "setzen Sie fill_down" in messages(read(path, **options)[1])


def test_the_period_above_the_table_and_in_the_sheets_name(tmp_path: Path) -> None:
    """Der Stichtag steht oft in einer Zelle über der Tabelle oder im Namen des Blattes."""
    path = book(tmp_path, ["Stand: 31. Dezember 2024"], ["Bezirk", "Anzahl"], ["011", 5])
    rule = {"cell": "A1", "matching": r"Stand: (.+)"}
    rows, findings = read(path, header_row=2, period=rule, spalten=PERSONS)
    assert not errors_of(findings), messages(findings)
    assert figures(rows, "period") == [("2024-12-31",)]

    workbook = openpyxl.Workbook()
    workbook.active.title = "Inhalt"
    for year in (2023, 2024):
        sheet = workbook.create_sheet(f"Jahr {year}")
        sheet.append(["Bezirk", "Anzahl"])
        sheet.append(["011", year - 2000])
    workbook.save(path)
    rows, findings = read(
        path, sheets=r"^Jahr", period={"sheet": r"Jahr (\d{4})", "as": "{0}-12-31"}, spalten=PERSONS
    )
    assert figures(rows, "period", "count", "sheet") == [
        ("2023-12-31", 23, "Jahr 2023"),
        ("2024-12-31", 24, "Jahr 2024"),
    ]
    _, findings = read(path, sheets=r"^Monat", spalten=PERSONS)
    assert "Kein Blatt passt zu „^Monat“" in messages(findings)


@pytest.mark.parametrize(
    ("cell", "count", "status"),
    [
        ("(12)", 12, Status.UNRELIABLE), ("( )", None, Status.UNRELIABLE), ("< 3", None, Status.SUPPRESSED), ("<3", None, Status.SUPPRESSED),
        ("unter 5", None, Status.SUPPRESSED), ("12 p", 12, Status.PROVISIONAL), ("12s", 12, Status.ESTIMATED), ("12 r", 12, Status.OK),
        ("1 234¹)", 1234, Status.OK), ("…", None, Status.MISSING), ("/", None, Status.UNRELIABLE), ("x", None, Status.NOT_MEANINGFUL),
        ("", None, Status.MISSING), ("0", 0, Status.NONE), ("–", 0, Status.NONE),
    ],
)  # fmt: skip
def test_signs_stay_apart(tmp_path: Path, cell: str, count: float | None, status: Status) -> None:
    """Jedes Zeichen bleibt der Zustand, den es meint; keines wird zu null, das nicht null ist."""
    rows, findings = read(csv(tmp_path, f"Bezirk;Anzahl\n011;{cell}\n"), spalten=PERSONS)
    assert not errors_of(findings), messages(findings)
    ((found, state),) = figures(rows, "count", "status")
    assert state == status
    assert (found == count) if count is not None else pd.isna(found)


@pytest.mark.parametrize(
    ("cell", "words"),
    [("1,2E+03", "gekürzter Schreibweise"), ("#BEZUG!", "Fehlermeldung der Tabellenkalkulation"), ("-4", "nicht negativ"), ("zwölf", "weder eine Zahl")],
)  # fmt: skip
def test_what_is_no_count_waits_for_a_correction(tmp_path: Path, cell: str, words: str) -> None:
    """Eine Zelle, die keine Fallzahl sein kann, wird nicht übernommen und bleibt für eine Korrektur sichtbar."""
    rows, _ = delivered(csv(tmp_path, f"Bezirk;Anzahl\n011;{cell}\n"), spalten=PERSONS)
    ((text, problem),) = figures(rows, "text", "problem")
    assert text == cell
    assert isinstance(problem, Finding)
    assert words in problem.message
    assert problem.row == 2


def test_old_encodings(tmp_path: Path) -> None:
    """Dateien aus alten Programmen (DOS) behalten ihre Umlaute."""
    lines = "Bezirk;Größe der Haushalte;Anzahl\n011;über fünf;5\n012;größer als zwölf;6\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16"):
        sheet = read_sheet(csv(tmp_path, lines.encode(encoding), f"{encoding}.csv"))
        assert sheet.rows[1][1] == "über fünf", encoding


def test_a_workbook_under_a_wrong_name(tmp_path: Path) -> None:
    """Was eine Datei ist, sagt ihr Inhalt, nicht ihre Endung."""
    path = book(tmp_path, ["Bezirk", "Anzahl"], ["011", 5])
    renamed = path.rename(path.with_suffix(".csv"))
    assert read_sheet(renamed).rows[1] == ["011", 5]


def test_a_bursting_archive_is_not_opened(tmp_path: Path) -> None:
    """Eine Datei, die sich auf Gigabytes entfaltet, wird abgewiesen, bevor sie gelesen wird."""
    path = tmp_path / "bombe.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(1100):
            member.write(bytes(1 << 20))
    with pytest.raises(Exception, match="entfaltet sich"):
        read_sheets(path)


def test_a_sheet_that_is_too_large_for_memory_is_a_finding(tmp_path: Path) -> None:
    """Das Lesen geschieht in einem eigenen Prozess mit Grenzen; wer sie überschreitet, beendet nur ihn."""
    from sozialraum import bounded

    path = tmp_path / "breit.csv"
    path.write_text("a;b\n" + "1;2\n" * 3_000_000)
    options = {"encoding": "", "separator": "", "sheet": "", "matching": "", "every": False}
    with pytest.raises(bounded.ReadingStoppedError, match=r"memory|crash"):
        bounded.call("sheets", {"path": str(path), **options}, memory=400 * 1024**2)
    with pytest.raises(bounded.ReadingStoppedError, match="time"):
        bounded.call("sheets", {"path": str(path), **options}, seconds=0.05)
    path.write_text("a;b\n1;2\n")
    assert read_sheet(path).rows == [["a", "b"], ["1", "2"]]


def test_macros_are_told_and_dates_stay_dates(tmp_path: Path) -> None:
    path = book(tmp_path, ["Bezirk", "Anzahl"], ["011", datetime.date(2024, 4, 3)])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    rows, findings = delivered(path, spalten=PERSONS)
    assert any("enthält Makros" in finding.message for finding in findings)
    ((problem,),) = figures(rows, "problem")
    assert "Dort steht ein Datum" in problem.message  # type: ignore[attr-defined]
