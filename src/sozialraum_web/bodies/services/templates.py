"""Rules of procedure and agendas to start from; every town adapts them (Vorlagen)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sozialraum_web.bodies.models import AgendaItem, Body

RULES: Final = """1. Auftrag. Das Gremium arbeitet im Rahmen des Auftrags, den es erhalten hat, und berichtet dem Gremium, das ihn erteilt hat.
2. Mitglieder. Ämter und Organisationen benennen je ein Mitglied und eine Stellvertretung. Wer verhindert ist, sorgt für Vertretung.
3. Einladung. Die Geschäftsführung lädt mit Tagesordnung und Unterlagen ein. Anmeldungen zur Tagesordnung sind bis zehn Tage vor der Sitzung möglich.
4. Beschlüsse. Angestrebt wird Einvernehmen. Gelingt es nicht, entscheidet die Mehrheit der anwesenden stimmberechtigten Mitglieder; abweichende Auffassungen kommen auf Wunsch in das Protokoll.
5. Protokoll. Das Protokoll hält Ergebnisse, Beschlüsse und Aufgaben mit Zuständigkeit und Datum fest. Es geht innerhalb von zehn Tagen an alle Mitglieder und wird in der nächsten Sitzung genehmigt.
6. Daten. Zahlen über kleine Gruppen bleiben vertraulich, bis sie geprüft freigegeben sind. Namen von Betroffenen werden nicht genannt.
7. Öffentlichkeit. Das Gremium entscheidet, welche Ergebnisse öffentlich werden."""

_REPORT, _DISCUSSION, _DECISION = AgendaItem.Kind.REPORT, AgendaItem.Kind.DISCUSSION, AgendaItem.Kind.DECISION
Points = Sequence[tuple[str, str, int]]
_OPENING: Final[Points] = (("Begrüßung, Beschlussfähigkeit, Tagesordnung", _REPORT, 5), ("Genehmigung des letzten Protokolls", _DECISION, 5))  # fmt: skip
_CLOSING: Final[Points] = (("Aufgaben und nächste Schritte", _DISCUSSION, 10), ("Verschiedenes", _REPORT, 5))
_BETWEEN: Final[Mapping[str, Points]] = {
    Body.Kind.STEERING: (
        ("Stand der Maßnahmen", _REPORT, 20),
        ("Neue Zahlen: Was hat sich in den Gebieten verändert?", _REPORT, 20),
        ("Bedarfe: beraten und beschließen", _DECISION, 30),
        ("Mittel und Personal", _DISCUSSION, 15),
    ),
    Body.Kind.EXECUTIVES: (("Grundsatzfragen der Planung", _DISCUSSION, 30), ("Beschlüsse", _DECISION, 20)),
    Body.Kind.WORKING_GROUP: (
        ("Lieferungen und Kennzahlen: Was fehlt, was ist neu?", _REPORT, 20),
        ("Befunde aus den Gebieten", _DISCUSSION, 40),
        ("Vorschläge an die Steuerungsgruppe", _DECISION, 20),
    ),
    Body.Kind.SECTOR_CONFERENCE: (
        ("Zielgruppen und Bedarfe des Handlungsfelds", _DISCUSSION, 40),
        ("Bestand der Angebote", _REPORT, 20),
        ("Empfehlungen", _DECISION, 30),
    ),
    Body.Kind.AREA_CONFERENCE: (
        ("Das Gebiet in Zahlen", _REPORT, 15),
        ("Was erleben wir vor Ort?", _DISCUSSION, 45),
        ("Was soll in die Planung?", _DISCUSSION, 30),
    ),
    Body.Kind.COMMITTEE: (("Berichte", _REPORT, 20), ("Vorlagen", _DECISION, 60)),
    Body.Kind.COUNCIL: (("Vorlagen", _DECISION, 60),),
    Body.Kind.NETWORK: (("Impulse aus den Kommunen", _REPORT, 60), ("Austausch in Gruppen", _DISCUSSION, 60)),
}


def agenda_for(kind: str) -> list[tuple[str, str, int]]:
    """Points of the usual agenda of a kind of body: title, kind, minutes."""
    return [*_OPENING, *_BETWEEN.get(kind, ()), *_CLOSING]
