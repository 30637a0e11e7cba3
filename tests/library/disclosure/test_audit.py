"""The attacker must find what a reader can compute, and must not claim more."""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog
from small_tables import random_table, system_of, table

from sozialraum.disclosure import audit as module
from sozialraum.disclosure.audit import audit, exactly_known
from sozialraum.disclosure.enumeration import whole_numbered
from sozialraum.disclosure.system import Bounds, System
from sozialraum.errors import DisclosureError

ONE_SUM = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])


def hide(system: System, *keys: str) -> np.ndarray:
    return np.isin(system.keys, keys)


def linprog_interval(system: System, hidden: np.ndarray, cell: int) -> tuple[float, float]:
    """Both ends for one cell by another solver interface."""
    known = system.published(hidden)
    row = system.cells[[cell]].toarray()[0]
    limits, sides = None, None
    if system.bounds is not None:
        dense = system.bounds.rows.toarray()
        limits, sides = (
            np.vstack([dense, -dense]),
            np.concatenate([system.bounds.upper, -system.bounds.lower]),
        )
        limits, sides = limits[np.isfinite(sides)], sides[np.isfinite(sides)]
    ends = [
        linprog(
            sign * row, limits, sides, system.cells[known], system.values[known], (0, None), method="highs-ds"
        )
        for sign in (1, -1)
    ]
    assert ends[0].status == 0
    return ends[0].fun, np.inf if ends[1].status == 3 else -ends[1].fun


def test_a_lone_hidden_cell_follows_by_subtraction():
    system = system_of(ONE_SUM, [2, 5, 7])
    result = audit(system, hide(system, "c0"))
    assert result.verdict == "nicht bestanden"
    assert result.failed == result.exact == ("c0",)
    assert (result.lower[0], result.upper[0]) == (2, 2)


def test_a_hidden_partner_protects_when_it_is_large_enough():
    system = system_of(ONE_SUM, [2, 5, 7])
    result = audit(system, hide(system, "c0", "c1"))
    assert result.verdict == "bestanden"
    assert result.failed == result.exact == result.unproved == ()
    assert result.smallest_width == pytest.approx(5)  # 2 to 7 is proved, more was not asked


def test_a_partner_of_zero_leaves_the_interval_too_narrow():
    system = system_of(ONE_SUM, [1, 0, 7])
    result = audit(system, hide(system, "c0", "c1"))
    assert result.verdict == "nicht bestanden"
    assert result.failed == ("c0",)
    assert result.exact == ()
    assert (result.lower[0], result.upper[0]) == (0, 1)


def test_a_published_primary_cell_fails():
    system = system_of(ONE_SUM, [2, 5, 7])
    assert audit(system, np.zeros(4, dtype=bool)).exact == ("c0",)


def test_nothing_primary_passes_without_a_program():
    system = system_of(ONE_SUM, [4, 5, 7])
    result = audit(system, np.zeros(4, dtype=bool))
    assert (result.verdict, result.lps, result.smallest_width) == ("bestanden", 0, None)


def test_a_hidden_total_leaves_no_upper_end():
    system = system_of(ONE_SUM, [2, 5, 7])
    result = audit(system, hide(system, "c0", "c3"))
    assert result.verdict == "bestanden"
    assert linprog_interval(system, hide(system, "c0", "c3"), 0) == (0, np.inf)


def test_reach_and_floor_are_demanded_beside_the_width():
    system = system_of(ONE_SUM, [2, 5, 7], reach=np.full(4, 8.0))
    assert audit(system, hide(system, "c0", "c1")).failed == ("c0",)
    system = system_of(ONE_SUM, [2, 5, 7], floor=np.full(4, -1.0))
    assert audit(system, hide(system, "c0", "c1")).failed == ("c0",)


def test_the_complement_of_a_published_population_is_watched_although_nobody_prints_it():
    rows = np.array([[1, 0], [0, 1], [1, 1]])  # in, not in, population
    system = system_of(rows, [28, 2], publishable=np.array([True, False, True]))
    assert audit(system, np.zeros(3, dtype=bool)).exact == ("c1",)
    assert audit(system, hide(system, "c0")).verdict == "bestanden"


