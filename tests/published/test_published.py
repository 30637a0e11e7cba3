"""Published indices computed again: no deviation larger than its source explains, and the handbook prints the measured ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import published
from benchmarks.published import Check

pytestmark = pytest.mark.testdata
PAGE = Path(__file__).parents[2] / "docs" / "methoden" / "index-nachgerechnet.md"


@pytest.fixture(scope="module")
def found(test_data: Path) -> list[Check]:
    return published.checks(test_data)


def test_every_published_index_is_met(found: list[Check]) -> None:
    """Jede veröffentlichte Spalte stimmt bis auf die Abweichung, die ihre Quelle erklärt."""
    assert len(found) > 40
    assert not [check for check in found if not check.holds]


def test_the_handbook_prints_the_measured_deviations(found: list[Check]) -> None:
    """Die Tabelle des Handbuchs ist die gemessene."""
    text = PAGE.read_text("utf-8")
    assert published.table(found) in text, "erneuern mit: python -m benchmarks.published --tabelle"
