"""Armut und Ungleichheit: gegen zweite Rechenwege, mit Eigenschaften und schlechten Eingaben."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sozialraum.estimation.microdata import equivalised_income, modified_oecd, weighted_quantile
from sozialraum.estimation.poverty import MEASURES, Estimates, estimate, measures, poverty_threshold
from sozialraum.estimation.replicates import design, draws, rake


def brute(income: np.ndarray, counts: np.ndarray, line: float | None = None) -> list[float]:
    """Everybody written out as often as the weight says: NumPy's quantiles, the Gini from all pairs."""
    people = np.repeat(income, counts)

    def quantile(x: np.ndarray, p: float) -> float:
        return float(np.quantile(x, p, method="averaged_inverted_cdf"))

    line = 0.6 * quantile(people, 0.5) if line is None else line
    poor = people[people < line]
    low, high = quantile(people, 0.2), quantile(people, 0.8)
    gini = np.abs(people[:, None] - people).sum() / (2 * people.size * people.sum())
    return [
        poor.size / people.size,
        line,
        (line - quantile(poor, 0.5)) / line if poor.size else np.nan,
        people[people > high].sum() / people[people <= low].sum(),
        gini,
    ]


def survey(seed: int = 1, households: int = 400) -> dict[str, np.ndarray]:
    """Households in four regions with one income each and equal weights per household."""
    rng = np.random.default_rng(seed)
    size = rng.integers(1, 5, households)
    region = rng.integers(0, 4, households)
    income = rng.lognormal(7.4 + 0.1 * region, 0.6)
    weight = rng.uniform(5, 50, households)
    household = np.repeat(np.arange(households), size)
    parts = {"income": income, "weights": weight, "region": region.astype(str)}
    return {**{name: part[household] for name, part in parts.items()}, "household": household}


incomes = hnp.arrays(float, st.integers(5, 40), elements=st.integers(1, 60).map(float))


@given(incomes, st.randoms(use_true_random=False))
def test_measures_agree_with_everybody_written_out(income: np.ndarray, random: object) -> None:
    counts = np.array([random.randint(1, 6) for _ in income])  # type: ignore[attr-defined]
    expected = brute(income, counts)
    found = list(measures(income, counts))
    people = np.repeat(income, counts)
    if not (people > np.quantile(people, 0.8, method="averaged_inverted_cdf")).any():
        expected[3] = np.nan  # no upper fifth to speak of
    assert np.allclose(found, expected, rtol=1e-10, atol=1e-12, equal_nan=True)


@given(incomes, st.floats(0.01, 0.99), st.randoms(use_true_random=False))
def test_quantiles_agree_with_numpy(income: np.ndarray, share: float, random: object) -> None:
    counts = np.array([random.randint(0, 6) for _ in income])  # type: ignore[attr-defined]
    people = np.repeat(income, counts)
    found = weighted_quantile(income, counts, share)
    if people.size:
        below, up_to = np.mean(people < found), np.mean(people <= found)
        assert below <= share + 1e-9
        assert up_to >= share - 1e-9
    else:
        assert np.isnan(found)


@given(incomes, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.randoms(use_true_random=False))
def test_units_and_order_do_not_matter(
    income: np.ndarray, money: float, scale: float, random: object
) -> None:
    order = np.array(random.sample(range(income.size), income.size))  # type: ignore[attr-defined]
    weights = 1.0 + np.arange(income.size) % 3
    plain = measures(income, weights, line=20.0)
    other = measures(income[order] * 2.0**5, weights[order] * scale, line=20.0 * 2.0**5)
    assert np.allclose(np.delete(plain, 1), np.delete(other, 1), equal_nan=True)
    assert 0 <= plain.gini < 1
    assert np.isclose(measures(income * money, weights).gini, plain.gini)


