"""Whether a group lives more or less apart than before: dissimilarity over the years, from published counts (Segregation)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from sozialraum import periods
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value

FEWEST = 10  # areas


class Separation(NamedTuple):
    """Index of dissimilarity D per period, 0 (spread alike) to 1 (wholly apart), over the same areas in every period."""

    periods: tuple[str, ...]
    values: tuple[float, ...]
    areas: int
    left_out: int


def over_time(rows: Iterable[Value], indicator: Indicator) -> Separation | None:
    """D between those counted and the rest of the denominator; None without counts, two periods or ten areas.

    Only areas whose counts are shown in every period take part, so that a hidden count never looks like a move. For
    shares only: what is counted must be part of the denominator. Duncan & Duncan (1955), Am Sociol Rev 20:210-217.
    """
    from sozialraum.spatial.segregation import dissimilarity

    if indicator.kind != "share":
        return None
    by_period: dict[str, dict[str, tuple[float, float]]] = {}
    areas: set[str] = set()
    for row in rows:
        areas.add(row.area)
        found = by_period.setdefault(row.period, {})
        if (
            row.shown
            and row.numerator is not None
            and row.denominator is not None
            and row.numerator <= row.denominator
        ):
            found[row.area] = (row.numerator, row.denominator - row.numerator)
    ordered = [period for period in sorted(by_period, key=periods.parse) if len(by_period[period]) >= FEWEST]
    if len(ordered) < 2:
        return None
    common = sorted(set.intersection(*(set(by_period[period]) for period in ordered)))
    if len(common) < FEWEST:
        return None
    values = []
    for period in ordered:
        pairs = [by_period[period][area] for area in common]
        values.append(dissimilarity([one for one, _ in pairs], [other for _, other in pairs]).value)
    if any(math.isnan(value) for value in values):
        return None
    return Separation(tuple(ordered), tuple(values), len(common), len(areas) - len(common))
