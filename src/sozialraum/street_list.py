"""The public list of streets: which street, or which stretch of it, lies in which area (Straßenverzeichnis der Freigabe).

No list of addresses: neighbouring numbers of one side in one area become one stretch, a street within one area one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from sozialraum.addresses import Entry, normalised

FILE: Final = "strassen.parquet"


class Stretch(NamedTuple):
    """One line of the list; without a number it is the whole street, without `until` a single number."""

    street: str
    number: str
    until: str
    side: str
    postcode: str
    area: str
    level: str
    version: str


def stretches(entries: Iterable[Entry], level: str, version: str) -> Iterator[Stretch]:
    """Addresses of one version joined to stretches; spellings of one street count together."""
    ordered = sorted(entries, key=_street)
    for _, group in groupby(ordered, key=_street):
        street = list(group)
        name, postcode = street[0].address.street.strip(), street[0].address.postcode.strip()
        areas = {entry.area for entry in street}
        lines = [("", "", "", areas.pop())] if len(areas) == 1 else _lines(street)
        yield from (Stretch(name, *place[:3], postcode, place[3], level, version) for place in lines)


def _street(entry: Entry) -> tuple[str, str]:
    return normalised(entry.address.street, "street"), normalised(entry.address.postcode, "postcode")


Line = tuple[str, str, str, str]  # number, until, side, area


def _lines(street: Sequence[Entry]) -> Iterator[Line]:
    """What the directory says in stretches already stays; single numbers of one side and area are joined."""
    single: dict[tuple[int, str], None] = {}
    for entry in street:
        number = normalised(entry.address.number, "number")
        if entry.until or not number:
            side = "" if entry.side == "alle" else entry.side
            yield entry.address.number.strip(), entry.until.strip(), side, entry.area
        else:
            single[int(number), entry.area] = None
    for odd, side in ((1, "ungerade"), (0, "gerade")):
        numbers = sorted(place for place in single if place[0] % 2 == odd)
        for area, run in groupby(numbers, key=lambda place: place[1]):
            stretch = [number for number, _ in run]
            first, last = str(stretch[0]), str(stretch[-1])
            yield (first, "", "", area) if first == last else (first, last, side, area)
