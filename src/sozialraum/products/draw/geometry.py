"""Areas prepared for drawing, once per release: projected, fitted, simplified with shared borders, as SVG paths."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from shapely.geometry.base import BaseGeometry

WIDTH = 1000.0
TALLEST = 1.1  # a long north-south town is drawn narrower than WIDTH instead of filling two screens
MARGIN = 8.0
TOLERANCE = 0.9  # drawing units; below the width of a border line at twice the usual size
SNAP = 0.1  # the grid of the paths
SLIT = 2.0  # drawing units; a hole narrower than this is a leftover between borders that do not quite meet
SEAM = 0.3  # drawing units; half the width of a crack that is closed
EARTH = 111_320.0  # metres of one degree


@dataclass(frozen=True, slots=True)
class AreaInput:
    """One area as a release has it; `geometry` is shapely, WKB, a GeoJSON mapping or None."""

    code: str
    name: str
    parent: str = ""
    geometry: object = None


@dataclass(frozen=True, slots=True)
class LevelInput:
    """One level of the hierarchy with its areas."""

    level: str
    areas: Sequence[AreaInput]


@dataclass(frozen=True, slots=True)
class Shape:
    """One drawn area: path, label point with the radius of free space around it, bounds, areas it shares a border with."""

    code: str
    name: str
    path: str
    x: float
    y: float
    radius: float
    box: tuple[float, float, float, float]
    parent: str = ""
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """All drawn areas of one level."""

    level: str
    shapes: list[Shape] = field(default_factory=list)

    def shape(self, code: str) -> Shape | None:
        """The shape of one area, or None where it has no geometry."""
        return next((shape for shape in self.shapes if shape.code == code), None)


@dataclass(frozen=True, slots=True)
class Atlas:
    """All levels of one version of the areas in one common drawing frame."""

    width: float
    height: float
    levels: dict[str, Layer]

    def to_json(self) -> str:
        """The atlas as JSON, to be stored with the release."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Atlas:
        """The atlas that `to_json` wrote."""
        data = json.loads(text)
        levels = {key: _layer(layer) for key, layer in data["levels"].items()}
        return cls(data["width"], data["height"], levels)


def _layer(data: Mapping[str, Any]) -> Layer:
    shapes = [
        Shape(**{**shape, "box": tuple(shape["box"]), "neighbours": tuple(shape.get("neighbours", ()))})
        for shape in data["shapes"]
    ]
    return Layer(data["level"], shapes)


def lay_out(
    levels: Sequence[LevelInput], *, crs: str = "lonlat", width: float = WIDTH, tolerance: float = TOLERANCE
) -> Atlas:
    """Every level, finest first, in one frame; a level above takes the simplified borders of the one below.

    `crs` is "lonlat" (degrees) or the name of any metric system, of which nothing but the metre is used.
    Areas without geometry are left out of the drawing; with none at all the atlas has no shapes.
    """
    parsed = [(level, [parse(area.geometry) for area in level.areas]) for level in levels]
    known = [geometry for _, geometries in parsed for geometry in geometries if geometry is not None]
    if not known:
        return Atlas(width, 0.0, {level.level: Layer(level.level) for level in levels})
    frame = Frame.around(known, lonlat=crs == "lonlat", width=width)
    layers: dict[str, Layer] = {}
    below: tuple[LevelInput, list[BaseGeometry | None]] | None = None
    for level, geometries in parsed:
        placed = _merged(level, below) or _simplified([frame.place(each) for each in geometries], tolerance)
        if any(each is not None for each in placed):
            below = (level, placed)
        layers[level.level] = Layer(level.level, list(_shapes(level.areas, placed)))
    return Atlas(frame.width, frame.height, layers)


def parse(geometry: object) -> BaseGeometry | None:
    """A shapely geometry from shapely, WKB or a GeoJSON mapping; None and empty stay None."""
    import shapely
    from shapely.geometry import shape

    if geometry is None:
        return None
    if isinstance(geometry, bytes | bytearray | memoryview):
        parsed = shapely.from_wkb(bytes(geometry))
    elif isinstance(geometry, Mapping):
        parsed = shape(dict(geometry))
    else:
        parsed = geometry  # type: ignore[assignment]
    return None if parsed.is_empty else parsed


