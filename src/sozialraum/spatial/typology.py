"""Typology (Gebietstypen): areas grouped by several indicators with k-means, Ward or a Gaussian mixture, and how stable the groups are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.errors import Finding, SozialraumError
from sozialraum.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Words = NDArray[np.str_]
Method = Literal["kmeans", "ward", "mixture"]

SEED, RESAMPLES, STARTS, STEPS = 20_240_101, 100, 20, 300
NEAR = 1e-8
MOST_WARD = 5_000  # areas: the distances of all pairs are held in memory
FLOOR = 1e-3  # smallest variance of a mixture in units of the whole spread: no group may shrink to a point
STABLE, DOUBTFUL = 0.75, 0.6

GAP = "eine Kennzahl fehlt"


@dataclass(frozen=True)
class Typology:
    """Types of areas. `type` counts from 1 (highest mean of the first indicator) and is 0 where `reason` says why.

    `centre`: types × indicators, in the units of the input; `size`: areas per type; `stability`: per type, mean
    agreement with the most similar type when areas are drawn again (Jaccard, 0 to 1; from 0.75 stable, below 0.6 not to
    be interpreted); `agreement`: of whole groupings (adjusted Rand index); `explained`: share of all differences that
    lie between types; `silhouette`: per area, how much nearer its own type is than the next (-1 to 1).
    """

    type: Ints
    centre: Floats
    size: Ints
    stability: Floats
    agreement: float
    explained: float
    silhouette: Floats
    bic: float
    status: Words
    reason: Words
    unused: tuple[int, ...]
    method: str
    parameters: Mapping[str, Any]

    def sentence(self) -> str:
        """What the typology is worth, for a planner."""
        steady = int(np.sum(self.stability >= STABLE))
        weak = int(np.sum(self.stability < DOUBTFUL))
        out = int(np.sum(self.type == 0))
        explained = f"{100 * self.explained:.0f}"
        rest = (
            f" {out} {'Gebiet hat' if out == 1 else 'Gebiete haben'} keine vollständigen Werte und gehören zu keinem Typ."
            if out != 1
            else " Ein Gebiet hat keine vollständigen Werte und gehört zu keinem Typ."
        )
        told = (
            f"{self.size.size} Typen fassen {int(self.size.sum())} Gebiete zusammen; {explained} Prozent der Unterschiede liegen "
            f"zwischen den Typen. {steady} von {self.size.size} Typen sind stabil, wenn Gebiete neu gezogen werden"
        )
        told += f", {weak} davon sollten nicht gedeutet werden." if weak else "."
        return told + (rest if out else "")


class Grouping(NamedTuple):
    """Groups of the rows, and their centres; `fit` is the log-likelihood of a mixture, NaN else."""

    group: Ints
    centre: Floats
    fit: float


def typology(
    values: ArrayLike,
    types: int,
    *,
    method: Method = "kmeans",
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Typology:
    """Group areas into `types` types by standardised indicators.

    `values`: areas × indicators, NaN = no value (such areas get no type). Each indicator is divided by its standard
    deviation; constant ones are `unused`. "kmeans": Lloyd (1982) with starts after Arthur & Vassilvitskii (2007), the
    best of 20; "ward": Ward (1963), J Am Stat Assoc 58:236-244; "mixture": Gaussian mixture with full covariances by
    EM (Dempster et al. 1977), `bic` to compare numbers of types (smaller is better). Stability: areas are drawn with
    replacement `resamples` times and grouped anew; Hennig (2007), Comput Stat Data Anal 52:258-271.
    Raises SozialraumError (German) for fewer complete areas than twice the types, or no usable indicator; ValueError for
    wrong shapes and words.
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2:
        raise ValueError("values need the shape areas × indicators")
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}")
    if types < 2 or resamples < 0:
        raise ValueError("at least two types are needed, and no negative number of resamples")
    complete = np.isfinite(table).all(axis=1)
    known = table[complete]
    spread = known.std(axis=0) if len(known) else np.zeros(table.shape[1])
    usable = spread > 1e-12 * np.abs(known).max(axis=0, initial=0.0)
    _check(known, types, method, usable)
    z = (known[:, usable] - known[:, usable].mean(axis=0)) / spread[usable]
    found = _ordered(METHODS[method](z, types, np.random.default_rng(seed)))
    stability, agreement = _stability(z, found, types, METHODS[method], resamples, seed)
    number = np.zeros(len(table), dtype=np.intp)
    number[complete] = found.group + 1
    silhouette = np.full(len(table), np.nan)
    silhouette[complete] = _silhouette(z, found.group, types)
    inner = z - np.array([z[found.group == k].mean(axis=0) for k in range(types)])[found.group]
    return Typology(
        type=number,
        centre=np.array([known[found.group == k].mean(axis=0) for k in range(types)]),
        size=np.bincount(found.group, minlength=types),
        stability=stability,
        agreement=agreement,
        explained=1 - float(np.sum(inner**2) / np.sum(z**2)),
        silhouette=silhouette,
        bic=_bic(found.fit, z.shape[0], z.shape[1], types),
        status=np.where(complete, Status.OK, Status.MISSING).astype(np.str_),
        reason=np.where(complete, "", GAP).astype(np.str_),
        unused=tuple(np.flatnonzero(~usable).tolist()),
        method=method,
        parameters={"types": types, "resamples": resamples, "seed": seed, "starts": STARTS},
    )


