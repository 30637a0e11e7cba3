"""Bad input: every fault is told in German with its place and remedy, all at once, and nothing is written."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import kleinstadt
from sozialraum import municipality, pipeline
from sozialraum.cli import main
from sozialraum.errors import Finding, Severity, SozialraumError, errors_of

PEOPLE = "lieferungen/einwohnerregister/einwohner_2024.csv"
UNEMPLOYED = "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv"
RECIPE = "lieferungen/ba_arbeitsmarkt/rezept.toml"
Change = Callable[[Path], object]
ENGLISH = {"error", "expected", "should", "invalid", "input", "valid", "line"}


def findings_of(town: Path) -> list[Finding]:
    """Everything that a check of the folder tells."""
    try:
        return pipeline.check(municipality.read(town))[1]
    except SozialraumError as error:
        return list(error.findings)


def put(name: str, content: str | bytes) -> Change:
    return lambda town: kleinstadt.put(town, name, content)


def replaced(name: str, old: str, new: str) -> Change:
    def change(town: Path) -> None:
        text = (town / name).read_text("utf-8")
        assert old in text
        kleinstadt.put(town, name, text.replace(old, new))

    return change


def both(*changes: Change) -> Change:
    return lambda town: [change(town) for change in changes]


def workbook(rows: list[list[object]], name: str = "Tabelle 1") -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def as_workbook(content: bytes) -> Change:
    """The unemployed of 2024 as a workbook in place of the CSV file."""
    return both(
        lambda town: (town / UNEMPLOYED).unlink(),
        put(UNEMPLOYED.replace(".csv", ".xlsx"), content),
        replaced(RECIPE, "arbeitslose_*.csv", "arbeitslose_*.*"),
    )


ROWS: list[list[object]] = [
    ["Bezirk", "Arbeitslose"],
    *([f"'{c}".strip("'"), p[3]] for c, p in kleinstadt.PEOPLE.items() if c != "nz"),
]
GZIPPED = gzip.compress(kleinstadt.unemployed_csv().encode() * 50)

# name: (change, words in the message, file, row, value)
FAULTS: dict[str, tuple[Change, str, str, int | None, str]] = {
    "wrong area key": (replaced(UNEMPLOYED, "012;Neustadt", "014;Neustadt"), "Das Gebiet 014 gibt es", "ba_arbeitsmarkt/arbeitslose_2024.csv", 3, "014"),
    "key without its zero": (replaced(UNEMPLOYED, "012;Neustadt", "12;Neustadt"), "fehlen führende Nullen", "ba_arbeitsmarkt/arbeitslose_2024.csv", 3, "12"),
    "duplicate key": (replaced(UNEMPLOYED, "012;Neustadt", "011;Neustadt"), "zweimal vor", "ba_arbeitsmarkt/arbeitslose_2024.csv", 3, "011"),
    "missing column": (replaced(UNEMPLOYED, "Bezirk;Name;Arbeitslose", "Bezirk;Name;Arbeitlose"), "Die Spalte „Arbeitslose“ fehlt. Ähnlich: „Arbeitlose“", "ba_arbeitsmarkt/arbeitslose_2024.csv", 1, ""),
    "column twice": (replaced(UNEMPLOYED, "Bezirk;Name;Arbeitslose", "Bezirk;Arbeitslose;Arbeitslose"), "gibt es mehrmals", "ba_arbeitsmarkt/arbeitslose_2024.csv", 1, ""),
    "shifted header": (put(UNEMPLOYED, "Auswertung\n\n" + kleinstadt.unemployed_csv()), "stehen in Zeile 3", "ba_arbeitsmarkt/arbeitslose_2024.csv", 3, ""),
    "more cells than columns": (replaced(UNEMPLOYED, "013;Hafen;48", "013;Hafen;Kai;48"), "mehr Spalten als die Kopfzeile", "ba_arbeitsmarkt/arbeitslose_2024.csv", 4, ""),
    "cut in the middle of a row": (put(UNEMPLOYED, kleinstadt.unemployed_csv()[:-14]), "kürzer als die Kopfzeile", "ba_arbeitsmarkt/arbeitslose_2024.csv", 8, ""),
    "only a header": (put(UNEMPLOYED, "Bezirk;Name;Arbeitslose\n"), "keine Zeile mit Zahlen", "ba_arbeitsmarkt/arbeitslose_2024.csv", None, ""),
    "wrong encoding": (both(put(UNEMPLOYED, kleinstadt.unemployed_csv().encode("cp1252")), replaced(RECIPE, 'level =', 'encoding = "utf-8"\nlevel =')), "nicht in utf-8", "ba_arbeitsmarkt/arbeitslose_2024.csv", 6, ""),
    "unknown encoding": (replaced(RECIPE, "level =", 'encoding = "utf-9"\nlevel ='), "Die Kodierung „utf-9“ gibt es nicht", "ba_arbeitsmarkt/arbeitslose_2023.csv", None, ""),
    "cut UTF-16": (put(UNEMPLOYED, kleinstadt.unemployed_csv().encode("utf-16")[:-1]), "nicht in utf-16", "ba_arbeitsmarkt/arbeitslose_2024.csv", 8, ""),
    "empty file": (put(UNEMPLOYED, b""), "Die Datei ist leer", "ba_arbeitsmarkt/arbeitslose_2024.csv", None, ""),
    "blank file": (put(UNEMPLOYED, b" \n\n"), "Die Datei ist leer", "ba_arbeitsmarkt/arbeitslose_2024.csv", None, ""),
    "binary file": (put(UNEMPLOYED, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 20), "keine Texttabelle", "ba_arbeitsmarkt/arbeitslose_2024.csv", None, ""),
    "an open quote": (put(UNEMPLOYED, kleinstadt.unemployed_csv().replace("Hafen", '"Hafen') + "x" * 200_000), "lässt sich ab Zeile", "ba_arbeitsmarkt/arbeitslose_2024.csv", 9, ""),
    "cut gzip": (both(lambda town: (town / UNEMPLOYED).unlink(), put(UNEMPLOYED + ".gz", GZIPPED[:-9]), replaced(RECIPE, "*.csv", "*.csv*")), "abgeschnitten oder beschädigt", "ba_arbeitsmarkt/arbeitslose_2024.csv.gz", None, ""),
    "damaged gzip": (both(lambda town: (town / UNEMPLOYED).unlink(), put(UNEMPLOYED + ".gz", GZIPPED[:20] + b"\xff" * 40 + GZIPPED[60:]), replaced(RECIPE, "*.csv", "*.csv*")), "abgeschnitten oder beschädigt", "ba_arbeitsmarkt/arbeitslose_2024.csv.gz", None, ""),
    "cut workbook": (as_workbook(workbook(ROWS)[:-300]), "abgeschnitten oder beschädigt", "ba_arbeitsmarkt/arbeitslose_2024.xlsx", None, ""),
    "a text called workbook": (as_workbook(b"Bezirk;Arbeitslose\n011;3\n"), "abgeschnitten oder beschädigt", "ba_arbeitsmarkt/arbeitslose_2024.xlsx", None, ""),
    "missing sheet": (both(as_workbook(workbook(ROWS, "Seite 1")), put("lieferungen/ba_arbeitsmarkt/rezept.toml", kleinstadt.UNEMPLOYED_RECIPE.replace("arbeitslose_*.csv", "arbeitslose_2024.xlsx").replace("level =", 'sheet = "Tabelle 9"\nlevel ='))), "vorhanden: „Seite 1“", "ba_arbeitsmarkt/arbeitslose_2024.xlsx", None, ""),
    "a date for a number": (as_workbook(workbook([*ROWS[:-1], ["023", __import__("datetime").date(2024, 3, 5)]])), "Dort steht ein Datum", "ba_arbeitsmarkt/arbeitslose_2024.xlsx", 7, "2024-03-05"),
    "negative count": (replaced(UNEMPLOYED, "Hafen;48", "Hafen;-48"), "nicht negativ", "ba_arbeitsmarkt/arbeitslose_2024.csv", 4, "-48"),
    "broken count": (replaced(UNEMPLOYED, "Hafen;48", "Hafen;48,5"), "muss ganz sein", "ba_arbeitsmarkt/arbeitslose_2024.csv", 4, "48,5"),
    "unknown sign": (replaced(UNEMPLOYED, "Hafen;48", "Hafen;k. A."), "weder eine Zahl noch ein bekanntes Zeichen", "ba_arbeitsmarkt/arbeitslose_2024.csv", 4, "k. A."),
    "count above its denominator": (replaced(UNEMPLOYED, "Hafen;48", "Hafen;481"), "Der Zähler ist größer als der Nenner", "ba_arbeitsmarkt/arbeitslose_2024.csv", 4, "481"),
    "total that does not fit": (put(PEOPLE, kleinstadt.people_csv() + "Insgesamt;0-14;830\n"), "weicht von der Summenzeile (830) ab", "einwohnerregister/einwohner_2024.csv", 23, "830"),
    "groups that exceed their total": (both(put("lieferungen/einwohnerregister/summe_2024.csv", "Bezirk;Anzahl\n" + "".join(f"{'ohne' if c == 'nz' else c};{sum(p[:3]) - 7 * (c == '012')}\n" for c, p in kleinstadt.PEOPLE.items())), put("lieferungen/einwohnerregister/rezept.toml", kleinstadt.PEOPLE_RECIPE + kleinstadt.PEOPLE_RECIPE.replace("einwohner_", "summe_").replace("dimensions = { age = \"Alter\" }\n", ""))), "Die Gruppen ergeben 950, die Summe daneben ist 943", "einwohnerregister/summe_2024.csv", 3, "943"),
    "words for an age group": (replaced(PEOPLE, "012;0-14", "012;unter 15"), "keine Altersgruppe", "einwohnerregister/einwohner_2024.csv", 5, "unter 15"),
    "missing age group": (replaced(PEOPLE, "012;0-14", "012;"), "Die Angabe fehlt", "einwohnerregister/einwohner_2024.csv", 5, ""),
    "overlapping age groups": (replaced(PEOPLE, "012;0-14", "012;0-15"), "überschneiden sich", "einwohnerregister/einwohner_2024.csv", 5, "0-15"),
    "unknown source": (lambda town: (town / "lieferungen/ba_arbeitsmarkt").rename(town / "lieferungen/jobcenter"), "Die Quelle „jobcenter“ steht nicht im Katalog", "lieferungen/jobcenter", None, ""),
    "missing recipe": (lambda town: (town / RECIPE).unlink(), "Das Rezept rezept.toml fehlt", "lieferungen/ba_arbeitsmarkt", None, ""),
    "misspelt recipe": (replaced(RECIPE, "not_assignable", "not_asignable"), "„not_asignable“ ist unbekannt", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "misspelt table": (replaced(RECIPE, "[[tabelle]]", "[[tabellen]]"), "„tabellen“ ist unbekannt", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "single brackets": (replaced(RECIPE, "[[tabelle]]", "[tabelle]"), "keine [[tabelle]]", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "missing in a recipe": (replaced(RECIPE, 'level = "bezirk"\n', ""), "Die Angabe „level“ fehlt", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "number in quotes": (replaced(RECIPE, "level =", 'header_row = "eins"\nlevel ='), "„header_row“ muss eine Zahl ohne Anführungszeichen sein", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "header in row 0": (replaced(RECIPE, "level =", "header_row = 0\nlevel ="), "„header_row“ muss mindestens 1 sein", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "unknown dimension": (replaced("lieferungen/einwohnerregister/rezept.toml", "{ age =", "{ alter ="), "„dimensions", "einwohnerregister/rezept.toml", None, ""),
    "unknown rule for absent areas": (replaced(RECIPE, "level =", 'absent_areas = "null"\nlevel ='), "„absent_areas“ muss eines hiervon sein", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "files outside the folder": (replaced(RECIPE, '"arbeitslose_*.csv"', '"../*/*.csv"'), "im Ordner der Quelle", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "broken pattern": (replaced(RECIPE, "arbeitslose_(\\d{4})'", "arbeitslose_(\\d{4}'"), "„as“ darf nur", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "pattern that repeats too often": (replaced(RECIPE, "arbeitslose_(\\d{4})'", "arbeitslose_(\\d{99999999999})'"), "„as“ darf nur", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "area pattern that repeats too often": (replaced(RECIPE, "level =", "area_pattern = '(?P<area>a{99999999999})'\nlevel ="), "„area_pattern“ ist kein gültiges Muster", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "place with an attribute": (replaced(RECIPE, "{0}-12-31", "{0.__class__}-12-31"), "„as“ darf nur", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "place with an index": (replaced(RECIPE, "{0}-12-31", "{0[a]}-12-31"), "„as“ darf nur", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "place of a great width": (replaced(RECIPE, "{0}-12-31", "{0:>9000000000}-12-31"), "„as“ darf nur", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "column that takes in an attribute": (replaced(RECIPE, '{ column = "Arbeitslose", ', '{ matching = "(Arb)eitslose", age = "{0.x}", '), "findet nicht alles, was die Spalte einsetzen soll", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "too many places": (replaced(RECIPE, "{0}-12-31", "{1}-12-31"), "„as“ darf nur", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "no TOML": (replaced(RECIPE, 'level = "bezirk"', "level = bezirk"), "kein gültiges TOML", "ba_arbeitsmarkt/rezept.toml", 3, ""),
    "TOML in cp1252": (put(RECIPE, kleinstadt.UNEMPLOYED_RECIPE.replace("Bezirk", "Fläche").encode("cp1252")), "nicht in UTF-8", "ba_arbeitsmarkt/rezept.toml", None, ""),
    "unknown variable": (replaced(RECIPE, '"arbeitslose" }', '"arbeitslos" }'), "„arbeitslos“, das der Katalog nicht kennt", "ba_arbeitsmarkt/arbeitslose_2023.csv", None, ""),
    "unknown level": (replaced(RECIPE, '"bezirk"', '"block"'), "Ebene „block“", "ba_arbeitsmarkt/arbeitslose_2023.csv", 2, ""),
    "rate without counts": (replaced(RECIPE, 'variable = "arbeitslose"', 'indicator = "arbeitslosenanteil"'), "nur fertige Werte ohne Fallzahlen", "ba_arbeitsmarkt/arbeitslose_2023.csv", None, ""),
    "nonsense for a period": (replaced(RECIPE, '"{0}-12-31"', '"{0}-13-45"'), "„2023-13-45“ ist kein Berichtszeitraum", "ba_arbeitsmarkt/arbeitslose_2023.csv", None, "2023-13-45"),
    "period before all versions": (replaced(RECIPE, "{ file = 'arbeitslose_(\\d{4})', as = \"{0}-12-31\" }", '"1999-12-31"'), "keinen Gebietsstand", "ba_arbeitsmarkt/arbeitslose_2023.csv", 2, ""),
    "two levels": (both(put("lieferungen/ba_arbeitsmarkt/stadtteile.csv", "Bezirk;Arbeitslose\n01;144\n02;68\n"), put("lieferungen/ba_arbeitsmarkt/rezept.toml", kleinstadt.UNEMPLOYED_RECIPE + kleinstadt.UNEMPLOYED_RECIPE.replace("arbeitslose_*.csv", "stadtteile.csv").replace('level = "bezirk"', 'level = "stadtteil"').replace("{ file = 'arbeitslose_(\\d{4})', as = \"{0}-12-31\" }", '"2024-12-31"'))), "auf den Ebenen bezirk und stadtteil geliefert", "ba_arbeitsmarkt/stadtteile.csv", 2, ""),
    "no kommune.toml": (lambda town: (town / "kommune.toml").unlink(), "fehlt kommune.toml", "kommune.toml", None, ""),
    "kommune without a name": (replaced("kommune.toml", 'name = "Kleinstadt"\n', ""), "Die Angabe „kommune.name“ fehlt", "kommune.toml", None, ""),
    "misspelt block": (replaced("kommune.toml", "[kennzahlen]", "[kenzahlen]"), "„kenzahlen“ ist unbekannt", "kommune.toml", None, ""),
    "misspelt indicator": (replaced("kommune.toml", '"anteil_65plus"', '"anteil_65"'), "„anteil_65“ gibt es im Katalog nicht", "kommune.toml", None, ""),
    "misspelt index": (replaced("kommune.toml", "[kennzahlen]", '[indizes]\nactive = ["mss_2099"]\n[kennzahlen]'), "„mss_2099“ gibt es im Katalog nicht", "kommune.toml", None, ""),
    "misspelt audience": (replaced("kommune.toml", "[kennzahlen]", '[freigabe]\naudience = "oeffentlich"\n[kennzahlen]'), "„freigabe.audience“ muss eines hiervon sein", "kommune.toml", None, ""),
    "misspelt source": (replaced("kommune.toml", "[kennzahlen]", '[quellen.ba]\nlicence = "x"\n[kennzahlen]'), "[quellen.ba]: Die Quelle gibt es", "kommune.toml", None, ""),
    "misspelt override": (replaced("kommune.toml", "[kennzahlen]", '[quellen.ba_arbeitsmarkt]\nprofil = "x"\n[kennzahlen]'), "„profil“ ist unbekannt", "kommune.toml", None, ""),
    "override without a profile": (replaced("kommune.toml", "[kennzahlen]", '[quellen.ba_arbeitsmarkt]\nprofile = "locker"\n[kennzahlen]'), "Das Geheimhaltungsprofil „locker“ gibt es nicht", "", None, ""),
    "no version of the areas": (replaced("kommune.toml", kleinstadt.KOMMUNE[kleinstadt.KOMMUNE.index("[[gebiete.versionen]]"):kleinstadt.KOMMUNE.index("[kennzahlen]")], ""), "kein Gebietsstand beschrieben", "kommune.toml", None, ""),
    "unknown current version": (replaced("kommune.toml", 'current = "2024"', 'current = "2025"'), "Den Gebietsstand „2025“ gibt es nicht", "kommune.toml", None, ""),
    "level without a file": (replaced("kommune.toml", 'file = "gebiete/bezirke.geojson"\n', ""), "nennt keine Datei", "kommune.toml", None, ""),
    "missing file of areas": (lambda town: (town / "gebiete/bezirke.geojson").unlink(), "Die Gebietsdatei fehlt", "gebiete/bezirke.geojson", None, ""),
    "cut file of areas": (put("gebiete/bezirke.geojson", kleinstadt.collection(kleinstadt.bezirke())[:-50]), "kein lesbares GeoJSON", "bezirke.geojson", None, ""),
    "GeoJSON that is a list": (put("gebiete/bezirke.geojson", "[1, 2]"), "kein lesbares GeoJSON", "bezirke.geojson", None, ""),
    "feature that is a text": (put("gebiete/bezirke.geojson", kleinstadt.collection(["Altstadt"])), "kein lesbares GeoJSON", "bezirke.geojson", None, ""),
    "unknown coordinate system": (put("gebiete/bezirke.geojson", kleinstadt.collection(kleinstadt.bezirke())[:-1] + ', "crs": {"properties": {"name": "EPSG:99999"}}}'), "kein lesbares GeoJSON", "bezirke.geojson", None, ""),
    "duplicate area": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke(), kleinstadt.feature("011", "Neuland", kleinstadt.square(5, 5), parent="01")])), "kommt zweimal vor („Altstadt“ und „Neuland“)", "bezirke.geojson", 7, "011"),
    "missing parent": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke(), kleinstadt.feature("091", "Neuland", kleinstadt.square(5, 5), parent="09")])), "soll zu „09“ gehören", "", None, "09"),
    "area without a key": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke(), kleinstadt.feature("", "Neuland", kleinstadt.square(5, 5), parent="01")])), "hat keinen Schlüssel", "bezirke.geojson", 7, ""),
    "reserved key": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke(), kleinstadt.feature("nz", "Neuland", kleinstadt.square(5, 5), parent="01")])), "Der Gebietsschlüssel „nz“ ist nicht möglich", "bezirke.geojson", 7, "nz"),
    "key that is a formula": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke(), kleinstadt.feature("=1+1", "Neuland", kleinstadt.square(5, 5), parent="01")])), "ist nicht möglich", "bezirke.geojson", 7, "=1+1"),
    "column without its name": (replaced("kommune.toml", 'code = "id"', 'code = "schluessel"'), "Die Spalte „schluessel“ fehlt; vorhanden: id, name, parent", "bezirke.geojson", None, ""),
    "metres for degrees": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke()[:-1], kleinstadt.feature("023", "Au", kleinstadt.square(360_000, 5_700_000, 1.0), parent="02")])), "mischt vermutlich zwei Koordinatensysteme", "bezirke.geojson", 6, ""),
    "a point for a polygon": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke()[:-1], kleinstadt.feature("023", "Au", {"type": "Point", "coordinates": [7, 51]}, parent="02")])), "ist keine Fläche", "bezirke.geojson", 6, ""),
    "broken polygon": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke()[:-1], kleinstadt.feature("023", "Au", {"type": "Polygon", "coordinates": [[[7, 51], [8, 52]]]}, parent="02")])), "ist keine Fläche", "bezirke.geojson", 6, ""),
    "polygon of words": (put("gebiete/bezirke.geojson", kleinstadt.collection([*kleinstadt.bezirke()[:-1], kleinstadt.feature("023", "Au", {"type": "Polygon", "coordinates": "hier"}, parent="02")])), "ist keine Fläche", "bezirke.geojson", 6, ""),
    "indicator without its topic": (put("kennzahlen/eigene.toml", '[x]\nlabel = "X"\ndefinition = "X"\nkind = "count"\ntopic = "arbiet"\nsource = "ba_arbeitsmarkt"\nnumerator = { variable = "arbeitslose" }\n'), "Das Themenfeld „arbiet“ gibt es nicht", "", None, ""),
    "indicator of an unknown kind": (put("kennzahlen/eigene.toml", '[x]\nlabel = "X"\ndefinition = "X"\nkind = "quote"\ntopic = "arbeit"\nsource = "ba_arbeitsmarkt"\nnumerator = { variable = "arbeitslose" }\n'), "„kind“ muss eines hiervon sein", "eigene.toml", None, ""),
    "share without a denominator": (put("kennzahlen/eigene.toml", '[x]\nlabel = "X"\ndefinition = "X"\nkind = "share"\ntopic = "arbeit"\nsource = "ba_arbeitsmarkt"\nnumerator = { variable = "arbeitslose" }\n'), "braucht einen denominator", "eigene.toml", None, ""),
    "source without a profile": (put("kennzahlen/sources.toml", '[jobcenter]\nlabel = "J"\nprovider = "J"\n'), "Die Angabe „profile“ fehlt", "sources.toml", None, ""),
    "published source without a licence": (put("kennzahlen/sources.toml", '[jobcenter]\nlabel = "J"\nprovider = "J"\nprofile = "veroeffentlicht"\n'), "verlangt citation und licence", "", None, ""),
    "index of an unknown indicator": (put("indizes/eigener.toml", '[i]\nlabel = "I"\nedition = "1"\nlevel = "bezirk"\nperiod = "2024-12-31"\ncomponents = [{ indicator = "armut" }]\n[[i.classes.status]]\nlabel = "x"\n'), "Die Kennzahl „armut“ gibt es nicht", "", None, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_place_and_remedy(
    town: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change, words, file, row, value = FAULTS[name]
    change(town)

    assert main(["check", str(town), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["findings"]
    first = next((f for f in told if words in f["message"] and f["severity"] == "Fehler"), None)
    assert first, told
    assert first["remedy"]
    assert (first["file"], first["row"]) == (file, row)
    assert not value or first["value"] == value
    assert not set((first["message"] + first["remedy"]).lower().split()) & ENGLISH


@pytest.mark.parametrize(
    "name", ["wrong area key", "cut workbook", "no TOML", "misspelt block", "metres for degrees"]
)
def test_no_command_writes_anything_with_a_fault(
    town: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    FAULTS[name][0](town)

    for command in ("check", "run", "release"):
        assert main([command, str(town)]) == 1
        printed = capsys.readouterr()
        assert FAULTS[name][1] in printed.err
        assert "Traceback" not in printed.err + printed.out
    assert not [path.name for path in town.iterdir() if path.name in ("werte", "freigaben", "journal")]


def test_a_workbook_tells_its_sheet(town: Path) -> None:
    as_workbook(workbook([*ROWS[:-1], ["099", 5]]))(town)
    told = findings_of(town)

    assert any((f.sheet, f.row, f.value) == ("Tabelle 1", 7, "099") for f in told)
    assert "Blatt „Tabelle 1“, Zeile 7" in str(told[0])


def test_a_count_above_its_denominator_in_a_workbook_tells_its_sheet(town: Path) -> None:
    as_workbook(workbook([*ROWS[:-1], ["023", 4000]]))(town)

    assert [(f.sheet, f.row) for f in findings_of(town) if "Zähler" in f.message] == [("Tabelle 1", 7)]


def test_all_faults_are_told_at_once(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults in several files, rows and columns come together, for people and for machines."""
    replaced(UNEMPLOYED, "011;Altstadt;61", "019;Altstadt;61")(town)
    replaced(UNEMPLOYED, "013;Hafen;48", "013;Hafen;viele")(town)
    replaced(PEOPLE, "021;65+;260", "021;65+;-260")(town)
    kleinstadt.put(town, "lieferungen/jobcenter/x.csv", "a;b\n")
    kleinstadt.put(town, "korrekturen.toml", "[[korrektur]]\n")

    assert main(["check", str(town)]) == 1
    text = capsys.readouterr().err
    for word in ("019", "viele", "-260", "jobcenter", "korrekturen.toml"):
        assert word in text
    assert main(["check", str(town), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["findings"]
    assert len([f for f in told if f["severity"] == "Fehler"]) >= 5
    assert {"message", "remedy", "file", "sheet", "row", "column", "value"} <= set(told[0])


def test_faults_in_settings_and_areas_are_told_at_once(town: Path) -> None:
    replaced("kommune.toml", '"anteil_65plus"', '"anteil_65"')(town)
    (town / "gebiete/stadtteile.geojson").unlink()
    kleinstadt.put(town, "gebiete/bezirke.geojson", "kaputt")
    told = " ".join(f.message for f in findings_of(town))

    assert "anteil_65" in told
    assert "Die Gebietsdatei fehlt" in told
    assert "kein lesbares GeoJSON" in told


def test_a_polygon_that_crosses_itself_is_mended_with_a_warning(town: Path) -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[7.2, 51.2], [7.3, 51.3], [7.3, 51.2], [7.2, 51.3], [7.2, 51.2]]],
    }
    areas = [*kleinstadt.bezirke()[:-1], kleinstadt.feature("023", "Au", bow, parent="02")]
    kleinstadt.put(town, "gebiete/bezirke.geojson", kleinstadt.collection(areas))
    told = findings_of(town)

    assert [(f.severity, f.row) for f in told] == [(Severity.WARNING, 6)]
    assert "überschneidet sich selbst" in told[0].message
    assert main(["check", str(town)]) == 0


