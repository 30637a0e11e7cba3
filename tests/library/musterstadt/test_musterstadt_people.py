"""The people of Musterstadt: the same seed gives the same town, parts fit into wholes, figures are those of a real town."""

from __future__ import annotations

import numpy as np
import pytest

from sozialraum import catalogue
from sozialraum.musterstadt.counts import AGE_BANDS, SGB2_BANDS, STADTTEIL_CODES, Tables, count_all
from sozialraum.musterstadt.people import Ints
from sozialraum.musterstadt.town import PLACES, YEARS, stadtteil_of

FIRST, LAST = 0, len(YEARS) - 1
NOWHERE = len(PLACES) - 1
CODES = [place.code for place in PLACES]


def residents(tables: Tables, low: int = 0, high: int = 200) -> Ints:
    """Residents of an age span by year and place."""
    inside = [low <= int(band.rstrip("+").split("-")[0]) <= high for band in AGE_BANDS]
    return tables["einwohner"][:, :, inside].sum(axis=(2, 3, 4))


def share(part: Ints, whole: Ints, year: int = LAST) -> float:
    """Percentage in the whole town."""
    return 100 * float(part[year].sum()) / float(whole[year].sum())


def by_place(part: Ints, whole: Ints, year: int = LAST) -> dict[str, float]:
    """Percentage by Bezirk, without the cases that cannot be placed."""
    return {code: 100 * part[year, p] / whole[year, p] for p, code in enumerate(CODES[:NOWHERE])}


def dissimilarity(part: Ints, whole: Ints, year: int = LAST) -> float:
    """Share of the group that would have to move to be spread evenly (Duncan), over all Bezirke."""
    group, rest = part[year, :NOWHERE], (whole - part)[year, :NOWHERE]
    return 50 * float(np.abs(group / group.sum() - rest / rest.sum()).sum())


def test_the_same_seed_gives_the_same_town_and_another_seed_another() -> None:
    one, again, other = count_all(6000, 7), count_all(6000, 7), count_all(6000, 8)

    assert all(np.array_equal(one[name], again[name]) for name in one)
    assert not np.array_equal(one["einwohner"], other["einwohner"])


@pytest.mark.parametrize("population", [6_000, 20_000])
def test_the_town_has_the_wanted_size(population: int) -> None:
    assert residents(count_all(population, 3))[LAST].sum() == pytest.approx(population, rel=0.05)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("wohndauer_ab_5", "einwohner_ab_5"),
        ("haushalte_einperson", "haushalte"),
        ("haushalte_mit_kindern", "haushalte"),
        ("haushalte_alleinerziehend", "haushalte_mit_kindern"),
        ("seu_sprache_auffaellig", "seu_untersuchte"),
    ],
)
def test_a_part_is_never_more_than_its_whole(tables: Tables, part: str, whole: str) -> None:
    assert (tables[part] <= tables[whole]).all()


def test_every_part_that_the_catalogue_declares_is_one(tables: Tables) -> None:
    """Otherwise the gate could not count on a definition, and a reader could."""
    variables = catalogue.shipped().variables
    checked = 0
    for name, variable in variables.items():
        for whole in variable.within:
            if name in tables and whole.key == whole.variable in tables and tables[name].ndim == 2:
                around = tables[whole.variable]
                around = around.sum(axis=tuple(range(2, around.ndim)))
                if around.shape == tables[name].shape:
                    assert (tables[name] <= around).all(), (name, whole.key)
                    checked += 1
    assert checked > 20


def test_persons_with_benefits_are_never_more_than_residents_of_their_age(tables: Tables) -> None:
    persons = tables["sgb2_personen"]

    for band, (low, high) in zip(SGB2_BANDS, ((0, 14), (15, 24), (25, 54), (55, 64)), strict=True):
        assert (persons[:, :, SGB2_BANDS.index(band)] <= residents(tables, low, high)).all(), band
    assert (tables["sgb2_leistungsberechtigte"] <= persons.sum(axis=2)).all()
    assert (tables["grundsicherung_alter"] <= residents(tables, 65)).all()
    assert (tables["arbeitslose"] <= residents(tables, 15, 64)).all()


def test_persons_in_households_are_never_more_than_residents_of_their_age(tables: Tables) -> None:
    assert (tables["kinder_alleinerziehend"] <= residents(tables, 0, 17)).all()
    assert (tables["alleinlebende_65plus"] <= residents(tables, 65)).all()
    assert (tables["einwohner_ab_5"] <= residents(tables)).all()
    assert (tables["haushalte_alleinerziehend"] <= tables["kinder_alleinerziehend"]).all()
    assert (tables["haushalte"] <= residents(tables)).all()


