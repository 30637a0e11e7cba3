"""Spatial autocorrelation (räumliche Autokorrelation) of a whole map: Moran, Geary, Getis–Ord, join counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from sozialraum.spatial.neighbours import ISLAND, Neighbours, Style
from sozialraum.spatial.significance import Alternative, normal, of_permutations
from sozialraum.tables import Status

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Words = NDArray[np.str_]
Assumption = Literal["randomisation", "normality"]
Convention = Literal["spdep", "esda"]

SEED, PERMUTATIONS = 20_240_101, 999
FEWEST = 4  # areas: below, the variance under randomisation is not defined
CHUNK = 4_000_000  # cells of a block of permutations
NEAR = 1e-12  # relative: sums that differ by less are equal

NO_VALUE = "kein Wert"
CONSTANT = "alle Gebiete haben denselben Wert"
TOO_FEW = f"weniger als {FEWEST} Gebiete mit Wert und Nachbargebieten"
NEGATIVE = "negative Werte: das Maß braucht Größen ab null"


@dataclass(frozen=True)
class Autocorrelation:
    """One statistic of a map; NaN only where `reason` says why (then `status` is not_meaningful).

    `p` from the normal approximation, `p_permutation` from `parameters["permutations"]` shuffled maps. `areas` took
    part; `missing` had no value, `islands` no neighbours among those with a value.
    """

    method: str
    statistic: float
    expected: float
    variance: float
    z: float
    p: float
    p_permutation: float
    areas: int
    missing: tuple[int, ...]
    islands: tuple[int, ...]
    status: str
    reason: str
    parameters: Mapping[str, Any]

    def sentence(self, level: float = 0.05) -> str:
        """What the map shows, for a planner."""
        return _told(self, level)


class Prepared(NamedTuple):
    """Values and weights of the areas that take part, and why the others do not."""

    value: Floats
    links: Neighbours
    weights: sp.csr_array
    inside: Flags
    reason: Words
    problem: str


def prepare(
    values: ArrayLike,
    neighbours: Neighbours,
    style: Style,
    convention: Convention = "spdep",
) -> Prepared:
    """Leave out areas without value and, after spdep, those without neighbours; weights among the rest.

    With "esda" areas without neighbours stay in and count among the areas (their weights are zero).
    """
    value = np.asarray(values, dtype=float)
    if value.shape != (neighbours.areas,):
        raise ValueError(f"{neighbours.areas} values are needed, one per area")
    if convention not in ("spdep", "esda"):
        raise ValueError(f"unknown convention {convention!r}")
    inside = np.isfinite(value)
    reason = np.where(inside, "", NO_VALUE).astype("<U200")
    links = neighbours.among(inside)
    alone = np.zeros(value.size, dtype=bool)
    alone[np.flatnonzero(inside)[links.islands]] = True
    reason[alone] = ISLAND
    if convention == "spdep":
        inside = inside & ~alone
        links = neighbours.among(inside)
    known = value[inside]
    problem = ""
    if int(np.sum(links.size > 0)) < FEWEST:
        problem = TOO_FEW
    elif np.ptp(known) <= NEAR * max(float(np.abs(known).max()), 1e-300):
        problem = CONSTANT
    return Prepared(known, links, links.weights(style), inside, reason, problem)


class _Sums(NamedTuple):
    """Sums of the weights that variances need (Cliff & Ord 1981)."""

    n: float
    s0: float
    s1: float
    s2: float

    @classmethod
    def of(cls, weights: sp.csr_array) -> _Sums:
        both = weights + weights.T
        margins = weights.sum(axis=1) + weights.sum(axis=0)
        return cls(
            float(weights.shape[0]),
            float(weights.sum()),
            0.5 * float((both.power(2)).sum()),
            float(margins @ margins),
        )


def moran(
    values: ArrayLike,
    neighbours: Neighbours,
    *,
    style: Style = "W",
    assumption: Assumption = "randomisation",
    alternative: Alternative = "two-sided",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    convention: Convention = "spdep",
) -> Autocorrelation:
    """Moran's I: whether neighbouring areas are more alike than chance would make them.

    `values`: one per area, NaN = no value. I = n/S0 · Σ w z z / Σ z²; expected -1/(n-1). Areas without neighbours are
    left out (convention "spdep") or counted with zero weights ("esda"). `permutations` = 0 does without.
    Raises ValueError for wrong shapes and words. Moran (1950), Biometrika 37:17-23; Cliff & Ord (1981), Spatial Processes.
    """
    ready = prepare(values, neighbours, style, convention)
    parameters = _parameters(style, assumption, alternative, permutations, seed, convention)
    if ready.problem:
        return _undefined("moran", ready, parameters)
    z, sums = ready.value - ready.value.mean(), _Sums.of(ready.weights)
    scale = sums.n / (sums.s0 * float(z @ z))
    statistic = scale * float(z @ (ready.weights @ z))
    variance = _moran_variance(sums, z, assumption)
    simulated = _products(z, ready.weights, permutations, seed)[0] * scale
    return _found("moran", ready, parameters, statistic, -1 / (sums.n - 1), variance, simulated, alternative)


def geary(
    values: ArrayLike,
    neighbours: Neighbours,
    *,
    style: Style = "W",
    assumption: Assumption = "randomisation",
    alternative: Alternative = "two-sided",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    convention: Convention = "spdep",
) -> Autocorrelation:
    """Geary's C: squared differences between neighbours; below 1 = neighbours are alike.

    Inputs as `moran`. C = (n-1)/(2 S0) · Σ w (x - y)² / Σ z²; z is the plain deviate (C - 1)/sd, negative for alike.
    Geary (1954), The Incorporated Statistician 5:115-145; variance Cliff & Ord (1981).
    """
    ready = prepare(values, neighbours, style, convention)
    parameters = _parameters(style, assumption, alternative, permutations, seed, convention)
    if ready.problem:
        return _undefined("geary", ready, parameters)
    z, sums = ready.value - ready.value.mean(), _Sums.of(ready.weights)
    scale = (sums.n - 1) / (2 * sums.s0 * float(z @ z))
    margins = ready.weights.sum(axis=1) + ready.weights.sum(axis=0)
    statistic = scale * float(margins @ z**2 - 2 * z @ (ready.weights @ z))
    variance = _geary_variance(sums, z, assumption)
    products, squares = _products(z, ready.weights, permutations, seed)
    return _found(
        "geary", ready, parameters, statistic, 1.0, variance, scale * (squares - 2 * products), alternative
    )


def getis_ord(
    values: ArrayLike,
    neighbours: Neighbours,
    *,
    style: Style = "B",
    alternative: Alternative = "two-sided",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    convention: Convention = "spdep",
) -> Autocorrelation:
    """Getis–Ord general G: whether high values stand beside high ones (large G) or low beside low (small G).

    Inputs as `moran`, values not negative. G = Σ w x y / Σ x y over all pairs of different areas; expected
    S0/(n(n-1)). Getis & Ord (1992), Geogr Anal 24:189-206.
    """
    ready = prepare(values, neighbours, style, convention)
    parameters = _parameters(style, "randomisation", alternative, permutations, seed, convention)
    if not ready.problem and np.any(ready.value < 0):
        ready = ready._replace(problem=NEGATIVE)
    if ready.problem:
        return _undefined("getis_ord", ready, parameters)
    x, sums = ready.value, _Sums.of(ready.weights)
    scale = 1 / (float(x.sum()) ** 2 - float(x @ x))
    statistic = scale * float(x @ (ready.weights @ x))
    expected = sums.s0 / (sums.n * (sums.n - 1))
    variance = _getis_ord_variance(sums, x) - expected**2
    simulated = _products(x, ready.weights, permutations, seed)[0] * scale
    return _found("getis_ord", ready, parameters, statistic, expected, variance, simulated, alternative)


def moran_of_rates(
    count: ArrayLike,
    base: ArrayLike,
    neighbours: Neighbours,
    *,
    style: Style = "W",
    alternative: Alternative = "two-sided",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Autocorrelation:
    """Moran's I of rates whose areas differ in size: each rate is standardised by its own chance first (EBI).

    `count` cases of `base` persons; NaN or base 0 = no value. Small areas vary by chance, which a map of raw rates
    takes for a pattern. Inference by permutation of the standardised rates; z and p of the normal approximation as `moran`.
    Assunção & Reis (1999), Stat Med 18:2147-2162.
    """
    cases, people = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    if cases.shape != people.shape or cases.ndim != 1:
        raise ValueError("counts and bases must be one-dimensional and equally long")
    if np.any(cases < 0) or np.any(people < 0):
        raise ValueError("counts and bases must not be negative")
    known = ~np.isnan(cases) & (people > 0)
    rate = np.full(cases.shape, np.nan)
    if known.any():
        raw, n = cases[known] / people[known], people[known]
        mean = cases[known].sum() / n.sum()
        between = (n @ (raw - mean) ** 2) / n.sum() - mean / n.mean()
        spread = between + mean / n
        spread = np.where(spread > 0, spread, mean / n)
        rate[known] = (raw - mean) / np.sqrt(spread) if mean > 0 else 0.0
    found = moran(
        rate, neighbours, style=style, alternative=alternative, permutations=permutations, seed=seed
    )
    return Autocorrelation(**{**vars(found), "method": "moran_of_rates"})


# --- join counts -----------------------------------------------------------------------------------------------------


class JoinCount(NamedTuple):
    """How often two classes stand side by side; z and p_permutation against chance with the same class sizes."""

    one: str
    other: str
    joins: float
    expected: float
    variance: float
    z: float
    p: float
    p_permutation: float


def join_counts(
    classes: Sequence[str],
    neighbours: Neighbours,
    *,
    alternative: Alternative = "two-sided",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> tuple[JoinCount, ...]:
    """Joins of areas in classes: each pair of classes, and all joins between different classes (one = other = "").

    `classes`: one word per area, "" = no class (left out). Every join counts once; its expectation and variance hold
    for drawing without replacement (non-free sampling). The last row has no variance: use its permutations.
    Cliff & Ord (1981), Spatial Processes, ch. 2.
    """
    words = np.asarray(classes, dtype=np.str_)
    if words.shape != (neighbours.areas,):
        raise ValueError(f"{neighbours.areas} classes are needed, one per area")
    links = neighbours.among(words != "")
    names, code = np.unique(words[words != ""], return_inverse=True)
    sums = _Sums.of(links.weights("B"))
    shuffled = _shuffled_joins(code, links, names.size, permutations, seed)
    observed = _joins(code[None, :], links, names.size)[0]
    sizes = np.bincount(code, minlength=names.size).astype(float)
    found = []
    for a in range(names.size):
        for b in range(a, names.size):
            expected, variance = _join_moments(sums, sizes[a], sizes[b], same=a == b)
            row = _join(
                str(names[a]),
                str(names[b]),
                observed[a, b],
                expected,
                variance,
                shuffled[:, a, b],
                alternative,
            )
            found.append(row)
    different = np.triu(np.ones((names.size, names.size), dtype=bool), 1)
    expected = sum(row.expected for row in found if row.one != row.other)
    total = shuffled[:, different].sum(axis=1)
    found.append(_join("", "", observed[different].sum(), expected, np.nan, total, alternative))
    return tuple(found)


def _join(
    one: str,
    other: str,
    joins: float,
    expected: float,
    variance: float,
    simulated: Floats,
    alternative: Alternative,
) -> JoinCount:
    z = (joins - expected) / np.sqrt(variance) if variance > 0 else np.nan
    p = float(normal(z, alternative))
    simulated_p = _simulated_p(joins, simulated, alternative)
    return JoinCount(one, other, float(joins), float(expected), float(variance), float(z), p, simulated_p)


def _joins(codes: NDArray[np.intp], links: Neighbours, classes: int) -> Floats:
    """Joins of each row of codes: rows × classes × classes, upper triangle; each pair of areas once."""
    pair = codes[:, links.area] * classes + codes[:, links.other]
    row = np.arange(len(codes))[:, None] * classes**2
    counted = np.bincount((pair + row).ravel(), minlength=len(codes) * classes**2)
    table = counted.reshape(len(codes), classes, classes) / 2
    both = table + table.transpose(0, 2, 1)
    return np.where(np.eye(classes, dtype=bool), table, both)


def _shuffled_joins(
    code: NDArray[np.intp], links: Neighbours, classes: int, permutations: int, seed: int
) -> Floats:
    rng = np.random.default_rng(seed)
    rows = max(1, CHUNK // max(links.area.size, 1))
    blocks = [np.empty((0, classes, classes))]
    for start in range(0, permutations, rows):
        shuffled = rng.permuted(np.tile(code, (min(rows, permutations - start), 1)), axis=1)
        blocks.append(_joins(shuffled, links, classes))
    return np.concatenate(blocks)


def _join_moments(sums: _Sums, a: float, b: float, *, same: bool) -> tuple[float, float]:
    n, s0, s1, s2 = sums
    if n < FEWEST:
        return np.nan, np.nan
    two, three, four = n * (n - 1), n * (n - 1) * (n - 2), n * (n - 1) * (n - 2) * (n - 3)
    if same:
        first = a * (a - 1)
        mean = s0 * first / two / 2
        square = s1 * first / two + (s2 - 2 * s1) * first * (a - 2) / three
        square += (s0**2 + s1 - s2) * first * (a - 2) * (a - 3) / four
        return mean, square / 4 - mean**2
    mean = s0 * a * b / two
    square = 2 * s1 * a * b / two + (s2 - 2 * s1) * a * b * (a + b - 2) / three
    square += 4 * (s0**2 + s1 - s2) * a * (a - 1) * b * (b - 1) / four
    return mean, square / 4 - mean**2


# --- moments ------------------------------------------------------------------------------------------------------------


def _moran_variance(sums: _Sums, z: Floats, assumption: Assumption) -> float:
    n, s0, s1, s2 = sums
    expected = -1 / (n - 1)
    if assumption == "normality":
        return (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - expected**2
    k = _kurtosis(z)
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = k * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    return (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2


def _geary_variance(sums: _Sums, z: Floats, assumption: Assumption) -> float:
    n, s0, s1, s2 = sums
    if assumption == "normality":
        return ((2 * s1 + s2) * (n - 1) - 4 * s0**2) / (2 * (n + 1) * s0**2)
    k = _kurtosis(z)
    value = (n - 1) * s1 * (n**2 - 3 * n + 3 - k * (n - 1))
    value -= 0.25 * (n - 1) * s2 * (n**2 + 3 * n - 6 - k * (n**2 - n + 2))
    value += s0**2 * (n**2 - 3 - k * (n - 1) ** 2)
    return value / (n * (n - 2) * (n - 3) * s0**2)


def _getis_ord_variance(sums: _Sums, x: Floats) -> float:
    """Expectation of G²."""
    n, s0, s1, s2 = sums
    m1, m2, m3, m4 = (float(np.sum(x**power)) for power in (1, 2, 3, 4))
    b0 = (n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2
    b1 = -((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0**2)
    b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0**2
    b4 = s1 - s2 + s0**2
    top = b0 * m2**2 + b1 * m4 + b2 * m1**2 * m2 + b3 * m1 * m3 + b4 * m1**4
    return top / ((m1**2 - m2) ** 2 * n * (n - 1) * (n - 2) * (n - 3))


def _kurtosis(z: Floats) -> float:
    return float(z.size * np.sum(z**4) / np.sum(z**2) ** 2)


def _products(x: Floats, weights: sp.csr_array, permutations: int, seed: int) -> tuple[Floats, Floats]:
    """Σ w x y, and Σ w (x² + y²), of shuffled values: one of each per permutation."""
    rng = np.random.default_rng(seed)
    rows = max(1, CHUNK // x.size)
    margins = weights.sum(axis=1) + weights.sum(axis=0)
    products, squares = [np.empty(0)], [np.empty(0)]
    for start in range(0, permutations, rows):
        shuffled = rng.permuted(np.tile(x, (min(rows, permutations - start), 1)), axis=1)
        products.append(np.einsum("ij,ji->i", shuffled, weights @ shuffled.T))
        squares.append(shuffled**2 @ margins)
    return np.concatenate(products), np.concatenate(squares)


# --- results -------------------------------------------------------------------------------------------------------------


def _parameters(
    style: str, assumption: str, alternative: str, permutations: int, seed: int, convention: str
) -> dict[str, Any]:
    if assumption not in ("randomisation", "normality"):
        raise ValueError(f"unknown assumption {assumption!r}")
    if permutations < 0:
        raise ValueError("the number of permutations must not be negative")
    return {
        "style": style,
        "assumption": assumption,
        "alternative": alternative,
        "permutations": permutations,
        "seed": seed,
        "convention": convention,
    }


def _found(
    method: str,
    ready: Prepared,
    parameters: Mapping[str, Any],
    statistic: float,
    expected: float,
    variance: float,
    simulated: Floats,
    alternative: Alternative,
) -> Autocorrelation:
    z = (statistic - expected) / float(np.sqrt(variance)) if variance > 0 else float("nan")
    return Autocorrelation(
        method=method,
        statistic=statistic,
        expected=expected,
        variance=variance,
        z=z,
        p=float(normal(z, alternative)),
        p_permutation=_simulated_p(statistic, simulated, alternative),
        status=Status.OK,
        **_who(ready),
        parameters=parameters,
    )


def _undefined(method: str, ready: Prepared, parameters: Mapping[str, Any]) -> Autocorrelation:
    nan = float("nan")
    who = {**_who(ready), "reason": ready.problem}
    return Autocorrelation(
        method, nan, nan, nan, nan, nan, nan, status=Status.NOT_MEANINGFUL, parameters=parameters, **who
    )


def _who(ready: Prepared) -> dict[str, Any]:
    return {
        "areas": int(ready.inside.sum()),
        "missing": tuple(np.flatnonzero(ready.reason == NO_VALUE).tolist()),
        "islands": tuple(np.flatnonzero(ready.reason == ISLAND).tolist()),
        "reason": "",
    }


def _simulated_p(statistic: float, simulated: Floats, alternative: Alternative) -> float:
    if not simulated.size:
        return float("nan")
    slack = NEAR * max(abs(statistic), float(np.abs(simulated).max()), 1e-300)
    high, low = np.sum(simulated >= statistic - slack), np.sum(simulated <= statistic + slack)
    return float(of_permutations(high, low, simulated.size, alternative))


_NAMES = {
    "moran": "Morans I",
    "moran_of_rates": "Morans I der nach Größe standardisierten Raten",
    "geary": "Gearys C",
    "getis_ord": "Getis-Ord G",
}


def _told(found: Autocorrelation, level: float) -> str:
    if found.reason:
        return f"Kein Ergebnis: {found.reason}."
    p = found.p if np.isnan(found.p_permutation) else found.p_permutation
    figure = f"{_NAMES[found.method]} = {found.statistic:.3f}, erwartet bei Zufall {found.expected:.3f}, p = {p:.3f}".replace(
        ".", ","
    )
    if p > level:
        what = "Ein räumliches Muster ist nicht von einer zufälligen Verteilung der Werte zu unterscheiden"
    elif found.method == "getis_ord":
        more = found.statistic > found.expected
        what = f"{'Hohe' if more else 'Niedrige'} Werte liegen häufiger beieinander, als der Zufall es erwarten ließe"
    elif (found.statistic > found.expected) != (found.method == "geary"):
        what = "Benachbarte Gebiete haben ähnlichere Werte, als der Zufall es erwarten ließe"
    else:
        what = "Benachbarte Gebiete unterscheiden sich stärker, als der Zufall es erwarten ließe"
    out = len(found.missing) + len(found.islands)
    rest = f" {out} Gebiete ohne Wert oder ohne Nachbargebiete sind nicht dabei." if out > 1 else ""
    rest = rest or (" Ein Gebiet ohne Wert oder ohne Nachbargebiete ist nicht dabei." if out else "")
    return f"{what} ({figure}; {found.areas} Gebiete).{rest}"
