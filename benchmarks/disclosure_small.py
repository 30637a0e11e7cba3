"""Thousands of small random tables: the audit against enumeration and against a second solver (python -m benchmarks.disclosure_small)."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from itertools import product

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from sozialraum.disclosure.audit import audit, exactly_known
from sozialraum.disclosure.enumeration import whole_numbered
from sozialraum.disclosure.suppression import suppress
from sozialraum.disclosure.system import Flags, System

FIRST_SEED = 10_000
LIMIT = 20_000  # tables of whole numbers that are counted through
STEPS = 1_000_000  # numbers that are tried for it
THRESHOLD = 3.0


@dataclass
class Found:
    """What the comparison found; `outside` and `disagreeing` must be 0."""

    tables: int = 0
    cells: int = 0
    outside: int = 0
    disagreeing: int = 0
    protected: int = 0
    narrower: int = 0
    exact: int = 0
    too_many: int = 0
    seconds: float = 0.0


def compare(count: int) -> Found:
    """Compare so many tables, each under a random pattern and under the pattern of the suppression."""
    found, started = Found(), time.perf_counter()
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        rng = np.random.default_rng(seed)
        system = random_system(rng)
        hidden = system.primary | (rng.random(len(system.keys)) < rng.uniform(0, 0.5))
        found.tables += 1
        found.disagreeing += int(_verdicts_differ(system, hidden))
        grown = suppress(system, seed=seed, starts=1)
        found.protected += int(audit(system, grown).verdict == "bestanden")
        for pattern in (hidden, grown):
            _enumerate(system, pattern, found)
    found.seconds = time.perf_counter() - started
    return found


def random_system(rng: np.random.Generator) -> System:
    """Two or three areas in groups, two or three ages, two sexes, counts 0 to 4, with all totals."""
    areas, ages = (int(n) for n in rng.integers(2, 4, 2))
    counts = rng.integers(0, 5, (areas, ages, 2)).astype(float)
    groups = np.sort(rng.integers(0, areas, areas))
    rows_of = {"alle": np.ones(areas, bool)}
    rows_of |= {f"s{g}": groups == g for g in set(groups.tolist())} | {
        f"b{a}": np.arange(areas) == a for a in range(areas)
    }
    ages_of = {"alle": np.ones(ages, bool)} | {f"a{a}": np.arange(ages) == a for a in range(ages)}
    sexes_of = {"alle": np.ones(2, bool)} | {f"x{s}": np.arange(2) == s for s in range(2)}
    keys, rows = [], []
    for (area, r), (age, a), (sex, s) in product(rows_of.items(), ages_of.items(), sexes_of.items()):
        keys.append(f"{area}/{age}/{sex}")
        rows.append((r[:, None, None] & a[None, :, None] & s[None, None, :]).ravel().astype(float))
    matrix = np.array(rows)
    values, cells = matrix @ counts.ravel(), len(keys)
    demand = np.full(cells, THRESHOLD)
    return System(
        counts.ravel(), sp.csr_matrix(matrix), tuple(keys), publishable=np.ones(cells, bool), fixed=np.zeros(cells, bool),
        primary=(values > 0) & (values < THRESHOLD), width=demand, reach=demand, floor=np.full(cells, np.inf),
        weight=np.where(values == 0, 1.5, 1.0),
    )  # fmt: skip


def _verdicts_differ(system: System, hidden: Flags) -> bool:
    """Whether another solver finds other cells too narrow."""
    judged = audit(system, hidden)
    known = system.published(hidden)
    rows, values = system.cells[known].toarray(), system.values[known]
    failed = []
    for cell in np.flatnonzero(system.primary):
        goal = system.cells[[cell]].toarray()[0]
        ends = [
            linprog(sign * goal, A_eq=rows, b_eq=values, method="highs-ipm") if len(rows) else None
            for sign in (1.0, -1.0)
        ]
        low = ends[0].fun if ends[0] is not None and ends[0].status == 0 else 0.0
        high = -ends[1].fun if ends[1] is not None and ends[1].status == 0 else np.inf
        if high - low < THRESHOLD - 1e-5 or high < THRESHOLD - 1e-5:
            failed.append(system.keys[cell])
    return tuple(sorted(failed)) != judged.failed


def _enumerate(system: System, hidden: Flags, found: Found) -> None:
    """Count through all tables: the interval must contain them, and is reported where whole numbers are narrower."""
    known = system.published(hidden)
    if not known[0] or known.all():
        return
    tables = whole_numbered(system.cells[known].toarray(), system.values[known], limit=LIMIT, steps=STEPS)
    if tables is None:
        found.too_many += 1
        return
    result = exactly_known(system.cells, known, system.values, width=np.inf)
    values = system.cells[~known] @ tables.T
    low, high = values.min(axis=1), values.max(axis=1)
    outside = (result.lower > low + 1e-6) | (result.upper < high - 1e-6)
    # The interval of whole numbers is narrower only beyond the next whole number.
    narrower = (np.ceil(result.lower - 1e-6) < low) | (np.floor(result.upper + 1e-6) > high)
    primary = system.primary[~known]
    found.cells += int(primary.sum())
    found.outside += int(outside.sum())
    found.narrower += int((narrower & primary).sum())
    found.exact += int(((low == high) & ~result.exact & primary).sum())


if __name__ == "__main__":
    print(compare(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