def _check(known: Floats, types: int, method: str, usable: NDArray[np.bool_]) -> None:
    if len(known) < 2 * types:
        raise SozialraumError(
            Finding(
                f"{types} Typen brauchen mindestens {2 * types} Gebiete mit allen Kennzahlen; es sind {len(known)}.",
                "Wählen Sie weniger Typen, oder lassen Sie Kennzahlen mit vielen gesperrten Werten weg.",
            )
        )
    if not usable.any():
        raise SozialraumError(
            Finding(
                "Alle Kennzahlen haben überall denselben Wert.",
                "Wählen Sie Kennzahlen, die sich unterscheiden.",
            )
        )
    if len(np.unique(known[:, usable], axis=0)) < types:
        raise SozialraumError(
            Finding(
                f"Es gibt nur {len(np.unique(known[:, usable], axis=0))} verschiedene Gebiete für {types} Typen.",
                "Wählen Sie weniger Typen.",
            )
        )
    if method == "ward" and len(known) > MOST_WARD:
        raise SozialraumError(
            Finding(
                f"Das Verfahren von Ward vergleicht alle Paare und ist auf {MOST_WARD} Gebiete begrenzt.".replace(
                    "5000", "5.000"
                ),
                "Rechnen Sie mit „kmeans“.",
            )
        )


# --- methods -----------------------------------------------------------------------------------------------------------


def _kmeans(z: Floats, types: int, rng: np.random.Generator) -> Grouping:
    best, least = None, np.inf
    for _ in range(STARTS):
        group, centre, inertia = _lloyd(z, _spread_out(z, types, rng))
        if inertia < least - NEAR * (1 + inertia):
            best, least = (group, centre), inertia
    assert best is not None
    return Grouping(*best, np.nan)


def _spread_out(z: Floats, types: int, rng: np.random.Generator) -> Floats:
    """Starting centres: each drawn with a chance by its squared distance to those before."""
    chosen = [int(rng.integers(len(z)))]
    gap = np.sum((z - z[chosen[0]]) ** 2, axis=1)
    for _ in range(types - 1):
        total = gap.sum()
        chance = gap / total if total > 0 else np.full(len(z), 1 / len(z))
        chosen.append(int(rng.choice(len(z), p=chance)))
        gap = np.minimum(gap, np.sum((z - z[chosen[-1]]) ** 2, axis=1))
    return z[chosen].copy()


def _lloyd(z: Floats, centre: Floats) -> tuple[Ints, Floats, float]:
    group = np.full(len(z), -1, dtype=np.intp)
    for _ in range(STEPS):
        gap = _squares(z, centre)
        nearest = gap.argmin(axis=1)
        # A group that lost all its areas takes the one that is furthest from its centre.
        for empty in np.setdiff1d(np.arange(len(centre)), nearest):
            nearest[gap[np.arange(len(z)), nearest].argmax()] = empty
        if np.array_equal(nearest, group):
            break
        group = nearest
        size = np.bincount(group, minlength=len(centre))
        sums = np.zeros_like(centre)
        np.add.at(sums, group, z)
        centre = sums / np.maximum(size, 1)[:, None]
    return group, centre, float(np.sum((z - centre[group]) ** 2))


def _squares(z: Floats, centre: Floats) -> Floats:
    gap = (z**2).sum(axis=1)[:, None] - 2 * z @ centre.T + (centre**2).sum(axis=1)
    return np.asarray(np.maximum(gap, 0.0))


def _ward(z: Floats, types: int, _rng: np.random.Generator) -> Grouping:
    from scipy.cluster.hierarchy import fcluster, linkage

    group = np.unique(fcluster(linkage(z, "ward"), types, criterion="maxclust"), return_inverse=True)[1]
    return Grouping(group, np.array([z[group == k].mean(axis=0) for k in range(group.max() + 1)]), np.nan)


