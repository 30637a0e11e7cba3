"""Counting the synthetic town year by year into finished tables by place (Auszählung)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sozialraum.musterstadt.benefits import Benefits, benefits, conspicuous_language
from sozialraum.musterstadt.life import NOWHERE_PLACE, RUN_IN, Movements, Town, found
from sozialraum.musterstadt.people import Bools, Ints, profile
from sozialraum.musterstadt.services import EXAMINED_FURTHER, PANDEMIC, SERVICES, count_services
from sozialraum.musterstadt.town import FIRST_YEAR, PLACES, YEARS, stadtteil_of

AGE_BANDS = (
    "0-2", "3-5", "6-9", "10-14", "15-17", "18-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59",
    "60-64", "65-69", "70-74", "75-79", "80-84", "85+",
)  # fmt: skip
# Deaths are few at young ages: counted for the whole town only, and in one band below 40.
DEATH_BANDS = ("0-39", "40-49", "50-59", "60-64", "65-69", "70-74", "75-79", "80-84", "85+")
SGB2_BANDS = ("0-14", "15-24", "25-54", "55-64")
SEXES = ("m", "w")
NATIONALITIES = ("deutsch", "nichtdeutsch")
STADTTEIL_CODES = tuple(dict.fromkeys(stadtteil_of(place.code) for place in PLACES))
# So many households at the start give the wanted number of persons in the last year.
HOUSEHOLDS_PER_PERSON = 0.4825
EXAMINED_YEARS = ((2016, 2018), (2019, 2021), (2022, 2024))

Tables = Mapping[str, Ints]


def _lower_limits(bands: tuple[str, ...]) -> list[int]:
    return [int(band.rstrip("+").split("-")[0]) for band in bands[1:]]


def simulate(population: int, seed: int) -> Iterator[tuple[Town, Movements]]:
    """The town at the end of each year, with what happened in it; the same town for the same population and seed."""
    rng = np.random.default_rng(seed)
    town = found(rng, households=HOUSEHOLDS_PER_PERSON * population, year=FIRST_YEAR - RUN_IN)
    while town.year < YEARS[-1]:
        movements = town.step()
        if town.year >= FIRST_YEAR:
            yield town, movements


def count_all(population: int, seed: int) -> Tables:
    """Simulate the town and count it; see `counted_town`."""
    return counted_town(population, seed)[0]


def counted_town(population: int, seed: int) -> tuple[Tables, Town]:
    """Simulate the town and count it; returns the tables and the town at the end of the last year.

    The tables are variable → counts with the axes (year, place) and, for `einwohner`, age band, sex, nationality, for
    `sgb2_personen`, age band. `arbeitslose_15_24`, all SERVICES and the `seu_` variables have Stadtteile as places; the
    latter have the spans of EXAMINED_YEARS instead of years; `sterbefaelle_alter` has age bands of the whole town instead of
    places. The last place is "nicht zuordenbar".
    """
    examination, offices = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2])
    years: list[Tables] = []
    for town, movements in simulate(population, seed):
        marks = benefits(town)
        examined = _examined(examination, town)
        counted = {**_count_year(town, marks, movements), **_count_examined(examination, town, examined)}
        years.append({**counted, **count_services(offices, town, marks, movements.arrivals, examined)})
    tables = {name: np.stack([year[name] for year in years]) for name in years[0]}
    return _to_stadtteile(tables), town


def _count_year(town: Town, marks: Benefits, movements: Movements) -> Tables:
    return {
        **_count_people(town),
        **_count_households(town),
        **_count_benefits(town, marks),
        "geburten": movements.births,
        "sterbefaelle": movements.deaths,
        "sterbefaelle_alter": np.bincount(
            np.digitize(movements.ages, _lower_limits(DEATH_BANDS)), minlength=len(DEATH_BANDS)
        ),
        "zuzuege": movements.arrivals,
        "fortzuege": movements.departures,
    }


def _by_place(town: Town, who: Bools) -> Ints:
    return np.bincount(town.homes.place[town.people.home[who]], minlength=len(PLACES))


def _cross(axes: list[tuple[Ints, int]]) -> Ints:
    """Counts of all combinations; each axis is given as (number of the class, how many classes)."""
    shape = [size for _, size in axes]
    place = np.ravel_multi_index([number for number, _ in axes], shape)
    return np.bincount(place, minlength=int(np.prod(shape))).reshape(shape)


def _count_people(town: Town) -> Tables:
    people, age = town.people, town.age
    places = town.homes.place[people.home]
    bands = np.digitize(age, _lower_limits(AGE_BANDS))
    years = np.bincount(places, weights=age, minlength=len(PLACES)).astype(np.int64)
    from_5 = age >= 5
    return {
        "einwohner": _cross(
            [(places, len(PLACES)), (bands, len(AGE_BANDS)), (people.sex, 2), (people.nationality, 2)]
        ),
        "altersjahre": years,
        "einwohner_ab_5": _by_place(town, from_5),
        "wohndauer_ab_5": _by_place(town, from_5 & (town.year - people.since >= 5)),
    }


def _count_households(town: Town) -> Tables:
    known = profile(town.people, len(town.homes.place), town.year)
    alone = (known.adults == 1) & (known.minors > 0)

    def households(which: Bools) -> Ints:
        return np.bincount(town.homes.place[which], minlength=len(PLACES))

    return {
        "haushalte": households(known.size > 0),
        "haushalte_einperson": households(known.size == 1),
        "haushalte_mit_kindern": households(known.minors > 0),
        "haushalte_alleinerziehend": households(alone),
        "kinder_alleinerziehend": _by_place(town, alone[town.people.home] & (town.age < 18)),
        "alleinlebende_65plus": _by_place(town, (known.size == 1)[town.people.home] & (town.age >= 65)),
    }


def _count_benefits(town: Town, marks: Benefits) -> Tables:
    sgb2 = marks.sgb2_person
    places = town.homes.place[town.people.home[sgb2]]
    bands = np.digitize(town.age[sgb2], _lower_limits(SGB2_BANDS))
    return {
        "arbeitslose": _by_place(town, marks.unemployed),
        "arbeitslose_15_24": _by_place(town, marks.unemployed & (town.age < 25)),
        "sgb2_personen": _cross([(places, len(PLACES)), (bands, len(SGB2_BANDS))]),
        "sgb2_leistungsberechtigte": _by_place(town, marks.sgb2_entitled),
        "grundsicherung_alter": _by_place(town, marks.old_age),
    }


def _examined(rng: np.random.Generator, town: Town) -> Bools:
    """Children of the school year: almost all are examined, fewer in the years of the pandemic."""
    reach = 0.74 if town.year in PANDEMIC else 0.96
    placed = town.homes.place[town.people.home] != NOWHERE_PLACE
    examined: Bools = (town.age == 6) & placed & (rng.random(len(town.people)) < reach)
    return examined


def _count_examined(rng: np.random.Generator, town: Town, examined: Bools) -> Tables:
    found = np.zeros(len(town.people), dtype=bool)
    found[examined] = conspicuous_language(rng, town.people, town.homes, examined)
    return {"seu_untersuchte": _by_place(town, examined), "seu_sprache_auffaellig": _by_place(town, found)}


def _to_stadtteile(tables: Tables) -> Tables:
    """Put together what is delivered for Stadtteile and for several years only."""
    rows = np.array([STADTTEIL_CODES.index(stadtteil_of(place.code)) for place in PLACES])
    into = (rows[None, :] == np.arange(len(STADTTEIL_CODES))[:, None]).astype(np.int64)
    coarse = {name: tables[name] @ into.T for name in ("arbeitslose_15_24", *SERVICES)}
    for name in ("seu_untersuchte", "seu_sprache_auffaellig", *EXAMINED_FURTHER):
        spans = [
            tables[name][first - FIRST_YEAR : last - FIRST_YEAR + 1].sum(axis=0)
            for first, last in EXAMINED_YEARS
        ]
        coarse[name] = np.stack(spans) @ into.T
    return {**tables, **coarse}
