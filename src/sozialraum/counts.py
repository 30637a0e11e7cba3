"""Sums and selections of COUNTS (Grundzahlen): every aggregate is computed from counts, never from rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from sozialraum.areas import Geography
from sozialraum.catalogue.model import Selection
from sozialraum.errors import CatalogueError, Finding
from sozialraum.tables import COUNTS_COLUMNS, COUNTS_KEY, DIMENSIONS, TOTAL, Status

PLACE = ("area", "level", "version", "period")
_GAPS = {Status.SUPPRESSED: 2, Status.MISSING: 1}
_MARKS = {Status.ESTIMATED: 2, Status.PROVISIONAL: 1}


def sum_by(counts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sum counts over everything but `by`.

    Where one part is hidden, missing or a sign without a figure, the sum carries the strongest such state and no number;
    parts that did not exist (`not_meaningful`) are left out. Returns `by` plus count and status.
    """
    frame = counts[[*by, "count"]].copy()
    # A sign without a figure (such as "/") is a gap, too: a sum that left it out would be too small and look complete.
    lost = counts["count"].isna() & (counts["status"] != Status.NOT_MEANINGFUL)
    frame["gap"] = counts["status"].map(_GAPS).fillna(lost.astype(int)).astype(int)
    frame["mark"] = counts["status"].map(_MARKS).fillna(0).astype(int)
    frame["there"] = counts["count"].notna()
    grouped = frame.groupby(list(by), sort=False, observed=True)
    result = grouped.agg(
        count=("count", "sum"), gap=("gap", "max"), mark=("mark", "max"), there=("there", "any")
    ).reset_index()
    result["status"] = np.select(
        [
            result["gap"] == 2,
            result["gap"] == 1,
            ~result["there"],
            result["mark"] == 2,
            result["mark"] == 1,
            result["count"] == 0,
        ],
        [
            Status.SUPPRESSED,
            Status.MISSING,
            Status.NOT_MEANINGFUL,
            Status.ESTIMATED,
            Status.PROVISIONAL,
            Status.NONE,
        ],
        Status.OK,
    )
    result.loc[(result["gap"] > 0) | ~result["there"], "count"] = np.nan
    return result.drop(columns=["gap", "mark", "there"])


def roll_up(counts: pd.DataFrame, geographies: Mapping[str, Geography]) -> pd.DataFrame:
    """Add the counts of every upper level: sums of the delivered areas, never averages.

    Takes and returns COUNTS. Where one part is hidden or missing, the sum carries the strongest such state and no
    number; parts that did not exist (`not_meaningful`) are left out of the sum.
    """
    tables = [counts]
    for (version, level), part in counts.groupby(["version", "level"], sort=False):
        geography = geographies[str(version)]
        for above, mapping in geography.ancestors(str(level)):
            lifted = part.assign(area=part["area"].map(mapping), level=above)
            tables.append(sum_by(lifted, COUNTS_KEY))
    return pd.concat(tables, ignore_index=True)


def select(counts: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The counts that a selection names, one row per place and period.

    Takes the smallest delivered table that has the dimensions of the selection, per version and period. Returns
    `area, level, version, period, count, status`; raises CatalogueError when age bands do not add up to the selection.
    """
    rows = behind(counts, selection)
    if rows.empty:
        return pd.DataFrame(columns=[*PLACE, "count", "status"]).astype({"count": float})
    return sum_by(rows, PLACE)


def behind(counts: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows that a selection adds up, with all their columns: from the smallest table that has its dimensions.

    Raises CatalogueError when age bands do not add up to the selection.
    """
    wanted = {d for d in DIMENSIONS if selection.dimension(d)}
    parts = [_chosen(rows, selection) for rows in _smallest_tables(counts, selection.variable, wanted)]
    return pd.concat(parts) if parts else counts.iloc[:0]


def tabulate(counts: pd.DataFrame, variable: str, dimensions: Sequence[str]) -> pd.DataFrame:
    """One table of a variable, broken down by the dimensions and summed over all others; COUNTS columns."""
    parts = list(_smallest_tables(counts, variable, set(dimensions)))
    if not parts:
        return pd.DataFrame(columns=list(COUNTS_COLUMNS))
    table = sum_by(pd.concat(parts), [*PLACE, *dimensions]).assign(variable=variable)
    return table.assign(**{d: TOTAL for d in DIMENSIONS if d not in dimensions})[list(COUNTS_COLUMNS)]


def _smallest_tables(counts: pd.DataFrame, variable: str, wanted: set[str]) -> Iterator[pd.DataFrame]:
    """For each version and period, the rows of the smallest delivered table that has the wanted dimensions."""
    rows = counts[counts["variable"] == variable]
    tables = table_of(rows)
    for _, places in rows.groupby(["version", "period"], sort=False).indices.items():
        names = tables.iloc[places]
        fitting = [name for name in names.unique() if wanted <= set(name)]
        if fitting:
            best = min(fitting, key=lambda name: (len(name), name))
            yield rows.iloc[places[(names == best).to_numpy()]]


def table_of(counts: pd.DataFrame) -> pd.Series:
    """For each row the table it belongs to: the tuple of dimensions it is broken down by."""
    broken = np.column_stack([counts[d].to_numpy() != TOTAL for d in DIMENSIONS])
    codes = broken @ (1 << np.arange(len(DIMENSIONS)))
    names = {c: tuple(d for i, d in enumerate(DIMENSIONS) if c >> i & 1) for c in np.unique(codes)}
    return pd.Series([names[c] for c in codes], index=counts.index, dtype=object)


def _chosen(rows: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    for dimension in DIMENSIONS:
        chosen = selection.dimension(dimension)
        if chosen:
            there = tuple(rows[dimension].unique())
            rows = rows[rows[dimension].isin(cover(dimension, chosen, there, selection.key))]
    return rows


def cover(dimension: str, chosen: Sequence[str], there: Sequence[str], name: str) -> set[str]:
    """The delivered categories that together make up the chosen ones; raises CatalogueError when they do not."""
    if dimension != "age":
        missing = set(chosen) - set(there)
        if missing:
            raise _unfit(name, ", ".join(sorted(missing)), there)
        return set(chosen)
    bands = {band: age_range(band) for band in there}
    result: set[str] = set()
    for choice in chosen:
        low, high = age_range(choice)
        inside = {band for band, (start, end) in bands.items() if low <= start and end <= high}
        if sum(_length(bands[band]) for band in inside) != _length((low, high)):
            raise _unfit(name, choice, there)
        result |= inside
    return result


def _unfit(name: str, choice: str, there: Sequence[str]) -> CatalogueError:
    return CatalogueError(
        Finding(
            f"Die Auswahl {name} lässt sich aus den gelieferten Gruppen nicht bilden: „{choice}“ passt nicht zu {', '.join(sorted(there))}.",
            "Wählen Sie andere Altersgrenzen oder fordern Sie feinere Gruppen an.",
        )
    )


_OLDEST = 130


def age_range(band: str) -> tuple[int, int]:
    """First and last year of age of a band: `0-2`, `18`, `85+`."""
    if band.endswith("+"):
        return int(band[:-1]), _OLDEST
    first, _, last = band.partition("-")
    return int(first), int(last or first)


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0] + 1


def indexed(selected: pd.DataFrame) -> pd.DataFrame:
    """Selected counts with their place as index, ready to be joined."""
    return selected.set_index(list(PLACE))
