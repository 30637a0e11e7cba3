"""How much of an index is choice: ranks and classes over variants of weights and of the measured values (Stabilität)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SEED = 20_240_101
VARIANTS = 1_000
# Each weight is multiplied by a factor between one half and three halves.
WEIGHT_FACTORS = (0.5, 1.5)


class Stability(NamedTuple):
    """Per area: rank (1 = highest score) with the range of 95 % of the variants, and the share that keeps the class."""

    rank: Floats
    lower: Floats
    upper: Floats
    share: Floats


def stability(z: Floats, weights: Floats, limits: Floats, *, errors: Floats | None = None, ddof: int = 0,
              seed: int = SEED, variants: int = VARIANTS) -> Stability:  # fmt: skip
    """Repeat an index under drawn weights and, where known, drawn measurement errors.

    `z` is areas × components without gaps, `errors` their standard errors on the same scale (0 where unknown), `limits`
    the inner class limits. The seed is public. Saisana, Saltelli & Tarantola (2005), J R Stat Soc A 168:307-323.
    """
    rng = np.random.default_rng(seed)
    drawn = weights * rng.uniform(*WEIGHT_FACTORS, size=(variants, len(weights)))
    scores = drawn @ z.T
    if errors is not None:
        scores += rng.standard_normal(scores.shape) * np.sqrt(drawn**2 @ (errors**2).T)
    scores = _standardised(scores, ddof)
    base = _standardised((weights @ z.T)[None, :], ddof)
    ranks = scores.shape[1] - scores.argsort(axis=1).argsort(axis=1)
    same = np.searchsorted(limits, scores, side="left") == np.searchsorted(limits, base, side="left")
    lower, upper = np.percentile(ranks, [2.5, 97.5], axis=0, method="nearest")
    own = competition_rank(base[0])
    return Stability(own, np.minimum(lower, own), np.maximum(upper, own), same.mean(axis=0))


def _standardised(scores: Floats, ddof: int) -> Floats:
    # As in the edition itself: the components are already centred, on the areas or on the municipality.
    return np.asarray(scores / scores.std(axis=1, ddof=ddof, keepdims=True))


def competition_rank(scores: Floats) -> Floats:
    """Ranks from 1 for the highest score; equal scores share the better rank."""
    return np.array([1.0 + np.count_nonzero(scores > score) for score in scores])
