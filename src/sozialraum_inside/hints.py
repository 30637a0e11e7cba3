"""What a person clicked on a sheet because it was understood wrongly, kept beside the file (Hinweise am Blatt)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sozialraum.sources.inspection import Draft
from sozialraum.sources.inspection import Hints as Rows
from sozialraum_inside.tray import HINTS, Received

ROLES: Final[Mapping[str, str]] = {
    "kopf": "ist die Kopfzeile", "dazu": "gehört auch zum Kopf", "anfang": "ist die erste Zeile mit Zahlen",
    "ende": "ist die letzte Zeile der Tabelle", "summe": "ist eine Summe", "ohne": "zählt Fälle ohne Gebiet", "weg": "wird nicht gelesen",
}  # fmt: skip


@dataclass(frozen=True)
class Hints:
    """Rows and columns of a sheet as a person says they are; texts name rows by what stands in the column of areas."""

    heading: tuple[int, ...] = ()
    first_row: int = 0
    last_row: int = 0
    area: str = ""
    totals: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything was said."""
        return self != Hints()

    @property
    def rows(self) -> Rows:
        """The part that the drafting itself takes."""
        return Rows(self.heading, self.first_row, self.last_row, self.area)


def of(file: Received, sheet: str) -> Hints:
    """What was said of one sheet of a file."""
    content = _read(file).get(sheet, {})
    kept: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in content.items()}
    return Hints(**kept)


def keep(file: Received, sheet: str, hints: Hints) -> None:
    """Keep what was said beside the file; nothing said is forgotten."""
    content = _read(file)
    if hints.any:
        content[sheet] = asdict(hints)
    else:
        content.pop(sheet, None)
    file.path.with_name(HINTS).write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def _read(file: Received) -> dict[str, dict[str, Any]]:
    try:
        content: dict[str, dict[str, Any]] = json.loads(file.path.with_name(HINTS).read_text("utf-8"))
        return content
    except (OSError, ValueError):
        return {}


def with_row(hints: Hints, number: int, role: str, text: str) -> Hints:
    """The hints with one more row; `text` is what stands in its column of areas."""
    if role == "kopf":
        return replace(hints, heading=(number,), first_row=hints.first_row if hints.first_row > number else 0)
    if role == "dazu":
        return replace(hints, heading=tuple(sorted({*hints.heading, number})))
    if role == "anfang":
        return replace(hints, first_row=number)
    if role == "ende":
        return replace(hints, last_row=number)
    names = {"summe": "totals", "ohne": "lost", "weg": "skipped"}
    if role not in names or not text:
        return hints
    free: dict[str, Any] = {n: tuple(t for t in getattr(hints, n) if t != text) for n in names.values()}
    return replace(hints, **{**free, names[role]: (*free[names[role]], text)})


def applied(draft: Draft, hints: Hints) -> Draft:
    """The draft with rows named by their text put where a person says they belong."""
    said = {*hints.totals, *hints.lost, *hints.skipped}
    return replace(
        draft,
        totals=(*(t for t in draft.totals if t not in said), *hints.totals),
        not_assignable=(*(t for t in draft.not_assignable if t not in said), *hints.lost),
        skipped=(*(t for t in draft.skipped if t not in said), *hints.skipped),
    )
