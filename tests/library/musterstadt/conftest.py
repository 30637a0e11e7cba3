"""Musterstadt once for all tests of this folder: its tables, and its folder on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum import musterstadt
from sozialraum.musterstadt.counts import Tables, count_all


@pytest.fixture(scope="session")
def tables() -> Tables:
    return count_all(musterstadt.POPULATION, musterstadt.SEED)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return musterstadt.write(tmp_path_factory.mktemp("kommune") / "musterstadt")
