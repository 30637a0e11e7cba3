"""Address to area (Anschrift → Gebiet): German spellings made alike, looked up step by step, what is left stays unplaced.

The spelling rules and the order of the steps are data, so that an engine can apply the very same ones to millions of
records (`counting.py`) as Python does here to one address. Rules use no back references: all engines read them alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from sozialraum.tables import NOT_ASSIGNABLE

Rules = tuple[tuple[str, str], ...]

_LETTERS: Rules = (
    ("ẞ", "ss"),
    ("ß", "ss"),
    ("ä", "ae"),
    ("ö", "oe"),
    ("ü", "ue"),
    ("[éèê]", "e"),
    ("[áàâ]", "a"),
)
# "12 a-c", "12a–c", "12/14", "Nr. 12": blanks and all signs between become one hyphen, words before the number go.
_NUMBER: Rules = (("^[^0-9]+", ""), ("bis|und", "-"), ("[^0-9a-z]+", "-"), ("-$", ""), ("^0+", ""))
PARTS: Mapping[str, Rules] = {
    "street": (
        *_LETTERS, ("[^0-9a-z]+", ""), ("strasse", "str"), ("^sankt", "st"), ("doktor", "dr"), ("professor", "prof"),
        ("platz$", "pl"), ("^0+", ""),
    ),
    "number": (*_NUMBER, ("[^0-9].*$", "")),
    "addition": (*_NUMBER, ("^[0-9]+-?", ""), ("^[0-9].*$", ""), ("-.*$", ""), ("[0-9].*$", "")),
    "last": (*_NUMBER, ("^[0-9]+", ""), ("^.*-", ""), ("[^0-9].*$", "")),
    "postcode": (("[^0-9a-z]+", ""), ("^0+", "")),
}  # fmt: skip
"""For each part of an address the substitutions that make spellings alike, after lower case."""


class Step(NamedTuple):
    """One way to look an address up: its name for the record, which entries it uses, and the parts of the key."""

    how: str
    ranged: bool
    parts: tuple[str, ...]


STEPS: tuple[Step, ...] = (
    Step("genau", False, ("postcode", "street", "number", "addition")),
    Step("ohne Postleitzahl", False, ("street", "number", "addition")),
    Step("ohne Zusatz", False, ("postcode", "street", "number")),
    Step("ohne Postleitzahl und Zusatz", False, ("street", "number")),
    Step("Nummernbereich", True, ("postcode", "street", "number")),
    Step("Nummernbereich ohne Postleitzahl", True, ("street", "number")),
    Step("letzte Nummer der Spanne", False, ("postcode", "street", "last")),
    Step("letzte Nummer der Spanne ohne Postleitzahl", False, ("street", "last")),
    Step("ganze Straße", False, ("postcode", "street")),
    Step("ganze Straße ohne Postleitzahl", False, ("street",)),
)
"""The steps in their order: the first one that leads to exactly one area decides."""
UNPLACED = "nicht gefunden"
SEPARATOR = "|"
# No street has more numbers; a longer span is a misprint, and none of its numbers is taken.
LONGEST_SPAN = 2_000


class Address(NamedTuple):
    """An address as it is written; the addition may stand in the number, too."""

    street: str
    number: str = ""
    addition: str = ""
    postcode: str = ""


Side = Literal["alle", "gerade", "ungerade"]


class Entry(NamedTuple):
    """An entry of a directory: an address, or with `until` all numbers up to it on one side of the street."""

    address: Address
    area: str
    until: str = ""
    side: Side = "alle"


class Placement(NamedTuple):
    """The area of an address (`nz` where it was not found) and the step that found it."""

    area: str
    how: str


@dataclass(frozen=True)
class Directory:
    """All addresses that are known, by key; a key that leads to two areas is not in it."""

    areas: Mapping[str, str]

    def place(self, address: Address) -> Placement:
        """The area of one address."""
        parts = parts_of(address)
        for number, step in enumerate(STEPS):
            area = self.areas.get(_key(number, parts), "") if _complete(step, parts) else ""
            if area:
                return Placement(area, step.how)
        return Placement(NOT_ASSIGNABLE, UNPLACED)

    def knows_street(self, address: Address) -> bool:
        """Whether any number of the street leads to an area."""
        return parts_of(address)["street"] in self._streets

    @cached_property
    def _streets(self) -> frozenset[str]:
        places = {n: step.parts.index("street") + 1 for n, step in enumerate(STEPS)}
        split = (key.split(SEPARATOR) for key in self.areas)
        return frozenset(parts[places[int(parts[0])]] for parts in split)


def directory(entries: Iterable[Entry]) -> Directory:
    """A directory of all entries; a key under which two areas stand leads nowhere."""
    areas: dict[str, str] = {}
    for entry in entries:
        for key in _keys(entry):
            areas[key] = entry.area if areas.get(key, entry.area) == entry.area else ""
    return Directory({key: area for key, area in areas.items() if area})


def _keys(entry: Entry) -> Iterator[str]:
    parts = parts_of(entry.address)
    numbers = _between(parts, entry)
    for number, step in enumerate(STEPS):
        if step.ranged:
            yield from (_key(number, {**parts, "number": str(there)}) for there in numbers)
        elif entry.until and "number" in step.parts:
            continue
        elif "last" in step.parts:
            # Whoever looks for the last number of a span looks among the numbers there are.
            yield _key(number, {**parts, "last": parts["number"]})
        else:
            yield _key(number, parts)


def _between(parts: Mapping[str, str], entry: Entry) -> set[int]:
    """The numbers that an entry stands for: of a span in one cell every second one, as on one side of a street."""
    first = int(parts["number"] or 0)
    last = int(normalised(entry.until, "number") or parts["last"] or first)
    if not first <= last <= first + LONGEST_SPAN:
        return set()
    if not entry.until:
        return {*range(first, last + 1, 2), last}
    start = first + (entry.side != "alle" and (first % 2 == 0) != (entry.side == "gerade"))
    return set(range(start, last + 1, 1 if entry.side == "alle" else 2))


def _complete(step: Step, parts: Mapping[str, str]) -> bool:
    return all(parts[part] for part in step.parts if part != "addition")


def _key(number: int, parts: Mapping[str, str]) -> str:
    return SEPARATOR.join([str(number), *(parts[part] for part in STEPS[number].parts)])


def parts_of(address: Address) -> dict[str, str]:
    """The parts of an address in their common spelling."""
    number = f"{address.number} {address.addition}"
    raw = {"street": address.street, "number": number, "addition": number, "last": number, "postcode": address.postcode}  # fmt: skip
    return {part: normalised(text, part) for part, text in raw.items()}


@lru_cache(maxsize=200_000)
def normalised(text: str, part: str) -> str:
    """A text in the common spelling of a part: `Karl-Marx-Straße` and `Karl Marx Str.` become `karlmarxstr`."""
    text = text.lower()
    for pattern, instead in PARTS[part]:
        text = re.sub(pattern, instead, text)
    return text
