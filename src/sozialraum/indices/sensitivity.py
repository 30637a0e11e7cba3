"""How much of an index is choice: the same index under other choices and with the error of its measures (Stabilität)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.catalogue.recipe import Aggregation, Recipe, Variation
from sozialraum.indices.chain import Outcome, competition_rank, on_one_scale
from sozialraum.indices.classify import limits_of, places
from sozialraum.indices.tree import climb

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
SEED = 20_240_101
# Variants are computed in parts of this many figures, so that they stay in the fast memory of the processor.
PART = 300_000
# Positive means need values above zero: other normalisations are then brought to this range.
POSITIVE = (1.0, 100.0)


class Draws(NamedTuple):
    """What each variant chooses: numbers of the normalisation and aggregation, factor of every weight, component left out
    (-1: none), and the number of the drawn measurement errors (-1: none)."""

    normalise: Places
    aggregate: Places
    factors: Floats
    left_out: Places
    errors: Places

    def part(self, rows: slice | Places) -> Draws:
        """The choices of some variants."""
        n, a, f, left, e = self
        return Draws(n[rows], a[rows], f[rows], left[rows], e[rows])


class Stability(NamedTuple):
    """Per area: rank (1 = highest score) with the range of 95 % of the variants, and the share that keeps the class."""

    rank: Floats
    lower: Floats
    upper: Floats
    share: Floats


@dataclass(frozen=True)
class Variants:
    """Scores, classes and ranks of every variant (variants × areas), and what each of them chose."""

    outcome: Outcome
    options: Options
    draws: Draws
    scores: Floats
    classes: Places
    ranks: Floats

    def stability(self) -> Stability:
        """Rank ranges and the share of variants that keep the class; the own rank always lies in its range."""
        own = self.outcome.rank.to_numpy(float)
        lower, upper = np.percentile(self.ranks, [2.5, 97.5], axis=0, method="nearest")
        same = (self.classes == self.outcome.places).mean(axis=0)
        return Stability(own, np.minimum(lower, own), np.maximum(upper, own), same)


class Options(NamedTuple):
    """The normalisations and aggregations that variants choose from; the first is the one of the recipe ("")."""

    normalise: tuple[str, ...]
    aggregate: tuple[str, ...]

    @classmethod
    def of(cls, recipe: Recipe, variation: Variation) -> Options:
        """Those of a variation; the recipe's own is always among them, and counted once."""
        own_scale = {recipe.normalise} if all(c.normalise is None for c in recipe.components) else set()
        scales = [n for n in variation.normalise if n not in own_scale]
        sums = [a for a in variation.aggregate if a != recipe.aggregate or any(d.aggregate for d in recipe.dimensions)]  # fmt: skip
        return cls(("", *scales), ("", *sums))


def thorough(recipe: Recipe, *, variants: int = 1_000) -> Variation:
    """Every choice varied: usual normalisations and aggregations that fit the recipe, weights, one component left out, errors."""
    return Variation(
        weights=recipe.stability.weights or 0.5, errors=True, leave_one_out=len(recipe.components) > 1, variants=variants,
        normalise=("z_score", "min_max", "rank"), aggregate=("arithmetic", "geometric"),
    )  # fmt: skip


def draw(outcome: Outcome, variation: Variation, options: Options, *, seed: int = SEED) -> Draws:
    """Choices of every variant, all equally likely and independent of each other. The seed is public."""
    rng = np.random.default_rng(seed)
    number, weights = variation.variants, len(outcome.fitted.weights)
    factors = rng.uniform(1.0 - variation.weights, 1.0 + variation.weights, size=(number, weights))
    left_out = rng.integers(-1, outcome.tree.leaves, size=number) if variation.leave_one_out else np.full(number, -1)  # fmt: skip
    known = variation.errors and outcome.inputs.errors is not None and bool((outcome.inputs.errors.to_numpy() > 0).any())  # fmt: skip
    return Draws(
        rng.integers(0, len(options.normalise), size=number),
        rng.integers(0, len(options.aggregate), size=number),
        factors,
        left_out,
        np.arange(number) if known else np.full(number, -1),
    )


