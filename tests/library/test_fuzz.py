"""Every importer with damaged files, for a few seconds each; `python -m benchmarks.fuzz` does it for ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from benchmarks import fuzz

NAMES = ("tabelle", "arbeitsmappe", "blaetter", "ueberblick", "inspect", "gebietsebene", "gebref", "rezept", "kommune", "register", "gitter")  # fmt: skip
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[fuzz.Importer, Path]]:
    folder = tmp_path_factory.mktemp("fuzz")
    return {importer.name: (importer, folder) for importer in fuzz.importers(folder)}


def test_all_importers_are_tortured(known: Mapping[str, tuple[fuzz.Importer, Path]]) -> None:
    assert set(known) == set(NAMES)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_read_or_refused(
    known: Mapping[str, tuple[fuzz.Importer, Path]], name: str
) -> None:
    importer, folder = known[name]
    outcome = fuzz.torture(importer, 4.0, seed=7, folder=folder)

    assert outcome.failures == []
    assert outcome.files > 10


def test_a_crash_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;2\n")

    def crash(_path: Path) -> object:
        raise KeyError("a")

    outcome = fuzz.torture(fuzz.Importer("krank", (path,), crash), 0.05, seed=1, folder=tmp_path)
    assert outcome.failures
    assert "KeyError" in outcome.failures[0]
