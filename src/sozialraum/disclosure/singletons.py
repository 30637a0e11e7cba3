"""Readers who know one figure from inside: the only contributor of a cell knows that cell (Einzelangaben, Singletons)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from sozialraum.disclosure.audit import audit
from sozialraum.disclosure.compose import Composed
from sozialraum.disclosure.system import Bounds, Flags, System
from sozialraum.errors import DisclosureError, Finding

ROUNDS = 10
OPEN = 1.0  # a count must not follow exactly; a magnitude keeps the width that its rule asks


def against_singletons(
    composed: Composed, hidden: Flags, hide: Callable[[Composed], tuple[Composed, Flags]], time_limit: float
) -> tuple[Composed, Flags]:
    """Hide more until no singleton can compute another hidden cell from their own.

    A pair that fails becomes a cell of its own that nobody prints: while its sum is open, knowing one half does not give the
    other. Raises DisclosureError when that leads nowhere.
    """
    for _ in range(ROUNDS):
        pairs = exposed(composed, hidden, time_limit)
        if not pairs:
            return composed, hidden
        composed, hidden = hide(_with_sums(composed, pairs))
    raise DisclosureError(
        Finding(
            f"Für {composed.period} lassen sich Angaben einzelner Beteiligter nicht voreinander schützen.",
            "Fassen Sie Gebiete oder Gruppen zusammen oder veröffentlichen Sie weniger Tabellen.",
        )
    )


def exposed(composed: Composed, hidden: Flags, time_limit: float) -> list[tuple[int, int]]:
    """Pairs of a singleton and a cell that this singleton could compute (or that was not proved to be safe)."""
    system = composed.system
    number = {key: i for i, key in enumerate(system.keys)}
    found = []
    for single in composed.singletons:
        if hidden[single]:
            result = audit(_seen_by(system, single), hidden, time_limit=time_limit)
            found += [(single, number[key]) for key in (*result.failed, *result.unproved)]
    return found


def _seen_by(system: System, single: int) -> System:
    """The system as a singleton sees it, with what must stay open for others."""
    own = np.arange(len(system.keys)) == single
    counts = np.isinf(system.floor)
    return replace(
        system,
        fixed=system.fixed | own,
        primary=system.primary & ~own & ~_determined(system, single),
        width=np.where(counts, np.minimum(system.width, OPEN), system.width),
        reach=np.full(len(own), -np.inf),
        floor=np.full(len(own), np.inf),
    )


def _determined(system: System, single: int) -> Flags:
    """Cells that sum the same values as the singleton's own: they are the same figure."""
    row = system.cells[[single]]
    difference = system.cells - sp.csr_matrix(np.ones((system.cells.shape[0], 1))) @ row
    return np.asarray(np.asarray(abs(difference).sum(axis=1)).ravel() == 0, dtype=bool)


def _with_sums(composed: Composed, pairs: list[tuple[int, int]]) -> Composed:
    system = composed.system
    rows = sp.vstack([system.cells[[a]] + system.cells[[b]] for a, b in pairs], format="csr")
    n = len(pairs)
    more = tuple(f"{system.keys[a]} + {system.keys[b]}" for a, b in pairs)
    keys = tuple(composed.keys[b] for _, b in pairs)
    none = np.zeros(n, dtype=bool)
    width = np.array([OPEN if np.isinf(system.floor[b]) else system.width[b] for _, b in pairs])
    bounds = system.bounds or Bounds(sp.csr_matrix((0, len(system.atoms))), np.zeros(0), np.zeros(0))
    return replace(
        composed,
        keys=(*composed.keys, *keys),
        system=replace(
            system,
            cells=sp.vstack([system.cells, rows], format="csr"),
            keys=(*system.keys, *more),
            publishable=np.concatenate([system.publishable, none]),
            fixed=np.concatenate([system.fixed, none]),
            primary=np.concatenate([system.primary, ~none]),
            width=np.concatenate([system.width, width]),
            reach=np.concatenate([system.reach, np.full(n, -np.inf)]),
            floor=np.concatenate([system.floor, np.full(n, np.inf)]),
            weight=np.concatenate([system.weight, np.ones(n)]),
            bounds=bounds,
            # Sums lie across areas: such a system is grown in one piece.
            tree=None,
        ),
    )
