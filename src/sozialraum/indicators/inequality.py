"""Slope and relative index of inequality (Steigungsindex): how far apart the two ends of a population are in a figure."""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.tables import Status

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Scale = Literal["identity", "log", "logit"]

MISSING = "eine Gruppe hat keinen Wert"
EMPTY = "eine Gruppe ohne Bevölkerung"
NOT_ON_SCALE = "ein Wert liegt am Rand oder außerhalb der Skala"
NO_RATIO = "der Ausgangswert ist nicht sicher von null verschieden: kein Verhältnis"


class Inequality(NamedTuple):
    """Slope index (`sii`, in the unit of the values) and relative index (`rii`) with limits, one per row; NaN only where
    `reason` says why, in German. `intercept`: the value of the line at the end where group 1 lies."""

    sii: Floats
    sii_lower: Floats
    sii_upper: Floats
    rii: Floats
    rii_lower: Floats
    rii_upper: Floats
    intercept: Floats
    status: NDArray[np.str_]
    reason: NDArray[np.str_]


def slope(
    values: ArrayLike,
    standard_errors: ArrayLike,
    population: ArrayLike,
    *,
    scale: Scale = "identity",
    transform: bool = False,
    level: float = 0.95,
) -> Inequality:
    """Slope and relative index of inequality over groups in order of their burden.

    `values`, `standard_errors`, `population`: rows × groups, or groups alone; group 1 is the most burdened. `scale`: on
    which the standard errors hold and values vary normally: "identity" (means, life expectancy), "log" (rates), "logit"
    (shares, as fractions). Weighted by the share a of the population the values are put on a line over b, the middle
    of each group on the population scale from 0 to 1: SII = value at 1 - value at 0, RII = value at 1 ÷ value at 0.
    `transform`: the line is laid through the transformed values and both ends are transformed back.
    A row with a missing figure or an empty group has no value, and `reason` tells it. Raises ValueError for fewer than
    two groups, negative populations or errors. Limits without draws: exact for "identity" (RII: Fieller's theorem), else
    Cornish-Fisher from the first four moments. Pamuk (1985), Popul Stud 39:17-31; Sergeant & Firth (2006), Stat Med
    25:4219-4238 (relative index); Cornish & Fisher (1938), Rev Int Stat Inst 5:307-320.
    """
    value, error, people = _input(values, standard_errors, population, scale)
    reason = _hindrance(value, error, people, scale)
    fit = (reason == "")[:, None]
    # Rows that cannot be computed carry harmless figures through the formulas.
    harmless = np.broadcast_to(np.linspace(0.4, 0.6, value.shape[1]), value.shape)
    value, error, people = (
        np.where(fit, value, harmless),
        np.where(fit, error, 0.01),
        np.where(fit, people, 1),
    )
    start, rise = _coefficients(people)
    z = _quantile(level)
    make = _transformed if transform and scale != "identity" else _linear
    found = make(value, error, start, rise, scale, z)
    shown = fit[:, 0]
    whole = shown & found.ratio_holds
    reason = np.where(shown & ~found.ratio_holds, NO_RATIO, reason)
    sii, sii_lower, sii_upper = (np.where(shown, part, np.nan) for part in found.sii)
    rii, rii_lower, rii_upper = (np.where(whole, part, np.nan) for part in found.rii)
    status = np.where(reason == MISSING, Status.MISSING, np.where(shown, Status.OK, Status.NOT_MEANINGFUL))
    done = Inequality(
        sii, sii_lower, sii_upper, rii, rii_lower, rii_upper, np.where(shown, found.intercept, np.nan),
        np.asarray(status, np.str_), np.asarray(reason, np.str_),
    )  # fmt: skip
    single = np.ndim(values) == 1
    return Inequality(*(part[0] for part in done)) if single else done


class _Found(NamedTuple):
    sii: tuple[Floats, Floats, Floats]
    rii: tuple[Floats, Floats, Floats]
    intercept: Floats
    ratio_holds: Flags


