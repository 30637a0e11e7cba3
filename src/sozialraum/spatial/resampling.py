"""Tables drawn again (Wiederholungsziehung): many multinomial tables of counts, in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]
Ints = NDArray[np.int64]

CHUNK = 500_000  # cells of a block of replicates: they stay in the processor's cache
TAIL = 1e-16
BASE = 32  # digits of counts
BITS = 32  # of a random number; chances are kept to 2^-32


@dataclass(frozen=True)
class Lottery:
    """Numbers from `lowest` on with given chances, drawn by looking up the first bits of a random number.

    `sure`: the number for each leading part of the random bits, -1 where the rest of them decides; `upto`: chance of
    each number and all below it, in 2^-32. Chen & Asau (1974), AIIE Trans 6:163-166.
    """

    sure: Counts
    upto: Floats
    shift: int
    lowest: int

    def draw(self, size: int, rng: np.random.Generator) -> Counts:
        """So many numbers, independent of each other."""
        bits = rng.integers(0, 2**BITS, size, dtype=np.uint32)
        found = np.take(self.sure, bits >> np.uint32(self.shift))
        open_ = np.flatnonzero(found < 0)
        found[open_] = np.searchsorted(self.upto, bits[open_], side="right")
        if self.lowest:
            found += np.int32(self.lowest)
        return found


def lottery(chance: Floats, *, lowest: int = 0) -> Lottery:
    """Made ready from the chances of the numbers `lowest`, `lowest` + 1, …"""
    upto = np.cumsum(chance) / chance.sum() * 2.0**BITS
    upto[-1] = 2.0**BITS
    leading = int(np.clip(np.ceil(np.log2(chance.size)) + 6, 8, 16))
    edges = np.arange(2**leading, dtype=float) * 2.0 ** (BITS - leading)
    first = np.searchsorted(upto, edges, side="right")
    last = np.searchsorted(upto, edges + (2.0 ** (BITS - leading) - 1), side="right")
    return Lottery(np.where(first == last, first, -1).astype(np.int32), upto, BITS - leading, lowest)


Cells = list[tuple[NDArray[np.intp], Lottery]]


def multinomial(counts: Ints, replicates: int, rng: np.random.Generator) -> Iterator[Counts]:
    """Tables with the same total, drawn from the shares of `counts`: blocks of cells × replicates.

    Cells are first drawn as independent Poisson numbers with slightly too small a mean; together with their total N'
    they are multinomial, and what is missing to the wanted total is drawn person by person. Replicates that came out
    too large are drawn again, which leaves the distribution as it is. A Poisson number is the sum of those of the
    digits of its mean (137 = 4 · 32 + 9), so that a few lotteries serve all cells. This takes a twentieth of one
    binomial after the other.
    """
    total = int(counts.sum())
    if total < 1:
        raise ValueError("there is nobody to draw")
    cells, persons = _cells(counts, max(0.0, 1 - 2 / np.sqrt(total))), lottery(counts.astype(float))
    rows = max(1, CHUNK // max(counts.size, 1))
    for start in range(0, replicates, rows):
        yield _block(counts.size, total, cells, persons, min(rows, replicates - start), rng)


def _cells(counts: Ints, share: float) -> Cells:
    """Which cells have a digit, place by place, and what is drawn for them."""
    found, place, rest = [], 1, counts
    while rest.any():
        digits = rest % BASE
        for digit in range(1, BASE):
            which = np.flatnonzero(digits == digit)
            if which.size:
                found.append((which, _poisson(float(digit * place) * share)))
        rest, place = rest // BASE, place * BASE
    return found


def _poisson(mean: float) -> Lottery:
    from scipy.special import pdtr

    lowest = max(0, int(mean - 9 * np.sqrt(mean) - 12))
    running = pdtr(np.arange(lowest, int(mean + 9 * np.sqrt(mean)) + 40), mean)
    chance = np.diff(running, prepend=0.0)
    kept = np.flatnonzero(chance > TAIL)
    return lottery(chance[kept[0] : kept[-1] + 1], lowest=lowest + int(kept[0]))


def _block(
    size: int, total: int, cells: Cells, persons: Lottery, rows: int, rng: np.random.Generator
) -> Counts:
    block = _drawn(size, cells, rows, rng)
    reached = block.sum(axis=0, dtype=np.int64)
    while (again := np.flatnonzero(reached > total)).size:
        block[:, again] = _drawn(size, cells, again.size, rng)
        reached[again] = block[:, again].sum(axis=0, dtype=np.int64)
    lacking = total - reached
    cell = persons.draw(int(lacking.sum()), rng).astype(np.intp)
    row = np.repeat(np.arange(rows), lacking)
    np.add.at(block.reshape(-1), cell * rows + row, np.int32(1))
    return block


def _drawn(size: int, cells: Cells, rows: int, rng: np.random.Generator) -> Counts:
    drawn = np.zeros((size, rows), dtype=np.int32)
    for which, chances in cells:
        drawn[which] += chances.draw(which.size * rows, rng).reshape(which.size, rows)
    return drawn
