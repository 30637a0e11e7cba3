"""Crosswalks between versions of the areas: seen area by area, changed with reason and author (Umstiegsschlüssel).

A key that contradicts itself keeps the municipality from being read. So nothing here needs a readable municipality: the
areas are read from their files, and what is wrong is shown where it can be mended.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pandas as pd
import tomlkit
from pydantic import ValidationError

from sozialraum.area_files import read_geography
from sozialraum.areas import Geography
from sozialraum.crosswalk_files import CrosswalkBlock, by_overlap, contradictions, rows_of
from sozialraum.errors import Finding, SozialraumError
from sozialraum.recoding import BASES, SLIVER
from sozialraum.spreadsheet import read_sheet, text_of
from sozialraum.tables import NOT_ASSIGNABLE
from sozialraum_inside.names import identifier

NOTES: Final = ("Grund", "Wer", "Datum")
CLOSE: Final = 0.005  # how far the shares of one area may be from 1 when somebody sets them by hand


@dataclass(frozen=True)
class Piece:
    """One part of an old area: where it goes, and with which share; NaN where the file holds no number."""

    code: str
    name: str
    share: float

    @property
    def sliver(self) -> bool:
        """Whether it is so small that converting leaves it out."""
        return self.share < SLIVER

    @property
    def percent(self) -> str:
        """The share as a form writes it."""
        return (
            "" if pd.isna(self.share) else f"{100 * self.share:.2f}".rstrip("0").rstrip(".").replace(".", ",")
        )


@dataclass(frozen=True)
class Split:
    """One old area with its parts, and why somebody set them so."""

    code: str
    name: str
    pieces: tuple[Piece, ...]
    reason: str = ""
    author: str = ""
    day: str = ""

    @property
    def total(self) -> float:
        """What the shares add up to."""
        return sum(0.0 if pd.isna(p.share) else p.share for p in self.pieces)

    @property
    def percent(self) -> float:
        """The same in per cent."""
        return 100 * self.total

    @property
    def sums_to_one(self) -> bool:
        """Whether no case would be lost or doubled."""
        return abs(self.total - 1) <= CLOSE

    @property
    def whole(self) -> bool:
        """Whether it goes into one area altogether."""
        return len(self.pieces) == 1 and self.sums_to_one


@dataclass(frozen=True)
class Key:
    """One crosswalk of the municipality with everything that is wrong with it."""

    number: int
    block: CrosswalkBlock
    source: Geography
    target: Geography
    splits: tuple[Split, ...]
    findings: tuple[Finding, ...]

    @property
    def label(self) -> str:
        """Between which versions it leads."""
        return f"{self.source.label} → {self.target.label}"

    @property
    def basis(self) -> str:
        """What the shares are shares of, in words."""
        return BASES[self.block.basis]

    @property
    def divided(self) -> int:
        """How many areas go into several."""
        return sum(len(s.pieces) > 1 for s in self.splits)

    def split(self, code: str) -> Split | None:
        """The parts of one old area."""
        return next((s for s in self.splits if s.code == code), None)


def blocks(settings: Mapping[str, Any]) -> list[CrosswalkBlock]:
    """The crosswalks that kommune.toml names; raises SozialraumError when they are not described as they must be."""
    try:
        return [CrosswalkBlock.model_validate(b) for b in settings.get("gebiete", {}).get("umstiege", [])]
    except ValidationError as error:
        raise SozialraumError(Finding("[[gebiete.umstiege]] ist nicht vollständig beschrieben.", "Berichtigen Sie kommune.toml.", file="kommune.toml")) from error  # fmt: skip


def geographies(folder: Path, settings: Mapping[str, Any]) -> dict[str, Geography]:
    """The versions of the areas by name; raises SozialraumError when one cannot be read."""
    kommune = settings.get("kommune", {})
    municipality = (str(kommune.get("ags", "")), str(kommune.get("name", "")))
    read = [
        read_geography(folder, block, municipality)
        for block in settings.get("gebiete", {}).get("versionen", [])
    ]
    return {g.version: g for g in read}


def key(folder: Path, settings: Mapping[str, Any], number: int) -> Key | None:
    """One crosswalk; None where there is none of that number. Raises SozialraumError when its file cannot be read."""
    described = blocks(settings)
    if not 0 <= number < len(described):
        return None
    block, known = described[number], geographies(folder, settings)
    if not {block.source, block.target} <= set(known):
        raise SozialraumError(
            Finding(f"Der Umstiegsschlüssel führt von „{block.source}“ nach „{block.target}“; einen der beiden Gebietsstände gibt es nicht.",
                    "Berichtigen Sie [[gebiete.umstiege]] in kommune.toml.", file="kommune.toml")
        )  # fmt: skip
    source, target = known[block.source], known[block.target]
    path = folder / block.file
    rows = rows_of(path, block)
    wrong = contradictions(rows, path.name, source.codes(block.level), target.codes(block.level))
    return Key(
        number,
        block,
        source,
        target,
        tuple(_splits(rows, _notes(path, block), source, target, block.level)),
        tuple(wrong),
    )


def _splits(
    rows: pd.DataFrame, notes: Mapping[str, Sequence[str]], source: Geography, target: Geography, level: str
) -> list[Split]:
    names = [{a.code: a.name for a in g.areas if a.level == level} for g in (source, target)]
    groups = {str(code): group for code, group in rows.groupby("from", sort=False)}
    found = []
    for code in dict.fromkeys([*source.codes(level), *groups]):
        group = groups.get(code, rows.iloc[:0])
        pieces = tuple(
            Piece(str(to), names[1].get(str(to), "unbekannt"), float(share))
            for to, share in zip(group["to"], group["share"], strict=True)
        )
        found.append(Split(code, names[0].get(code, "unbekannt"), pieces, *notes.get(code, ("", "", ""))))
    return found


def _notes(path: Path, block: CrosswalkBlock) -> dict[str, Sequence[str]]:
    """Reason, author and day by old area, where somebody changed it here."""
    rows = _records(path, block)
    return {r.get(block.from_column, ""): [r.get(n, "") for n in NOTES] for r in rows if r.get(NOTES[0])}


def _records(path: Path, block: CrosswalkBlock) -> list[dict[str, str]]:
    sheet = read_sheet(path, encoding=block.encoding, separator=block.separator)
    header = [text_of(cell) for cell in sheet.rows[0]]
    return [
        {name: text_of(cell) for name, cell in zip(header, row, strict=False)}
        for row in sheet.rows[1:]
        if any(text_of(cell) for cell in row)
    ]


# -- changing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What a person says of one old area: the percentage for each new area as it was typed, why, and who says so."""

    code: str
    percents: Mapping[str, str]
    reason: str = ""
    author: str = ""


