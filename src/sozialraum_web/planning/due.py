"""What is due: one line per thing with one button (Fälligkeiten)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from sozialraum_web.planning import register
from sozialraum_web.planning.effects import newer
from sozialraum_web.planning.frame import Desk
from sozialraum_web.planning.models import Cycle, Finding, Goal, Measure, Milestone, Need, Phase
from sozialraum_web.planning.permissions import can_read_figure, visible
from sozialraum_web.planning.services.measures import WORKING

LISTED: Final = 8
SOON_DAYS: Final = 30
CHECKED_FINDINGS: Final = 20


@dataclass(frozen=True)
class Due:
    """One line: what, why, and the button."""

    what: str
    why: str
    action: str
    url: str
    kind: str = ""


def due(here: Desk, today: date) -> list[tuple[str, list[Due], int]]:
    """Groups of lines with the number there really are; only the first of each are listed."""
    groups = [
        (_("Überfällige Meilensteine"), *_milestones(here, today)),
        (_("Maßnahmen ohne Nachricht seit 90 Tagen"), *_silent(here, today)),
        (_("Nächste Schritte an Zielen"), *_steps(here, today)),
        (_("Meilensteine der Zyklen"), *_phases(here, today)),
        (_("Bedarfe, über die noch niemand entschieden hat"), *_undecided(here)),
        (_("Befunde, zu denen es neuere Daten gibt"), *_outdated(here)),
    ]
    return [(title, rows, number) for title, rows, number in groups if rows]


def _milestones(here: Desk, today: date) -> tuple[list[Due], int]:
    measures = visible(Measure.objects.filter(status__in=WORKING), here.reader)
    rows = Milestone.objects.filter(measure__in=measures, done=None, due__lt=today).order_by("due")
    lines = [
        Due(row.title, _("%(measure)s, fällig am %(due)s") % {"measure": row.measure.title, "due": f"{row.due:%d.%m.%Y}"}, _("Ansehen"), here.url("massnahmen", row.measure.number), "warn")
        for row in rows.select_related("measure")[:LISTED]
    ]  # fmt: skip
    return lines, rows.count() if len(lines) == LISTED else len(lines)


def _silent(here: Desk, today: date) -> tuple[list[Due], int]:
    rows = visible(Measure.objects.all(), here.reader).filter(register.attention("still", here.reader, today))
    lines = [
        Due(
            row.title,
            _("letzter Sachstand %s") % f"{row.reported:%d.%m.%Y}"
            if row.reported
            else _("noch kein Sachstand"),
            _("Stand melden"),
            here.url("massnahmen", row.number, "sachstand"),
        )
        for row in rows.order_by("reported", "number")[:LISTED]
    ]
    return lines, rows.count() if len(lines) == LISTED else len(lines)


def _steps(here: Desk, today: date) -> tuple[list[Due], int]:
    soon = today + timedelta(days=SOON_DAYS)
    rows = visible(Goal.objects.all(), here.reader).exclude(next_due=None).filter(next_due__lte=soon).order_by("next_due")  # fmt: skip
    lines = [
        Due(row.next_step or row.title, _("%(owner)s bis %(due)s · %(goal)s") % {"owner": row.next_owner or "–", "due": f"{row.next_due:%d.%m.%Y}", "goal": row.title}, _("Zum Ziel"), here.url("ziele", row.number), "warn" if row.next_due and row.next_due < today else "")
        for row in rows[:LISTED]
    ]  # fmt: skip
    return lines, rows.count() if len(lines) == LISTED else len(lines)


def _phases(here: Desk, today: date) -> tuple[list[Due], int]:
    cycles = visible(Cycle.objects.all(), here.reader)
    soon = today + timedelta(days=SOON_DAYS)
    rows = Phase.objects.filter(cycle__in=cycles, done=None, skipped=False, due__lte=soon).order_by("due")
    lines = [
        Due(row.gate or row.title, _("%(cycle)s, fällig am %(due)s") % {"cycle": row.cycle.title, "due": f"{row.due:%d.%m.%Y}"}, _("Zum Zyklus"), here.url("zyklen", row.cycle.number), "warn" if row.due and row.due < today else "")
        for row in rows.select_related("cycle")[:LISTED]
    ]  # fmt: skip
    return lines, rows.count() if len(lines) == LISTED else len(lines)


def _undecided(here: Desk) -> tuple[list[Due], int]:
    rows = visible(Need.objects.filter(state=Need.State.SUSPECTED), here.reader)
    lines = [
        Due(row.title, _("vermutet seit %s") % f"{row.created:%d.%m.%Y}", _("Entscheiden"), here.url("bedarfe", row.number))
        for row in rows[:LISTED]
    ]  # fmt: skip
    return lines, rows.count() if len(lines) == LISTED else len(lines)


def _outdated(here: Desk) -> tuple[list[Due], int]:
    rows = visible(Finding.objects.exclude(indicator=""), here.reader).prefetch_related("areas")
    lines = []
    for row in rows[:CHECKED_FINDINGS]:
        found = newer(here.place, row) if can_read_figure(here.reader, row.audience) else None
        if found is not None and found.changes:
            lines.append(Due(row.title, found.text, _("Prüfen"), here.url("befunde", row.number), "warn"))
    return lines[:LISTED], len(lines)
