"""Weights that follow from the data (Gewichtung): principal components, factors, optimised, benefit of the doubt.

Weights that somebody chose stand in the recipe. `values` is areas × members on one scale, all pointing the same way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares, linprog

Floats = NDArray[np.float64]


def principal_components(values: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues of the correlation matrix, largest first, and loadings (members × components).

    A loading is the correlation of a member with the component; the first points the way most members point.
    """
    matrix = np.atleast_2d(np.corrcoef(values, rowvar=False))
    roots, vectors = np.linalg.eigh(matrix)
    order = np.argsort(roots)[::-1]
    roots, vectors = np.maximum(roots[order], 0.0), vectors[:, order]
    vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return roots, np.asarray(vectors * np.sqrt(roots))


def pca(values: Floats) -> Floats:
    """Loadings on the first principal component, as shares of their sum.

    Raises ValueError when a member loads against the others: then it measures something else or points the wrong way.
    """
    loadings = principal_components(values)[1][:, 0]
    if np.any(loadings <= 0):
        raise ValueError("a component loads against the others")
    return np.asarray(loadings / loadings.sum())


def factor(values: Floats) -> Floats:
    """Squared loadings on the rotated factors, each factor weighed by the variance it explains.

    Factors with an eigenvalue above 1, varimax rotation; a member counts in the factor on which it loads highest. OECD
    (2008), Handbook, p. 89 and following; Nicoletti, Scarpetta & Boylaud (2000), OECD Economics Working Paper 226.
    """
    roots, loadings = principal_components(values)
    kept = max(int((roots > 1.0).sum()), 1)
    rotated = varimax(loadings[:, :kept])
    squares = rotated**2
    explained = squares.sum(axis=0)
    home = squares.argmax(axis=1)
    weights = squares[np.arange(len(squares)), home] / explained[home] * explained[home] / explained.sum()
    return np.asarray(weights / weights.sum())


def varimax(loadings: Floats, *, tolerance: float = 1e-10, rounds: int = 500) -> Floats:
    """Loadings turned so that each member loads high on few factors. Kaiser (1958), Psychometrika 23:187-200."""
    members, factors = loadings.shape
    rotation, before = np.eye(factors), 0.0
    for _ in range(rounds):
        turned = loadings @ rotation
        target = loadings.T @ (turned**3 - turned * (turned**2).sum(axis=0) / members)
        u, s, vt = np.linalg.svd(target)
        rotation, now = u @ vt, float(s.sum())
        if now < before * (1 + tolerance):
            break
        before = now
    return np.asarray(loadings @ rotation)


def optimised(values: Floats, importance: Floats | None = None) -> Floats:
    """Weights under which each member is correlated with the score in proportion to its importance (default: equally).

    Equal weights do not mean equal influence: correlated members weigh double. Becker, Saisana, Paruolo & Vandecasteele
    (2017), Ecological Indicators 80:12-22.
    """
    members = values.shape[1]
    wanted = np.full(members, 1.0 / members) if importance is None else importance / importance.sum()
    centred = values - values.mean(axis=0)
    spread = centred.std(axis=0)
    covariance = centred.T @ centred / len(values)

    def difference(free: Floats) -> Floats:
        weights = np.exp(free - free.max())
        weights /= weights.sum()
        correlation = covariance @ weights / (spread * np.sqrt(weights @ covariance @ weights))
        return np.asarray(correlation / correlation.sum() - wanted)

    found = least_squares(difference, np.zeros(members), xtol=1e-12, ftol=1e-12, gtol=1e-12)
    weights = np.exp(found.x - found.x.max())
    return np.asarray(weights / weights.sum())


def benefit_of_the_doubt(values: Floats, bounds: tuple[float, float] = (0.0, 1.0)) -> Floats:
    """Weights of each area (areas × members) under which its own score is highest, while no area exceeds 1 with them.

    `bounds` keep each member's part of the score within shares. Values must not be negative. Melyn & Moesen (1991);
    Cherchye, Moesen, Rogge & Van Puyenbroeck (2007), Social Indicators Research 82:111-145.
    """
    if np.nanmin(values) < 0:
        raise ValueError("benefit of the doubt needs values from zero on")
    low, high = bounds
    members = values.shape[1]
    weights = np.zeros_like(values)
    for number, own in enumerate(values):
        limits, ends = [values], [np.ones(len(values))]
        if low > 0 or high < 1:
            parts = np.diag(own)
            limits += [low * own[None, :] - parts, parts - high * own[None, :]]
            ends += [np.zeros(members), np.zeros(members)]
        if own.sum() == 0:
            continue
        found = linprog(-own, A_ub=np.vstack(limits), b_ub=np.concatenate(ends), bounds=(0, None), method="highs")  # fmt: skip
        if not found.success:
            raise ValueError("no weights satisfy the bounds")
        weights[number] = found.x
    return weights


WEIGHT = {f.__name__: f for f in (pca, factor, optimised)}
