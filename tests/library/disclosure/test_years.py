"""Successive years: the same cells are hidden again where it costs little (Stetigkeit der Sperrung)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kleinstadt
from sozialraum.catalogue import shipped
from sozialraum.disclosure.compose import Composed, compose_all
from sozialraum.disclosure.history import Earlier
from sozialraum.disclosure.period_counts import Plan
from sozialraum.disclosure.suppression import suppress

AREAS = tuple(kleinstadt.BEZIRKE)
BANDS = ("0-14", "15-64", "65+")


def plan() -> Plan:
    names = ("einwohnerzahl", "anteil_65plus")
    return Plan(shipped(), {n: shipped().indicators[n] for n in names}, {"2024": kleinstadt.geography()})


def year(period: str, rng: np.random.Generator) -> pd.DataFrame:
    """A town in which a few districts have hardly anybody of one age."""
    tables = []
    for band in BANDS:
        rows = [(a, "einwohner", float(rng.choice([2, 5, 9, 30, 400]))) for a in AREAS]
        tables.append(kleinstadt.counts(*rows, period=period, age=band))
    return pd.concat(tables, ignore_index=True)


def hidden_in(composed: Composed) -> set[tuple[str, str, str]]:
    hidden = suppress(composed.system, seed=0, starts=1)
    return {(k.level, k.area, k.key) for k, h in zip(composed.keys, hidden, strict=True) if h}


def remembered(composed: Composed, counts: pd.DataFrame) -> Earlier:
    hidden = suppress(composed.system, seed=0, starts=1)
    keys = [
        (k.text, h) for k, h, p in zip(composed.keys, hidden, composed.system.publishable, strict=True) if p
    ]
    return Earlier(counts, frozenset(k for k, h in keys if not h), frozenset(k for k, h in keys if h))


@pytest.mark.parametrize("seed", range(4))
def test_the_pattern_of_the_year_before_is_cheaper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = year("2023-12-31", rng), year("2024-12-31", rng)
    [before] = compose_all(first, plan())
    earlier = remembered(before, first)
    if not earlier.hidden:
        pytest.skip("nothing hidden in the first year")
    both = pd.concat([first, second], ignore_index=True)
    new = {c.period: c for c in compose_all(both, plan(), [earlier])}["2024-12-31"]
    old = {c.period: c for c in compose_all(both, plan())}["2024-12-31"]
    kept = {tuple(text.split("|", 4)[2:]) for text in earlier.hidden}
    for key, with_memory, without in zip(new.keys, new.system.weight, old.system.weight, strict=True):
        cheaper = (key.level, key.area, key.key) in kept
        assert (with_memory < without) == cheaper
    stay = len(hidden_in(new) & kept) / max(len(hidden_in(new)), 1)
    assert stay >= len(hidden_in(old) & kept) / max(len(hidden_in(old)), 1)
