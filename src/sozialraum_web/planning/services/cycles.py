"""Starting a cycle with its phases (Zyklus beginnen)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.planning.models import Cycle, Phase
from sozialraum_web.records import services as records

# title, what it yields, who leads, the gate that closes it: a template every town adapts
TEMPLATE: Final = (
    ("Auftrag", "Auftragsbeschluss, Projektauftrag, Ressourcenplan", "Dezernat", "Beschluss von Rat oder Kreistag"),
    ("Strukturaufbau", "Steuerungsgruppe, Arbeitsgruppen, Geschäftsordnung, Datenvereinbarungen", "Sozialplanung", "Konstituierende Sitzung"),
    ("Leitbild und Ziele", "Leitbild, Leitziele, Mittlerziele, Handlungsziele", "Steuerungsgruppe", "Ratsbeschluss"),
    ("Raumbezug", "Abgestimmte Sozialräume", "Statistikstelle und Sozialplanung", "Abgestimmte Karte"),
    ("Kleinräumige Analyse", "Kennzahlen, Karten, Gebietsprofile, Index", "Statistikstelle und Sozialplanung", "Freigabe der Daten"),
    ("Qualitative Vertiefung", "Quartiersgespräche, Interviews, Begehungen, Stärken-Schwächen-Analyse", "Quartiersmanagement und Träger", ""),
    ("Bestandserhebung", "Verzeichnis der Angebote mit Plätzen und Zielgruppen", "Fachplanung", ""),
    ("Bedarfsermittlung", "Bedarfe, Lücken, Prioritäten", "Arbeitsgruppen, Fachplanungskonferenz", "Prioritätenliste"),
    ("Maßnahmenplanung", "Handlungskonzept: Maßnahmen mit Ziel, Gebiet, Zuständigkeit, Mitteln, Zeitplan", "Steuerungsgruppe", "Beschluss mit Finanzierung"),
    ("Umsetzung", "Projekte, Leistungsvereinbarungen", "Fachämter und Träger", ""),
    ("Controlling und Wirkung", "Sachstände, Wirkungslogik, Auswertung", "Sozialplanung", "Jahresbericht"),
    ("Fortschreibung", "Aktualisierter Bericht, Gebiete neu gewählt", "Sozialplanung", "Rückkehr zu Analyse oder Zielen"),
)  # fmt: skip


@transaction.atomic
def start_cycle(municipality: Municipality, actor: User | None, data: Mapping[str, Any]) -> Cycle:
    """A new cycle with the phases of the template, to be adapted."""
    cycle = records.create(Cycle, municipality, actor, data)
    Phase.objects.bulk_create(
        Phase(cycle=cycle, position=number, title=title, output=output, lead=lead, gate=gate)
        for number, (title, output, lead, gate) in enumerate(TEMPLATE)
    )
    return cycle
