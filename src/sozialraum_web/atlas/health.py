"""Which indicators are older than the rhythm of their source: a delivery is missing (Datengesundheit)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sozialraum import periods
from sozialraum.products.catalogue import Catalogue, Indicator
from sozialraum.words import say

# beginning of a rhythm as sources name it → months after a period until its successor is missed
MONTHS: Final = (
    ("monatlich", 3), ("vierteljährlich", 6), ("halbjährlich", 12), ("jährlich", 18), ("je schuljahr", 18),
    ("alle zwei jahre", 36), ("zweijährlich", 36), ("alle drei jahre", 48), ("drei einschulungsjahrgänge", 54), ("alle zehn jahre", 150),
)  # fmt: skip


@dataclass(frozen=True)
class Stale:
    """An indicator that waits for newer figures."""

    indicator: Indicator
    newest: date
    rhythm: str


def stale(catalogue: Catalogue, today: date) -> list[Stale]:
    """Indicators whose newest period is older than their source's rhythm allows, oldest first."""
    found = []
    for item in catalogue.plain_indicators:
        rhythm = catalogue.source_of(item).rhythm
        months = next((number for word, number in MONTHS if rhythm.strip().casefold().startswith(word)), None)
        newest = max((periods.parse(period).end for period in item.periods), default=None)
        if months is not None and newest is not None and (today - newest).days > months * 30.44:
            found.append(Stale(item, newest, rhythm))
    return sorted(found, key=lambda row: row.newest)


def in_words(catalogue: Catalogue, today: date) -> str:
    """How many indicators are as new as their sources promise; nothing of a made-up town, whose time stands still."""
    if catalogue.town.synthetic:
        return ""
    all_of_them, waiting = len(catalogue.plain_indicators), len(stale(catalogue, today))
    return (
        say("alle Kennzahlen aktuell")
        if not waiting
        else say(
            "{waiting} von {all_of_them} Kennzahlen aktuell",
            waiting=all_of_them - waiting,
            all_of_them=all_of_them,
        )
    )
