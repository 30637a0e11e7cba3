"""What the first figure still needs where deliveries amount to none yet (Was noch fehlt)."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

import pandas as pd
import pyarrow.parquet as pq

from sozialraum import publication
from sozialraum.counts import roll_up
from sozialraum.files import replace_file
from sozialraum.municipality import Municipality
from sozialraum.tables import COUNTS_COLUMNS
from sozialraum_inside import builder, sight

MOST: Final = 5  # indicators that are named


def nearest(municipality: Municipality, counted: Collection[str]) -> list[tuple[str, list[str]]]:
    """The active indicators that hold one of the counted variables, with the words of what they lack, the least first."""
    found = []
    for name in sorted(municipality.active_indicators):
        indicator = municipality.catalogue.indicators[name]
        selections = [s for s in (indicator.numerator, indicator.denominator) if s is not None]
        if any(s.variable in counted for s in selections):
            missing = sight.missing_for(indicator, counted, municipality)
            found.append((indicator.label, missing or ["eine Gliederung, die keine Lieferung hat"]))
    return sorted(found, key=lambda item: (len(item[1]), item[0]))[:MOST]


def keep_counts(municipality: Municipality, counts: pd.DataFrame) -> None:
    """Write delivered COUNTS on every level to `werte/`, so that an own indicator can be built from them."""
    rolled = roll_up(counts, {g.version: g for g in municipality.geographies})
    municipality.values.mkdir(exist_ok=True)
    table = publication.arrow(rolled, COUNTS_COLUMNS)
    path = municipality.values / builder.COUNTS
    replace_file(path, partial(pq.write_table, table, compression="zstd"))
