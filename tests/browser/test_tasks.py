"""What a resident comes for, in at most four clicks from the start page; and the workbench in motion."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from conftest import Server

pytestmark = pytest.mark.browser
MOST = 4


class Reader:
    """A person who clicks; typing and pressing Enter in a search counts as one."""

    def __init__(self, page: Any) -> None:
        self.page, self.clicks = page, 0

    def click(self, what: Any) -> None:
        """One click."""
        self.clicks += 1
        what.click()

    def search(self, text: str) -> None:
        """Type into the search and press Enter."""
        self.clicks += 1
        self.page.fill("input[type=search]", text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()


@pytest.fixture
def reader(page: Any, server: Server) -> Reader:
    """Somebody on the start page."""
    page.goto(server.address + "/probestadt/")
    return Reader(page)


def to_the_profile(reader: Reader, street: str = "Garten") -> None:
    """Search and open: the way every task begins."""
    reader.search(street)
    reader.click(reader.page.get_by_role("link", name="Gartenstadt"))
    reader.page.get_by_role("heading", name="Gartenstadt", level=1).wait_for()


def shown(reader: Reader, words: str) -> None:
    """The words are there and can be seen."""
    reader.page.locator("#inhalt").get_by_text(words).first.wait_for(timeout=5000)
    assert reader.clicks <= MOST


def test_find_my_quarter(reader: Reader) -> None:
    to_the_profile(reader)
    shown(reader, "In Gartenstadt leben")


def test_find_my_quarter_by_street(reader: Reader) -> None:
    reader.search("Lange Str. 18")
    reader.click(reader.page.get_by_role("link", name="Eichenhain"))
    shown(reader, "In Eichenhain leben")


def test_is_it_better_or_worse_than_the_city_and_is_that_certain(reader: Reader) -> None:
    to_the_profile(reader)
    assert (
        reader.page.locator(
            "text=/gesichert (höher|niedriger) als|Nicht von Probestadt zu unterscheiden/"
        ).count()
        >= 1
    )
    assert reader.clicks <= MOST


def test_how_did_an_indicator_develop(reader: Reader) -> None:
    to_the_profile(reader)
    reader.click(
        reader.page.locator(".jump a", has_text="Zeitverlauf")
        .or_(reader.page.locator(".jump a", has_text="Verlauf"))
        .first
    )
    shown(reader, "SGB-II-Quote")
    assert reader.page.locator("svg.line:visible").count() >= 1


def test_which_quarters_are_similar(reader: Reader) -> None:
    to_the_profile(reader)
    reader.click(reader.page.locator(".jump a", has_text="Ähnliche Gebiete"))
    shown(reader, "am ähnlichsten bei")


def test_download_it(reader: Reader) -> None:
    to_the_profile(reader)
    with reader.page.expect_download() as started:
        reader.click(reader.page.locator("#quellen a", has_text="Excel"))
    assert started.value.suggested_filename.endswith(".xlsx")
    assert reader.clicks <= MOST


@pytest.fixture
def workbench(page: Any, server: Server, width: int) -> Any:
    """The atlas with a map, on a desk."""
    if width < 1000:
        pytest.skip("pointer work is for the desk")
    page.goto(server.address + "/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk")
    return page


def test_a_click_on_the_map_opens_the_drawer_and_a_second_the_profile(workbench: Any) -> None:
    workbench.locator('svg.map [data-code="0107"] path').click()
    workbench.locator("[data-drawer]", has_text="Gartenstadt").wait_for()
    assert "profil=0107" in workbench.url
    workbench.keyboard.press("Escape")
    workbench.locator("[data-drawer]").wait_for(state="detached")
    workbench.go_back()
    workbench.locator("[data-drawer]", has_text="Gartenstadt").wait_for()
    workbench.locator("[data-drawer] a", has_text="Anheften").click()
    workbench.locator("#angeheftet", has_text="(1 von 4)").wait_for()
    workbench.locator("[data-drawer] a", has_text="Gebietsprofil öffnen").click()
    workbench.wait_for_url("**/gebiete/bezirk/0107/")


def test_the_years_play_and_stop_at_the_end(workbench: Any) -> None:
    assert workbench.locator("[data-play]").get_attribute("aria-pressed") == "false"
    workbench.locator("[data-play]").click()
    workbench.locator(".years [aria-current]", has_text="2019").wait_for()
    workbench.locator(".years [aria-current]", has_text="2021").wait_for(timeout=8000)
    workbench.keyboard.press("Escape")
    workbench.locator('[data-play][aria-pressed="false"]').wait_for()


def test_a_change_map_from_a_select(workbench: Any) -> None:
    workbench.select_option("#f-von", "2019-12-31")
    workbench.locator("#kopf", has_text="Veränderung vom 31.12.2019 bis 31.12.2024").wait_for()
    workbench.locator(".legend", has_text="keine gesicherte Veränderung").wait_for()
    assert "von=2019-12-31" in workbench.url
    workbench.select_option("#f-von", "")
    workbench.locator("#kopf", has_not_text="Veränderung vom").wait_for()


def test_pointing_at_the_map_marks_the_ranking(workbench: Any) -> None:
    workbench.locator('svg.map [data-code="0105"] path').hover()
    expect(workbench.locator('#rangfolge li[data-code="0105"].hot')).to_have_count(1)
    expect(workbench.locator(".tip", has_text="Eichenhain")).to_be_visible()


def test_drawing_an_outline_makes_an_own_area(page: Any, server: Server, width: int) -> None:
    if width < 1000:
        pytest.skip("pointer work is for the desk")
    page.goto(server.address + "/probestadt/atlas/eigenes-gebiet/?ebene=bezirk")
    page.locator("[data-radius]").click()
    frame = page.locator("svg.map").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + frame["width"] * 0.35, y, steps=6)
    page.mouse.up()
    page.wait_for_url("**gebiete=**")
    page.locator("h2", has_text="Zahlen für dieses Gebiet").wait_for()


def test_arrow_keys_walk_the_rug(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/atlas/teppich/?ebene=bezirk")
    page.locator('table.rug td[tabindex="0"]').focus()
    first = page.evaluate("document.activeElement.cellIndex")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.cellIndex") == first + 1
    expect(page.locator('table.rug td[tabindex="0"]')).to_have_count(1)


def test_keeping_a_place_is_the_readers_choice(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/gebiete/bezirk/0107/")
    assert page.evaluate("localStorage.length") == 0
    page.locator("[data-favourite]").click()
    page.goto(server.address + "/probestadt/gebiete/")
    expect(page.locator("[data-favourites] a", has_text="Gartenstadt")).to_be_visible()
    page.locator("[data-forget]").click()
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []


def test_a_view_stands_in_a_frame_of_another_page(page: Any, server: Server) -> None:
    page.goto(server.address + "/probestadt/atlas/einbetten/?ebene=bezirk")
    expect(page.locator("svg.map")).to_be_visible()
    page.locator("summary", has_text="Als Tabelle").click()
    expect(page.locator("table").first).to_be_visible()
