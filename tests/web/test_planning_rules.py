"""The rules behind the pages, on plain data: light, SMART, continuation, priorities, gaps of logic, reading a list."""

from __future__ import annotations

from datetime import date

import pytest

from sozialraum_web.planning import lights, listing, small_counts, smart
from sozialraum_web.planning.continuation import continuation
from sozialraum_web.planning.logic import missing_links
from sozialraum_web.planning.priorities import weighted


@pytest.mark.parametrize(
    ("facts", "light", "words"),
    [
        (lights.Facts(), "plan", "Kein Meilenstein überfällig"),
        (lights.Facts(late=[("Start", 5)]), "achten", "seit 5 Tagen"),
        (lights.Facts(late=[("Start", 91)]), "stockt", "seit 91 Tagen"),
        (lights.Facts(unsecured=12000), "achten", "12.000 Euro"),
        (lights.Facts(shares=[("Familien", 0.45)], elapsed=0.5), "plan", "im Zeitplan"),
        (lights.Facts(shares=[("Familien", 0.35)], elapsed=0.5), "achten", "35 %"),
        (lights.Facts(shares=[("Familien", 0.2)], elapsed=0.5), "stockt", "20 %"),
        (lights.Facts(ended=True), "achten", "Ende ist vorbei"),
    ],
)
def test_light(facts: lights.Facts, light: str, words: str) -> None:
    found = lights.light_of(facts)
    assert found.light == light
    assert words in " ".join(found.reasons)


def test_elapsed() -> None:
    assert lights.elapsed(date(2024, 1, 1), date(2026, 1, 1), date(2025, 1, 1)) == pytest.approx(366 / 731)
    assert lights.elapsed(None, date(2026, 1, 1), date(2025, 1, 1)) is None


def test_smart_names_what_is_missing() -> None:
    vague = {
        check.letter: check.met
        for check in smart.checks(smart.Wording("Teilhabe im Quartier stärken und fördern"))
    }
    assert vague == {"S": False, "M": False, "A": False, "R": False, "T": False}
    good = smart.Wording(
        "Weniger Kinder auf der Rosenhöhe leben in Armut",
        attainable="Mittel sind da",
        has_target=True,
        has_need=True,
        has_date=True,
    )
    assert all(check.met for check in smart.checks(good))
    guiding = smart.Wording("Kein Kind hat wegen der Adresse schlechtere Wege", operational=False)
    assert all(check.met for check in smart.checks(guiding))


def test_continuation_by_hand() -> None:
    """1, 3, 2, 4: slope 0.8, last fitted 3.7, s = sqrt(1.8/2); t(0.975; 2) = 4.3027, t(0.75; 2) = 0.8165."""
    found = continuation([(2018, 1.0), (2019, 3.0), (2020, 2.0), (2021, 4.0)], [2022, 2023], lowest=None)
    first, second = found.steps
    assert first.middle == pytest.approx(3.7 + 0.8 * 0.9)
    assert second.middle == pytest.approx(3.7 + 0.8 * (0.9 + 0.81))
    error = (1.8 / 2) ** 0.5 * (1 + 1 / 4 + 2.5**2 / 5) ** 0.5
    assert first.upper95 - first.middle == pytest.approx(4.302653 * error, rel=1e-5)
    assert first.upper50 - first.middle == pytest.approx(0.816497 * error, rel=1e-5)
    assert second.upper95 - second.lower95 > first.upper95 - first.lower95


def test_continuation_needs_four_points_and_stays_in_its_limits() -> None:
    assert continuation([(2018, 1.0), (2019, 3.0), (2020, 2.0)], [2021]).steps == ()
    steep = continuation([(2018, 9.0), (2019, 6.0), (2020, 3.0), (2021, 1.0)], list(range(2022, 2030)))
    assert all(0 <= step.lower95 <= step.middle <= step.upper95 for step in steep.steps)


def test_priorities_by_hand() -> None:
    assert weighted([(2, 4), (1, 1)]) == pytest.approx(100 * 9 / 12)
    assert weighted([]) == 0


def test_gaps_of_the_logic() -> None:
    assert missing_links([], []) == []
    assert [number for number, _text in missing_links([0, 1, 2], [])] == [4]
    assert [number for number, _text in missing_links([1, 2, 4, 6], [4])] == [5, 6]
    assert missing_links([1, 2, 4, 5], [4, 5]) == []


@pytest.mark.parametrize(("actual", "hidden"), [(0, False), (1, True), (4, True), (5, False), (None, False)])
def test_minimum_of_five(actual: int | None, hidden: bool) -> None:
    assert small_counts.hidden(actual, True) is hidden
    assert small_counts.hidden(actual, False) is False
    assert (small_counts.shown(actual, True) is None) is (hidden or actual is None)


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("45.000 €", 45000), ("ca. 120 T€ p. a.", 120000), ("18500", 18500), ("k. A.", None), ("9.600", 9600),
        ("210.000,00 EUR (davon 80 % Städtebauförderung)", 210000), ("12 T€", 12000), ("ehrenamtlich", None), ("85.000 € ESF", 85000),
        ("1,5 Mio", 1500000),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, euros: float | None) -> None:
    assert listing.euros(text) == euros


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023–2025", date(2023, 1, 1), date(2025, 12, 31)),
        ("1.1.2022 - 31.12.2026", date(2022, 1, 1), date(2026, 12, 31)),
        ("ab Q3/2024", date(2024, 7, 1), None),
        ("2025 ff.", date(2025, 1, 1), None),
        ("Schuljahr 23/24", date(2023, 8, 1), date(2024, 7, 31)),
        ("ab 5/24", date(2024, 5, 1), None),
        ("14.11.2024", date(2024, 11, 14), None),
        ("unbefristet", None, None),
        ("31.13.2024", None, None),
    ],
)
def test_times_as_people_write_them(text: str, start: date | None, end: date | None) -> None:
    found = listing.span(text)
    if text == "31.13.2024":
        assert found == (date(2024, 1, 1), date(2024, 12, 31)) or found == (None, None)
    else:
        assert found == (start, end)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("51 / Jugendamt", "Jugendamt"),
        ("Träger: AWO", "AWO"),
        ("53", "53"),
        ("67 Grünflächen", "Grünflächen"),
        ("Amt 51.3", "Amt 51.3"),
    ],
)
def test_names_of_offices(text: str, name: str) -> None:
    assert listing.organisation_of(text) == name
