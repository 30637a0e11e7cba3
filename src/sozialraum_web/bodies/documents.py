"""Invitation and minutes as documents, meetings as calendar entries (Einladung, Protokoll, Kalender)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from sozialraum.products.report.content import (
    Block,
    Bullets,
    Cell,
    Chapter,
    Column,
    Document,
    Heading,
    Paragraph,
    Row,
    Table,
)
from sozialraum_web.bodies.models import AgendaItem, Attendance, Decision, Meeting
from sozialraum_web.bodies.services.meetings import when_and_where
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning.permissions import Reader, visible


def invitation(place: Place, meeting: Meeting, reader: Reader) -> Document:
    """The invitation with agenda."""
    items = list(meeting.items.all())
    blocks: list[Block] = [Paragraph(when_and_where(meeting), lead=True), Heading(_("Tagesordnung"))]
    for number, item in enumerate(items, 1):
        note = ", ".join(part for part in (str(item.get_kind_display()), item.presenter, _("%s Minuten") % item.minutes if item.minutes else "") if part)  # fmt: skip
        blocks.append(Paragraph(f"{number}. {item.title} ({note})"))
        blocks += [Paragraph(item.text, own=True)] if item.text else []
        blocks += _linked(item, reader)
    return _document(
        place, meeting, _("Einladung"), "einladung", [Chapter("einladung", str(meeting.body), blocks)]
    )


def minutes(place: Place, meeting: Meeting, reader: Reader) -> Document:
    """The minutes: who was there, what was said on each point, decisions, tasks."""
    inside = reader.user is not None
    state = _("genehmigt") if meeting.state == Meeting.State.APPROVED else _("Entwurf")
    head: list[Block] = [Paragraph(f"{when_and_where(meeting)} · {_('Protokoll')}: {state}", lead=True)]
    head += [_attendance(meeting)] if inside and meeting.attendance.exists() else []
    points: list[Block] = []
    for number, item in enumerate(meeting.items.prefetch_related("decisions", "tasks__user"), 1):
        points.append(Heading(f"{number}. {item.title}"))
        points += [Paragraph(line, own=True) for line in item.record.splitlines() if line.strip()]
        points += [Paragraph(_decided(row)) for row in item.decisions.all() if row.removed is None]
        tasks = [row for row in item.tasks.all() if inside and row.removed is None]
        points += [Bullets([f"{row.title}: {row.who}{_(', bis ') + f'{row.due:%d.%m.%Y}' if row.due else ''}" for row in tasks])] if tasks else []  # fmt: skip
    chapters = [Chapter("teilnahme", str(meeting.body), head), Chapter("beratung", _("Beratung"), points)]
    return _document(place, meeting, _("Protokoll"), "protokoll", chapters)


def _linked(item: AgendaItem, reader: Reader) -> list[Block]:
    """What the point is about, as far as the reader may see it."""
    rows = [
        str(row)
        for links in (item.findings, item.needs, item.goals, item.measures)
        for row in visible(links.all(), reader)
    ]
    return [Bullets(rows)] if rows else []


def _attendance(meeting: Meeting) -> Table:
    heads = [
        Column(_("Funktion oder Name"), width=3),
        Column(_("Rolle"), width=2),
        Column(_("Teilnahme"), width=2),
    ]
    rows = [
        Row([Cell(row.member.name), Cell(str(row.member.get_role_display())), Cell(_told(row))])
        for row in meeting.attendance.select_related("member")
    ]
    return Table(_("Teilnahme"), heads, rows)


def _told(row: Attendance) -> str:
    return f"{row.get_state_display()} {row.deputy}".strip()


def _decided(row: Decision) -> str:
    votes = ", ".join(
        f"{name} {number}"
        for name, number in ((_("Ja"), row.yes), (_("Nein"), row.no), (_("Enthaltungen"), row.abstained))
        if number is not None
    )
    return f"{_('Beschluss')} {row.label}: {row.text} ({row.get_result_display()}{'; ' + votes if votes else ''})".replace("  ", " ")  # fmt: skip


def _document(place: Place, meeting: Meeting, kind: str, name: str, chapters: list[Chapter]) -> Document:
    town = place.catalogue.town
    parts = [f"{meeting.pk}:{meeting.version}"]
    parts += [f"{item.pk}.{item.edition}" for item in meeting.items.all()]
    parts += [f"{row.pk}.{row.state}.{row.deputy}" for row in meeting.attendance.all()]
    parts += [f"{row.pk}.{row.version}" for row in meeting.decisions.all()]
    text = ":".join(parts)
    return Document(
        title=f"{kind}: {meeting}",
        kind=kind,
        subject=town.name,
        author=str(meeting.body.office or place.catalogue.office.name or town.name),
        date=meeting.day.isoformat(),
        data_state="",
        release=_("Freigabe %s") % place.release.name,
        fingerprint=hashlib.sha256(text.encode()).hexdigest()[:12],
        chapters=chapters,
        name=name,
        contents=False,
        internal=meeting.visibility == "intern",
    )


def calendar(meetings: Iterable[Meeting], host: str) -> bytes:
    """Meetings as iCalendar; times in UTC, so that every calendar shows them on its own clock."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//sozialraum//Gremien//DE")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for meeting in meetings:
        event = Event()
        event.add("uid", f"sitzung-{meeting.pk}@{meeting.municipality.slug}.sozialraum")
        event.add("dtstamp", datetime.now(UTC))
        event.add("sequence", meeting.version)
        event.add("dtstart", meeting.start.astimezone(UTC))
        event.add("dtend", meeting.end.astimezone(UTC))
        event.add("summary", str(meeting))
        event.add("status", "CANCELLED" if meeting.state == Meeting.State.CANCELLED else "CONFIRMED")
        if meeting.place or meeting.link:
            event.add("location", ", ".join(part for part in (meeting.place, meeting.link) if part))
        event.add("url", f"{host}{meeting.address}")
        made.add_component(event)
    return bytes(made.to_ical())
