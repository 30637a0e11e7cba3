"""Which counts must be hidden by rule, before anyone thinks of subtraction (Primärsperrung)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sozialraum.catalogue.model import Rule

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def small(counts: Floats, rule: Rule) -> Flags:
    """Counts from 1 to below the minimum count, and zeros where the rule calls them disclosive."""
    lowest = 0 if rule.zero_is_disclosive else 1
    return (counts >= lowest) & (counts < rule.minimum_count) & np.isfinite(counts)


def remainder(counts: Floats, whole: Floats, rule: Rule) -> Flags:
    """Where the cases that are missing to the whole are too few: they are a count like any other.

    With `whole_is_disclosive` also where none is missing ("all of them").
    """
    missing = whole - counts
    all_of_them = (missing == 0) & rule.whole_is_disclosive
    too_few = (missing >= 1) & (missing < rule.minimum_count) & rule.complement
    return np.asarray((all_of_them | too_few) & (whole > 0) & np.isfinite(missing))


def thin(whole: Floats, rule: Rule) -> Flags:
    """Where the denominator is below the minimum of the rule."""
    return (whole > 0) & (whole < rule.minimum_denominator)


def dominated(totals: Floats, largest: Floats, rule: Rule) -> Flags:
    """Magnitudes whose few largest contributors make up nearly all of them (Dominanzregel).

    `largest` is cells × contributions, the greatest first. Hundepool et al. (2012), Statistical Disclosure Control, 4.2.2.
    """
    if not rule.dominance_n:
        return np.zeros(len(totals), dtype=bool)
    few = largest[:, : rule.dominance_n].sum(axis=1)
    return np.asarray((totals > 0) & (few > rule.dominance_k / 100 * totals), dtype=bool)


def estimable(totals: Floats, largest: Floats, rule: Rule) -> Flags:
    """Magnitudes in which the second contributor could estimate the first to within p per cent (p-%-Regel).

    `largest` as for `dominated`, at least two columns. Hundepool et al. (2012), Statistical Disclosure Control, 4.2.2.
    """
    if not rule.p_percent:
        return np.zeros(len(totals), dtype=bool)
    rest = totals - largest[:, 0] - largest[:, 1]
    return np.asarray((totals > 0) & (rule.p_percent / 100 * largest[:, 0] > rest), dtype=bool)
