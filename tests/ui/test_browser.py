"""The style page in a real browser: keyboard, zoom, linked highlights, sorting, pins, narrow screens."""

import os
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import expect

CHROMIUM = Path(os.environ.get("SOZIALRAUM_CHROMIUM", "/usr/bin/chromium"))
AREAS = "svg.map .areas [data-code]"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium (SOZIALRAUM_CHROMIUM)"),
]


class Quiet(WSGIRequestHandler):
    """A request handler that writes no log."""

    def log_message(self, format, *args):
        """Nothing."""


@pytest.fixture(scope="module")
def address(plain_static_files):
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(chromium, address):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    opened.problems = []
    opened.on(
        "console", lambda message: opened.problems.append(message.text) if message.type == "error" else None
    )
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.goto(address)
    yield opened
    assert opened.problems == []
    context.close()


def view(page):
    return [float(each) for each in page.get_attribute("#karte", "viewBox").split()]


def focused(page):
    return page.evaluate("document.activeElement.dataset.code")


def place(page, code):
    area = page.locator(f'svg.map .areas [data-code="{code}"]')
    return float(area.get_attribute("data-x")), float(area.get_attribute("data-y"))


def test_the_map_is_one_tab_stop_and_arrows_move_in_their_direction(page):
    expect(page.locator(f'{AREAS}[tabindex="0"]')).to_have_count(1)
    page.locator(f'{AREAS}[data-code="001"]').focus()
    start = place(page, "001")
    for key, axis, sign in (
        ("ArrowRight", 0, 1),
        ("ArrowDown", 1, 1),
        ("ArrowLeft", 0, -1),
        ("ArrowUp", 1, -1),
    ):
        page.locator(f'{AREAS}[data-code="001"]').focus()
        page.keyboard.press(key)
        code = focused(page)
        assert code != "001"
        assert (place(page, code)[axis] - start[axis]) * sign > 0
    expect(page.locator(f'{AREAS}[tabindex="0"]')).to_have_count(1)


def test_areas_name_themselves_with_their_figure(page):
    label = page.get_attribute(f'{AREAS}[data-code="002"]', "aria-label")
    assert label.startswith("Nordhafen: ")
    assert "Rang" in label


def test_enter_opens_the_area(page):
    page.locator(f'{AREAS}[data-code="005"]').focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#005"


def test_zoom_by_key_button_and_wheel(page):
    full = view(page)
    page.locator(f'{AREAS}[data-code="001"]').focus()
    page.keyboard.press("+")
    assert view(page)[2] == pytest.approx(full[2] / 1.6, abs=0.1)
    page.keyboard.press("0")
    assert view(page) == full
    page.click('[data-zoom="in"]')
    page.click('[data-zoom="out"]')
    assert view(page) == pytest.approx(full, abs=0.1)
    page.locator(f'{AREAS}[data-code="001"]').focus()
    page.locator("#karte").hover()
    page.mouse.wheel(0, -100)
    page.wait_for_function("() => document.querySelector('.map-box').classList.contains('zoomed')")


def test_dragging_moves_the_zoomed_map_and_does_not_open_an_area(page):
    page.click('[data-zoom="in"]')
    before = view(page)
    box = page.locator("#karte").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 170, steps=4)
    page.mouse.up()
    assert view(page)[0] > before[0]
    assert page.evaluate("location.hash") == ""


def test_hovering_links_map_and_ranking(page):
    page.locator(f'{AREAS}[data-code="008"]').hover()
    expect(page.locator('.rank li[data-code="008"].hot')).to_have_count(1)
    expect(page.locator(".tip")).to_contain_text("Bahnhofstraße", use_inner_text=True)
    page.locator('.rank li[data-code="008"] a').hover()
    expect(page.locator(f'{AREAS}[data-code="008"].hot')).to_have_count(1)
    expect(page.locator("svg.map .hover-line")).to_have_count(1)


