"""Patterns must pass the attacker, do so whatever the shape of the table, and never come about by half."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import highspy
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from small_tables import random_table, shuffled, system_of, table

from sozialraum.disclosure import growth, suppression
from sozialraum.disclosure.audit import audit, exactly_known
from sozialraum.disclosure.enumeration import whole_numbered
from sozialraum.disclosure.growth import Pattern
from sozialraum.disclosure.suppression import merge, suppress
from sozialraum.disclosure.system import Bounds, System, Tree
from sozialraum.errors import DisclosureError

ONE_SUM = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])


@pytest.fixture(params=["in one piece", "down the tree"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(suppression, "LARGE", 0 if request.param == "down the tree" else 10**9)
    return request.param


def assert_protected(system: System, hidden: np.ndarray) -> None:
    assert (hidden | ~system.primary | ~system.publishable).all()
    assert not (hidden & ~system.publishable).any()
    assert not (hidden & system.fixed).any()
    result = audit(system, hidden)
    assert (result.verdict, result.failed) == ("bestanden", ())


# --- protection ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_every_pattern_passes_the_attacker(seed: int, way: str):
    system = random_table(np.random.default_rng(seed), areas=4)
    assert_protected(system, suppress(system, seed=seed, starts=2))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1500))
def test_every_pattern_of_many_passes_the_attacker(seed: int, way: str):
    system = random_table(np.random.default_rng(seed), areas=5, ages=4)
    assert_protected(system, suppress(system, seed=seed, starts=1))


SHAPES = {
    "sparse": ([0, 0, 1, 1, 2, 2], (6, 5, 2), 0.7),
    "one block per quarter": ([0, 1, 2, 3, 4], (5, 4, 2), 0.4),
    "fifteen children": ([0] * 15, (15, 4, 2), 0.4),
    "three sexes": ([0, 0, 1, 1], (4, 4, 3), 0.3),
    "one age": ([0, 0, 1, 1], (4, 1, 2), 0.3),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_shapes_no_tuning_has_seen(shape: str, seed: int, way: str):
    groups, size, empty = SHAPES[shape]
    rng = np.random.default_rng(seed)
    counts = rng.poisson(3, size) * (rng.random(size) >= empty)
    system = table(counts, groups)
    assert_protected(system, suppress(system, seed=seed, starts=2))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_town_of_forty_areas(seed: int, way: str):
    rng = np.random.default_rng(seed)
    groups = np.sort(rng.integers(0, 8, 40)).tolist()
    system = table(rng.poisson(rng.gamma(2, 5, (40, 6, 2))), groups, age_groups=[0, 0, 1, 1, 2, 3])
    assert_protected(system, suppress(system, seed=seed, starts=2))


def test_single_child_age_groups_share_the_fate_of_their_age(way: str):
    counts = np.random.default_rng(5).poisson(3, (4, 4, 2))
    system = table(counts, [0, 0, 1, 1], age_groups=[0, 0, 0, 1])
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    state = dict(zip(system.keys, hidden.tolist(), strict=True))
    assert all(state[key] == state[key.replace("/g1/", "/a3/")] for key in system.keys)


def test_four_dimensions():
    rng = np.random.default_rng(2)
    counts = rng.poisson(2.5, (4, 3, 2, 2))
    plain = table(counts.reshape(4, 3, 4), [0, 0, 1, 1])
    cells = [(key, row) for key, row in zip(plain.keys, plain.cells.toarray(), strict=True)]
    for first, second, name in ((0, 1, "m"), (2, 3, "w"), (0, 2, "d"), (1, 3, "n")):
        for key in [key for key in plain.keys if key.endswith("/x0")]:
            pair = [key[:-1] + str(part) for part in (first, second)]
            cells.append((key[:-2] + name, sum(row for other, row in cells if other in pair)))
    system = system_of(np.array([row for _, row in cells]), counts.ravel(), [key for key, _ in cells])
    assert_protected(system, suppress(system, seed=1))


def test_an_area_with_everything_small(way: str):
    counts = np.full((4, 3, 2), 20)
    counts[1] = 1
    system = table(counts, [0, 0, 1, 1])
    assert_protected(system, suppress(system, seed=1))


def test_everything_primary(way: str):
    system = table(np.ones((2, 1, 1)), [0, 0])
    assert_protected(system, suppress(system, seed=1))


def test_nothing_primary_hides_nothing(way: str):
    system = table(np.full((4, 3, 2), 9), [0, 0, 1, 1])
    assert not suppress(system, seed=1).any()


def test_one_primary_hides_one_circuit(way: str):
    counts = np.full((4, 3, 2), 9)
    counts[0, 0, 0] = 1
    system = table(counts, [0, 0, 1, 1])
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert hidden.sum() == 8  # two areas x two ages x two sexes


def test_no_cells_at_all():
    assert suppress(system_of(np.zeros((0, 0)), np.zeros(0)), seed=1).shape == (0,)


def test_more_starts_never_cost_more():
    system = table(np.random.default_rng(9).poisson(3, (6, 4, 2)), [0, 0, 1, 1, 2, 2])
    cost = [float(system.weight[suppress(system, seed=1, starts=starts)].sum()) for starts in (1, 3, 6)]
    assert cost == sorted(cost, reverse=True)


@pytest.mark.parametrize("seed", range(10))
def test_a_reader_who_counts_in_whole_numbers_learns_no_value(seed: int):
    """A linear program may use fractions; enumeration shows how far whole numbers narrow the interval."""
    system = random_table(np.random.default_rng(seed), areas=2, ages=2, highest=3)
    system = replace(
        system,
        fixed=np.arange(len(system.keys)) == 0,
        primary=system.primary & (np.arange(len(system.keys)) > 0),
    )
    hidden = suppress(system, seed=seed)
    known = system.published(hidden)
    tables = whole_numbered(system.cells[known].toarray(), system.values[known], limit=50_000)
    assert tables is not None
    values = system.cells[system.primary] @ tables.T
    assert (values.max(axis=1) - values.min(axis=1) >= 3).all()


# --- demands, ties, bounds, earlier releases ------------------------------------------------------------------------------------


def test_a_magnitude_moves_by_its_percentage():
    system = system_of(
        ONE_SUM,
        [900.0, 700.0, 40.0],
        primary=np.array([True, False, False, False]),
        width=np.zeros(4),
        reach=np.array([990.0, 0, 0, 0]),
        floor=np.array([810.0, 0, 0, 0]),
        weight=np.array([1, 1, 1, 5]) / 100,
    )
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert hidden.tolist() == [True, True, False, False]
    assert audit(system, np.array([True, False, True, False])).verdict == "nicht bestanden"


def test_tied_cells_are_hidden_together_and_cannot_be_computed():
    rows = np.kron(np.eye(2), ONE_SUM)  # counts and, apart from them, sums of years
    system = system_of(
        rows,
        [2, 5, 7, 60, 200, 300],
        weight=np.array([1.0] * 4 + [0.02] * 4),
        ties=tuple((i, i + 4) for i in range(4)),
    )
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert (hidden[:4] == hidden[4:]).all()
    assert hidden[4:].sum() >= 2
    known = exactly_known(system.cells, ~hidden, np.where(hidden, np.nan, system.values))
    assert not known.exact.any()


def test_ties_in_a_tree_keep_within_one_node(way: str):
    counts = np.random.default_rng(4).poisson(4, (4, 3, 2))
    plain = table(counts, [0, 0, 1, 1])
    ties = tuple((plain.keys.index(f"b{a}/a0/x0"), plain.keys.index(f"b{a}/a1/x1")) for a in range(4))
    hidden = suppress(replace(plain, ties=ties), seed=1)
    assert_protected(plain, hidden)
    assert all(hidden[first] == hidden[second] for first, second in ties)


def test_a_cell_that_follows_is_hidden_where_the_first_one_is_and_cannot_be_computed():
    rows = np.kron(np.eye(2), ONE_SUM)  # denominators and, apart from them, numerators
    system = system_of(rows, [2, 50, 70, 60, 200, 300], follows=tuple((i, i + 4) for i in range(4)))
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert hidden[0]
    assert (hidden[:4] <= hidden[4:]).all()
    known = exactly_known(system.cells, ~hidden, np.where(hidden, np.nan, system.values))
    assert not known.exact.any()


def test_the_first_of_a_pair_does_not_follow_the_second():
    rows = np.kron(np.eye(2), ONE_SUM)
    system = system_of(rows, [50, 60, 70, 2, 200, 300], follows=tuple((i, i + 4) for i in range(4)))
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert not hidden[:4].any()
    assert hidden[4:].any()


def test_what_is_known_does_not_follow():
    rows = np.kron(np.eye(2), ONE_SUM)
    fixed = np.array([0, 0, 0, 0, 1, 0, 0, 0], bool)
    system = system_of(rows, [2, 50, 70, 60, 200, 300], fixed=fixed, follows=((0, 4),))
    hidden = suppress(system, seed=1)
    assert hidden[0]
    assert not hidden[4]


def test_a_cell_tied_to_a_known_one_stays():
    system = system_of(ONE_SUM, [2, 5, 7], fixed=np.array([0, 0, 0, 1], bool), ties=((1, 3),))
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert hidden.tolist() == [True, False, True, False]


def test_the_complement_is_not_narrowed_although_nobody_prints_it():
    rows = np.array(
        [
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
            [1, 0, 1, 0],
            [0, 1, 0, 1],
            [1, 1, 0, 0],
            [1, 1, 1, 1],
        ]
    )
    printed = np.array([True, True, False, False, True, True, True, True])
    system = system_of(rows, [28, 60, 2, 40], publishable=printed)
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert hidden[[0, 4]].any()


def test_bounds_are_respected():
    part = sp.csr_matrix([[1.0, 0.0, 0.0]])
    system = system_of(
        ONE_SUM, [2, 5, 7], reach=np.full(4, 6.0), bounds=Bounds(part, np.array([-np.inf]), np.array([9.0]))
    )
    assert_protected(system, suppress(system, seed=1))
    tight = replace(system, bounds=Bounds(part, np.array([-np.inf]), np.array([5.0])))
    with pytest.raises(DisclosureError, match="c0"):
        suppress(tight, seed=1)


def test_bounds_in_a_tree(way: str):
    counts = np.random.default_rng(8).poisson(3, (4, 3, 2))
    system = table(counts, [0, 0, 1, 1])
    rows = system.cells[
        [
            system.keys.index("b1/a0/alle"),
            system.keys.index("s1/alle/x1"),
            system.keys.index("kommune/a1/alle"),
        ]
    ]
    truth = rows @ system.atoms
    system = replace(system, bounds=Bounds(rows, truth - 4, truth + 4))
    assert_protected(system, suppress(system, seed=1))


def test_what_an_earlier_release_printed_is_never_hidden():
    system = system_of(ONE_SUM, [2, 5, 7], fixed=np.array([False, True, False, False]))
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert not hidden[1]


def test_pinned_values_still_count_in_sums_and_bounds():
    """c1 is known; the demand on the sum c4 = c0 + c1 is about the whole sum, the bound too."""
    rows = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [1, 1, 0]])
    system = system_of(
        rows,
        [2, 6, 7],
        fixed=np.array([0, 1, 0, 1, 0], bool),
        primary=np.array([1, 0, 0, 0, 1], bool),
        reach=np.array([3, 0, 0, 0, 9.0]),
        bounds=Bounds(sp.csr_matrix([[1.0, 1.0, 0.0]]), np.array([5.0]), np.array([12.0])),
    )
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert hidden.tolist() == [True, False, True, False, True]


def test_alternatives_that_known_cells_below_forbid_are_not_used(way: str):
    """The cheapest way to move a quarter changes its total, which follows from the known totals of its blocks."""
    system = table(np.array([[[1, 9]], [[1, 9]], [[9, 9]], [[9, 9]]]), [0, 0, 1, 1])
    keys = np.array(system.keys)
    known = np.array([key.startswith("b") and key.endswith("/alle") for key in keys])
    dear = np.array([key.startswith("s") and key.endswith("/x1") for key in keys])
    system = replace(system, fixed=known, weight=np.where(dear, 50.0, 1.0))
    hidden = suppress(system, seed=1)
    assert_protected(system, hidden)
    assert hidden[keys == "s0/alle/x1"].all()
    assert not hidden[keys == "s0/alle/alle"].any()


@pytest.mark.parametrize("seed", range(6))
def test_earlier_releases_of_a_town(seed: int, way: str):
    rng = np.random.default_rng(seed)
    system = table(rng.poisson(4, (6, 3, 2)), [0, 0, 1, 1, 2, 2])
    fixed = ~system.primary & (rng.random(len(system.keys)) < 0.1)
    system = replace(system, fixed=fixed)
    try:
        assert_protected(system, suppress(system, seed=seed))
    except DisclosureError as error:
        named = str(error)
        assert all(key in system.keys for key in named.split("„")[1].split("“")[:1])


# --- refusals and sabotage --------------------------------------------------------------------------------------------------------


def test_a_cell_whose_partners_are_known_is_refused_by_name():
    system = system_of(ONE_SUM, [2, 5, 7], fixed=np.array([0, 1, 1, 1], bool))
    with pytest.raises(DisclosureError, match="„c0“"):
        suppress(system, seed=1)


def test_a_primary_cell_that_is_known_is_refused_by_name():
    system = system_of(ONE_SUM, [2, 5, 7], fixed=np.array([1, 0, 0, 0], bool))
    with pytest.raises(DisclosureError, match="„c0“"):
        suppress(system, seed=1)


def test_only_some_names_are_listed():
    system = system_of(np.eye(30), np.ones(30), fixed=np.ones(30, dtype=bool))
    with pytest.raises(DisclosureError, match="und 10 weitere"):
        suppress(system, seed=1)


class Sabotaged(highspy.Highs):
    """A solver that answers "infeasible" on its first or on all calls."""

    failures = 1

    def getModelStatus(self):
        type(self).failures -= 1
        if type(self).failures >= 0:
            return highspy.HighsModelStatus.kInfeasible
        return super().getModelStatus()


def test_one_failure_of_the_solver_is_repeated(monkeypatch: pytest.MonkeyPatch, way: str):
    system = random_table(np.random.default_rng(1))
    expected = suppress(system, seed=1)
    monkeypatch.setattr(growth.highspy, "Highs", Sabotaged)
    monkeypatch.setattr(Sabotaged, "failures", 1)
    hidden = suppress(system, seed=1)
    monkeypatch.undo()
    assert_protected(system, hidden)
    assert hidden.shape == expected.shape


def test_a_failing_solver_keeps_the_gate_shut(monkeypatch: pytest.MonkeyPatch, way: str):
    monkeypatch.setattr(growth.highspy, "Highs", Sabotaged)
    monkeypatch.setattr(Sabotaged, "failures", 10**9)
    with pytest.raises(DisclosureError, match="nichts freigegeben"):
        suppress(random_table(np.random.default_rng(1)), seed=1)


def test_an_answer_that_moves_a_published_cell_is_not_believed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(growth, "_error", lambda problem, inner, shares: 1e-3)
    with pytest.raises(DisclosureError, match="nichts freigegeben"):
        suppress(system_of(ONE_SUM, [2, 5, 7]), seed=1)


def test_a_killed_worker_keeps_the_gate_shut():
    with pytest.raises(DisclosureError, match="Rechenprozess"), suppression._workers(2) as run:
        list(run([(os._exit, 1), (os._exit, 1)]))


# --- the same pattern every time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_does_not_matter(seed: int, way: str):
    rng = np.random.default_rng(seed)
    system = random_table(rng, areas=5)
    limits = sp.csr_matrix(rng.integers(0, 2, (3, len(system.atoms))).astype(float))
    truth = limits @ system.atoms
    if way == "in one piece":
        system = replace(system, bounds=Bounds(limits, truth - 3, truth + 5), ties=((1, 2), (5, 8)))
    hidden = suppress(system, seed=7, starts=2)
    other, cells = shuffled(system, rng)
    assert (suppress(other, seed=7, starts=2) == hidden[cells]).all()


def test_the_same_seed_gives_the_same_pattern_on_one_and_two_processes(way: str):
    system = table(np.random.default_rng(3).poisson(3, (6, 4, 2)), [0, 0, 1, 1, 2, 2])
    told: list[tuple[int, int]] = []
    once = suppress(system, seed=11, progress=lambda done, total: told.append((done, total)))
    assert (suppress(system, seed=11) == once).all()
    assert (suppress(system, seed=11, processes=2) == once).all()
    assert told
    assert all(done <= total for done, total in told)
    assert told == sorted(told)


def test_another_seed_may_give_another_pattern():
    system = table(np.random.default_rng(3).poisson(3, (6, 4, 2)), [0, 0, 1, 1, 2, 2])
    patterns = {suppress(system, seed=seed, starts=1).tobytes() for seed in range(5)}
    assert len(patterns) > 1


def test_independent_parts_do_not_disturb_each_other():
    rng = np.random.default_rng(6)
    one, two = (table(rng.poisson(3, (4, 3, 2)), [0, 0, 1, 1]) for _ in range(2))
    both = system_of(
        sp.block_diag([one.cells, two.cells]).toarray(),
        np.concatenate([one.atoms, two.atoms]),
        [f"{year}/{key}" for year in (2023, 2024) for key in one.keys],
    )
    alone = system_of(two.cells.toarray(), two.atoms, [f"2024/{key}" for key in two.keys])
    assert (suppress(both, seed=1)[len(one.keys) :] == suppress(alone, seed=1)).all()


# --- the presolve ---------------------------------------------------------------------------------------------------------------------


def test_equal_cells_and_inseparable_atoms_are_merged():
    rows = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1], [1, 1, 0, 0]])
    merged = merge(system_of(rows, [1, 1, 5, 6]))
    assert merged.rows.shape == (3, 2)
    assert sorted(merged.atoms.tolist()) == [2, 11]
    assert merged.group[0] == merged.group[3]


def test_parts_without_primary_cells_are_dropped():
    merged = merge(system_of(sp.block_diag([ONE_SUM, ONE_SUM]).toarray(), [2, 5, 7, 9, 9, 9]))
    assert [len(part.rows) for part in merged.parts()] == [4]


def test_a_tree_that_does_not_fit_is_not_used():
    system = table(np.random.default_rng(1).poisson(3, (4, 3, 2)), [0, 0, 1, 1])
    wrong = system.cells.copy().tolil()
    wrong[system.keys.index("s0/alle/alle"), 0] = 0  # a total that misses one block's value
    wrong[system.keys.index("s0/a0/alle"), 0] = 0
    odd = replace(system, cells=sp.csr_matrix(wrong))
    part = merge(odd).parts()[0]
    assert part.place is not None
    assert not suppression.fits(part.problem, part.place)
    assert_protected(odd, suppress(odd, seed=1))


def test_a_cell_with_atoms_outside_its_node_is_not_a_tree():
    system = table(np.random.default_rng(1).poisson(3, (4, 3, 2)), [0, 0, 1, 1])
    tree = system.tree
    assert tree is not None
    moved = tree.cell_node.copy()
    moved[system.keys.index("s0/alle/alle")] = tree.cell_node[system.keys.index("s1/alle/alle")]
    part = merge(replace(system, tree=Tree(tree.parent, tree.atom_node, tree.profile, moved))).parts()[0]
    assert part.place is not None
    assert not suppression.fits(part.problem, part.place)


# --- the certificates ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_every_alternative_of_a_node_is_one_of_the_whole_table(seed: int):
    """Completed by responses below and mixed alternatives above, it moves no published cell and stays non-negative."""
    rng = np.random.default_rng(seed)
    groups = [0, 0, 1, 1, 2, 2, 3]
    system = table(rng.poisson(2.5, (7, 4, 2)) * (rng.random((7, 4, 2)) > 0.3), groups)
    part = merge(system).parts()[0]
    assert part.place is not None
    descent = suppression.Descent(part.problem, part.place)
    hidden = part.problem.hidden_anyway.copy()
    for level in part.place.levels():
        for node in descent.open_level(level):
            pattern = growth.grow(descent.pieces[node].problem, seed, 2)
            descent.patterns[node] = pattern
            hidden[descent.pieces[node].rows] |= pattern.hidden
    composed = 0
    for node, pattern in descent.patterns.items():
        for number in range(len(pattern.tables)):
            move = compose(descent, node, np.eye(len(pattern.tables))[number])
            assert (part.problem.inner + move >= -1e-6).all()
            assert np.abs(part.problem.rows[~hidden] @ move).max(initial=0) < 1e-6
            rows = descent.pieces[node].rows
            own = descent.pieces[node].problem.rows @ pattern.tables[number]
            assert part.problem.rows[rows] @ move == pytest.approx(own, abs=1e-6)
            composed += 1
    assert composed > 10


def compose(descent: suppression.Descent, node: int, weights: np.ndarray) -> np.ndarray:
    """The movement of all inner values when a node uses its tables with these weights."""
    move = spread(descent, node, weights)
    while node in descent.root_of:
        above = int(descent.place.parent[node])
        shares = weights @ descent.patterns[node].shares
        weights = np.zeros(len(descent.patterns[above].tables))
        for root, share in enumerate(shares):
            weights[np.flatnonzero(descent.root_of[node] == root)[0]] += share
        move += spread(descent, above, weights, without=node)
        node = above
    return move


def spread(descent: suppression.Descent, node: int, weights: np.ndarray, without: int = -9) -> np.ndarray:
    """What tables of a node do below it, followed by the responses of its children."""
    piece, pattern = descent.pieces[node], descent.patterns[node]
    move = np.zeros(len(descent.problem.inner))
    for child in set(piece.unit_node.tolist()) - {without}:
        if child in descent.place.children:
            if child not in descent.pieces:
                continue
            shares = np.zeros(len(descent.patterns[child].tables))
            for number, root in enumerate(descent.root_of[child]):
                if root >= 0:
                    shares[descent.patterns[child].responses[root]] += weights[number]
            move += spread(descent, child, shares)
        else:
            mine = np.flatnonzero(piece.unit_node == child)
            for unit in mine:
                place = (descent.place.inner_node == child) & (
                    descent.place.profile == piece.unit_profile[unit]
                )
                move[np.flatnonzero(place)] += weights @ pattern.tables[:, unit]
    return move


def test_what_a_node_cannot_certify_is_mended_above(monkeypatch: pytest.MonkeyPatch):
    system = table(np.random.default_rng(3).poisson(3, (6, 4, 2)), [0, 0, 1, 1, 2, 2])
    monkeypatch.setattr(suppression, "LARGE", 0)
    grow = growth.grow

    def lazy(problem: growth.Problem, seed: int, starts: int) -> Pattern:
        pattern = grow(problem, seed, starts)
        if not problem.root_count:
            return pattern
        responses = pattern.responses
        return replace(
            pattern,
            hidden=problem.hidden_anyway
            | (np.abs(problem.rows @ pattern.tables[responses].T) > 1e-6).any(axis=1),
            uncertified=problem.targets,
            tables=pattern.tables[responses],
            shares=pattern.shares[responses],
            responses=np.arange(len(responses)),
        )

    monkeypatch.setattr(suppression, "grow", lazy)
    assert_protected(system, suppress(system, seed=1))


# --- the reference instance --------------------------------------------------------------------------------------------------------------


def test_the_attacker_rejects_known_bad_patterns_and_accepts_ours(references: Path):
    folder = references / "sdc"
    counts = pd.read_csv(folder / "municipal_S.csv")
    system = reference_system(counts)
    place = {key: i for i, key in enumerate(system.keys)}
    assert int(system.primary.sum()) == 402
    only_primary = audit(system, system.primary)
    assert len(only_primary.exact) == 368
    hitas = pd.read_csv(folder / "municipal_S_hitas_pattern.csv")
    hidden = np.zeros(len(system.keys), dtype=bool)
    for row in hitas.itertuples():
        hidden[place[f"{row.block}/{row.age}/{row.sex}"]] = row.status in ("U", "M")
    result = audit(system, hidden)
    assert result.verdict == "nicht bestanden"
    assert int((result.upper - result.lower <= 2 + 1e-6).sum()) == 86
    ours = suppress(system, seed=1)
    assert_protected(system, ours)
    assert int((ours & ~system.primary).sum()) <= 340


def test_intervals_agree_with_those_computed_elsewhere(references: Path):
    folder = references / "sdc"
    system = reference_system(pd.read_csv(folder / "municipal_S.csv"))
    gauss = pd.read_csv(folder / "municipal_S_gauss_pattern.csv")
    place = {key: i for i, key in enumerate(system.keys)}
    hidden = np.zeros(len(system.keys), dtype=bool)
    for row in gauss.itertuples():
        hidden[place[f"{row.block}/{row.age}/{row.sex}"]] = row.suppressed
    expected = pd.read_csv(folder / "municipal_S_gauss_attacker_intervals.csv").sample(40, random_state=1)
    picked = [place[f"{row.geo}/{row.age}/{row.sex}"] for row in expected.itertuples()]
    only = np.zeros(len(system.keys), dtype=bool)
    only[picked] = True
    result = audit(replace(system, primary=only, width=np.full(len(only), np.inf)), hidden)
    order = np.argsort(picked)
    assert result.lower == pytest.approx(expected.attacker_min.to_numpy()[order], abs=1e-5)
    assert result.upper == pytest.approx(expected.attacker_max.to_numpy()[order], abs=1e-5)


def reference_system(counts: pd.DataFrame) -> System:
    """municipal_S as equations: five levels of areas, three of ages, two of sexes."""
    total = pd.Series("Total", counts.index)
    levels = (
        [total, counts.district, counts.subdistrict, counts.quarter, counts.block],
        [total, counts.agegroup, counts.age],
        [total, counts.sex],
    )
    rows: dict[str, np.ndarray] = {}
    for area in levels[0]:
        for age in levels[1]:
            for sex in levels[2]:
                for key, members in (
                    (area + "/" + age + "/" + sex).groupby(area + "/" + age + "/" + sex).groups.items()
                ):
                    rows[str(key)] = np.isin(np.arange(len(counts)), members)
    order = pd.concat(levels[0]).unique().tolist()
    parent = {
        name: up
        for low, high in zip(levels[0][1:], levels[0][:-1], strict=True)
        for name, up in zip(low, high, strict=True)
    }
    number = {name: i for i, name in enumerate(order)}
    weight = np.array([{"T": 4, "D": 4, "S": 3, "Q": 2, "B": 1}[key[0]] for key in rows], dtype=float)
    matrix = np.array(list(rows.values()), dtype=float)
    tree = Tree(
        np.array([number[parent[name]] if name in parent else -1 for name in order]),
        np.array([number[name] for name in counts.block]),
        pd.factorize(counts.age + counts.sex)[0],
        np.array([number[key.split("/")[0]] for key in rows]),
    )
    zero = np.where(matrix @ counts.n.to_numpy() == 0, 1.5, 1.0)
    return system_of(matrix, counts.n.to_numpy(), list(rows), weight=weight * zero, tree=tree)
