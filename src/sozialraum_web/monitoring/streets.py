"""From a street to an area, offline, where the municipality allows it (Straßenverzeichnis der Freigabe)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from sozialraum.addresses import Address, Directory, Entry, Side, directory, normalised
from sozialraum.street_list import FILE, Stretch

SHORTEST = 3  # letters; fewer would list half the town
_NUMBERED = re.compile(r"^(?P<street>.*?\D)\s*(?P<number>\d{1,4}\s*[a-zA-Z]?)$")


@dataclass(frozen=True)
class Street:
    """A street with the areas it lies in."""

    name: str
    areas: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Streets:
    """All streets by their common spelling, and the directory of house numbers of each level."""

    by_spelling: dict[str, Street]
    directories: dict[tuple[str, str], Directory]

    def find(self, text: str) -> list[Street]:
        """Streets whose name begins with or contains what was typed; with a house number the areas of that address alone."""
        street, number = split(text)
        wanted = normalised(street, "street")
        if len(wanted) < SHORTEST:
            return []
        found = [item for key, item in self.by_spelling.items() if wanted in key]
        found.sort(key=lambda item: (not normalised(item.name, "street").startswith(wanted), item.name))
        return [self._at(item, number) for item in found] if number else found

    def _at(self, street: Street, number: str) -> Street:
        """The areas of one house number, on each level where it is known; else all areas of the street."""
        address = Address(street.name, number)
        found = []
        for (version, level), known in self.directories.items():
            area = known.place(address).area
            if (version, level, area) in street.areas:
                found.append((version, level, area))
        return Street(f"{street.name} {number}", tuple(found)) if found else street


def split(text: str) -> tuple[str, str]:
    """`Marktstr. 12 a` → (`Marktstr.`, `12 a`); without a number the second is empty."""
    found = _NUMBERED.match(text.strip())
    return (found["street"].strip(), found["number"].strip()) if found else (text.strip(), "")


@lru_cache(maxsize=16)
def load(folder: Path) -> Streets | None:
    """The streets of a release, None where it brings none."""
    file = folder / FILE
    if not file.exists():
        return None
    import pyarrow.parquet as pq

    return gather(
        [tuple(row.get(name) or "" for name in Stretch._fields) for row in pq.read_table(file).to_pylist()]
    )


def gather(rows: Sequence[Sequence[str]]) -> Streets:
    """Streets from rows with the fields of a Stretch."""
    areas: dict[str, dict[tuple[str, str, str], None]] = {}
    names: dict[str, str] = {}
    entries: dict[tuple[str, str], list[Entry]] = {}
    for street, number, until, side, postcode, area, level, version in rows:
        key = normalised(street, "street")
        names.setdefault(key, street)
        areas.setdefault(key, {})[version, level, area] = None
        chosen = cast(Side, side if side in ("gerade", "ungerade") else "alle")
        entries.setdefault((version, level), []).append(
            Entry(Address(street, number, "", postcode), area, until, chosen)
        )
    found = {key: Street(name, tuple(areas[key])) for key, name in names.items()}
    return Streets(found, {key: directory(own) for key, own in entries.items()})
