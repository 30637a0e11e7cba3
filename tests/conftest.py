"""What all tests share: a configuration folder of their own, and where the open data lie."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kleinstadt

ROOT = Path(__file__).parent.parent
CHROMIUM = Path(os.environ.get("SOZIALRAUM_CHROMIUM", "/usr/bin/chromium"))
AXE = "axe-core@4.14.1"
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


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Source of axe-core, fetched once into the user's cache folder; skipped without npm."""
    given = os.environ.get("SOZIALRAUM_AXE")
    if given:
        return Path(given).read_text(encoding="utf-8")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sozialraum-tests"
    target = cache / "axe-core-4.14.1.min.js"
    if not target.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm to fetch axe-core (SOZIALRAUM_AXE)")
        folder = tmp_path_factory.mktemp("axe")
        packed = subprocess.run(
            [npm, "pack", AXE, "--silent"], cwd=folder, capture_output=True, text=True, check=False
        )
        if packed.returncode:
            pytest.skip(f"npm cannot fetch {AXE}")
        with tarfile.open(next(folder.glob("*.tgz"))) as archive:
            source = archive.extractfile("package/axe.min.js")
            assert source
            cache.mkdir(parents=True, exist_ok=True)
            # another worker may fetch it at the same time
            partial = target.with_suffix(f".{secrets.token_hex(4)}")
            partial.write_bytes(source.read())
            partial.replace(target)
    return target.read_text(encoding="utf-8")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The folder of Kleinstadt, everything in order."""
    return kleinstadt.write(tmp_path / "kleinstadt")
