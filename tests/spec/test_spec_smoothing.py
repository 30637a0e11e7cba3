"""Glättung: was mit kleinen Zahlen geschieht, und der Satz dazu für die Planung."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import golden_tables
from sozialraum.estimation.smoothing import Smoothed, global_bayes, local_bayes, pool_years
from sozialraum.indicators.intervals import byar, wilson


def test_global_smoothing_worked_by_hand() -> None:
    """Fünf Gebiete nach Marshall, mit Brüchen nachgerechnet."""
    rows = golden_tables.read("empirical_bayes_five_areas")
    found = global_bayes([float(row["cases"]) for row in rows], [float(row["persons"]) for row in rows])

    for name in ("raw", "weight"):
        assert np.allclose(getattr(found, name), [float(row[name]) for row in rows], atol=5e-9)
    assert np.allclose(found.value, [float(row["smoothed"]) for row in rows], atol=5e-9)


def auckland(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, str]]]:
    tables = {}
    for name in ("auckland_input", "auckland_queen_neighbours", "auckland_eb_expected"):
        with (folder / "smoothing" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    deaths, people = (
        np.array([float(row[name]) for row in tables["auckland_input"]]) for name in ("deaths", "pop")
    )
    links = np.array([(int(row["i"]), int(row["j"])) for row in tables["auckland_queen_neighbours"]]) - 1
    return deaths, people, links, tables["auckland_eb_expected"]


@pytest.mark.testdata
def test_auckland_agrees_with_the_reference(references: Path) -> None:
    """Säuglingssterblichkeit in Auckland: global, binomial und nach Nachbarschaft wie im R-Paket spdep."""
    deaths, people, links, rows = auckland(references)
    assert len(rows) == 120
    for name, found in (
        ("EB_global_est", global_bayes(deaths, people)),
        ("EB_binomial", global_bayes(deaths, people, family="binomial")),
        ("EB_local_est", local_bayes(deaths, people, links)),
    ):
        assert np.allclose(found.value[:120], [float(row[name]) for row in rows], rtol=1e-9), name
        assert np.allclose(found.raw[:120], [float(row["EB_raw"]) for row in rows], rtol=1e-9)


@pytest.mark.testdata
def test_the_parameters_of_auckland_agree_with_the_reference(references: Path) -> None:
    """Mittelwert und Varianz zwischen den Gebieten stimmen überein."""
    deaths, people, _, _ = auckland(references)
    with (references / "smoothing" / "auckland_eb_global_parameters.csv").open(encoding="utf-8") as file:
        known = {row["param"]: float(row["value"]) for row in csv.DictReader(file)}

    found = global_bayes(deaths, people).parameters
    assert found["between_variance"] == pytest.approx(known["global_a"], rel=1e-9)
    assert found["mean"] == pytest.approx(known["global_b/m"], rel=1e-9)


@pytest.mark.testdata
def test_scottish_districts_without_neighbours_keep_their_value(references: Path) -> None:
    """Drei schottische Inseldistrikte haben keine Nachbarn: Ihr roher Wert bleibt, und der Satz sagt es."""
    with (references / "smoothing" / "scotland_lip_input.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (references / "smoothing" / "scotland_polygon_neighbours.csv").open(encoding="utf-8") as file:
        links = np.array([(int(row["i"]), int(row["j"])) for row in csv.DictReader(file)]) - 1
    cases, expected = (np.array([float(row[name]) for row in rows]) for name in ("cases", "expected"))
    found = local_bayes(cases, expected, links)

    alone = np.setdiff1d(np.arange(56), links)
    assert alone.size == 3
    assert (found.value[alone] == cases[alone] / expected[alone]).all()
    assert set(found.reason[alone]) == {"ohne Nachbargebiete: nicht geglättet"}
    assert "3 Gebiete haben keine Nachbargebiete und den rohen Wert behalten." in found.sentence(
        1, "Fälle je erwartetem Fall"
    )


def five(**options: object) -> Smoothed:
    return global_bayes([8, 6, 20, 20, 66], [200, 600, 1000, 2000, 2200], **options)  # type: ignore[arg-type]


def test_the_sentence_tells_what_was_done() -> None:
    """Der Satz nennt Ziel, Zahl der Gebiete, Mittelwert und Anteil des eigenen Werts."""
    assert five().sentence() == (
        "Die Werte sind geglättet: Jedes Gebiet ist zum Mittelwert aller 5 Gebiete (2,0 Prozent) hin gezogen, umso "
        "stärker, je weniger Personen im Nenner stehen. Im Mittel der Gebiete zählt der eigene Wert zu 74 Prozent. "
        "Geglättete Werte zeigen Muster; für das einzelne Gebiet bleibt der rohe Wert die gezählte Zahl."
    )
    assert "(20,0 je 1.000 Personen)" in five().sentence(1000, "je 1.000 Personen")


def test_the_sentence_tells_which_areas_have_none() -> None:
    """Gebiete ohne Fallzahl oder Nenner werden im Satz gezählt."""
    found = global_bayes([8, np.nan, 20, 0], [200, 600, 1000, 0])
    assert "2 Gebiete haben keine Fallzahl oder keinen Nenner und daher keinen Wert." in found.sentence()
    assert found.reason.tolist()[1::2] == ["keine Fallzahl", "kein Nenner"]
    assert "Kein Gebiet" in global_bayes([np.nan], [3]).sentence()


def test_pooled_events_are_one_rate() -> None:
    """Drei Jahre Geburten: alle Geburten durch alle Personenjahre, Grenzen nach Byar."""
    found = pool_years([[5], [7], [9]], [[400], [410], [420]], names=["2022", "2023", "2024"])

    assert [float(part[0]) for part in (found.value, found.lower, found.upper)] == pytest.approx(
        [float(part) for part in byar(21, 1230)]
    )
    assert found.sentence() == (
        "3 Zeiträume (2022 bis 2024) sind zusammengefasst: Fälle aller Zeiträume, geteilt durch die Summe der Bevölkerung "
        "aller Zeiträume. Die Werte schwanken dadurch weniger, Veränderungen innerhalb dieser Zeit sind nicht mehr zu sehen."
    )


def test_pooled_shares_do_not_multiply_people() -> None:
    """Ein Bestand, dreimal gezählt, sind dieselben Menschen: Die Grenzen bleiben die eines Jahres."""
    found = pool_years([[30], [33], [36]], [[100], [110], [120]], kind="share")

    assert [float(part[0]) for part in (found.value, found.lower, found.upper)] == pytest.approx(
        [float(part) for part in wilson(33, 110)]
    )


def test_a_missing_year_is_told() -> None:
    """Fehlt ein Zeitraum in einem Gebiet, zählt der Rest, und das Ergebnis sagt es."""
    found = pool_years([[5, 5, np.nan], [7, np.nan, np.nan]], [[400, 400, 400], [410, 410, 410]])

    assert found.status.tolist() == ["ok", "estimated", "missing"]
    assert found.periods.tolist() == [2, 1, 0]
    assert found.value[1] == pytest.approx(5 / 400)
    assert "Ein Gebiet hat weniger Zeiträume geliefert; dort zählt nur, was da ist." in found.sentence()
