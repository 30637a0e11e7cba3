"""What all tests share: a configuration folder of their own, and where the open data lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kleinstadt

ROOT = Path(__file__).parent.parent
CHROMIUM = Path(os.environ.get("SOZIALRAUM_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Signing keys of the tests never touch those of the person who runs them."""
    folder = tmp_path_factory.mktemp("config")
    os.environ["SOZIALRAUM_CONFIG"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of open test data; skips with the reason when it is not there."""
    folder = Path(os.environ.get("SOZIALRAUM_TESTDATEN") or ROOT.parent / "shared" / "data")
    if not (folder / "berlin-mss").is_dir():
        pytest.skip(f"offene Testdaten fehlen: {folder} (SOZIALRAUM_TESTDATEN)")
    return folder


@pytest.fixture(scope="session")
def references() -> Path:
    """The folder of published reference values; skips with the reason when it is not there."""
    folder = Path(os.environ.get("SOZIALRAUM_REFERENZEN") or ROOT.parent / "shared" / "reference")
    if not (folder / "rates").is_dir():
        pytest.skip(f"Referenzwerte fehlen: {folder} (SOZIALRAUM_REFERENZEN)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium without a window; one for the whole process, since Playwright runs one loop in it."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium (SOZIALRAUM_CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The folder of Kleinstadt, everything in order."""
    return kleinstadt.write(tmp_path / "kleinstadt")
