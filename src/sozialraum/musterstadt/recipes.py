"""The recipes with which the deliveries of Musterstadt are read, one per source (Rezepte)."""

from __future__ import annotations

from sozialraum.musterstadt.counts import AGE_BANDS, DEATH_BANDS, SGB2_BANDS


def band_label(band: str) -> str:
    """An age band as the offices write it: `unter 3`, `3 bis unter 6`, `85 und älter`."""
    if band.endswith("+"):
        return f"{band[:-1]} und älter"
    low, high = band.split("-")
    return f"unter {int(high) + 1}" if low == "0" else f"{low} bis unter {int(high) + 1}"


_AGE_RECODE = "\n".join(f'"{band_label(band)}" = "{band}"' for band in AGE_BANDS)
_DEATH_RECODE = "\n".join(f'"{band_label(band)}" = "{band}"' for band in DEATH_BANDS)
_SGB2_COLUMNS = "\n".join(
    f'[[tabelle.spalten]]\ncolumn = "PERS {band_label(band)}"\nvariable = "sgb2_personen"\nage = "{band}"\n'
    for band in SGB2_BANDS
)

RECIPES = {
    "einwohnerregister": rf"""# Auszählungen der Statistikstelle aus dem Melderegister.

# Bestand: lang, eine Zeile je Bezirk, Altersgruppe, Geschlecht und Staatsangehörigkeit; UTF-8.
[[tabelle]]
files = "einwohner_*.csv"
encoding = "utf-8"
separator = ";"
level = "bezirk"
area = "Bezirk"
not_assignable = ["999"]
period = {{ file = 'einwohner_(\d{{4}})', as = '{{0}}-12-31' }}
dimensions = {{ age = "Altersgruppe", sex = "Geschlecht", nationality = "Staatsangehörigkeit" }}

[tabelle.recode.age]
{_AGE_RECODE}

[tabelle.recode.sex]
"männlich" = "m"
"weiblich" = "w"

[[tabelle.spalten]]
column = "Anzahl"
variable = "einwohner"

# Bewegungen: breit, ein Merkmal je Spalte, Summenzeile, Windows-Kodierung, „-“ für nichts.
[[tabelle]]
files = "bewegungen_*.csv"
encoding = "cp1252"
separator = ";"
level = "bezirk"
area = "Bezirk"
not_assignable = ["999"]
total_rows = ["Insgesamt"]
period = {{ file = 'bewegungen_(\d{{4}})', as = '{{0}}-12-31' }}

[[tabelle.spalten]]
column = "Geborene"
variable = "geburten"

[[tabelle.spalten]]
column = "Gestorbene"
variable = "sterbefaelle"

[[tabelle.spalten]]
column = "Zuzüge von außerhalb"
variable = "zuzuege"

[[tabelle.spalten]]
column = "Fortzüge nach außerhalb"
variable = "fortzuege"

# Gestorbene nach Alter: für die ganze Stadt, alle Jahre in einer Datei.
[[tabelle]]
files = "gestorbene_alter_*.csv"
encoding = "cp1252"
separator = ";"
level = "kommune"
area = "Gemeinde"
period = {{ column = "Stichtag" }}
dimensions = {{ age = "Alter" }}

[tabelle.recode.age]
{_DEATH_RECODE}

[[tabelle.spalten]]
column = "Gestorbene"
variable = "sterbefaelle"

# Alter und Wohndauer: alle Jahre in einer Datei, Stichtag in einer Spalte, Tausenderpunkte.
[[tabelle]]
files = "alter_wohndauer_*.csv"
encoding = "cp1252"
separator = ";"
thousands = "."
level = "bezirk"
area = "Bezirk"
not_assignable = ["999"]
period = {{ column = "Stichtag" }}

[[tabelle.spalten]]
column = "Summe der Altersjahre"
variable = "altersjahre"

[[tabelle.spalten]]
column = "Personen ab 5 Jahren"
variable = "einwohner_ab_5"

[[tabelle.spalten]]
column = "darunter mindestens 5 Jahre wohnhaft"
variable = "wohndauer_ab_5"
""",
    "haushaltegenerierung": """# Arbeitsmappe mit allen Jahren; die Schlüssel haben in Excel ihre führende Null verloren.
[[tabelle]]
files = "haushalte_*.xlsx"
sheet = "Haushalte"
header_row = 4
level = "bezirk"
area = "Bezirk"
area_width = 3
not_assignable = ["ohne"]
total_rows = ["Insgesamt"]
skip_rows = ["Quelle: Statistikstelle Musterstadt, Haushaltegenerierung"]
period = { column = "Stichtag" }

[[tabelle.spalten]]
column = "Haushalte"
variable = "haushalte"

[[tabelle.spalten]]
column = "darunter mit 1 Person"
variable = "haushalte_einperson"

[[tabelle.spalten]]
column = "darunter mit Kindern unter 18"
variable = "haushalte_mit_kindern"

[[tabelle.spalten]]
column = "darunter alleinerziehend"
variable = "haushalte_alleinerziehend"

[[tabelle.spalten]]
column = "Kinder bei Alleinerziehenden"
variable = "kinder_alleinerziehend"

[[tabelle.spalten]]
column = "Alleinlebende ab 65"
variable = "alleinlebende_65plus"
""",
    "ba_arbeitsmarkt": r"""# Arbeitslose nach Bezirken: eine Datei je Berichtsmonat.
[[tabelle]]
files = "arbeitslose_????-12.csv"
encoding = "cp1252"
separator = ";"
thousands = "."
level = "bezirk"
area = "Schlüssel"
not_assignable = ["999"]
total_rows = ["Insgesamt"]
period = { file = 'arbeitslose_(\d{4})-12', as = '{0}-12-31' }

[[tabelle.spalten]]
column = "Arbeitslose (SGB II und III)"
variable = "arbeitslose"

# Unter 25 Jahren nur nach Stadtteilen: In den Bezirken wären fast alle Werte gesperrt.
[[tabelle]]
files = "arbeitslose_unter25_stadtteile.csv"
encoding = "cp1252"
separator = ";"
level = "stadtteil"
area = "Stadtteil"
not_assignable = ["nz"]
period = { column = "Berichtsmonat", as = '{0}-31' }

[[tabelle.spalten]]
column = "Arbeitslose 15 bis unter 25"
variable = "arbeitslose_15_24"
""",
    "ba_sgb2": rf"""# Arbeitsmappe je Berichtsmonat: breit, eine Altersgruppe je Spalte, Kopf über der Tabelle.
[[tabelle]]
files = "sgb2_*.xlsx"
sheet = "Tabelle 1"
header_row = 5
level = "bezirk"
area = "Schlüssel"
not_assignable = ["999"]
total_rows = ["Insgesamt"]
period = {{ file = 'sgb2_(\d{{4}})-12', as = '{{0}}-12-31' }}

{_SGB2_COLUMNS}
[[tabelle.spalten]]
column = "LB"
variable = "sgb2_leistungsberechtigte"
""",
    "sozialamt_sgb12": """# Auszählung des Fachverfahrens: alle Stichtage in einer Datei; „ofW“ heißt ohne festen Wohnsitz.
[[tabelle]]
files = "grundsicherung_alter.csv"
separator = ";"
level = "bezirk"
area = "Bezirk"
not_assignable = ["ofW"]
period = { column = "Stichtag" }

[[tabelle.spalten]]
column = "Personen ab 65"
variable = "grundsicherung_alter"
""",
    "gesundheitsamt_seu": """# Drei Einschulungsjahrgänge zusammengefasst, nach Stadtteilen.
[[tabelle]]
files = "schuleingang_*.csv"
encoding = "utf-8"
separator = ";"
level = "stadtteil"
area = "Stadtteil"
not_assignable = ["nz"]
period = { column = "Einschulungsjahrgänge" }

[[tabelle.spalten]]
column = "untersucht"
variable = "seu_untersuchte"

[[tabelle.spalten]]
column = "Sprachkompetenz auffällig"
variable = "seu_sprache_auffaellig"
""",
}
