"""Counts from one version of the areas to another: weights, totals kept, gaps kept (Umstiegsschlüssel)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.areas import Geography
from sozialraum.counts import sum_by
from sozialraum.errors import AreaError, Finding
from sozialraum.tables import COUNTS_COLUMNS, COUNTS_KEY, NOT_ASSIGNABLE, Status

Flags = NDArray[np.bool_]
# A part below one per cent of an area comes from digitising, not from a reform.
SLIVER = 0.01
MIXED = "mixed"
BASES = {
    "area": "Fläche",
    "population": "Einwohnerzahl",
    "dwellings": "Wohnungen",
    "addresses": "Adressen",
    MIXED: "Anteilen verschiedener Herkunft",
}


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """Which share of each area goes where in another version (Umstiegsschlüssel).

    `shares` has the columns from, to, share; the shares of one `from` sum to 1. `extent` are the sizes of the source areas
    in square metres where they are known, `residents` the variable that says where people live.
    """

    source: str
    target: str
    level: str
    basis: str
    shares: pd.DataFrame
    to_level: str = ""
    residents: str = ""
    extent: Mapping[str, float] = field(default_factory=dict)

    @property
    def estimated(self) -> frozenset[str]:
        """Areas of the target that receive a part of a split area."""
        return frozenset(self.shares.loc[_is_split(self.shares), "to"])

    def lifted(self, level: str, areas: Mapping[str, str]) -> Crosswalk:
        """The same crosswalk into an upper level; `areas` maps target codes to codes there."""
        above = self.shares.assign(to=self.shares["to"].map(areas))
        sums = above.groupby(["from", "to"], sort=False)["share"].sum().reset_index()
        return replace(self, shares=_normalised(sums), to_level=level)


def _is_split(shares: pd.DataFrame) -> Flags:
    return np.asarray(shares.groupby("from", sort=False)["to"].transform("size") > 1, dtype=np.bool_)


def _normalised(shares: pd.DataFrame) -> pd.DataFrame:
    total = shares.groupby("from", sort=False)["share"].transform("sum")
    return shares.assign(share=shares["share"] / total).reset_index(drop=True)


def cleaned(shares: pd.DataFrame, basis: str) -> pd.DataFrame:
    """Shares without slivers, normalised to 1 for each source area, with the row for what cannot be placed.

    Shares of residents are rounded to whole per cent first: with more places they would tell how many people live in a
    small piece. A target that would be left with nothing keeps its largest part. Takes and returns from, to, share.
    """
    rows = shares[["from", "to", "share"]].copy()
    if basis == "population":
        rows["share"] = rows["share"].round(2)
    largest = rows["share"] == rows.groupby("to")["share"].transform("max")
    is_kept = rows["share"] >= SLIVER
    left_out = ~rows["to"].isin(rows.loc[is_kept, "to"])
    rows = rows[is_kept | (left_out & largest & (rows["share"] > 0))]
    if NOT_ASSIGNABLE not in set(rows["from"]):
        unplaced = pd.DataFrame({"from": [NOT_ASSIGNABLE], "to": [NOT_ASSIGNABLE], "share": [1.0]})
        rows = pd.concat([rows, unplaced], ignore_index=True)
    return _normalised(rows)


# -- better weights ----------------------------------------------------------------------------------------------------


def by_density(crosswalk: Crosswalk, residents: Mapping[str, float]) -> Crosswalk:
    """Areal weights corrected by where people live: each piece counts with the density of the area it goes to.

    `residents` of the target areas; needs `extent`. Source: target density weighting, Schroeder (2007), Geographical
    Analysis 39(3).
    """
    shares = crosswalk.shares
    piece = shares["share"] * shares["from"].map(crosswalk.extent).fillna(1.0)
    part = piece / piece.groupby(shares["to"]).transform("sum")
    people = part * shares["to"].map(residents).fillna(0.0)
    return replace(crosswalk, shares=_reweighted(shares, people), basis="population")


def reverse(crosswalk: Crosswalk, sizes: Mapping[str, float], basis: str) -> Crosswalk:
    """The way back: a piece is as large as its share of the source area, whose size is given."""
    shares = crosswalk.shares
    piece = shares["share"] * shares["from"].map(sizes).fillna(0.0)
    swapped = shares.rename(columns={"from": "to", "to": "from"})[["from", "to", "share"]]
    return replace(
        crosswalk, source=crosswalk.target, target=crosswalk.source, basis=basis, extent={},
        shares=_reweighted(_normalised(swapped), piece),
    )  # fmt: skip


def chained(first: Crosswalk, second: Crosswalk) -> Crosswalk:
    """The way over a version in between: shares multiplied and added up, slivers dropped, then normalised to 1.

    What was divided by the first reform and put together again by the second is whole. The assumption behind it is that
    of each step: people live in a part as in the whole. Raises ValueError when the ways do not meet on one level.
    """
    if (first.target, first.level) != (second.source, second.level):
        raise ValueError("the second crosswalk must begin where the first one ends")
    steps = first.shares.merge(
        second.shares, left_on="to", right_on="from", suffixes=("", "_second"), how="left", validate="many_to_many"
    )  # fmt: skip
    if steps["to_second"].isna().any():
        raise ValueError("an area in between has no shares in the second crosswalk")
    steps["share"] = steps["share"] * steps["share_second"]
    sums = steps.assign(to=steps["to_second"]).groupby(["from", "to"], sort=False)["share"].sum()
    basis = first.basis if first.basis == second.basis else MIXED
    # Nothing is rounded here: shares of residents were rounded in each step.
    return replace(first, target=second.target, basis=basis, shares=cleaned(sums.reset_index(), ""))


def _reweighted(shares: pd.DataFrame, pieces: pd.Series) -> pd.DataFrame:
    """Shares in proportion to the pieces; where all pieces of an area are empty, as before."""
    pieces = pd.Series(pieces.to_numpy(float), index=shares.index)
    total = pieces.groupby(shares["from"]).transform("sum")
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total > 0, pieces / total, shares["share"])
    return _normalised(shares.assign(share=share))


# -- counts ------------------------------------------------------------------------------------------------------------


def recode(counts: pd.DataFrame, crosswalk: Crosswalk, *, whole: bool = False) -> pd.DataFrame:
    """COUNTS of the level and version of the crosswalk on the areas of its target.

    The total of every period and group stays the same. A target made of whole areas keeps its status; one that receives
    a part of a split area is `estimated` and may be a fraction, or with `whole` an integer (largest remainder within each
    split area). A hidden or missing part is a gap of the target, never a number. Raises AreaError for areas without
    shares.
    """
    rows = counts[(counts["version"] == crosswalk.source) & (counts["level"] == crosswalk.level)]
    _refuse_unknown(rows, crosswalk)
    shares = crosswalk.shares.assign(split=_is_split(crosswalk.shares))
    parts = rows.reset_index(drop=True).rename_axis("row").reset_index()
    parts = parts.merge(shares, left_on="area", right_on="from")
    amount = parts["count"] * parts["share"]
    parts["status"] = parts["status"].where(
        ~(parts["split"] & (amount.notna() & (parts["count"] != 0))), Status.ESTIMATED
    )
    parts["count"] = _whole(parts["row"], parts["count"], amount) if whole else amount
    parts = parts.assign(
        area=parts["to"], version=crosswalk.target, level=crosswalk.to_level or crosswalk.level
    )
    return sum_by(parts, COUNTS_KEY)[list(COUNTS_COLUMNS)]


def _refuse_unknown(rows: pd.DataFrame, crosswalk: Crosswalk) -> None:
    unknown = sorted(set(rows["area"]) - set(crosswalk.shares["from"]))
    if unknown:
        raise AreaError(
            Finding(
                f"Im Umstiegsschlüssel von {crosswalk.source} auf {crosswalk.target} fehlen Gebiete: {', '.join(unknown[:5])}.",
                "Ergänzen Sie ihre Zeilen; sonst gingen ihre Fälle verloren.",
            )
        )


def _whole(row: pd.Series, count: pd.Series, amount: pd.Series) -> pd.Series:
    """Integers for each row that was split: rounded down, and what is left goes to the largest remainders."""
    floor = np.floor(amount + 1e-9)
    rest = (count - floor.groupby(row).transform("sum")).round()
    place = (floor - amount).groupby(row).rank(method="first")
    is_integer = (count == count.round()).to_numpy()
    return amount.where(~is_integer, floor + (place <= rest))


def recode_levels(
    counts: pd.DataFrame, crosswalk: Crosswalk, source: Geography, target: Geography
) -> pd.DataFrame:
    """COUNTS on every level of the target, each straight from the source areas.

    So an upper area is estimated only where a split area crosses its boundary. An upper area that consists of the same
    source areas as one of the source keeps that one's count.
    """
    lifted = [crosswalk.lifted(level, areas) for level, areas in target.ancestors(crosswalk.level)]
    tables = [*_unchanged(counts, lifted, source), recode(counts, crosswalk)]
    tables += [recode(counts, above) for above in lifted]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled or tables[-1:], ignore_index=True).drop_duplicates(
        list(COUNTS_KEY), ignore_index=True
    )


def _unchanged(counts: pd.DataFrame, lifted: list[Crosswalk], source: Geography) -> Iterator[pd.DataFrame]:
    there = {parts: place for place, parts in _compositions(source, lifted[0].level)} if lifted else {}
    rows = counts[counts["version"] == source.version]
    for above in lifted:
        whole = above.shares[~above.shares["to"].isin(above.estimated)]
        same = [
            (*there[key], area)
            for area, parts in whole.groupby("to")["from"]
            if (key := frozenset(parts)) in there
        ]
        kept = rows.merge(pd.DataFrame(same, columns=["level", "area", "to"], dtype="str"))
        yield kept.assign(area=kept["to"], level=above.to_level, version=above.target)[list(COUNTS_COLUMNS)]


def _compositions(geography: Geography, level: str) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    """Upper areas (level, code), each with the areas of a level that it consists of."""
    for above, areas in geography.ancestors(level):
        for code in dict.fromkeys(areas.values()):
            yield (above, code), frozenset(inner for inner, outer in areas.items() if outer == code)
