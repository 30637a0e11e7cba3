"""From an empty folder to a signed release without typing a path; every page accessible on the way."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import files
import pytest
from playwright.sync_api import expect
from walks import DONE, enter, violations

import kleinstadt
from conftest import Workshop
from sozialraum import release as releases
from sozialraum_inside import changes

pytestmark = pytest.mark.browser


def test_an_own_town_from_its_messy_files_to_a_release(
    page: Any, open_workshop: Callable[[Path], Workshop], tmp_path: Path, axe: str
) -> None:
    workshop = open_workshop(tmp_path / "kommune")
    given = tmp_path / "dateien"
    given.mkdir()
    files.write(given)
    started = time.monotonic()
    wrong: list[str] = []

    page.goto(workshop.entrance)
    wrong += violations(page, axe)
    page.fill("#name", "Kleinstadt")
    page.fill("#ags", "5998")
    page.get_by_role("button", name="Kommune anlegen").click()
    page.locator("#ags-f").wait_for()
    page.fill("#ags", kleinstadt.AGS)
    page.get_by_role("button", name="Kommune anlegen").click()

    page.set_input_files("#datei", given / "bezirke.geojson")
    page.locator("#upper_code").wait_for()
    wrong += violations(page, axe)
    assert (page.input_value("#code"), page.input_value("#feldname")) == ("id", "name")
    page.fill("#label", "Bezirk")
    page.fill("#plural", "Bezirke")
    page.fill("#version", "2024")
    page.select_option("#upper_code", "parent")
    page.select_option("#upper_name", "stadtteil")
    page.fill("#upper_label", "Stadtteil")
    page.get_by_role("button", name="Gebiete einrichten").click()
    page.get_by_text("6 Gebiete sind eingerichtet").wait_for()
    wrong += violations(page, axe)

    page.get_by_role("link", name="Lieferungen").click()
    page.set_input_files("#datei", given / "Einwohner_2024.xlsx")
    page.locator(".cells").wait_for()
    wrong += violations(page, axe)
    # Everything was understood: nothing to type, nothing to choose.
    expect(page.locator(".cells .row-summe")).to_have_count(1)
    expect(page.locator("#quelle")).to_have_value("einwohnerregister")
    page.get_by_role("button", name="Übernehmen", exact=True).click()
    page.set_input_files("#datei", given / "arbeitslose_2024.csv")
    page.get_by_role("button", name="Übernehmen", exact=True).click()
    page.get_by_role("button", name="Prüfen und rechnen").click()
    page.locator(DONE).wait_for()
    expect(page.locator("[data-state=fertig]")).to_have_count(1)

    page.get_by_role("link", name="Karte und Werte ansehen").click()
    page.select_option("#kennzahl", "arbeitslosenanteil")
    page.get_by_role("heading", name="Arbeitslosenanteil", level=1).wait_for()
    first_map = time.monotonic() - started
    assert first_map < 600
    wrong += violations(page, axe)
    row = page.locator("#werte tr", has_text="Hafen")
    assert "10,0" in row.inner_text()
    row.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Einwohner_2024.xlsx", use_inner_text=True)
    wrong += violations(page, axe)

    page.get_by_role("link", name="Freigabe").click()
    page.get_by_role("button", name="Vorschau rechnen").click()
    page.locator(DONE).wait_for()
    page.get_by_role("link", name="Zur Freigabe").click()
    wrong += violations(page, axe)
    page.fill("#fname", "2025-03")
    page.check("[name=gesehen]")
    page.get_by_role("button", name="Prüfen, unterschreiben, freigeben").click()
    page.locator(DONE).wait_for()
    done = releases.read(workshop.folder / "freigaben" / "2025-03")
    assert done.protocol["audit"]["verdict"] == "bestanden"

    for place in ("/", "/kennzahlen/", "/korrekturen/", "/journal/", "/lieferungen/", "/gebiete/"):
        page.goto(workshop.address + place)
        wrong += violations(page, axe)
    assert wrong == []


@pytest.fixture(scope="module")
def town(open_workshop: Callable[[Path], Workshop], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Kleinstadt with its deliveries, open."""
    return open_workshop(kleinstadt.write(tmp_path_factory.mktemp("stadt") / "kleinstadt"))


