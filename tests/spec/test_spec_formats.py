"""Formate: Bundesagentur, GENESIS-Flatfile alt und neu, Zensusgitter, Austausch mit KomMonitor. Alle Proben nach Beschreibung nachgebaut."""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pyproj import Transformer

import kleinstadt
from sozialraum import inspecting, municipality, pipeline
from sozialraum.catalogue import shipped
from sozialraum.catalogue.loader import check
from sozialraum.catalogue.model import Indicator
from sozialraum.errors import Finding, errors_of
from sozialraum.products import kommonitor
from sozialraum.sources import gitter, recipes, tabelle
from sozialraum.sources.inspection import understand
from sozialraum.spreadsheet import read_sheets
from sozialraum.tables import Status

# -- BA -----------------------------------------------------------------------------------------------------------------

GUIDE = Path(__file__).parents[2] / "docs" / "anleitungen" / "formate.md"
PERS = "Personen in Bedarfsgemeinschaften (PERS)"
LB = "Leistungsberechtigte (LB)"


def agency(folder: Path, rows: list[list[object]]) -> Path:
    """Eine kleinräumige Tabelle der Bundesagentur, nach Beschreibung nachgebaut: Kopf über drei Zeilen, `*`, Fußnoten."""
    book = openpyxl.Workbook()
    book.active.title = "Hinweise"
    page = book.create_sheet("SGB II")
    page.append(["Grundsicherung für Arbeitsuchende nach Gebieten"])
    page.append(["Kleinstadt, Berichtsmonat Dezember 2024"])
    page.append([])
    page.append(["Gebiet", None, PERS])
    page.append([None, None, "insgesamt", LB, None, None, None, None, "ohne Anspruch", None])
    page.append(["Schlüssel", "Name", None, "insgesamt", "RLB", "ELB", "NEF", "SLB", "KOL", "AUS"])
    for merged in ("A4:B5", "C4:J4", "C5:C6", "D5:H5", "I5:J5"):
        page.merge_cells(merged)
    for row in rows:
        page.append(row)
    page.append(["* Werte unter 3 werden aus Gründen der statistischen Geheimhaltung nicht ausgewiesen."])
    page.append(["Quelle: Statistik der Bundesagentur für Arbeit (nach Beschreibung nachgebaut)"])
    path = folder / "lieferungen" / "ba_sgb2" / "akg_sgb2_2024-12.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


AGENCY: list[list[object]] = [
    ["011", "Altstadt", "1.240", 1180, 1172, 830, 342, 8, 52, 8],
    ["012", "Neustadt", 310, 301, 298, 214, 84, 3, 6, 3],
    ["013", "Hafen", 96, 92, 92, 70, 22, "-", 4, "*"],
    ["keine Zuordnung möglich", None, 12, 12, 12, 12, "-", "-", "-", "-"],
    ["Insgesamt", "Kleinstadt", 1658, 1585, 1574, 1126, 448, "*", 62, "*"],
]


def agency_recipe() -> str:
    """Das Rezept, wie es im Handbuch steht."""
    blocks = GUIDE.read_text("utf-8").split("```toml\n")
    return next(block.split("```")[0] for block in blocks if "akg_sgb2_*.xlsx" in block)


def test_the_person_groups_of_the_agency(tmp_path: Path) -> None:
    """PERS, LB, RLB, ELB, NEF, SLB, KOL und AUS sind acht Merkmale; Gesperrtes bleibt gesperrt, ein Strich ist null."""
    path = agency(tmp_path, AGENCY)
    (path.parent / "rezept.toml").write_text(agency_recipe(), "utf-8")
    (recipe,) = recipes.read_recipes(path.parent / "rezept.toml")
    rows, findings = tabelle.read(path, recipe, [kleinstadt.geography()], shipped())

    assert not errors_of(findings), findings
    there = rows[rows["row"].notna()].set_index(["area", "variable"])
    assert len(there) == 4 * 8
    assert there.loc[("011", "sgb2_personen"), "count"] == 1240
    assert there.loc[("013", "sgb2_aus"), "status"] == Status.SUPPRESSED
    assert there.loc[("013", "sgb2_slb"), "status"] == Status.NONE
    assert there.loc[("nz", "sgb2_elb"), "count"] == 12
    assert set(rows["period"]) == {"2024-12-31"}


