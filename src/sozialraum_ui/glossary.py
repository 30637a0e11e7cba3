"""Words of the field a reader may not know, explained where they stand (Begriffe): on the page, in the help, in the search."""

from __future__ import annotations

import re
from typing import Final

from sozialraum.words import mark, say

TERMS: Final[dict[str, tuple[str, str]]] = {
    "anteil": (mark("Anteil"), mark("Wie viele von hundert: Fälle geteilt durch die Bezugsgröße.")),
    "baustein": (mark("Baustein"), mark("Eine Kennzahl, die mit einem Gewicht in einen Index eingeht.")),
    "bedarf": (mark("Bedarf"), mark("Was Politik und Verwaltung als nötig anerkannt haben, mit Begründung und Datum. Ein Bedürfnis ist, was Menschen sich wünschen.")),
    "befund": (mark("Befund"), mark("Eine Zahl aus einer Freigabe oder eine Aussage aus dem Gebiet, festgehalten als Ausgangspunkt der Planung.")),
    "bezugsgroesse": (mark("Bezugsgröße"), mark("Die Zahl, durch die geteilt wird, zum Beispiel alle Kinder unter 15 Jahren.")),
    "dynamik": (mark("Dynamik"), mark("Wie sich ein Gebiet über einige Jahre verändert hat, verglichen mit dem Durchschnitt der Gebiete.")),
    "freigabe": (mark("Freigabe"), mark("Ein fester Stand aller Zahlen, den die statistische Stelle geprüft und unterschrieben hat. Er wird nicht mehr geändert.")),
    "fuenftel": (mark("Fünftel"), mark("Die Gebiete nach einem Wert geordnet und in fünf gleich große Gruppen geteilt. Das 1. Fünftel hat die niedrigsten Werte.")),
    "gebietsstand": (mark("Gebietsstand"), mark("Die Grenzen der Gebiete zu einer bestimmten Zeit. Über eine Änderung der Grenzen hinweg sind Werte nicht ohne Weiteres vergleichbar.")),
    "gefaelle": (mark("Gefälle"), mark("Wie stark sich ein Wert vom ersten zum letzten Fünftel der Gebiete ändert.")),
    "geheimhaltung": (mark("Geheimhaltung"), mark("Das Statistikgeheimnis: Aus veröffentlichten Zahlen darf niemand etwas über einzelne Menschen erfahren, auch nicht durch Rechnen.")),
    "gesichert": (mark("gesichert"), mark("Der Unterschied ist so groß, dass Zufall als Erklärung sehr unwahrscheinlich ist.")),
    "gesperrt": (mark("gesperrt"), mark("Nicht gezeigt, um einzelne Menschen zu schützen. Gesperrt heißt nie null.")),
    "handlungsziel": (mark("Handlungsziel"), mark("Was bis wann messbar erreicht sein soll, mit einer Kennzahl und einem Zielwert.")),
    "index": (mark("Index"), mark("Mehrere Kennzahlen zu einer Einstufung zusammengefasst. Er gibt Hinweise und ersetzt keine Ortskenntnis.")),
    "kennzahl": (mark("Kennzahl"), mark("Eine Größe, die für jedes Gebiet auf gleiche Weise gezählt oder berechnet wird.")),
    "klasse": (mark("Klasse"), mark("Eine von mehreren Stufen, in die Werte für die Karte eingeteilt sind. Die Grenzen sind für alle Jahre gleich.")),
    "leitziel": (mark("Leitziel"), mark("Wohin sich etwas auf lange Sicht entwickeln soll. Handlungsziele machen es messbar.")),
    "massnahme": (mark("Maßnahme"), mark("Was jemand in einem Gebiet für eine Gruppe tut, um ein Ziel zu erreichen: mit Trägern, Mitteln und Laufzeit.")),
    "median": (mark("Median"), mark("Der Wert in der Mitte: Die eine Hälfte der Gebiete liegt darunter, die andere darüber.")),
    "nz": (mark("räumlich nicht zuordenbar"), mark("Fälle, deren Adresse in keinem Gebiet liegt. Sie zählen für die Kommune insgesamt mit.")),
    "prozentpunkt": (mark("Prozentpunkt"), mark("Der Abstand zweier Anteile. Von 10 % auf 12 % sind es 2 Prozentpunkte.")),
    "rangkorrelation": (mark("Rangkorrelation"), mark("Wie gut die Reihenfolge der Gebiete bei zwei Kennzahlen übereinstimmt, von −1 (umgekehrt) über 0 (gar nicht) bis 1 (gleich).")),
    "rangspanne": (mark("Rangspanne"), mark("Alle Plätze, die ein Gebiet nach den Spannen aller Gebiete haben kann.")),
    "segregation": (mark("Segregation"), mark("Wie ungleich sich Gruppen auf die Gebiete verteilen. 0 %: überall der gleiche Anteil; 100 %: ganz getrennt.")),
    "sgb12": (mark("SGB XII"), mark("Zwölftes Buch Sozialgesetzbuch: Sozialhilfe, vor allem Grundsicherung im Alter und bei Erwerbsminderung.")),
    "sgb2": (mark("SGB II"), mark("Zweites Buch Sozialgesetzbuch: Grundsicherung für Menschen, die arbeiten können, und ihre Haushalte (Bürgergeld). Die SGB-II-Quote ist ihr Anteil an der Bevölkerung bis zur Altersgrenze der Rente.")),
    "sozialraum": (mark("Sozialraum"), mark("Ein Teil der Kommune, in dem Menschen wohnen und sich begegnen, als Gebiet mit festen Grenzen. Die Namen (Quartier, Bezirk, Planungsraum) sind von Ort zu Ort verschieden.")),
    "spanne": (mark("Spanne, 95-%-Intervall"), mark("Der Bereich, in dem der Wert ohne Zufallsschwankung sehr wahrscheinlich liegt.")),
    "sperrung": (mark("Sperrung"), mark("Ein Wert wird nicht gezeigt, weil er allein oder durch Rechnen einzelne Menschen erkennbar machen könnte. Gesperrt heißt nie null.")),
    "status": (mark("Status"), mark("Die soziale Lage eines Gebiets zu einem Zeitpunkt, verglichen mit dem Durchschnitt der Gebiete.")),
    "teppich": (mark("Teppich"), mark("Eine Tafel mit allen Gebieten und vielen Kennzahlen; Farbe hat nur, was gesichert ist.")),
    "trend": (mark("Trend"), mark("Ob ein Wert über die Jahre steigt oder fällt, geprüft an mindestens drei vergleichbaren Zeitpunkten.")),
    "vergleichswert": (mark("Vergleichswert"), mark("Der Wert, neben dem ein Gebiet steht: die Kommune, ein Stadtteil, der Kreis oder das Land.")),
    "wirkung": (mark("Wirkung"), mark("Was sich durch eine Maßnahme verändert hat. Eine Entwicklung nach der Maßnahme ist noch keine Wirkung.")),
}  # fmt: skip
# How a term is written in the texts of a catalogue; the first place it stands in is explained.
WRITTEN: Final[dict[str, str]] = {
    "gesperrt": "gesperrt|suppressed",
    "geheimhaltung": r"Statistikgeheimnis\w*|Geheimhaltung",
    "median": "Median",
    "nz": "räumlich nicht zuordenbar",
    "prozentpunkt": "Prozentpunkte?n?",
    "segregation": r"Segregation\w*",
    "sgb2": "SGB[ -]II",
    "sgb12": "SGB[ -]XII",
}
_FOUND: Final = re.compile(
    "|".join(rf"(?P<{key}>\b(?:{pattern})\b(?:-Quoten?)?)" for key, pattern in WRITTEN.items())
)


def entries() -> list[tuple[str, str, str]]:
    """Anchor, word and meaning, in the order of the alphabet."""
    return sorted(
        ((f"wort-{key}", say(word), say(text)) for key, (word, text) in TERMS.items()),
        key=lambda item: item[1].casefold(),
    )


def pieces(text: str) -> list[tuple[str, str]]:
    """A text cut at the terms in it: `(piece, key)`, key "" where there is nothing to explain; each term once."""
    found: list[tuple[str, str]] = []
    seen: set[str] = set()
    end = 0
    for match in _FOUND.finditer(text):
        key = str(match.lastgroup)
        if key in seen:
            continue
        seen.add(key)
        found += [(text[end : match.start()], ""), (match[0], key)]
        end = match.end()
    return [piece for piece in (*found, (text[end:], "")) if piece[0]]
