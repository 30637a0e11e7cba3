"""Classes of an index in words (Klassen)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sozialraum.catalogue.model import IndexClass


def by_limits(scores: NDArray[np.float64], classes: Sequence[IndexClass]) -> list[str]:
    """The word for each score; a score on a limit belongs to the lower class, NaN to none ("").

    Raises ValueError when the limits do not rise.
    """
    limits = np.array([c.upper for c in classes if c.upper is not None], dtype=float)
    if np.any(np.diff(limits) <= 0) or len(limits) != len(classes) - 1:
        raise ValueError("class limits must rise, and only the last class is open")
    places = np.searchsorted(limits, scores, side="left")
    return ["" if not np.isfinite(s) else classes[p].label for s, p in zip(scores, places, strict=True)]
