"""What holds for every input: rates, life tables, slopes, quantiles, trends, comparisons, effects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sozialraum.effects import difference_in_differences as did
from sozialraum.effects.synthetic_control import fit
from sozialraum.indicators.inequality import slope
from sozialraum.indicators.life_expectancy import life_expectancy, life_table
from sozialraum.indicators.markers import Figure, Mark, compare
from sozialraum.indicators.quantiles import quantiles
from sozialraum.indicators.standardise import direct, indirect
from sozialraum.indicators.trend import Point, assess, proportion_trend

FEW = settings(max_examples=60, deadline=None)
finite = st.floats(-1e3, 1e3, allow_nan=False, width=32)


def counts(size: int, low: int = 0, high: int = 400) -> st.SearchStrategy[np.ndarray]:
    return arrays(float, size, elements=st.integers(low, high).map(float))


@given(counts(5, 3), counts(5, 500, 9000), counts(5, 1))
@FEW
def test_a_standardised_rate_lies_between_those_of_its_bands(
    x: np.ndarray, n: np.ndarray, w: np.ndarray
) -> None:
    """Eine standardisierte Rate liegt zwischen den Raten ihrer Altersgruppen und in ihren Grenzen."""
    found = direct(x, n, w)

    assert (x / n).min() - 1e-12 <= found.value <= (x / n).max() + 1e-12
    assert found.lower <= found.value <= found.upper


@given(counts(5, 3), counts(5, 500, 9000), counts(5, 1), st.integers(2, 9))
@FEW
def test_only_shares_of_the_standard_count(x: np.ndarray, n: np.ndarray, w: np.ndarray, factor: int) -> None:
    """Die Größe der Standardbevölkerung spielt keine Rolle, nur ihr Aufbau."""
    assert np.allclose(direct(x, n, w)[:3], direct(x, n, w * factor)[:3], rtol=1e-9)


@given(counts(4, 1), counts(4, 500, 9000))
@FEW
def test_a_population_is_as_expected_against_itself(x: np.ndarray, n: np.ndarray) -> None:
    """Gegen sich selbst ist das indirekt standardisierte Verhältnis eins."""
    assert float(indirect(x.sum(), n, x, n).value) == pytest.approx(1.0)


@given(counts(6, 1, 30), counts(6, 1000, 9000), st.integers(0, 5))
@FEW
def test_more_deaths_mean_a_shorter_life(d: np.ndarray, n: np.ndarray, band: int) -> None:
    """Mehr Sterbefälle in einem Alter verkürzen die Lebenserwartung; kein Jahr geht verloren."""
    ages = [0, 20, 40, 60, 75, 85]
    more = d.copy()
    more[band] += 10
    one, other = life_table(d, n, ages), life_table(more, n, ages)

    assert other.e[0] <= one.e[0] + 1e-9
    assert one.L.sum() == pytest.approx(one.e[0])
    assert np.all(np.diff(one.l) <= 0)


@given(counts(6, 5, 60), counts(6, 1000, 9000), st.integers(2, 50))
@FEW
def test_only_rates_make_a_life(d: np.ndarray, n: np.ndarray, factor: int) -> None:
    """Zehnmal so viele Menschen mit denselben Sterberaten leben gleich lang; der Bereich wird enger."""
    ages = [0, 20, 40, 60, 75, 85]
    one, other = (
        life_expectancy(d, n, ages, widest=1e9),
        life_expectancy(d * factor, n * factor, ages, widest=1e9),
    )

    assert float(one.value) == pytest.approx(float(other.value))
    assert other.upper - other.lower == pytest.approx((one.upper - one.lower) / np.sqrt(factor))


@given(counts(6, 0, 900), counts(6, 0, 900))
@settings(max_examples=200, deadline=None)
def test_every_area_has_a_life_or_a_reason(d: np.ndarray, n: np.ndarray) -> None:
    """Zu jeder Eingabe gibt es einen möglichen Wert mit Grenzen oder einen Grund, nie beides, nie keines."""
    found = life_expectancy(d, n, [0, 20, 40, 60, 75, 85], smallest_population=0)

    assert (str(found.reason) == "") == bool(np.isfinite(found.value))
    if np.isfinite(found.value):
        assert found.value > 0
        assert found.lower <= found.value <= found.upper


@given(arrays(float, 5, elements=st.floats(10, 90)), counts(5, 1), st.floats(-5, 5))
@FEW
def test_the_slope_turns_with_its_order(y: np.ndarray, people: np.ndarray, shift: float) -> None:
    """Umgekehrte Reihenfolge kehrt das Vorzeichen um, eine Verschiebung ändert nichts."""
    error = np.full(5, 0.5)
    one, back = slope(y, error, people), slope(y[::-1], error, people[::-1])

    assert float(one.sii) == pytest.approx(-float(back.sii), abs=1e-6)
    assert float(slope(y + shift, error, people).sii) == pytest.approx(float(one.sii), abs=1e-6)
    assert one.sii_lower <= one.sii <= one.sii_upper


@given(st.lists(finite, min_size=1, max_size=60), st.integers(2, 10))
@FEW
def test_quantiles_keep_the_order(values: list[float], groups: int) -> None:
    """Wer höher liegt, ist nie in einer späteren Gruppe; gleiche Werte sind zusammen."""
    found = quantiles(values, groups)
    assert (found == 0).all() == (len(values) < groups)
    for one, group in zip(values, found, strict=True):
        for other, its in zip(values, found, strict=True):
            assert one <= other or group <= its
            assert one != other or group == its


@given(
    st.integers(3, 9).flatmap(lambda k: st.tuples(counts(k, 0, 200), counts(k, 200, 900))),
    st.integers(1, 9),
    st.integers(-99, 99),
)
@FEW
def test_a_trend_knows_no_unit_of_time(data: tuple[np.ndarray, np.ndarray], scale: int, start: int) -> None:
    """Die Prüfgröße hängt nicht von der Zeiteinheit ab und ist für Anteil und Gegenteil dieselbe."""
    x, n = data
    time = np.arange(1.0, x.size + 1)
    one = proportion_trend(x, n)

    assert proportion_trend(x, n, scale * time + start).chi2 == pytest.approx(one.chi2, rel=1e-6, abs=1e-9)
    assert proportion_trend(n - x, n).chi2 == pytest.approx(one.chi2, rel=1e-6, abs=1e-9)
    assert 0 <= one.p <= 1


STATES = ["ok", "none", "provisional", "estimated", "unreliable", "suppressed", "missing", "not_meaningful"]
points = st.builds(
    Point,
    period=st.integers(2010, 2024).map(lambda year: f"{year}-12-31"),
    value=st.none() | st.floats(0, 100),
    lower=st.none() | st.floats(0, 100),
    upper=st.none() | st.floats(0, 100),
    numerator=st.none() | st.integers(0, 500).map(float),
    denominator=st.none() | st.integers(0, 500).map(float),
    status=st.sampled_from(STATES),
    version=st.sampled_from(["2019", "2024"]),
)


@given(
    st.lists(points, max_size=16),
    st.sampled_from(["share", "rate", "ratio", "count", "mean", "life_expectancy"]),
)
@settings(max_examples=200, deadline=None)
def test_every_series_gets_a_sentence(rows: list[Point], kind: str) -> None:
    """Zu jeder Reihe, so lückenhaft sie ist, gibt es einen Satz; nie eine klare Richtung aus weniger als drei Punkten."""
    found = assess(rows, kind, per=100, polarity="higher_worse")

    assert found.sentence().endswith(".")
    assert not (found.clear and found.points < 3)
    assert (found.judgement != "") == found.clear
    assert assess(rows[::-1], kind, per=100, polarity="higher_worse").points == found.points


figures = st.builds(
    lambda a, b, c: Figure(sorted((a, b, c))[1], min(a, b, c), max(a, b, c)), *[st.floats(0, 100)] * 3
)


@given(figures, figures)
@FEW
def test_a_comparison_is_the_same_from_both_sides(one: Figure, other: Figure) -> None:
    """Von der anderen Seite gesehen kehrt sich das Zeichen um."""
    there, back = compare(one, other), compare(other, one)
    turned = {Mark.HIGHER: Mark.LOWER, Mark.LOWER: Mark.HIGHER, Mark.SIMILAR: Mark.SIMILAR}

    assert back.mark is turned[there.mark]
    assert back.difference == pytest.approx(-there.difference)
    assert there.lower <= there.difference <= there.upper


@given(
    arrays(float, (7, 5), elements=finite),
    arrays(float, 5, elements=finite),
    arrays(float, (7, 1), elements=finite),
)
@FEW
def test_what_is_common_to_all_is_no_effect(y: np.ndarray, common: np.ndarray, own: np.ndarray) -> None:
    """Gemeinsame Jahre und gleichbleibende Unterschiede zwischen Gebieten ändern die Wirkung nicht."""
    one, other = (
        did.estimate(y[:2], y[2:], 3),
        did.estimate((y + common + own)[:2], (y + common + own)[2:], 3),
    )

    assert other.effect == pytest.approx(one.effect, abs=1e-6)
    assert other.upper - other.lower == pytest.approx(one.upper - one.lower, abs=1e-5)


@given(arrays(float, (6, 8), elements=st.floats(-50, 50, width=32)))
@FEW
def test_a_mixture_is_a_mixture(y: np.ndarray) -> None:
    """Die Gewichte liegen zwischen 0 und 1, ergeben zusammen 1, und keines liegt auf dem Gebiet selbst."""
    assume(np.ptp(y) > 0)
    found = fit(y, 2, 5)

    assert found.weights.sum() == pytest.approx(1)
    assert found.weights.min() >= 0
    assert found.weights[2] == 0
    assert found.synthetic.min() >= y.min() - 1e-9
    assert found.synthetic.max() <= y.max() + 1e-9
