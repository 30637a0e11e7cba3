"""Building references of North Rhine-Westphalia (gebref.txt, Gebäudereferenzen): addresses with coordinates."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple

from sozialraum.addresses import Address
from sozialraum.errors import AreaError, Finding
from sozialraum.spreadsheet import DAMAGED_ARCHIVE

# The file has no line of names; editions until 2019 hold keys only.
COLUMNS = (
    "nba", "oid", "qua", "landschl", "land", "regbezschl", "regbez", "kreisschl", "kreis", "gmdschl", "gmd", "ottschl",
    "ott", "strschl", "str", "hnr", "adz", "zone", "ostwert", "nordwert", "datum",
)  # fmt: skip
OLD_COLUMNS = tuple(
    name for name in COLUMNS if name not in ("land", "regbez", "kreis", "gmd", "ott", "str", "zone")
)
KEY = ("landschl", "regbezschl", "kreisschl", "gmdschl")
KEY_WIDTHS = (2, 1, 2, 3)
# In EPSG:4647 the number of the zone, 32, stands before the easting.
ZONED = 10_000_000.0
LONGEST_LINE = 10_000


class Building(NamedTuple):
    """An address and its coordinates in UTM zone 32 (EPSG:25832), in metres."""

    address: Address
    x: float
    y: float


def read(path: Path, ags: str = "", street: Literal["str", "strschl"] = "str") -> list[Building]:
    """All buildings of a municipality (of the whole file without `ags`), streets by name or by key.

    Reads the text file or the ZIP it is distributed in. Raises AreaError when the columns are not those of a `gebref.txt`.
    """
    try:
        if path.suffix.lower() != ".zip":
            with path.open("rb") as file:
                return list(_buildings(file, path.name, ags, street))
        with zipfile.ZipFile(path) as archive, archive.open(_member(archive, path.name)) as inner:
            return list(_buildings(inner, path.name, ags, street))
    except DAMAGED_ARCHIVE as error:
        raise _unfit(path.name) from error


def _member(archive: zipfile.ZipFile, name: str) -> str:
    texts = [member for member in archive.namelist() if member.lower().endswith("gebref.txt")]
    if len(texts) != 1:
        raise _unfit(name)
    return texts[0]


def _buildings(file: IO[bytes], name: str, ags: str, street: str) -> Iterator[Building]:
    # A line that does not end would fill the memory.
    for row, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
        text = line.decode("utf-8-sig" if row == 1 else "utf-8").rstrip("\r\n")
        if not text:
            continue
        cells = text.split(";")
        columns = COLUMNS if len(cells) == len(COLUMNS) else OLD_COLUMNS
        if len(cells) != len(columns):
            raise _unfit(name, row)
        record = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        if ags and _ags(record) != ags:
            continue
        try:
            x, y = (float(record[axis].replace(",", ".")) for axis in ("ostwert", "nordwert"))
        except ValueError as error:
            raise _unfit(name, row) from error
        place = record.get(street, record["strschl"])
        yield Building(Address(place, record["hnr"], record["adz"]), x % 1_000_000 if x > ZONED else x, y)


def _ags(record: dict[str, Any]) -> str:
    return "".join(str(record[part]).zfill(width) for part, width in zip(KEY, KEY_WIDTHS, strict=True))


def _unfit(name: str, row: int | None = None) -> AreaError:
    return AreaError(
        Finding(f"Die Datei ist keine gebref.txt mit {len(COLUMNS)} oder {len(OLD_COLUMNS)} Spalten in UTF-8.",
                "Laden Sie die Gebäudereferenzen neu (ASCII, EPSG:25832) oder beschreiben Sie die Datei als Tabelle mit „street“, „number“ …", file=name, row=row)
    )  # fmt: skip