def test_groups_are_measured_like_samples_of_their_own() -> None:
    data = survey()
    line = poverty_threshold(data["income"], data["weights"])
    found = estimate(data["income"], data["weights"], data["region"])
    assert found.groups == ("insgesamt", "0", "1", "2", "3")
    for row, group in enumerate(found.groups):
        inside = (data["region"] == group) | (row == 0)
        expected = measures(data["income"][inside], data["weights"][inside], line=line)
        assert np.allclose(found.value[row], expected, rtol=1e-10)
    own = estimate(data["income"], data["weights"], data["region"], line="group")
    inside = data["region"] == "2"
    assert np.allclose(own.value[3], measures(data["income"][inside], data["weights"][inside]), rtol=1e-10)
    fixed = estimate(data["income"], data["weights"], data["region"], line=1250.0)
    assert (fixed.column("threshold") == 1250).all()


def test_a_replicate_is_a_sample_drawn_again() -> None:
    data = survey(households=60)
    plan = design(data["income"].size, data["region"], data["household"])
    (counts,) = draws(plan, 20, np.random.default_rng(7))
    assert counts.shape == (20, data["income"].size)
    for stratum in range(4):  # each stratum keeps its number of households
        first = np.unique(data["household"][data["region"] == str(stratum)], return_index=True)[1]
        inside = counts[:, data["region"] == str(stratum)]
        assert (inside[:, first].sum(axis=1) == first.size).all()
    for replicate in counts[:5]:  # persons of a household come together
        assert all(np.unique(replicate[data["household"] == h]).size == 1 for h in range(60))


def test_the_bootstrap_is_that_of_a_plain_loop() -> None:
    data = survey(households=200)
    income, weights, region = data["income"], data["weights"], data["region"]
    found = estimate(
        income,
        weights,
        region,
        strata=region,
        clusters=data["household"],
        variance="naive",
        replicates=40,
        seed=3,
    )
    plan = design(income.size, region, data["household"])
    drawn = []
    for block in draws(plan, 40, np.random.default_rng(3)):
        for counts in block:
            line = poverty_threshold(income, weights * counts)
            drawn.append(
                [
                    measures(income[inside], (weights * counts)[inside], line=line)
                    for inside in (region != "", *(region == name for name in "0123"))
                ]
            )
    # One region has a replicate whose upper fifth is a single household: no ratio there.
    assert np.isnan(np.array(drawn)).sum() == 1
    assert np.allclose(found.variance, np.nanvar(drawn, axis=0, ddof=1), rtol=1e-8)
    assert np.allclose(found.lower, np.nanquantile(drawn, 0.025, axis=0), rtol=1e-8)


def test_a_fixed_line_has_the_variance_of_a_proportion() -> None:
    rng = np.random.default_rng(5)
    income = rng.lognormal(7, 0.5, 800)
    for variance, tolerance in (("linearisation", 0.002), ("naive", 0.15), ("rescaled", 0.15)):
        found = estimate(income, np.full(800, 12.5), line=900.0, variance=variance)
        p = found.value[0, 0]
        assert found.variance[0, 0] == pytest.approx(p * (1 - p) / 799, rel=tolerance)


def jackknife(data: dict[str, np.ndarray], measure: int, line: float | None) -> float:
    """Leave out one household at a time."""
    keys = np.unique(data["household"])
    left = [
        measures(
            data["income"][data["household"] != key], data["weights"][data["household"] != key], line=line
        )[measure]
        for key in keys
    ]
    return float((keys.size - 1) / keys.size * np.sum((np.array(left) - np.mean(left)) ** 2))


