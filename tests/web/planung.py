"""One record of every kind in a municipality, with a word in each that must not be seen elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from sozialraum_web.accounts.models import Municipality
from sozialraum_web.monitoring.access import Place
from sozialraum_web.monitoring.models import Release
from sozialraum_web.organisations.models import Offer, Organisation
from sozialraum_web.planning.models import (
    Assumption,
    Criterion,
    Field,
    Funding,
    Goal,
    LogicStep,
    Measure,
    Milestone,
    Mission,
    Need,
    Score,
)
from sozialraum_web.planning.services import cycles, findings, goals, measures
from sozialraum_web.records import services as records
from sozialraum_web.records.areas import areas_of_keys

KINDS = ["befunde", "bedarfe", "ziele", "massnahmen", "zyklen", "leitbild", "handlungsfelder", "kriterien", "akteure", "angebote"]  # fmt: skip


def place_of(slug: str) -> Place:
    """The municipality with its newest shown release."""
    from sozialraum.products import catalogue

    town = Municipality.objects.get(slug=slug)
    release = Release.objects.filter(municipality=town, current=True).order_by("audience").first()
    assert release is not None
    release.municipality = town
    return Place(town, release, catalogue.load(release.folder))


def fill(slug: str, word: str, visibility: str = "intern") -> dict[str, Any]:
    """The whole chain, numbered 1 in every kind; `word` stands in every title."""
    place = place_of(slug)
    town = place.municipality
    seen = {"visibility": visibility}

    def make(model: Any, **data: Any) -> Any:
        return records.create(model, town, None, {**seen, **data})

    areas = areas_of_keys(place, ["bezirk:0102"])
    field = make(Field, title=f"{word} Feld")
    organisation = make(Organisation, title=f"{word} Amt")
    offer = make(Offer, title=f"{word} Angebot", organisation=organisation)
    criterion = make(Criterion, title=f"{word} Kriterium", weight=2)
    cycle = cycles.start_cycle(town, None, {**seen, "title": f"{word} Zyklus"})
    mission = make(Mission, title=f"{word} Leitbild", text="Text")
    kept = findings.evidence(place, "sgb2_quote", "bezirk:0102", "2022-12-31")
    finding = findings.record_finding(place, None, {**kept, "title": f"{word} Befund", "visibility": "intern" if place.release.audience == "intern" else visibility})  # fmt: skip
    need = make(Need, title=f"{word} Bedarf", field=field, areas=areas, findings=[finding], offers=[offer])
    Score.objects.create(need=need, criterion=criterion, points=3)
    goal = make(Goal, title=f"{word} Ziel: weniger Menschen im Leistungsbezug", needs=[need], field=field)
    goals.set_target(place, goal, None, "sgb2_quote", "bezirk:0102", 3.0, 2030)
    measure = make(Measure, title=f"{word} Maßnahme", goals=[goal], needs=[need], areas=areas, responsible=organisation, field=field, status="umsetzung", start=date(2024, 1, 1))  # fmt: skip
    Milestone.objects.create(measure=measure, title=f"{word} Meilenstein", due=date(2025, 1, 1))
    Funding.objects.create(measure=measure, year=2025, amount=1000, department=organisation)
    LogicStep.objects.create(measure=measure, step=1, title=f"{word} Karte", aim=10, actual=5)
    Assumption.objects.create(measure=measure, step=4, text=f"{word} Annahme")
    measures.report_status(measure, None, date(2025, 2, 1), f"{word} Sachstand", date(2025, 2, 1))
    return {
        "field": field, "organisation": organisation, "offer": offer, "criterion": criterion, "cycle": cycle,
        "mission": mission, "finding": finding, "need": need, "goal": goal, "measure": measure, "place": place,
    }  # fmt: skip
