"""Who is unemployed or receives benefits in a year: the least well-off up to a course set for the whole town (Leistungsbezug)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sozialraum.musterstadt.life import NOWHERE_PLACE, Town
from sozialraum.musterstadt.people import FOREIGN, WOMAN, Bools, Homes, People, profile
from sozialraum.musterstadt.town import FIRST_YEAR, Floats

# Shares of the whole town from 2015 on: falling until the pandemic, then refugees from Ukraine and a weak economy.
SGB2 = (0.108, 0.112, 0.113, 0.107, 0.101, 0.102, 0.098, 0.106, 0.109, 0.112)
UNEMPLOYED = (0.060, 0.059, 0.056, 0.052, 0.050, 0.060, 0.055, 0.053, 0.056, 0.060)
OLD_AGE = (0.041, 0.041, 0.042, 0.042, 0.042, 0.043, 0.044, 0.048, 0.050, 0.052)


class Benefits(NamedTuple):
    """One mark per person and benefit."""

    sgb2_person: Bools
    sgb2_entitled: Bools
    unemployed: Bools
    old_age: Bools


def benefits(town: Town) -> Benefits:
    """Mark everybody by what they receive at the end of the year.

    Persons from 65 on never receive SGB II here, although the limit in law moves towards 67.
    """
    place_in_course = town.year - FIRST_YEAR
    people, age = town.people, town.age
    in_need = _households_in_need(town, SGB2[place_in_course])
    sgb2 = in_need[people.home] & (age < 65)
    return Benefits(
        sgb2_person=sgb2,
        sgb2_entitled=sgb2 & ~_without_claim(people, age),
        unemployed=_unemployed(town, sgb2, UNEMPLOYED[place_in_course]),
        old_age=_old_age(town, OLD_AGE[place_in_course]),
    )


def _lowest(score: Floats, weight: Floats, wanted: float) -> Bools:
    """Mark the lowest scores until their weights reach the wanted sum."""
    order = np.argsort(score, kind="stable")
    chosen = np.zeros(len(score), dtype=bool)
    chosen[order] = np.cumsum(weight[order]) <= wanted
    return chosen


def _households_in_need(town: Town, share: float) -> Bools:
    people, homes, age = town.people, town.homes, town.age
    count = len(homes.place)
    known = profile(people, count, town.year)
    able = (age >= 15) & (age < 65)
    best = np.full(count, -9.0)
    np.maximum.at(best, people.home[able], people.work[able])
    under_65 = np.bincount(people.home, weights=age < 65, minlength=count).astype(np.float64)
    alone = (known.adults == 1) & (known.minors > 0)
    score = (
        homes.means + 0.62 * best - 0.85 * alone - 0.24 * known.minors - 0.40 * known.foreign
        - 0.55 * (homes.place == NOWHERE_PLACE) + 0.35 * (known.oldest >= 58)
    )  # fmt: skip
    eligible = (best > -9.0) & (known.oldest > 17)
    return _lowest(np.where(eligible, score, np.inf), under_65, share * float((age < 65).sum()))


def _without_claim(people: People, age: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Bools:
    """Children with enough maintenance of their own (KOL), and excluded young adults, students mostly (AUS)."""
    child: Bools = (age < 15) & (people.work > 1.85)
    excluded: Bools = (age >= 18) & (age < 30) & (people.work > 1.45)
    return child | excluded


def _unemployed(town: Town, sgb2: Bools, share: float) -> Bools:
    age, people = town.age, town.people
    able = (age >= 15) & (age < 65)
    score = people.work + 0.35 * town.homes.means[people.home] - 1.25 * sgb2
    score = score + np.interp(age, [15, 17, 18, 21, 25, 55, 64], [3.0, 2.0, 0.65, 0.10, 0.0, 0.0, -0.2])
    wanted = share * float(able.sum())
    return _lowest(np.where(able, score, np.inf), np.ones(len(people)), wanted)


def _old_age(town: Town, share: float) -> Bools:
    age, people, homes = town.age, town.people, town.homes
    old = age >= 65
    partners = profile(people, len(homes.place), town.year).partners[people.home]
    score = (
        0.75 * homes.means[people.home] - 0.9 * (people.nationality == FOREIGN) - 0.15 * (people.sex == WOMAN)
        + 0.25 * (partners >= 2) + 0.70 * people.work
    )  # fmt: skip
    return _lowest(np.where(old, score, np.inf), np.ones(len(people)), share * float(old.sum()))


def conspicuous_language(rng: np.random.Generator, people: People, homes: Homes, who: Bools) -> Bools:
    """For the children to be examined: whether the screening of their language finds something."""
    log_odds = -1.75 - 0.55 * homes.means[people.home[who]] + 0.9 * (people.nationality[who] == FOREIGN)
    found: Bools = rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))
    return found
