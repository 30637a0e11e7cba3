"""What holds for every table of counts and every indicator made from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kleinstadt
from sozialraum.catalogue.model import Indicator, Selection
from sozialraum.counts import roll_up, select, tabulate
from sozialraum.indicators.classes import limits
from sozialraum.indicators.compute import compute_all
from sozialraum.indicators.intervals import byar, exact, wilson
from sozialraum.indicators.ranks import rank_ranges
from sozialraum.sources.signs import DEFAULT_SIGNS, read_number
from sozialraum.tables import PRECEDENCE, Status

QUICK = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GEOGRAPHY = kleinstadt.geography()
NO_RATES = pd.DataFrame(columns=["area", "level", "version", "period", "indicator", "value", "status"])
AREAS = [*kleinstadt.BEZIRKE, "nz"]
BANDS = ("0-14", "15-64", "65+")
Parts = dict[tuple[str, str], tuple[float | None, Status]]

figures = st.one_of(
    st.integers(0, 900).map(lambda n: (float(n), Status.NONE if n == 0 else Status.OK)),
    st.integers(0, 9).map(lambda n: (float(n), Status.NONE if n == 0 else Status.OK)),
    st.sampled_from([(None, Status.SUPPRESSED), (None, Status.MISSING), (None, Status.NOT_MEANINGFUL), (7.0, Status.PROVISIONAL), (7.0, Status.ESTIMATED)]),
)  # fmt: skip
complete = st.integers(0, 900).map(lambda n: (float(n), Status.NONE if n == 0 else Status.OK))


def tables(cells: st.SearchStrategy[tuple[float | None, Status]]) -> st.SearchStrategy[Parts]:
    """Every area and age band has a cell; order and emphasis are drawn."""
    keys = [(area, band) for area in AREAS for band in BANDS]
    return st.lists(cells, min_size=len(keys), max_size=len(keys)).map(
        lambda drawn: dict(zip(keys, drawn, strict=True))
    )


def counts_of(parts: Parts, variable: str = "einwohner") -> pd.DataFrame:
    return pd.concat(
        [kleinstadt.counts((area, variable, *cell), age=band) for (area, band), cell in parts.items()],
        ignore_index=True,
    )


def share(per: float = 100, **more: object) -> Indicator:
    base = {
        "id": "k", "label": "k", "definition": "k", "kind": "share", "topic": "arbeit", "source": "ba_arbeitsmarkt", "per": per,
        "numerator": {"variable": "einwohner", "age": "65+"}, "denominator": {"variable": "einwohner"},
    }  # fmt: skip
    return Indicator.model_validate(base | more)


def computed(counts: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    values, findings = compute_all(roll_up(counts, {"2024": GEOGRAPHY}), NO_RATES, {"k": indicator})
    assert findings == []
    return values.set_index(["level", "area"]).sort_index()


@QUICK
@given(tables(complete))
def test_rolling_up_keeps_the_total(parts: Parts) -> None:
    """Every level has the same total, cases without a place included."""
    rolled = roll_up(counts_of(parts), {"2024": GEOGRAPHY})
    totals = rolled.groupby("level")["count"].sum()

    assert set(totals) == {sum(n for n, _ in parts.values() if n)}


@QUICK
@given(tables(figures))
def test_a_parent_is_the_aggregate_of_its_children(parts: Parts) -> None:
    """The sum where all parts are known; otherwise the strongest gap of the parts, and no number."""
    rolled = roll_up(counts_of(parts), {"2024": GEOGRAPHY}).set_index(["level", "area", "age"]).sort_index()
    for quarter in ("01", "02", "nz"):
        for band in BANDS:
            below = [cell for (area, b), cell in parts.items() if b == band and area[:2] == quarter]
            row = rolled.loc[("stadtteil", quarter, band)]
            gaps = [s for n, s in below if n is None and s is not Status.NOT_MEANINGFUL]
            if gaps:
                assert np.isnan(row["count"])
                assert row["status"] == min(gaps, key=PRECEDENCE.__getitem__)
            elif all(n is None for n, _ in below):
                assert row["status"] == Status.NOT_MEANINGFUL
            else:
                assert row["count"] == sum(n for n, _ in below if n)


@QUICK
@given(tables(figures))
def test_a_gap_never_becomes_a_number(parts: Parts) -> None:
    """No selection and no table shows a figure where a part of it is a gap."""
    counts = counts_of(parts)
    for band in ("0-64", "0-14", "15+"):
        found = select(counts, Selection(variable="einwohner", age=band)).set_index("area")
        inside = {"0-64": BANDS[:2], "0-14": BANDS[:1], "15+": BANDS[1:]}[band]
        for area in AREAS:
            states = [parts[area, b][1] for b in inside]
            has_gap = any(s in (Status.SUPPRESSED, Status.MISSING) for s in states)
            assert not (has_gap and found.loc[area, "count"] == found.loc[area, "count"])
    table = tabulate(counts, "einwohner", [])
    assert (table["count"].isna() == ~table["status"].map(lambda s: Status(s).has_value)).all()


@QUICK
@given(tables(figures))
def test_a_share_lies_between_0_and_100_and_in_its_interval(parts: Parts) -> None:
    values = computed(counts_of(parts), share())
    known = values.dropna(subset=["value"])

    assert known["value"].between(0, 100).all()
    assert known["lower"].between(0, 100).all()
    assert known["upper"].between(0, 100).all()
    assert ((known["lower"] <= known["value"] + 1e-9) & (known["value"] <= known["upper"] + 1e-9)).all()
    assert values["value"].isna().equals(~values["status"].map(lambda s: Status(s).has_value))


@QUICK
@given(tables(figures))
def test_a_share_of_a_level_is_computed_from_its_counts(parts: Parts) -> None:
    """The share of the whole is the quotient of sums, never a mean of shares."""
    values = computed(counts_of(parts), share())
    known = values.dropna(subset=["value"])

    assert np.allclose(known["value"], 100 * known["numerator"] / known["denominator"])


@QUICK
@given(tables(complete), st.sampled_from([1.0, 10.0, 100.0, 1000.0]))
def test_changing_the_unit_changes_no_rank(parts: Parts, per: float) -> None:
    one, other = (computed(counts_of(parts), share(p)).loc["bezirk"] for p in (100.0, per))
    ranges = [rank_ranges(v["value"], v["lower"], v["upper"]) for v in (one, other)]

    assert np.array_equal(ranges[0].first, ranges[1].first)
    assert np.array_equal(ranges[0].last, ranges[1].last)
    assert list(one["status"]) == list(other["status"])


@QUICK
@given(tables(figures), st.sampled_from(list(kleinstadt.BEZIRKE)))
def test_another_area_changes_no_rate(parts: Parts, gone: str) -> None:
    """What is computed for one area does not depend on others of its level."""
    fewer = {key: cell for key, cell in parts.items() if key[0] != gone}
    with_all, without = (computed(counts_of(p), share()).loc["bezirk"] for p in (parts, fewer))

    pd.testing.assert_frame_equal(with_all.drop(index=gone), without)


@QUICK
@given(tables(figures))
def test_rows_may_come_in_any_order(parts: Parts) -> None:
    counts = counts_of(parts)
    shuffled = counts.sample(frac=1, random_state=5).reset_index(drop=True)

    pd.testing.assert_frame_equal(computed(counts, share()), computed(shuffled, share()))


@QUICK
@given(tables(figures))
def test_without_counts_there_is_no_value(parts: Parts) -> None:
    """Only a published indicator shows a figure that no counts stand behind."""
    rates = pd.DataFrame(
        [
            {
                "area": a,
                "level": "bezirk",
                "version": "2024",
                "period": "2024-12-31",
                "indicator": "k",
                "value": 5.0,
                "status": "ok",
            }
            for a in AREAS
        ]
    )
    values, _ = compute_all(counts_of(parts), rates, {"k": share()})
    passed, _ = compute_all(counts_of(parts), rates, {"k": share(published=True)})

    assert not (values["value"].notna() & (values["numerator"].isna() | values["denominator"].isna())).any()
    assert (passed["value"] == 5.0).all()


@QUICK
@given(st.integers(0, 5000), st.integers(1, 5000), st.sampled_from([0.8, 0.95, 0.998]))
def test_intervals_contain_their_value_and_grow_with_the_level(x: int, n: int, level: float) -> None:
    for method in (wilson, byar, exact):
        if method is wilson and x > n:
            continue
        wide, narrow = method(x, n, level), method(x, n, level - 0.1)
        assert 0 <= wide.lower <= x / n + 1e-12
        assert wide.upper >= x / n - 1e-12
        assert wide.lower <= narrow.lower + 1e-12
        assert wide.upper >= narrow.upper - 1e-12


@QUICK
@given(st.lists(st.floats(-1e6, 1e6), max_size=60), st.integers(2, 7))
def test_class_limits_rise_and_lie_inside(values: list[float], classes: int) -> None:
    found = limits(values, classes)

    assert len(found) <= max(classes - 1, 0) or len(set(values)) < 2
    assert list(found) == sorted(set(found))
    assert all(min(values) < limit <= max(values) for limit in found)


@QUICK
@given(st.integers(0, 10**9), st.sampled_from([".", " ", "\u202f", "\u00a0", ""]), st.integers(0, 3))
def test_written_german_numbers_are_read_back(number: int, mark: str, decimals: int) -> None:
    text = f"{number:,}".replace(",", mark)
    fraction = f",{7:0{decimals}d}" if decimals else ""
    figure = read_number(text + fraction, DEFAULT_SIGNS)

    assert figure is not None
    assert figure[0] == number + (7 / 10**decimals if decimals else 0)


@QUICK
@given(st.text(max_size=12))
def test_any_text_is_a_number_a_sign_or_refused(text: str) -> None:
    figure = read_number(text, DEFAULT_SIGNS)

    if figure is not None:
        value, status = figure
        assert np.isnan(value) == (not status.has_value or status is Status.UNRELIABLE)