def test_a_published_rounded_share_narrows_the_interval():
    system = system_of(ONE_SUM, [2, 5, 7])
    share = Bounds(
        sp.csr_matrix([[1.0, 0, 0]]), np.array([0.095 * 20]), np.array([0.105 * 20])
    )  # "10 %" of 20
    result = audit(replace(system, bounds=share), hide(system, "c0", "c1"))
    assert result.failed == ("c0",)
    assert (result.lower[0], result.upper[0]) == pytest.approx((1.9, 2.1))


def test_an_index_score_of_one_decimal_is_an_interval_row():
    system = system_of(ONE_SUM, [2, 5, 7])
    score = Bounds(sp.csr_matrix([[0.25, 0, 0]]), np.array([0.45]), np.array([0.55]))
    result = audit(replace(system, bounds=score), hide(system, "c0", "c1"))
    assert (result.lower[0], result.upper[0]) == pytest.approx((1.8, 2.2))


def test_an_earlier_release_opens_a_pattern():
    system = system_of(ONE_SUM, [2, 5, 7], fixed=np.array([False, True, False, False]))
    assert audit(system, hide(system, "c0", "c1")).exact == ("c0",)


def test_a_block_that_moved_is_found_by_subtraction_of_two_versions():
    blocks = np.array([2, 6, 9])  # version A: quarters {0, 1}, {2}; version B: {1}, {0, 2}
    rows = np.array([[1, 1, 0], [0, 0, 1], [0, 1, 0], [1, 0, 1], [1, 1, 1], [1, 0, 0]])
    system = system_of(rows, blocks, publishable=np.array([True] * 5 + [False]))
    result = audit(system, np.zeros(6, dtype=bool))
    assert result.exact == ("c5",)


def test_a_stock_follows_from_stock_and_flows():
    rows = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 1, -1, 0], [0, 0, 0, 1]])
    system = system_of(rows, [20, 5, 23, 0])  # 20 + 5 - 23 = 2
    assert audit(system, hide(system, "c3")).exact == ("c3",)
    assert audit(system, hide(system, "c3", "c1")).verdict == "bestanden"


def test_the_time_limit_ends_in_not_proved():
    system = random_table(np.random.default_rng(3))
    result = audit(system, system.primary, time_limit=-1.0)
    assert result.verdict == "nicht bewiesen" or result.failed
    assert set(result.unproved) <= set(np.array(system.keys)[system.primary])
    assert audit(system_of(ONE_SUM, [2, 5, 7]), np.array([1, 1, 0, 0], bool), time_limit=0.0).unproved == (
        "c0",
    )


def test_an_ample_time_limit_changes_nothing():
    system = random_table(np.random.default_rng(3))
    free, limited = audit(system, system.primary), audit(system, system.primary, time_limit=60.0)
    assert (free.failed, free.exact) == (limited.failed, limited.exact)


@pytest.mark.parametrize("seed", range(25))
def test_the_verdict_agrees_with_another_solver(seed: int):
    rng = np.random.default_rng(seed)
    system = random_table(rng)
    hidden = system.primary | (rng.random(len(system.keys)) < 0.3)
    assert_same_verdict(system, hidden)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1500))
def test_the_verdict_agrees_with_another_solver_on_many_tables(seed: int):
    rng = np.random.default_rng(seed)
    system = random_table(rng)
    assert_same_verdict(system, system.primary | (rng.random(len(system.keys)) < rng.uniform(0, 0.6)))


