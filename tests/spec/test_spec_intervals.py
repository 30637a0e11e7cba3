"""Vertrauensbereiche: Wilson für Anteile, Byar und exakt für Raten."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import golden_tables
from sozialraum.indicators.intervals import byar, exact, wilson


@pytest.mark.parametrize(
    "row", golden_tables.read("wilson_newcombe_1998"), ids=lambda row: f"{row['x']}/{row['n']}"
)
def test_wilson_as_newcombe_published_it(row: dict[str, str]) -> None:
    """Wilson-Grenzen, wie sie Newcombe 1998 gedruckt hat."""
    result = wilson(int(row["x"]), int(row["n"]))

    assert (round(float(result.lower), 4), round(float(result.upper), 4)) == (
        float(row["lower"]),
        float(row["upper"]),
    )


@pytest.mark.parametrize("row", golden_tables.read("poisson_exact"), ids=lambda row: row["x"])
def test_exact_limits_of_a_count(row: dict[str, str]) -> None:
    """Exakte Grenzen einer Poisson-Zahl; bei null Ereignissen beginnt der Bereich bei null."""
    for method in (exact, byar):
        result = method(int(row["x"]), 1)
        assert float(result.lower) == pytest.approx(float(row["lower"]), abs=6e-4)
        assert float(result.upper) == pytest.approx(float(row["upper"]), abs=6e-4)


@pytest.mark.parametrize("row", golden_tables.read("poisson_byar"), ids=lambda row: row["x"])
def test_byar_from_ten_events(row: dict[str, str]) -> None:
    """Byars Grenzen ab zehn Ereignissen."""
    result = byar(int(row["x"]), 1)

    assert float(result.lower) == pytest.approx(float(row["lower"]), abs=1e-6)
    assert float(result.upper) == pytest.approx(float(row["upper"]), abs=1e-6)


def test_a_rate_is_a_count_per_base() -> None:
    """Grenzen einer Rate sind Grenzen der Zahl, geteilt durch die Bevölkerung."""
    count, rate = byar(25, 1), byar(25, 1000)

    assert np.allclose([part / 1000 for part in count], list(rate), rtol=1e-12)


def test_without_a_base_there_is_nothing() -> None:
    """Ohne Nenner gibt es weder Wert noch Grenzen."""
    for method in (wilson, byar, exact):
        assert np.isnan(np.array([float(part) for part in method(0, 0)])).all()


def test_what_cannot_be_is_refused() -> None:
    """Negative Zahlen und Anteile über eins werden abgewiesen."""
    with pytest.raises(ValueError, match="negative"):
        byar(-1, 10)
    with pytest.raises(ValueError, match="x <= n"):
        wilson(11, 10)
    with pytest.raises(ValueError, match="between 0 and 1"):
        exact(1, 10, level=95)


def reference(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "rates" / name).open(encoding="utf-8", newline="") as file:
        return [
            row for row in csv.DictReader(file) if row.get("Numerator", row.get("x")) not in ("", "NA", None)
        ]


@pytest.mark.testdata
def test_byar_and_wilson_agree_with_reference_values(references: Path) -> None:
    """Byar und Wilson stimmen mit den Referenzwerten der englischen Gesundheitsberichterstattung überein."""
    rows = reference(references, "byars_wilson.csv")
    checked = 0
    for row in rows:
        level, x = float(row["confidence"].rstrip("%")) / 100, float(row["x"])
        if row["method"] == "Byars" and x < 10:
            continue  # ours is exact there; the next test compares it
        result = byar(x, 1, level) if row["method"] == "Byars" else wilson(x, float(row["n"]), level)
        if row["lowercl"] not in ("", "NA"):
            assert np.allclose(
                [result.lower, result.upper], [float(row["lowercl"]), float(row["uppercl"])], rtol=1e-9
            )
            checked += 1
    assert checked >= 4


@pytest.mark.testdata
@pytest.mark.parametrize(
    ("name", "method"), [("proportion_expected.csv", wilson), ("rate_expected.csv", byar)]
)
def test_proportions_and_rates_agree_with_reference_values(
    references: Path, name: str, method: object
) -> None:
    """Anteile und Raten mit 95- und 99,8-Prozent-Grenzen stimmen mit den Referenzwerten überein."""
    checked = 0
    for row in reference(references, name):
        if row["Denominator"] in ("", "NA", "0") or row["lower95_0cl"] in ("", "NA"):
            continue
        per = float(row["multiplier"])
        for level, lower, upper in (
            (0.95, "lower95_0cl", "upper95_0cl"),
            (0.998, "lower99_8cl", "upper99_8cl"),
        ):
            result = method(float(row["Numerator"]), float(row["Denominator"]), level)  # type: ignore[operator]
            found = [float(result.value) * per, float(result.lower) * per, float(result.upper) * per]
            assert np.allclose(found, [float(row[c]) for c in ("value", lower, upper)], rtol=1e-9, atol=1e-12)
            checked += 1
    assert checked >= 8
