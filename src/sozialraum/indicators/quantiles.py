"""Quantile groups (Quantile): areas in order, divided into groups of equal size."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def quantiles(
    values: ArrayLike, groups: int, *, within: ArrayLike | None = None, highest_first: bool = True
) -> NDArray[np.int64]:
    """The group of each area, 1 to `groups`; 0 where there is none.

    `values`: one number per area, NaN = no value, no group; `within`: a label per area, then areas of one label are
    divided among themselves. Group 1 holds the highest values (`highest_first`) or the lowest. With k groups and rank r
    of n the group is ⌊(k + 1) - ⌈((n + 1) - r) / (n / k)⌉⌋; equal values share the better rank, so they are never
    torn apart; fewer than k values: no groups. Raises ValueError for fewer than two groups or different lengths.
    PHE (2018), Technical guide: assigning deprivation categories.
    """
    number = np.asarray(values, dtype=float)
    labels = np.zeros(number.shape, dtype=np.intp) if within is None else np.asarray(within)
    if groups < 2:
        raise ValueError("at least two groups are needed")
    if number.ndim != 1 or labels.shape != number.shape:
        raise ValueError("values and labels must be one-dimensional and equally long")
    found = np.zeros(number.shape, dtype=np.int64)
    for label in np.unique(labels):
        inside = np.flatnonzero((labels == label) & ~np.isnan(number))
        if inside.size >= groups:
            found[inside] = _divided(number[inside], groups, highest_first)
    return found


def _divided(values: NDArray[np.float64], groups: int, highest_first: bool) -> NDArray[np.int64]:
    order = -values if highest_first else values
    rank = 1 + np.searchsorted(np.sort(order), order, side="left")
    size = values.size
    # In whole numbers: a quotient in floating point may fall on the wrong side of a limit.
    group = groups + 1 - -(-(size + 1 - rank) * groups // size)
    return np.maximum(group, 1)
