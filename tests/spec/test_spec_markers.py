"""Vergleichszeichen: günstiger, ungünstiger oder nicht unterscheidbar, und wann kein Vergleich möglich ist."""

from __future__ import annotations

import math

import numpy as np
import pytest

import golden_tables
from sozialraum.indicators.intervals import byar, wilson
from sozialraum.indicators.markers import Figure, Mark, compare, difference


def share(x: float, n: float, status: str = "ok") -> Figure:
    return Figure(*(float(part) * 100 for part in wilson(x, n)), x, n, status)


@pytest.mark.parametrize("row", golden_tables.read("newcombe_1998_difference"), ids=lambda row: row["case"])
def test_differences_as_newcombe_published_them(row: dict[str, str]) -> None:
    """Unterschied zweier Anteile, Verfahren 10 bei Newcombe 1998."""
    one, other = (
        Figure(*(float(part) for part in wilson(int(row[x]), int(row[n]))))
        for x, n in (("x1", "n1"), ("x2", "n2"))
    )
    found = difference(one, other)

    assert [round(part, 4) for part in found] == [
        float(row[name]) for name in ("difference", "lower", "upper")
    ]


@pytest.mark.parametrize(
    ("polarity", "high", "low"),
    [
        ("higher_worse", Mark.WORSE, Mark.BETTER),
        ("higher_better", Mark.BETTER, Mark.WORSE),
        ("neutral", Mark.HIGHER, Mark.LOWER),
    ],
)
def test_the_marks_follow_the_polarity(polarity: str, high: Mark, low: Mark) -> None:
    """Ob hoch gut oder schlecht ist, sagt der Katalog; ohne Richtung heißt es höher oder niedriger."""
    town = share(2000, 10_000)
    marks = [compare(share(x, 1000), town, polarity=polarity).mark for x in (300, 205, 120)]

    assert marks == [high, Mark.SIMILAR, low]
    assert Mark.SIMILAR.label == "nicht unterscheidbar"


def test_an_exact_comparator_is_a_line() -> None:
    """Ohne Grenzen gilt der Vergleichswert als genau: Es zählt, ob er im Bereich des Gebiets liegt."""
    area = share(120, 1000)
    for value, mark in (
        (area.lower, Mark.SIMILAR),
        (area.upper + 0.01, Mark.LOWER),
        (area.lower - 0.01, Mark.HIGHER),
    ):  # type: ignore[operator]
        assert compare(area, Figure(value)).mark is mark


def test_a_comparator_with_limits_is_less_sure() -> None:
    """Hat auch der Vergleichswert einen Bereich, braucht es einen größeren Unterschied."""
    area, state = share(120, 1000), share(15, 100)

    assert compare(area, Figure(state.value)).mark is Mark.LOWER
    assert compare(area, state).mark is Mark.SIMILAR


def test_a_part_is_tested_against_the_rest() -> None:
    """Ein großer Teil zieht das Ganze mit: Geprüft wird gegen den Rest, gezeigt wird der Unterschied zum Ganzen."""
    area, town = share(540, 2000), share(1140, 4500)
    plain, part = (compare(area, town, kind="share", per=100, part=inside) for inside in (False, True))

    assert plain.mark is Mark.SIMILAR
    assert part.mark is Mark.HIGHER
    assert part.difference == pytest.approx(plain.difference)
    rest = difference(area, share(600, 2500))
    assert part.lower == pytest.approx(rest.lower * 2500 / 4500)


def test_a_part_of_a_rate() -> None:
    """Auch Raten: Ereignisse und Bevölkerung des Rests."""
    rows = [
        Figure(*(float(part) * 1000 for part in byar(x, n)), x, n) for x, n in ((40, 2000), (160, 10_000))
    ]
    found = compare(*rows, kind="rate", per=1000, part=True)

    assert found.difference == pytest.approx(20 - 16)
    assert found.mark is Mark.SIMILAR


@pytest.mark.parametrize(
    ("row", "other", "reason"),
    [
        (Figure(None, status="suppressed"), share(1, 5), "Der Wert fehlt oder wird nicht gezeigt."),
        (Figure(math.nan), share(1, 5), "Der Wert fehlt oder wird nicht gezeigt."),
        (share(10, 100), Figure(None, status="missing"), "Der Vergleichswert fehlt oder wird nicht gezeigt."),
        (share(10, 50, "unreliable"), share(1, 5), "Der Wert beruht auf zu wenigen Fällen für einen Vergleich."),
        (Figure(12.0, status="estimated"), share(1, 5), "Umgerechnete oder geschätzte Werte ohne Vertrauensbereich werden nicht verglichen."),
        (Figure(1200.0), share(1, 5), "Zu diesem Wert gibt es keinen Vertrauensbereich."),
    ],
)  # fmt: skip
def test_without_a_basis_there_is_no_mark(row: Figure, other: Figure, reason: str) -> None:
    """Kein Zeichen ohne Grundlage, und immer der Grund dafür."""
    found = compare(row, other)

    assert (found.mark, found.reason) == (Mark.NONE, reason)
    assert math.isnan(found.difference)


def test_numbers_of_the_whole_that_do_not_fit_are_not_used() -> None:
    """Passen Teil und Ganzes nicht zueinander, zählen nur die gedruckten Grenzen."""
    area, town = share(560, 2000), share(500, 4500)

    assert compare(area, town, kind="share", per=100, part=True) == compare(area, town)


def test_equal_areas_are_rarely_told_apart() -> None:
    """Gleiche Gebiete werden in etwa fünf von hundert Fällen unterschieden."""
    rng = np.random.default_rng(6)
    pairs = rng.binomial(400, 0.15, (1500, 2))
    told = [compare(share(a, 400), share(b, 400)).mark is not Mark.SIMILAR for a, b in pairs]

    assert 0.03 < np.mean(told) < 0.07


def test_an_unknown_polarity_is_refused() -> None:
    """Ein Schreibfehler der Richtung wird abgewiesen."""
    with pytest.raises(ValueError, match="polarity"):
        compare(share(1, 5), share(1, 5), polarity="up")
