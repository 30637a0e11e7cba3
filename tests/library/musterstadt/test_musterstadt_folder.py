"""The folder of Musterstadt: the same bytes from the same seed, readable with its own recipes, without a finding."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import pytest

from sozialraum import deliveries, municipality, musterstadt
from sozialraum.errors import SozialraumError
from sozialraum.musterstadt.counts import Tables
from sozialraum.musterstadt.deliveries import MISTAKE_YEAR, mistake
from sozialraum.musterstadt.town import YEARS
from sozialraum.tables import NOT_ASSIGNABLE


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    one = musterstadt.write(tmp_path / "a", population=6000, seed=5)
    again = musterstadt.write(tmp_path / "b", population=6000, seed=5)

    assert contents(one) == contents(again)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "wichtig.txt").write_text("bleibt", encoding="utf-8")

    with pytest.raises(SozialraumError, match="ist nicht leer"):
        musterstadt.write(tmp_path)
    assert contents(tmp_path) == {"wichtig.txt": b"bleibt"}


def test_a_tiny_town_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SozialraumError, match=r"mindestens 5\.000"):
        musterstadt.write(tmp_path / "dorf", population=400)


ALL = slice(None)
CARE = tuple(range(0, 10, 2))  # the care statistics come every second year, the election once
YEARS_OF = {"pflegebeduerftige": CARE, "schwerbehinderte": CARE, "wahlberechtigte": (5,), "waehlende": (5,)}
PLACED = {  # dwellings and voters have an address; what was found at school entry is delivered by place only
    "wohnungen", "wohnungen_leer", "wohnungen_gefoerdert", "wahlberechtigte", "waehlende",
    "seu_gewogen", "seu_uebergewicht", "seu_adipositas", "seu_heft", "seu_u9", "seu_impfausweis", "seu_masern",
}  # fmt: skip


def test_every_delivery_is_read_without_a_finding(town: Path, tables: Tables) -> None:
    read = deliveries.read_all(municipality.read(town))

    assert read.findings == []
    assert len({d.path for d in read.files}) == 81
    # Deaths come twice: by place, and by age for the whole town.
    by_age = (read.counts["variable"] == "sterbefaelle") & (read.counts["age"] != "insgesamt")
    assert int(read.counts.loc[by_age, "count"].sum()) == int(tables["sterbefaelle_alter"].sum())
    sums = read.counts[~by_age].groupby("variable")["count"].sum()
    own = {name: table for name, table in tables.items() if name != "sterbefaelle_alter"}
    assert set(sums.index) == {*own, "flaeche"}
    assert {name: int(sums[name]) for name in own} == {
        name: int(t[YEARS_OF.get(name, ALL), ...].sum()) for name, t in own.items()
    }


def test_cases_without_a_place_are_delivered_with_every_variable(town: Path, tables: Tables) -> None:
    counts = deliveries.read_all(municipality.read(town)).counts

    # Deaths by age are told for the whole town: there is no place to be without.
    without = (
        set(tables) - {"sterbefaelle_alter"} - set(counts.loc[counts["area"] == NOT_ASSIGNABLE, "variable"])
    )
    assert without == {*tables} & PLACED
    assert all(tables[name][:, -1].sum() == 0 for name in without)


def test_codes_are_text_with_leading_zeros(town: Path) -> None:
    document = json.loads((town / "gebiete" / "bezirke.geojson").read_text("utf-8"))
    codes = [feature["properties"]["id"] for feature in document["features"]]

    assert len(codes) == 48
    assert "011" in codes
    assert all(isinstance(code, str) and len(code) == 3 for code in codes)
    assert municipality.read(town).ags == "05999000"


def test_the_known_mistake_is_delivered_and_corrected(town: Path, tables: Tables) -> None:
    area, right = mistake(tables)
    with (town / "lieferungen/sozialamt_sgb12/grundsicherung_alter.csv").open(encoding="utf-8-sig") as file:
        delivered = [row["Personen ab 65"] for row in csv.DictReader(file, delimiter=";")
                     if row["Bezirk"] == area and row["Stichtag"].startswith(str(MISTAKE_YEAR))]  # fmt: skip
    counts = deliveries.read_all(municipality.read(town)).counts
    chosen = counts[(counts["variable"] == "grundsicherung_alter") & (counts["area"] == area)
                    & (counts["period"] == f"{MISTAKE_YEAR}-12-31")]  # fmt: skip

    assert delivered == [str(10 * right)]
    assert chosen["count"].tolist() == [right]


def test_layouts_differ_as_in_real_deliveries(town: Path) -> None:
    recipes = {
        path.parent.name: tomllib.loads(path.read_text("utf-8"))["tabelle"]
        for path in town.glob("lieferungen/*/rezept.toml")
    }
    tables = [table for source in recipes.values() for table in source]

    assert {table.get("encoding") for table in tables} >= {"utf-8", "cp1252"}
    assert any(table.get("dimensions") for table in tables)
    assert any("age" in column for table in tables for column in table["spalten"])
    assert {"bezirk", "stadtteil", "kommune", "vergleich"} == {table["level"] for table in tables}
    assert any(table["files"].endswith(".xlsx") for table in tables)


def test_the_index_edition_belongs_to_the_town(town: Path) -> None:
    read = municipality.read(town)
    index = read.catalogue.indices["musterstadt_2024"]

    assert read.active_indices == {"musterstadt_2022", "musterstadt_2024"}
    assert read.catalogue.indices["musterstadt_2022"].method_id() == index.method_id()
    assert {component.indicator for component in index.components} <= set(read.catalogue.indicators)
    assert {exclusion.area for exclusion in index.exclusions} <= set(read.geography("2024").codes("bezirk"))
    assert [(c.label, c.upper) for c in index.classes.status] == [
        ("hoch", -1.0), ("mittel", 1.0), ("niedrig", 1.5), ("sehr niedrig", None),
    ]  # fmt: skip
    assert "Hinweise" in index.description


def test_ten_years_of_residents_are_delivered(town: Path) -> None:
    names = {path.name for path in (town / "lieferungen/einwohnerregister").glob("einwohner_*.csv")}

    assert names == {f"einwohner_{year}.csv" for year in YEARS}
