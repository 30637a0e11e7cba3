"""Points: each in exactly one area, those outside in none."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.areas import Area, Geography, Level
from sozialraum.points import OUTSIDE, areas_of, locate

SQUARES = [shapely.box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)]
# Halves hit borders and corners.
PLACE = st.integers(-2, 8).map(lambda n: n / 2)


@given(st.lists(st.tuples(PLACE, PLACE), max_size=40))
def test_points_lie_where_shapely_says_and_once(points: list[tuple[float, float]]) -> None:
    found = locate([x for x, _ in points], [y for _, y in points], SQUARES)
    for (x, y), place in zip(points, found, strict=True):
        covering = [number for number, square in enumerate(SQUARES) if square.covers(shapely.Point(x, y))]
        assert place == (covering[0] if covering else OUTSIDE)


def test_points_without_coordinates_lie_in_none() -> None:
    assert locate([math.nan, 0.5, math.inf], [0.5, math.nan, 0.5], SQUARES).tolist() == [OUTSIDE] * 3


def test_holes_and_parts_are_heeded() -> None:
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    two = shapely.MultiPolygon([shapely.box(1, 1, 2, 2), shapely.box(5, 5, 6, 6)])
    assert locate([0.5, 1.5, 5.5, 4.0], [0.5, 1.5, 5.5, 4.0], [ring, two]).tolist() == [0, 1, 1, OUTSIDE]


def test_as_many_x_as_y_are_needed() -> None:
    with pytest.raises(ValueError, match="as many"):
        locate([1.0], [1.0, 2.0], SQUARES)


def test_no_points_and_no_areas() -> None:
    assert locate([], [], SQUARES).tolist() == []
    assert locate([1.0], [1.0], []).tolist() == [OUTSIDE]


def test_coordinates_in_metres_find_areas_in_degrees() -> None:
    strips = [shapely.box(west, 51.0, east, 51.1) for west, east in pairwise((7.0, 7.1, 7.2))]
    areas = [
        Area(code, code, "bezirk", "x", shapely.to_wkb(strip))
        for code, strip in zip("AB", strips, strict=True)
    ]
    geography = Geography(
        "1", "1", (Level("bezirk", "Bezirk", "Bezirke", 0),), (*areas, Area("C", "C", "bezirk", "x"))
    )
    x, y = np.array([363_000.0, 370_500.0, 100_000.0]), np.array([5_656_000.0] * 3)
    assert areas_of(x, y, geography, "bezirk", "EPSG:25832").tolist() == ["A", "B", "nz"]
