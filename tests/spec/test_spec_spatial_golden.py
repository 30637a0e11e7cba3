"""Räumliche Statistik von Hand: kleine Reihen von Gebieten, an denen sich jede Formel nachrechnen lässt."""

from __future__ import annotations

import math

import numpy as np
import pytest

import golden_tables
from sozialraum.spatial import local
from sozialraum.spatial.autocorrelation import geary, getis_ord, join_counts, moran
from sozialraum.spatial.neighbours import from_pairs
from sozialraum.spatial.segregation import (
    dissimilarity,
    exposure,
    local_segregation,
    mutual_information,
    nested,
    spatial_dissimilarity,
    spatial_exposure,
    spatial_theil,
    theil,
)
from sozialraum.spatial.segregation_change import decompose
from sozialraum.spatial.significance import adjusted
from sozialraum.spatial.similar import by_distance, by_tolerances
from sozialraum.spatial.typology import typology

FOUR = from_pairs([(0, 1), (1, 2), (2, 3)], 4, both=True)
VALUES = [1.0, 2, 3, 6]
CLOSE = {"abs": 6e-7}


def table(text: str) -> np.ndarray:
    return np.array([[float(cell) for cell in row.split()] for row in text.split(";")])


@pytest.mark.parametrize("row", golden_tables.read("spatial_autocorrelation"), ids=lambda row: row["measure"])
def test_four_areas_in_a_row(row: dict[str, str]) -> None:
    """Moran, Geary, Getis-Ord und gezählte Nachbarschaften von vier Gebieten."""
    name, _, how = row["measure"].partition(" ")
    found: object
    if name == "joins":
        joins = join_counts(["L", "L", "H", "H"], FOUR, permutations=0)
        (found,) = [one for one in joins if f"{one.one}:{one.other}" == how]
        statistic, expected = found.joins, found.expected
    else:
        method = {"moran": moran, "geary": geary, "getis_ord": getis_ord}[name]
        whole = method(VALUES, FOUR, style=how, permutations=0)  # type: ignore[operator]
        statistic, expected = whole.statistic, whole.expected
    assert statistic == pytest.approx(float(row["statistic"]), **CLOSE)
    assert expected == pytest.approx(float(row["expected"]), **CLOSE)


def test_each_of_four_areas() -> None:
    """Lokale Moran-Werte und Gi* von vier Gebieten."""
    rows = golden_tables.read("spatial_local")
    values = [float(row["value"]) for row in rows]
    spots, star = (method(values, FOUR, permutations=0) for method in (local.lisa, local.getis_ord))
    assert spots.value == pytest.approx([float(row["lisa"]) for row in rows], **CLOSE)
    assert star.value == pytest.approx([float(row["star"]) for row in rows], **CLOSE)


def test_many_comparisons_are_paid_for() -> None:
    """P-Werte vieler Vergleiche, nach Benjamini und Hochberg und nach Bonferroni."""
    rows = golden_tables.read("many_tests")
    p = [float(row["p"]) for row in rows]
    for correction in ("fdr", "bonferroni"):
        want = [float(row[correction]) for row in rows]
        assert adjusted(p, correction=correction) == pytest.approx(want)
        assert adjusted(p[::-1], correction=correction) == pytest.approx(want[::-1])


