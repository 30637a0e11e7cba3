"""Whether a goal is specific, measurable, attainable, relevant and timed, as a list of questions (SMART)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

SHORTEST_TITLE = 25
VAGUE = ("verbessern", "optimieren", "stärken", "fördern", "unterstützen", "sensibilisieren", "vernetzen")


@dataclass(frozen=True)
class Wording:
    """What the check reads of a goal."""

    title: str
    text: str = ""
    attainable: str = ""
    has_target: bool = False
    has_area: bool = False
    has_need: bool = False
    has_parent: bool = False
    has_date: bool = False
    operational: bool = True


@dataclass(frozen=True)
class Check:
    """One letter: met or not, and what to do."""

    letter: str
    label: str
    met: bool
    advice: str


def checks(goal: Wording) -> list[Check]:
    """The five questions; guiding goals (Leitziele) need no number and no date of their own."""
    words = goal.title.lower()
    vague = next((word for word in VAGUE if word in words), "")
    specific = len(goal.title) >= SHORTEST_TITLE and (not vague or goal.has_target or len(goal.text) > 60)
    return [
        Check("S", _("Spezifisch"), specific, _("Sagen Sie, was für wen und wo anders sein soll.") + (_(" „%s“ allein bleibt offen.") % vague if vague and not specific else "")),
        Check("M", _("Messbar"), goal.has_target or not goal.operational, _("Legen Sie einen Zielwert fest: Kennzahl, Gebiet, Ausgangswert, Wert, Jahr.")),
        Check("A", _("Erreichbar"), bool(goal.attainable) or not goal.operational, _("Schreiben Sie auf, warum das Ziel mit den Mitteln vor Ort zu erreichen ist.")),
        Check("R", _("Bedeutsam"), goal.has_need or goal.has_parent or not goal.operational, _("Verknüpfen Sie einen Bedarf oder ein übergeordnetes Ziel.")),
        Check("T", _("Terminiert"), goal.has_date or not goal.operational, _("Nennen Sie ein Zieljahr oder „gilt bis“.")),
    ]  # fmt: skip
