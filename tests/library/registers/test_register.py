"""Registers in a municipality's folder: addresses, movements, encodings, faults of recipes; and nothing left behind."""

from __future__ import annotations

import importlib.util
import logging
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kleinstadt
from sozialraum import deliveries, municipality
from sozialraum.errors import DeliveryError, Finding, SozialraumError, errors_of
from sozialraum.sources.register import read_registers

SECLUSION = """
[abschottung]
stelle = "Statistikstelle Kleinstadt"
rechtsgrundlage = "Satzung"
zweck = "Bevölkerungsstatistik"
loeschung = "2999-12-31"
"""
ADDRESSES = """
[[gebiete.adressen]]
file = "gebiete/strassen.csv"
street = "Straße"
number = "von"
until = "bis"
side = "Seite"
area = "Bezirk"
"""
STREETS = "Straße;von;bis;Seite;Bezirk\nHauptstraße;1;99;u;011\nHauptstraße;2;98;g;012\nAm Hafen;;;;013\n"
PLACE = "lieferungen/einwohnerregister"


def town(
    tmp_path: Path, recipe: str, name: str, content: str | bytes, more: str = SECLUSION, top: str = ""
) -> Path:
    folder = kleinstadt.write(tmp_path / "kleinstadt")
    for old in (folder / PLACE).iterdir():
        old.unlink()
    kleinstadt.put(folder, "kommune.toml", top + kleinstadt.KOMMUNE + more)
    kleinstadt.put(folder, f"{PLACE}/rezept.toml", recipe)
    kleinstadt.put(folder, f"{PLACE}/{name}", content)
    return folder


def read(folder: Path) -> tuple[pd.DataFrame, list[Finding]]:
    found = deliveries.read_all(municipality.read(folder))
    return found.counts, [f for f in found.findings if f.file.startswith(("einwohnerregister", "gebiete"))]


def by_area(counts: pd.DataFrame, variable: str, period: str = "2024-12-31") -> dict[str, float]:
    rows = counts[(counts["variable"] == variable) & (counts["period"] == period) & (counts["count"] > 0)]
    return dict(zip(rows["area"], rows["count"], strict=True))


BY_ADDRESS = """
[[register]]
files = "bestand.csv"
level = "bezirk"
period = "2024-12-31"
anschrift = { street = "Straße", number = "Nr" }
zaehlen = [{ variable = "einwohner" }]
"""
LIVING = "Straße;Nr\nHAUPTSTR.;1 a\nHaupt Strasse;0002\nAm Hafen;5\nHauptstr.;120\nUnbekannt;1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "iso-8859-15"])
def test_addresses_find_their_area_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    recipe = BY_ADDRESS + f'encoding = "{encoding}"\n'
    folder = town(tmp_path, recipe, "bestand.csv", LIVING.encode(encoding), SECLUSION + ADDRESSES)
    kleinstadt.put(folder, "gebiete/strassen.csv", STREETS)
    counts, (finding,) = read(folder)
    assert by_area(counts, "einwohner") == {"011": 1, "012": 1, "013": 1, "nz": 2}
    assert "2 nicht gefunden" in finding.message


def test_coordinates_of_a_directory_are_placed_in_the_areas(tmp_path: Path) -> None:
    block = ADDRESSES.partition("number")[0] + 'number = "Nr"\nx = "x"\ny = "y"\ncrs = "EPSG:4326"\n'
    folder = town(tmp_path, BY_ADDRESS, "bestand.csv", "Straße;Nr\nWeg;1\nWeg;2\nWeg;3\n", SECLUSION + block)
    kleinstadt.put(
        folder,
        "gebiete/strassen.csv",
        "Straße;Nr;x;y\nWeg;1;7,005;51,005\nWeg;2;7,015;51,005\nWeg;3;9,0;51,0\n",
    )
    counts, _ = read(folder)
    assert by_area(counts, "einwohner") == {"011": 1, "012": 1, "nz": 1}


