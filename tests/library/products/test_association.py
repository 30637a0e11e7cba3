"""Rank correlation against SciPy, its interval, and sentences that name no cause."""

from __future__ import annotations

import math
import random

import pytest

from sozialraum.products import association


def test_like_scipy_with_ties() -> None:
    from scipy.stats import spearmanr

    rng = random.Random(7)
    x = [rng.randrange(6) for _ in range(40)]
    y = [a + rng.randrange(4) for a in x]
    found = association.spearman(x, y)
    assert found.r == pytest.approx(float(spearmanr(x, y).statistic))
    assert found.lower < found.r < found.upper


def test_bonett_wright_limits() -> None:
    """r = 0.5, n = 30: z = 0.5493 ± 1.96 · √(1.125/27) = 0.1493 to 0.9494."""
    reach = 1.959963984540054 * math.sqrt((1 + 0.5**2 / 2) / 27)
    assert (math.tanh(math.atanh(0.5) - reach), math.tanh(math.atanh(0.5) + reach)) == (pytest.approx(0.148, abs=0.001), pytest.approx(0.739, abs=0.001))  # fmt: skip


def test_the_interval_covers_the_truth() -> None:
    rng, hits = random.Random(3), 0
    for _ in range(300):
        x = [rng.gauss(0, 1) for _ in range(40)]
        y = [rng.gauss(0, 1) for _ in x]
        found = association.spearman(x, y)
        hits += found.lower <= 0 <= found.upper
    assert 0.91 <= hits / 300 <= 0.985


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [([1, 2, 3], [3, 2, 1], "Unter 10 Gebieten"), ([1] * 12, list(range(12)), "denselben Wert")],
)
def test_no_number_without_a_basis(x: list[float], y: list[float], words: str) -> None:
    found = association.spearman(x, y)
    assert math.isnan(found.r)
    assert words in association.sentence(found, "A", "B")


def test_a_perfect_order() -> None:
    found = association.spearman(list(range(12)), list(range(12)))
    assert (found.r, found.lower, found.upper) == (1.0, 1.0, 1.0)
    assert "nichts über Ursachen" in association.sentence(found, "A", "B")