@dataclass(frozen=True, slots=True)
class Frame:
    """How ground coordinates become drawing coordinates: stretch, shift, turn upside down."""

    left: float
    top: float
    stretch_x: float
    stretch_y: float
    width: float
    height: float

    @classmethod
    def around(cls, geometries: Sequence[BaseGeometry], *, lonlat: bool, width: float = WIDTH) -> Frame:
        """The frame that holds all geometries; degrees are stretched to metres at the middle latitude."""
        import shapely

        low_x, low_y, high_x, high_y = (float(bound) for bound in shapely.total_bounds(list(geometries)))
        metre_x = EARTH * math.cos(math.radians((low_y + high_y) / 2)) if lonlat else 1.0
        metre_y = EARTH if lonlat else 1.0
        wide = max((high_x - low_x) * metre_x, 1e-9)
        tall = max((high_y - low_y) * metre_y, 1e-9)
        room = width - 2 * MARGIN
        scale = min(room / wide, room * TALLEST / tall)
        return cls(
            left=low_x - MARGIN / (scale * metre_x),
            top=high_y + MARGIN / (scale * metre_y),
            stretch_x=scale * metre_x,
            stretch_y=scale * metre_y,
            width=round(wide * scale + 2 * MARGIN, 1),
            height=round(tall * scale + 2 * MARGIN, 1),
        )

    def place(self, geometry: BaseGeometry | None) -> BaseGeometry | None:
        """A geometry in drawing coordinates."""
        import shapely

        if geometry is None:
            return None
        return shapely.transform(shapely.force_2d(geometry), self._move)

    def _move(self, points: np.ndarray) -> np.ndarray:
        moved = points.copy()
        moved[:, 0] = (points[:, 0] - self.left) * self.stretch_x
        moved[:, 1] = (self.top - points[:, 1]) * self.stretch_y
        return moved


def _simplified(geometries: list[BaseGeometry | None], tolerance: float) -> list[BaseGeometry | None]:
    """All areas simplified together, so that neighbours keep one common border."""
    import shapely

    present = {index: geometry for index, geometry in enumerate(geometries) if geometry is not None}
    if not present:
        return geometries
    simple = shapely.coverage_simplify(list(present.values()), tolerance)
    result: list[BaseGeometry | None] = [None] * len(geometries)
    for (index, original), coarse in zip(present.items(), simple, strict=True):
        result[index] = original if coarse.is_empty else coarse
    return result


def union(geometries: Sequence[BaseGeometry]) -> BaseGeometry:
    """One area out of its parts; borders that do not meet point for point are joined on a fine grid."""
    import shapely
    from shapely.errors import GEOSException

    try:
        joined = shapely.coverage_union_all(list(geometries))
    except GEOSException:
        joined = shapely.union_all(list(geometries), grid_size=SNAP)
    return sewn(without_slits(joined))


