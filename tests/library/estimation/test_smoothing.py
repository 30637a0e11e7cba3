"""Glättung gegen Schleifen über die Gebiete; Eigenschaften und schlechte Eingaben."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.estimation.smoothing import Smoothed, global_bayes, local_bayes, pool_years


def town(seed: int, areas: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, persons and links of areas around a ring and with some chords; one area stands alone."""
    rng = np.random.default_rng(seed)
    people = rng.integers(20, 2000, areas).astype(float)
    count = rng.binomial(people.astype(int), rng.beta(4, 40, areas)).astype(float)
    ring = [(k, (k + 1) % (areas - 1)) for k in range(areas - 1)]
    chords = [tuple(rng.choice(areas - 1, 2, replace=False)) for _ in range(areas)]
    links = np.array(sorted({pair for a, b in ring + chords for pair in ((a, b), (b, a))}))
    return count, people, links


def loop(
    count: np.ndarray, people: np.ndarray, surroundings: list[list[int]], family: str, convention: str
) -> np.ndarray:
    """Area by area, as the formula is printed."""
    rate = count / people
    local = [sum(count[near]) / sum(people[near]) for near in surroundings]
    result = []
    for i, near in enumerate(surroundings):
        mean = local[i]
        centre = [local[j] if convention == "spdep" else mean for j in near]
        spread = sum(people[j] * (rate[j] - c) ** 2 for j, c in zip(near, centre, strict=True)) / sum(
            people[near]
        )
        base = sum(people[near]) / len(near)
        if family == "poisson":
            between = max(spread - mean / base, 0)
            chance = mean / people[i]
        else:
            between = max((base * spread - mean * (1 - mean)) / (base - 1), 0)
            chance = max(mean * (1 - mean) - between, 0) / people[i]
        weight = between / (between + chance) if between else 0.0
        result.append(rate[i] if near == [i] else mean + weight * (rate[i] - mean))
    return np.array(result)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
@pytest.mark.parametrize("convention", ["spdep", "marshall"])
@given(st.integers(0, 10_000))
def test_local_smoothing_agrees_with_a_loop(family: str, convention: str, seed: int) -> None:
    count, people, links = town(seed)
    near = [sorted({i, *links[links[:, 0] == i, 1].tolist()}) for i in range(count.size)]
    found = local_bayes(count, people, links, family=family, convention=convention)  # type: ignore[arg-type]
    assert np.allclose(found.value, loop(count, people, near, family, convention), rtol=1e-9)


@given(st.integers(0, 10_000), st.sampled_from(["poisson", "binomial"]))
def test_with_everybody_as_neighbour_local_is_global(seed: int, family: str) -> None:
    count, people, _ = town(seed)
    everybody = np.argwhere(~np.eye(count.size, dtype=bool))
    near = local_bayes(count, people, everybody, family=family, convention="marshall")  # type: ignore[arg-type]
    whole = global_bayes(count, people, family=family)  # type: ignore[arg-type]
    assert np.allclose(near.value, whole.value, rtol=1e-9)
    assert np.allclose(near.variance, whole.variance, rtol=1e-9, atol=1e-15)


@given(st.integers(0, 10_000), st.sampled_from(["poisson", "binomial"]))
def test_values_move_towards_the_mean(seed: int, family: str) -> None:
    count, people, links = town(seed)
    for found in (
        global_bayes(count, people, family=family),
        local_bayes(count, people, links, family=family),
    ):  # type: ignore[arg-type]
        low, high = np.minimum(found.raw, found.prior), np.maximum(found.raw, found.prior)
        assert ((found.value >= low - 1e-12) & (found.value <= high + 1e-12)).all()
        assert ((found.weight >= 0) & (found.weight <= 1)).all()
    whole = global_bayes(count, people, family=family)  # type: ignore[arg-type]
    assert (np.diff(whole.weight[np.argsort(people)]) >= -1e-12).all()  # more people, more of its own


@given(st.integers(0, 10_000))
def test_order_and_double_links_do_not_matter(seed: int) -> None:
    count, people, links = town(seed)
    order = np.random.default_rng(seed).permutation(count.size)
    place = np.argsort(order)
    plain = local_bayes(count, people, links)
    other = local_bayes(count[order], people[order], place[np.concatenate([links, links[:5], [[3, 3]]])])
    assert np.allclose(other.value, plain.value[order], rtol=1e-12)


