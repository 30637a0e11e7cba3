"""The tables of further offices of Musterstadt, as offices really send them, each with its recipe (Fachämter)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sozialraum.musterstadt import geometry
from sozialraum.musterstadt.counts import AGE_BANDS, EXAMINED_YEARS, STADTTEIL_CODES, Tables
from sozialraum.musterstadt.services import ELECTION_YEAR
from sozialraum.musterstadt.town import NOWHERE, QUARTERS, STADTTEILE, YEARS

Row = Sequence[str | int]
# A fixed date keeps the bytes of a workbook the same from run to run.
WORKBOOK_DATE: Final = datetime(2025, 3, 14, 9, 30, tzinfo=UTC)
CARE_YEARS: Final = tuple(range(2015, 2025, 2))


def write_offices(folder: Path, tables: Tables) -> None:
    """Write the deliveries of all further offices below `folder` and add their recipes."""
    for source, (writer, recipe) in OFFICES.items():
        (folder / source).mkdir(parents=True, exist_ok=True)
        writer(folder / source, tables)
        path = folder / source / "rezept.toml"
        known = path.read_text("utf-8") + "\n" if path.exists() else ""
        path.write_text(known + recipe.lstrip("\n"), encoding="utf-8", newline="\n")


# -- forms that tables come in ------------------------------------------------------------------------------------------


def _csv(path: Path, rows: Iterable[Row], *, encoding: str = "cp1252", separator: str = ";") -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def _figures(tables: Tables, names: Sequence[str], place: int, year: int) -> list[int]:
    return [int(tables[name][year, place]) for name in names]


def _sums(tables: Tables, names: Sequence[str], year: int) -> list[int]:
    return [int(tables[name][year].sum()) for name in names]


def _dotted(number: int, mark: str = ".") -> str:
    return f"{number:,}".replace(",", mark)


def _dash(number: int) -> str | int:
    return number or "-"


def _key_and_name(code: str) -> str:
    return "keine Zuordnung möglich" if code == NOWHERE.code else f"{code} {STADTTEILE[code]}"


def _name_and_key(code: str) -> str:
    return "ohne festen Wohnsitz" if code == NOWHERE.code else f"{STADTTEILE[code]} ({code})"


def _year_of(table: Sequence[int], year: int) -> int:
    return list(table).index(year)


def _grid(page: Any, start: int, rows: Iterable[Row]) -> None:
    for number, row in enumerate(rows, start=start):
        page.write_row(number, 0, row)


def _book(path: Path, title: str) -> Any:
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": title, "created": WORKBOOK_DATE})
    return book


def _columns(columns: Iterable[tuple[str, str]]) -> str:
    return "".join(f'  {{ column = "{title}", variable = "{name}" }},\n' for name, title in columns)


def _by_school_year(columns: Iterable[tuple[str, str]]) -> str:
    pattern = r"(\d{4}/\d\d)"
    return "".join(
        f'  {{ matching = \'{pattern} {title}\', variable = "{name}", period = "{{0}}" }},\n'
        for name, title in columns
    )


# -- employment agency: impressum, notes, merged headings over two rows, one workbook per month ---------------------------

UNEMPLOYED: Final = ("arbeitslose_sgb2", "arbeitslose_lang", "arbeitslose_55plus", "arbeitslose_nichtdeutsch")
EMPLOYED: Final = ("beschaeftigte", "beschaeftigte_frauen", "beschaeftigte_geringfuegig")


def _agency(folder: Path, tables: Tables) -> None:
    for i, year in enumerate(YEARS):
        with _book(folder / f"akg_{year}-12.xlsx", "Arbeitsmarkt kleinräumig") as book:
            bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
            imprint = book.add_worksheet("Impressum")
            _grid(imprint, 0, [["Arbeitsmarkt kleinräumig"], ["Erfundene Stadt: Daten zum Ausprobieren"], [f"Berichtsmonat: Dezember {year}"], ["Nach Beschreibung nachgebaut"]])  # fmt: skip
            _agency_sheet(book.add_worksheet("Arbeitslose"), bold, tables, UNEMPLOYED, i, year,
                          "Arbeitslose", ("Rechtskreis SGB II", "länger als 1 Jahr", "55 Jahre und älter", "Ausländer/innen"))  # fmt: skip
            _agency_sheet(book.add_worksheet("Beschäftigte"), bold, tables, EMPLOYED, i, year,
                          "Beschäftigte am Wohnort", ("svpflichtig", "darunter Frauen", "ausschl. geringfügig"))  # fmt: skip


def _agency_sheet(page: Any, bold: Any, tables: Tables, names: Sequence[str], i: int, year: int, title: str, columns: Sequence[str]) -> None:  # fmt: skip
    page.write(0, 0, f"{title} nach Stadtteilen")
    page.write(1, 0, f"Musterstadt, Dezember {year}")
    page.merge_range(3, 0, 4, 0, "Gebiet", bold)
    page.merge_range(3, 1, 3, len(columns), title, bold)
    page.write_row(4, 1, columns, bold)
    page.write_row(5, 0, [str(n) for n in range(1, len(columns) + 2)])
    rows: list[Row] = [[_key_and_name(code), *map(_dash, _figures(tables, names, c, i))] for c, code in enumerate(STADTTEIL_CODES)]  # fmt: skip
    rows += [["Insgesamt", *_sums(tables, names, i)], []]
    rows += [["1) Personen ohne Angabe des Wohnorts sind enthalten."], ["Quelle: nach Beschreibung nachgebaut, nicht amtlich"]]  # fmt: skip
    _grid(page, 6, rows)
    page.set_column(0, 0, 28)
    page.set_column(1, len(columns), 16)


def _agency_recipe(sheet: str, title: str, columns: Sequence[tuple[str, str]]) -> str:
    lines = ",\n".join(
        f'  {{ column = "{title} / {column}", variable = "{name}" }}' for column, name in columns
    )
    return rf"""
