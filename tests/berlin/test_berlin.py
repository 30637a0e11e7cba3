"""Berlin from open data: our release against what the Senate published (Monitoring Soziale Stadtentwicklung)."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sozialraum import municipality
from sozialraum.cli import main
from sozialraum.indicators.editions import agreements

pytestmark = [pytest.mark.testdata, pytest.mark.slow]
BUILD = Path(__file__).parents[2] / "beispiele" / "build.py"
CLASSES = {"hoch", "mittel", "niedrig", "sehr niedrig"}
# The file of z-values has shifted headers: these are its true columns.
Z_COLUMNS = ("id", "inhabitants", "s1", "s2", "s3", "s4", "sum", "index", "class", "d1")


@pytest.fixture(scope="module")
def folder(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Berlin built, checked, run and released through the commands."""
    target = tmp_path_factory.mktemp("berlin") / "berlin"
    spec = importlib.util.spec_from_file_location("example_build", BUILD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.build("berlin", test_data, target)
    for command in (["check"], ["run"], ["release", "--name", "berlin"]):
        assert main([command[0], str(target), *command[1:]]) == 0
    return target


@pytest.fixture(scope="module")
def values(folder: Path) -> pd.DataFrame:
    """VALUES of the release."""
    return pq.read_table(folder / "freigaben" / "berlin" / "werte.parquet").to_pandas()


def column(values: pd.DataFrame, indicator: str, what: str = "value") -> dict[str, object]:
    rows = values[(values["indicator"] == indicator) & (values["level"] == "plr") & (values["area"] != "nz")]
    return dict(zip(rows["area"], rows[what], strict=True))


def table(path: Path, names: tuple[str, ...] = (), separator: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=separator))
    return [dict(zip(names or rows[0], row, strict=False)) for row in rows[1:]]


def rated(values: pd.DataFrame, indicator: str) -> dict[str, float]:
    return {area: float(x) for area, x in column(values, indicator).items() if x == x}  # type: ignore[arg-type]


@pytest.mark.parametrize(("year", "areas"), [(2013, 434), (2015, 435), (2017, 436)])
def test_z_values_and_status_index_as_published(
    values: pd.DataFrame, test_data: Path, year: int, areas: int
) -> None:
    """Z-Werte und Statusindex der Ausgaben 2013, 2015 und 2017 auf 0,00001 genau."""
    published = [
        row
        for row in table(test_data / f"berlin-mss/{year}/mss-{year}-3-districts.csv", Z_COLUMNS)
        if row["class"] in CLASSES
    ]
    ours = {name: rated(values, f"mss_{year}_status_z_mss_{name}") for name in ("s1", "s2", "s3", "s4")}
    ours["index"] = rated(values, f"mss_{year}_status")
    deviations = [abs(ours[name][row["id"]] - float(row[name])) for row in published for name in ours]

    assert len(ours["index"]) == areas
    assert areas - 1 <= len(published) <= areas
    assert max(deviations) <= 1e-5


@pytest.mark.parametrize("year", [2013, 2015, 2017])
def test_classes_as_published(values: pd.DataFrame, test_data: Path, year: int) -> None:
    """Status- und Dynamikklassen der Ausgaben 2013, 2015 und 2017 ohne eine Abweichung."""
    status = {"1": "hoch", "2": "mittel", "3": "niedrig", "4": "sehr niedrig"}
    dynamic = {"+": "positiv", "+/-": "stabil", "-": "negativ"}
    rows = table(test_data / f"berlin-mss/{year}/mss-{year}-1-planning-areas.csv")
    published = {row["id"]: row for row in rows if row["status_index"] in status}

    ours = {
        half: {a: c for a, c in column(values, f"mss_{year}_{half}", "class").items() if c}
        for half in ("status", "dynamic")
    }
    assert len(published) >= 434
    assert ours["status"] == {area: status[row["status_index"]] for area, row in published.items()}
    assert ours["dynamic"] == {area: dynamic[row["dynamic_index"]] for area, row in published.items()}


def test_the_edition_of_2021(values: pd.DataFrame, test_data: Path) -> None:
    """Ausgabe 2021: Klassen ohne eine Abweichung, z-Werte und Indizes auf die zwei gedruckten Stellen."""
    words = {"1": "positiv", "3": "stabil", "5": "negativ"}
    valid = {
        row["PLR_ID"]: row
        for row in table(test_data / "berlin-mss/2021-wfs/mss_2021_indizes.csv")
        if row["KOM"] == "gültig"
    }
    printed = table(
        test_data / "berlin-mss/2021-tabellen/mss_2021_index-indikatoren_z-werte_plr.csv",
        (
            "id",
            "name",
            "ew",
            "zS1",
            "zS3",
            "zS4",
            "sum",
            "status",
            "class",
            "zD1",
            "zD3",
            "zD4",
            "dsum",
            "dynamic",
            "dclass",
        ),
        ";",
    )
    names = {
        "zS1": "mss_2021_status_z_mss_s1_sgb2", "zS3": "mss_2021_status_z_mss_s3_2021", "zS4": "mss_2021_status_z_mss_s4_2021",
        "zD1": "mss_2021_dynamic_z_mss_s1_sgb2", "zD3": "mss_2021_dynamic_z_mss_s3_2021", "zD4": "mss_2021_dynamic_z_mss_s4_2021",
        "status": "mss_2021_status", "dynamic": "mss_2021_dynamic",
    }  # fmt: skip
    status, dynamic = (
        {a: c for a, c in column(values, f"mss_2021_{half}", "class").items() if c}
        for half in ("status", "dynamic")
    )

    assert len(valid) == 536
    assert status == {area: row["SI_V"] for area, row in valid.items()}
    assert dynamic == {area: words[row["DI_N"]] for area, row in valid.items()}
    ours = {short: rated(values, name) for short, name in names.items()}
    compared = [
        abs(ours[short][row["id"]] - float(row[short]))
        for row in printed
        if row["id"] in valid
        for short in names
    ]
    assert len(compared) >= 8 * 530
    assert max(compared) <= 0.005 + 1e-5


