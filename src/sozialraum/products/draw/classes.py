"""Which of the five classes a figure falls into, and how the classes are called."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence

from sozialraum.products.draw.numbers import number, with_unit
from sozialraum.words import say

MISSING_CLASS = "qn"
# Few classes are spread over the whole sequence so that three classes do not look like the lower half of five.
SPREAD = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}


def class_names(count: int) -> list[str]:
    """CSS classes for `count` classes, from little to much."""
    return [f"q{step}" for step in SPREAD[count]]


def class_of(value: float | None, limits: Sequence[float]) -> str:
    """The class of a figure: a value equal to a limit belongs to the class above it."""
    if value is None:
        return MISSING_CLASS
    return class_names(len(limits) + 1)[bisect_right(limits, value)]


def class_labels(limits: Sequence[float], decimals: int = 1, unit: str = "") -> list[str]:
    """`unter 10 %`, `10 bis unter 20 %`, …, `45 % und mehr`."""
    shown = [_limit(limit, decimals) for limit in limits]
    if not shown:
        return [say("alle Werte")]
    between = [
        with_unit(say("{low} bis unter {high}", low=low, high=high), unit)
        for low, high in itertools.pairwise(shown)
    ]
    return [
        with_unit(say("unter {limit}", limit=shown[0]), unit),
        *between,
        say("{shown} und mehr", shown=with_unit(shown[-1], unit)),
    ]


def _limit(limit: float, decimals: int) -> str:
    return number(limit, 0 if float(limit).is_integer() else decimals)
