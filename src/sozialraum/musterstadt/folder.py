"""The other files of Musterstadt's folder: settings, areas, index edition, correction, a word to the reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from sozialraum.musterstadt import geometry
from sozialraum.musterstadt.deliveries import MISTAKE_YEAR
from sozialraum.musterstadt.town import AGS, QUARTERS, RIVER, STADTTEILE

Feature = tuple[Mapping[str, str], BaseGeometry]


def write_settings(folder: Path) -> None:
    """Write kommune.toml, the index edition and LIESMICH.md."""
    (folder / "indizes").mkdir(parents=True, exist_ok=True)
    (folder / "kennzahlen").mkdir(exist_ok=True)
    write_text(folder / "kommune.toml", SETTINGS)
    write_text(folder / "indizes" / "musterstadt_2024.toml", INDEX)
    write_text(folder / "indizes" / "musterstadt_2022.toml", earlier_edition(INDEX))
    write_text(folder / "kennzahlen" / "LIESMICH.md", OWN_INDICATORS)
    write_text(folder / "LIESMICH.md", README)


def write_correction(folder: Path, area: str, right: int) -> None:
    """Record the known mistake of the social welfare office in korrekturen.toml."""
    write_text(
        folder / "korrekturen.toml",
        CORRECTION.format(area=area, right=right, wrong=10 * right, year=MISTAKE_YEAR),
    )


def write_areas(folder: Path) -> None:
    """Write the areas of both levels, and the river for drawing, as GeoJSON in WGS 84."""
    (folder / "gebiete").mkdir(parents=True, exist_ok=True)
    shapes = geometry.quarters()
    bezirke = [({"id": q.code, "name": q.name, "parent": q.code[:2]}, shapes[q.code]) for q in QUARTERS]
    larger = geometry.stadtteile()
    stadtteile = [
        ({"id": code, "name": name, "parent": AGS}, larger[code]) for code, name in STADTTEILE.items()
    ]
    write_text(folder / "gebiete" / "bezirke.geojson", feature_collection(bezirke))
    write_text(folder / "gebiete" / "stadtteile.geojson", feature_collection(stadtteile))
    write_text(
        folder / "gebiete" / "gewaesser.geojson", feature_collection([({"name": RIVER}, geometry.river())])
    )


def feature_collection(features: Iterable[Feature]) -> str:
    """Features of outlines in EPSG:25832 as GeoJSON in WGS 84."""
    members = [_feature(properties, shape) for properties, shape in features]
    return (
        json.dumps(
            {"type": "FeatureCollection", "features": members}, ensure_ascii=False, separators=(",", ":")
        )
        + "\n"
    )


def _feature(properties: Mapping[str, str], shape: BaseGeometry) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": dict(properties),
        "geometry": mapping(geometry.to_wgs84(shape)),
    }


def write_text(path: Path, text: str) -> None:
    """Write a text file, the same bytes on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


SETTINGS = f"""# Musterstadt: eine erfundene Stadt zum Ausprobieren, Lernen und Prüfen.

[kommune]
id = "musterstadt"
name = "Musterstadt"
ags = "{AGS}"
kind = "Stadt"
land = "Nordrhein-Westfalen"
synthetic = true

[stelle]
name = "Statistikstelle Musterstadt"
email = "statistik@musterstadt.example"

[gebiete]
current = "2024"

[[gebiete.versionen]]
id = "2024"
label = "Gebietsstand 2024"
valid_from = "2015-01-01"
valid_until = ""

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Statistischer Bezirk"
plural = "Statistische Bezirke"
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
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "kommune"
label = "Stadt"
plural = "Stadt"

# Womit sich die Stadt vergleicht; die Zahlen dazu liegen in lieferungen/landesstatistik.
[[gebiete.vergleich]]
code = "99"
name = "Land (erfunden)"
kind = "Land"

[[gebiete.vergleich]]
code = "991"
name = "Regierungsbezirk (erfunden)"
kind = "Regierungsbezirk"

# Damit Bürgerinnen und Bürger ihren Bezirk finden: Die Freigabe sagt, welche Straße wo liegt.
[[gebiete.adressen]]
file = "gebiete/strassenverzeichnis.csv"
version = "2024"
level = "bezirk"
street = "Straße"
number = "von"
until = "bis"
side = "Seite"
area = "Bezirk"
published = true

[kennzahlen]
active = []

[indizes]
active = ["musterstadt_2024", "musterstadt_2022"]

[freigabe]
audience = "öffentlich"
"""

