"""The map of Musterstadt: Voronoi cells on both banks of a river, bent by a smooth field into grown borders (Stadtplan)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from sozialraum.musterstadt.town import QUARTERS, RIVER_COURSE, Floats

CRS = "EPSG:25832"
# Open sea north of the East Frisian islands: nobody takes the town for a real one.
MARKET_PLACE = (350_000.0, 6_000_000.0)
KILOMETRE = 1000.0
STEP = 60.0
SNAP = 0.01


def _outline() -> shapely.Polygon:
    """The border of the town in metres around the market place, before bending."""
    angle = np.linspace(0.0, 2 * np.pi, 360, endpoint=False)
    lobes = (
        (0.45, 2, -2.7),
        (0.32, 3, 2.2),
        (0.22, 5, 0.0),
        (0.16, 7, 0.8),
        (0.09, 11, 2.0),
        (0.05, 17, 0.5),
    )
    radius = 5.55 + sum(height * np.cos(number * angle + turn) for height, number, turn in lobes)
    points = np.column_stack([-0.30 + radius * np.cos(angle), 0.1 + radius * np.sin(angle)])
    return shapely.Polygon(points * KILOMETRE)


def _cells(side: BaseGeometry) -> list[Any]:
    """Voronoi cells of the seeds on one bank, cut to it."""
    seeds = [shapely.Point(q.east * KILOMETRE, q.north * KILOMETRE) for q in QUARTERS]
    inside = shapely.MultiPoint([seed for seed in seeds if side.contains(seed)])
    cells = shapely.voronoi_polygons(inside, extend_to=side.buffer(5 * KILOMETRE))
    return [cell.intersection(side) for cell in shapely.get_parts(cells)]


def _bent(points: Floats) -> Floats:
    """Move points by a smooth field whose gradient stays below one, so that no border crosses another."""
    x, y = points[:, 0], points[:, 1]
    waves = (
        (95.0, 2300.0, 0.4, 1.1), (45.0, 900.0, 2.0, 0.3), (16.0, 370.0, 0.9, 2.6), (6.0, 150.0, 1.7, 0.2),
    )  # fmt: skip
    dx = sum(a * np.sin(2 * np.pi * (0.6 * x + 0.8 * y) / wave + p) for a, wave, p, _ in waves)
    dy = sum(a * np.sin(2 * np.pi * (0.8 * x - 0.6 * y) / wave + q) for a, wave, _, q in waves)
    moved = np.column_stack([x + dx, y + dy]) + np.array(MARKET_PLACE)
    snapped: Floats = np.round(moved / SNAP) * SNAP
    return snapped


@lru_cache(maxsize=1)
def quarters() -> Mapping[str, shapely.Polygon]:
    """Polygons of all Bezirke by code in EPSG:25832; together a coverage without gaps and overlaps."""
    river = shapely.LineString(np.array(RIVER_COURSE) * KILOMETRE)
    sides = shapely.get_parts(shapely.polygonize(shapely.get_parts(
        shapely.unary_union([_outline().exterior, river])
    ).tolist()))  # fmt: skip
    borders = [cell.exterior for side in sides for cell in _cells(side)]
    noded = shapely.segmentize(shapely.get_parts(shapely.union_all(borders, grid_size=1.0)), STEP)
    faces = shapely.get_parts(shapely.polygonize(noded.tolist()))
    found = {q.code: _face(faces, q.east * KILOMETRE, q.north * KILOMETRE) for q in QUARTERS}
    return {code: shapely.transform(face, _bent) for code, face in found.items()}


def _face(faces: Any, east: float, north: float) -> shapely.Polygon:
    seed = shapely.Point(east, north)
    face: shapely.Polygon = next(face for face in faces if face.contains(seed))
    return face


def river() -> BaseGeometry:
    """The river as an area inside the town, for drawing; no border of its own."""
    course = shapely.segmentize(shapely.LineString(np.array(RIVER_COURSE) * KILOMETRE), STEP)
    town = shapely.union_all(list(quarters().values()))
    return shapely.transform(course, _bent).buffer(38.0).intersection(town)


def stadtteile() -> Mapping[str, BaseGeometry]:
    """Polygons of the Stadtteile by code, united from their Bezirke."""
    parts: dict[str, list[BaseGeometry]] = {}
    for code, shape in quarters().items():
        parts.setdefault(code[:2], []).append(shape)
    return {code: shapely.coverage_union_all(shapes) for code, shapes in parts.items()}


def to_wgs84(shape: BaseGeometry) -> BaseGeometry:
    """The shape in WGS 84 with seven decimals (about a centimetre), longitude first."""
    change = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform
    return shapely.transform(
        shape, lambda points: np.round(np.column_stack(change(points[:, 0], points[:, 1])), 7)
    )
