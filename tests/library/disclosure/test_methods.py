"""Rounding and noise: what is shown, and what a reader can still say of the true counts (Runden, Überlagern)."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.catalogue.model import Rule
from sozialraum.disclosure.methods import Blurring, Method, _key, _noise, _table, controlled

COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=24)


def sums_of(counts: int, rng: np.random.Generator) -> sp.csr_matrix:
    """The counts themselves, the whole, and some groups of neighbours."""
    groups = [rng.random(counts) < 0.5 for _ in range(4)]
    return sp.csr_matrix(np.vstack([np.eye(counts), np.ones(counts), *groups]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(COUNTS, st.sampled_from([3, 5, 10]), st.integers(0, 5))
def test_controlled_rounding_is_additive_and_stays_beside_each_count(
    counts: list[int], base: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    true, sums = np.array(counts, dtype=float), sums_of(len(counts), rng)
    shown = controlled(true, sums, base, rng.random(len(true)), np.full(len(true), np.nan))
    assert (np.mod(shown, base) == 0).all()
    assert (np.abs(shown - true) < base).all()
    assert (shown[true % base == 0] == true[true % base == 0]).all()
    # No single count could change side and bring the sums closer to the true ones.
    error = (np.abs(sums @ (shown - true)) ** 2).sum()
    for i in np.flatnonzero(true % base):
        other = shown.copy()
        other[i] += base if other[i] < true[i] else -base
        assert (np.abs(sums @ (other - true)) ** 2).sum() >= error - 1e-6


def test_a_count_keeps_its_rounding_for_ever() -> None:
    true = np.array([7.0, 7.0, 7.0])
    kept = np.array([10.0, 5.0, np.nan])
    shown = controlled(true, sp.csr_matrix(np.ones((1, 3))), 5, np.zeros(3), kept)
    assert shown[:2].tolist() == [10.0, 5.0]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 500])
@pytest.mark.parametrize("spread", [3, 5, 10])
def test_noise_has_mean_zero_and_never_leaves_its_limits(count: int, spread: int) -> None:
    steps, cumulated = _table(count, spread)
    chance = np.diff([0.0, *cumulated])
    assert abs((np.array(steps) * chance).sum()) < 1e-9
    assert min(steps) == -min(count, spread)
    assert max(steps) == spread
    drawn = np.array([_noise(count, spread, u) for u in np.linspace(0, 0.9999999, 4001)])
    assert abs(drawn.mean()) < 0.02
    assert (count + drawn >= 0).all()


def test_zero_gets_no_noise() -> None:
    assert {_noise(0, 5, u) for u in np.linspace(0, 0.999, 100)} == {0.0}


def test_keys_hang_on_the_secret_and_on_nothing_else() -> None:
    assert _key(b"a", "x") == _key(b"a", "x")
    assert _key(b"a", "x") != _key(b"b", "x")
    assert _key(b"a", "x") != _key(b"a", "y")
    numbers = [_key(b"a", str(i)) for i in range(2000)]
    assert abs(np.mean(numbers) - 0.5) < 0.03
    assert Blurring({}, b"a").commitment != Blurring({}, b"b").commitment


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.integers(0, 200),
    st.sampled_from([("runden", 3), ("runden", 5), ("runden", 10), ("kontrolliert_runden", 5)]),
)
def test_the_limits_are_exactly_what_a_shown_count_may_stand_for(count: int, way: tuple[str, int]) -> None:
    """Every count that is shown so lies within the limits, and both ends are such counts."""
    method = Method.model_validate({"method": way[0], "base": way[1]})
    base = way[1]

    def may_show(n: int) -> set[float]:
        if way[0] == "runden":
            return {base * np.floor((n + base / 2) / base)}
        return {float(n // base * base), float(-(-n // base) * base)}

    shown = max(may_show(count))
    low, high = (float(end[0]) for end in method.limits(np.array([shown])))
    stands_for = [n for n in range(count + 30) if shown in may_show(n)]
    assert (low, high) == (min(stands_for), max(stands_for))


@pytest.mark.parametrize(
    ("method", "minimum", "enough"),
    [
        ({"method": "runden", "base": 5}, 3, False),  # a shown 0 is at most 2
        ({"method": "runden", "base": 10}, 3, True),
        ({"method": "kontrolliert_runden", "base": 3}, 3, False),
        ({"method": "kontrolliert_runden", "base": 5}, 3, True),
        ({"method": "kontrolliert_runden", "base": 10}, 10, False),
        ({"method": "zellschluessel", "spread": 3}, 3, True),
        ({"method": "sperren"}, 10, True),
    ],
)
def test_a_method_must_leave_open_that_the_minimum_is_reached(
    method: dict[str, object], minimum: int, enough: bool
) -> None:
    assert Method.model_validate(method).suffices(Rule(id="r", label="R", minimum_count=minimum)) is enough
