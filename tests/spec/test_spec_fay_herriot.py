"""Fay–Herriot: Schätzwerte für kleine Gebiete, wie sie eine Statistikstelle nachschlägt."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import golden_tables
from sozialraum.errors import SozialraumError
from sozialraum.estimation.fay_herriot import benchmark, fit


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_equal_variances_worked_by_hand(method: str) -> None:
    """Sechs Gebiete mit gleicher Varianz: Schätzwert und Fehler von Hand gerechnet."""
    rows = golden_tables.read("fay_herriot_equal_variances")
    direct = np.array([float(row["direct"]) for row in rows])
    # A covariate that explains nothing at all would use up a degree of freedom: the model has the constant only.
    found = fit(direct, [float(row["variance"]) for row in rows], np.empty((6, 0)), method=method)  # type: ignore[arg-type]

    assert np.allclose(found.estimate, [float(row[method]) for row in rows], atol=1e-8)
    assert np.allclose(found.mse, [float(row[f"mse_{method}"]) for row in rows], atol=1e-7)


def milk(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with (folder / "sae" / "milk.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    direct, error = (np.array([float(row[name]) for row in rows]) for name in ("yi", "SD"))
    major = np.array([int(row["MajorArea"]) for row in rows])
    return direct, error**2, np.column_stack([major == k for k in (2, 3, 4)]).astype(float)


@pytest.mark.testdata
@pytest.mark.parametrize("method", ["reml", "ml"])
def test_milk_agrees_with_the_reference(references: Path, method: str) -> None:
    """Milchausgaben in 43 Gebieten: Schätzwerte und mittlere quadratische Fehler stimmen mit dem R-Paket sae überein."""
    found = fit(*milk(references), method=method)  # type: ignore[arg-type]
    with (references / "sae" / "milk_fh_expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 30
    for ours, name in ((found.estimate, f"eblup_{method}"), (found.mse, f"mse_{method}")):
        assert np.allclose(ours[:30], [float(row[name]) for row in rows], rtol=0, atol=1e-6)


@pytest.mark.testdata
def test_the_model_of_milk_agrees_with_the_reference(references: Path) -> None:
    """Koeffizienten, Standardfehler, Varianz zwischen den Gebieten und Gütemaße stimmen überein."""
    found = fit(*milk(references), names=["Gebiet 2", "Gebiet 3", "Gebiet 4"])
    with (references / "sae" / "milk_fh_fit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [term.name for term in found.coefficients] == ["Konstante", "Gebiet 2", "Gebiet 3", "Gebiet 4"]
    for term, row in zip(found.coefficients, rows, strict=True):
        assert term.value == pytest.approx(float(row["beta"]), abs=1e-6)
        assert term.standard_error == pytest.approx(float(row["std.error"]), abs=1e-6)
        assert term.p_value == pytest.approx(float(row["pvalue"]), abs=1e-6)
    # The reference stops its iteration early: its variance is right to six places, as are the sums that follow from it.
    assert found.between_variance == pytest.approx(float(rows[0]["refvar"]), abs=1e-6)
    assert found.between_variance == pytest.approx(0.0185503348, abs=1e-9)
    assert (found.log_likelihood, found.aic, found.bic) == pytest.approx(
        [float(rows[0][name]) for name in ("loglike", "AIC", "BIC")], abs=2e-5
    )


def test_an_area_without_survey_is_estimated_from_the_model() -> None:
    """Ein Gebiet ohne Befragte bekommt den Wert aus den Registermerkmalen, mit größerem Fehler und mit Hinweis."""
    x = np.array([4.0, 8, 12, 16, 20, 24, 28, 16])
    direct = np.array([12.0, 9, 17, 14, 27, 21, 33, np.nan])
    found = fit(direct, np.full(8, 4.0), x, names=["SGB-II-Quote"])

    constant, slope = (term.value for term in found.coefficients)
    assert found.estimate[7] == pytest.approx(constant + slope * 16)
    assert found.between_variance > 0
    assert found.mse[7] > found.mse[3]
    assert (found.status[7], found.status[3]) == ("estimated", "ok")
    assert found.reason[7] == "keine Befragten: nur aus dem Modell geschätzt"


def test_shares_of_zero_still_count() -> None:
    """Ein Gebiet, in dem von 30 Befragten niemand betroffen ist, zählt mit der Arkussinus-Transformation mit."""
    x = np.linspace(0.05, 0.3, 8)
    share = np.array([0.0, 0.1, 0.07, 0.13, 0.2, 0.17, 0.3, 0.27])
    found = fit(share, None, x, transformation="arcsin", effective_size=np.full(8, 30.0))

    assert found.status.tolist() == ["ok"] * 8
    assert 0 < found.estimate[0] < 0.1
    assert (found.lower >= 0).all()


def test_the_quarters_add_up_to_the_published_rate() -> None:
    """Nach dem Abgleich ergibt das nach Bevölkerung gewichtete Mittel genau die veröffentlichte Quote."""
    population = np.array([5000, 3000, 2000.0])
    for method in ("ratio", "difference", "mse"):
        found = benchmark([0.1, 0.2, 0.3], [1e-4, 4e-4, 9e-4], population / 10_000, 0.18, method=method)  # type: ignore[arg-type]
        assert float(population @ found.estimate) / 10_000 == pytest.approx(0.18)
        assert found.before == pytest.approx(0.17)
    assert benchmark([0.1, 0.2, 0.3], [0, 0, 0], population, 1870).estimate.tolist() == pytest.approx(
        [0.11, 0.22, 0.33]
    )


def test_precision_classes_of_the_estimates() -> None:
    """Jeder Schätzwert trägt seine Genauigkeitsklasse."""
    x = np.linspace(5, 30, 10)
    found = fit(x + 3 * np.sin(9 * x), np.full(10, 9.0), x)

    assert set(found.precision()) <= {"verlässlich", "eingeschränkt", "nicht veröffentlichen"}
    assert set(found.precision(limits=(1e-6, 1e-5))) == {"nicht veröffentlichen"}


def test_too_few_areas_are_refused_in_german() -> None:
    """Zu wenige Gebiete für die Registermerkmale: Es heißt, wie viele fehlen."""
    with pytest.raises(SozialraumError, match="Zu wenige Gebiete mit Befragungsergebnis: 3 für 2"):
        fit([1.0, 2.0, 3.0, np.nan], np.ones(4), np.random.default_rng(1).normal(size=(4, 2)))


def test_useless_covariates_are_named() -> None:
    """Registermerkmale, die überall gleich sind oder aus anderen folgen, werden beim Namen genannt."""
    x = np.linspace(1, 2, 9)
    with pytest.raises(SozialraumError, match="„Quote“ lässt sich aus den anderen"):
        fit(x, np.ones(9), np.column_stack([x, 100 * x + 7]), names=["Anteil", "Quote"])
    with pytest.raises(SozialraumError, match="„Stadt“ ist in allen Gebieten"):
        fit(x, np.ones(9), np.column_stack([x, np.ones(9)]), names=["Anteil", "Stadt"])
