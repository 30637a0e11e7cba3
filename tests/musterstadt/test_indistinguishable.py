"""Another town that looks the same: nothing in a release depends on what it hides (Ununterscheidbarkeit).

From inside, other whole numbers are put in the place of hidden counts, so that every printed count stays. If a single figure,
class, rank, trend, state or word of the release then came out otherwise, it would tell the two towns apart and thus something of
the hidden counts. Whatever is made from a release (page, map, report, export, text) knows the release only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from sozialraum import municipality, pipeline, publication
from sozialraum.counts import roll_up
from sozialraum.disclosure import Protected, gate
from sozialraum.disclosure.compose import Plan, compose_all
from sozialraum.disclosure.gate import Effort, Guarded
from sozialraum.disclosure.history import Earlier
from sozialraum.indicators import compute
from sozialraum.pipeline import Result
from sozialraum.tables import COMPARISON_LEVEL, VALUES_COLUMNS, Status

FIRST = "2025-03"
MOST = 20  # so many cases a hidden count may gain
CHANGED = 0.9  # so many of the hidden small counts are others in the other town


@dataclass(frozen=True)
class Guess:
    """A town as it is inside, what the gate hides of it, and the plan of the release."""

    result: Result
    plan: Plan
    done: list[Guarded]


@pytest.fixture(scope="module")
def guess(small: Path) -> Guess:
    result = pipeline.run(municipality.read(small))
    plan = plan_of(result)
    return Guess(result, plan, guarded(result, plan))


def plan_of(result: Result) -> Plan:
    town, computed = result.municipality, set(result.values["indicator"])
    indicators = {k: i for k, i in town.catalogue.indicators.items() if k in computed}
    return Plan(town.catalogue, indicators, {g.version: g for g in town.geographies})


def guarded(result: Result, plan: Plan) -> list[Guarded]:
    """Every period with what the gate hides in it."""
    return gate._guard_all(list(compose_all(result.delivered.counts, plan)), Effort(), None)


def other_counts(done: Guarded, seed: int) -> tuple[np.ndarray, int, int]:
    """Whole numbers that print the same; how many small hidden counts differ, and how many there are."""
    system = done.system
    known = system.published(done.hidden)
    small = np.flatnonzero(system.primary & ~known)
    printed = np.round(system.values[known])
    rules = [LinearConstraint(system.cells[known], printed, printed)]
    if system.bounds is not None:
        rules.append(LinearConstraint(system.bounds.rows, system.bounds.lower, system.bounds.upper))
    direction = np.random.default_rng(seed).normal(size=len(small)) @ system.cells[small].toarray()
    found = milp(
        direction,
        constraints=rules,
        integrality=np.ones(len(system.atoms)),
        bounds=Bounds(0, system.atoms + MOST),
        options={"time_limit": 120.0, "mip_rel_gap": 0.5},
    )
    assert found.x is not None, found.message
    other = np.round(found.x)
    assert (system.cells[known] @ other == printed).all()
    return other, int((system.cells[small] @ other != system.values[small]).sum()), len(small)


def other_town(result: Result, done: list[Guarded], seed: int) -> pd.DataFrame:
    """Delivered counts of a town that nobody outside can tell from this one."""
    delivered = result.delivered.counts.reset_index(drop=True).copy()
    changed = hidden = 0
    for period in done:
        same = (delivered["version"] == period.composed.version) & (
            delivered["period"] == period.composed.period
        )
        rows = np.flatnonzero(same & delivered["count"].notna())
        assert (delivered["count"].to_numpy()[rows] == period.system.atoms).all()
        other, differ, of = other_counts(period, seed)
        delivered.loc[rows, "count"] = other
        plain = delivered.loc[rows, "status"].isin([Status.OK, Status.NONE]).to_numpy()
        state = np.where(other == 0, Status.NONE, Status.OK)
        delivered.loc[rows[plain], "status"] = [Status(s) for s in state[plain]]
        changed, hidden = changed + differ, hidden + of
    assert hidden > 100
    assert changed >= CHANGED * hidden
    return delivered


def released(result: Result, delivered: pd.DataFrame, plan: Plan, done: list[Guarded]) -> Protected:
    """What a release of these counts would show under the same pattern, by the steps of the pipeline."""
    town = result.municipality
    hidden = gate._hidden_table(done)
    counts = roll_up(delivered, dict(plan.geographies))
    beyond = result.delivered.rates["level"] == COMPARISON_LEVEL
    active = {k: i for k, i in town.catalogue.indicators.items() if k in town.active_indicators}
    values = compute.compute_all(counts, result.delivered.rates[~beyond], active)[0]
    shown, tables = gate.mask_values(values, plan, hidden), gate.mask_counts(counts, plan, hidden)
    derived = replace(result, counts=counts, values=values).derived(shown, tables)
    everything = pd.concat([shown, derived], ignore_index=True)[list(VALUES_COLUMNS)]
    return Protected(everything, tables, {}, Earlier(delivered, frozenset(), frozenset()), {})


def written(result: Result, protected: Protected, folder: Path) -> dict[str, bytes]:
    """The files of a release, as bytes by name."""
    katalog: dict[str, Any] = publication.catalogue(
        result.municipality, protected, name=FIRST, created="2025-03-01T00:00:00+00:00", software="0"
    )
    folder.mkdir()
    publication.filler(result.municipality, protected, katalog, result.comparison)(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".gpkg"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_no_byte_of_a_release_depends_on_what_it_hides(guess: Guess, tmp_path: Path, seed: int) -> None:
    other = other_town(guess.result, guess.done, seed)
    one, two = both(guess, other, guess.done, tmp_path)
    assert set(one) == set(two)
    assert [name for name in one if one[name] != two[name]] == []


@pytest.mark.slow
def test_a_printed_hidden_count_would_be_noticed(guess: Guess, tmp_path: Path) -> None:
    """Without this the comparison might be blind: some cells less hidden, and the two towns differ."""
    other = other_town(guess.result, guess.done, seed=1)
    careless = []
    for period in guess.done:
        hidden = period.hidden.copy()
        hidden[np.flatnonzero(hidden & period.system.primary)[:40]] = False
        careless.append(replace(period, hidden=hidden))
    one, two = both(guess, other, careless, tmp_path)
    assert one["werte.csv"] != two["werte.csv"]


def both(guess: Guess, other: pd.DataFrame, done: list[Guarded], folder: Path) -> list[dict[str, bytes]]:
    """The files of a release of this town and of the other one."""
    return [
        written(guess.result, released(guess.result, counts, guess.plan, done), folder / name)
        for name, counts in (("eine", guess.result.delivered.counts), ("andere", other))
    ]
