"""Using the site: search, switch, pin, walk the map by keyboard, and all of it without script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from conftest import Server

pytestmark = pytest.mark.browser
AREAS = "svg.map .areas [data-code]"


@pytest.fixture
def width() -> int:
    """A desk is enough here."""
    return 1440


def shows(page: Any, words: str) -> None:
    """Wait until the main part says something."""
    page.locator("#inhalt", has_text=words).wait_for(timeout=5000)


def test_from_the_question_to_the_profile(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/")
    page.fill("input[type=search]", "garten")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Gartenstadt").click()
    page.wait_for_url("**/probestadt/gebiete/bezirk/0107/")
    shows(page, "In Gartenstadt leben")


def test_switching_keeps_the_map_and_changes_the_address(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk")
    before = page.evaluate("document.querySelector('svg.map .areas path').getAttribute('d')")
    page.select_option("#f-kennzahl", "anteil_65plus")
    shows(page, "Menschen ab 65 Jahren je 100")
    page.wait_for_url(lambda url: "kennzahl=anteil_65plus" in url)
    assert page.evaluate("document.querySelector('svg.map .areas path').getAttribute('d')") == before
    page.locator(".years a", has_text="2021").click()
    shows(page, "31.12.2021")
    page.go_back()
    shows(page, "31.12.2024")
    page.go_back()
    shows(page, "Arbeitslosenanteil je 100")


def test_a_year_is_fetched_when_the_pointer_rests_on_it(page: Any, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "jahr=2021" in request.url else None)
    page.goto(server.address + "/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk")
    year = page.locator(".years a", has_text="2021")
    with page.expect_response(lambda response: "jahr=2021" in response.url):
        year.hover()
    assert "2021" not in page.url
    year.click()
    shows(page, "31.12.2021")
    page.wait_for_url(lambda url: "jahr=2021" in url)
    assert len(asked) == 1


def test_rows_that_come_later_join_the_list_and_keep_the_focus(page: Any, server: Server) -> None:
    def split(route: Any) -> None:
        body = route.fetch().text()
        first, _, rest = body.partition('<ol id="rangfolge">')
        rows, _, rest = rest.partition("</ol>")
        now, later = rows.split("\n")[:2], rows.split("\n")[2:]
        block = f'<script type="text/plain" data-rows="rangfolge">{"".join(later)}</script>'
        route.fulfill(
            body=f'{first}<ol id="rangfolge">{"".join(now)}</ol>{rest}{block}', content_type="text/html"
        )

    page.goto(server.address + "/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk")
    page.route(lambda url: "pins=" in url, split)
    number = page.locator("#rangfolge li").count()
    last = page.locator("#rangfolge [data-pin]").last
    code = last.get_attribute("data-pin")
    last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rangfolge li")).to_have_count(number)
    pin = page.locator(f'#rangfolge [data-pin="{code}"]')
    expect(pin).to_have_attribute("aria-pressed", "true")
    expect(pin).to_be_visible()
    expect(pin).to_be_focused()


def test_another_level_brings_another_map(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/atlas/?ebene=bezirk")
    expect(page.locator(AREAS)).to_have_count(11)
    page.select_option("#f-ebene", "stadtteil")
    page.wait_for_timeout(200)
    shows(page, "Tabelle (3)")
    expect(page.locator(AREAS)).to_have_count(3)


def test_the_map_by_keyboard(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/atlas/?ebene=bezirk")
    expect(page.locator(f'{AREAS}[tabindex="0"]')).to_have_count(1)
    page.locator(f'{AREAS}[tabindex="0"]').focus()
    first = page.evaluate("document.activeElement.dataset.code")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    second = page.evaluate("document.activeElement.dataset.code")
    assert second
    page.keyboard.press(" ")
    shows(page, "(1 von 4)")
    page.wait_for_url(lambda url: f"pins={second}" in url)
    assert page.evaluate("document.activeElement.dataset.code") == second
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/gebiete/bezirk/{second}/")
    assert first


def test_pins_in_the_ranking(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/atlas/?ebene=bezirk")
    page.locator('[data-pin="0101"]').click()
    shows(page, "(1 von 4)")
    page.locator('[data-pin="0104"]').click()
    shows(page, "(2 von 4)")
    page.locator("#angeheftet a", has_text="ablösen").first.click()
    shows(page, "(1 von 4)")


def test_filter_and_reset(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk")
    page.locator(".chip", has_text="gesichert darüber").click()
    shows(page, "Filter aktiv")
    page.locator("a", has_text="Zurücksetzen").click()
    page.locator("#hinweise", has_not_text="Filter aktiv").wait_for(state="attached")
    page.wait_for_url(lambda url: "nur=" not in url)


def test_choosing_a_field_of_the_matrix(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/index/lage_2024/")
    page.locator(".matrix-table a").nth(4).click()
    shows(page, "Gebiete in diesem Feld")
    page.wait_for_url(lambda url: "feld=2-2" in url)


def test_everything_works_without_script(chromium: Any, server: Server) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(server.address + "/probestadt/atlas/?ebene=bezirk")
    expect(page.locator("#tabelle-tab table")).to_be_visible()
    expect(page.locator("#worte-tab")).to_be_visible()
    page.select_option("#f-kennzahl", "anteil_65plus")
    page.locator("form[data-workbench] button").click()
    expect(page.locator("h1")).to_contain_text("Menschen ab 65 Jahren", use_inner_text=True)
    page.locator(".years a", has_text="2020").click()
    expect(page.locator("#kopf")).to_contain_text("31.12.2020", use_inner_text=True)
    context.close()


def test_reporting_a_barrier(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/barrierefreiheit/")
    page.locator("main a", has_text="Melden Sie uns eine Barriere").click()
    page.fill("textarea", "Die Karte spricht nicht.")
    page.locator("main button[type=submit]").click()
    shows(page, "Ihre Meldung ist eingegangen")


def test_first_page_with_map_is_light(page: Any, server: Server) -> None:
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(server.address + "/probestadt/", wait_until="networkidle")
    assert sum(sizes) <= 300_000
