"""Growing a large table from the top of the area tree down, one small problem per node (Zellsperrung entlang der Gebietsebenen).

Each alternative of a node moves its children. For a child this movement is a *root*: it keeps a response to each one. So an
alternative found in one node is completed everywhere else by responses and by the alternatives above, all mixed with the same
shares, and is valid in the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from sozialraum.disclosure.growth import Pattern, Problem
from sozialraum.disclosure.system import NO_NODE, Bounds, Flags, Floats, Indices, tidy

TOP = NO_NODE  # the imagined node above the root of the area tree


@dataclass(frozen=True, eq=False)
class Place:
    """Where the inner values and rows of a problem sit in the area tree."""

    parent: Indices
    inner_node: Indices
    profile: Indices
    row_node: Indices

    def take(self, inner: Indices, rows: Indices) -> Place:
        """The place of some inner values and rows."""
        return Place(self.parent, self.inner_node[inner], self.profile[inner], self.row_node[rows])

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """The children of each node, the root under TOP."""
        result: dict[int, list[int]] = {TOP: []}
        for node, parent in enumerate(self.parent.tolist()):
            result.setdefault(parent, []).append(node)
        return result

    @cached_property
    def chain(self) -> Indices:
        """For each inner value the nodes from the root to its leaf (columns by depth, -2 below the leaf)."""
        depth = self.depth
        result = np.full((len(self.inner_node), int(depth.max(initial=0)) + 1), -2, dtype=np.int64)
        node = self.inner_node.copy()
        while (node >= 0).any():
            at = np.flatnonzero(node >= 0)
            result[at, depth[node[at]]] = node[at]
            node[at] = self.parent[node[at]]
        return result

    @cached_property
    def depth(self) -> Indices:
        """The depth of each node; the root has 0."""
        depth = np.zeros(len(self.parent), dtype=np.int64)
        for node, parent in enumerate(self.parent.tolist()):
            depth[node] = 0 if parent == NO_NODE else depth[parent] + 1
        return depth

    def levels(self) -> Iterator[list[int]]:
        """The inner nodes level by level, beginning with TOP."""
        level = [TOP]
        while level:
            yield level
            level = [child for node in level for child in self.children[node] if child in self.children]

    def sums_whole_profiles(self, rows: sp.csr_matrix, row_node: Indices) -> bool:
        """Whether each row counts, at its node, every inner value of a profile alike and nothing from elsewhere."""
        entries = sp.coo_matrix(rows)
        node = row_node[entries.row]
        if (node < 0).any() or (self.chain[entries.col, self.depth[node]] != node).any():
            return False
        group = (
            entries.row.astype(np.int64) * (int(self.profile.max(initial=0)) + 1) + self.profile[entries.col]
        )
        _, first, of, size = np.unique(group, return_index=True, return_inverse=True, return_counts=True)
        alike = entries.data == entries.data[first][of]
        return bool(alike.all() and (size[of] == self.inner_in(node, self.profile[entries.col])).all())

    def inner_in(self, node: Indices, profile: Indices) -> Indices:
        """How many inner values of a profile lie below a node."""
        return self._inner_by_node[node, profile]

    @cached_property
    def _inner_by_node(self) -> Indices:
        number = np.zeros((len(self.parent), int(self.profile.max(initial=0)) + 1), dtype=np.int64)
        for node in self.chain.T:
            there = node >= 0
            np.add.at(number, (node[there], self.profile[there]), 1)
        return number


def bound_nodes(place: Place, bounds: Bounds) -> Indices:
    """The lowest node that contains all inner values of each bound; of nodes that hold no others like them the topmost, as for rows."""
    result = np.empty(bounds.rows.shape[0], dtype=np.int64)
    for row in range(len(result)):
        inner = bounds.rows.indices[bounds.rows.indptr[row] : bounds.rows.indptr[row + 1]]
        chain, profiles = place.chain[inner], np.unique(place.profile[inner])
        common = chain[0][(chain == chain[0]).all(axis=0) & (chain[0] >= 0)]
        like_them = [
            int(place.inner_in(np.full(len(profiles), node), profiles).sum()) for node in common.tolist()
        ]
        result[row] = common[like_them.index(like_them[-1])]
    return result


def fits(problem: Problem, place: Place) -> bool:
    """Whether the problem is a table over the area tree, so that it may be grown node by node."""
    if not place.sums_whole_profiles(problem.rows, place.row_node):
        return False
    limits = bound_nodes(place, problem.bounds)
    above = place.parent[place.row_node]
    return place.sums_whole_profiles(problem.bounds.rows, limits) and all(
        len(set(above[list(tie)].tolist())) == 1 for tie in (*problem.ties, *problem.follows)
    )


@dataclass(frozen=True, eq=False)
class Piece:
    """The problem below one node, and which unit (a profile in a node) each of its inner values stands for."""

    problem: Problem
    rows: Indices
    unit_node: Indices
    unit_profile: Indices


@dataclass(eq=False)
class Descent:
    """A problem on its way down the tree: the pieces done so far, their patterns, and the roots handed to each node."""

    problem: Problem
    place: Place
    pieces: dict[int, Piece] = field(default_factory=dict)
    patterns: dict[int, Pattern] = field(default_factory=dict)
    root_of: dict[int, Indices] = field(default_factory=dict)

    @cached_property
    def row_parent(self) -> Indices:
        """The node in whose piece each row lies."""
        return self.place.parent[self.place.row_node]

    @cached_property
    def bound_node(self) -> Indices:
        """The node of each bound."""
        return bound_nodes(self.place, self.problem.bounds)

    def open_level(self, nodes: list[int]) -> list[int]:
        """Make the pieces of one level; those with nothing to protect and nothing to answer are left out."""
        for node in nodes:
            piece = self.piece(node)
            if piece.problem.always.any() or piece.problem.root_count:
                self.pieces[node] = piece
        return [node for node in nodes if node in self.pieces]

    def piece(self, node: int) -> Piece:
        """The cells of a node's children over (child, profile) units."""
        inner = self._below(node)
        child = self.place.chain[inner, self._depth(node) + 1]
        rows = np.flatnonzero(self.row_parent == node)
        bounds = np.flatnonzero(self.place.parent[self.bound_node] == node)
        return self._piece(node, rows, bounds, inner, child)

    def whole_piece(self, node: int, hidden: Flags, wanted: Flags) -> Piece:
        """All cells below a node over its inner values, to protect the `wanted` ones in addition to what is hidden."""
        inner = self._below(node)
        rows = self._rows_below(self.place.row_node, node)
        bounds = self._rows_below(self.bound_node, node)
        piece = self._piece(node, rows, bounds, inner, self.place.inner_node[inner])
        problem = piece.problem
        return replace(
            piece,
            problem=replace(
                problem, given=hidden[rows], always=problem.always & wanted[rows][problem.targets]
            ),
        )

    def has_below(self, node: int, wanted: Flags) -> bool:
        """Whether a wanted row lies strictly below a node."""
        return bool(wanted[self._rows_below(self.place.row_node, node)].any())

    def roots(self, node: int, profiles: Indices) -> Floats:
        """The distinct movements of a node that the level above uses, one column each, by profile."""
        above = int(self.place.parent[node])
        if above not in self.pieces:
            return np.zeros((len(profiles), 0))
        piece, tables = self.pieces[above], self.patterns[above].tables
        mine = np.flatnonzero(piece.unit_node == node)
        moves = np.zeros((len(profiles), len(tables)))
        order = {int(profile): i for i, profile in enumerate(profiles)}
        moves[[order[int(profile)] for profile in piece.unit_profile[mine]]] = tables[:, mine].T
        self.root_of[node], first = _distinct_columns(moves)
        return moves[:, first]

    def _piece(self, node: int, rows: Indices, bounds: Indices, inner: Indices, owner: Indices) -> Piece:
        unit, first = _units(owner, self.place.profile[inner])
        columns, whole = inner[first], self.problem
        profiles, of_profile = _in_order(self.place.profile[columns])
        links = sp.csr_matrix((np.ones(len(columns)), (of_profile, np.arange(len(columns)))))
        in_piece = np.zeros(len(whole.keys), dtype=bool)
        in_piece[rows] = True
        target = in_piece[whole.targets]
        place = np.cumsum(in_piece) - 1
        problem = Problem(
            np.bincount(unit, whole.inner[inner], len(columns)).astype(np.float64),
            tidy(whole.rows[rows][:, columns]),
            whole.values[rows],
            tuple(whole.keys[row] for row in rows),
            whole.printed[rows],
            whole.frozen[rows],
            whole.weight[rows],
            place[whole.targets[target]],
            whole.always[target],
            whole.width[target],
            whole.reach[target],
            whole.floor[target],
            Bounds(
                whole.bounds.rows[bounds][:, columns], whole.bounds.lower[bounds], whole.bounds.upper[bounds]
            ),
            tuple(tuple(int(place[cell]) for cell in tie) for tie in whole.ties if in_piece[tie[0]]),
            given=np.zeros(len(rows), dtype=bool),
            links=None if node == TOP else links,
            roots=None if node == TOP else self.roots(node, profiles),
            follows=tuple((int(place[a]), int(place[b])) for a, b in whole.follows if in_piece[a]),
        )
        return Piece(problem, rows, owner[first], self.place.profile[columns])

    def _below(self, node: int) -> Indices:
        if node == TOP:
            return np.arange(len(self.problem.inner))
        return np.flatnonzero(self.place.chain[:, self._depth(node)] == node)

    def _rows_below(self, at: Indices, node: int) -> Indices:
        """Which of the places lie strictly below a node."""
        if node == TOP:
            return np.arange(len(at))
        inside = np.zeros(len(self.place.parent), dtype=bool)
        for child, parent in enumerate(self.place.parent.tolist()):
            inside[child] = parent == node or (parent != NO_NODE and bool(inside[parent]))
        return np.flatnonzero(inside[at])

    def _depth(self, node: int) -> int:
        return -1 if node == TOP else int(self.place.depth[node])


def _units(owner: Indices, profile: Indices) -> tuple[Indices, Indices]:
    """The unit of each inner value (same owner and profile), and the first inner value of each unit, in order."""
    return _groups_in_order(owner.astype(np.int64) * (int(profile.max(initial=0)) + 1) + profile)


def _groups_in_order(labels: Indices) -> tuple[Indices, Indices]:
    """Groups of equal labels numbered by first appearance, and that first place."""
    _, first, of = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return rank[of], np.sort(first)


def _in_order(profile: Indices) -> tuple[Indices, Indices]:
    of, first = _groups_in_order(profile)
    return profile[first], of


def _distinct_columns(moves: Floats) -> tuple[Indices, Indices]:
    """The number of the distinct non-zero column each column equals (-1 for zero), and the first column of each."""
    seen: dict[bytes, int] = {}
    first: list[int] = []
    of = np.full(moves.shape[1], -1, dtype=np.int64)
    rounded = np.round(moves, 7) + 0.0
    for column in np.flatnonzero(rounded.any(axis=0)):
        key = rounded[:, column].tobytes()
        if key not in seen:
            seen[key] = len(first)
            first.append(int(column))
        of[column] = seen[key]
    return of, np.array(first, dtype=np.int64)