def test_young_unemployed_are_part_of_all_unemployed_in_each_stadtteil(tables: Tables) -> None:
    all_ages = np.zeros_like(tables["arbeitslose_15_24"])
    for p, place in enumerate(PLACES):
        all_ages[:, STADTTEIL_CODES.index(stadtteil_of(place.code))] += tables["arbeitslose"][:, p]

    assert (tables["arbeitslose_15_24"] <= all_ages).all()


def test_population_changes_by_births_deaths_and_moves_alone(tables: Tables) -> None:
    whole = residents(tables).sum(axis=1)
    balance = sum(sign * tables[name].sum(axis=1) for sign, name in
                  ((1, "geburten"), (-1, "sterbefaelle"), (1, "zuzuege"), (-1, "fortzuege")))  # fmt: skip

    assert np.array_equal(np.diff(whole), balance[1:])


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [(0, 17, 16, 20), (65, 200, 20, 24), (80, 200, 5, 8), (0, 2, 2.2, 3.2), (15, 64, 58, 66)],
)
def test_age_structure_is_that_of_a_german_town(
    tables: Tables, low: int, high: int, least: float, most: float
) -> None:
    for year in (FIRST, LAST):
        assert least < share(residents(tables, low, high), residents(tables), year) < most


def test_mean_age_is_that_of_a_german_town(tables: Tables) -> None:
    mean = tables["altersjahre"].sum(axis=1) / residents(tables).sum(axis=1)

    assert ((mean > 43) & (mean < 45.5)).all()


def test_benefits_lie_where_towns_of_this_size_lie(tables: Tables) -> None:
    for year in range(len(YEARS)):
        assert 8 < share(tables["sgb2_leistungsberechtigte"], residents(tables, 0, 64), year) < 14
        assert 12 < share(tables["sgb2_personen"][:, :, 0], residents(tables, 0, 14), year) < 24
        assert 4 < share(tables["arbeitslose"], residents(tables, 15, 64), year) < 7
        assert 3 < share(tables["grundsicherung_alter"], residents(tables, 65), year) < 6


def test_households_are_those_of_a_german_town(tables: Tables) -> None:
    for year in (FIRST, LAST):
        assert 1.9 < residents(tables)[year].sum() / tables["haushalte"][year].sum() < 2.1
        assert 36 < share(tables["haushalte_einperson"], tables["haushalte"], year) < 44
        assert 15 < share(tables["haushalte_alleinerziehend"], tables["haushalte_mit_kindern"], year) < 25
        assert 55 < share(tables["wohndauer_ab_5"], tables["einwohner_ab_5"], year) < 75


def test_poverty_is_spread_unevenly_but_not_absurdly(tables: Tables) -> None:
    for year in (FIRST, LAST):
        assert 20 < dissimilarity(tables["sgb2_leistungsberechtigte"], residents(tables, 0, 64), year) < 38
    foreign = tables["einwohner"][..., 1].sum(axis=(2, 3))
    assert 12 < dissimilarity(foreign, residents(tables)) < 30


def test_ostfeld_improves_nordend_worsens_auenpark_grows(tables: Tables) -> None:
    entitled, under_65 = tables["sgb2_leistungsberechtigte"], residents(tables, 0, 64)
    before, after = by_place(entitled, under_65, FIRST), by_place(entitled, under_65, LAST)

    assert np.mean([after[c] - before[c] for c in ("101", "102", "103", "104")]) < -3
    assert np.mean([after[c] - before[c] for c in ("041", "042", "043", "044", "045")]) > 2
    whole = residents(tables)
    assert whole[LAST, CODES.index("091")] > 2.3 * whole[FIRST, CODES.index("091")]


def test_two_bezirke_have_fewer_than_300_residents(tables: Tables) -> None:
    small = residents(tables)[:, :NOWHERE] < 300

    assert {CODES[p] for p in np.flatnonzero(small.any(axis=0))} == {"033", "034"}
    assert small[:, CODES.index("033")].all()


def test_some_people_cannot_be_placed_in_every_year(tables: Tables) -> None:
    nowhere = residents(tables)[:, NOWHERE]

    assert ((nowhere > 200) & (nowhere < 600)).all()


def test_the_gate_has_work_to_do_but_not_too_much(tables: Tables) -> None:
    children = tables["sgb2_personen"][:, :, 0]
    figures = np.stack([tables["sgb2_leistungsberechtigte"], tables["arbeitslose"], children])
    below_10 = 100 * np.mean((figures > 0) & (figures < 10))
    below_3 = 100 * np.mean((tables["grundsicherung_alter"] > 0) & (tables["grundsicherung_alter"] < 3))

    assert 3 < below_10 < 10
    assert 3 < below_3 < 16
