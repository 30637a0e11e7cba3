"""Joining areas instead of hiding, comparing and withdrawing releases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from walks import enter, violations

import kleinstadt
from conftest import Workshop
from sozialraum import municipality, pipeline
from sozialraum.disclosure.merging import fits
from sozialraum.errors import SozialraumError
from sozialraum_inside import alternatives, changes, withdrawals


@pytest.fixture
def small(town: Path) -> Path:
    """Kleinstadt where two Bezirke have very few unemployed people, computed."""
    path = town / "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv"
    lines = [
        line.rpartition(";")[0] + ";2" if line.startswith(("012", "022")) else line
        for line in path.read_text("utf-8").splitlines()
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    pipeline.write_values(pipeline.run(municipality.read(town)))
    return town


def test_the_proposal_holds_after_it_was_taken(small: Path) -> None:
    there = municipality.read(small)
    found = alternatives.proposal(there, "arbeitslosenanteil", "bezirk")
    assert found is not None
    assert {part for union in found.joined for part in union.parts} >= {"012", "022"}
    parents = {a.code: a.parent for a in there.geographies[0].areas if a.level == "bezirk"}
    assert all(len({parents[p] for p in union.parts}) == 1 for union in found.joined)
    effect = next(e for e in found.effects if "rbeitslos" in e.label)
    assert (effect.before, effect.after) == (2, 0)

    content = alternatives.with_joined((small / "kommune.toml").read_text("utf-8"), found, there)
    changes.apply(small, {"kommune.toml": content}, "gebiete", "zusammengelegt")
    again = municipality.read(small)
    assert len(again.geographies[0].codes("bezirk")) == found.areas_after
    result = pipeline.run(again)
    pipeline.write_values(result)
    rule = again.catalogue.rule_of("ba_arbeitsmarkt")
    rows = result.values[(result.values["indicator"] == "arbeitslosenanteil") & (result.values["level"] == "bezirk")
                         & (result.values["area"] != "nz") & (result.values["period"] == "2024-12-31")]  # fmt: skip
    assert all(fits(n, None, rule) for n in rows["numerator"])
    before = sum(kleinstadt.PEOPLE[a][i] for a in kleinstadt.BEZIRKE for i in range(3))
    people = result.counts[(result.counts["variable"] == "einwohner") & (result.counts["level"] == "bezirk") & (result.counts["area"] != "nz")
                           & (result.counts["period"] == "2024-12-31") & (result.counts["age"] != "insgesamt")]  # fmt: skip
    assert people["count"].sum() == before
    once_more = alternatives.proposal(municipality.read(small), "arbeitslosenanteil", "bezirk")
    assert once_more is not None
    assert once_more.joined == ()


def test_after_a_release_areas_are_not_joined_any_more(small: Path) -> None:
    pipeline.release(municipality.read(small), "erste")
    there = municipality.read(small)
    found = alternatives.proposal(there, "arbeitslosenanteil", "bezirk")
    assert found is not None
    assert "verriete" in found.hindrance
    with pytest.raises(SozialraumError, match="neuen Gebietsstand"):
        alternatives.with_joined((small / "kommune.toml").read_text("utf-8"), found, there)


@pytest.mark.browser
def test_two_releases_row_by_row_and_one_withdrawn(
    page: Any, open_workshop: Callable[[Path], Workshop], small: Path, axe: str
) -> None:
    there = municipality.read(small)
    pipeline.release(there, "erste")
    changes.apply(small, {"korrekturen.toml": (
        b'[[korrektur]]\nsource = "ba_arbeitsmarkt"\nvariable = "arbeitslose"\narea = "013"\nperiod = "2024-12-31"\nvalue = 60\nreason = "Zahlendreher"\n'
    )}, "korrektur", "Korrektur")  # fmt: skip
    pipeline.release(municipality.read(small), "zweite")
    found = alternatives.compare(
        municipality.read(small), small / "freigaben/erste", small / "freigaben/zweite"
    )
    assert found.same > 0
    assert [
        r for r in found.rows if r.area == "Kleinstadt" and r.kind == "geändert" and r.before != r.after
    ], found.rows
    assert sum(found.counts.values()) == len(found.rows)

    workshop = open_workshop(small)
    page.set_default_timeout(20_000)
    enter(page, workshop)
    page.goto(workshop.address + "/freigabe/")
    page.get_by_role("link", name="Zwei Freigaben vergleichen").click()
    page.get_by_role("heading", level=1).get_by_text("Zahlen sind anders").wait_for()
    wrong = violations(page, axe)
    page.goto(workshop.address + "/freigabe/zusammenlegen/?kennzahl=arbeitslosenanteil")
    wrong += violations(page, axe)
    expect(page.locator("main")).to_contain_text("Nicht mehr möglich", use_inner_text=True)
    page.goto(workshop.address + "/freigabe/")
    page.locator("tr", has_text="erste").get_by_text("Zurückziehen").first.click()
    page.locator("tr", has_text="erste").get_by_label("Grund").fill("Zahlendreher im Hafen")
    page.get_by_role("button", name="Freigabe zurückziehen").first.click()
    page.get_by_text("ist zurückgezogen").first.wait_for()
    wrong += violations(page, axe)
    assert page.request.get(workshop.address + "/freigabe/erste.zip").status == 409
    assert page.request.get(workshop.address + "/freigabe/zweite.zip").status == 200
    assert (small / "freigaben/erste/protokoll.json").exists()
    assert withdrawals.withdrawn(small)["erste"].reason == "Zahlendreher im Hafen"
    with pytest.raises(SozialraumError, match="schon zurückgezogen"):
        withdrawals.withdraw(small, "erste", "noch einmal")
    assert wrong == []
