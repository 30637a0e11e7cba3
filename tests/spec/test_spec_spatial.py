"""Räumliche Statistik: Ergebnisse wie die Referenzprogramme, und was bei Lücken und Inseln gesagt wird."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sozialraum.spatial import local
from sozialraum.spatial.autocorrelation import geary, getis_ord, join_counts, moran, moran_of_rates
from sozialraum.spatial.neighbours import Neighbours, from_pairs
from sozialraum.spatial.segregation import (
    bootstrap,
    dissimilarity,
    entropy,
    exposure,
    local_segregation,
    mutual_information,
    nested,
    theil,
)
from sozialraum.spatial.segregation_change import _common, _shapley, decompose


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


@pytest.fixture
def carolina(references: Path) -> tuple[list[dict[str, str]], np.ndarray, Neighbours]:
    """Plötzlicher Kindstod in North Carolina: Raten 1974 je 1.000 Geburten und Nachbarschaft."""
    rows = table(references / "spatial" / "nc_sids_input.csv")
    links = table(references / "spatial" / "nc_queen_neighbours.csv")
    pairs = np.column_stack([numbers(links, "i"), numbers(links, "j")]).astype(int) - 1
    return rows, 1000 * numbers(rows, "SID74") / numbers(rows, "BIR74"), from_pairs(pairs, len(rows))


@pytest.fixture
def known(references: Path) -> dict[str, float]:
    return {
        row["id"]: float(row["value"]) for row in table(references / "spatial" / "nc_global_expected.csv")
    }


Carolina = tuple[list[dict[str, str]], np.ndarray, Neighbours]


@pytest.mark.testdata
def test_global_statistics_agree_with_spdep(carolina: Carolina, known: dict[str, float]) -> None:
    """Moran, Geary und Getis-Ord mit Erwartungswert und Varianz wie das R-Paket spdep."""
    rows, rate, links = carolina
    i, c, g = moran(rate, links), geary(rate, links), getis_ord(rate, links)
    normal = moran(rate, links, assumption="normality", permutations=0)
    for computed, name in (
        (i.statistic, "rate74 Moran I W"),
        (i.expected, "rate74 Moran E"),
        (i.variance, "rate74 Moran Var randomisation W"),
        (normal.variance, "rate74 Moran Var normality W"),
        (moran(rate, links, style="B").statistic, "rate74 Moran I B"),
        (c.statistic, "rate74 Geary C W"),
        (c.variance, "rate74 Geary Var randomisation W"),
        (g.statistic, "rate74 Getis-Ord G B"),
        (g.variance, "rate74 Getis-Ord G Var B"),
    ):
        assert computed == pytest.approx(known[name], rel=1e-12), name
    rates = moran_of_rates(numbers(rows, "SID74"), numbers(rows, "BIR74"), links, alternative="greater")
    assert rates.statistic == pytest.approx(known["EBI Moran SID74/BIR74"], rel=1e-12)
    assert rates.p_permutation < 0.01


@pytest.mark.testdata
def test_join_counts_agree_with_spdep(carolina: Carolina, known: dict[str, float]) -> None:
    """Nachbarschaften gleicher und verschiedener Klassen wie das R-Paket spdep."""
    _, rate, links = carolina
    high = np.where(rate > np.median(rate), "H", "L")
    found = {(one.one, one.other): one for one in join_counts(high, links)}
    assert found["H", "H"].joins == known["joincount.multi H:H stat"]
    assert found["L", "L"].joins == known["joincount.multi L:L stat"]
    assert found["H", "L"].joins == known["joincount.multi L:H stat"]
    assert found["", ""].joins == known["joincount.multi Jtot stat"]
    assert found["H", "H"].expected == pytest.approx(known["joincount 1 expect"], rel=1e-12)
    assert found["H", "H"].variance == pytest.approx(known["joincount 1 var"], rel=1e-12)


@pytest.mark.testdata
def test_local_statistics_agree_with_spdep(carolina: Carolina, references: Path) -> None:
    """Lokale Moran-Werte mit Erwartungswert, Varianz, p, dazu Gi und Gi* wie spdep; esda teilt durch n-1."""
    _, rate, links = carolina
    rows = table(references / "spatial" / "nc_local_expected.csv")
    at = numbers(rows, "i").astype(int) - 1
    found = local.lisa(rate, links, permutations=0)
    for name, column in (
        ("Ii", found.value),
        ("E", found.expected),
        ("Var", found.variance),
        ("Z", found.z),
        ("p", found.p),
    ):
        assert np.allclose(column[at], numbers(rows, name), rtol=1e-9, atol=1e-12), name
    star, plain = (local.getis_ord(rate, links, star=s, permutations=0) for s in (True, False))
    assert np.allclose(star.value[at], numbers(rows, "Gistar_z"), rtol=1e-9)
    assert np.allclose(plain.value[at], numbers(rows, "Gi_z"), rtol=1e-9)
    other = local.lisa(rate, links, permutations=0, convention="esda")
    assert np.allclose(other.value, 0.99 * found.value)


def schools(references: Path, year: str) -> tuple[list[tuple[str, ...]], np.ndarray]:
    rows = table(references / "segregation" / f"schools{year}.csv")
    units = sorted({(row["state"], row["district"], row["school"]) for row in rows})
    groups, place = ("asian", "black", "hisp", "native", "white"), {unit: at for at, unit in enumerate(units)}
    counts = np.zeros((len(units), len(groups)))
    for row in rows:
        unit = row["state"], row["district"], row["school"]
        counts[place[unit], groups.index(row["race"])] += float(row["n"])
    return units, counts


@pytest.mark.testdata
def test_segregation_agrees_with_the_reference(references: Path) -> None:
    """M, H, Zerlegung nach Ebenen, D, Isolation, Kontakt und lokale Segregation wie das R-Paket segregation."""
    rows = table(references / "segregation" / "expected_segregation.csv")
    want = {row["id"]: float(row["value"]) for row in rows}
    units, counts = schools(references, "00")
    groups = ("asian", "black", "hisp", "native", "white")
    levels = {
        "state": [u[0] for u in units],
        "district": [u[1] for u in units],
        "school": [u[2] for u in units],
    }
    parts = [part.value for part in nested(counts, levels)]
    contact, alone = exposure(counts), local_segregation(counts)
    state = np.array(
        [counts[[u[0] == name for u in units]].sum(axis=0) for name in sorted(set(levels["state"]))]
    )
    computed = {
        "schools00 M race|school": mutual_information(counts).value,
        "schools00 H race|school": theil(counts).value,
        "schools00 M race|state": parts[0],
        "schools00 H race|state": theil(state).value,
        "schools00 M race|district (between districts)": parts[0] + parts[1],
        "schools00 D black-white": dissimilarity(counts[:, 1], counts[:, 4]).value,
        "schools00 entropy race": entropy(counts),
        **{f"schools00 isolation {g}": contact[k, k] for k, g in enumerate(groups)},
        **{
            f"schools00 exposure of {one} to {other}": contact[a, b]
            for a, one in enumerate(groups)
            for b, other in enumerate(groups)
        },
        **{f"schools00 local ls race={g}": alone.value[k] for k, g in enumerate(groups)},
        **{f"schools00 local p race={g}": alone.share[k] for k, g in enumerate(groups)},
    }
    compared = 0
    for name, value in computed.items():
        if name in want:
            assert value == pytest.approx(want[name], rel=1e-10), name
            compared += 1
    assert compared > 35
    assert parts == pytest.approx([0.09924370, 0.23870880, 0.08758648], abs=5e-9)
    assert sum(parts) == pytest.approx(mutual_information(counts).value, rel=1e-12)


@pytest.mark.testdata
def test_change_of_segregation_agrees_with_the_reference(references: Path) -> None:
    """Zugänge, Abgänge und die Zerlegung nach Mora und Ruiz-Castillo stimmen überein."""
    rows = table(references / "segregation" / "expected_segregation.csv")
    want = {
        row["id"].removeprefix("diff00-05 mrc "): float(row["value"]) for row in rows if "mrc" in row["id"]
    }
    (units, old), (later, new) = schools(references, "00"), schools(references, "05")
    found = decompose(old, new, units, later, method="mrc")
    for name, value in zip(("M1", "M2", "diff"), found[:3], strict=True):
        assert value == pytest.approx(want[name], rel=1e-9)
    for name in ("additions", "removals", "unit_marginal", "group_marginal", "structural"):
        assert getattr(found, name) == pytest.approx(want[name], rel=1e-8), name


@pytest.mark.testdata
def test_shapley_decomposition_agrees_with_the_reference(references: Path) -> None:
    """Mit der groben Abbruchregel des R-Pakets kommen dessen Zahlen heraus; bis zur Anpassung gerechnet andere."""
    rows = table(references / "segregation" / "expected_segregation.csv")
    want = {row["id"].rpartition(" ")[2]: float(row["value"]) for row in rows if "shapley" in row["id"]}
    (units, old), (later, new) = schools(references, "00"), schools(references, "05")
    parts = ("unit_marginal", "group_marginal", "structural")

    def coarse(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Stops when shares miss their margins by 0.001: more than the share of most schools, so at once."""
        current = np.where(seed > 0, seed, 1e-10)
        current, row, column = current / current.sum(), rows / rows.sum(), columns / columns.sum()
        reached = np.inf, np.inf
        for step in range(100):
            if step % 2 == 0:
                # The package takes the sizes of the other table for those of the units here.
                sizes = (
                    (old_part if seed is new_part else new_part).sum(axis=1)
                    if step == 0
                    else current.sum(axis=1)
                )
                current = current * (row / (sizes / sizes.sum()))[:, None]
            else:
                current = current * column / current.sum(axis=0)
            current /= current.sum()
            reached = np.abs(current.sum(axis=1) - row).max(), np.abs(current.sum(axis=0) - column).max()
            if max(reached) <= 0.001:
                break
        return current

    old_part, new_part = _common(old, new, units, later)
    for name, value in zip(parts, _shapley(old_part, new_part, coarse), strict=True):
        assert value == pytest.approx(want[name], rel=1e-9), name

    exact = decompose(old, new, units, later)
    assert sum(exact[3:]) == pytest.approx(exact.difference, abs=1e-8)
    # Release 0.4 of the package fitted by ratios and printed these on its first page.
    for name, value in zip(parts, (-0.01674, 0.01623, 0.00318), strict=True):
        assert getattr(exact, name) == pytest.approx(value, abs=5e-5), name


