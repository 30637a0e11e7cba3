"""The public directory of streets of Musterstadt: most lie in one Bezirk, three run through several."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sozialraum.musterstadt.town import QUARTERS

STEMS: Final = (
    "Ahorn", "Amsel", "Birken", "Buchen", "Drossel", "Eichen", "Erlen", "Eschen", "Fichten", "Finken", "Flieder", "Ginster",
    "Hasel", "Holunder", "Kiefern", "Lärchen", "Linden", "Meisen", "Pappel", "Rosen", "Schwalben", "Tannen", "Ulmen", "Weiden",
)  # fmt: skip
KINDS: Final = ("straße", "weg", "allee", "platz", "gasse", "ring", "stieg", "pfad")
PER_QUARTER: Final = 4
# The names are dealt out by a step without common divisor, so that no Bezirk has Birkenstraße, Birkenweg, Birkenallee.
STEP: Final = 53
LONG: Final = {
    "Lange Straße": ("055", "053", "051", "012", "011", "014", "031", "032"),
    "Nordstraße": ("013", "021", "025", "041", "044"),
    "Südring": ("061", "064", "111"),
}
NUMBERS, SHIFT = 40, 6  # house numbers per Bezirk; the odd side reaches a little further than the even one

Row = tuple[str, str, str, str, str]


def write_streets(folder: Path) -> None:
    """Write gebiete/strassenverzeichnis.csv."""
    with (folder / "gebiete" / "strassenverzeichnis.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(["Straße", "von", "bis", "Seite", "Bezirk"])
        writer.writerows(sorted(_short()))
        writer.writerows(_long())


def _short() -> Iterator[Row]:
    every = len(STEMS) * len(KINDS)
    for place, quarter in enumerate(QUARTERS):
        for number in range(PER_QUARTER):
            kind, stem = divmod((place * PER_QUARTER + number) * STEP % every, len(STEMS))
            yield STEMS[stem] + KINDS[kind], "", "", "", quarter.code


def _long() -> Iterator[Row]:
    for street, codes in LONG.items():
        yield from _side(street, codes, 1, "ungerade", SHIFT)
        yield from _side(street, codes, 2, "gerade", 0)


def _side(street: str, codes: Sequence[str], first: int, side: str, shift: int) -> Iterator[Row]:
    for i, code in enumerate(codes):
        last = first + NUMBERS - 2 + (shift if i == 0 else 0)
        yield street, str(first), str(last), side, code
        first = last + 2
