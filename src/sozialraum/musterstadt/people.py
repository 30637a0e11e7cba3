"""People of Musterstadt and the households they live in, as vectors; nobody of them exists (erfundene Haushalte)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sozialraum.musterstadt.town import PLACES, Floats, burden, trait

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MAN, WOMAN = 0, 1
GERMAN, FOREIGN = 0, 1
# Household classes for which quarters differ in appeal.
YOUNG, FAMILY, MIDDLE, OLD = range(4)
UNSETTLED = -1


@dataclass
class People:
    """All residents, one entry each; `home` points into Homes."""

    home: Ints
    born: Ints
    sex: Ints
    nationality: Ints
    since: Ints
    child: Bools
    work: Floats

    def keep(self, kept: Bools) -> None:
        """Drop everybody who is not kept."""
        for entry in fields(self):
            setattr(self, entry.name, getattr(self, entry.name)[kept])

    def add(self, other: People) -> None:
        """Append other people."""
        for entry in fields(self):
            joined = np.concatenate([getattr(self, entry.name), getattr(other, entry.name)])
            setattr(self, entry.name, joined)

    def __len__(self) -> int:
        return len(self.home)


@dataclass
class Homes:
    """All households: where they live and how they stand (`means`: standard normal, high = well off)."""

    place: Ints
    means: Floats

    def add(self, means: Floats) -> Ints:
        """Append households without a place yet; returns their numbers."""
        first = len(self.place)
        self.place = np.concatenate([self.place, np.full(len(means), UNSETTLED, dtype=np.int64)])
        self.means = np.concatenate([self.means, means])
        return np.arange(first, len(self.place))


class Form(NamedTuple):
    """A form of living together: how often it occurs at the start, and who belongs to it."""

    share: float
    adults: int
    head: tuple[int, int]
    children: tuple[int, int]
    child_age: tuple[int, int]
    abroad: float


FORMS = (
    Form(0.085, 1, (19, 34), (0, 0), (0, 0), 0.16),
    Form(0.135, 1, (35, 64), (0, 0), (0, 0), 0.08),
    Form(0.144, 1, (65, 91), (0, 0), (0, 0), 0.02),
    Form(0.055, 2, (21, 39), (0, 0), (0, 0), 0.12),
    Form(0.155, 2, (42, 64), (0, 0), (0, 0), 0.06),
    Form(0.147, 2, (63, 85), (0, 0), (0, 0), 0.02),
    Form(0.150, 2, (28, 52), (1, 3), (0, 17), 0.13),
    Form(0.048, 1, (24, 52), (1, 2), (0, 17), 0.10),
    Form(0.057, 2, (44, 62), (1, 1), (18, 26), 0.06),
)
ARRIVING_FORMS = (
    Form(0.47, 1, (18, 34), (0, 0), (0, 0), 0.38),
    Form(0.10, 1, (35, 64), (0, 0), (0, 0), 0.32),
    Form(0.03, 1, (65, 85), (0, 0), (0, 0), 0.06),
    Form(0.20, 2, (22, 42), (0, 0), (0, 0), 0.32),
    Form(0.03, 2, (43, 72), (0, 0), (0, 0), 0.10),
    Form(0.12, 2, (27, 46), (1, 3), (0, 15), 0.38),
    Form(0.04, 1, (25, 45), (1, 2), (0, 14), 0.40),
)
# Years in which more people than usual came from abroad, as in all German towns.
ABROAD = {2015: 1.5, 2016: 1.25, 2022: 1.65, 2023: 1.2}


class Newcomers(NamedTuple):
    """Households that arrive together."""

    people: People
    means: Floats


class _Heads(NamedTuple):
    """The first adult of each household that is drawn."""

    home: Ints
    age: Ints
    foreign: Ints
    year: int


def draw(rng: np.random.Generator, forms: tuple[Form, ...], count: int, year: int, first: int) -> Newcomers:
    """Draw `count` households of given forms in a year; their numbers start at `first`."""
    shares = np.array([form.share for form in forms])
    chosen = np.array([_flat(form) for form in forms])[
        rng.choice(len(forms), size=count, p=shares / shares.sum())
    ]
    adults, low, high, few, many, young, grown, abroad = chosen.T
    foreign = (rng.random(count) < abroad * ABROAD.get(year, 1.0)).astype(np.int64)
    age = np.floor(low + (high - low + 1) * rng.beta(1.25, 1.35, count)).astype(np.int64)
    heads = _Heads(np.arange(first, first + count), age, foreign, year)
    more = (rng.random(count) > 0.42) * (many > 1) + (rng.random(count) > 0.82) * (many > 2)
    means = rng.normal(0.0, 1.0, count) - 0.55 * foreign + np.where(age < 27, -0.25, 0.05)
    people = _first_adults(rng, heads, adults == 1)
    people.add(_partners(rng, heads, adults == 2))
    people.add(_children(rng, heads, np.where(many > 0, few + more, 0).astype(np.int64), (young, grown)))
    return Newcomers(people, means)


def _flat(form: Form) -> tuple[float, ...]:
    return (form.adults, *form.head, *form.children, *form.child_age, form.abroad)


def _first_adults(rng: np.random.Generator, heads: _Heads, alone: Bools) -> People:
    """The heads themselves: men in couples, and among those alone the more women the older."""
    woman = np.where(alone, 0.44 + 0.0062 * np.clip(heads.age - 35, 0, 50), 0.0)
    sex = (rng.random(len(heads.home)) < woman).astype(np.int64)
    return newly_arrived(rng, heads.home, heads.year, age=heads.age, sex=sex, nationality=heads.foreign)


def _partners(rng: np.random.Generator, heads: _Heads, has: Bools) -> People:
    home, age, foreign = heads.home[has], heads.age[has], heads.foreign[has]
    other = np.maximum(age - np.round(rng.normal(2.3, 3.0, len(home))).astype(np.int64), 18)
    mixed = rng.random(len(home)) < np.where(foreign == FOREIGN, 0.18, 0.04)
    nationality = np.where(mixed, 1 - foreign, foreign)
    return newly_arrived(
        rng, home, heads.year, age=other, sex=np.full(len(home), WOMAN), nationality=nationality
    )


def _children(rng: np.random.Generator, heads: _Heads, number: Ints, ages: tuple[Floats, Floats]) -> People:
    """Children of given age limits, at most 21 years younger than the head."""
    parent = np.repeat(np.arange(len(heads.home)), number)
    youngest = ages[0][parent]
    oldest = np.minimum(ages[1][parent], np.maximum(heads.age[parent] - 21, youngest))
    age = np.floor(youngest + (oldest - youngest + 1) * rng.random(len(parent))).astype(np.int64)
    sex = girls(rng, len(parent))
    nationality = np.where(rng.random(len(parent)) < 0.72, heads.foreign[parent], GERMAN)
    return newly_arrived(
        rng, heads.home[parent], heads.year, age=age, sex=sex, nationality=nationality, child=True
    )


def girls(rng: np.random.Generator, count: int) -> Ints:
    """The sex of children: 487 girls in 1,000."""
    return (rng.random(count) < 0.487).astype(np.int64)


def newly_arrived(
    rng: np.random.Generator, home: Ints, year: int, *, age: Ints, sex: Ints, nationality: Ints, child: bool = False
) -> People:  # fmt: skip
    """People who live from this year on where they live."""
    count = len(home)
    return People(
        home=home,
        born=year - age,
        sex=sex,
        nationality=nationality,
        since=np.full(count, year),
        child=np.full(count, child),
        work=rng.normal(size=count),
    )


class Profile(NamedTuple):
    """What a household is, counted from the people in it."""

    adults: Ints
    minors: Ints
    size: Ints
    partners: Ints
    oldest: Ints
    foreign: Bools


def profile(people: People, homes: int, year: int) -> Profile:
    """Count the members of every household in a year."""
    age = year - people.born
    adults = np.bincount(people.home, weights=age >= 18, minlength=homes).astype(np.int64)
    size = np.bincount(people.home, minlength=homes)
    partners = np.bincount(people.home, weights=~people.child, minlength=homes).astype(np.int64)
    foreign = np.bincount(people.home, weights=people.nationality == FOREIGN, minlength=homes)
    oldest = np.zeros(homes, dtype=np.int64)
    np.maximum.at(oldest, people.home, np.where(people.child, 0, age))
    return Profile(adults, size - adults, size, partners, oldest, 2 * foreign > size)


def settle(rng: np.random.Generator, people: People, homes: Homes, free: Floats, year: int) -> None:
    """Give every household without a place one of the free dwellings, by means, form and origin.

    `free` holds the free dwellings of all places and is used up. Households come in mixed order so that none of their
    classes has to take what the others left.
    """
    waiting = np.flatnonzero(homes.place == UNSETTLED)
    rng.shuffle(waiting)
    known = profile(people, len(homes.place), year)
    classes = _classes(known, homes)
    appeal = _appeal(year)
    for part in np.array_split(waiting, max(1, min(40, len(waiting) // 60))):
        for number in np.unique(classes[part]):
            moving = part[classes[part] == number]
            pull = appeal[number] * np.maximum(free, 0.02)
            homes.place[moving] = rng.choice(len(PLACES), size=len(moving), p=pull / pull.sum())
            free -= np.bincount(homes.place[moving], minlength=len(PLACES))


def _classes(known: Profile, homes: Homes) -> Ints:
    form = np.full(len(homes.place), MIDDLE)
    form[known.oldest < 35] = YOUNG
    form[known.oldest >= 65] = OLD
    form[known.minors > 0] = FAMILY
    means = np.digitize(homes.means, [-1.1, -0.4, 0.4, 1.1])
    number: Ints = means * 8 + form * 2 + known.foreign
    return number


def _appeal(year: int) -> Floats:
    """How strongly each class of household is drawn to each place, shape (40, places)."""
    fits = np.stack([trait("young"), trait("families"), np.zeros(len(PLACES)), trait("old")])
    strength = np.array([1.5, 1.1, 0.0, 0.9])
    means = np.array([-1.6, -0.75, 0.0, 0.75, 1.6])
    pull = (
        -0.72 * means[:, None, None, None] * burden(year)
        + (strength[:, None] * fits)[None, :, None, :]
        + np.array([-0.15, 0.95])[None, None, :, None] * trait("abroad")
    )
    appeal: Floats = np.exp(pull).reshape(40, len(PLACES))
    return appeal
