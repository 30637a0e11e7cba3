"""Segregation (ungleiche Verteilung von Gruppen über Gebiete): dissimilarity, exposure, Theil's H, mutual information M."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.spatial.neighbours import Neighbours
from sozialraum.spatial.resampling import multinomial
from sozialraum.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Whole = NDArray[np.int64] | NDArray[np.int32]

SEED, REPLICATES = 20_240_101, 1000
MIXED = 20  # tables without segregation; their mean varies little

NOBODY = "keine Personen"
ONE_GROUP = "nur eine Gruppe kommt vor"
ONE_UNIT = "nur ein Gebiet mit Personen"
EMPTY_GROUP = "eine der beiden Gruppen kommt nicht vor"


class Index(NamedTuple):
    """One index; NaN only where `reason` says why."""

    value: float
    status: str = Status.OK
    reason: str = ""


def _undefined(reason: str) -> Index:
    return Index(float("nan"), Status.NOT_MEANINGFUL, reason)


def table(counts: ArrayLike) -> Floats:
    """Counts as units × groups; NaN (not delivered, suppressed) is refused: leave such units out and say so.

    Raises ValueError for wrong shapes, negative or missing counts.
    """
    given = np.asarray(counts, dtype=float)
    if given.ndim != 2:
        raise ValueError("counts need the shape units × groups")
    if not np.isfinite(given).all() or np.any(given < 0):
        raise ValueError("counts must be numbers of at least 0, without gaps")
    return given


# --- two groups ---------------------------------------------------------------------------------------------------------


def dissimilarity(one: ArrayLike, other: ArrayLike) -> Index:
    """Index of dissimilarity D: share of a group that would have to move for both to be spread alike (0 to 1).

    `one`, `other`: persons of two groups per unit. D = ½ Σ |a/A - b/B|. Duncan & Duncan (1955), Am Sociol Rev 20:210-217.
    """
    t = table(np.column_stack([np.asarray(one, dtype=float), np.asarray(other, dtype=float)]))
    a, b = t.sum(axis=0) if t.size else (0.0, 0.0)
    if a == 0 or b == 0:
        return _undefined(EMPTY_GROUP)
    return Index(float(0.5 * np.abs(t[:, 0] / a - t[:, 1] / b).sum()))


def spatial_dissimilarity(one: ArrayLike, other: ArrayLike, neighbours: Neighbours) -> Index:
    """Dissimilarity less what neighbouring units already share (Morrill's adjusted D).

    D - Σ w |p_i - p_j| / Σ w with p the share of `one` and w = 1 for neighbours; units without persons have no share
    and do not count as neighbours. Morrill (1991), Geography Research Forum 11:25-36.
    """
    plain = dissimilarity(one, other)
    if plain.reason:
        return plain
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    links = neighbours.among(a + b > 0)
    if not links.area.size:
        return _undefined("keine benachbarten Gebiete mit Personen")
    share = (a / np.where(a + b > 0, a + b, 1.0))[a + b > 0]
    return Index(float(plain.value - np.abs(share[links.area] - share[links.other]).mean()))


def exposure(counts: ArrayLike) -> Floats:
    """Who meets whom: row g, column h is the mean share of group h in the unit of a member of group g.

    `counts`: units × groups. The diagonal is isolation, the rest interaction; each row adds up to 1, and is NaN for a
    group that nobody belongs to. Bell (1954), Social Forces 32:357-364; Massey & Denton (1988), Social Forces 67:281-315.
    """
    t = table(counts)
    size, group = t.sum(axis=1), t.sum(axis=0)
    share = t / np.where(size > 0, size, 1.0)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((t / group).T @ share)


def spatial_exposure(counts: ArrayLike, neighbours: Neighbours, *, own: float = 1.0) -> Floats:
    """As `exposure`, but of the surroundings: members meet those of their unit and of neighbouring units.

    Surroundings = `own` times the unit plus all neighbours. Reardon & O'Sullivan (2004), Sociol Methodol 34:121-162.
    """
    t = table(counts)
    around = surroundings(t, neighbours, own=own)
    share = around / np.where(around.sum(axis=1) > 0, around.sum(axis=1), 1.0)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((t / t.sum(axis=0)).T @ share)


def surroundings(counts: ArrayLike, neighbours: Neighbours, *, own: float = 1.0) -> Floats:
    """Persons in the surroundings of each unit: `own` times its own plus those of its neighbours."""
    t = table(counts)
    if t.shape[0] != neighbours.areas:
        raise ValueError(f"{neighbours.areas} units are needed, one per area")
    return np.asarray(own * t + neighbours.weights("B") @ t)


# --- many groups --------------------------------------------------------------------------------------------------------


def entropy(counts: ArrayLike) -> float:
    """Diversity of groups, E = -Σ p ln p (nats); 0 where all belong to one group."""
    groups = np.atleast_2d(np.asarray(counts, dtype=float)).sum(axis=0)
    total = groups.sum()
    return float(np.log(total) - _xlogx(groups).sum() / total) if total > 0 else 0.0


def mutual_information(counts: ArrayLike) -> Index:
    """M: how much knowing the unit tells about the group (nats); 0 = every unit has the same mix.

    `counts`: units × groups. M = Σ p_ug ln(p_ug / (p_u p_g)). Decomposes exactly into levels (`nested`).
    Theil (1971); Mora & Ruiz-Castillo (2011), Sociol Methodol 41:159-194.
    """
    t = table(counts)
    problem = _problem(t)
    return problem if problem else Index(_mutual(t))


def theil(counts: ArrayLike) -> Index:
    """Theil's information index H = M / E (0 to 1): M as a share of the diversity there is.

    Theil & Finizza (1971), J Math Sociol 1:187-194.
    """
    t = table(counts)
    problem = _problem(t)
    return problem if problem else Index(_mutual(t) / entropy(t))


def spatial_theil(counts: ArrayLike, neighbours: Neighbours, *, own: float = 1.0) -> Index:
    """Spatial information index H~: diversity of the surroundings against that of the whole.

    Weighted by persons; below `theil` where unlike units lie side by side. Reardon & O'Sullivan (2004), Sociol
    Methodol 34:121-162.
    """
    t = table(counts)
    problem = _problem(t)
    if problem:
        return problem
    around, people = surroundings(t, neighbours, own=own), t.sum(axis=1)
    size = around.sum(axis=1)
    share = around / np.where(size > 0, size, 1.0)[:, None]
    local = -_xlogx(share).sum(axis=1)
    return Index(float(1 - (people @ local) / (people.sum() * entropy(t))))


class LocalSegregation(NamedTuple):
    """Of each group or unit: its local segregation and its share of all persons; Σ share · value = M."""

    value: Floats
    share: Floats


def local_segregation(counts: ArrayLike, *, by: str = "group") -> LocalSegregation:
    """How unevenly each group is spread (`by` = "group"), or how unlike the whole each unit is ("unit"); nats, NaN if empty.

    Alonso-Villar & del Río (2010), Math Soc Sci 60:30-38.
    """
    if by not in ("group", "unit"):
        raise ValueError(f"unknown {by!r}")
    t = table(counts)
    t = t if by == "group" else t.T
    total, columns, rows = t.sum(), t.sum(axis=0), t.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        inner, outer = t / columns, (rows / total)[:, None]
        value = np.where(inner > 0, inner * np.log(inner / outer), 0.0).sum(axis=0)
    return LocalSegregation(np.where(columns > 0, value, np.nan), columns / total if total else columns)


class Level(NamedTuple):
    """Part of M that arises between the units of a level within those of the level above."""

    name: str
    value: float
    share: float


def nested(counts: ArrayLike, levels: Mapping[str, Sequence[Any]]) -> tuple[Level, ...]:
    """M by levels, exactly: between districts, between quarters within districts, … down to the units themselves.

    `counts`: units × groups; `levels`: for each level, coarsest first, the key of each unit (the finest may be the unit
    itself). A key that occurs in two units of the level above is another unit in each. The parts add up to M among the
    units of the finest level named. Raises ValueError for wrong lengths.
    """
    t = table(counts)
    upper = np.zeros(t.shape[0], dtype=np.intp)
    found, before = [], 0.0
    for name, keys in levels.items():
        if len(keys) != t.shape[0]:
            raise ValueError(f"level {name!r} needs one key for each of the {t.shape[0]} units")
        code = np.unique(np.asarray([str(key) for key in keys]), return_inverse=True)[1]
        upper = np.unique(upper * (code.max(initial=0) + 1) + code, return_inverse=True)[1]
        upto = _mutual(_summed(t, upper)) if t.sum() > 0 else float("nan")
        found.append((name, upto - before))
        before = upto
    return tuple(Level(name, value, value / before if before else float("nan")) for name, value in found)


# --- bootstrap ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bootstrapped:
    """An index corrected for the bias of small units, with limits; `raw` as counted, `bias` what chance adds.

    Small units differ by chance even where groups are mixed at random, so a raw index is too high. `random` is the mean
    index if groups were spread by chance alone.
    """

    value: float
    lower: float
    upper: float
    standard_error: float
    raw: float
    bias: float
    random: float
    status: str
    reason: str
    method: str
    parameters: Mapping[str, Any]


def bootstrap(
    counts: ArrayLike,
    *,
    index: str = "M",
    replicates: int = REPLICATES,
    level: float = 0.95,
    seed: int = SEED,
) -> Bootstrapped:
    """Index "M", "H" or "D" (two groups) with bias correction and limits from tables drawn again.

    `counts`: units × groups, whole numbers. value = 2 · raw - mean of the replicates; limits: quantiles of the
    replicates, moved by twice the bias. `random`: mean of 20 tables without segregation (same sizes).
    Elbers (2021), Sociol Methods Res, doi 10.1177/0049124121986204; Efron & Tibshirani (1993), ch. 10.
    """
    t = table(counts)
    if index not in ("M", "H", "D") or (index == "D" and t.shape[1] != 2):
        raise ValueError('index must be "M", "H" or, with two groups, "D"')
    if np.any(t != np.round(t)):
        raise ValueError("counts to be drawn again must be whole numbers")
    if replicates < 2 or not 0 < level < 1:
        raise ValueError("at least two replicates and a level between 0 and 1 are needed")
    parameters = {"index": index, "replicates": replicates, "level": level, "seed": seed}
    problem = _problem(t)
    if problem:
        nan = float("nan")
        return Bootstrapped(
            nan, nan, nan, nan, nan, nan, nan, problem.status, problem.reason, index, parameters
        )
    t = t[t.sum(axis=1) > 0][:, t.sum(axis=0) > 0].astype(np.int64)
    rng = np.random.default_rng(seed)
    measure = {"M": _many_mutual, "H": _many_theil, "D": _many_dissimilarity}[index]
    blocks = multinomial(t.ravel(), replicates, rng)
    drawn = np.concatenate([measure(block.reshape(*t.shape, -1)) for block in blocks])
    mixed = np.stack([_mixed(t, rng) for _ in range(MIXED)], axis=-1)
    raw = float(measure(t[:, :, None])[0])
    bias = float(drawn.mean()) - raw
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]) - 2 * bias
    return Bootstrapped(
        value=raw - bias,
        lower=float(low),
        upper=float(high),
        standard_error=float(drawn.std(ddof=1)),
        raw=raw,
        bias=bias,
        random=float(measure(mixed).mean()),
        status=Status.OK,
        reason="",
        method=index,
        parameters=parameters,
    )


def _mixed(t: Ints, rng: np.random.Generator) -> Ints:
    """Groups spread over the units by chance, sizes of both as they are."""
    rest, found = t.sum(axis=1), []
    for size in t.sum(axis=0)[:-1]:
        part = rng.multivariate_hypergeometric(rest, int(size), method="marginals")
        found.append(part)
        rest = rest - part
    return np.column_stack([*found, rest])


def _many_mutual(tables: Whole) -> Floats:
    return _many(tables)[0]


def _many_theil(tables: Whole) -> Floats:
    value, diversity = _many(tables)
    return np.asarray(value / diversity)


def _many(tables: Whole) -> tuple[Floats, Floats]:
    """M and E of each of several tables (units × groups × tables) with the same total; n ln n is looked up."""
    size, group = tables.sum(axis=1), tables.sum(axis=0)
    total = int(size[:, 0].sum())
    known = _xlogx(np.arange(int(size.max(initial=0)) + 1, dtype=float))
    groups = _xlogx(group.astype(float)).sum(axis=0)
    cells = np.take(known, tables).sum(axis=(0, 1))
    units = np.take(known, size).sum(axis=0)
    return (cells - units - groups) / total + np.log(total), np.log(total) - groups / total


def _many_dissimilarity(tables: Whole) -> Floats:
    share = tables / tables.sum(axis=0)
    return np.asarray(0.5 * np.abs(share[:, 0] - share[:, 1]).sum(axis=0))


# --- parts --------------------------------------------------------------------------------------------------------------


def _problem(t: Floats) -> Index | None:
    if t.sum() == 0:
        return _undefined(NOBODY)
    if np.sum(t.sum(axis=0) > 0) < 2:
        return _undefined(ONE_GROUP)
    if np.sum(t.sum(axis=1) > 0) < 2:
        return _undefined(ONE_UNIT)
    return None


def _xlogx(x: Floats) -> Floats:
    return np.asarray(x * np.log(np.where(x > 0, x, 1.0)))


def _mutual(t: Floats) -> float:
    total = t.sum()
    parts = _xlogx(t).sum() - _xlogx(t.sum(axis=1)).sum() - _xlogx(t.sum(axis=0)).sum()
    return max(float(parts / total + np.log(total)), 0.0)


def _summed(t: Floats, code: NDArray[np.intp]) -> Floats:
    result = np.zeros((int(code.max(initial=-1)) + 1, t.shape[1]))
    np.add.at(result, code, t)
    return result
