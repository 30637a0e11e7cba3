"""Segregation over time: the definition by hand, the same areas in every year, nothing from hidden counts."""

from __future__ import annotations

import pytest

from sozialraum.products import separation
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value

SHARE = Indicator("quote", "Quote", kind="share", unit="%", per=100)


def row(area: int, year: int, cases: float | None, base: float = 100, status: str = "ok") -> Value:
    """A row of a release."""
    shown = cases is not None
    return Value(
        str(area),
        "bezirk",
        "2024",
        str(year),
        "quote",
        cases,
        base if shown else None,
        cases,
        None,
        None,
        status,
        "",
        "",
    )


def test_by_hand_and_over_the_same_areas() -> None:
    """Five areas with 30, five with 10 of 100: D = ½ · 5 · (|30/200 − 70/800| + |10/200 − 90/800|) = 0.3125."""
    rows = [row(area, 2020, 20.0) for area in range(11)]
    rows += [row(area, 2024, 30.0 if area < 5 else 10.0) for area in range(10)]
    rows.append(row(10, 2024, None, status="suppressed"))
    found = separation.over_time(rows, SHARE)
    assert found is not None
    assert found.values == (pytest.approx(0.0, abs=1e-12), pytest.approx(0.3125))
    assert (found.areas, found.left_out) == (10, 1)


def test_too_little_says_nothing() -> None:
    rows = [row(area, 2024, 20.0) for area in range(12)]
    assert separation.over_time(rows, SHARE) is None
    assert separation.over_time([*rows, *(row(area, 2020, 20.0) for area in range(5))], SHARE) is None
    assert separation.over_time(rows, Indicator("r", "R", kind="rate")) is None