def of_units(name: str, units: np.ndarray) -> float:
    row = from_pairs([(k, k + 1) for k in range(len(units) - 1)], len(units), both=True)
    levels = {"district": [k // 2 for k in range(len(units))], "unit": list(range(len(units)))}
    return {
        "dissimilarity": lambda: dissimilarity(*units.T).value,
        "isolation": lambda: exposure(units)[0, 0],
        "exposure": lambda: exposure(units)[0, 1],
        "mutual_information": lambda: mutual_information(units).value,
        "theil": lambda: theil(units).value,
        "local_segregation": lambda: local_segregation(units).value[0],
        "spatial_dissimilarity": lambda: spatial_dissimilarity(*units.T, row).value,
        "spatial_exposure": lambda: spatial_exposure(units, row)[0, 1],
        "spatial_theil": lambda: spatial_theil(units, row).value,
        "between districts": lambda: nested(units, levels)[0].value,
        "within districts": lambda: nested(units, levels)[1].value,
    }[name]()


@pytest.mark.parametrize(
    "row", golden_tables.read("segregation_indices"), ids=lambda row: f"{row['case']}: {row['index']}"
)
def test_few_units(row: dict[str, str]) -> None:
    """Segregation in zwei bis vier Gebieten, mit und ohne Nachbargebiete, auf zwei Ebenen."""
    assert of_units(row["index"], table(row["units"])) == pytest.approx(float(row["value"]), **CLOSE)


@pytest.mark.parametrize(
    "row", golden_tables.read("segregation_change"), ids=lambda row: f"{row['case']}, {row['method']}"
)
def test_change_between_two_tables(row: dict[str, str]) -> None:
    """Was an einer Veränderung der Segregation Größe ist und was Verteilung."""
    found = decompose(table(row["before"]), table(row["after"]), "ab", "ab", method=row["method"])  # type: ignore[arg-type]
    for part in ("unit_marginal", "group_marginal", "structural"):
        assert getattr(found, part) == pytest.approx(float(row[part]), **CLOSE), part


@pytest.mark.parametrize("method", ["kmeans", "ward"])
def test_six_areas_are_two_types(method: str) -> None:
    """Zwei Typen auf einer Linie, mit Silhouetten und erklärtem Anteil."""
    rows = golden_tables.read("typology_line")
    found = typology([[float(row["value"])] for row in rows], 2, method=method, resamples=0)  # type: ignore[arg-type]
    assert found.type.tolist() == [int(row["type"]) for row in rows]
    assert found.silhouette == pytest.approx([float(row["silhouette"]) for row in rows], **CLOSE)
    assert found.explained == pytest.approx(150 / 154)
    assert found.centre.ravel().tolist() == pytest.approx([11, 1])


def test_six_areas_are_two_normal_types() -> None:
    """Zwei Normalverteilungen auf derselben Linie: Likelihood und BIC von Hand."""
    rows = golden_tables.read("typology_line")
    found = typology([[float(row["value"])] for row in rows], 2, method="mixture", resamples=0)
    # In standard deviations of the six values each type has the variance (2/3) / (154/6); five parameters.
    likelihood = 6 * math.log(0.5) - 3 * math.log(2 * math.pi * 4 / 154) - 3
    assert found.bic == pytest.approx(5 * math.log(6) - 2 * likelihood, rel=1e-6)
    assert found.type.tolist() == [int(row["type"]) for row in rows]


def test_the_eruptions_of_old_faithful_are_two_types() -> None:
    """Ausbrüche des Geysirs Old Faithful: veröffentlichte Likelihood der Mischung (Fraley und Raftery 2002, JASA 97:611–631; mclust, Modell VVV)."""
    rows = golden_tables.read("old_faithful")
    values = np.array([[float(row["eruption"]), float(row["waiting"])] for row in rows])
    found = typology(values, 2, method="mixture", resamples=0)
    scale = (
        2 * len(values) * np.log(values.std(axis=0)).sum()
    )  # the method divides by the standard deviations
    assert found.bic + scale == pytest.approx(2 * 1130.264 + 11 * math.log(272), abs=0.002)
    assert found.size.tolist() == [175, 97]


def test_similar_by_distance_and_by_tolerance() -> None:
    """Ähnliche Gebiete nach standardisiertem Abstand und nach Toleranzen in Standardabweichungen."""
    rows = golden_tables.read("similar_areas")
    values = np.array([[float(row["first"]), float(row["second"])] for row in rows])
    found = {match.area: match.distance for match in by_distance(values, 0).matches}
    inside = {match.area for match in by_tolerances(values, 0, 2.2, unit="sd").matches}
    for at, row in enumerate(rows[1:], start=1):
        assert found[at] == pytest.approx(float(row["distance"]), **CLOSE)
        assert (at in inside) == (row["within_2_2_sd"] == "yes")
