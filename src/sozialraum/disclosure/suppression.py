"""Which cells must be withheld besides the small ones (Zellsperrung): grown from tables a reader cannot exclude.

An *alternative* moves inner values so that no published cell changes. A pattern protects a cell when alternatives inside the
pattern move it far enough. So no pattern is searched and tried: linear programs build cheap alternatives that raise or lower
many primary cells at once, and exactly the cells they move are hidden. Alternatives form a convex set around the truth; hence
every primary cell's interval reaches at least from its lowest to its highest value among them.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from typing import Any, cast

import numpy as np
import scipy.sparse as sp

from sozialraum.disclosure.descent import Descent, Place, fits
from sozialraum.disclosure.growth import Pattern, Problem, UnansweredError, close_ties, grow, mend
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

LARGE = 200  # rows from which a part with an area tree is grown node by node
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
    hidden = np.zeros(len(merged.keys) + 1, dtype=bool)  # the last one for cells that were left out
    parts = merged.parts()
    with _workers(processes) as run:
        plans = [_plan(part, seed, starts) for part in parts]
        found = _side_by_side(plans, sum(len(part.rows) for part in parts), run, progress)
    _refuse(key for part, result in zip(parts, found, strict=True) for key in result.open_keys(part))
    for part, result in zip(parts, found, strict=True):
        hidden[part.rows] = result.hidden
    return np.asarray(hidden[merged.group] & system.publishable, dtype=bool)


@dataclass(frozen=True, eq=False)
class Found:
    """What was found for one part: its hidden rows, and rows that could not be protected."""

    hidden: Flags
    uncertified: Indices

    def open_keys(self, part: Part) -> list[str]:
        """The names of the rows that could not be protected."""
        return [part.problem.keys[row] for row in self.uncertified]


def _plan(part: Part, seed: int, starts: int) -> Plan:
    """Along the area tree where there is one and the part is large, else in one piece."""
    place = part.place
    if place is None or len(part.rows) < LARGE or not fits(part.problem, place):
        return _in_one_piece(part, seed, starts)
    return _down_the_tree(part, place, seed, starts)


def _in_one_piece(part: Part, seed: int, starts: int) -> Plan:
    (pattern,) = yield [(grow, part.problem, seed, starts)]
    return Found(pattern.hidden, pattern.uncertified)


def _down_the_tree(part: Part, place: Place, seed: int, starts: int) -> Plan:
    descent = Descent(part.problem, place)
    hidden = part.problem.hidden_anyway.copy()
    for level in place.levels():
        nodes = descent.open_level(level)
        try:
            patterns = yield [(grow, descent.pieces[node].problem, seed, starts) for node in nodes]
        except UnansweredError:  # cells that must be published are in the way further down
            return (yield from _in_one_piece(part, seed, starts))
        for node, pattern in zip(nodes, patterns, strict=True):
            descent.patterns[node] = pattern
            hidden[descent.pieces[node].rows] |= pattern.hidden
    return (yield from _mended(descent, hidden, seed))


def _mended(descent: Descent, hidden: Flags, seed: int) -> Plan:
    """What a node could not certify alone is tried in the whole tree below the nodes above it, one level up at a time."""
    wanted = np.zeros(len(hidden), dtype=bool)
    for node, pattern in descent.patterns.items():
        wanted[descent.pieces[node].rows[pattern.uncertified]] = True
    for level in reversed(list(descent.place.levels())):
        pieces = [
            descent.whole_piece(node, hidden, wanted) for node in level if descent.has_below(node, wanted)
        ]
        patterns = yield [(mend, piece.problem, seed) for piece in pieces]
        for piece, pattern in zip(pieces, patterns, strict=True):
            hidden[piece.rows] |= pattern.hidden
            wanted[piece.rows] = False
            wanted[piece.rows[pattern.uncertified]] = True
    return Found(descent.problem.closed(hidden), np.flatnonzero(wanted))


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
    place: Place | None


@dataclass(frozen=True, eq=False)
class Merged:
    """A system without duplicates: equal cells are one row, atoms nobody can tell apart are one atom, all in order of keys.

    `group` is the row of each cell of the original system (-1: left out); `reach` and `floor` count from the true value.
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
    follows: tuple[tuple[int, int], ...]
    group: Indices
    place: Place | None

    def parts(self) -> list[Part]:
        """The independent parts that contain a primary cell, in order of keys."""
        if not self.rows.shape[0] or not self.primary.any():
            return []
        label = components(self.rows, self.bounds.rows, _tie_rows((*self.ties, *self.follows), self.rows))
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
        follows = tuple((place[a], place[b]) for a, b in self.follows if a in place)
        tied[[follower for _, follower in follows]] = True
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
            given=np.zeros(len(rows), dtype=bool),
            follows=follows,
        )
        return Part(problem, rows, None if self.place is None else self.place.take(atoms, rows))


