"""Which whole areas a drawn or uploaded outline stands for: those of which at least half lies inside (Umriss)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

from sozialraum.products.draw import Layer
from sozialraum.words import say

HALF = 0.5
MOST_BYTES = 2_000_000
MOST_FEATURES = 500
MOST_POINTS = 100_000
DRAWN_POINTS = 400


class OutlineError(ValueError):
    """An outline that cannot be used; the message is German and says what to do."""


@dataclass(frozen=True)
class Inside:
    """An area and how much of it lies inside, between 0 and 1."""

    code: str
    share: float


def inside(outline: BaseGeometry, areas: Iterable[tuple[str, BaseGeometry]]) -> list[Inside]:
    """Areas of which at least half lies inside, and how much; shares do not depend on the units of the plane."""
    shapely.prepare(outline)
    found = []
    for code, geometry in areas:
        if geometry.area <= 0 or not outline.intersects(geometry):
            continue
        share = outline.intersection(geometry).area / geometry.area
        if share >= HALF:
            found.append(Inside(code, min(share, 1.0)))
    return found


def drawn(text: str) -> BaseGeometry:
    """A polygon drawn on the map: `x y,x y,…` in drawing units. Raises OutlineError."""
    pairs = [part.split() for part in text.split(",") if part.strip()]
    if len(pairs) > DRAWN_POINTS:
        raise OutlineError(
            say("Der gezeichnete Umriss hat zu viele Punkte. Zeichnen Sie ihn noch einmal, etwas gröber.")
        )
    try:
        points = [(float(x), float(y)) for x, y in pairs]
    except ValueError:
        raise OutlineError(
            say("Der gezeichnete Umriss ist nicht lesbar. Zeichnen Sie ihn noch einmal.")
        ) from None
    if len(points) < 3 or any(abs(number) > 1e5 for point in points for number in point):
        raise OutlineError(say("Ein Umriss braucht mindestens drei Punkte auf der Karte."))
    return _sound(Polygon(points))


def uploaded(content: bytes) -> BaseGeometry:
    """The polygons of a GeoJSON file in WGS 84 as one outline. Raises OutlineError with a way on."""
    if len(content) > MOST_BYTES:
        raise OutlineError(
            say(
                "Die Datei ist größer als {most_bytes} MB. Vereinfachen Sie den Umriss, zum Beispiel in QGIS unter Vektor › Geometrie › Vereinfachen.",
                most_bytes=MOST_BYTES // 1000000,
            )
        )
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise OutlineError(
            say(
                "Das ist keine lesbare GeoJSON-Datei. Speichern Sie den Umriss in QGIS als GeoJSON (WGS 84, EPSG:4326)."
            )
        ) from None
    polygons = [_polygon(item) for item in _geometries(data)]
    if not polygons:
        raise OutlineError(say("Die Datei enthält keine Flächen. Gebraucht wird mindestens ein Polygon."))
    if sum(shapely.get_num_coordinates(each) for each in polygons) > MOST_POINTS:
        raise OutlineError(
            say(
                "Der Umriss hat mehr als {most_points} Eckpunkte. Vereinfachen Sie ihn und laden Sie ihn noch einmal hoch.",
                most_points=f"{MOST_POINTS:,}",
            ).replace(",", ".")
        )
    joined = shapely.union_all(polygons)
    west, south, east, north = joined.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise OutlineError(
            say("Die Koordinaten sind keine Grad. Speichern Sie den Umriss in WGS 84 (EPSG:4326).")
        )
    return _sound(joined)


def _geometries(data: Any) -> list[Mapping[str, Any]]:
    """Geometries of a collection, a feature or a bare geometry."""
    if not isinstance(data, dict):
        raise OutlineError(
            say(
                "Das ist keine GeoJSON-Datei. Gebraucht wird eine FeatureCollection, ein Feature oder ein Polygon."
            )
        )
    if data.get("type") == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, list) or len(features) > MOST_FEATURES:
            raise OutlineError(
                say(
                    "Die Datei hat keine oder mehr als {most_features} Flächen. Laden Sie nur den Umriss Ihres Gebiets hoch.",
                    most_features=MOST_FEATURES,
                )
            )
        return [
            item["geometry"]
            for item in features
            if isinstance(item, dict) and isinstance(item.get("geometry"), dict)
        ]
    if data.get("type") == "Feature":
        geometry = data.get("geometry")
        return [geometry] if isinstance(geometry, dict) else []
    return [data]


def _polygon(data: Mapping[str, Any]) -> BaseGeometry:
    if data.get("type") not in ("Polygon", "MultiPolygon"):
        raise OutlineError(say("Die Datei enthält Punkte oder Linien. Gebraucht werden Flächen (Polygone)."))
    try:
        found = shape(dict(data))
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, shapely.errors.ShapelyError):
        raise OutlineError(
            say(
                "Eine Fläche der Datei ist beschädigt. Prüfen Sie sie in QGIS unter Vektor › Geometrie › Gültigkeit prüfen."
            )
        ) from None
    return _sound(found)


def _sound(geometry: BaseGeometry) -> BaseGeometry:
    """A valid area; a figure of eight is untangled, a line is refused."""
    valid = shapely.make_valid(geometry) if not geometry.is_valid else geometry
    if valid.is_empty or not valid.area > 0:
        raise OutlineError(say("Der Umriss hat keine Fläche."))
    return valid


@lru_cache(maxsize=8)
def on_the_globe(folder: Path, version: str, level: str) -> tuple[tuple[str, BaseGeometry], ...]:
    """The areas of a level with their borders in degrees, as the release has them."""
    file = folder / "gebiete.geojson"
    features = json.loads(file.read_text(encoding="utf-8"))["features"] if file.exists() else []
    return tuple(
        (str(item["properties"]["code"]), shape(item["geometry"]))
        for item in features
        if item.get("geometry")
        and (item["properties"].get("version"), item["properties"].get("level")) == (version, level)
    )


_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def on_the_map(layer: Layer) -> list[tuple[str, BaseGeometry]]:
    """The areas of a drawn level in drawing units, read back from their paths."""
    found: list[tuple[str, BaseGeometry]] = []
    for item in layer.shapes:
        rings = [ring for part in item.path.split("z") if (ring := _ring(part))]
        if rings:
            # even–odd: a ring inside another is a hole
            joined: BaseGeometry = Polygon(rings[0]).buffer(0)
            for ring in rings[1:]:
                joined = joined.symmetric_difference(Polygon(ring).buffer(0))
            found.append((item.code, joined))
    return found


def _ring(part: str) -> Sequence[tuple[float, float]]:
    """Points of `M x y l dx dy …`."""
    numbers = [float(text) for text in _NUMBER.findall(part)]
    if len(numbers) < 6:
        return []
    x, y = numbers[0], numbers[1]
    points = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=False):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points
