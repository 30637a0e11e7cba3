"""Musterstadt with a walled-off office: person records are counted where that is allowed, and the area reform is bridged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sozialraum import deliveries, municipality, musterstadt, pipeline
from sozialraum.catalogue.model import Selection
from sozialraum.counts import roll_up, select
from sozialraum.errors import errors_of
from sozialraum.musterstadt.counts import DEATH_BANDS, Tables, count_all
from sozialraum.tables import NOT_ASSIGNABLE

PEOPLE, SEED = 6000, 11


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return musterstadt.write_secluded(tmp_path_factory.mktemp("stelle") / "m", population=PEOPLE, seed=SEED)


@pytest.fixture(scope="module")
def counted(office: Path) -> deliveries.Deliveries:
    return deliveries.read_all(municipality.read(office))


@pytest.fixture(scope="module")
def plain() -> Tables:
    return count_all(PEOPLE, SEED)


def test_the_office_is_read_without_an_error(counted: deliveries.Deliveries) -> None:
    assert errors_of(counted.findings) == []


@pytest.mark.parametrize("variable", ["einwohner", "geburten", "sterbefaelle", "zuzuege", "fortzuege"])
def test_records_give_the_same_totals_as_the_finished_tables(
    counted: deliveries.Deliveries, plain: Tables, variable: str
) -> None:
    rows = counted.counts[counted.counts["variable"] == variable]
    by_year = rows[rows["level"] == "bezirk"].groupby(rows["period"].str[:4])["count"].sum().to_numpy()

    assert by_year.tolist() == [int(plain[variable][year].sum()) for year in range(10)]


def test_deaths_by_age_are_those_of_the_finished_table(counted: deliveries.Deliveries, plain: Tables) -> None:
    rows = counted.counts[
        (counted.counts["variable"] == "sterbefaelle") & (counted.counts["level"] == "kommune")
    ]
    table = rows.pivot_table(index="period", columns="age", values="count", aggfunc="sum", observed=True)[
        list(DEATH_BANDS)
    ]

    assert table.to_numpy().tolist() == plain["sterbefaelle_alter"].tolist()


def test_groups_are_the_same_person_by_person(counted: deliveries.Deliveries, plain: Tables) -> None:
    """Age is counted from the year of birth at the end of the year; nationality, if one of two is German, is German."""
    rows = counted.counts[
        (counted.counts["variable"] == "einwohner") & counted.counts["period"].str.startswith("2024")
    ]
    women = rows[rows["sex"] == "w"]["count"].sum()
    german = rows[rows["nationality"] == "deutsch"]["count"].sum()
    children = rows[rows["age"] == "0-2"]["count"].sum()
    table = plain["einwohner"][-1]

    assert women == table[..., 1, :].sum()
    assert german == table[..., 0].sum()
    assert children == table[:, 0].sum()


def test_the_directory_places_almost_everybody(counted: deliveries.Deliveries) -> None:
    rows = counted.counts[counted.counts["variable"] == "einwohner"]
    nowhere = rows[rows["area"] == NOT_ASSIGNABLE]["count"].sum() / rows["count"].sum()

    assert 0 < nowhere < 0.03


def test_until_the_reform_the_old_areas_hold(counted: deliveries.Deliveries) -> None:
    rows = counted.counts[counted.counts["variable"] == "einwohner"]
    before, after = (set(rows[rows["version"] == v]["area"]) for v in ("2019", "2024"))

    assert before - after == {"090"}
    assert after - before == {"091", "092"}
    assert set(rows[rows["version"] == "2019"]["period"]) == {f"{y}-12-31" for y in range(2015, 2020)}


def test_the_crosswalk_takes_everybody_along(office: Path) -> None:
    (crosswalk,) = municipality.read(office).crosswalks

    shares = crosswalk.shares
    assert np.allclose(shares.groupby("from")["share"].sum(), 1.0)
    split = shares.groupby("from").size()
    assert set(split[split > 1].index) == {"041", "090"}


def test_the_series_before_the_reform_is_given_on_the_areas_of_today(office: Path) -> None:
    result = pipeline.run(municipality.read(office))
    derived = result.derived(result.values, result.counts)
    rows = derived[(derived["indicator"] == "einwohnerzahl") & (derived["version"] == "2024") & (derived["level"] == "bezirk")]  # fmt: skip
    rows = rows[rows["period"] == "2019-12-31"].set_index("area")

    assert rows.loc[["041", "042", "091", "092"], "status"].tolist() == ["estimated"] * 4
    assert rows.loc["011", "status"] != "estimated"
    town = select(
        roll_up(result.delivered.counts, {g.version: g for g in result.municipality.geographies}),
        Selection(variable="einwohner"),
    )
    whole = town[(town["level"] == "kommune") & (town["period"] == "2019-12-31")]["count"].iloc[0]
    assert rows["value"].sum() == pytest.approx(whole)
    lives = derived[derived["indicator"] == "lebenserwartung"].set_index("period")
    assert lives["value"].between(70, 90).all()
    assert set(lives.index.str[:4]) == {str(year) for year in range(2015, 2025)}


def test_without_the_office_nothing_is_opened(office: Path, tmp_path: Path) -> None:
    import shutil

    town = Path(shutil.copytree(office, tmp_path / "ohne"))
    text = (town / "kommune.toml").read_text("utf-8")
    start, end = text.index("[abschottung]"), text.index("[[gebiete.adressen]]", text.index("[abschottung]"))
    (town / "kommune.toml").write_text(text[:start] + text[end:], "utf-8")
    read = deliveries.read_all(municipality.read(town))

    assert any("Personensätze" in str(f) or "abschottung" in str(f) for f in errors_of(read.findings))
    assert "einwohner" not in set(read.counts["variable"])


def test_the_same_seed_gives_the_same_bytes(office: Path, tmp_path: Path) -> None:
    again = musterstadt.write_secluded(tmp_path / "m", population=PEOPLE, seed=SEED)
    names = ["gebiete/anschriften.csv", "gebiete/umstieg_2019_2024.csv", "lieferungen/einwohnerregister/bestand_2019.csv.gz"]  # fmt: skip

    assert all((office / n).read_bytes() == (again / n).read_bytes() for n in names)


def test_addresses_are_spelt_in_several_ways_and_nobody_has_a_name(office: Path) -> None:
    packed = office / "lieferungen/einwohnerregister/bestand_2024.csv.gz"
    table = pd.read_csv(packed, sep=";", encoding="cp1252", dtype=str)

    endings = {text[-3:] for text in table["Straße"].dropna()}
    assert {"ße", "tr.", "sse"} <= {e[-2:] if e.endswith("ße") else e for e in endings}
    assert "Name" not in table.columns