def assert_same_verdict(system: System, hidden: np.ndarray) -> None:
    result = audit(system, hidden)
    failed = []
    for place, cell in enumerate(np.flatnonzero(system.primary)):
        lower, upper = linprog_interval(system, hidden, int(cell))
        assert lower - 1e-6 <= result.lower[place] <= result.upper[place] <= upper + 1e-6
        if upper - lower < 3 - 1e-6 or upper < 3 - 1e-6:
            failed.append(system.keys[cell])
            assert (result.lower[place], result.upper[place]) == pytest.approx((lower, upper))
    assert result.failed == tuple(sorted(failed))
    assert result.verdict == ("nicht bestanden" if failed else "bestanden")


@pytest.mark.parametrize("seed", range(25))
def test_the_true_interval_contains_every_whole_numbered_table(seed: int):
    contains_whole_numbered(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1500))
def test_the_true_interval_contains_every_whole_numbered_table_of_many(seed: int):
    contains_whole_numbered(seed)


def contains_whole_numbered(seed: int) -> None:
    rng = np.random.default_rng(seed)
    system = random_table(rng, ages=2)
    hidden = system.primary | (rng.random(len(system.keys)) < 0.15)
    hidden[0] = False  # with a published total the tables can be counted
    known = system.published(hidden)
    tables = whole_numbered(system.cells[known].toarray(), system.values[known], limit=20_000)
    if tables is None:
        pytest.skip("too many tables to enumerate")
    result = exactly_known(system.cells, known, system.values, width=np.inf)
    values = system.cells[~known] @ tables.T
    assert (result.lower <= values.min(axis=1) + 1e-6).all()
    assert (result.upper >= values.max(axis=1) - 1e-6).all()
    assert (values.max(axis=1) == values.min(axis=1))[result.exact].all()


def test_a_release_gives_away_what_it_lets_compute():
    system = system_of(ONE_SUM, [2, 5, 7])
    values = np.where(hide(system, "c0"), np.nan, system.values)
    result = exactly_known(system.cells, ~hide(system, "c0"), values)
    assert result.exact.tolist() == [True]
    assert result.lower.tolist() == [2]


def test_a_release_with_two_hidden_partners_gives_nothing_away():
    system = system_of(ONE_SUM, [2, 5, 7])
    hidden = hide(system, "c0", "c1")
    result = exactly_known(system.cells, ~hidden, np.where(hidden, np.nan, system.values))
    assert not result.exact.any()
    assert result.proved.all()


def test_a_cell_outside_all_equations_stays_unknown():
    result = exactly_known(sp.eye_array(1, format="csr"), np.array([False]), np.array([np.nan]))
    assert not result.exact.any()


def test_equal_bounds_are_equations():
    bounds = Bounds(sp.csr_matrix([[1.0, 1.0]]), np.array([9.0]), np.array([9.0]))
    result = exactly_known(
        sp.eye_array(2, format="csr"), np.array([True, False]), np.array([4.0, 0.0]), bounds
    )
    assert result.exact.tolist() == [True]
    assert result.upper.tolist() == [5]


def test_bounds_alone_may_give_a_value_away():
    bounds = Bounds(sp.csr_matrix([[1.0, 1.0]]), np.array([-np.inf]), np.array([4.0]))
    result = exactly_known(
        sp.eye_array(2, format="csr"), np.array([True, False]), np.array([4.0, 0.0]), bounds
    )
    assert result.exact.tolist() == [True]
    assert result.upper.tolist() == [0]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ([[1, 0], [1, 1], [0, 1]], [5, 4, 0]),  # a part larger than the sum
        ([[1, 1], [1, 1]], [5, 4]),  # one sum, two values
        ([[1, 0], [0, 1], [1, 1]], [1, 1, 3]),  # parts that do not add up
        ([[1, 1, 0], [0, 1, 1], [1, 1, 1], [1, 0, 1]], [5, 5, 11, 6]),  # only a solver sees it
    ],
)
def test_contradictions_are_named(cells: list[list[int]], values: list[int]):
    matrix = sp.csr_matrix(np.vstack([cells, np.eye(len(cells[0]))]))
    published = np.arange(matrix.shape[0]) < len(values)
    padded = np.concatenate([values, np.full(matrix.shape[0] - len(values), np.nan)])
    with pytest.raises(DisclosureError, match="widersprechen"):
        exactly_known(matrix, published, padded)


