"""The whole chain in a browser: finding from the map, need, goal with target, measure, resolution, reports, a new year, effect."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import probestadt

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
IMPORT = "import sys; from pathlib import Path; from sozialraum_web.commands import import_release; print(import_release(Path(sys.argv[1]), Path(sys.argv[2])))"


def save(page: Any) -> None:
    page.click("main form button.btn[type=submit]:has-text('Speichern')")


def clean(page: Any, axe: str) -> None:
    """No objection of axe, and nothing wider than the window."""
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    assert [f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.browser
def test_chain(
    chromium: Any,
    axe: str,
    tmp_path: Path,
    fresh_site: Callable[[Path], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    periods = list(probestadt.PERIODS)
    monkeypatch.setattr(probestadt, "PERIODS", periods[:-1])
    first = probestadt.write(tmp_path / "erste")
    monkeypatch.setattr(probestadt, "PERIODS", periods)
    second = probestadt.write(
        tmp_path / "zweite", probestadt.Town(release="2026-01", created="2026-11-23T10:00:00+00:00")
    )
    with fresh_site(first) as site:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        page = context.new_page()
        town = f"{site.address}/probestadt"
        page.goto(f"{site.address}/konto/login/")
        page.fill("input[name=login]", "amira@demo.example")
        page.fill("input[name=password]", site.password("amira@demo.example"))
        page.click("main button[type=submit]")

        # finding from the map
        page.goto(f"{town}/atlas/?kennzahl=sgb2_quote&ebene=bezirk&jahr={periods[-2]}&pins=0111")
        page.click("#angeheftet a:has-text('als Befund festhalten')")
        assert page.input_value("#id_title").startswith("Am Kanal: SGB-II-Quote")
        clean(page, axe)
        save(page)
        expect(page.locator("h1")).to_contain_text("Am Kanal", use_inner_text=True)
        clean(page, axe)

        # need, decided by people
        page.click("main a.btn:has-text('Bedarf anlegen')")
        page.fill("#id_title", "Beratung zu Leistungen am Kanal")
        expect(page.locator("input[name=findings]:checked")).to_have_count(1)
        save(page)
        page.click("a:has-text('Entscheidung festhalten')")
        page.fill("#id_body", "Fachplanungskonferenz")
        page.fill("#id_reason", "Zahl und Gespräche sagen dasselbe.")
        save(page)
        expect(page.locator("h1")).to_contain_text("bestätigt", use_inner_text=True)
        clean(page, axe)

        # goal with target
        page.click("a:has-text('Ziel anlegen')")
        page.fill("#id_title", "Weniger Menschen am Kanal im Leistungsbezug")
        save(page)
        page.click("a:has-text('Zielwert festlegen')")
        expect(page.locator("#id_indicator")).to_have_value("sgb2_quote")
        page.fill("#id_value", "6,5")
        page.fill("#id_year", "2029")
        clean(page, axe)
        save(page)
        expect(page.locator("main")).to_contain_text("Noch kein neuer Wert.", use_inner_text=True)
        clean(page, axe)
        goal = page.url.split("?")[0]

        # measure with logic and budget
        page.click("a:has-text('Maßnahme anlegen')")
        page.fill("#id_title", "Beratung im Bootshaus")
        page.select_option("#id_status", "geplant")
        save(page)
        measure = page.url.split("?")[0]
        page.click("a:has-text('Mittel ergänzen')")
        page.fill("#id_year", "2026")
        page.fill("#id_amount", "24.000")
        save(page)
        for step, title, aim, actual in (
            ("1", "Beratungen", "100", "40"),
            ("2", "Familien", "50", "3"),
            ("4", "Wissen", "80", "60"),
        ):
            page.goto(f"{measure}wirkung/neu/?stufe={step}")
            page.fill("#id_title", title)
            page.fill("#id_aim", aim)
            page.fill("#id_actual", actual)
            if title == "Familien":
                page.check("#id_people")
            save(page)
        text = page.inner_text("main")
        assert "weniger als 5" in text
        assert "Verbindung fehlt" in text
        clean(page, axe)

        # resolution and reports
        page.click("a:has-text('Beschluss festhalten')")
        page.fill("#id_resolution", "0099/26")
        page.fill("#id_body", "Rat")
        save(page)
        page.click("a:has-text('Stand melden')")
        page.fill("#id_text", "Das Bootshaus ist gefunden.")
        save(page)
        text = page.inner_text("main")
        assert "Vorlage 0099/26" in text
        assert "Das Bootshaus ist gefunden." in text

        # a new year of data
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("SOZIALRAUM_", "DJANGO_"))
        }
        done = subprocess.run(
            [sys.executable, "-c", IMPORT, str(second), str(tmp_path / "daten")],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "eingespielt" in done.stdout, done.stderr
        page.goto(goal)
        text = page.inner_text("main")
        assert "Noch offen, ob es wirkt." in text or "als die Fortschreibung." in text
        assert page.locator("svg.curve").count() >= 1
        clean(page, axe)
        page.goto(f"{town}/planung/befunde/1/")
        expect(page.locator("main")).to_contain_text("neuere", ignore_case=True)

        # published, and taken away
        for url in (goal, measure):
            page.goto(f"{url}aendern/")
            page.select_option("#id_visibility", "oeffentlich")
            save(page)
        with page.expect_download() as download:
            page.goto(f"{town}/planung/export/")
            page.click("a:has-text('Word (DOCX)')")
        content = Path(download.value.path()).read_bytes()
        with zipfile.ZipFile(BytesIO(content)) as packed:
            assert "Beratung im Bootshaus" in packed.read("word/document.xml").decode()
        context.close()

        visitor = chromium.new_context(viewport={"width": 390, "height": 800}, reduced_motion="reduce")
        page = visitor.new_page()
        page.goto(f"{town}/planung/")
        text = page.inner_text("main")
        assert "Weniger Menschen am Kanal im Leistungsbezug" in text
        assert "Beratung im Bootshaus" in text
        clean(page, axe)
        page.click("a:has-text('Beratung im Bootshaus')")
        expect(page.locator("main")).not_to_contain_text("Ändern", use_inner_text=True)
        clean(page, axe)
        assert page.context.cookies() == []
        visitor.close()
