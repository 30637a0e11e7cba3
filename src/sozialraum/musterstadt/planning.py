"""What planners of Musterstadt work with besides tables: a household survey, facilities and offers, last year's list of measures.

Nothing of it is read by `check`; it lies in `befragung/` and `planung/`, as messy as such files are.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from sozialraum.musterstadt import geometry
from sozialraum.musterstadt.life import NOWHERE_PLACE, Town
from sozialraum.musterstadt.people import Ints
from sozialraum.musterstadt.town import PLACES, QUARTERS, STADTTEILE, stadtteil_of

Row = Sequence[str | int | float]
WORKBOOK_DATE: Final = datetime(2025, 3, 14, 9, 30, tzinfo=UTC)
YEAR: Final = 2024

# -- household survey ---------------------------------------------------------------------------------------------------

SAMPLE: Final = 6000
SURVEY_HEAD: Final = (
    "Fall",
    "Stadtteil",
    "Bezirk",
    "Gewicht",
    "Personen ab 14",
    "Kinder unter 14",
    "Nettoeinkommen im Monat",
    "Wohnkosten im Monat",
    "Zufriedenheit Wohngegend",
)


def write_survey(folder: Path, rng: np.random.Generator, town: Town) -> None:
    """The survey of households of the last year: drawn by Stadtteil, poorer ones more often, answered by about half.

    `Gewicht` undoes the drawing and the answering: weights add up to the households of the town. Net income in euros.
    """
    path = folder / "befragung" / f"haushaltsbefragung_{YEAR}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    chosen, weight = _drawn(rng, town)
    adults, children = _members(town)
    income = _income(rng, town, adults, children)[chosen]
    costs = np.round((180 + 0.24 * income) * rng.lognormal(0.0, 0.22, len(chosen)), -1)
    content = np.clip(np.round(3.4 + 0.5 * town.homes.means[chosen] + rng.normal(0, 0.9, len(chosen))), 1, 5)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(SURVEY_HEAD)
        for number, home in enumerate(chosen):
            refused = rng.random() < 0.07
            table.writerow(
                [
                    f"{number + 1:04}",
                    STADTTEILE[stadtteil_of(PLACES[town.homes.place[home]].code)],
                    PLACES[town.homes.place[home]].code,
                    f"{weight[number]:.4f}".replace(".", ","),
                    int(adults[home]),
                    int(children[home]),
                    "k. A." if refused else int(income[number]),
                    int(costs[number]),
                    int(content[number]),
                ]
            )


def _drawn(rng: np.random.Generator, town: Town) -> tuple[Ints, np.ndarray]:
    """The households that answered, and what each stands for."""
    placed = np.flatnonzero((town.homes.place >= 0) & (town.homes.place != NOWHERE_PLACE))
    area = np.array([stadtteil_of(PLACES[p].code) for p in town.homes.place[placed]])
    found: list[Ints] = []
    weights: list[np.ndarray] = []
    for code in STADTTEILE:
        here = placed[area == code]
        sample = rng.choice(here, size=min(len(here), SAMPLE // len(STADTTEILE)), replace=False)
        answer = 1 / (1 + np.exp(-(0.1 + 0.35 * town.homes.means[sample])))
        answered = rng.random(len(sample)) < answer
        raw = 1 / answer[answered]
        found.append(sample[answered])
        weights.append(raw * len(here) / raw.sum())
    return np.concatenate(found), np.concatenate(weights)


def _members(town: Town) -> tuple[Ints, Ints]:
    young = town.age < 14
    size = len(town.homes.place)
    adults = np.bincount(town.people.home, weights=~young, minlength=size).astype(np.int64)
    children = np.bincount(town.people.home, weights=young, minlength=size).astype(np.int64)
    return adults, children


def _income(rng: np.random.Generator, town: Town, adults: Ints, children: Ints) -> np.ndarray:
    """Net income of all households: by means and size, in steps of ten euros."""
    needs = 1 + 0.5 * np.maximum(adults - 1, 0) + 0.3 * children
    level = np.exp(7.60 + 0.46 * town.homes.means + rng.normal(0, 0.26, len(needs)))
    # Nobody has less than basic security pays: standard rate and rent.
    income: np.ndarray = np.round(np.maximum(level * needs, 940 + 480 * (needs - 1)), -1)
    return income


# -- facilities and offers ----------------------------------------------------------------------------------------------

KINDS: Final = (
    ("Kita", 26), ("Grundschule", 12), ("Jugendzentrum", 6), ("Familienzentrum", 7), ("Begegnungsstätte", 8),
    ("Beratungsstelle", 9), ("Pflegeheim", 6), ("Arztpraxis", 14), ("Stadtteilbüro", 4), ("Sportanlage", 9),
)  # fmt: skip
OFFERS: Final = (
    ("Sprachcafé", "Erwachsene", "Di 10–12"), ("Hausaufgabenhilfe", "Kinder 6–12", "Mo–Do 14–16"), ("Elterncafé", "Eltern", "mittwochs"),
    ("Schuldnerberatung", "alle", "n. V."), ("Mittagstisch", "ab 65", "täglich"), ("Offener Treff", "Jugendliche", "Fr 15-20 Uhr"),
    ("Frühe Hilfen", "Eltern mit Kindern unter 3", ""), ("Repaircafé", "alle", "1. Samstag im Monat"), ("Schwimmkurs", "Kinder", "Ferien"),
)  # fmt: skip


def write_places(folder: Path, rng: np.random.Generator) -> None:
    """Facilities with coordinates in a workbook, and the offers in them on a second sheet."""
    shapes = geometry.quarters()
    facilities: list[Row] = []
    for kind, count in KINDS:
        pull = np.array([q.size + max(0.0, q.burden) * 0.3 for q in QUARTERS])
        for number in range(count):
            quarter = QUARTERS[int(rng.choice(len(QUARTERS), p=pull / pull.sum()))]
            point = _inside(rng, shapes[quarter.code])
            facilities.append([f"{kind} {quarter.name}{' II' if number % 9 == 8 else ''}", kind, f"{quarter.name}: Lange Straße {number + 1}", round(point.x, 1), round(point.y, 1), "" if number % 7 else "Träger gesucht"])  # fmt: skip
    with _book(folder / "planung" / "einrichtungen_angebote.xlsx") as book:
        bold = book.add_format({"bold": True})
        page = book.add_worksheet("Einrichtungen")
        page.write_row(0, 0, ["Einrichtungen in Musterstadt (Stand: Frühjahr 2025, ohne Gewähr)"], bold)
        page.write_row(2, 0, ["Name", "Art", "Adresse", "Rechtswert", "Hochwert", "Bemerkung"], bold)
        for row, entry in enumerate(facilities, start=3):
            page.write_row(row, 0, entry)
        page = book.add_worksheet("Angebote")
        page.write_row(0, 0, ["Angebot", "wo?", "Zielgruppe", "Zeiten", "Plätze"], bold)
        for number in range(64):
            name, group, hours = OFFERS[number % len(OFFERS)]
            place = facilities[int(rng.integers(len(facilities)))][0]
            page.write_row(number + 1, 0, [name, place, group, hours, "" if number % 5 == 0 else int(rng.integers(6, 30))])  # fmt: skip


def _inside(rng: np.random.Generator, shape: shapely.Polygon) -> shapely.Point:
    west, south, east, north = shape.bounds
    while True:
        point = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
        if shape.contains(point):
            return point


# -- last year's measures -----------------------------------------------------------------------------------------------

MEASURES: Final = (
    ("Sprachförderung in Kitas ausbauen", "51 / Jugendamt", "Kinder", "Rosenhöhe", "45.000 €", "läuft", "2023–2025"),
    ("Stadtteilbüro Nordend", "Dez. IV", "alle", "Nordend (041–045)", "ca. 120 T€ p. a.", "läuft", "unbefristet"),
    ("Ferienprogramm", "Amt 51.3", "6-12", "gesamtstädtisch", "18500", "abgeschlossen", "Sommer 2024"),
    ("Schuldnerberatung mobil", "Caritas", "Erwachsene", "081, 082, 083", "k. A.", "??", "ab Q3/2024"),
    ("Quartiersmanagement Ostfeld", "61", "alle", "10", "210.000,00 EUR (davon 80 % Städtebauförderung)", "läuft", "1.1.2022 - 31.12.2026"),
    ("Elterncafés", "51/Familienbildung", "Eltern", "Rosenhöhe; Hafen", "9.600", "läuft", "jährlich"),
    ("Mittagstisch Ältere", "Seniorenbüro", "65+", "Lindenberg", "12 T€", "pausiert (Personal)", "2024"),
    ("Offene Turnhalle", "Sportamt", "Jugendl.", "Nordend + Ostfeld", "6.000 €/Jahr", "läuft", "laufend"),
    ("Lotsenprojekt Gesundheit", "53", "Zugewanderte", "Bahnhofsviertel", "30.000 (beantragt)", "beantragt", "2025 ff."),
    ("Hausaufgabenhilfe", "Träger: AWO", "Grundschule", "Rosenhöhe", "22.000", "läuft", "Schuljahr 23/24"),
    ("Wohnraumberatung", "50", "ältere Menschen", "stadtweit", "", "läuft", ""),
    ("Sprachcafe", "Bücherei", "alle", "Innenstadt", "ehrenamtlich", "läuft", "seit 2019"),
    ("Kinderarmutskonferenz", "Sozialplanung", "Fachkräfte", "-", "3.500 €", "abgeschlossen", "14.11.2024"),
    ("Familienhebammen", "Jugendamt", "Schwangere, Eltern", "alle", "64.000", "läuft", "2024/2025"),
    ("Rosenhöhe: Spielplatzpaten", "67 Grünflächen", "Familien", "082 Rosenhöhe-Mitte", "2.000 €", "läuft", "ab 5/24"),
    ("Ausbildungslotsen", "Jobcenter", "U25", "Schwerpunkt Nordend", "85.000 € ESF", "bewilligt", "01.08.2024-31.07.2027"),
)  # fmt: skip
MEASURES_HEAD: Final = ("Nr.", "Maßnahme / Projekt", "Zuständig", "Zielgruppe", "Wo?", "Kosten", "Stand", "Laufzeit", "Bemerkungen")  # fmt: skip


def write_measures(folder: Path) -> None:
    """Last year's list of measures as it was kept in a workbook: grown over years, no two rows of one form."""
    with _book(folder / "planung" / "massnahmen_2024.xlsx") as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        grey = book.add_format({"bg_color": "#dddddd", "italic": True})
        page = book.add_worksheet("Maßnahmen NEU")
        page.merge_range(0, 0, 0, 8, "Maßnahmen Armutsprävention – Stand 11/2024 (Entwurf, nicht weitergeben!)", bold)  # fmt: skip
        page.write_row(2, 0, MEASURES_HEAD, bold)
        row = 3
        for number, measure in enumerate(MEASURES, start=1):
            if number in (1, 6, 11):
                title = {1: "Handlungsfeld Kinder und Familie", 6: "Handlungsfeld Teilhabe", 11: "Sonstiges"}[number]  # fmt: skip
                page.merge_range(row, 0, row, 8, title, grey)
                row += 1
            remark = {4: "siehe Mail vom 3.5.", 7: "Nachbesetzung läuft", 12: "= Nr. 3 im Vorjahr?", 14: "doppelt mit Frühen Hilfen?"}.get(number, "")  # fmt: skip
            page.write_row(row, 0, [f"{number}" if number != 9 else "9a", *measure, remark])
            row += 1
        page.write(row + 1, 0, "Rot markierte Zeilen: Finanzierung ungeklärt")
        page.set_column(1, 8, 24)
        book.add_worksheet("alt (2022)").write_row(0, 0, MEASURES_HEAD, bold)


def _book(path: Path) -> Any:
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": path.stem, "created": WORKBOOK_DATE})
    return book