def merge(system: System) -> Merged:
    """The smaller system that asks the same; cells that nobody prints, knows or must protect are left out."""
    values, limits = system.values, system.bounds or no_bounds(len(system.atoms))
    of_interest = np.flatnonzero(system.publishable | system.primary | system.fixed)
    order = np.array(sorted(of_interest, key=system.keys.__getitem__), dtype=np.int64)
    movable = _movable(system)
    rows = tidy(system.cells[order][:, movable])
    of_cell, first = _groups(rows)
    rows, limit_rows = rows[first], tidy(limits.rows[:, movable])
    pinned = limits.rows[:, ~movable] @ system.atoms[~movable]
    of_atom, chosen = _distinct_atoms(rows, limit_rows, limits, system.atoms[movable], system.tree, movable)
    group = np.full(len(system.keys), -1)
    group[order] = of_cell
    rows = tidy(rows[:, chosen])
    frozen = _any(of_cell, system.fixed[order], len(first)) | (np.diff(rows.indptr) == 0)
    ties = _ties(system, group)
    return Merged(
        _sum(of_atom, system.atoms[movable], len(chosen)),
        rows,
        values[order[first]],
        tuple(system.keys[cell] for cell in order[first]),
        _any(of_cell, system.publishable[order], len(first)),
        close_ties(frozen, ties),  # a cell tied to a known one cannot be hidden either
        _any(of_cell, system.primary[order], len(first)),
        _strictest(np.maximum, -np.inf, of_cell, system.width[order], system.primary[order], len(first)),
        _strictest(
            np.maximum, -np.inf, of_cell, (system.reach - values)[order], system.primary[order], len(first)
        ),
        _strictest(
            np.minimum, np.inf, of_cell, (system.floor - values)[order], system.primary[order], len(first)
        ),
        np.maximum(_sum(of_cell, system.weight[order] * system.publishable[order], len(first)), 1e-9),
        _in_order(Bounds(limit_rows[:, chosen], limits.lower - pinned, limits.upper - pinned)),
        ties,
        _follows(system, group, frozen),
        group,
        _place(system.tree, order, of_cell, np.flatnonzero(movable)[chosen], len(first)),
    )


def _place(tree: Tree | None, order: Indices, of_cell: Indices, atoms: Indices, rows: int) -> Place | None:
    """The area tree for merged atoms and rows; a row that several nodes share belongs to the topmost."""
    if tree is None:
        return None
    row_node = np.full(rows, len(tree.parent), dtype=np.int64)
    np.minimum.at(row_node, of_cell, tree.cell_node[order])
    return Place(tree.parent, tree.atom_node[atoms], tree.profile[atoms], row_node)


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


def _follows(system: System, group: Indices, frozen: Flags) -> tuple[tuple[int, int], ...]:
    """Pairs of merged rows of which the second follows the first; what is known cannot follow."""
    pairs = (
        (int(group[first]), int(group[second]))
        for first, second in system.follows
        if system.publishable[first] and system.publishable[second]
    )
    return tuple(sorted({(a, b) for a, b in pairs if a != b and not frozen[a] and not frozen[b]}))


def _tie_rows(ties: tuple[tuple[int, ...], ...], rows: sp.csr_matrix) -> sp.csr_matrix:
    """One row per tie with an atom of each of its cells, so that they count as one part."""
    first = first_atom(rows)
    entries = [(i, first[cell]) for i, tie in enumerate(ties) for cell in tie if first[cell] >= 0]
    tie, atom = np.array(entries, dtype=np.int64).reshape(-1, 2).T
    return sp.csr_matrix((np.ones(len(tie)), (tie, atom)), shape=(len(ties), rows.shape[1]))


# --- jobs, one after the other or side by side --------------------------------------------------------------------------------

Job = tuple[Callable[..., Pattern], *tuple[Any, ...]]
Plan = Generator[list[Job], list[Pattern], Found]
Answer = Pattern | UnansweredError
Run = Callable[[list[Job]], Iterator[Answer]]


def _side_by_side(plans: list[Plan], rows: int, run: Run, progress: Progress | None) -> list[Found]:
    """Advance all plans together, so that the workers get the jobs of every part at once."""
    found: dict[int, Found] = {}
    waiting: dict[int, list[Job]] = {}
    for number, plan in enumerate(plans):
        _advance(number, plan, None, waiting, found)
    done = 0
    while waiting:
        jobs = [(number, job) for number, theirs in waiting.items() for job in theirs]
        answers: dict[int, list[Answer]] = {number: [] for number in waiting}
        for (number, job), answer in zip(jobs, run([job for _, job in jobs]), strict=True):
            answers[number].append(answer)
            done += len(job[1].keys)
            if progress is not None:
                progress(min(done, rows), rows)
        waiting = {}
        for number, theirs in answers.items():
            _advance(number, plans[number], theirs, waiting, found)
    return [found[number] for number in range(len(plans))]


def _advance(
    number: int,
    plan: Plan,
    answers: list[Answer] | None,
    waiting: dict[int, list[Job]],
    found: dict[int, Found],
) -> None:
    """Hand a plan its answers and note what it wants next, or what it has found."""
    failed = next((answer for answer in answers or () if isinstance(answer, UnansweredError)), None)
    try:
        if answers is None:
            waiting[number] = next(plan)
        else:
            waiting[number] = plan.throw(failed) if failed else plan.send(cast("list[Pattern]", answers))
    except StopIteration as end:
        found[number] = end.value


@contextmanager
def _workers(processes: int) -> Iterator[Run]:
    """A way to run jobs in order; raises DisclosureError when a worker dies."""
    if processes == 1:
        yield lambda jobs: map(_attempt, jobs)
        return
    try:
        with ProcessPoolExecutor(processes, mp_context=_context()) as pool:
            yield lambda jobs: pool.map(_attempt, jobs)
    except BrokenProcessPool as error:
        raise DisclosureError(
            Finding(
                "Die Geheimhaltung wurde abgebrochen: Ein Rechenprozess wurde beendet. Es wird nichts freigegeben.",
                "Prüfen Sie den freien Arbeitsspeicher und starten Sie die Freigabe noch einmal.",
            )
        ) from error


def _context() -> BaseContext:
    """Copies of this process where that is safe (no other threads), else fresh ones, which first load every library."""
    safe = sys.platform == "linux" and threading.active_count() == 1
    return get_context("fork" if safe else "spawn")


def _attempt(job: Job) -> Answer:
    work, *arguments = job
    try:
        return work(*arguments)
    except UnansweredError as error:
        return error
