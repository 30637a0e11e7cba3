"""Smoothed rates (Glättung): empirical Bayes towards all areas or the neighbours, and years taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.indicators.intervals import byar, wilson
from sozialraum.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]
Family = Literal["poisson", "binomial"]
Convention = Literal["spdep", "marshall"]
Kind = Literal["rate", "share"]

NO_COUNT = "keine Fallzahl"
NO_BASE = "kein Nenner"
NO_SPREAD = "keine Unterschiede über den Zufall hinaus: ganz auf den Mittelwert gezogen"
NO_SPREAD_NEAR = "keine Unterschiede im Umkreis über den Zufall hinaus: ganz auf dessen Mittelwert gezogen"
ISLAND = "ohne Nachbargebiete: nicht geglättet"
NO_EVENTS = "kein einziger Fall: nichts zu glätten"
FEWER_YEARS = "zusammengefasst aus weniger Zeiträumen als verlangt"


@dataclass(frozen=True)
class Smoothed:
    """Smoothed values of all areas, as fractions of the base; NaN only where `reason` says why.

    `raw`: count by base; `prior`: the mean an area is drawn to; `weight`: how much its own value counts (0 to 1);
    `variance`: of the value under the model, without the uncertainty of mean and spread themselves. `status`: words of
    `sozialraum.tables.Status` (estimated for a smoothed value); `sentence()` says in German what was done.
    """

    value: Floats
    raw: Floats
    prior: Floats
    weight: Floats
    variance: Floats
    status: NDArray[np.str_]
    reason: NDArray[np.str_]
    method: str
    parameters: Mapping[str, Any]

    def sentence(self, per: float = 100, unit: str = "Prozent") -> str:
        """What was done, for a planner; `per` and `unit` as the indicator is shown (100, „Prozent“)."""
        return _told(self, per, unit)


@dataclass(frozen=True)
class Pooled:
    """Values over several periods, as fractions of the base, with limits; NaN only where `reason` says why.

    `count` and `base` are the sums, `periods` how many periods an area contributes.
    """

    value: Floats
    lower: Floats
    upper: Floats
    count: Floats
    base: Floats
    periods: Ints
    status: NDArray[np.str_]
    reason: NDArray[np.str_]
    method: str
    parameters: Mapping[str, Any]

    def sentence(self) -> str:
        """What was done, for a planner."""
        names: tuple[str, ...] = self.parameters["names"]
        fewer = int(np.sum(self.reason == FEWER_YEARS))
        what = (
            "Fälle aller Zeiträume, geteilt durch die Summe der Bevölkerung aller Zeiträume"
            if self.method == "rate"
            else "Mittel der Zeiträume, nach ihrer Bevölkerung gewichtet"
        )
        gaps = f" {_areas(fewer)} weniger Zeiträume geliefert; dort zählt nur, was da ist." if fewer else ""
        return (
            f"{len(names)} Zeiträume ({names[0]} bis {names[-1]}) sind zusammengefasst: {what}. Die Werte schwanken dadurch "
            f"weniger, Veränderungen innerhalb dieser Zeit sind nicht mehr zu sehen.{gaps}"
        )


class _Rates(NamedTuple):
    """Counts, bases and rates with 0 where an area does not take part."""

    cases: Floats
    base: Floats
    rate: Floats
    known: Flags
    reason: NDArray[np.str_]


def global_bayes(count: ArrayLike, base: ArrayLike, *, family: Family = "poisson") -> Smoothed:
    """Empirical Bayes towards the mean of all areas: the fewer persons, the closer to the mean.

    `count` cases of `base` persons (or expected cases), one per area; NaN = not delivered. An area is drawn to
    m = Σ count / Σ base by its weight A / (A + v / base), v = m ("poisson", events) or m(1-m) - A ("binomial",
    proportions); A is the variance between areas by moments, at least 0.
    Areas without count or base do not take part and come out as NaN with the reason.
    Raises ValueError for negative numbers, counts without base, more than everybody (binomial).
    Marshall (1991), Appl Stat 40:283-294; binomial: Martuzzi & Elliott (1996), Stat Med 15:1867-1873.
    """
    rates = _rates(count, base, family)
    people, areas = rates.base.sum(), int(rates.known.sum())
    mean = np.full(rates.rate.shape, rates.cases.sum() / people if people else np.nan)
    spread = (rates.base @ (rates.rate - mean) ** 2) / people if people else np.nan
    between = _between(spread, mean, people / areas if areas else np.nan, family)
    smoothed = _drawn(rates, mean, between, family)
    reason = np.where(rates.known & (between == 0), NO_SPREAD, rates.reason)
    reason = np.where(rates.known & (mean == 0), NO_EVENTS, reason)
    return _smoothed(rates, mean, between, smoothed, reason, "global", {"family": family, "areas": areas})


def local_bayes(
    count: ArrayLike,
    base: ArrayLike,
    neighbours: ArrayLike,
    *,
    family: Family = "poisson",
    convention: Convention = "spdep",
) -> Smoothed:
    """Empirical Bayes towards the mean of an area and its neighbours.

    `count`, `base` as in `global_bayes`; `neighbours`: k × 2 positions (from 0) of areas and their neighbours, each
    link in both directions (`np.argwhere` of a 0/1 matrix); the area itself belongs to its surroundings. `convention`
    says from which mean the deviations in the surroundings are taken: "spdep" = each area from its own local mean
    (as R spdep), "marshall" = all from the mean of these surroundings (as in the paper, and esda).
    An area without neighbours keeps its raw value. Raises ValueError as `global_bayes`, and for positions out of range.
    Marshall (1991), Appl Stat 40:283-294.
    """
    if convention not in ("spdep", "marshall"):
        raise ValueError(f"unknown convention {convention!r}")
    rates = _rates(count, base, family)
    area, other = _links(neighbours, rates)
    sums = _Sums(area, other, rates.rate.size)
    people, size = sums.of(rates.base), sums.of(rates.known.astype(float))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums.of(rates.cases) / people
        deviation = (
            sums.of(rates.base * (rates.rate - np.where(rates.known, mean, 0)) ** 2)
            if convention == "spdep"
            else sums.of_links(rates.base[other] * (rates.rate[other] - mean[area]) ** 2)
        )
        between = _between(deviation / people, mean, people / size, family)
    island = rates.known & (size == 1)
    smoothed = _drawn(rates, mean, between, family)
    smoothed = _Drawn(
        value=np.where(island, rates.rate, smoothed.value),
        weight=np.where(island, 1.0, smoothed.weight),
        variance=np.where(island, np.nan, smoothed.variance),
    )
    reason = np.where(rates.known & (between == 0), NO_SPREAD_NEAR, rates.reason)
    reason = np.where(rates.known & (mean == 0), NO_EVENTS, reason)
    reason = np.where(island, ISLAND, reason)
    parameters = {
        "family": family,
        "convention": convention,
        "areas": int(rates.known.sum()),
        "islands": int(island.sum()),
    }
    return _smoothed(rates, mean, between, smoothed, reason, "local", parameters)


def pool_years(
    count: ArrayLike,
    base: ArrayLike,
    *,
    kind: Kind = "rate",
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> Pooled:
    """Several periods taken together: sum of the counts by sum of the bases.

    `count`, `base`: periods × areas; NaN = not delivered: this period is left out for the area and told. "rate":
    events that happen anew each year, limits after Byar from all events. "share": the same persons are counted again
    each year, so the limits (Wilson) come from the mean count and base of a year: pooling steadies a share, but does not
    make its sample larger. `names`: of the periods, oldest first. Raises ValueError for negative numbers, wrong shapes.
    """
    cases, people = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    if cases.ndim != 2 or cases.shape != people.shape or not cases.shape[0]:
        raise ValueError("counts and bases need the shape periods × areas")
    if np.any(cases < 0) or np.any(people < 0):
        raise ValueError("counts and bases must not be negative")
    if kind not in ("rate", "share"):
        raise ValueError(f"unknown kind {kind!r}")
    labels = tuple(names) if names is not None else tuple(str(k + 1) for k in range(cases.shape[0]))
    if len(labels) != cases.shape[0]:
        raise ValueError("names need one entry per period")
    delivered = ~(np.isnan(cases) | np.isnan(people))
    total, whole = (np.where(delivered, part, 0.0).sum(axis=0) for part in (cases, people))
    periods = delivered.sum(axis=0)
    interval = byar(total, whole, level) if kind == "rate" else _share_limits(total, whole, periods, level)
    empty = periods == 0
    status = np.select(
        [empty, whole == 0, periods < len(labels)],
        [Status.MISSING, Status.NOT_MEANINGFUL, Status.ESTIMATED],
        Status.OK,
    )
    reason = np.select([empty, whole == 0, periods < len(labels)], [NO_COUNT, NO_BASE, FEWER_YEARS], "")
    parameters = {"names": labels, "level": level}
    sums = (np.where(empty, np.nan, total), np.where(empty, np.nan, whole))
    return Pooled(*interval, *sums, periods, np.asarray(status, np.str_), reason, kind, parameters)


def _share_limits(total: Floats, whole: Floats, periods: Ints, level: float) -> tuple[Floats, Floats, Floats]:
    years = np.maximum(periods, 1)
    return wilson(total / years, whole / years, level)


# --- what enters -----------------------------------------------------------------------------------------------------


def _rates(count: ArrayLike, base: ArrayLike, family: str) -> _Rates:
    cases, people = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    if cases.ndim != 1 or cases.shape != people.shape:
        raise ValueError("counts and bases must be one-dimensional and equally long")
    if family not in ("poisson", "binomial"):
        raise ValueError(f"unknown family {family!r}")
    if np.any(cases < 0) or np.any(people < 0) or np.any(np.isinf(cases)) or np.any(np.isinf(people)):
        raise ValueError("counts and bases must be finite and not negative")
    if np.any((people == 0) & (cases > 0)) or (family == "binomial" and np.any(cases > people)):
        raise ValueError("an area has more cases than its base allows")
    missing = np.isnan(cases) | np.isnan(people)
    known = ~missing & (people > 0)
    reason = np.where(missing, NO_COUNT, np.where(known, "", NO_BASE)).astype("<U200")
    cases, people = np.where(known, cases, 0.0), np.where(known, people, 0.0)
    return _Rates(cases, people, cases / np.where(known, people, 1.0), known, reason)


class _Sums(NamedTuple):
    """Sums over the surroundings of each area."""

    area: Ints
    other: Ints
    areas: int

    def of(self, values: Floats) -> Floats:
        """Sum of the values of all areas in the surroundings."""
        return self.of_links(values[self.other])

    def of_links(self, values: Floats) -> Floats:
        """Sum of values given per link."""
        return np.asarray(np.bincount(self.area, weights=values, minlength=self.areas), dtype=float)


def _links(neighbours: ArrayLike, rates: _Rates) -> tuple[Ints, Ints]:
    """Links between areas that take part, each once, and of each area with itself."""
    areas = rates.rate.size
    pairs = np.asarray(neighbours)
    if pairs.size == 0:
        pairs = np.empty((0, 2), dtype=np.intp)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError("neighbours need two columns of positions")
    if pairs.size and (pairs.min() < 0 or pairs.max() >= areas):
        raise ValueError(f"positions of neighbours must lie between 0 and {areas - 1}")
    itself = np.arange(areas, dtype=np.intp)
    code = np.unique(
        np.concatenate([pairs[:, 0].astype(np.intp) * areas + pairs[:, 1], itself * (areas + 1)])
    )
    area, other = code // max(areas, 1), code % max(areas, 1)
    taking_part = rates.known[area] & rates.known[other]
    return area[taking_part], other[taking_part]


# --- the model -------------------------------------------------------------------------------------------------------


class _Drawn(NamedTuple):
    value: Floats
    weight: Floats
    variance: Floats


def _between(spread: ArrayLike, mean: Floats, base: ArrayLike, family: Family) -> Floats:
    """Variance between areas by moments: what the observed spread has beyond chance; at least 0."""
    spread, base = np.asarray(spread), np.asarray(base)
    with np.errstate(divide="ignore", invalid="ignore"):
        if family == "poisson":
            between = spread - mean / base
        else:
            between = np.where(base > 1, (base * spread - mean * (1 - mean)) / (base - 1), 0.0)
    return np.broadcast_to(np.maximum(between, 0.0), mean.shape)


def _drawn(rates: _Rates, mean: Floats, between: Floats, family: Family) -> _Drawn:
    """Value between own rate and mean, weight of the own rate, and variance under the model."""
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = (mean if family == "poisson" else np.maximum(mean * (1 - mean) - between, 0.0)) / rates.base
        weight = np.where(between > 0, between / (between + chance), 0.0)
    return _Drawn(mean + weight * (rates.rate - mean), weight, between * (1 - weight))


def _smoothed(
    rates: _Rates,
    mean: Floats,
    between: Floats,
    drawn: _Drawn,
    reason: NDArray[np.str_],
    method: str,
    parameters: dict[str, Any],
) -> Smoothed:
    value, weight, variance, raw, prior = (
        np.where(rates.known, part, np.nan) for part in (*drawn, rates.rate, mean)
    )
    status = np.select(
        [rates.known, rates.reason == NO_COUNT], [Status.ESTIMATED, Status.MISSING], Status.NOT_MEANINGFUL
    )
    if method == "global" and rates.known.any():
        parameters |= {"mean": float(mean[0]), "between_variance": float(between[0])}
    status = np.where(reason == ISLAND, Status.OK, status)
    return Smoothed(
        value, raw, prior, weight, variance, np.asarray(status, np.str_), reason, method, parameters
    )


# --- what is told ------------------------------------------------------------------------------------------------------


def _told(smoothed: Smoothed, per: float, unit: str) -> str:
    areas = int(smoothed.parameters["areas"])
    if not areas:
        return "Nichts geglättet: Kein Gebiet hat Fallzahl und Nenner."
    own = f"{100 * float(np.nanmean(smoothed.weight)):.0f}"
    left_out = smoothed.value.size - areas
    rest = f" {_areas(left_out)} keine Fallzahl oder keinen Nenner und daher keinen Wert." if left_out else ""
    if smoothed.method == "global":
        mean = _german(smoothed.parameters["mean"] * per)
        towards = f"zum Mittelwert aller {areas} Gebiete ({mean} {unit})"
        islands = ""
    else:
        towards = "zum Mittelwert aus Gebiet und Nachbargebieten"
        alone = int(smoothed.parameters["islands"])
        islands = f" {_areas(alone)} keine Nachbargebiete und den rohen Wert behalten." if alone else ""
    return (
        f"Die Werte sind geglättet: Jedes Gebiet ist {towards} hin gezogen, umso stärker, je weniger Personen im Nenner stehen. "
        f"Im Mittel der Gebiete zählt der eigene Wert zu {own} Prozent.{islands}{rest} Geglättete Werte zeigen Muster; für das "
        "einzelne Gebiet bleibt der rohe Wert die gezählte Zahl."
    )


def _areas(number: int) -> str:
    return "Ein Gebiet hat" if number == 1 else f"{number} Gebiete haben"


def _german(number: float) -> str:
    digits = 1 if abs(number) >= 1 else 3
    return f"{number:,.{digits}f}".translate(str.maketrans(",.", ".,"))