def test_a_group_larger_than_the_one_it_belongs_to_is_told(tmp_path: Path) -> None:
    """Mehr Regelleistungsberechtigte als Leistungsberechtigte kann es nicht geben; die Zeile wird genannt."""
    town = kleinstadt.write(tmp_path / "kleinstadt")
    wrong = [list(row) for row in AGENCY[:3]]
    wrong[1][4] = 302
    path = agency(town, wrong)
    (path.parent / "rezept.toml").write_text(agency_recipe(), "utf-8")
    told = [f for f in pipeline.check(municipality.read(town))[1] if "Ein Teil ist größer" in f.message]

    assert [(f.sheet, f.row, f.value) for f in told] == [("SGB II", 8, "302")]


def test_inspect_drafts_the_table_of_the_agency(tmp_path: Path) -> None:
    """Der Entwurf findet Kopf, Gebiete, Summe, Fälle ohne Gebiet und die Personengruppen an ihren Kürzeln."""
    path = agency(tmp_path, AGENCY)
    (sheet,) = read_sheets(path, sheet="SGB II")
    draft = understand(sheet, [kleinstadt.geography()], shipped(), file=path.name)
    assert draft is not None
    assert (draft.heading, draft.area, draft.level) == ((5, 6), "Schlüssel", "bezirk")
    assert (draft.totals, draft.not_assignable) == (("Insgesamt",), ("keine Zuordnung möglich",))
    assert {g.column.rpartition(" / ")[2]: g.variable for g in draft.columns[2:]} == {
        "RLB": "sgb2_rlb", "ELB": "sgb2_elb", "NEF": "sgb2_nef", "SLB": "sgb2_slb", "KOL": "sgb2_kol", "AUS": "sgb2_aus",
    }  # fmt: skip


NEF = f"{PERS} / {LB} / NEF"
AUS = f"{PERS} / ohne Anspruch / AUS"


def without_column(sheet: Worksheet) -> None:
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.delete_cols(10)


def with_footnote(sheet: Worksheet) -> None:
    sheet.insert_rows(9)
    sheet["A9"] = "1) Ohne Personen in Einrichtungen."


def with_keys_as_numbers(sheet: Worksheet) -> None:
    for row in (7, 8, 9):
        sheet.cell(row, 1).value = int(sheet.cell(row, 1).value)


def with_cells(**cells: object) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        for place, value in cells.items():
            sheet[place] = value

    return change


