"""Words a reader may not know, once for help page, search and hints on the pages (Wörter von A bis Z)."""

from __future__ import annotations

from typing import Final

from sozialraum.words import mark, say

TERMS: Final[dict[str, tuple[str, str]]] = {
    "anteil": (mark("Anteil"), mark("Wie viele von hundert: Fälle geteilt durch die Bezugsgröße.")),
    "bezugsgroesse": (mark("Bezugsgröße"), mark("Die Zahl, durch die geteilt wird, zum Beispiel alle Kinder unter 15 Jahren.")),
    "freigabe": (mark("Freigabe"), mark("Ein fester Stand aller Zahlen, den die statistische Stelle geprüft und unterschrieben hat. Er wird nicht mehr geändert.")),
    "fuenftel": (mark("Fünftel"), mark("Die Gebiete nach einem Wert geordnet und in fünf gleich große Gruppen geteilt. Das 1. Fünftel hat die niedrigsten Werte.")),
    "gebietsstand": (mark("Gebietsstand"), mark("Die Grenzen der Gebiete zu einer bestimmten Zeit. Über eine Änderung der Grenzen hinweg sind Werte nicht ohne Weiteres vergleichbar.")),
    "gesichert": (mark("gesichert"), mark("Der Unterschied ist so groß, dass Zufall als Erklärung sehr unwahrscheinlich ist.")),
    "gesperrt": (mark("gesperrt"), mark("Nicht gezeigt, um einzelne Menschen zu schützen. Gesperrt heißt nie null.")),
    "kennzahl": (mark("Kennzahl"), mark("Eine Größe, die für jedes Gebiet auf gleiche Weise gezählt oder berechnet wird.")),
    "klasse": (mark("Klasse"), mark("Eine von mehreren Stufen, in die Werte für die Karte eingeteilt sind. Die Grenzen sind für alle Jahre gleich.")),
    "median": (mark("Median"), mark("Der Wert in der Mitte: Die eine Hälfte der Gebiete liegt darunter, die andere darüber.")),
    "nz": (mark("räumlich nicht zuordenbar"), mark("Fälle, deren Adresse in keinem Gebiet liegt. Sie zählen für die Kommune insgesamt mit.")),
    "prozentpunkt": (mark("Prozentpunkt"), mark("Der Abstand zweier Anteile. Von 10 % auf 12 % sind es 2 Prozentpunkte.")),
    "rangkorrelation": (mark("Rangkorrelation"), mark("Wie gut die Reihenfolge der Gebiete bei zwei Kennzahlen übereinstimmt, von −1 (umgekehrt) über 0 (gar nicht) bis 1 (gleich).")),
    "rangspanne": (mark("Rangspanne"), mark("Alle Plätze, die ein Gebiet nach den Spannen aller Gebiete haben kann.")),
    "spanne": (mark("Spanne, 95-%-Intervall"), mark("Der Bereich, in dem der Wert ohne Zufallsschwankung sehr wahrscheinlich liegt.")),
    "teppich": (mark("Teppich"), mark("Eine Tafel mit allen Gebieten und vielen Kennzahlen; Farbe hat nur, was gesichert ist.")),
    "trend": (mark("Trend"), mark("Ob ein Wert über die Jahre steigt oder fällt, geprüft an mindestens drei vergleichbaren Zeitpunkten.")),
    "vergleichswert": (mark("Vergleichswert"), mark("Der Wert, neben dem ein Gebiet steht: die Kommune, ein Stadtteil, der Kreis oder das Land.")),
}  # fmt: skip


def entries() -> list[tuple[str, str, str]]:
    """Anchor, word and meaning, in the order of the alphabet."""
    return sorted(
        ((f"wort-{key}", say(word), say(text)) for key, (word, text) in TERMS.items()),
        key=lambda item: item[1].casefold(),
    )


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
