"""A very small town (Kleinstadt) for tests: its folder on disk, and tables of counts in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import shapely

from sozialraum.areas import Area, Geography, Level
from sozialraum.tables import COUNTS_COLUMNS, DIMENSIONS, TOTAL, Status

AGS = "05998000"
PERIODS = ("2023-12-31", "2024-12-31")
BEZIRKE = {
    "011": "Altstadt",
    "012": "Neustadt",
    "013": "Hafen",
    "021": "Nordend",
    "022": "Südhang",
    "023": "Au",
}
STADTTEILE = {"01": "Mitte", "02": "Rand"}
# Persons under 15, from 15 to under 65, from 65; unemployed persons.
PEOPLE = {
    "011": (180, 820, 210, 61), "012": (150, 640, 160, 35), "013": (90, 480, 140, 48),
    "021": (210, 900, 260, 29), "022": (120, 510, 190, 17), "023": (75, 400, 130, 22), "nz": (4, 31, 6, 12),
}  # fmt: skip
BANDS = ("0-14", "15-64", "65+")

KOMMUNE = """\
[kommune]
id = "kleinstadt"
name = "Kleinstadt"
ags = "05998000"
synthetic = true

[stelle]
name = "Statistikstelle Kleinstadt"

[gebiete]
current = "2024"

[[gebiete.versionen]]
id = "2024"
label = "Gebietsstand 2024"
valid_from = "2015-01-01"

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Bezirk"
plural = "Bezirke"
file = "gebiete/bezirke.geojson"
code = "id"
name = "name"
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "stadtteil"
label = "Stadtteil"
plural = "Stadtteile"
file = "gebiete/stadtteile.geojson"
code = "id"
name = "name"

[kennzahlen]
active = ["einwohnerzahl", "anteil_65plus", "arbeitslosenanteil"]
"""

PEOPLE_RECIPE = """\
[[tabelle]]
files = "einwohner_*.csv"
level = "bezirk"
area = "Bezirk"
not_assignable = ["ohne"]
total_rows = ["Insgesamt"]
period = { file = 'einwohner_(\\d{4})', as = "{0}-12-31" }
dimensions = { age = "Alter" }
spalten = [{ column = "Anzahl", variable = "einwohner" }]
"""

UNEMPLOYED_RECIPE = """\
[[tabelle]]
files = "arbeitslose_*.csv"
level = "bezirk"
area = "Bezirk"
not_assignable = ["ohne"]
period = { file = 'arbeitslose_(\\d{4})', as = "{0}-12-31" }
spalten = [{ column = "Arbeitslose", variable = "arbeitslose" }]
"""


def square(column: int, row: int, side: float = 0.01) -> dict[str, object]:
    """A square of the map, in WGS 84, as GeoJSON."""
    x, y = 7.0 + column * side, 51.0 + row * side
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return {"type": "Polygon", "coordinates": [corners]}


def feature(code: str, name: str, geometry: object, **more: str) -> dict[str, object]:
    """One area of a GeoJSON file."""
    return {"type": "Feature", "properties": {"id": code, "name": name, **more}, "geometry": geometry}


def collection(features: Iterable[object]) -> str:
    """The text of a GeoJSON file."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)


