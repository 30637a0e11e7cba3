"""Microdata (Einzeldaten): households, weights, weighted quantiles, and records sorted so that each group is a slice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]

ADULT_AGE = 14
FURTHER_ADULT, CHILD = 0.5, 0.3
TIE = 1e-12  # weights sum up with rounding; nearer than this share of the total counts as "exactly on the quantile"


def modified_oecd(adults: ArrayLike, children: ArrayLike) -> Floats:
    """Equivalence scale of a household: 1, plus 0.5 for each further person from 14 years, plus 0.3 for each child.

    `adults`: persons aged 14 or more, `children`: persons under 14; any broadcastable shapes. A household of children
    only counts its first child as the first person. NaN where nobody is counted or a number is missing. Raises
    ValueError for negative numbers. Hagenaars, de Vos & Zaidi (1994); used by Eurostat and the German offices.
    """
    older, younger = np.broadcast_arrays(np.asarray(adults, dtype=float), np.asarray(children, dtype=float))
    if np.any(older < 0) or np.any(younger < 0):
        raise ValueError("numbers of persons must not be negative")
    without_adult = (older == 0) & (younger > 0)
    first = np.where(without_adult, 1.0, np.minimum(older, 1.0))
    scale = 1 + FURTHER_ADULT * np.maximum(older - 1, 0) + CHILD * (younger - without_adult)
    return np.where(np.isnan(scale) | (first == 0), np.nan, scale)


def equivalised_income(income: ArrayLike, household: ArrayLike, age: ArrayLike) -> Floats:
    """Equivalised income of each person: sum of the incomes of the household by its modified OECD scale.

    One entry per person: `income` the person's own part of the net income (a household income known only as a whole
    stands at one person, 0 at the others), `household` any key, `age` in years. Everybody in a household gets the
    same figure; NaN for the whole household as soon as one income or age is missing.
    Raises ValueError when the three differ in length or an age is negative.
    """
    money, years = np.asarray(income, dtype=float), np.asarray(age, dtype=float)
    _, member = np.unique(np.asarray(household).astype(str), return_inverse=True)
    if not money.shape == years.shape == member.shape or money.ndim != 1:
        raise ValueError("income, household and age must be one-dimensional and equally long")
    if np.any(years < 0):
        raise ValueError("ages must not be negative")
    adult = np.where(np.isnan(years), np.nan, years >= ADULT_AGE)
    adults, children, total = (np.bincount(member, weights=part) for part in (adult, 1 - adult, money))
    return np.asarray((total / modified_oecd(adults, children))[member])


def weighted_quantile(values: ArrayLike, weights: ArrayLike, share: float) -> float:
    """Weighted quantile: the smallest value with at least `share` of the weight at or below it.

    Where exactly `share` lies at or below a value, the mean of it and the next one with weight (so the median of 1 and
    3 is 2). One-dimensional values without gaps; weights not negative. NaN when there is no weight.
    Raises ValueError for a share outside 0 to 1, gaps or negative weights. Convention as in Alfons & Templ (2013),
    J Stat Softw 54(15); with equal weights type 2 of Hyndman & Fan (1996), Am Stat 50:361-365.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1, got {share}")
    value, weight = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if np.any(np.isnan(value)):
        raise ValueError("values must not be missing")
    weight = checked_weights(weight, value.shape)
    layout = sort(value, np.zeros(value.shape, dtype=np.intp))
    if not layout.bounds[-1]:
        return np.nan
    return float(Prefix.of(layout, weight[None, layout.order]).quantile(share)[0, 0])


def checked_weights(weights: Floats, shape: tuple[int, ...]) -> Floats:
    """The weights as an array of the wanted shape; ValueError when they are negative, missing or do not fit."""
    spread = np.broadcast_to(weights, shape)
    if np.any(np.isnan(spread)) or np.any(spread < 0) or np.any(np.isinf(spread)):
        raise ValueError("weights must be finite and not negative")
    return spread


