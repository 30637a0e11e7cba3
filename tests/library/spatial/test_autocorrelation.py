"""Spatial statistics against slow versions written out, and what holds for any map."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.spatial import local
from sozialraum.spatial.autocorrelation import geary, getis_ord, join_counts, moran
from sozialraum.spatial.neighbours import (
    contiguity,
    from_codes,
    from_pairs,
    nearest,
    within,
)
from sozialraum.spatial.significance import adjusted, of_permutations


def ring(n: int, reach: int = 2):  # type: ignore[no-untyped-def]
    pairs = [(k, (k + s) % n) for k in range(n) for s in range(1, reach + 1)]
    return from_pairs(pairs, n, both=True)


@pytest.mark.parametrize(("n", "links"), [(60, 150), (300, 500)])
def test_conditional_permutation_against_drawing_for_each_area(n: int, links: int) -> None:
    """Both ways of drawing (few areas, many areas) give the same chances as neighbours drawn for one area alone."""
    rng = np.random.default_rng(8)
    beside = from_pairs(rng.integers(0, n, (links, 2)), n, both=True)
    values = rng.gamma(2, size=n)
    found = local.lisa(values, beside, permutations=100_000, seed=4, alternative="greater")
    z = values - values.mean()
    orders = np.argsort(rng.random((20_000, n - 1)), axis=1)
    for at in (0, 7, 31, n - 1):
        near = beside.other[beside.area == at]
        if not near.size:
            assert np.isnan(found.p_permutation[at])
            continue
        drawn = np.delete(z, at)[orders[:, : near.size]].sum(axis=1)
        high = drawn >= z[near].sum() if z[at] > 0 else drawn <= z[near].sum()
        assert found.p_permutation[at] == pytest.approx(high.mean(), abs=0.015)


def test_join_variance_against_shuffling() -> None:
    links = ring(40)
    classes = np.array(["a"] * 9 + ["b"] * 13 + ["c"] * 18)
    rng = np.random.default_rng(1)
    shuffled = [rng.permutation(classes) for _ in range(1000)]
    for row in join_counts(classes, links, permutations=99)[:-1]:
        counts = [
            sum({s[i], s[j]} == {row.one, row.other} for i, j in links.pairs[links.area < links.other])
            for s in shuffled
        ]
        assert np.mean(counts) == pytest.approx(row.expected, rel=0.05)
        assert np.var(counts) == pytest.approx(row.variance, rel=0.15)


def test_variances_under_randomisation_against_shuffling() -> None:
    rng = np.random.default_rng(2)
    values, links = rng.gamma(1.5, size=30), ring(30)
    for method in (moran, geary, getis_ord):
        found = method(values, links, permutations=0)
        sims = [method(rng.permutation(values), links, permutations=0).statistic for _ in range(700)]
        assert np.mean(sims) == pytest.approx(found.expected, abs=4 * np.std(sims) / 26)
        assert np.var(sims) == pytest.approx(found.variance, rel=0.2)


def test_ties_count_on_both_sides() -> None:
    values = np.array([0.1, 0.1, 0.1, 0.3] * 5)
    found = local.lisa(values, ring(20, 1), permutations=999, alternative="greater")
    assert (found.p_permutation > 0).all()
    assert (found.p_permutation <= 1).all()


@given(st.integers(6, 40), st.integers(0, 10_000))
def test_shift_and_scale_change_nothing(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, links = rng.normal(size=n), ring(n)
    one, other = (local.lisa(v, links, permutations=99) for v in (values, 3 * values + 100))
    assert np.allclose(one.value, other.value)
    assert np.array_equal(one.p_permutation, other.p_permutation)
    assert np.isclose(moran(values, links).statistic, local.lisa(values, links).value.mean())
    assert np.isclose(geary(values, links).statistic, geary(-values, links).statistic)


@given(st.integers(6, 40), st.integers(0, 10_000))
def test_the_order_of_areas_does_not_matter(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, links, order = rng.normal(size=n), ring(n), rng.permutation(n)
    place = np.argsort(order)
    moved = from_pairs(place[links.pairs], n)
    one, other = (local.lisa(v, w, permutations=0) for v, w in ((values, links), (values[order], moved)))
    assert np.allclose(one.value[order], other.value)
    assert np.allclose(one.variance[order], other.variance)


def test_the_seed_repeats_and_another_does_not() -> None:
    values = np.random.default_rng(1).normal(size=50)
    one, same, other = (local.lisa(values, ring(50), seed=s).p_permutation for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_divided_map_is_two_parts() -> None:
    links = from_pairs([(0, 1), (1, 2), (4, 5)], 7, both=True)
    assert links.parts[[0, 1, 2]].tolist() == [links.parts[0]] * 3
    assert len(set(links.parts)) == 4
    assert links.islands.tolist() == [3, 6]
    assert moran([1.0, 2, 3, 4, 5, 6, 7], links).areas == 5


def test_esda_counts_islands() -> None:
    links = from_pairs([(0, 1), (1, 2), (2, 3), (3, 4)], 6, both=True)
    found = moran([1.0, 2, 3, 4, 5, 9], links, convention="esda")
    assert (found.areas, found.expected) == (6, -0.2)
    assert local.lisa([1.0, 2, 3, 4, 5, 9], links, convention="esda").reason[5] == "ohne Nachbargebiete"


def test_weights_of_all_styles() -> None:
    links = from_pairs([(0, 1), (1, 2), (1, 3)], 5, both=True)
    sums = {style: links.weights(style).sum() for style in "WBCUS"}  # type: ignore[arg-type]
    assert sums == pytest.approx({"W": 4, "B": 6, "C": 4, "U": 1, "S": 4})
    with pytest.raises(ValueError, match="style"):
        links.weights("X")  # type: ignore[arg-type]


def test_contact_by_corner_and_by_border() -> None:
    boxes = [shapely.box(x, y, x + 1, y + 1) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1), (5, 5))]
    assert contiguity(boxes).size.tolist() == [3, 3, 3, 3, 0]
    assert contiguity(boxes, contact="rook").size.tolist() == [2, 2, 2, 2, 0]
    apart = [shapely.box(0, 0, 1, 1), shapely.box(1.001, 0, 2, 1), None]
    assert contiguity(apart).size.tolist() == [0, 0, 0]
    assert contiguity([one and shapely.to_wkb(one) for one in apart], tolerance=0.01).size.tolist() == [
        1,
        1,
        0,
    ]
    assert contiguity(apart, tolerance=0.01, contact="rook").size.tolist() == [1, 1, 0]
    assert contiguity([None, None]).areas == 2


def test_neighbours_by_points_and_keys() -> None:
    points = [[0, 0], [1, 0], [3, 0], [0, 0]]
    assert nearest(points, 1).pairs.tolist() == [[0, 3], [1, 0], [2, 1], [3, 0]]
    assert within(points, 1.5).size.tolist() == [2, 2, 0, 2]
    assert from_codes(["a", "b", "c"], [["b", "x"], [], []]).pairs.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    "call",
    [
        lambda: moran([1.0, 2], ring(10)),
        lambda: moran(np.arange(10.0), ring(10), convention="R"),  # type: ignore[arg-type]
        lambda: moran(np.arange(10.0), ring(10), assumption="x"),  # type: ignore[arg-type]
        lambda: moran(np.arange(10.0), ring(10), permutations=-1),
        lambda: local.lisa(np.arange(10.0), ring(10), level=2),
        lambda: from_pairs([(0, 12)], 10),
        lambda: from_pairs([(0.5, 1)], 10),
        lambda: contiguity([], contact="bishop"),  # type: ignore[arg-type]
        lambda: nearest([[0, 0], [1, 1]], 2),
        lambda: within([[0, 0]], 0),
        lambda: adjusted([2.0]),
        lambda: adjusted([0.2], correction="x"),  # type: ignore[arg-type]
    ],
)
def test_wrong_use_is_refused(call: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        call()  # type: ignore[operator]


def test_negative_values_have_no_general_g() -> None:
    assert getis_ord(np.arange(-5.0, 5), ring(10)).reason.startswith("negative Werte")


def test_false_discovery_as_published() -> None:
    """Benjamini and Hochberg (1995), section 3.2: of 15 tests four are rejected at 0.05."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    q = adjusted([*p, np.nan])
    assert int(np.sum(q[:15] <= 0.05)) == 4
    assert np.isnan(q[15])
    assert int(np.sum(adjusted(p, correction="bonferroni") <= 0.05)) == 3


def test_p_values_of_permutations() -> None:
    assert of_permutations(0, 999, 999, "folded") == 0.001
    assert of_permutations(0, 999, 999) == 0.002
    assert of_permutations(999, 999, 999) == 1
