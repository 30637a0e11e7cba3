"""A steering group meets, in a browser: invitation, minutes, a decision that adopts a need and makes a measure and three tasks, reminders, done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from test_planning import clean, save

import probestadt

SEND = "import sys; from pathlib import Path; from sozialraum_web import commands; commands.prepare(Path(sys.argv[1]), static=False); from django.core.management import call_command; call_command('send_notices')"


def mails(folder: Path) -> str:
    """Send what waits and read everything sent so far: an installation without a mail server writes mails to its folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SOZIALRAUM_", "DJANGO_"))}
    subprocess.run(
        [sys.executable, "-c", SEND, str(folder)], env=environment, check=True, capture_output=True
    )
    told = []
    for path in sorted((folder / "post").glob("*")):
        for raw in path.read_bytes().split(b"-" * 79 + b"\n"):
            if raw.strip():
                mail = BytesParser(policy=policy.default).parsebytes(raw)
                part = mail.get_body(("plain",))
                assert part is not None
                told.append(f"{mail['To']} | {mail['Subject']}\n{part.get_content()}")
    return "\n".join(told)


@pytest.mark.browser
def test_a_steering_group_meets(
    chromium: Any, axe: str, tmp_path: Path, fresh_site: Callable[[Path], Any]
) -> None:
    release = probestadt.write(tmp_path / "freigabe")
    folder = tmp_path / "daten"
    berlin = ZoneInfo("Europe/Berlin")
    with fresh_site(release) as site:
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce", timezone_id="Europe/Berlin"
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        town = f"{site.address}/probestadt/planung"
        page.goto(f"{site.address}/konto/login/")
        page.fill("input[name=login]", "amira@demo.example")
        page.fill("input[name=password]", site.password("amira@demo.example"))
        page.click("main button[type=submit]")
        page.wait_for_url(f"{site.address}/")

        # a need that is confirmed already
        page.goto(f"{town}/befunde/neu/")
        page.fill("input[name=title]", "Im Gespräch: Wege zum Amt sind weit")
        page.fill("input[name=source]", "Quartiersgespräch")
        save(page)
        page.goto(f"{town}/bedarfe/neu/?befund=1")
        page.fill("input[name=title]", "Beratung in der Nähe")
        save(page)
        page.click("a:has-text('Entscheidung festhalten')")
        page.select_option("select[name=state]", "bestaetigt") if page.locator(
            "select[name=state]"
        ).count() else page.check("input[name=state][value=bestaetigt]")
        page.fill("input[name=body]", "AG Sozialmonitoring")
        page.fill("[name=reason]", "Gespräche und Zahlen stimmen überein.")
        save(page)

        # a body with members, empty state first
        page.goto(f"{town}/gremien/")
        expect(page.locator("text=Noch kein Gremium")).to_be_visible()
        clean(page, axe)
        page.click("a:has-text('Gremium anlegen')")
        page.fill("input[name=title]", "Steuerungsgruppe")
        page.select_option("select[name=kind]", "steuerung")
        save(page)
        for name, person in (
            ("Sozialplanung", "Amira (Sozialplanung)"),
            ("Statistikstelle", "Sabine (Statistikstelle)"),
            ("Dezernat", ""),
        ):
            page.click("a:has-text('Mitglied ergänzen')")
            page.fill("input[name=name]", name)
            if person:
                page.select_option("select[name=user]", label=person)
            save(page)
        clean(page, axe)

        # invitation
        page.click("a:has-text('Sitzung planen')")
        start = datetime.now(berlin) + timedelta(days=20)
        page.fill("input[name=start]", f"{start:%Y-%m-%d}T14:00")
        page.fill("input[name=place]", "Rathaus")
        save(page)
        clean(page, axe)
        page.click("a.btn:has-text('Einladen')")
        expect(page.locator("text=bitte selbst benachrichtigen")).to_be_visible()
        clean(page, axe)
        page.click("button:has-text('Einladung senden')")
        expect(page.locator("text=Mails gehen an 2 Personen")).to_be_visible()
        with page.expect_download() as got:
            page.click("a:has-text('Einladung (PDF)')")
        assert Path(got.value.path()).read_bytes().startswith(b"%PDF-")

        # the day has come: moved to an hour ago
        page.click("a:has-text('Ändern')")
        begun = datetime.now(berlin) - timedelta(hours=1)
        page.fill("input[name=start]", f"{begun:%Y-%m-%dT%H:%M}")
        save(page)
        for select in page.locator("#teilnahme select").all():
            select.select_option("anwesend")
        page.click("button:has-text('Teilnahme speichern')")
        point = page.locator(".agenda > li", has_text="Bedarfe: beraten und beschließen")
        point.locator("textarea").fill("Beraten wurde die Beratung in der Nähe.")
        point.locator("[data-state]", has_text=re.compile("^gespeichert$")).wait_for()
        clean(page, axe)

        # decision: need adopted, measure made, three tasks given
        point.locator("a:has-text('Beschluss und Aufgaben')").click()
        page.fill("textarea[name=text]", "Die Beratung in der Nähe wird aufgebaut.")
        page.fill("input[name=label]", "SG 1/26")
        page.fill("input[name=yes]", "2")
        page.fill("input[name=no]", "0")
        page.check("text=Beratung in der Nähe")
        page.fill("input[name=new_measure]", "Sprechstunde im Quartier")
        due = datetime.now(berlin).date() + timedelta(days=1)
        for number, task in enumerate(("Raum finden", "Zeiten abstimmen", "Aushang schreiben")):
            page.fill(f"input[name=aufgabe-{number}-title]", task)
            page.select_option(f"select[name=aufgabe-{number}-user]", label="Amira (Sozialplanung)")
            page.fill(f"input[name=aufgabe-{number}-due]", due.isoformat())
        clean(page, axe)
        page.click("button:has-text('Festhalten')")
        expect(page.locator(".decided", has_text="SG 1/26")).to_be_visible()
        page.goto(f"{town}/bedarfe/1/")
        expect(page.locator("h1 .pill", has_text="beschlossen")).to_be_visible()
        page.goto(f"{town}/massnahmen/")
        page.click("a:has-text('Sprechstunde im Quartier')")
        expect(page.locator("text=SG 1/26").first).to_be_visible()

        # minutes approved
        page.goto(f"{town}/sitzungen/1/")
        page.click("button:has-text('Sitzung abschließen')")
        page.click("button:has-text('Protokoll genehmigen')")
        expect(page.locator("h1 .pill", has_text="Protokoll genehmigt")).to_be_visible()
        expect(page.locator("#tagesordnung textarea")).to_have_count(0)
        with page.expect_download() as got:
            page.click("a:has-text('Protokoll (PDF)')")
        assert Path(got.value.path()).read_bytes().startswith(b"%PDF-")

        # reminders by mail, whatever hour it is now
        page.goto(f"{town}/mitteilungen/")
        page.check("input[name=rhythm][value=sofort]")
        page.fill("input[name=quiet_from]", "03:00")
        page.fill("input[name=quiet_until]", "03:00")
        clean(page, axe)
        page.click("button:has-text('Speichern')")
        text = mails(folder)
        for said in ("Einladung: Steuerungsgruppe", "Fällig am", "Raum finden", "Erledigt? http"):
            assert said in text, said
        assert mails(folder) == text

        # done: one by the link in the mail, one on the page, and taken back
        path = re.search(r"Raum finden\n(?:  .*\n)*?  Erledigt\? https?://[^/]+(/\S+)", text)
        assert path
        visitor = chromium.new_context(viewport={"width": 390, "height": 800})
        by_mail = visitor.new_page()
        by_mail.goto(f"{site.address}{path[1]}")
        clean(by_mail, axe)
        by_mail.click("button:has-text('Ja, erledigt')")
        expect(by_mail.locator("[role=status]", has_text="erledigt")).to_be_visible()
        visitor.close()
        page.goto(f"{town}/aufgaben/")
        clean(page, axe)
        expect(page.locator("ul.due >> text=Raum finden")).to_have_count(0)
        page.locator("ul.due li", has_text="Zeiten abstimmen").locator("button:has-text('Erledigt')").click()
        page.click("button:has-text('Rückgängig')")
        page.goto(f"{town}/aufgaben/")
        expect(page.locator("ul.due li", has_text="Zeiten abstimmen")).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 800})
        for address in ("gremien/", "gremien/1/", "sitzungen/1/", "aufgaben/", "aufgaben/2/"):
            page.goto(f"{town}/{address}")
            clean(page, axe)
        assert datetime.now(UTC) > begun.astimezone(UTC)
        context.close()
