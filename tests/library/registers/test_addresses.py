"""Addresses: spellings made alike, spans, sides of a street, and every address of Berlin in its own area."""

from __future__ import annotations

import csv
import gzip
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from sozialraum.addresses import UNPLACED, Address, Directory, Entry, directory, normalised

HOMES = directory(
    [
        Entry(Address("Hauptstraße", "1", "", "10115"), "01"),
        Entry(Address("Hauptstraße", "2", "a", "10115"), "02"),
        Entry(Address("Hauptstraße", "2", "b", "10115"), "03"),
        Entry(Address("Hauptstraße", "1", "", "10999"), "04"),
        Entry(Address("Am Öhrchen", "12-16", "", "10115"), "05"),
        Entry(Address("Am Öhrchen", "20", "", "10115"), "06"),
        Entry(Address("Lange Straße", "1"), "07", until="99", side="ungerade"),
        Entry(Address("Lange Straße", "1"), "08", until="98", side="gerade"),
    ]
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Karl-Marx-Straße", "KARL MARX STR."),
        ("Straße des 17. Juni", "Str. d. 17. Juni".replace("d.", "des")),
        ("Görlitzer Platz", "Goerlitzer Pl."),
        ("Sankt-Jürgen-Weg", "St. Juergen Weg"),
        ("Große Bleiche", "GROSSE BLEICHE"),
        ("00123", "123"),
    ],
)
def test_spellings_of_a_street_are_alike(one: str, other: str) -> None:
    assert normalised(one, "street") == normalised(other, "street")


@pytest.mark.parametrize(
    ("written", "number", "addition", "last"),
    [
        ("12 a-c", "12", "a", ""), ("12A–C", "12", "a", ""), ("12-14", "12", "", "14"), ("12/14", "12", "", "14"),
        ("12 bis 14", "12", "", "14"), ("Nr. 007", "7", "", ""), ("12 1/2", "12", "", "2"), ("12 a", "12", "a", ""), ("", "", "", ""),
    ],
)  # fmt: skip
def test_parts_of_a_number(written: str, number: str, addition: str, last: str) -> None:
    text = f"{written} "
    assert [normalised(text, part) for part in ("number", "addition", "last")] == [number, addition, last]


@pytest.mark.parametrize(
    ("address", "area", "how"),
    [
        (Address("Hauptstr.", "1", "", "10115"), "01", "genau"),
        (Address("Hauptstr.", "2 A", "", "10115"), "02", "genau"),
        (Address("Hauptstr.", "2", "b"), "03", "ohne Postleitzahl"),
        (Address("Hauptstr.", "1"), "nz", UNPLACED),  # two streets of that name
        (Address("Hauptstr.", "2", "", "10115"), "nz", UNPLACED),  # 2a and 2b lie in two areas
        (Address("Hauptstr.", "1", "x", "10115"), "01", "ohne Zusatz"),
        (Address("Am Oehrchen", "14", "", "10115"), "05", "Nummernbereich"),
        (Address("Am Oehrchen", "18-20", "", "10115"), "06", "letzte Nummer der Spanne"),
        (Address("Lange Str.", "57"), "07", "Nummernbereich ohne Postleitzahl"),
        (Address("Lange Str.", "58 c"), "08", "Nummernbereich ohne Postleitzahl"),
        (Address("Hauptstr.", "77", "", "10999"), "04", "ganze Straße"),
        (Address("Nirgendsweg", "1", "", "10115"), "nz", UNPLACED),
        (Address("", ""), "nz", UNPLACED),
    ],
)
def test_the_first_step_that_leads_to_one_area_decides(address: Address, area: str, how: str) -> None:
    assert HOMES.place(address) == (area, how)


def test_a_misprinted_span_takes_no_number() -> None:
    wide = directory([Entry(Address("Weg", "1"), "01", until="99999999"), Entry(Address("Weg", "9-1"), "02")])
    assert wide.place(Address("Weg", "5")).area == "nz"


# -- Berlin ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def berlin(test_data: Path) -> list[Entry]:
    with gzip.open(test_data / "berlin-adressen" / "adressen.csv.gz", "rt", encoding="utf-8") as file:
        return [
            Entry(Address(row["str_name"], row["hnr"], row["hnr_zusatz"], row["plz"]), row["PLR_ID"])
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def known(berlin: list[Entry]) -> Directory:
    return directory(berlin)


@pytest.mark.testdata
def test_every_address_of_berlin_finds_its_area(berlin: list[Entry], known: Directory) -> None:
    found = [known.place(entry.address) for entry in berlin]
    assert len(found) == 401_032
    assert [place.area for place in found] == [entry.area for entry in berlin]
    # 296 addresses have no number but 0.
    assert Counter(place.how for place in found) == {"genau": 400_736, "ganze Straße": 296}


def respelt(entry: Entry, rng: random.Random) -> Address:
    """An address as another office writes it."""
    street, number, addition, postcode = entry.address
    if rng.random() < 0.5:
        street = re.sub("straße", "str.", street).replace("Straße", "Str.")
    if rng.random() < 0.5:
        for letter, written in (
            ("ß", "ss"),
            ("ä", "ae"),
            ("ö", "oe"),
            ("ü", "ue"),
            ("Ä", "Ae"),
            ("Ö", "Oe"),
            ("Ü", "Ue"),
        ):
            street = street.replace(letter, written)
    street = rng.choice([street, street.upper(), street.replace("-", " "), f" {street} "])
    number = rng.choice([number, number.zfill(4), f"Nr. {number}"])
    if rng.random() < 0.5:
        number, addition = f"{number} {addition}".strip(), ""
    return Address(street, rng.choice([number, number.lower()]), addition, postcode)


@pytest.mark.testdata
def test_respelt_addresses_of_berlin_find_the_same_area(berlin: list[Entry], known: Directory) -> None:
    rng = random.Random(1)
    wrong = [entry for entry in berlin if known.place(respelt(entry, rng)).area != entry.area]
    assert not wrong


@pytest.mark.testdata
def test_without_its_postcode_an_address_is_right_or_unplaced(berlin: list[Entry], known: Directory) -> None:
    found = [(known.place(entry.address._replace(postcode="")).area, entry.area) for entry in berlin[::20]]
    assert not [pair for pair in found if pair[0] not in (pair[1], "nz")]
    assert sum(area != "nz" for area, _ in found) > 0.9 * len(found)
