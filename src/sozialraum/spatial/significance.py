"""Significance (Signifikanz): p-values of permutations and of many tests at once (Falscherkennungsrate, FDR)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Alternative = Literal["two-sided", "greater", "less", "folded"]
Correction = Literal["fdr", "bonferroni", "none"]


def adjusted(p: ArrayLike, *, correction: Correction = "fdr") -> Floats:
    """P-values adjusted for many tests, in the order of the input; NaN stays NaN and does not count as a test.

    "fdr": Benjamini–Hochberg: among areas with a value of at most 0.05 about 5 % are expected to be false alarms;
    "bonferroni": chance of a single false alarm; "none": unchanged. Raises ValueError outside 0 to 1.
    Benjamini & Hochberg (1995), J R Stat Soc B 57:289-300; for local statistics Caldas de Castro & Singer (2006),
    Geogr Anal 38:180-208.
    """
    given = np.asarray(p, dtype=float)
    known = ~np.isnan(given)
    if np.any((given[known] < 0) | (given[known] > 1)):
        raise ValueError("p-values must lie between 0 and 1")
    result = given.copy()
    value = given[known]
    if correction == "fdr":
        order = np.argsort(value, kind="stable")
        scaled = value[order] * value.size / np.arange(1, value.size + 1)
        steps = np.minimum.accumulate(scaled[::-1])[::-1]
        part = np.empty_like(value)
        part[order] = np.minimum(steps, 1.0)
        result[known] = part
    elif correction == "bonferroni":
        result[known] = np.minimum(value * value.size, 1.0)
    elif correction != "none":
        raise ValueError(f"unknown correction {correction!r}")
    return result


def of_permutations(
    at_least: ArrayLike, at_most: ArrayLike, permutations: int, alternative: Alternative = "two-sided"
) -> Floats:
    """P-value from the numbers of permutations whose statistic is at least, and at most, the observed one.

    (number + 1) / (permutations + 1); "folded" takes the smaller side (as esda), "two-sided" twice that, at most 1.
    """
    high, low = np.asarray(at_least, dtype=float), np.asarray(at_most, dtype=float)
    if alternative not in ("two-sided", "greater", "less", "folded"):
        raise ValueError(f"unknown alternative {alternative!r}")
    count = {"greater": high, "less": low}.get(alternative, np.minimum(high, low))
    p = (count + 1) / (permutations + 1)
    return np.asarray(np.minimum(2 * p, 1.0) if alternative == "two-sided" else np.minimum(p, 1.0))


def normal(z: ArrayLike, alternative: Alternative = "two-sided") -> Floats:
    """P-value of a standard normal deviate."""
    from scipy.special import ndtr

    value = np.asarray(z, dtype=float)
    if alternative == "greater":
        return np.asarray(ndtr(-value))
    if alternative == "less":
        return np.asarray(ndtr(value))
    tail = ndtr(-np.abs(value))
    return np.asarray(tail if alternative == "folded" else 2 * tail)