INDEX = """# Sozialindex Musterstadt, Ausgabe 2024. Eine veröffentlichte Ausgabe wird nie geändert; eine neue Methode ist eine neue
# Ausgabe. Höhere Werte bedeuten mehr soziale Belastung; ein Wert genau auf einer Grenze gehört zur Klasse darunter.

[musterstadt_2024]
label = "Sozialindex Musterstadt"
edition = "2024"
description = "Fasst vier Kennzahlen der sozialen Lage zu einem Status (Stand 31.12.2024) und einer Dynamik (Veränderung seit 31.12.2022) der Statistischen Bezirke zusammen. Der Index gibt nur Hinweise: Ob in einem Gebiet etwas zu tun ist, lässt sich aus ihm allein nicht beurteilen. Das Wissen der Menschen vor Ort muss hinzukommen."
method = "Jede Kennzahl wird als Abweichung vom ungewichteten Mittel der bewerteten Bezirke in Standardabweichungen (Grundgesamtheit) ausgedrückt. Die vier Abweichungen werden gleich gewichtet addiert, und die Summe wird ebenso standardisiert. Für die Dynamik gilt dasselbe mit der Veränderung der Kennzahlen in Prozentpunkten über zwei Jahre. Bezirke unter 300 Personen, begründete Ausnahmen und Bezirke, denen eine Kennzahl fehlt, werden nicht bewertet."
level = "bezirk"
period = "2024-12-31"
version = "2024"
dynamic_years = 2
components = [
    { indicator = "arbeitslosenanteil", weight = 1.0 },
    { indicator = "sgb2_quote", weight = 1.0 },
    { indicator = "kinder_sgb2", weight = 1.0 },
    { indicator = "kinder_alleinerziehend", weight = 1.0 },
]
centre = "area_mean"
spread = "population_sd"
exclude_below = 300
exclusions = [
    { area = "092", reason = "Neubaugebiet im Aufbau: Die Bevölkerung hat sich seit 2017 verdreifacht, die Veränderung über zwei Jahre misst vor allem Zuzug." },
]
gap_rule = "all"
literature = "Angelehnt an die Schwellen der Sozialmonitorings in Berlin und Hamburg; die Auswahl der Kennzahlen ist eine eigene."

[[musterstadt_2024.classes.status]]
label = "hoch"
upper = -1.0

[[musterstadt_2024.classes.status]]
label = "mittel"
upper = 1.0

[[musterstadt_2024.classes.status]]
label = "niedrig"
upper = 1.5

[[musterstadt_2024.classes.status]]
label = "sehr niedrig"

[[musterstadt_2024.classes.dynamic]]
label = "positiv"
upper = -1.0

[[musterstadt_2024.classes.dynamic]]
label = "stabil"
upper = 1.0

[[musterstadt_2024.classes.dynamic]]
label = "negativ"
"""


def earlier_edition(index: str) -> str:
    """The edition two years before: the same method on earlier figures, so that the two may be compared."""
    for year in range(2020, 2025, 2):  # 2020 first: each year moves two back
        index = index.replace(str(year), str(year - 2))
    return index.replace('version = "2022"', 'version = "2024"')


