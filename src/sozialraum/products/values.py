"""Rows of a release as the reader meets them: a value, a spread, an age table (Werte der Freigabe)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sozialraum.tables import Status

SHOWN: Final = frozenset(str(status) for status in Status if status.has_value)
# below this number of areas quartiles say nothing and every area is a dot
SINGLE_DOTS_BELOW: Final = 8


@dataclass(frozen=True)
class Value:
    """One row of VALUES."""

    area: str
    level: str
    version: str
    period: str
    indicator: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    class_: str
    notes: str

    @property
    def shown(self) -> bool:
        """Whether a figure stands here: the status allows one and it is there."""
        return self.value is not None and self.status in SHOWN

    @property
    def plain_notes(self) -> str:
        """Remarks for readers; a hidden row says nothing beyond its status, whatever hid it."""
        return "" if self.status == Status.SUPPRESSED else self.notes


@dataclass(frozen=True)
class Spread:
    """How the areas of one level spread for one indicator and period."""

    indicator: str
    period: str
    areas: int
    minimum: float
    q25: float
    q75: float
    maximum: float
    others: tuple[float, ...] = ()


@dataclass(frozen=True)
class AgeCount:
    """One cell of the age table."""

    age: str
    sex: str
    count: int | None
    status: str


@dataclass(frozen=True)
class AgeTable:
    """Newest table by age and sex of one area; `total` is the released sum, None where it is hidden."""

    period: str
    total: int | None
    cells: tuple[AgeCount, ...]
