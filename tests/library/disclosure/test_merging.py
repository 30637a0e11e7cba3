"""Joining areas until they satisfy a rule (Zusammenlegen)."""

from __future__ import annotations

from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

import kleinstadt
from sozialraum.catalogue.model import Rule
from sozialraum.disclosure.merging import as_merged, fits, neighbours, smallest_unions

RULE = Rule(id="r", label="R", minimum_count=3, minimum_population=300)
ROW = {"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c"]}


def test_one_small_area_takes_the_smallest_neighbour_that_helps() -> None:
    unions = smallest_unions({"a": 9, "b": 2, "c": 5, "d": 8}, ROW, Rule(id="r", label="R"))
    assert unions == [("a",), ("b", "c"), ("d",)]


def test_areas_that_may_stand_alone_stay_alone() -> None:
    assert smallest_unions({"a": 9, "b": 0, "c": 5}, ROW, Rule(id="r", label="R")) == [("a",), ("b",), ("c",)]


def test_few_residents_are_a_reason_too() -> None:
    people = {"a": 200.0, "b": 900.0, "c": 250.0, "d": 900.0}
    unions = smallest_unions(dict.fromkeys("abcd", 5.0), ROW, RULE, people)
    assert unions == [("a", "b"), ("c", "d")]


def test_an_island_that_nobody_can_help_stays_as_it_is() -> None:
    assert smallest_unions({"a": 1, "b": 9}, {}, RULE) == [("a",), ("b",)]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_unions_are_a_connected_partition_that_satisfies_the_rule(counts: list[int]) -> None:
    names = [f"{i:02}" for i in range(len(counts))]
    beside = {
        a: [n for n in (names[i - 1] if i else "", names[i + 1] if i + 1 < len(names) else "") if n]
        for i, a in enumerate(names)
    }
    cases = dict(zip(names, map(float, counts), strict=True))
    rule = Rule(id="r", label="R", minimum_count=4)
    unions = smallest_unions(cases, beside, rule)
    assert sorted(chain.from_iterable(unions)) == names
    for union in unions:
        places = sorted(names.index(a) for a in union)
        assert places == list(range(places[0], places[-1] + 1))
    if fits(sum(counts), None, rule):
        assert all(fits(sum(cases[a] for a in union), None, rule) for union in unions)


def test_neighbours_share_a_border_not_a_corner() -> None:
    found = neighbours(kleinstadt.mapped(), "bezirk")
    assert found["011"] == ["012", "021"]
    assert found["022"] == ["012", "021", "023"]


def test_unions_are_written_for_the_settings() -> None:
    text = as_merged([("a",), ("b", "c")], {"b": "Neustadt", "c": "Hafen"})
    assert text == 'merged = [\n  { code = "b", name = "Neustadt / Hafen", parts = ["b", "c"] },\n]\n'
    assert as_merged([("a",)], {}) == ""
