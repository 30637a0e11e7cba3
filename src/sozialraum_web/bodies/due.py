"""What is late or due, in one place: per person, body and organisation (Fälligkeiten)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sozialraum_web.accounts.models import Membership
from sozialraum_web.accounts.permissions import can_choose_release
from sozialraum_web.atlas.health import stale
from sozialraum_web.bodies import permissions
from sozialraum_web.bodies.models import Body, Meeting, Task
from sozialraum_web.monitoring.models import Release
from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning import due as planned
from sozialraum_web.planning import permissions as planning
from sozialraum_web.planning.due import Due
from sozialraum_web.planning.frame import Desk

LISTED: Final = 60
SOON: Final = timedelta(days=14)


@dataclass(frozen=True)
class Choice:
    """Whose tasks: `meine`, `alle`, one body or one organisation by number; and which state."""

    whose: str = "meine"
    body: int = 0
    organisation: int = 0
    done: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Choice:
        """From an address; nonsense is the default."""
        body, organisation = _number(query.get("gremium", "")), _number(query.get("akteur", ""))
        whose = "alle" if query.get("wer") == "alle" or body or organisation else "meine"
        return cls(whose, body, organisation, query.get("stand") == "erledigt")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def chosen(here: Desk, choice: Choice) -> QuerySet[Task]:
    """The tasks of a choice, late ones first."""
    states = (Task.State.DONE, Task.State.DROPPED) if choice.done else (Task.State.OPEN,)
    rows = permissions.visible(Task.objects.filter(state__in=states), here.reader)
    if choice.whose == "meine":
        rows = rows.filter(
            Q(user=here.reader.user) | Q(user=None, organisation__in=here.reader.organisations)
        )
    if choice.body:
        rows = rows.filter(body__number=choice.body)
    if choice.organisation:
        rows = rows.filter(organisation__number=choice.organisation)
    order = ["-finished", "number"] if choice.done else ["due", "number"]
    return rows.select_related("user", "organisation", "body", "measure", "municipality").order_by(*order)


def groups(here: Desk, today: date) -> list[tuple[str, list[Due], int]]:
    """Everything else that is late or due, in groups with the number there really are."""
    found = [
        (_("Sitzungen: Einladung oder Protokoll steht aus"), *_meetings(here, today)),
        (_("Aufgaben, deren Person hier keine Rolle mehr hat"), *_orphaned(here)),
    ]
    if can_choose_release(here.reader.person, here.place.municipality):
        found += [(_("Freigaben, die auf die zweite Person warten"), *_waiting(here))]
    if planning.can_read_all(here.reader):
        found += [(_("Kennzahlen, die älter sind als ihr Rhythmus"), *_stale(here, today))]
    told = [(title, rows, number) for title, rows, number in found if rows]
    return told + (planned.due(here, today) if planning.can_read_all(here.reader) else [])


def _meetings(here: Desk, today: date) -> tuple[list[Due], int]:
    lines = []
    rows = permissions.visible(Meeting.objects.select_related("body", "municipality"), here.reader)
    coming = rows.filter(state=Meeting.State.PLANNED, start__gte=timezone.now()).order_by("start")
    for row in coming[:LISTED]:
        last = row.day - timedelta(days=row.body.notice_days)
        if permissions.can_run(here.reader, row.body) and last - today <= SOON:
            lines.append(Due(str(row), _("Einladung bis %s") % f"{last:%d.%m.%Y}", _("Einladen"), f"{row.address}einladen/", "warn" if last < today else ""))  # fmt: skip
    open_minutes = rows.filter(
        state__in=(Meeting.State.HELD, Meeting.State.INVITED), start__lt=timezone.now()
    )
    for row in open_minutes.order_by("start")[:LISTED]:
        if permissions.can_run(here.reader, row.body):
            late = (today - row.day).days > 10
            lines.append(Due(str(row), _("Protokoll seit %s Tagen offen") % (today - row.day).days, _("Zum Protokoll"), row.address, "warn" if late else ""))  # fmt: skip
    return lines, len(lines)


def _orphaned(here: Desk) -> tuple[list[Due], int]:
    """Open tasks of people who left, or of nobody."""
    if not planning.can_plan(here.reader):
        return [], 0
    members = Membership.objects.filter(municipality=here.place.municipality, user__is_active=True).values(
        "user"
    )
    rows = permissions.visible(Task.objects.filter(state=Task.State.OPEN, organisation=None), here.reader)
    rows = rows.exclude(user__in=members)
    lines = [Due(row.title, _("zuletzt: %s") % row.who, _("Neu vergeben"), f"{row.address}aendern/", "warn") for row in rows[:LISTED]]  # fmt: skip
    return lines, rows.count()


def _waiting(here: Desk) -> tuple[list[Due], int]:
    rows = Release.objects.filter(municipality=here.place.municipality).exclude(proposed_by=None)
    lines = [Due(row.name, _("vorgeschlagen von %s") % row.proposed_by, _("Ansehen und bestätigen"), f"{here.place.base}freigaben/") for row in rows.exclude(proposed_by=here.reader.user)]  # fmt: skip
    return lines, len(lines)


def _stale(here: Desk, today: date) -> tuple[list[Due], int]:
    """Indicators that wait for a delivery."""
    rows = stale(here.place.catalogue, today)
    lines = [
        Due(row.indicator.label, _("neuester Stand %(day)s; die Quelle liefert %(rhythm)s") % {"day": f"{row.newest:%d.%m.%Y}", "rhythm": row.rhythm}, _("Zur Kennzahl"), f"{here.place.base}kennzahlen/{row.indicator.id}/", "warn")
        for row in rows[:6]
    ]  # fmt: skip
    return lines, len(rows)


def filters(here: Desk) -> dict[str, Any]:
    """What the list can be narrowed to."""
    tasks = permissions.visible(Task.objects.filter(state=Task.State.OPEN), here.reader)
    return {
        "bodies": list(Body.objects.filter(pk__in=tasks.values("body"))),
        "organisations": list(Organisation.objects.filter(pk__in=tasks.values("organisation"))),
    }
