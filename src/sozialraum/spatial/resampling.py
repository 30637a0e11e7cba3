"""Tables drawn again (Wiederholungsziehung): many multinomial tables of counts, fast and exact."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]
Ints = NDArray[np.int64]

CHUNK = 2_000_000  # cells of a block of replicates
TAIL = 1e-16


def multinomial(counts: Ints, replicates: int, rng: np.random.Generator) -> Iterator[Counts]:
    """Tables with the same total, drawn from the shares of `counts`: blocks of cells × replicates.

    Cells are first drawn as independent Poisson numbers with slightly too small a mean; together with their total N'
    they are multinomial, and what is missing to the wanted total is drawn person by person. Replicates that came out
    too large are drawn again, which leaves the distribution as it is. Cells with equal counts have one distribution: how
    often each number occurs in all of them is drawn at once, then shuffled. This takes a tenth of one binomial after
    the other.
    """
    total = int(counts.sum())
    if total < 1:
        raise ValueError("there is nobody to draw")
    tables = _tables(counts, max(0.0, 1 - 2 / np.sqrt(total)))
    bounds = np.cumsum(counts)
    rows = max(1, CHUNK // max(counts.size, 1))
    for start in range(0, replicates, rows):
        yield _block(bounds, tables, min(rows, replicates - start), rng)


Tables = list[tuple[NDArray[np.intp], int, Floats]]


def _tables(counts: Ints, share: float) -> Tables:
    """For each count that occurs: which cells have it, the smallest number drawn, and the probabilities from there on."""
    from scipy.special import pdtr

    found = []
    order = np.argsort(counts, kind="stable")
    values, first = np.unique(counts[order], return_index=True)
    for count, cells in zip(values, np.split(order, first[1:]), strict=True):
        if count > 0:
            mean = float(count) * share
            lowest = max(0, int(mean - 9 * np.sqrt(mean) - 12))
            running = pdtr(np.arange(lowest, int(mean + 9 * np.sqrt(mean)) + 40), mean)
            chance = np.diff(running, prepend=0.0)
            kept = np.flatnonzero(chance > TAIL)
            chance = chance[kept[0] : kept[-1] + 1]
            found.append((cells, lowest + int(kept[0]), chance / chance.sum()))
    return found


def _block(bounds: Ints, tables: Tables, rows: int, rng: np.random.Generator) -> Counts:
    total = int(bounds[-1])
    block = _drawn(bounds.size, tables, rows, rng)
    reached = block.sum(axis=0, dtype=np.int64)
    while (again := np.flatnonzero(reached > total)).size:
        block[:, again] = _drawn(bounds.size, tables, again.size, rng)
        reached[again] = block[:, again].sum(axis=0, dtype=np.int64)
    lacking = total - reached
    # Persons are numbered through the cells of the original table.
    cell = np.searchsorted(bounds, np.sort(rng.integers(0, total, int(lacking.sum()))), side="right")
    rng.shuffle(cell)
    row = np.repeat(np.arange(rows), lacking)
    added = np.bincount(cell * rows + row, minlength=block.size).reshape(block.shape)
    return np.asarray(block + added, dtype=np.int32)


def _drawn(size: int, tables: Tables, rows: int, rng: np.random.Generator) -> Counts:
    drawn = np.zeros((size, rows), dtype=np.int32)
    for cells, lowest, chance in tables:
        often = rng.multinomial(cells.size * rows, chance)
        numbers = np.repeat(np.arange(lowest, lowest + chance.size, dtype=np.int32), often)
        rng.shuffle(numbers)
        drawn[cells] = numbers.reshape(cells.size, rows)
    return drawn
