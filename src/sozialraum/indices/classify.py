"""Classes of an index in words, and where their limits lie (Klassen)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sozialraum.catalogue.recipe import IndexClass, IndexClasses

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
# Types 1 to 9 of Hyndman & Fan (1996), American Statistician 50:361-365, as numpy names them.
QUANTILE_TYPES = (
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
)


def by_limits(scores: Floats, classes: Sequence[IndexClass]) -> list[str]:
    """The word for each score; a score on a limit belongs to the lower class, NaN to none ("").

    Raises ValueError when the limits do not rise.
    """
    limits = np.array([c.upper for c in classes if c.upper is not None], dtype=float)
    if np.any(np.diff(limits) <= 0) or len(limits) != len(classes) - 1:
        raise ValueError("class limits must rise, and only the last class is open")
    return in_words(places(scores, limits), scores, classes)


def in_words(found: Places, scores: Floats, classes: Sequence[IndexClass]) -> list[str]:
    """The word of the class at each place; NaN has none."""
    return ["" if not np.isfinite(s) else classes[p].label for s, p in zip(scores, found, strict=True)]


def places(scores: Floats, limits: Floats) -> Places:
    """Number of the class of each score, counted from 0 for the lowest; a score on a limit belongs below it."""
    return np.searchsorted(limits, scores, side="left")


def shares_of(classes: Sequence[IndexClass]) -> Floats:
    """Cumulated shares at the inner limits: as the classes say, else equal ones."""
    given = [c.share for c in classes[:-1]]
    if all(share is not None for share in given):
        return np.array(given, dtype=float)
    return np.arange(1, len(classes)) / len(classes)


def quantile_limits(scores: Floats, shares: Floats, *, type: int = 7) -> Floats:
    """Inner limits at the shares, of a named type of quantile (1 to 9); NaN is left out."""
    return np.asarray(np.nanquantile(scores, shares, method=QUANTILE_TYPES[type - 1]))  # type: ignore[call-overload]


def natural_breaks(scores: Floats, number: int) -> Floats:
    """Inner limits of `number` classes with the smallest squares within them; each limit is the largest value of a class.

    Exact by dynamic programming. Fisher (1958), J Am Stat Assoc 53:789-798; Jenks (1977). Raises ValueError when there are
    fewer different values than classes.
    """
    x = np.sort(scores[np.isfinite(scores)])
    n = len(x)
    if len(np.unique(x)) < number:
        raise ValueError("fewer different values than classes")
    sums, squares = np.concatenate([[0.0], np.cumsum(x)]), np.concatenate([[0.0], np.cumsum(x**2)])
    start, end = np.arange(n)[:, None], np.arange(n)[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = squares[1:][None, :] - squares[:-1][:, None] - (sums[1:][None, :] - sums[:-1][:, None]) ** 2 / (end - start + 1)  # fmt: skip
    within = np.where(start <= end, np.maximum(within, 0.0), np.inf)
    best, cuts = within[0].copy(), []
    for _ in range(number - 1):
        # The class that ends at j starts at i; before it the best of the classes so far up to i - 1.
        total = np.full((n, n), np.inf)
        total[1:] = best[:-1][:, None] + within[1:]
        cuts.append(total.argmin(axis=0))
        best = total.min(axis=0)
    limits, end_at = [], n - 1
    for cut in reversed(cuts):
        begin = int(cut[end_at])
        limits.append(float(x[begin - 1]))
        end_at = begin - 1
    return np.array(limits[::-1])


def class_places(scores: Floats, rule: IndexClasses, classes: Sequence[IndexClass]) -> Places:
    """Number of the class of each score by the rule of an index; NaN falls into the highest and has no word."""
    if rule.by == "ranks":
        return _by_ranks(scores, shares_of(classes))
    return places(scores, limits_of(scores, rule, classes))


def limits_of(scores: Floats, rule: IndexClasses, classes: Sequence[IndexClass]) -> Floats:
    """Inner class limits: fixed ones, or found in the scores."""
    if rule.by == "limits":
        return np.array([c.upper for c in classes if c.upper is not None], dtype=float)
    if rule.by == "natural_breaks":
        return natural_breaks(scores, len(classes))
    # With `ranks` the limits are only told; the classes themselves are counted off.
    return quantile_limits(scores, shares_of(classes), type=rule.quantile_type)


def _by_ranks(scores: Floats, shares: Floats) -> Places:
    """Classes counted off from rank 1, the highest score: the upper tenth are the ranks up to a tenth of the number."""
    known = np.isfinite(scores)
    ordered = np.sort(scores[known])
    rank = len(ordered) - np.searchsorted(ordered, scores, side="right") + 1
    from_top = 1.0 - shares
    passed = rank[:, None] > from_top[None, :] * len(ordered) + 1e-9
    return np.asarray(len(shares) - passed.sum(axis=1))


def matrix_group(status: str, dynamic: str) -> str:
    """Group of an area in the matrix of status and dynamics, in words; empty without one of them."""
    return f"Status {status}, Dynamik {dynamic}" if status and dynamic else ""
