"""Bringing indicators to one scale (Normierung).

`values` is always (…, areas, indicators); the areas are the last axis but one, so that many variants are brought to a
scale at once. NaN stays NaN and is left out of every centre, spread and rank.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
AREAS = -2
IMD_BASE = 23.0


class Frame(NamedTuple):
    """What a linear scale is made of, per indicator: (value - shift) / spread. It can be frozen (Bezugsrahmen)."""

    shift: Floats
    spread: Floats

    def scaled(self, values: Floats) -> Floats:
        """Values on this scale."""
        return np.asarray((values - self.shift) / self.spread)


def _checked(shift: Floats, spread: Floats) -> Frame:
    if np.any(~np.isfinite(spread)) or np.any(spread == 0):
        raise ValueError("a component does not vary between the areas")
    return Frame(shift, spread)


def z_frame(values: Floats, *, centre: Floats | None = None, ddof: int = 0) -> Frame:
    """Mean (or the given centre) and standard deviation; the spread is always around the mean of the areas."""
    if np.isfinite(values.sum()):
        # Without gaps numpy's own sums do; variants by the thousand come this way.
        mean = values.mean(axis=AREAS, keepdims=True)
        deviation = values - mean
        squares = np.einsum("...ij,...ij->...j", deviation, deviation)[..., None, :]
        number: Floats | int = values.shape[AREAS]
        return _z_frame(mean, squares, number, centre, ddof)
    known = np.isfinite(values)
    number = known.sum(axis=AREAS, keepdims=True)
    mean = np.where(known, values, 0.0).sum(axis=AREAS, keepdims=True) / np.maximum(number, 1)
    squares = (np.where(known, values - mean, 0.0) ** 2).sum(axis=AREAS, keepdims=True)
    return _z_frame(mean, squares, number, centre, ddof)


def _z_frame(mean: Floats, squares: Floats, number: Floats | int, centre: Floats | None, ddof: int) -> Frame:
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(squares / (number - ddof))
    # A constant column of fractions has a spread of rounding errors only.
    spread = np.where(spread <= 1e-12 * np.maximum(np.abs(mean), 1e-300), 0.0, spread)
    return _checked(mean if centre is None else np.broadcast_to(centre, mean.shape), spread)


def span_frame(values: Floats, *, lower: Floats | None = None, upper: Floats | None = None) -> Frame:
    """Smallest value and distance to the largest; finite `lower` and `upper` are fixed marks instead (NaN: own)."""
    low, high = _low(values), _high(values)
    low = low if lower is None else np.where(np.isfinite(lower), lower, low)
    high = high if upper is None else np.where(np.isfinite(upper), upper, high)
    return _checked(low, high - low)


def _low(values: Floats) -> Floats:
    return np.asarray(np.where(np.isfinite(values), values, np.inf).min(axis=AREAS, keepdims=True))


def _high(values: Floats) -> Floats:
    return np.asarray(np.where(np.isfinite(values), values, -np.inf).max(axis=AREAS, keepdims=True))


def z_score(values: Floats, *, centre: Floats | None = None, ddof: int = 0) -> Floats:
    """Standard scores per column.

    `centre` replaces the mean of the areas, for example by the rate of the municipality. Raises ValueError when a column
    does not vary. OECD (2008), Handbook on Constructing Composite Indicators, p. 84.
    """
    return z_frame(values, centre=centre, ddof=ddof).scaled(values)


def min_max(values: Floats, *, range: tuple[float, float] = (0.0, 100.0)) -> Floats:
    """Smallest value at the lower end of `range`, largest at its upper end. OECD (2008), p. 85."""
    low, high = range
    return low + (high - low) * span_frame(values).scaled(values)


def distance_to_maximum(values: Floats) -> Floats:
    """1 minus the distance to the largest value, as a share of the span: 1 = largest, 0 = smallest."""
    return span_frame(values).scaled(values)


def distance_to_reference(values: Floats, reference: Floats) -> Floats:
    """1 minus the distance to a reference, as a share of the way from the smallest value to it; above it more than 1."""
    return span_frame(values, upper=reference).scaled(values)


def distance_to_target(values: Floats, target: Floats) -> Floats:
    """The same with a target that counts as reached from there on: never more than 1. OECD (2008), p. 86."""
    return np.minimum(span_frame(values, upper=target).scaled(values), 1.0)


def fraction_of_maximum(values: Floats) -> Floats:
    """Share of the largest value."""
    return np.asarray(values / _high(values))


def rank(values: Floats, *, ties: str = "average") -> Floats:
    """Ranks from 1 for the smallest value; `ties` share the average, the smallest (min) or the largest (max) of their ranks."""
    return np.asarray(rankdata(values, method=ties, axis=AREAS, nan_policy="omit"), dtype=float)


def borda(values: Floats, *, ties: str = "average") -> Floats:
    """Number of areas that an area outranks: rank minus one."""
    return rank(values, ties=ties) - 1.0


def percentile_rank(values: Floats, *, ties: str = "min") -> Floats:
    """(rank - 1) / (number - 1): 0 for the smallest value, 1 for the largest.

    With `ties` = "min" as in the CDC/ATSDR Social Vulnerability Index (Flanagan et al. 2011, J Homel Secur Emerg Manag 8:1).
    """
    number = np.isfinite(values).sum(axis=AREAS, keepdims=True)
    return np.asarray((rank(values, ties=ties) - 1.0) / np.maximum(number - 1, 1))


def exponential(values: Floats, *, ties: str = "max", ranked: bool = False) -> Floats:
    """Exponential transformation of ranks, from 0 to 100; high ranks are spread out so that they are not cancelled out.

    E = -23 ln(1 - R (1 - exp(-100/23))) with R = rank / number, 1 = most burdened. With `ranked` the values are published
    ranks (1 = most burdened) and R = (number + 1 - rank) / number. The English Indices of Deprivation 2019, technical
    report, ch. 3.8.
    """
    number = np.isfinite(values).sum(axis=AREAS, keepdims=True)
    share = (number + 1.0 - values) / number if ranked else rank(values, ties=ties) / number
    return np.asarray(-IMD_BASE * np.log(1.0 - share * (1.0 - np.exp(-100.0 / IMD_BASE))))


def signed_chi_squared(numerators: Floats, denominators: Floats) -> Floats:
    """Log of the signed chi-squared against the rate of the whole: small areas count less the fewer people they have.

    Over cases and non-cases, with the sign of the deviation: sign · ln(χ² + 1). Department of the Environment (1994),
    Index of Local Conditions; Gatrell & Löytönen (1998).
    """
    known = np.isfinite(numerators) & np.isfinite(denominators) & (denominators > 0)
    cases, people = np.where(known, numerators, 0.0), np.where(known, denominators, 0.0)
    rate = cases.sum(axis=AREAS, keepdims=True) / people.sum(axis=AREAS, keepdims=True)
    if np.any(rate <= 0) or np.any(rate >= 1):
        raise ValueError("a component has no cases or nothing but cases")
    expected = people * rate
    deviation = cases - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        square = deviation**2 / expected + deviation**2 / (people - expected)
    return np.where(known, np.sign(deviation) * np.log1p(square), np.nan)


NORMALISE = {
    f.__name__: f
    for f in (
        z_score,
        min_max,
        distance_to_maximum,
        distance_to_reference,
        distance_to_target,
        fraction_of_maximum,
        rank,
        borda,
        percentile_rank,
        exponential,
        signed_chi_squared,
    )
}
