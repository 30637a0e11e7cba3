"""What a reader of a release sees, and what they can compute from it without any inside knowledge (Angriff von außen)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import scipy.sparse as sp

from sozialraum.catalogue.model import Selection
from sozialraum.counts import age_range
from sozialraum.disclosure.audit import exactly_known
from sozialraum.disclosure.history import CellKey
from sozialraum.disclosure.methods import Method
from sozialraum.disclosure.system import Bounds, joined, no_bounds
from sozialraum.release import Release
from sozialraum.tables import DIMENSIONS, TOTAL, Status

PLACE = ["version", "period", "level", "area"]


def seen(release: Release) -> pd.DataFrame:
    """All counts of a release, one row per cell: PLACE, key, count (NaN where hidden)."""
    values, counts = (pq.read_table(path).to_pandas() for path in (release.values, release.counts))
    return seen_in(values, counts, release.catalogue)


def seen_in(values: pd.DataFrame, counts: pd.DataFrame, catalogue: Mapping[str, Any]) -> pd.DataFrame:
    """All counts that stand in two tables; a cell counts as visible as soon as it is printed in one place."""
    parts = [_from_counts(counts)]
    public = _public_variables(catalogue)
    for indicator in catalogue["indicators"]:
        rows = _counted(values[values["indicator"] == indicator["id"]], indicator.get("recoded", {}))
        for column, key in indicator.get("counts", {}).items():
            cells = _from_values(rows, column, key)
            # A count that its owner published is never hidden: where it has no figure, nobody counted.
            parts.append(
                cells.dropna(subset=["count"]) if Selection.from_key(key).variable in public else cells
            )
    return _once([part for part in parts if len(part)])


def _public_variables(catalogue: Mapping[str, Any]) -> set[str]:
    sources = {s["id"] for s in catalogue["sources"] if s["profile"].get("published")}
    return {v["id"] for v in catalogue.get("variables", ()) if v["source"] in sources}


def _once(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Each cell once, printed before hidden, earlier tables before later ones."""
    cells = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*PLACE, "key", "count"])
    cells["hidden"] = cells["count"].isna()
    cells = cells.sort_values("hidden", kind="stable").drop_duplicates([*PLACE, "key"])
    return cells.drop(columns="hidden").reset_index(drop=True)


