"""The analyses that Musterstadt ships with, on the whole town: the way from its survey to a rate per area, as the handbook shows it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from sozialraum import municipality
from sozialraum.analyses import store
from sozialraum.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kommune") / "musterstadt"
    assert main(["new", str(folder), "--example", "musterstadt"]) == 0
    assert main(["run", str(folder)]) == 0
    return folder


@pytest.mark.slow
def test_every_shipped_analysis_runs(whole: Path) -> None:
    town = municipality.read(whole)
    found = store.stored(town)
    assert {one.kind for one in found.values()} >= {
        "small_areas",
        "poverty",
        "moran",
        "hot_spots",
        "segregation",
        "typology",
        "similar_areas",
        "trend",
        "smoothing",
        "inequality",
    }
    for name in found:
        done = store.run(town, name)
        assert done.outcome.rows
        assert "Kein Ergebnis" not in done.outcome.sentence


@pytest.mark.slow
def test_the_poverty_of_each_area_comes_out_as_the_handbook_shows(whole: Path) -> None:
    done = store.run(municipality.read(whole), "armut_je_bezirk")
    page = (ROOT / "docs" / "anleitungen" / "armut-je-quartier.md").read_text("utf-8")
    shown = re.search(r"<!-- ausgabe: armut_je_bezirk -->\n> (.+)", page)
    assert shown
    assert shown[1].replace("\u202f", " ") == done.outcome.sentence.replace("\u202f", " ")
    figure = ROOT / "docs" / "bilder" / "methoden" / "armut-je-bezirk.svg"
    assert figure.read_text("utf-8") == (done.folder / "karte.svg").read_text("utf-8"), "neu kopieren"

    with (done.folder / "ergebnis.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    alone, joined = (
        np.array([float(row[name] or "nan") for row in rows])
        for name in ("Standardfehler allein", "Standardfehler")
    )
    assert len(rows) == 48
    assert np.median(joined) < 0.75 * np.nanmedian(alone)
    quarters = {row["Gebiet"][:2]: float(row["Schätzwert (%)"]) for row in rows}
    assert max(quarters, key=quarters.__getitem__) in ("03", "04", "08", "10")