def variants(outcome: Outcome, variation: Variation | None = None, *, seed: int = SEED) -> Variants:
    """Repeat an index under other choices. Saisana, Saltelli & Tarantola (2005), J R Stat Soc A 168:307-323.

    Without `variation` the one of the recipe. Scores are standardised again like the index; with fixed class limits on
    another scale than the standardised one, a variant is cut into classes of the same sizes as the index.
    """
    variation = variation or outcome.recipe.stability
    options = Options.of(outcome.recipe, variation)
    draws = draw(outcome, variation, options, seed=seed)
    return _computed(outcome, options, draws, seed)


def _computed(outcome: Outcome, options: Options, draws: Draws, seed: int) -> Variants:
    scores = evaluate(outcome, options, draws, seed=seed)
    return Variants(outcome, options, draws, scores, classes_of(outcome, scores), ranks_of(scores))


def stability(outcome: Outcome, variation: Variation | None = None, *, seed: int = SEED) -> Stability:
    """Rank ranges and the share of variants that keep their class."""
    return variants(outcome, variation, seed=seed).stability()


def evaluate(outcome: Outcome, options: Options, draws: Draws, *, seed: int = SEED) -> Floats:
    """Scores (variants × areas) under the drawn choices, standardised like the index."""
    scores = np.empty((len(draws.factors), len(outcome.areas)))
    for normalise, aggregate, rows in _groups(options, draws):
        for part in _parts(rows, outcome):
            scores[part] = _part(outcome, normalise, aggregate, draws.part(part), seed)
    return scores


def _groups(options: Options, draws: Draws) -> Iterator[tuple[str, str, Places]]:
    for n, normalise in enumerate(options.normalise):
        for a, aggregate in enumerate(options.aggregate):
            rows = np.flatnonzero((draws.normalise == n) & (draws.aggregate == a))
            if len(rows):
                yield normalise, aggregate, rows


