"""Musterstadt once from delivery to release: small, and of the last year only, so that every developer can wait for it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from sozialraum.cli import main

FIRST = "2025-03"
# Sources with one file per year; those with all years in one file are left out.
KEPT = ("2024",)


def shortened(folder: Path) -> Path:
    """Keep the deliveries of the last year; files that hold all years are taken away with their recipe."""
    for path in [p for p in (folder / "lieferungen").rglob("*") if p.is_file() and p.name != "rezept.toml"]:
        if not any(year in path.name for year in KEPT) or "2015" in path.name:
            path.unlink()
    for source in ("haushaltegenerierung", "gesundheitsamt_seu", "sozialamt_sgb12"):
        shutil.rmtree(folder / "lieferungen" / source, ignore_errors=True)
    (folder / "korrekturen.toml").unlink()
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Musterstadt with 12,000 residents and one year, run and released once; tests must not change it."""
    os.environ.setdefault("SOZIALRAUM_CONFIG", str(tmp_path_factory.mktemp("schluessel")))
    folder = tmp_path_factory.mktemp("kommune") / "musterstadt"
    assert main(["new", str(folder), "--example", "musterstadt", "--population", "12000"]) == 0
    shortened(folder)
    assert main(["check", str(folder)]) == 0
    assert main(["run", str(folder)]) == 0
    assert main(["release", str(folder), "--name", FIRST]) == 0
    return folder


@pytest.fixture
def own(small: Path, tmp_path: Path) -> Path:
    """A copy of the small Musterstadt that a test may change."""
    return Path(shutil.copytree(small, tmp_path / "musterstadt"))


@pytest.fixture
def released(small: Path, tmp_path: Path) -> Path:
    """A copy of the release alone, as an office hands it on."""
    return Path(shutil.copytree(small / "freigaben" / FIRST, tmp_path / FIRST))
