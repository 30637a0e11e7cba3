"""Differences between groups of areas: from the fifth with the most to the fifth with the least need (Ungleichheit)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sozialraum.indicators import markers
from sozialraum.products import union
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value

GROUPS = 5
FEWEST = 10  # areas; two in each fifth


@dataclass(frozen=True)
class Group:
    """One fifth of the areas: their figure together, from published counts; areas whose counts are hidden are left out."""

    number: int
    value: Value | None
    areas: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """Fifth with the highest ranking value minus the fifth with the lowest, with limits, and their ratio."""

    difference: float
    lower: float
    upper: float
    ratio: float | None


def fifths(order: Sequence[str]) -> list[tuple[str, ...]]:
    """Areas in five groups as equal as can be, in the given order."""
    count = len(order)
    cuts = [round(number * count / GROUPS) for number in range(GROUPS + 1)]
    return [tuple(order[start:end]) for start, end in itertools.pairwise(cuts)]


def gradient(order: Sequence[str], values: Mapping[str, Value], indicator: Indicator) -> list[Group]:
    """The figure of each fifth; `order` lists area codes from the lowest ranking value to the highest."""
    return [_group(number, codes, values, indicator) for number, codes in enumerate(fifths(order), 1)]


def _group(number: int, codes: Sequence[str], values: Mapping[str, Value], indicator: Indicator) -> Group:
    rows = [values[code] for code in codes if code in values]
    closed = {row.area for row in union.hidden(rows, indicator)} | {row.area for row in rows if not row.shown}
    used = [row for row in rows if row.area not in closed]
    left_out = tuple(code for code in codes if code not in {row.area for row in used})
    found = (
        union.aggregate(used, indicator, f"q{number}", used[0].level)
        if used and union.can_sum(indicator)
        else None
    )
    return Group(number, found, tuple(codes), left_out)


def gap(groups: Sequence[Group]) -> Gap | None:
    """The last fifth against the first; None where one has no figure."""
    first, last = groups[0].value, groups[-1].value
    if first is None or last is None or first.value is None or last.value is None:
        return None
    found = markers.difference(
        markers.Figure(last.value, last.lower, last.upper),
        markers.Figure(first.value, first.lower, first.upper),
    )
    ratio = last.value / first.value if first.value > 0 else None
    return Gap(found.difference, found.lower, found.upper, ratio)
