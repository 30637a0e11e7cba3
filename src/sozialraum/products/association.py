"""How two indicators go together over the areas: rank correlation with an interval (Zusammenhang)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sozialraum.words import in_german

FEWEST = 10


class Association(NamedTuple):
    """Spearman's rank correlation with 95 % limits over `areas` areas; NaN and a German reason where there is none."""

    r: float
    lower: float
    upper: float
    areas: int
    reason: str = ""


@in_german
def spearman(x: Sequence[float], y: Sequence[float]) -> Association:
    """Rank correlation of two indicators, ties with mean ranks.

    Limits by Fisher's z with the standard error √((1 + r²/2)/(n - 3)) of Bonett & Wright (2000), Psychometrika 65:23-28.
    Fewer than ten areas or no variation: NaN and a reason. Raises ValueError for different lengths.
    """
    if len(x) != len(y):
        raise ValueError("both indicators need one value per area")
    count = len(x)
    if count < FEWEST:
        return Association(
            math.nan, math.nan, math.nan, count, f"Unter {FEWEST} Gebieten sagt ein Zusammenhang nichts."
        )
    one, other = _ranks(x), _ranks(y)
    if one.std() == 0 or other.std() == 0:
        return Association(math.nan, math.nan, math.nan, count, "Alle Gebiete haben denselben Wert.")
    r = float(np.clip(np.corrcoef(one, other)[0, 1], -1.0, 1.0))
    if abs(r) > 1 - 1e-9:
        return Association(r, r, r, count)
    reach = 1.959963984540054 * math.sqrt((1 + r**2 / 2) / (count - 3))
    return Association(r, math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach), count)


def _ranks(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Ranks from 1, ties sharing their mean."""
    numbers = np.asarray(values, dtype=float)
    _, place, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=float)


STRENGTHS = ((0.2, "kaum ein"), (0.4, "ein schwacher"), (0.7, "ein deutlicher"), (1.01, "ein starker"))


@in_german
def sentence(found: Association, one: str, other: str) -> str:
    """The result for readers; never a cause."""
    if found.reason:
        return found.reason
    if found.lower <= 0 <= found.upper:
        return f"Zwischen „{one}“ und „{other}“ lässt sich über die {found.areas} Gebiete kein Zusammenhang sichern."
    strength = next(word for limit, word in STRENGTHS if abs(found.r) < limit)
    way = "höher" if found.r > 0 else "niedriger"
    return (
        f"Zwischen „{one}“ und „{other}“ besteht über die {found.areas} Gebiete {strength} Zusammenhang: "
        f"Wo der eine Wert hoch ist, ist der andere meist {way}. Das sagt nichts über Ursachen und nichts über einzelne Menschen."
    )
