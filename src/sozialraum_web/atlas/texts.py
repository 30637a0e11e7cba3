"""Where help and views are found by the search (Texte und Ansichten)."""

from __future__ import annotations

from typing import Final

from sozialraum.words import mark

TEXTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("hilfe/#zeichen", mark("Was bedeuten die Zeichen?"), mark("Zeichen der amtlichen Statistik, Marken des Vergleichs, Pfeile des Trends")),
    ("hilfe/#grau", mark("Warum sehe ich grau oder schraffiert?"), mark("gesperrt, nicht geliefert, unsicher, nicht unterscheidbar")),
    ("hilfe/#spannen", mark("Wie lese ich die Spannen?"), mark("95-%-Intervall, Zufall, kleine Gebiete")),
    ("hilfe/#rang", mark("Warum ist ein Rang eine Spanne?"), mark("Rangfolge, Platz, Vergleich")),
    ("hilfe/#index", mark("Was ist der Index und was nicht?"), mark("Status, Dynamik, Klasse")),
    ("hilfe/#touren", mark("Schritt für Schritt"), mark("Rundgang: Quartier finden, vergleichen, Entwicklung sehen, mitnehmen")),
    ("methoden/", mark("Methoden und Geheimhaltung"), mark("wie gerechnet und was geschützt wird, Sperrung, Prüfung")),
    ("daten/", mark("Daten zum Mitnehmen"), mark("Dateien, Lizenzen, CSV, Excel, GeoPackage, Parquet, zitieren")),
    ("barrierefreiheit/", mark("Barrierefreiheit"), mark("Erklärung, Barriere melden")),
    ("datenschutz/", mark("Datenschutz"), mark("Cookies, Speicherung")),
    ("atlas/teppich/", mark("Alle Gebiete auf einen Blick (Teppich)"), mark("alle Kennzahlen, alle Gebiete")),
    ("atlas/vergleich/", mark("Gebiete nebeneinander"), mark("zwei bis acht Gebiete vergleichen")),
    ("atlas/zusammenhang/", mark("Zusammenhang zweier Kennzahlen"), mark("Punktwolke, Korrelation")),
    ("atlas/verteilung/", mark("Verteilung und Ungleichheit"), mark("Gefälle, Fünftel, Abstand")),
    ("atlas/bewegung/", mark("Größte Bewegungen"), mark("Veränderung, gestiegen, gesunken")),
    ("atlas/eigenes-gebiet/", mark("Eigenes Gebiet"), mark("Umriss zeichnen, hochladen, zusammenstellen, Einzugsbereich")),
)  # fmt: skip
