"""Standardisierte Raten: ein Aufbau nach Alter für alle, und wann es keine gibt."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import golden_tables
from sozialraum.indicators.intervals import byar
from sozialraum.indicators.standardise import ESP2013, clustered, direct, esp2013, indirect


def parts(row: dict[str, str], *names: str) -> list[list[float]]:
    return [[float(text) for text in row[name].split()] for name in names]


@pytest.mark.parametrize("row", golden_tables.read("standardised_rate"), ids=lambda row: row["case"])
def test_direct_rates_worked_by_hand(row: dict[str, str]) -> None:
    """Direkt standardisierte Rate mit Grenzen nach Dobson, mit Brüchen nachgerechnet."""
    found = direct(*parts(row, "x", "n", "weights"))

    for name in ("value", "lower", "upper"):
        assert float(getattr(found, name)) == pytest.approx(float(row[name]), abs=6e-7)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "rates" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(rows: list[dict[str, str]], *names: str) -> list[np.ndarray]:
    return [np.array([float(row[name] or 0) for row in rows]) for name in names]


LEVELS = ((0.95, "95_0"), (0.998, "99_8"))


@pytest.mark.testdata
def test_direct_rates_agree_with_the_reference(references: Path) -> None:
    """Direkt standardisierte Raten der englischen Gesundheitsberichterstattung; unter zehn Ereignissen keine."""
    rows, known = table(references, "dsr_input.csv"), table(references, "dsr_expected.csv")
    checked = 0
    for expected in known:
        if "nonind" in expected["area"]:
            continue
        inside = [row for row in rows if row["area"] == expected["area"]]
        for level, name in LEVELS:
            found = direct(*columns(inside, "count", "pop", "esp2013"), level=level)
            assert float(found.events) == float(expected["total_count"])
            if not expected["value"]:
                assert np.isnan(found.value)
                assert str(found.reason) == "weniger als zehn Ereignisse: keine standardisierte Rate"
                continue
            per = float(expected["statistic"].rpartition(" ")[2])
            wanted = [float(expected[c]) for c in ("value", f"lower{name}cl", f"upper{name}cl")]
            assert np.allclose([float(p) * per for p in found[:3]], wanted, rtol=1e-9)
            checked += 1
    assert checked == 4


@pytest.mark.testdata
def test_events_that_hang_together_agree_with_the_reference(references: Path) -> None:
    """Mehrere Ereignisse derselben Person: breitere Grenzen, wie in der Referenz."""
    rows, known = table(references, "dsr_nonindependent_input.csv"), table(references, "dsr_expected.csv")
    (expected,) = [row for row in known if row["area"] == "testdata_nonind_big"]
    bands: dict[str, dict[int, dict[str, str]]] = {}
    for row in rows:
        if row["area"] == "testdata_nonind_big":
            bands.setdefault(row["ageband"], {})[int(row["freq"])] = row
    persons = [[float(by[f]["persons"]) if f in by else 0.0 for f in (1, 2, 3, 4)] for by in bands.values()]
    n, weights = (
        [float(next(iter(by.values()))[name]) for by in bands.values()] for name in ("pop", "esp2013")
    )
    events, variance = clustered(persons, [1, 2, 3, 4])

    for level, name in LEVELS:
        found = direct(events, n, weights, variance=variance, level=level)
        wanted = [float(expected[c]) for c in ("value", f"lower{name}cl", f"upper{name}cl")]
        assert np.allclose([float(p) * 1e5 for p in found[:3]], wanted, rtol=1e-9)


@pytest.mark.testdata
def test_indirect_ratios_agree_with_the_reference(references: Path) -> None:
    """Indirekt standardisierte Verhältnisse und Raten."""
    rows, known = table(references, "isr_input.csv"), table(references, "isr_expected.csv")
    checked = 0
    n, cases, base = columns(
        [row for row in rows if row["area"] == "testdata_big"], "pop", "refcount", "refpop"
    )
    for expected in known:
        per = float(expected["statistic"].split()[-1])
        factor = cases.sum() / base.sum() if "rate" in expected["statistic"] else 1.0
        for level, name in LEVELS:
            found = indirect(float(expected["observed"]), n, cases, base, level=level)
            assert float(found.expected) == pytest.approx(float(expected["expected"]), rel=1e-12)
            if expected[f"lower{name}cl"]:
                wanted = [float(expected[c]) for c in ("value", f"lower{name}cl", f"upper{name}cl")]
                assert np.allclose([float(p) * per * factor for p in found[:3]], wanted, rtol=1e-9)
                checked += 1
    assert checked == 18


def test_equal_make_up_gives_the_crude_rate() -> None:
    """Hat ein Gebiet den Aufbau der Standardbevölkerung, ist die standardisierte die rohe Rate."""
    rng = np.random.default_rng(1)
    weights = rng.integers(500, 7000, 9)
    x = rng.integers(5, 90, 9)
    found = direct(x, weights * 3, weights)
    crude = byar(x.sum(), weights.sum() * 3)

    assert np.allclose([float(p) for p in found[:3]], [float(p) for p in crude], rtol=1e-12)


def test_many_areas_are_computed_like_each_one() -> None:
    """Eine Tabelle von Gebieten gibt dasselbe wie jedes Gebiet für sich; Lücken bleiben Lücken."""
    rng = np.random.default_rng(2)
    n, x = rng.integers(100, 900, (6, 4)).astype(float), rng.integers(3, 40, (6, 4)).astype(float)
    x[1, 2], n[2, 0], x[2, 0] = np.nan, 0.0, 0.0
    together = direct(x, n, [3, 3, 2, 1])

    for at in range(6):
        alone = direct(x[at], n[at], [3, 3, 2, 1])
        assert np.array_equal(
            [float(p) for p in alone[:3]], [float(p[at]) for p in together[:3]], equal_nan=True
        )
    assert together.reason[1:3].tolist() == ["eine Zahl fehlt", "eine Altersgruppe ohne Bevölkerung"]
    assert together.status.tolist() == ["ok", "missing", "not_meaningful", "ok", "ok", "ok"]


def test_the_limits_cover() -> None:
    """In wiederholten Ziehungen enthalten die 95-Prozent-Bereiche die wahre Rate in etwa 95 von 100 Fällen."""
    rng = np.random.default_rng(3)
    n, rate, weights = (
        np.array([900, 700, 400, 90]),
        np.array([0.002, 0.01, 0.05, 0.2]),
        np.array([5, 3, 1.5, 0.5]),
    )
    found = direct(rng.poisson(n * rate, (4000, 4)), np.broadcast_to(n, (4000, 4)), weights)
    true = weights @ rate / weights.sum()

    assert 0.94 < np.mean((found.lower <= true) & (true <= found.upper)) < 0.97


def test_the_european_standard_population() -> None:
    """Europäische Standardbevölkerung 2013: zusammen 100.000, in jedem Zuschnitt der Altersgruppen."""
    assert sum(ESP2013.values()) == 100_000
    assert esp2013(list(ESP2013)).tolist() == list(ESP2013.values())
    assert esp2013([0, 1, 5, 85]).tolist() == [1000, 4000, 92_500, 2500]
    assert esp2013([0, 18, 40, 65]).sum() == pytest.approx(100_000)
    assert esp2013([18, 65]) == pytest.approx([61_200, 19_500])
    for wrong in ([], [5, 5], [10, 0], [0, 95]):
        with pytest.raises(ValueError, match="ages must rise"):
            esp2013(wrong)


def test_no_events_expected() -> None:
    """Ein Gebiet ohne Bevölkerung hat kein Verhältnis, eines ohne Zahl auch nicht."""
    found = indirect([3, 0, np.nan], [[100, 50], [0, 0], [100, 50]], [5, 9], [1000, 900])

    assert found.reason.tolist() == ["", "eine Altersgruppe ohne Bevölkerung", "eine Zahl fehlt"]
    assert np.isnan(found.value[1:]).all()
    assert found.expected[0] == pytest.approx(1.0)


def test_what_cannot_be_is_refused() -> None:
    """Falsche Aufrufe werden abgewiesen."""
    with pytest.raises(ValueError, match="one weight per band"):
        direct([1, 2], [3, 4], [1])
    with pytest.raises(ValueError, match="not be negative"):
        direct([-1, 2], [3, 4], [1, 1])
    with pytest.raises(ValueError, match="not all zero"):
        direct([1, 2], [3, 4], [0, 0])
    with pytest.raises(ValueError, match="no band of the reference"):
        indirect(3, [10, 10], [1, 1], [10, 0])
    with pytest.raises(ValueError, match="one number of observed"):
        indirect([3, 4], [10, 10], [1, 1], [10, 10])
    with pytest.raises(ValueError, match="per positive frequency"):
        clustered([1, 2], [1, 2, 3])
