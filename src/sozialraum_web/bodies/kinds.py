"""The kinds of records and parts this room brings to planning's pages (Arten von Einträgen)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from sozialraum_web.bodies import forms, permissions
from sozialraum_web.bodies.models import AgendaItem, Body, Meeting, Member, Paper, Station, Task
from sozialraum_web.bodies.services import meetings, tasks
from sozialraum_web.planning import permissions as planning
from sozialraum_web.planning.frame import Desk
from sozialraum_web.planning.kinds import Kind, Part, add_kinds
from sozialraum_web.planning.permissions import Reader
from sozialraum_web.records import services as records
from sozialraum_web.records.models import Record


def _new_body(here: Desk, data: Mapping[str, Any]) -> Record:
    return meetings.found_body(here.place.municipality, here.reader.user, data)


def _alter_body(body: Body, actor: Any, data: Mapping[str, Any], version: int | None, **options: Any) -> records.Written:  # fmt: skip
    meetings.check_parent(body, data.get("parent"))
    return records.change(body, actor, data, version, **options)


def _new_meeting(here: Desk, data: Mapping[str, Any]) -> Record:
    plain = {name: value for name, value in data.items() if name not in ("every", "number_of")}
    town, actor = here.place.municipality, here.reader.user
    if data.get("every"):
        return meetings.plan_series(town, actor, plain, data["every"], data["number_of"])[0]
    return meetings.plan_meeting(town, actor, plain)


def _new_task(here: Desk, data: Mapping[str, Any]) -> Record:
    return tasks.give(here.place.municipality, here.reader.user, data)


def _runs_any(reader: Reader) -> bool:
    return planning.can_plan(reader) or permissions.leads_any(reader)


def register() -> None:
    """Bring the kinds and parts of this room."""
    seen = permissions.visible
    add_kinds(
        (
            Kind(Body, forms.BodyForm, "gremien", _("Gremium anlegen"), _("Wer kommt mit welchem Auftrag zusammen?"), permissions.can_found, permissions.can_edit_body, make=_new_body, alter=_alter_body, visible=seen),
            Kind(Meeting, forms.MeetingForm, "gremien", _("Sitzung planen"), _("Wann und wo kommt das Gremium zusammen?"), _runs_any, permissions.can_edit_meeting, make=_new_meeting, alter=meetings.change_meeting, visible=seen),
            Kind(Paper, forms.PaperForm, "gremien", _("Vorlage anlegen"), _("Was sollen Rat oder Ausschüsse beschließen?"), planning.can_plan, permissions.can_edit_paper, visible=seen),
            Kind(Task, forms.TaskForm, "aufgaben", _("Aufgabe anlegen"), _("Wer tut was bis wann?"), permissions.can_give_tasks, permissions.can_edit_task, make=_new_task, alter=tasks.change_task, visible=seen),
        ),
        (
            Part("mitglieder", "gremien", Member, "body", forms.MemberForm, _("Mitglied ergänzen")),
            Part("tagesordnung", "sitzungen", AgendaItem, "meeting", forms.AgendaForm, _("Punkt ergänzen")),
            Part("stationen", "vorlagen", Station, "paper", forms.StationForm, _("Station ergänzen")),
        ),
    )  # fmt: skip
