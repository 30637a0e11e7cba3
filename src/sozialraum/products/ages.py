"""Age bands of the released counts as shares of all persons (Altersaufbau)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sozialraum.products import draw
from sozialraum.products.values import AgeCount, AgeTable
from sozialraum.tables import Status

_BAND = re.compile(r"(\d+)(?:-(\d+)|\+)")


def parse_band(text: str) -> tuple[int, int | None] | None:
    """`0-2` → (0, 2), `85+` → (85, None); None for anything else."""
    match = _BAND.fullmatch(text)
    if match is None:
        return None
    return int(match[1]), int(match[2]) if match[2] else None


def ordered(cells: Iterable[AgeCount]) -> list[str]:
    """The bands that can be read, from young to old."""
    known = {cell.age: found for cell in cells if (found := parse_band(cell.age))}
    return sorted(known, key=lambda age: known[age][0])


def bands(own: AgeTable, town: AgeTable | None) -> list[draw.Band]:
    """Bands in per cent of all persons; a hidden cell has no share, without a total there are no bands."""
    shares = _shares(own)
    beside = _shares(town) if town else {}
    spans = [(age, span) for age in ordered(own.cells) if (span := parse_band(age))]
    return [
        draw.Band(
            *span,
            shares[age, "m"],
            shares[age, "w"],
            beside.get((age, "m")),
            beside.get((age, "w")),
            Status.OK if None not in (shares[age, "m"], shares[age, "w"]) else Status.SUPPRESSED,
        )
        for age, span in spans
        if (age, "m") in shares and (age, "w") in shares
    ]


def _shares(ages: AgeTable) -> dict[tuple[str, str], float | None]:
    if not ages.total:
        return {}
    return {
        (cell.age, cell.sex): None if cell.count is None else 100 * cell.count / ages.total
        for cell in ages.cells
    }
