"""How complete an indicator is: what each period shows, hides and lacks (Güte je Zeitpunkt)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.values import Value
from sozialraum.tables import Status
from sozialraum.words import mark, say
from sozialraum_ui.parts import Cell, Column, Row, Table

COUNTED = (
    (Status.OK, mark("gezählt")), (Status.NONE, mark("null")), (Status.ESTIMATED, mark("geschätzt")), (Status.PROVISIONAL, mark("vorläufig")),
    (Status.UNRELIABLE, mark("unsicher")), (Status.SUPPRESSED, mark("gesperrt")), (Status.MISSING, mark("fehlt")), (Status.NOT_MEANINGFUL, mark("nicht sinnvoll")),
)  # fmt: skip


def ledger(rows: Sequence[Value], level: str) -> Table | None:
    """One row per period with the number of areas in each state that occurs; None without rows."""
    if not rows:
        return None
    by_period: dict[str, Counter[str]] = {}
    for row in rows:
        by_period.setdefault(row.period, Counter())[str(row.status)] += 1
    occurring = [
        (state, word) for state, word in COUNTED if any(counts[str(state)] for counts in by_period.values())
    ]
    ordered = sorted(by_period, key=periods.parse, reverse=True)
    lines = [
        Row(
            [
                Cell(periods.label(period)),
                *(_count(by_period[period][str(state)]) for state, _ in occurring),
                Cell(_width(rows, period)),
            ]
        )
        for period in ordered
    ]
    columns = [
        Column(say("Zeitpunkt")),
        *(Column(say(word), numeric=True) for _, word in occurring),
        Column(say("mittlere Breite der Spanne"), numeric=True),
    ]
    return Table(say("{level}: Gebiete nach Zustand", level=level), columns, lines)  # fmt: skip


def _count(number: int) -> Cell:
    return Cell(draw.whole(number) if number else "–")


def _width(rows: Sequence[Value], period: str) -> str:
    """Median width of the intervals of a period: how sharply its values are known."""
    widths = sorted(
        row.upper - row.lower
        for row in rows
        if row.period == period and row.shown and row.lower is not None and row.upper is not None
    )
    return draw.number(widths[len(widths) // 2], 1) if widths else ""
