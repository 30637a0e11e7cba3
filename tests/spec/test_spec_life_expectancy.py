"""Lebenserwartung: Sterbetafel nach Chiang, Grenzen nach Silcocks, und wann es keine gibt."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest

import golden_tables
from sozialraum.indicators.life_expectancy import life_expectancy, life_table

AGES = [0, 1, *range(5, 95, 5)]


def test_the_life_table_worked_by_hand() -> None:
    """Drei Altersgruppen, mit Brüchen nachgerechnet."""
    rows = golden_tables.read("life_table")
    age, people, deaths = ([float(row[name]) for row in rows] for name in ("age", "population", "deaths"))
    found = life_table(deaths, people, [int(a) for a in age])

    for name in ("q", "l", "L", "e", "se"):
        assert np.allclose(getattr(found, name), [float(row[name]) for row in rows], atol=6e-6), name


def bands(rows: list[dict[str, str]], name: str) -> np.ndarray:
    """Figures of each band from those of a band and all older ones."""
    above = np.array([float(row[name]) for row in rows])
    return above - np.append(above[1:], 0)


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "rates" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.testdata
def test_life_expectancy_agrees_with_the_reference(references: Path) -> None:
    """Lebenserwartung in jedem Alter mit Grenzen, wie in der englischen Gesundheitsberichterstattung."""
    rows = read(references, "life_expectancy_1.csv")
    ages = [int(row["startage"]) for row in rows]
    assert ages == AGES
    deaths, people = bands(rows, "dths_used"), bands(rows, "pops_used")
    for row in rows:
        found = life_expectancy(deaths, people, ages, at=int(row["startage"]))
        wanted = [float(row[name]) for name in ("value", "lowercl", "uppercl")]
        assert np.allclose([float(part) for part in found[:3]], wanted, rtol=1e-9)


@pytest.mark.testdata
def test_what_the_reference_does_not_show(references: Path) -> None:
    """Zu breite Bereiche und mehr Sterbefälle als Bevölkerung: kein Wert, wie in der Referenz; Grenzen gleich."""
    rows = read(references, "life_expectancy_wide_ci.csv")
    reasons = {}
    for area in ("Area 1", "Area 2"):
        inside = [row for row in rows if row["area"] == area]
        deaths, people = bands(inside, "dths_used"), bands(inside, "pops_used")
        table = life_table(deaths, people, AGES)
        for at, row in enumerate(inside):
            found = life_expectancy(deaths, people, AGES, at=AGES[at])
            assert np.isnan(found.value) == (row["value"] == "")
            reasons[area] = str(found.reason)
            if row["value"]:
                assert float(found.value) == pytest.approx(float(row["value"]), rel=1e-9)
            if row["lower95_0cl"]:
                for name, z in (("95_0", 1.959963984540054), ("99_8", 3.090232306167813)):
                    ends = [table.e[at] - z * table.se[at], table.e[at] + z * table.se[at]]
                    assert np.allclose(
                        ends, [float(row[f"{side}{name}cl"]) for side in ("lower", "upper")], rtol=1e-9
                    )
    assert reasons == {
        "Area 1": "in einer Altersgruppe mehr Sterbefälle als Bevölkerung",
        "Area 2": "der 95-Prozent-Bereich ist breiter als 20 Jahre",
    }


def gompertz(ages: list[int], people: int = 40_000) -> tuple[np.ndarray, np.ndarray, float]:
    """Population and expected deaths by band under a known law of mortality, and its life expectancy at birth."""
    fine = np.arange(0, 120, 0.01)
    hazard = 4e-5 * np.exp(0.095 * fine)
    living = np.exp(-np.cumsum(hazard) * 0.01)
    edges = [*ages, 120]
    population, deaths = [], []
    for start, end in itertools.pairwise(edges):
        inside = (fine >= start) & (fine < end)
        population.append(living[inside].sum())
        deaths.append((living * hazard)[inside].sum())
    scale = people / np.sum(population)
    return np.array(population) * scale, np.array(deaths) * scale, float(living.sum() * 0.01)


@pytest.mark.parametrize(
    ("ages", "error"),
    [(AGES, 0.1), ([0, *range(5, 90, 5)], 0.15), ([0, 40, 50, 60, 65, 70, 75, 80, 85, 90], 0.3)],
)
def test_any_layout_of_bands_finds_a_known_law(ages: list[int], error: float) -> None:
    """Aus einem bekannten Sterbegesetz kommt dessen Lebenserwartung heraus, in jedem Zuschnitt der Altersgruppen."""
    people, deaths, known = gompertz(ages)

    assert float(life_expectancy(deaths, people, ages).value) == pytest.approx(known, abs=error)


def test_the_limits_cover() -> None:
    """In wiederholten Ziehungen enthalten die 95-Prozent-Bereiche den Wert in etwa 95 von 100 Fällen."""
    ages = [0, 40, 60, 70, 80, 90]
    people, deaths, _ = gompertz(ages, 12_000)
    true = float(life_expectancy(deaths, people, ages).value)
    found = life_expectancy(np.random.default_rng(4).poisson(deaths, (3000, 6)), people, ages)

    assert 0.935 < np.mean((found.lower <= true) & (true <= found.upper)) < 0.97


def test_each_rule_has_its_reason() -> None:
    """Kein Wert ohne Grund; die anderen Gebiete bleiben unberührt."""
    people, deaths, _ = gompertz([0, 40, 80])
    cases = np.array([deaths] * 8)
    base = np.array([people] * 8)
    cases[1, 0] = np.nan
    base[2] = people / people.sum() * 5000
    cases[2] = deaths / people.sum() * 5000
    base[3, 1] = cases[3, 1] = 0
    cases[4, 2] = base[4, 2] + 1
    cases[5, 2] = 0
    cases[6] = 0.02
    cases[7, 0] = base[7, 0] / 19
    found = life_expectancy(cases, base, [0, 40, 80])

    assert found.reason.tolist() == [
        "",
        "eine Zahl fehlt",
        "höchstens 5.000 Personen: zu wenige für eine Lebenserwartung",
        "eine Altersgruppe ohne Bevölkerung",
        "in einer Altersgruppe mehr Sterbefälle als Bevölkerung",
        "kein Sterbefall in der höchsten Altersgruppe",
        "der 95-Prozent-Bereich ist breiter als 20 Jahre",
        "die Sterberate einer Altersgruppe ist zu hoch für ihre Breite",
    ]
    assert found.status.tolist() == ["ok", "missing", *["not_meaningful"] * 6]
    assert np.isnan([part[1:] for part in found[:3]]).all()
    assert found.value[0] == float(life_expectancy(deaths, people, [0, 40, 80]).value)


def test_what_cannot_be_is_refused() -> None:
    """Falsche Aufrufe werden abgewiesen."""
    for ages in ([0], [0, 0, 5], [5, 0]):
        with pytest.raises(ValueError, match="ages must rise"):
            life_expectancy([1] * len(ages), [9] * len(ages), ages)
    with pytest.raises(ValueError, match="one figure per band"):
        life_expectancy([1, 2, 3], [9, 9, 9], [0, 5])
    with pytest.raises(ValueError, match="not be negative"):
        life_expectancy([-1, 2], [9, 9], [0, 5])
    with pytest.raises(ValueError, match="no band begins"):
        life_expectancy([1, 2], [9, 9], [0, 5], at=4)
    with pytest.raises(ValueError, match="fractions"):
        life_expectancy([1, 2], [9000, 9], [0, 5], fractions=[1.5])
