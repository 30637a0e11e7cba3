"""Fifths of areas: sums of published counts, gap with limits, slope in the same direction."""

from __future__ import annotations

import pytest

from sozialraum.products import inequality
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value

SHARE = Indicator("quote", "Quote", kind="share", unit="%", per=100, interval="wilson")


def row(area: str, cases: float | None, base: float | None, status: str = "ok") -> Value:
    """A row of a release."""
    figure = 100 * cases / base if cases is not None and base else None
    return Value(
        area, "bezirk", "2024", "2024-12-31", "quote", cases, base, figure, None, None, status, "", ""
    )


ROWS = {f"{i:02d}": row(f"{i:02d}", 10 + 4 * i, 400) for i in range(15)}
ORDER = sorted(ROWS)


def test_fifths_are_as_equal_as_can_be() -> None:
    assert [len(part) for part in inequality.fifths([str(i) for i in range(13)])] == [3, 2, 3, 2, 3]
    assert sum(inequality.fifths(ORDER), ()) == tuple(ORDER)


def test_the_gradient_comes_from_sums() -> None:
    groups = inequality.gradient(ORDER, ROWS, SHARE)
    assert [group.value.value if group.value else None for group in groups] == pytest.approx(
        [100 * (14 + 12 * i) / 400 for i in range(5)]
    )
    gap = inequality.gap(groups)
    assert gap is not None
    assert gap.difference == pytest.approx(12.0)
    assert gap.lower < 12 < gap.upper
    assert gap.ratio == pytest.approx(62 / 14)


def test_a_hidden_area_is_left_out_and_named_never_counted_as_zero() -> None:
    rows = {**ROWS, "14": row("14", None, None, "suppressed")}
    last = inequality.gradient(ORDER, rows, SHARE)[-1]
    assert last.left_out == ("14",)
    assert last.value is not None
    assert last.value.numerator == ROWS["12"].numerator + ROWS["13"].numerator  # type: ignore[operator]


def test_a_fifth_without_figures_has_no_gap() -> None:
    rows = {code: value for code, value in ROWS.items() if code not in ORDER[-3:]}
    groups = inequality.gradient(ORDER, rows, SHARE)
    assert groups[-1].value is None
    assert inequality.gap(groups) is None
    assert inequality.slope(groups, SHARE) is None


def test_the_slope_points_the_same_way_and_spans_more_than_the_groups() -> None:
    groups = inequality.gradient(ORDER, ROWS, SHARE)
    slope = inequality.slope(groups, SHARE)
    assert slope is not None
    assert slope.lower < slope.size < slope.upper
    assert slope.size == pytest.approx(15.0, abs=0.3)
    turned = inequality.slope(inequality.gradient(ORDER[::-1], ROWS, SHARE), SHARE)
    assert turned is not None
    assert turned.size == pytest.approx(-slope.size, abs=1e-6)
