"""Summing components up to one score per area (Aggregation).

`values` is (…, areas, members), `weights` is (…, members); the result is (…, areas). Weights are shares of their sum,
except in `weighted_sum`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _share(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _dot(values: Floats, weights: Floats) -> Floats:
    return np.asarray((values @ weights[..., None])[..., 0])


def weighted_sum(values: Floats, weights: Floats) -> Floats:
    """Sum of weight times value; the weights are taken as they are."""
    return _dot(values, weights)


def arithmetic(values: Floats, weights: Floats) -> Floats:
    """Weighted mean: a bad value is made up for by an equally good one."""
    return _dot(values, _share(weights))


def geometric(values: Floats, weights: Floats) -> Floats:
    """Weighted geometric mean: low values are made up for less. Raises ValueError for values that are not above zero."""
    if np.nanmin(values) <= 0:
        raise ValueError("the geometric mean needs values above zero")
    return np.exp(_dot(np.log(values), _share(weights)))


def harmonic(values: Floats, weights: Floats) -> Floats:
    """Weighted harmonic mean: low values count most. Raises ValueError for values that are not above zero."""
    if np.nanmin(values) <= 0:
        raise ValueError("the harmonic mean needs values above zero")
    return 1.0 / _dot(1.0 / values, _share(weights))


def median(values: Floats, weights: Floats) -> Floats:
    """Weighted median: half of the weight lies below; between two members the middle of both."""
    shares = np.broadcast_to(_share(weights)[..., None, :], values.shape)
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    below = np.cumsum(np.take_along_axis(shares, order, axis=-1), axis=-1)
    low = np.argmax(below >= 0.5 - 1e-12, axis=-1)[..., None]
    high = np.argmax(below > 0.5 + 1e-12, axis=-1)[..., None]
    pick = np.take_along_axis
    return np.asarray((pick(ordered, low, axis=-1) + pick(ordered, high, axis=-1))[..., 0] / 2.0)


def mazziotta_pareto(values: Floats, weights: Floats, *, burden: bool = True) -> Floats:
    """Mean plus (index of burden) or minus a penalty for unevenness within the area: M ± S·S/M.

    Meant for values around 100 with a spread of 10. S is the standard deviation (N) over the components of the area.
    Mazziotta & Pareto (2016), Social Indicators Research 127:983-1003.
    """
    middle = arithmetic(values, weights)
    variance = arithmetic((values - middle[..., None]) ** 2, weights)
    penalty = variance / middle
    return np.asarray(middle + penalty if burden else middle - penalty)


def copeland(values: Floats, weights: Floats) -> Floats:
    """Non-compensatory: areas outranked minus areas by which an area is outranked, by the weight of the components.

    Area a outranks b when the components in which a is higher weigh more than those in which b is higher. OECD (2008),
    Handbook, p. 112 and following; Munda & Nardo (2009), Applied Economics 41:1513-1523.
    """
    shares = _share(weights)
    shape = np.broadcast_shapes(values.shape[:-2], shares.shape[:-1])
    flat_values = np.broadcast_to(values, (*shape, *values.shape[-2:])).reshape(-1, *values.shape[-2:])
    flat_shares = np.broadcast_to(shares, (*shape, shares.shape[-1])).reshape(-1, shares.shape[-1])
    result = np.empty(flat_values.shape[:2])
    for number, (x, w) in enumerate(zip(flat_values, flat_shares, strict=True)):
        ahead = np.zeros((len(x), len(x)))
        for j, weight in enumerate(w):
            ahead += weight * np.sign(x[:, j][:, None] - x[:, j][None, :])
        result[number] = np.sign(np.where(np.abs(ahead) < 1e-12, 0.0, ahead)).sum(axis=1)
    return result.reshape(*shape, values.shape[-2])


AGGREGATE = {"sum": weighted_sum} | {
    f.__name__: f for f in (arithmetic, geometric, harmonic, median, mazziotta_pareto, copeland)
}