@pytest.mark.parametrize(("measure", "tolerance"), [(0, 0.01), (4, 0.03)])
def test_linearisation_agrees_with_the_jackknife(measure: int, tolerance: float) -> None:
    """Smooth measures only: the jackknife fails for quantiles."""
    data = survey(4)
    found = estimate(data["income"], data["weights"], line=1200.0, clusters=data["household"])
    assert found.variance[0, measure] == pytest.approx(jackknife(data, measure, 1200.0), rel=tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("line", ["all", "group", 1300.0])
def test_standard_errors_are_those_of_repeated_samples(line: float | str) -> None:
    """Many samples from one population: how the estimates really vary."""
    rng = np.random.default_rng(11)
    income = rng.lognormal(7.4, 0.55, 40_000)
    group = (rng.random(40_000) < 0.3).astype(int)
    values, promised = [], []
    for _ in range(600):
        pick = rng.integers(0, 40_000, 1500)
        found = estimate(income[pick], np.ones(1500), group[pick], line=line)  # type: ignore[arg-type]
        values.append(found.value)
        promised.append(found.variance)
    real = np.var(values, axis=0, ddof=1)
    ratio = np.mean(promised, axis=0) / np.where(real > 0, real, np.nan)
    smooth = [0, 3, 4]
    assert np.nanmax(np.abs(ratio[:, smooth] - 1)) < 0.15
    assert np.nanmax(np.abs(ratio[:, [1, 2]] - 1)) < 0.45  # medians: the density is estimated


def test_raking_agrees_with_iterative_proportional_fitting() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 3, 200), rng.integers(0, 4, 200)
    weights = rng.uniform(1, 4, 200)
    x = np.column_stack([a == k for k in range(3)] + [b == k for k in range(4)]).astype(float)
    totals = np.array([200, 150, 170, 100, 140, 160, 120.0])
    fitted = weights.copy()
    for _ in range(500):
        for code, margin in ((a, totals[:3]), (b, totals[3:])):
            fitted *= (margin / np.bincount(code, weights=fitted))[code]
    assert np.allclose(rake(weights, x, totals), fitted, rtol=1e-7)


def test_raking_without_a_solution_says_so() -> None:
    x = np.column_stack([np.ones(4), [1, 1, 0, 0]])
    assert np.isnan(rake(np.ones(4), x, [4.0, 9.0])).all()  # a part larger than the whole
    raked = rake(np.ones((2, 4)), x, [4.0, 3.0])
    assert np.allclose(raked @ x, [[4, 3], [4, 3]])


def test_known_totals_make_estimates_steadier() -> None:
    data = survey(9)
    helpers = np.column_stack([np.ones(data["income"].size), np.log(data["income"])])
    settings_ = {"clusters": data["household"], "replicates": 300}
    naive = estimate(data["income"], data["weights"], variance="naive", **settings_)  # type: ignore[arg-type]
    calibrated = estimate(
        data["income"],
        data["weights"],
        variance="calibrated",
        auxiliaries=helpers,
        **settings_,  # type: ignore[arg-type]
    )
    residual = estimate(data["income"], data["weights"], clusters=data["household"], auxiliaries=helpers)
    assert calibrated.variance[0, 1] < 0.8 * naive.variance[0, 1]
    assert residual.variance[0, 4] == pytest.approx(calibrated.variance[0, 4], rel=0.25)


def test_the_same_seed_gives_the_same_figures() -> None:
    data = survey(households=50)
    first, again, other = (
        estimate(data["income"], data["weights"], variance="naive", replicates=50, seed=seed)
        for seed in (1, 1, 2)
    )
    assert (first.variance == again.variance).all()
    assert (first.variance != other.variance).any()
    assert first.parameters["seed"] == 1
    assert first.method == "naive"


# --- bad input -------------------------------------------------------------------------------------------------------


def reasons(found: Estimates, group: str) -> dict[str, str]:
    row = found.groups.index(group)
    assert (np.isnan(found.value[row]) <= (found.reason[row] != "")).all()  # never NaN without a reason
    return dict(zip(MEASURES, found.reason[row].tolist(), strict=True))


def test_groups_without_answers_stay_and_say_why() -> None:
    found = estimate([1000, 2000, np.nan, np.nan, 3000], np.ones(5), ["a", "a", "b", "b", "c"])
    assert found.groups == ("insgesamt", "a", "b", "c")
    assert found.missing.tolist() == [2, 0, 2, 0]
    assert found.records.tolist() == [3, 2, 0, 1]
    assert set(reasons(found, "b").values()) == {"kein Einkommen angegeben"}
    assert set(found.status[2]) == {"missing"}


@pytest.mark.parametrize("variance", ["linearisation", "naive", "rescaled"])
def test_equal_incomes(variance: str) -> None:
    found = estimate(np.full(20, 1500.0), np.ones(20), variance=variance)  # type: ignore[arg-type]
    why = reasons(found, "insgesamt")
    assert found.value[0, 0] == 0
    assert abs(found.value[0, 4]) < 1e-12
    assert why["gap"] == "niemand liegt unter der Schwelle"
    assert "obere Fünftel" in why["s80_s20"]


