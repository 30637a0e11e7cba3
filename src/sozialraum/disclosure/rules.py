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
    lowest = 0 if rule.whole_is_disclosive else 1
    too_few = (missing >= lowest) & (missing < rule.minimum_count) & (whole > 0)
    return too_few & np.isfinite(missing) & rule.complement


def thin(whole: Floats, rule: Rule) -> Flags:
    """Where the denominator is below the minimum of the rule."""
    return (whole > 0) & (whole < rule.minimum_denominator)


def stricter(one: Rule, other: Rule) -> Rule:
    """The rule that satisfies both: the strictest of each demand."""
    if one.published or other.published:
        return other if one.published else one
    return one.model_copy(
        update={
            "id": one.id if one.id == other.id else f"{one.id}+{other.id}",
            "label": one.label if one.id == other.id else f"{one.label}; {other.label}",
            "minimum_count": max(one.minimum_count, other.minimum_count),
            "minimum_denominator": max(one.minimum_denominator, other.minimum_denominator),
            "minimum_population": max(one.minimum_population, other.minimum_population),
            "complement": one.complement or other.complement,
            "zero_is_disclosive": one.zero_is_disclosive or other.zero_is_disclosive,
            "whole_is_disclosive": one.whole_is_disclosive or other.whole_is_disclosive,
            "magnitude_percent": max(one.magnitude_percent, other.magnitude_percent),
        }
    )
