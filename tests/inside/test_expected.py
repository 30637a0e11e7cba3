"""Expected deliveries: rhythms as offices write them, and what is late."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sozialraum import catalogue, municipality, pipeline
from sozialraum_inside import expected


@pytest.mark.parametrize(
    ("rhythm", "months"),
    [("jährlich zum 31.12.", 12), ("vierteljährlich", 3), ("halbjährlich", 6), ("alle zwei Jahre zum 15.12.", 24),
     ("je Schuljahr, Stichtag 15. Oktober", 12), ("je Wahl", 0), ("bei Änderung der Gebiete", 0), ("", 0)],
)  # fmt: skip
def test_rhythms(rhythm: str, months: int) -> None:
    assert expected.months_between(rhythm) == months


def test_every_rhythm_of_the_catalogue_that_names_years_is_understood() -> None:
    rhythms = [
        s.rhythm
        for s in catalogue.shipped().sources.values()
        if "jähr" in s.rhythm.lower() or "Schuljahr" in s.rhythm
    ]
    assert rhythms
    assert all(expected.months_between(r) for r in rhythms if "Einschulungs" not in r)


def test_the_next_delivery_is_due_after_its_period_and_some_patience() -> None:
    assert expected.due(date(2024, 12, 31), "jährlich") == date(2026, 6, 28)
    assert expected.due(date(2024, 12, 31), "je Wahl") is None


def test_what_is_late_comes_first(town: Path) -> None:
    there = municipality.read(town)
    assert expected.expected(there, date(2030, 1, 1)) == []
    pipeline.run(there)

    assert [e.late for e in expected.expected(there, date(2025, 6, 1))] == [False, False]
    found = expected.expected(there, date(2030, 1, 1))
    assert {e.source for e in expected.late(found)} == {"einwohnerregister", "ba_arbeitsmarkt"}
    assert found[0].newest_in_words == "31.12.2024"
