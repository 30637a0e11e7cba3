"""Linearisation (Linearisierung): how much each record moves a poverty measure, and the variance that follows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sozialraum.estimation.microdata import weighted_quantile
from sozialraum.estimation.replicates import Design

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BOTTOM, TOP = 0.2, 0.8


class Sample(NamedTuple):
    """Incomes and weights of a group of records."""

    income: Floats
    weight: Floats

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.weight.sum())

    def at_or_below(self, limit: float) -> Floats:
        """1 for each record at or below a limit, else 0."""
        return (self.income <= limit).astype(float)

    def density(self, at: float) -> float:
        """Density of the incomes at a point: Gaussian kernel, width after Silverman (1986) for the effective sample size."""
        effective = self.total**2 / float(np.sum(self.weight**2))
        mean = float(self.weight @ self.income) / self.total
        spread = np.sqrt(float(self.weight @ (self.income - mean) ** 2) / self.total)
        middle = weighted_quantile(self.income, self.weight, 0.75) - weighted_quantile(
            self.income, self.weight, 0.25
        )
        width = 0.9 * min(spread, middle / 1.34 if middle > 0 else spread) * effective**-0.2
        if width <= 0:
            return np.nan
        kernel = np.exp(-0.5 * ((self.income - at) / width) ** 2)
        return float(self.weight @ kernel / (self.total * width * np.sqrt(2 * np.pi)))


def of_line(sample: Sample, line: float, share: float) -> Floats:
    """Influence of each record on the threshold, `share` of the median. Osier (2009), Surv Res Methods 3:167-195."""
    median = line / share
    return -share / (sample.total * sample.density(median)) * (sample.at_or_below(median) - 0.5)


def of_rate(sample: Sample, poor: Flags, line: float, line_influence: Floats, inside: Flags) -> Floats:
    """Influence on the rate of a group `inside` all records, through its members and through the common threshold."""
    part = Sample(sample.income[inside], sample.weight[inside])
    rate = float(part.weight @ poor[inside]) / part.total
    through_line = part.density(line) * line_influence
    return np.asarray(inside * (poor - rate) / part.total + through_line)


def of_gap(
    sample: Sample, rate_influence: Floats, line: float, line_influence: Floats, inside: Flags
) -> Floats:
    """Influence on the relative median gap: through the median of the poor and through the threshold."""
    part = Sample(sample.income[inside], sample.weight[inside])
    poor = part.income < line
    middle = weighted_quantile(part.income[poor], part.weight[poor], 0.5)
    below = sample.at_or_below(middle)
    level = float(part.weight @ part.at_or_below(middle)) / part.total
    own = inside * (below - level) / part.total
    of_middle = (0.5 * rate_influence - own) / part.density(middle)
    return np.asarray(-of_middle / line + middle * line_influence / line**2)


def of_share_ratio(part: Sample) -> Floats:
    """Influence on S80/S20, the income of the upper by the income of the lower fifth. Langel & Tillé (2011), J Stat Plan Inference 141:2976-2985."""
    low = weighted_quantile(part.income, part.weight, BOTTOM)
    high = weighted_quantile(part.income, part.weight, TOP)
    under, up_to = part.at_or_below(low), part.at_or_below(high)
    poor = float(part.weight @ (part.income * under))
    rich = float(part.weight @ (part.income * (1 - up_to)))
    # Each fifth is an amount up to a quantile, and the quantile moves as well.
    of_rich = part.income * (1 - up_to) + high * (up_to - TOP)
    of_poor = part.income * under - low * (under - BOTTOM)
    return np.asarray(of_rich / poor - rich / poor**2 * of_poor)


def of_gini(part: Sample) -> Floats:
    """Influence on the Gini coefficient. Kovačević & Binder (1997), J Off Stat 13:41-58."""
    order = np.argsort(part.income, kind="stable")
    x, w = part.income[order], part.weight[order]
    weight, amount = np.cumsum(w), np.cumsum(w * x)
    # Each record against all others: the larger income of every pair.
    last = np.searchsorted(x, x, side="right") - 1
    pairs = x * weight[last] + amount[-1] - amount[last]
    n, total = weight[-1], amount[-1]
    all_pairs = float(w @ pairs)
    influence = np.empty_like(x)
    influence[order] = (2 * pairs - all_pairs / n - all_pairs / total * x) / (n * total)
    return influence


def variance(influence: Floats, weights: Floats, plan: Design) -> Floats:
    """Variance of each estimate from the influences (records × estimates) under the sampling plan.

    Clusters drawn with replacement within strata: Σ_h n/(n-1) Σ (z - mean z)², z the weighted influence of a cluster.
    Strata with a single cluster are compared with the mean of all clusters, which errs on the safe side.
    """
    totals = np.column_stack(
        [
            np.bincount(plan.cluster, weights=weights * column, minlength=plan.stratum.size)
            for column in influence.T
        ]
    )
    size = plan.size[plan.stratum][:, None]
    means = (
        np.column_stack([np.bincount(plan.stratum, weights=column) for column in totals.T])
        / plan.size[:, None]
    )
    centre = np.where(size > 1, means[plan.stratum], totals.mean(axis=0))
    factor = np.where(size > 1, size / np.maximum(size - 1, 1), 1.0)
    return np.asarray(np.sum(factor * (totals - centre) ** 2, axis=0))


def residuals(influence: Floats, weights: Floats, auxiliaries: Floats) -> Floats:
    """What is left of the influences once the calibration variables explain their part. Deville (1999), Surv Methodol 25."""
    root = np.sqrt(weights)[:, None]
    slopes = np.linalg.lstsq(root * auxiliaries, root * influence, rcond=None)[0]
    return np.asarray(influence - auxiliaries @ slopes)
