"""The report builder in a real browser: choose, look, order, take away; an own text stands in the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from test_walk import violations

from conftest import Server

pytestmark = pytest.mark.browser
WORDS = "Das Familienzentrum ist seit Mai offen."


def test_a_report_from_order_to_file(page: Any, server: Server, axe: str, tmp_path: Path) -> None:
    base = f"{server.address}/probestadt/berichte/"
    page.goto(f"{server.address}/konto/login/?next=/probestadt/berichte/")
    page.fill("input[name=login]", "amira@demo.example")
    page.fill("input[name=password]", server.password("amira@demo.example"))
    page.click("main button[type=submit]")
    page.wait_for_url(base)
    assert violations(page, axe) == []

    page.click("text=Eigene Texte")
    page.goto(f"{base}texte/?template=gebietsprofil&kapitel=portraet&gebiet=0101")
    page.fill("textarea", WORDS)
    page.click("text=Speichern")
    expect(page.locator("main")).to_contain_text("Der Text ist gespeichert")
    assert violations(page, axe) == []

    page.goto(f"{base}neu/")
    page.select_option("select[name=areas]", ["0101"])
    page.select_option("select[name=format]", "html")
    page.fill("input[name=platz-quellen]", "1")
    page.fill("input[name=platz-portraet]", "2")
    page.click("button[name=vorschau]")
    page.wait_for_selector("img.sheet")
    assert page.get_attribute("img.sheet", "alt").startswith("Seite 1 der Vorschau")
    page.wait_for_function("() => document.querySelector('img.sheet').naturalWidth > 300")
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.click("text=Bericht erstellen")
    for _ in range(60):
        if page.query_selector("a[download]"):
            break
        page.wait_for_timeout(500)
        page.reload()
    assert violations(page, axe) == []
    with page.expect_download() as waiting:
        page.click("a[download]")
    file = tmp_path / "bericht.html"
    waiting.value.save_as(file)
    text = file.read_text("utf-8")
    assert WORDS in text
    assert text.index("Quellen und Stand</h2>") < text.index("Kurzporträt</h2>")
    page.goto(file.as_uri())
    assert violations(page, axe) == []
