"""Saved editions beside each other, and their method sheets, over the figures of the last computation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import walks
from playwright.sync_api import expect

from conftest import Workshop
from sozialraum import municipality, pipeline
from sozialraum.catalogue import Polarity
from sozialraum.errors import SozialraumError
from sozialraum.municipality import Municipality
from sozialraum_inside import bench, changes, editions, sight
from sozialraum_inside.bench import Name, Trial


def _second_indicator(there: Municipality) -> None:
    """Kleinstadt has one indicator that says burden: a second one stands against it, area by area."""
    path = sight.values_file(there)
    table = pq.read_table(path).to_pandas()
    first = bench.candidates(there)[0].id
    other = next(
        k for k, i in there.catalogue.indicators.items()
        if k != first and i.polarity is Polarity.HIGHER_WORSE and i.kind is there.catalogue.indicators[first].kind
    )  # fmt: skip
    rows = table[table["indicator"] == first]
    turned = rows.assign(indicator=other, value=rows["value"].to_numpy()[::-1])
    both = pd.concat([table[table["indicator"] != other], turned], ignore_index=True)
    pq.write_table(pa.Table.from_pandas(both, preserve_index=False), path)


@pytest.fixture
def two(town: Path) -> Municipality:
    """Kleinstadt, computed, with two editions whose weights differ."""
    pipeline.write_values(pipeline.run(municipality.read(town)))
    _second_indicator(municipality.read(town))
    for edition, weight in (("a", 1.0), ("b", 3.0)):
        there = municipality.read(town)
        chosen = [i.id for i in bench.candidates(there)]
        period = bench.periods_of(there, "bezirk", chosen[:2])[-1]
        trial = Trial("bezirk", period, {chosen[0]: weight, chosen[1]: 1.0})
        settings = (town / "kommune.toml").read_text("utf-8")
        _, files = bench.saved(trial, Name("Probe", edition, "Beschluss"), there, settings, "2025-03-01")
        # Kleinstadt has six areas, fewer than an index may have unless it says so.
        header = f"[probe_{edition}]\n".encode()
        files = {n: c.replace(header, header + b"minimum_areas = 3\n") for n, c in files.items()}
        changes.apply(town, dict(files), "index", "gespeichert")
    return municipality.read(town)


def test_two_editions_tell_who_changes_class(two: Municipality) -> None:
    found = editions.compared(two, "probe_a", "probe_b")
    assert not found.over_time
    assert "Rangkorrelation" in found.summary
    assert all(row["class_before"] != row["class_after"] for row in found.movers.to_dict("records"))
    assert editions.compared(two, "probe_a", "probe_a").movers.empty


def test_a_method_sheet_names_the_reason(two: Municipality) -> None:
    assert "Beschluss" in editions.method_sheet(two, "probe_a").decode()
    with pytest.raises(SozialraumError, match="gibt es nicht"):
        editions.method_sheet(two, "fehlt")


def test_without_figures_there_is_a_sentence(town: Path) -> None:
    with pytest.raises(SozialraumError, match="noch nichts gerechnet"):
        editions.figures(municipality.read(town))


@pytest.mark.browser
def test_the_comparison_in_a_browser(
    two: Municipality, open_workshop: Callable[[Path], Workshop], page: Any, axe: str
) -> None:
    workshop = open_workshop(two.folder)
    walks.enter(page, workshop)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{workshop.address}/index/vergleich/?erste=probe_b&zweite=probe_a")
        expect(page.locator("h1")).to_be_visible()
        assert walks.violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
