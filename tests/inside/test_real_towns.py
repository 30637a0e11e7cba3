"""Four towns' open data through the browser, from the dropped file to the signed release: the figures the towns published."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect
from walks import finished

from conftest import Workshop

pytestmark = [pytest.mark.browser, pytest.mark.testdata]
EXAMPLES = Path(__file__).parents[2] / "beispiele"


def prepared(town: str, data: Path, target: Path) -> list[Path]:
    """The folder of a town with areas, own indicators and recipes but no delivery; returns the files to be delivered."""
    shutil.copytree(EXAMPLES / town, target, ignore=shutil.ignore_patterns("dateien.toml", "__pycache__"))
    waiting: list[Path] = []
    for place, patterns in tomllib.loads((EXAMPLES / town / "dateien.toml").read_text("utf-8")).items():
        found = [path for pattern in patterns for path in sorted(data.glob(pattern))]
        assert found, place
        if place.startswith("lieferungen"):
            waiting += found
            continue
        (target / place).mkdir(parents=True, exist_ok=True)
        for path in found:
            shutil.copyfile(path, target / place / path.name)
    return waiting


def released(page: Any, workshop: Workshop, files: list[Path]) -> pd.DataFrame:
    """Drop the files, take them over, compute, preview, release; the values that left the gate."""
    page.set_default_timeout(240_000)
    page.goto(workshop.entrance)
    page.goto(workshop.address + "/lieferungen/")
    page.set_input_files("#datei", files)
    if len(files) == 1:
        page.get_by_text("Erkannt", exact=True).wait_for()
        page.get_by_role("button", name="Übernehmen", exact=True).click()
        page.get_by_text("ist übernommen").wait_for()
    else:
        page.get_by_role("button", name="Erkannte übernehmen").click()
        finished(page)
        expect(page.locator("main")).to_contain_text(
            f"{len(files)} Dateien übernommen. Der Eingangskorb ist leer.", use_inner_text=True
        )
        page.goto(workshop.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    finished(page)
    page.get_by_role("link", name="Karte und Werte ansehen").click()
    page.locator("svg.map").wait_for()
    page.get_by_role("link", name="Freigabe").click()
    page.get_by_role("button", name="Vorschau rechnen").click()
    finished(page)
    page.get_by_role("link", name="Zur Freigabe").click()
    page.fill("#fname", "probe")
    page.check("[name=gesehen]")
    page.get_by_role("button", name="Prüfen, unterschreiben, freigeben").click()
    finished(page)
    table: pd.DataFrame = pq.read_table(workshop.folder / "freigaben/probe/werte.parquet").to_pandas()
    return table[table["area"] != "nz"]


def chosen(table: pd.DataFrame, indicator: str, level: str) -> pd.DataFrame:
    return table[(table["indicator"] == indicator) & (table["level"] == level)]


def opened(
    town: str, data: Path, place: Path, open_workshop: Callable[[Path], Workshop]
) -> tuple[Workshop, list[Path]]:
    files = prepared(town, data, place / town)
    return open_workshop(place / town), files


@pytest.mark.slow
def test_koeln(page: Any, test_data: Path, tmp_path: Path, open_workshop: Callable[[Path], Workshop]) -> None:
    """Nine Stadtbezirke and the city in eight years are what the city published."""
    workshop, files = opened("koeln", test_data, tmp_path, open_workshop)
    found = released(page, workshop, files)
    with gzip.open(files[0], "rt", encoding="utf-8-sig") as file:
        published = {
            (row["jahr"], row["raum_id"]): float(row["zahl"])
            for row in csv.DictReader(file)
            if row["tab_id"] == "005" and row["zeile"] == "Einwohner"
        }
    parts = chosen(found, "wohnberechtigte_koeln", "stadtbezirk")
    assert len(parts) == 9 * 8
    for row in parts.itertuples():
        assert row.value == published[str(row.period)[:4], f"00{row.area}"]
    city = chosen(found, "wohnberechtigte_koeln", "kommune").set_index("period")["value"]
    assert {str(p)[:4]: v for p, v in city.items()} == {
        y: published[y, "000"] for y in map(str, range(2005, 2013))
    }


@pytest.mark.slow
def test_hamburg(
    page: Any, test_data: Path, tmp_path: Path, open_workshop: Callable[[Path], Workshop]
) -> None:
    """99 Stadtteile with figures, four of them united from two; Neuwerk has none and is never zero."""
    workshop, files = opened("hamburg", test_data, tmp_path, open_workshop)
    found = chosen(released(page, workshop, files), "einwohner_hamburg", "stadtteil").set_index("area")
    assert (found["status"] == "ok").sum() == 99
    assert found.loc["0121", "status"] == "not_meaningful"
    assert pd.isna(found.loc["0121", "value"])


@pytest.mark.slow
def test_jena(page: Any, test_data: Path, tmp_path: Path, open_workshop: Callable[[Path], Workshop]) -> None:
    """Households of eleven years in three tables."""
    workshop, files = opened("jena", test_data, tmp_path, open_workshop)
    table = released(page, workshop, files)
    city = chosen(table, "haushalte_jena", "kommune").set_index("period")["value"]
    assert (city["2006-12-31"], city["2016-12-31"], len(city)) == (56_501, 61_012, 11)
    assert chosen(table, "einpersonenhaushalte_jena", "bezirk")["area"].nunique() == 41


@pytest.mark.slow
def test_flensburg(
    page: Any, test_data: Path, tmp_path: Path, open_workshop: Callable[[Path], Workshop]
) -> None:
    """What the town left empty stays hidden; what it published comes out unchanged."""
    workshop, files = opened("flensburg", test_data, tmp_path, open_workshop)
    table = released(page, workshop, files)
    detail = json.loads(files[0].read_text("utf-8"))["detail"]
    found = chosen(table, "raeumungsklagen_flensburg", "stadtteil").set_index("area")
    for district in detail:
        area, value = (
            f"STGT{district['district_id']:02d}",
            district["housing_assistance"]["action_for_eviction"],
        )
        assert found.loc[area, "status"] == ("suppressed" if value is None else "ok" if value else "none")
        assert pd.isna(found.loc[area, "value"]) if value is None else found.loc[area, "value"] == value
    city = chosen(table, "einwohner_flensburg", "kommune")
    assert city["value"].iloc[0] == sum(d["residents"] for d in detail)
