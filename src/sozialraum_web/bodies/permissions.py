"""Who may read and do what with bodies, meetings, papers and tasks (Rechte der Gremien).

Staff read everything inside the administration; members of a body read and answer what concerns their body, whatever
role they hold; the public and the council read what was opened to them.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Q, QuerySet

from sozialraum_web.bodies.models import Attendance, Body, Decision, Meeting, Member, Paper, Task
from sozialraum_web.planning import permissions as planning
from sozialraum_web.planning.permissions import Reader
from sozialraum_web.records.models import Record

R = TypeVar("R", bound=Record)

# the way from a record to the members of its body
_MEMBERS = {Body: "members__user", Meeting: "body__members__user", Decision: "meeting__body__members__user", Paper: "stations__body__members__user"}  # fmt: skip


def visible(rows: QuerySet[R], reader: Reader) -> QuerySet[R]:
    """The records of the reader's municipality this reader may see: as in planning, and those of the own bodies."""
    if planning.can_read_all(reader) or reader.user is None:
        return planning.visible(rows, reader)
    own = rows.filter(municipality=reader.municipality, removed=None)
    seen = Q(pk__in=planning.visible(rows, reader).values("pk"))
    if (way := _MEMBERS.get(rows.model)) is not None:
        seen |= Q(pk__in=rows.model._default_manager.filter(**{way: reader.user}).values("pk"))
    if rows.model is Task:
        seen |= Q(user=reader.user) | Q(organisation__in=reader.organisations)
    return own.filter(seen)


def can_found(reader: Reader) -> bool:
    """Set up a body, its members and rules: social planning."""
    return planning.can_steer(reader)


def can_run(reader: Reader, body: Body) -> bool:
    """Prepare meetings, invite, write minutes: planners, and whoever chairs the body or runs its office."""
    if body.removed is not None:
        return False
    if planning.can_plan(reader):
        return True
    leading = (Member.Role.CHAIR, Member.Role.VICE, Member.Role.OFFICE)
    return reader.user is not None and body.members.filter(user=reader.user, role__in=leading).exists()


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
    """Say whether one comes: the person itself, and who runs the body."""
    own = reader.user is not None and attendance.member.user_id == reader.user.pk
    return own or can_edit_meeting(reader, attendance.meeting)


def can_edit_paper(reader: Reader, paper: Paper) -> bool:
    """Planners."""
    return planning.can_plan(reader) and paper.removed is None


def can_edit_decision(reader: Reader, decision: Decision) -> bool:
    """Who runs the body, until the minutes are approved; afterwards a decision stands as it is."""
    return can_edit_meeting(reader, decision.meeting)


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
