"""Figures that contradict each other: parts larger than their whole, with the place they were delivered at (Plausibilität)."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import pairwise
from typing import Any

import pandas as pd

from sozialraum import periods
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.model import Selection
from sozialraum.counts import PLACE, age_range, indexed, select, sum_by, table_of
from sozialraum.errors import CatalogueError, Finding, Severity
from sozialraum.tables import DIMENSIONS, TOTAL


def parts_and_wholes(counts: pd.DataFrame, origin: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Find delivered counts that exceed the variable they are a part of.

    `counts` are COUNTS as delivered, `origin` the same rows with `file` and `row`.
    """
    there = set(counts["variable"])
    pairs = {
        (v.id, whole.key): (Selection(variable=v.id), whole, "Ein Teil ist größer als das Ganze")
        for v in catalogue.variables.values() for whole in v.within if {v.id, whole.variable} <= there
    } | {
        (i.numerator.key, i.denominator.key): (i.numerator, i.denominator, "Der Zähler ist größer als der Nenner")
        for i in catalogue.indicators.values()
        if i.kind == "share" and i.numerator and i.denominator
        and {i.numerator.variable, i.denominator.variable} <= there
    }  # fmt: skip
    wholes: dict[str, pd.DataFrame | None] = {}
    return [
        _finding(row, origin, part, whole, wrong)
        for part, whole, wrong in pairs.values() for row in _exceeding(counts, part, whole, wholes)
    ]  # fmt: skip


def _exceeding(
    counts: pd.DataFrame, part: Selection, whole: Selection, wholes: dict[str, pd.DataFrame | None]
) -> list[dict[Hashable, Any]]:
    if whole.key not in wholes:
        wholes[whole.key] = _selected(counts, whole)
    base, parts = wholes[whole.key], _selected(counts, part)
    if base is None or parts is None:
        return []
    joined = parts.join(base.add_suffix("_whole"), how="inner")
    return joined[joined["count"] > joined["count_whole"]].reset_index().to_dict("records")


def _selected(counts: pd.DataFrame, selection: Selection) -> pd.DataFrame | None:
    """The selected counts; None when the delivered groups do not make up the selection."""
    try:
        return indexed(select(counts, selection))
    except CatalogueError:
        return None


def _finding(
    row: dict[Hashable, Any], origin: pd.DataFrame, part: Selection, whole: Selection, wrong: str
) -> Finding:
    rows = origin[
        (origin["variable"] == part.variable)
        & (origin["area"] == row["area"])
        & (origin["period"] == row["period"])
    ]
    first = rows.iloc[0] if len(rows) else None
    return Finding(
        f"{wrong}: {part.key} ist {row['count']:.0f}, {whole.key} nur {row['count_whole']:.0f} (Gebiet {row['area']}, {row['period']}).",
        "Fragen Sie die liefernde Stelle oder tragen Sie die Korrektur in korrekturen.toml ein.",
        file="" if first is None else str(first["file"]),
        sheet="" if first is None else str(first["sheet"]),
        row=None if first is None or pd.isna(first["row"]) else int(first["row"]),
        value=f"{row['count']:.0f}",
    )


def groups_and_totals(origin: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Find delivered groups (ages, sexes, nationalities) that do not add up to the total delivered beside them.

    `origin` are COUNTS as delivered with `file`, `sheet` and `row`. More than the total blocks; less is a warning, and only
    where the ages are complete: tables of some groups alone are common.
    """
    findings: list[Finding] = []
    tables = table_of(origin)
    for (variable, _, period), rows in origin.groupby(["variable", "version", "period"], sort=False):
        known = catalogue.variables.get(str(variable))
        names = tables.loc[rows.index]
        if known is None or known.noisy or names.nunique() < 2:
            continue
        for small in names.unique():
            for large in names.unique():
                if set(small) < set(large):
                    parts, wholes = rows[(names == large).to_numpy()], rows[(names == small).to_numpy()]
                    findings += _unequal(
                        f"{known.label} ({periods.label(str(period))})", parts, wholes, small
                    )
    return findings


def _unequal(
    label: str, parts: pd.DataFrame, wholes: pd.DataFrame, dimensions: tuple[str, ...]
) -> list[Finding]:
    key = [*PLACE, *dimensions]
    sums = sum_by(parts, key)[[*key, "count"]].rename(columns={"count": "parts"})
    joined = wholes.merge(sums, on=key)
    more = joined["parts"] - joined["count"]
    complete = _is_complete(parts)
    findings = []
    for row, gap in zip(joined.to_dict("records"), more, strict=True):
        if gap > 0.5 or (gap < -0.5 and complete):
            findings.append(
                Finding(
                    f"Die Gruppen ergeben {row['parts']:.0f}, die Summe daneben ist {row['count']:.0f}: {label}, Gebiet {row['area']}.",
                    "Fragen Sie die liefernde Stelle, welche Zahl gilt, und tragen Sie die Korrektur in korrekturen.toml ein; oder nehmen Sie nur eine der beiden Tabellen ins Rezept.",
                    file=str(row["file"]), sheet=str(row["sheet"]), row=None if pd.isna(row["row"]) else int(row["row"]),
                    value=f"{row['count']:.0f}", severity=Severity.ERROR if gap > 0 else Severity.WARNING,
                )
            )  # fmt: skip
    return findings


def _is_complete(parts: pd.DataFrame) -> bool:
    """Whether a table of groups has all ages from 0 to an open end; words of other dimensions may leave some people out."""
    bands = sorted(
        (age_range(age) for age in parts["age"].unique() if age != TOTAL), key=lambda band: band[0]
    )
    other = any(parts[d].ne(TOTAL).any() for d in DIMENSIONS if d != "age")
    whole = bool(bands) and bands[0][0] == 0 and any(age.endswith("+") for age in parts["age"].unique())
    return whole and not other and all(a[1] + 1 == b[0] for a, b in pairwise(bands))
