"""Bringing indicators to one scale (Normierung)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def z_score(values: Floats, *, centre: Floats | None = None, ddof: int = 0) -> Floats:
    """Standard scores per column.

    `values` is areas × indicators without gaps in the reference set (NaN rows are ignored in centre and spread);
    `centre` replaces the mean of the areas. Raises ValueError when a column does not vary.
    OECD (2008), Handbook on Constructing Composite Indicators, p. 84.
    """
    middle = np.nanmean(values, axis=0) if centre is None else centre
    deviation = values - middle
    spread = np.sqrt(
        np.nansum((values - np.nanmean(values, axis=0)) ** 2, axis=0)
        / (np.isfinite(values).sum(axis=0) - ddof)
    )
    if np.any(~np.isfinite(spread)) or np.any(spread == 0):
        raise ValueError("a component does not vary between the areas")
    return np.asarray(deviation / spread)


NORMALISE = {f.__name__: f for f in (z_score,)}
