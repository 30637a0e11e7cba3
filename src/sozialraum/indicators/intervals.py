"""Confidence intervals of proportions, rates and means (Vertrauensbereiche): Wilson, Byar, exact Poisson, Student."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """Point value with lower and upper limit; arrays of the broadcast shape of the inputs."""

    value: Floats
    lower: Floats
    upper: Floats


def _arrays(x: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    count, base = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(n, dtype=float))
    if np.any(count < 0) or np.any(base < 0):
        raise ValueError("counts and denominators must not be negative")
    return count, base


def _quantile(level: float) -> float:
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    return float(ndtri(0.5 + level / 2))


def wilson(x: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Wilson score interval of the proportion x / n.

    `x` cases of `n`, any broadcastable shapes; results as fractions, NaN where n is 0.
    Raises ValueError for negative counts or x > n. Wilson (1927), J Am Stat Assoc 22:209-212; formula as in
    Newcombe (1998), Stat Med 17:857-872, method 3.
    """
    count, base = _arrays(x, n)
    if np.any(count > base):
        raise ValueError("a proportion needs x <= n")
    z = _quantile(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = count / base
        centre = 2 * count + z**2
        spread = z * np.sqrt(z**2 + 4 * count * (1 - p))
        lower = np.where(count == 0, 0.0, (centre - spread) / (2 * (base + z**2)))
        upper = np.where(count == base, 1.0, (centre + spread) / (2 * (base + z**2)))
    empty = base == 0
    return Interval(p, np.where(empty, np.nan, lower), np.where(empty, np.nan, upper))


def exact(x: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Exact Poisson interval of the rate x / n.

    `x` events, `n` exposure (persons, person-years); NaN where n is 0. Limits from the chi-square distribution:
    Garwood (1936), Biometrika 28:437-442.
    """
    from scipy.special import chdtri

    count, base = _arrays(x, n)
    tail = (1 - level) / 2
    _quantile(level)
    low = np.where(count == 0, 0.0, chdtri(2 * np.maximum(count, 1), 1 - tail) / 2)
    high = chdtri(2 * count + 2, tail) / 2
    return _per_base(count, low, high, base)


def byar(x: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Byar's interval of the rate x / n, exact Poisson limits below ten events.

    `x` events, `n` exposure; NaN where n is 0. Breslow & Day (1987), Statistical Methods in Cancer Research II, p. 69;
    exact limits for fewer than ten events as Public Health England does (PHDS guidance 2018).
    """
    count, base = _arrays(x, n)
    z = _quantile(level)
    some = np.maximum(count, 1)
    low = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    more = count + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    approximate = _per_base(count, low, high, base)
    precise = exact(count, base, level)
    few = count < 10
    return Interval(
        approximate.value,
        np.where(few, precise.lower, approximate.lower),
        np.where(few, precise.upper, approximate.upper),
    )


def student(mean: ArrayLike, deviation: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Student's interval of a mean.

    `mean` and sample standard `deviation` (n - 1) of `n` observations, any broadcastable shapes; NaN limits where n is
    below 2. Raises ValueError for negative deviations and numbers. Student (1908), Biometrika 6:1-25.
    """
    from scipy.special import stdtrit

    _quantile(level)
    middle, spread, size = np.broadcast_arrays(
        np.asarray(mean, dtype=float), np.asarray(deviation, dtype=float), np.asarray(n, dtype=float)
    )
    if np.any(spread < 0) or np.any(size < 0):
        raise ValueError("deviations and numbers must not be negative")
    enough = size >= 2
    some = np.where(enough, size, 2.0)
    reach = np.where(enough, stdtrit(some - 1, 0.5 + level / 2) * spread / np.sqrt(some), np.nan)
    return Interval(np.where(size > 0, middle, np.nan), middle - reach, middle + reach)


def _per_base(count: Floats, low: Floats, high: Floats, base: Floats) -> Interval:
    with np.errstate(invalid="ignore", divide="ignore"):
        empty = base == 0
        return Interval(*(np.where(empty, np.nan, part / base) for part in (count, low, high)))


INTERVALS = {"wilson": wilson, "byar": byar, "exact": exact}
