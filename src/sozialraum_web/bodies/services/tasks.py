"""Giving tasks, reporting them done, reminding of them (Aufgaben, Erinnerungen)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from sozialraum import errors
from sozialraum.errors import SozialraumError
from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.bodies.models import Meeting, Member, Task
from sozialraum_web.exchange.models import Notice
from sozialraum_web.exchange.services import notify
from sozialraum_web.records import services as records

SOON: Final = timedelta(days=3)


def give(municipality: Municipality, actor: User | None, data: Mapping[str, Any]) -> Task:
    """Give a task; whoever has it is told."""
    user = data.get("user")
    task = records.create(
        Task, municipality, actor, {**data, "named": data.get("named") or (str(user) if user else "")}
    )
    _tell(task, f"aufgabe:{task.pk}:{task.user_id or ''}", Notice.Kind.TASK, _("Neue Aufgabe: %s") % task.title, actor)  # fmt: skip
    return task


def change_task(
    task: Task, actor: User | None, data: Mapping[str, Any], version: int | None, **options: Any
) -> records.Written:
    """Change a task; a new person or organisation is told."""
    if data.get("user") and data.get("user") != task.user:
        data = {**data, "named": str(data["user"])}
    written = records.change(task, actor, data, version, **options)
    now: Task = written.record
    if (now.user_id, now.organisation_id) != (task.user_id, task.organisation_id):
        _tell(now, f"aufgabe:{now.pk}:{now.user_id or ''}:{now.organisation_id or ''}", Notice.Kind.TASK, _("Neue Aufgabe: %s") % now.title, actor)  # fmt: skip
    return written


def finish(task: Task, actor: User | None, day: date, state: str = Task.State.DONE) -> records.Written:
    """Report a task as done, as dropped, or as open again; the same report twice changes nothing."""
    if state not in Task.State.values:
        raise SozialraumError(errors.Finding(_("Diesen Stand gibt es nicht.")))
    finished = None if state == Task.State.OPEN else day
    if task.state == state:
        return records.Written(task, None)
    return records.change(task, actor, {"state": state, "finished": finished})


def people_of(task: Task) -> list[User]:
    """Who is told about a task: the person, else those who act for the organisation."""
    if task.user is not None:
        return [task.user]
    return list(task.organisation.people.filter(is_active=True)) if task.organisation is not None else []


def _tell(task: Task, key: str, kind: str, subject: str, actor: User | None = None) -> int:
    text = "\n".join(
        part for part in (_("bis %s") % f"{task.due:%d.%m.%Y}" if task.due else "", task.text[:500]) if part
    )
    return sum(
        bool(
            notify(
                task.municipality, person, kind, f"{key}:{person.pk}", subject, text, task.address, task.pk
            )
        )
        for person in people_of(task)
        if actor is None or person.pk != actor.pk
    )


def remind(today: date) -> int:
    """Remind everybody of tasks that are due within three days, today, or late (once a week); returns new notices."""
    told = 0
    rows = Task.objects.filter(removed=None, state=Task.State.OPEN, due__lte=today + SOON)
    for task in rows.select_related("user", "organisation", "municipality"):
        assert task.due is not None
        days = (task.due - today).days
        if days < 0:
            stage = f"spaet{-days // 7}"
            subject = _("Überfällig seit %(day)s: %(task)s") % {
                "day": f"{task.due:%d.%m.%Y}",
                "task": task.title,
            }
        else:
            stage = "heute" if days == 0 else "bald"
            subject = _("Fällig am %(day)s: %(task)s") % {"day": f"{task.due:%d.%m.%Y}", "task": task.title}
        told += _tell(task, f"frist:{task.pk}:{task.due}:{stage}", Notice.Kind.REMINDER, subject)
    return told + remind_offices(today)


def remind_offices(today: date) -> int:
    """Remind who runs a body of invitations that must go out now and of minutes that are still open."""
    told = 0
    coming = Meeting.objects.filter(removed=None, state=Meeting.State.PLANNED).select_related(
        "body", "municipality"
    )
    for meeting in coming:
        left = (meeting.day - today).days
        if 0 <= left <= meeting.body.notice_days + SOON.days:
            last = meeting.day - timedelta(days=meeting.body.notice_days)
            told += _tell_office(meeting, f"einladen:{meeting.pk}:{meeting.day}", _("Einladung bis %(day)s: %(meeting)s") % {"day": f"{last:%d.%m.%Y}", "meeting": meeting})  # fmt: skip
    for meeting in Meeting.objects.filter(removed=None, state__in=(Meeting.State.HELD, Meeting.State.INVITED)).select_related("body", "municipality"):  # fmt: skip
        if (today - meeting.day).days >= 10:
            told += _tell_office(
                meeting, f"protokoll-offen:{meeting.pk}", _("Protokoll noch offen: %s") % meeting
            )
    return told


def _tell_office(meeting: Meeting, key: str, subject: str) -> int:
    roles = (Member.Role.OFFICE, Member.Role.CHAIR)
    people: Iterable[Member] = (
        meeting.body.members.filter(role__in=roles).exclude(user=None).select_related("user")
    )
    return sum(
        bool(notify(meeting.municipality, row.user, Notice.Kind.REMINDER, f"{key}:{row.user_id}", subject, "", meeting.address))
        for row in people
        if row.user is not None and row.serves(meeting.day)
    )  # fmt: skip
