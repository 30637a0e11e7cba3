"""What every reader knows besides printed counts: parts do not exceed their whole, tables agree (Wissen aus Definitionen)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import scipy.sparse as sp

from sozialraum.catalogue.model import Selection, Variable
from sozialraum.disclosure.period_counts import PeriodCounts
from sozialraum.disclosure.system import Bounds


def bounds(counts: PeriodCounts, missing: sp.csr_matrix) -> Bounds:
    """What everybody knows besides: parts do not exceed their whole, and tables of one variable agree.

    Upper levels follow from the finest, but are written down, too: along the area tree each level is decided alone.
    """
    parts, links = [missing, *_relations(counts)], list(_links(counts))
    upper = [np.full(rows.shape[0], _most_left(counts, rows)) for rows in parts]
    upper += [np.zeros(rows.shape[0]) for rows in links]
    rows = sp.vstack([*parts, *links], format="csr")
    return Bounds(rows, np.zeros(rows.shape[0]), np.concatenate(upper))


def _most_left(counts: PeriodCounts, rows: sp.csr_matrix) -> float:
    """Where parts leave nothing of their whole in any area, a reader takes that for a rule; else nothing is known."""
    return np.inf if rows.shape[0] < 2 or np.any(rows @ counts.atoms) else 0.0


def _relations(counts: PeriodCounts) -> Iterator[sp.csr_matrix]:
    """Counts that by definition never exceed another one, in every area of the part's finest level."""
    for name in counts.groups:
        variable = counts.plan.catalogue.variables[name]
        own = Selection(variable=name)
        for part, whole in [*((own, s) for s in variable.within), *((s, own) for s in variable.contains)]:
            yield from _exceeds(counts, part, whole)
    yield from (matrix for *_, matrix in remaining(counts))


def _exceeds(counts: PeriodCounts, part: Selection, whole: Selection) -> Iterator[sp.csr_matrix]:
    inside, outside = counts.by_level(part), counts.by_level(whole)
    for level in set(inside) & set(outside):
        (parts, within), (wholes, around) = inside[level], outside[level]
        shared = sorted(set(parts) & set(wholes))
        row, other = ({area: i for i, area in enumerate(names)} for names in (parts, wholes))
        difference = around[[other[area] for area in shared]] - within[[row[area] for area in shared]]
        # A definition that the delivered figures do not keep is no knowledge.
        yield difference.tocsr()[difference @ counts.atoms >= 0]


def _links(counts: PeriodCounts) -> Iterator[sp.csr_matrix]:
    """Tables of one variable that were delivered side by side have the same totals, also on different levels."""
    for part in counts.groups.values():
        names = counts.tables[part.index]
        totals = part[names == ()]
        for name in sorted(set(names) - {()}):
            table = part[names == name]
            if len(totals) and _complete(table, name):
                yield from _linked(counts, totals, table)


def _linked(counts: PeriodCounts, totals: pd.DataFrame, table: pd.DataFrame) -> Iterator[sp.csr_matrix]:
    """Total minus table for every area of the levels that both reach."""
    over, under = (dict(counts.levels(str(part["level"].iloc[0]))) for part in (totals, table))
    for level in set(over) & set(under):
        (areas, whole), (others, parts) = (
            counts.by_areas(level, part.index.to_numpy()) for part in (totals, table)
        )
        row, other = ({area: i for i, area in enumerate(names)} for names in (areas, others))
        shared = sorted(set(areas) & set(others))
        difference = whole[[row[area] for area in shared]] - parts[[other[area] for area in shared]]
        # Tables that contradict each other, or lack a part, are no equation.
        yield difference.tocsr()[np.abs(difference @ counts.atoms) < 0.5]


def remaining(
    counts: PeriodCounts,
) -> Iterator[tuple[str, tuple[str, ...], str, Sequence[str], sp.csr_matrix]]:
    """Whole, parts, level, areas, and the rows of whole minus parts over the atoms, where the figures keep the definition."""
    variables = counts.plan.catalogue.variables
    wholes: dict[str, list[str]] = {}
    for name in sorted(counts.groups):
        if variables[name].subset_of in counts.groups:
            wholes.setdefault(variables[name].subset_of, []).append(name)
    for whole, parts in wholes.items():
        for number in range(2, len(parts) + 1):
            for chosen in combinations(parts, number):
                if all(_share_no_case(variables[a], variables[b]) for a, b in combinations(chosen, 2)):
                    yield from ((whole, chosen, *found) for found in _left_over(counts, whole, chosen))


def _left_over(
    counts: PeriodCounts, whole: str, parts: Sequence[str]
) -> Iterator[tuple[str, Sequence[str], sp.csr_matrix]]:
    around = counts.by_level(Selection(variable=whole))
    inside = [counts.by_level(Selection(variable=part)) for part in parts]
    for level in sorted(set(around).intersection(*inside)):
        tables = [around[level], *(found[level] for found in inside)]
        areas = sorted(set(tables[0][0]).intersection(*(names for names, _ in tables[1:])))
        rows = [matrix[[list(names).index(area) for area in areas]] for names, matrix in tables]
        left = rows[0] - sum(rows[1:], start=sp.csr_matrix(rows[0].shape))
        kept = np.flatnonzero(left @ counts.atoms >= 0)
        if len(kept):
            yield level, [areas[i] for i in kept], left.tocsr()[kept]


def _share_no_case(one: Variable, other: Variable) -> bool:
    """Whether two parts of a whole exclude each other; it is enough that one of them says so."""
    return other.id in one.apart_from or one.id in other.apart_from


def _complete(part: pd.DataFrame, table: tuple[str, ...]) -> bool:
    """Whether the categories of a table make up the whole (a single delivered sex does not)."""
    return all(part[d].nunique() > 1 for d in table)