def bezirke() -> list[dict[str, object]]:
    """The districts of the town, three squares in each of two rows."""
    return [
        feature(code, name, square(i % 3, i // 3), parent=code[:2])
        for i, (code, name) in enumerate(BEZIRKE.items())
    ]


def stadtteile() -> list[dict[str, object]]:
    """The quarters of the town, without geometry of their own."""
    return [feature(code, name, None) for code, name in STADTTEILE.items()]


def people_csv(changes: dict[tuple[str, str], str] | None = None) -> str:
    """The delivery of residents by age, long; `changes` replace the text of single cells (area, band)."""
    lines = ["Bezirk;Alter;Anzahl"]
    for area, figures in PEOPLE.items():
        for band, figure in zip(BANDS, figures, strict=False):
            cell = (changes or {}).get((area, band), str(figure))
            lines.append(f"{'ohne' if area == 'nz' else area};{band};{cell}")
    return "\n".join(lines) + "\n"


def unemployed_csv(changes: dict[str, str] | None = None) -> str:
    """The delivery of unemployed persons, wide; `changes` replace the text of single cells."""
    lines = ["Bezirk;Name;Arbeitslose"]
    for area, figures in PEOPLE.items():
        cell = (changes or {}).get(area, str(figures[3]))
        lines.append(f"{'ohne' if area == 'nz' else area};{BEZIRKE.get(area, 'nicht zuzuordnen')};{cell}")
    return "\n".join(lines) + "\n"


def write(folder: Path) -> Path:
    """Write the folder of the town with two years of two sources; everything in it is in order."""
    put(folder, "kommune.toml", KOMMUNE)
    put(folder, "gebiete/bezirke.geojson", collection(bezirke()))
    put(folder, "gebiete/stadtteile.geojson", collection(stadtteile()))
    put(folder, "lieferungen/einwohnerregister/rezept.toml", PEOPLE_RECIPE)
    put(folder, "lieferungen/ba_arbeitsmarkt/rezept.toml", UNEMPLOYED_RECIPE)
    for number, period in enumerate(PERIODS):
        # Both years say the same, but no file is delivered twice: the later one ends with an empty line.
        end = "\n" * number
        put(folder, f"lieferungen/einwohnerregister/einwohner_{period[:4]}.csv", people_csv() + end)
        put(folder, f"lieferungen/ba_arbeitsmarkt/arbeitslose_{period[:4]}.csv", unemployed_csv() + end)
    return folder


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write one file of the folder, as text in UTF-8 or as bytes."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def geography() -> Geography:
    """The areas of the town without geometry."""
    levels = (Level("bezirk", "Bezirk", "Bezirke", 0), Level("stadtteil", "Stadtteil", "Stadtteile", 1), Level("kommune", "Stadt", "Stadt", 2))  # fmt: skip
    areas = [
        *(Area(code, name, "bezirk", code[:2]) for code, name in BEZIRKE.items()),
        *(Area(code, name, "stadtteil", AGS) for code, name in STADTTEILE.items()),
        Area(AGS, "Kleinstadt", "kommune", ""),
        Area("nz", "räumlich nicht zuordenbar", "bezirk", "nz"),
        Area("nz", "räumlich nicht zuordenbar", "stadtteil", AGS),
    ]
    return Geography("2024", "Gebietsstand 2024", levels, tuple(areas))


def counts(*rows: tuple[str, str, float | None] | tuple[str, str, float | None, Status], period: str = PERIODS[1],
           level: str = "bezirk", **dimensions: str) -> pd.DataFrame:  # fmt: skip
    """COUNTS from (area, variable, count[, status]); the same dimensions for all rows."""
    table = []
    for area, variable, count, *status in rows:
        known = Status.NONE if count == 0 else Status.OK if count is not None else Status.MISSING
        table.append(
            {
                "area": area, "level": level, "version": "2024", "period": period, "variable": variable,
                **dict.fromkeys(DIMENSIONS, TOTAL), **dimensions,
                "count": float("nan") if count is None else float(count), "status": status[0] if status else known,
            }
        )  # fmt: skip
    return pd.DataFrame(table, columns=list(COUNTS_COLUMNS))


def mapped() -> Geography:
    """The areas of the town, the districts with their outlines."""
    plain = geography()
    shapes = {str(f["properties"]["id"]): shapely.from_geojson(json.dumps(f["geometry"])) for f in bezirke()}  # type: ignore[index]
    areas = [
        replace(a, geometry=shapely.to_wkb(shapes[a.code])) if a.level == "bezirk" and a.code in shapes else a
        for a in plain.areas
    ]
    return replace(plain, areas=tuple(areas))


def centres() -> dict[str, tuple[float, float]]:
    """A point in each district: longitude, latitude."""
    found = {}
    for f in bezirke():
        shape = shapely.from_geojson(json.dumps(f["geometry"]))
        found[str(f["properties"]["id"])] = (shape.centroid.x, shape.centroid.y)  # type: ignore[index]
    return found