# Blatt „{sheet}“: Kopf über zwei Zeilen, darunter Spaltennummern; Schlüssel und Name in einer Zelle; Fußnoten.
[[tabelle]]
files = "akg_*.xlsx"
sheet = "{sheet}"
header_rows = [4, 5]
first_row = 7
level = "stadtteil"
area = "Gebiet"
area_pattern = '^(?P<area>\d\d) '
not_assignable = ["keine Zuordnung möglich"]
total_rows = ["Insgesamt"]
ends_before = ["1)", "Quelle"]
period = {{ file = 'akg_(\d{{4}})-12', as = '{{0}}-12-31' }}
spalten = [
{lines},
]
"""


# -- job centre: one workbook, one sheet per year, keys without their zero ----------------------------------------------

SGB2: Final = (
    "sgb2_elb",
    "sgb2_elb_lang",
    "sgb2_elb_erwerbstaetig",
    "sgb2_nef_u15",
    "sgb2_bg",
    "sgb2_bg_alleinerziehend",
)
SGB2_COLUMNS: Final = (
    "ELB",
    "ELB in Langzeitbezug",
    "ELB mit Erwerbseinkommen",
    "NEF unter 15",
    "BG",
    "BG Alleinerziehende",
)


def _job_centre(folder: Path, tables: Tables) -> None:
    with _book(folder / "strukturen_sgb2.xlsx", "Strukturen SGB II") as book:
        _grid(book.add_worksheet("Hinweise"), 0, [["ELB: erwerbsfähige, NEF: nicht erwerbsfähige Leistungsberechtigte; BG: Bedarfsgemeinschaften"]])  # fmt: skip
        for i, year in enumerate(YEARS):
            page = book.add_worksheet(f"Dez {year}")
            page.write_row(0, 0, ["Nr.", "Stadtteil", *SGB2_COLUMNS])
            rows: list[Row] = [
                ["o. A." if code == NOWHERE.code else int(code), STADTTEILE.get(code, "ohne Angabe"), *_figures(tables, SGB2, c, i)]
                for c, code in enumerate(STADTTEIL_CODES)
            ]  # fmt: skip
            _grid(page, 1, [*rows, ["Summe", "Musterstadt", *_sums(tables, SGB2, i)]])


_JOB_CENTRE: Final = rf"""
# Ein Blatt je Jahr; die Nummern haben ihre führende Null verloren.
[[tabelle]]
files = "strukturen_sgb2.xlsx"
sheets = '^Dez \d{{4}}$'
level = "stadtteil"
area = "Nr."
area_width = 2
not_assignable = ["o. A."]
total_rows = ["Summe"]
period = {{ sheet = '(\d{{4}})', as = '{{0}}-12-31' }}
spalten = [
{_columns(zip(SGB2, SGB2_COLUMNS, strict=True))}]
"""


# -- youth welfare office: names instead of keys; a long list of aids ----------------------------------------------------

KITA: Final = ("kita_u3", "kita_ue3", "kita_familiensprache")


def _day_care(folder: Path, tables: Tables) -> None:
    with _book(folder / "betreute_kinder.xlsx", "Betreute Kinder") as book:
        for i, year in enumerate(YEARS):
            page = book.add_worksheet(f"Bev. 31.12.{year}")
            page.write(
                0, 0, f"Betreute Kinder am 1. März {year + 1} nach Wohnort, zur Bevölkerung am 31.12.{year}"
            )
            page.write_row(
                2,
                0,
                [
                    "Stadtteil",
                    "unter 3 Jahre",
                    "3 bis unter 6 Jahre",
                    "darunter Familiensprache nicht Deutsch",
                ],
            )
            rows: list[Row] = []
            for c, code in enumerate(STADTTEIL_CODES):
                name = "auswärtig/unbekannt" if code == NOWHERE.code else STADTTEILE[code].upper() if c % 5 == 2 else STADTTEILE[code]  # fmt: skip
                rows.append([name, *map(_dash, _figures(tables, KITA, c, i))])
            rows += [["gesamt", *_sums(tables, KITA, i)], ["* Kinder in Kindertagespflege sind enthalten."]]
            _grid(page, 3, rows)


_DAY_CARE: Final = r"""# Betreute Kinder: ein Blatt je Jahr, nur Namen statt Schlüsseln, eine Fußnote.
# Der 1. März gehört zur Bevölkerung des Jahresendes davor; das Amt nennt sie im Namen des Blattes.
[[tabelle]]
files = "betreute_kinder.xlsx"
sheets = '^Bev'
header_row = 3
level = "stadtteil"
area = "Stadtteil"
area_by = "name"
not_assignable = ["auswärtig/unbekannt"]
total_rows = ["gesamt"]
ends_before = ["*"]
period = { sheet = '31\.12\.(\d{4})', as = '{0}-12-31' }
spalten = [
  { column = "unter 3 Jahre", variable = "kita_u3" },
  { column = "3 bis unter 6 Jahre", variable = "kita_ue3" },
  { column = "darunter Familiensprache nicht Deutsch", variable = "kita_familiensprache" },
]
"""


def _aids(folder: Path, tables: Tables) -> None:
    rows: list[Row] = [["Jahr", "Wohnort", "Statistik", "Zahl"]]
    for i, year in enumerate(YEARS):
        for c, code in enumerate(STADTTEIL_CODES):
            for name, title in (
                ("hze", "Hilfen §§ 27-35, laufend 31.12."),
                ("gefaehrdung", "Verfahren § 8a"),
            ):
                rows.append([year, _key_and_name(code), title, int(tables[name][i, c])])
    _csv(folder / "hilfen_sgb8.csv", rows, encoding="utf-8-sig")


_AIDS: Final = "\n".join(
    rf"""# {title}: eine lange Liste, mehrere Statistiken untereinander.