def test_smoothed_rates_are_nearer_to_the_truth() -> None:
    rng = np.random.default_rng(4)
    gain = []
    for _ in range(50):
        truth, people = rng.gamma(16, 0.00125, 200), rng.integers(50, 800, 200)
        found = global_bayes(rng.poisson(truth * people), people)
        gain.append(np.mean((found.value - truth) ** 2) / np.mean((found.raw - truth) ** 2))
        promised = np.nanmean(found.variance)
    assert np.mean(gain) < 0.6
    assert promised == pytest.approx(np.mean((found.value - truth) ** 2), rel=0.5)


# --- bad input -------------------------------------------------------------------------------------------------------


def complete(found: Smoothed, areas: int) -> None:
    assert found.value.size == areas
    assert (np.isnan(found.value) <= (found.reason != "")).all()
    assert found.sentence()


def test_areas_without_figures_do_not_disturb_their_neighbours() -> None:
    count, people, links = town(2)
    gaps = count.copy()
    gaps[4] = np.nan
    empty = people.copy()
    empty[7], gaps[7] = 0, 0
    found = local_bayes(gaps, empty, links)
    complete(found, 30)
    kept = links[~np.isin(links, [4, 7]).any(axis=1)]
    without = local_bayes(np.where(np.isin(np.arange(30), [4, 7]), np.nan, count), people, kept)
    assert np.allclose(found.value, without.value, equal_nan=True)
    assert found.status[[4, 7]].tolist() == ["missing", "not_meaningful"]


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_no_events_equal_rates_one_area_none(family: str) -> None:
    links = np.array([[0, 1], [1, 0]])
    for count, people in (
        ([0, 0, 0], [10, 20, 30]),
        ([5, 10, 15], [50, 100, 150]),
        ([10, 20, 30], [10, 20, 30]),
    ):
        for found in (
            global_bayes(count, people, family=family),  # type: ignore[arg-type]
            local_bayes(count, people, links, family=family),  # type: ignore[arg-type]
        ):
            complete(found, 3)
            assert np.allclose(found.value, np.array(count) / people)
    complete(global_bayes([3], [20], family=family), 1)  # type: ignore[arg-type]
    complete(global_bayes([], [], family=family), 0)  # type: ignore[arg-type]
    complete(global_bayes([np.nan, 0], [20, 0], family=family), 2)  # type: ignore[arg-type]
    alone = local_bayes([3, 4], [20, 30], [])
    assert alone.reason.tolist() == ["ohne Nachbargebiete: nicht geglättet"] * 2
    assert np.allclose(alone.value, alone.raw)


@pytest.mark.parametrize(
    ("count", "base", "words"),
    [
        ([-1, 2], [3, 4], "negative"),
        ([1, 2], [3, -4], "negative"),
        ([1, 2], [0, 4], "more cases"),
        ([1, np.inf], [3, 4], "finite"),
        ([1, 2], [3], "equally long"),
        ([[1, 2]], [[3, 4]], "one-dimensional"),
    ],
)
def test_mistakes_are_refused(count: object, base: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        global_bayes(count, base)  # type: ignore[arg-type]


def test_wrong_words_and_links_are_refused() -> None:
    with pytest.raises(ValueError, match="more cases"):
        global_bayes([5], [3], family="binomial")
    with pytest.raises(ValueError, match="unknown family"):
        global_bayes([1], [3], family="normal")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown convention"):
        local_bayes([1], [3], [], convention="geoda")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="between 0 and 1"):
        local_bayes([1, 2], [3, 4], [[1, 2]])
    with pytest.raises(ValueError, match="two columns"):
        local_bayes([1, 2], [3, 4], [[0.0, 1.0]])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1, 2], [3, 4]), "periods × areas"),
        (([[1, 2]], [[3]]), "periods × areas"),
        (([[-1]], [[3]]), "negative"),
    ],
)
def test_pooling_mistakes_are_refused(arguments: tuple[object, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        pool_years(*arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown kind"):
        pool_years([[1]], [[3]], kind="mean")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one entry per period"):
        pool_years([[1]], [[3]], names=["2022", "2023"])


@given(st.integers(0, 10_000))
def test_pooling_one_year_changes_nothing(seed: int) -> None:
    count, people, _ = town(seed)
    found = pool_years(count[None], people[None])
    assert np.allclose(found.value, count / people)
    twice = pool_years(np.array([count, count]), np.array([people, people]))
    assert np.allclose(twice.value, found.value)
    assert (twice.upper - twice.lower <= found.upper - found.lower + 1e-12).all()
