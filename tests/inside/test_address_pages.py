"""Addresses of registers that lead nowhere: found, added with a reason, counted, taken back; never outside a walled-off office."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from walks import enter, finished, violations

import kleinstadt
from conftest import Workshop
from sozialraum import deliveries, municipality
from sozialraum.errors import SozialraumError
from sozialraum_inside import addresses, changes
from sozialraum_inside.addresses import Answer

TODAY = date(2025, 3, 1)
OFFICE = """
[abschottung]
stelle = "Statistikstelle Kleinstadt"
rechtsgrundlage = "Satzung"
zweck = "Bevölkerungsstatistik"
loeschung = "2999-12-31"

[[gebiete.adressen]]
file = "gebiete/strassen.csv"
street = "Straße"
number = "von"
until = "bis"
side = "Seite"
area = "Bezirk"
"""
STREETS = "Straße;von;bis;Seite;Bezirk\nHauptstraße;1;99;u;011\nHauptstraße;2;98;g;012\nAm Hafen;;;;013\n"
RECIPE = """
[[register]]
files = "bestand.csv"
level = "bezirk"
period = "2024-12-31"
anschrift = { street = "Straße", number = "Nr" }
zaehlen = [{ variable = "einwohner" }]
"""
PEOPLE = (
    ["Hauptstr.;1"] * 3
    + ["Planweg;7"] * 15
    + ["Planweg;9 b"] * 10
    + ["Haubtstr.;2"] * 2
    + ["Haubtstr.;3"]
    + ["bei Meier;"]
)


@pytest.fixture
def office(town: Path) -> Path:
    """Kleinstadt with a register of persons by address in a walled-off office."""
    place = "lieferungen/einwohnerregister"
    for old in (town / place).iterdir():
        old.unlink()
    kleinstadt.put(town, "kommune.toml", kleinstadt.KOMMUNE + OFFICE)
    kleinstadt.put(town, "gebiete/strassen.csv", STREETS)
    kleinstadt.put(town, f"{place}/rezept.toml", RECIPE)
    kleinstadt.put(town, f"{place}/bestand.csv", "\n".join(["Straße;Nr", *PEOPLE]) + "\n")
    return town


def people(folder: Path) -> dict[str, float]:
    counts = deliveries.read_all(municipality.read(folder)).counts
    rows = counts[(counts["variable"] == "einwohner") & (counts["count"] > 0)]
    return dict(zip(rows["area"], rows["count"], strict=True))


def street(folder: Path, name: str) -> addresses.Street:
    return next(s for s in addresses.lost_streets(municipality.read(folder)) if s.name == name)


def test_the_check_names_streets_and_never_a_rare_address(office: Path) -> None:
    told = [
        f.message
        for f in deliveries.read_all(municipality.read(office)).findings
        if "Anschriften" in f.message
    ]
    assert len(told) == 1
    assert "29 nicht gefunden" in told[0]
    assert "Planweg (25) und" not in told[0]
    assert "Am häufigsten fehlen: Planweg (25), 2 weitere Straßen" in told[0]
    assert "Meier" not in told[0]


def test_what_was_added_is_counted(office: Path) -> None:
    assert addresses.find(municipality.read(office)) == 5
    before = people(office)
    assert before["nz"] == 29
    answer = Answer(street(office, "Planweg"), "013", reason="neue Straße", author="K. Amt")
    files, placed = addresses.with_additions(municipality.read(office), answer, TODAY)
    assert placed == 25
    event = changes.apply(office, files, "anschriften", "Planweg")
    assert people(office) == {"011": 3, "013": 25, "nz": 4}
    assert [s.name for s in addresses.lost_streets(municipality.read(office))] == ["Haubtstr.", "bei Meier"]
    kept = addresses.additions(municipality.read(office), "2024")
    assert [(a.entry.area, a.reason, a.author, a.day) for a in kept] == [
        ("013", "neue Straße", "K. Amt", "2025-03-01")
    ]

    changes.undo(office, event.id)
    assert people(office) == before
    assert not (office / "gebiete/adressen_ergaenzt.csv").exists()


def test_a_misspelt_street_takes_the_area_of_each_of_its_numbers(office: Path) -> None:
    addresses.find(municipality.read(office))
    answer = Answer(street(office, "Haubtstr."), same_as="Hauptstraße", reason="verschrieben")
    changes.apply(
        office, addresses.with_additions(municipality.read(office), answer, TODAY)[0], "anschriften", "x"
    )
    assert people(office) == {"011": 4, "012": 2, "nz": 26}


def test_everything_wrong_is_told_at_once_and_earlier_additions_are_kept(office: Path) -> None:
    records = office / "lieferungen/einwohnerregister/bestand.csv"
    records.write_text(records.read_text("utf-8") + "Hauptstr.;150\n", "utf-8")
    addresses.find(municipality.read(office))
    planned = street(office, "Planweg")
    with pytest.raises(SozialraumError) as error:
        addresses.with_additions(municipality.read(office), Answer(planned), TODAY)
    assert {f.column for f in error.value.findings} == {"area", "reason"}
    with pytest.raises(SozialraumError, match="kennt das Verzeichnis nicht"):
        addresses.with_additions(
            municipality.read(office), Answer(planned, same_as="Gibtsnicht", reason="x"), TODAY
        )
    # Die Hauptstraße liegt in zwei Bezirken: Eine Hausnummer, die niemand hat, ordnet dort nichts zu.
    beyond = street(office, "Hauptstr.")
    with pytest.raises(SozialraumError, match="keine der nicht gefundenen"):
        addresses.with_additions(municipality.read(office), Answer(beyond, "013", "200", reason="x"), TODAY)

    first = Answer(planned, "013", "7", reason="x")
    changes.apply(
        office, addresses.with_additions(municipality.read(office), first, TODAY)[0], "anschriften", "x"
    )
    assert (
        people(office)["013"] == 15 + 10
    )  # a street that lies in one area as far as anybody knows lies there altogether
    assert addresses.lost_streets(municipality.read(office))[0].name == "Haubtstr."
    (added,) = addresses.additions(municipality.read(office), "2024")
    taken = addresses.without(municipality.read(office), "2024", added.mark)
    changes.apply(office, dict(taken), "anschriften", "weg")
    assert people(office)["nz"] == 30


def test_two_people_take_away_the_row_each_of_them_saw(office: Path) -> None:
    addresses.find(municipality.read(office))
    for name, area, same_as in (("Planweg", "013", ""), ("Haubtstr.", "", "Hauptstraße")):
        said = Answer(street(office, name), reason="x", area=area, same_as=same_as)
        files, _ = addresses.with_additions(municipality.read(office), said, TODAY)
        changes.apply(office, files, "anschriften", name)
    first, second, third = addresses.additions(municipality.read(office), "2024")
    # Eine Person nimmt die erste Zeile weg; die andere sieht noch die alte Seite und meint die zweite.
    for seen in (first, second):
        taken = addresses.without(municipality.read(office), "2024", seen.mark)
        changes.apply(office, dict(taken), "anschriften", "weg")
    assert addresses.additions(municipality.read(office), "2024") == [third]
    with pytest.raises(SozialraumError, match="gibt es nicht mehr"):
        addresses.without(municipality.read(office), "2024", second.mark)
    assert addresses.additions(municipality.read(office), "2024") == [third]


def test_no_address_is_shown_where_no_office_answers(office: Path) -> None:
    addresses.find(municipality.read(office))
    kleinstadt.put(office, "kommune.toml", kleinstadt.KOMMUNE + OFFICE.replace("2999", "2001"))
    there = municipality.read(office)
    assert addresses.lost_streets(there) == []
    assert deliveries.unplaced_addresses(there).empty
    with pytest.raises(SozialraumError, match="zu löschen"):
        addresses.find(there)
    assert not (office / "journal/werkstatt/anschriften.parquet").exists()


@pytest.mark.browser
def test_a_street_is_given_an_area_on_the_map(
    page: Any, open_workshop: Callable[[Path], Workshop], office: Path, axe: str
) -> None:
    workshop = open_workshop(office)
    page.set_default_timeout(20_000)
    enter(page, workshop)
    page.goto(workshop.address + "/gebiete/")
    page.get_by_role("link", name="Anschriften", exact=True).click()
    page.get_by_role("button", name="In allen Registern suchen").click()
    finished(page)
    page.get_by_role("link", name="Zu den Anschriften").click()
    wrong = violations(page, axe)
    page.locator("tr", has_text="Planweg").get_by_role("link").click()
    wrong += violations(page, axe)
    page.locator("#karte a[data-code='013']").click()
    expect(page.locator("#area")).to_have_value("013")
    page.get_by_role("button", name="Zuordnen").click()
    page.locator("#reason-f").wait_for()
    wrong += violations(page, axe)
    page.fill("#reason", "Beschluss vom 12.02.2025")
    page.get_by_role("button", name="Zuordnen").click()
    page.get_by_text("Anschriften ergänzt: Planweg, 25 Datensätze").wait_for()
    wrong += violations(page, axe)
    assert people(office)["013"] == 25
    stale = page.context.new_page()
    stale.goto(workshop.address + "/gebiete/anschriften/")
    page.get_by_role("button", name=re.compile("Wegnehmen.*Planweg")).click()
    page.get_by_text("Die Ergänzung ist weggenommen").wait_for()
    assert people(office)["nz"] == 29
    stale.get_by_role("button", name=re.compile("Wegnehmen.*Planweg")).click()
    stale.get_by_text("Diese Ergänzung gibt es nicht mehr").first.wait_for()
    wrong += violations(stale, axe)
    stale.close()
    page.goto(workshop.address + "/journal/")
    page.get_by_role("button", name=re.compile("Zurücknehmen.*weggenommen")).click()
    page.get_by_text("Zurückgenommen:").first.wait_for()
    assert people(office)["013"] == 25
    page.get_by_role("button", name=re.compile("Zurücknehmen.*Planweg")).click()
    page.get_by_text("Zurückgenommen:").first.wait_for()
    assert people(office)["nz"] == 29
    assert wrong == []
