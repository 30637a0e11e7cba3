"""The difference of two years: published worked value, states, counts in per cent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sozialraum.indicators.intervals import wilson
from sozialraum.products import change
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value

SHARE = Indicator("quote", "Quote", kind="share", unit="%", per=100, polarity="higher_worse")
COUNT = Indicator("zahl", "Zahl", kind="count", unit="Personen", decimals=0)


def value(cases: float | None, base: float | None = None, status: str = "ok", period: str = "2024") -> Value:
    """A row as the gate writes it."""
    if cases is None:
        return Value("1", "bezirk", "2024", period, "quote", None, None, None, None, None, status, "", "")
    if base is None:
        return Value("1", "bezirk", "2024", period, "zahl", cases, None, cases, None, None, status, "", "")
    found = wilson(cases, base)
    limits = 100 * float(found.lower), 100 * float(found.upper)
    return Value(
        "1", "bezirk", "2024", period, "quote", cases, base, 100 * cases / base, *limits, status, "", ""
    )


def test_newcombe_1998_method_10() -> None:
    """Newcombe (1998), Stat Med 17:873-890, table II (a): 56/70 - 48/80 = 0.2 (0.0524 to 0.3339)."""
    found = change.difference(value(48, 80), value(56, 70), SHARE)
    assert found.value == pytest.approx(20.0)
    assert (found.lower, found.upper) == (pytest.approx(5.24, abs=0.005), pytest.approx(33.39, abs=0.005))


def test_counts_change_in_per_cent_and_not_from_zero() -> None:
    assert change.difference(value(1250), value(1500), COUNT).value == pytest.approx(20)
    assert change.difference(value(0), value(40), COUNT).status == "not_meaningful"
    assert change.unit_of(COUNT) == "%"
    assert change.unit_of(SHARE) == "%-Punkte"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("suppressed", "ok", "suppressed"), ("ok", "suppressed", "suppressed"), ("missing", "ok", "missing"), ("estimated", "ok", "estimated"), ("ok", "unreliable", "unreliable")],
)  # fmt: skip
def test_the_stricter_state_prevails(first: str, last: str, expected: str) -> None:
    shown = {"suppressed": None, "missing": None}
    one = value(shown.get(first, 10), 100, first) if first not in shown else value(None, None, first)
    other = value(12, 100, last) if last not in shown else value(None, None, last)
    found = change.difference(one, other, SHARE)
    assert found.status == expected
    assert (found.value is None) == (expected in shown)
    assert found.numerator is None
    assert found.denominator is None


def test_an_area_without_the_earlier_year_has_no_change() -> None:
    found = change.layer({}, {"1": value(12, 100)}, SHARE)
    assert found["1"].status == "missing"
    assert found["1"].value is None


def test_a_change_is_told_with_its_sign() -> None:
    from sozialraum.products import layers

    found = change.difference(value(10, 100), value(20, 100), SHARE)
    indicator = change.changed(SHARE)
    assert layers.value_text(found, indicator) == "+10,0\u202f%-Punkte"
    assert (
        layers.spoken(replace(found, value=-10.0, lower=-20.0, upper=-1.0), indicator)
        == "\u221210,0\u202f%-Punkte"
    )