def test_addresses_without_a_directory_are_refused(tmp_path: Path) -> None:
    _, findings = read(town(tmp_path, BY_ADDRESS, "bestand.csv", LIVING))
    assert "kein Anschriftenverzeichnis" in errors_of(findings)[0].message


def test_an_unknown_area_in_the_directory_is_told(tmp_path: Path) -> None:
    folder = town(tmp_path, BY_ADDRESS, "bestand.csv", LIVING, SECLUSION + ADDRESSES)
    kleinstadt.put(folder, "gebiete/strassen.csv", STREETS.replace("013", "099"))
    _, findings = read(folder)
    assert [(f.value, f.row) for f in errors_of(findings)] == [("", 4)]


MOVEMENTS = """
[[register]]
files = "bewegungen.csv"
level = "bezirk"
period = { year_of = "Datum" }
area = "Bezirk"
area_width = 3
zaehlen = [
  { variable = "geburten", only = { Art = ["Geburt"] } },
  { variable = "sterbefaelle", only = { Art = ["Tod"] } },
]
"""
MOVED = (
    "Art;Datum;Bezirk\nGeburt;03.02.2023;11\nGeburt;04.02.2024;011\nTod;2024-12-31;12\nUmzug;2024-06-01;12\n"
)


def test_movements_count_by_their_calendar_year(tmp_path: Path) -> None:
    counts, findings = read(town(tmp_path, MOVEMENTS, "bewegungen.csv", MOVED))
    assert not findings
    assert by_area(counts, "geburten", "2023") == {"011": 1}
    assert by_area(counts, "geburten", "2024") == {"011": 1}
    assert by_area(counts, "sterbefaelle", "2024") == {"012": 1}
    assert set(counts.loc[counts["variable"] == "geburten", "period"]) == {"2023", "2024"}


def test_key_dates_may_stand_in_a_column(tmp_path: Path) -> None:
    recipe = BY_ADDRESS.replace('period = "2024-12-31"', 'period = { column = "Tag" }').replace(
        'anschrift = { street = "Straße", number = "Nr" }', 'area = "Bezirk"\nspalten = { birth_date = "Geb" }'
    ).replace('{ variable = "einwohner" }', '{ variable = "altersjahre", sum = "age" }')  # fmt: skip
    content = "Tag;Bezirk;Geb\n31.12.2023;011;01.01.2000\n31.12.2024;011;01.01.2000\n"
    counts, _ = read(town(tmp_path, recipe, "bestand.csv", content))
    assert by_area(counts, "altersjahre", "2023-12-31") == {"011": 23}
    assert by_area(counts, "altersjahre", "2024-12-31") == {"011": 24}


def test_parquet_counts_too(tmp_path: Path) -> None:
    recipe = MOVEMENTS.replace("bewegungen.csv", "bewegungen.parquet")
    path = tmp_path / "b.parquet"
    pq.write_table(pa.table({"Art": ["Tod"], "Datum": ["2024-01-01"], "Bezirk": [11]}), path)
    counts, _ = read(town(tmp_path, recipe, "bewegungen.parquet", path.read_bytes()))
    assert by_area(counts, "sterbefaelle", "2024") == {"011": 1}


def test_names_of_columns_that_are_no_text_are_told_of(tmp_path: Path) -> None:
    """DuckDB answers with a plain RuntimeError then."""
    path = tmp_path / "b.parquet"
    table = pa.table({"Art": ["Tod"], "Datum": ["2024-01-01"], "Bezirk": [11], "Bemerkung": ["-"]})
    pq.write_table(table, path, store_schema=False)
    content = path.read_bytes().replace(b"Bemerkung", b"Bemer\xff\xfe\xffg")
    recipe = MOVEMENTS.replace("bewegungen.csv", "bewegungen.parquet")
    _, findings = read(town(tmp_path, recipe, "bewegungen.parquet", content))
    assert "lässt sich nicht lesen" in errors_of(findings)[0].message


