"""Cells that cannot stand are listed, mended with a reason, and stand afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from walks import enter, finished, violations

from conftest import Workshop
from sozialraum import deliveries, municipality
from sozialraum.errors import SozialraumError, errors_of
from sozialraum_inside import changes, corrections, work
from sozialraum_inside.corrections import Answer

TODAY = date(2025, 3, 1)


def quiet(*_: Any) -> None:
    """Nobody watches."""


@pytest.fixture
def broken(town: Path) -> Path:
    """Kleinstadt with a misspelt key and a negative count."""
    path = town / "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv"
    lines = path.read_text("utf-8").splitlines()
    lines = [
        "919" + line[3:]
        if line.startswith("013")
        else line.rpartition(";")[0] + ";-35"
        if line.startswith("012")
        else line
        for line in lines
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return town


def test_every_refused_cell_can_be_mended(broken: Path) -> None:
    findings, told = work.compute(broken, {}, quiet)
    there = municipality.read(broken)
    waiting = corrections.refused(there)
    assert errors_of(findings)
    assert len(waiting) == 2
    assert told["refused"] >= 2
    strayed, negative = sorted(waiting, key=lambda c: not c.misplaced)
    assert (strayed.area, strayed.misplaced) == ("919", True)
    assert negative.text == "-35"

    with pytest.raises(SozialraumError) as error:
        corrections.with_correction("", strayed, Answer("", ""), TODAY)
    assert {f.column for f in error.value.findings} == {"new_area", "reason"}
    text = corrections.with_correction("", strayed, Answer("", "Tippfehler", new_area="013"), TODAY)
    text = corrections.with_correction(text, negative, Answer("35", "Vorzeichen"), TODAY)
    changes.apply(broken, {"korrekturen.toml": text.encode()}, "korrektur", "beide")
    read = deliveries.read_all(municipality.read(broken))
    assert not errors_of(read.findings)
    counts = read.counts[
        (read.counts["variable"] == "arbeitslose") & (read.counts["period"] == "2024-12-31")
    ].set_index("area")["count"]
    assert (counts["012"], counts["013"]) == (35, 48)


def test_a_strayed_row_may_be_left_out(broken: Path) -> None:
    work.compute(broken, {}, quiet)
    strayed = next(c for c in corrections.refused(municipality.read(broken)) if c.misplaced)
    text = corrections.with_correction("", strayed, Answer("", "gehört nicht her", remove=True), TODAY)
    negative = replace(strayed, misplaced=False)
    assert "reassign" not in text
    assert 'action = "remove"' in text
    assert "reassign" not in corrections.with_correction("", negative, Answer("3", "x"), TODAY)


@pytest.mark.browser
def test_clearing_what_was_refused(
    page: Any, open_workshop: Callable[[Path], Workshop], broken: Path, axe: str
) -> None:
    workshop = open_workshop(broken)
    page.set_default_timeout(20_000)
    enter(page, workshop)
    page.goto(workshop.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    page.get_by_role("link", name="Zellen klären").click()
    wrong = violations(page, axe)
    page.locator("tr", has_text="919").get_by_role("link").click()
    wrong += violations(page, axe)
    page.select_option("#new_area", "013")
    page.fill("#reason", "Tippfehler")
    page.get_by_role("button", name="Korrektur eintragen").click()
    page.locator("tr", has_text="-35").get_by_role("link").click()
    page.fill("#value", "35")
    page.fill("#reason", "Vorzeichen")
    page.get_by_role("button", name="Korrektur eintragen").click()
    page.goto(workshop.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    finished(page)
    page.goto(workshop.address + "/korrekturen/")
    expect(page.locator("main")).not_to_contain_text("Zu klären", use_inner_text=True)
    wrong += violations(page, axe)
    assert wrong == []
