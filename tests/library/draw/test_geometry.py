"""Areas laid out for drawing: shared borders, projection, levels made of the level below."""

import re

import pytest
import shapely

from sozialraum.products import draw
from sozialraum.products.draw import geometry
from sozialraum_ui import example

SQUARES = [
    draw.AreaInput("a", "West", "t", shapely.box(0, 0, 100, 100)),
    draw.AreaInput("b", "Ost", "t", shapely.box(100, 0, 200, 100)),
]


def rings(path):
    """Polygons read back from a path of relative lines."""
    found = []
    for ring in re.findall(r"M([^z]+)z", path):
        figures = [float(each) for each in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", ring)]
        points = [(figures[0], figures[1])]
        for dx, dy in zip(figures[2::2], figures[3::2], strict=True):
            points.append((points[-1][0] + dx, points[-1][1] + dy))
        found.append(shapely.Polygon(points))
    return shapely.union_all(found) if len(found) > 1 else found[0]


def test_two_squares_fill_the_frame():
    atlas = draw.lay_out([draw.LevelInput("q", SQUARES)], crs="EPSG:25832", width=1000)
    # 984 drawing units for 200 metres: 4.92 units per metre, 8 units margin, y turned upside down.
    assert (atlas.width, atlas.height) == (1000.0, 508.0)
    west, east = atlas.levels["q"].shapes
    assert west.box == (8.0, 8.0, 500.0, 500.0)
    assert east.box == (500.0, 8.0, 992.0, 500.0)
    assert (west.x, west.y, west.radius) == pytest.approx((254.0, 254.0, 246.0), abs=1)
    assert rings(west.path).equals(shapely.box(8, 8, 500, 500))


def test_degrees_are_stretched_to_metres():
    square = shapely.box(10.0, 59.99, 10.02, 60.01)  # at 60° north a degree of longitude is half as wide
    atlas = draw.lay_out([draw.LevelInput("q", [draw.AreaInput("a", "A", "", square)])], crs="lonlat")
    inner = (atlas.width - 16, atlas.height - 16)
    assert inner[0] / inner[1] == pytest.approx(0.5, abs=0.005)


def test_tall_places_are_drawn_narrower_instead_of_higher():
    tall = [draw.AreaInput("a", "A", "", shapely.box(0, 0, 100, 1000))]
    atlas = draw.lay_out([draw.LevelInput("q", tall)], crs="EPSG:25832")
    assert atlas.height <= 1000 * geometry.TALLEST + 16
    assert atlas.width < 200


def test_neighbours_keep_one_border_after_simplifying():
    atlas = example.atlas(60, corners=400)
    polygons = [rings(shape.path) for shape in atlas.levels["quartier"].shapes]
    total = sum(polygon.area for polygon in polygons)
    together = shapely.union_all(polygons).area
    assert together == pytest.approx(total, rel=1e-6)  # no overlap
    outline = rings(atlas.levels["kommune"].shapes[0].path)
    assert outline.area == pytest.approx(total, rel=1e-6)  # no gap


def test_upper_levels_are_unions_of_the_level_below():
    atlas = example.atlas()
    districts = {shape.code: rings(shape.path) for shape in atlas.levels["stadtteil"].shapes}
    for shape in atlas.levels["quartier"].shapes:
        assert districts[shape.parent].buffer(0.01).covers(rings(shape.path))


def test_parts_that_do_not_meet_point_for_point_are_joined_without_slits():
    west = shapely.Polygon([(0, 0), (100, 0), (100, 50), (100, 100), (0, 100)])
    east = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100.001, 60)])
    joined = geometry.union([west, east])
    assert joined.area == pytest.approx(20_000, rel=1e-3)
    assert sum(len(part.interiors) for part in shapely.get_parts(joined)) == 0


def test_areas_without_geometry_are_left_out():
    level = draw.LevelInput("q", [*SQUARES, draw.AreaInput("nz", "räumlich nicht zuordenbar", "t")])
    atlas = draw.lay_out([level], crs="EPSG:25832")
    assert [shape.code for shape in atlas.levels["q"].shapes] == ["a", "b"]
    assert draw.lay_out([draw.LevelInput("q", [draw.AreaInput("nz", "x")])]).levels["q"].shapes == []


@pytest.mark.parametrize("form", [shapely.to_wkb, lambda each: each.__geo_interface__, lambda each: each])
def test_every_form_of_geometry_gives_the_same_drawing(form):
    given = [draw.AreaInput(area.code, area.name, area.parent, form(area.geometry)) for area in SQUARES]
    expected = draw.lay_out([draw.LevelInput("q", SQUARES)], crs="EPSG:25832")
    assert draw.lay_out([draw.LevelInput("q", given)], crs="EPSG:25832") == expected


def test_an_atlas_survives_json():
    atlas = example.atlas()
    assert draw.Atlas.from_json(atlas.to_json()) == atlas


def test_the_label_stands_inside_a_crooked_area():
    horseshoe = shapely.Polygon([(0, 0), (90, 0), (90, 80), (60, 80), (60, 30), (30, 30), (30, 80), (0, 80)])
    x, y, radius = geometry.label_point(horseshoe)
    assert horseshoe.contains(shapely.Point(x, y))
    assert radius == pytest.approx(17.6, abs=1)  # the free circle sits in the bend


def test_short_paths():
    ring = [(1.04, 2.0), (1.04, 12.31), (0.5, 12.31), (0.5, 2.0), (1.04, 2.0)]
    assert geometry._ring_path(ring) == "M1 2l0 10.3-.5 0 0-10.3z"
    assert geometry._ring_path([(0, 0), (0.01, 0), (0, 0.02), (0, 0)]) == ""


def test_neighbours_share_a_border_and_not_only_a_corner():
    shapes = draw.lay_out([draw.LevelInput("q", SQUARES)], crs="EPSG:25832").levels["q"].shapes
    beside = {shape.code: set(shape.neighbours) for shape in shapes}
    assert beside == {"a": {"b"}, "b": {"a"}}


def test_neighbours_of_a_grid():
    from shapely.geometry import box

    cells = [
        draw.AreaInput(f"{x}{y}", "", "", box(x * 100, y * 100, x * 100 + 100, y * 100 + 100))
        for x in range(3)
        for y in range(3)
    ]
    shapes = draw.lay_out([draw.LevelInput("q", cells)], crs="EPSG:25832").levels["q"].shapes
    beside = {shape.code: set(shape.neighbours) for shape in shapes}
    assert beside["11"] == {"01", "10", "12", "21"}
    assert beside["00"] == {"01", "10"}


def test_cracks_between_parts_are_closed():
    from shapely.geometry import MultiPolygon, box

    from sozialraum.products.draw.geometry import sewn

    cracked = MultiPolygon([box(0, 0, 10, 10), box(10.2, 0, 20, 10)])
    apart = MultiPolygon([box(0, 0, 10, 10), box(13, 0, 20, 10)])
    assert sewn(cracked).geom_type == "Polygon"
    assert sewn(apart) is apart
