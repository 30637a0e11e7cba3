"""Observed development (Beobachtete Entwicklung): the area of a measure beside similar areas, from VALUES as released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sozialraum import periods
from sozialraum.effects.difference_in_differences import DifferenceInDifferences, estimate
from sozialraum.effects.words import INDISTINCT, NO_CAUSE, german, interval, moved
from sozialraum.indicators.trend import Row
from sozialraum.tables import Status


@dataclass(frozen=True)
class Development:
    """What happened in an area since a start, beside similar areas.

    `result`: the comparison in figures, None where there is none; `first`, `last`: first and last period that took
    part, `since`: the first one after the start; `better`: whether the area did better ("better"), worse ("worse") or
    neither (""). `sentence` is complete and German, also where nothing can be said.
    """

    sentence: str
    result: DifferenceInDifferences | None = None
    first: str = ""
    since: str = ""
    last: str = ""
    better: str = ""


def development(
    area: Sequence[Row],
    similar: Sequence[Sequence[Row]],
    start: str,
    *,
    unit: str = "",
    polarity: str = "neutral",
    level: float = 0.95,
) -> Development:
    """Compare the development of an area since a start with that of similar areas.

    `area`: rows of VALUES of one indicator; `similar`: the same for each similar area; `start`: the period in which a
    measure began: values of periods that end before its first day are before, those that begin on or after it (or are
    key dates from then on) are after; a period that it begins in counts as neither. `unit`: behind a change
    (Prozentpunkte). Only the newest version of the areas counts, and no converted or estimated value. The limits come
    from how much similar areas differ among themselves, so chance in small numbers is in them. Raises ValueError for a
    start that is no period and an unknown polarity. See `difference_in_differences.estimate`.
    """
    if polarity not in ("higher_worse", "higher_better", "neutral"):
        raise ValueError(f"unknown polarity {polarity!r}")
    begin = periods.parse(start).start
    own = _counted(area)
    before = [text for text in own if periods.parse(text).end < begin]
    after = [text for text in own if periods.parse(text).start >= begin]
    if not before or not after:
        missing = "vor" if not before else "nach"
        return Development(
            f"Für die Zeit {missing} {periods.label(start)} gibt es noch keinen Wert, mit dem sich vergleichen ließe."
        )
    chosen = [*before, *after]
    others = [_counted(rows, version=_version(area)) for rows in similar]
    table = np.array([[other.get(text, np.nan) for text in chosen] for other in others], dtype=float)
    found = estimate(
        [[own[text] for text in chosen]], table.reshape(len(others), len(chosen)), len(before), level=level
    )
    marks = {"first": chosen[0], "since": after[0], "last": chosen[-1]}
    if found.reason:
        return Development(found.reason, None, **marks)
    better = _JUDGEMENTS[polarity][found.effect > 0] if found.distinct else ""
    return Development(_told(found, unit, after[0], chosen), found, better=better, **marks)


_JUDGEMENTS = {"higher_worse": ("better", "worse"), "higher_better": ("worse", "better"), "neutral": ("", "")}


def _counted(rows: Sequence[Row], version: str | None = None) -> dict[str, float]:
    """Values by period, oldest first: shown, not estimated, of one version of the areas (preset: the newest)."""
    wanted = _version(rows) if version is None else version
    found = {
        row.period: float(row.value)
        for row in rows
        if row.version == wanted and row.value is not None and np.isfinite(row.value)
        and Status(row.status).has_value and row.status != Status.ESTIMATED
    }  # fmt: skip
    return dict(sorted(found.items(), key=lambda item: periods.parse(item[0])))


def _version(rows: Sequence[Row]) -> str:
    return max(rows, key=lambda row: (periods.parse(row.period), row.version)).version if rows else ""


def _told(found: DifferenceInDifferences, unit: str, since: str, chosen: Sequence[str]) -> str:
    behind = f" {unit}" if unit else ""
    span = f"zwischen {periods.label(chosen[0])} und {periods.label(chosen[-1])}"
    facts = (
        f"Seit {periods.label(since)} liegt der Wert im Gebiet im Mittel {_level(found.treated_change, behind)} als davor, in "
        f"{found.controls} ähnlichen Gebieten {_level(found.control_change, behind)} (Werte {span})."
    )
    size = f"Der Unterschied beträgt {german(found.effect)}{behind} ({interval(found.lower, found.upper, found.level)})"
    verdict = (
        "geht über das hinaus, worin sich ähnliche Gebiete ohnehin unterscheiden"
        if found.distinct
        else f"ist {INDISTINCT}"
    )
    early = (
        " Schon davor hat sich das Gebiet anders entwickelt als die anderen." if found.lead_p < 0.05 else ""
    )
    return f"{facts} {size} und {verdict}.{early} {NO_CAUSE}"


def _level(change: float, behind: str) -> str:
    if moved(change) == "gleich geblieben":
        return "gleich hoch"
    return f"um {german(abs(change))}{behind} {'höher' if change > 0 else 'niedriger'}"
