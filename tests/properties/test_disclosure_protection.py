"""What must hold for every table: nothing below the minimum is learned, and hiding more never shows more."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sozialraum.disclosure.audit import audit
from sozialraum.disclosure.suppression import suppress
from sozialraum.disclosure.system import System

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Linked sums and differences over up to eight values: any family of subsets, not only tables."""
    atoms = draw(st.integers(2, 8))
    values = draw(st.lists(st.integers(0, 6), min_size=atoms, max_size=atoms))
    subsets = draw(st.sets(st.frozensets(st.integers(0, atoms - 1), min_size=1), min_size=1, max_size=12))
    factor = st.sampled_from([1.0, 1.0, 1.0, 1.0, 2.0, 0.5, -1.0])
    rows = np.array(
        [
            [draw(factor) if a in subset else 0.0 for a in range(atoms)]
            for subset in sorted(subsets, key=sorted)
        ]
    )
    sums = rows @ values
    cells = len(sums)
    three, small = np.full(cells, 3.0), (sums > 0) & (sums < 3)
    return System(
        np.array(values, dtype=float),
        sp.csr_matrix(rows),
        tuple(f"z{i:02}" for i in range(cells)),
        np.ones(cells, dtype=bool),
        np.zeros(cells, dtype=bool),
        small,
        three,
        three,
        np.full(cells, np.inf),
        np.where(sums == 0, 1.5, 1.0),
    )


@QUICK
@given(systems(), st.integers(0, 5))
def test_the_attacker_learns_nothing_below_the_minimum(system: System, seed: int):
    result = audit(system, suppress(system, seed=seed, starts=2))
    assert (result.verdict, result.failed) == ("bestanden", ())


@QUICK
@given(systems())
def test_protecting_twice_is_protecting_once(system: System):
    assert (suppress(system, seed=3) == suppress(system, seed=3)).all()


@QUICK
@given(systems(), st.randoms(use_true_random=False))
def test_hiding_more_never_shows_more(system: System, random):
    fewer = system.primary | np.array([random.random() < 0.3 for _ in system.keys])
    more = fewer | np.array([random.random() < 0.3 for _ in system.keys])
    assert set(audit(system, more).failed) <= set(audit(system, fewer).failed)


@QUICK
@given(systems())
def test_every_primary_cell_is_hidden_and_nothing_without_one(system: System):
    hidden = suppress(system, seed=1)
    assert (hidden | ~system.primary).all()
    assert (hidden.sum() == 0) == (system.primary.sum() == 0)
