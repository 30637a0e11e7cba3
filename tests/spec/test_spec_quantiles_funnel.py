"""Quantile und Trichtergrenzen: Gebiete in Gruppen, und was Zufall bei jeder Größe erlaubt."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import golden_tables
from sozialraum.indicators.funnel import (
    Limits,
    dispersion,
    outside,
    proportion_limits,
    rate_limits,
    ratio_limits,
)
from sozialraum.indicators.intervals import student
from sozialraum.indicators.quantiles import quantiles


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "rates" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- quantiles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", golden_tables.read("quantile_groups"), ids=lambda row: row["case"])
def test_groups_worked_by_hand(row: dict[str, str]) -> None:
    """Einteilung nach Rang, von Hand."""
    values = [float(text) if text != "-" else np.nan for text in row["values"].split()]

    assert quantiles(values, int(row["groups"])).tolist() == [int(text) for text in row["found"].split()]


@pytest.mark.testdata
@pytest.mark.parametrize(
    ("name", "groups", "within"),
    [("quantile_national.csv", 4, ""), ("quantile_within_region.csv", 10, "ParentCode")],
)
def test_groups_agree_with_the_reference(references: Path, name: str, groups: int, within: str) -> None:
    """Viertel im ganzen Land und Zehntel je Region, wie in der englischen Gesundheitsberichterstattung."""
    rows = read(references, name)
    found = quantiles(
        [float(row["Value"] or "nan") for row in rows],
        groups,
        within=[row[within] for row in rows] if within else None,
    )

    assert found.tolist() == [int(row["QuantileInGrp"] or 0) for row in rows]


def test_groups_are_as_equal_as_can_be() -> None:
    """Ohne gleiche Werte unterscheiden sich die Gruppen um höchstens ein Gebiet; die Richtung lässt sich wenden."""
    rng = np.random.default_rng(1)
    for number in (10, 23, 57, 100):
        for k in (2, 4, 5, 10):
            values = rng.permutation(number).astype(float)
            sizes = np.bincount(quantiles(values, k))[1:]
            assert sizes.size == k
            assert sizes.max() - sizes.min() <= 1
            assert np.array_equal(quantiles(values, k), quantiles(-values, k, highest_first=False))


def test_equal_values_stay_together() -> None:
    """Gleiche Werte kommen in dieselbe Gruppe; sind alle gleich, in die erste."""
    assert set(quantiles([3, 3, 3, 3, 3], 5)) == {1}
    found = quantiles([9, 8, 7, 7, 7, 7, 2, 1], 4)
    assert len(set(found[2:6].tolist())) == 1


def test_too_few_areas_make_no_groups() -> None:
    """Weniger Werte als Gruppen: keine Gruppe, ebenso ohne Wert."""
    assert quantiles([1, 2, np.nan], 3).tolist() == [0, 0, 0]
    assert quantiles([np.nan, np.nan], 2).tolist() == [0, 0]
    with pytest.raises(ValueError, match="two groups"):
        quantiles([1, 2], 1)
    with pytest.raises(ValueError, match="equally long"):
        quantiles([1, 2], 2, within=["a"])


@pytest.mark.parametrize("row", golden_tables.read("funnel_limits"), ids=lambda row: row["case"])
def test_funnel_limits_worked_by_hand(row: dict[str, str]) -> None:
    """Warngrenzen eines Anteils und einer Rate, von Hand."""
    make = rate_limits if row["case"] == "rate" else proportion_limits
    found = make(float(row["baseline"]), float(row["size"]))

    assert float(found.lower) == pytest.approx(float(row["warning_lower"]), abs=6e-7)
    assert float(found.upper) == pytest.approx(float(row["warning_upper"]), abs=6e-7)


@pytest.mark.parametrize("row", golden_tables.read("student_mean"), ids=lambda row: row["values"])
def test_means_worked_by_hand(row: dict[str, str]) -> None:
    """Mittelwert mit Grenzen nach Student, von Hand."""
    values = np.array([float(text) for text in row["values"].split()])
    found = student(values.mean(), values.std(ddof=1), values.size)

    assert [float(part) for part in found] == pytest.approx(
        [float(row[name]) for name in ("mean", "lower", "upper")], abs=6e-7
    )


# --- funnels ----------------------------------------------------------------------------------------------------------


@pytest.mark.testdata
def test_limits_of_proportions_agree_with_the_reference(references: Path) -> None:
    """Trichter um einen gemeinsamen Anteil, gedruckt mit sechs Stellen."""
    rows = read(references, "funnel_proportion_limits.csv")
    inputs = read(references, "funnel_proportion_input.csv")
    x, n = (np.array([float(row[name]) for row in inputs]) for name in ("numerator", "denominator"))
    sizes = [float(row["Population"]) for row in rows]
    for level, name in ((0.95, "2s"), (0.998, "3s")):
        found = proportion_limits(x.sum() / n.sum(), sizes, level)
        for side in ("lower", "upper"):
            wanted = [float(row[f"{side}_{name}_limit"]) for row in rows]
            assert np.allclose(getattr(found, side) * 100, wanted, atol=2e-6)


@pytest.mark.testdata
def test_limits_of_ratios_agree_with_the_reference(references: Path) -> None:
    """Trichter um ein Verhältnis von eins; die Referenz ist durch Probieren gefunden, auf etwa fünf Stellen."""
    rows = read(references, "funnel_ratio_limits.csv")
    events = [float(row["Observed_events"]) for row in rows]
    for level, name in ((0.95, "2s"), (0.998, "3s")):
        found = ratio_limits(events, level)
        for side in ("lower", "upper"):
            wanted = [float(row[f"{side}_{name}_isr"]) for row in rows]
            assert np.allclose(getattr(found, side) * 100, wanted, rtol=5e-5)


CATEGORIES = {
    "High (0.001)": 2,
    "High (0.025)": 1,
    "Not significant": 0,
    "Low (0.025)": -1,
    "Low (0.001)": -2,
}


@pytest.mark.testdata
def test_categories_agree_with_the_reference(references: Path) -> None:
    """Welche Gebiete außerhalb liegen, je 300 Anteile und Verhältnisse."""
    rows = read(references, "funnel_proportion_input.csv")
    x, n = (np.array([float(row[name]) for row in rows]) for name in ("numerator", "denominator"))
    limits = [proportion_limits(x.sum() / n.sum(), n, level) for level in (0.95, 0.998)]
    assert outside(x / n, *limits).tolist() == [CATEGORIES[row["significance"]] for row in rows]

    rows = read(references, "funnel_ratio_input.csv")
    observed, expected = (np.array([float(row[name]) for row in rows]) for name in ("obs", "expected"))
    there = observed > 0
    limits = [ratio_limits(observed[there], level) for level in (0.95, 0.998)]
    found = outside(observed[there] / expected[there], *limits)
    assert found.tolist() == [
        CATEGORIES[row["significance"]] for row, known in zip(rows, there, strict=True) if known
    ]


def test_limits_of_rates_hold_the_poisson_distribution() -> None:
    """Bei jeder Größe liegt etwa der genannte Teil der Poissonverteilung zwischen den Grenzen."""
    n = np.array([500.0, 2000, 10_000, 80_000])
    for level in (0.95, 0.998):
        found = rate_limits(0.02, n, level)
        inside = stats.poisson.cdf(np.floor(found.upper * n), 0.02 * n) - stats.poisson.cdf(
            np.ceil(found.lower * n) - 1, 0.02 * n
        )
        assert np.allclose(inside, level, atol=0.02)
    assert rate_limits(0.0, [10]).lower[0] == 0


def test_chance_alone_keeps_areas_inside() -> None:
    """Gleiche Gebiete liegen zu etwa 5 und 0,2 Prozent außerhalb; die Streuung ist eins."""
    rng = np.random.default_rng(2)
    n = rng.integers(300, 4000, 20_000)
    share = rng.binomial(n, 0.3) / n
    found = outside(share, proportion_limits(0.3, n), proportion_limits(0.3, n, 0.998))
    z = (share - 0.3) / np.sqrt(0.21 / n)

    assert 0.04 < np.mean(found != 0) < 0.06
    assert 0.001 < np.mean(np.abs(found) == 2) < 0.004
    assert dispersion(z, trim=0) == pytest.approx(1, abs=0.05)
    assert dispersion(2 * z, trim=0) == pytest.approx(4, abs=0.2)
    assert np.isnan(dispersion([np.nan]))


def test_a_gap_lies_nowhere() -> None:
    """Ohne Wert liegt ein Gebiet nicht außerhalb."""
    assert outside([np.nan, 0.9], Limits(0.2, 0.4), Limits(0.1, 0.5)).tolist() == [0, 2]  # type: ignore[arg-type]


def test_funnels_refuse_what_cannot_be() -> None:
    """Falsche Aufrufe werden abgewiesen."""
    with pytest.raises(ValueError, match="baseline"):
        proportion_limits(1.2, [10])
    with pytest.raises(ValueError, match="sizes must be positive"):
        rate_limits(0.1, [0])
    with pytest.raises(ValueError, match="at least one observed"):
        ratio_limits([0])
    with pytest.raises(ValueError, match="trim"):
        dispersion([1.0], trim=0.5)
    with pytest.raises(ValueError, match="level"):
        proportion_limits(0.5, [10], level=1)


# --- means --------------------------------------------------------------------------------------------------------------


@pytest.mark.testdata
def test_means_agree_with_the_reference(references: Path) -> None:
    """Mittelwerte mit Grenzen nach Student."""
    rows, known = read(references, "mean_input.csv"), read(references, "mean_expected.csv")
    for expected in known:
        values = np.array([float(row["values"]) for row in rows if row["area"] == expected["area"]])
        for level, name in ((0.95, "95_0"), (0.998, "99_8")):
            found = student(values.mean(), values.std(ddof=1), values.size, level)
            wanted = [float(expected[c]) for c in ("value", f"lower{name}cl", f"upper{name}cl")]
            assert np.allclose([float(part) for part in found], wanted, rtol=1e-9)


def test_means_as_scipy_computes_them() -> None:
    """Auch an eigenen Daten; aus einer Beobachtung kommen keine Grenzen, aus keiner kein Wert."""
    values = np.random.default_rng(3).gamma(2, 3, 17)
    wanted = stats.t.interval(0.9, 16, values.mean(), stats.sem(values))
    found = student(values.mean(), values.std(ddof=1), 17, 0.9)
    assert np.allclose([found.lower, found.upper], wanted, rtol=1e-12)

    few = student([4.0, 4.0], [0.0, 0.0], [1, 0])
    assert few.value[0] == 4
    assert np.isnan([few.lower[0], few.upper[0], few.value[1]]).all()
    with pytest.raises(ValueError, match="must not be negative"):
        student(1, -1, 5)
