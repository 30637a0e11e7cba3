"""Register: aus Personensätzen werden Grundzahlen, und nur in einer abgeschotteten Stelle."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import kleinstadt
from sozialraum import deliveries, municipality
from sozialraum.errors import Finding, Severity, errors_of

ABSCHOTTUNG = """
[abschottung]
stelle = "Statistikstelle Kleinstadt"
rechtsgrundlage = "§ 12 LStatG NRW; Satzung vom 1. Februar 2021"
zweck = "Bevölkerungsstatistik"
loeschung = 2999-12-31
"""
REZEPT = """
[[register]]
files = "bestand_*.csv"
level = "bezirk"
period = { file = 'bestand_(\\d{4})', as = "{0}-12-31" }
area = "Bezirk"
german = ["000"]
main_residence = ["H"]
secondary_residence = ["N"]
recode.sex = { M = "m", W = "w" }
age_bands = ["0-14", "15-64", "65+"]
spalten = { birth_date = "Geboren", sex = "Geschlecht", nationality = ["Staat", "Staat2"], residence = "Wohnung", moved_in = "Einzug", household = "Haushalt" }
zaehlen = [
  { variable = "einwohner", dimensions = ["age", "sex", "nationality"] },
  { variable = "altersjahre", sum = "age" },
  { variable = "einwohner_ab_5", age = "5+" },
  { variable = "wohndauer_ab_5", age = "5+", years_resident = "5+" },
  { variable = "haushalte", unit = "haushalt" },
  { variable = "alleinlebende_65plus", unit = "haushalt", persons = "1", oldest = "65+" },
]
"""
KOPF = "Bezirk;Geboren;Geschlecht;Staat;Staat2;Wohnung;Einzug;Haushalt"
PERSONEN = (
    "011;01.05.1950;W;000;;H;01.01.2000;h1",
    "012;31.12.2010;M;163;000;H;31.12.2019;h2",
    "012;01.01.1980;W;163;;H;01.01.2020;h2",
    "012;01.01.1980;W;163;;N;01.01.1990;",
    ";00.00.1990;M;000;;H;;h3",
)


@pytest.fixture
def stadt(tmp_path: Path) -> Path:
    """Kleinstadt, mit einem Melderegister anstelle der Einwohnertabelle."""
    ordner = kleinstadt.write(tmp_path / "kleinstadt")
    for alt in (ordner / "lieferungen/einwohnerregister").iterdir():
        alt.unlink()
    kleinstadt.put(ordner, "kommune.toml", kleinstadt.KOMMUNE + ABSCHOTTUNG)
    kleinstadt.put(ordner, "lieferungen/einwohnerregister/rezept.toml", REZEPT)
    return liefern(ordner)


def liefern(ordner: Path, *personen: str) -> Path:
    text = "\n".join((KOPF, *(personen or PERSONEN))) + "\n"
    kleinstadt.put(ordner, "lieferungen/einwohnerregister/bestand_2024.csv", text)
    return ordner


def lesen(ordner: Path) -> tuple[pd.DataFrame, list[Finding]]:
    gelesen = deliveries.read_all(municipality.read(ordner))
    return gelesen.counts, [f for f in gelesen.findings if f.file.startswith("einwohnerregister")]


def zahl(zahlen: pd.DataFrame, variable: str, gebiet: str, **gruppe: str) -> float:
    auswahl = (
        (zahlen["variable"] == variable) & (zahlen["area"] == gebiet) & (zahlen["period"] == "2024-12-31")
    )
    for merkmal, wort in gruppe.items():
        auswahl &= zahlen[merkmal] == wort
    assert auswahl.any()
    return float(zahlen.loc[auswahl, "count"].sum())


def test_personen_zaehlen_nach_alter_geschlecht_und_staatsangehoerigkeit(stadt: Path) -> None:
    zahlen, _ = lesen(stadt)
    assert zahl(zahlen, "einwohner", "011", age="65+", sex="w", nationality="deutsch") == 1
    assert zahl(zahlen, "einwohner", "012", age="15-64", sex="w", nationality="nichtdeutsch") == 1


def test_wer_eine_deutsche_staatsangehoerigkeit_hat_zaehlt_als_deutsch(stadt: Path) -> None:
    zahlen, _ = lesen(stadt)
    assert zahl(zahlen, "einwohner", "012", age="0-14", sex="m", nationality="deutsch") == 1


def test_das_alter_sind_die_vollendeten_jahre_am_stichtag(stadt: Path) -> None:
    zahlen, _ = lesen(stadt)
    # 14 Jahre am Geburtstag selbst, und 44.
    assert zahl(zahlen, "altersjahre", "012") == 14 + 44


def test_nebenwohnungen_zaehlen_nicht(stadt: Path) -> None:
    zahlen, _ = lesen(stadt)
    assert zahl(zahlen, "einwohner", "012") == 2


def test_wohndauer_zaehlt_vollendete_jahre(stadt: Path) -> None:
    zahlen, _ = lesen(stadt)
    assert zahl(zahlen, "einwohner_ab_5", "012") == 2
    assert zahl(zahlen, "wohndauer_ab_5", "012") == 1


def test_haushalte_entstehen_aus_gleichem_kennzeichen(stadt: Path) -> None:
    zahlen, _ = lesen(stadt)
    assert [zahl(zahlen, "haushalte", gebiet) for gebiet in ("011", "012", "013")] == [1, 1, 0]
    assert zahl(zahlen, "alleinlebende_65plus", "011") == 1


def test_wer_nicht_zuzuordnen_ist_bleibt_erhalten(stadt: Path) -> None:
    zahlen, hinweise = lesen(stadt)
    assert zahl(zahlen, "einwohner", "nz") == 1
    (hinweis,) = [h for h in hinweise if "ohne Gebietsschlüssel" in h.message]
    assert (hinweis.severity, hinweis.row) == (Severity.WARNING, 6)


def test_ein_gebiet_ohne_personen_hat_genau_null(stadt: Path) -> None:
    zahlen, _ = lesen(stadt)
    leer = zahlen[(zahlen["variable"] == "einwohner") & (zahlen["area"] == "023")]
    assert len(leer) == 3 * 2 * 2
    assert set(leer["status"]) == {"none"}


def test_ohne_abgeschottete_stelle_bleibt_die_datei_zu(stadt: Path) -> None:
    kleinstadt.put(stadt, "kommune.toml", kleinstadt.KOMMUNE)
    zahlen, befunde = lesen(stadt)
    assert "einwohner" not in set(zahlen["variable"])
    (befund,) = errors_of(befunde)
    assert "keine abgeschottete Statistikstelle" in befund.message
    assert "[abschottung]" in befund.remedy


def test_nach_dem_loeschdatum_bleibt_die_datei_zu(stadt: Path) -> None:
    kleinstadt.put(stadt, "kommune.toml", kleinstadt.KOMMUNE + ABSCHOTTUNG.replace("2999", "2020"))
    zahlen, befunde = lesen(stadt)
    assert "einwohner" not in set(zahlen["variable"])
    (befund,) = errors_of(befunde)
    assert "bis zum 31.12.2020 zu löschen" in befund.message
    assert "Löschen Sie die Datei." in befund.remedy


def test_fehlerhafte_saetze_werden_gezaehlt_und_nie_gezeigt(stadt: Path) -> None:
    liefern(stadt, *PERSONEN, "077;32.13.1977;X;;;Z;gestern;h9")
    _, befunde = lesen(stadt)
    gesperrt = errors_of(befunde)
    assert {befund.row for befund in gesperrt} == {7}
    assert len(gesperrt) == 6
    for geheim in ("077", "32.13.1977", "gestern", "h9"):
        assert not [befund for befund in befunde if geheim in str(befund)]


def test_eine_zerrissene_zeile_wird_genannt_und_nie_gezeigt(stadt: Path) -> None:
    liefern(stadt, *PERSONEN, "011;01.05.1950;W;000;;H;01.01.2000;h1;Geheim")
    _, befunde = lesen(stadt)
    (befund,) = errors_of(befunde)
    assert "lässt sich nicht lesen" in befund.message
    assert "Geheim" not in str(befund)


def test_eine_fehlende_spalte_wird_genannt(stadt: Path) -> None:
    kleinstadt.put(
        stadt, "lieferungen/einwohnerregister/rezept.toml", REZEPT.replace('"Geboren"', '"Geburt"')
    )
    _, befunde = lesen(stadt)
    assert [befund.column for befund in errors_of(befunde)] == ["Geburt"]
