"""Fay–Herriot gegen volle Matrizen, numerische Integrale und wiederholte Ziehungen; schlechte Eingaben."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from sozialraum.errors import SozialraumError
from sozialraum.estimation.fay_herriot import BACK, benchmark, effective_sizes, fit


def sample(seed: int, areas: int = 25, between: float = 0.3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(areas, 2)) * [1.0, 500.0] + [0.0, 3000.0]
    d = rng.uniform(0.05, 1.0, areas)
    truth = 4 + x @ [0.8, 0.001] + rng.normal(size=areas) * np.sqrt(between)
    return truth + rng.normal(size=areas) * np.sqrt(d), d, x


def dense(y: np.ndarray, d: np.ndarray, x: np.ndarray, method: str) -> tuple[float, np.ndarray, np.ndarray]:
    """The textbook way: m × m matrices, numerical maximum, derivatives by differences."""
    x = np.column_stack([np.ones(y.size), x])

    def parts(a: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        v = np.diag(1 / (a + d))
        q = np.linalg.inv(x.T @ v @ x)
        return v, q, q @ x.T @ v @ y

    def minus_log_likelihood(a: float) -> float:
        v, _, beta = parts(a)
        rest = y - x @ beta
        value = -np.linalg.slogdet(v)[1] + rest @ v @ rest
        return float(value + (np.linalg.slogdet(x.T @ v @ x)[1] if method == "reml" else 0.0)) / 2

    a = minimize_scalar(
        minus_log_likelihood, bounds=(1e-12, 20), method="bounded", options={"xatol": 1e-12}
    ).x
    v, q, beta = parts(a)
    gamma = a / (a + d)
    var_a = 2 / np.trace(v @ v)
    g1, g2 = gamma * d, (1 - gamma) ** 2 * np.diag(x @ q @ x.T)
    g3 = d**2 / (a + d) ** 3 * var_a
    mse = g1 + g2 + 2 * g3
    if method == "ml":
        mse += np.trace(q @ x.T @ v @ v @ x) / np.trace(v @ v) * (1 - gamma) ** 2
    return a, gamma * y + (1 - gamma) * (x @ beta), mse


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_full_matrices(method: str, seed: int) -> None:
    y, d, x = sample(seed)
    a, estimate, mse = dense(y, d, x, method)
    found = fit(y, d, x, method=method)  # type: ignore[arg-type]
    assert found.between_variance == pytest.approx(a, rel=1e-5, abs=1e-8)
    assert np.allclose(found.estimate, estimate, rtol=1e-6)
    assert np.allclose(found.mse, mse, rtol=1e-5)


@given(st.integers(0, 10_000), st.floats(0.0, 1.0), st.sampled_from(["reml", "ml"]))
def test_estimates_lie_between_survey_and_model(seed: int, between: float, method: str) -> None:
    y, d, x = sample(seed, between=between)
    found = fit(y, d, x, method=method)  # type: ignore[arg-type]
    low, high = np.minimum(y, found.synthetic), np.maximum(y, found.synthetic)
    assert ((found.estimate >= low - 1e-9) & (found.estimate <= high + 1e-9)).all()
    assert ((found.shrinkage >= 0) & (found.shrinkage <= 1)).all()
    assert (np.diff(found.shrinkage[np.argsort(d)]) <= 1e-12).all()  # surer surveys count more
    assert (found.mse > 0).all()
    assert ((found.lower <= found.estimate) & (found.estimate <= found.upper)).all()
    assert 0 <= found.explained <= 1


@given(st.integers(0, 10_000), st.floats(0.01, 1000), st.floats(-50, 50))
def test_units_and_order_do_not_matter(seed: int, scale: float, shift: float) -> None:
    y, d, x = sample(seed)
    plain = fit(y, d, x)
    order = np.random.default_rng(seed).permutation(y.size)
    other = fit(y[order] * scale + shift, d[order] * scale**2, (x * [2.0, 1e-4] + [5, 1])[order])
    assert np.allclose(other.estimate, plain.estimate[order] * scale + shift, rtol=1e-6, atol=1e-6 * scale)
    assert np.allclose(other.mse, plain.mse[order] * scale**2, rtol=1e-4)


@pytest.mark.parametrize(("name", "inverse"), [("log", np.exp), ("arcsin", lambda z: np.sin(z) ** 2)])
@pytest.mark.parametrize(("mean", "variance"), [(0.4, 0.001), (0.35, 0.02), (0.7, 0.05)])
def test_expectations_under_the_model_are_integrals(
    name: str, inverse: object, mean: float, variance: float
) -> None:
    def expected(power: int) -> float:
        spread = np.sqrt(variance)
        return float(
            quad(
                lambda z: inverse(z) ** power * norm.pdf(z, mean, spread),  # type: ignore[operator]
                mean - 10 * spread,
                mean + 10 * spread,
                epsabs=1e-13,
            )[0]
        )

    m, s = np.array([mean]), np.array([variance])
    back, step = BACK[name], 1e-6
    assert back.mean(m, s)[0] == pytest.approx(expected(1), rel=1e-9)
    assert back.variance(m, s)[0] == pytest.approx(expected(2) - expected(1) ** 2, rel=1e-6)
    assert back.by_mean(m, s)[0] == pytest.approx(
        float((back.mean(m + step, s) - back.mean(m - step, s))[0] / (2 * step)), rel=1e-6
    )
    slope = float((back.mean(m, s + step) - back.mean(m, s - step))[0] / (2 * step))
    assert back.by_variance(m, s)[0] == pytest.approx(slope, rel=1e-6)


def draw(name: str, rng: np.random.Generator, areas: int) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    """True figures of all areas and what is known about them; nobody is asked in the first five."""
    x, out = np.linspace(-1.5, 1.5, areas), np.arange(areas) < 5
    if name == "arcsin":
        size = np.linspace(20, 120, areas)[np.argsort(np.sin(np.arange(areas)))]
        angle = np.arcsin(np.sqrt(0.15)) + 0.06 * x + rng.normal(size=areas) * 0.063
        seen = np.sin(np.clip(angle + rng.normal(size=areas) / np.sqrt(4 * size), 0, np.pi / 2)) ** 2
        known: dict[str, object] = {"variance": None, "effective_size": size}
        truth = np.sin(angle) ** 2
    else:
        d = np.linspace(0.01, 0.06, areas)[np.argsort(np.sin(np.arange(areas)))]
        mean = 10 + 0.2 * x + rng.normal(size=areas) * 0.14
        noisy = mean + rng.normal(size=areas) * np.sqrt(d)
        truth, seen = (np.exp(mean), np.exp(noisy)) if name == "log" else (mean, noisy)
        known = {"variance": d * np.exp(2 * noisy) if name == "log" else d}
    return truth, np.where(out, np.nan, seen), {**known, "covariates": x, "transformation": name}


@pytest.mark.parametrize("name", ["none", "log", "arcsin"])
def test_errors_are_those_of_repeated_draws(name: str) -> None:
    """Towns drawn again and again: the promised error is the real one, and transformed estimates are not biased."""
    rng = np.random.default_rng(8)
    errors, promised, covered = [], [], []
    for _ in range(1200):
        truth, seen, known = draw(name, rng, 60)
        found = fit(seen, **known)  # type: ignore[arg-type]
        errors.append(found.estimate - truth)
        promised.append(found.mse)
        covered.append((found.lower <= truth) & (truth <= found.upper))
    real = np.mean(np.square(errors), axis=0)
    ratio = np.mean(promised, axis=0) / real
    assert ratio[:5].mean() == pytest.approx(1, abs=0.12)
    assert ratio[5:].mean() == pytest.approx(1, abs=0.06)
    assert np.abs(np.mean(errors, axis=0) / np.sqrt(real)).mean() < 0.05
    assert np.mean(covered) == pytest.approx(0.94, abs=0.03)


def test_the_bare_inverse_would_be_wrong() -> None:
    """For a convex way back the expectation lies above the inverse of the mean, the more the less is known."""
    x = np.linspace(0, 1, 30)
    y = np.exp(8 + x + 0.5 * np.sin(17 * x))
    found = fit(np.where(x > 0.9, np.nan, y), 0.09 * y**2, x, transformation="log")
    constant, slope = (term.value for term in found.coefficients)
    assert np.allclose(found.estimate[-1], np.exp(constant + slope + found.between_variance / 2))


# --- agreeing with a total -------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 0.9), st.floats(1e-6, 0.1), st.floats(0, 1e4)), min_size=1, max_size=20
    ),
    st.floats(0.01, 0.9),
    st.sampled_from(["ratio", "difference", "mse"]),
)
def test_benchmarked_estimates_meet_the_total(
    areas: list[tuple[float, float, float]], total: float, method: str
) -> None:
    value, mse, population = (np.array(part) for part in zip(*areas, strict=True))
    if population.sum() < 1:
        return
    shares = population / population.sum()
    found = benchmark(value, mse, shares, total, method=method)  # type: ignore[arg-type]
    assert float(shares @ found.estimate) == pytest.approx(total)
    assert np.allclose(found.mse, mse + (found.estimate - value) ** 2)


def test_an_area_without_estimate_cannot_be_benchmarked() -> None:
    with pytest.raises(SozialraumError, match="1 Gebiete mit Bevölkerung"):
        benchmark([0.1, np.nan], [0.1, np.nan], [0.5, 0.5], 0.2)
    found = benchmark([0.1, np.nan], [0.1, np.nan], [1, 0], 0.2)  # nobody lives there
    assert found.estimate[0] == pytest.approx(0.2)
    assert np.isnan(found.estimate[1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0.0, 0.0], [1, 1], [0.5, 0.5], 0.2), "cannot move"),
        (([0.1, 0.2], [1, 1], [0.5, -0.5], 0.2), "negative"),
        (([0.1, 0.2], [1, 1], [0, 0], 0.2), "shares"),
        (([0.1, 0.2], [1], [0.5, 0.5], 0.2), "equally long"),
    ],
)
def test_impossible_benchmarks(arguments: tuple[object, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        benchmark(*arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown method"):
        benchmark([0.1], [1], [1], 0.2, method="raking")  # type: ignore[arg-type]


def test_effective_sizes_share_one_design_effect() -> None:
    p, n = np.array([0.2, 0.5, 0.1, 0.0, np.nan]), np.array([100.0, 50, 40, 30, 0])
    variance = np.array([2.0, 1.5, 4.0, 0.0, np.nan]) * np.r_[p[:4] * (1 - p[:4]) / n[:4], np.nan]
    assert effective_sizes(p, variance, n).tolist() == pytest.approx([50, 25, 20, 15, 0])
    assert effective_sizes([0.0], [0.0], [12]).tolist() == [12]  # nothing to learn a design effect from
    with pytest.raises(ValueError, match="same shape"):
        effective_sizes([0.1], [0.1, 0.2], [3])
    with pytest.raises(ValueError, match="negative"):
        effective_sizes([0.1], [0.1], [-3])


# --- bad input -------------------------------------------------------------------------------------------------------


def test_no_variation_beyond_the_covariates() -> None:
    x = np.linspace(1, 2, 12)
    found = fit(3 * x, np.full(12, 5.0), x)
    assert found.between_variance == 0
    assert np.allclose(found.estimate, found.synthetic)
    assert (found.mse > 0).all()
    assert set(found.reason) == {found.reason[0]}
    assert "Registermerkmale" in found.reason[0]
    assert any("Varianz 0" in note for note in found.notes)


@given(st.integers(0, 10_000), st.floats(0.0, 0.6))
def test_an_area_nobody_was_asked_in_is_never_surer(seed: int, between: float) -> None:
    """A twin of each area without survey: the same covariates, so only the survey makes the difference."""
    y, d, x = sample(seed, areas=15, between=between)
    found = fit(np.r_[y, np.full(15, np.nan)], np.r_[d, np.full(15, np.nan)], np.r_[x, x])
    assert (found.mse[15:] >= found.mse[:15] * (1 - 1e-9)).all()


def test_every_kind_of_gap_stays_and_says_why() -> None:
    y, d, x = sample(3, areas=20)
    y[0] = np.nan  # nobody asked
    d[1] = 0.0  # no variance
    d[2] = np.nan
    x[3, 0] = np.nan  # covariate missing
    x[4, 1], y[4] = np.inf, np.nan  # neither
    found = fit(y, d, x)
    assert found.estimate.size == 20
    assert found.status[:6].tolist() == ["estimated"] * 4 + ["missing", "ok"]
    assert found.reason[0].startswith("keine Befragten")
    assert found.reason[1] == found.reason[2] != ""
    assert found.estimate[1] == pytest.approx(found.synthetic[1])
    assert (found.estimate[3], found.mse[3]) == (y[3], d[3])
    assert found.reason[3] == "Registermerkmal fehlt: direkter Wert ohne Modell"
    assert np.isnan(found.estimate[4])
    assert found.reason[4] == "weder Befragte noch Registermerkmale"
    assert (np.isnan(found.estimate) <= (found.reason != "")).all()
    assert np.isnan(found.residual[:5]).all()


def test_values_without_logarithm_come_from_the_model() -> None:
    y, d, x = sample(3, areas=20)
    y = np.exp(y / 4)
    y[0], y[1] = 0.0, -3.0
    found = fit(y, d, x, transformation="log")
    assert found.status[:3].tolist() == ["estimated", "estimated", "ok"]
    assert "Logarithmus" in found.reason[0]
    assert (found.estimate > 0).all()


def test_a_share_known_only_from_the_survey_keeps_an_error() -> None:
    x = np.r_[np.nan, np.linspace(0.1, 0.4, 11)]
    share = np.r_[0.0, np.linspace(0.1, 0.4, 11) + 0.05 * np.cos(np.arange(11))]
    found = fit(share, None, x, transformation="arcsin", effective_size=np.full(12, 25.0))
    assert found.estimate[0] == 0
    assert found.mse[0] > 0
    assert found.precision()[0] == "nicht veröffentlichen"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"variance": np.r_[-1, np.ones(9)]}, "negative"),
        ({"variance": np.ones(3)}, "one entry"),
        ({"variance": None}, "needed"),
        ({"covariates": np.ones((3, 1))}, "one row"),
        ({"names": ["a", "b"]}, "one entry per covariate"),
        ({"method": "fh"}, "unknown method"),
        ({"transformation": "logit"}, "unknown transformation"),
        ({"transformation": "arcsin"}, "effective"),
        ({"transformation": "arcsin", "effective_size": np.ones(10)}, "between 0 and 1"),
        ({"transformation": "arcsin", "effective_size": np.ones(2)}, "one entry"),
        ({"level": 95}, "level"),
    ],
)
def test_mistakes_are_refused(arguments: dict[str, object], words: str) -> None:
    x = np.linspace(1, 2, 10)
    usual = {"variance": np.ones(10), "covariates": x}
    with pytest.raises(ValueError, match=words):
        fit(3 * x, **{**usual, **arguments})  # type: ignore[arg-type]


def test_nobody_was_asked_anywhere() -> None:
    with pytest.raises(SozialraumError, match="Zu wenige Gebiete"):
        fit(np.full(9, np.nan), np.ones(9), np.arange(9.0))
