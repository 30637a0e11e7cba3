"""Neighbours (Nachbarschaft): which areas lie next to each other, and how much each neighbour counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]
Style = Literal["W", "B", "C", "U", "S"]
Contact = Literal["queen", "rook"]

ISLAND = "ohne Nachbargebiete"


@dataclass(frozen=True)
class Neighbours:
    """Neighbours of `areas` areas: positions of areas and their neighbours, sorted, each once, nobody its own neighbour."""

    areas: int
    area: Ints
    other: Ints

    @property
    def pairs(self) -> Ints:
        """Links as rows of two positions."""
        return np.column_stack([self.area, self.other])

    @cached_property
    def size(self) -> Ints:
        """Number of neighbours of each area."""
        return np.bincount(self.area, minlength=self.areas)

    @property
    def islands(self) -> Ints:
        """Positions of areas without neighbours."""
        return np.flatnonzero(self.size == 0)

    @cached_property
    def parts(self) -> Ints:
        """Number of the connected part each area belongs to, from 0; more than one part means a divided map."""
        matrix = sp.coo_array(
            (np.ones(self.area.size), (self.area, self.other)), shape=(self.areas, self.areas)
        )
        return np.asarray(sp.csgraph.connected_components(matrix, directed=False)[1], dtype=np.intp)

    @property
    def symmetric(self) -> bool:
        """Whether each link goes in both directions."""
        there = self.area * self.areas + self.other
        back = np.sort(self.other * self.areas + self.area)
        return bool(np.array_equal(there, back))

    def among(self, chosen: Flags) -> Neighbours:
        """The links between chosen areas, with positions among them."""
        keep = chosen[self.area] & chosen[self.other]
        position = np.cumsum(chosen) - 1
        return Neighbours(int(chosen.sum()), position[self.area[keep]], position[self.other[keep]])

    def with_self(self) -> Neighbours:
        """The same links and each area as a neighbour of its own (Gi*)."""
        itself = np.arange(self.areas)
        area, other = np.concatenate([self.area, itself]), np.concatenate([self.other, itself])
        order = np.lexsort((other, area))
        return Neighbours(self.areas, area[order], other[order])

    def weights(self, style: Style = "W") -> sp.csr_array:
        """Sparse matrix of weights, areas × areas.

        "W": each row adds up to 1 (mean of the neighbours); "B": 1 per neighbour (sum); "C": all weights add up to the
        number of areas; "U": all add up to 1; "S": variance-stabilising (Tiefelsdorf, Griffith & Boots 1999, Environ
        Plan A 31:165-180), adds up to the number of areas. Areas without neighbours do not count among them.
        """
        size = self.size.astype(float)
        there = int(np.sum(size > 0))
        if style == "W":
            value = 1 / size[self.area]
        elif style == "B":
            value = np.ones(self.area.size)
        elif style == "C":
            value = np.full(self.area.size, there / max(self.area.size, 1))
        elif style == "U":
            value = np.full(self.area.size, 1 / max(self.area.size, 1))
        elif style == "S":
            rooted = 1 / np.sqrt(size[self.area])
            value = rooted * there / max(float(rooted.sum()), 1e-300)
        else:
            raise ValueError(f"unknown style {style!r}")
        starts = np.concatenate([[0], np.cumsum(self.size)])
        return sp.csr_array((value, self.other, starts), shape=(self.areas, self.areas))


def from_pairs(pairs: ArrayLike, areas: int, *, both: bool = False) -> Neighbours:
    """Neighbours from k × 2 positions (from 0); `both` adds the other direction of each link.

    Doubled links and links of an area with itself are dropped. Raises ValueError for wrong shapes or positions.
    """
    links = np.asarray(pairs)
    if links.size == 0:
        links = np.empty((0, 2), dtype=np.intp)
    if links.ndim != 2 or links.shape[1] != 2 or links.dtype.kind not in "iu":
        raise ValueError("neighbours need two columns of positions")
    if links.size and (links.min() < 0 or links.max() >= areas):
        raise ValueError(f"positions of neighbours must lie between 0 and {areas - 1}")
    if both:
        links = np.concatenate([links, links[:, ::-1]])
    links = links[links[:, 0] != links[:, 1]].astype(np.intp)
    code = np.unique(links[:, 0] * max(areas, 1) + links[:, 1])
    return Neighbours(areas, code // max(areas, 1), code % max(areas, 1))


def from_codes(codes: Sequence[str], neighbours: Sequence[Sequence[str]]) -> Neighbours:
    """Neighbours from keys: for each area the keys beside it, as a drawn map knows them; unknown keys are dropped."""
    if len(codes) != len(neighbours):
        raise ValueError("neighbours need one entry per area")
    place = {code: at for at, code in enumerate(codes)}
    pairs = [(at, place[code]) for at, beside in enumerate(neighbours) for code in beside if code in place]
    return from_pairs(np.array(pairs, dtype=np.intp).reshape(-1, 2), len(codes), both=True)


def contiguity(
    geometries: Sequence[Any], *, contact: Contact = "queen", tolerance: float = 0.0
) -> Neighbours:
    """Areas that touch: in a point or a line ("queen") or along a piece of border ("rook").

    `geometries`: shapely geometries or WKB, None = no outline (an island, then); `tolerance`: gap up to which borders
    count as touching, in units of the coordinates; along such gaps a border must be longer than twice the tolerance.
    """
    import shapely

    if contact not in ("queen", "rook"):
        raise ValueError(f"unknown contact {contact!r}")
    shapes = np.array(
        [
            shapely.from_wkb(bytes(one)) if isinstance(one, bytes | bytearray | memoryview) else one
            for one in geometries
        ],
        dtype=object,
    )
    there = np.flatnonzero([one is not None and not one.is_empty for one in shapes])
    if not there.size:
        return from_pairs([], len(shapes))
    known = shapes[there]
    tree = shapely.STRtree(known)
    found = (
        tree.query(known, predicate="dwithin", distance=tolerance)
        if tolerance > 0
        else tree.query(known, predicate="intersects")
    )
    one, other = found[:, found[0] < found[1]]
    if contact == "rook" and one.size:
        near = shapely.buffer(known, tolerance) if tolerance > 0 else known
        common = shapely.intersection(shapely.boundary(known[one]), near[other])
        keep = shapely.length(common) > 4 * tolerance + 1e-12
        one, other = one[keep], other[keep]
    return from_pairs(np.column_stack([there[one], there[other]]), len(shapes), both=True)


def nearest(points: ArrayLike, number: int) -> Neighbours:
    """The `number` nearest areas of each area by points (areas × 2, metric); not symmetric in general.

    Raises ValueError for wrong shapes or when there are not enough other areas.
    """
    from scipy.spatial import cKDTree

    place = _points(points)
    if not 1 <= number < len(place):
        raise ValueError(f"{len(place)} areas have no {number} neighbours each")
    found = cKDTree(place).query(place, k=number + 1)[1]
    itself = np.arange(len(place))
    # Where points coincide, an area need not be the first of its own list.
    beside = [row[row != at][:number] for at, row in zip(itself, found, strict=True)]
    return from_pairs(np.column_stack([np.repeat(itself, number), np.concatenate(beside)]), len(place))


def within(points: ArrayLike, distance: float) -> Neighbours:
    """All areas whose points lie at most `distance` apart (areas × 2, metric)."""
    from scipy.spatial import cKDTree

    place = _points(points)
    if not distance > 0:
        raise ValueError("the distance must be positive")
    return from_pairs(
        cKDTree(place).query_pairs(distance, output_type="ndarray").reshape(-1, 2), len(place), both=True
    )


def _points(points: ArrayLike) -> Floats:
    place = np.asarray(points, dtype=float)
    if place.ndim != 2 or place.shape[1] != 2 or not np.isfinite(place).all():
        raise ValueError("points need the shape areas × 2, without gaps")
    return place
