"""Personal data of bodies: names of former members, who did a finished task (Löschfristen)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.bodies.models import Member, Task
from sozialraum_web.planning import retention


def _members(before: datetime) -> int:
    """Former members lose their account link; the function stays, so that minutes remain readable."""
    return Member.objects.filter(until__lt=before.date()).exclude(user=None).update(user=None)


def _tasks(before: datetime) -> int:
    done = Task.objects.exclude(state=Task.State.OPEN).filter(finished__lt=before.date())
    return done.exclude(user=None, named="").update(user=None, named="")


def _told(user: User, municipality: Municipality) -> list[Any]:
    tasks = Task.objects.filter(municipality=municipality, user=user)
    bodies = Member.objects.filter(body__municipality=municipality, user=user).select_related("body")
    return [
        *({"aufgabe": row.title, "bis": str(row.due or ""), "stand": row.state} for row in tasks),
        *({"gremium": row.body.title, "als": row.name, "rolle": row.role} for row in bodies),
    ]


def register() -> None:
    """Bring the kinds of personal data of this room."""
    retention.KINDS[-1:-1] = [
        retention.Kind(_("Konto ehemaliger Mitglieder von Gremien"), _("Einladung und Protokoll; mit der Amtszeit entfällt der Zweck"), retention.BASIS, 365, _members),
        retention.Kind(_("Wer eine erledigte Aufgabe hatte"), _("Rückfragen"), retention.BASIS, 1095, _tasks),
    ]  # fmt: skip
    retention.TOLD["gremien_und_aufgaben"] = _told
