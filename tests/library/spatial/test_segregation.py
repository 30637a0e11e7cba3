"""Segregation: ends of the scales, exact decompositions, and tables drawn again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sozialraum.errors import SozialraumError
from sozialraum.spatial.neighbours import from_pairs
from sozialraum.spatial.resampling import multinomial
from sozialraum.spatial.segregation import (
    bootstrap,
    dissimilarity,
    entropy,
    exposure,
    local_segregation,
    mutual_information,
    nested,
    spatial_dissimilarity,
    spatial_exposure,
    spatial_theil,
    theil,
)
from sozialraum.spatial.segregation_change import decompose, fitted

APART, MIXED = np.array([[50, 0], [0, 50]]), np.array([[25, 25], [10, 10]])
tables = arrays(np.int64, st.tuples(st.integers(2, 8), st.integers(2, 4)), elements=st.integers(0, 40))


def test_the_ends_of_the_scales() -> None:
    assert dissimilarity(*APART.T).value == theil(APART).value == 1
    assert dissimilarity(*MIXED.T).value == pytest.approx(0)
    assert mutual_information(MIXED).value == pytest.approx(0, abs=1e-12)
    assert mutual_information(APART).value == pytest.approx(np.log(2))
    assert np.allclose(exposure(APART), np.eye(2))
    assert np.allclose(exposure(MIXED), 0.5)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (np.zeros((3, 2)), "keine Personen"),
        (np.array([[3, 0], [4, 0]]), "nur eine Gruppe kommt vor"),
        (np.array([[3, 4], [0, 0]]), "nur ein Gebiet mit Personen"),
    ],
)
def test_what_has_no_segregation_says_why(counts: np.ndarray, reason: str) -> None:
    for found in (
        mutual_information(counts),
        theil(counts),
        spatial_theil(counts, from_pairs([], len(counts))),
    ):
        assert (found.status, found.reason) == ("not_meaningful", reason)
    assert bootstrap(counts).reason == reason
    if counts.sum(axis=0).min() == 0:
        assert dissimilarity(*counts.T).reason == "eine der beiden Gruppen kommt nicht vor"


def test_gaps_are_refused() -> None:
    for wrong in ([[1, np.nan]], [[1, -1]], [1, 2]):
        with pytest.raises(ValueError, match="counts"):
            mutual_information(wrong)
    with pytest.raises(ValueError, match="whole"):
        bootstrap([[1.5, 2], [2, 3]])
    with pytest.raises(ValueError, match="index"):
        bootstrap([[1, 2, 3], [2, 3, 4]], index="D")


@given(tables)
def test_m_falls_apart_exactly(counts: np.ndarray) -> None:
    """Levels add up to the whole, local scores too, and H lies between 0 and 1."""
    whole = mutual_information(counts)
    if whole.reason:
        return
    upper = np.arange(len(counts)) // 2
    parts = nested(counts, {"oben": upper.tolist(), "unten": list(range(len(counts)))})
    assert sum(part.value for part in parts) == pytest.approx(whole.value, abs=1e-12)
    assert all(part.value >= -1e-12 for part in parts)
    for by in ("group", "unit"):
        score = local_segregation(counts, by=by)
        assert np.nansum(score.value * score.share) == pytest.approx(whole.value, abs=1e-12)
    assert -1e-12 <= theil(counts).value <= 1 + 1e-12
    assert theil(counts).value * entropy(counts) == pytest.approx(whole.value, abs=1e-12)
    contact = exposure(counts)
    there = counts.sum(axis=0) > 0
    assert np.allclose(contact[there].sum(axis=1), 1)


@given(tables)
def test_merging_units_never_adds_segregation(counts: np.ndarray) -> None:
    merged = np.vstack([counts[:2].sum(axis=0), counts[2:]])
    before, after = mutual_information(counts), mutual_information(merged)
    if not before.reason and not after.reason:
        assert after.value <= before.value + 1e-12


def test_neighbours_soften_a_chessboard() -> None:
    board = np.array([[40, 0], [0, 40], [40, 0], [0, 40]], dtype=float)
    blocks = board[[0, 2, 1, 3]]
    line = from_pairs([(0, 1), (1, 2), (2, 3)], 4, both=True)
    assert theil(board) == theil(blocks)
    assert spatial_theil(board, line).value < spatial_theil(blocks, line).value < 1
    assert spatial_dissimilarity(*board.T, line).value == 0
    assert spatial_dissimilarity(*blocks.T, line).value == pytest.approx(1 - 1 / 3)
    alone = from_pairs([], 4)
    assert spatial_theil(board, alone).value == pytest.approx(1)
    assert np.allclose(spatial_exposure(board, alone), exposure(board))
    assert spatial_dissimilarity(*board.T, alone).reason == "keine benachbarten Gebiete mit Personen"


def test_drawn_tables_have_the_moments_of_a_multinomial() -> None:
    counts = np.array([0, 1, 2, 7, 7, 40, 300, 1500])
    drawn = np.concatenate(list(multinomial(counts, 40_000, np.random.default_rng(1))), axis=1)
    total = counts.sum()
    assert (drawn.sum(axis=0) == total).all()
    assert not drawn[0].any()
    assert np.allclose(drawn.mean(axis=1), counts, atol=4 * np.sqrt(counts.max() / 40_000))
    share = counts / total
    expected = total * (np.diag(share) - np.outer(share, share))
    found = np.cov(drawn)
    assert np.allclose(found, expected, atol=0.03 * np.sqrt(np.outer(counts, counts) + 1))
    assert np.mean(drawn[1] == 0) == pytest.approx((1 - 1 / total) ** total, abs=0.01)


def test_the_bias_of_small_units_goes() -> None:
    """Groups spread by chance: raw values are too high, corrected ones near zero, and `random` says how much is chance."""
    rng = np.random.default_rng(5)
    raw, corrected = [], []
    for seed in range(20):
        people = rng.multinomial(30, [0.3, 0.7], size=60)
        found = bootstrap(people, replicates=100, seed=seed)
        raw.append(found.raw)
        corrected.append(found.value)
        assert found.random == pytest.approx(found.raw, abs=0.01)
    assert np.mean(raw) > 0.012
    assert abs(np.mean(corrected)) < 0.3 * np.mean(raw)


@pytest.mark.parametrize("index", ["M", "H", "D"])
def test_bootstrap_repeats_with_its_seed(index: str) -> None:
    counts = np.array([[30, 10], [5, 40], [12, 13]])
    one, same, other = (bootstrap(counts, index=index, replicates=50, seed=s) for s in (1, 1, 2))
    assert one == same
    assert one.value != other.value
    assert one.lower < one.value < one.upper


@pytest.mark.parametrize("method", ["shapley", "mrc"])
def test_parts_of_a_change_add_up(method: str) -> None:
    rng = np.random.default_rng(3)
    before, after = rng.integers(1, 90, (6, 3)), rng.integers(1, 90, (6, 3))
    found = decompose(before, after, list("abcdef"), list("bcdefg"), method=method)  # type: ignore[arg-type]
    assert sum(found[3:]) == pytest.approx(found.difference, abs=1e-8)
    assert found.before == pytest.approx(mutual_information(before).value)
    assert found.additions != 0
    assert found.removals != 0


def test_only_sizes_of_groups_changed() -> None:
    """Twice as many of one group everywhere: by odds ratios nothing structural has changed."""
    before = np.array([[30.0, 10], [5, 40], [12, 13]])
    after = fitted(before, before.sum(axis=1), before.sum(axis=0) * [2, 1])
    found = decompose(before, after * 100, "abc", "abc")
    assert found.structural == pytest.approx(0, abs=1e-7)
    assert found.unit_marginal == pytest.approx(0, abs=1e-7)
    assert found.group_marginal == pytest.approx(found.difference, abs=1e-7)


def test_what_cannot_be_compared_is_told() -> None:
    with pytest.raises(SozialraumError, match="Gebietsstand"):
        decompose(APART, APART, "ab", "cd")
    with pytest.raises(SozialraumError, match="mrc"):
        fitted(np.eye(2), [0.7, 0.3], [0.2, 0.8])
    with pytest.raises(ValueError, match="twice"):
        decompose(APART, APART, "aa", "ab")