[[tabelle]]
files = "hilfen_sgb8.csv"
level = "stadtteil"
area = "Wohnort"
area_pattern = '^(?P<area>\d\d) '
not_assignable = ["keine Zuordnung möglich"]
only_rows = {{ "Statistik" = ["{title}"] }}
period = {{ column = "Jahr", as = '{{0}}-12-31' }}
spalten = [{{ column = "Zahl", variable = "{name}" }}]
"""
    for name, title in (("hze", "Hilfen §§ 27-35, laufend 31.12."), ("gefaehrdung", "Verfahren § 8a"))
)


# -- school office: one column per school year, the key behind the name --------------------------------------------------

SCHOOL: Final = {
    "uebergaenge": (("klasse4", "Übergänge"), ("klasse4_gymnasium", "davon Gymnasium")),
    "ganztag": (("grundschulkinder", "Kinder"), ("ogs", "davon OGS")),
    "abgaenge": (("schulabgaenge", "Abgänge"), ("schulabgaenge_ohne", "davon ohne Abschluss")),
}


def _school_year(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"


def _schools(folder: Path, tables: Tables) -> None:
    for file, columns in SCHOOL.items():
        header: list[str | int] = [
            "Wohnort",
            *(f"{_school_year(y)} {title}" for y in YEARS for _, title in columns),
        ]
        rows: list[Row] = [header]
        for c, code in enumerate(STADTTEIL_CODES):
            rows.append(
                [
                    _name_and_key(code),
                    *(_dash(int(tables[n][i, c])) for i in range(len(YEARS)) for n, _ in columns),
                ]
            )
        rows.append(
            ["Musterstadt", *(int(tables[n][i].sum()) for i in range(len(YEARS)) for n, _ in columns)]
        )
        _csv(folder / f"{file}.csv", rows)


_SCHOOLS: Final = "\n".join(
    rf"""# {file}: eine Spalte je Schuljahr; der Schlüssel steht hinter dem Namen.
