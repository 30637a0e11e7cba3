"""The map of Musterstadt: a coverage without gaps and overlaps, in one piece, at a place where there is no town."""

from __future__ import annotations

import shapely

from sozialraum.musterstadt import geometry
from sozialraum.musterstadt.town import QUARTERS, STADTTEILE


def test_bezirke_are_a_coverage_also_in_wgs84() -> None:
    shapes = list(geometry.quarters().values())

    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_is_valid([geometry.to_wgs84(shape) for shape in shapes])


def test_every_bezirk_is_one_polygon_without_holes() -> None:
    shapes = geometry.quarters()

    assert set(shapes) == {quarter.code for quarter in QUARTERS}
    assert all(
        shape.geom_type == "Polygon" and shape.is_valid and not shape.interiors for shape in shapes.values()
    )


def test_every_stadtteil_is_in_one_piece_and_they_fill_the_town() -> None:
    larger = geometry.stadtteile()

    assert set(larger) == set(STADTTEILE)
    assert all(shape.geom_type == "Polygon" for shape in larger.values())
    assert shapely.coverage_is_valid(list(larger.values()))
    town = shapely.union_all(list(geometry.quarters().values()))
    assert town.geom_type == "Polygon"
    assert not town.interiors


def test_the_centre_is_compact_and_the_outskirts_are_wide() -> None:
    area = {code: shape.area / 1e6 for code, shape in geometry.quarters().items()}

    assert 80 < sum(area.values()) < 110
    assert max(area[code] for code in area if code.startswith("01")) < 1
    assert min(area[code] for code in area if code.startswith("11")) > 2


def test_borders_are_grown_and_not_straight() -> None:
    for shape in geometry.quarters().values():
        hull = shape.convex_hull.exterior.length
        assert len(shape.exterior.coords) > 30
        assert shape.exterior.length > hull


def test_the_river_divides_the_town_along_borders() -> None:
    river = geometry.river()

    assert river.geom_type == "Polygon"
    assert all(river.intersection(shape).area < 0.25 * shape.area for shape in geometry.quarters().values())


def test_the_town_lies_in_the_sea() -> None:
    centre = geometry.to_wgs84(geometry.quarters()["011"]).centroid

    assert 54.0 < centre.y < 54.3
    assert 6.5 < centre.x < 6.9