def test_tables_sort_figures_and_words_with_missing_last(page):
    page.click("#reiter-tabelle-tab")
    first = page.locator("#werte tbody tr:first-child")
    last = page.locator("#werte tbody tr:last-child")
    page.get_by_role("button", name="Anteil in %").click()
    assert "62,0" in first.inner_text()
    assert "gesperrt" in last.inner_text() or "geliefert" in last.inner_text()
    page.get_by_role("button", name="Anteil in %").click()
    assert "2,5" in first.inner_text()
    assert "gesperrt" in last.inner_text() or "geliefert" in last.inner_text()
    page.get_by_role("button", name="Quartier").click()
    assert first.inner_text().startswith("Altstadt")
    assert page.get_attribute("#werte th:first-child", "aria-sort") == "ascending"


def test_tabs_work_with_arrow_keys(page):
    page.locator("#reiter-karte-tab").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tabelle-tab")).to_be_visible()
    expect(page.locator("#karte-tab")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "reiter-tabelle-tab"
    page.keyboard.press("End")
    expect(page.locator("#worte-tab")).to_be_visible()


def test_pins_live_in_the_address_and_the_map_stays_as_it_is(page):
    page.goto(f"{page.url}?pins=002,008")
    page.click('[data-zoom="in"]')
    zoomed = view(page)
    page.evaluate("document.querySelector('#karte').marked = true")
    page.locator('.rank li[data-code="020"]').hover()
    page.click('[data-pin="020"]')
    page.wait_for_url("**/?pins=002,008,020")
    page.wait_for_selector('.rank li[data-code="020"].pinned')
    expect(page.locator("svg.map .s-pin-C")).to_have_count(1)
    assert page.evaluate("document.querySelector('#karte').marked") is True
    assert view(page) == zoomed
    assert focused(page) is None  # the focus is on the button, not on the map
    assert page.evaluate("document.activeElement.dataset.pin") == "020"
    page.go_back()
    page.wait_for_selector("svg.map .s-pin-C", state="detached")


def test_space_pins_the_focused_area(page):
    page.goto(f"{page.url}?pins=003,004,005,006")
    page.locator(f'{AREAS}[data-code="007"]').focus()
    page.keyboard.press(" ")
    page.wait_for_url("**/?pins=004,005,006,007")
    page.wait_for_selector('.rank li[data-code="007"].pinned')
    assert focused(page) == "007"


def test_a_finger_first_names_an_area_and_then_opens_it(chromium, address):
    context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    area = page.locator(f'{AREAS}[data-code="001"]')
    area.tap()
    expect(page.locator(".tip")).to_contain_text("Altstadt", use_inner_text=True)
    assert page.evaluate("location.hash") == ""
    area.tap()
    assert page.evaluate("location.hash") == "#001"
    context.close()


def test_a_map_of_other_areas_replaces_the_old_one(page):
    page.evaluate("document.querySelector('#karte .areas [data-code]').remove()")
    expect(page.locator("#karte .areas [data-code]")).to_have_count(31)
    page.select_option("#kennzahl", index=1)
    expect(page.locator("#karte .areas path[d]")).to_have_count(32)
    expect(page.locator(f'{AREAS}[tabindex="0"]')).to_have_count(1)


def test_the_list_can_be_searched_without_umlauts(page):
    page.fill("#filter", "muehlen")
    assert page.locator("#rangfolge li:visible").all_inner_texts()[0].startswith("Mühlenviertel")
    expect(page.locator("#rangfolge li:visible")).to_have_count(1)


def test_without_script_everything_is_there(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    for part in ("#karte", "#tabelle-tab table", "#worte-tab", ".rank li >> nth=0"):
        expect(page.locator(part)).to_be_visible()
    expect(page.locator("[data-map-tools]")).to_be_hidden()
    expect(page.locator("[data-pin] >> nth=0")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_page_scrolls_sideways(chromium, address, width, scheme):
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_page_asks_nobody_else_and_stays_light(chromium, address):
    context = chromium.new_context()
    page = context.new_page()
    asked = []

    def note(answer):
        asked.append(answer)

    page.on("response", note)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert all(answer.url.startswith((address, "data:")) for answer in asked)
    assert context.cookies() == []
    fonts = [answer.url for answer in asked if answer.url.endswith(".woff2")]
    assert len(fonts) == 3
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_no_barrier(chromium, address, axe, width, scheme):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(address)
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run({runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>r.violations.map(v=>v.id))"
    )
    assert found == []
    context.close()
