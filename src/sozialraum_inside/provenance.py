"""From a figure back to the cells of the delivered files (Herkunft)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd
import pyarrow.parquet as pq

from sozialraum import periods
from sozialraum.areas import Geography
from sozialraum.catalogue import Indicator, Selection
from sozialraum.counts import behind
from sozialraum.municipality import Municipality
from sozialraum.products.draw import STATUS_SHORT, whole
from sozialraum.tables import DIMENSIONS, TOTAL, Status
from sozialraum_inside.changes import PLACE

ORIGIN: Final = "herkunft.parquet"
MOST: Final = 400


@dataclass(frozen=True)
class Source:
    """One delivered cell: which area and group, what stood there, and in which file, sheet and row."""

    area: str
    cell: str
    count: str
    text: str
    file: str
    sheet: str
    row: str
    place: int


@dataclass(frozen=True)
class Part:
    """Numerator or denominator: its words and the cells it was added up from."""

    role: str
    label: str
    sources: tuple[Source, ...]
    left_out: int


@dataclass(frozen=True)
class Trail:
    """Everything behind one figure."""

    indicator: Indicator
    area: str
    period: str
    parts: tuple[Part, ...]


def trace(municipality: Municipality, indicator: str, area: str, level: str, period: str) -> Trail | None:
    """The delivered cells behind one figure; None when there is no such indicator, area or record of origin."""
    path = municipality.folder / PLACE / ORIGIN
    entry = municipality.catalogue.indicators.get(indicator)
    geography = municipality.geography(municipality.current_version)
    there = geography.by_code.get((level, area))
    if entry is None or there is None or not path.exists():
        return None
    rows = pq.read_table(path).to_pandas()
    rows = rows[(rows["period"] == period) & (rows["refused"] == "")]
    rows = rows[_below(rows, geography, level, area)]
    parts = [
        _part(role, selection, rows, municipality)
        for role, selection in (("Zähler", entry.numerator), ("Nenner", entry.denominator))
        if selection is not None
    ]
    return Trail(entry, there.name, _label(period), tuple(parts))


def _label(period: str) -> str:
    try:
        return periods.label(period)
    except ValueError:
        return period


def _below(rows: pd.DataFrame, geography: Geography, level: str, area: str) -> pd.Series:
    """Which delivered rows lie in the area: its own level, or finer ones that belong to it."""
    inside = {(level, area)}
    for finer in reversed(geography.levels[: geography.level(level).rank]):
        above = geography.levels[finer.rank + 1].id
        inside |= {
            (a.level, a.code) for a in geography.areas if a.level == finer.id and (above, a.parent) in inside
        }
    keys = pd.Series(list(zip(rows["level"], rows["area"], strict=True)), index=rows.index, dtype=object)
    return keys.isin(inside)


def _part(role: str, selection: Selection, rows: pd.DataFrame, municipality: Municipality) -> Part:
    variable = municipality.catalogue.variables[selection.variable]
    chosen = behind(rows, selection)
    cells = tuple(
        Source(
            str(row["area"]), ", ".join(str(row[d]) for d in DIMENSIONS if row[d] != TOTAL),
            STATUS_SHORT[row["status"]] if pd.isna(row["count"]) or not Status(row["status"]).has_value else whole(float(row["count"])),
            str(row["text"] or ""), str(row["file"]), str(row["sheet"] or ""), "" if pd.isna(row["row"]) else str(int(row["row"])), int(str(row.name)),
        )
        for _, row in chosen.head(MOST).iterrows()
    )  # fmt: skip
    return Part(role, variable.label, cells, max(0, len(chosen) - MOST))
