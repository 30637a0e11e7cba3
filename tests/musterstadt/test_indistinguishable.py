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
import pyarrow.parquet as pq
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from sozialraum import municipality, musterstadt, pipeline, publication
from sozialraum.catalogue import Kind
from sozialraum.disclosure import Protected, gate
from sozialraum.disclosure.compose import compose_all
from sozialraum.disclosure.gate import Effort, Guarded
from sozialraum.disclosure.history import Earlier
from sozialraum.pipeline import Result
from sozialraum.tables import Status

FIRST = "2025-03"
MOST = 20  # so many cases a hidden count may gain
CHANGED = 0.9  # so many of the hidden small counts are others in the other town


@dataclass(frozen=True)
class Guess:
    """A town as it is inside, and what the gate hides of it."""

    result: Result
    done: list[Guarded]


@pytest.fixture(scope="module")
def guess(tmp_path_factory: pytest.TempPathFactory) -> Guess:
    """All ten years, so that the release shows changes, an index with classes, and values on other areas."""
    folder = musterstadt.write(tmp_path_factory.mktemp("kommune") / "musterstadt")
    result = pipeline.run(municipality.read(folder))
    planned = list(compose_all(result.delivered.counts, result.plan))
    return Guess(result, gate.guard_all(planned, Effort()))


def other_counts(done: Guarded, seed: int) -> tuple[np.ndarray, int, int]:
    """Whole numbers that print the same; how many small hidden counts differ, and how many there are."""
    system = done.system
    known = system.published(done.hidden)
    small = np.flatnonzero(system.primary & ~known)
    printed, counts = system.values[known], system.atoms == np.round(system.atoms)
    rules = [LinearConstraint(system.cells[known], printed, printed)]
    if system.bounds is not None:
        rules.append(LinearConstraint(system.bounds.rows, system.bounds.lower, system.bounds.upper))
    direction = np.random.default_rng(seed).normal(size=len(small)) @ system.cells[small].toarray()
    found = milp(
        direction,
        constraints=rules,
        integrality=counts,
        # What is no count (square kilometres) stays as it is.
        bounds=Bounds(np.where(counts, 0, system.atoms), system.atoms + np.where(counts, MOST, 0)),
        options={"time_limit": 120.0, "mip_rel_gap": 0.5},
    )
    assert found.x is not None, found.message
    other = np.where(counts, np.round(found.x), system.atoms)
    assert np.allclose(system.cells[known] @ other, printed, rtol=0, atol=1e-6)
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
        moved = other != period.system.atoms
        delivered.loc[rows[moved], "count"] = other[moved]
        delivered.loc[rows[moved], "status"] = [Status.OK if count else Status.NONE for count in other[moved]]
        changed, hidden = changed + differ, hidden + of
    assert hidden > 100
    assert changed >= CHANGED * hidden
    return delivered


def released(result: Result, delivered: pd.DataFrame, done: list[Guarded]) -> Protected:
    """What a release of these counts would show under the same pattern."""
    there = pipeline.computed(result.municipality, replace(result.delivered, counts=delivered), [])
    values, tables = gate.behind(done, there.counts, there.values, result.plan, there.derived)
    return Protected(values, tables, {}, Earlier(delivered, frozenset(), frozenset()), {})


def written(result: Result, protected: Protected, folder: Path) -> dict[str, bytes]:
    """The files of a release, as bytes by name."""
    katalog: dict[str, Any] = publication.catalogue(
        result.municipality, protected, name=FIRST, created="2025-03-01T00:00:00+00:00", software="0"
    )
    folder.mkdir()
    publication.filler(result.municipality, protected, katalog, result.comparison)(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".gpkg"}


def assert_everything_is_there(values: Path, result: Result) -> None:
    """Otherwise the comparison would speak of less than it says: hidden rows, changes, ranks and classes of an index."""
    shown = pq.read_table(values).to_pandas()
    indicators = result.municipality.catalogue.indicators
    figures = shown.dropna(subset=["value"])
    changes = [k for k, i in indicators.items() if i.kind is Kind.CHANGE]
    assert (shown["status"] == Status.SUPPRESSED).any()
    assert figures["indicator"].isin(changes).any()
    assert (figures["class"] != "").any()
    assert figures["indicator"].str.endswith("_status_rank").any()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_no_byte_of_a_release_depends_on_what_it_hides(guess: Guess, tmp_path: Path, seed: int) -> None:
    other = other_town(guess.result, guess.done, seed)
    one, two = both(guess, other, guess.done, tmp_path)
    assert_everything_is_there(tmp_path / "eine" / "werte.parquet", guess.result)
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
        written(guess.result, released(guess.result, counts, done), folder / name)
        for name, counts in (("eine", guess.result.delivered.counts), ("andere", other))
    ]
