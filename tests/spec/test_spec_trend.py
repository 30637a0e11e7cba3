"""Entwicklung: wann eine Reihe steigt oder fällt, wann das zählt, und wann nichts gesagt wird."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import golden_tables
from sozialraum.indicators.intervals import byar, wilson
from sozialraum.indicators.trend import (
    Direction,
    Point,
    Trend,
    assess,
    proportion_trend,
    weighted_trend,
)


def shares(cases: list[float], base: float = 1000, *, start: int = 2018, **changes: object) -> list[Point]:
    """One point per year."""
    limits = wilson(np.array(cases), base)
    return [
        Point(f"{start + at}-12-31", *(float(part[at]) * 100 for part in limits), x, base)._replace(**changes)
        for at, x in enumerate(cases)
    ]


@pytest.mark.parametrize("row", golden_tables.read("proportion_trend"), ids=lambda row: row["case"])
def test_the_test_of_proportions_worked_by_hand(row: dict[str, str]) -> None:
    """Chi-Quadrat-Test auf Trend, mit Brüchen nachgerechnet."""
    parts = ([float(text) for text in row[name].split()] for name in ("x", "n", "scores"))
    assert proportion_trend(*parts).chi2 == pytest.approx(float(row["chi2"]), abs=1e-9)


@pytest.mark.testdata
def test_the_test_of_proportions_agrees_with_the_reference(references: Path) -> None:
    """Rauchende unter Erkrankten: wie prop.trend.test in R, mit beiden Bewertungen."""
    with (references / "trend" / "expected.csv").open(encoding="utf-8", newline="") as file:
        known = {row["case"]: row for row in csv.DictReader(file)}
    for case, scores in (("scores 1..4", None), ("scores 0,0,0,1", [0, 0, 0, 1])):
        found = proportion_trend([83, 90, 129, 70], [86, 93, 136, 82], scores)
        assert found.chi2 == pytest.approx(float(known[case]["chisq"]), rel=1e-9)
        assert found.p == pytest.approx(float(known[case]["p"]), rel=1e-9)


def test_the_formula_of_the_textbook() -> None:
    """Dieselbe Prüfgröße, wie sie im Lehrbuch steht, an einer zweiten Reihe."""
    rng = np.random.default_rng(3)
    n = rng.integers(50, 900, 7).astype(float)
    r, x = rng.binomial(n.astype(int), 0.3).astype(float), rng.normal(size=7)
    N, R = n.sum(), r.sum()
    wanted = N * (N * (r @ x) - R * (n @ x)) ** 2 / (R * (N - R) * (N * (n @ x**2) - (n @ x) ** 2))

    assert proportion_trend(r, n, x).chi2 == pytest.approx(wanted, rel=1e-12)


def test_the_weighted_line_is_the_least_squares_line() -> None:
    """Gewichtete Regression: Steigung und Fehler wie aus den Normalgleichungen."""
    rng = np.random.default_rng(4)
    t, y, se = np.arange(6.0), rng.normal(size=6), rng.uniform(0.1, 2, 6)
    design = np.column_stack([np.ones(6), t]) / se[:, None]
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ (y / se)
    found = weighted_trend(y, se, t)

    assert found.slope == pytest.approx(beta[1], rel=1e-10)
    assert found.standard_error == pytest.approx(inverse[1, 1] ** 0.5, rel=1e-10)
    assert found.departure == pytest.approx(np.sum((y / se - design @ beta) ** 2), rel=1e-10)


def test_a_clear_rise_is_told_with_its_size() -> None:
    """Ein klarer, deutlicher Anstieg einer Belastung."""
    found = assess(shares([100, 115, 130, 150, 165]), "share", per=100, polarity="higher_worse")

    assert (found.direction, found.clear, found.relevant, found.judgement) == (
        Direction.RISING,
        True,
        True,
        "worse",
    )
    assert found.lower < found.change < found.upper
    assert found.sentence("Prozentpunkte") == (
        "In der Zeit von 31.12.2018 bis 31.12.2022 (5 Zeitpunkte) ist der Wert statistisch klar gestiegen: entlang der Linie um "
        "6,6 Prozentpunkte (95-Prozent-Bereich 3,9 bis 9,3), das sind 66,7 Prozent des ersten Werts."
    )


def test_clear_is_not_relevant() -> None:
    """In einer großen Bevölkerung ist auch ein kleiner Unterschied statistisch klar; er bleibt klein."""
    cases = [100_000, 101_000, 102_000, 103_000]
    found = assess(shares([float(x) for x in cases], 1_000_000), "share", per=100, polarity="higher_worse")

    assert found.clear
    assert not found.relevant
    assert "statistisch klar, aber wenig gestiegen" in found.sentence("Prozentpunkte")


def test_relevant_is_not_clear() -> None:
    """In einem kleinen Gebiet kann ein großer Unterschied Zufall sein."""
    found = assess(shares([10, 12, 13], 200), "share", per=100, polarity="higher_worse")

    assert (found.direction, found.clear, found.relevant, found.judgement) == (
        Direction.STEADY,
        False,
        True,
        "",
    )
    assert "keine Veränderung zu erkennen, die über den Zufall hinausgeht" in found.sentence()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_never_an_arrow_from_two_points(number: int) -> None:
    """Aus weniger als drei Zeitpunkten wird keine Entwicklung, so groß der Unterschied auch ist."""
    found = assess(shares([100, 900][:number]), "share", per=100)

    assert (found.direction, found.clear, found.points) == (Direction.UNTESTABLE, False, number)
    assert found.sentence().startswith("Eine Entwicklung lässt sich erst ab drei vergleichbaren Zeitpunkten")


def test_a_series_that_jumps_up_and_down_has_no_direction() -> None:
    """Schwankt die Reihe stärker als durch Zufall, zählt eine Linie nur, wenn sie aus dem Schwanken heraussticht."""
    found = assess(shares([1000, 3000, 1200, 3300, 1600, 3200], 10_000), "share", per=100)

    assert proportion_trend([1000, 3000, 1200, 3300, 1600, 3200], [10_000] * 6).p < 1e-6
    assert found.direction is Direction.UNEVEN
    assert "schwankt der Wert stärker als durch Zufall" in found.sentence()


def test_nothing_is_compared_across_a_reform_of_areas() -> None:
    """Nur Werte desselben Gebietsstands; umgerechnete, geschätzte Werte zählen nicht."""
    old, new = shares([100, 115, 130], version="2019"), shares([150, 165], start=2021, version="2021")
    found = assess([*old, *new], "share", per=100)
    converted = [point._replace(version="2021", status="estimated", lower=None, upper=None) for point in old]
    estimated = assess([*converted, *new], "share", per=100)

    for trend in (found, estimated):
        assert trend.direction is Direction.UNTESTABLE
        assert trend.reason.endswith("danach liegen erst 2 Zeitpunkte.")
    assert assess(converted, "share").reason.startswith("Umgerechnete oder geschätzte Werte")


def test_whole_areas_carry_on_across_a_reform() -> None:
    """Werte ganzer Gebiete, die unverändert geblieben sind, laufen weiter."""
    found = assess(shares([100, 115, 130, 150, 165], version="2021"), "share", per=100)

    assert found.points == 5


def test_a_named_break_starts_a_new_series() -> None:
    """Wurde ab einem Zeitraum anders gezählt, zählt nur, was danach kommt."""
    points = shares([400, 390, 100, 115, 130, 150])
    found = assess(points, "share", per=100, breaks=["2020-12-31"])

    assert (found.direction, found.points, found.first) == (Direction.RISING, 4, "2020-12-31")


def test_hidden_and_missing_years_are_gaps() -> None:
    """Gesperrte Jahre fehlen; die Zeitpunkte behalten ihren Abstand."""
    points = shares([100, 115, 130, 150, 165])
    points[1] = points[1]._replace(value=None, numerator=None, status="suppressed")
    points[3] = points[3]._replace(value=None, status="missing")
    found = assess(points, "share", per=100)
    three = proportion_trend([100, 130, 165], [1000] * 3, [0, 2, 4])

    assert found.points == 3
    assert found.p == pytest.approx(three.p, rel=1e-9)


def test_an_all_hidden_series_says_so() -> None:
    """Ist alles gesperrt, wird nichts behauptet."""
    points = [p._replace(value=None, status="suppressed") for p in shares([100, 115, 130, 150])]

    assert assess(points, "share").sentence().endswith("hier ist keiner da.")


def test_only_the_same_time_of_the_year_and_no_overlap() -> None:
    """Quartale werden je Jahr verglichen, überlappende Mehrjahreswerte nur einmal gezählt."""
    quarters = [Point(f"{2020 + k // 4}-Q{k % 4 + 1}", None, None, None, 50 + k, 1000) for k in range(16)]
    quarters = [point._replace(value=1.0) for point in quarters]
    pooled = [Point(f"{year}-{year + 2}", 1.0, 0.8, 1.2) for year in range(2010, 2021)]

    assert assess(quarters, "rate", per=1000).points == 4
    found = assess(pooled, "mean")
    assert (found.points, found.first, found.last) == (4, "2011-2013", "2020-2022")


def test_the_last_ten_points_count() -> None:
    """Längere Reihen sind selten gerade: Es zählen die letzten zehn Zeitpunkte."""
    assert assess(shares([100.0 + k for k in range(14)], start=2010), "share", per=100).first == "2014-12-31"


def test_rates_are_tested_on_the_logarithm() -> None:
    """Eine Rate, die jedes Jahr um ein Fünftel sinkt; auch Jahre ohne Ereignis zählen."""
    events, base = [500, 400, 320, 256, 205], 10_000.0
    limits = byar(np.array(events), base)
    points = [
        Point(str(2019 + at), *(float(part[at]) * 1000 for part in limits), x, base)
        for at, x in enumerate(events)
    ]
    found = assess(points, "rate", per=1000, polarity="higher_worse")
    assert found.method == "gewichtete Regression des Logarithmus"
    assert found.relative == pytest.approx(0.8**4 - 1, abs=0.005)
    assert found.change == pytest.approx(-50 * (1 - 0.8**4), abs=0.3)
    assert found.judgement == "better"

    none = [point._replace(numerator=0.0, value=0.0) for point in points]
    assert assess(none, "rate", per=1000).direction is Direction.STEADY


def test_values_with_limits_alone() -> None:
    """Ohne Fallzahlen (Lebenserwartung, standardisierte Rate) rechnet der Test mit den Grenzen."""
    points = [Point(str(2018 + k), 78 + 0.3 * k, 77.5 + 0.3 * k, 78.5 + 0.3 * k) for k in range(6)]
    found = assess(points, "life_expectancy", polarity="higher_better")

    assert (found.method, found.judgement) == ("gewichtete Regression", "better")
    assert found.change == pytest.approx(1.5)
    logit = [point._replace(value=30.0 + k, lower=28.0 + k, upper=32.0 + k) for k, point in enumerate(points)]
    assert assess(logit, "share", per=100).method == "gewichtete Regression des Logits"
    bare = [point._replace(lower=None, upper=None) for point in points]
    assert "weder Fallzahlen noch Vertrauensbereiche" in assess(bare, "mean").sentence()


def test_nothing_varies() -> None:
    """Niemand betroffen, in keinem Jahr: keine Veränderung, kein Fehler."""
    found = assess(shares([0, 0, 0, 0]), "share", per=100)

    assert (found.direction, found.p) == (Direction.STEADY, 1.0)


def test_what_cannot_be_is_refused() -> None:
    """Falsche Aufrufe werden abgewiesen."""
    with pytest.raises(ValueError, match="x <= n"):
        proportion_trend([3], [2])
    with pytest.raises(ValueError, match="equally long"):
        proportion_trend([3, 2], [5])
    with pytest.raises(ValueError, match="two different times"):
        weighted_trend([1, 2], [1, 1], [3, 3])
    with pytest.raises(ValueError, match="must be positive"):
        weighted_trend([1, 2], [1, 0])
    with pytest.raises(ValueError, match="polarity"):
        assess([], "share", polarity="bad")
    with pytest.raises(ValueError, match="not a period"):
        assess([Point("gestern", 1.0)], "share")


def test_the_test_keeps_its_level() -> None:
    """Ohne wirkliche Veränderung wird in etwa fünf von hundert Reihen eine behauptet, nicht öfter."""
    rng = np.random.default_rng(5)
    found: list[Trend] = [
        assess(shares([float(x) for x in rng.binomial(600, 0.2, 6)], 600), "share", per=100)
        for _ in range(800)
    ]

    assert 0.03 < np.mean([trend.clear for trend in found]) < 0.07
