"""Change of segregation (Veränderung der Segregation): how much comes from new units, other margins, and real sorting."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.errors import Finding, SozialraumError
from sozialraum.spatial.segregation import entropy, mutual_information, table

Floats = NDArray[np.float64]
Decomposition = Literal["shapley", "mrc"]

ROUNDS, NEAR = 10_000, 1e-9


class Change(NamedTuple):
    """M before and after, and the parts of its change, which add up to `difference`.

    `additions`, `removals`: units or groups that are only there after, or before; `unit_marginal`: sizes of the units;
    `group_marginal`: sizes of the groups; `structural`: real change in who lives where.
    """

    before: float
    after: float
    difference: float
    additions: float
    removals: float
    unit_marginal: float
    group_marginal: float
    structural: float


def decompose(
    before: ArrayLike,
    after: ArrayLike,
    units_before: Sequence[Hashable],
    units_after: Sequence[Hashable],
    *,
    method: Decomposition = "shapley",
) -> Change:
    """Parts of the change of M between two times.

    `before`, `after`: units × groups (the same groups in the same order), `units_*`: key of each row. "shapley": odds
    ratios against both margins, then the margins against each other, each the mean over both orders of exchanging them
    by fitting margins (Deming & Stephan 1940; Karmel & Maclachlan 1988, Econ Rec 64:187-195; Deutsch, Flückiger &
    Silber 2009, Research on Economic Inequality 17:133-168; Elbers 2021, Sociol Methods Res); "mrc": Mora & Ruiz-Castillo (2009, ibid. 33-53), change of diversity, of unit sizes, of diversity within units. Raises SozialraumError when no unit is in both tables or the
    margins cannot be fitted, ValueError for wrong shapes.
    """
    old, new = table(before), table(after)
    if old.shape[1] != new.shape[1] or len(units_before) != len(old) or len(units_after) != len(new):
        raise ValueError("both tables need the same groups, and one key per row")
    if len(set(units_before)) != len(old) or len(set(units_after)) != len(new):
        raise ValueError("a unit occurs twice")
    first, second = _common(old, new, units_before, units_after)
    whole_old, whole_new = mutual_information(old).value, mutual_information(new).value
    part_old, part_new = mutual_information(first).value, mutual_information(second).value
    if method == "shapley":
        unit, group, structure = _shapley(first, second)
    elif method == "mrc":
        unit, group, structure = _ruiz_castillo(first, second)
    else:
        raise ValueError(f"unknown method {method!r}")
    return Change(
        before=whole_old,
        after=whole_new,
        difference=whole_new - whole_old,
        additions=whole_new - part_new,
        removals=part_old - whole_old,
        unit_marginal=unit,
        group_marginal=group,
        structural=structure,
    )


def _common(
    old: Floats, new: Floats, units_before: Sequence[Hashable], units_after: Sequence[Hashable]
) -> tuple[Floats, Floats]:
    """Rows and groups that have persons in both tables, in the same order."""
    place = {key: at for at, key in enumerate(units_after)}
    pairs = [(at, place[key]) for at, key in enumerate(units_before) if key in place]
    pairs = [(a, b) for a, b in pairs if old[a].sum() > 0 and new[b].sum() > 0]
    if len(pairs) < 2:
        raise SozialraumError(
            Finding(
                f"Nur {len(pairs)} Gebiete haben zu beiden Zeitpunkten Personen.",
                "Vergleichen Sie zwei Zeitpunkte mit demselben Gebietsstand.",
            )
        )
    first, second = old[[a for a, _ in pairs]], new[[b for _, b in pairs]]
    groups = (first.sum(axis=0) > 0) & (second.sum(axis=0) > 0)
    return first[:, groups], second[:, groups]


def fitted(seed: ArrayLike, rows: ArrayLike, columns: ArrayLike) -> Floats:
    """The table with the odds ratios of `seed` and given margins (iterative proportional fitting).

    Raises SozialraumError when zeros in `seed` leave no such table.
    """
    current, row, column = (np.asarray(part, dtype=float).copy() for part in (seed, rows, columns))
    current, row, column = current / current.sum(), row / row.sum(), column / column.sum()
    for _ in range(ROUNDS):
        here = current.sum(axis=1)
        current *= np.divide(row, here, out=np.zeros_like(row), where=here > 0)[:, None]
        there = current.sum(axis=0)
        current *= np.divide(column, there, out=np.zeros_like(column), where=there > 0)
        if np.abs(current.sum(axis=1) - row).max() < NEAR:
            return np.asarray(current)
    raise SozialraumError(
        Finding(
            "Die Veränderung lässt sich nicht zerlegen: Zu viele Gruppen fehlen in einzelnen Gebieten.",
            "Fassen Sie Gruppen oder Gebiete zusammen, oder rechnen Sie mit der Zerlegung „mrc“.",
        )
    )


def _shapley(
    first: Floats, second: Floats, fit: Callable[[Floats, Floats, Floats], Floats] = fitted
) -> tuple[float, float, float]:
    """Contribution of unit sizes, group sizes and odds ratios: nested, so that structure stands against both margins."""
    tables = (first, second)
    m = {
        (u, g, s): mutual_information(
            tables[s] if u == g == s else fit(tables[s], tables[u].sum(axis=1), tables[g].sum(axis=0))
        ).value
        for u in (0, 1)
        for g in (0, 1)
        for s in (0, 1)
    }
    unit = sum(m[1, g, s] - m[0, g, s] for g in (0, 1) for s in (0, 1)) / 4
    group = sum(m[u, 1, s] - m[u, 0, s] for u in (0, 1) for s in (0, 1)) / 4
    structure = sum(m[k, k, 1] - m[k, k, 0] for k in (0, 1)) / 2
    return unit, group, structure


def _ruiz_castillo(first: Floats, second: Floats) -> tuple[float, float, float]:
    """Diversity of all, sizes of units at mean diversity within, diversity within at mean sizes."""

    def within(t: Floats) -> tuple[Floats, Floats]:
        return t.sum(axis=1) / t.sum(), np.array([entropy(row) for row in t])

    (share_1, inner_1), (share_2, inner_2) = within(first), within(second)
    group = entropy(second) - entropy(first)
    unit = -float((share_2 - share_1) @ (inner_1 + inner_2)) / 2
    structure = -float((share_1 + share_2) @ (inner_2 - inner_1)) / 2
    return unit, group, structure
