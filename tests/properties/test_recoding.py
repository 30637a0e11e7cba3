"""Umstieg: Was für jeden Umstiegsschlüssel und jede Tabelle gilt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kleinstadt
from sozialraum.areas import Area, Geography, Level
from sozialraum.counts import roll_up
from sozialraum.recoding import (
    SLIVER,
    Crosswalk,
    by_density,
    chained,
    cleaned,
    recode,
    recode_levels,
    reverse,
)
from sozialraum.tables import Status

OLD, NEW = list("abcdef"), list("uvwxyz")
LEVELS = (Level("bezirk", "Bezirk", "Bezirke", 0), Level("stadtteil", "Stadtteil", "Stadtteile", 1), Level("kommune", "Stadt", "Stadt", 2))  # fmt: skip


def geography(version: str, codes: list[str]) -> Geography:
    """Six districts in two quarters of one town."""
    inner = [Area(code, code, "bezirk", "1" if i < 3 else "2") for i, code in enumerate(codes)]
    upper = [
        Area("1", "1", "stadtteil", "00"),
        Area("2", "2", "stadtteil", "00"),
        Area("00", "Stadt", "kommune", ""),
    ]
    unplaced = [Area("nz", "nz", "bezirk", "nz"), Area("nz", "nz", "stadtteil", "00")]
    return Geography(version, version, LEVELS, (*inner, *upper, *unplaced))


@st.composite
def crosswalks(draw: st.DrawFn) -> Crosswalk:
    """Shares from six old areas to six new ones, slivers among them; areas that stay whole are frequent."""
    rows = []
    for code in OLD:
        targets = draw(st.lists(st.sampled_from(NEW), min_size=1, max_size=3, unique=True))
        cuts = sorted(draw(st.lists(st.floats(0, 1), min_size=len(targets) - 1, max_size=len(targets) - 1)))
        rows += [
            (code, t, high - low) for t, (low, high) in zip(targets, pairwise([0.0, *cuts, 1.0]), strict=True)
        ]
    shares = pd.DataFrame(rows, columns=["from", "to", "share"])
    extent = dict(zip(OLD, draw(st.lists(st.floats(1, 1e6), min_size=6, max_size=6)), strict=True))
    return Crosswalk("2024", "2025", "bezirk", "area", cleaned(shares, "area"), extent=extent)


FEW = settings(deadline=None, max_examples=25)
numbers = st.lists(st.integers(0, 50_000), min_size=7, max_size=7)


def table(figures: list[int | None]) -> pd.DataFrame:
    return kleinstadt.counts(
        *((code, "arbeitslose", f) for code, f in zip([*OLD, "nz"], figures, strict=True))
    )


def sizes(codes: list[str], figures: list[int]) -> Mapping[str, float]:
    return dict(zip(codes, map(float, figures), strict=False))


@FEW
@given(crosswalks())
def test_shares_of_an_area_sum_to_one_and_no_sliver_stays(crosswalk: Crosswalk) -> None:
    """Die Anteile eines Gebiets ergeben 1; unter einem Prozent bleibt nur, was ein Gebiet sonst leer ließe."""
    shares = crosswalk.shares
    assert np.allclose(shares.groupby("from")["share"].sum(), 1, atol=1e-12)
    assert set(shares["from"]) == {*OLD, "nz"}
    alone = shares.groupby("to")["share"].transform("max") < SLIVER * 1.1
    assert ((shares["share"] >= SLIVER * 0.9) | alone).all()


@FEW
@given(crosswalks(), numbers, numbers, numbers)
def test_totals_are_kept_both_ways_and_with_all_weights(
    crosswalk: Crosswalk, figures: list[int], there: list[int], here: list[int]
) -> None:
    """Die Summe bleibt auf 1e-9 genau: hin und zurück, nach Fläche, nach Einwohnerzahl und nach Dichte."""
    counts = table(figures)
    for way in (crosswalk, by_density(crosswalk, sizes(NEW, there))):
        new = recode(counts, way)
        assert math.isclose(new["count"].sum(), sum(figures), rel_tol=1e-9)
        for back in (
            reverse(crosswalk, sizes(OLD, here), "population"),
            reverse(crosswalk, crosswalk.extent, "area"),
        ):
            old = recode(new, back)
            assert set(old["area"]) <= {*OLD, "nz"}
            assert set(old["version"]) == {"2024"}
            assert math.isclose(old["count"].sum(), sum(figures), rel_tol=1e-9)


@FEW
@given(crosswalks(), numbers)
def test_only_parts_of_split_areas_are_estimated(crosswalk: Crosswalk, figures: list[int]) -> None:
    """Geschätzt ist genau, was einen Teil eines geteilten, nicht leeren Gebiets enthält; sonst steht eine ganze Zahl."""
    shares, count = crosswalk.shares, sizes([*OLD, "nz"], figures)
    targets = shares.groupby("from")["to"].size()
    for row in recode(table(figures), crosswalk).itertuples():
        sources = shares.loc[shares["to"] == row.area, "from"]
        is_estimate = any(targets[s] > 1 and count[s] > 0 for s in sources)
        assert (row.status == Status.ESTIMATED) == is_estimate
        if not is_estimate:
            assert row.count == sum(count[s] for s in sources if targets[s] == 1)
            assert row.status == (Status.OK if row.count else Status.NONE)


@FEW
@given(
    crosswalks(),
    numbers,
    st.sets(st.integers(0, 6), max_size=3),
    st.sampled_from([Status.SUPPRESSED, Status.MISSING]),
)
def test_a_gap_stays_a_gap(crosswalk: Crosswalk, figures: list[int], holes: set[int], gap: Status) -> None:
    """Ein gesperrter oder fehlender Teil macht jedes Ziel, das ihn enthält, zur Lücke, und kein anderes."""
    counts = table(figures)
    counts.loc[list(holes), ["count", "status"]] = [np.nan, gap]
    closed = {[*OLD, "nz"][i] for i in holes}
    touched = set(crosswalk.shares.loc[crosswalk.shares["from"].isin(closed), "to"])
    new = recode(counts, crosswalk).set_index("area")

    assert set(new.index[new["count"].isna()]) == touched
    assert set(new.loc[list(touched), "status"]) <= {gap}


@FEW
@given(crosswalks(), numbers)
def test_whole_numbers_keep_the_total(crosswalk: Crosswalk, figures: list[int]) -> None:
    """Ganze Zahlen nach größten Resten: dieselbe Summe, je geteiltem Gebiet weniger als eine Person Abstand."""
    exact, whole = (
        recode(table(figures), crosswalk, whole=w).set_index("area")["count"] for w in (False, True)
    )

    assert (whole == whole.round()).all()
    assert whole.sum() == sum(figures)
    pieces = crosswalk.shares.groupby("to").size()
    assert ((whole - exact).abs() < pieces[exact.index] + 1e-6).all()


@FEW
@given(crosswalks(), numbers, st.lists(st.integers(0, 50_000), min_size=7, max_size=7))
def test_parts_stay_parts(crosswalk: Crosswalk, wholes: list[int], cut: list[int]) -> None:
    """Umrechnen ist linear: Teile bleiben kleiner als ihr Ganzes, und Gruppen ergeben weiter ihre Summe."""
    parts = [min(a, b) for a, b in zip(wholes, cut, strict=True)]
    rests = [a - b for a, b in zip(wholes, parts, strict=True)]
    whole, part, rest = (
        recode(table(f), crosswalk).set_index("area")["count"] for f in (wholes, parts, rests)
    )

    assert (part <= whole * (1 + 1e-12) + 1e-9).all()
    assert np.allclose(part + rest, whole, rtol=1e-12, atol=1e-9)


@FEW
@given(crosswalks(), numbers)
def test_upper_areas_equal_the_sum_of_their_parts(crosswalk: Crosswalk, figures: list[int]) -> None:
    """Jede obere Ebene ist die Summe ihrer umgerechneten Teile; die Kommune bleibt gezählt."""
    old, new = geography("2024", OLD), geography("2025", NEW)
    levels = recode_levels(roll_up(table(figures), {"2024": old}), crosswalk, old, new)
    summed = roll_up(recode(table(figures), crosswalk), {"2025": new})
    key = ["level", "area"]
    pd.testing.assert_series_equal(
        levels.set_index(key)["count"].sort_index(), summed.set_index(key)["count"].sort_index(), rtol=1e-9
    )
    town = levels[levels["level"] == "kommune"].iloc[0]
    assert town["count"] == sum(figures)
    assert town["status"] in (Status.OK, Status.NONE)


@FEW
@given(crosswalks(), numbers)
def test_density_finds_the_truth_where_its_assumption_holds(crosswalk: Crosswalk, figures: list[int]) -> None:
    """Ist jedes neue Gebiet gleichmäßig bewohnt, trifft die Umrechnung nach Dichte seine Einwohnerzahl genau."""
    shares = crosswalk.shares[crosswalk.shares["from"] != "nz"]
    density = dict(zip(NEW, (f % 97 + 1.0 for f in figures), strict=False))
    piece = shares["share"] * shares["from"].map(crosswalk.extent)
    people = piece * shares["to"].map(density)
    old, new = people.groupby(shares["from"]).sum(), people.groupby(shares["to"]).sum()
    counts = kleinstadt.counts(*((code, "einwohner", n) for code, n in old.items()))
    found = recode(counts, by_density(crosswalk, new.to_dict())).set_index("area")["count"]

    assert np.allclose(found[new.index], new, rtol=1e-9)


@st.composite
def chains(draw: st.DrawFn) -> tuple[Crosswalk, Crosswalk]:
    """Two reforms, one after the other."""
    first, second = draw(crosswalks()), draw(crosswalks())
    there = second.shares.assign(**{"from": second.shares["from"].replace(dict(zip(OLD, NEW, strict=True)))})
    return first, replace(second, source="2025", target="2026", shares=there)


@FEW
@given(chains(), numbers)
def test_a_chain_keeps_totals_and_lies_within_its_slivers_of_two_steps(
    reforms: tuple[Crosswalk, Crosswalk], figures: list[int]
) -> None:
    """Über einen Stand dazwischen bleibt die Summe; abweichen kann nur, was unter einem Prozent lag."""
    first, second = reforms
    counts = table(figures)
    once = recode(counts, chained(first, second))
    twice = recode(recode(counts, first), second)
    assert set(once["version"]) == {"2026"}
    assert math.isclose(once["count"].sum(), sum(figures), rel_tol=1e-9)
    both = (
        once.set_index("area")["count"].to_frame("once").join(twice.set_index("area")["count"], how="outer")
    )
    gap = (both["once"].fillna(0) - both["count"].fillna(0)).abs().max()
    assert gap <= len(NEW) * SLIVER * sum(figures) + 1e-6


@FEW
@given(chains())
def test_a_chain_has_no_slivers_and_shares_that_sum_to_one(reforms: tuple[Crosswalk, Crosswalk]) -> None:
    shares = chained(*reforms).shares
    assert np.allclose(shares.groupby("from")["share"].sum(), 1, atol=1e-12)
    alone = shares.groupby("to")["share"].transform("max") < SLIVER * 1.1
    assert ((shares["share"] >= SLIVER * 0.9) | alone).all()
    assert set(shares["from"]) == {*OLD, "nz"}


@FEW
@given(crosswalks(), numbers)
def test_a_chain_with_an_unchanged_step_changes_nothing(crosswalk: Crosswalk, figures: list[int]) -> None:
    """Ändert die zweite Reform nichts, ist der Umweg der unmittelbare Weg."""
    same = pd.DataFrame({"from": [*NEW, "nz"], "to": [*NEW, "nz"], "share": 1.0})
    still = replace(crosswalk, source="2025", target="2026", shares=same)
    one = recode(table(figures), crosswalk).set_index("area")
    other = recode(table(figures), chained(crosswalk, still)).set_index("area")
    pd.testing.assert_series_equal(one["count"].sort_index(), other["count"].sort_index(), rtol=1e-9)
    assert (one["status"].sort_index() == other["status"].sort_index()).all()


def test_divided_and_joined_again_is_whole() -> None:
    """Was die erste Reform teilt und die zweite wieder zusammenlegt, ist nicht geschätzt."""
    first = Crosswalk("1", "2", "bezirk", "area", cleaned(pd.DataFrame({"from": ["a", "a", "b"], "to": ["u", "v", "v"], "share": [0.3, 0.7, 1.0]}), "area"))  # fmt: skip
    second = Crosswalk("2", "3", "bezirk", "area", cleaned(pd.DataFrame({"from": ["u", "v"], "to": ["x", "x"], "share": [1.0, 1.0]}), "area"))  # fmt: skip
    assert chained(first, second).estimated == frozenset()
    assert chained(first, replace(second, basis="addresses")).basis == "mixed"
    with pytest.raises(ValueError, match="must begin where"):
        chained(second, first)
    with pytest.raises(ValueError, match="no shares"):
        chained(first, replace(second, shares=second.shares[second.shares["from"] != "u"]))
