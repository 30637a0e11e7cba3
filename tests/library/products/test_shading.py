"""Colours of a map: every value in one class, limits of all years, zero apart, grey where nothing is certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.products import shading
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value

WORSE = Indicator("quote", "Quote", kind="share", unit="%", decimals=1, polarity="higher_worse")
BETTER = Indicator("quote", "Quote", kind="share", unit="%", decimals=1, polarity="higher_better")
NEUTRAL = Indicator("quote", "Quote", kind="share", unit="%", decimals=1)


def value(figure: float | None, half: float | None = None, status: str = "ok") -> Value:
    """A value with a symmetric interval."""
    low, high = (None, None) if figure is None or half is None else (figure - half, figure + half)
    return Value("1", "bezirk", "2024", "2024", "quote", None, None, figure, low, high, status, "", "")


numbers = st.floats(0, 100, allow_nan=False)


@given(st.lists(numbers, min_size=2, max_size=60), st.sampled_from(["quantile", "gleich", "natuerlich"]))
def test_limits_lie_inside_and_rise(values: list[float], method: str) -> None:
    limits = shading.limits_of(method, tuple(sorted(values)), 1)
    assert len(limits) <= 4
    assert list(limits) == sorted(set(limits))
    assert all(min(values) < limit <= max(values) for limit in limits)


@given(st.lists(numbers, min_size=1, max_size=40), numbers, st.sampled_from(list(shading.METHODS)), st.sampled_from([WORSE, BETTER, NEUTRAL]))  # fmt: skip
def test_every_value_has_exactly_one_class(
    values: list[float], centre: float, method: str, indicator: Indicator
) -> None:
    found = shading.choose(method, indicator, (20.0, 40.0), tuple(sorted(values)), centre, "Stadt")
    names = [name for name, _ in found.categories]
    assert len(names) == len(set(names))
    assert all(found.css(value(figure, 1.0)) in names for figure in values)


def test_natural_breaks_find_the_gaps() -> None:
    groups = [1.0, 1.1, 1.2, 5.0, 5.1, 9.0, 9.2, 20.0, 20.1, 40.0, 41.0]
    assert shading.limits_of("natuerlich", tuple(groups), 1) == (5.0, 9.0, 20.0, 40.0)


def test_natural_breaks_are_the_best_of_all_partitions() -> None:
    """Against every partition of nine numbers into five groups."""
    from itertools import combinations, pairwise

    import numpy as np

    points = [1.0, 2.0, 4.0, 7.0, 7.5, 11.0, 16.0, 17.0, 30.0]

    def cost(cuts: tuple[int, ...]) -> float:
        ends = [0, *cuts, len(points)]
        return sum(float(np.var(points[a:b]) * (b - a)) for a, b in pairwise(ends))

    best = min(combinations(range(1, 9), 4), key=cost)
    assert shading.limits_of("natuerlich", tuple(points), 1) == tuple(points[cut] for cut in best)


def test_zero_is_a_class_of_its_own_and_hidden_is_none() -> None:
    found = shading.plain((5.0, 10.0), WORSE)
    assert found.css(value(0.0, None, "none")) == "q0"
    assert found.css(value(0.2)) != "q0"
    assert found.css(value(None, None, "suppressed")) == "qn"


def test_around_the_comparator() -> None:
    found = shading.around(10.0, 2.0, WORSE, "Stadt")
    assert [found.css(value(figure, half)) for figure, half in ((5, 1), (9, 0.5), (10.5, 1), (11, 0.5), (15, 1))] == ["dv1", "dv2", "dv3", "dv4", "dv5"]  # fmt: skip
    assert found.categories[2][1] == "nicht zu unterscheiden"
    turned = shading.around(10.0, 2.0, BETTER, "Stadt")
    assert turned.css(value(15, 1)) == "dv1"
    assert shading.around(10.0, 2.0, NEUTRAL, "Stadt").css(value(15, 1)) == "nv5"


def test_a_large_difference_that_is_not_certain_stays_grey() -> None:
    assert shading.around(10.0, 1.0, WORSE, "Stadt").css(value(30, 25)) == "dv3"


@pytest.mark.parametrize(
    ("size", "step"), [(0.97, 0.5), (3.2, 2.0), (7.0, 5.0), (12.0, 10.0), (0.0, 1.0), (float("nan"), 1.0)]
)
def test_readable_steps(size: float, step: float) -> None:
    assert shading.readable(size) == pytest.approx(step)
