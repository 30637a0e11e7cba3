"""A made-up town of 600 areas whose borders have 484 corners each, as a municipality folder (Rasterstadt)."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ACROSS, DOWN, PER_SIDE = 30, 20, 121  # 600 areas, 4 × 121 = 484 corners
DISTRICT = 6  # so many columns and five rows make a district: 20 districts
WEST, NORTH, WIDE, TALL = 7.0, 51.6, 0.012, 0.009
YEARS = range(2015, 2025)
BANDS = {"0-14": 0.14, "15-64": 0.64, "65+": 0.22}

KOMMUNE = """
[kommune]
id = "rasterstadt"
name = "Rasterstadt"
ags = "05998000"
kind = "Stadt"
land = "Nordrhein-Westfalen"
synthetic = true

[stelle]
name = "Statistikstelle Rasterstadt"
email = "statistik@rasterstadt.example"

[gebiete]
current = "2024"

[[gebiete.versionen]]
id = "2024"
label = "Gebietsstand 2024"
valid_from = "2015-01-01"
valid_until = ""

[[gebiete.versionen.ebenen]]
id = "quartier"
label = "Quartier"
plural = "Quartiere"
file = "gebiete/quartiere.geojson"
code = "id"
name = "name"
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Bezirk"
plural = "Bezirke"
file = "gebiete/bezirke.csv"
code = "id"
name = "name"
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "kommune"
label = "Stadt"
plural = "Stadt"

[kennzahlen]
active = ["einwohnerzahl", "anteil_65plus", "arbeitslosenanteil"]

[indizes]
active = []

[freigabe]
audience = "öffentlich"
"""
RESIDENTS = r"""
[[tabelle]]
files = "einwohner.csv"
separator = ";"
level = "quartier"
area = "Quartier"
period = { column = "Stichtag" }
dimensions = { age = "Alter" }

[[tabelle.spalten]]
column = "Anzahl"
variable = "einwohner"
"""
UNEMPLOYED = r"""
[[tabelle]]
files = "arbeitslose.csv"
separator = ";"
level = "quartier"
area = "Quartier"
period = { column = "Stichtag" }

[[tabelle.spalten]]
column = "Anzahl"
variable = "arbeitslose"
"""


def write(folder: Path, seed: int = 1) -> Path:
    """Write the folder and return it."""
    rng = np.random.default_rng(seed)
    for name in ("gebiete", "lieferungen/einwohnerregister", "lieferungen/ba_arbeitsmarkt"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "kommune.toml").write_text(KOMMUNE, encoding="utf-8")
    (folder / "gebiete/quartiere.geojson").write_text(json.dumps(collection()), encoding="utf-8")
    districts = sorted({district(column, row) for column, row in places()})
    _table(
        folder / "gebiete/bezirke.csv",
        ["id", "name", "parent"],
        [[code, f"Bezirk {code}", "05998000"] for code in districts],
    )
    (folder / "lieferungen/einwohnerregister/rezept.toml").write_text(RESIDENTS, encoding="utf-8")
    (folder / "lieferungen/ba_arbeitsmarkt/rezept.toml").write_text(UNEMPLOYED, encoding="utf-8")
    people = {code(column, row): int(rng.integers(600, 4000)) for column, row in places()}
    _table(
        folder / "lieferungen/einwohnerregister/einwohner.csv",
        ["Quartier", "Stichtag", "Alter", "Anzahl"],
        [
            [area, f"{year}-12-31", band, int(count * share * rng.uniform(0.8, 1.2))]
            for area, count in people.items()
            for year in YEARS
            for band, share in BANDS.items()
        ],
    )
    _table(
        folder / "lieferungen/ba_arbeitsmarkt/arbeitslose.csv",
        ["Quartier", "Stichtag", "Anzahl"],
        [
            [area, f"{year}-12-31", int(count * 0.64 * rng.uniform(0.02, 0.14)) + 20]
            for area, count in people.items()
            for year in YEARS
        ],
    )
    return folder


def _table(path: Path, head: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";")
        writer.writerow(head)
        writer.writerows(rows)


def places() -> Iterator[tuple[int, int]]:
    """Column and row of every area."""
    return ((column, row) for row in range(DOWN) for column in range(ACROSS))


def code(column: int, row: int) -> str:
    """The key of an area."""
    return f"{row:02}{column:02}"


def district(column: int, row: int) -> str:
    """The key of the district an area lies in."""
    return f"{row // 5}{column // DISTRICT}"


def collection() -> dict[str, object]:
    """All areas as GeoJSON in degrees; neighbours share every corner."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": code(column, row),
                "name": f"Quartier {code(column, row)}",
                "parent": district(column, row),
            },
            "geometry": {"type": "Polygon", "coordinates": [ring(column, row)]},
        }
        for column, row in places()
    ]
    return {"type": "FeatureCollection", "features": features}


def ring(column: int, row: int) -> list[tuple[float, float]]:
    """One border: four wavy sides, closed."""
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    sides = zip(corners, [*corners[1:], corners[0]], strict=True)
    points = [point for start, end in sides for point in side(start, end)]
    return [*points, points[0]]


def side(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[float, float]]:
    """The corners from one grid point up to the next, the same from either direction."""
    low, high = sorted((start, end))
    points = [_bent(low, high, step / PER_SIDE) for step in range(PER_SIDE + 1)]
    return (points if start == low else points[::-1])[:-1]


def _bent(low: tuple[int, int], high: tuple[int, int], share: float) -> tuple[float, float]:
    """A point on a side, pushed aside by a wave that ends at the grid points; the rim bends too."""
    turn = 1.7 * low[0] + 2.3 * low[1] + (0.9 if low[0] == high[0] else 0.0)
    push = (
        0.12
        * math.sin(math.pi * share)
        * (math.sin(9 * share + turn) + 0.4 * math.sin(31 * share + 2 * turn))
    )
    along = low[0] + (high[0] - low[0]) * share, low[1] + (high[1] - low[1]) * share
    x, y = (along[0] + push, along[1]) if low[0] == high[0] else (along[0], along[1] + push)
    return round(WEST + x * WIDE, 7), round(NORTH - y * TALL, 7)