def _counted(rows: pd.DataFrame, recoded: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Rows that were not converted from other areas: those are functions of rows that are here anyway."""
    pairs = [(version, period) for version, there in recoded.items() for period in there]
    place = pd.MultiIndex.from_frame(rows[["version", "period"]])
    return rows[~place.isin(pairs)] if pairs else rows


def _from_counts(counts: pd.DataFrame) -> pd.DataFrame:
    rows = counts[counts["count"].notna() | (counts["status"] == Status.SUPPRESSED)]
    cells = rows[["variable", *DIMENSIONS]].drop_duplicates()
    keys = {row: _key(row) for row in cells.itertuples(index=False, name=None)}
    key = [keys[row] for row in rows[["variable", *DIMENSIONS]].itertuples(index=False, name=None)]
    return rows.assign(key=key)[[*PLACE, "key", "count"]]


def _key(row: Sequence[str]) -> str:
    dims = {d: v for d, v in zip(DIMENSIONS, row[1:], strict=True) if v != TOTAL}
    return Selection.model_validate({"variable": row[0], **dims}).key


def _from_values(rows: pd.DataFrame, column: str, key: str) -> pd.DataFrame:
    there = rows[rows[column].notna() | (rows["status"] == Status.SUPPRESSED)]
    return there.assign(key=key, count=there[column])[[*PLACE, "key", "count"]]


@dataclass(frozen=True)
class Disclosed:
    """The result of an attack from outside: hidden cells, how many of them can be computed, and which.

    `printed_before` are hidden cells that an earlier release printed: they were corrected in between, or are known.
    """

    hidden: int
    checked: int
    exact: tuple[CellKey, ...]
    printed_before: tuple[CellKey, ...] = ()


def attack_release(
    release: Release, earlier: Sequence[Release] = (), *, time_limit: float = 300.0
) -> Disclosed:
    """Compute every hidden count of a release that can be computed exactly from it and from earlier releases.

    Knows the area hierarchy, which count is part of which, and that counts are not negative. Of a period whose counts
    were corrected in between only the latest state is attacked here; the audit with inside values stacks both. A count
    that was printed before is hidden only when it was corrected: the gate never takes back what is known.
    """
    cells = seen(release)
    hidden = cells[cells["count"].isna()]
    # What an earlier release hid takes part as well: without it the parts of an area would not make up the whole.
    before = [seen(old) for old in earlier]
    printed_before = _also_in(hidden, [old.dropna(subset=["count"]) for old in before])
    joined = _once([cells, *(_agreeing(old, cells) for old in before)])
    result = attack(joined, release.catalogue, time_limit=time_limit)
    own = set(hidden[[*PLACE, "key"]].itertuples(index=False, name=None))
    exact = tuple(key for key in result.exact if key in own)
    return Disclosed(len(hidden), len(hidden), exact, printed_before)


def _also_in(cells: pd.DataFrame, others: Sequence[pd.DataFrame]) -> tuple[CellKey, ...]:
    there = {row for other in others for row in other[[*PLACE, "key"]].itertuples(index=False, name=None)}
    rows = cells[[*PLACE, "key"]].itertuples(index=False, name=None)
    return tuple(CellKey(*row) for row in rows if row in there)


def _agreeing(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Cells of an earlier release from periods in which nothing printed has changed or vanished since."""
    both = before.dropna(subset=["count"]).merge(now, on=[*PLACE, "key"], suffixes=("", "_now"))
    same = (both["count"] - both["count_now"]).abs() <= 0.5
    changed = both[~same][["version", "period"]].drop_duplicates()
    place = pd.MultiIndex.from_frame(before[["version", "period"]])
    return before[~place.isin(pd.MultiIndex.from_frame(changed))]


def attack(cells: pd.DataFrame, catalogue: Mapping[str, Any], *, time_limit: float = 300.0) -> Disclosed:
    """Compute every hidden cell (count NaN) that can be computed exactly from the printed ones."""
    exact: list[CellKey] = []
    parents = _parents(catalogue)
    for (version, _), group in cells.groupby(["version", "period"], sort=True):
        if group["count"].isna().any():
            exact += _attack_period(
                group.reset_index(drop=True), catalogue, parents[str(version)], time_limit
            )
    hidden = int(cells["count"].isna().sum())
    return Disclosed(hidden, hidden, tuple(exact))


def _parents(catalogue: Mapping[str, Any]) -> dict[str, dict[tuple[str, str], tuple[str, str]]]:
    """Per version: (level, area) → (level, area) one level up."""
    result: dict[str, dict[tuple[str, str], tuple[str, str]]] = {}
    for version in catalogue["versions"]:
        levels = [level["id"] for level in version["levels"]]
        above = dict(pairwise(levels))
        result[version["id"]] = {
            (a["level"], a["code"]): (above[a["level"]], a["parent"])
            for a in catalogue["areas"] if a["version"] == version["id"] and a["level"] in above
        }  # fmt: skip
    return result


def _attack_period(
    group: pd.DataFrame,
    catalogue: Mapping[str, Any],
    parents: Mapping[tuple[str, str], tuple[str, str]],
    time_limit: float,
) -> list[CellKey]:
    space = _Space(group, parents)
    matrix = space.matrix(group)
    blurred, limits = _known_roughly(group, matrix, catalogue)
    bounds = joined(space.nested(catalogue), limits)
    group, matrix = group[~blurred].reset_index(drop=True), matrix[~blurred]
    published = group["count"].notna().to_numpy()
    result = exactly_known(
        matrix, published, group["count"].fillna(0.0).to_numpy(float), bounds, time_limit=time_limit
    )
    hidden = group[~published].reset_index(drop=True)
    return [
        CellKey(*row) for row in hidden.loc[result.exact, [*PLACE, "key"]].itertuples(index=False, name=None)
    ]


def _known_roughly(
    group: pd.DataFrame, matrix: sp.csr_matrix, catalogue: Mapping[str, Any]
) -> tuple[np.ndarray, Bounds]:
    """Which cells are rounded or noisy, and between which limits their counts lie."""
    blurred = np.zeros(len(group), dtype=bool)
    limits = [no_bounds(matrix.shape[1])]
    variables = group["key"].map(lambda key: Selection.from_key(str(key)).variable)
    for line in catalogue.get("methods", ()):
        mine = ((variables == line["variable"]) & group["count"].notna()).to_numpy()
        method = Method.model_validate({name: line[name] for name in ("method", "base", "spread")})
        figures = group.loc[mine, "count"].to_numpy(float)
        limits.append(Bounds(matrix[mine], *method.limits(figures, float(line["deviation"]))))
        blurred |= mine
    return blurred, joined(*limits)


class _Space:
    """The unknown inner counts of one period: finest areas × elementary categories, per variable."""

    def __init__(self, group: pd.DataFrame, parents: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        self.parents = parents
        self.selections = {str(key): Selection.from_key(str(key)) for key in group["key"].unique()}
        self.categories = {
            v: _elementary([s for s in self.selections.values() if s.variable == v])
            for v in {s.variable for s in self.selections.values()}
        }
        # The categories of each selection, by number: looked up for every area.
        self.numbers = {
            key: np.array([i for i, c in enumerate(self.categories[s.variable]) if _covers(s, c)], dtype=int)
            for key, s in self.selections.items()
        }
        self.finest: dict[str, list[tuple[str, str]]] = {}
        self.first: dict[str, dict[tuple[str, str], int]] = {}
        self.size = 0
        variables = group["key"].map(lambda key: self.selections[str(key)].variable)
        for variable, rows in group.groupby(variables):
            self._add(str(variable), set(rows[["level", "area"]].itertuples(index=False, name=None)))

    def _add(self, variable: str, places: set[tuple[str, str]]) -> None:
        inner = {self.parents[place] for place in places if place in self.parents}
        # An area without a part of its own is finest here: some variables are only counted on upper levels.
        self.finest[variable] = sorted(places - inner)
        width = len(self.categories[variable])
        self.first[variable] = {place: self.size + i * width for i, place in enumerate(self.finest[variable])}
        self.size += width * len(self.finest[variable])

    def matrix(self, group: pd.DataFrame) -> sp.csr_matrix:
        """One row per cell of the group over the inner counts."""
        below = {variable: self._below(variable) for variable in self.finest}
        rows, columns = [], []
        for row, (level, area, key) in enumerate(
            group[["level", "area", "key"]].itertuples(index=False, name=None)
        ):
            first = below[self.selections[key].variable].get((level, area))
            if first is not None:
                columns.append((first[:, None] + self.numbers[key][None, :]).ravel())
                rows.append(np.full(len(columns[-1]), row))
        none = np.zeros(0, dtype=int)
        places = (np.concatenate(rows or [none]), np.concatenate(columns or [none]))
        return sp.csr_matrix((np.ones(len(places[0])), places), shape=(len(group), self.size))

    def _below(self, variable: str) -> dict[tuple[str, str], np.ndarray]:
        """The first column of every finest area below each area."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, first in self.first[variable].items():
            up: tuple[str, str] | None = place
            while up is not None:
                found.setdefault(up, []).append(first)
                up = self.parents.get(up)
        return {place: np.array(columns) for place, columns in found.items()}

    def nested(self, catalogue: Mapping[str, Any]) -> Bounds:
        """In the finest areas a part does not exceed its whole."""
        parts = []
        for indicator in catalogue["indicators"]:
            keys = indicator.get("counts", {})
            if indicator["kind"] == "share" and {"numerator", "denominator"} <= set(keys):
                parts += list(self._pair(keys["numerator"], keys["denominator"]))
        for variable in catalogue["variables"]:
            for key in variable.get("within", ()):
                parts += list(self._pair(variable["id"], key))
            for key in variable.get("contains", ()):
                parts += list(self._pair(key, variable["id"]))
        rows = sp.vstack(parts, format="csr") if parts else sp.csr_matrix((0, self.size))
        return Bounds(rows, np.zeros(rows.shape[0]), np.full(rows.shape[0], np.inf))

    def _pair(self, numerator: str, denominator: str) -> Iterator[sp.csr_matrix]:
        if numerator not in self.selections or denominator not in self.selections:
            return
        within = self.first[self.selections[numerator].variable]
        around = self.first[self.selections[denominator].variable]
        shared = sorted(set(within) & set(around))
        rows = [
            self._row(self.numbers[denominator] + around[place], self.numbers[numerator] + within[place])
            for place in shared
        ]
        yield from (row for row in rows if row.nnz)

    def _row(self, plus: np.ndarray, minus: np.ndarray) -> sp.csr_matrix:
        """One row that adds some inner counts and takes off others; what is in both falls out."""
        columns = np.concatenate([plus, minus])
        signs = np.concatenate([np.ones(len(plus)), -np.ones(len(minus))])
        row = sp.csr_matrix((signs, (np.zeros(len(columns), dtype=int), columns)), shape=(1, self.size))
        row.sum_duplicates()
        row.eliminate_zeros()
        return row


Category = tuple[tuple[int, int] | None, str, str]
OTHER = "\0other"


def _elementary(selections: Sequence[Selection]) -> list[Category]:
    """The coarsest categories from which every selection of a variable can be put together."""
    edges = sorted(
        {e for s in selections for a in s.dimension("age") for e in (age_range(a)[0], age_range(a)[1] + 1)}
        | {0, 131}
    )
    ages: list[tuple[int, int] | None] = [(low, high - 1) for low, high in pairwise(edges)]
    if not any(s.dimension("age") for s in selections):
        ages = [None]
    words = []
    for dimension in ("sex", "nationality"):
        named = sorted({v for s in selections for v in s.dimension(dimension)})
        words.append([*named, OTHER] if named else [OTHER])
    return [(age, sex, nationality) for age in ages for sex in words[0] for nationality in words[1]]


def _covers(selection: Selection, category: Category) -> bool:
    age, sex, nationality = category
    bands = selection.dimension("age")
    if (
        bands
        and age is not None
        and not any(age_range(b)[0] <= age[0] and age[1] <= age_range(b)[1] for b in bands)
    ):
        return False
    return all(
        not selection.dimension(d) or v in selection.dimension(d)
        for d, v in (("sex", sex), ("nationality", nationality))
    )
