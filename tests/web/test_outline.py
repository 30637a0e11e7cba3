"""From an outline to whole areas: half and more counts; broken, huge and hostile files are told in German."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shapely.geometry import box

from sozialraum_web.atlas import outline
from sozialraum_web.atlas.outline import OutlineError


def test_half_inside_counts_and_less_does_not() -> None:
    areas = [
        ("halb", box(0, 0, 2, 1)),
        ("weniger", box(1.01, 0, 3, 1)),
        ("ganz", box(0, 0, 1, 1)),
        ("fern", box(9, 9, 10, 10)),
    ]
    found = outline.inside(box(0, 0, 1, 1), areas)
    assert [(item.code, round(item.share, 3)) for item in found] == [("halb", 0.5), ("ganz", 1.0)]


def test_drawn_areas_are_read_back_from_their_paths() -> None:
    from sozialraum.products.draw import AreaInput, LevelInput, lay_out

    ring = {
        "type": "Polygon",
        "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]],
    }
    other = {"type": "Polygon", "coordinates": [[[4, 0], [8, 0], [8, 4], [4, 4], [4, 0]]]}
    layer = lay_out(
        [LevelInput("x", [AreaInput("a", "A", geometry=ring), AreaInput("b", "B", geometry=other)])],
        crs="metric",
    ).levels["x"]
    areas = dict(outline.on_the_map(layer))
    assert areas["a"].area / areas["b"].area == pytest.approx(15 / 16, rel=0.01)
    left, top, right, bottom = areas["a"].bounds
    text = f"{left} {top},{right} {top},{right} {bottom},{left} {bottom}"
    assert [item.code for item in outline.inside(outline.drawn(text), areas.items())] == ["a"]


def polygon(points: Any) -> bytes:
    """A GeoJSON polygon."""
    return json.dumps({"type": "Polygon", "coordinates": [points]}).encode()


SQUARE = [[7.0, 51.5], [7.01, 51.5], [7.01, 51.507], [7.0, 51.507], [7.0, 51.5]]
CIRCLE = [[7 + 1e-6 * i, 51 + (i % 2) * 0.01] for i in range(110_000)]
BROKEN = {
    "nothing": (b"", "keine lesbare GeoJSON"),
    "no json": (b"PK\x03\x04", "keine lesbare GeoJSON"),
    "binary": (bytes(range(256)), "keine lesbare GeoJSON"),
    "too large": (b" " * 2_100_000, "größer als 2 MB"),
    "deep": (b"[" * 100_000, "keine lesbare GeoJSON"),
    "list": (b"[]", "keine GeoJSON-Datei"),
    "points": (json.dumps({"type": "Point", "coordinates": [7, 51]}).encode(), "Gebraucht werden Flächen"),
    "empty": (json.dumps({"type": "FeatureCollection", "features": []}).encode(), "keine Flächen"),
    "many": (json.dumps({"type": "FeatureCollection", "features": [{}] * 501}).encode(), "mehr als 500"),
    "line": (polygon([[7, 51], [8, 51], [7, 51]]), "Fläche"),
    "words": (polygon([["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]), "beschädigt"),
    "no ring": (json.dumps({"type": "Polygon", "coordinates": 5}).encode(), "beschädigt"),
    "corners": (polygon([*CIRCLE, CIRCLE[0]]), "2 MB"),
    "metres": (polygon([[344192, 5994304], [344292, 5994304], [344292, 5994404], [344192, 5994304]]), "WGS 84"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_told_what_to_do(name: str) -> None:
    content, words = BROKEN[name]
    with pytest.raises(OutlineError, match=words):
        outline.uploaded(content)


def test_too_many_corners() -> None:
    points = [[7 + 1e-4 * (i % 300), 51 + 1e-4 * (i // 300)] for i in range(100_001)]
    short = (
        json.dumps({"type": "Polygon", "coordinates": [[*points, points[0]]]}, separators=(",", ":"))
        .replace("0000000", "")
        .encode()
    )
    with pytest.raises(OutlineError):
        outline.uploaded(short)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 1",
        "1 1,2 2",
        "a b,c d,e f",
        "1 1,1 1,1 1",
        "9e9 1,2 2,3 9",
        ",".join("1 1" for _ in range(500)),
    ],
)
def test_hostile_drawings(text: str) -> None:
    with pytest.raises(OutlineError):
        outline.drawn(text)


def test_a_figure_of_eight_is_untangled() -> None:
    assert outline.drawn("0 0,10 10,10 0,0 10").area == pytest.approx(50)


def test_features_with_and_without_geometry() -> None:
    data = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": None},
            {"type": "Feature", "geometry": json.loads(polygon(SQUARE))},
        ],
    }
    assert outline.uploaded(json.dumps(data).encode()).area > 0
