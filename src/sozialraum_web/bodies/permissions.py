"""Who may read and do what with bodies, meetings, papers and tasks (Rechte der Gremien).

Staff read everything inside the administration; members of a body read and answer what concerns their body, whatever
role they hold; the public and the council read what was opened to them.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from sozialraum_web.bodies.models import Attendance, Body, Decision, Meeting, Member, Paper, Task
from sozialraum_web.planning import permissions as planning
from sozialraum_web.planning.permissions import Reader
from sozialraum_web.records.models import Record

R = TypeVar("R", bound=Record)

# the way from a record to its body
_BODY = {Body: "pk", Meeting: "body", Decision: "meeting__body", Paper: "stations__body"}
LEADING = (Member.Role.CHAIR, Member.Role.VICE, Member.Role.OFFICE)


def visible(rows: QuerySet[R], reader: Reader) -> QuerySet[R]:
    """The records of the reader's municipality this reader may see: as in planning, and those of the own bodies."""
    if planning.can_read_all(reader) or reader.user is None:
        return planning.visible(rows, reader)
    own = rows.filter(municipality=reader.municipality, removed=None)
    seen = Q(pk__in=planning.visible(rows, reader).values("pk"))
    if (way := _BODY.get(rows.model)) is not None:
        bodies = serving(reader).values("body")
        seen |= Q(pk__in=rows.model._default_manager.filter(**{f"{way}__in": bodies}).values("pk"))
    if rows.model is Task:
        seen |= Q(user=reader.user) | Q(organisation__in=reader.organisations)
    return own.filter(seen)


def serving(reader: Reader) -> QuerySet[Member]:
    """The seats this person holds today in bodies of the municipality; a term that ended gives no right."""
    here = Member.objects.filter(body__municipality=reader.municipality, body__removed=None, user=reader.user)
    return here.on(timezone.localdate()) if reader.user is not None else here.none()


def leads_any(reader: Reader) -> bool:
    """Whether the person chairs some body or runs its office."""
    return serving(reader).filter(role__in=LEADING).exists()


def can_found(reader: Reader) -> bool:
    """Set up a body, its members and rules: social planning."""
    return planning.can_steer(reader)


def can_run(reader: Reader, body: Body) -> bool:
    """Prepare meetings, invite, write minutes: planners, and whoever chairs the body or runs its office."""
    if body.removed is not None:
        return False
    if planning.can_plan(reader):
        return True
    return serving(reader).filter(body=body, role__in=LEADING).exists()


def can_edit_body(reader: Reader, body: Body) -> bool:
    """Name, mandate, members, rules."""
    return can_found(reader) and body.removed is None


def can_edit_meeting(reader: Reader, meeting: Meeting) -> bool:
    """Date, place, agenda, minutes: until the minutes are approved."""
    closed = (Meeting.State.APPROVED, Meeting.State.CANCELLED)
    return meeting.removed is None and meeting.state not in closed and can_run(reader, meeting.body)


def can_read_minutes(reader: Reader, meeting: Meeting) -> bool:
    """What was said: for those inside at once, for others once it is approved."""
    return reader.user is not None or meeting.state == Meeting.State.APPROVED


def can_approve(reader: Reader, meeting: Meeting) -> bool:
    """Approve the minutes: who runs the body, once it has met."""
    return meeting.state == Meeting.State.HELD and can_run(reader, meeting.body)


def can_answer(reader: Reader, attendance: Attendance) -> bool:
    """Say whether one comes: the person itself until the meeting begins; who runs the body until the minutes are approved."""
    meeting = attendance.meeting
    own = reader.user is not None and attendance.member.user_id == reader.user.pk
    before = (
        meeting.state in (Meeting.State.PLANNED, Meeting.State.INVITED) and meeting.start > timezone.now()
    )
    return (own and before) or can_edit_meeting(reader, meeting)


def can_edit_paper(reader: Reader, paper: Paper) -> bool:
    """Planners."""
    return planning.can_plan(reader) and paper.removed is None


def can_give_tasks(reader: Reader) -> bool:
    """Planners."""
    return planning.can_plan(reader)


def can_do(reader: Reader, task: Task) -> bool:
    """Report a task as done or take that back: who has it, whose organisation has it, who runs the body, planners."""
    if task.removed is not None or reader.user is None:
        return False
    if planning.can_plan(reader) or task.user_id == reader.user.pk:
        return True
    carried = task.organisation_id is not None and task.organisation_id in reader.organisations
    return carried or (task.body is not None and can_run(reader, task.body))


def can_edit_task(reader: Reader, task: Task) -> bool:
    """Wording, date and person: planners and who runs the body of the task."""
    if task.removed is not None:
        return False
    return planning.can_plan(reader) or (task.body is not None and can_run(reader, task.body))


def can_comment(reader: Reader) -> bool:
    """Say something about a record one may read: everybody who holds a role here."""
    return reader.user is not None
