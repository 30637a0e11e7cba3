"""Published shares against their own published changes: do two editions of a source belong to one series (Ausgaben)?

An edition that prints a share and its change over some years says what the share was before. Where that is not what the
earlier edition printed, definition or data were revised in between: no line leads from one edition to the other, and no
point is drawn that only follows from a change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from sozialraum import periods
from sozialraum.catalogue.model import Indicator, Kind

TOLERANCE: Final = 0.05  # percentage points: shares are printed with one decimal at least
ENOUGH: Final = 0.95  # of the areas that both editions rate


class Agreement(NamedTuple):
    """How a published share, less its published change, meets the share that the earlier edition printed."""

    indicator: str
    earlier: str
    period: str
    areas: int
    mean_miss: float
    share_met: float

    @property
    def holds(self) -> bool:
        """Whether nearly all areas meet; a few single revisions do not break a series."""
        return self.share_met >= ENOUGH


def agreements(values: pd.DataFrame, indicators: Mapping[str, Indicator]) -> list[Agreement]:
    """Every pair of editions that can be compared: a published change, its share, and the share so many years before.

    `values` are VALUES; misses are in the unit of the share, over the areas that have all three figures.
    """
    found = []
    for change in indicators.values():
        if change.kind is Kind.CHANGE and change.published and change.of:
            table = values[values["indicator"].isin([change.id, change.of])]
            wide = table.pivot_table("value", ["level", "version", "area"], ["indicator", "period"])
            found += _of(wide, change)
    return found


def _of(wide: pd.DataFrame, change: Indicator) -> list[Agreement]:
    pairs: list[Agreement] = []
    if not {change.id, change.of} <= set(wide.columns.get_level_values(0)):
        return pairs
    for period in sorted(wide[change.id].columns, key=periods.parse):
        earlier = _earlier(str(period), change.years)
        if {period, earlier} <= set(wide[change.of].columns):
            before = wide[change.of][period] - wide[change.id][period]
            miss = (before - wide[change.of][earlier]).abs().dropna().to_numpy(float)
            if len(miss):
                met = float(np.mean(miss <= TOLERANCE))
                pairs.append(Agreement(change.of, earlier, str(period), len(miss), float(miss.mean()), met))
    return pairs


def _earlier(period: str, years: int) -> str:
    try:
        return periods.earlier(period, years)
    except ValueError:
        return ""


def breaks(found: Sequence[Agreement], indicator: Indicator) -> list[dict[str, str]]:
    """Where the series of a published indicator breaks because an edition contradicts the one before: period and reason."""
    return [
        {
            "period": a.period,
            "reason": "neue Ausgabe: Anteil und veröffentlichte Veränderung passen nicht zur Ausgabe davor "
            f"(im Mittel {a.mean_miss:.1f} Punkte daneben)".replace(".", ","),
        }
        for a in found
        if a.indicator == indicator.id and not a.holds
    ]  # fmt: skip