def test_areas_without_a_boundary_are_a_warning(town: Path) -> None:
    areas = [*kleinstadt.bezirke()[:-1], kleinstadt.feature("023", "Au", None, parent="02")]
    kleinstadt.put(town, "gebiete/bezirke.geojson", kleinstadt.collection(areas))

    assert [(f.severity, f.message) for f in findings_of(town)] == [
        (Severity.WARNING, "Gebietsstand 2024: 1 von 6 Gebieten der Ebene Bezirk haben keine Grenze (023); sie erscheinen in Tabellen und Profilen, nicht auf der Karte.")
    ]  # fmt: skip


def test_a_table_of_areas_may_stand_in_for_a_map(town: Path) -> None:
    lines = ["id;name;parent", *(f"{code};{name};{code[:2]}" for code, name in kleinstadt.BEZIRKE.items())]
    kleinstadt.put(town, "gebiete/bezirke.csv", "\n".join(lines) + "\n")
    replaced("kommune.toml", "gebiete/bezirke.geojson", "gebiete/bezirke.csv")(town)

    assert main(["release", str(town), "--name", "a"]) == 0
    assert "6 von 6 Gebieten" in findings_of(town)[0].message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04" + b"\0" * 60,
        b"\x00" * 500,
        b"\xff" * 3000,
        bytes(range(256)) * 8,
        b'"' * 1001,
        b";" * 5000,
        b"\xef\xbb\xbf",
        b"\xff\xfe\x00",
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.xlsx", "x.xls", "x.ods", "x.txt"])
def test_no_content_makes_the_reader_fall(tmp_path: Path, content: bytes, name: str) -> None:
    from sozialraum.errors import DeliveryError
    from sozialraum.spreadsheet import read_sheet

    path = kleinstadt.put(tmp_path, name, content)
    try:
        found = read_sheet(path)
    except DeliveryError as error:
        told = error.findings
    else:
        told = ()
        assert found.rows is not None
    assert all(f.file == name and f.remedy for f in told)


