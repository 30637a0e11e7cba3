"""Rank ranges (Rangspannen): the places an area can hold when values are only known within their intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class RankRanges(NamedTuple):
    """First and last possible place of each area; 0 where an area has no value."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    ranked: int


def rank_ranges(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> RankRanges:
    """Places from–to by comparing intervals pairwise, place 1 being the highest value.

    `values`, `lower`, `upper`: n numbers each; NaN value = no place; NaN limits = the value is exact.
    An area surely stands behind another when its whole interval lies below the other's, so
    first = 1 + areas surely higher and last = ranked − areas surely lower.
    Intervals that touch count as overlapping: the range is cautious, never too narrow for the pair.
    Raises ValueError when the three differ in length or an interval does not contain its value.
    """
    value = np.asarray(values, dtype=float)
    low, high = _limits(value, np.asarray(lower, dtype=float), np.asarray(upper, dtype=float))
    known = ~np.isnan(value)
    ranked = int(known.sum())
    first = np.zeros(value.shape, dtype=np.int64)
    last = np.zeros(value.shape, dtype=np.int64)
    sorted_low, sorted_high = np.sort(low[known]), np.sort(high[known])
    first[known] = 1 + ranked - np.searchsorted(sorted_low, high[known], side="right")
    last[known] = ranked - np.searchsorted(sorted_high, low[known], side="left")
    return RankRanges(first, last, ranked)


def _limits(
    value: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not value.shape == lower.shape == upper.shape or value.ndim != 1:
        raise ValueError("values, lower and upper must be one-dimensional and equally long")
    low = np.where(np.isnan(lower), value, lower)
    high = np.where(np.isnan(upper), value, upper)
    tolerance = 1e-9 * np.maximum(1.0, np.abs(value))
    if np.any((low > value + tolerance) | (high < value - tolerance)):
        raise ValueError("an interval does not contain its value")
    return low, high
