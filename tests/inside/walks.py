"""What the browser walks share: entering, axe, and work that is waited for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from conftest import Workshop
from sozialraum_inside import door

DONE = "[data-state=fertig],[data-state=gescheitert]"
FIT = "[data-state=fertig]"


def violations(page: Any, axe: str) -> list[str]:
    """What axe finds on a page, as addresses and snippets."""
    page.evaluate(axe)
    found = page.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [f"{page.url} {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]


def door_of(workshop: Workshop) -> Path:
    """The private folder of a running Datenwerkstatt."""
    name = hashlib.sha256(str(workshop.folder.resolve()).encode()).hexdigest()[:16]
    return workshop.config / "werkstatt" / name


def enter(page: Any, workshop: Workshop) -> None:
    """Enter through a fresh address, as starting once more gives it."""
    page.goto(f"{workshop.address}/eintreten/{door.new_token(door_of(workshop))}/")


def finished(page: Any) -> None:
    """Wait for background work, which must have succeeded."""
    page.locator(DONE).wait_for()
    expect(page.locator(FIT)).to_have_count(1)