def shares_of(answer: Answer, codes: Sequence[str]) -> dict[str, float]:
    """The shares that were typed; raises SozialraumError with everything that is wrong."""
    wrong, shares = [], dict[str, float]()
    for to, text in answer.percents.items():
        if not text.strip():
            continue
        try:
            share = float(text.strip().removesuffix("%").strip().replace(",", ".")) / 100
        except ValueError:
            share = float("nan")
        if to not in codes:
            wrong.append(Finding(f"Das Gebiet „{to}“ gibt es im neuen Gebietsstand nicht.", column="shares"))
        elif not 0 <= share <= 1:
            wrong.append(Finding(f"„{text}“ ist kein Anteil von 0 bis 100 Prozent.", column="shares"))
        elif share > 0:
            shares[to] = share
    total = sum(shares.values())
    if not wrong and abs(total - 1) > CLOSE:
        told = f"{100 * total:.2f}".rstrip("0").rstrip(".").replace(".", ",")
        wrong.append(
            Finding(
                f"Die Anteile ergeben zusammen {told} % statt 100 %.",
                "Sonst gingen Fälle verloren oder zählten doppelt.",
                column="shares",
            )
        )
    if not answer.reason.strip():
        wrong.append(
            Finding(
                "Es fehlt der Grund.",
                "Zum Beispiel: neue Straße ganz im Westen, Auskunft des Vermessungsamts.",
                column="reason",
            )
        )
    if wrong:
        raise SozialraumError(wrong)
    return shares


