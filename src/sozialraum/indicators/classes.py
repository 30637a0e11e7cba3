"""Class limits for maps: fixed per indicator and level, the same in every year, and numbers people can read (Klassengrenzen)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

CLASSES = 5
_STEPS = (1.0, 2.0, 2.5, 5.0)


def limits(values: ArrayLike, classes: int = CLASSES) -> tuple[float, ...]:
    """Inner limits of up to `classes` classes: quantiles of all years together, rounded to readable steps.

    `values` of any shape, NaN ignored. Fewer limits come back when rounding makes them fall together; none when all
    values are equal. Quantiles of type 7 (Hyndman & Fan 1996, Am Stat 50:361-365).
    """
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    if numbers.size == 0 or numbers.min() == numbers.max():
        return ()
    # Where most areas share one value the quantiles fall together: then the different values are divided.
    return _between(numbers, classes) or _between(np.unique(numbers), classes)


def _between(numbers: NDArray[np.float64], classes: int) -> tuple[float, ...]:
    cuts = np.quantile(numbers, np.arange(1, classes) / classes)
    step = _readable((cuts[-1] - cuts[0]) / (2 * classes) or (numbers.max() - numbers.min()) / (2 * classes))
    rounded = np.unique(np.round(np.round(cuts / step) * step, 10))
    return tuple(float(limit) for limit in rounded if numbers.min() < limit <= numbers.max())


def _readable(step: float) -> float:
    power = 10.0 ** np.floor(np.log10(step))
    return float(max((s * power for s in _STEPS if s * power <= step * 1.0001), default=power))
