"""Comparison markers (Vergleichszeichen): more favourable, less favourable, or not distinguishable from a comparator."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol

from sozialraum.tables import Status


class Valued(Protocol):
    """A row of VALUES as far as a comparison needs it."""

    @property
    def value(self) -> float | None: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...
    @property
    def numerator(self) -> float | None: ...
    @property
    def denominator(self) -> float | None: ...
    @property
    def status(self) -> str: ...


class Figure(NamedTuple):
    """A value with its limits, where no row of VALUES is at hand."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    status: str = Status.OK


class Mark(StrEnum):
    """How an area stands to its comparator; `higher` and `lower` where a high value is neither good nor bad."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    SIMILAR = "similar"
    NONE = "none"

    @property
    def label(self) -> str:
        """The mark in words, in German."""
        return LABELS[self]


LABELS: dict[Mark, str] = {
    Mark.BETTER: "günstiger",
    Mark.WORSE: "ungünstiger",
    Mark.HIGHER: "höher",
    Mark.LOWER: "niedriger",
    Mark.SIMILAR: "nicht unterscheidbar",
    Mark.NONE: "kein Vergleich",
}

NO_VALUE = "Der Wert fehlt oder wird nicht gezeigt."
NO_COMPARATOR = "Der Vergleichswert fehlt oder wird nicht gezeigt."
UNCERTAIN = "Der Wert beruht auf zu wenigen Fällen für einen Vergleich."
ESTIMATED = "Umgerechnete oder geschätzte Werte ohne Vertrauensbereich werden nicht verglichen."
NO_LIMITS = "Zu diesem Wert gibt es keinen Vertrauensbereich."


class Comparison(NamedTuple):
    """Mark, difference (value minus comparator, in the unit of the value) with limits, and why there is no mark.

    `difference` and its limits are NaN where the mark is `NONE`; `reason` is a German sentence then, else empty.
    """

    mark: Mark
    difference: float
    lower: float
    upper: float
    reason: str = ""


class Gap(NamedTuple):
    """A difference with its limits."""

    difference: float
    lower: float
    upper: float


def compare(
    row: Valued,
    comparator: Valued,
    *,
    polarity: str = "neutral",
    kind: str = "",
    per: float = 1.0,
    part: bool = False,
) -> Comparison:
    """Say whether an area differs from a comparator beyond chance.

    `row`, `comparator`: rows of VALUES (or `Figure`) with their 95 % limits; a comparator without limits counts as
    exact, such as the published figure of a state. `polarity`: as in the catalogue. With `part` the area belongs to
    the comparator (a district and its town): for shares and rates (`kind`, `per` as in the catalogue) with counts the
    area is then tested against the rest, which is what the difference to the whole rests on.
    Never raises for a value that is missing: mark `NONE` and a reason. Raises ValueError for an unknown polarity.
    Limits of the difference after Zou & Donner (2008), Stat Med 27:1693-1702; for shares this is method 10 of
    Newcombe (1998), Stat Med 17:873-890.
    """
    if polarity not in ("higher_worse", "higher_better", "neutral"):
        raise ValueError(f"unknown polarity {polarity!r}")
    reason = _hindrance(row, comparator)
    if reason:
        return Comparison(Mark.NONE, math.nan, math.nan, math.nan, reason)
    gap = _against_rest(row, comparator, kind, per) if part else None
    gap = gap or difference(_figure(row), _figure(comparator))
    return Comparison(_mark(gap, polarity), *gap)


def difference(one: Figure, other: Figure) -> Gap:
    """Difference `one` - `other` of two independent values with limits, from the limits of both.

    Missing limits count as exact. Zou & Donner (2008), Stat Med 27:1693-1702 (MOVER).
    """
    if one.value is None or other.value is None:
        raise ValueError("a difference needs two values")
    gap = one.value - other.value
    below = math.hypot(one.value - _or(one.lower, one.value), _or(other.upper, other.value) - other.value)
    above = math.hypot(_or(one.upper, one.value) - one.value, other.value - _or(other.lower, other.value))
    return Gap(gap, gap - below, gap + above)


def _or(limit: float | None, value: float) -> float:
    return value if limit is None or math.isnan(limit) else limit


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _figure(row: Valued) -> Figure:
    return Figure(
        _number(row.value), _number(row.lower), _number(row.upper), _number(row.numerator), _number(row.denominator),
        str(row.status),
    )  # fmt: skip


def _hindrance(row: Valued, comparator: Valued) -> str:
    """Why there is nothing to compare; empty where there is."""
    own, other = _figure(row), _figure(comparator)
    if own.value is None or not _shown(own.status):
        return NO_VALUE
    if other.value is None or not _shown(other.status):
        return NO_COMPARATOR
    if own.status == Status.UNRELIABLE:
        return UNCERTAIN
    if own.lower is None or own.upper is None:
        return ESTIMATED if own.status == Status.ESTIMATED else NO_LIMITS
    return ""


def _shown(status: str) -> bool:
    return status in set(Status) and Status(status).has_value


def _against_rest(row: Valued, whole: Valued, kind: str, per: float) -> Gap | None:
    """The difference to the whole, tested against the rest; None where counts or kind do not allow it.

    With f the part's share of the denominator, value - whole = (1 - f) (value - rest), exactly.
    """
    from sozialraum.indicators.intervals import byar, wilson

    counts = [_number(part) for part in (row.numerator, row.denominator, whole.numerator, whole.denominator)]
    known = [part for part in counts if part is not None]
    if len(known) < len(counts) or kind not in ("share", "rate"):
        return None
    x, n, total, base = known
    if not (0 < n < base and 0 <= x <= total) or (kind == "share" and total - x > base - n):
        return None
    found = (wilson if kind == "share" else byar)(total - x, base - n)
    rest = Figure(float(found.value) * per, float(found.lower) * per, float(found.upper) * per)
    left = 1 - n / base
    gap = difference(_figure(row), rest)
    return Gap(gap.difference * left, gap.lower * left, gap.upper * left)


def _mark(gap: Gap, polarity: str) -> Mark:
    if gap.lower <= 0 <= gap.upper:
        return Mark.SIMILAR
    return _DIRECTIONS[polarity][gap.lower > 0]


_DIRECTIONS: Mapping[str, tuple[Mark, Mark]] = {
    "higher_worse": (Mark.BETTER, Mark.WORSE),
    "higher_better": (Mark.WORSE, Mark.BETTER),
    "neutral": (Mark.LOWER, Mark.HIGHER),
}
