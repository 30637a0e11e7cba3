"""Life expectancy from an abridged life table (Lebenserwartung): Chiang's table, limits after Silcocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.tables import Status

Floats = NDArray[np.float64]

# Deaths in the first year of life come early in it; in all other bands they count as evenly spread.
FIRST_YEAR = 0.1
SMALLEST_POPULATION = 5000
WIDEST = 20.0

MISSING = "eine Zahl fehlt"
EMPTY_BAND = "eine Altersgruppe ohne Bevölkerung"
MORE_DEATHS = "in einer Altersgruppe mehr Sterbefälle als Bevölkerung"
TOO_MANY = "die Sterberate einer Altersgruppe ist zu hoch für ihre Breite"
NO_LAST = "kein Sterbefall in der höchsten Altersgruppe"
TOO_SMALL = "höchstens 5.000 Personen: zu wenige für eine Lebenserwartung"
TOO_WIDE = "der 95-Prozent-Bereich ist breiter als 20 Jahre"


class LifeTable(NamedTuple):
    """Life tables, areas × bands: `q` probability of dying in the band, `l` survivors of 1 at its beginning, `L` years
    lived in it, `e` life expectancy at its beginning with standard error `se`."""

    q: Floats
    l: Floats  # noqa: E741 - the letters of demography
    L: Floats
    e: Floats
    se: Floats


class LifeExpectancy(NamedTuple):
    """Life expectancy in years with limits, one per area; NaN only where `reason` says why, in German."""

    value: Floats
    lower: Floats
    upper: Floats
    status: NDArray[np.str_]
    reason: NDArray[np.str_]


def life_expectancy(
    deaths: ArrayLike,
    population: ArrayLike,
    ages: Sequence[int],
    *,
    at: int = 0,
    level: float = 0.95,
    fractions: ArrayLike | None = None,
    smallest_population: float = SMALLEST_POPULATION,
    widest: float = WIDEST,
) -> LifeExpectancy:
    """Life expectancy at an age, from deaths and population by age.

    `deaths` and `population` (person-years): areas × bands, or bands alone; `ages`: first year of each band, rising
    from 0, the last band open; any layout. `at`: one of them. `fractions`: which part of a band those live who die in
    it (preset: 0.1 in the first year of life, else 0.5). No value, with status and reason: a missing figure; an empty
    band; more deaths than persons; a death rate M with n a M > 1 (nobody would be left); nobody died in the open band; at most `smallest_population` persons of all ages; a
    95 % interval wider than `widest` years. Raises ValueError for negative numbers and layouts that do not fit.
    Chiang (1984), The Life Table and Its Applications, ch. 9; limits: Silcocks, Jenner & Reza (2001), J Epidemiol
    Community Health 55:38-43.
    """
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    if at not in ages:
        raise ValueError(f"no band begins at age {at}")
    died, people = _input(deaths, population, ages)
    reason = _hindrance(died, people, _limits(ages, fractions), smallest_population)
    fit = reason == ""
    # Areas that cannot be computed take the place of one that can, so that no division goes astray.
    table = life_table(
        np.where(fit[..., None], died, 1.0), np.where(fit[..., None], people, 2.0), ages, fractions=fractions
    )
    band = list(ages).index(at)
    value, error = table.e[..., band], table.se[..., band]
    wide = fit & (2 * float(ndtri(0.975)) * error > widest)
    reason = np.where(wide, TOO_WIDE, reason)
    status = np.select([reason == "", reason == MISSING], [Status.OK, Status.MISSING], Status.NOT_MEANINGFUL)
    reach = float(ndtri(0.5 + level / 2)) * error
    shown = reason == ""
    value, lower, upper = (np.where(shown, part, np.nan) for part in (value, value - reach, value + reach))
    return LifeExpectancy(value, lower, upper, np.asarray(status, np.str_), np.asarray(reason, np.str_))


def life_table(
    deaths: ArrayLike,
    population: ArrayLike,
    ages: Sequence[int],
    *,
    fractions: ArrayLike | None = None,
) -> LifeTable:
    """The abridged life table behind `life_expectancy`, without any rule about what may be shown.

    q = n M / (1 + n (1 - a) M) with the death rate M, width n and fraction a of a band; the open band: L = l / M.
    Var(q) = q² (1 - q) / deaths; Var(e) = Σ l² ((1 - a) n + e')² Var(q) / l², and for the open band 1 / (deaths M²).
    Figures that do not make sense give NaN or infinity, as the formulas do.
    """
    died, people = _input(deaths, population, ages)
    width, part = np.diff(np.asarray(ages, dtype=float)), _parts(ages, fractions)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = died / people
        inner = rate[..., :-1]
        q = width * inner / (1 + width * (1 - part) * inner)
        survivors = np.cumprod(np.concatenate([np.ones((*q.shape[:-1], 1)), 1 - q], axis=-1), axis=-1)
        lived = width * (survivors[..., 1:] + part * (survivors[..., :-1] - survivors[..., 1:]))
        last = survivors[..., -1:] / rate[..., -1:]
        lived = np.concatenate([lived, last], axis=-1)
        expectancy = _from_the_end(lived) / survivors
        spread = np.where(died[..., :-1] > 0, q**2 * (1 - q) / died[..., :-1], 0.0)
        terms = survivors[..., :-1] ** 2 * ((1 - part) * width + expectancy[..., 1:]) ** 2 * spread
        open_term = last**2 / died[..., -1:]
        error = np.sqrt(_from_the_end(np.concatenate([terms, open_term], axis=-1))) / survivors
    return LifeTable(np.concatenate([q, np.ones_like(last)], axis=-1), survivors, lived, expectancy, error)


def _from_the_end(parts: Floats) -> Floats:
    return np.cumsum(parts[..., ::-1], axis=-1)[..., ::-1]


def _parts(ages: Sequence[int], fractions: ArrayLike | None) -> Floats:
    """Which part of each closed band those live who die in it."""
    part = _fractions(ages) if fractions is None else np.asarray(fractions, dtype=float)
    if part.shape != (len(ages) - 1,) or np.any(part <= 0) or np.any(part >= 1):
        raise ValueError("fractions need one number between 0 and 1 for each band but the last")
    return part


def _limits(ages: Sequence[int], fractions: ArrayLike | None) -> Floats:
    """The highest death rate of each closed band: beyond it more would die than live."""
    return np.asarray(1 / (np.diff(np.asarray(ages, dtype=float)) * _parts(ages, fractions)))


def _fractions(ages: Sequence[int]) -> Floats:
    first = FIRST_YEAR if ages[1] - ages[0] == 1 and ages[0] == 0 else 0.5
    return np.array([first, *[0.5] * (len(ages) - 2)])


def _input(deaths: ArrayLike, population: ArrayLike, ages: Sequence[int]) -> tuple[Floats, Floats]:
    died, people = np.broadcast_arrays(np.asarray(deaths, dtype=float), np.asarray(population, dtype=float))
    if len(ages) < 2 or list(ages) != sorted(set(ages)) or ages[0] < 0:
        raise ValueError("ages must rise and make at least two bands")
    if died.ndim == 0 or died.shape[-1] != len(ages):
        raise ValueError("deaths and population need one figure per band")
    if np.any(died < 0) or np.any(people < 0):
        raise ValueError("deaths and population must not be negative")
    return died, people


def _hindrance(died: Floats, people: Floats, limits: Floats, smallest: float) -> NDArray[np.str_]:
    """Why an area has no life expectancy, whatever its value would be."""
    missing = ~(np.isfinite(died) & np.isfinite(people)).all(axis=-1)
    with np.errstate(invalid="ignore"):
        too_many = died[..., :-1] > limits * people[..., :-1]
        found = np.select(
            [
                missing,
                people.sum(axis=-1) <= smallest,
                (people == 0).any(axis=-1),
                (died > people).any(axis=-1),
                too_many.any(axis=-1),
                died[..., -1] == 0,
            ],
            [MISSING, TOO_SMALL, EMPTY_BAND, MORE_DEATHS, TOO_MANY, NO_LAST],
            "",
        )
    return np.asarray(found, np.str_)