def test_a_workbook_made_of_another_zip(town: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("brief.txt", "kein Arbeitsblatt")
    as_workbook(stream.getvalue())(town)

    assert any("beschädigt" in f.message for f in findings_of(town))


# -- deliveries stay as they came ------------------------------------------------------------------------------------


def test_a_delivery_that_was_changed_is_refused(town: Path) -> None:
    assert main(["run", str(town)]) == 0
    before = {path: path.read_bytes() for path in (town / "werte").iterdir()}
    replaced(UNEMPLOYED, "Hafen;48", "Hafen;47")(town)
    told = findings_of(town)

    assert [(f.message, f.file) for f in errors_of(told)] == [
        ("Die Lieferung wurde nach dem Eingang verändert.", "ba_arbeitsmarkt/arbeitslose_2024.csv")
    ]
    assert any("Gebiet 013: 48 → 47" in f.message for f in told), "and which value differs"
    assert main(["run", str(town)]) == 1
    assert {path: path.read_bytes() for path in (town / "werte").iterdir()} == before


def test_a_delivery_that_disappears_is_told(town: Path) -> None:
    assert main(["run", str(town)]) == 0
    (town / UNEMPLOYED).unlink()

    assert [(f.severity, f.file) for f in findings_of(town)] == [
        (Severity.WARNING, "ba_arbeitsmarkt/arbeitslose_2024.csv")
    ]


def test_a_file_without_a_recipe_is_told(town: Path) -> None:
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/neu.csv", "a;b\n")

    assert [(f.severity, f.file) for f in findings_of(town)] == [
        (Severity.WARNING, "ba_arbeitsmarkt/neu.csv")
    ]


def test_nothing_delivered(town: Path) -> None:
    for path in (town / "lieferungen").rglob("*.csv"):
        path.unlink()

    assert "Es liegt keine Lieferung vor." in [f.message for f in findings_of(town)]
    assert main(["release", str(town)]) == 1


def test_one_table_in_several_files(town: Path) -> None:
    """Each file may hold some of the areas; together they are complete."""
    lines = kleinstadt.unemployed_csv().splitlines()
    kleinstadt.put(town, UNEMPLOYED, "\n".join(lines[:4]) + "\n")
    kleinstadt.put(town, UNEMPLOYED.replace("2024", "2024b"), "\n".join([lines[0], *lines[4:]]) + "\n")

    assert [f for f in findings_of(town) if f.severity is Severity.ERROR] == []
    counts = pipeline.check(municipality.read(town))[0].counts
    assert (
        counts.loc[(counts["variable"] == "arbeitslose") & (counts["period"] == "2024-12-31"), "count"].sum()
        == 224
    )


# -- what arrives in real life, by name ----------------------------------------------------------------------------------


def errors_in(town: Path) -> str:
    return "\n".join(str(finding) for finding in errors_of(findings_of(town)))


def test_two_areas_of_one_name(town: Path) -> None:
    """Names alone never decide between two areas: both are named."""
    areas = [kleinstadt.feature(code, "Schloßstraße" if code in ("011", "021") else name, kleinstadt.square(i % 3, i // 3), parent=code[:2])
             for i, (code, name) in enumerate(kleinstadt.BEZIRKE.items())]  # fmt: skip
    kleinstadt.put(town, "gebiete/bezirke.geojson", kleinstadt.collection(areas))
    kleinstadt.put(
        town,
        UNEMPLOYED,
        kleinstadt.unemployed_csv().replace("Altstadt", "Schlossstraße").replace("Nordend", "Schloßstraße"),
    )
    replaced(RECIPE, 'area = "Bezirk"', 'area = "Name"\narea_by = "name"\nskip_rows = ["nicht zuzuordnen"]')(
        town
    )
    (town / "lieferungen/ba_arbeitsmarkt/arbeitslose_2023.csv").unlink()

    assert errors_in(town).count("tragen mehrere Gebiete (011, 021)") == 2


def test_keys_as_numbers_in_a_workbook(town: Path) -> None:
    """Excel took the leading zeros away: told with the remedy, and read once the recipe says so."""
    as_workbook(
        workbook(
            [["Bezirk", "Arbeitslose"], *([int(c), p[3]] for c, p in kleinstadt.PEOPLE.items() if c != "nz")]
        )
    )(town)
    assert errors_in(town).count("Setzen Sie area_width = 3 im Rezept") == 6

    replaced(RECIPE, "level =", "area_width = 3\nlevel =")(town)
    assert errors_in(town) == ""


def test_a_file_that_was_cut(town: Path) -> None:
    """Cut in a row it is refused; cut between two rows, the areas that are missing are named."""
    put(UNEMPLOYED, kleinstadt.unemployed_csv()[:-14])(town)
    assert "abgeschnitten" in errors_in(town)

    put(UNEMPLOYED, "\n".join(kleinstadt.unemployed_csv().splitlines()[:3]) + "\n")(town)
    told = " ".join(f.message for f in findings_of(town))
    assert all(f"Das Gebiet {code} fehlt in der Tabelle" in told for code in ("013", "021", "022", "023"))


def test_merged_cells_everywhere(town: Path) -> None:
    """Merged titles, headings, keys and footnotes: nothing is taken for a figure, the gaps are asked about."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    for row in (
        ["Arbeitslose in der Kleinstadt"],
        ["Bezirk", "Arbeitslose"],
        ["011", 61],
        [None, 3],
        ["012", 35],
        ["Quelle: Agentur"],
    ):
        page.append(row)
    for cells in ("A1:B1", "A3:A4", "A6:B6"):
        page.merge_cells(cells)
    book.save(stream)
    as_workbook(stream.getvalue())(town)
    replaced(RECIPE, "level =", 'header_row = 2\nends_before = ["Quelle"]\nlevel =')(town)

    assert "setzen Sie fill_down im Rezept" in errors_in(town)


@pytest.mark.parametrize("name", ["arbeitslose_2024.xlsx", "arbeitslose_2024.xls"])
def test_a_workbook_with_a_password(town: Path, name: str) -> None:
    """An encrypted workbook is an OLE container with an encrypted package: it says so and asks for one without."""
    put(f"lieferungen/ba_arbeitsmarkt/{name}", encrypted_workbook())(town)
    (town / UNEMPLOYED).unlink()
    replaced(RECIPE, "arbeitslose_*.csv", "arbeitslose_*.*")(town)

    assert "Kennwort" in errors_in(town)


def encrypted_workbook() -> bytes:
    """The smallest OLE container whose directory names an encrypted package."""
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + bytes.fromhex("3e000300feff0900")
    names = "".join(name.ljust(32, "\0") for name in ("Root Entry", "EncryptedPackage", "EncryptionInfo"))
    return header + b"\0" * 480 + names.encode("utf-16-le") + b"\0" * 4096


def test_a_workbook_with_macros_is_read_and_told(town: Path) -> None:
    content = io.BytesIO(workbook(ROWS))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"nicht ausgefuehrt")
    as_workbook(content.getvalue())(town)

    assert errors_in(town) == ""
    assert any("enthält Makros" in f.message and f.severity is Severity.WARNING for f in findings_of(town))


def test_a_zip_bomb(town: Path) -> None:
    """A workbook that would unfold to more than a gigabyte is not opened."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(1100):
            member.write(b"0" * 1024**2)
    as_workbook(stream.getvalue())(town)

    assert "entfaltet sich auf mehr als" in errors_in(town)


def test_a_file_of_two_gigabytes(town: Path) -> None:
    """A file too large for a table is refused by its size, without being read."""
    with (town / UNEMPLOYED).open("r+b") as file:
        file.truncate(2 * 1024**3)

    assert "Die Datei ist 2048 MB groß" in errors_in(town)


def test_a_delivery_of_the_wrong_year(town: Path) -> None:
    """The table of last year under this year's name: told, not taken over silently."""
    recipe = kleinstadt.UNEMPLOYED_RECIPE.replace(
        "{ file = 'arbeitslose_(\\d{4})', as = \"{0}-12-31\" }", '{ column = "Stichtag" }'
    )
    kleinstadt.put(town, RECIPE, recipe)
    for year in (2021, 2022, 2023, 2024):
        told = 2022 if year == 2024 else year
        lines = kleinstadt.unemployed_csv({"011": str(60 + year % 7)}).splitlines()
        rows = [lines[0] + ";Stichtag", *(f"{line};31.12.{told}" for line in lines[1:])]
        kleinstadt.put(town, f"lieferungen/ba_arbeitsmarkt/arbeitslose_{year}.csv", "\n".join(rows) + "\n")
    told_now = findings_of(town)

    assert any("anderes Jahr als der Inhalt" in f.message and f.file.endswith("2024.csv") for f in told_now)
    assert "zweimal vor" in errors_in(town)


def test_a_delivery_twice(town: Path) -> None:
    put(UNEMPLOYED.replace("2024", "2025"), (town / UNEMPLOYED).read_text("utf-8"))(town)
    assert "Die Datei ist dieselbe wie ba_arbeitsmarkt/arbeitslose_2024.csv" in errors_in(town)


def test_mixed_coordinate_systems(town: Path) -> None:
    FAULTS["metres for degrees"][0](town)
    assert "mischt vermutlich zwei Koordinatensysteme" in errors_in(town)


def test_an_excel_date_where_a_count_should_be(town: Path) -> None:
    """The date is no count and is not turned back into one; the person who knows the figure writes it down."""
    FAULTS["a date for a number"][0](town)
    assert "vermutlich hat Excel eine Zahl wie „3.4“ umgewandelt" in errors_in(town)

    kleinstadt.put(
        town,
        "korrekturen.toml",
        '[[korrektur]]\nvariable = "arbeitslose"\narea = "023"\nperiod = "2024-12-31"\nvalue = 22\nexpect = "2024-03-05"\nreason = "am Telefon geklärt"\n',
    )
    assert errors_in(town) == ""
