"""Four towns from open data, built by one command each: their published figures come out again."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from sozialraum.cli import main
from sozialraum.spreadsheet import read_sheet

BUILD = Path(__file__).parents[2] / "beispiele" / "build.py"
Town = Callable[[str], Path]


@pytest.fixture(scope="module")
def town(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Build a town once: check, run and release through the commands; returns its release."""
    spec = importlib.util.spec_from_file_location("example_build", BUILD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    place = tmp_path_factory.mktemp("staedte")

    def released(name: str) -> Path:
        target = place / name
        if not target.exists():
            module.build(name, test_data, target)
            for command, *more in (["check"], ["run"], ["release", "--name", name]):
                assert main([command, str(target), *more]) == 0
        return target / "freigaben" / name

    return released


def values(release: Path, indicator: str, level: str) -> pd.DataFrame:
    table = pq.read_table(release / "werte.parquet").to_pandas()
    return table[(table["indicator"] == indicator) & (table["level"] == level)]


def counts(release: Path, variable: str, level: str, **dims: str) -> pd.DataFrame:
    table = pq.read_table(release / "grundzahlen.parquet").to_pandas()
    chosen = (table["variable"] == variable) & (table["level"] == level)
    for name in ("age", "sex"):
        if name in table.columns:
            chosen &= (
                table[name] == dims.get(name, "insgesamt")
                if dims.get(name) != "*"
                else table[name] != "insgesamt"
            )
    return table[chosen]


def shapes(release: Path, level: str) -> dict[str, shapely.Geometry]:
    document = json.loads((release / "gebiete.geojson").read_text("utf-8"))
    found = [f for f in document["features"] if f["properties"]["level"] == level and f["geometry"]]
    return {f["properties"]["code"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in found}


# --- Köln ------------------------------------------------------------------------------------------------------------


def published_koeln(test_data: Path) -> dict[tuple[str, str, str, str], float]:
    with gzip.open(
        test_data / "koeln/koeln_bevoelkerung_2005-2012.csv.gz", "rt", encoding="utf-8-sig"
    ) as file:
        return {
            (row["tab_id"], row["zeile"], row["jahr"], row["raum_id"]): float(row["zahl"])
            for row in csv.DictReader(file)
        }


def test_koeln_parts_add_up_to_the_published_districts(town: Town, test_data: Path) -> None:
    """Nine Stadtbezirke and the city over eight years, computed from 86 Stadtteile, equal the published rows."""
    release, published = town("koeln"), published_koeln(test_data)
    found = values(release, "wohnberechtigte_koeln", "stadtbezirk")
    found = found[found["area"] != "nz"]
    assert len(found) == 9 * 8
    for row in found.itertuples():
        assert row.value == published["005", "Einwohner", row.period[:4], f"00{row.area}"]
    city = values(release, "wohnberechtigte_koeln", "kommune").set_index("period")["value"]
    assert city["2005-12-31"] == 1_023_101
    assert {p[:4]: v for p, v in city.items()} == {
        y: published["005", "Einwohner", y, "000"] for y in map(str, range(2005, 2013))
    }


def test_koeln_tables_agree(town: Town) -> None:
    """Thirteen age groups and two sexes add up to the same total in every Stadtteil and year."""
    release = town("koeln")
    total = counts(release, "wohnberechtigte_koeln", "stadtteil").set_index(["area", "period"])["count"]
    for dimension in ("age", "sex"):
        parts = counts(release, "wohnberechtigte_koeln", "stadtteil", **{dimension: "*"})
        sums = parts.groupby(["area", "period"])["count"].sum()
        assert (sums - total).abs().max() == 0, dimension


def test_koeln_lies_where_koeln_lies(town: Town) -> None:
    stadtteile = shapes(town("koeln"), "stadtteil")
    assert len(stadtteile) == 86
    cathedral = shapely.Point(6.9583, 50.9413)
    assert [code for code, shape in stadtteile.items() if shape.contains(cathedral)] == ["103"]


# --- Hamburg ----------------------------------------------------------------------------------------------------------


HAMBURG = {"B": "einwohner_hamburg", "C": "unter_18_hamburg", "E": "ab_65_hamburg", "G": "auslaender_hamburg"}


def test_hamburg_adds_up(town: Town, test_data: Path) -> None:
    """Six Bezirke and Hamburg equal the published rows; Mitte lacks the people on ships, who belong to no Stadtteil."""
    release = town("hamburg")
    rows = read_sheet(test_data / "hamburg-stadtteile/Daten_fuer_die_Stadtteilprofile_2014.xlsx").rows
    foot = {f"0{i + 1}": row for i, row in enumerate(rows[-8:-1])}
    for letter, variable in HAMBURG.items():
        place = ord(letter) - ord("A")
        found = counts(release, variable, "bezirk")
        sums = dict(zip(found["area"], found["count"], strict=True))
        for area, row in foot.items():
            if area != "01":
                assert sums[area] == row[place], (variable, area)
        assert sums["nz"] == float(str(foot["01"][place])) - sums["01"] > 0
        assert counts(release, variable, "kommune")["count"].iloc[0] == rows[-1][place], variable
    people = counts(release, "einwohner_hamburg", "bezirk").set_index("area")["count"]
    assert people["nz"] == 6777


def test_hamburg_merged_districts_and_signs(town: Town) -> None:
    """99 Stadtteile carry figures, four of them united from two; Neuwerk has none and is never zero."""
    release = town("hamburg")
    found = values(release, "einwohner_hamburg", "stadtteil").set_index("area")
    found = found[found.index != "nz"]
    assert (found["status"] == "ok").sum() == 99
    assert found.loc["0121", "status"] == "not_meaningful"
    assert pd.isna(found.loc["0121", "value"])
    stadtteile = shapes(release, "stadtteil")
    assert len(stadtteile) == 100
    assert stadtteile["0702+0703"].area > 0


# --- Jena -------------------------------------------------------------------------------------------------------------


def test_jena_totals(town: Town) -> None:
    release = town("jena")
    city = values(release, "haushalte_jena", "kommune").set_index("period")["value"]
    assert (city["2006-12-31"], city["2016-12-31"]) == (56_501, 61_012)
    assert len(city) == 11
    alone = values(release, "alleinlebende_ab_60_jena", "kommune").set_index("period")["numerator"]
    assert alone["2009-12-31"] == 6672 - 7  # the row of the city counts seven more than its Bezirke
    found = values(release, "einpersonenhaushalte_jena", "bezirk")
    assert found[found["area"] != "nz"]["area"].nunique() == 41
    assert len(shapes(release, "bezirk")) == 41


# --- Flensburg --------------------------------------------------------------------------------------------------------


def test_flensburg_hidden_stays_hidden(town: Town, test_data: Path) -> None:
    """What the town left empty is suppressed; what it published comes out unchanged."""
    release = town("flensburg")
    detail = json.loads((test_data / "flensburg-sozialatlas/details.json").read_text("utf-8"))["detail"]
    claims = {f"STGT{d['district_id']:02d}": d["housing_assistance"]["action_for_eviction"] for d in detail}
    assert any(value is None for value in claims.values())
    found = values(release, "raeumungsklagen_flensburg", "stadtteil").set_index("area")
    for area, value in claims.items():
        if value is None:
            assert found.loc[area, "status"] == "suppressed"
            assert pd.isna(found.loc[area, "value"])
        else:
            assert found.loc[area, "value"] == value
    assert values(release, "einwohner_flensburg", "kommune")["value"].iloc[0] == sum(
        d["residents"] for d in detail
    )
    assert len(shapes(release, "stadtteil")) == 13
