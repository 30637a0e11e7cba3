"""Every page in a real browser: axe finds nothing, nothing scrolls sideways, nothing comes from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from conftest import Server

pytestmark = pytest.mark.browser
PAGES = [
    "/",
    "/probestadt/",
    "/probestadt/atlas/",
    "/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk&pins=0101,0104&nur=ueber",
    "/probestadt/atlas/?ansicht=tabelle#tabelle-tab",
    "/probestadt/atlas/?stand=2015",
    "/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk&jahr=2024-12-31&von=2019-12-31&profil=0107&pins=0101,0107",
    "/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk&klassen=abweichung&vergleich=vergleich:99",
    "/probestadt/atlas/teppich/",
    "/probestadt/atlas/vergleich/?gebiete=0101,0104,0107",
    "/probestadt/atlas/vergleich/",
    "/probestadt/atlas/zusammenhang/?ebene=bezirk",
    "/probestadt/atlas/verteilung/?ebene=bezirk&kennzahl=anteil_65plus&nach=wohndauer_5_jahre",
    "/probestadt/atlas/bewegung/?ebene=bezirk&kennzahl=anteil_65plus",
    "/probestadt/atlas/aehnlich/?gebiet=bezirk:0101",
    "/probestadt/atlas/eigenes-gebiet/?ebene=bezirk&gebiete=0102,0103",
    "/probestadt/atlas/eigenes-gebiet/hochladen/",
    "/probestadt/atlas/einbetten/?ebene=bezirk",
    "/probestadt/gebiete/",
    "/probestadt/gebiete/bezirk/0103/",
    "/probestadt/gebiete/stadtteil/03/",
    "/probestadt/gebiete/kommune/05999001/",
    "/probestadt/kennzahlen/",
    "/probestadt/kennzahlen/arbeitslosenanteil/",
    "/probestadt/index/",
    "/probestadt/index/lage_2024/",
    "/probestadt/index/lage_2024/?feld=2-2",
    "/probestadt/daten/",
    "/probestadt/suche/?q=alt",
    "/probestadt/barrierefreiheit/",
    "/probestadt/barrierefreiheit/melden/",
    "/probestadt/datenschutz/",
    "/probestadt/impressum/",
    "/probestadt/methoden/",
    "/probestadt/hilfe/",
    "/konto/login/",
    "/konto/password/reset/",
    "/gibt/es/nicht/",
    "/en/probestadt/",
    "/en/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk&pins=0101,0104&nur=ueber",
    "/en/probestadt/atlas/teppich/",
    "/en/probestadt/gebiete/bezirk/0103/",
    "/en/probestadt/kennzahlen/arbeitslosenanteil/",
    "/en/probestadt/index/lage_2024/",
    "/en/probestadt/hilfe/",
]
MEMBERS = [
    "/probestadt/freigaben/",
    "/probestadt/rechte/",
    "/probestadt/mitglieder/",
    "/probestadt/barrierefreiheit/meldungen/",
    "/konto/zweifaktor/",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any, axe: str) -> list[str]:
    """What axe objects to, with the first element each."""
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in found["violations"]]


@pytest.mark.parametrize("url", PAGES)
def test_page(page: Any, server: Server, axe: str, url: str) -> None:
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((server.address, "data:")) else foreign.append(request.url)
        ),
    )
    page.goto(server.address + url)
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert foreign == []
    if not any(part in url for part in ("melden", "konto", "hochladen")):
        assert page.context.cookies() == []


MUNICIPAL = [url for url in PAGES if url.startswith("/probestadt/")]
QUICK = 4  # the other pages follow in the slow tests


@pytest.mark.parametrize(
    "url", [*MUNICIPAL[:QUICK], *(pytest.param(url, marks=pytest.mark.slow) for url in MUNICIPAL[QUICK:])]
)
def test_dark(chromium: Any, server: Server, axe: str, url: str) -> None:
    context = chromium.new_context(color_scheme="dark", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(server.address + url)
    found = violations(page, axe)
    context.close()
    assert found == []


ZOOMED = [url for url in PAGES if "atlas" in url or "gebiete/bezirk" in url]


@pytest.mark.slow
@pytest.mark.parametrize("url", ZOOMED)
def test_400_per_cent(chromium: Any, server: Server, url: str) -> None:
    """1280 pixels at 400 % leave 320: everything is there, nothing has to be moved sideways but tables and formulas."""
    context = chromium.new_context(viewport={"width": 320, "height": 256}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(server.address + url)
    wide = page.evaluate("document.documentElement.scrollWidth")
    heading = page.locator("h1").is_visible()
    context.close()
    assert wide <= 320
    assert heading


def test_pages_for_members(page: Any, server: Server, axe: str) -> None:
    page.goto(server.address + "/konto/login/")
    page.fill("input[name=login]", "alex@demo.example")
    page.fill("input[name=password]", server.password("alex@demo.example"))
    page.click("main button[type=submit]")
    for url in MEMBERS:
        page.goto(server.address + url)
        expect(page.locator("h1")).to_have_count(1)
        assert violations(page, axe) == [], url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
