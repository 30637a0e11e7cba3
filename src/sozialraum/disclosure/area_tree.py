"""The areas of a version as the tree along which a large table is protected (Gebietsbaum)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sozialraum.areas import Geography
from sozialraum.disclosure.history import AtomName, CellKey
from sozialraum.disclosure.system import NO_NODE, Tree

Node = tuple[str, str]


def area_tree(geography: Geography, atoms: Sequence[AtomName], cells: Sequence[CellKey]) -> Tree | None:
    """The tree with the place of each delivered count and each cell; None where the areas are no single tree.

    A count that was delivered for an area with parts of its own hangs below it, beside those parts.
    """
    parents = _parents(geography)
    if parents is None or any((atom.level, atom.area) not in parents for atom in atoms):
        return None
    if any((cell.level, cell.area) not in parents for cell in cells):
        return None
    number = {node: i for i, node in enumerate(parents)}
    parent = [NO_NODE if above is None else number[above] for above in parents.values()]
    inner = set(parents.values())
    beside: dict[Node, int] = {}
    for atom in atoms:
        place = (atom.level, atom.area)
        if place in inner and place not in beside:
            beside[place] = len(parent)
            parent.append(number[place])
    profiles: dict[tuple[str, ...], int] = {}
    return Tree(
        np.array(parent),
        np.array([beside.get((a.level, a.area), number[a.level, a.area]) for a in atoms], dtype=np.int64),
        np.array([profiles.setdefault(a[2:], len(profiles)) for a in atoms], dtype=np.int64),
        np.array([number[cell.level, cell.area] for cell in cells], dtype=np.int64),
    )


def _parents(geography: Geography) -> dict[Node, Node | None] | None:
    """Each area with the one above it, from the top down; None when there are several tops or a parent is missing."""
    levels = sorted(geography.levels, key=lambda level: -level.rank)
    parents: dict[Node, Node | None] = {}
    above = dict(pairwise(reversed([level.id for level in levels])))
    for level in levels:
        for area in geography.areas:
            if area.level != level.id:
                continue
            over = (above[level.id], area.parent) if level.id in above else None
            if over is not None and over not in parents:
                return None
            parents[level.id, area.code] = over
    return parents if sum(over is None for over in parents.values()) == 1 else None