@pytest.mark.testdata
def test_correction_for_small_schools(references: Path) -> None:
    """Kleine Einheiten überzeichnen die Segregation; die Korrektur zieht etwa so viel ab, wie Zufall beiträgt."""
    found = bootstrap(schools(references, "00")[1], replicates=200)
    assert found.raw == pytest.approx(0.42553897587642)
    # R segregation, mutual_total(se = TRUE): 0.422 with a standard error of 0.0008.
    assert found.value == pytest.approx(0.422, abs=0.0007)
    assert found.standard_error == pytest.approx(0.0008, abs=0.0002)
    assert found.lower < found.value < found.upper < found.raw


LINE = from_pairs([(k, k + 1) for k in range(9)], 10, both=True)
RISING = np.arange(10.0)


def test_neighbours_alike_is_told() -> None:
    """Der Satz nennt Richtung, Maß, p und Zahl der Gebiete."""
    found = moran(RISING, LINE)
    assert found.statistic > 0.7
    assert found.sentence().startswith(
        "Benachbarte Gebiete haben ähnlichere Werte, als der Zufall es erwarten ließe (Morans I = 0,"
    )
    shuffled = moran(RISING[[3, 8, 1, 6, 0, 9, 4, 2, 7, 5]], LINE)
    assert "nicht von einer zufälligen Verteilung" in shuffled.sentence() or shuffled.statistic < 0
    assert "unterscheiden sich stärker" in moran([0.0, 1] * 5, LINE).sentence()


