"""Corrections on record: from a delivered cell to an entry in korrekturen.toml (Korrekturen)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import tomlkit

from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.sources.signs import DEFAULT_SIGNS, read_number
from sozialraum.tables import DIMENSIONS, TOTAL
from sozialraum_inside.changes import PLACE
from sozialraum_inside.provenance import ORIGIN


@dataclass(frozen=True)
class Cell:
    """One delivered cell as it was read in the last run."""

    place: int
    file: str
    sheet: str
    row: int | None
    variable: str
    area: str
    level: str
    period: str
    dims: Mapping[str, str]
    count: float | None
    text: str
    refused: str = ""
    misplaced: bool = False

    @property
    def source(self) -> str:
        """The source the file belongs to."""
        return self.file.partition("/")[0]


def cell(municipality: Municipality, place: int) -> Cell | None:
    """The delivered cell at a place of the record of origin; None where there is none."""
    path = municipality.folder / PLACE / ORIGIN
    if not path.exists():
        return None
    table = pq.read_table(path)
    if not 0 <= place < table.num_rows:
        return None
    return _cell(place, table.slice(place, 1).to_pylist()[0])


def refused(municipality: Municipality) -> list[Cell]:
    """The delivered cells that could not stand at the last check: each unknown area once, and every figure that is none."""
    path = municipality.folder / PLACE / ORIGIN
    if not path.exists() or "refused" not in pq.read_schema(path).names:
        return []
    table = pq.read_table(path, columns=["refused"]).column("refused").to_pylist()
    places = [place for place, why in enumerate(table) if why]
    if not places:
        return []
    rows = pq.read_table(path).take(places).to_pylist()
    cells = [_cell(place, row) for place, row in zip(places, rows, strict=True)]
    once = {(c.file, c.sheet, c.row, c.refused) if c.misplaced else (c.place,): c for c in reversed(cells)}
    return sorted(once.values(), key=lambda c: c.place)


def _cell(place: int, row: Mapping[str, Any]) -> Cell:
    number = row["row"]
    return Cell(
        place,
        str(row["file"]),
        str(row["sheet"] or ""),
        None if number is None or pd.isna(number) else int(number),
        str(row["variable"]),
        str(row["area"]),
        str(row["level"]),
        str(row["period"]),
        {d: str(row[d]) for d in DIMENSIONS if row[d] != TOTAL},
        None if row["count"] is None or pd.isna(row["count"]) else float(row["count"]),
        str(row["text"] or ""),
        str(row.get("refused") or ""),
        bool(row.get("misplaced")),
    )


@dataclass(frozen=True)
class Answer:
    """What a person says is right, and why."""

    value: str
    reason: str
    author: str = ""
    remove: bool = False
    new_area: str = ""


def with_correction(text: str, wrong: Cell, answer: Answer, today: date) -> str:
    """korrekturen.toml with one more entry; raises SozialraumError with everything that is missing."""
    findings = []
    number = read_number(answer.value.strip(), DEFAULT_SIGNS) if answer.value.strip() else None
    value = number[0] if number else float("nan")
    if wrong.misplaced and not answer.remove:
        if not answer.new_area:
            findings.append(
                Finding(
                    "Es fehlt, in welches Gebiet die Zeile gehört.",
                    "Wählen Sie es, oder kreuzen Sie „Zeile weglassen“ an.",
                    column="new_area",
                )
            )
    elif not answer.remove and (number is None or pd.isna(value)):
        findings.append(
            Finding(
                "Es fehlt, welche Zahl richtig ist.",
                "Schreiben Sie eine Zahl, oder kreuzen Sie „Zeile weglassen“ an.",
                column="value",
            )
        )
    elif not answer.remove and value < 0:
        findings.append(Finding("Eine Zahl von Fällen kann nicht negativ sein.", column="value"))
    if not answer.reason.strip():
        findings.append(
            Finding(
                "Es fehlt der Grund.",
                "Zum Beispiel: bestätigt von der Meldebehörde am 12.02.2025.",
                column="reason",
            )
        )
    if findings:
        raise SozialraumError(findings)
    entry = tomlkit.table()
    for key, content in _entry(wrong, answer, value, today).items():
        entry.add(key, content)
    document = tomlkit.parse(text)
    blocks = document.get("korrektur")
    if blocks is None:
        blocks = tomlkit.aot()
        blocks.append(entry)
        document["korrektur"] = blocks
    else:
        blocks.append(entry)
    return tomlkit.dumps(document)


def _entry(wrong: Cell, answer: Answer, value: float, today: date) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "source": wrong.source,
        "variable": wrong.variable,
        "area": wrong.area,
        "period": wrong.period,
    }
    if wrong.misplaced and not answer.remove:
        entry.pop("variable")
        where = {"row": wrong.row} if wrong.row is not None else {}
        return _signed({**entry, **where, "action": "reassign", "new_area": answer.new_area}, answer, today)
    entry |= dict(wrong.dims)
    if wrong.row is not None:
        entry["row"] = wrong.row
    # The entry stops fitting as soon as the supplier mends the file: then somebody looks again.
    entry["expect"] = _plain(wrong.count) if wrong.count is not None else wrong.text
    if answer.remove:
        entry["action"] = "remove"
    else:
        entry["value"] = _plain(value)
    return _signed(entry, answer, today)


def _signed(entry: dict[str, Any], answer: Answer, today: date) -> dict[str, Any]:
    """An entry with its reason, author and day."""
    entry["reason"] = answer.reason.strip()
    if answer.author.strip():
        entry["author"] = answer.author.strip()
    entry["date"] = today.isoformat()
    return entry


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def listed(text: str) -> Sequence[Mapping[str, Any]]:
    """The corrections on record, the newest first; empty where the file cannot be read."""
    try:
        blocks = tomllib.loads(text).get("korrektur", [])
    except tomllib.TOMLDecodeError:
        return []
    return list(reversed(blocks)) if isinstance(blocks, list) else []
