"""Differenzbericht: was an einer Lieferung anders ist als an der vorigen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kleinstadt
from sozialraum import catalogue
from sozialraum.cli import main
from sozialraum.differences import between_periods, is_jump, odd_years, since_last_run, twice
from sozialraum.tables import COUNTS_COLUMNS

AREAS = [f"{i:03d}" for i in range(1, 13)]


def rows(values: dict[str, list[float]], variable: str = "arbeitslose") -> pd.DataFrame:
    """COUNTS as delivered: one list of twelve areas for each period."""
    return pd.DataFrame(
        [
            {
                "area": area, "level": "bezirk", "version": "2024", "period": period, "variable": variable, "age": "insgesamt",
                "sex": "insgesamt", "nationality": "insgesamt", "count": count, "status": "ok",
                "file": f"q/a_{period[:4]}.csv", "sheet": "", "row": number + 2,
            }
            for period, counts in values.items()
            for number, (area, count) in enumerate(zip(AREAS, counts, strict=True))
        ]
    )  # fmt: skip


def told(values: dict[str, list[float]]) -> list[str]:
    return [str(f) for f in between_periods(rows(values), catalogue.shipped())[0]]


@pytest.mark.parametrize(
    ("was", "is_now", "jumps"),
    [(100, 149, True), (100, 142, False), (0, 9, False), (0, 10, True), (10_000, 10_900, False), (10_000, 11_200, True), (4, 4, False)],
)  # fmt: skip
def test_a_jump_is_large_and_clear(was: float, is_now: float, jumps: bool) -> None:
    """Ein Sprung ist größer als drei Standardfehler der Differenz und größer als zehn Prozent."""
    assert bool(is_jump(was, is_now)) is jumps


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_jump_has_no_direction(one: float, other: float) -> None:
    assert is_jump(one, other) == is_jump(other, one)
    assert not is_jump(one, one)


def test_the_strongest_jumps_are_named() -> None:
    """Genannt werden Datei, Zeile und die Gebiete mit den größten Sprüngen."""
    before = [100.0] * 12
    after = [101.0, 99, 250, 102, 100, 98, 104, 100, 12, 97, 103, 100]
    (finding,) = told({"2023-12-31": before, "2024-12-31": after})
    assert "q/a_2024.csv, Zeile 4" in finding
    assert "springt von 31.12.2023 auf 31.12.2024 in 2 Gebieten: 003 (100 → 250), 009 (100 → 12)" in finding


def test_a_table_delivered_twice_under_two_years() -> None:
    values = [float(v) for v in range(40, 52)]
    (finding,) = told({"2023-12-31": values, "2024-12-31": values})
    assert "genau dieselben Werte" in finding


def test_a_change_of_definition_is_suspected() -> None:
    """Steigt alles überall, ist eher die Definition anders als die Stadt."""
    before = [100.0] * 12
    (finding,) = told({"2023-12-31": before, "2024-12-31": [v * 1.4 for v in before]})
    assert "fast überall in dieselbe Richtung" in finding
    assert "1.200 → 1.680" in finding


def test_areas_that_are_gone() -> None:
    after = [100.0] * 9 + [np.nan] * 3
    (finding,) = told(
        {"2023-12-31": [100.0] * 12, "2024-12-31": [v if np.isnan(v) else v + i for i, v in enumerate(after)]}
    )
    assert "fehlt jetzt von 31.12.2023 auf 31.12.2024 in 3 Gebieten" in finding


def test_only_the_newest_step_is_told_and_all_are_listed() -> None:
    values = {
        "2022-12-31": [100.0] * 12,
        "2023-12-31": [300.0] + [101.0] * 11,
        "2024-12-31": [302.0] + [99.0] * 11,
    }
    findings, table = between_periods(rows(values), catalogue.shipped())
    assert findings == []
    assert list(table[["area", "period", "before", "after", "kind"]].itertuples(index=False, name=None)) == [
        ("001", "2023-12-31", 100, 300, "Sprung")
    ]


def test_the_same_file_under_two_names() -> None:
    (finding,) = twice([("q/a_2023.csv", "x"), ("q/a_2024.csv", "x"), ("q/b.csv", "y")])
    assert (finding.file, finding.message) == ("q/a_2024.csv", "Die Datei ist dieselbe wie q/a_2023.csv.")


def test_a_file_of_the_wrong_year() -> None:
    table = rows({f"{year}-12-31": [1.0] * 12 for year in range(2020, 2025)})
    table.loc[table["period"] == "2024-12-31", "period"] = "2023-12-31"
    table.loc[table["file"] == "q/a_2024.csv", "file"] = "q/a_2024.csv"
    (finding,) = odd_years(table)
    assert finding.file == "q/a_2024.csv"
    assert odd_years(rows({f"{year}-12-31": [1.0] * 12 for year in range(2020, 2025)})) == []


def test_a_new_version_of_a_delivery_is_compared_with_the_last_run() -> None:
    """Nach einem Lauf weiß die Software, was sie gelesen hat; eine neue Fassung zeigt, welche Werte anders sind."""
    last = rows({"2024-12-31": [100.0] * 12})[list(COUNTS_COLUMNS)]
    now = last.copy()
    now.loc[3, "count"] = 140.0
    findings, table = since_last_run(now, last)
    assert (
        "1 Werte sind anders als beim letzten Lauf, zum Beispiel Gebiet 004: 100 → 140" in findings[0].message
    )
    assert len(table) == 1
    assert since_last_run(last, last)[0] == []
    later = rows({"2025-12-31": [5.0] * 12})[list(COUNTS_COLUMNS)]
    assert since_last_run(pd.concat([last, later]), last)[0] == [], "a new period is no change"


def test_check_compares_with_the_last_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = kleinstadt.write(tmp_path / "kleinstadt")
    assert main(["run", str(town)]) == 0
    assert (town / "journal" / "unterschiede.csv").exists()
    folder = town / "lieferungen" / "ba_arbeitsmarkt"
    (folder / "arbeitslose_2024.csv").rename(folder / "alt.txt")
    kleinstadt.put(folder, "arbeitslose_2024b.csv", kleinstadt.unemployed_csv({"011": "99"}))
    capsys.readouterr()
    main(["check", str(town), "--json"])
    messages = [f["message"] for f in json.loads(capsys.readouterr().out)["findings"]]
    assert any("sind anders als beim letzten Lauf" in message for message in messages), messages


def test_five_hundred_findings_stay_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Von vielen gleichen Befunden zeigt das Terminal die ersten zehn und die Zahl der übrigen; --json zeigt alle."""
    town = kleinstadt.write(tmp_path / "kleinstadt")
    lines = "Bezirk;Name;Arbeitslose\n" + "".join(f"9{i:03d};Weg;{i}\n" for i in range(500))
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", lines)
    assert main(["check", str(town)]) == 1
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) < 30
    assert "weitere derselben Art; „--json“ zeigt alle." in shown