def changed(folder: Path, settings: str, key: Key, answer: Answer, today: date) -> dict[str, bytes]:
    """The files with other shares for one old area; every other row stays as it is. Raises SozialraumError."""
    shares = shares_of(answer, key.target.codes(key.block.level))
    block = key.block
    records = _records(folder / block.file, block)
    notes = dict(zip(NOTES, (answer.reason.strip(), answer.author.strip(), today.isoformat()), strict=True))
    new = [
        {block.from_column: answer.code, block.to_column: to, block.share_column: _written(share), **notes}
        for to, share in sorted(shares.items(), key=lambda item: -item[1])
    ]
    place = next((i for i, r in enumerate(records) if r.get(block.from_column) == answer.code), len(records))
    rest = [r for r in records if r.get(block.from_column) != answer.code]
    return _files(folder, settings, key, [*rest[:place], *new, *rest[place:]])


def _files(folder: Path, settings: str, key: Key, records: Sequence[Mapping[str, str]]) -> dict[str, bytes]:
    """The table as CSV in its own encoding; a workbook becomes a CSV beside it, and kommune.toml names that.

    Letters that the encoding of the file lacks make it UTF-8, and kommune.toml says so in the same change.
    """
    block, path = key.block, folder / key.block.file
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        sheet = read_sheet(path, encoding=block.encoding, separator=block.separator)
        text = _table(records, sheet.separator or ";")
        try:
            return {block.file: text.encode(sheet.encoding or "utf-8")}
        except UnicodeEncodeError:
            return {block.file: text.encode(), "kommune.toml": _described(settings, key, encoding="utf-8")}
    name = str(Path(block.file).with_suffix(".csv"))
    described = _described(settings, key, file=name, encoding=None, separator=None)
    return {name: _table(records, ";").encode(), "kommune.toml": described}


def _described(settings: str, key: Key, **entries: str | None) -> bytes:
    """The text of kommune.toml with these entries in the block of the crosswalk; None takes an entry out."""
    document = tomlkit.parse(settings)
    areas: Any = document["gebiete"]
    block = areas["umstiege"][key.number]
    for name, value in entries.items():
        if value is None:
            block.pop(name, None)
        else:
            block[name] = value
    return tomlkit.dumps(document).encode()


def _table(records: Sequence[Mapping[str, str]], separator: str) -> str:
    columns = list(dict.fromkeys(name for record in records for name in record))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([record.get(name, "") for name in columns] for record in records)
    return text.getvalue()


def _written(share: float) -> str:
    return f"{share:.6f}".rstrip("0").rstrip(".").replace(".", ",") or "0"


# -- a first one ---------------------------------------------------------------------------------------------------------


def pairs(settings: Mapping[str, Any], known: Mapping[str, Geography]) -> list[tuple[str, str, str, str]]:
    """Which crosswalks could be begun: (from, to, level, words) of versions that follow each other and have none."""
    there = {(b.source, b.target, b.level) for b in blocks(settings)}
    ordered = sorted(known.values(), key=lambda g: g.valid_from)
    return [
        (a.version, b.version, level.id, f"{a.label} → {b.label}, {level.plural or level.label}")
        for a, b in pairwise(ordered)
        for level in a.levels[:-1]
        if level.id in {x.id for x in b.levels[:-1]} and (a.version, b.version, level.id) not in there
    ]  # fmt: skip


def begun(settings: str, source: Geography, target: Geography, level: str) -> dict[str, bytes]:
    """The files of a crosswalk by shares of area, to start from; raises AreaError where boundaries are missing."""
    shares = by_overlap(source, target, level)
    name = (
        f"gebiete/umstieg_{identifier(source.version)}_{identifier(target.version)}_{identifier(level)}.csv"
    )
    records = [
        {"from": str(a), "to": str(b), "share": _written(float(s))}
        for a, b, s in zip(shares["from"], shares["to"], shares["share"], strict=True)
    ]
    document = tomlkit.parse(settings)
    areas: Any = document["gebiete"]
    block = tomlkit.table()
    for k, value in {
        "from": source.version,
        "to": target.version,
        "level": level,
        "file": name,
        "basis": "area",
    }.items():
        block.add(k, value)
    if areas.get("umstiege") is None:
        areas["umstiege"] = tomlkit.aot()
    areas["umstiege"].append(block)
    return {name: _table(records, ";").encode(), "kommune.toml": tomlkit.dumps(document).encode()}


def unknown_parts(key: Key) -> list[str]:
    """New areas that receive nothing: their figures would be missing in earlier years."""
    received = {p.code for s in key.splits for p in s.pieces if p.share > 0}
    return [
        a.name
        for a in key.target.areas
        if a.level == key.block.level and a.code not in received | {NOT_ASSIGNABLE}
    ]
