"""Deciding in a meeting, and what follows at once: needs adopted, goals and measures resolved, tasks given (Beschlüsse)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sozialraum import errors
from sozialraum.errors import SozialraumError
from sozialraum_web.accounts.models import User
from sozialraum_web.bodies.models import AgendaItem, Decision, Meeting, Paper, Station, Task
from sozialraum_web.bodies.services.meetings import serving
from sozialraum_web.bodies.services.tasks import give
from sozialraum_web.planning.models import Goal, Measure, Need
from sozialraum_web.planning.services.findings import decide_need
from sozialraum_web.planning.services.goals import resolve
from sozialraum_web.records import services as records


@dataclass(frozen=True)
class Draft:
    """What is to be put on record as decided."""

    text: str
    result: str = Decision.Result.ADOPTED
    label: str = ""
    yes: int | None = None
    no: int | None = None
    abstained: int | None = None
    needs: Sequence[Need] = ()
    goals: Sequence[Goal] = ()
    measures: Sequence[Measure] = ()
    new_measure: str = ""
    tasks: Sequence[dict[str, Any]] = field(default=())


@transaction.atomic
def decide(meeting: Meeting, item: AgendaItem | None, actor: User | None, draft: Draft) -> Decision:
    """Put a decision on record; an adopted one adopts its needs, resolves its goals and measures and gives its tasks.

    Raises SozialraumError with everything that stands against it; then nothing is written.
    """
    meeting = Meeting.objects.select_for_update().select_related("body", "municipality").get(pk=meeting.pk)
    found = [*_against(meeting, draft)]
    if found:
        raise SozialraumError(found)
    decision = records.create(
        Decision,
        meeting.municipality,
        actor,
        {
            "meeting": meeting, "item": item, "text": draft.text.strip(), "result": draft.result, "label": draft.label.strip(),
            "yes": draft.yes, "no": draft.no, "abstained": draft.abstained, "visibility": meeting.visibility,
            "needs": list(draft.needs), "goals": list(draft.goals), "measures": list(draft.measures),
        },
    )  # fmt: skip
    if draft.result == Decision.Result.ADOPTED:
        _follow(decision, meeting, actor, draft)
    for data in draft.tasks:
        give(meeting.municipality, actor, {**data, "decision": decision, "item": item, "body": meeting.body})
    return decision


def _against(meeting: Meeting, draft: Draft) -> Iterable[errors.Finding]:
    if not draft.text.strip():
        yield errors.Finding(_("Der Wortlaut des Beschlusses fehlt."))
    if meeting.state in (Meeting.State.APPROVED, Meeting.State.CANCELLED):
        yield errors.Finding(_("In dieser Sitzung lässt sich nichts mehr beschließen: %s.") % meeting.get_state_display())  # fmt: skip
    if meeting.day > date.today():  # noqa: DTZ011 - a day, not a moment
        yield errors.Finding(_("Die Sitzung hat noch nicht stattgefunden."))
    there = sum(1 for row in meeting.attendance.select_related("member") if row.there and row.member.votes)
    if draft.result in (Decision.Result.ADOPTED, Decision.Result.REJECTED):
        quorum = meeting.body.quorum
        if quorum is not None and there < quorum:
            yield errors.Finding(
                _(
                    "Das Gremium ist nicht beschlussfähig: %(there)s von mindestens %(quorum)s Stimmen sind da."
                )
                % {"there": there, "quorum": quorum},
                _("Tragen Sie die Anwesenheit ein, oder vertagen Sie den Punkt."),
            )
        votes = [draft.yes, draft.no, draft.abstained]
        if any(vote is not None for vote in votes) and there and sum(vote or 0 for vote in votes) > there:
            yield errors.Finding(_("Es sind mehr Stimmen gezählt, als stimmberechtigte Mitglieder da sind (%s).") % there)  # fmt: skip
        if draft.result == Decision.Result.ADOPTED and draft.yes is not None and draft.no is not None and draft.yes <= draft.no:  # fmt: skip
            yield errors.Finding(_("Mit diesen Stimmen ist der Antrag nicht angenommen."))


def _follow(decision: Decision, meeting: Meeting, actor: User | None, draft: Draft) -> None:
    day, body, name = meeting.day, meeting.body.title, decision.name
    for need in draft.needs:
        if need.state != Need.State.ADOPTED:
            decide_need(need, actor, Need.State.ADOPTED, day, body, decision.text[:500], name)
    resolved: list[Goal | Measure] = [*draft.goals, *draft.measures]
    for record in resolved:
        resolve(record, actor, name, day, body)
    if draft.new_measure.strip():
        areas = {area.pk: area for need in draft.needs for area in need.areas.all()}
        made = records.create(
            Measure,
            meeting.municipality,
            actor,
            {
                "title": draft.new_measure.strip()[:300], "status": Measure.Status.ADOPTED, "needs": list(draft.needs),
                "goals": list(draft.goals), "areas": list(areas.values()), "resolution": name, "resolved": day, "resolved_by": body,
            },
            note=_("Beschluss %s") % name,
        )  # fmt: skip
        decision.measures.add(made)


# -- papers -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_station(station: Station, actor: User | None, result: str, day: date, note: str = "") -> None:
    """Put on record how a paper went in a body; the decision of the last station resolves its goals and measures."""
    if day > date.today():  # noqa: DTZ011
        raise SozialraumError(errors.Finding(_("Das Datum liegt in der Zukunft.")))
    earlier = station.paper.stations.filter(position__lt=station.position, result=Station.Result.OPEN)
    if result == Station.Result.ADOPTED and earlier.exists():
        raise SozialraumError(
            errors.Finding(
                _("Vor dieser Station steht noch ein Ergebnis aus: %s.")
                % ", ".join(str(row.body) for row in earlier),
                _("Tragen Sie die Ergebnisse in der Reihenfolge der Beratung ein."),
            )
        )
    station.result, station.day, station.note = result, day, note
    station.save()
    paper: Paper = station.paper
    records.remark(paper, actor, f"{station}")
    decided = (Station.Result.ADOPTED, Station.Result.CHANGED)
    if station.task == Station.Task.DECISION and result in decided:
        name = paper.label or f"Vorlage {paper.number}"
        for need in paper.needs.filter(removed=None, state=Need.State.CONFIRMED):
            decide_need(need, actor, Need.State.ADOPTED, day, station.body.title, paper.title, name)
        decided_on: list[Goal | Measure] = [
            *paper.goals.filter(removed=None),
            *paper.measures.filter(removed=None),
        ]
        for record in decided_on:
            resolve(record, actor, name, day, station.body.title)


def voters(meeting: Meeting) -> tuple[int, int]:
    """Votes in the room and votes of the body."""
    there = sum(1 for row in meeting.attendance.select_related("member") if row.there and row.member.votes)
    full = sum(1 for row in serving(meeting.body, meeting.day) if row.votes and row.role != "vertretung")
    return there, full


def open_tasks(meeting: Meeting) -> list[Task]:
    """Tasks of earlier meetings of the body that are still open."""
    return list(
        Task.objects.filter(body=meeting.body, removed=None, state=Task.State.OPEN).select_related(
            "user", "organisation"
        )
    )
