"""From one year to another: the difference of two published values with its interval (Veränderung)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sozialraum.indicators import markers
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value
from sozialraum.tables import Status

POINTS = "%-Punkte"
# what prevails where the two years differ in state, as in the release
PRECEDENCE = (
    Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL, Status.UNRELIABLE,
    Status.ESTIMATED, Status.PROVISIONAL,
)  # fmt: skip


def is_possible(indicator: Indicator) -> bool:
    """A change of a change says nothing."""
    return indicator.kind != "change"


def unit_of(indicator: Indicator) -> str:
    """Shares differ in percentage points, counts in per cent, everything else in its own unit, changes too."""
    if indicator.kind == "change":
        return indicator.unit
    if indicator.kind == "count":
        return "%"
    return POINTS if indicator.unit == "%" else indicator.unit


def changed(indicator: Indicator) -> Indicator:
    """The change of an indicator as an indicator of its own; its class limits are set by the shading."""
    return replace(
        indicator,
        label=f"{indicator.label}: Veränderung",
        short=f"{indicator.name}: Veränderung",
        kind="change",
        unit=unit_of(indicator),
        decimals=1 if indicator.kind == "count" else indicator.decimals,
        classes={},
    )


def difference(first: Value, last: Value, indicator: Indicator) -> Value:
    """The later value minus the earlier one, a count in per cent of the earlier one.

    The interval combines the two published intervals (MOVER: Zou & Donner 2008, Stat Med 27:1693-1702), which treats
    the two years as independent; residents counted twice make the true interval narrower, never wider. A count has none.
    """
    status = next((state for state in PRECEDENCE if state in (first.status, last.status)), Status.OK)
    empty = replace(
        last, numerator=None, denominator=None, value=None, lower=None, upper=None, class_="", notes=""
    )
    if not (first.shown and last.shown):
        return replace(empty, status=status if not Status(status).has_value else Status.MISSING)
    before, after = first.value or 0.0, last.value or 0.0
    if indicator.kind == "count":
        if before == 0:
            return replace(empty, status=Status.NOT_MEANINGFUL)
        return replace(empty, value=100 * (after / before - 1), status=status)
    if None in (first.lower, first.upper, last.lower, last.upper):
        return replace(empty, value=after - before, status=status)
    gap = markers.difference(_figure(last), _figure(first))
    return replace(empty, value=gap.difference, lower=gap.lower, upper=gap.upper, status=status)


def _figure(value: Value) -> markers.Figure:
    return markers.Figure(value.value, value.lower, value.upper)


def layer(first: Mapping[str, Value], last: Mapping[str, Value], indicator: Indicator) -> dict[str, Value]:
    """The change of every area that has a row in the later year."""
    return {
        code: difference(first[code], value, indicator)
        if code in first
        else replace(
            value, numerator=None, denominator=None, value=None, lower=None, upper=None, status=Status.MISSING
        )
        for code, value in last.items()
    }
