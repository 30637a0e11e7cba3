"""Rangspannen: from pairwise comparison of intervals, checked against the definition by counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.indicators.ranks import rank_ranges

NUMBER = st.floats(-1000, 1000, allow_nan=False)
WIDTH = st.floats(0, 50)


def by_counting(low: list[float], high: list[float]) -> list[tuple[int, int]]:
    """The definition, pair by pair."""
    n = len(low)
    return [
        (1 + sum(low[j] > high[i] for j in range(n)), n - sum(high[j] < low[i] for j in range(n)))
        for i in range(n)
    ]


def test_worked_example() -> None:
    ranks = rank_ranges([30, 20, 19, 5], [28, 17, 16, 3], [32, 23, 22, 7])
    assert list(zip(ranks.first, ranks.last, strict=True)) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert ranks.ranked == 4


def test_touching_intervals_overlap() -> None:
    ranks = rank_ranges([2, 1], [1.5, 0.5], [2.5, 1.5])
    assert list(zip(ranks.first, ranks.last, strict=True)) == [(1, 2), (1, 2)]


def test_exact_values_and_ties() -> None:
    nothing = [math.nan] * 4
    ranks = rank_ranges([3, 1, 3, 2], nothing, nothing)
    assert list(zip(ranks.first, ranks.last, strict=True)) == [(1, 2), (4, 4), (1, 2), (3, 3)]


def test_areas_without_value_have_no_place() -> None:
    ranks = rank_ranges([math.nan, 5, 1], [math.nan, 4, 0], [math.nan, 6, 2])
    assert list(zip(ranks.first, ranks.last, strict=True)) == [(0, 0), (1, 1), (2, 2)]
    assert ranks.ranked == 2


def test_nothing_at_all() -> None:
    assert rank_ranges([], [], []).ranked == 0


def test_wrong_input() -> None:
    with pytest.raises(ValueError, match="equally long"):
        rank_ranges([1, 2], [1], [2])
    with pytest.raises(ValueError, match="does not contain"):
        rank_ranges([5], [6], [7])


@given(st.lists(st.tuples(NUMBER, WIDTH, WIDTH), min_size=1, max_size=30))
def test_equals_the_definition(areas: list[tuple[float, float, float]]) -> None:
    value = [mid for mid, _, _ in areas]
    low, high = [mid - down for mid, down, _ in areas], [mid + up for mid, _, up in areas]
    ranks = rank_ranges(value, low, high)
    assert list(zip(ranks.first, ranks.last, strict=True)) == by_counting(low, high)
    assert np.all(ranks.first <= ranks.last)


@given(
    st.lists(st.tuples(NUMBER, WIDTH, WIDTH), min_size=1, max_size=20), st.sampled_from([0.5, 2.0, 1024.0])
)
def test_the_unit_changes_no_rank(areas: list[tuple[float, float, float]], scale: float) -> None:
    # powers of two scale every limit exactly, so not even rounding can swap two of them
    value = np.array([mid for mid, _, _ in areas])
    low, high = value - [down for _, down, _ in areas], value + [up for _, _, up in areas]
    first, second = rank_ranges(value, low, high), rank_ranges(value * scale, low * scale, high * scale)
    assert first.first.tolist() == second.first.tolist()
    assert first.last.tolist() == second.last.tolist()
