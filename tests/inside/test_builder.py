"""An own indicator: what it amounts to equals the path's own figures, and the known traps are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from walks import enter, finished, violations

from conftest import Workshop
from sozialraum import municipality, pipeline
from sozialraum.errors import SozialraumError
from sozialraum_inside import builder, changes
from sozialraum_inside.builder import NewVariable, Part, Sketch

SHARE = Sketch("Kinderanteil", "Kinder unter 15 je 100 Einwohnerinnen und Einwohner.", "share", "bevoelkerung",
               numerator=Part("einwohner", "0-14"), denominator=Part("einwohner"))  # fmt: skip


@pytest.fixture
def computed(town: Path) -> Path:
    pipeline.write_values(pipeline.run(municipality.read(town)))
    return town


def test_the_preview_is_what_the_path_computes_afterwards(computed: Path) -> None:
    there = municipality.read(computed)
    built = builder.build(SHARE, there)
    settings = (computed / "kommune.toml").read_text("utf-8")
    indicator, files = builder.kept(SHARE, there, settings, "")
    changes.apply(computed, dict(files), "kennzahlen", "neu")
    pipeline.write_values(pipeline.run(municipality.read(computed)))

    table = pq.read_table(computed / "werte/werte.parquet").to_pandas()
    key = ["area", "level", "period"]
    found = table[table["indicator"] == indicator.id].set_index(key)["value"].sort_index()
    expected = built.values.set_index(key)["value"].sort_index()
    assert len(found) == len(expected) > 5
    assert found.equals(expected)


@pytest.mark.parametrize(
    ("sketch", "told"),
    [
        (SHARE, "was die Kennzahl nicht sagt"),
        (replace(SHARE, polarity="higher_worse"), "wird nicht bewertet"),
        (replace(SHARE, numerator=Part("einwohner"), denominator=Part("arbeitslose")), "kein Anteil"),
        (
            replace(SHARE, numerator=Part("arbeitslose"), denominator=Part("einwohner", "15-64")),
            "Das gibt es schon",
        ),
    ],
)
def test_known_traps_are_told(computed: Path, sketch: Sketch, told: str) -> None:
    assert any(told in warning for warning in builder.build(sketch, municipality.read(computed)).warnings)


@pytest.mark.parametrize(
    ("sketch", "columns"),
    [
        (Sketch(), {"zaehler", "nenner", "label", "definition", "topic"}),
        (replace(SHARE, numerator=Part("einwohner", "jung")), {"zaehler"}),
        (replace(SHARE, numerator=Part("einwohner", "3-5")), {""}),
    ],
)
def test_what_is_missing_is_told_at_once(computed: Path, sketch: Sketch, columns: set[str]) -> None:
    with pytest.raises(SozialraumError) as error:
        builder.kept(sketch, municipality.read(computed), "", "")
    assert {f.column for f in error.value.findings} == columns


def test_a_new_variable_brings_its_source_and_can_be_read(computed: Path) -> None:
    new = NewVariable(
        "Haushalte mit Wohngeld",
        source_label="Wohngeldstelle",
        profile="sozialdaten",
        unit="Haushalte",
        subset_of="haushalte",
    )
    made, files = builder.with_variable(new, municipality.read(computed), "", "")
    changes.apply(computed, dict(files), "kennzahlen", "neu")

    there = municipality.read(computed).catalogue
    assert there.variables[made.id].subset_of == "haushalte"
    assert there.rule_of(there.variables[made.id].source).id == "sozialdaten"
    with pytest.raises(SozialraumError) as error:
        builder.with_variable(
            NewVariable("", source_label="", profile="veroeffentlicht"), municipality.read(computed), "", ""
        )
    assert {f.column for f in error.value.findings} == {"label", "source", "citation"}


@pytest.mark.browser
def test_building_with_a_live_preview(
    page: Any, open_workshop: Callable[[Path], Workshop], computed: Path, axe: str
) -> None:
    workshop = open_workshop(computed)
    page.set_default_timeout(20_000)
    enter(page, workshop)
    page.get_by_role("link", name="Kennzahlen").click()
    page.get_by_role("link", name="Eigene Kennzahl bauen").click()
    page.get_by_role("heading", name="Noch keine Vorschau").wait_for()
    page.select_option("#zaehler-merkmal", "einwohner")
    page.fill("#zaehler-alter", "0-14")
    page.select_option("#nenner-merkmal", "einwohner")
    page.locator("[data-part] svg.map").wait_for()
    wrong = violations(page, axe)
    page.get_by_role("button", name="Kennzahl behalten").click()
    page.locator("#label-f").wait_for()
    page.fill("#label", "Kinderanteil")
    page.fill("#definition", "Kinder unter 15 je 100 Menschen.")
    page.select_option("#topic", "bevoelkerung")
    page.get_by_role("button", name="Kennzahl behalten").click()
    page.get_by_role("heading", name="Metadatenblatt").wait_for()
    wrong += violations(page, axe)
    page.goto(workshop.address + "/kennzahlen/merkmal/?zurueck=//boese.example/")
    assert page.get_by_role("link", name="Abbrechen").get_attribute("href") == "/lieferungen/"
    wrong += violations(page, axe)
    page.goto(workshop.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    finished(page)
    page.goto(workshop.address + "/werte/?kennzahl=kinderanteil")
    page.get_by_role("heading", name="Kinderanteil", level=1).wait_for()
    assert wrong == []