WRONG: dict[str, tuple[Callable[[Worksheet], None], int | None, str, str]] = {
    "falsches Jahr über der Tabelle": (
        with_cells(A2="Kleinstadt, Berichtsmonat Dezember 2023"), 2,
        "Über der Tabelle steht „Berichtsmonat Dezember 2023“, gelesen wird sie als 31.12.2024.", "falsche Datei",
    ),
    "fehlende Spalte": (without_column, 6, f"Die Spalte „{AUS}“ fehlt.", "fordern Sie die Datei neu an"),
    "umbenannte Personengruppe": (with_cells(G6="nEf"), 6, f"Die Spalte „{NEF}“ fehlt. Ähnlich: „{PERS} / {LB} / nEf“", "Rezept"),
    "Schlüssel als Zahl": (with_keys_as_numbers, 7, "Dem Schlüssel fehlen führende Nullen.", "area_width = 3"),
    "Fußnote zwischen den Zeilen": (with_footnote, 9, "Das Gebiet 1) Ohne Personen in Einrichtungen. gibt es", "skip_rows"),
    "Fußnote, die niemand nennt": (with_cells(A11="1) Ohne Einrichtungen"), 11, "Das Gebiet 1) Ohne Einrichtungen gibt es", "skip_rows"),
    "anderer Blattname": (lambda sheet: setattr(sheet, "title", "SGBII"), None, "Das Blatt „SGB II“ gibt es nicht", "„sheet“"),
    "negative Zahl": (with_cells(D8=-3), 8, "kann nicht negativ sein", "liefernde Stelle"),
    "Wort statt Zahl": (with_cells(D8="rund 300"), 8, "weder eine Zahl noch ein bekanntes Zeichen", ""),
    "ein Datum, wo gezählt wird": (with_cells(D8=date(2024, 3, 5)), 8, "Datum", ""),
    "ein Gebiet zweimal": (with_cells(A8="011", B8="Altstadt"), 8, "Das Gebiet 011 kommt", "korrekturen.toml"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_table_of_the_agency(tmp_path: Path, name: str) -> None:
    """Jeder Fehler einer kleinräumigen Tabelle wird mit Zeile und Abhilfe gesagt; nichts wird still übernommen."""
    change, row, message, remedy = WRONG[name]
    town = kleinstadt.write(tmp_path / "kleinstadt")
    path = agency(town, AGENCY)
    (path.parent / "rezept.toml").write_text(agency_recipe(), "utf-8")
    book = openpyxl.load_workbook(path)
    change(book["SGB II"])
    book.save(path)
    told = [f for f in pipeline.check(municipality.read(town))[1] if f.file == f"ba_sgb2/{path.name}"]

    fitting = [f for f in told if message in f.message]
    assert fitting, [f.message for f in told]
    assert fitting[0].row == row
    assert remedy in fitting[0].remedy


def test_a_year_that_has_not_come_is_told(tmp_path: Path) -> None:
    """Ein Tippfehler im Dateinamen macht aus 2024 keine Zukunft."""
    town = kleinstadt.write(tmp_path / "kleinstadt")
    path = agency(town, AGENCY)
    (path.parent / "rezept.toml").write_text(agency_recipe(), "utf-8")
    path.rename(path.with_name("akg_sgb2_2094-12.xlsx"))
    told = [f.message for f in pipeline.check(municipality.read(town))[1]]

    assert "Der Berichtszeitraum 31.12.2094 liegt in der Zukunft." in told


# -- GENESIS ------------------------------------------------------------------------------------------------------------

OLD = """Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;1_Auspraegung_Label;2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;2_Auspraegung_Label;BEV003__Gestorbene__Anzahl
12613;Statistik der Sterbefälle;STAG;Stichtag;31.12.2024;KREISE;Gemeinden;05998000;Kleinstadt;GES;Geschlecht;GESM;männlich;412
12613;Statistik der Sterbefälle;STAG;Stichtag;31.12.2024;KREISE;Gemeinden;05998000;Kleinstadt;GES;Geschlecht;GESW;weiblich;431
12613;Statistik der Sterbefälle;STAG;Stichtag;31.12.2024;KREISE;Gemeinden;05999000;Anderswo;GES;Geschlecht;GESM;männlich;-
"""
NEW = """statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label;value_q
1000A;Bevölkerung kompakt;STAG;Stichtag;2022-05-15;GEOGM4;Gemeinden;059980000000;Kleinstadt;2294;Anzahl;PRS018;Personen;e
1000A;Bevölkerung kompakt;STAG;Stichtag;2022-05-15;GEOGM4;Gemeinden;059980000000;Kleinstadt;901;Anzahl;WHG002;Wohnungen;p
1000A;Bevölkerung kompakt;STAG;Stichtag;2022-05-15;GEOGM4;Gemeinden;059990000000;Anderswo;77;Anzahl;PRS018;Personen;e
"""


def table(path: Path, **recipe: object) -> tuple[pd.DataFrame, list[Finding]]:
    known = recipes.Recipe.model_validate({"files": "*", "level": "kommune", **recipe})
    return tabelle.read(path, known, [kleinstadt.geography()], shipped())


def test_the_old_flat_file_of_genesis(tmp_path: Path) -> None:
    path = kleinstadt.put(tmp_path, "einwohnerregister/12613.csv", OLD)
    rows, findings = table(
        path,
        area="1_Auspraegung_Code",
        only_areas="05998000",
        period={"column": "Zeit"},
        dimensions={"sex": "2_Auspraegung_Code"},
        recode={"sex": {"GESM": "m", "GESW": "w"}},
        spalten=[{"column": "BEV003__Gestorbene__Anzahl", "variable": "sterbefaelle"}],
    )

    assert errors_of(findings) == []
    assert rows[["area", "sex", "period", "count"]].to_numpy().tolist() == [
        ["05998000", "m", "2024-12-31", 412.0],
        ["05998000", "w", "2024-12-31", 431.0],
    ]


NEW_RECIPE = {
    "area": "1_variable_attribute_code",
    "area_pattern": "^(?P<area>05998000)0000$",
    "only_areas": "059980000000",
    "period": {"column": "time"},
    "only_rows": {"value_variable_code": ["PRS018"]},
    "sign_column": "value_q",
    "spalten": [{"column": "value", "variable": "zensus_einwohner"}],
}


@pytest.mark.parametrize("packed", [False, True])
def test_the_new_flat_file_of_genesis_and_in_its_archive(tmp_path: Path, packed: bool) -> None:
    path = kleinstadt.put(tmp_path, "zensus_gitter/1000A-0001_de_flat.csv", NEW)
    if packed:
        archive = path.with_suffix(".zip")
        with zipfile.ZipFile(archive, "w") as target:
            target.write(path, path.name)
        path = archive
    rows, findings = table(path, **NEW_RECIPE)

    assert errors_of(findings) == []
    assert rows[["area", "period", "count", "status"]].to_numpy().tolist() == [
        ["05998000", "2022-05-15", 2294.0, Status.OK]
    ]


@pytest.mark.parametrize(
    ("sign", "status", "figure"),
    [("e", Status.OK, 2294), ("p", Status.PROVISIONAL, 2294), ("s", Status.ESTIMATED, 2294), ("/", Status.UNRELIABLE, 2294), (".", Status.SUPPRESSED, None)],
)  # fmt: skip
def test_a_sign_in_a_column_of_its_own_weakens_the_figure_or_takes_it_away(
    tmp_path: Path, sign: str, status: Status, figure: float | None
) -> None:
    path = kleinstadt.put(tmp_path, "zensus_gitter/a.csv", NEW.replace("Personen;e", f"Personen;{sign}"))
    rows, _ = table(path, **NEW_RECIPE)

    assert rows["status"].tolist() == [status]
    assert rows["count"].isna().tolist() == [figure is None]


def test_a_sign_that_nobody_explained_is_told_with_its_place(tmp_path: Path) -> None:
    path = kleinstadt.put(tmp_path, "zensus_gitter/a.csv", NEW.replace("Personen;e", "Personen;ß"))
    rows, findings = table(path, **NEW_RECIPE)

    assert "value_q" in str(errors_of(findings)[0])
    assert "ß" in str(errors_of(findings)[0])
    assert rows.empty or rows["count"].isna().all()


def test_an_archive_with_two_tables_or_half_of_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zensus_gitter" / "zwei.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", NEW)
        archive.writestr("b.csv", NEW)
    assert "2 Tabellen" in str(table(path, **NEW_RECIPE)[1][0])
    path.write_bytes(path.read_bytes()[:200])
    assert "abgeschnitten" in str(table(path, **NEW_RECIPE)[1][0])


# -- census grid --------------------------------------------------------------------------------------------------------


def squares(*figures: tuple[str, str, str]) -> str:
    """Squares of 100 m in the middle of areas of Kleinstadt: (area, figure, sign)."""
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True)
    lines = ["GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner;werterlaeuternde_Zeichen"]
    centres = kleinstadt.centres()
    for number, (area, figure, sign) in enumerate(figures):
        x, y = to_grid.transform(*centres[area]) if area in centres else (4_000_000.0, 2_700_000.0)
        lines.append(f"CRS3035RES100mN{number};{x:.2f};{y:.2f};{figure};{sign}".replace(".", ","))
    return "\n".join(lines) + "\n"


GRID = {
    "files": "*",
    "level": "bezirk",
    "period": "2024",
    "x": "x_mp_100m",
    "y": "y_mp_100m",
    "sign_column": "werterlaeuternde_Zeichen",
    "spalten": [{"column": "Einwohner", "variable": "zensus_einwohner"}],
}


def grid(path: Path, **changes: object) -> tuple[dict[str, tuple[float, str]], list[Finding]]:
    known = gitter.Grid.model_validate(GRID | changes)
    rows, findings = gitter.read(path, known, [kleinstadt.mapped()], shipped())
    return {r["area"]: (r["count"], r["status"]) for r in rows.to_dict("records")}, findings


def test_squares_are_added_up_to_areas_by_their_centre(tmp_path: Path) -> None:
    text = squares(("011", "12", ""), ("011", "30", ""), ("012", "7", "KLAMMERN"), ("weit weg", "99", ""), ("013", "–", ""), ("013", "5", ""))  # fmt: skip
    found, findings = grid(kleinstadt.put(tmp_path, "zensus_gitter/gitter.csv", text))

    assert findings == []
    assert found["011"] == (42.0, Status.OK)
    assert found["012"] == (7.0, Status.UNRELIABLE)
    assert found["013"][1] == Status.SUPPRESSED
    assert pd.isna(found["013"][0])
    assert found["021"][1] == Status.MISSING  # no square: nobody lives there, or that is hidden
    assert "nz" not in found


def test_a_grid_in_its_archive_and_read_in_the_wrong_encoding(tmp_path: Path) -> None:
    text = squares(("011", "12", ""), ("013", "â€“", ""))
    path = tmp_path / "zensus_gitter" / "Zensus2022.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Zensus2022_100m.csv", text)
    found, findings = grid(path)

    assert findings == []
    assert found["011"] == (12.0, Status.OK)
    assert found["013"][1] == Status.SUPPRESSED


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"x": "x_mp_1km"}, "x_mp_1km"),
        ({"crs": "EPSG:1"}, "EPSG:1"),
        ({"period": "neulich"}, "neulich"),
        ({"level": "block"}, "block"),
        ({"spalten": [{"column": "Einwohner", "variable": "gibtsnicht"}]}, "gibtsnicht"),
    ],
)
def test_a_grid_that_does_not_fit_says_why(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    path = kleinstadt.put(tmp_path, "zensus_gitter/gitter.csv", squares(("011", "12", "")))
    found, findings = grid(path, **changes)

    assert found == {}
    assert told in str(findings[0])


def test_a_figure_of_a_square_that_is_none_is_told_with_its_row(tmp_path: Path) -> None:
    path = kleinstadt.put(tmp_path, "zensus_gitter/g.csv", squares(("011", "12", ""), ("012", "viele", "")))
    _, findings = grid(path)

    assert "Zeile 3" in str(findings[0])
    assert "viele" in str(findings[0])


def test_noisy_counts_are_no_denominator_of_others() -> None:
    catalogue = shipped()
    bad = Indicator.model_validate(
        {
            **catalogue.indicators["arbeitslosenanteil"].model_dump(),
            "id": "schlecht",
            "denominator": {"variable": "zensus_einwohner"},
        }
    )
    findings = check(catalogue.__class__(**{**catalogue.__dict__, "indicators": {"schlecht": bad}}))

    assert any("zufällig verändert" in str(f) for f in findings)


# -- KomMonitor ---------------------------------------------------------------------------------------------------------

VALUES = [
    {"area": "011", "level": "bezirk", "period": "2023-12-31", "value": 7.4, "numerator": 61.0, "status": "ok"},
    {"area": "011", "level": "bezirk", "period": "2024-12-31", "value": None, "numerator": None, "status": "suppressed"},
    {"area": "012", "level": "bezirk", "period": "2024-12-31", "value": 0.0, "numerator": 0.0, "status": "none"},
    {"area": "nz", "level": "bezirk", "period": "2024-12-31", "value": None, "numerator": 12.0, "status": "ok"},
    {"area": "05998000", "level": "kommune", "period": "2024-12-31", "value": 5.9, "numerator": 224.0, "status": "ok"},
]  # fmt: skip


def test_a_hidden_value_leaves_for_kommonitor_as_no_data_and_never_as_zero() -> None:
    lines = kommonitor.series([v for v in VALUES if v["level"] == "bezirk"], {"011": "Altstadt"})

    assert lines == [
        ["ID", "NAME", "DATE_2023-12-31", "DATE_2024-12-31"],
        ["011", "Altstadt", 7.4, None],
        ["012", "", None, 0.0],
    ]


def test_the_time_series_of_kommonitor_comes_back_through_a_recipe(tmp_path: Path) -> None:
    lines = kommonitor.series([v for v in VALUES if v["level"] == "bezirk"], {"011": "Altstadt"})
    text = "\n".join(";".join("" if c is None else str(c).replace(".", ",") for c in line) for line in lines)
    path = kleinstadt.put(tmp_path, "einwohnerregister/k.csv", text)
    rows, findings = table(
        path, level="bezirk", area="ID",
        spalten=[{"matching": r"DATE_(\d{4}-\d\d-\d\d)", "variable": "flaeche", "period": "{0}"}],
    )  # fmt: skip

    assert errors_of(findings) == []
    there = rows[rows["count"].notna()][["area", "period", "count"]].to_numpy().tolist()
    assert there == [["011", "2023-12-31", 7.4], ["012", "2024-12-31", 0.0]]


METADATA = {
    "indicatorName": "Anteil der Arbeitslosen",
    "abbreviation": "ALO",
    "indicatorType": "STATUS_RELATIVE",
    "unit": "%",
    "precision": 2,
    "interpretation": 'Keine "Quote" im amtlichen Sinn.',
    "isHeadlineIndicator": True,
    "topicReference": "Arbeit",
    "defaultClassificationMapping": {"colorBrewerSchemeName": "Oranges"},
    "metadata": {
        "description": "Arbeitslose je 100 Personen.",
        "datasource": "Bundesagentur\nfür Arbeit",
    },
}


def test_metadata_of_kommonitor_become_a_draft_for_the_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "indikatoren.json"
    path.write_text(json.dumps([METADATA]), "utf-8")
    draft = tomllib.loads(inspecting.look(path).indicators)["alo"]

    assert draft["label"] == "Anteil der Arbeitslosen"
    assert draft["definition"] == "Arbeitslose je 100 Personen."
    assert (draft["decimals"], draft["headline"], draft["polarity"]) == (2, True, "higher_worse")
    assert draft["numerator"] == {"variable": "???"}
