"""Bootstrap weights (Wiederholungsgewichte): clusters drawn again within strata, on wish raked to known totals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

CHUNK = 500_000  # cells of a block of replicates: small enough to stay in the processor's cache
ROUNDS, NEAR = 50, 1e-9


class Design(NamedTuple):
    """How the sample was drawn, as codes per record: stratum of each cluster, cluster of each record."""

    cluster: Ints
    stratum: Ints  # of each cluster
    size: Ints  # clusters per stratum

    @property
    def alone(self) -> int:
        """Strata with a single cluster: nothing can be learned about their variation."""
        return int(np.sum(self.size == 1))


def design(records: int, strata: ArrayLike | None = None, clusters: ArrayLike | None = None) -> Design:
    """Codes of strata and clusters; without clusters each record is drawn on its own, without strata there is one.

    A cluster key that occurs in several strata is another cluster in each. Raises ValueError for wrong lengths.
    """
    stratum = _codes(strata, records, np.zeros(records, dtype=np.intp))
    key = _codes(clusters, records, np.arange(records, dtype=np.intp))
    both = stratum * (int(key.max(initial=0)) + 1) + key
    _, first, cluster = np.unique(both, return_index=True, return_inverse=True)
    of_cluster = stratum[first]
    return Design(cluster, of_cluster, np.bincount(of_cluster))


def _codes(keys: ArrayLike | None, records: int, preset: Ints) -> Ints:
    if keys is None:
        return preset
    column = np.asarray(keys)
    if column.shape != (records,):
        raise ValueError(f"strata and clusters need one entry for each of the {records} records")
    return np.unique(column if column.dtype.kind in "iu" else column.astype(str), return_inverse=True)[1]


def draws(
    plan: Design, replicates: int, rng: np.random.Generator, *, rescaled: bool = False
) -> Iterator[Floats]:
    """How often each record is in each replicate, in blocks of rows; the blocks depend on the size of the sample only.

    Naive: as many clusters as a stratum has, with replacement (Efron 1979). Rescaled: one fewer, the counts times
    n / (n - 1), unbiased in small strata (Rao & Wu 1988, J Am Stat Assoc 83:231-241, with m = n - 1).
    """
    rows = max(1, CHUNK // max(1, plan.cluster.size))
    for start in range(0, replicates, rows):
        count = _drawn(plan, min(rows, replicates - start), rng, rescaled)
        yield np.take(count, plan.cluster, axis=1)


def _drawn(plan: Design, rows: int, rng: np.random.Generator, rescaled: bool) -> Floats:
    """Times each cluster is drawn: rows × clusters."""
    taken = np.where(rescaled & (plan.size > 1), plan.size - 1, plan.size)
    clusters = plan.stratum.size
    by_stratum = np.argsort(plan.stratum, kind="stable")
    first = np.cumsum(plan.size) - plan.size
    which = np.repeat(np.arange(plan.size.size), taken)
    picked = first[which] + np.floor(rng.random((rows, which.size)) * plan.size[which]).astype(np.intp)
    flat = by_stratum[picked] + clusters * np.arange(rows)[:, None]
    count = np.bincount(flat.ravel(), minlength=rows * clusters).reshape(rows, clusters)
    return np.asarray(count * (plan.size / taken)[plan.stratum])


def rake(weights: ArrayLike, auxiliaries: ArrayLike, totals: ArrayLike) -> Floats:
    """Weights as near as possible to the given ones that reproduce known totals (raking, generalised).

    `weights`: rows × records, or one row; `auxiliaries`: records × variables (counts, 0/1 columns of margins; they may
    overlap); `totals`: one per variable. The adjusted weights stay positive: w · exp(x'λ), λ by Newton's method. A row
    without a solution becomes NaN. Raises ValueError when the shapes do not fit.
    Deville & Särndal (1992), J Am Stat Assoc 87:376-382, case 2 (multiplicative distance).
    """
    rows = np.atleast_2d(np.asarray(weights, dtype=float))
    x, wanted = np.asarray(auxiliaries, dtype=float), np.asarray(totals, dtype=float)
    if x.ndim != 2 or x.shape[0] != rows.shape[1] or wanted.shape != (x.shape[1],):
        raise ValueError("auxiliaries need one row per record and one total per column")
    raked, done = _raked(rows, x, wanted)
    raked[~done] = np.nan
    return raked if np.ndim(weights) == 2 else raked[0]


def _raked(rows: Floats, x: Floats, wanted: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Newton's steps in all rows at once; which rows arrived."""
    products = (x[:, :, None] * x[:, None, :]).reshape(x.shape[0], -1)
    scale = np.maximum(np.abs(wanted), 1.0)
    current = rows.copy()
    done = np.zeros(rows.shape[0], dtype=bool)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(ROUNDS):
            gap = wanted - current @ x
            done = np.all(np.abs(gap) <= NEAR * scale, axis=1)
            open_ = np.flatnonzero(~done & np.isfinite(gap).all(axis=1))
            if not open_.size:
                break
            matrix = (current[open_] @ products).reshape(-1, x.shape[1], x.shape[1])
            step = np.einsum("rij,rj->ri", np.linalg.pinv(matrix, rcond=1e-11, hermitian=True), gap[open_])
            current[open_] *= np.exp(np.clip(step @ x.T, -3.0, 3.0))
    return current, done
