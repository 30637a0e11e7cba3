"""Building references as described in the field study (nach Beschreibung nachgebaut): two editions, text and ZIP."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sozialraum.addresses import Address
from sozialraum.errors import AreaError
from sozialraum.sources import gebref

NEW = (
    "N;DENW1;A;05;Nordrhein-Westfalen;9;Arnsberg;98;Kreis;000;Kleinstadt;0000;;00010;Hauptstraße;12;a;32;350500,25;5652300,5;2024-01-01\n"
    "N;DENW2;A;05;Nordrhein-Westfalen;9;Arnsberg;98;Kreis;004;Nachbarort;0000;;00010;Hauptstraße;1;;32;350900,0;5652300,0;2024-01-01\n"
)
OLD = "N;DENW1;A;05;9;98;000;0000;00010;12;a;32350500,25;5652300,5;2019-01-01\n"
HERE = gebref.Building(Address("Hauptstraße", "12", "a"), 350500.25, 5652300.5)


def put(folder: Path, text: str) -> Path:
    path = folder / "gebref.txt"
    path.write_text(text, "utf-8")
    return path


def test_buildings_of_one_municipality(tmp_path: Path) -> None:
    assert gebref.read(put(tmp_path, "\ufeff" + NEW), "05998000") == [HERE]


def test_all_buildings_with_the_key_of_the_street(tmp_path: Path) -> None:
    found = gebref.read(put(tmp_path, NEW), street="strschl")
    assert [building.address.street for building in found] == ["00010", "00010"]


def test_old_editions_hold_keys_and_may_name_the_zone(tmp_path: Path) -> None:
    (found,) = gebref.read(put(tmp_path, OLD), "05998000")
    assert found == HERE._replace(address=Address("00010", "12", "a"))


def test_the_zip_is_read_as_it_is_distributed(tmp_path: Path) -> None:
    path = tmp_path / "gebref_EPSG25832_ASCII.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("gebref.txt", NEW)
    assert len(gebref.read(path)) == 2


@pytest.mark.parametrize("text", ["a;b;c\n", NEW.replace("350500,25", "hier"), "\x00\xff"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(AreaError, match=r"keine gebref\.txt"):
        gebref.read(put(tmp_path, text))


def test_a_torn_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gebref.zip"
    path.write_bytes(b"PK nothing")
    with pytest.raises(AreaError):
        gebref.read(path)
