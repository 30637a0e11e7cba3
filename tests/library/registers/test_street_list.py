"""Welche Straße in welchem Gebiet liegt: so viel, dass Menschen ihr Gebiet finden, und keine Liste von Anschriften."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kleinstadt
from sozialraum import municipality, pipeline
from sozialraum.addresses import Address, Entry, directory
from sozialraum.errors import SozialraumError
from sozialraum.street_list import FILE, Stretch, stretches

DIRECTORY = """\
Straße;Nummer;Bezirk
Am Anger;1;011
Am Anger;2;011
am  anger;3;011
Lange Straße;1;012
Lange Straße;3;012
Lange Str.;5;013
Lange Straße;2;013
Lange Straße;4;013
Lange Straße;4a;013
"""
BLOCK = """
[[gebiete.adressen]]
file = "gebiete/anschriften.csv"
street = "Straße"
number = "Nummer"
area = "Bezirk"
"""


def town(folder: Path, block: str, directory: str = DIRECTORY) -> Path:
    kleinstadt.write(folder)
    kleinstadt.put(folder, "kommune.toml", kleinstadt.KOMMUNE + block)
    kleinstadt.put(folder, "gebiete/anschriften.csv", directory)
    return folder


def test_a_release_says_which_stretch_lies_where(tmp_path: Path) -> None:
    """Eine Straße in einem Bezirk ist eine Zeile; sonst je Seite und Abschnitt eine."""
    folder = town(tmp_path, BLOCK + "published = true\n")
    release = pipeline.release(municipality.read(folder), "eins").release
    lines = [tuple(row.values()) for row in pq.read_table(release.path / FILE).to_pylist()]
    assert lines == [
        ("Am Anger", "", "", "", "", "011", "bezirk", "2024"),
        ("Lange Straße", "1", "3", "ungerade", "", "012", "bezirk", "2024"),
        ("Lange Straße", "2", "4", "gerade", "", "013", "bezirk", "2024"),
        ("Lange Straße", "5", "", "", "", "013", "bezirk", "2024"),
    ]
    assert FILE in (release.path / "LIESMICH.md").read_text("utf-8")


def test_nothing_is_told_unless_the_municipality_says_so(tmp_path: Path) -> None:
    release = pipeline.release(municipality.read(town(tmp_path, BLOCK)), "eins").release
    assert not (release.path / FILE).exists()
    assert FILE not in (release.path / "LIESMICH.md").read_text("utf-8")


def test_a_broken_directory_stops_the_release_before_it_is_remembered(tmp_path: Path) -> None:
    folder = town(tmp_path, BLOCK + "published = true\n", DIRECTORY.replace("011", "999"))
    with pytest.raises(SozialraumError) as caught:
        pipeline.release(municipality.read(folder), "eins")
    assert caught.value.findings[0].file == "gebiete/anschriften.csv"
    assert not (folder / "freigaben" / "eins").exists()
    town(folder, BLOCK + "published = true\n")
    assert pipeline.release(municipality.read(folder), "eins").release.path.exists()


HOUSES = st.dictionaries(st.integers(1, 30), st.sampled_from(["011", "012", "021"]), min_size=1)


@given(HOUSES)
def test_every_house_is_found_in_its_area_again(houses: dict[int, str]) -> None:
    entries = [Entry(Address("Lange Straße", str(number)), area) for number, area in houses.items()]
    lines = list(stretches(entries, "bezirk", "2024"))
    side = {"": "alle", "gerade": "gerade", "ungerade": "ungerade"}
    again = directory(
        Entry(Address(line.street, line.number), line.area, line.until, side[line.side])  # type: ignore[arg-type]
        for line in lines
    )
    for number, area in houses.items():
        assert again.place(Address("Lange Str.", str(number))).area == area


def test_what_the_directory_says_in_stretches_stays() -> None:
    entries = [
        Entry(Address("Nordstraße", "1"), "011", "39", "ungerade"),
        Entry(Address("Nordstraße", "2"), "012", "40", "gerade"),
    ]
    assert list(stretches(entries, "bezirk", "2024")) == [
        Stretch("Nordstraße", "1", "39", "ungerade", "", "011", "bezirk", "2024"),
        Stretch("Nordstraße", "2", "40", "gerade", "", "012", "bezirk", "2024"),
    ]