def test_nobody_earns_anything() -> None:
    found = estimate(np.zeros(10), np.ones(10))
    why = reasons(found, "insgesamt")
    assert "positiv" in why["gini"]
    assert "positiv" in why["gap"]


def test_all_missing_no_records_one_record() -> None:
    nothing = estimate(np.full(3, np.nan), np.ones(3))
    assert set(reasons(nothing, "insgesamt").values()) == {"kein Einkommen angegeben"}
    assert set(reasons(estimate([], []), "insgesamt").values()) == {"kein Einkommen angegeben"}
    one = estimate([1200.0], [3.0])
    assert one.value[0, 1] == 720
    assert np.isnan(one.variance).all()
    assert "nur eine Erhebungseinheit" in reasons(one, "insgesamt")["rate"]


def test_weights_of_zero() -> None:
    found = estimate([1000, 2000, 3000, 500], [0, 0, 1, 1], ["a", "a", "b", "b"])
    assert set(reasons(found, "a").values()) == {"die Gewichte der Gruppe sind null"}


def test_a_stratum_with_one_household_counts_on_the_safe_side() -> None:
    rng = np.random.default_rng(3)
    income, strata = rng.lognormal(7, 0.5, 41), np.r_[np.zeros(40), 1]
    found = estimate(income, np.ones(41), strata=strata)
    assert found.parameters["single_strata"] == 1
    assert (found.variance[0] > 0).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weights": [1, -1, 1]}, "negative"),
        ({"weights": [1, np.nan, 1]}, "negative"),
        ({"groups": ["a", "b"]}, "one entry per record"),
        ({"clusters": ["a", "b"]}, "one entry per record"),
        ({"line": "median"}, "line must be"),
        ({"variance": "jackknife"}, "unknown variance"),
        ({"variance": "calibrated"}, "auxiliaries"),
        ({"replicates": 1, "variance": "naive"}, "two replicates"),
        ({"auxiliaries": [[1.0], [1.0]]}, "one row per record"),
        ({"auxiliaries": [[1.0], [1.0], [1.0]], "totals": [1, 2]}, "one entry per auxiliary"),
        ({"share": 0}, "share"),
    ],
)
def test_mistakes_are_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        estimate([1000.0, 2000.0, 3000.0], **{"weights": [1, 1, 1], **arguments})  # type: ignore[arg-type]


# --- households ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adults", "children", "scale"),
    [(1, 0, 1.0), (2, 0, 1.5), (2, 2, 2.1), (1, 1, 1.3), (3, 1, 2.3), (0, 2, 1.3)],
)
def test_the_modified_oecd_scale(adults: int, children: int, scale: float) -> None:
    assert modified_oecd(adults, children) == pytest.approx(scale)


def test_households_share_their_income() -> None:
    found = equivalised_income(
        [3000, 0, 0, 1400, np.nan, 10], ["a", "a", "a", "b", "c", "c"], [40, 39, 13, 70, 30, 14]
    )
    assert np.allclose(found, [3000 / 1.8] * 3 + [1400] + [np.nan] * 2, equal_nan=True)
    assert np.isnan(modified_oecd(0, 0))
    assert np.isnan(equivalised_income([1.0], ["a"], [np.nan])).all()
    with pytest.raises(ValueError, match="equally long"):
        equivalised_income([1.0], ["a", "b"], [3])
    with pytest.raises(ValueError, match="negative"):
        modified_oecd(-1, 0)


@settings(max_examples=30)
@given(st.integers(1, 400), st.integers(1, 12))
def test_memory_does_not_grow_with_replicates(records: int, households: int) -> None:
    plan = design(records, None, np.arange(records) % households)
    blocks = [block.shape[0] for block in draws(plan, 3000, np.random.default_rng(0))]
    assert sum(blocks) == 3000
    assert max(blocks) * records <= 500_000
