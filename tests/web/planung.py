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


def meet(
    made: dict[str, Any], word: str, visibility: str = "intern", start: Any = None, user: Any = None
) -> dict[str, Any]:
    """A body that has met over the chain of `fill`, with a paper, a decision and a task."""
    from datetime import timedelta

    from django.utils import timezone

    from sozialraum_web.bodies.models import AgendaItem, Attendance, Member, Paper, Station
    from sozialraum_web.bodies.services import decisions, meetings
    from sozialraum_web.exchange import services as exchange
    from sozialraum_web.exchange.models import Comment

    town, seen = made["place"].municipality, {"visibility": visibility}
    body = meetings.found_body(town, None, {**seen, "title": f"{word} Gremium", "kind": "steuerung"})
    member = Member.objects.create(body=body, name=f"{word} Mitglied", role="vorsitz", user=user)
    begin = start or timezone.now() - timedelta(days=2)
    meeting = meetings.plan_meeting(
        town, None, {**seen, "body": body, "start": begin, "title": f"{word} Sitzung"}
    )
    item = AgendaItem.objects.filter(meeting=meeting).order_by("position")[2]
    item.record = f"{word} Protokoll"
    item.save()
    Attendance.objects.create(meeting=meeting, member=member, state="anwesend")
    paper = records.create(Paper, town, None, {**seen, "title": f"{word} Vorlage", "label": "1/26"})
    Station.objects.create(paper=paper, body=body, task="entscheidung")
    decision = None
    if begin <= timezone.now():
        task = {"title": f"{word} Aufgabe", "user": user, "due": date(2026, 1, 1)}
        decision = decisions.decide(
            meeting, item, None, decisions.Draft(f"{word} Beschluss", label="SG 1", tasks=[task])
        )
    Comment.objects.create(
        municipality=town, kind="gremien", number=body.number, author=user, text=f"{word} Kommentar"
    )
    return {"body": body, "member": member, "meeting": meeting, "item": item, "paper": paper, "decision": decision, "exchange": exchange}  # fmt: skip
