"""Synthetic control (synthetische Vergleichsgruppe): one area beside a weighted mean of others that was like it before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.effects.words import INDISTINCT, german, interval

Floats = NDArray[np.float64]
FEWEST_DONORS = 2


@dataclass(frozen=True)
class SyntheticControl:
    """The weighted mean of donors and its distance from the area.

    `weights`: one per area, 0 for the area itself, together 1; `importance`: of the predictors, together 1;
    `synthetic`, `gap` (area less synthetic): by period; `pre_mspe`, `post_mspe`: mean squared gap before and after;
    `effect`: mean gap after.
    """

    weights: Floats
    importance: Floats
    synthetic: Floats
    gap: Floats
    pre_mspe: float
    post_mspe: float
    effect: float

    @property
    def ratio(self) -> float:
        """How much larger the gap is after than before, squared; infinite for a perfect fit before."""
        return self.post_mspe / self.pre_mspe if self.pre_mspe > 0 else math.inf


class Placebos(NamedTuple):
    """The same for every area in turn, as if it had begun there.

    `effect` with limits by inverting the placebo test (NaN with fewer than 1 / (1 - level) areas); `rank` of the area's
    ratio of gaps after to before among `areas`, 1 = largest; `p` = rank / areas. Arrays by area: `effects`,
    `ratios`, `pre_mspe`, NaN for areas that could not be fitted.
    """

    fit: SyntheticControl
    effect: float
    lower: float
    upper: float
    rank: int
    areas: int
    p: float
    effects: Floats
    ratios: Floats
    pre_mspe: Floats
    level: float = 0.95

    @property
    def distinct(self) -> bool:
        """Whether the area stands out among the placebos at the level."""
        return self.p <= 1 - self.level + 1e-12

    def sentence(self, unit: str = "") -> str:
        """The result for a planner."""
        return _told(self, unit)


def fit(
    outcome: ArrayLike,
    treated: int,
    before: int,
    *,
    predictors: ArrayLike | None = None,
    seed: int = 20240101,
) -> SyntheticControl:
    """Weights of other areas that together were like the area before.

    `outcome`: areas × periods without gaps, the first `before` of them before the start; `treated`: position of the area;
    `predictors`: areas × k characteristics from the time before (means of covariates, single values of the outcome).
    W minimises (x1 - X0 W)' V (x1 - X0 W) with weights from 0 to 1 that sum to 1; V, the importance of the predictors, is
    the diagonal that makes the mean squared gap before the start smallest, searched from several starts with `seed`.
    Without predictors the outcomes before the start are matched themselves, all alike: the smallest gap there is.
    Raises ValueError for gaps in the data, shapes that do not fit, fewer than two donors, no period before or after.
    Abadie, Diamond & Hainmueller (2010), J Am Stat Assoc 105:493-505.
    """
    y, x = _input(outcome, treated, before, predictors)
    return _fit(y, treated, before, x, np.random.default_rng(seed))


def placebo_test(
    outcome: ArrayLike,
    treated: int,
    before: int,
    *,
    predictors: ArrayLike | None = None,
    level: float = 0.95,
    seed: int = 20240101,
) -> Placebos:
    """Fit every area as if it were the treated one, and see whether the real one stands out.

    Arguments as `fit`. The donors of a placebo are all areas but itself and the treated one. p: share of areas whose
    ratio of mean squared gaps after and before is at least that of the treated area. Limits: all constant effects that
    the placebo test of the mean gap in units of the root mean squared gap before would not reject (Firpo & Possebom 2018,
    J Causal Inference 6:20160026). Abadie, Diamond & Hainmueller (2010), J Am Stat Assoc 105:493-505.
    """
    y, x = _input(outcome, treated, before, predictors)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    rng = np.random.default_rng(seed)
    own = _fit(y, treated, before, x, rng)
    others = [at for at in range(len(y)) if at != treated]
    fits = {treated: own}
    if len(others) > FEWEST_DONORS:
        pool, among = y[others], None if x is None else x[others]
        for at, area in enumerate(others):
            fits[area] = _fit(pool, at, before, among, rng)
    effects, ratios, pre = (np.full(len(y), np.nan) for _ in range(3))
    for area, found in fits.items():
        effects[area], ratios[area], pre[area] = found.effect, found.ratio, found.pre_mspe
    rank = 1 + int(np.sum(ratios[others] >= own.ratio))
    number = len(fits)
    lower, upper = _limits(own, effects[others], pre[others], level)
    return Placebos(own, own.effect, lower, upper, rank, number, rank / number, effects, ratios, pre, level)


def _limits(own: SyntheticControl, effects: Floats, pre: Floats, level: float) -> tuple[float, float]:
    """The effect plus and minus the placebo quantile, in units of how well the area was fitted."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.sort(np.abs(effects) / np.sqrt(pre))
    size = size[np.isfinite(size)]
    place = math.ceil(level * (size.size + 1) - 1e-9)
    if not 1 <= place <= size.size:
        return math.nan, math.nan
    reach = float(size[place - 1]) * math.sqrt(own.pre_mspe)
    return own.effect - reach, own.effect + reach