def test_a_person_who_stands_twice_is_told(tmp_path: Path) -> None:
    recipe = BY_ADDRESS.replace(
        'anschrift = { street = "Straße", number = "Nr" }', 'area = "B"\nspalten = { person = "P" }'
    )
    _, findings = read(town(tmp_path, recipe, "bestand.csv", "P;B\ngeheim;011\nb;011\ngeheim;012\n"))
    (finding,) = errors_of(findings)
    assert (finding.row, "mehrfach" in finding.message, "geheim" in str(finding)) == (2, True, False)


@pytest.mark.parametrize(
    "content",
    ["", "\n", "Art;Datum;Bezirk\n", "Art;Datum;Bezirk\n\x00\x00;x", "Art;Datum\nTod;2024-01-01\n", b"PAR1 nothing", b"\xff\xfe\x00", "Art;Datum;Bezirk\nTod;gestern;011\n", 'Art;Datum;Bezirk\n"Tod;2024'],
)  # fmt: skip
@pytest.mark.parametrize("name", ["bewegungen.csv", "bewegungen.parquet"])
def test_broken_files_are_told_of_and_not_shown(tmp_path: Path, name: str, content: str | bytes) -> None:
    _, findings = read(town(tmp_path, MOVEMENTS.replace("bewegungen.csv", name), name, content))
    assert errors_of(findings)
    assert not [f for f in findings if "gestern" in str(f) or f.value]


def test_spark_is_asked_for_where_the_town_says_so(tmp_path: Path) -> None:
    if importlib.util.find_spec("pyspark"):
        pytest.skip("pyspark ist installiert")
    recipe = MOVEMENTS.replace('{ year_of = "Datum" }', '"2024"')
    _, findings = read(town(tmp_path, recipe, "bewegungen.csv", MOVED, top='engine = "spark"\n'))
    assert "Spark" in errors_of(findings)[0].message


def test_counting_leaves_nothing_behind(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(scratch)
    folder = town(tmp_path, MOVEMENTS, "bewegungen.csv", MOVED + "Tod;Geheimnis;011\n")
    before = {path for path in folder.rglob("*") if path.is_file()}
    with caplog.at_level(logging.DEBUG):
        read(folder)
    assert not list(scratch.iterdir())
    assert {path for path in folder.rglob("*") if path.is_file()} == before
    assert "Geheimnis" not in caplog.text + "".join(capfd.readouterr())


# -- recipes and settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('area = "Bezirk"', "", "entweder „area“ oder"),
        ("geburten\"", "geburten\", age = \"5-3\"", "kein Bereich"),
        ("geburten\"", "geburten\", dimensions = [\"age\"]", "fehlt „birth_date“"),
        ("geburten\"", "geburten\", unit = \"haushalt\"", "„only“ gibt es nicht"),
        ("geburten\"", "geburten\", persons = \"1\"", "„persons“ gibt es nicht"),
        ("area_width = 3", "age_bands = [\"0-17\", \"19+\"]", "lückenlos"),
        ("area_width = 3", "spalten = { sex = \"G\" }", "recode.sex"),
        ("bewegungen.csv", "../x.csv", "im Ordner der Quelle"),
        ("area_width", "area_wide", "unbekannt"),
    ],
)  # fmt: skip
def test_faults_of_a_recipe_are_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    path = kleinstadt.put(tmp_path, "einwohnerregister/rezept.toml", MOVEMENTS.replace(before, after, 1))
    with pytest.raises(DeliveryError) as error:
        read_registers(path)
    assert told in str(error.value)


@pytest.mark.parametrize("key", ["stelle", "rechtsgrundlage", "zweck", "loeschung"])
def test_an_incomplete_seclusion_is_refused(tmp_path: Path, key: str) -> None:
    lines = [line for line in SECLUSION.splitlines() if not line.startswith(key)]
    folder = town(tmp_path, MOVEMENTS, "bewegungen.csv", MOVED, "\n".join(lines))
    with pytest.raises(SozialraumError, match=key):
        municipality.read(folder)
