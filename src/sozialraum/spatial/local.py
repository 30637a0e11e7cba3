"""Hot spots (räumliche Auffälligkeiten): local Moran (LISA) and Getis–Ord Gi, Gi* for each area, with false alarms controlled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.spatial.autocorrelation import (
    NEAR,
    PERMUTATIONS,
    SEED,
    Convention,
    Prepared,
    prepare,
)
from sozialraum.spatial.neighbours import ISLAND, Neighbours, Style
from sozialraum.spatial.significance import Alternative, Correction, adjusted, normal, of_permutations
from sozialraum.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Words = NDArray[np.str_]


COLUMNS = ("value", "expected", "variance", "z", "p", "p_permutation", "q", "lag")


class Cluster(StrEnum):
    """What an area and its neighbours are, where chance does not explain it."""

    HIGH = "hoch in hoher Umgebung"
    LOW = "niedrig in niedriger Umgebung"
    HIGH_IN_LOW = "hoch in niedriger Umgebung"
    LOW_IN_HIGH = "niedrig in hoher Umgebung"
    HOT = "Häufung hoher Werte"
    COLD = "Häufung niedriger Werte"
    NONE = "nicht auffällig"
    UNKNOWN = "nicht bestimmbar"


@dataclass(frozen=True)
class Local:
    """Local statistics of all areas in the order of the input; NaN only where `reason` says why.

    `value`: the statistic, `expected`, `variance`, `z`, `p`: normal approximation; `p_permutation`: conditional
    permutation (NaN without); `q`: the p-value in use adjusted for many tests; `cluster`: words of `Cluster`, by `q`.
    """

    method: str
    value: Floats
    expected: Floats
    variance: Floats
    z: Floats
    p: Floats
    p_permutation: Floats
    q: Floats
    lag: Floats
    cluster: Words
    status: Words
    reason: Words
    parameters: Mapping[str, Any]

    def sentence(self) -> str:
        """What the map shows, for a planner."""
        return _told(self)


def lisa(
    values: ArrayLike,
    neighbours: Neighbours,
    *,
    style: Style = "W",
    alternative: Alternative = "two-sided",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    correction: Correction = "fdr",
    level: float = 0.05,
    convention: Convention = "spdep",
) -> Local:
    """Local Moran of each area: which areas and their neighbours stand out together, or an area from its neighbours.

    `values`: one per area, NaN = no value. I_i = z_i · Σ_j w_ij z_j / m, m = Σz²/n ("spdep") or Σz²/(n-1) ("esda",
    which also counts areas without neighbours). Expectation and variance conditional on z_i (Sokal, Oden & Thomson
    1998, Geogr Anal 30:331-354). Permutation: the other values are shuffled, the own one stays; `permutations` = 0 uses
    the normal approximation. `cluster` tells areas whose q-value is at most `level`.
    Anselin (1995), Geogr Anal 27:93-115.
    """
    _check(permutations, level)
    ready = prepare(values, neighbours, style, convention)
    parameters = _parameters(style, alternative, permutations, seed, correction, level, convention)
    if ready.problem:
        return _undefined("lisa", ready, parameters)
    x, n = ready.value, ready.value.size
    z, row = x - x.mean(), ready.weights.sum(axis=1)
    lag = ready.weights @ z
    m2 = float(z @ z) / n
    scale = float(z @ z) / (n - 1) if convention == "esda" else m2
    value = z * lag / scale
    squares = ready.weights.power(2).sum(axis=1)
    expected = -(z**2) * row / ((n - 1) * scale)
    variance = (z / scale) ** 2 * n / (n - 2) * (squares - row**2 / (n - 1)) * (m2 - z**2 / (n - 1))
    high, low = _compared(z, ready, permutations, seed)
    # A negative value turns the order: the statistic is large where the neighbours are low.
    high, low = np.where(z < 0, low, high), np.where(z < 0, high, low)
    high, low = (np.where(z == 0, permutations, one) for one in (high, low))
    names = _quadrants(z, lag)
    return _local("lisa", ready, parameters, value, expected, variance, (high, low), names)


def getis_ord(
    values: ArrayLike,
    neighbours: Neighbours,
    *,
    star: bool = True,
    style: Style = "B",
    alternative: Alternative = "two-sided",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    correction: Correction = "fdr",
    level: float = 0.05,
) -> Local:
    """Getis–Ord statistic of each area as standard deviate: hot spots (high values together) and cold spots.

    `values`: one per area, NaN = no value. With `star` the area itself belongs to its surroundings (Gi*, weights of
    area and neighbours alike), else not (Gi). `value` is the deviate z, expected 0, variance 1. Permutation as in
    `lisa`. Ord & Getis (1995), Geogr Anal 27:286-306.
    """
    _check(permutations, level)
    ready = prepare(values, neighbours, style)
    parameters = {
        **_parameters(style, alternative, permutations, seed, correction, level, "spdep"),
        "star": star,
    }
    if ready.problem:
        return _undefined("getis_ord", ready, parameters)
    x, n = ready.value, float(ready.value.size)
    weights = ready.links.with_self().weights(style) if star else ready.weights
    row, squares, lag = weights.sum(axis=1), weights.power(2).sum(axis=1), weights @ x
    if star:
        mean, spread = np.full(x.size, x.mean()), np.full(x.size, x.var())
        room = (n * squares - row**2) / (n - 1)
    else:
        mean = (x.sum() - x) / (n - 1)
        spread = (x @ x - x**2) / (n - 1) - mean**2
        room = ((n - 1) * squares - row**2) / (n - 2)
    below = np.sqrt(np.maximum(spread * room, 0.0))
    # An area beside all others leaves nothing to compare with.
    value = np.where(below > NEAR, (lag - row * mean) / np.where(below > NEAR, below, 1.0), 0.0)
    names = np.where(value > 0, Cluster.HOT, np.where(value < 0, Cluster.COLD, Cluster.NONE))
    compared = _compared(x - x.mean(), ready, permutations, seed)
    return _local(
        "getis_ord",
        ready,
        parameters,
        value,
        np.zeros(x.size),
        np.ones(x.size),
        compared,
        np.asarray(names, np.str_),
    )


# --- conditional permutation -------------------------------------------------------------------------------------------


class _Drawn(NamedTuple):
    """Positions drawn for the neighbours: permutations × most neighbours, from 0 to areas - 2, no two alike in a row."""

    position: Ints

    @classmethod
    def of(cls, areas: int, most: int, permutations: int, rng: np.random.Generator) -> _Drawn:
        others = areas - 1
        if most * most > 2 * others:
            every = np.tile(np.arange(others), (permutations, 1))
            return cls(rng.permuted(every, axis=1)[:, :most])
        position = rng.integers(0, others, (permutations, most))
        while (
            True
        ):  # rows in which a position occurs twice are drawn again: what stays is drawn without replacement
            again = np.flatnonzero((np.diff(np.sort(position, axis=1), axis=1) == 0).any(axis=1))
            if not again.size:
                return cls(position)
            position[again] = rng.integers(0, others, (again.size, most))


def _compared(z: Floats, ready: Prepared, permutations: int, seed: int) -> tuple[Floats, Floats]:
    """In how many permutations the sum of the neighbours is at least, and at most, the observed one.

    The others of an area are drawn from positions 0 … n-2; where the area itself comes up, the last area takes its
    place. So all areas with k neighbours share the same sums of k drawn values, sorted once, but for the few
    permutations in which they themselves were drawn; these are set right one by one.
    """
    size, links, n = ready.links.size, ready.links, z.size
    observed = np.bincount(links.area, weights=z[links.other], minlength=n)
    slack = NEAR * max(float(np.abs(z).max()), 1e-300) * np.maximum(size, 1)
    high, low = np.zeros(n), np.zeros(n)
    if not permutations:
        return high, low
    drawn = _Drawn.of(n, int(size.max()), permutations, np.random.default_rng(seed)).position
    sums = np.cumsum(z[drawn], axis=1)
    for number in np.unique(size[size > 0]):
        these = np.flatnonzero(size == number)
        row = np.sort(sums[:, number - 1])
        high[these] = permutations - np.searchsorted(row, (observed - slack)[these], side="left")
        low[these] = np.searchsorted(row, (observed + slack)[these], side="right")
    which, column = np.nonzero(np.arange(drawn.shape[1]) < size[drawn])
    area = drawn[which, column]
    before = sums[which, size[area] - 1]
    after = before - z[area] + z[n - 1]
    least, most = (observed - slack)[area], (observed + slack)[area]
    more = (after >= least).astype(float) - (before >= least)
    less = (after <= most).astype(float) - (before <= most)
    high += np.bincount(area, weights=more, minlength=n)
    low += np.bincount(area, weights=less, minlength=n)
    return high, low


# --- results -------------------------------------------------------------------------------------------------------------


def _check(permutations: int, level: float) -> None:
    if permutations < 0:
        raise ValueError("the number of permutations must not be negative")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")


def _parameters(
    style: str, alternative: str, permutations: int, seed: int, correction: str, level: float, convention: str
) -> dict[str, Any]:
    return {
        "style": style,
        "alternative": alternative,
        "permutations": permutations,
        "seed": seed,
        "correction": correction,
        "level": level,
        "convention": convention,
    }


def _quadrants(z: Floats, lag: Floats) -> Words:
    names = np.select(
        [(z > 0) & (lag > 0), (z <= 0) & (lag <= 0), (z > 0) & (lag <= 0)],
        [Cluster.HIGH, Cluster.LOW, Cluster.HIGH_IN_LOW],
        Cluster.LOW_IN_HIGH,
    )
    return np.asarray(names, np.str_)


def _local(
    method: str,
    ready: Prepared,
    parameters: Mapping[str, Any],
    value: Floats,
    expected: Floats,
    variance: Floats,
    compared: tuple[Floats, Floats],
    names: Words,
) -> Local:
    permutations, alternative = parameters["permutations"], parameters["alternative"]
    alone = ready.links.size == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, (value - expected) / np.sqrt(variance), 0.0)
    p = normal(z, alternative)
    simulated = (
        of_permutations(*compared, permutations, alternative) if permutations else np.full(p.shape, np.nan)
    )
    p, simulated, z = (np.where(alone, np.nan, part) for part in (p, simulated, z))
    q = adjusted(simulated if permutations else p, correction=parameters["correction"])
    cluster = np.where(q <= parameters["level"], names, Cluster.NONE)
    cluster = np.where(alone, Cluster.UNKNOWN, cluster)
    lag = np.where(alone, np.nan, ready.links.weights("W") @ ready.value)
    parts = (np.where(alone, np.nan, part) for part in (value, expected, variance))
    whole: dict[str, Any] = dict(
        zip(COLUMNS, (_spread(ready, part) for part in (*parts, z, p, simulated, q, lag)), strict=True)
    )
    words = np.full(ready.inside.size, str(Cluster.UNKNOWN), dtype="<U40")
    words[ready.inside] = cluster
    return Local(method=method, **whole, cluster=words, **_states(ready), parameters=parameters)


def _undefined(method: str, ready: Prepared, parameters: Mapping[str, Any]) -> Local:
    nothing: dict[str, Any] = {name: np.full(ready.inside.size, np.nan) for name in COLUMNS}
    words = np.full(ready.inside.size, str(Cluster.UNKNOWN), dtype="<U40")
    states = _states(ready)
    states["reason"] = np.where(ready.reason == "", ready.problem, ready.reason)
    states["status"] = np.where(ready.reason == "", Status.NOT_MEANINGFUL, states["status"]).astype(np.str_)
    return Local(
        method=method,
        **nothing,
        cluster=words,
        **states,
        parameters=parameters,
    )


def _spread(ready: Prepared, part: Floats) -> Floats:
    whole = np.full(ready.inside.size, np.nan)
    whole[ready.inside] = part
    return whole


def _states(ready: Prepared) -> dict[str, Any]:
    status = np.select(
        [ready.reason == "", ready.reason == ISLAND], [Status.OK, Status.NOT_MEANINGFUL], Status.MISSING
    )
    return {"status": np.asarray(status, np.str_), "reason": ready.reason}


def _told(found: Local) -> str:
    ready = found.status == Status.OK
    if not ready.any():
        return f"Kein Ergebnis: {next((str(r) for r in found.reason if r), 'keine Gebiete')}."
    counted = {name: int(np.sum(found.cluster == name)) for name in Cluster}
    shown = [
        f"{number} {'Gebiet' if number == 1 else 'Gebiete'} {name}"
        if found.method == "lisa"
        else f"{number} {'Gebiet' if number == 1 else 'Gebiete'} in einer {name}"
        for name, number in counted.items()
        if number and name not in (Cluster.NONE, Cluster.UNKNOWN)
    ]
    level = f"{100 * found.parameters['level']:.0f}"
    control = {
        "fdr": f"unter den gezeigten Gebieten sind im Mittel höchstens {level} von 100 Fehlalarme",
        "bonferroni": f"die Gefahr auch nur eines Fehlalarms liegt unter {level} Prozent",
        "none": f"ohne Ausgleich für viele Vergleiche: etwa {level} von 100 Gebieten fallen zufällig auf",
    }[found.parameters["correction"]]
    what = ", ".join(shown) if shown else "Kein Gebiet ist von einer zufälligen Verteilung zu unterscheiden"
    out = int(np.sum(~ready))
    rest = (
        f" {out} {'Gebiet hat' if out == 1 else 'Gebiete haben'} keinen Wert oder keine Nachbargebiete."
        if out
        else ""
    )
    return f"{what} von {int(ready.sum())} ({control}).{rest}" if shown else f"{what} ({control}).{rest}"
