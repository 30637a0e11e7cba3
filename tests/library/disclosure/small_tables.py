"""Small random tables for the tests."""

from __future__ import annotations

from itertools import product

import numpy as np
import scipy.sparse as sp

from sozialraum.disclosure.system import Bounds, System, Tree


def table(
    counts: np.ndarray, area_groups: list[int], *, age_groups: list[int] | None = None, **changes
) -> System:
    """The System of a table area x age x sex with all totals; `area_groups[a]` is the area one level up."""
    counts = np.asarray(counts, dtype=float)
    areas = [("kommune", range(len(area_groups)))]
    areas += [(f"s{g}", [a for a, of in enumerate(area_groups) if of == g]) for g in sorted(set(area_groups))]
    areas += [(f"b{a}", [a]) for a in range(len(area_groups))]
    ages = [("alle", range(counts.shape[1]))]
    if age_groups is not None:
        ages += [
            (f"g{g}", [a for a, of in enumerate(age_groups) if of == g]) for g in sorted(set(age_groups))
        ]
    ages += [(f"a{a}", [a]) for a in range(counts.shape[1])]
    sexes = [("alle", range(counts.shape[2]))] + [(f"x{s}", [s]) for s in range(counts.shape[2])]
    names, rows = [], []
    for (area, of_area), (age, of_age), (sex, of_sex) in product(areas, ages, sexes):
        row = np.zeros(counts.shape)
        row[np.ix_(list(of_area), list(of_age), list(of_sex))] = 1
        names.append(f"{area}/{age}/{sex}")
        rows.append(row.ravel())
    return system_of(
        np.array(rows), counts.ravel(), names, **changes, tree=_tree(counts.shape, area_groups, names)
    )


def _tree(shape: tuple[int, ...], area_groups: list[int], names: list[str]) -> Tree:
    groups = sorted(set(area_groups))
    node = {"kommune": 0} | {f"s{g}": 1 + i for i, g in enumerate(groups)}
    first = len(node)
    node |= {f"b{a}": first + a for a in range(shape[0])}
    parent = [-1] + [0] * len(groups) + [node[f"s{g}"] for g in area_groups]
    profiles = shape[1] * shape[2]
    return Tree(
        np.array(parent),
        np.repeat(np.arange(shape[0]) + first, profiles),
        np.tile(np.arange(profiles), shape[0]),
        np.array([node[name.split("/")[0]] for name in names]),
    )


def system_of(rows: np.ndarray, atoms: np.ndarray, keys: list[str] | None = None, **changes) -> System:
    """A System under the rule "1 and 2 must be hidden", a zero 1.5 times as dear; `changes` replace its fields."""
    rows, atoms = np.asarray(rows, dtype=float), np.asarray(atoms, dtype=float)
    values = rows @ atoms
    cells = len(values)
    fields = {
        "atoms": atoms,
        "cells": sp.csr_matrix(rows),
        "keys": tuple(keys or (f"c{i}" for i in range(cells))),
        "publishable": np.ones(cells, dtype=bool),
        "fixed": np.zeros(cells, dtype=bool),
        "primary": (values > 0) & (values < 3),
        "width": np.full(cells, 3.0),
        "reach": np.full(cells, 3.0),
        "floor": np.full(cells, np.inf),
        "weight": np.where(values == 0, 1.5, 1.0),
    }
    return System(**(fields | changes))


def random_table(rng: np.random.Generator, *, areas: int = 3, ages: int = 3, highest: int = 4) -> System:
    """2 or more areas and ages, two sexes, values 0 to `highest`, a random grouping of the areas (single children included)."""
    shape = (int(rng.integers(2, areas + 1)), int(rng.integers(2, ages + 1)), 2)
    groups = np.sort(rng.integers(0, shape[0], shape[0])).tolist()
    return table(rng.integers(0, highest + 1, shape), groups)


def shuffled(system: System, rng: np.random.Generator) -> tuple[System, np.ndarray]:
    """The same system with cells and atoms in another order, and the old number of each new cell."""
    cells, atoms = rng.permutation(system.cells.shape[0]), rng.permutation(system.cells.shape[1])
    place = np.argsort(cells)
    bounds, tree = system.bounds, system.tree
    if bounds is not None:
        rows = rng.permutation(bounds.rows.shape[0])
        bounds = Bounds(bounds.rows[rows][:, atoms], bounds.lower[rows], bounds.upper[rows])
    if tree is not None:
        tree = Tree(tree.parent, tree.atom_node[atoms], tree.profile[atoms], tree.cell_node[cells])
    return System(
        system.atoms[atoms],
        system.cells[cells][:, atoms],
        tuple(system.keys[c] for c in cells),
        *(
            getattr(system, name)[cells]
            for name in ("publishable", "fixed", "primary", "width", "reach", "floor", "weight")
        ),
        bounds,
        tuple(tuple(int(place[c]) for c in tie) for tie in system.ties),
        tree,
        tuple((int(place[a]), int(place[b])) for a, b in system.follows),
    ), cells
