"""Standardised rates (altersstandardisierte Raten): what an area's rate would be with another make-up by age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.indicators.intervals import Floats, byar
from sozialraum.tables import Status

# Persons of 100,000 in the European Standard Population of 2013, by the first year of a band of five years.
# Eurostat (2013), Revision of the European Standard Population, table 3; 90 stands for 90 and older.
ESP2013: Mapping[int, int] = {
    0: 5000, 5: 5500, 10: 5500, 15: 5500, 20: 6000, 25: 6000, 30: 6500, 35: 7000, 40: 7000, 45: 7000,
    50: 7000, 55: 6500, 60: 6000, 65: 5500, 70: 5000, 75: 4000, 80: 2500, 85: 1500, 90: 1000,
}  # fmt: skip
# The first year of life stands apart in the full table: 1,000 of the 5,000 below five.
FIRST_YEAR = 1000
FEWEST_EVENTS = 10

FEW = "weniger als zehn Ereignisse: keine standardisierte Rate"
EMPTY_BAND = "eine Altersgruppe ohne Bevölkerung"
NO_FIGURE = "eine Zahl fehlt"


class Standardised(NamedTuple):
    """Standardised values with limits, per person; NaN only where `reason` says why, in German.

    `events` and `expected` are the observed and the expected number of events (expected only for indirect ones).
    """

    value: Floats
    lower: Floats
    upper: Floats
    status: NDArray[np.str_]
    reason: NDArray[np.str_]
    events: Floats
    expected: Floats


def direct(
    x: ArrayLike,
    n: ArrayLike,
    weights: ArrayLike,
    *,
    variance: ArrayLike | None = None,
    minimum: float = FEWEST_EVENTS,
    level: float = 0.95,
) -> Standardised:
    """Directly standardised rates: Σ w x / n ÷ Σ w.

    `x` events and `n` persons, areas × bands or bands alone; `weights`: the standard population by band. `variance`:
    of the events where they are not independent (see `clustered`), else they count as Poisson. Fewer than `minimum`
    events: not meaningful. An area with a missing figure or an empty band has no value, and `reason` tells it.
    Raises ValueError for negative numbers and weights that do not fit. Limits: Dobson, Kuulasmaa, Eberle & Scherer
    (1991), Stat Med 10:457-462: value + √(Var(value) / events) (limit of the events - events), limits after Byar.
    """
    cases, people, weight = _bands(x, n, weights)
    spread = cases if variance is None else np.broadcast_to(np.asarray(variance, dtype=float), cases.shape)
    share = weight / weight.sum()
    known, reason = _usable(cases, people)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (share * cases / people).sum(axis=-1)
        rate_variance = (share**2 * spread / people**2).sum(axis=-1)
    total = np.where(known, cases.sum(axis=-1), 0.0)
    reason = np.where(known & (total < minimum), FEW, reason)
    events = byar(total, np.ones_like(total), level)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt(rate_variance / total)
        lower, upper = value + scale * (events.lower - total), value + scale * (events.upper - total)
    return _standardised(value, lower, upper, reason, total)


def clustered(persons: ArrayLike, frequencies: ArrayLike) -> tuple[Floats, Floats]:
    """Events and their variance where one person can have several (hospital stays, reports to the youth office).

    `persons`: how many persons had exactly that many events, ... × frequencies; `frequencies`: 1, 2, 3 … Returns
    (Σ f · persons, Σ f² · persons). Breslow & Day as used by Public Health England, PHDS technical guide (2018).
    """
    who, often = np.asarray(persons, dtype=float), np.asarray(frequencies, dtype=float)
    if who.shape[-1:] != often.shape or np.any(who < 0) or np.any(often <= 0):
        raise ValueError("persons need one non-negative number per positive frequency")
    return who @ often, who @ often**2


def indirect(
    x: ArrayLike,
    n: ArrayLike,
    reference_x: ArrayLike,
    reference_n: ArrayLike,
    *,
    level: float = 0.95,
) -> Standardised:
    """Indirectly standardised ratios: observed by expected events, were the reference's rates by band those of the area.

    `x`: observed events, one per area (only the total is needed); `n` persons, areas × bands; `reference_x`,
    `reference_n`: events and persons of the reference by band. 1.0 = as many as expected; for a rate multiply by
    Σ reference_x / Σ reference_n. Limits: Byar's, exact below ten events, over the expected. Two areas must not be
    compared by these ratios, each only with the reference. Raises ValueError for negative numbers and empty bands of
    the reference. Breslow & Day (1987), Statistical Methods in Cancer Research II, ch. 2.
    """
    people = np.asarray(n, dtype=float)
    cases, base = np.asarray(reference_x, dtype=float), np.asarray(reference_n, dtype=float)
    if cases.shape != base.shape or cases.shape != people.shape[-1:]:
        raise ValueError("the reference needs events and persons for every band")
    if np.any(base <= 0) or np.any(cases < 0) or np.any(people < 0):
        raise ValueError("events and persons must not be negative, and no band of the reference may be empty")
    observed = np.asarray(x, dtype=float)
    if observed.shape != people.shape[:-1]:
        raise ValueError("one number of observed events per area is needed")
    expected = people @ (cases / base)
    known = np.isfinite(observed) & np.isfinite(expected) & (np.nan_to_num(expected) > 0)
    found = byar(np.where(known, observed, 0.0), np.where(known, expected, 1.0), level)
    reason = np.where(known, "", np.where(np.isfinite(observed + expected), EMPTY_BAND, NO_FIGURE))
    done = _standardised(found.value, found.lower, found.upper, reason, np.where(known, observed, 0.0))
    return done._replace(expected=np.where(known, expected, np.nan))


def esp2013(ages: Sequence[int]) -> Floats:
    """The European Standard Population 2013 by bands that begin with the given ages; the last one is open.

    `ages`: first years in order, the first one 0 (or older: then the standard begins there too). Bands may be wider
    or narrower than five years; within five years persons count as evenly spread, except the first year of life.
    """
    starts = list(ages)
    if not starts or starts != sorted(set(starts)) or starts[0] < 0 or starts[-1] > 90:
        raise ValueError("ages must rise from 0 or above up to at most 90")
    by_year = np.repeat([count / 5 for count in ESP2013.values()], 5)[:95]
    by_year[0] = FIRST_YEAR
    by_year[1:5] = (ESP2013[0] - FIRST_YEAR) / 4
    ends = [*starts[1:], by_year.size]
    return np.array([by_year[one:end].sum() for one, end in zip(starts, ends, strict=True)])


def _bands(x: ArrayLike, n: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats, Floats]:
    cases, people = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(n, dtype=float))
    weight = np.asarray(weights, dtype=float)
    if cases.ndim == 0 or weight.shape != cases.shape[-1:]:
        raise ValueError("one weight per band is needed")
    if np.any(cases < 0) or np.any(people < 0):
        raise ValueError("events and persons must not be negative")
    if not np.isfinite(weight).all() or np.any(weight < 0) or weight.sum() <= 0:
        raise ValueError("weights must be finite, not negative and not all zero")
    return cases, people, weight


def _usable(cases: Floats, people: Floats) -> tuple[NDArray[np.bool_], NDArray[np.str_]]:
    there = (np.isfinite(cases) & np.isfinite(people)).all(axis=-1)
    empty = (people == 0).any(axis=-1)
    return there & ~empty, np.where(~there, NO_FIGURE, np.where(empty, EMPTY_BAND, ""))


def _standardised(
    value: Floats, lower: Floats, upper: Floats, reason: NDArray[np.str_], events: Floats
) -> Standardised:
    none = np.asarray(reason) != ""
    status = np.where(reason == NO_FIGURE, Status.MISSING, np.where(none, Status.NOT_MEANINGFUL, Status.OK))
    value, lower, upper = (np.where(none, np.nan, part) for part in (value, lower, upper))
    return Standardised(
        value, lower, upper, np.asarray(status, np.str_), np.asarray(reason, np.str_),
        np.where(reason == NO_FIGURE, np.nan, events), np.full(np.shape(value), np.nan),
    )  # fmt: skip
