"""The kinds of analyses: how each is called, what it is not for, where it is explained (Analysearten)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sozialraum.analyses import definition, effects, places, series, survey
from sozialraum.analyses.data import Data
from sozialraum.analyses.definition import Analysis
from sozialraum.analyses.outcome import Outcome
from sozialraum.catalogue.loader import in_german
from sozialraum.catalogue.model import Record
from sozialraum.errors import Finding, SozialraumError


@dataclass(frozen=True)
class AnalysisKind:
    """One kind: its name for readers, the question it answers, when not to use it, its handbook page and its function."""

    label: str
    question: str
    not_for: str
    page: str
    parameters: type[Record]
    run: Callable[[Data, Any], Outcome]


def kind_of(analysis: Analysis) -> AnalysisKind:
    """The kind of an analysis; raises SozialraumError."""
    if analysis.kind not in KINDS:
        raise SozialraumError(
            Finding(
                f"[{analysis.id}] Die Art „{analysis.kind}“ gibt es nicht.",
                f"Möglich sind: {', '.join(sorted(KINDS))}.",
                file="analysen/",
            )
        )
    return KINDS[analysis.kind]


def parameters_of(analysis: Analysis) -> Record:
    """Checked parameters of an analysis; raises SozialraumError with every finding."""
    try:
        return kind_of(analysis).parameters.model_validate(analysis.parameters)
    except ValidationError as error:
        raise SozialraumError(
            [
                Finding(
                    f"[{analysis.id}.parameters] {sentence}",
                    "Siehe docs/anleitungen/analysen.md.",
                    file="analysen/",
                )
                for sentence in in_german(error)
            ]
        ) from error


KINDS: dict[str, AnalysisKind] = {
    "trend": AnalysisKind(
        "Entwicklung",
        "Steigt oder sinkt eine Kennzahl in den Gebieten?",
        "Nicht für zwei Zeitpunkte, nicht über einen Wechsel der Zählweise hinweg und nicht als Vorhersage.",
        "entwicklung.md",
        definition.Series,
        series.trend,
    ),
    "moran": AnalysisKind(
        "Räumliches Muster",
        "Liegen ähnliche Werte beieinander?",
        "Nicht, um einzelne Gebiete zu benennen, und nicht bei Raten aus sehr kleinen Zahlen ohne rates = true.",
        "moran.md",
        definition.Pattern,
        places.moran,
    ),
    "hot_spots": AnalysisKind(
        "Häufungen",
        "Wo liegen hohe oder niedrige Werte auffällig beieinander?",
        "Nicht als Rangliste, nicht als Urteil über Gebiete, und nicht bei weniger als etwa 30 Gebieten.",
        "haeufungen.md",
        definition.HotSpots,
        places.hot_spots,
    ),
    "segregation": AnalysisKind(
        "Segregation",
        "Wie ungleich verteilt sich eine Gruppe über die Gebiete?",
        "Nicht als Wertung des Zusammenlebens, und nicht zum Vergleich von Städten mit anders großen Gebieten.",
        "segregation.md",
        definition.Segregated,
        places.segregated,
    ),
    "typology": AnalysisKind(
        "Gebietstypen",
        "Welche Gebiete ähneln sich in mehreren Kennzahlen?",
        "Nicht, wenn Typen beim Neuziehen zerfallen (Stabilität unter 0,6), und nicht zur Verteilung von Geld nach Typ allein.",
        "gebietstypen.md",
        definition.Types,
        places.types,
    ),
    "similar_areas": AnalysisKind(
        "Ähnliche Gebiete",
        "Welche Gebiete sind in ähnlicher Lage, und worin?",
        "Nicht als Beweis, dass dort Gleiches wirkt, und nicht mit Kennzahlen, die zur Frage nicht gehören.",
        "aehnliche-gebiete.md",
        definition.Likeness,
        places.similar_areas,
    ),
    "smoothing": AnalysisKind(
        "Glättung",
        "Welche Unterschiede bleiben, wenn der Zufall kleiner Zahlen abgezogen ist?",
        "Nicht, um ein einzelnes Gebiet zu beschreiben, und nicht, um einen echten Ausreißer zu finden.",
        "glaettung.md",
        definition.Smooth,
        series.smoothing,
    ),
    "inequality": AnalysisKind(
        "Ungleichheit zwischen Gebieten",
        "Wie weit liegen stark und wenig belastete Teile der Bevölkerung auseinander?",
        "Nicht als Aussage über einzelne Menschen: Es werden Gebiete verglichen, nicht Personen.",
        "steigungsindex.md",
        definition.Slope,
        series.inequality,
    ),
    "development": AnalysisKind(
        "Beobachtete Entwicklung",
        "Hat sich der Wert in Gebieten mit einer Maßnahme anders entwickelt als anderswo?",
        "Nicht als Beweis einer Wirkung, und nicht, wenn das Gebiet gewählt wurde, weil es gerade ungewöhnlich schlecht dastand.",
        "differenz-der-differenzen.md",
        definition.Start,
        effects.development,
    ),
    "synthetic_control": AnalysisKind(
        "Synthetische Vergleichsgruppe",
        "Wo stünde ein Gebiet, wenn es einer Mischung ähnlicher Gebiete weiter gefolgt wäre?",
        "Nicht bei weniger als etwa zehn Zeiträumen davor, und nicht mit weniger als zwanzig Gebieten für einen Vertrauensbereich.",
        "synthetische-vergleichsgruppe.md",
        definition.Control,
        effects.synthetic_control,
    ),
    "funnel": AnalysisKind(
        "Trichter",
        "Welche Gebiete liegen weiter vom gemeinsamen Wert entfernt, als es der Zufall bei ihrer Größe erklärt?",
        "Nicht für soziale Lagen, die sich ohnehin unterscheiden, und nicht als Rangliste.",
        "trichter.md",
        definition.Funnel,
        effects.funnel,
    ),
    "poverty": AnalysisKind(
        "Armut und Ungleichheit",
        "Wie viele Menschen sind armutsgefährdet, und wie ungleich sind Einkommen?",
        "Nicht je Gebiet, wenn dort nur wenige Haushalte befragt sind: dafür gibt es small_areas.",
        "armut-und-ungleichheit.md",
        definition.Survey,
        survey.poverty,
    ),
    "small_areas": AnalysisKind(
        "Armutsgefährdung je Gebiet",
        "Wie hoch ist die Armutsgefährdungsquote in Gebieten mit wenigen oder keinen Befragten?",
        "Nicht als gezählte Zahl, nicht für Ansprüche einzelner Menschen und nicht für Besonderheiten, die kein Register kennt.",
        "fay-herriot.md",
        definition.SmallAreas,
        survey.small_areas,
    ),
}
