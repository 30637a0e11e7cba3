"""What other offices count in Musterstadt: work, care, schools, health, housing, elections (weitere Fachverfahren)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sozialraum.musterstadt.benefits import Benefits
from sozialraum.musterstadt.life import NOWHERE_PLACE, Town
from sozialraum.musterstadt.people import FOREIGN, WOMAN, Bools, Ints, profile
from sozialraum.musterstadt.town import FIRST_YEAR, PLACES, burden, trait

# The measure in Rosenhöhe: from this school year on, family centres look after language and transfers to schools.
HELPED = ("081", "082", "083")
HELPED_SINCE = 2019
PANDEMIC = (2020, 2021)
ELECTION_YEAR = 2020


class Count:
    """Draws who is concerned and counts by place; chances rise or fall with the means of the household."""

    def __init__(self, rng: np.random.Generator, town: Town) -> None:
        self.rng, self.town = rng, town
        self.age = town.age
        self.means = town.homes.means[town.people.home]
        self.foreign = town.people.nationality == FOREIGN
        self.places = town.homes.place[town.people.home]
        self.helped = np.isin(self.places, [i for i, p in enumerate(PLACES) if p.code in HELPED]) & (town.year >= HELPED_SINCE)  # fmt: skip

    def some(
        self, who: Bools, share: float, means: float = 0.0, foreign: float = 0.0, helped: float = 0.0
    ) -> Bools:
        """Of those concerned, about the given share (at average means); slopes are in log odds."""
        odds = (
            np.log(share / (1 - share)) + means * self.means + foreign * self.foreign + helped * self.helped
        )
        drawn: Bools = who & (self.rng.random(len(who)) < 1 / (1 + np.exp(-odds)))
        return drawn

    def by_place(self, who: Bools) -> Ints:
        return np.bincount(self.places[who], minlength=len(PLACES))

    def between(self, first: int, last: int) -> Bools:
        inside: Bools = (self.age >= first) & (self.age <= last)
        return inside


def count_services(
    rng: np.random.Generator, town: Town, marks: Benefits, arrivals: Ints, examined: Bools
) -> Mapping[str, Ints]:
    """All further counts of a year by place; subsets are drawn from the persons of what contains them.

    `examined` are the children of the school entry examination.
    """
    count = Count(rng, town)
    return {
        **_origin(count, arrivals),
        **_work(count, marks),
        **_sgb2(count, marks),
        **_social(count, marks),
        **_children(count),
        **_school(count),
        **_health(count, examined),
        **_care(count),
        **_dwellings(rng, town),
        **_election(count),
    }


def _origin(count: Count, arrivals: Ints) -> Mapping[str, Ints]:
    background = count.foreign | count.some(~count.foreign, 0.13, means=-0.25)
    known = profile(count.town.people, len(count.town.homes.place), count.town.year)
    large = np.bincount(count.town.homes.place[known.minors >= 3], minlength=len(PLACES))
    moved = count.by_place((count.town.people.since == count.town.year) & (count.age > 0))
    return {
        "migrationshintergrund": count.by_place(background),
        "migrationshintergrund_u18": count.by_place(background & (count.age < 18)),
        "umzuege_innerhalb": np.maximum(moved - arrivals, 0),
        "haushalte_kinderreich": large,
    }


def _work(count: Count, marks: Benefits) -> Mapping[str, Ints]:
    able, out = count.between(15, 64), marks.unemployed
    in_work = count.some(able & ~out & (count.age >= 18), 0.70, means=0.45, foreign=-0.3)
    return {
        "arbeitslose_sgb2": count.by_place(out & marks.sgb2_person),
        "arbeitslose_lang": count.by_place(count.some(out, 0.38, means=-0.6)),
        "arbeitslose_55plus": count.by_place(out & (count.age >= 55)),
        "arbeitslose_nichtdeutsch": count.by_place(out & count.foreign),
        "beschaeftigte": count.by_place(in_work),
        "beschaeftigte_frauen": count.by_place(in_work & (count.town.people.sex == WOMAN)),
        "beschaeftigte_geringfuegig": count.by_place(count.some(able & ~in_work, 0.22, means=-0.2)),
    }


def _sgb2(count: Count, marks: Benefits) -> Mapping[str, Ints]:
    entitled = marks.sgb2_entitled
    able = entitled & (count.age >= 15)
    town = count.town
    known = profile(town.people, len(town.homes.place), town.year)
    with_able = np.zeros(len(town.homes.place), dtype=bool)
    with_able[town.people.home[able]] = True
    alone = with_able & (known.adults == 1) & (known.minors > 0)
    places = town.homes.place
    return {
        "sgb2_elb": count.by_place(able),
        "sgb2_elb_lang": count.by_place(count.some(able, 0.58, means=-0.5)),
        "sgb2_elb_erwerbstaetig": count.by_place(count.some(able & (count.age >= 18), 0.24, means=0.4)),
        "sgb2_nef_u15": count.by_place(entitled & (count.age < 15)),
        "sgb2_bg": np.bincount(places[with_able], minlength=len(PLACES)),
        "sgb2_bg_alleinerziehend": np.bincount(places[alone], minlength=len(PLACES)),
    }


def _social(count: Count, marks: Benefits) -> Mapping[str, Ints]:
    town, year = count.town, count.town.year
    free = ~marks.sgb2_person
    refuge = 0.05 * (2.2 if year in (2015, 2016) else 1.6 if year in (2022, 2023) else 1.0)
    known = profile(town.people, len(town.homes.place), year)
    head = np.zeros(len(town.homes.place), dtype=bool)
    head[town.people.home[free & (count.age >= 18)]] = True
    wide = 0.030 if year >= 2023 else 0.014  # Wohngeld-Plus
    chance = 1 / (
        1 + np.exp(-(np.log(wide / (1 - wide)) - 1.3 * town.homes.means - 0.3 * (known.minors > 1)))
    )
    renting = head & (count.rng.random(len(head)) < chance)
    return {
        "grundsicherung_em": count.by_place(count.some(free & count.between(18, 64), 0.010, means=-0.9)),
        "hlu": count.by_place(count.some(free, 0.004, means=-0.8)),
        "hilfe_zur_pflege": count.by_place(count.some(count.age >= 65, 0.008, means=-0.9)),
        "asylblg": count.by_place(count.some(free & count.foreign, refuge, means=-0.7)),
        "wohngeld": np.bincount(town.homes.place[renting], minlength=len(PLACES)),
    }


def _children(count: Count) -> Mapping[str, Ints]:
    more_places = 0.012 * (count.town.year - FIRST_YEAR)
    small = count.some(count.between(1, 2), 0.36 + more_places, means=0.45, foreign=-0.7, helped=0.35)
    larger = count.some(count.between(3, 5), 0.93, means=0.5, foreign=-0.6, helped=0.4)
    minors = count.age < 18
    return {
        "kita_u3": count.by_place(small),
        "kita_ue3": count.by_place(larger),
        "kita_familiensprache": count.by_place(count.some(larger, 0.13, means=-0.35, foreign=2.6)),
        "hze": count.by_place(count.some(minors, 0.026, means=-0.95)),
        "gefaehrdung": count.by_place(count.some(minors, 0.012, means=-0.8)),
    }


def _school(count: Count) -> Mapping[str, Ints]:
    fourth, primary = count.age == 10, count.between(6, 9)
    leaving = count.age == 16
    return {
        "klasse4": count.by_place(fourth),
        "klasse4_gymnasium": count.by_place(count.some(fourth, 0.42, means=0.85, foreign=-0.5, helped=0.45)),
        "grundschulkinder": count.by_place(primary),
        "ogs": count.by_place(count.some(primary, 0.46 + 0.02 * (count.town.year - FIRST_YEAR), means=0.1)),
        "schulabgaenge": count.by_place(leaving),
        "schulabgaenge_ohne": count.by_place(count.some(leaving, 0.055, means=-0.9, foreign=0.8)),
    }


def _health(count: Count, examined: Bools) -> Mapping[str, Ints]:
    weighed = count.some(examined, 0.95)
    heavy = count.some(weighed, 0.11, means=-0.6, foreign=0.3)
    booklet, vaccination = count.some(examined, 0.90, means=0.4), count.some(examined, 0.92, means=0.3)
    return {
        "seu_gewogen": count.by_place(weighed),
        "seu_uebergewicht": count.by_place(heavy),
        "seu_adipositas": count.by_place(count.some(heavy, 0.42, means=-0.2)),
        "seu_heft": count.by_place(booklet),
        "seu_u9": count.by_place(count.some(booklet, 0.94, means=0.6, foreign=-0.4)),
        "seu_impfausweis": count.by_place(vaccination),
        "seu_masern": count.by_place(
            count.some(vaccination, 0.94 if count.town.year > 2020 else 0.92, means=-0.05)
        ),
    }


def _care(count: Count) -> Mapping[str, Ints]:
    """Need of care and disability rise steeply with age."""
    share = np.clip(0.012 * np.exp(0.098 * np.maximum(count.age - 55, 0)), 0.004, 0.75)
    drawn = count.rng.random(len(count.age))
    disabled = count.rng.random(len(count.age)) < np.clip(
        0.02 * np.exp(0.038 * np.maximum(count.age - 25, 0)), 0, 0.4
    )
    return {"pflegebeduerftige": count.by_place(drawn < share), "schwerbehinderte": count.by_place(disabled)}


def _dwellings(rng: np.random.Generator, town: Town) -> Mapping[str, Ints]:
    """Dwellings: the households and what stands empty; bonds run out year by year."""
    homes = np.unique(town.people.home)
    households = np.bincount(town.homes.place[homes], minlength=len(PLACES))
    poor = burden(town.year)
    empty = rng.binomial(households, np.clip(0.021 + 0.010 * poor, 0.004, 0.08))
    dwellings = households + empty
    bound = np.clip(0.10 + 0.055 * poor + 0.03 * trait("families"), 0.0, 0.4) * (
        1 - 0.03 * (town.year - FIRST_YEAR)
    )
    subsidised = rng.binomial(dwellings, bound)
    nowhere = np.arange(len(PLACES)) == NOWHERE_PLACE
    found = {"wohnungen": dwellings, "wohnungen_leer": empty, "wohnungen_gefoerdert": subsidised}
    return {name: np.where(nowhere, 0, figures) for name, figures in found.items()}


def _election(count: Count) -> Mapping[str, Ints]:
    entitled = (count.age >= 16) & (~count.foreign | (count.rng.random(len(count.age)) < 0.35))
    entitled &= count.places != NOWHERE_PLACE
    return {
        "wahlberechtigte": count.by_place(entitled),
        "waehlende": count.by_place(count.some(entitled, 0.50, means=0.65, foreign=-1.2)),
    }


SERVICES = (
    "migrationshintergrund", "migrationshintergrund_u18", "umzuege_innerhalb", "haushalte_kinderreich", "arbeitslose_sgb2",
    "arbeitslose_lang", "arbeitslose_55plus", "arbeitslose_nichtdeutsch", "beschaeftigte", "beschaeftigte_frauen",
    "beschaeftigte_geringfuegig", "sgb2_elb", "sgb2_elb_lang", "sgb2_elb_erwerbstaetig", "sgb2_nef_u15", "sgb2_bg",
    "sgb2_bg_alleinerziehend", "grundsicherung_em", "hlu", "hilfe_zur_pflege", "asylblg", "wohngeld", "kita_u3", "kita_ue3",
    "kita_familiensprache", "hze", "gefaehrdung", "klasse4", "klasse4_gymnasium", "grundschulkinder", "ogs", "schulabgaenge",
    "schulabgaenge_ohne", "pflegebeduerftige", "schwerbehinderte", "wohnungen", "wohnungen_leer", "wohnungen_gefoerdert",
    "wahlberechtigte", "waehlende",
)  # fmt: skip
EXAMINED_FURTHER = (
    "seu_gewogen", "seu_uebergewicht", "seu_adipositas", "seu_heft", "seu_u9", "seu_impfausweis", "seu_masern",
)  # fmt: skip
