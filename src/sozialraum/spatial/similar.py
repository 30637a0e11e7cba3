"""Similar areas (ähnliche Gebiete): which areas stand closest to one area in several indicators, and in which of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Scale = Literal["sd", "mad", "range"]
Unit = Literal["value", "sd", "percent"]

TOO_LITTLE = "zu wenige gemeinsame Kennzahlen"
NAMED = 3


class Reason(NamedTuple):
    """How far two areas lie apart in one indicator: position of the indicator, both values, difference in units of spread."""

    indicator: int
    own: float
    other: float
    difference: float


class Match(NamedTuple):
    """One similar area: its position, how far away (0 = equal in everything), in how many indicators both have values.

    `closest`: indicators from the smallest difference on, `furthest` from the greatest on; `outside`: those that
    miss their tolerance (empty when searched by distance).
    """

    area: int
    distance: float
    shared: int
    closest: tuple[Reason, ...]
    furthest: tuple[Reason, ...]
    outside: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Similar:
    """Similar areas, the most similar first, and which areas could not be compared.

    `left_out`: positions of areas that share too few indicators with the asked one; `unused`: positions of indicators
    that the asked area lacks or in which all areas are equal. `reason` says in German why there is no match at all.
    """

    matches: tuple[Match, ...]
    left_out: tuple[int, ...]
    unused: tuple[int, ...]
    reason: str = ""


def by_distance(
    values: ArrayLike,
    area: int,
    *,
    number: int = 5,
    weights: ArrayLike | None = None,
    scale: Scale = "sd",
    shared: float = 0.5,
    named: int = NAMED,
) -> Similar:
    """The areas with the smallest standardised distance to one area.

    `values`: areas × indicators, NaN = no value (suppressed values stay out, they are never 0); `area`: position of the
    asked area; `weights`: one per indicator (equal by default). Each difference is divided by the spread of the
    indicator over all areas: standard deviation ("sd"), 1.4826 times the median absolute deviation ("mad", robust) or
    the range ("range", which makes it Gower's). Distance = root of the weighted mean of squared differences over the
    indicators that both have; areas that share less than the weight `shared` (0 to 1) of the asked area's indicators are
    left out. Ties keep the order of the areas. `named`: how many indicators are told per match.
    Raises ValueError for wrong shapes, positions or words. Gower (1971), Biometrics 27:857-871.
    """
    table, weight = _inputs(values, area, weights)
    gaps, usable = _gaps(table, area, weight, scale)
    if not usable.any():
        return Similar((), _others(table, area), tuple(np.flatnonzero(~usable).tolist()), TOO_LITTLE)
    both = ~np.isnan(gaps)
    reach = both @ weight
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.sqrt(np.where(both, gaps, 0.0) ** 2 @ weight / reach)
    enough = (reach > 0) & (reach >= shared * weight[usable].sum() - 1e-12)
    enough[area] = False
    order = [int(at) for at in np.argsort(np.where(enough, distance, np.inf), kind="stable") if enough[at]]
    matches = tuple(
        _match(table, gaps, area, at, float(distance[at]), named) for at in order[: max(number, 0)]
    )
    left_out = tuple(at for at in _others(table, area) if not enough[at])
    return Similar(matches, left_out, tuple(np.flatnonzero(~usable).tolist()), "" if order else TOO_LITTLE)


def by_tolerances(
    values: ArrayLike,
    area: int,
    tolerances: ArrayLike,
    *,
    unit: Unit = "value",
    allowed: int = 0,
    number: int | None = None,
    named: int = NAMED,
) -> Similar:
    """All areas whose indicators lie within given tolerances of those of one area.

    `values`, `area` as in `by_distance`; `tolerances`: one number for all indicators or one each (NaN = does not
    matter), in the indicator's own unit ("value"), in standard deviations ("sd") or in percent of the asked area's
    value ("percent"). Up to `allowed` indicators may lie outside; they are told in `outside`. Areas without a value in
    an indicator that matters are left out. Ordered by how many lie outside, then by distance (root mean square of
    difference by tolerance). Raises ValueError for wrong shapes, negative tolerances, unknown words.
    """
    table, _ = _inputs(values, area, None)
    limit = np.broadcast_to(np.asarray(tolerances, dtype=float), (table.shape[1],)).copy()
    if np.any(limit < 0):
        raise ValueError("tolerances must not be negative")
    if unit not in ("value", "sd", "percent"):
        raise ValueError(f"unknown unit {unit!r}")
    if unit == "sd":
        limit = limit * np.nan_to_num(_spread(table, "sd"))
    if unit == "percent":
        limit = limit / 100 * np.abs(table[area])
    usable = ~np.isnan(limit) & ~np.isnan(table[area])
    unused = tuple(np.flatnonzero(~usable).tolist())
    if not usable.any():
        return Similar((), _others(table, area), unused, TOO_LITTLE)
    difference = np.where(usable, table - table[area], np.nan)
    slack = 1e-9 * np.maximum(1.0, np.abs(np.nan_to_num(limit)))
    outside: Flags = np.asarray(usable & (np.abs(difference) > limit + slack), dtype=bool)
    gaps = difference / np.where(limit > 0, limit, 1.0)
    complete: Flags = np.asarray(~np.isnan(difference[:, usable]).any(axis=1))
    distance = np.sqrt(np.where(usable, gaps, 0.0) ** 2 @ np.ones(usable.size) / usable.sum())
    misses = outside.sum(axis=1)
    fitting = complete & (misses <= allowed)
    fitting[area] = False
    order = [int(at) for at in np.lexsort((np.arange(len(misses)), distance, misses)) if fitting[at]]
    matches = tuple(
        _match(table, gaps, area, at, float(distance[at]), named, outside[at]) for at in order[:number]
    )
    left_out = tuple(at for at in _others(table, area) if not complete[at])
    return Similar(matches, left_out, unused, "" if order else "kein Gebiet liegt innerhalb der Toleranzen")


def why(match: Match, names: Sequence[str]) -> str:
    """Why an area is similar, for a planner: the indicators that are closest, and the one that differs most.

    `names`: German names of the indicators, in the order of the columns.
    """
    near = _list([names[reason.indicator] for reason in match.closest])
    told = f"am ähnlichsten bei {near}" if near else "keine gemeinsame Kennzahl"
    away = next((r for r in match.furthest if r.indicator not in {c.indicator for c in match.closest}), None)
    if away is not None:
        told += f"; am weitesten auseinander bei {names[away.indicator]}"
    if match.outside:
        told += f"; außerhalb der Toleranz: {_list([names[reason.indicator] for reason in match.outside])}"
    return told


def _list(words: Sequence[str]) -> str:
    return " und ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _inputs(values: ArrayLike, area: int, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    table = np.asarray(values, dtype=float)
    if table.ndim != 2:
        raise ValueError("values need the shape areas × indicators")
    if not 0 <= area < table.shape[0]:
        raise ValueError(f"no area at position {area}")
    weight = np.ones(table.shape[1]) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != (table.shape[1],) or not np.all(weight >= 0):
        raise ValueError("weights need one number of at least 0 per indicator")
    return np.where(np.isinf(table), np.nan, table), weight


def _spread(table: Floats, scale: Scale) -> Floats:
    """Spread of each indicator over the areas that have it; NaN where none has."""
    known = ~np.isnan(table)
    spread = np.full(table.shape[1], np.nan)
    for at in np.flatnonzero(known.any(axis=0)):
        column = table[known[:, at], at]
        if scale == "sd":
            spread[at] = column.std()
        elif scale == "mad":
            spread[at] = 1.4826 * np.median(np.abs(column - np.median(column)))
        elif scale == "range":
            spread[at] = np.ptp(column)
        else:
            raise ValueError(f"unknown scale {scale!r}")
        if spread[at] <= 1e-12 * np.abs(column).max():
            spread[at] = 0.0
    return spread


def _gaps(table: Floats, area: int, weight: Floats, scale: Scale) -> tuple[Floats, Flags]:
    """Standardised differences from the asked area, NaN where they cannot be told; and which indicators can be used."""
    spread = _spread(table, scale)
    usable = (np.nan_to_num(spread) > 0) & ~np.isnan(table[area]) & (weight > 0)
    return np.where(usable, (table - table[area]) / np.where(usable, spread, 1.0), np.nan), usable


def _others(table: Floats, area: int) -> tuple[int, ...]:
    return tuple(at for at in range(table.shape[0]) if at != area)


def _match(
    table: Floats,
    gaps: Floats,
    area: int,
    at: int,
    distance: float,
    named: int,
    outside: Flags | None = None,
) -> Match:
    shared = np.flatnonzero(~np.isnan(gaps[at]))
    order = shared[np.argsort(np.abs(gaps[at, shared]), kind="stable")]

    def told(positions: NDArray[np.intp]) -> tuple[Reason, ...]:
        return tuple(
            Reason(int(k), float(table[area, k]), float(table[at, k]), float(gaps[at, k])) for k in positions
        )

    missed = np.flatnonzero(outside) if outside is not None else np.empty(0, dtype=np.intp)
    return Match(at, distance, int(shared.size), told(order[:named]), told(order[::-1][:named]), told(missed))
