"""Several whole areas as one: figures from the published counts, and nothing where one of them is hidden (Zusammenfassung)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sozialraum.indicators.intervals import INTERVALS
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value
from sozialraum.tables import Status

SUMMED = ("count", "share", "rate", "ratio", "mean")
NO_COUNTS = "ohne veröffentlichte Fallzahlen nicht zusammenzufassen"


def can_sum(indicator: Indicator) -> bool:
    """Whether areas can be put together at all: changes and published rates bring no counts."""
    return indicator.kind in SUMMED and not indicator.published and not indicator.index


def hidden(values: Sequence[Value], indicator: Indicator) -> list[Value]:
    """The rows whose counts the release does not show: hidden, or emptied because they would help to compute a hidden one."""
    counted = indicator.kind == "count"
    return [
        row
        for row in values
        if row.status == Status.SUPPRESSED
        or (row.shown and (row.numerator is None or (row.denominator is None and not counted)))
    ]


def aggregate(values: Sequence[Value], indicator: Indicator, area: str, level: str) -> Value:
    """One figure for areas that do not overlap, all of the same period and indicator.

    Counts are added, rates come from the sums, an average of rates is never formed. One hidden count hides the whole,
    one missing row makes it missing. Raises ValueError for no rows or several periods.
    """
    if len({(row.period, row.version) for row in values}) != 1:
        raise ValueError("an aggregate needs rows of one period and version")
    empty = replace(
        values[0], area=area, level=level, indicator=indicator.id, numerator=None, denominator=None,
        value=None, lower=None, upper=None, class_="", notes="",
    )  # fmt: skip
    if not can_sum(indicator):
        return replace(empty, status=Status.NOT_MEANINGFUL, notes=NO_COUNTS)
    if hidden(values, indicator):
        return replace(empty, status=Status.SUPPRESSED)
    there = [row for row in values if row.status != Status.NOT_MEANINGFUL]
    if not there or any(row.status == Status.MISSING or row.numerator is None for row in there):
        return replace(empty, status=Status.MISSING if there else Status.NOT_MEANINGFUL)
    return _summed(empty, there, indicator)


def _summed(empty: Value, rows: Sequence[Value], indicator: Indicator) -> Value:
    cases = sum(row.numerator or 0.0 for row in rows)
    state = _state(rows, cases)
    if indicator.kind == "count":
        return replace(empty, numerator=cases, value=cases, status=state)
    base = sum(row.denominator or 0.0 for row in rows)
    if base <= 0:
        return replace(empty, status=Status.NOT_MEANINGFUL)
    lower, upper = _limits(cases, base, indicator)
    return replace(
        empty, numerator=cases, denominator=base, value=indicator.per * cases / base, lower=lower, upper=upper,
        status=state,
    )  # fmt: skip


def _limits(cases: float, base: float, indicator: Indicator) -> tuple[float | None, float | None]:
    method = INTERVALS.get(indicator.interval)
    if method is None or (indicator.interval == "wilson" and cases > base):
        return None, None
    found = method(cases, base)
    return indicator.per * float(found.lower), indicator.per * float(found.upper)


def _state(rows: Sequence[Value], cases: float) -> str:
    """What holds for one part holds for the whole, but that many uncertain parts may make a certain whole."""
    states = {row.status for row in rows}
    if states == {Status.UNRELIABLE}:
        return Status.UNRELIABLE
    for state in (Status.ESTIMATED, Status.PROVISIONAL):
        if state in states:
            return state
    return Status.NONE if cases == 0 else Status.OK