def test_areas_without_value_or_neighbours_are_named() -> None:
    """Ein gesperrter Wert fällt heraus, und wer dadurch allein steht, auch; beide werden genannt."""
    values = RISING.copy()
    values[1] = np.nan
    found = moran(values, LINE)
    assert (found.areas, found.missing, found.islands) == (8, (1,), (0,))
    assert "2 Gebiete ohne Wert oder ohne Nachbargebiete sind nicht dabei." in found.sentence()
    spots = local.lisa(values, LINE)
    assert spots.reason[:3].tolist() == ["ohne Nachbargebiete", "kein Wert", ""]
    assert spots.status[:3].tolist() == ["not_meaningful", "missing", "ok"]
    assert np.isnan(spots.value[:2]).all()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.full(10, 0.1), "alle Gebiete haben denselben Wert"),
        (np.full(10, np.nan), "weniger als 4 Gebiete mit Wert und Nachbargebieten"),
        (
            [1.0, 2, np.nan, 3, np.nan, 4, np.nan, 5, np.nan, 6],
            "weniger als 4 Gebiete mit Wert und Nachbargebieten",
        ),
    ],
)
def test_nothing_to_compute_is_said(values: np.ndarray, reason: str) -> None:
    """Überall gleich, alles gesperrt, nur Inseln: kein Ergebnis, mit Grund, ohne NaN ohne Grund."""
    for found in (moran(values, LINE), geary(values, LINE), getis_ord(values, LINE)):
        assert (found.status, found.reason) == ("not_meaningful", reason)
        assert found.sentence() == f"Kein Ergebnis: {reason}."
    spots = local.lisa(values, LINE)
    assert all(spots.reason != "")
    assert set(spots.cluster) == {"nicht bestimmbar"}
    assert spots.sentence().startswith("Kein Ergebnis: ")


def test_hot_spots_survive_the_many_comparisons() -> None:
    """Ein klarer Kern fällt auf, auch wenn für hundert Vergleiche ausgeglichen wird; Zufall fällt nicht auf."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=(20, 20))
    values[4:9, 4:9] += 5
    cell = np.arange(400).reshape(20, 20)
    pairs = np.concatenate(
        [
            np.column_stack([a.ravel(), b.ravel()])
            for a, b in ((cell[1:], cell[:-1]), (cell[:, 1:], cell[:, :-1]))
        ]
    )
    grid = from_pairs(pairs, 400, both=True)
    for found, word in (
        (local.lisa(values.ravel(), grid, permutations=9999), "hoch in hoher Umgebung"),
        (local.getis_ord(values.ravel(), grid, permutations=9999), "Häufung hoher Werte"),
    ):
        inside = (found.cluster == word).reshape(20, 20)
        assert inside[5:8, 5:8].all()
        assert inside.sum() - inside[3:10, 3:10].sum() <= 3
        assert f"Gebiete {word}" in found.sentence() or f"in einer {word}" in found.sentence()
    noise = local.lisa(rng.normal(size=400), grid, permutations=9999)
    assert (noise.cluster != "nicht auffällig").sum() <= 4
