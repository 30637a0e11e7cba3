"""Genauigkeitsklassen: was veröffentlicht werden kann."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.estimation.precision import LIMITS, Precision, classify, coefficient_of_variation


@pytest.mark.parametrize(
    ("value", "error", "word"),
    [
        (20.0, 3.3, "verlässlich"),  # exactly on the limit
        (20.0, 3.4, "eingeschränkt"),
        (20.0, 6.66, "eingeschränkt"),
        (20.0, 6.7, "nicht veröffentlichen"),
        (-20.0, 3.0, "verlässlich"),
        (0.0, 0.1, "nicht veröffentlichen"),
        (0.0, 0.0, "verlässlich"),
        (np.nan, 1.0, "nicht bestimmbar"),
        (5.0, np.nan, "nicht bestimmbar"),
        (np.nan, 0.0, "nicht bestimmbar"),
    ],
)
def test_classes(value: float, error: float, word: str) -> None:
    assert str(classify(value, error)) == word


def test_own_limits() -> None:
    assert classify([10, 10], [1, 2], limits=(0.1, 0.15)).tolist() == [
        Precision.RELIABLE,
        Precision.NOT_PUBLISHED,
    ]
    with pytest.raises(ValueError, match="grow"):
        classify(1, 1, limits=(0.3, 0.1))
    with pytest.raises(ValueError, match="negative"):
        coefficient_of_variation(1, -1)


@given(st.floats(0.01, 1e6), st.floats(0, 1e6), st.floats(1e-3, 1e3))
def test_units_do_not_matter(value: float, error: float, factor: float) -> None:
    assert np.isclose(
        coefficient_of_variation(value, error), coefficient_of_variation(value * factor, error * factor)
    )


@given(st.lists(st.floats(0, 10), min_size=2, max_size=20))
def test_a_larger_error_is_never_a_better_class(errors: list[float]) -> None:
    order = [Precision.RELIABLE, Precision.CAUTION, Precision.NOT_PUBLISHED]
    ranks = [order.index(Precision(word)) for word in classify(np.ones(len(errors)), np.sort(errors))]
    assert ranks == sorted(ranks)
    assert LIMITS[0] < LIMITS[1]
