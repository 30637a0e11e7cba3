"""Vergleichsgebiete: Kreis und Land als Zeilen mit Quelle und Jahr, nur Anteile und Raten, nie aus geschützten Zahlen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import kleinstadt
from sozialraum import deliveries, municipality, pipeline
from sozialraum.errors import errors_of
from sozialraum.tables import COMPARISON_LEVEL

BLOCKS = """
[[gebiete.vergleich]]
code = "05"
name = "Nordrhein-Westfalen"
kind = "Land"

[[gebiete.vergleich]]
code = "05998"
name = "Musterkreis"
kind = "Kreis"
"""
RECIPE = """
[[tabelle]]
files = "land.csv"
level = "vergleich"
area = "Schlüssel"
period = { column = "Stichtag" }
only_rows = { Merkmal = ["Bevölkerung"] }
dimensions = { age = "Alter" }
spalten = [{ column = "Anzahl", variable = "einwohner" }]

[[tabelle]]
files = "land.csv"
level = "vergleich"
area = "Schlüssel"
period = { column = "Stichtag" }
only_rows = { Merkmal = ["Arbeitslose"] }
spalten = [{ column = "Anzahl", variable = "arbeitslose" }]
"""
FIGURES = """Stichtag;Schlüssel;Merkmal;Alter;Anzahl
31.12.2024;05;Bevölkerung;0-14;2.500.000
31.12.2024;05;Bevölkerung;15-64;11.600.000
31.12.2024;05;Bevölkerung;65+;3.900.000
31.12.2024;05;Arbeitslose;;755.000
31.12.2024;05998;Bevölkerung;0-14;40.000
31.12.2024;05998;Bevölkerung;15-64;190.000
31.12.2024;05998;Bevölkerung;65+;65.000
31.12.2024;05998;Arbeitslose;;9.500
"""


def town(folder: Path) -> municipality.Municipality:
    kleinstadt.write(folder)
    path = folder / "kommune.toml"
    path.write_text(path.read_text("utf-8") + BLOCKS, "utf-8")
    kleinstadt.put(folder, "lieferungen/landesstatistik/rezept.toml", RECIPE)
    kleinstadt.put(folder, "lieferungen/landesstatistik/land.csv", FIGURES)
    return municipality.read(folder)


@pytest.fixture
def result(tmp_path: Path) -> pipeline.Result:
    return pipeline.run(town(tmp_path))


def test_the_state_has_the_same_indicator_from_its_own_counts(result: pipeline.Result) -> None:
    rows = result.comparison.set_index(["indicator", "area"])
    state = rows.loc[("arbeitslosenanteil", "05")]

    assert state["value"] == pytest.approx(100 * 755_000 / 11_600_000)
    assert (state["level"], state["period"]) == (COMPARISON_LEVEL, "2024-12-31")
    assert rows.loc[("arbeitslosenanteil", "05998")]["value"] == pytest.approx(5.0)


def test_sums_of_other_populations_are_no_yardstick(result: pipeline.Result) -> None:
    assert "einwohnerzahl" in set(result.values["indicator"])
    assert "einwohnerzahl" not in set(result.comparison["indicator"])


def test_comparators_stay_out_of_the_towns_counts_and_of_the_gate(result: pipeline.Result) -> None:
    assert COMPARISON_LEVEL not in set(result.counts["level"]) | set(result.values["level"])
    protected = pipeline.protected_values(result)
    assert COMPARISON_LEVEL not in set(protected.values["level"]) | set(protected.counts["level"])


def test_the_towns_values_are_the_same_with_and_without_comparators(
    result: pipeline.Result, tmp_path: Path
) -> None:
    plain = pipeline.run(municipality.read(kleinstadt.write(tmp_path / "ohne")))

    pd.testing.assert_frame_equal(plain.values, result.values)


def test_the_release_holds_them_in_a_table_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOZIALRAUM_CONFIG", str(tmp_path / "config"))
    done = pipeline.release(town(tmp_path / "stadt"), "eins").release
    table = pd.read_parquet(done.path / "vergleich.parquet")

    assert set(table["area"]) == {"05", "05998"}
    assert set(table["indicator"]) <= {i["id"] for i in done.catalogue["indicators"]}
    assert done.catalogue["comparators"][0] == {"code": "05", "name": "Nordrhein-Westfalen", "kind": "Land"}


def test_an_unknown_area_is_told(tmp_path: Path) -> None:
    there = town(tmp_path)
    path = tmp_path / "lieferungen/landesstatistik/land.csv"
    path.write_text(FIGURES.replace("05998", "05911"), "utf-8")

    told = errors_of(deliveries.read_all(there).findings)
    assert any("05911" in str(f) for f in told)


def test_figures_of_a_protected_source_are_no_comparators(tmp_path: Path) -> None:
    kleinstadt.write(tmp_path)
    path = tmp_path / "kommune.toml"
    path.write_text(path.read_text("utf-8") + BLOCKS, "utf-8")
    recipe = tmp_path / "lieferungen/einwohnerregister/rezept.toml"
    recipe.write_text(recipe.read_text("utf-8") + RECIPE, "utf-8")
    kleinstadt.put(tmp_path, "lieferungen/einwohnerregister/land.csv", FIGURES)

    told = errors_of(deliveries.read_all(municipality.read(tmp_path)).findings)
    assert any("veröffentlichten Quelle" in str(f) for f in told)