[[tabelle]]
files = "{file}.csv"
encoding = "cp1252"
level = "stadtteil"
area = "Wohnort"
area_pattern = '\((?P<area>\d\d)\)$'
not_assignable = ["ohne festen Wohnsitz"]
total_rows = ["Musterstadt"]
spalten = [
{_by_school_year(columns)}]
"""
    for file, columns in SCHOOL.items()
)


# -- social welfare office: subtotals between the rows; footnotes ---------------------------------------------------------

SGB12: Final = (
    ("hlu", "3. Kapitel"),
    ("grundsicherung_em", "4. Kapitel, unter 65"),
    ("hilfe_zur_pflege", "7. Kapitel"),
)
NORTH: Final = ("01", "02", "03", "04")


def _welfare(folder: Path, tables: Tables) -> None:
    names = [name for name, _ in SGB12]
    rows: list[Row] = [["Stichtag", "Stadtteil", *(title for _, title in SGB12)]]
    for i, year in enumerate(YEARS):
        day = f"31.12.{year}"
        for c, code in enumerate(STADTTEIL_CODES):
            rows.append([day, _key_and_name(code), *map(_dash, _figures(tables, names, c, i))])
            if code == NORTH[-1]:
                north = [sum(_figures(tables, [name], k, i)[0] for k in range(len(NORTH))) for name in names]
                rows.append([day, "Zwischensumme Bezirksstelle Nord", *north])
        rows.append([day, "Summe", *_sums(tables, names, i)])
    _csv(folder / "sgb12_kapitel.csv", rows)


_WELFARE: Final = r"""
# Drei Kapitel des SGB XII nach Stadtteilen: alle Stichtage untereinander, mit Zwischensummen.
[[tabelle]]
files = "sgb12_kapitel.csv"
encoding = "cp1252"
level = "stadtteil"
area = "Stadtteil"
area_pattern = '^(?P<area>\d\d) '
not_assignable = ["keine Zuordnung möglich"]
total_rows = ["Summe"]
skip_matching = '^Zwischensumme'
period = { column = "Stichtag" }
spalten = [
  { column = "3. Kapitel", variable = "hlu" },
  { column = "4. Kapitel, unter 65", variable = "grundsicherung_em" },
  { column = "7. Kapitel", variable = "hilfe_zur_pflege" },
]
"""


def _allowances(folder: Path, tables: Tables) -> None:
    with _book(folder / "wohngeld_asyl.xlsx", "Wohngeld und AsylbLG") as book:
        page = book.add_worksheet("Auswertung")
        page.write(
            0, 0, "Haushalte mit Wohngeld¹) und Personen mit Regelleistungen nach dem AsylbLG, jeweils 31.12."
        )
        header: list[str | int] = ["Stadtteil"]
        for year in YEARS:
            header += [f"Wohngeld {year}", f"AsylbLG {year}"]
        page.write_row(2, 0, header)
        rows: list[Row] = []
        for c, code in enumerate(STADTTEIL_CODES):
            figures: list[str | int] = []
            for i in range(len(YEARS)):
                figures += [_dash(int(tables["wohngeld"][i, c])), _dash(int(tables["asylblg"][i, c]))]
            rows.append([_key_and_name(code), *figures])
        rows += [[], ["¹) ab 2023 Wohngeld-Plus: Der Kreis der Berechtigten wurde erweitert."]]
        _grid(page, 3, rows)


_ALLOWANCES: Final = r"""# Alle Jahre nebeneinander; unter der Tabelle eine Fußnote.
[[tabelle]]
files = "wohngeld_asyl.xlsx"
header_row = 3
level = "stadtteil"
area = "Stadtteil"
area_pattern = '^(?P<area>\d\d) '
not_assignable = ["keine Zuordnung möglich"]
ends_before = ["¹)"]
spalten = [
  { matching = 'Wohngeld (\d{4})', variable = "wohngeld", period = "{0}-12-31" },
  { matching = 'AsylbLG (\d{4})', variable = "asylblg", period = "{0}-12-31" },
]
"""


# -- health, care, housing, election, origin, surveying ------------------------------------------------------------------

FINDINGS: Final = (
    ("seu_gewogen", "gewogen und gemessen"), ("seu_uebergewicht", "Übergewicht"), ("seu_adipositas", "darunter Adipositas"),
    ("seu_heft", "Heft vorgelegt"), ("seu_u9", "U9"), ("seu_impfausweis", "Impfausweis vorgelegt"), ("seu_masern", "Masern 2. Dosis"),
)  # fmt: skip


def _examinations(folder: Path, tables: Tables) -> None:
    rows: list[Row] = [["Jahrgänge", "Stadtteil", *(title for _, title in FINDINGS)]]
    names = [name for name, _ in FINDINGS]
    for i, (first, last) in enumerate(EXAMINED_YEARS):
        rows += [
            [f"{first}-{last}", code, *_figures(tables, names, c, i)]
            for c, code in enumerate(STADTTEIL_CODES)
            if code != NOWHERE.code
        ]
    _csv(folder / "befunde_einschulung.csv", rows)


_EXAMINATIONS: Final = rf"""
# Weitere Befunde der Einschulung, drei Jahrgänge zusammengefasst.
[[tabelle]]
files = "befunde_einschulung.csv"
encoding = "cp1252"
level = "stadtteil"
area = "Stadtteil"
period = {{ column = "Jahrgänge" }}
spalten = [
{_columns(FINDINGS)}]
"""


def _care(folder: Path, tables: Tables) -> None:
    rows: list[Row] = [["Stand", "Schlüssel", "Pflegebedürftige", "Schwerbehinderte"]]
    for year in CARE_YEARS:
        i = _year_of(YEARS, year)
        rows += [
            [f"31. Dezember {year}", "ohne" if code == NOWHERE.code else code,
             *(_dotted(n, " ") for n in _figures(tables, ("pflegebeduerftige", "schwerbehinderte"), c, i))]
            for c, code in enumerate(STADTTEIL_CODES)
        ]  # fmt: skip
    _csv(folder / "pflege_behinderung.csv", rows, encoding="utf-8")


_CARE: Final = """# Alle zwei Jahre; Tausender sind durch Leerzeichen getrennt, der Stichtag steht in Worten.
[[tabelle]]
files = "pflege_behinderung.csv"
level = "stadtteil"
area = "Schlüssel"
not_assignable = ["ohne"]
period = { column = "Stand" }
spalten = [
  { column = "Pflegebedürftige", variable = "pflegebeduerftige" },
  { column = "Schwerbehinderte", variable = "schwerbehinderte" },
]
"""

HOUSING: Final = (
    ("wohnungen", "Wohnungen"),
    ("wohnungen_gefoerdert", "gefördert"),
    ("wohnungen_leer", "länger leer"),
)


def _housing(folder: Path, tables: Tables) -> None:
    for i, year in enumerate(YEARS):
        rows: list[Row] = [["Wohnungsbestand", "", "", ""], ["Stadtteil", *(title for _, title in HOUSING)]]
        rows += [
            [code, *(_dotted(n) for n in _figures(tables, [name for name, _ in HOUSING], c, i))]
            for c, code in enumerate(STADTTEIL_CODES)
            if code != NOWHERE.code
        ]
        _csv(folder / f"bestand_{year}.txt", rows, encoding="utf-16", separator="\t")


_HOUSING: Final = rf"""# „Unicode-Text“ aus Excel: UTF-16 mit Tabulatoren, Tausenderpunkte.
[[tabelle]]
files = "bestand_*.txt"
header_row = 2
level = "stadtteil"
area = "Stadtteil"
period = {{ file = 'bestand_(\d{{4}})', as = '{{0}}-12-31' }}
spalten = [
{_columns(HOUSING)}]
"""


def _election(folder: Path, tables: Tables) -> None:
    i = _year_of(YEARS, ELECTION_YEAR)
    rows: list[Row] = [["datum", "wahl", "gebiet-nr", "gebiet-name", "A", "B"]]
    rows += [
        [
            "13.09.2020",
            "Ratswahl",
            code,
            STADTTEILE[code],
            *_figures(tables, ("wahlberechtigte", "waehlende"), c, i),
        ]
        for c, code in enumerate(STADTTEIL_CODES)
        if code != NOWHERE.code
    ]
    _csv(folder / "ratswahl_2020.csv", rows, encoding="utf-8")


_ELECTION: Final = """# Offene Wahldaten: A sind die Wahlberechtigten, B die Wählenden.
[[tabelle]]
files = "ratswahl_2020.csv"
level = "stadtteil"
area = "gebiet-nr"
period = { column = "datum" }
spalten = [
  { column = "A", variable = "wahlberechtigte" },
  { column = "B", variable = "waehlende" },
]
"""

ORIGIN: Final = (
    ("migrationshintergrund", "mit Migrationshintergrund"), ("migrationshintergrund_u18", "darunter unter 18"),
    ("umzuege_innerhalb", "Umzüge aus anderen Gebieten"),
)  # fmt: skip


def _origin(folder: Path, tables: Tables) -> None:
    rows: list[Row] = [["Stichtag", "Stadtteil", *(title for _, title in ORIGIN)]]
    for i, year in enumerate(YEARS):
        rows += [
            [f"31.12.{year}", "999" if code == NOWHERE.code else code, *map(_dotted, _figures(tables, [n for n, _ in ORIGIN], c, i))]
            for c, code in enumerate(STADTTEIL_CODES)
        ]  # fmt: skip
    _csv(folder / "herkunft_umzuege.csv", rows)


_ORIGIN: Final = rf"""
# Herkunft und Umzüge nach Stadtteilen, alle Jahre in einer Datei.
[[tabelle]]
files = "herkunft_umzuege.csv"
encoding = "cp1252"
level = "stadtteil"
area = "Stadtteil"
not_assignable = ["999"]
period = {{ column = "Stichtag" }}
spalten = [
{_columns(ORIGIN)}]
"""


def _large_families(folder: Path, tables: Tables) -> None:
    rows: list[Row] = [["Stadtteil", *(f"31.12.{year}" for year in YEARS)]]
    for c, code in enumerate(STADTTEIL_CODES):
        rows.append(
            [_key_and_name(code), *(int(tables["haushalte_kinderreich"][i, c]) for i in range(len(YEARS)))]
        )
    _csv(folder / "kinderreiche_haushalte.csv", rows)


_LARGE_FAMILIES: Final = r"""
# Haushalte mit drei und mehr Kindern: eine Spalte je Stichtag.
[[tabelle]]
files = "kinderreiche_haushalte.csv"
encoding = "cp1252"
level = "stadtteil"
area = "Stadtteil"
area_pattern = '^(?P<area>\d\d) '
not_assignable = ["keine Zuordnung möglich"]
spalten = [{ matching = '31\.12\.(\d{4})', variable = "haushalte_kinderreich", period = "{0}-12-31" }]
"""


def _surveying(folder: Path, _tables: Tables) -> None:
    shapes = geometry.quarters()
    rows: list[Row] = [["Stichtag", "Bezirk", "Fläche in ha"]]
    for year in YEARS:
        rows += [
            [f"31.12.{year}", quarter.code, f"{shapes[quarter.code].area / 10_000:.1f}".replace(".", ",")]
            for quarter in QUARTERS
        ]
    _csv(folder / "flaechen.csv", rows, encoding="utf-8")


_SURVEYING: Final = """# Katasterflächen der Bezirke in Hektar.
[[tabelle]]
files = "flaechen.csv"
level = "bezirk"
area = "Bezirk"
period = { column = "Stichtag" }
spalten = [{ column = "Fläche in ha", variable = "flaeche" }]
"""

# -- statistical office of the state: the areas that the town compares itself with ----------------------------------------

# How the larger areas differ from the town: per variable a factor on its rate, for the region and the state.
BEYOND: Final = {"99": (310.0, 0.92), "991": (48.0, 1.05)}
COMPARED: Final = (("arbeitslose", "Arbeitslose"), ("sgb2_leistungsberechtigte", "Leistungsberechtigte SGB II"), ("grundsicherung_alter", "Grundsicherung ab 65"), ("geburten", "Geburten"), ("sterbefaelle", "Gestorbene"))  # fmt: skip


def _state(folder: Path, tables: Tables) -> None:
    rows: list[Row] = [["Stichtag", "Schlüssel", "Gebiet", "Merkmal", "Altersgruppe", "Anzahl"]]
    names = {"99": "Land", "991": "Regierungsbezirk"}
    for i, year in enumerate(YEARS):
        ages = tables["einwohner"][i].sum(axis=(0, 2, 3))
        for code, (size, rate) in BEYOND.items():
            head = [f"31.12.{year}", code, names[code]]
            rows += [
                [*head, "Bevölkerung", band, round(size * int(ages[b]))] for b, band in enumerate(AGE_BANDS)
            ]
            rows += [
                [*head, title, "insgesamt", round(size * rate * int(tables[name][i].sum()))]
                for name, title in COMPARED
            ]
    _csv(folder / "vergleichsgebiete.csv", rows, encoding="utf-8-sig")


def _compared(title: str, column: str) -> str:
    return f"""[[tabelle]]