def _mixture(z: Floats, types: int, rng: np.random.Generator) -> Grouping:
    """EM from the groups of k-means; covariances keep a floor, so that no group shrinks to a point."""
    n, width = z.shape
    resp = np.eye(types)[_kmeans(z, types, rng).group]
    before = -np.inf
    for _ in range(STEPS):
        share = resp.sum(axis=0) + 1e-12
        mean = resp.T @ z / share[:, None]
        logs = np.empty((n, types))
        for k in range(types):
            away = z - mean[k]
            root = np.linalg.cholesky(_not_flat((resp[:, k, None] * away).T @ away / share[k]))
            solved = np.linalg.solve(root, away.T)
            logs[:, k] = (
                np.log(share[k] / n)
                - 0.5 * (solved**2).sum(axis=0)
                - np.log(np.diag(root)).sum()
                - 0.5 * width * np.log(2 * np.pi)
            )
        top = logs.max(axis=1)
        total = top + np.log(np.exp(logs - top[:, None]).sum(axis=1))
        resp = np.exp(logs - total[:, None])
        fit = float(total.sum())
        if fit - before < NEAR * abs(fit):
            break
        before = fit
    group = resp.argmax(axis=1)
    # A type that no area belongs to most would be empty: its most likely area stands for it.
    for empty in np.setdiff1d(np.arange(types), group):
        group[resp[:, empty].argmax()] = empty
    return Grouping(group, mean, fit)


def _not_flat(covariance: Floats) -> Floats:
    """The same shape, but nowhere thinner than FLOOR; shapes that are thick enough stay what they are."""
    spread, direction = np.linalg.eigh(covariance)
    if spread[0] >= FLOOR:
        return covariance
    return np.asarray((direction * np.maximum(spread, FLOOR)) @ direction.T)


METHODS: dict[str, Callable[[Floats, int, np.random.Generator], Grouping]] = {
    "kmeans": _kmeans,
    "ward": _ward,
    "mixture": _mixture,
}


# --- quality ------------------------------------------------------------------------------------------------------------


def _ordered(found: Grouping) -> Grouping:
    """Types in the order of their mean in the first indicator, highest first: the same data give the same numbers."""
    order = np.lexsort(tuple(-found.centre[:, k] for k in range(found.centre.shape[1] - 1, -1, -1)))
    place = np.argsort(order)
    return Grouping(place[found.group], found.centre[order], found.fit)


def _stability(
    z: Floats,
    found: Grouping,
    types: int,
    method: Callable[[Floats, int, np.random.Generator], Grouping],
    resamples: int,
    seed: int,
) -> tuple[Floats, float]:
    """Mean Jaccard agreement per type, and mean adjusted Rand index, over areas drawn again with replacement."""
    rng = np.random.default_rng([seed, 1])
    likeness, rand = [], []
    for _ in range(resamples):
        drawn = np.unique(rng.integers(0, len(z), len(z)))
        if len(np.unique(z[drawn], axis=0)) < types:
            continue
        again, first = method(z[drawn], types, rng).group, found.group[drawn]
        both = _crossed(first, again, types)
        union = both.sum(axis=1)[:, None] + both.sum(axis=0) - both
        share = (both / np.maximum(union, 1)).max(axis=1)
        likeness.append(np.where(both.sum(axis=1) > 0, share, np.nan))
        rand.append(adjusted_rand(first, again))
    if not likeness:
        return np.full(types, np.nan), float("nan")
    table = np.array(likeness)
    seen = ~np.isnan(table)
    mean = np.where(seen, table, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return np.where(seen.any(axis=0), mean, np.nan), float(np.mean(rand))


def _crossed(one: Ints, other: Ints, types: int) -> Floats:
    width = max(types, int(other.max(initial=0)) + 1)
    return np.bincount(one * width + other, minlength=types * width).reshape(types, width).astype(float)


def adjusted_rand(one: ArrayLike, other: ArrayLike) -> float:
    """Agreement of two groupings of the same areas: 1 = equal, about 0 = by chance. Hubert & Arabie (1985), J Classif 2:193-218."""
    a, b = (np.unique(np.asarray(part), return_inverse=True)[1] for part in (one, other))
    if a.shape != b.shape:
        raise ValueError("both groupings need the same areas")
    table = _crossed(a, b, int(a.max(initial=0)) + 1)

    def pairs(n: Floats) -> float:
        return float((n * (n - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / max(pairs(np.array([a.size], dtype=float)), 1.0)
    most = (rows + columns) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def _silhouette(z: Floats, group: Ints, types: int) -> Floats:
    """Nearness to the own type against the next one, by mean distance. Rousseeuw (1987), J Comput Appl Math 20:53-65."""
    size = np.bincount(group, minlength=types)
    member = np.eye(types)[group]
    mean = np.empty((len(z), types))
    for start in range(0, len(z), 1000):  # rows at a time: not all pairs in memory
        gap = np.sqrt(_squares(z[start : start + 1000], z))
        mean[start : start + 1000] = gap @ member
    own = mean[np.arange(len(z)), group] / np.maximum(size[group] - 1, 1)
    other = np.where(member > 0, np.inf, mean / np.maximum(size, 1)).min(axis=1)
    return np.asarray(
        np.where(size[group] > 1, (other - own) / np.maximum(np.maximum(own, other), 1e-300), 0.0)
    )


def _bic(fit: float, areas: int, width: int, types: int) -> float:
    parameters = types * (width + width * (width + 1) / 2) + types - 1
    return -2 * fit + float(np.log(areas)) * parameters
