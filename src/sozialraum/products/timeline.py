"""Values over time: one figure per period, positions on the axis, breaks between Gebietsstände (Zeitreihe)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value
from sozialraum.tables import Status
from sozialraum.words import say


def position(period: str) -> float:
    """Place of a period on a time axis in years, by its end: 31.12.2020 lies at 2020."""
    end = periods.parse(period).end
    return end.year + (end.month - 12) / 12


def tick_label(period: str) -> str:
    """The year where that says it all, else the period in words."""
    parsed = periods.parse(period)
    whole_year = parsed.kind is periods.PeriodKind.YEAR or (parsed.end.month, parsed.end.day) == (12, 31)
    plain = parsed.kind in (periods.PeriodKind.DATE, periods.PeriodKind.YEAR)
    return str(parsed.end.year) if whole_year and plain else periods.label(period)


def one_per_period(values: Iterable[Value], preferred: str) -> list[Value]:
    """Oldest first; where two Gebietsstände speak of one period, the preferred one does."""
    chosen: dict[str, Value] = {}
    for value in values:
        if value.period not in chosen or value.version == preferred:
            chosen[value.period] = value
    return sorted(chosen.values(), key=lambda value: periods.parse(value.period))


def points(values: Iterable[Value]) -> list[draw.Point]:
    """Points of a line; a value that is not shown leaves a gap."""
    return [
        draw.Point(
            position(value.period),
            tick_label(value.period),
            value.value if value.shown else None,
            value.lower if value.shown else None,
            value.upper if value.shown else None,
            value.status,
        )
        for value in values
    ]


def breaks(values: Sequence[Value]) -> list[draw.Break]:
    """Where a series passes from one Gebietsstand to the next: figures on either side do not compare."""
    return [
        draw.Break((position(before.period) + position(after.period)) / 2)
        for before, after in itertools.pairwise(values)
        if before.version != after.version
    ]


def gaps(values: Iterable[Value]) -> list[tuple[float, str]]:
    """Periods on the axis that were not delivered."""
    return [
        (position(value.period), say("{period} nicht geliefert", period=tick_label(value.period)))
        for value in values
        if value.status == Status.MISSING
    ]


def ticks(values: Iterable[Value]) -> list[tuple[float, str]]:
    """Labels of the time axis."""
    return sorted({(position(value.period), tick_label(value.period)) for value in values})


def from_zero(indicator: Indicator) -> bool:
    """Shares, rates and counts start at zero; changes and means need their own range."""
    return indicator.kind in ("share", "rate", "ratio", "count", "standardised_rate")
