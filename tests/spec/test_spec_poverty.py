"""Armut und Ungleichheit: Maße, Schwelle, Streuung, wie sie eine Statistikstelle nachschlägt."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import golden_tables
from sozialraum.estimation.microdata import weighted_quantile
from sozialraum.estimation.poverty import MEASURES, Estimates, estimate, measures

LAEKEN = {"arpr": "rate", "rmpg": "gap", "qsr": "s80_s20", "gini": "gini"}
SCALE = {"arpr": 100, "rmpg": 100, "qsr": 1, "gini": 100}


def test_five_measures_worked_by_hand() -> None:
    """Neun Personen, jede Zahl von Hand nachgerechnet."""
    rows = golden_tables.read("poverty_nine_persons")
    found = measures([float(row["income"]) for row in rows], [float(row["weight"]) for row in rows])

    for row in rows:
        if row["measure"]:
            assert getattr(found, row["measure"]) == pytest.approx(float(row["value"]), abs=1e-8)


def table(folder: Path) -> dict[str, np.ndarray]:
    with (folder / "inequality" / "eusilc.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {name: np.array([float(row[name]) for row in rows]) for name in ("eqIncome", "rb050", "db030")}
    return {
        **numbers,
        "region": np.array([row["db040"] for row in rows]),
        "sex": np.array([r["rb090"] for r in rows]),
    }


def expected(folder: Path) -> dict[str, float]:
    with (folder / "inequality" / "expected_laeken.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: float(row["value"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def eusilc(references: Path) -> dict[str, np.ndarray]:
    return table(references)


def by_region(data: dict[str, np.ndarray], **options: object) -> Estimates:
    return estimate(
        data["eqIncome"],
        data["rb050"],
        data["region"],
        strata=data["region"],
        clusters=data["db030"].astype(int),
        **options,  # type: ignore[arg-type]
    )


@pytest.mark.testdata
def test_all_values_agree_with_the_reference(references: Path, eusilc: dict[str, np.ndarray]) -> None:
    """Alle Werte für Österreich und seine Länder stimmen mit dem R-Paket laeken überein."""
    found = by_region(eusilc)
    checked = 0
    for name, value in expected(references).items():
        kind, _, group = name.partition(" ")
        group = "insgesamt" if group.startswith("overall") else group
        if kind in LAEKEN and group in found.groups:
            ours = found.value[found.groups.index(group), MEASURES.index(LAEKEN[kind])]
            assert ours * SCALE[kind] == pytest.approx(value, rel=1e-9), name
            checked += 1
    assert checked == 28


@pytest.mark.testdata
def test_thresholds_and_quantiles_agree_with_the_reference(
    references: Path, eusilc: dict[str, np.ndarray]
) -> None:
    """Schwelle, andere Schwellen und gewichtete Quantile stimmen überein."""
    known, income, weights = expected(references), eusilc["eqIncome"], eusilc["rb050"]
    assert measures(income, weights).threshold == pytest.approx(known["arpt 60% median"], rel=1e-9)
    for share in (0.4, 0.7):
        found = 100 * measures(income, weights, share=share).rate
        assert found == pytest.approx(known[f"arpr p={share}"], rel=1e-9)
    for share in (0.1, 0.5, 0.9):
        found = weighted_quantile(income, weights, share)
        assert found == pytest.approx(known[f"weightedQuantile {share}"], rel=1e-9)


@pytest.mark.testdata
def test_the_naive_bootstrap_varies_as_the_reference_says(
    references: Path, eusilc: dict[str, np.ndarray]
) -> None:
    """Die Streuung aus 1.000 Wiederholungen liegt in der Toleranz des Referenzwerts, die Linearisierung auch."""
    (known,) = (value for name, value in expected(references).items() if "bootstrap" in name)
    for method in ("naive", "rescaled", "linearisation"):
        found = by_region(eusilc, variance=method)
        assert found.variance[0, 0] * 1e4 == pytest.approx(known, rel=0.25)


@pytest.mark.testdata
def test_bootstrap_variances_of_four_measures(eusilc: dict[str, np.ndarray]) -> None:
    """Naiv und kalibriert (auf Länder und Geschlecht), wie es laeken mit 300 Wiederholungen fand."""
    margins = np.column_stack(
        [eusilc["region"] == name for name in np.unique(eusilc["region"])] + [eusilc["sex"] == "male"]
    ).astype(float)
    rows = golden_tables.read("poverty_bootstrap_variances")
    for method, options in (("naive", {}), ("calibrated", {"auxiliaries": margins})):
        found = by_region(eusilc, variance=method, replicates=400, **options)
        for row in rows:
            if row["method"] == method:
                ours = found.variance[0, MEASURES.index(row["measure"])]
                assert ours == pytest.approx(float(row["variance"]), rel=0.25), (method, row["measure"])


def test_a_fixed_line_is_the_line() -> None:
    """Mit der Schwelle des Bundes wird jede Gruppe an derselben festen Grenze gemessen."""
    found = estimate(
        [900.0, 1100.0, 1300.0, 1500.0], [1, 1, 1, 1], ["Nord", "Nord", "Süd", "Süd"], line=1250.0
    )

    assert found.column("rate").tolist() == [0.5, 1.0, 0.0]
    assert found.column("threshold").tolist() == [1250.0] * 3
    assert found.reason[2, 2] == "niemand liegt unter der Schwelle"


def test_people_without_income_are_counted_not_guessed() -> None:
    """Fehlende Einkommen fallen aus der Rechnung, und das Ergebnis sagt, wie viele es sind."""
    found = estimate([1000.0, np.nan, 3000.0], [1, 5, 1])

    assert (found.records[0], found.missing[0]) == (2, 1)
    assert found.column("threshold")[0] == pytest.approx(1200)


def test_rows_for_a_table() -> None:
    """Das Ergebnis lässt sich als Tabelle ausgeben: eine Zeile je Gruppe und Maß."""
    rows = estimate([900.0, 1100.0, 1300.0], [1, 2, 1], ["A", "A", "B"]).rows()

    assert len(rows) == 3 * len(MEASURES)
    assert rows[0]["group"] == "insgesamt"
    assert rows[0]["status"] == "ok"
