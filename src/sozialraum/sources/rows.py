"""Delivered rows: what stands, what waits for a correction, and totals that their parts do not reach (gelieferte Zeilen)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from sozialraum.errors import Finding
from sozialraum.tables import COUNTS_COLUMNS, DIMENSIONS, TOTAL

# What a delivered row carries beside COUNTS: `problem` (of its figure) and `misplaced` (of its area, which is then the key
# as delivered) are findings that only a correction on record can settle; `whole` marks a total that its parts do not reach.
ROW_COLUMNS = (
    *(*COUNTS_COLUMNS, "indicator", "file", "sheet", "row", "text"),
    *("problem", "misplaced", "whole"),
)


def settled(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """The rows that can stand, and what is wrong with the others; after corrections, totals are compared once more.

    An unknown area is told once per row of a file, and its figures are not told then.
    """
    wholes = rows["whole"].eq(True)
    parts = rows[~wholes]
    lost = parts["misplaced"].notna()
    findings = [
        *dict.fromkeys(parts.loc[lost, "misplaced"]),
        *parts.loc[~lost, "problem"].dropna(),
        *_unreached(rows[wholes], _sums_of_parts(parts)),
    ]
    return parts[~lost & parts["problem"].isna()].reset_index(drop=True), findings


_TABLE_OF_FILE = ["file", "sheet", "version", "period", "variable", "indicator", *DIMENSIONS]


def _sums_of_parts(parts: pd.DataFrame) -> Mapping[tuple[str, ...], tuple[float, bool]]:
    """For each table of a file: the sum of its figures, and whether some are missing."""
    there = parts[parts["row"].notna() | parts["count"].notna()]
    grouped = there.astype({"count": float}).groupby(_TABLE_OF_FILE, sort=False)["count"]
    counts = grouped.agg(["sum", "size", "count"])
    return {key: (s, size > known) for key, s, size, known in counts.itertuples(name=None)}


def _unreached(wholes: pd.DataFrame, sums: Mapping[tuple[str, ...], tuple[float, bool]]) -> Iterator[Finding]:
    """Totals that their parts do not reach. With a hidden part a total may be larger than the others' sum, never smaller."""
    for whole in wholes.to_dict("records"):
        total, is_open = sums.get(tuple(str(whole[name]) for name in _TABLE_OF_FILE), (0.0, False))
        more = whole["count"] - total
        if not (abs(more) <= 0.5 or (more > 0 and is_open)):
            what = ", ".join(
                part
                for part in group_of({str(k): v for k, v in whole.items()})[1:]
                if part not in (TOTAL, "")
            )
            yield Finding(
                f"Die Summe der Gebiete ({total:.0f}) weicht von der Summenzeile ({whole['count']:.0f}) ab: {what}.",
                "Fragen Sie die liefernde Stelle, welche Zahl gilt; sind es Fälle ohne Gebiet, setzen Sie total_rest = true im Rezept.",
                file=whole["file"], sheet=whole["sheet"], row=int(whole["row"]), value=whole["text"],
            )  # fmt: skip


def rows_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of a delivery as a frame with `ROW_COLUMNS`."""
    return pd.DataFrame(list(rows), columns=list(ROW_COLUMNS))


def group_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What the rows of one table have in common that a total sums up: version, period, variable, indicator, dimensions."""
    return (row["version"], row["period"], row["variable"], row["indicator"], *(row[d] for d in DIMENSIONS))
