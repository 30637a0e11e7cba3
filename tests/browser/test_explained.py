"""A word of the field opens its explanation in place: by mouse, by keyboard, without script, on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from test_walk import violations

from conftest import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 320])
def test_a_term_opens_and_closes_by_keyboard(page: Any, server: Server, axe: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{server.address}/probestadt/gebiete/bezirk/0103/")
    button = page.locator("button.term:visible").last
    button.scroll_into_view_if_needed()
    card = page.locator(f"#{button.get_attribute('popovertarget')}")
    expect(card).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page, axe) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.term-card') !== null"), "the way on is next"
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "term"


def test_a_term_needs_no_script(chromium: Any, server: Server) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.address}/probestadt/atlas/")
    button = page.locator(".state button.term").first
    button.click()
    expect(page.locator(f"#{button.get_attribute('popovertarget')}")).to_be_visible()
    context.close()
