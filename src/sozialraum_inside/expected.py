"""What should have come by now: each source with its newest period, its rhythm, and when the next delivery is due (Erwartete Lieferungen)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from sozialraum import periods
from sozialraum.journal import DELIVERED
from sozialraum.municipality import Municipality

PATIENCE: Final = 6  # months after the end of a period within which offices usually deliver
_EVERY: Final = (
    (r"alle zehn Jahre", 120),
    (r"alle zwei Jahre", 24),
    (r"halbjährlich", 6),
    (r"vierteljährlich|je Quartal", 3),
    (r"monatlich", 1),
    (r"jährlich|je Schuljahr", 12),
)


@dataclass(frozen=True)
class Expected:
    """One source: the newest period it delivered, and when the next one is due; empty where it has no rhythm."""

    source: str
    label: str
    newest: str
    due: date | None
    late: bool

    @property
    def newest_in_words(self) -> str:
        """The newest period as people say it."""
        return periods.label(self.newest)


def months_between(rhythm: str) -> int:
    """The months between two deliveries that a rhythm means; 0 where it has none (per election, on change)."""
    return next((months for pattern, months in _EVERY if re.search(pattern, rhythm)), 0)


def due(newest_end: date, rhythm: str) -> date | None:
    """When the next delivery is due: the end of the next period and the usual patience."""
    months = months_between(rhythm)
    if not months:
        return None
    ahead = newest_end.year * 12 + newest_end.month - 1 + months + PATIENCE
    return date(ahead // 12, ahead % 12 + 1, min(newest_end.day, 28))


def expected(municipality: Municipality, today: date) -> list[Expected]:
    """Every source that has delivered, the late ones first; from the counts of the last run."""
    path = municipality.journal / DELIVERED
    found = [
        _of(municipality, source, spans, today) for source, spans in _periods(path, municipality).items()
    ]
    return sorted(found, key=lambda e: (not e.late, e.due or date.max, e.label))


def _of(municipality: Municipality, source: str, spans: Iterable[str], today: date) -> Expected:
    entry = municipality.catalogue.sources[source]
    newest = max(spans, key=lambda p: periods.parse(p).end)
    next_due = due(periods.parse(newest).end, entry.rhythm)
    return Expected(source, entry.label, newest, next_due, next_due is not None and next_due < today)


def _periods(path: Path, municipality: Municipality) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    if not path.exists():
        return found
    table = pq.read_table(path, columns=["variable", "period"]).group_by(["variable", "period"]).aggregate([])
    variables = municipality.catalogue.variables
    for variable, period in zip(
        table.column("variable").to_pylist(), table.column("period").to_pylist(), strict=True
    ):
        if variable in variables:
            found.setdefault(variables[variable].source, set()).add(str(period))
    return found


def late(found: Sequence[Expected]) -> list[Expected]:
    """Those that are overdue."""
    return [e for e in found if e.late]
