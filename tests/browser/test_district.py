"""A Kreis with two towns is set up from a preset, and each role sees exactly its matrix."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from test_planning import clean

import probestadt

WORD = "ein langes Wort zum Anmelden"
SET_UP = """
import sys
from pathlib import Path
from sozialraum_web import commands
data, releases = Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]]
print(commands.tenants("gastgeber", data, ["probestadt=Probestadt", "nachbarstadt=Nachbarstadt"], "kreis=Kreis Probeland"))
from sozialraum_web.accounts.models import Membership, Municipality, Role, User
for path in releases:
    commands._import(path, trust=True)
for role in Role:
    user = User.objects.create_user(f"{role.value}@kreis.example", WORD)
    Membership.objects.create(user=user, municipality=Municipality.objects.get(slug="kreis"), role=role)
    user = User.objects.create_user(f"{role.value}@stadt.example", WORD)
    Membership.objects.create(user=user, municipality=Municipality.objects.get(slug="probestadt"), role=role)
from sozialraum_web.planning.services.cycles import start_cycle
for slug, title, seen in (("kreis", "Kreiszyklus Kinderarmut", "kreis"), ("kreis", "Interner Kreiszyklus", "intern"), ("probestadt", "Stadtzyklus Nordend", "kreis"), ("nachbarstadt", "Interner Nachbarzyklus", "intern")):
    start_cycle(Municipality.objects.get(slug=slug), None, {"title": title, "visibility": seen})
""".replace("WORD", repr(WORD))
PAGES = {
    "freigaben": "freigaben/", "rechte": "rechte/", "mitglieder": "mitglieder/", "gemeinden": "gemeinden/", "mittel": "planung/mittel/",
    "rat": "planung/rat/", "verlauf": "planung/verlauf/", "personendaten": "planung/personendaten/", "bericht": "berichte/neu/", "gremium": "planung/gremien/neu/",
}  # fmt: skip
# role → pages it may open in its own place, written by hand
MATRIX = """
sozialplanung    freigaben gemeinden mittel rat verlauf personendaten bericht gremium
fachplanung      mittel rat verlauf bericht
statistik        freigaben gemeinden mittel rat verlauf bericht
fachamt          mittel rat verlauf
leitung          gemeinden mittel rat verlauf
politik          rat
quartier
traeger
beratung
programm
datenschutz      freigaben rechte mittel rat verlauf personendaten
administration   freigaben rechte mitglieder gemeinden verlauf personendaten
"""


@pytest.mark.browser
@pytest.mark.slow
def test_a_district_with_two_towns(
    chromium: Any, axe: str, tmp_path: Path, fresh_site: Callable[..., Any]
) -> None:
    first = probestadt.write(tmp_path / "a")
    second = probestadt.write(tmp_path / "b", probestadt.Town("nachbarstadt", "Nachbarstadt", "05999004"))
    top = probestadt.write(tmp_path / "c", probestadt.Town("kreis", "Kreis Probeland", "05999000"))
    with fresh_site(first) as site:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("SOZIALRAUM_", "DJANGO_"))}
        done = subprocess.run([sys.executable, "-c", SET_UP, str(tmp_path / "daten"), str(second), str(top)], env=environment, capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        assert (
            "Kreis Probeland (/kreis/), Probestadt (/probestadt/), Nachbarstadt (/nachbarstadt/)"
            in done.stdout
        )

        def enter(email: str) -> Any:
            context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
            page = context.new_page()
            page.goto(f"{site.address}/konto/login/")
            page.fill("input[name=login]", email)
            page.fill("input[name=password]", WORD)
            page.click("main button[type=submit]")
            page.wait_for_url(f"{site.address}/")
            return page

        def opens(page: Any, slug: str) -> set[str]:
            return {
                name
                for name, url in PAGES.items()
                if page.request.get(f"{site.address}/{slug}/{url}").status == 200
            }

        wrong = {}
        for line in MATRIX.strip().splitlines():
            role, *expected = line.split()
            for place, slug in (("kreis", "kreis"), ("stadt", "probestadt")):
                page = enter(f"{role}@{place}.example")
                found = {slug: opens(page, slug), "nachbarstadt": opens(page, "nachbarstadt")}
                # the Kreis hosts: its administration manages accounts in the towns, and nothing else of theirs
                beside = {"rechte", "mitglieder"} if (role, place) == ("administration", "kreis") else set()
                if found != {slug: set(expected), "nachbarstadt": beside}:
                    wrong[role, place] = found
                page.context.close()
        assert wrong == {}

        page = enter("sozialplanung@kreis.example")
        page.goto(f"{site.address}/kreis/gemeinden/")
        clean(page, axe)
        board = page.inner_text("main")
        assert "Stadtzyklus Nordend" in board
        assert "Interner Nachbarzyklus" not in board
        page.set_viewport_size({"width": 390, "height": 800})
        clean(page, axe)
        page.context.close()

        page = enter("sozialplanung@stadt.example")
        page.goto(f"{site.address}/probestadt/planung/")
        expect(page.locator("text=Geteilt von Kreis Probeland")).to_be_visible()
        overview = page.inner_text("main")
        assert "Kreiszyklus Kinderarmut" in overview
        assert "Interner Kreiszyklus" not in overview
        page.click("text=Kreiszyklus Kinderarmut")
        expect(page.locator("h1", has_text="Kreiszyklus Kinderarmut")).to_be_visible()
        expect(page.locator("a:has-text('Ändern')")).to_have_count(0)
        page.goto(f"{site.address}/probestadt/planung/verlauf/")
        clean(page, axe)
        page.context.close()

        page = enter("administration@stadt.example")
        page.goto(f"{site.address}/probestadt/rechte/")
        clean(page, axe)
        page.select_option("#rolle", "traeger")
        page.click("button:has-text('Ansehen')")
        expect(page.locator(".preview")).to_be_visible()
        clean(page, axe)
        page.click("button:has-text('Ansicht beenden')")
        expect(page.locator(".preview")).to_have_count(0)
        for url in ("ansprechpersonen/", "ansprechpersonen/neu/", "freigaben/", "mitglieder/"):
            page.goto(f"{site.address}/probestadt/{url}")
            clean(page, axe)
        page.context.close()