def test_areas_that_are_not_rated_say_why(values: pd.DataFrame) -> None:
    """Nicht bewertete Planungsräume tragen den Grund."""
    rows = values[
        (values["indicator"] == "mss_2021_status") & (values["status"] != "ok") & (values["area"] != "nz")
    ]

    assert len(rows) == 6
    assert rows["value"].isna().all()
    assert (rows["notes"] != "").all()


@pytest.mark.parametrize(("period", "people"), [("2015-12-31", 3_610_156), ("2020-12-31", 3_769_962)])
def test_population_as_published(values: pd.DataFrame, period: str, people: int) -> None:
    """Die Einwohnerzahl Berlins ist die Summe aller Planungsräume und die veröffentlichte."""
    rows = values[(values["indicator"] == "einwohner_berlin") & (values["period"] == period)]
    rows = rows[rows["version"] == "lor_bis2020"]
    parts = rows[(rows["level"] == "plr")]["value"].sum()

    assert list(rows[rows["level"] == "kommune"]["value"]) == [people]
    assert parts == people


def test_the_doubled_key_is_repaired(folder: Path) -> None:
    """Zwei Planungsräume heißen Schloßstraße; jeder hat seinen eigenen Schlüssel und liegt in seinem Bezirk."""
    features = json.loads((folder / "freigaben/berlin/gebiete.geojson").read_text("utf-8"))["features"]
    old = {
        f["properties"]["code"]: f
        for f in features
        if (f["properties"]["level"], f["properties"]["version"]) == ("plr", "lor_bis2020")
    }

    assert len(old) == 448
    assert old["04030417"]["properties"]["parent"] == "040304"
    assert old["06010102"]["properties"]["parent"] == "060101"
    assert old["04030417"]["geometry"] != old["06010102"]["geometry"]


def test_new_areas_without_geometry_are_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Die 542 neuen Planungsräume haben keine Grenze: Das ist ein Hinweis, kein Fehler."""
    assert main(["check", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["findings"]

    assert {f["severity"] for f in told} == {"Hinweis"}
    assert any(
        "LOR 2021: 542 von 542 Gebieten der Ebene Planungsraum haben keine Grenze" in f["message"]
        for f in told
    )
    assert any("143 von 143" in f["message"] for f in told)


def test_nothing_published_is_hidden(folder: Path, values: pd.DataFrame) -> None:
    """Schon veröffentlichte Zahlen werden durchgereicht; die Freigabe verifiziert."""
    assert not (values["status"] == "suppressed").any()
    assert main(["audit", str(folder / "freigaben/berlin")]) == 0


def handbook() -> list[list[str]]:
    """The measured editions that the handbook shows."""
    page = Path(__file__).parents[2] / "docs" / "methoden" / "veraenderung.md"
    lines = (
        page.read_text("utf-8").split("<!-- messung: ausgaben -->")[1].strip().split("\n\n")[0].splitlines()
    )
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_editions_against_their_own_changes(folder: Path, values: pd.DataFrame) -> None:
    """Share less published change is the share of the edition before, or the series breaks there and the handbook says so."""
    known = municipality.read(folder).catalogue.indicators
    measured = [
        [str(int(a.period[:4]) + 1), known[a.indicator].label, str(a.areas), f"{a.mean_miss:.2f}".replace(".", ","), "ja" if a.holds else "nein"]
        for a in sorted(agreements(values, known), key=lambda a: a.period)
    ]  # fmt: skip
    assert measured == handbook()

    catalogue = json.loads((folder / "freigaben" / "berlin" / "katalog.json").read_text("utf-8"))
    broken = {i["id"]: [b["period"] for b in i["breaks"]] for i in catalogue["indicators"]}
    assert {name: broken[name] for name in ("mss_s1", "mss_s2", "mss_s3", "mss_s4")} == {
        "mss_s1": ["2016-12-31"], "mss_s2": [], "mss_s3": ["2016-12-31"], "mss_s4": ["2014-12-31", "2016-12-31"],
    }  # fmt: skip
