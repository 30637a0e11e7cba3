"""Scales: from values to positions, with round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

TINY = 1e-300  # below it the logarithm of a float is no longer safe
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from `low` to `high`."""

    low: float
    high: float

    def at(self, value: float, start: float = 0.0, end: float = 1.0) -> float:
        """The position of a value between `start` and `end`; outside values stay at the nearer end."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return start + min(max(share, 0.0), 1.0) * (end - start)


def step_for(span: float, count: int = 4) -> float:
    """The round step that gives at most about `count` ticks over a span."""
    rough = span / count
    if rough < TINY:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))


def round_scale(values: Iterable[float], *, zero: bool = True, count: int = 4) -> tuple[Scale, list[float]]:
    """A scale with round ends that holds all values, and its ticks; shares start at zero."""
    found = list(values) or [0.0, 1.0]
    low, high = min(found), max(found)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = low + (abs(low) or 1.0)
    step = step_for(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [round(index * step, 10) for index in range(first, last + 1)]
    return Scale(ticks[0], ticks[-1]), ticks


def tick_decimals(ticks: list[float]) -> int:
    """Decimals that the ticks need to be told apart."""
    return next((digits for digits in range(4) if all(abs(t - round(t, digits)) < 1e-9 for t in ticks)), 4)
