"""An empty municipality folder with a commented kommune.toml to start from (Neuer Kommunenordner)."""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("gebiete", "lieferungen", "kennzahlen", "indizes")

KOMMUNE = """\
# Diese Datei beschreibt Ihre Kommune. Zeilen mit # sind Erklärungen. Anleitung: docs/einstieg.

[kommune]
id = "meine-stadt"          # kurz, klein, ohne Umlaute: steht in der Adresse der Site
name = "Meine Stadt"
ags = "05000000"            # amtlicher Gemeindeschlüssel, als Text
kind = "Stadt"
land = "Nordrhein-Westfalen"

[stelle]                    # wer freigibt: die Stelle, nicht die Person
name = "Statistikstelle Meine Stadt"
email = ""

[gebiete]
current = "2024"

[[gebiete.versionen]]       # ein Block je Gebietsstand
id = "2024"
label = "Gebietsstand 2024"
valid_from = "2015-01-01"

[[gebiete.versionen.ebenen]]  # von der feinsten zur gröbsten Ebene
id = "stadtteil"
label = "Stadtteil"
plural = "Stadtteile"
file = "gebiete/stadtteile.geojson"   # GeoPackage oder GeoJSON; eine CSV-Tabelle geht auch, dann ohne Karte
code = "schluessel"         # Spalte mit dem Gebietsschlüssel
name = "name"               # Spalte mit dem Namen

[kennzahlen]
active = []                 # leer: alle Kennzahlen des Katalogs, für die Daten da sind

[freigabe]
audience = "öffentlich"     # oder "intern"
"""

RECIPES = """\
Legen Sie je Quelle einen Ordner an, zum Beispiel einwohnerregister/, mit den Dateien, wie sie geliefert wurden,
und einem rezept.toml, das sie erklärt. Anleitung: docs/anleitungen/rezepte.md.
"""

CORRECTIONS = """\
# Bekannte Fehler in Lieferungen und ihre Berichtigung. Jede Korrektur nennt ihre Zelle, was dort erwartet wird, und warum.
#
# [[korrektur]]
# source = "einwohnerregister"
# variable = "einwohner"
# area = "0304"
# period = "2024-12-31"
# action = "replace"        # oder "remove"
# expect = 1320
# value = 1230
# reason = "Zahlendreher, bestätigt von der Meldebehörde am 12.02.2025"
# author = "Statistikstelle"
"""


def write(folder: Path) -> None:
    """Write the folder with everything a person needs to fill in."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "kommune.toml").write_text(KOMMUNE, "utf-8")
    (folder / "korrekturen.toml").write_text(CORRECTIONS, "utf-8")
    (folder / "lieferungen" / "LIESMICH.txt").write_text(RECIPES, "utf-8")
