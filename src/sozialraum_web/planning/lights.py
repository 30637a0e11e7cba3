"""The light of a status report by rule, not by feeling (Ampel)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

GREEN, YELLOW, RED = "plan", "achten", "stockt"
_ORDER: Final = (GREEN, YELLOW, RED)
# an overdue milestone is a warning; overdue for a quarter it stops the measure
LATE_DAYS: Final = 90
# shares of what would be due by now
BEHIND, FAR_BEHIND = 0.8, 0.5
# a plan without news for a quarter needs attention
SILENT_DAYS: Final = 90


@dataclass(frozen=True)
class Facts:
    """What the rule looks at. `late` holds (milestone, days overdue); `shares` (what, reached share of its aim)."""

    late: Sequence[tuple[str, int]] = ()
    unsecured: float = 0.0
    shares: Sequence[tuple[str, float]] = ()
    elapsed: float | None = None
    ended: bool = False


@dataclass(frozen=True)
class Verdict:
    """The light and the sentences that say why."""

    light: str
    reasons: tuple[str, ...]


def light_of(facts: Facts) -> Verdict:
    """The worst of: overdue milestones, money not secured, aims behind the time that has passed, end date passed."""
    found: list[tuple[str, str]] = []
    for title, days in facts.late:
        light = RED if days > LATE_DAYS else YELLOW
        found.append((light, _("Meilenstein „%(title)s“ ist seit %(days)s Tagen überfällig.") % {"title": title, "days": days}))  # fmt: skip
    if facts.unsecured > 0:
        amount = f"{facts.unsecured:,.0f}".replace(",", ".")
        found.append((YELLOW, _("%(amount)s Euro des laufenden Jahres sind noch nicht gesichert.") % {"amount": amount}))  # fmt: skip
    found += _behind(facts)
    if facts.ended:
        found.append((YELLOW, _("Das geplante Ende ist vorbei, die Maßnahme ist nicht abgeschlossen.")))
    if not found:
        return Verdict(GREEN, (_("Kein Meilenstein überfällig, Mittel gesichert, Ziele im Zeitplan."),))
    worst = max((light for light, _text in found), key=_ORDER.index)
    return Verdict(worst, tuple(text for _light, text in found))


def _behind(facts: Facts) -> list[tuple[str, str]]:
    if facts.elapsed is None or facts.elapsed <= 0:
        return []
    rows = []
    for title, share in facts.shares:
        pace = share / min(1.0, facts.elapsed)
        if pace < BEHIND:
            text = _("„%(title)s“: %(share)s %% des Ziels erreicht, %(elapsed)s %% der Zeit vergangen.") % {
                "title": title,
                "share": round(100 * share),
                "elapsed": round(100 * min(1.0, facts.elapsed)),
            }
            rows.append((RED if pace < FAR_BEHIND else YELLOW, text))
    return rows


def elapsed(start: date | None, end: date | None, today: date) -> float | None:
    """Share of the running time that has passed, None without both dates."""
    if start is None or end is None or end <= start:
        return None
    return min(1.0, max(0.0, (today - start).days / (end - start).days))
