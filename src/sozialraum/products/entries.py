"""One indicator of one area: newest value, the municipality beside it, its series, what may be said of it (Eintrag)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sozialraum import periods
from sozialraum.products import draw, layers
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Spread, Value

TREND_PERIODS = 5


@dataclass(frozen=True)
class Entry:
    """One indicator of an area: its newest value, the municipality's of the same period, its series."""

    indicator: Indicator
    value: Value
    benchmark: Value | None
    series: tuple[Value, ...]
    spread: Spread | None

    @property
    def compared_with(self) -> float | None:
        """The municipality's value where a comparison makes sense."""
        return comparable(self.indicator, self.benchmark)

    @property
    def comparison(self) -> str:
        """The judged comparison."""
        return layers.comparison_of(self.value, self.compared_with, self.indicator.polarity)


def comparable(indicator: Indicator, benchmark: Value | None) -> float | None:
    """The municipality's value where an area may stand beside it."""
    if benchmark is None or not benchmark.shown or not indicator.compares:
        return None
    return benchmark.value


def entries(
    indicators: Iterable[Indicator],
    own: Mapping[str, Sequence[Value]],
    town: Mapping[str, Sequence[Value]],
    spreads: Mapping[tuple[str, str], Spread],
) -> tuple[Entry, ...]:
    """The indicators that an area has values of, in the given order; all series oldest first."""
    return tuple(
        entry(indicator, tuple(own[indicator.id]), town.get(indicator.id, ()), spreads)
        for indicator in indicators
        if own.get(indicator.id)
    )


def entry(
    indicator: Indicator,
    series: tuple[Value, ...],
    town: Sequence[Value],
    spreads: Mapping[tuple[str, str], Spread],
) -> Entry:
    """The newest value of a series beside the municipality's of the same period."""
    latest = series[-1]
    benchmark = next((row for row in town if row.period == latest.period), None)
    return Entry(indicator, latest, benchmark, series, spreads.get((indicator.id, latest.period)))


def ends(entry: Entry) -> tuple[float | None, float | None]:
    """Left and right end of the spine: the less favourable, or without judgement the lowest, stands left."""
    spread = entry.spread
    if spread is None:
        return None, None
    if entry.indicator.polarity == "higher_worse":
        return spread.maximum, spread.minimum
    return spread.minimum, spread.maximum


def spine_row(entry: Entry) -> draw.SpineRow | None:
    """The figures of the spine; None where no spread or no comparator is known."""
    spread, value = entry.spread, entry.value
    if spread is None or entry.compared_with is None:
        return None
    return draw.SpineRow(
        value.value if value.shown else None,
        value.lower if value.shown else None,
        value.upper if value.shown else None,
        entry.compared_with,
        spread.minimum,
        spread.q25,
        spread.q75,
        spread.maximum,
        entry.indicator.polarity,
        value.status,
        spread.others,
    )


def spine_words(entry: Entry) -> str:
    """The spine in words, for those who do not see it."""
    if not entry.value.shown:
        return draw.STATUS_WORDS[entry.value.status]
    return draw.comparison_word(entry.comparison) if entry.comparison else "ohne Vergleich"


def testable(indicator: Indicator) -> bool:
    """Whether a trend may be named: a change is one already, and published rates come without intervals."""
    return indicator.kind != "change" and not indicator.published


def trend_of(series: Sequence[Value]) -> str:
    """`up`, `down`, `flat` over the last five periods of one Gebietsstand; `unknown` with fewer than three.

    A change counts only where the first and the last interval do not meet.
    """
    recent = [row for row in series if row.shown][-TREND_PERIODS:]
    if len(recent) < 3 or not series[-1].shown:
        return "unknown"
    first, last = recent[0], recent[-1]
    limits = (first.lower, first.upper, last.lower, last.upper)
    if None in limits:
        return _plain_direction(first.value or 0.0, last.value or 0.0)
    low_1, high_1, low_2, high_2 = (float(limit or 0.0) for limit in limits)
    if low_2 > high_1:
        return "up"
    return "down" if high_2 < low_1 else "flat"


def _plain_direction(first: float, last: float) -> str:
    """Complete counts change by what they change; under one per cent is called level."""
    if abs(last - first) <= 0.01 * max(abs(first), 1e-12):
        return "flat"
    return "up" if last > first else "down"


def by_indicator(values: Iterable[Value]) -> dict[str, tuple[Value, ...]]:
    """Values grouped by indicator, each series oldest first."""
    grouped: dict[str, list[Value]] = {}
    for value in values:
        grouped.setdefault(value.indicator, []).append(value)
    return {
        key: tuple(sorted(rows, key=lambda row: periods.parse(row.period))) for key, rows in grouped.items()
    }
