"""Directories of addresses (Anschriften- und Straßenverzeichnisse): which address lies in which area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import model_validator

from sozialraum import addresses
from sozialraum.addresses import Address, Directory, Entry, Side
from sozialraum.areas import Geography
from sozialraum.catalogue.model import Record
from sozialraum.errors import AreaError, Finding
from sozialraum.points import areas_of
from sozialraum.sources import gebref
from sozialraum.street_list import Stretch, stretches

_SIDES: dict[str, Side] = {"": "alle", "a": "alle", "g": "gerade", "u": "ungerade"}
UTM32 = "EPSG:25832"


class AddressBlock(Record):
    """[[gebiete.adressen]]: a file of addresses, with the area of each or with its coordinates."""

    file: str
    version: str = ""
    level: str = ""
    format: Literal["tabelle", "gebref"] = "tabelle"
    encoding: str = "utf-8"
    separator: str = ";"
    street: str = ""
    number: str = ""
    addition: str = ""
    postcode: str = ""
    until: str = ""
    side: str = ""
    area: str = ""
    x: str = ""
    y: str = ""
    crs: str = UTM32
    published: bool = False

    @model_validator(mode="after")
    def _says_where(self) -> AddressBlock:
        if self.format == "gebref":
            if self.street not in ("", "str", "strschl"):
                raise ValueError("„street“ einer gebref-Datei ist „str“ (Name) oder „strschl“ (Schlüssel)")
        elif not self.street or bool(self.area) == bool(self.x and self.y):
            raise ValueError("Das Verzeichnis braucht „street“ und entweder „area“ oder „x“ und „y“")
        return self


def directory_for(
    folder: Path, blocks: Sequence[AddressBlock], geography: Geography, level: str, ags: str
) -> Directory | None:
    """All addresses that the blocks name for one version, with their areas on a level; None when no block fits.

    Raises AreaError with all findings.
    """
    fitting = [block for block in blocks if block.version in ("", geography.version)]
    if not fitting:
        return None
    entries = [entry for block in fitting for entry in entries_of(folder, block, geography, level, ags)]
    return addresses.directory(entries)


def published_streets(
    folder: Path, blocks: Sequence[AddressBlock], geographies: Sequence[Geography], ags: str
) -> list[Stretch]:
    """The stretches of all directories that the municipality publishes, for the finest level each of them gives.

    Raises AreaError with all findings where a directory cannot be read.
    """
    found: dict[Stretch, None] = {}
    for geography in geographies:
        for block in blocks:
            if block.published and block.version in ("", geography.version):
                level = block.level or geography.levels[0].id
                # Names are for people, keys for registers.
                named = block.model_copy(update={"street": "str"}) if block.format == "gebref" else block
                entries = entries_of(folder, named, geography, level, ags)
                found |= dict.fromkeys(stretches(entries, level, geography.version))
    return sorted(found)


def entries_of(
    folder: Path, block: AddressBlock, geography: Geography, level: str, ags: str
) -> Iterator[Entry]:
    """The entries of one directory with their areas on a level; those outside all areas are left out. Raises AreaError."""
    given = block.level or geography.levels[0].id
    above = {code: code for code in geography.codes(given)} if given == level else dict(geography.ancestors(given)).get(level)  # fmt: skip
    if above is None:
        raise AreaError(
            Finding(f"Das Verzeichnis gilt für die Ebene „{given}“; daraus folgt die Ebene „{level}“ nicht.",
                    "Zählen Sie auf der Ebene des Verzeichnisses oder einer darüber.", file=block.file)
        )  # fmt: skip
    known = set(geography.codes(given))
    for row, entry in enumerate(_read(folder / block.file, block, geography, given, ags), start=2):
        if entry.area in known:
            yield entry._replace(area=above[entry.area])
        elif block.area and entry.area:
            raise AreaError(
                Finding(f"Das Gebiet „{entry.area}“ gibt es im Gebietsstand {geography.label} nicht.",
                        "Berichtigen Sie das Verzeichnis oder nennen Sie die richtige „version“.", file=block.file, row=row, column=block.area)
            )  # fmt: skip


def _read(path: Path, block: AddressBlock, geography: Geography, level: str, ags: str) -> Iterator[Entry]:
    if block.format == "gebref":
        buildings = gebref.read(path, ags, "strschl" if block.street == "strschl" else "str")
        places = areas_of([b.x for b in buildings], [b.y for b in buildings], geography, level, UTM32)
        yield from (Entry(building.address, area) for building, area in zip(buildings, places, strict=True))
        return
    table = _table(path, block)
    parts = [table[name] if name else [""] * len(table) for name in (block.street, block.number, block.addition, block.postcode)]  # fmt: skip
    area = table[block.area] if block.area else _located(table, block, geography, level)
    until = table[block.until] if block.until else [""] * len(table)
    side = table[block.side] if block.side else [""] * len(table)
    for *address, place, last, which in zip(*parts, area, until, side, strict=True):
        yield Entry(Address(*address), place, last, _SIDES.get(which.strip().lower()[:1], "alle"))


def _table(path: Path, block: AddressBlock) -> pd.DataFrame:
    try:
        table = pd.read_csv(
            path, sep=block.separator, encoding=block.encoding, dtype=str, keep_default_na=False
        )
    except (
        OSError,
        ValueError,
        LookupError,
    ) as error:  # pandas raises children of ValueError for torn tables
        raise AreaError(
            Finding("Das Verzeichnis der Anschriften fehlt oder lässt sich nicht lesen.",
                    "Prüfen Sie „file“, „separator“ und „encoding“ unter [[gebiete.adressen]].", file=block.file)
        ) from error  # fmt: skip
    names = (block.street, block.number, block.addition, block.postcode, block.until, block.side, block.area, block.x, block.y)  # fmt: skip
    missing = [name for name in names if name and name not in table]
    if missing:
        raise AreaError(
            [Finding(f"Die Spalte „{name}“ fehlt.", "Berichtigen Sie [[gebiete.adressen]] in kommune.toml.", file=block.file, column=name) for name in missing]
        )  # fmt: skip
    return table


def _located(table: pd.DataFrame, block: AddressBlock, geography: Geography, level: str) -> Sequence[str]:
    x, y = (pd.to_numeric(table[name].str.replace(",", "."), errors="coerce") for name in (block.x, block.y))
    return list(areas_of(x, y, geography, level, block.crs))
