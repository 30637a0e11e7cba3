"""One indicator of one area: newest value, the municipality beside it, its series, what may be said of it (Eintrag)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sozialraum.indicators.trend import Trend
from sozialraum.products import draw, layers, trends
from sozialraum.products.catalogue import Indicator
from sozialraum.products.portrait import Told
from sozialraum.products.values import Spread, Value
from sozialraum.words import say


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def trend(self) -> Trend:
        """What the series does."""
        return trends.of(self.indicator, self.series)

    @property
    def told(self) -> Told:
        """The entry as the sentences want it."""
        return Told(self.indicator, self.value, self.benchmark, self.series, self.trend)


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
    return draw.comparison_word(entry.comparison) if entry.comparison else say("ohne Vergleich")