def _parts(rows: Places, outcome: Outcome) -> Iterator[Places]:
    size = max(PART // max(outcome.normalised.size, 1), 1)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _part(outcome: Outcome, normalise: str, aggregate: str, draws: Draws, seed: int) -> Floats:
    """Scores of variants that share normalisation and aggregation."""
    recipe, tree = outcome.recipe, outcome.tree
    leaves = _leaves(outcome, normalise, draws.errors, seed)
    if aggregate in ("geometric", "harmonic"):
        leaves = _positive(leaves)
    weights = outcome.fitted.weights * draws.factors
    gone = draws.left_out >= 0
    weights[np.flatnonzero(gone), draws.left_out[gone]] = 0.0
    weights = _refilled(weights, outcome)
    own = None if aggregate or gone.any() else outcome.area_weights
    raw = climb(tree, leaves, weights, recipe, area_weights=own, aggregate=_aggregation(aggregate))[..., -1]
    return np.asarray(np.broadcast_to(_like_the_index(raw, recipe), (len(weights), leaves.shape[-2])))


def _aggregation(name: str) -> Aggregation | None:
    return name or None  # type: ignore[return-value]


def _refilled(weights: Floats, outcome: Outcome) -> Floats:
    """Where a component was the only one of its dimension, the dimension is left out instead."""
    leaves = outcome.tree.leaves
    for number, node in enumerate(outcome.tree.nodes[:-1]):
        members = list(node.members)
        empty = weights[:, members].sum(axis=1) == 0
        if empty.any():
            weights[np.ix_(np.flatnonzero(empty), np.array(members))] = outcome.fitted.weights[members]
            weights[empty, leaves + number] = 0.0
    return weights


def _leaves(outcome: Outcome, normalise: str, errors: Places, seed: int) -> Floats:
    """Components on the scale of the variants: once for all, or once for each drawn error."""
    recipe = outcome.recipe
    treated = outcome.treated.to_numpy(float)
    if (errors < 0).all():
        if not normalise:
            return outcome.normalised.to_numpy(float)[None]
        return _complete(on_one_scale(treated, recipe, inputs=outcome.inputs, method=normalise)[0])[None]
    shifted = treated + error_draws(outcome, errors, seed)
    if not normalise and "signed_chi_squared" in {recipe.normalise, *(c.normalise for c in recipe.components)}:  # fmt: skip
        return outcome.normalised.to_numpy(float)[None]
    return _complete(on_one_scale(shifted, recipe, inputs=outcome.inputs, method=normalise or None)[0])


def error_draws(outcome: Outcome, numbers: Places, seed: int) -> Floats:
    """Drawn measurement errors (variants × areas × components), the same for the same number and seed.

    Standard errors are carried through a transformation by its slope at the value.
    """
    spread = _standard_errors(outcome).astype(np.float32)
    drawn = np.zeros((len(numbers), *spread.shape), dtype=np.float32)
    for place, number in enumerate(numbers):
        if number >= 0:
            drawn[place] = np.random.default_rng([seed, int(number)]).standard_normal(
                spread.shape, dtype=np.float32
            )
    return np.asarray(drawn * spread)


def _standard_errors(outcome: Outcome) -> Floats:
    if outcome.inputs.errors is None:
        return np.zeros(outcome.treated.shape)
    errors = outcome.inputs.errors.to_numpy(float)
    before, after = outcome.imputed.to_numpy(float), outcome.treated.to_numpy(float)
    slope = np.ones_like(errors)
    for j, component in enumerate(outcome.recipe.components):
        if component.transform:
            # Numerical slope: the transformation is monotone, so neighbours in order of value tell it.
            order = np.argsort(before[:, j])
            x, y = before[order, j], after[order, j]
            keep = np.concatenate([[True], np.diff(x) > 0])
            if keep.sum() > 1:
                slope[:, j] = np.interp(before[:, j], x[keep], np.abs(np.gradient(y[keep], x[keep])))
    return np.asarray(np.nan_to_num(errors * slope))


def _complete(leaves: Floats) -> Floats:
    """Gaps count like the mean of the area's other components."""
    known = np.isfinite(leaves)
    if known.all():
        return leaves
    mean = np.where(known, leaves, 0.0).sum(axis=-1) / np.maximum(known.sum(axis=-1), 1)
    return np.asarray(np.where(known, leaves, mean[..., None]))


def _positive(leaves: Floats) -> Floats:
    low, high = leaves.min(axis=-2, keepdims=True), leaves.max(axis=-2, keepdims=True)
    a, b = POSITIVE
    return np.asarray(a + (b - a) * (leaves - low) / np.where(high > low, high - low, 1.0))


def _like_the_index(raw: Floats, recipe: Recipe) -> Floats:
    """Standardised like the index; with any other scale the raw score, of which only the order counts."""
    if recipe.scale not in ("sd", "z_score"):
        return raw
    centred = recipe.scale == "sd" and recipe.centre == "municipality"
    deviation = raw if centred else raw - raw.mean(axis=-1, keepdims=True)
    spread = raw.std(axis=-1, ddof=recipe.ddof, keepdims=True)
    return np.asarray(deviation / np.where(spread > 0, spread, 1.0))


def classes_of(outcome: Outcome, scores: Floats) -> Places:
    """Number of the class of each area in each variant."""
    rule, classes = outcome.recipe.classes, outcome.recipe.classes.status
    if rule.by == "limits" and outcome.recipe.scale in ("sd", "z_score"):
        return places(scores, limits_of(scores[0], rule, classes))
    # Same sizes as in the index: the areas in order of score, cut where the index cuts them.
    sizes = np.bincount(outcome.places, minlength=len(classes))
    edges = np.repeat(np.arange(len(classes)), sizes)
    return np.asarray(edges[scores.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")])


def ranks_of(scores: Floats) -> Floats:
    """Rank of each area in each variant, 1 for the highest score; ties in the order of the areas."""
    return np.asarray(scores.shape[1] - scores.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable"), dtype=float)  # fmt: skip


# -- one changed weight ----------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """An index under other weights: score, number of the class and rank per area, and how many areas changed class."""

    score: pd.Series
    classes: list[str]
    rank: pd.Series
    changed: int


def reweighted(outcome: Outcome, weights: dict[str, float]) -> Answer:
    """The same index with other weights for some components or dimensions (by name); answers a slider at once.

    Raises ValueError for an unknown name.
    """
    names = [*outcome.recipe.names, *outcome.tree.columns[:-1]]
    unknown = set(weights) - set(names)
    if unknown:
        raise ValueError(f"no component or dimension {sorted(unknown)}")
    factors = np.ones((1, len(names)))
    used = outcome.fitted.weights
    for name, weight in weights.items():
        place = names.index(name)
        factors[0, place] = weight / used[place] if used[place] else 0.0
    none = np.full(1, -1)
    draws = Draws(np.zeros(1, dtype=np.intp), np.zeros(1, dtype=np.intp), factors, none, none)
    scores = evaluate(outcome, Options(("",), ("",)), draws)
    found = classes_of(outcome, scores)[0]
    labels = [outcome.recipe.classes.status[p].label for p in found]
    return Answer(
        pd.Series(scores[0], index=outcome.areas), labels, pd.Series(competition_rank(scores[0]), index=outcome.areas),
        int((found != outcome.places).sum()),
    )  # fmt: skip


def single_changes(outcome: Outcome) -> pd.DataFrame:
    """How many areas change their class when one component counts double or not at all: one row per component."""
    leaves = outcome.tree.leaves
    factors = np.ones((2 * leaves, len(outcome.fitted.weights)))
    factors[np.arange(leaves), np.arange(leaves)] = 2.0
    left_out = np.concatenate([np.full(leaves, -1), np.arange(leaves)])
    zeros, none = np.zeros(2 * leaves, dtype=np.intp), np.full(2 * leaves, -1)
    scores = evaluate(outcome, Options(("",), ("",)), Draws(zeros, zeros, factors, left_out, none))
    changed = (classes_of(outcome, scores) != outcome.places).sum(axis=1)
    return pd.DataFrame({"double": changed[:leaves], "without": changed[leaves:]}, index=outcome.recipe.names)


# -- which choice matters --------------------------------------------------------------------------------------------


def sobol(
    outcome: Outcome, variation: Variation | None = None, *, base: int = 512, seed: int = SEED
) -> pd.DataFrame:
    """Share of the variance of the mean rank shift that each choice explains: alone (`first`) and with all others (`total`).

    Choices are normalisation, aggregation, weights, the component left out, measurement errors; those that do not vary
    are left out. Estimators of Jansen (1999); Saltelli et al. (2010), Computer Physics Communications 181:259-270.
    """
    variation = variation or thorough(outcome.recipe)
    options = Options.of(outcome.recipe, variation)
    first = draw(outcome, variation.model_copy(update={"variants": base}), options, seed=seed)
    second = draw(outcome, variation.model_copy(update={"variants": base}), options, seed=seed + 1)
    second = second._replace(errors=np.where(second.errors >= 0, second.errors + base, -1))
    names = {"normalise": len(options.normalise) > 1, "aggregate": len(options.aggregate) > 1, "factors": variation.weights > 0,
             "left_out": variation.leave_one_out, "errors": bool((first.errors >= 0).any())}  # fmt: skip
    varied = [name for name, varies in names.items() if varies]
    a, b = _mean_shift(outcome, options, first, seed), _mean_shift(outcome, options, second, seed)
    variance = np.concatenate([a, b]).var()
    rows = []
    for name in varied:
        mixed = _mean_shift(outcome, options, first._replace(**{name: getattr(second, name)}), seed)
        alone = 1.0 - ((b - mixed) ** 2).mean() / 2 / variance if variance > 0 else 0.0
        total = ((a - mixed) ** 2).mean() / 2 / variance if variance > 0 else 0.0
        rows.append((name, float(np.clip(alone, 0, 1)), float(np.clip(total, 0, 1))))
    return pd.DataFrame(rows, columns=["choice", "first", "total"]).set_index("choice")


def _mean_shift(outcome: Outcome, options: Options, draws: Draws, seed: int) -> Floats:
    """Mean absolute shift of rank against the index, per variant."""
    scores = evaluate(outcome, options, draws, seed=seed)
    return np.asarray(np.abs(ranks_of(scores) - outcome.rank.to_numpy(float)).mean(axis=1))
