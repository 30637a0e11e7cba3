"""Two people at one folder, in a browser: accounts, roles, and a release that a second person grants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from walks import enter, finished, violations

import kleinstadt
from conftest import Workshop
from sozialraum import release as releases
from sozialraum_inside import changes

pytestmark = pytest.mark.browser
GOOD = "drei Worte im Regen"


def account(page: Any, name: str, role: str) -> None:
    page.fill("#name", name)
    page.get_by_role("radio", name=role).check()
    page.fill("#passwort", GOOD)
    page.get_by_role("button", name="Konto anlegen").click()
    page.get_by_text(f"Das Konto für {name} ist angelegt").wait_for()


def log_in(page: Any, name: str) -> None:
    page.select_option("#konto", label=name)
    page.fill("#passwort", GOOD)
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_role("button", name="Abmelden").wait_for()


def test_a_second_person_grants_the_release(
    page: Any, open_workshop: Callable[[Path], Workshop], tmp_path: Path, axe: str
) -> None:
    workshop = open_workshop(kleinstadt.write(tmp_path / "kleinstadt"))
    enter(page, workshop)
    page.get_by_role("link", name="Konten").click()
    wrong = violations(page, axe)
    account(page, "Anna Berg", "Verwalten")
    account(page, "Deniz Ay", "Bearbeiten")
    account(page, "Gast", "Ansehen")
    page.get_by_role("checkbox", name="Eine Freigabe beantragt eine Person").check()
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Vier-Augen-Freigabe eingeschaltet").wait_for()
    wrong += violations(page, axe)
    page.locator("tr", has_text="Deniz Ay").get_by_role("link").click()
    page.locator("#name").wait_for()
    wrong += violations(page, axe)

    page.get_by_role("button", name="Abmelden").click()
    page.locator("#konto").wait_for()
    wrong += violations(page, axe)
    page.goto(workshop.address + "/werte/")
    page.wait_for_url("**/anmelden/")
    page.fill("#passwort", "falsch geraten")
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_text("Name oder Passwort stimmt nicht").wait_for()

    log_in(page, "Deniz Ay")
    page.goto(workshop.address + "/konten/")
    expect(page.locator("main")).to_contain_text("Das darf Ihr Konto nicht", use_inner_text=True)
    wrong += violations(page, axe)
    page.goto(workshop.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    finished(page)
    page.get_by_role("link", name="Freigabe").click()
    page.get_by_role("button", name="Vorschau rechnen").click()
    finished(page)
    page.get_by_role("link", name="Zur Freigabe").click()
    page.fill("#fname", "2025-03")
    page.check("[name=gesehen]")
    page.get_by_role("button", name="Freigabe beantragen").click()
    page.get_by_text("wartet auf eine zweite Person").first.wait_for()
    expect(page.locator("main")).to_contain_text("Ihr Konto darf nicht freigeben", use_inner_text=True)
    assert not (workshop.folder / "freigaben").exists()
    page.get_by_role("button", name="Abmelden").click()

    log_in(page, "Gast")
    page.goto(workshop.address + "/lieferungen/")
    page.get_by_role("button", name="Prüfen und rechnen").click()
    page.get_by_text("Das darf Ihr Konto nicht").wait_for()
    page.get_by_role("button", name="Abmelden").click()

    log_in(page, "Anna Berg")
    page.goto(workshop.address + "/freigabe/")
    wrong += violations(page, axe)
    page.get_by_role("checkbox", name="Ich habe angesehen, was hinausgeht").check()
    page.get_by_role("button", name="Freigabe erteilen").click()
    finished(page)
    assert (
        releases.read(workshop.folder / "freigaben" / "2025-03").protocol["audit"]["verdict"] == "bestanden"
    )

    told = [(e.who, e.what) for e in changes.events(workshop.folder)]
    assert ("Deniz Ay", "rechnen") in told
    assert ("Deniz Ay", "antrag") in told
    assert ("Anna Berg", "freigabe") in told
    assert wrong == []