# --- fitting ---------------------------------------------------------------------------------------------------------------


def _input(
    outcome: ArrayLike, treated: int, before: int, predictors: ArrayLike | None
) -> tuple[Floats, Floats | None]:
    y = np.asarray(outcome, dtype=float)
    x = None if predictors is None else np.asarray(predictors, dtype=float)
    if y.ndim != 2 or not 0 <= treated < len(y):
        raise ValueError("outcome needs the shape areas × periods, and the treated area must be one of them")
    if not 1 <= before < y.shape[1]:
        raise ValueError("at least one period before and one after are needed")
    if len(y) <= FEWEST_DONORS:
        raise ValueError("at least two other areas are needed")
    if x is not None and (x.ndim != 2 or len(x) != len(y) or not x.shape[1]):
        raise ValueError("predictors need the shape areas × characteristics")
    if not np.isfinite(y).all() or (x is not None and not np.isfinite(x).all()):
        raise ValueError("outcomes and predictors must be complete: leave areas with gaps out")
    return y, x


def _fit(
    y: Floats, treated: int, before: int, x: Floats | None, rng: np.random.Generator
) -> SyntheticControl:
    donors = np.delete(np.arange(len(y)), treated)
    path, pool = y[treated, :before], y[donors, :before].T
    if x is None:
        importance = np.full(before, 1 / before)
        found = simplex(pool, path)
    else:
        spread = x.std(axis=0)
        scaled = x / np.where(spread > 0, spread, 1.0)
        importance, found = _search(scaled[donors].T, scaled[treated], pool, path, rng)
    weights = np.zeros(len(y))
    weights[donors] = found
    synthetic = weights @ y
    gap = y[treated] - synthetic
    squares = gap**2
    return SyntheticControl(
        weights, importance, synthetic, gap,
        float(squares[:before].mean()), float(squares[before:].mean()), float(gap[before:].mean()),
    )  # fmt: skip


def simplex(a: Floats, b: Floats) -> Floats:
    """The weights from 0 to 1 with sum 1 that bring a @ weights closest to b.

    Non-negative least squares (Lawson & Hanson 1974, ch. 23) with the sum as one more, heavy equation; what it leaves
    over is divided out.
    """
    from scipy.optimize import nnls

    # On the simplex a w - b = (a - b) w: the fit does not suffer from large common levels.
    apart = a - b[:, None]
    scale = float(np.abs(apart).max()) or 1.0
    system = np.vstack([apart / scale, np.full((1, a.shape[1]), 1e3)])
    weights = nnls(system, np.append(np.zeros(len(b)), 1e3), maxiter=50 * a.shape[1])[0]
    return np.asarray(weights / weights.sum())


DRAWN, FOLLOWED, STEPS = 400, 3, 800


def _search(
    predictors: Floats, wanted: Floats, pool: Floats, path: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """The importance of the predictors that makes the gap before smallest, and the weights it gives.

    The gap has many valleys: many importances are tried at random, and the best few followed downhill.
    """
    from scipy.optimize import minimize

    number = len(wanted)

    def weights_of(log: Floats) -> Floats:
        root = np.exp(0.5 * (log - log.max()))
        return simplex(predictors * root[:, None], wanted * root)

    def gap(log: Floats) -> float:
        return float(np.mean((path - pool @ weights_of(log)) ** 2))

    if number == 1:
        return np.ones(1), weights_of(np.zeros(1))
    starts = [np.zeros(number), *rng.normal(0, 2.0, (DRAWN, number))]
    best = sorted(starts, key=gap)[:FOLLOWED]
    options = {"maxfev": STEPS, "xatol": 1e-3, "fatol": 1e-6, "adaptive": True}
    ends = [minimize(gap, start, method="Nelder-Mead", options=options) for start in best]
    log = np.asarray(min(ends, key=lambda end: float(end.fun)).x)
    share = np.exp(log - log.max())
    return share / share.sum(), weights_of(log)


# --- what is told ------------------------------------------------------------------------------------------------------------


def _told(found: Placebos, unit: str) -> str:
    behind = f" {unit}" if unit else ""
    where = "unter" if found.effect < 0 else "über"
    size = (
        f" ({interval(found.lower, found.upper, found.level)})"
        if math.isfinite(found.lower)
        else " (für einen Vertrauensbereich gibt es zu wenige Gebiete)"
    )
    facts = (
        f"Nach dem Beginn liegt der Wert im Gebiet im Mittel um {german(abs(found.effect))}{behind} {where} dem der gewichteten "
        f"Vergleichsgebiete{size}. Unter {found.areas} Gebieten, an denen dasselbe gerechnet wurde, ist die Abweichung an "
        f"Stelle {found.rank} (p = {german(found.p)})."
    )
    verdict = "Sie geht über den Zufall hinaus." if found.distinct else f"Sie ist {INDISTINCT}."
    return f"{facts} {verdict}"