def test_the_door_opens_once(page: Any, town: Workshop, chromium: Any) -> None:
    page.goto(town.address + "/lieferungen/")
    expect(page.locator("main")).to_contain_text("nur mit einer frischen Adresse", use_inner_text=True)
    enter(page, town)
    assert page.title().startswith("Überblick")
    stranger = chromium.new_context().new_page()
    assert stranger.goto(town.entrance).status in (200, 403)
    other = chromium.new_context().new_page()
    assert other.goto(town.entrance).status == 403
    assert other.goto(town.address + "/werte/").status == 403


def test_a_recognised_delivery_is_taken_over_and_taken_back(
    page: Any, town: Workshop, tmp_path: Path
) -> None:
    enter(page, town)
    before = (town.folder / "lieferungen/einwohnerregister/einwohner_2024.csv").read_text("utf-8")
    new = tmp_path / "Meldung 2025 (Nachlieferung).csv"
    new.write_text(before.replace(";180", ";181"), "utf-8")

    page.goto(town.address + "/lieferungen/")
    page.set_input_files("#datei", new)
    page.get_by_text("Erkannt", exact=True).wait_for()
    expect(page.locator(".banner.ok")).to_contain_text("einwohner_2025.csv", use_inner_text=True)
    page.get_by_role("button", name="Übernehmen", exact=True).click()
    taken = town.folder / "lieferungen/einwohnerregister/einwohner_2025.csv"
    page.get_by_text("ist übernommen").wait_for()
    assert taken.read_bytes() == new.read_bytes()

    page.goto(town.address + "/journal/")
    page.get_by_role("button", name="Zurücknehmen").first.click()
    page.get_by_text("Zurückgenommen:").first.wait_for()
    assert not taken.exists()


