"""Words a reader may not know, once for help page, search and hints on the pages (Wörter von A bis Z)."""

from __future__ import annotations

from typing import Final

TERMS: Final[dict[str, tuple[str, str]]] = {
    "anteil": ("Anteil", "Wie viele von hundert: Fälle geteilt durch die Bezugsgröße."),
    "bezugsgroesse": ("Bezugsgröße", "Die Zahl, durch die geteilt wird, zum Beispiel alle Kinder unter 15 Jahren."),
    "freigabe": ("Freigabe", "Ein fester Stand aller Zahlen, den die statistische Stelle geprüft und unterschrieben hat. Er wird nicht mehr geändert."),
    "fuenftel": ("Fünftel", "Die Gebiete nach einem Wert geordnet und in fünf gleich große Gruppen geteilt. Das 1. Fünftel hat die niedrigsten Werte."),
    "gebietsstand": ("Gebietsstand", "Die Grenzen der Gebiete zu einer bestimmten Zeit. Über eine Änderung der Grenzen hinweg sind Werte nicht ohne Weiteres vergleichbar."),
    "gesichert": ("gesichert", "Der Unterschied ist so groß, dass Zufall als Erklärung sehr unwahrscheinlich ist."),
    "gesperrt": ("gesperrt", "Nicht gezeigt, um einzelne Menschen zu schützen. Gesperrt heißt nie null."),
    "kennzahl": ("Kennzahl", "Eine Größe, die für jedes Gebiet auf gleiche Weise gezählt oder berechnet wird."),
    "klasse": ("Klasse", "Eine von mehreren Stufen, in die Werte für die Karte eingeteilt sind. Die Grenzen sind für alle Jahre gleich."),
    "median": ("Median", "Der Wert in der Mitte: Die eine Hälfte der Gebiete liegt darunter, die andere darüber."),
    "nz": ("räumlich nicht zuordenbar", "Fälle, deren Adresse in keinem Gebiet liegt. Sie zählen für die Kommune insgesamt mit."),
    "prozentpunkt": ("Prozentpunkt", "Der Abstand zweier Anteile. Von 10 % auf 12 % sind es 2 Prozentpunkte."),
    "rangkorrelation": ("Rangkorrelation", "Wie gut die Reihenfolge der Gebiete bei zwei Kennzahlen übereinstimmt, von −1 (umgekehrt) über 0 (gar nicht) bis 1 (gleich)."),
    "rangspanne": ("Rangspanne", "Alle Plätze, die ein Gebiet nach den Spannen aller Gebiete haben kann."),
    "spanne": ("Spanne, 95-%-Intervall", "Der Bereich, in dem der Wert ohne Zufallsschwankung sehr wahrscheinlich liegt."),
    "teppich": ("Teppich", "Eine Tafel mit allen Gebieten und vielen Kennzahlen; Farbe hat nur, was gesichert ist."),
    "trend": ("Trend", "Ob ein Wert über die Jahre steigt oder fällt, geprüft an mindestens drei vergleichbaren Zeitpunkten."),
    "vergleichswert": ("Vergleichswert", "Der Wert, neben dem ein Gebiet steht: die Kommune, ein Stadtteil, der Kreis oder das Land."),
}  # fmt: skip


def entries() -> list[tuple[str, str, str]]:
    """Anchor, word and meaning, in the order of the alphabet."""
    return sorted(
        ((f"wort-{key}", word, text) for key, (word, text) in TERMS.items()),
        key=lambda item: item[1].casefold(),
    )


TEXTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("hilfe/#zeichen", "Was bedeuten die Zeichen?", "Zeichen der amtlichen Statistik, Marken des Vergleichs, Pfeile des Trends"),
    ("hilfe/#grau", "Warum sehe ich grau oder schraffiert?", "gesperrt, nicht geliefert, unsicher, nicht unterscheidbar"),
    ("hilfe/#spannen", "Wie lese ich die Spannen?", "95-%-Intervall, Zufall, kleine Gebiete"),
    ("hilfe/#rang", "Warum ist ein Rang eine Spanne?", "Rangfolge, Platz, Vergleich"),
    ("hilfe/#index", "Was ist der Index und was nicht?", "Status, Dynamik, Klasse"),
    ("hilfe/#touren", "Schritt für Schritt", "Rundgang: Quartier finden, vergleichen, Entwicklung sehen, mitnehmen"),
    ("methoden/", "Methoden und Geheimhaltung", "wie gerechnet und was geschützt wird, Sperrung, Prüfung"),
    ("daten/", "Daten zum Mitnehmen", "Dateien, Lizenzen, CSV, Excel, GeoPackage, Parquet, zitieren"),
    ("barrierefreiheit/", "Barrierefreiheit", "Erklärung, Barriere melden"),
    ("datenschutz/", "Datenschutz", "Cookies, Speicherung"),
    ("atlas/teppich/", "Alle Gebiete auf einen Blick (Teppich)", "alle Kennzahlen, alle Gebiete"),
    ("atlas/vergleich/", "Gebiete nebeneinander", "zwei bis acht Gebiete vergleichen"),
    ("atlas/zusammenhang/", "Zusammenhang zweier Kennzahlen", "Punktwolke, Korrelation"),
    ("atlas/verteilung/", "Verteilung und Ungleichheit", "Gefälle, Fünftel, Abstand"),
    ("atlas/bewegung/", "Größte Bewegungen", "Veränderung, gestiegen, gesunken"),
    ("atlas/eigenes-gebiet/", "Eigenes Gebiet", "Umriss zeichnen, hochladen, zusammenstellen, Einzugsbereich"),
)  # fmt: skip