files = "vergleichsgebiete.csv"
level = "vergleich"
area = "Schlüssel"
period = {{ column = "Stichtag" }}
only_rows = {{ Merkmal = ["{title}"] }}
{column}
"""


_STATE: Final = "# Vergleichsgebiete: lange Tabelle des Landesamts, alle Merkmale untereinander.\n" + "\n".join(
    [
        _compared("Bevölkerung", 'dimensions = { age = "Altersgruppe" }\nspalten = [{ column = "Anzahl", variable = "einwohner" }]'),
        *(_compared(title, f'spalten = [{{ column = "Anzahl", variable = "{name}" }}]') for name, title in COMPARED),
    ]
)  # fmt: skip

OFFICES: Final[dict[str, tuple[Callable[[Path, Tables], None], str]]] = {
    "ba_arbeitsmarkt": (
        _agency,
        _agency_recipe("Arbeitslose", "Arbeitslose", [("Rechtskreis SGB II", "arbeitslose_sgb2"), ("länger als 1 Jahr", "arbeitslose_lang"),
                                                      ("55 Jahre und älter", "arbeitslose_55plus"), ("Ausländer/innen", "arbeitslose_nichtdeutsch")])
        + _agency_recipe("Beschäftigte", "Beschäftigte am Wohnort", [("svpflichtig", "beschaeftigte"), ("darunter Frauen", "beschaeftigte_frauen"),
                                                                     ("ausschl. geringfügig", "beschaeftigte_geringfuegig")]),
    ),
    "ba_sgb2": (_job_centre, _JOB_CENTRE),
    "jugendamt_kita": (_day_care, _DAY_CARE),
    "jugendamt_hilfen": (_aids, _AIDS),
    "schulamt": (_schools, _SCHOOLS),
    "sozialamt_sgb12": (_welfare, _WELFARE),
    "sozialamt_leistungen": (_allowances, _ALLOWANCES),
    "gesundheitsamt_seu": (_examinations, _EXAMINATIONS),
    "pflegestatistik": (_care, _CARE),
    "wohnungswesen": (_housing, _HOUSING),
    "wahlamt": (_election, _ELECTION),
    "einwohnerregister": (_origin, _ORIGIN),
    "haushaltegenerierung": (_large_families, _LARGE_FAMILIES),
    "vermessungsamt": (_surveying, _SURVEYING),
    "landesstatistik": (_state, _STATE),
}  # fmt: skip
