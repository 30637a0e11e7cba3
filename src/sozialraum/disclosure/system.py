"""The equations of disclosure control: inner values, the cells summed from them, and what else is public (Gleichungssystem der Geheimhaltung)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

NO_NODE = -1


@dataclass(frozen=True, eq=False)
class Bounds:
    """Further public knowledge: lower <= rows @ atoms <= upper, infinite where a side says nothing."""

    rows: sp.csr_matrix
    lower: Floats
    upper: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tidy(self.rows))
        for name in ("lower", "upper"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
            _require(getattr(self, name).shape == (self.rows.shape[0],), f"bounds.{name}: one per row")
        _require(bool((self.lower <= self.upper).all()), "bounds: lower must not exceed upper")


@dataclass(frozen=True, eq=False)
class Tree:
    """The area tree of a table: nodes, and where each atom and each cell sits in it.

    `parent` holds the node above (-1 for the root); `atom_node` must be a leaf. Atoms of equal `profile`
    (age, sex …) play the same part in different areas: a cell at a node sums whole profiles of all leaves below it.
    """

    parent: Indices
    atom_node: Indices
    profile: Indices
    cell_node: Indices

    def __post_init__(self) -> None:
        for name in ("parent", "atom_node", "profile", "cell_node"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64))


@dataclass(frozen=True, eq=False)
class System:
    """Everything about one set of linked tables that decides what may be printed.

    `atoms` are the true inner values; `cells @ atoms` the values of the cells. `keys` name the cells and, not their position,
    decide every random number. A cell with `publishable` False is printed by nobody and may still be primary. A `fixed` cell
    is known in any case. For primary cells a reader's interval must be at least `width` wide, reach up to `reach` and down to
    `floor` (infinite where nothing is asked). `weight` is the cost of hiding a cell, per unit it moves. Cells of one tuple in
    `ties` are hidden together; of a pair in `follows` the second one is hidden where the first is. Raises ValueError when the
    parts do not fit.
    """

    atoms: Floats
    cells: sp.csr_matrix
    keys: tuple[str, ...]
    publishable: Flags
    fixed: Flags
    primary: Flags
    width: Floats
    reach: Floats
    floor: Floats
    weight: Floats
    bounds: Bounds | None = None
    ties: tuple[tuple[int, ...], ...] = ()
    tree: Tree | None = None
    follows: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tidy(self.cells))
        object.__setattr__(self, "atoms", np.asarray(self.atoms, dtype=np.float64))
        for name in ("publishable", "fixed", "primary"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=bool))
        for name in ("width", "reach", "floor", "weight"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        _check(self)

    @property
    def values(self) -> Floats:
        """The true value of each cell."""
        return np.asarray(self.cells @ self.atoms, dtype=np.float64)

    def published(self, hidden: Flags) -> Flags:
        """Which cells a reader knows when `hidden` are withheld."""
        return np.asarray((self.publishable & ~hidden) | self.fixed, dtype=bool)


def no_bounds(atoms: int) -> Bounds:
    """Bounds that say nothing about so many atoms."""
    return Bounds(sp.csr_matrix((0, atoms)), np.zeros(0), np.zeros(0))


def joined(*bounds: Bounds) -> Bounds:
    """Several bounds over the same atoms as one."""
    return Bounds(
        sp.vstack([b.rows for b in bounds], format="csr"),
        np.concatenate([b.lower for b in bounds]),
        np.concatenate([b.upper for b in bounds]),
    )


def scale(values: Floats) -> Floats:
    """What an error of 1e-6 is multiplied by: 1 for counts, slowly more for large sums, where floating point is coarser."""
    return np.asarray(1 + np.abs(values) / 10_000, dtype=np.float64)


def tidy(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """A float64 CSR copy with sorted columns and no stored zeros (a stored zero would name atoms a cell does not contain)."""
    result = sp.csr_matrix(matrix, dtype=np.float64, copy=True)
    result.sum_duplicates()
    result.eliminate_zeros()
    result.sort_indices()
    return result


def components(*matrices: sp.csr_matrix) -> Indices:
    """The number of the independent part each atom belongs to; atoms are joined when one row contains both."""
    stacked = sp.vstack(matrices, format="csr")
    rows, atoms = stacked.shape
    joined = sp.coo_matrix(stacked)
    graph = sp.coo_matrix(
        (np.ones(joined.nnz, dtype=np.int8), (joined.row, joined.col + rows)),
        shape=(rows + atoms, rows + atoms),
    )
    labels = sp.csgraph.connected_components(graph, directed=False)[1]
    return np.asarray(labels[rows:], dtype=np.int64)


def first_atom(matrix: sp.csr_matrix) -> Indices:
    """The first atom of each row, -1 for an empty row."""
    filled = np.diff(matrix.indptr) > 0
    result = np.full(matrix.shape[0], -1, dtype=np.int64)
    result[filled] = matrix.indices[matrix.indptr[:-1][filled]]
    return result


def _check(system: System) -> None:
    cells, atoms = system.cells.shape
    _require(system.atoms.shape == (atoms,), "atoms: one per column of cells")
    _require(
        len(system.keys) == cells and len(set(system.keys)) == cells, "keys: one per cell, all different"
    )
    for name in ("publishable", "fixed", "primary", "width", "reach", "floor", "weight"):
        _require(getattr(system, name).shape == (cells,), f"{name}: one per cell")
    _require(
        bool(np.isfinite(system.atoms).all() and (system.atoms >= 0).all()), "atoms: finite and not negative"
    )
    _require(bool(np.isfinite(system.cells.data).all()), "cells: finite coefficients")
    _require(bool((system.weight > 0).all()), "weight: positive")
    demands = (system.width, system.reach, system.floor)
    _require(
        not any(np.isnan(demand[system.primary]).any() for demand in demands), "width, reach, floor: no NaN"
    )
    if system.bounds is not None:
        _check_bounds(system.bounds, system.atoms)
    _require(all(0 <= cell < cells for tie in system.ties for cell in tie), "ties: numbers of cells")
    _require(all(0 <= cell < cells for pair in system.follows for cell in pair), "follows: numbers of cells")
    if system.tree is not None:
        _check_tree(system.tree, cells, atoms)


def _check_bounds(bounds: Bounds, atoms: Floats) -> None:
    _require(bounds.rows.shape[1] == len(atoms), "bounds: one column per atom")
    activity = bounds.rows @ atoms
    slack = 1e-6 * (1 + np.abs(activity))
    inside = (activity >= bounds.lower - slack) & (activity <= bounds.upper + slack)
    _require(bool(inside.all()), "bounds: the true values break them")


def _check_tree(tree: Tree, cells: int, atoms: int) -> None:
    nodes = np.arange(len(tree.parent))
    _require(
        bool(((tree.parent < nodes) & (tree.parent >= NO_NODE)).all()),
        "tree: a parent comes before its children",
    )
    _require(int((tree.parent == NO_NODE).sum()) == 1, "tree: exactly one root")
    _require(
        tree.atom_node.shape == (atoms,) and tree.profile.shape == (atoms,),
        "tree: one node and profile per atom",
    )
    _require(tree.cell_node.shape == (cells,), "tree: one node per cell")
    leaf = np.ones(len(tree.parent), dtype=bool)
    leaf[tree.parent[tree.parent >= 0]] = False
    _require(bool(leaf[tree.atom_node].all()), "tree: atoms belong to leaves")


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
