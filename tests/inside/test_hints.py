"""A sheet understood wrongly is read as a person says; what was said is kept beside the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from walks import enter

import kleinstadt
from conftest import Workshop
from sozialraum import municipality
from sozialraum.deliveries import REGISTER
from sozialraum_inside import changes, hints, intake, taking, tray
from sozialraum_inside.hints import Hints

# Two rows that look like a heading, and a column of keys that is not that of the areas.
TRICKY = "Lfd;Gebiet;Wert\n1;2;3\nNr;Bezirk;Arbeitslose 31.12.2024\n" + "".join(
    f"{i};{code};{people[3]}\n" for i, (code, people) in enumerate(kleinstadt.PEOPLE.items(), start=1) if code != "nz"
) + "9;Kontrolle;212\n"  # fmt: skip


def received(folder: Path) -> tray.Received:
    return tray.receive(folder, "seltsam.csv", [TRICKY.encode()])


def test_what_was_said_is_taken_and_kept(town: Path) -> None:
    there, file = municipality.read(town), received(town)
    said = hints.with_row(Hints(), 3, "kopf", "")
    said = hints.with_row(said, 10, "weg", "Kontrolle")
    hints.keep(file, "", replace(said, area="B"))

    seen = intake.look(file, there)[0][0]
    assert seen.draft is not None
    assert (seen.draft.heading, seen.draft.first_row, seen.draft.area) == ((3,), 4, "Bezirk")
    assert "Kontrolle" in seen.draft.skipped
    assert hints.of(file, seen.sheet.name).area == "B"
    again = hints.with_row(hints.of(file, ""), 10, "summe", "Kontrolle")
    assert (again.totals, again.skipped) == (("Kontrolle",), ())
    hints.keep(file, "", Hints())
    assert not hints.of(file, "").any


def test_hints_beyond_the_sheet_do_no_harm(town: Path) -> None:
    there, file = municipality.read(town), received(town)
    hints.keep(file, "", Hints(heading=(99,), area="ZZ"))
    assert intake.look(file, there)[0][0].draft is None
    hints.keep(file, "", Hints(area="ZZ", last_row=1))
    assert intake.look(file, there)[0][0].draft is not None


def test_a_delivery_taken_back_is_forgotten(town: Path) -> None:
    place = "lieferungen/ba_arbeitsmarkt/arbeitslose_2025.csv"
    event = changes.apply(town, {place: b"Bezirk;Zahl\n"}, "lieferung", "neu")
    register = town / "journal" / REGISTER
    register.write_text(json.dumps({"ba_arbeitsmarkt/arbeitslose_2025.csv": "a", "x/y.csv": "b"}), "utf-8")
    taking.forget_removed(town, changes.undo(town, event.id))

    assert json.loads(register.read_text("utf-8")) == {"x/y.csv": "b"}


@pytest.mark.browser
def test_a_click_on_a_row_corrects_the_heading(
    page: Any, open_workshop: Callable[[Path], Workshop], town: Path, tmp_path: Path
) -> None:
    path = tmp_path / "seltsam.csv"
    path.write_text(TRICKY, "utf-8")
    workshop = open_workshop(town)
    page.set_default_timeout(15_000)
    enter(page, workshop)
    page.goto(workshop.address + "/lieferungen/")
    page.set_input_files("#datei", path)
    page.locator("button[data-pick=zeile][value='3']").click()
    expect(page.locator("#h-zeile")).to_have_value("3")
    page.select_option("#h-rolle", "kopf")
    page.get_by_role("button", name="So lesen").click()
    page.locator("tr.row-kopf th", has_text="3").wait_for()
    page.locator("button[data-pick=spalte][value=B]").click()
    page.get_by_role("button", name="So lesen").click()
    page.get_by_text("wie Sie gesagt haben").wait_for()
    page.get_by_role("button", name="Hinweise vergessen").click()
    page.get_by_text("wie Sie gesagt haben").wait_for(state="detached")
