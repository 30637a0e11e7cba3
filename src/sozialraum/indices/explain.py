"""What an index rests on: contributions per area, correlation and redundancy of its components (Beiträge, Zusammenhang)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.indices.chain import Outcome
from sozialraum.indices.tree import climb
from sozialraum.indices.weight import principal_components

Floats = NDArray[np.float64]
# Up to this many components every combination is tried; beyond, orders are drawn.
EXACT = 12
ORDERS = 400
SEED = 20_240_101
REDUNDANT = 0.9


def contributions(outcome: Outcome) -> pd.DataFrame:
    """How far each component lifts an area above the mean area, areas × components; rows add up to the score's distance.

    For a weighted sum this is weight times distance of the normalised component; for every other form the Shapley value:
    the mean step of a component over all orders in which components may be added. In units of the score where its scale is
    linear, else of the sum before it. Shapley (1953); Owen (2014), SIAM/ASA J. Uncertainty Quantification 2:245-251.
    """
    found = _linear(outcome) if outcome.recipe.is_linear else shapley(outcome)
    factor = 1.0 if outcome.fitted.score is None else 1.0 / float(outcome.fitted.score.spread[0, 0])
    return found * factor


def _linear(outcome: Outcome) -> pd.DataFrame:
    """Through the hierarchy by the slope of the raw score in each component."""
    leaves = outcome.normalised.to_numpy(float)
    reference = _reference(outcome)
    slope = effects(outcome)
    return pd.DataFrame((leaves - reference) * slope, index=outcome.areas, columns=outcome.recipe.names)


def _reference(outcome: Outcome) -> Floats:
    """The mean area; centred on the municipality, the municipality itself."""
    leaves = outcome.normalised.to_numpy(float)
    if outcome.recipe.centre == "municipality" and outcome.recipe.normalise == "z_score":
        return np.zeros(leaves.shape[1])
    return np.asarray(leaves.mean(axis=0))


def effects(outcome: Outcome) -> Floats:
    """By how much the raw score of a linear index rises with each normalised component.

    Standardised dimensions are followed with their spread in this computation. Raises ValueError for a form that is not linear.
    """
    if not outcome.recipe.is_linear:
        raise ValueError("components of this form have no single effect")
    leaves, tree = outcome.normalised.to_numpy(float), outcome.tree
    design = np.column_stack([leaves, np.ones(len(leaves))])
    # The score is an exact linear function of the components; only its slopes are hidden in the hierarchy.
    if np.linalg.matrix_rank(design) == design.shape[1]:
        return np.asarray(np.linalg.lstsq(design, outcome.raw.to_numpy(float), rcond=None)[0][:-1])
    share = np.ones(tree.leaves)
    for node in tree.nodes:
        members = list(node.members)
        own = outcome.fitted.weights[members]
        for member, weight in zip(members, own if node.aggregate == "sum" else own / own.sum(), strict=True):
            for leaf in _below(outcome, member):
                share[leaf] *= weight
    return share


def _below(outcome: Outcome, column: int) -> list[int]:
    if column < outcome.tree.leaves:
        return [column]
    return [leaf for member in outcome.tree.nodes[column - outcome.tree.leaves].members for leaf in _below(outcome, member)]  # fmt: skip


def shapley(outcome: Outcome, *, seed: int = SEED) -> pd.DataFrame:
    """Shapley values of the raw score against the mean area; rows add up to the distance from the score of that area.

    Every combination up to twelve components, else the mean over drawn orders (public seed).
    """
    number = outcome.tree.leaves
    values = _exact(outcome) if number <= EXACT else _sampled(outcome, seed)
    return pd.DataFrame(values, index=outcome.areas, columns=outcome.recipe.names)


def _worth(outcome: Outcome, chosen: NDArray[np.bool_]) -> Floats:
    """Raw score of every area with the chosen components at its own value and the others at the mean."""
    leaves = outcome.normalised.to_numpy(float)
    mixed = np.where(chosen, leaves, _reference(outcome))
    recipe, tree = outcome.recipe, outcome.tree
    if not any(node.normalise for node in tree.nodes) and recipe.aggregate != "copeland":
        return climb(tree, mixed, outcome.fitted.weights, recipe, area_weights=outcome.area_weights)[:, -1]
    # Ranks within a dimension depend on the other areas: each area is set among the unchanged others.
    found = np.empty(len(leaves))
    for row in range(len(leaves)):
        table = leaves.copy()
        table[row] = mixed[row]
        found[row] = climb(tree, table, outcome.fitted.weights, recipe, area_weights=outcome.area_weights)[row, -1]  # fmt: skip
    return found


def _exact(outcome: Outcome) -> Floats:
    number = outcome.tree.leaves
    subsets = np.arange(2**number)
    chosen = (subsets[:, None] >> np.arange(number)) & 1 == 1
    worth = np.array([_worth(outcome, row) for row in chosen])
    size = chosen.sum(axis=1)
    factorial = np.cumprod([1.0, *range(1, number + 1)])
    result = np.zeros((worth.shape[1], number))
    for j in range(number):
        without = np.flatnonzero(~chosen[:, j])
        weight = factorial[size[without]] * factorial[number - size[without] - 1] / factorial[number]
        result[:, j] = weight @ (worth[without | (1 << j)] - worth[without])
    return result


def _sampled(outcome: Outcome, seed: int) -> Floats:
    rng, number = np.random.default_rng(seed), outcome.tree.leaves
    result = np.zeros((len(outcome.areas), number))
    for _ in range(ORDERS):
        chosen = np.zeros(number, dtype=bool)
        before = _worth(outcome, chosen)
        for j in rng.permutation(number):
            chosen[j] = True
            now = _worth(outcome, chosen)
            result[:, j] += now - before
            before = now
    return result / ORDERS


class Structure(NamedTuple):
    """Correlations of the components, pairs that nearly say the same, and the principal components.

    `influence` is the correlation of each component with the score, `alpha` Cronbach's coefficient, `roots` the
    eigenvalues, `loadings` components × principal components.
    """

    correlation: pd.DataFrame
    redundant: list[tuple[str, str, float]]
    against: list[tuple[str, str, float]]
    influence: pd.Series
    alpha: float
    roots: Floats
    loadings: pd.DataFrame


def structure(outcome: Outcome) -> Structure:
    """How the components hang together. OECD (2008), Handbook, p. 63 and following."""
    x, names = outcome.normalised.to_numpy(float), outcome.recipe.names
    matrix = np.atleast_2d(np.corrcoef(x, rowvar=False))
    pairs = [(names[a], names[b], float(matrix[a, b])) for a in range(len(names)) for b in range(a)]
    score = outcome.score.to_numpy(float)
    influence = [float(np.corrcoef(x[:, j], score)[0, 1]) for j in range(len(names))]
    roots, loadings = principal_components(x) if len(names) > 1 else (np.ones(1), np.ones((1, 1)))
    return Structure(
        pd.DataFrame(matrix, index=names, columns=names),
        sorted([p for p in pairs if p[2] >= REDUNDANT], key=lambda p: -p[2]),
        sorted([p for p in pairs if p[2] < 0], key=lambda p: p[2]),
        pd.Series(influence, index=names),
        cronbach(matrix),
        roots,
        pd.DataFrame(loadings, index=names, columns=[f"PC{k + 1}" for k in range(loadings.shape[1])]),
    )


def cronbach(correlation: Floats) -> float:
    """Cronbach's alpha of standardised components; NaN for a single one. Cronbach (1951), Psychometrika 16:297-334."""
    number = len(correlation)
    if number < 2:
        return float("nan")
    return float(number / (number - 1) * (1 - number / correlation.sum()))
