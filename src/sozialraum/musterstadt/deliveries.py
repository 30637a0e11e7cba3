"""The finished tables that the offices of Musterstadt deliver, each office in its own layout, with recipes (Lieferungen)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.musterstadt.counts import (
    AGE_BANDS,
    DEATH_BANDS,
    EXAMINED_YEARS,
    SGB2_BANDS,
    STADTTEIL_CODES,
    Tables,
)
from sozialraum.musterstadt.recipes import RECIPES, band_label
from sozialraum.musterstadt.town import AGS, NOWHERE, PLACES, STADTTEILE, YEARS

Row = Sequence[str | int]
Table = dict[str, Any]

NO_PLACE = "räumlich nicht zuordenbar"
# A fixed date keeps the bytes of a workbook the same from run to run.
WORKBOOK_DATE = datetime(2025, 3, 14, 9, 30, tzinfo=UTC)
MISTAKE_YEAR = 2021


def write_all(folder: Path, tables: Tables) -> None:
    """Write all deliveries with their recipes below `folder`, one folder per source."""
    writers = {
        "einwohnerregister": _register,
        "haushaltegenerierung": _households,
        "ba_arbeitsmarkt": _unemployed,
        "ba_sgb2": _sgb2,
        "sozialamt_sgb12": _old_age,
        "gesundheitsamt_seu": _examined,
    }
    for source, writer in writers.items():
        (folder / source).mkdir(parents=True, exist_ok=True)
        writer(folder / source, tables)
        (folder / source / "rezept.toml").write_text(RECIPES[source], encoding="utf-8", newline="\n")


def mistake(tables: Tables) -> tuple[str, int]:
    """The Bezirk whose figure the social welfare office mistyped, and the right figure."""
    figures = tables["grundsicherung_alter"][YEARS.index(MISTAKE_YEAR)]
    place = int(np.argmax(figures))
    return PLACES[place].code, int(figures[place])


def _write_csv(path: Path, header: Row, rows: Iterable[Row], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)


def _write_workbook(path: Path, sheet: str, above: Sequence[str], header: Row, rows: Iterable[Row]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": above[0], "created": WORKBOOK_DATE})
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True})
        for number, line in enumerate(above):
            page.write(number, 0, line)
        page.write_row(len(above), 0, header, bold)
        for number, row in enumerate(rows, start=len(above) + 1):
            page.write_row(number, 0, row)
        page.set_column(0, len(header) - 1, 18)


def _grouped(number: int) -> str:
    """A whole number with the German thousands dot."""
    return f"{number:,}".replace(",", ".")


def _dashed(number: int) -> str | int:
    """A number as statistics offices print it: exactly nothing is a dash."""
    return int(number) or "-"


def _name(code: str) -> str:
    return NO_PLACE if code == NOWHERE.code else STADTTEILE[code]


MOVEMENTS = ("geburten", "sterbefaelle", "zuzuege", "fortzuege")
RESIDENCE = ("altersjahre", "einwohner_ab_5", "wohndauer_ab_5")


def _register(folder: Path, tables: Tables) -> None:
    for i, year in enumerate(YEARS):
        _write_csv(
            folder / f"einwohner_{year}.csv",
            [
                "Stichtag",
                "Bezirk",
                "Bezeichnung",
                "Altersgruppe",
                "Geschlecht",
                "Staatsangehörigkeit",
                "Anzahl",
            ],
            _resident_rows(tables["einwohner"][i], year),
        )
        _write_csv(
            folder / f"bewegungen_{year}.csv",
            [
                "Bezirk",
                "Bezeichnung",
                "Geborene",
                "Gestorbene",
                "Zuzüge von außerhalb",
                "Fortzüge nach außerhalb",
            ],
            _with_total([[tables[name][i, p] for name in MOVEMENTS] for p in range(len(PLACES))]),
            encoding="cp1252",
        )
    _write_csv(
        folder / f"gestorbene_alter_{YEARS[0]}-{YEARS[-1]}.csv",
        ["Stichtag", "Gemeinde", "Alter", "Gestorbene"],
        (
            [f"31.12.{year}", AGS, band_label(band), _dashed(int(tables["sterbefaelle_alter"][i, a]))]
            for i, year in enumerate(YEARS)
            for a, band in enumerate(DEATH_BANDS)
        ),
        encoding="cp1252",
    )
    _write_csv(
        folder / f"alter_wohndauer_{YEARS[0]}-{YEARS[-1]}.csv",
        [
            "Stichtag",
            "Bezirk",
            "Summe der Altersjahre",
            "Personen ab 5 Jahren",
            "darunter mindestens 5 Jahre wohnhaft",
        ],
        _residence_rows(tables),
        encoding="cp1252",
    )


def _residence_rows(tables: Tables) -> Iterable[Row]:
    for i, year in enumerate(YEARS):
        for p in range(len(PLACES)):
            yield [
                f"31.12.{year}",
                _key(p, "999"),
                *(_grouped(int(tables[name][i, p])) for name in RESIDENCE),
            ]


def _key(place: int, nowhere: str) -> str:
    code = PLACES[place].code
    return nowhere if code == NOWHERE.code else code


def _resident_rows(counts: Any, year: int) -> Iterable[Row]:
    for p, place in enumerate(PLACES):
        for a, band in enumerate(AGE_BANDS):
            for s, sex in enumerate(("männlich", "weiblich")):
                for n, nationality in enumerate(("deutsch", "nichtdeutsch")):
                    yield [
                        f"31.12.{year}", _key(p, "999"), place.name, band_label(band), sex, nationality,
                        int(counts[p, a, s, n]),
                    ]  # fmt: skip


def _with_total(figures: Sequence[Sequence[int]]) -> Iterable[Row]:
    """Rows of all Bezirke with a row for cases without a place and one for the total, dashes for nothing."""
    for p, row in enumerate(figures):
        yield [_key(p, "999"), PLACES[p].name, *(_dashed(int(number)) for number in row)]
    yield ["Insgesamt", "", *(int(sum(column)) for column in zip(*figures, strict=True))]


HOUSEHOLDS = (
    "haushalte", "haushalte_einperson", "haushalte_mit_kindern", "haushalte_alleinerziehend", "kinder_alleinerziehend",
    "alleinlebende_65plus",
)  # fmt: skip


def _households(folder: Path, tables: Tables) -> None:
    rows: list[Row] = []
    for i, year in enumerate(YEARS):
        for p, place in enumerate(PLACES):
            # As a number the key loses its leading zero: the recipe pads it again.
            key: str | int = "ohne" if place is NOWHERE else int(place.code)
            rows.append([f"31.12.{year}", key, place.name, *(int(tables[name][i, p]) for name in HOUSEHOLDS)])
        totals = [int(tables[name][i].sum()) for name in HOUSEHOLDS]
        rows.append([f"31.12.{year}", "Insgesamt", "Musterstadt", *totals])
    rows.append(
        ["", "Quelle: Statistikstelle Musterstadt, Haushaltegenerierung", "", *[""] * len(HOUSEHOLDS)]
    )
    _write_workbook(
        folder / f"haushalte_{YEARS[0]}-{YEARS[-1]}.xlsx",
        "Haushalte",
        ["Haushalte nach Statistischen Bezirken", "Erfundene Stadt: Daten zum Ausprobieren", ""],
        ["Stichtag", "Bezirk", "Bezeichnung", "Haushalte", "darunter mit 1 Person", "darunter mit Kindern unter 18",
         "darunter alleinerziehend", "Kinder bei Alleinerziehenden", "Alleinlebende ab 65"],
        rows,
    )  # fmt: skip


def _unemployed(folder: Path, tables: Tables) -> None:
    for i, year in enumerate(YEARS):
        figures = tables["arbeitslose"][i]
        rows: list[Row] = [
            [_key(p, "999"), PLACES[p].name, _grouped(int(figures[p]))] for p in range(len(PLACES))
        ]
        _write_csv(
            folder / f"arbeitslose_{year}-12.csv",
            ["Schlüssel", "Gebiet", "Arbeitslose (SGB II und III)"],
            [*rows, ["Insgesamt", "Musterstadt", _grouped(int(figures.sum()))]],
            encoding="cp1252",
        )
    _write_csv(
        folder / "arbeitslose_unter25_stadtteile.csv",
        ["Berichtsmonat", "Stadtteil", "Name", "Arbeitslose 15 bis unter 25"],
        (
            [f"{year}-12", code, _name(code), _dashed(int(tables["arbeitslose_15_24"][i, c]))]
            for i, year in enumerate(YEARS)
            for c, code in enumerate(STADTTEIL_CODES)
        ),
        encoding="cp1252",
    )


def _sgb2(folder: Path, tables: Tables) -> None:
    persons, entitled = tables["sgb2_personen"], tables["sgb2_leistungsberechtigte"]
    for i, year in enumerate(YEARS):
        figures = [[*persons[i, p], entitled[i, p]] for p in range(len(PLACES))]
        _write_workbook(
            folder / f"sgb2_{year}-12.xlsx",
            "Tabelle 1",
            ["Personen in Bedarfsgemeinschaften (PERS) und Leistungsberechtigte (LB) nach dem SGB II",
             f"Musterstadt, Statistische Bezirke, Dezember {year}", "Erfundene Stadt: Daten zum Ausprobieren", ""],
            ["Schlüssel", "Gebiet", *(f"PERS {band_label(band)}" for band in SGB2_BANDS), "LB"],
            _with_total(figures),
        )  # fmt: skip


def _old_age(folder: Path, tables: Tables) -> None:
    wrong_place, right = mistake(tables)
    rows: list[Row] = []
    for i, year in enumerate(YEARS):
        for p, place in enumerate(PLACES):
            figure = int(tables["grundsicherung_alter"][i, p])
            if year == MISTAKE_YEAR and place.code == wrong_place:
                figure = 10 * right
            rows.append([f"{year}-12-31", _key(p, "ofW"), _dashed(figure)])
    _write_csv(
        folder / "grundsicherung_alter.csv",
        ["Stichtag", "Bezirk", "Personen ab 65"],
        rows,
        encoding="utf-8-sig",
    )


def _examined(folder: Path, tables: Tables) -> None:
    _write_csv(
        folder / "schuleingang_sprache.csv",
        ["Einschulungsjahrgänge", "Stadtteil", "Name", "untersucht", "Sprachkompetenz auffällig"],
        (
            [f"{first}-{last}", code, _name(code), *(int(tables[name][i, c]) for name in EXAMINED)]
            for i, (first, last) in enumerate(EXAMINED_YEARS)
            for c, code in enumerate(STADTTEIL_CODES)
        ),
    )


EXAMINED = ("seu_untersuchte", "seu_sprache_auffaellig")