def _coefficients(people: Floats) -> tuple[Floats, Floats]:
    """What each group's value contributes to the line's start and to its rise."""
    share = people / people.sum(axis=1, keepdims=True)
    middle = np.cumsum(share, axis=1) - share / 2
    centre = (share * middle).sum(axis=1, keepdims=True)
    rise = share * (middle - centre) / (share * (middle - centre) ** 2).sum(axis=1, keepdims=True)
    return share - centre * rise, rise


# --- the line through the values themselves --------------------------------------------------------------------------------


def _linear(value: Floats, error: Floats, start: Floats, rise: Floats, scale: Scale, z: float) -> _Found:
    """Start and rise are sums of independent values: their cumulants add up."""
    cumulants = _cumulants(value, error, scale)
    intercept, gap = (start * value).sum(axis=1), (rise * value).sum(axis=1)
    low, high = (_quantile_of(rise, cumulants, side * z) for side in (-1.0, 1.0))
    positive = (intercept > 0) & (_quantile_of(start, cumulants, -z) > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (intercept + gap) / intercept
    ends = [_ratio_limit(start, rise, cumulants, ratio, positive, side * z) for side in (-1.0, 1.0)]
    return _Found((gap, low, high), (ratio, ends[0], ends[1]), intercept, positive)


_NODES = 16


def _normal_nodes(number: int) -> tuple[Floats, Floats]:
    """Points and weights that integrate over a standard normal variable."""
    from numpy.polynomial.hermite_e import hermegauss

    points, weights = hermegauss(number)
    return points, weights / weights.sum()


def _cumulants(value: Floats, error: Floats, scale: Scale) -> tuple[Floats, Floats, Floats, Floats]:
    """The first four cumulants of each value, normal with its error on the scale, seen on its own scale."""
    if scale == "identity":
        zero = np.zeros_like(value)
        return value, error**2, zero, zero
    points, weights = _normal_nodes(_NODES)
    forth, back = _SCALES[scale]
    drawn = back(forth(value)[..., None] + error[..., None] * points)
    return _from_moments(drawn, weights)


def _from_moments(drawn: Floats, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    mean = drawn @ weights
    apart = drawn - mean[..., None]
    square = apart * apart
    second, third, fourth = square @ weights, (square * apart) @ weights, (square * square) @ weights
    return mean, second, third, fourth - 3 * second**2


def _quantile_of(weight: Floats, cumulants: tuple[Floats, ...], z: float) -> Floats:
    """The quantile of a weighted sum of independent variables."""
    return _cornish_fisher([(weight**k * part).sum(axis=1) for k, part in enumerate(cumulants, start=1)], z)


def _cornish_fisher(cumulants: list[Floats], z: float) -> Floats:
    mean, variance, third, fourth = cumulants
    spread = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        skew = np.where(spread > 0, third / spread**3, 0.0)
        tail = np.where(spread > 0, fourth / spread**4, 0.0)
    bent = z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * tail / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
    return np.asarray(mean + spread * bent)


def _ratio_limit(
    start: Floats, rise: Floats, cumulants: tuple[Floats, ...], ratio: Floats, positive: Flags, z: float
) -> Floats:
    """The limit r of (start + rise) / start at which start + rise - r start has its quantile at zero.

    For normal values this is Fieller's interval. The cumulants of that difference are polynomials in r; each step moves
    r by what is missing, in units of the start.
    """
    polynomials = [_powers(start + rise, start, part, k) for k, part in enumerate(cumulants, start=1)]
    middle = np.where(positive, -polynomials[0][1], 1.0)
    limit = np.where(positive, ratio, 1.0)
    for _ in range(60):
        found = _cornish_fisher([_evaluated(terms, limit) for terms in polynomials], z)
        step = np.where(positive, found / middle, 0.0)
        limit = limit + step
        if np.max(np.abs(step), initial=0.0) < 1e-12:
            break
    return limit


def _powers(top: Floats, bottom: Floats, cumulant: Floats, k: int) -> list[Floats]:
    """The coefficients of Σ (top - r bottom)^k cumulant as a polynomial in r, from the constant up."""
    return [
        comb(k, j) * (-1) ** j * (top ** (k - j) * bottom**j * cumulant).sum(axis=1) for j in range(k + 1)
    ]


def _evaluated(terms: list[Floats], r: Floats) -> Floats:
    total = terms[-1]
    for term in reversed(terms[:-1]):
        total = total * r + term
    return total


# --- the line through transformed values ------------------------------------------------------------------------------------


def _transformed(value: Floats, error: Floats, start: Floats, rise: Floats, scale: Scale, z: float) -> _Found:
    """Start and rise are normal on the scale; what becomes of them is integrated over both."""
    forth, back = _SCALES[scale]
    known = forth(value)
    first, gap = (start * known).sum(axis=1), (rise * known).sum(axis=1)
    variance = error**2
    one, both, other = (
        (a * b * variance).sum(axis=1) for a, b in ((start, start), (start, rise), (rise, rise))
    )
    points, weights = _normal_nodes(12)
    u, v = (part.ravel() for part in np.meshgrid(points, points))
    weight = np.outer(weights, weights).ravel()
    spread = np.sqrt(one)
    with np.errstate(divide="ignore", invalid="ignore"):
        shared = np.where(spread > 0, both / spread, 0.0)
    own = np.sqrt(np.maximum(other - shared**2, 0.0))
    begin = first[:, None] + spread[:, None] * u
    end = begin + gap[:, None] + shared[:, None] * u + own[:, None] * v
    bottom, top = back(begin), back(end)
    ends = {
        "sii": list(_from_moments(top - bottom, weight)),
        "rii": list(_from_moments(np.log(top / bottom), weight)),
    }
    intercept, final = back(first), back(first + gap)
    low, high = (_cornish_fisher(ends["sii"], side * z) for side in (-1.0, 1.0))
    ratios = tuple(np.exp(_cornish_fisher(ends["rii"], side * z)) for side in (-1.0, 1.0))
    return _Found(
        (final - intercept, low, high),
        (final / intercept, ratios[0], ratios[1]),
        intercept,
        np.ones(len(value), dtype=np.bool_),
    )


def _logit(value: Floats) -> Floats:
    return np.asarray(np.log(value / (1 - value)))


def _expit(value: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(value))


_SCALES: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "log": (np.log, np.exp),
    "logit": (_logit, _expit),
}


# --- what enters -----------------------------------------------------------------------------------------------------------


def _input(
    values: ArrayLike, standard_errors: ArrayLike, population: ArrayLike, scale: str
) -> tuple[Floats, Floats, Floats]:
    value, error, people = np.broadcast_arrays(
        *(np.atleast_2d(np.asarray(part, dtype=float)) for part in (values, standard_errors, population))
    )
    if scale not in ("identity", "log", "logit"):
        raise ValueError(f"unknown scale {scale!r}")
    if value.ndim != 2 or value.shape[1] < 2:
        raise ValueError("at least two groups are needed")
    if np.any(error < 0) or np.any(people < 0):
        raise ValueError("standard errors and populations must not be negative")
    return value, error, people


def _hindrance(value: Floats, error: Floats, people: Floats, scale: Scale) -> NDArray[np.str_]:
    there = np.isfinite(value) & np.isfinite(error) & np.isfinite(people)
    off = {"identity": np.zeros_like(there), "log": value <= 0, "logit": (value <= 0) | (value >= 1)}[scale]
    return np.asarray(
        np.select(
            [~there.all(axis=1), (people == 0).any(axis=1), off.any(axis=1)],
            [MISSING, EMPTY, NOT_ON_SCALE],
            "",
        ),
        np.str_,
    )


def _quantile(level: float) -> float:
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    return float(ndtri(0.5 + level / 2))
