"""Differences between groups of areas: from the fifth with the most to the fifth with the least need (Ungleichheit)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from sozialraum.indicators import inequality as slopes
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


class Slope(NamedTuple):
    """Slope index over the fifths, weighted by their population, in the unit of the indicator; positive where the last fifth has more."""

    size: float
    lower: float
    upper: float


def slope(groups: Sequence[Group], indicator: Indicator) -> Slope | None:
    """How far apart the two ends of the ordered population lie; None where a fifth has no figure or no index is defined."""
    values = [group.value for group in groups]
    if indicator.kind not in ("share", "rate") or any(
        value is None or not value.denominator or value.numerator is None for value in values
    ):
        return None
    cases = np.array([value.numerator or 0.0 for value in values if value], dtype=float)
    base = np.array([value.denominator or 0.0 for value in values if value], dtype=float)
    if indicator.kind == "share":
        rate = (cases + 0.5) / (base + 1)
        scale: Literal["logit", "log"] = "logit"
        error = 1 / np.sqrt(base * rate * (1 - rate))
    else:
        scale, error = "log", 1 / np.sqrt(cases + 0.5)
    found = slopes.slope((cases / base)[::-1], error[::-1], base[::-1], scale=scale)
    figures = [-indicator.per * float(part) for part in (found.sii, found.sii_upper, found.sii_lower)]
    return Slope(*figures) if all(math.isfinite(figure) for figure in figures) else None


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
