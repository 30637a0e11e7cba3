"""A System whose parts do not fit is a programmer's mistake and must not start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from small_tables import system_of, table

from sozialraum.disclosure.system import Bounds, System, Tree, components, first_atom, tidy

ONE_SUM = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])


def plain() -> System:
    return system_of(ONE_SUM, [2, 5, 7])


def test_values_are_sums_of_atoms():
    assert plain().values.tolist() == [2, 5, 7, 14]


def test_published_is_what_is_printed_or_known_anyway():
    system = replace(plain(), publishable=np.array([1, 1, 0, 1], bool), fixed=np.array([0, 0, 1, 0], bool))
    assert system.published(np.array([1, 0, 0, 0], bool)).tolist() == [False, True, True, True]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"atoms": np.array([1.0, 2.0])}, "one per column"),
        ({"atoms": np.array([1.0, 2.0, -1.0])}, "not negative"),
        ({"atoms": np.array([1.0, 2.0, np.nan])}, "finite"),
        ({"keys": ("a", "b", "c", "c")}, "all different"),
        ({"primary": np.zeros(3, dtype=bool)}, "primary: one per cell"),
        ({"weight": np.zeros(4)}, "positive"),
        ({"width": np.full(4, np.nan)}, "no NaN"),
        ({"cells": sp.csr_matrix(np.where(ONE_SUM == 1, np.inf, 0.0))}, "finite"),
        ({"ties": ((0, 9),)}, "ties"),
        ({"bounds": Bounds(sp.csr_matrix([[1.0, 0.0]]), np.zeros(1), np.ones(1))}, "one column per atom"),
        ({"bounds": Bounds(sp.csr_matrix([[1.0, 0.0, 0.0]]), np.zeros(1), np.ones(1))}, "the true values"),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        replace(plain(), **changes)


def test_bounds_need_one_limit_per_row_and_side():
    with pytest.raises(ValueError, match="one per row"):
        Bounds(sp.csr_matrix([[1.0]]), np.zeros(2), np.ones(1))
    with pytest.raises(ValueError, match="exceed"):
        Bounds(sp.csr_matrix([[1.0]]), np.ones(1), np.zeros(1))


TREE = {
    "parent": np.array([-1, 0, 0]),
    "atom_node": np.array([1, 1, 2]),
    "profile": np.array([0, 1, 0]),
    "cell_node": np.array([1, 1, 2, 0]),
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parent": np.array([1, -1, 0])}, "before its children"),
        ({"parent": np.array([-1, -1, 0])}, "exactly one root"),
        ({"atom_node": np.array([1, 1])}, "node and profile"),
        ({"cell_node": np.array([1, 1, 2])}, "one node per cell"),
        ({"atom_node": np.array([1, 1, 0])}, "leaves"),
    ],
)
def test_trees_that_do_not_fit_are_refused(changes: dict[str, np.ndarray], message: str):
    assert replace(plain(), tree=Tree(**TREE)).tree is not None
    with pytest.raises(ValueError, match=message):
        replace(plain(), tree=Tree(**(TREE | changes)))


def test_stored_zeros_name_no_atoms():
    matrix = sp.csr_matrix(
        (np.array([1.0, 0.0, 2.0]), (np.array([0, 0, 0]), np.array([2, 1, 0]))), shape=(1, 3)
    )
    assert tidy(matrix).indices.tolist() == [0, 2]
    assert matrix.nnz == 3


def test_components_join_atoms_of_one_row():
    first = sp.csr_matrix(np.array([[1, 1, 0, 0], [0, 0, 0, 0]]))
    label = components(first, sp.csr_matrix(np.array([[0, 1, 0, 1]])))
    assert label[0] == label[1] == label[3] != label[2]


def test_the_first_atom_of_an_empty_row_is_none():
    assert first_atom(sp.csr_matrix(np.array([[0, 1], [0, 0]]))).tolist() == [1, -1]


def test_the_small_table_has_all_totals():
    system = table(np.arange(8).reshape(2, 2, 2), [0, 0])
    assert len(system.keys) == (1 + 1 + 2) * (1 + 2) * (1 + 2)
    assert system.values[system.keys.index("kommune/alle/alle")] == 28
