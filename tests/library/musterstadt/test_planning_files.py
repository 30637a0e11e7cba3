"""The survey, the places and the list of measures of Musterstadt: what they say, and that they are as messy as real ones."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sozialraum import deliveries, municipality
from sozialraum.musterstadt.counts import Tables
from sozialraum.musterstadt.town import STADTTEILE


@pytest.fixture(scope="module")
def survey(town: Path) -> pd.DataFrame:
    return pd.read_csv(town / "befragung" / "haushaltsbefragung_2024.csv", sep=";", decimal=",")


def test_the_weights_of_the_survey_add_up_to_the_households_of_each_stadtteil(
    town: Path, survey: pd.DataFrame
) -> None:
    counts = deliveries.read_all(municipality.read(town)).counts
    rows = counts[(counts["variable"] == "haushalte") & (counts["period"] == "2024-12-31")]
    there = rows.groupby(rows["area"].str[:2])["count"].sum()
    stood_for = survey.groupby("Stadtteil")["Gewicht"].sum()

    for code, name in STADTTEILE.items():
        assert stood_for[name] == pytest.approx(there[code], rel=1e-4)


def test_the_survey_finds_poverty_where_benefits_are_drawn(survey: pd.DataFrame, tables: Tables) -> None:
    income = pd.to_numeric(survey["Nettoeinkommen im Monat"], errors="coerce")
    needs = 1 + 0.5 * (survey["Personen ab 14"] - 1).clip(lower=0) + 0.3 * survey["Kinder unter 14"]
    equivalised = income / needs
    persons = survey["Gewicht"] * (survey["Personen ab 14"] + survey["Kinder unter 14"])
    known = equivalised.notna()
    order = equivalised[known].sort_values().index
    middle = persons[order].cumsum().searchsorted(persons[order].sum() / 2)
    poor = equivalised < 0.6 * equivalised[order].iloc[middle]
    rate = persons[poor].sum() / persons[known].sum()
    by_area = persons[poor].groupby(survey["Stadtteil"]).sum() / persons[known].groupby(survey["Stadtteil"]).sum()  # fmt: skip

    assert 0.12 < rate < 0.22
    assert by_area.idxmax() in ("Rosenhöhe", "Nordend", "Hafen", "Ostfeld")
    assert by_area.fillna(0).min() < 0.1


def test_some_households_do_not_say_what_they_earn(survey: pd.DataFrame) -> None:
    refused = (survey["Nettoeinkommen im Monat"].astype(str) == "k. A.").mean()

    assert 0.03 < refused < 0.12


def test_the_list_of_measures_is_as_messy_as_real_ones(town: Path) -> None:
    book = openpyxl.load_workbook(town / "planung" / "massnahmen_2024.xlsx")
    page = book["Maßnahmen NEU"]
    texts = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]

    assert page.merged_cells.ranges
    assert {"k. A.", "??", "ehrenamtlich", "9a"} <= set(texts)
    assert "alt (2022)" in book.sheetnames


def test_offers_lie_in_facilities_and_facilities_in_the_town(town: Path) -> None:
    book = openpyxl.load_workbook(town / "planung" / "einrichtungen_angebote.xlsx")
    rows = list(book["Einrichtungen"].iter_rows(min_row=4, values_only=True))
    names = {row[0] for row in rows}
    offers = list(book["Angebote"].iter_rows(min_row=2, values_only=True))

    assert len(rows) == 101
    assert {offer[1] for offer in offers} <= names
    assert all(isinstance(row[3], (int, float)) and isinstance(row[4], (int, float)) for row in rows)


def test_check_leaves_these_files_alone(town: Path) -> None:
    read = deliveries.read_all(municipality.read(town))

    assert not [d for d in read.files if d.path.parent.name in ("befragung", "planung")]