CORRECTION = """# Bekannte Fehler in Lieferungen. Die Lieferung selbst bleibt, wie sie kam.

[[korrektur]]
source = "sozialamt_sgb12"
variable = "grundsicherung_alter"
area = "{area}"
period = "{year}-12-31"
action = "replace"
value = {right}
expect = {wrong}
reason = "Beim Übertragen aus dem Fachverfahren ist eine Null angehängt worden; das Sozialamt hat {right} bestätigt."
author = "Statistikstelle"
date = "2022-02-18"
"""

OWN_INDICATORS = """# Eigene Kennzahlen

Eine TOML-Datei je Themenfeld; jeder Block ist eine Kennzahl und gilt zusätzlich zum mitgelieferten Katalog.
Ein Block mit demselben Namen ersetzt den mitgelieferten. Eigene Quellen, Merkmale, Geheimhaltungsprofile und Themenfelder
stehen in `sources.toml`, `variables.toml`, `profiles.toml` und `topics.toml`.
"""

README = """# Musterstadt

Musterstadt gibt es nicht. Die Stadt liegt mitten in der Nordsee, damit niemand sie mit einer wirklichen verwechselt.
Sie ist ein Beispiel zum Ausprobieren: 48 Statistische Bezirke in 12 Stadtteilen, zehn Jahre von 2015 bis 2024.
Alle Zahlen stammen aus einer Simulation von Haushalten, die geboren werden, umziehen, sich finden und trennen; niemand
davon ist eine wirkliche Person, und im Ordner liegen nur fertig ausgezählte Tabellen.

## Was zu sehen ist

- **Auenpark** (091, 092): Neubaugebiet, das seit 2017 auf das Dreifache wächst, mit vielen Familien und kurzer Wohndauer.
- **Ostfeld** (101 bis 104): Die soziale Lage verbessert sich seit 2015 deutlich.
- **Nordend** (041 bis 045): Die soziale Lage verschlechtert sich.
- **Rosenhöhe** (081 bis 083): Großwohnsiedlung mit dauerhaft hohem Anteil von Menschen mit Grundsicherung.
- **Hafenindustrie** (033) und **Gewerbepark Ost** (034): unter 300 Personen, darum ohne Kennzahlen.
- Einige Personen sind **räumlich nicht zuordenbar** (ohne festen Wohnsitz, neue Adressen ohne Gebietsschlüssel). Sie gehören zur Stadt, aber zu keinem Bezirk.

## Was im Ordner liegt

| Ordner oder Datei | Inhalt |
|---|---|
| `kommune.toml` | Name, Stelle, Gebietsebenen, was veröffentlicht wird |
| `gebiete/` | Grenzen der Bezirke und Stadtteile, der Fluss Aue (nur zum Zeichnen), das Straßenverzeichnis |
| `lieferungen/<quelle>/` | Tabellen, wie sie kamen, mit `rezept.toml` zum Lesen |
| `korrekturen.toml` | ein bekannter Fehler des Sozialamts mit Begründung |
| `indizes/` | Sozialindex Musterstadt, Ausgaben 2022 und 2024: gleich gerechnet, also vergleichbar |
| `kennzahlen/` | Platz für eigene Kennzahlen |
| `analysen/` | gespeicherte Analysen, von jeder Art eine: `sozialraum analyse ORDNER` nennt sie |
| `befragung/` | eine Haushaltsbefragung mit Gewichten und Einkommen, ohne Anschriften |
| `planung/` | Einrichtungen und Angebote, dazu die Maßnahmenliste des letzten Jahres, gewachsen wie solche Listen wachsen |

## Vereinfachungen

Grundsicherung im Alter beginnt hier mit 65 Jahren, SGB II endet mit 65 (in Wirklichkeit steigt die Grenze auf 67).
Es gibt keine Pflegeheime und keine Nebenwohnungen. Verläufe der ganzen Stadt sind gesetzt, nicht erklärt: Aus
Musterstadt lässt sich nichts über wirkliche Städte lernen, nur über das Werkzeug.
"""
