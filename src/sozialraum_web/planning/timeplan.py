"""Measures as bars over time, with milestones and today (Zeitplan)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sozialraum.products.draw import Markup, svg
from sozialraum_web.planning.models import Measure

WIDTH: Final = 640.0
HEIGHT: Final = 22.0


@dataclass(frozen=True)
class Bar:
    """A measure with its bar as a drawing and its dates in words."""

    measure: Measure
    drawing: Markup
    words: str


@dataclass(frozen=True)
class Plan:
    """All bars on one scale of years."""

    years: tuple[int, ...]
    bars: tuple[Bar, ...]


def plan(measures: Sequence[Measure], today: date) -> Plan:
    """Bars of measures with a start; open ends run to the end of the scale."""
    dated = [item for item in measures if item.start is not None]
    if not dated:
        return Plan((), ())
    first = min(item.start.year for item in dated if item.start)
    last = max([today.year + 1, *(item.end.year for item in dated if item.end)])
    span = (date(first, 1, 1), date(last, 12, 31))
    return Plan(tuple(range(first, last + 1)), tuple(_bar(item, span, today) for item in dated))


def _bar(measure: Measure, span: tuple[date, date], today: date) -> Bar:
    assert measure.start is not None
    end = measure.end or span[1]
    left, right = _x(measure.start, span), _x(end, span)
    css = "q4" if measure.status in ("umsetzung", "betrieb") else "q2"
    parts = [
        svg.rectangle(left, 5, max(3.0, right - left), 12, css=css, rx=2),
        *(
            svg.element("circle", css="ink" if item.done else "paper s-ink", cx=_x(item.due, span), cy=11, r=4, stroke_width=1.5)
            for item in measure.milestones.all()
            if item.due
        ),
        svg.line(_x(today, span), 0, _x(today, span), HEIGHT, css="s-pin-C", width=1.5, stroke_dasharray="3 3"),
    ]  # fmt: skip
    start = measure.start.strftime("%m/%Y")
    words = f"{start} – {measure.end.strftime('%m/%Y') if measure.end else 'offen'}"
    return Bar(measure, svg.drawing(*parts, width=WIDTH, height=HEIGHT, title="", css="time-bar"), words)


def _x(day: date, span: tuple[date, date]) -> float:
    whole = (span[1] - span[0]).days or 1
    share = min(1.0, max(0.0, (day - span[0]).days / whole))
    return share * WIDTH
