"""Figures that contradict each other: parts larger than their whole, with the place they were delivered at (Plausibilität)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.model import Selection
from sozialraum.counts import indexed, select
from sozialraum.errors import CatalogueError, Finding


def parts_and_wholes(counts: pd.DataFrame, origin: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Find delivered counts that exceed the variable they are a part of.

    `counts` are COUNTS as delivered, `origin` the same rows with `file` and `row`.
    """
    there = set(counts["variable"])
    pairs = {
        (i.numerator.key, i.denominator.key): (i.numerator, i.denominator)
        for i in catalogue.indicators.values()
        if i.kind == "share" and i.numerator and i.denominator
        and {i.numerator.variable, i.denominator.variable} <= there
    }  # fmt: skip
    wholes: dict[str, pd.DataFrame | None] = {}
    return [f for part, whole in pairs.values() for f in _exceeding(counts, origin, part, whole, wholes)]


def _exceeding(counts: pd.DataFrame, origin: pd.DataFrame, part: Selection, whole: Selection,
               wholes: dict[str, pd.DataFrame | None]) -> list[Finding]:  # fmt: skip
    if whole.key not in wholes:
        wholes[whole.key] = _selected(counts, whole)
    base, parts = wholes[whole.key], _selected(counts, part)
    if base is None or parts is None:
        return []
    joined = parts.join(base.add_suffix("_whole"), how="inner")
    wrong = joined[joined["count"] > joined["count_whole"]].reset_index()
    return [_finding(row, origin, part, whole) for row in wrong.to_dict("records")]


def _selected(counts: pd.DataFrame, selection: Selection) -> pd.DataFrame | None:
    """The selected counts; None when the delivered groups do not make up the selection."""
    try:
        return indexed(select(counts, selection))
    except CatalogueError:
        return None


def _finding(row: dict[Hashable, Any], origin: pd.DataFrame, part: Selection, whole: Selection) -> Finding:
    rows = origin[
        (origin["variable"] == part.variable)
        & (origin["area"] == row["area"])
        & (origin["period"] == row["period"])
    ]
    first = rows.iloc[0] if len(rows) else None
    return Finding(
        f"Der Zähler ist größer als der Nenner: {part.key} ist {row['count']:.0f}, {whole.key} nur {row['count_whole']:.0f} (Gebiet {row['area']}, {row['period']}).",
        "Fragen Sie die liefernde Stelle oder tragen Sie die Korrektur in korrekturen.toml ein.",
        file="" if first is None else str(first["file"]),
        sheet="" if first is None else str(first["sheet"]),
        row=None if first is None or pd.isna(first["row"]) else int(first["row"]),
        value=f"{row['count']:.0f}",
    )
