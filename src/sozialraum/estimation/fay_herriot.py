"""Fay–Herriot estimation (Schätzung für kleine Gebiete): survey results per area borrow strength from register covariates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.errors import Finding, SozialraumError
from sozialraum.estimation.precision import LIMITS, classify
from sozialraum.tables import Status

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Method = Literal["reml", "ml"]
Transformation = Literal["none", "log", "arcsin"]
Adjustment = Literal["ratio", "difference", "mse"]

STEPS, HALVINGS, NEAR = 200, 40, 1e-10
COLLINEAR = 1e-9
CONSTANT = "Konstante"

OUT_OF_SAMPLE = "keine Befragten: nur aus dem Modell geschätzt"
NO_VARIANCE = "direkter Wert ohne brauchbare Varianz: nur aus dem Modell geschätzt"
NO_LOGARITHM = "direkter Wert nicht positiv, kein Logarithmus: nur aus dem Modell geschätzt"
NO_COVARIATE = "Registermerkmal fehlt: direkter Wert ohne Modell"
NOTHING = "weder Befragte noch Registermerkmale"
NO_VARIATION = (
    "Gebiete unterscheiden sich nur durch die Registermerkmale: die Befragung im Gebiet wirkt nicht mit"
)


class Coefficient(NamedTuple):
    """One term of the model, on the transformed scale."""

    name: str
    value: float
    standard_error: float
    p_value: float


class Interval(NamedTuple):
    """Lower and upper limit of each area."""

    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class FayHerriot:
    """Estimates of all areas in the order of the input; NaN only where `reason` says why.

    `estimate`, `mse`, `lower`, `upper`, `synthetic` stand on the scale of the direct estimates, `shrinkage` is the
    weight of the direct estimate (gamma, 0 to 1), `residual` the standardised residual, `explained` the share of the
    differences between areas that the covariates account for. `status`: ok (survey and
    model), estimated (model only, or survey only) or missing. Further on: what the model looks like.
    """

    estimate: Floats
    mse: Floats
    lower: Floats
    upper: Floats
    direct: Floats
    synthetic: Floats
    shrinkage: Floats
    residual: Floats
    status: NDArray[np.str_]
    reason: NDArray[np.str_]
    coefficients: tuple[Coefficient, ...]
    between_variance: float
    log_likelihood: float
    aic: float
    bic: float
    explained: float
    iterations: int
    method: str
    transformation: str
    parameters: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def standard_error(self) -> Floats:
        """Root of the mean squared error."""
        return np.asarray(np.sqrt(self.mse))

    def precision(self, *, limits: tuple[float, float] = LIMITS) -> NDArray[np.str_]:
        """Precision class of each area (`sozialraum.estimation.precision`)."""
        return classify(self.estimate, self.standard_error, limits=limits)


class Benchmarked(NamedTuple):
    """Estimates that agree with a published total, and how far they had to move."""

    estimate: Floats
    mse: Floats
    before: float
    total: float
    method: str


def fit(
    direct: ArrayLike,
    variance: ArrayLike | None,
    covariates: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    method: Method = "reml",
    transformation: Transformation = "none",
    effective_size: ArrayLike | None = None,
    level: float = 0.95,
) -> FayHerriot:
    """Empirical best linear unbiased predictors with mean squared errors for all areas.

    `direct`: m survey estimates (NaN = nobody asked there), `variance`: their sampling variances, `covariates`: m × k
    register figures known everywhere (a constant is added). Transformations: "log" for positive figures such as
    incomes (variance by the delta method); "arcsin" for proportions as fractions, with `effective_size` (persons
    asked by the design effect) in place of the variance, so that a sample without a single case still counts.
    Estimates are carried back as expectations under the model, not by the bare inverse function.

    Raises SozialraumError (German) for too few areas with a survey result, constant or collinear covariates, and
    ValueError for wrong shapes, negative variances, proportions outside 0 to 1.
    Fay & Herriot (1979), J Am Stat Assoc 74:269-277. MSE: Prasad & Rao (1990), J Am Stat Assoc 85:163-171 (REML);
    Datta & Lahiri (2000), Stat Sinica 10:613-627 (ML). Back-transformation: Slud & Maiti (2006), J R Stat Soc B
    68:239-257 (log); Hadam, Würz & Kreutzmann (2020), Estimating regional unemployment with mobile network data (arcsin).
    """
    _check_words(method, transformation, level)
    value, x, labels = _inputs(direct, covariates, names)
    y, d, usable, why = _transformed(value, variance, effective_size, transformation)
    why[~usable & np.isnan(x).any(axis=1)] = NOTHING
    survey = Survey(y, d, usable, np.asarray(~np.isnan(x).any(axis=1)))
    _check_design(x, survey.inside, labels)
    model, iterations = _solved(survey, x, method)
    predicted = _predicted(model, survey, x, method)
    estimate, mse = BACK[transformation].carried(predicted)
    lower, upper = BACK[transformation].limits(predicted, level)
    only = usable & ~survey.complete
    why[only] = NO_COVARIATE
    if model.between == 0:
        why[survey.inside] = NO_VARIATION
    estimate, mse = np.where(only, value, estimate), np.where(only, _direct_mse(y, d, transformation), mse)
    reach = _z(level) * np.sqrt(mse)
    return FayHerriot(
        estimate=estimate,
        mse=mse,
        lower=np.where(only, value - reach, np.minimum(lower, estimate)),
        upper=np.where(only, value + reach, np.maximum(upper, estimate)),
        direct=value,
        synthetic=BACK[transformation].carried(predicted.synthetic_only())[0],
        shrinkage=np.where(only, 1.0, predicted.gamma),
        residual=_residuals(model, survey, x),
        status=np.where(
            np.isnan(estimate), Status.MISSING, np.where(survey.inside, Status.OK, Status.ESTIMATED)
        ),
        reason=why,
        coefficients=_coefficients(model, labels),
        between_variance=model.between,
        log_likelihood=model.value,
        aic=-2 * model.value + 2 * (x.shape[1] + 1),
        bic=-2 * model.value + np.log(survey.inside.sum()) * (x.shape[1] + 1),
        explained=_explained(model, survey, x),
        iterations=iterations,
        method=method,
        transformation=transformation,
        parameters={"level": level, "areas": value.size, "in_sample": int(survey.inside.sum())},
        notes=_notes(model, survey, value),
    )


def benchmark(
    estimate: ArrayLike,
    mse: ArrayLike,
    shares: ArrayLike,
    total: float,
    *,
    method: Adjustment = "ratio",
) -> Benchmarked:
    """Move estimates so that their weighted sum is a published figure.

    `shares`: weight of each area in the whole (population by total population for means and rates, 1 for totals);
    `total`: the published figure. "ratio": the same factor everywhere; "difference": the same amount everywhere;
    "mse": the more, the less certain an area is. To each MSE the square of the move is added.
    Raises SozialraumError when an area with a share has no estimate, ValueError for wrong shapes or where the method
    cannot work (ratio from 0, MSE all 0).
    Datta, Ghosh, Steorts & Maples (2011), Test 20:574-588; MSE: You, Rao & Dick (2004), Stat Transition 6:631-640.
    """
    value, error, share = (np.asarray(part, dtype=float) for part in (estimate, mse, shares))
    if not value.shape == error.shape == share.shape or value.ndim != 1:
        raise ValueError("estimate, mse and shares must be one-dimensional and equally long")
    if np.any(np.isnan(share)) or np.any(share < 0) or not share.sum() > 0 or not np.isfinite(total):
        raise ValueError("shares must not be negative or missing, and the total must be a number")
    counted = share > 0
    if np.any(np.isnan(value[counted])):
        raise SozialraumError(
            Finding(
                f"Der Abgleich mit dem Gesamtwert geht nicht: {int(np.isnan(value[counted]).sum())} Gebiete mit "
                "Bevölkerung haben keinen Schätzwert.",
                "Registermerkmale dieser Gebiete ergänzen oder die Gebiete vorher zusammenfassen.",
            )
        )
    before = float(share[counted] @ value[counted])
    moved = value + _moves(value, error, share, counted, total - before, method)
    return Benchmarked(moved, error + (moved - value) ** 2, before, float(total), method)


def _moves(
    value: Floats, error: Floats, share: Floats, counted: Flags, gap: float, method: Adjustment
) -> Floats:
    weight = {"ratio": value, "difference": np.ones_like(value), "mse": error * share}.get(method)
    if weight is None:
        raise ValueError(f"unknown method {method!r}")
    reach = float(share[counted] @ weight[counted])
    if not np.isfinite(reach) or reach == 0:
        raise ValueError(f'method "{method}" cannot move these estimates')
    return np.asarray(weight * gap / reach)


def effective_sizes(share: ArrayLike, variance: ArrayLike, size: ArrayLike) -> Floats:
    """Effective sample sizes for the arcsin transformation: records by the design effect that is usual in this survey.

    `share`: direct proportions, `variance`: their sampling variances, `size`: records asked, one per area. The design
    effect of an area is variance · size / (p (1 - p)); a few records cannot tell it, so the median of all areas is taken
    (1 where no area has one). NaN where the size is missing. Raises ValueError for different shapes or negative sizes.
    Kish (1965), Survey Sampling, ch. 8.2.
    """
    p, d, n = (np.asarray(part, dtype=float) for part in (share, variance, size))
    if not p.shape == d.shape == n.shape:
        raise ValueError("share, variance and size must have the same shape")
    if np.any(n < 0):
        raise ValueError("sizes must not be negative")
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = d * n / (p * (1 - p))
    known = effect[np.isfinite(effect) & (effect > 0)]
    return n / float(np.median(known)) if known.size else n.copy()


# --- what enters -----------------------------------------------------------------------------------------------------


def _check_words(method: str, transformation: str, level: float) -> None:
    if method not in ("reml", "ml"):
        raise ValueError(f"unknown method {method!r}")
    if transformation not in ("none", "log", "arcsin"):
        raise ValueError(f"unknown transformation {transformation!r}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")


def _inputs(
    direct: ArrayLike, covariates: ArrayLike, names: Sequence[str] | None
) -> tuple[Floats, Floats, tuple[str, ...]]:
    value, given = np.asarray(direct, dtype=float), np.asarray(covariates, dtype=float)
    table = given[:, None] if given.ndim == 1 else given
    if value.ndim != 1 or table.ndim != 2 or table.shape[0] != value.size:
        raise ValueError("covariates need one row per direct estimate")
    labels = tuple(names) if names is not None else tuple(f"x{k + 1}" for k in range(table.shape[1]))
    if len(labels) != table.shape[1]:
        raise ValueError("names need one entry per covariate")
    table = np.where(np.isinf(table), np.nan, table)
    return value, np.column_stack([np.ones(value.size), table]), (CONSTANT, *labels)


def _transformed(
    value: Floats, variance: ArrayLike | None, size: ArrayLike | None, transformation: Transformation
) -> tuple[Floats, Floats, Flags, NDArray[np.str_]]:
    """Direct estimates and variances on the scale of the model; which can be used, and why the others cannot."""
    why = np.where(np.isnan(value), OUT_OF_SAMPLE, "").astype("<U200")
    if transformation == "arcsin":
        y, d = _arcsin(value, size)
    else:
        d = _sampling_variance(value, variance)
        y = value.copy()
        if transformation == "log":
            positive = value > 0
            why[~positive & ~np.isnan(value)] = NO_LOGARITHM
            y = np.log(np.where(positive, value, np.nan))
            d = d / np.where(positive, value, np.nan) ** 2
    bad = ~np.isnan(y) & ~((d > 0) & np.isfinite(d))
    why[bad & (why == "")] = NO_VARIANCE
    return y, d, ~np.isnan(y) & ~bad, why


def _sampling_variance(value: Floats, variance: ArrayLike | None) -> Floats:
    if variance is None:
        raise ValueError("sampling variances are needed")
    d = np.asarray(variance, dtype=float)
    if d.shape != value.shape:
        raise ValueError("variance needs one entry per direct estimate")
    if np.any(d < 0):
        raise ValueError("sampling variances must not be negative")
    return d


def _arcsin(value: Floats, size: ArrayLike | None) -> tuple[Floats, Floats]:
    if size is None:
        raise ValueError("the arcsin transformation needs effective sample sizes")
    effective = np.asarray(size, dtype=float)
    if effective.shape != value.shape:
        raise ValueError("effective_size needs one entry per direct estimate")
    if np.any(effective < 0) or np.any((value < 0) | (value > 1)):
        raise ValueError("proportions must lie between 0 and 1, and sizes must not be negative")
    with np.errstate(divide="ignore"):
        return np.arcsin(np.sqrt(value)), 1 / (4 * effective)


def _check_design(x: Floats, inside: Flags, labels: Sequence[str]) -> None:
    """Enough areas for the parameters, and no covariate that follows from the others."""
    areas, terms = int(inside.sum()), x.shape[1]
    if areas < terms + 2:
        raise SozialraumError(
            Finding(
                f"Zu wenige Gebiete mit Befragungsergebnis: {areas} für {terms - 1} Registermerkmale.",
                f"Mindestens {terms + 2} Gebiete sind nötig: Registermerkmale weglassen oder Gebiete kleiner fassen.",
            )
        )
    centred = x[inside].copy()
    centred[:, 1:] -= centred[:, 1:].mean(axis=0)
    size = np.linalg.norm(centred, axis=0)
    scale = np.maximum(np.linalg.norm(x[inside], axis=0), np.finfo(float).tiny)
    constant = size <= COLLINEAR * scale
    if constant.any():
        _refuse(labels, constant, "ist in allen Gebieten mit Befragungsergebnis gleich")
    following = np.abs(np.diag(np.linalg.qr(centred / size, mode="r"))) <= COLLINEAR
    if following.any():
        _refuse(labels, following, "lässt sich aus den anderen Registermerkmalen ausrechnen")


def _refuse(labels: Sequence[str], which: Flags, what: str) -> None:
    raise SozialraumError(
        [
            Finding(f"Registermerkmal „{name}“ {what}.", "Dieses Merkmal weglassen.", column=name)
            for name, bad in zip(labels, which, strict=True)
            if bad
        ]
    )


# --- the model -------------------------------------------------------------------------------------------------------


class Survey(NamedTuple):
    """Direct estimates and sampling variances on the scale of the model; which are usable, where covariates are known."""

    y: Floats
    d: Floats
    usable: Flags
    complete: Flags

    @property
    def inside(self) -> Flags:
        """Areas from which the model learns."""
        return self.usable & self.complete


class Likelihood(NamedTuple):
    """The model at one value of the between-area variance; `criterion` is what is maximised."""

    between: float
    value: float
    criterion: float
    score: float
    information: float
    coefficients: Floats
    covariance: Floats


def likelihood(between: float, y: Floats, d: Floats, x: Floats, method: Method = "reml") -> Likelihood:
    """Everything the model needs at one between-area variance, by sums over areas (the covariance is diagonal).

    `y`, `d`: m direct estimates and their variances, `x`: m × p with full rank. `value` is the log likelihood.
    """
    w = 1 / (between + d)
    xw = x * w[:, None]
    covariance = np.linalg.inv(x.T @ xw)
    coefficients = covariance @ (xw.T @ y)
    rest = w * (y - x @ coefficients)
    value = -0.5 * float(y.size * np.log(2 * np.pi) - np.log(w).sum() + rest @ (rest / w))
    score, information, criterion = float(rest @ rest - w.sum()) / 2, float(w @ w) / 2, value
    if method == "reml":
        hat = covariance @ (xw.T @ xw)
        score += float(np.trace(hat)) / 2
        information += float(np.sum(hat * hat.T)) / 2 - float(
            np.trace(covariance @ (xw.T @ (xw * w[:, None])))
        )
        criterion += float(np.linalg.slogdet(covariance)[1]) / 2
    return Likelihood(
        between, value, criterion, score, information, coefficients, np.asarray(covariance, dtype=float)
    )


def maximise(y: Floats, d: Floats, x: Floats, method: Method = "reml") -> tuple[Likelihood, int]:
    """The model at its (restricted) maximum likelihood, and the number of steps.

    Fisher scoring with halved steps, so that the likelihood never falls; a maximum on the border is the variance 0.
    """
    now = likelihood(float(np.median(d)), y, d, x, method)
    steps = 0
    for steps in range(1, STEPS + 1):  # noqa: B007
        then = _step(now, y, d, x, method)
        moved = abs(then.between - now.between)
        now = then
        if moved <= NEAR * (now.between + float(d.min())):
            break
    border = likelihood(0.0, y, d, x, method)
    return (border if border.criterion >= now.criterion else now), steps


def _step(now: Likelihood, y: Floats, d: Floats, x: Floats, method: Method) -> Likelihood:
    """One step of the scoring, halved until the likelihood does not fall."""
    wanted = max(now.between + now.score / now.information, 0.0)
    slack = 1e-12 * abs(now.criterion)
    for _ in range(HALVINGS):
        then = likelihood(wanted, y, d, x, method)
        if then.criterion >= now.criterion - slack:
            return then
        wanted = (now.between + wanted) / 2
    return now


def _solved(survey: Survey, x: Floats, method: Method) -> tuple[Likelihood, int]:
    """The model on an orthonormal basis of the covariates (their units may differ by powers of ten), carried back."""
    inside = survey.inside
    basis, triangle = np.linalg.qr(x[inside])
    model, steps = maximise(survey.y[inside], survey.d[inside], basis, method)
    back = np.linalg.inv(triangle)
    plain = model._replace(
        coefficients=back @ model.coefficients, covariance=back @ model.covariance @ back.T
    )
    return plain, steps


class Predicted(NamedTuple):
    """Predictors on the scale of the model: mean and variance under the model, and what estimating it adds.

    `leading` (g1) is the variance that stays when the model is known, `coefficients` (g2) and `variance` (g3) what
    estimating them adds, `drift` how far `leading` itself is uncertain, `bias` by how much ML sets it too low.
    """

    value: Floats
    synthetic: Floats
    gamma: Floats
    leading: Floats
    coefficients: Floats
    variance: Floats
    drift: Floats
    bias: Floats
    between: float

    @property
    def added(self) -> Floats:
        """g2 + 2 g3, for ML less the bias of g1: g3 twice, since g1 at the estimated variance is too small by one g3."""
        return np.asarray(self.coefficients + 2 * self.variance - self.bias)

    @property
    def mse(self) -> Floats:
        """Mean squared error on the scale of the model."""
        return np.asarray(self.leading + self.added)

    def synthetic_only(self) -> Predicted:
        """The same areas as if nobody had been asked there."""
        return self._replace(value=self.synthetic, leading=np.full_like(self.leading, self.between))


def _predicted(model: Likelihood, survey: Survey, x: Floats, method: Method) -> Predicted:
    """All areas at once; an area without survey is one with an infinite sampling variance."""
    d = np.where(survey.inside, survey.d, np.inf)
    gamma = model.between / (model.between + d)
    synthetic = x @ model.coefficients
    w = 1 / (model.between + d)
    spread = 2 / float(w @ w)
    bias = 0.0
    if method == "ml":
        xw = x[survey.inside] * w[survey.inside, None]
        bias = -float(np.trace(model.covariance @ (xw.T @ xw))) / float(w @ w)
    leading, estimated = model.between * (1 - gamma), (1 - gamma) ** 2 * w * spread
    # Where hardly any variance between areas is found, g1 of an unasked area would be nearly 0: it is never taken to be
    # surer than the areas that were asked.
    floor = float(np.max((leading + 2 * estimated)[survey.inside])) - model.between
    estimated = np.where(survey.inside, estimated, max(floor, 0.0) / 2)
    return Predicted(
        value=synthetic + gamma * np.where(survey.inside, survey.y - synthetic, 0.0),
        synthetic=synthetic,
        gamma=gamma,
        leading=leading,
        coefficients=(1 - gamma) ** 2 * np.einsum("ij,ij->i", x @ model.covariance, x),
        variance=estimated,
        drift=(1 - gamma) ** 4 * spread,
        bias=(1 - gamma) ** 2 * bias,
        between=model.between,
    )


# --- back to the scale of the figures ----------------------------------------------------------------------------------


class Back(NamedTuple):
    """A way back to the scale of the figures, for a normal variable with mean m and variance s.

    `mean` and `variance` of the figure, and how fast the mean moves with m and with s; `inverse` for limits.
    """

    mean: Callable[[Floats, Floats], Floats]
    variance: Callable[[Floats, Floats], Floats]
    by_mean: Callable[[Floats, Floats], Floats]
    by_variance: Callable[[Floats, Floats], Floats]
    inverse: Callable[[Floats], Floats]

    def carried(self, predicted: Predicted) -> tuple[Floats, Floats]:
        """Expectations under the model and their mean squared errors."""
        m, s = predicted.value, predicted.leading
        error = self.variance(m, s) + self.by_mean(m, s) ** 2 * predicted.added
        return self.mean(m, s), np.asarray(error + self.by_variance(m, s) ** 2 * predicted.drift)

    def limits(self, predicted: Predicted, level: float) -> Interval:
        """Limits from the normal distribution on the scale of the model."""
        reach = _z(level) * np.sqrt(predicted.mse)
        return Interval(self.inverse(predicted.value - reach), self.inverse(predicted.value + reach))


def _damped_cosine(m: Floats, s: Floats, times: int) -> Floats:
    """Expectation of cos(times · Z) for Z normal with mean m and variance s."""
    return np.asarray(np.exp(-(times**2) * s / 2) * np.cos(times * m))


def _sine_variance(m: Floats, s: Floats) -> Floats:
    """Variance of sin² Z, by sin⁴ = 3/8 - cos(2z)/2 + cos(4z)/8."""
    fourth = 3 / 8 - _damped_cosine(m, s, 2) / 2 + _damped_cosine(m, s, 4) / 8
    return np.asarray(np.maximum(fourth - ((1 - _damped_cosine(m, s, 2)) / 2) ** 2, 0.0))


BACK: dict[str, Back] = {
    "none": Back(
        mean=lambda m, s: m + 0 * s,
        variance=lambda m, s: s + 0 * m,
        by_mean=lambda m, s: np.ones_like(m + s),
        by_variance=lambda m, s: np.zeros_like(m + s),
        inverse=lambda m: m,
    ),
    "log": Back(
        mean=lambda m, s: np.exp(m + s / 2),
        variance=lambda m, s: np.exp(2 * m + s) * np.expm1(s),
        by_mean=lambda m, s: np.exp(m + s / 2),
        by_variance=lambda m, s: np.exp(m + s / 2) / 2,
        inverse=np.exp,
    ),
    "arcsin": Back(
        mean=lambda m, s: (1 - _damped_cosine(m, s, 2)) / 2,
        variance=_sine_variance,
        by_mean=lambda m, s: np.exp(-2 * s) * np.sin(2 * m),
        by_variance=lambda m, s: _damped_cosine(m, s, 2),
        inverse=lambda m: np.sin(np.clip(m, 0, np.pi / 2)) ** 2,
    ),
}


def _direct_mse(y: Floats, d: Floats, transformation: Transformation) -> Floats:
    """Sampling variance of a direct estimate on its own scale."""
    if transformation == "log":
        return np.asarray(d * np.exp(2 * y))
    return np.asarray(BACK[transformation].variance(y, d))


# --- what comes out ----------------------------------------------------------------------------------------------------


def _z(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def _residuals(model: Likelihood, survey: Survey, x: Floats) -> Floats:
    error = np.sqrt(model.between + survey.d)
    rest = survey.y - x @ model.coefficients
    # Without any error there is no scale to measure a distance by.
    return np.divide(rest, error, out=np.full_like(rest, np.nan), where=survey.inside & (error > 0))


def _coefficients(model: Likelihood, labels: Sequence[str]) -> tuple[Coefficient, ...]:
    from scipy.special import ndtr

    error = np.sqrt(np.diag(model.covariance))
    p_value = 2 * ndtr(-np.abs(model.coefficients / error))
    return tuple(
        Coefficient(name, float(value), float(e), float(p))
        for name, value, e, p in zip(labels, model.coefficients, error, p_value, strict=True)
    )


def _explained(model: Likelihood, survey: Survey, x: Floats) -> float:
    by_covariates = float(np.var(x[survey.inside] @ model.coefficients))
    return by_covariates / (by_covariates + model.between) if by_covariates > 0 else 0.0


def _notes(model: Likelihood, survey: Survey, value: Floats) -> tuple[str, ...]:
    seen, areas = int(survey.inside.sum()), value.size
    notes = [
        f"Schätzwerte aus Befragung und Registermerkmalen (Fay–Herriot): {seen} von {areas} Gebieten mit Befragten, "
        f"{areas - seen} ohne verwendbares Befragungsergebnis."
    ]
    if model.between == 0:
        notes.append(
            "Über die Registermerkmale hinaus sind keine Unterschiede zwischen den Gebieten messbar (Varianz 0): "
            "Alle Werte kommen aus dem Modell, die Genauigkeit ist eher überschätzt."
        )
    return tuple(notes)
