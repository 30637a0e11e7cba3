"""Planning meetings, inviting, attending, writing and approving minutes (Sitzungen)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sozialraum import errors
from sozialraum.errors import SozialraumError
from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.bodies.models import AgendaItem, Attendance, Body, Meeting, Member
from sozialraum_web.bodies.services.templates import RULES, agenda_for
from sozialraum_web.exchange.models import Notice
from sozialraum_web.exchange.services import notify
from sozialraum_web.records import services as records

EVERY = {"woche": _("jede Woche"), "zwei": _("alle zwei Wochen"), "monat": _("jeden Monat"), "quartal": _("jedes Vierteljahr"), "halbjahr": _("jedes Halbjahr")}  # fmt: skip
_MONTHS = {"monat": 1, "quartal": 3, "halbjahr": 6}
MOST_IN_SERIES = 26


def _stop(message: str, remedy: str = "") -> SozialraumError:
    return SozialraumError(errors.Finding(message, remedy))


# -- bodies -------------------------------------------------------------------------------------------------------------


def found_body(municipality: Municipality, actor: User | None, data: Mapping[str, Any]) -> Body:
    """Set up a body; without rules of procedure it starts from the template."""
    check_parent(None, data.get("parent"))
    return records.create(Body, municipality, actor, {**data, "rules": data.get("rules") or RULES})


def check_parent(body: Body | None, parent: Body | None) -> None:
    """A body never reports to itself, however long the way; raises SozialraumError."""
    walk = parent
    while walk is not None:
        if body is not None and walk.pk == body.pk:
            raise _stop(
                _("„%(body)s“ würde an sich selbst berichten.") % {"body": body.title},
                _("Wählen Sie ein anderes Gremium unter „berichtet an“."),
            )
        walk = walk.parent


def serving(body: Body, day: date) -> list[Member]:
    """Members whose term covers a day, chair first."""
    order = list(Member.Role.values)
    rows = [row for row in body.members.select_related("user", "organisation") if row.serves(day)]
    return sorted(rows, key=lambda row: (order.index(row.role), row.pk))


# -- meetings -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_meeting(municipality: Municipality, actor: User | None, data: Mapping[str, Any]) -> Meeting:
    """A meeting with the usual agenda of its kind of body."""
    meeting = records.create(Meeting, municipality, actor, data)
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=number, title=title, kind=kind, minutes=minutes)
        for number, (title, kind, minutes) in enumerate(agenda_for(meeting.body.kind), 1)
    )
    return meeting


def wall_times(first: datetime, every: str, number: int) -> list[datetime]:
    """Moments of a series at the same time on the clock of the town, also over a change of clocks.

    `first` is aware. A day the month lacks becomes its last day. Raises ValueError for an unknown rhythm.
    """
    if every not in EVERY:
        raise ValueError(f"unknown rhythm {every!r}")
    local = timezone.localtime(first)
    days = [_later(local.date(), every, step) for step in range(number)]
    return [_on_clock(day, local.time().replace(tzinfo=None)) for day in days]


def _later(day: date, every: str, step: int) -> date:
    if every in ("woche", "zwei"):
        return day + timedelta(weeks=step * (2 if every == "zwei" else 1))
    months = day.year * 12 + day.month - 1 + step * _MONTHS[every]
    year, month = divmod(months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def _on_clock(day: date, clock: time) -> datetime:
    """A moment on the clock of the town; a time the clock skips is told as the hour after."""
    moment = datetime.combine(day, clock, tzinfo=timezone.get_current_timezone())
    return moment.astimezone(timezone.get_fixed_timezone(0)).astimezone(timezone.get_current_timezone())


@transaction.atomic
def plan_series(
    municipality: Municipality, actor: User | None, data: Mapping[str, Any], every: str, number: int
) -> list[Meeting]:
    """Several meetings of one body at the same time on the clock."""
    if not 2 <= number <= MOST_IN_SERIES:
        raise _stop(_("Eine Reihe hat zwei bis %s Sitzungen.") % MOST_IN_SERIES)
    series = secrets.token_hex(8)
    return [
        plan_meeting(municipality, actor, {**data, "start": start, "series": series})
        for start in wall_times(data["start"], every, number)
    ]


@transaction.atomic
def change_meeting(
    meeting: Meeting, actor: User | None, data: Mapping[str, Any], version: int | None, **options: Any
) -> records.Written:
    """Change a meeting; who was invited is told a new date or place."""
    before = (meeting.start, meeting.place, meeting.link)
    written = records.change(meeting, actor, data, version, **options)
    now: Meeting = written.record
    if meeting.state == Meeting.State.INVITED and (now.start, now.place, now.link) != before:
        _tell(now, actor, "verlegt", _("Verlegt: %s") % now, when_and_where(now))
        now.attendance.update(state=Attendance.State.OPEN, deputy="")
    return written


def when_and_where(meeting: Meeting) -> str:
    """Date, time and place in words."""
    where = ", ".join(part for part in (meeting.place, meeting.link) if part)
    return f"{meeting.local:%d.%m.%Y, %H:%M} {_('Uhr')}" + (f", {where}" if where else "")


def agenda_text(meeting: Meeting) -> str:
    """The agenda in lines."""
    return "\n".join(f"{number}. {item.title}" for number, item in enumerate(meeting.items.all(), 1))


@transaction.atomic
def invite(meeting: Meeting, actor: User | None, now: datetime, short: bool = False) -> int:
    """Invite the members of the body; `short` accepts less time than the rules want. Returns how many get a mail.

    Raises SozialraumError with everything that stands against it.
    """
    current = Meeting.objects.select_for_update().get(pk=meeting.pk)
    members = serving(current.body, current.day)
    found = []
    if current.state not in (Meeting.State.PLANNED, Meeting.State.INVITED):
        found.append(errors.Finding(_("Zu dieser Sitzung wird nicht mehr eingeladen: %s.") % current.get_state_display()))  # fmt: skip
    if current.start <= now:
        found.append(errors.Finding(_("Die Sitzung hat schon begonnen."), _("Ändern Sie das Datum.")))
    if not current.items.exists():
        found.append(
            errors.Finding(_("Die Tagesordnung ist leer."), _("Ergänzen Sie mindestens einen Punkt."))
        )
    if not members:
        found.append(errors.Finding(_("Das Gremium hat an diesem Tag keine Mitglieder."), _("Tragen Sie Mitglieder ein.")))  # fmt: skip
    days = (current.day - timezone.localtime(now).date()).days
    if not found and days < current.body.notice_days and not short:
        found.append(
            errors.Finding(
                _("Bis zur Sitzung sind es %(days)s Tage; die Geschäftsordnung verlangt %(notice)s.")
                % {"days": days, "notice": current.body.notice_days},
                _("Verlegen Sie die Sitzung, oder bestätigen Sie die kurze Frist."),
            )
        )
    if found:
        raise SozialraumError(found)
    for member in members:
        Attendance.objects.get_or_create(meeting=current, member=member)
    if current.state == Meeting.State.PLANNED:
        note = (
            _("eingeladen mit kurzer Frist") if short and days < current.body.notice_days else _("eingeladen")
        )
        records.change(current, actor, {"state": Meeting.State.INVITED, "invited": now}, note=note)
    return _tell(current, actor, "einladung", _("Einladung: %s") % current, f"{when_and_where(current)}\n{agenda_text(current)}")  # fmt: skip


def _tell(meeting: Meeting, actor: User | None, what: str, subject: str, text: str, kind: str = Notice.Kind.INVITATION) -> int:  # fmt: skip
    """Tell all serving members with an account once per date and place."""
    told = 0
    # an invitation is sent once for a date and place; everything else is news each time it is told
    state = (
        f"{meeting.start:%Y%m%d%H%M}{meeting.place}{meeting.link}"
        if what == "einladung"
        else str(meeting.version)
    )
    mark = f"{what}:{meeting.pk}:{hashlib.sha256(state.encode()).hexdigest()[:24]}"
    for member in serving(meeting.body, meeting.day):
        if member.user is not None and (actor is None or member.user_id != actor.pk or what == "einladung"):
            told += bool(
                notify(meeting.municipality, member.user, kind, mark, subject, text, meeting.address)
            )
    return told


@transaction.atomic
def cancel(meeting: Meeting, actor: User | None, reason: str) -> None:
    """Call a meeting off and tell who was invited."""
    if meeting.state in (Meeting.State.HELD, Meeting.State.APPROVED, Meeting.State.CANCELLED):
        raise _stop(_("Diese Sitzung lässt sich nicht mehr absagen."))
    invited = meeting.state == Meeting.State.INVITED
    records.change(meeting, actor, {"state": Meeting.State.CANCELLED}, note=reason)
    if invited:
        _tell(meeting, actor, "abgesagt", _("Abgesagt: %s") % meeting, reason)


def answer(attendance: Attendance, state: str, deputy: str = "") -> None:
    """Say whether a member comes or came; being represented needs a name."""
    if state not in Attendance.State.values:
        raise _stop(_("Diese Antwort gibt es nicht."))
    if state == Attendance.State.REPRESENTED and not deputy.strip():
        raise _stop(_("Bei einer Vertretung fehlt, wer vertritt."), _("Nennen Sie Funktion oder Name."))
    attendance.state = state
    attendance.deputy = deputy.strip()[:200] if state == Attendance.State.REPRESENTED else ""
    attendance.save(update_fields=["state", "deputy"])


# -- minutes ------------------------------------------------------------------------------------------------------------


class MinutesConflictError(SozialraumError):
    """Two people wrote the minutes of the same point; both texts are told, none is lost."""

    def __init__(self, item: AgendaItem, mine: str) -> None:
        self.item, self.mine = item, mine
        super().__init__(
            errors.Finding(
                _("%(who)s hat das Protokoll zu „%(item)s“ inzwischen geändert.")
                % {"who": item.edited_by or _("Eine andere Person"), "item": item.title},
                _(
                    "Beide Fassungen stehen nebeneinander. Führen Sie sie zusammen und speichern Sie noch einmal."
                ),
            )
        )


@dataclass(frozen=True)
class Saved:
    """What saving minutes led to: the text that stands now and its edition."""

    text: str
    edition: int


@transaction.atomic
def write_minutes(item: AgendaItem, actor: User, text: str, edition: int) -> Saved:
    """Write what was said on a point; `edition` is what the person had on screen. Raises MinutesConflictError."""
    meeting = Meeting.objects.select_for_update().get(pk=item.meeting_id)
    if meeting.state in (Meeting.State.APPROVED, Meeting.State.CANCELLED):
        raise _stop(_("Das Protokoll dieser Sitzung ist geschlossen: %s.") % meeting.get_state_display())
    current = AgendaItem.objects.select_for_update().get(pk=item.pk)
    text = text.replace("\r\n", "\n")
    if text == current.record:
        return Saved(current.record, current.edition)
    if edition != current.edition:
        raise MinutesConflictError(current, text)
    current.record, current.edited_by = text, actor
    current.edition += 1
    current.save(update_fields=["record", "edited_by", "edition"])
    return Saved(current.record, current.edition)


def close(meeting: Meeting, actor: User | None, now: datetime) -> None:
    """The meeting is over; attendance that was never told counts as not there."""
    if meeting.start > now:
        raise _stop(_("Die Sitzung hat noch nicht begonnen."))
    if meeting.state not in (Meeting.State.PLANNED, Meeting.State.INVITED):
        raise _stop(_("Diese Sitzung ist schon abgeschlossen."))
    records.change(meeting, actor, {"state": Meeting.State.HELD}, note=_("hat getagt"))


@transaction.atomic
def approve(meeting: Meeting, actor: User | None) -> int:
    """Approve the minutes and tell the members; from then on they are not changed. Returns how many get a mail."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state != Meeting.State.HELD:
        raise _stop(_("Genehmigt wird das Protokoll einer Sitzung, die getagt hat."))
    if not any(item.record.strip() for item in meeting.items.all()) and not meeting.decisions.exists():
        raise _stop(_("Das Protokoll ist leer."), _("Halten Sie fest, was beraten wurde."))
    written = records.change(meeting, actor, {"state": Meeting.State.APPROVED}, note=_("Protokoll genehmigt"))
    return _tell(written.record, actor, "protokoll", _("Protokoll: %s") % meeting, "", Notice.Kind.MINUTES)
