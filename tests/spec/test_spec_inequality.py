"""Steigungsindex: Abstand der beiden Enden einer Bevölkerung, als Unterschied und als Verhältnis."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest

import golden_tables
from sozialraum.indicators.inequality import slope


@pytest.mark.parametrize("row", golden_tables.read("slope_index"), ids=lambda row: row["case"])
def test_the_slope_worked_by_hand(row: dict[str, str]) -> None:
    """Gewichtete Linie über die Bevölkerungsskala, mit Brüchen nachgerechnet."""
    found = slope(
        *([float(text) for text in row[name].split()] for name in ("values", "errors", "population"))
    )

    for name in ("sii", "sii_lower", "sii_upper", "rii", "intercept"):
        assert float(getattr(found, name)) == pytest.approx(float(row[name]), abs=6e-7), name


def groups(folder: Path) -> list[list[dict[str, str]]]:
    with (folder / "rates" / "sii.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    heads = [at for at, row in enumerate(rows) if row["sii"]] + [len(rows)]
    return [rows[one:end] for one, end in itertools.pairwise(heads)]


SCALES = {"0": "identity", "1": "log", "2": "logit"}


def level_of(head: dict[str, str]) -> float:
    if "with 98% CI" in head["TestDescription"]:
        return 0.98
    return {"99": 0.99}.get(head["Confidence"], 0.95)


@pytest.mark.testdata
def test_the_slope_agrees_with_the_reference(references: Path) -> None:
    """Alle Werte genau, die dort ausgelosten Grenzen auf wenige Prozent, auch mit Logarithmus und Logit."""
    checked = 0
    for rows in groups(references):
        head = rows[0]
        value, error, people = (
            [float(row[name]) for row in rows] for name in ("Value", "StandardError", "Population")
        )
        what = head["TestDescription"]
        found = slope(
            value, error, people,
            scale=SCALES[head["ValueType"]], transform="transform" in what, level=level_of(head),
        )  # fmt: skip
        per = 100 if "x 100" in what else 1
        wanted = [float(head[name]) for name in ("sii", "sii_lowercl_1", "sii_uppercl_1")]
        ratio = [float(head[name] or "nan") for name in ("rii", "rii_lowercl_1", "rii_uppercl_1")]
        if "negative multiplier" in what:
            wanted, ratio = [-wanted[0], -wanted[2], -wanted[1]], [1 / ratio[0], 1 / ratio[2], 1 / ratio[1]]
        assert float(found.sii) * per == pytest.approx(wanted[0], rel=1e-9)
        assert np.allclose([found.sii_lower * per, found.sii_upper * per], wanted[1:], rtol=0.05)
        if head["rii"]:
            assert float(found.rii) == pytest.approx(ratio[0], rel=1e-9)
            assert np.allclose([found.rii_lower, found.rii_upper], ratio[1:], rtol=0.005)
        if head["Intercept"]:
            assert float(found.intercept) == pytest.approx(float(head["Intercept"]), rel=1e-9)
        checked += 1
    assert checked == 36


@pytest.mark.parametrize("scale", ["identity", "log", "logit"])
@pytest.mark.parametrize("transform", [False, True])
def test_the_limits_are_those_of_many_draws(scale: str, transform: bool) -> None:
    """Die Grenzen ohne Ziehen sind die von 300.000 Ziehungen, an eigenen Daten mit breiten Fehlern."""
    rng = np.random.default_rng(5)
    value, people = rng.uniform(0.15, 0.5, 6), rng.integers(300, 2000, 6).astype(float)
    error = np.full(6, 0.02 if scale == "identity" else 0.12)
    found = slope(value, error, people, scale=scale, transform=transform)  # type: ignore[arg-type]
    forth, back = {
        "identity": (lambda v: v, lambda v: v),
        "log": (np.log, np.exp),
        "logit": (lambda v: np.log(v / (1 - v)), lambda v: 1 / (1 + np.exp(-v))),
    }[scale]
    share = people / people.sum()
    middle = np.cumsum(share) - share / 2
    design = np.column_stack([np.ones(6), middle]) * np.sqrt(share)[:, None]
    line = np.linalg.lstsq(design, np.diag(np.sqrt(share)), rcond=None)[0]
    drawn = rng.normal(forth(value), error, (300_000, 6))
    ends = (drawn if transform else back(drawn)) @ line.T
    bottom, top = ends[:, 0], ends.sum(axis=1)
    if transform:
        bottom, top = back(bottom), back(top)

    width = float(found.sii_upper - found.sii_lower)
    assert np.allclose(
        [found.sii_lower, found.sii_upper], np.quantile(top - bottom, [0.025, 0.975]), atol=0.02 * width
    )
    width = float(found.rii_upper - found.rii_lower)
    assert np.allclose(
        [found.rii_lower, found.rii_upper], np.quantile(top / bottom, [0.025, 0.975]), atol=0.02 * width
    )


def test_many_rows_are_computed_like_each_one() -> None:
    """Eine Tabelle gibt dasselbe wie jede Zeile für sich; Lücken bleiben Lücken mit Grund."""
    rng = np.random.default_rng(6)
    value, people = rng.uniform(0.2, 0.4, (5, 5)), rng.integers(100, 900, (5, 5)).astype(float)
    value[1, 2], people[2, 0], value[3, 1] = np.nan, 0, 0
    together = slope(value, np.full((5, 5), 0.05), people, scale="log")

    for at in (0, 4):
        alone = slope(value[at], np.full(5, 0.05), people[at], scale="log")
        assert np.allclose(
            [float(part) for part in alone[:7]], [float(part[at]) for part in together[:7]], rtol=1e-9
        )
    assert together.reason.tolist() == [
        "",
        "eine Gruppe hat keinen Wert",
        "eine Gruppe ohne Bevölkerung",
        "ein Wert liegt am Rand oder außerhalb der Skala",
        "",
    ]
    assert together.status.tolist() == ["ok", "missing", "not_meaningful", "not_meaningful", "ok"]
    assert np.isnan([part[1:4] for part in together[:7]]).all()


def test_a_ratio_needs_a_sure_start() -> None:
    """Ist der Ausgangswert nicht sicher von null verschieden, gibt es kein Verhältnis, wohl aber einen Unterschied."""
    found = slope([1.0, 2.0, 3.0], [0.5, 0.5, 0.5], [1, 1, 1])

    assert np.isfinite(float(found.sii))
    assert np.isnan(float(found.rii))
    assert "kein Verhältnis" in str(found.reason)


def test_no_inequality() -> None:
    """Sind alle Gruppen gleich, ist der Unterschied null und das Verhältnis eins."""
    found = slope([5.0] * 4, [0.1] * 4, [10, 20, 30, 40])

    assert float(found.sii) == pytest.approx(0, abs=1e-12)
    assert float(found.rii) == pytest.approx(1)
    assert found.sii_lower < 0 < found.sii_upper


def test_what_cannot_be_is_refused() -> None:
    """Falsche Aufrufe werden abgewiesen."""
    with pytest.raises(ValueError, match="two groups"):
        slope([1.0], [0.1], [10])
    with pytest.raises(ValueError, match="not be negative"):
        slope([1.0, 2], [0.1, -0.1], [10, 10])
    with pytest.raises(ValueError, match="unknown scale"):
        slope([1.0, 2], [0.1, 0.1], [10, 10], scale="square")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="level"):
        slope([1.0, 2], [0.1, 0.1], [10, 10], level=95)
