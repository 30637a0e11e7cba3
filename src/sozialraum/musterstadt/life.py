"""One year in Musterstadt: births, deaths, couples, partings, moves, arrivals (Bevölkerungsbewegung)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.musterstadt.people import (
    ARRIVING_FORMS,
    FOREIGN,
    FORMS,
    GERMAN,
    MAN,
    UNSETTLED,
    WOMAN,
    Bools,
    Homes,
    Ints,
    People,
    draw,
    girls,
    newly_arrived,
    profile,
    settle,
)
from sozialraum.musterstadt.town import NOWHERE, PLACES, Floats, burden, dwellings

RUN_IN = 8
NOWHERE_PLACE = len(PLACES) - 1
assert PLACES[NOWHERE_PLACE] is NOWHERE


@dataclass
class Movements:
    """Vital events and moves across the border of the town in one year, by place; `ages` at death, ordered by place."""

    births: Ints
    deaths: Ints
    arrivals: Ints
    departures: Ints
    ages: Ints


@dataclass
class Town:
    """The synthetic town at the end of a year; `step` lets one year pass."""

    rng: np.random.Generator
    households: float
    year: int
    people: People
    homes: Homes

    def step(self) -> Movements:
        """Let one year pass; returns what happened."""
        self.year += 1
        self.homes.means = self._drifted()
        self.people.work = 0.9 * self.people.work + self.rng.normal(0.0, 0.436, len(self.people))
        deaths, ages = self._die()
        self._pair()
        self._part()
        self._naturalise()
        departures = self._leave_home() + self._leave_town()
        self._bear()
        self._move_within()
        births, arrivals = self._arrive()
        self._tidy()
        return Movements(births, deaths, arrivals, departures, ages)

    @property
    def age(self) -> Ints:
        """Ages in completed years at the end of the year."""
        return self.year - self.people.born

    def _by_place(self, who: Bools | Ints) -> Ints:
        places = self.homes.place[self.people.home[who]]
        return np.bincount(places[places >= 0], minlength=len(PLACES))

    def _drifted(self) -> Floats:
        """Means change slowly, and a little towards the way of the quarter."""
        chance = self.rng.normal(0.0, 1.0, len(self.homes.means))
        settled = self.homes.place >= 0
        here = np.where(settled, -0.45 * burden(self.year)[self.homes.place], 0.0)
        trend = np.where(settled, (burden(self.year - 1) - burden(self.year))[self.homes.place], 0.0)
        drifted: Floats = 0.965 * self.homes.means + 0.25 * chance + 0.03 * here + 0.35 * trend
        return drifted

    def _responsible(self) -> Bools:
        """Who is the only parent of a child at home; nobody is orphaned in Musterstadt."""
        known = profile(self.people, len(self.homes.place), self.year)
        alone: Bools = ~self.people.child & ((known.partners == 1) & (known.size > 1))[self.people.home]
        return alone

    def _die(self) -> tuple[Ints, Ints]:
        woman = self.people.sex == WOMAN
        level = np.where(woman, 0.0000105, 0.0000165) * np.exp(-0.12 * self.homes.means[self.people.home])
        hazard = np.minimum(level * np.exp(0.1015 * self.age) + 0.0002, 0.6)
        dying = (self.rng.random(len(self.people)) < hazard) & ~self._responsible()
        places = self.homes.place[self.people.home]
        gone = np.flatnonzero(dying & (places >= 0))
        gone = gone[np.argsort(places[gone], kind="stable")]
        counted, ages = self._by_place(dying), self.age[gone]
        self.people.keep(~dying)
        return counted, ages

    def _bear(self) -> None:
        age, people = self.age, self.people
        curve = np.exp(-0.5 * ((age - 31.5) / 5.3) ** 2)
        partner = profile(people, len(self.homes.place), self.year).partners[people.home] >= 2
        chance = (
            0.165 * curve * np.where(partner, 1.0, 0.16) * np.where(people.nationality == FOREIGN, 1.2, 1.0)
        )
        mothers = (people.sex == WOMAN) & ~people.child & (age >= 17) & (age <= 46)
        bearing = np.flatnonzero(mothers & (self.rng.random(len(people)) < chance))
        count = len(bearing)
        nationality = np.where(self.rng.random(count) < 0.45, GERMAN, people.nationality[bearing])
        newborn = np.zeros(count, dtype=np.int64)
        sex = girls(self.rng, count)
        people.add(
            newly_arrived(
                self.rng, people.home[bearing], self.year, age=newborn, sex=sex, nationality=nationality, child=True
            )
        )  # fmt: skip

    def _pair(self) -> None:
        """Adults without a partner find each other; the smaller household moves in with the larger."""
        known = profile(self.people, len(self.homes.place), self.year)
        age, home = self.age, self.people.home
        single = ~self.people.child & (known.partners[home] == 1) & (age >= 20) & (age <= 80)
        chance = np.interp(age, [20, 28, 38, 55, 80], [0.10, 0.26, 0.20, 0.09, 0.01])
        chance *= np.where(known.minors[home] > 0, 0.38, 1.0)
        ready = single & (self.rng.random(len(self.people)) < chance)
        men, women = (self._in_order(ready & (self.people.sex == sex)) for sex in (MAN, WOMAN))
        count = min(len(men), len(women))
        self._merge(self.people.home[men[:count]], self.people.home[women[:count]])

    def _in_order(self, who: Bools) -> Ints:
        """Chosen people in the order in which they are likely to meet: age, and how they stand."""
        chosen = np.flatnonzero(who)
        means = self.homes.means[self.people.home[chosen]]
        order = self.age[chosen] + 3.0 * means + self.rng.normal(0.0, 3.0, len(chosen))
        return chosen[np.argsort(order, kind="stable")]

    def _merge(self, first: Ints, second: Ints) -> None:
        size = np.bincount(self.people.home, minlength=len(self.homes.place))
        staying = np.where(size[first] >= size[second], first, second)
        moving = np.where(staying == first, second, first)
        target = np.arange(len(self.homes.place))
        target[moving] = staying
        moved = target[self.people.home] != self.people.home
        self.homes.means[staying] = np.maximum(self.homes.means[first], self.homes.means[second]) + 0.1
        self.people.home = target[self.people.home]
        self.people.since[moved] = self.year

    def _part(self) -> None:
        """Couples part; the children stay with their mother in most cases."""
        age, homes = self.age, len(self.homes.place)
        partners = profile(self.people, homes, self.year).partners
        chance = np.where(self.homes.means < -0.5, 0.036, 0.020)
        parting = (partners == 2) & (self.rng.random(homes) < chance)
        goes = np.where(self.rng.random(homes) < 0.86, MAN, WOMAN)
        couple = ~self.people.child & parting[self.people.home] & (age < 62)
        leaving = np.flatnonzero(couple & (self.people.sex == goes[self.people.home]))
        _, first = np.unique(self.people.home[leaving], return_index=True)
        leaving = leaving[first]
        left = self.people.home[leaving]
        self._found(leaving, self.homes.means[left] - 0.1)
        self.homes.means[left] -= 0.35

    def _found(self, persons: Ints, means: Floats) -> None:
        """Each of the persons founds a household that looks for a place."""
        self.people.home[persons] = self.homes.add(means)
        self.people.child[persons] = False
        self.people.since[persons] = self.year

    def _leave_home(self) -> Ints:
        """Grown children leave their parents, almost half of them the town as well."""
        age = self.age
        hazard = np.interp(age, [17, 18, 20, 24, 30, 40], [0.0, 0.06, 0.20, 0.26, 0.22, 0.10])
        leaving = np.flatnonzero(self.people.child & (self.rng.random(len(self.people)) < hazard))
        far = self.rng.random(len(leaving)) < 0.42
        counted = self._by_place(leaving[far])
        near = leaving[~far]
        own = 0.55 * self.homes.means[self.people.home[near]] - 0.25
        self._found(near, own + self.rng.normal(0.0, 0.75, len(near)))
        gone = np.zeros(len(self.people), dtype=bool)
        gone[leaving[far]] = True
        self.people.keep(~gone)
        return counted

    def _restless(self, at_20: float, at_65: float) -> Floats:
        """How likely a household is to move in a year, by the age of its oldest adult."""
        known = profile(self.people, len(self.homes.place), self.year)
        hazard = np.interp(
            known.oldest, [20, 30, 45, 65, 90], [at_20, 0.75 * at_20, 2.2 * at_65, at_65, 0.7 * at_65]
        )
        return np.where(known.minors > 0, 0.6, 1.0) * np.where(known.foreign, 1.35, 1.0) * hazard

    def _leave_town(self) -> Ints:
        """Whole households leave the town; those who cannot be placed are often gone within a year."""
        hazard = self._restless(0.135, 0.0085)
        hazard[self.homes.place == NOWHERE_PLACE] = 0.45
        hazard[self.homes.place == UNSETTLED] = 0.0
        going = (self.rng.random(len(hazard)) < hazard)[self.people.home]
        counted = self._by_place(going)
        self.people.keep(~going)
        return counted

    def _move_within(self) -> None:
        """Households give up their dwelling for another one in the town."""
        hazard = self._restless(0.17, 0.014)
        hazard[self.homes.place == NOWHERE_PLACE] = 0.30
        moving = (self.homes.place >= 0) & (self.rng.random(len(hazard)) < hazard)
        self.homes.place[moving] = UNSETTLED
        self.people.since[moving[self.people.home]] = self.year

    def _arrive(self) -> tuple[Ints, Ints]:
        """Newcomers take the dwellings that are left; then everybody who looks for a place finds one.

        Returns births and arrivals by the place where the year ends.
        """
        present = np.bincount(self.people.home, minlength=len(self.homes.place)) > 0
        taken = np.bincount(self.homes.place[present & (self.homes.place >= 0)], minlength=len(PLACES))
        offered = dwellings(self.year, self.households)
        count = max(0, round(float(offered.sum())) - int(present.sum()))
        first = len(self.homes.place)
        arriving = draw(self.rng, ARRIVING_FORMS, count, self.year, first)
        self.people.add(arriving.people)
        self.homes.add(arriving.means)
        self.homes.place[:first][~present] = NOWHERE_PLACE
        settle(self.rng, self.people, self.homes, offered - taken, self.year)
        new = self.people.home >= first
        born = (self.people.born == self.year) & ~new
        return self._by_place(born), self._by_place(new)

    def _naturalise(self) -> None:
        chance = 0.012 if self.year < 2024 else 0.022
        chosen = self.rng.random(len(self.people)) < chance
        self.people.nationality[chosen & (self.people.nationality == FOREIGN)] = GERMAN

    def _tidy(self) -> None:
        """Drop empty households, and let the oldest grown child carry on where no parent is left."""
        lived_in, self.people.home = np.unique(self.people.home, return_inverse=True)
        self.homes = Homes(self.homes.place[lived_in], self.homes.means[lived_in])
        partners = profile(self.people, len(lived_in), self.year).partners
        heirs = np.flatnonzero((partners == 0)[self.people.home])
        heirs = heirs[np.argsort(self.people.born[heirs], kind="stable")]
        _, first = np.unique(self.people.home[heirs], return_index=True)
        self.people.child[heirs[first]] = False


def found(rng: np.random.Generator, households: float, year: int) -> Town:
    """A town with about `households` households in a year, whose people already have a past in their dwellings."""
    offered = dwellings(year, households)
    homes = Homes(np.zeros(0, dtype=np.int64), np.zeros(0))
    arriving = draw(rng, FORMS, round(float(offered.sum())), year, 0)
    homes.add(arriving.means)
    settle(rng, arriving.people, homes, offered, year)
    arriving.people.since = _past_moves(rng, arriving.people, homes, year)
    return Town(rng, households, year, arriving.people, homes)


def _past_moves(rng: np.random.Generator, people: People, homes: Homes, year: int) -> Ints:
    """The years in which people moved to where they live: households stay the longer the older they are."""
    typical = np.clip(0.36 * (profile(people, len(homes.place), year).oldest - 20), 1.0, 20.0)
    stay = np.floor(rng.exponential(typical)[people.home]).astype(np.int64)
    moved: Ints = year - np.minimum(stay, year - people.born)
    return moved
