"""Addresses that the directory lacks: found out, added with reason and author, counted from then on (Anschriften ergänzen).

Only a walled-off office sees this: the addresses come from person records. Nothing of a person stands here, only the
address as it is written and how many records have it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import tomlkit

from sozialraum import deliveries
from sozialraum.address_files import AddressBlock, directory_for
from sozialraum.addresses import (
    STEPS,
    UNPLACED,
    Address,
    Directory,
    Entry,
    Side,
    directory,
    normalised,
    parts_of,
)
from sozialraum.errors import Finding, SozialraumError
from sozialraum.files import replace_file
from sozialraum.municipality import Municipality
from sozialraum.registers import refusal
from sozialraum_inside.changes import PLACE

FILE: Final = "adressen_ergaenzt"
FOUND: Final = "anschriften.parquet"
SIDES: Final[Mapping[Side, str]] = {
    "alle": "beide Seiten",
    "gerade": "nur gerade",
    "ungerade": "nur ungerade",
}
COLUMNS: Final = (
    "Straße",
    "von",
    "bis",
    "Seite",
    "Zusatz",
    "Postleitzahl",
    "Gebiet",
    "Grund",
    "Wer",
    "Datum",
)
_BLOCK: Final = {
    "separator": ";", "street": "Straße", "number": "von", "until": "bis", "side": "Seite", "addition": "Zusatz",
    "postcode": "Postleitzahl", "area": "Gebiet",
}  # fmt: skip


def refused(municipality: Municipality) -> Finding | None:
    """Why addresses of person records are not shown here; None in a walled-off office."""
    return refusal(municipality.seclusion, "", datetime.now(UTC).date())


# -- what was not found --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lost:
    """One address as it is written that leads to no area, and how many records have it."""

    address: Address
    records: int

    @property
    def text(self) -> str:
        """The address in one line, without the street."""
        return " ".join(
            part for part in (self.address.number, self.address.addition, self.address.postcode) if part
        )


@dataclass(frozen=True)
class Street:
    """A street with its addresses that lead to no area."""

    version: str
    level: str
    name: str
    addresses: tuple[Lost, ...]

    @property
    def records(self) -> int:
        """The records of all its addresses."""
        return sum(a.records for a in self.addresses)

    @property
    def key(self) -> str:
        """What tells a street apart whatever its spelling."""
        return normalised(self.name, "street")


def find(municipality: Municipality) -> int:
    """Look through all registers and keep which addresses lead to no area; returns how many. Raises SozialraumError."""
    hindrance = refused(municipality)
    place = municipality.folder / PLACE / FOUND
    if hindrance:
        place.unlink(missing_ok=True)
        raise SozialraumError(hindrance)
    table = deliveries.unplaced_addresses(municipality)
    place.parent.mkdir(parents=True, exist_ok=True)
    replace_file(place, lambda path: pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path))
    return len(table)


def searched(municipality: Municipality) -> bool:
    """Whether anybody has looked for them yet."""
    return (municipality.folder / PLACE / FOUND).exists()


def lost_streets(municipality: Municipality) -> list[Street]:
    """The streets with addresses that still lead nowhere, those of most records first; what was added since is left out."""
    known = {g.version: _added(municipality, g.version) for g in municipality.geographies}
    groups: dict[tuple[str, str, str], list[Lost]] = {}
    for version, level, lost in _found(municipality):
        if known[version].place(lost.address).how == UNPLACED:
            groups.setdefault((version, level, normalised(lost.address.street, "street")), []).append(lost)
    streets = [
        Street(version, level, lost[0].address.street, tuple(sorted(lost, key=_by_number)))
        for (version, level, _), lost in groups.items()
    ]
    return sorted(streets, key=lambda s: (-s.records, s.name))


def _found(municipality: Municipality) -> list[tuple[str, str, Lost]]:
    """Version, level and address of everything the last search found, also what was added since."""
    path = municipality.folder / PLACE / FOUND
    if refused(municipality) or not path.exists():
        return []
    versions = {g.version for g in municipality.geographies}
    return [
        (
            row["version"],
            row["level"],
            Lost(Address(*(row[part] for part in Address._fields)), row["records"]),
        )
        for row in pq.read_table(path).to_pylist()
        if row["version"] in versions
    ]


def _by_number(lost: Lost) -> tuple[int, str]:
    number = parts_of(lost.address)["number"]
    return (int(number or 0), lost.text)


# -- what was added ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Addition:
    """One added entry of the directory, with reason, author and day."""

    entry: Entry
    reason: str
    author: str
    day: str

    @property
    def numbers(self) -> str:
        """The numbers in words."""
        address, until = self.entry.address, self.entry.until
        if not address.number:
            return "ganze Straße"
        own = f"{address.number}{address.addition}"
        return f"{own} bis {until}, {SIDES[self.entry.side]}" if until else own

    @property
    def mark(self) -> str:
        """Checksum of the row (16 hexadecimal digits): names it whatever another person added or took away meanwhile."""
        return sha256(_table([self])).hexdigest()[:16]


def file_of(municipality: Municipality, version: str) -> str:
    """The file of the additions to one version of the areas."""
    ending = "" if version == municipality.current_version else f"_{version}"
    return f"gebiete/{FILE}{ending}.csv"


def additions(municipality: Municipality, version: str) -> list[Addition]:
    """The additions to one version in the order in which they were made."""
    path = municipality.folder / file_of(municipality, version)
    return _read(path.read_text("utf-8")) if path.exists() else []


def _added(municipality: Municipality, version: str) -> Directory:
    return directory(a.entry for a in additions(municipality, version))


def _read(text: str) -> list[Addition]:
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    return [
        Addition(
            Entry(Address(r["Straße"], r["von"], r["Zusatz"], r["Postleitzahl"]), r["Gebiet"], r["bis"], _side(r["Seite"])),
            r["Grund"], r["Wer"], r["Datum"],
        )
        for r in rows
    ]  # fmt: skip


def _side(text: str) -> Side:
    return next((side for side in SIDES if side == text), "alle")


@dataclass(frozen=True)
class Answer:
    """What a person says of a street: an area for all of it, for some numbers, or that it is another one misspelt."""

    street: Street
    area: str = ""
    first: str = ""
    until: str = ""
    side: Side = "alle"
    same_as: str = ""
    reason: str = ""
    author: str = ""


def with_additions(municipality: Municipality, answer: Answer, today: date) -> tuple[dict[str, bytes], int]:
    """The files that hold one more answer, and how many records it places; raises SozialraumError with everything wrong."""
    hindrance = refused(municipality)
    if hindrance:
        raise SozialraumError(hindrance)
    version, level = answer.street.version, answer.street.level
    geography = municipality.geography(version)
    there = _directory(municipality, version, level)
    wrong = list(_wrong(answer, set(geography.codes(level)), there))
    if wrong:
        raise SozialraumError(wrong)
    entries = _entries(answer, there)
    if not entries:
        raise SozialraumError(
            Finding(f"Das Verzeichnis kennt auch unter „{answer.same_as}“ keine dieser Hausnummern.",
                    "Prüfen Sie die Schreibweise, oder ordnen Sie die Straße einem Gebiet zu.", column="same_as")
        )  # fmt: skip
    before = additions(municipality, version)
    placed = _placed(
        municipality,
        answer.street,
        [*(a.entry for a in before), *entries],
        wrong_if_lost=_added(municipality, version),
        known=there is not None and there.knows_street(Address(answer.street.name)),
    )
    name = file_of(municipality, version)
    added = [Addition(e, answer.reason.strip(), answer.author.strip(), today.isoformat()) for e in entries]
    files = {name: _table([*before, *added])}
    settings = (municipality.folder / "kommune.toml").read_text("utf-8")
    if name not in {block.file for block in municipality.addresses}:
        files["kommune.toml"] = _with_block(settings, name, version, level).encode()
    return files, placed


def _placed(
    municipality: Municipality,
    street: Street,
    entries: Sequence[Entry],
    wrong_if_lost: Directory,
    *,
    known: bool,
) -> int:
    """How many records of the street the entries place anew; raises SozialraumError where they place none or lose some.

    Where the directory knows other numbers of the street already, one number more says nothing about the whole street.
    """
    new = directory(entries)
    nowhere = {UNPLACED, *(step.how for step in STEPS if "number" not in step.parts and "last" not in step.parts and known)}  # fmt: skip
    mine = [
        x
        for version, _, x in _found(municipality)
        if version == street.version and normalised(x.address.street, "street") == street.key
    ]
    lost = [
        x
        for x in mine
        if wrong_if_lost.place(x.address).how != UNPLACED and new.place(x.address).how == UNPLACED
    ]
    placed = sum(x.records for x in street.addresses if new.place(x.address).how not in nowhere)
    if lost:
        raise SozialraumError(
            Finding(f"Damit läge die Straße in zwei Gebieten, und {len(lost)} schon ergänzte Anschriften führten nirgends mehr hin.",
                    "Nehmen Sie zuerst die Ergänzung „ganze Straße“ weg und nennen Sie Hausnummern.", column="first")
        )  # fmt: skip
    if not placed:
        raise SozialraumError(
            Finding("Damit wird keine der nicht gefundenen Anschriften zugeordnet.", "Prüfen Sie die Hausnummern.", column="first")
        )  # fmt: skip
    return placed


def without(municipality: Municipality, version: str, mark: str) -> dict[str, bytes]:
    """The file without the addition of that mark; raises SozialraumError where it is gone."""
    there = additions(municipality, version)
    place = next((n for n, addition in enumerate(there) if addition.mark == mark), None)
    if refused(municipality) or place is None:
        raise SozialraumError(Finding("Diese Ergänzung gibt es nicht mehr.", "Laden Sie die Seite neu."))
    return {file_of(municipality, version): _table([*there[:place], *there[place + 1 :]])}


def _wrong(answer: Answer, codes: set[str], there: Directory | None) -> list[Finding]:
    wrong = []
    first, until = (normalised(text, "number") for text in (answer.first, answer.until))
    if answer.same_as.strip():
        if there is None or not there.knows_street(Address(answer.same_as)):
            wrong.append(
                Finding(
                    f"Die Straße „{answer.same_as}“ kennt das Verzeichnis nicht.",
                    "Prüfen Sie die Schreibweise.",
                    column="same_as",
                )
            )
    elif answer.area not in codes:
        wrong.append(
            Finding(
                "Es fehlt, in welchem Gebiet sie liegt.",
                "Wählen Sie es in der Liste oder auf der Karte.",
                column="area",
            )
        )
    elif answer.first.strip() and not first:
        wrong.append(Finding(f"„{answer.first}“ ist keine Hausnummer.", column="first"))
    elif answer.until.strip() and (not first or not until or int(until) < int(first)):
        wrong.append(
            Finding("Die letzte Hausnummer muss nach der ersten kommen.", "Nennen Sie beide.", column="first")
        )
    elif not first and there is not None and there.knows_street(Address(answer.street.name)):
        wrong.append(
            Finding("Von dieser Straße kennt das Verzeichnis schon Hausnummern in verschiedenen Gebieten.",
                    "Nennen Sie, welche Hausnummern gemeint sind.", column="first")
        )  # fmt: skip
    if not answer.reason.strip():
        wrong.append(
            Finding(
                "Es fehlt der Grund.", "Zum Beispiel: neue Straße, Beschluss vom 12.02.2025.", column="reason"
            )
        )
    return wrong


def _entries(answer: Answer, there: Directory | None) -> list[Entry]:
    """The entries an answer means; a misspelt street gets the area of each of its numbers under the right name."""
    if answer.same_as.strip() and there is not None:
        meant = [
            (lost.address, there.place(lost.address._replace(street=answer.same_as)))
            for lost in answer.street.addresses
        ]
        return [Entry(address, place.area) for address, place in meant if place.how != UNPLACED]
    address = Address(
        answer.street.name, normalised(answer.first, "number"), normalised(answer.first, "addition")
    )
    until = normalised(answer.until, "number")
    return [Entry(address, answer.area, until, answer.side if until else "alle")]


def _table(rows: Sequence[Addition]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        a, e = row.entry.address, row.entry
        writer.writerow(
            [
                a.street,
                a.number,
                e.until,
                e.side,
                a.addition,
                a.postcode,
                e.area,
                row.reason,
                row.author,
                row.day,
            ]
        )
    return text.getvalue().encode()


def _with_block(settings: str, name: str, version: str, level: str) -> str:
    document = tomlkit.parse(settings)
    areas: Any = document["gebiete"]
    block = tomlkit.table()
    for key, value in {"file": name, "version": version, "level": level, **_BLOCK}.items():
        block.add(key, value)
    blocks = areas.get("adressen")
    if blocks is None:
        blocks = tomlkit.aot()
        blocks.append(block)
        areas["adressen"] = blocks
    else:
        blocks.append(block)
    return tomlkit.dumps(document)


def _directory(municipality: Municipality, version: str, level: str) -> Directory | None:
    stamp = tuple((b.file, _stamp(municipality.folder / b.file)) for b in municipality.addresses)
    return _read_directory(
        municipality.folder, municipality.addresses, _Held(municipality, version), level, stamp
    )


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@dataclass(frozen=True, eq=False)
class _Held:
    """A geography that is told apart by its municipality and version."""

    municipality: Municipality
    version: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and (self.municipality.folder, self.version) == (
            other.municipality.folder,
            other.version,
        )

    def __hash__(self) -> int:
        return hash((self.municipality.folder, self.version))


@lru_cache(maxsize=2)
def _read_directory(
    folder: Path, blocks: tuple[AddressBlock, ...], held: _Held, level: str, _changed: tuple[Any, ...]
) -> Directory | None:
    return directory_for(
        folder, blocks, held.municipality.geography(held.version), level, held.municipality.ags
    )
