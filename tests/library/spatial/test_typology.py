"""Types of areas: clear groups are found by every method, noise is called unstable, gaps are told."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sozialraum.errors import SozialraumError
from sozialraum.spatial.typology import METHODS, _lloyd, _silhouette, adjusted_rand, typology


def three(seed: int = 1, gap: float = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.repeat([0, 1, 2], 20)
    return rng.normal(size=(60, 3)) + gap * np.array([[2, 0, 0], [1, 1, 0], [0, 0, 1]])[truth], truth


@pytest.mark.parametrize("method", sorted(METHODS))
def test_clear_groups_are_found_and_stable(method: str) -> None:
    values, truth = three()
    found = typology(values * [1, 100, 0.01], 3, method=method, resamples=20)  # type: ignore[arg-type]
    assert adjusted_rand(found.type, truth) == 1
    assert found.type.tolist() == (truth + 1).tolist()  # type 1 has the highest mean of the first indicator
    assert (found.stability > 0.9).all()
    assert found.agreement > 0.9
    assert found.explained > 0.8
    assert (found.silhouette > 0.3).all()
    assert "3 von 3 Typen sind stabil" in found.sentence()
    assert np.allclose(found.centre[0], (values * [1, 100, 0.01])[truth == 0].mean(axis=0))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_types_in_noise_are_not_stable(method: str) -> None:
    values = np.random.default_rng(2).normal(size=(60, 4))
    found = typology(values, 6, method=method, resamples=30)  # type: ignore[arg-type]
    assert found.stability.mean() < 0.7
    assert "nicht gedeutet" in found.sentence()


def test_the_bic_finds_the_number_of_types() -> None:
    values, _ = three(gap=5)
    bics = {k: typology(values, k, method="mixture", resamples=0).bic for k in (2, 3, 4, 5)}
    assert min(bics, key=bics.__getitem__) == 3


def test_kmeans_reaches_the_best_grouping_of_a_small_case() -> None:
    z = np.random.default_rng(3).normal(size=(10, 2))
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    found = typology(z, 2, resamples=0)
    sums = [
        sum(
            np.sum((z[g] - z[g].mean(axis=0)) ** 2)
            for g in (list(part), [k for k in range(10) if k not in part])
        )
        for size in range(1, 6)
        for part in itertools.combinations(range(10), size)
    ]
    assert 1 - found.explained == pytest.approx(min(sums) / np.sum(z**2))


def test_a_group_that_empties_takes_the_furthest_area() -> None:
    z = np.array([[0.0], [0.1], [10.0], [10.1]])
    group, _, _ = _lloyd(z, np.array([[0.0], [10.0], [100.0]]))
    assert set(group) == {0, 1, 2}


def test_silhouettes_written_out() -> None:
    z = np.array([[0.0], [1.0], [5.0], [7.0], [30.0]])
    found = _silhouette(z, np.array([0, 0, 1, 1, 2]), 3)
    assert found[0] == pytest.approx((6 - 1) / 6)
    assert found[4] == 0


def test_areas_with_gaps_get_no_type() -> None:
    values, _ = three()
    values[4, 1] = np.nan
    found = typology(np.column_stack([values, np.full(60, 3.0)]), 3, resamples=5)
    assert (found.type[4], found.status[4], found.reason[4]) == (0, "missing", "eine Kennzahl fehlt")
    assert found.unused == (3,)
    assert "Ein Gebiet hat keine vollständigen Werte" in found.sentence()
    assert found.size.sum() == 59


def test_what_cannot_be_grouped_is_told() -> None:
    values, _ = three()
    for wrong, types, word in (
        (values[:5], 3, "mindestens 6 Gebiete"),
        (np.full((20, 2), 0.1), 2, "überall denselben Wert"),
        (np.full((20, 2), np.nan), 2, "es sind 0"),
        (np.repeat([[0.0, 1], [1.0, 2]], 10, axis=0), 3, "nur 2 verschiedene"),
    ):
        with pytest.raises(SozialraumError, match=word):
            typology(wrong, types)
    for call in (
        lambda: typology(values, 1),
        lambda: typology(values, 3, method="x"),
        lambda: typology([1.0], 2),
    ):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"types|method|shape"):
            call()


def test_seeds_repeat() -> None:
    values = np.random.default_rng(5).normal(size=(40, 3))
    one, same = (typology(values, 4, resamples=10, seed=9) for _ in range(2))
    assert np.array_equal(one.type, same.type)
    assert np.array_equal(one.stability, same.stability)
