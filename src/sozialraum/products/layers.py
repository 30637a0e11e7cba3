"""One level in one period, ready to be shown: rows with class, comparison, rank range and words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sozialraum.indicators.ranks import rank_ranges
from sozialraum.products import draw
from sozialraum.products.catalogue import Area, Catalogue, Indicator
from sozialraum.products.shading import Shading, plain
from sozialraum.products.values import Value
from sozialraum.tables import NOT_ASSIGNABLE, Status


@dataclass(frozen=True)
class Row:
    """An area with its value and what can be said about it."""

    area: Area
    parent: str
    value: Value
    comparison: str
    side: str
    css: str
    first: int
    last: int

    @property
    def status(self) -> str:
        """The state of the figure."""
        return self.value.status

    @property
    def rank(self) -> str:
        """Rank as a range, empty without a value."""
        return draw.rank_text(self.first, self.last) if self.first else ""


def missing(area: Area, indicator: str, period: str) -> Value:
    """The row of an area the release says nothing about."""
    return Value(
        area.code, area.level, area.version, period, indicator, None, None, None, None, None,
        Status.MISSING, "", "",
    )  # fmt: skip


def side_of(value: Value, benchmark: float | None) -> str:
    """`ueber`, `unter`, `gleich` by interval; empty where nothing can be compared."""
    if not value.shown or benchmark is None or value.lower is None or value.upper is None:
        return ""
    if value.lower > benchmark:
        return "ueber"
    return "unter" if value.upper < benchmark else "gleich"


def comparison_of(value: Value | None, benchmark: float | None, polarity: str) -> str:
    """The judged comparison; nothing is compared where no figure may stand."""
    if value is None or not value.shown:
        return ""
    return draw.compare(value.value, value.lower, value.upper, benchmark, polarity)


def build(
    catalogue: Catalogue,
    indicator: Indicator,
    version: str,
    level: str,
    period: str,
    values: Mapping[str, Value],
    benchmark: float | None,
    shading: Shading | None = None,
) -> list[Row]:
    """Rows of all areas of a level: by value from high to low, then those without a figure by name."""
    areas = catalogue.members(level, version)
    found = [values.get(area.code) or missing(area, indicator.id, period) for area in areas]
    ranks = rank_ranges(*_columns(found))
    paint = (shading or plain(indicator.limits(version, level), indicator)).css
    rows = [
        Row(
            area,
            parent.name if (parent := catalogue.parent(area)) else "",
            value,
            comparison_of(value, benchmark, indicator.polarity),
            side_of(value, benchmark),
            paint(value),
            int(ranks.first[position]),
            int(ranks.last[position]),
        )
        for position, (area, value) in enumerate(zip(areas, found, strict=True))
    ]
    return sorted(rows, key=_order)


def _columns(values: Sequence[Value]) -> tuple[list[float], list[float], list[float]]:
    def number(row: Value, item: float | None) -> float:
        return math.nan if item is None or not row.shown else item

    return (
        [number(row, row.value) for row in values],
        [number(row, row.lower) for row in values],
        [number(row, row.upper) for row in values],
    )


def _order(row: Row) -> tuple[bool, float, str]:
    # hidden, missing and meaningless rows share one alphabetical tail: their place must not betray a size
    shown = row.value.shown
    return (not shown, -(row.value.value or 0.0) if shown else 0.0, row.area.name)


def ranked(rows: Iterable[Row]) -> int:
    """How many areas take part in the ranking."""
    return sum(1 for row in rows if row.value.shown)


def sides(rows: Iterable[Row]) -> Counter[str]:
    """How many areas lie surely above, surely below, or cannot be told apart."""
    return Counter(row.side for row in rows if row.side)


def states(rows: Iterable[Row]) -> Counter[str]:
    """How many areas are in each state."""
    return Counter(row.status for row in rows)


def narrowed(rows: Iterable[Row], catalogue: Catalogue, within: Area | None, side: str) -> list[Row]:
    """The rows a filter leaves."""
    return [
        row
        for row in rows
        if (within is None or lies_in(catalogue, row.area, within)) and (not side or row.side == side)
    ]


def lies_in(catalogue: Catalogue, area: Area, upper: Area) -> bool:
    """Whether an area belongs to another, directly or through the levels between."""
    current: Area | None = area
    while current is not None:
        if (current.level, current.code) == (upper.level, upper.code):
            return True
        current = catalogue.parent(current)
    return False


def not_assignable(values: Mapping[str, Value]) -> Value | None:
    """The row for cases that cannot be placed in any area."""
    return values.get(NOT_ASSIGNABLE)


def value_text(value: Value | None, indicator: Indicator, *, unit: bool = True) -> str:
    """The figure with its sign, or the sign alone."""
    if value is None:
        return draw.STATUS_SIGNS[Status.MISSING]
    return draw.value_text(
        value.value if value.shown else None,
        value.status,
        decimals=indicator.decimals,
        unit=indicator.unit if unit else "",
        sign=indicator.kind == "change",
    )


def spoken(value: Value, indicator: Indicator) -> str:
    """The figure as a sentence says it: a zero is a zero, other states stand in words."""
    if not value.shown:
        return draw.STATUS_WORDS[value.status]
    sign = indicator.kind == "change"
    figure = draw.number(value.value or 0.0, indicator.decimals, unit=indicator.unit, sign=sign)
    return (
        figure if value.status in (Status.OK, Status.NONE) else f"{figure}, {draw.STATUS_WORDS[value.status]}"
    )


def interval_text(value: Value | None, indicator: Indicator) -> str:
    """The interval of a shown figure, else nothing."""
    if value is None or not value.shown:
        return ""
    return draw.interval_text(value.lower, value.upper, indicator.decimals)


def count_text(number: float | None) -> str:
    """A count, or nothing."""
    return "" if number is None else draw.whole(number)


def label(value: Value, indicator: Indicator) -> str:
    """What a tooltip and a screen reader say: `37,2 % (35,9–38,5)`, or the state in words."""
    figure, _, words = spoken(value, indicator).partition(", ")
    interval = interval_text(value, indicator)
    return ", ".join(part for part in (f"{figure} ({interval})" if interval else figure, words) if part)
