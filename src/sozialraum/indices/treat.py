"""Values far out, skewed distributions and gaps, before indicators are brought to one scale (Ausreißer, Schiefe, Lücken)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import boxcox, boxcox_normmax

Floats = NDArray[np.float64]


def log(values: Floats) -> Floats:
    """Natural logarithm; raises ValueError for values that are not above zero."""
    if np.nanmin(values) <= 0:
        raise ValueError("the logarithm needs values above zero")
    return np.log(values)


def log1p(values: Floats) -> Floats:
    """Natural logarithm of the value plus one, for shares that may be zero (Townsend)."""
    if np.nanmin(values) <= -1:
        raise ValueError("log1p needs values above -1")
    return np.log1p(values)


def sqrt(values: Floats) -> Floats:
    """Square root."""
    if np.nanmin(values) < 0:
        raise ValueError("the square root needs values from zero on")
    return np.sqrt(values)


def box_cox(values: Floats) -> Floats:
    """Box–Cox transformation with the power that makes the values most nearly normal (maximum likelihood).

    Box & Cox (1964), J R Stat Soc B 26:211-252. Raises ValueError for values that are not above zero.
    """
    known = np.isfinite(values)
    if np.min(values[known]) <= 0:
        raise ValueError("Box–Cox needs values above zero")
    result = np.full_like(values, np.nan)
    result[known] = boxcox(values[known], boxcox_normmax(values[known], method="mle"))
    return result


TRANSFORM: dict[str, Callable[[Floats], Floats]] = {f.__name__: f for f in (log, log1p, sqrt, box_cox)}


class Moments(NamedTuple):
    """Skewness and excess kurtosis as a sample estimates them (type 2 of Joanes & Gill 1998, The Statistician 47:183-189)."""

    skewness: float
    kurtosis: float


def moments(values: Floats) -> Moments:
    """Skewness and kurtosis of the known values; 0 and 0 when fewer than four are known or none varies."""
    x = values[np.isfinite(values)]
    n = len(x)
    deviation = x - x.mean() if n else x
    variance = float((deviation**2).mean()) if n else 0.0
    if n < 4 or variance == 0:
        return Moments(0.0, 0.0)
    g1 = float((deviation**3).mean()) / variance**1.5
    g2 = float((deviation**4).mean()) / variance**2 - 3.0
    skewness = g1 * np.sqrt(n * (n - 1)) / (n - 2)
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6)
    return Moments(float(skewness), float(kurtosis))


class Treated(NamedTuple):
    """Treated values of one component, the number of points pulled in, and what was applied in the end."""

    values: Floats
    points: int
    applied: str


def treat(values: Floats, *, skewness: float = 2.0, kurtosis: float = 3.5, points: int = 5, then: str = "log") -> Treated:  # fmt: skip
    """Pull in the outermost values one by one while skewness and kurtosis both exceed their limits; else take logs.

    `values` is one component. Points go to the next value inside, on the side of the skew. When `points` do not suffice
    the original values are shifted and logged: ln(x - min + 0.01 (max - min)). JRC/OECD practice, as in Becker et al.
    (2022), Journal of Open Source Software 7(78), 4567.
    """

    def is_far(x: Floats) -> bool:
        found = moments(x)
        return abs(found.skewness) > skewness and found.kurtosis > kurtosis

    if not is_far(values):
        return Treated(values, 0, "")
    current = values.copy()
    for number in range(1, points + 1):
        current = _winsorised(values, number, upwards=moments(values).skewness > 0)
        if not is_far(current):
            return Treated(current, number, "winsorise")
    if then == "log":
        low, high = np.nanmin(values), np.nanmax(values)
        return Treated(np.log(values - low + 0.01 * (high - low)), 0, "log")
    return Treated(current, points, "winsorise")


def _winsorised(values: Floats, number: int, *, upwards: bool) -> Floats:
    """The `number` outermost values at the next value inside."""
    ordered = np.sort(values[np.isfinite(values)])
    mark = ordered[-number - 1] if upwards else ordered[number]
    return np.asarray(np.minimum(values, mark) if upwards else np.maximum(values, mark))


def mean(values: Floats, groups: NDArray[np.str_] | None = None) -> Floats:
    """Gaps filled with the mean of the areas."""
    del groups
    return np.where(np.isfinite(values), values, np.nanmean(values, axis=0))


def median(values: Floats, groups: NDArray[np.str_] | None = None) -> Floats:
    """Gaps filled with the median of the areas."""
    del groups
    return np.where(np.isfinite(values), values, np.nanmedian(values, axis=0))


def group_mean(values: Floats, groups: NDArray[np.str_] | None = None) -> Floats:
    """Gaps filled with the mean of the areas in the same larger area; where it knows none, with the mean of all."""
    if groups is None:
        raise ValueError("group_mean needs the groups of the areas")
    filled = values.copy()
    for group in np.unique(groups):
        rows = groups == group
        part = values[rows]
        known = np.isfinite(part)
        number = known.sum(axis=0)
        own = np.where(known, part, 0.0).sum(axis=0) / np.maximum(number, 1)
        filled[rows] = np.where(known | (number == 0), part, own)
    return mean(filled)


IMPUTE = {f.__name__: f for f in (mean, median, group_mean)}
