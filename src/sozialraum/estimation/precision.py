"""Precision classes (Genauigkeitsklassen): whether an estimate is reliable, to be used with caution, or not to be published."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LIMITS = (0.165, 0.333)


class Precision(StrEnum):
    """What may be done with an estimate, by its relative standard error."""

    RELIABLE = "verlässlich"
    CAUTION = "eingeschränkt"
    NOT_PUBLISHED = "nicht veröffentlichen"
    UNKNOWN = "nicht bestimmbar"


def coefficient_of_variation(value: ArrayLike, standard_error: ArrayLike) -> Floats:
    """Relative standard error (Variationskoeffizient): standard error by the amount of the value.

    Any broadcastable shapes; the result is a fraction: 0 for an exact value, infinite where the value is 0 and the
    standard error is not, NaN where one of them is missing. Raises ValueError for negative standard errors.
    """
    estimate, error = np.asarray(value, dtype=float), np.asarray(standard_error, dtype=float)
    if np.any(error < 0):
        raise ValueError("standard errors must not be negative")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = error / np.abs(estimate)
    return np.where((error == 0) & ~np.isnan(estimate), 0.0, ratio)


def classify(
    value: ArrayLike, standard_error: ArrayLike, *, limits: tuple[float, float] = LIMITS
) -> NDArray[np.str_]:
    """Precision class of each estimate, as words of `Precision`, in the shape of the inputs.

    `limits`: largest relative standard error (fractions) of a reliable value and of one that may be shown with a
    warning; a value on a limit keeps the better class. Preset: release guidelines of Statistics Canada (16.5 % and
    33.3 %). Raises ValueError when the limits do not grow or a standard error is negative.
    """
    reliable, shown = limits
    if not 0 < reliable <= shown:
        raise ValueError(f"limits must grow and be positive, got {limits}")
    cv = coefficient_of_variation(value, standard_error)
    words = np.select(
        [np.isnan(cv), cv <= reliable, cv <= shown],
        [Precision.UNKNOWN, Precision.RELIABLE, Precision.CAUTION],
        Precision.NOT_PUBLISHED,
    )
    return np.asarray(words, dtype=np.str_)
