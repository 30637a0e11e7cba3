"""Points into areas (Punkt in Fläche): five million in seconds, each in exactly one area or in none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from sozialraum.areas import WGS84, Geography
from sozialraum.tables import NOT_ASSIGNABLE

OUTSIDE = -1


def locate(x: npt.ArrayLike, y: npt.ArrayLike, polygons: Sequence[Any]) -> npt.NDArray[np.int32]:
    """For each point the position of its polygon, -1 where it lies in none.

    A point on a common border, or in two polygons that overlap, belongs to the first. Coordinates that are not finite lie
    in none. Sorted by x once, so that each polygon only looks at the points of its own strip.
    """
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if xs.shape != ys.shape:
        raise ValueError(f"as many x as y are needed, not {xs.shape} and {ys.shape}")
    order = np.argsort(xs)
    xs, ys = xs[order], ys[order]
    sorted_result = np.full(len(xs), OUTSIDE, dtype=np.int32)
    shapes = np.asarray(polygons, dtype=object)
    shapely.prepare(shapes)
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    firsts, lasts = np.searchsorted(xs, west, "left"), np.searchsorted(xs, east, "right")
    for place, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        strip = ys[first:last]
        inside = (strip >= south[place]) & (strip <= north[place]) & (sorted_result[first:last] == OUTSIDE)
        near = np.flatnonzero(inside) + first
        sorted_result[near[shapely.intersects_xy(shapes[place], xs[near], ys[near])]] = place
    result = np.empty_like(sorted_result)
    result[order] = sorted_result
    return result


def areas_of(
    x: npt.ArrayLike, y: npt.ArrayLike, geography: Geography, level: str, crs: str = WGS84
) -> npt.NDArray[np.object_]:
    """For each point the code of its area on a level, `nz` outside; x and y are given in `crs`, x before y."""
    areas = [area for area in geography.areas if area.level == level and area.geometry]
    shapes = shapely.from_wkb([area.geometry for area in areas])
    if crs != WGS84:
        shapes = _reprojected(shapes, crs)
    codes = np.array([*(area.code for area in areas), NOT_ASSIGNABLE], dtype=object)
    return codes[locate(x, y, list(shapes))]


def _reprojected(shapes: Any, crs: str) -> Any:
    from pyproj import Transformer

    transformer = Transformer.from_crs(WGS84, crs, always_xy=True)
    return shapely.transform(shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))
