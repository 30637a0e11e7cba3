"""Successive years: the same cells are hidden again where it costs little (Stetigkeit der Sperrung)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import kleinstadt
from sozialraum.catalogue import shipped
from sozialraum.disclosure import gate
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


def test_the_middle_of_a_series_leads() -> None:
    """Bestände folgen Beständen, Schuljahre Schuljahren, jede Fassung für sich; was führt, kommt zuerst."""
    places = [("a", f"{year}-12-31") for year in range(2019, 2024)] + [("a", "2022/23"), ("b", "2020-12-31")]
    leader = gate.leaders(places)
    assert leader == {2: None, 3: 2, 1: 2, 4: 3, 0: 1, 5: None, 6: None}
    met: set[int] = set()
    for period, first in leader.items():
        assert first is None or first in met
        met.add(period)


def five_years(seed: int) -> list[Composed]:
    """Jedes Jahr sind andere Bezirke klein; die meisten bleiben es."""
    rng = np.random.default_rng(seed)
    base = year("2020-12-31", rng)
    tables = []
    for y in range(2020, 2025):
        again = rng.random(len(base)) < 0.2
        other = year(f"{y}-12-31", rng)["count"]
        tables.append(base.assign(period=f"{y}-12-31", count=np.where(again, other, base["count"])))
    return list(compose_all(pd.concat(tables, ignore_index=True), plan()))


def steadiness(hidden: list[set[tuple[str, str, str]]]) -> tuple[int, int]:
    """Wie viele gesperrte Zellen es im Vorjahr schon waren, und wie viele es sind."""
    return sum(len(a & b) for a, b in pairwise(hidden)), sum(len(b) for b in hidden[1:])


def patterns(done: list[gate.Guarded]) -> list[set[tuple[str, str, str]]]:
    return [
        {(k.level, k.area, k.key) for k, h in zip(g.composed.keys, g.hidden, strict=True) if h} for g in done
    ]


def test_years_of_one_release_keep_the_pattern() -> None:
    """Über viele Städte zusammen bleibt mehr gesperrt, was es schon war, als wenn jedes Jahr für sich stünde."""
    stay = all_of = alone_stay = alone_all = 0
    for seed in range(8):
        planned = five_years(seed)
        done = gate.guard_all(planned, gate.Effort())
        assert {g.audit.verdict for g in done} == {gate.PASSED}
        alone = [gate.guard_all([composed], gate.Effort())[0] for composed in planned]
        (a, b), (c, d) = steadiness(patterns(done)), steadiness(patterns(alone))
        stay, all_of, alone_stay, alone_all = stay + a, all_of + b, alone_stay + c, alone_all + d
    assert stay / all_of > alone_stay / alone_all


def test_the_number_of_processes_changes_no_pattern() -> None:
    planned = five_years(1)
    one = gate.guard_all(planned, gate.Effort())
    two = gate.guard_all(planned, gate.Effort(processes=2))
    assert patterns(one) == patterns(two)
    assert [g.composed.period for g in two] == [c.period for c in planned]