def test_bounds_that_exclude_the_published_values_are_a_contradiction():
    bounds = Bounds(sp.csr_matrix([[1.0]]), np.array([5.0]), np.array([6.0]))
    with pytest.raises(DisclosureError, match="widersprechen"):
        exactly_known(sp.eye_array(1, format="csr"), np.array([True]), np.array([4.0]), bounds)


def test_published_values_must_be_numbers():
    with pytest.raises(ValueError, match="finite"):
        exactly_known(sp.eye_array(1, format="csr"), np.array([True]), np.array([np.nan]))


class Sabotaged(highspy.Highs):
    """A solver that gives up on its first or on all calls."""

    failures = 1

    def getModelStatus(self):
        type(self).failures -= 1
        if type(self).failures >= 0:
            return highspy.HighsModelStatus.kUnknown
        return super().getModelStatus()


def test_one_failure_of_the_solver_is_repeated(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module.highspy, "Highs", Sabotaged)
    monkeypatch.setattr(Sabotaged, "failures", 1)
    system = system_of(ONE_SUM, [2, 5, 7])
    assert audit(system, hide(system, "c0", "c1")).verdict == "bestanden"


def test_a_failing_solver_keeps_the_gate_shut(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module.highspy, "Highs", Sabotaged)
    monkeypatch.setattr(Sabotaged, "failures", 10**6)
    system = system_of(ONE_SUM, [2, 5, 7])
    with pytest.raises(DisclosureError, match="nichts freigegeben"):
        audit(system, hide(system, "c0", "c1"))
    with pytest.raises(DisclosureError, match="nichts freigegeben"):
        exactly_known(system.cells, ~hide(system, "c0", "c1"), system.values)


def test_an_answer_that_breaks_an_equation_is_not_believed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_residual", lambda facts, atoms: 1e-3)
    system = system_of(ONE_SUM, [2, 5, 7])
    with pytest.raises(DisclosureError, match="nichts freigegeben"):
        audit(system, hide(system, "c0", "c1"))


def test_a_solver_that_stops_on_time_proves_nothing(monkeypatch: pytest.MonkeyPatch):
    class Slow(highspy.Highs):
        def getModelStatus(self):
            return highspy.HighsModelStatus.kTimeLimit

    monkeypatch.setattr(module.highspy, "Highs", Slow)
    system = system_of(ONE_SUM, [2, 5, 7])
    assert audit(system, hide(system, "c0", "c1"), time_limit=60.0).verdict == "nicht bewiesen"


def test_a_near_miss_is_computed_a_second_time():
    system = system_of(ONE_SUM, [2, 5, 7], width=np.full(4, 7.00005))
    result = audit(system, hide(system, "c0", "c1"))
    assert result.failed == ("c0",)
    assert result.lps == 4


def test_no_end_stops_at_the_box_of_the_solver():
    """c0 may rise only if another atom moves a hundred thousand times as far."""
    rows = np.array([[1.0, 0, 0], [0, 1, 0], [1e5, -1, 0], [0, 0, 1]])
    system = system_of(rows, [1, 1e6, 5], primary=np.array([True, False, False, False]))
    result = audit(system, hide(system, "c0", "c1"))
    assert result.verdict == "bestanden"
    assert result.upper[0] >= 3


def test_one_count_of_a_table_with_published_margins_is_bounded_by_them():
    system = table(np.array([[[2, 8], [9, 9]], [[7, 9], [9, 9]]]), [0, 1])
    hidden = np.isin(
        system.keys,
        [f"{a}/{g}/{s}" for a in ("b0", "b1", "s0", "s1") for g in ("a0", "a1") for s in ("x0", "x1")],
    )
    result = audit(system, hidden)
    assert result.verdict == "bestanden"
    lower, upper = linprog_interval(system, hidden, system.keys.index("b0/a0/x0"))
    assert lower <= result.lower.min() < result.upper.max() <= upper
