"""Own areas: sums of published counts, and nothing at all where one of them is hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.indicators.intervals import byar, wilson
from sozialraum.products import union
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value

SHARE = Indicator("quote", "Quote", kind="share", unit="%", per=100, interval="wilson")
RATE = Indicator("rate", "Rate", kind="rate", unit="je 1.000", per=1000, interval="byar")
COUNT = Indicator("zahl", "Zahl", kind="count")


def row(
    area: str, cases: float | None, base: float | None = None, status: str = "ok", per: float = 100
) -> Value:
    """A row of a release."""
    figure = None if cases is None else cases if base is None else per * cases / base if base else None
    return Value(
        area, "bezirk", "2024", "2024-12-31", "quote", cases, base, figure, None, None, status, "", ""
    )


counts = st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=1, max_size=12)


@given(counts)
def test_shares_come_from_sums_never_from_averages(parts: list[tuple[int, int]]) -> None:
    found = union.aggregate([row(str(i), x, n) for i, (x, n) in enumerate(parts)], SHARE, "eigenes", "bezirk")
    cases, base = sum(x for x, _ in parts), sum(n for _, n in parts)
    assert (found.numerator, found.denominator) == (cases, base)
    assert found.value == pytest.approx(100 * cases / base)
    limits = wilson(cases, base)
    assert found.lower == pytest.approx(100 * float(limits.lower))
    assert found.upper == pytest.approx(100 * float(limits.upper))
    assert found.status == ("none" if cases == 0 else "ok")


@given(counts, st.integers(0, 11), st.sampled_from(["suppressed", "no numerator", "no denominator"]))
def test_one_hidden_count_hides_everything(parts: list[tuple[int, int]], where: int, how: str) -> None:
    rows = [row(str(i), x, n) for i, (x, n) in enumerate(parts)]
    position = where % len(rows)
    hidden = {
        "suppressed": row(str(position), None, None, "suppressed"),
        "no numerator": Value(
            "x", "bezirk", "2024", "2024-12-31", "quote", None, 100.0, 5.0, 3.0, 8.0, "ok", "", ""
        ),
        "no denominator": Value(
            "x", "bezirk", "2024", "2024-12-31", "quote", 5.0, None, 5.0, 3.0, 8.0, "ok", "", ""
        ),
    }[how]
    rows[position] = hidden
    found = union.aggregate(rows, SHARE, "eigenes", "bezirk")
    assert found.status == "suppressed"
    assert (found.numerator, found.denominator, found.value, found.lower, found.upper) == (None,) * 5
    assert [item.area for item in union.hidden(rows, SHARE)] == [hidden.area]


def test_the_union_of_all_parts_is_the_whole() -> None:
    rows = [row(str(i), 10 + i, 100 + i, per=1000) for i in range(5)]
    found = union.aggregate(rows, RATE, "eigenes", "bezirk")
    limits = byar(60, 510)
    assert found.value == pytest.approx(1000 * 60 / 510)
    assert found.upper == pytest.approx(1000 * float(limits.upper))
    assert union.aggregate([row(str(i), 10.0) for i in range(4)], COUNT, "eigenes", "bezirk").value == 40


@pytest.mark.parametrize(
    "indicator", [Indicator("v", "V", kind="change"), Indicator("p", "P", kind="share", published=True)]
)
def test_what_brings_no_counts_is_not_put_together(indicator: Indicator) -> None:
    assert not union.can_sum(indicator)
    found = union.aggregate([row("1", 5, 100)], indicator, "eigenes", "bezirk")
    assert (found.status, found.value) == ("not_meaningful", None)
    assert found.notes


def test_missing_is_missing_and_states_carry_over() -> None:
    assert (
        union.aggregate([row("1", 5, 100), row("2", None, None, "missing")], SHARE, "e", "bezirk").status
        == "missing"
    )
    assert (
        union.aggregate([row("1", 5, 100), row("2", 5, 100, "estimated")], SHARE, "e", "bezirk").status
        == "estimated"
    )
    assert (
        union.aggregate([row("1", 5, 100, "unreliable"), row("2", 50, 1000)], SHARE, "e", "bezirk").status
        == "ok"
    )
    assert union.aggregate([row("1", 1, 20, "unreliable")], SHARE, "e", "bezirk").status == "unreliable"


def test_rows_of_two_periods_are_refused() -> None:
    other = Value("2", "bezirk", "2024", "2023-12-31", "quote", 1, 10, 10, None, None, "ok", "", "")
    with pytest.raises(ValueError, match="one period"):
        union.aggregate([row("1", 5, 100), other], SHARE, "e", "bezirk")
