"""Berlin über die Reform von 2021: die Reihe 2015 bis 2024 auf beiden Ständen, und die Fehler, die das Handbuch nennt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from benchmarks import umstieg

from sozialraum import municipality, pipeline
from sozialraum.indicators.recoded import is_recoded
from sozialraum.recoding import Crosswalk
from sozialraum.tables import Status

pytestmark = pytest.mark.testdata
PAGE = Path(__file__).parents[2] / "docs" / "anleitungen" / "gebietsreform.md"
REMARK = "<!-- messung: umstieg -->"
TOTALS = {"2015-12-31": 3_610_156, "2020-12-31": 3_769_962, "2021-12-31": 3_775_480, "2024-12-31": 3_897_145}
AREAS = {"lor_bis2020": 448, "lor_2021": 542}


@pytest.fixture(scope="module")
def folder(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("berlin") / "berlin"


@pytest.fixture(scope="module")
def delivered(folder: Path, test_data: Path) -> tuple[pd.DataFrame, Crosswalk]:
    return umstieg.berlin(folder, test_data)


@pytest.fixture(scope="module")
def values(folder: Path, delivered: tuple[pd.DataFrame, Crosswalk]) -> pd.DataFrame:
    result = pipeline.run(municipality.read(folder))
    return pd.concat([result.values, result.derived(result.values, result.counts)], ignore_index=True)


def told() -> Iterator[list[str]]:
    """Die Zeilen der Messung im Handbuch."""
    lines = PAGE.read_text("utf-8").split(REMARK)[1].strip().splitlines()
    for line in lines[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_handbook_states_the_measured_errors(delivered: tuple[pd.DataFrame, Crosswalk]) -> None:
    """Jede Fehlerzahl im Handbuch ist die gemessene, auf die gedruckten Stellen gerundet."""
    measured = umstieg.figures(*delivered).set_index(["what", "weights", "areas"])
    rows = list(told())

    assert len(rows) > 10
    for what, weights, areas, number, mean, median, unit in rows:
        found = measured.loc[(what, weights, areas)]
        assert (int(number), unit) == (found["number"], found["unit"])
        for shown, value in ((mean, found["mean"]), (median, found["median"])):
            decimals = len(shown.partition(",")[2])
            assert float(shown.replace(",", ".")) == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-9)


def test_totals_of_every_group_and_year_stay(delivered: tuple[pd.DataFrame, Crosswalk]) -> None:
    """Keine Altersgruppe keines Jahres verliert beim Umrechnen auch nur ein Milliardstel einer Person."""
    assert umstieg.largest_shift_of_totals(*delivered) < 1e-9


def test_density_beats_area(delivered: tuple[pd.DataFrame, Crosswalk]) -> None:
    """Gewichte nach Dichte treffen die Bevölkerung geteilter Gebiete besser, auch mit einer Zählung vier Jahre später."""
    error = umstieg.figures(*delivered).set_index(["what", "weights", "areas"])["mean"]["Einwohnerzahl"]

    assert error["Dichte 2024", "geteilte"] < error["Fläche", "geteilte"] / 3


@pytest.mark.parametrize("version", AREAS)
def test_the_series_runs_from_2015_to_2024_on_either_version(values: pd.DataFrame, version: str) -> None:
    """Auf beiden Ständen steht jedes Jahr mit jedem Planungsraum; die Summe ist überall die gezählte."""
    rows = values[(values["indicator"] == "einwohner_berlin") & (values["version"] == version)]
    town = rows[rows["level"] == "kommune"].set_index("period")
    inner = rows[rows["level"] == "plr"].groupby("period")

    assert list(town.index.sort_values()) == [f"{year}-12-31" for year in range(2015, 2025)]
    assert set(town["status"]) == {Status.OK}
    assert {period: town.loc[period, "value"] for period in TOTALS} == TOTALS
    assert set(inner["area"].nunique()) == {AREAS[version]}
    assert (inner["value"].sum() - town["value"]).abs().max() < 1e-6


def test_districts_stay_counted(values: pd.DataFrame) -> None:
    """Kein Planungsraum wechselte den Bezirk: Bezirkswerte bleiben gezählt, auch auf dem anderen Stand."""
    rows = values[
        is_recoded(values) & (values["level"] == "bezirk") & (values["indicator"] == "einwohner_berlin")
    ]
    counted = values[~is_recoded(values)]
    joined = rows.merge(counted, on=["area", "level", "period", "indicator"], suffixes=("", "_counted"))

    assert len(joined) == 120
    assert (joined["value"] == joined["value_counted"]).all()
    assert set(rows["status"]) == {Status.OK}
