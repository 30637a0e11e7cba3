"""What would come without new measures: a damped straight line through the years before, with its band (Fortschreibung)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# with fewer points a line through them says nothing about its own uncertainty
FEWEST: Final = 4
# how much of the yearly change of one year is left in the next; long-range trends bend
DAMPING: Final = 0.9
LONGEST: Final = 10


@dataclass(frozen=True)
class Step:
    """One year ahead: middle, inner (50 %) and outer (95 %) band."""

    year: float
    middle: float
    lower50: float
    upper50: float
    lower95: float
    upper95: float


@dataclass(frozen=True)
class Continuation:
    """The steps ahead and the years the line was fitted to; empty where there are too few."""

    steps: tuple[Step, ...]
    fitted: int

    def at(self, year: float) -> Step | None:
        """The step of a year."""
        return next((step for step in self.steps if abs(step.year - year) < 1e-9), None)


def continuation(
    history: Sequence[tuple[float, float]],
    ahead: Sequence[float],
    *,
    lowest: float | None = 0.0,
    highest: float | None = None,
    damping: float = DAMPING,
) -> Continuation:
    """Continue a yearly series beyond its last point.

    `history`: (year, value), oldest first; the last ten points are used. `ahead`: years after the last point. Least
    squares through the points; beyond them the slope is multiplied by `damping` each year (Gardner and McKenzie 1985).
    The band is the prediction interval of the straight line (Draper and Smith 1998, 3.1) around the damped middle,
    started at the last fitted value. Empty with fewer than four points.
    """
    points = list(history)[-LONGEST:]
    if len(points) < FEWEST:
        return Continuation((), len(points))
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    scale = math.sqrt(rest / (n - 2))
    last = points[-1][0]
    fitted = mean_y + slope * (last - mean_x)
    inner, outer = _t(0.75, n - 2), _t(0.975, n - 2)
    steps = []
    for year in ahead:
        gone = _damped(year - last, damping)
        middle = fitted + slope * gone
        error = scale * math.sqrt(1 + 1 / n + (year - mean_x) ** 2 / spread)
        ends = [
            middle,
            middle - inner * error,
            middle + inner * error,
            middle - outer * error,
            middle + outer * error,
        ]
        steps.append(Step(year, *(_within(end, lowest, highest) for end in ends)))
    return Continuation(tuple(steps), n)


def _damped(years: float, damping: float) -> float:
    """How many years of full slope are left of some years: the sum of a geometric series."""
    if damping == 1:
        return years
    return damping * (1 - float(damping**years)) / (1 - damping)


def _within(value: float, lowest: float | None, highest: float | None) -> float:
    if lowest is not None:
        value = max(lowest, value)
    return value if highest is None else min(highest, value)


def _t(share: float, freedom: int) -> float:
    """Quantile of Student's distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))
