"""Which cells must be withheld besides the small ones (Zellsperrung): grown from tables a reader cannot exclude.

An *alternative* moves inner values so that no published cell changes. A pattern protects a cell when alternatives inside the
pattern move it far enough. So no pattern is searched and tried: linear programs build cheap alternatives that raise or lower
many primary cells at once, and exactly the cells they move are hidden. Alternatives form a convex set around the truth; hence
every primary cell's interval reaches at least from its lowest to its highest value among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
import scipy.sparse as sp

from sozialraum.disclosure.growth import Problem, close_ties, grow
from sozialraum.disclosure.system import (
    Bounds,
    Flags,
    Floats,
    Indices,
    System,
    Tree,
    components,
    first_atom,
    no_bounds,
    tidy,
)
from sozialraum.errors import DisclosureError, Finding

Progress = Callable[[int, int], None]
Result = TypeVar("Result")

NAMED = 20  # cells named in one message
TIED_WIDTH = 1.0  # a cell that is hidden only because of a tie must not be computable


def suppress(
    system: System, *, seed: int, starts: int = 4, processes: int = 1, progress: Progress | None = None
) -> Flags:
    """The cells to withhold: primary ones, their ties, and enough others; one flag per cell.

    The same seed gives the same pattern, whatever the order of rows and the number of processes; more starts hide fewer cells.
    `progress` is told steps done and steps in all. Raises DisclosureError, with the cells, when one cannot be protected.
    """
    merged = merge(system)
    unprotectable = system.primary & np.append(merged.frozen, False)[merged.group]
    _refuse(key for key, bad in zip(system.keys, unprotectable, strict=True) if bad)
    parts = merged.parts()
    jobs = [(part.problem, seed, start) for part in parts for start in range(starts)]
    patterns = _run(grow, jobs, processes, progress)
    hidden = np.zeros(len(merged.keys) + 1, dtype=bool)  # the last one for cells that were left out
    for number, part in enumerate(parts):
        best = min(patterns[number * starts : (number + 1) * starts], key=lambda pattern: pattern.rank)
        _refuse(part.problem.keys[row] for row in best.uncertified)
        hidden[part.rows] = best.hidden
    return np.asarray(hidden[merged.group] & system.publishable, dtype=bool)


def _refuse(keys: Iterable[str]) -> None:
    """Raise when there are cells that no pattern can protect."""
    names = [f"„{key}“" for key in sorted(keys)]
    if not names:
        return
    more = f" und {len(names) - NAMED} weitere" if len(names) > NAMED else ""
    raise DisclosureError(
        Finding(
            f"Nicht zu schützen: {', '.join(names[:NAMED])}{more}. Die übrigen Werte, aus denen der Wert folgt, sind schon "
            "veröffentlicht oder müssen veröffentlicht werden.",
            "Veröffentlichen Sie diesen Zeitraum nur auf einer gröberen Gebietsebene oder in weniger Gliederungen.",
        )
    )


# --- presolve: the same question, smaller and in an order that does not depend on the input -----------------------------------


@dataclass(frozen=True, eq=False)
class Part:
    """An independent part with something to protect, and its rows in the merged system."""

    problem: Problem
    rows: Indices


@dataclass(frozen=True, eq=False)
class Merged:
    """A system without duplicates: equal cells are one row, atoms nobody can tell apart are one atom, all in order of keys.

    `group` is the row of each cell of the original system, `atom` the merged atom of each original one (-1: cannot move).
    """

    atoms: Floats
    rows: sp.csr_matrix
    values: Floats
    keys: tuple[str, ...]
    printed: Flags
    frozen: Flags
    primary: Flags
    width: Floats
    reach: Floats
    floor: Floats
    weight: Floats
    bounds: Bounds
    ties: tuple[tuple[int, ...], ...]
    group: Indices
    atom: Indices

    def parts(self) -> list[Part]:
        """The independent parts that contain a primary cell, in order of keys."""
        label = components(self.rows, self.bounds.rows, _tie_rows(self.ties, self.rows))
        of_row = label[first_atom(self.rows)]
        of_row[np.diff(self.rows.indptr) == 0] = -1
        of_bound = label[first_atom(self.bounds.rows)]
        wanted = dict.fromkeys(of_row[self.primary].tolist())
        return [
            self._part(
                np.flatnonzero(of_row == part),
                np.flatnonzero(label == part),
                np.flatnonzero(of_bound == part),
            )
            for part in wanted
        ]

    def _part(self, rows: Indices, atoms: Indices, bounds: Indices) -> Part:
        place = {int(row): i for i, row in enumerate(rows)}
        ties = tuple(tuple(place[cell] for cell in tie) for tie in self.ties if tie[0] in place)
        tied = np.zeros(len(rows), dtype=bool)
        tied[[cell for tie in ties for cell in tie]] = True
        primary = self.primary[rows]
        targets = np.flatnonzero(primary | (tied & ~self.frozen[rows]))
        always = primary[targets]
        problem = Problem(
            self.atoms[atoms],
            tidy(self.rows[rows][:, atoms]),
            self.values[rows],
            tuple(self.keys[row] for row in rows),
            self.printed[rows],
            self.frozen[rows],
            self.weight[rows],
            targets,
            always,
            np.where(always, self.width[rows][targets], TIED_WIDTH),
            np.where(always, self.reach[rows][targets], -np.inf),
            np.where(always, self.floor[rows][targets], np.inf),
            Bounds(self.bounds.rows[bounds][:, atoms], self.bounds.lower[bounds], self.bounds.upper[bounds]),
            ties,
        )
        return Part(problem, rows)


def merge(system: System) -> Merged:
    """The smaller system that asks the same; cells that nobody prints, knows or must protect are left out."""
    limits = no_bounds(len(system.atoms)) if system.bounds is None else system.bounds
    of_interest = np.flatnonzero(system.publishable | system.primary | system.fixed)
    order = np.array(sorted(of_interest, key=system.keys.__getitem__), dtype=np.int64)
    movable = _movable(system)
    rows = tidy(system.cells[order][:, movable])
    of_cell, first = _groups(rows)
    rows, limit_rows = rows[first], tidy(limits.rows[:, movable])
    pinned = limits.rows[:, ~movable] @ system.atoms[~movable]
    of_atom, chosen = _distinct_atoms(rows, limit_rows, limits, system.atoms[movable], system.tree, movable)
    group, atom = np.full(len(system.keys), -1), np.full(len(system.atoms), -1)
    group[order], atom[movable] = of_cell, of_atom
    rows = tidy(rows[:, chosen])
    frozen = _any(of_cell, system.fixed[order], len(first)) | (np.diff(rows.indptr) == 0)
    ties = _ties(system, group)
    return Merged(
        _sum(of_atom, system.atoms[movable], len(chosen)),
        rows,
        system.values[order[first]],
        tuple(system.keys[cell] for cell in order[first]),
        _any(of_cell, system.publishable[order], len(first)),
        close_ties(frozen, ties),  # a cell tied to a known one cannot be hidden either
        _any(of_cell, system.primary[order], len(first)),
        _strictest(np.maximum, -np.inf, of_cell, system.width[order], system.primary[order], len(first)),
        _strictest(np.maximum, -np.inf, of_cell, system.reach[order], system.primary[order], len(first)),
        _strictest(np.minimum, np.inf, of_cell, system.floor[order], system.primary[order], len(first)),
        np.maximum(_sum(of_cell, system.weight[order] * system.publishable[order], len(first)), 1e-9),
        _in_order(Bounds(limit_rows[:, chosen], limits.lower - pinned, limits.upper - pinned)),
        ties,
        group,
        atom,
    )


def _movable(system: System) -> Flags:
    """Atoms that known cells do not pin down: alone in a known sum, or in one where nothing can fall."""
    movable = np.ones(len(system.atoms), dtype=bool)
    known = system.cells[system.fixed]
    for _ in range(len(system.atoms) + 1):
        rest = tidy(known @ sp.diags_array(movable.astype(np.float64)))
        stuck = (np.diff(rest.indptr) == 1) | ((rest @ system.atoms == 0) & (_smallest(rest) > 0))
        pinned = rest[stuck].indices
        if len(pinned) == 0:
            break
        movable[pinned] = False
    return movable


def _smallest(rows: sp.csr_matrix) -> Floats:
    """The smallest coefficient of each row, 0 for an empty one."""
    return np.array([rows.data[a:b].min(initial=np.inf) if b > a else 0.0 for a, b in _spans(rows)])


def _spans(matrix: sp.csr_matrix | sp.csc_matrix) -> list[tuple[int, int]]:
    return list(zip(matrix.indptr[:-1].tolist(), matrix.indptr[1:].tolist(), strict=True))


def _signatures(matrix: sp.csr_matrix | sp.csc_matrix) -> list[tuple[bytes, bytes]]:
    """What makes two compressed vectors equal; its order depends on the numbering only."""
    indices, data = matrix.indices.astype(">i8"), matrix.data
    return [(indices[a:b].tobytes(), data[a:b].tobytes()) for a, b in _spans(matrix)]


def _groups(rows: sp.csr_matrix) -> tuple[Indices, Indices]:
    """The group of each row, equal rows in one group in order of appearance, and the first row of each group."""
    first: dict[tuple[bytes, bytes], int] = {}
    of_first = [first.setdefault(signature, i) for i, signature in enumerate(_signatures(rows))]
    place = {row: i for i, row in enumerate(first.values())}
    return np.array([place[row] for row in of_first], dtype=np.int64), np.array(list(place), dtype=np.int64)


def _distinct_atoms(
    rows: sp.csr_matrix,
    limit_rows: sp.csr_matrix,
    limits: Bounds,
    atoms: Floats,
    tree: Tree | None,
    movable: Flags,
) -> tuple[Indices, Indices]:
    """The merged atom of each atom, in an order given by the rows it occurs in, and one atom for each merged one."""
    columns, limit_columns = sp.csc_matrix(rows), sp.csc_matrix(limit_rows)
    columns.sort_indices()
    limit_columns.sort_indices()
    place = np.zeros((len(atoms), 2), dtype=np.int64)
    if tree is not None:
        place = np.column_stack([tree.atom_node, tree.profile])[movable]
    signature = list(
        zip(_signatures(columns), _signatures(limit_columns), map(bytes, place.astype(">i8")), strict=True)
    )
    first: dict[object, int] = {}
    of_first = np.array([first.setdefault(key, i) for i, key in enumerate(signature)], dtype=np.int64)
    total = _sum(of_first, atoms, len(atoms))
    facts = [
        sorted(
            zip(
                limit_columns.data[a:b],
                limits.lower[limit_columns.indices[a:b]],
                limits.upper[limit_columns.indices[a:b]],
                strict=True,
            )
        )
        for a, b in _spans(limit_columns)
    ]
    order = sorted(first.values(), key=lambda i: (signature[i][0], signature[i][2], total[i], facts[i]))
    rank = np.empty(len(atoms), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[of_first], np.array(order, dtype=np.int64)


def _in_order(bounds: Bounds) -> Bounds:
    """The same bounds in an order given by what they say."""
    signature = _signatures(bounds.rows)
    order = sorted(range(len(signature)), key=lambda i: (signature[i], bounds.lower[i], bounds.upper[i]))
    return Bounds(bounds.rows[order], bounds.lower[order], bounds.upper[order])


def _any(group: Indices, flags: Flags, groups: int) -> Flags:
    return _sum(group, flags.astype(np.float64), groups) > 0


def _sum(group: Indices, values: Floats, groups: int) -> Floats:
    return np.asarray(np.bincount(group, values, groups), dtype=np.float64)


def _strictest(
    pick: np.ufunc, start: float, group: Indices, demand: Floats, primary: Flags, groups: int
) -> Floats:
    """The strictest demand of the primary cells of each group."""
    result = np.full(groups, start)
    pick.at(result, group[primary], demand[primary])
    return result


def _ties(system: System, group: Indices) -> tuple[tuple[int, ...], ...]:
    """The ties between merged rows; cells nobody prints need not be hidden."""
    ties = ({int(group[cell]) for cell in tie if system.publishable[cell]} for tie in system.ties)
    return tuple(sorted(tuple(sorted(tie)) for tie in ties if len(tie) > 1))


def _tie_rows(ties: tuple[tuple[int, ...], ...], rows: sp.csr_matrix) -> sp.csr_matrix:
    """One row per tie with an atom of each of its cells, so that they count as one part."""
    first = first_atom(rows)
    entries = [(i, first[cell]) for i, tie in enumerate(ties) for cell in tie if first[cell] >= 0]
    tie, atom = np.array(entries, dtype=np.int64).reshape(-1, 2).T
    return sp.csr_matrix((np.ones(len(tie)), (tie, atom)), shape=(len(ties), rows.shape[1]))


# --- one job after the other, or side by side -----------------------------------------------------------------------------


def _run(
    work: Callable[..., Result], jobs: Sequence[tuple[object, ...]], processes: int, progress: Progress | None
) -> list[Result]:
    """The results in the order of the jobs; raises DisclosureError when a worker dies."""
    if processes == 1 or len(jobs) <= 1:
        return [_told(work(*job), i, len(jobs), progress) for i, job in enumerate(jobs)]
    try:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            futures = [pool.submit(work, *job) for job in jobs]
            return [_told(future.result(), i, len(jobs), progress) for i, future in enumerate(futures)]
    except BrokenProcessPool as error:
        raise DisclosureError(
            Finding(
                "Die Geheimhaltung wurde abgebrochen: Ein Rechenprozess wurde beendet. Es wird nichts freigegeben.",
                "Prüfen Sie den freien Arbeitsspeicher und starten Sie die Freigabe noch einmal.",
            )
        ) from error


def _told(result: Result, done: int, total: int, progress: Progress | None) -> Result:
    if progress is not None:
        progress(done + 1, total)
    return result