def sewn(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry without cracks between parts that only just fail to meet."""
    closed = geometry.buffer(SEAM, join_style="mitre").buffer(-SEAM, join_style="mitre")
    return closed if len(_rings(closed)) < len(_rings(geometry)) else geometry


def without_slits(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry without holes too narrow to be areas of their own."""
    import shapely
    from shapely.geometry import Polygon

    parts = [
        Polygon(
            part.exterior, [ring for ring in part.interiors if not Polygon(ring).buffer(-SLIT / 2).is_empty]
        )
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon"
    ]
    return shapely.multipolygons(parts)


def _merged(
    level: LevelInput, below: tuple[LevelInput, list[BaseGeometry | None]] | None
) -> list[BaseGeometry | None] | None:
    """The areas of a level as unions of the level below, or None where those do not cover all of them."""
    if below is None:
        return None
    children: dict[str, list[BaseGeometry]] = {}
    for area, geometry in zip(below[0].areas, below[1], strict=True):
        if geometry is not None:
            children.setdefault(area.parent, []).append(geometry)
    wanted = [area.code for area in level.areas if area.geometry is not None or area.code in children]
    if len(level.areas) == 1 and not wanted:
        children = {level.areas[0].code: [each for group in children.values() for each in group]}
        wanted = [level.areas[0].code]
    if not wanted or any(code not in children for code in wanted):
        return None
    unions = {code: union(children[code]) for code in wanted}
    return [unions.get(area.code) for area in level.areas]


def adjacent(geometries: Sequence[BaseGeometry | None]) -> list[list[int]]:
    """Positions of the areas that share a piece of border with each area; a common corner is not enough."""
    owners: dict[frozenset[tuple[int, int]], set[int]] = {}
    for index, geometry in enumerate(geometries):
        for piece in _pieces(geometry) if geometry is not None else ():
            owners.setdefault(piece, set()).add(index)
    found: list[set[int]] = [set() for _ in geometries]
    for together in owners.values():
        for index in together:
            found[index] |= together - {index}
    return [sorted(each) for each in found]


def _pieces(geometry: BaseGeometry) -> Iterable[frozenset[tuple[int, int]]]:
    """The straight pieces of all rings, on the grid of the paths."""
    for ring in _rings(geometry):
        points = _deduplicated((round(point[0] * 10), round(point[1] * 10)) for point in ring)
        yield from (frozenset(pair) for pair in itertools.pairwise(points))


def _shapes(areas: Sequence[AreaInput], geometries: Sequence[BaseGeometry | None]) -> Iterable[Shape]:
    beside = adjacent(geometries)
    for index, (area, geometry) in enumerate(zip(areas, geometries, strict=True)):
        path = path_of(geometry) if geometry is not None else ""
        if geometry is not None and path:
            x, y, radius = label_point(geometry)
            low_x, low_y, high_x, high_y = (round(bound, 1) for bound in geometry.bounds)
            names = tuple(areas[other].code for other in beside[index])
            box = (low_x, low_y, high_x, high_y)
            yield Shape(area.code, area.name, path, x, y, radius, box, area.parent, names)


def label_point(geometry: BaseGeometry) -> tuple[float, float, float]:
    """The middle of the largest free circle in the largest part, and its radius."""
    import shapely

    parts = [part for part in shapely.get_parts(geometry) if part.area > 0] or [geometry]
    largest = max(parts, key=lambda part: part.area)
    spoke = shapely.maximum_inscribed_circle(largest, tolerance=1.0)
    (x, y), *_ = spoke.coords
    return round(x, 1), round(y, 1), round(spoke.length, 1)


def path_of(geometry: BaseGeometry) -> str:
    """SVG path with relative lines, in tenths of a unit; the same point is rounded alike in both neighbours."""
    return "".join(_ring_path(ring) for ring in _rings(geometry))


def _rings(geometry: BaseGeometry) -> list[Sequence[tuple[float, ...]]]:
    import shapely

    return [
        ring.coords
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]


def _ring_path(points: Iterable[tuple[float, ...]]) -> str:
    """One closed ring; points that fall together are written once, rings without extent not at all."""
    steps = _deduplicated((round(point[0] * 10), round(point[1] * 10)) for point in points)
    if len(steps) < 4:
        return ""
    (x, y), *rest = steps[:-1]
    text = [f"M{_tenth(x)} {_tenth(y)}"]
    for number, (next_x, next_y) in enumerate(rest):
        text.append(("l" if number == 0 else "") + _pair(next_x - x, next_y - y, first=number == 0))
        x, y = next_x, next_y
    return f"{''.join(text)}z"


def _deduplicated(points: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept


def _pair(x: int, y: int, *, first: bool) -> str:
    left, right = _tenth(x), _tenth(y)
    gap = "" if first or left.startswith("-") else " "
    return f"{gap}{left}{'' if right.startswith('-') else ' '}{right}"


def _tenth(value: int) -> str:
    """Tenths as the shortest decimal: -3 → "-.3", 20 → "2"."""
    whole, rest = divmod(abs(value), 10)
    sign = "-" if value < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{rest}"