def test_a_correction_needs_a_reason_and_stands_in_the_file(page: Any, town: Workshop) -> None:
    enter(page, town)
    page.goto(town.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    page.locator(DONE).wait_for()
    page.goto(town.address + "/werte/?kennzahl=arbeitslosenanteil&ebene=bezirk")
    page.locator("#werte tr", has_text="Hafen").get_by_role("link").click()
    page.get_by_role("link", name="Korrigieren").first.click()
    page.fill("#value", "47")
    page.get_by_role("button", name="Korrektur eintragen").click()
    page.locator("#reason-f").wait_for()
    page.fill("#reason", "Zahlendreher, bestätigt")
    page.get_by_role("button", name="Korrektur eintragen").click()
    page.get_by_text("ist eingetragen").wait_for()

    text = (town.folder / "korrekturen.toml").read_text("utf-8")
    assert "value = 47" in text
    assert "expect = 48" in text
    page.goto(town.address + "/")
    expect(page.locator("main")).to_contain_text("seitdem hat sich etwas geändert", use_inner_text=True)
    assert changes.events(town.folder)[0].reason == "Zahlendreher, bestätigt"


def test_a_delivery_that_lost_an_age_group_says_what_is_gone(
    page: Any, town: Workshop, tmp_path: Path, axe: str
) -> None:
    enter(page, town)
    page.goto(town.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    page.locator(DONE).wait_for()
    text = (town.folder / "lieferungen/einwohnerregister/einwohner_2024.csv").read_text("utf-8")
    shorter = tmp_path / "einwohner_2024.csv"
    shorter.write_text("".join(x for x in text.splitlines(keepends=True) if "65+" not in x), "utf-8")
    assert len(shorter.read_text("utf-8")) < len(text)

    page.goto(town.address + "/lieferungen/")
    page.set_input_files("#datei", shorter)
    page.get_by_role("heading", name="Was die Übernahme bringt").wait_for()
    table = page.locator("details", has_text="in dieser Datei fehlt")
    expect(table.locator("tbody tr")).to_have_count(len(kleinstadt.PEOPLE))
    expect(table).to_contain_text("65+", use_inner_text=True)
    assert violations(page, axe) == []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    # It is offered to replace the earlier file; both together would say the same figures twice.
    expect(page.locator("#ersetzt")).to_have_value("einwohner_2024.csv")
    page.get_by_role("button", name="Übernehmen", exact=True).click()
    page.get_by_text("ist übernommen").wait_for()
    place = town.folder / "lieferungen/einwohnerregister"
    assert sorted(p.name for p in place.glob("*2024*")) == ["einwohner_2024 (2).csv"]
    page.goto(town.address + "/journal/")
    expect(page.locator("main")).to_contain_text("ersetzt „einwohner_2024.csv“", use_inner_text=True)
    page.get_by_role("button", name="Zurücknehmen").first.click()
    page.get_by_text("Zurückgenommen:").first.wait_for()
    assert (place / "einwohner_2024.csv").read_text("utf-8") == text
    assert sorted(p.name for p in place.glob("*2024*")) == ["einwohner_2024.csv"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("leer.csv", b"", "Die Datei ist leer"),
        ("bild.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 200, "abgeschnitten oder besch"),
        ("brief.csv", b"Sehr geehrte Frau\nanbei die Zahlen\n", "keine Tabelle mit Zahlen"),
    ],
)
def test_files_that_are_no_tables_say_so(
    page: Any, town: Workshop, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    enter(page, town)
    (tmp_path / name).write_bytes(content)
    page.goto(town.address + "/lieferungen/")
    page.set_input_files("#datei", tmp_path / name)
    page.get_by_text(told).first.wait_for()


@pytest.mark.slow
def test_practising_with_musterstadt_to_a_release(
    page: Any, open_workshop: Callable[[Path], Workshop], tmp_path: Path, axe: str
) -> None:
    """From nothing to Musterstadt's signed release with an own index, no path typed."""
    workshop = open_workshop(tmp_path / "ueben")
    page.set_default_timeout(400_000)
    page.goto(workshop.entrance)
    page.get_by_role("button", name="Mit Musterstadt üben").click()
    page.locator(DONE).wait_for()
    page.get_by_role("link", name=re.compile(r"Lieferungen \(\d+\)")).click()
    waiting = page.locator("#korb ~ table tbody tr").count()
    assert waiting > 3
    page.get_by_role("button", name="Erkannte übernehmen").click()
    page.locator(DONE).wait_for()
    expect(page.locator("main")).to_contain_text(
        f"{waiting} Dateien übernommen. Der Eingangskorb ist leer.", use_inner_text=True
    )
    page.get_by_role("link", name="Zu den Lieferungen").click()
    page.get_by_role("button", name="Prüfen und rechnen").click()
    page.locator(DONE).wait_for()
    page.get_by_role("link", name="Karte und Werte ansehen").click()
    page.locator("svg.map").wait_for()

    page.get_by_role("link", name="Index").click()
    page.get_by_text("behalten ihre Klasse fast immer").wait_for()
    wrong = violations(page, axe)
    page.locator(".sliders input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("33 %").wait_for()
    page.get_by_role("button", name="Ausgabe speichern").click()
    page.locator("#ireason-f").wait_for()
    page.fill("#ireason", "Arbeitslosigkeit ist in der Steuerungsgruppe das Leitthema")
    page.fill("#iedition", "2024-a")
    page.get_by_role("button", name="Ausgabe speichern").click()
    page.get_by_text("ist gespeichert und wird beim nächsten Rechnen").wait_for()
    page.goto(workshop.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    page.locator(DONE).wait_for()

    page.get_by_role("link", name="Freigabe").click()
    page.get_by_role("button", name="Vorschau rechnen").click()
    page.locator(DONE).wait_for()
    page.get_by_role("link", name="Zur Freigabe").click()
    page.fill("#fname", "2025-03")
    page.check("[name=gesehen]")
    page.get_by_role("button", name="Prüfen, unterschreiben, freigeben").click()
    page.locator(DONE).wait_for()

    done = releases.read(workshop.folder / "freigaben" / "2025-03")
    assert done.protocol["hidden"] > 0
    assert "sozialindex_2024_a" in {index["id"] for index in done.catalogue["indices"]}
    page.goto(workshop.address + "/werte/?sicht=oeffentlich")
    expect(page.locator("main")).to_contain_text("Ansicht als Öffentlichkeit", use_inner_text=True)
    assert wrong == []