class Layout(NamedTuple):
    """Records sorted by group, then by value: `order` into the records, sorted `values`, first position per group."""

    order: Ints
    values: Floats
    bounds: Ints

    @property
    def starts(self) -> Ints:
        """First position of each group."""
        return self.bounds[:-1]

    @property
    def ends(self) -> Ints:
        """Position after the last of each group."""
        return self.bounds[1:]

    def position(self, limits: Floats, side: str) -> Ints:
        """How far each group goes below its limit (`left`) or up to it (`right`): rows × groups in, positions out."""
        found = np.empty(limits.shape, dtype=np.intp)
        for group, (start, end) in enumerate(zip(self.starts, self.ends, strict=True)):
            inside = self.values[start:end]
            found[:, group] = start + np.searchsorted(inside, limits[:, group], side=side)  # type: ignore[call-overload]
        return found


def sort(values: Floats, group: Ints, groups: int | None = None) -> Layout:
    """Sort records by group code (0 …) and value."""
    order = np.lexsort((values, group))
    sizes = np.bincount(group, minlength=groups or 0)
    return Layout(order, values[order], np.concatenate(([0], np.cumsum(sizes))).astype(np.intp))


class Prefix(NamedTuple):
    """Running sums of weights over a layout, one row per set of weights; column 0 is 0."""

    layout: Layout
    weight: Floats
    amount: Floats

    @classmethod
    def of(cls, layout: Layout, weights: Floats) -> Prefix:
        """Running sums of weights and of weight × value; `weights`: rows × records in the order of the layout."""
        shape = (weights.shape[0], weights.shape[1] + 1)
        weight, amount = np.zeros(shape), np.zeros(shape)
        np.cumsum(weights, axis=1, out=weight[:, 1:])
        np.multiply(weights, layout.values, out=amount[:, 1:])
        np.cumsum(amount[:, 1:], axis=1, out=amount[:, 1:])
        return cls(layout, weight, amount)

    def between(self, sums: Floats, low: Ints, high: Ints) -> Floats:
        """Sums between two positions of each row and group."""
        return _at(sums, high) - _at(sums, low)

    def quantile(self, share: float, low: Ints | None = None, high: Ints | None = None) -> Floats:
        """Weighted quantile of each row and group, of its whole or of a stretch; NaN without weight there."""
        shape = (self.weight.shape[0], self.layout.starts.size)
        low = np.broadcast_to(self.layout.starts if low is None else low, shape)
        high = np.broadcast_to(self.layout.ends if high is None else high, shape)
        base, top = _at(self.weight, low), _at(self.weight, high)
        target = base + share * (top - base)
        slack = TIE * self.weight[:, -1:]
        position = np.minimum(
            _first(self.weight, low, high, np.maximum(target - slack, base + slack)), high - 1
        )
        value = self.layout.values[position]
        tied = (np.abs(_at(self.weight, position + 1) - target) <= slack) & (target < top - slack)
        if tied.any():
            after = _first(self.weight, low, high, target + 2 * slack)
            following = self.layout.values[np.minimum(after, self.layout.values.size - 1)]
            value = np.where(tied, (value + following) / 2, value)
        return np.where(top - base > slack, value, np.nan)


def _at(sums: Floats, position: Ints) -> Floats:
    """Entries of each row at its own positions; positions: groups, or rows × groups."""
    if position.ndim == 1:
        return sums[:, position]
    return np.take_along_axis(sums, np.minimum(position, sums.shape[1] - 1), axis=1)


def _first(sums: Floats, low: Ints, high: Ints, target: Floats) -> Ints:
    """First record whose running sum reaches the target, by bisection in all rows and groups at once."""
    left, right = low.copy(), high.copy()
    for _ in range(int(np.max(right - left, initial=0)).bit_length()):
        middle = (left + right) // 2
        below = _at(sums, middle + 1) < target
        left = np.where(below & (left < right), middle + 1, left)
        right = np.where(below, right, middle)
    return left
