"""Funnel limits (Trichterdiagramm): between which values areas of one size lie when nothing but chance tells them apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.indicators.intervals import Floats, exact

WARNING, ALARM = 0.95, 0.998


class Limits(NamedTuple):
    """Lower and upper control limit for each size."""

    lower: Floats
    upper: Floats


def proportion_limits(baseline: float, n: ArrayLike, level: float = WARNING) -> Limits:
    """Control limits of a proportion at sample size n, around the common proportion `baseline`.

    baseline ± z √(baseline (1 - baseline) / n), cut at 0 and 1; fractions. Raises ValueError for n ≤ 0 and a baseline
    outside 0 to 1. Spiegelhalter (2005), Stat Med 24:1185-1202.
    """
    size = np.asarray(n, dtype=float)
    if not 0 <= baseline <= 1 or np.any(size <= 0):
        raise ValueError("the baseline must lie between 0 and 1, sizes must be positive")
    reach = _quantile(level) * np.sqrt(baseline * (1 - baseline) / size)
    return Limits(np.maximum(baseline - reach, 0.0), np.minimum(baseline + reach, 1.0))


def rate_limits(baseline: float, n: ArrayLike, level: float = WARNING) -> Limits:
    """Control limits of a rate at exposure n, around the common rate `baseline`.

    Limits of the Poisson distribution with mean baseline · n by their normal form on the square root scale, cut at 0.
    Raises ValueError for n ≤ 0 and a negative baseline. Spiegelhalter (2005), Stat Med 24:1185-1202, appendix A.
    """
    size = np.asarray(n, dtype=float)
    if baseline < 0 or np.any(size <= 0):
        raise ValueError("the baseline must not be negative, sizes must be positive")
    middle, half = np.sqrt(baseline * size), _quantile(level) / 2
    return Limits(np.maximum(middle - half, 0.0) ** 2 / size, (middle + half) ** 2 / size)


def ratio_limits(observed: ArrayLike, level: float = WARNING) -> Limits:
    """Control limits of a standardised ratio (observed by expected, around 1) for areas with so many observed events.

    The ratios observed / E at which E is just the upper or lower exact limit of the observed events. Raises
    ValueError for events that are not positive. Spiegelhalter (2005), Stat Med 24:1185-1202.
    """
    events = np.asarray(observed, dtype=float)
    if np.any(events <= 0):
        raise ValueError("a ratio limit needs at least one observed event")
    found = exact(events, np.ones_like(events), level)
    return Limits(events / found.upper, events / found.lower)


def outside(value: ArrayLike, warning: Limits, alarm: Limits) -> NDArray[np.int64]:
    """How far values lie outside: 0 inside, ±1 beyond the warning limit, ±2 beyond the alarm limit; 0 where there is none."""
    number = np.asarray(value, dtype=float)
    with np.errstate(invalid="ignore"):
        above = (number > warning.upper).astype(np.int64) + (number > alarm.upper)
        below = (number < warning.lower).astype(np.int64) + (number < alarm.lower)
    return above - below


def dispersion(z: ArrayLike, trim: float = 0.1) -> float:
    """How much more areas differ than chance allows: mean square of their z-scores, the outermost winsorised.

    `z`: standardised distance of each area from the baseline, NaN ignored; `trim`: share on either side that is drawn
    in. About 1: chance alone. Much above 1: the limits are too narrow, multiply their width by its root. NaN without
    areas. Spiegelhalter (2005), Qual Saf Health Care 14:347-351.
    """
    score = np.asarray(z, dtype=float)
    score = score[np.isfinite(score)]
    if not 0 <= trim < 0.5:
        raise ValueError("trim must lie between 0 and 0.5")
    if score.size == 0:
        return float("nan")
    low, high = np.quantile(score, [trim, 1 - trim])
    return float(np.mean(np.clip(score, low, high) ** 2))


def _quantile(level: float) -> float:
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    return float(ndtri(0.5 + level / 2))
