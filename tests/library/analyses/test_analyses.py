"""Every kind of stored analysis on Rasterstadt: its sentence, its files, and what is told when it cannot be done."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sozialraum import municipality
from sozialraum.analyses import store
from sozialraum.analyses.kinds import KINDS
from sozialraum.cli import main
from sozialraum.errors import SozialraumError

SURVEY = 'parameters = { file = "befragung/befragung.csv", area = "Feld", weight = "Gewicht", adults = "Große", children = "Kleine", income = "Einkommen"MORE }'
BLOCKS = {
    "trend": 'indicator = "sgb2_quote"',
    "moran": 'indicator = "sgb2_quote"',
    "hot_spots": 'indicator = "sgb2_quote"\nparameters = { permutations = 999 }',
    "segregation": 'indicator = "sgb2_quote"\nparameters = { replicates = 100, compare = "2021-12-31" }',
    "typology": 'indicators = ["sgb2_quote", "anteil_u18"]\nparameters = { types = 3, resamples = 10 }',
    "smoothing": 'indicator = "sterberate"',
    "inequality": 'indicator = "sterberate"\nparameters = { by = "sgb2_quote" }',
    "development": 'indicator = "sgb2_quote"\nparameters = { areas = ["11", "12"], start = "2023" }',
    "synthetic_control": 'indicator = "sgb2_quote"\nparameters = { area = "11", start = "2023" }',
    "funnel": 'indicator = "sgb2_quote"',
    "similar_areas": 'indicators = ["sgb2_quote", "anteil_u18"]\nparameters = { area = "11" }',
    "poverty": SURVEY.replace("MORE", ""),
    "small_areas": 'indicators = ["anteil_u18", "anteil_einpersonenhaushalte"]\n'
    + SURVEY.replace("MORE", ""),
}


def write(folder: Path, kind: str, body: str | None = None, name: str = "a", extra: str = "") -> None:
    text = f'[{name}]\nlabel = "Eine <Analyse>"\nkind = "{kind}"\n{extra}{BLOCKS[kind] if body is None else body}\n'
    (folder / "analysen" / f"{name}.toml").write_text(text, "utf-8")


def ran(folder: Path, name: str = "a") -> store.Done:
    return store.run(municipality.read(folder), name)


def rows(folder: Path, name: str = "a") -> list[dict[str, str]]:
    with (folder / "werte" / "analysen" / name / "ergebnis.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refused(folder: Path, kind: str, body: str) -> str:
    write(folder, kind, body)
    with pytest.raises(SozialraumError) as caught:
        ran(folder)
    assert not (folder / "werte" / "analysen" / "a").exists()
    assert not list((folder / "werte").rglob("*.partial"))
    return str(caught.value)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_writes_its_result(survey: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(survey, kind)
    assert main(["analyse", str(survey), "a"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].endswith((".", ")"))
    assert printed[1] == f"Wann nicht verwenden: {KINDS[kind].not_for}"
    assert "bleibt innen" in printed[2]

    folder = survey / "werte" / "analysen" / "a"
    assert {p.name for p in folder.iterdir()} == {
        "ergebnis.csv",
        "ergebnis.parquet",
        "ergebnis.html",
        "karte.svg",
        "analyse.json",
    }
    page = (folder / "ergebnis.html").read_text("utf-8")
    for word in (
        "Nur für den inneren Gebrauch",
        "Wann nicht verwenden",
        "Datenstand",
        "Startwert des Zufalls",
        "&lt;Analyse&gt;",
    ):
        assert word in page, word
    assert "<Analyse>" not in page
    assert "nan" not in re.sub(r"<svg.*?</svg>|<style>.*?</style>", "", page, flags=re.S).lower().split()
    assert not re.search(r"(src|href)=\"(?!#)", page)  # nothing from outside
    record = json.loads((folder / "analyse.json").read_text("utf-8"))
    assert record["sentence"] == printed[0]
    assert record["analysis"]["seed"] == 20240101
    assert pq.read_table(folder / "ergebnis.parquet").num_rows == len(rows(survey)) > 0
    assert (Path(__file__).parents[3] / "docs" / "methoden" / KINDS[kind].page).exists()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_seed_gives_the_same_table(survey: Path, kind: str) -> None:
    write(survey, kind)
    ran(survey)
    first = (survey / "werte" / "analysen" / "a" / "ergebnis.csv").read_bytes()
    ran(survey)
    assert (survey / "werte" / "analysen" / "a" / "ergebnis.csv").read_bytes() == first


def test_the_hot_corner_is_found_and_the_suppressed_area_is_not_judged(raster: Path) -> None:
    write(raster, "hot_spots")
    ran(raster)
    found = {row["Gebiet"]: row for row in rows(raster)}
    assert found["12"]["Ergebnis"] == "hoch in hoher Umgebung"
    assert found["44"]["Ergebnis"] == "nicht bestimmbar"
    assert (found["44"]["Wert"], found["44"]["Grund"]) == ("", "kein Wert")
    assert found["66"]["Ergebnis"] == "nicht auffällig"


def test_trends_name_what_rises(raster: Path) -> None:
    write(raster, "trend")
    ran(raster)
    found = {row["Gebiet"]: row for row in rows(raster)}
    assert (
        sum(
            row["Entwicklung"] == "gestiegen"
            for code, row in found.items()
            if code[0] in "12" and code[1] in "123"
        )
        >= 3
    )
    assert found["44"]["Entwicklung"] == "nicht zu beurteilen"


def test_small_areas_agree_with_the_town_and_reach_those_nobody_was_asked_in(survey: Path) -> None:
    write(survey, "small_areas")
    done = ran(survey)
    found = {row["Gebiet"]: row for row in rows(survey)}
    assert len(found) == 42
    assert found["67"]["befragte Haushalte"] == "0"
    assert found["67"]["Befragung allein (%)"] == ""
    assert "nur aus dem Modell" in found["67"]["Grund"]
    assert 0 < float(found["67"]["Schätzwert (%)"]) < 60
    assert {row["Genauigkeit"] for row in found.values()} <= {
        "verlässlich",
        "eingeschränkt",
        "nicht veröffentlichen",
    }
    people = {code: 300 + 40 * (k % 9) for k, code in enumerate(found)}
    mean = sum(float(row["Schätzwert (%)"]) * people[code] for code, row in found.items()) / sum(
        people.values()
    )
    write(survey, "poverty", name="p")
    ran(survey, "p")
    whole = next(
        row
        for row in rows(survey, "p")
        if row["Gebiet"] == "insgesamt" and row["Maß"].startswith("Armutsgefährdungsquote")
    )
    assert mean == pytest.approx(float(whole["Wert"]), abs=1e-6)
    assert "1 von 1" in done.outcome.notes[0]
    write(
        survey,
        "small_areas",
        BLOCKS["small_areas"].replace('income = "Einkommen"', 'income = "Einkommen", published = 20.0'),
    )
    ran(survey)
    mean = sum(float(row["Schätzwert (%)"]) * people[row["Gebiet"]] for row in rows(survey)) / sum(
        people.values()
    )
    assert mean == pytest.approx(20.0)


def test_types_and_similar_areas_say_why(raster: Path) -> None:
    write(raster, "typology", name="t")
    write(raster, "similar_areas", name="s")
    assert "stabil" in ran(raster, "t").outcome.sentence
    kinds = {row["Gebiet"]: row["Typ"] for row in rows(raster, "t")}
    assert kinds["44"] == ""
    assert kinds["11"] == kinds["12"] != kinds["66"]
    assert "am ähnlichsten bei" in ran(raster, "s").outcome.sentence
    assert sum(row["Gebiet"] in ("12", "13", "21", "22", "23") for row in rows(raster, "s")) >= 3


@pytest.mark.parametrize("method", ["local", "pooled"])
def test_smoothing_tells_what_was_done(raster: Path, method: str) -> None:
    write(raster, "smoothing", f'indicator = "sgb2_quote"\nparameters = {{ method = "{method}" }}')
    told = ran(raster).outcome.sentence
    assert ("Nachbargebieten" if method == "local" else "3 Zeiträume") in told
    hidden = next(row for row in rows(raster) if row["Gebiet"] == "44")
    assert (hidden["geglättet"], hidden["Grund"]) == ("", "keine Fallzahl") or method == "pooled"


def test_values_of_a_release_may_leave(raster: Path) -> None:
    folder = raster / "freigaben" / "2025-03"
    folder.mkdir(parents=True)
    (raster / "werte" / "werte.parquet").rename(folder / "werte.parquet")
    write(raster, "moran", extra='release = "2025-03"\n')
    assert ran(raster).protected
    page = (raster / "werte" / "analysen" / "a" / "ergebnis.html").read_text("utf-8")
    assert "Aus geschützten Werten einer Freigabe gerechnet." in page
    assert "Nur für den inneren Gebrauch" not in page


def test_a_release_that_is_not_there(raster: Path) -> None:
    assert "2025-04" in refused(raster, "moran", 'indicator = "sgb2_quote"\nrelease = "2025-04"')


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        ("moran", 'indicator = "gibt_es_nicht"', "gibt es nicht"),
        ("moran", 'indicator = "wahlbeteiligung"', "keinen einzigen Wert"),
        ("moran", 'indicator = "sgb2_quote"\nperiod = "1999-12-31"', "Vorhanden: 2021-12-31"),
        ("moran", 'indicator = "sgb2_quote"\nlevel = "block"', "Vorhanden: bezirk, stadtteil"),
        ("moran", 'indicator = "sgb2_quote"\nversion = "1900"', "Gebietsstand"),
        ("moran", 'indicator = "sgb2_quote"\nparameters = { permutationen = 3 }', "unbekannt"),
        ("moran", 'indicator = "einwohnerzahl"\nparameters = { rates = true }', "keine Zähler und Nenner"),
        ("segregation", 'indicator = "sterberate"', "kein Anteil"),
        ("smoothing", 'indicator = "einwohnerzahl"', "keine Fälle"),
        ("typology", 'indicators = ["sgb2_quote"]\nparameters = { types = 9 }', "höchstens 8"),
        ("typology", "", "fehlen die Kennzahlen"),
        ("similar_areas", 'indicators = ["sgb2_quote"]\nparameters = { area = "99" }', "„99“ gibt es"),
        ("similar_areas", 'indicators = ["sgb2_quote", "anteil_u18"]\nparameters = { area = "11", method = "tolerances", tolerances = [1, 2, 3] }', "Toleranzen"),
        ("inequality", 'indicator = "sterberate"\nparameters = { by = "wahlbeteiligung" }', "keinen einzigen Wert"),
        ("inequality", 'indicator = "sterberate"', "„by“ fehlt"),
        ("orakel", 'indicator = "sgb2_quote"', "Möglich sind: .*hot_spots"),
    ],
)  # fmt: skip
def test_mistakes_are_told_and_nothing_is_written(raster: Path, kind: str, body: str, word: str) -> None:
    assert re.search(word, refused(raster, kind, body))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("Feld;Gewicht", "Ort;Gewicht", "fehlt die Spalte „Feld“"),
        ("Feld 12;", "Feld 99;", "Das Gebiet gibt es"),
        (";3,5;1;", ";viel;1;", "keine Zahl"),
        (";3,5;1;", ";-3,5;1;", "negativ"),
        (";1;0;", ";0;0;", "keine Personen"),
    ],
)
def test_a_broken_survey_is_told_with_its_row(survey: Path, old: str, new: str, word: str) -> None:
    path = survey / "befragung" / "befragung.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert word in refused(survey, "poverty", BLOCKS["poverty"])


def test_a_survey_outside_the_folder_is_not_read(survey: Path) -> None:
    (survey.parent / "fremd.csv").write_text("Feld;Gewicht;Große;Kleine;Einkommen\n", "utf-8")
    assert "gibt es nicht im Ordner" in refused(
        survey, "poverty", BLOCKS["poverty"].replace("befragung/befragung.csv", "../fremd.csv")
    )
    (survey / "befragung" / "leer.csv").write_text("Feld;Gewicht;Große;Kleine;Einkommen\n", "utf-8")
    empty = BLOCKS["poverty"].replace("befragung/befragung.csv", "befragung/leer.csv")
    assert "steht kein Haushalt" in refused(survey, "poverty", empty)


def test_one_year_only(raster: Path) -> None:
    import pandas as pd

    path = raster / "werte" / "werte.parquet"
    table = pd.read_parquet(path)
    table[table["period"] == "2024-12-31"].to_parquet(path)
    write(raster, "trend")
    assert "42 nicht zu beurteilen" in ran(raster).outcome.sentence
    write(raster, "smoothing", 'indicator = "sgb2_quote"\nparameters = { method = "pooled" }', name="b")
    with pytest.raises(SozialraumError, match="nur einen Zeitraum"):
        ran(raster, "b")


def test_a_map_of_islands(raster: Path) -> None:
    path = raster / "gebiete" / "bezirke.geojson"
    content = json.loads(path.read_text("utf-8"))
    for one in content["features"]:
        (x, y), *_ = one["geometry"]["coordinates"][0]
        corners = ((0, 0), (0.009, 0), (0.009, 0.009), (0, 0.009), (0, 0))
        one["geometry"]["coordinates"] = [[[x + a, y + b] for a, b in corners]]
    path.write_text(json.dumps(content), "utf-8")
    assert "berühren sich keine Gebiete" in refused(raster, "moran", BLOCKS["moran"])


def test_one_area_apart_is_named(raster: Path) -> None:
    path = raster / "gebiete" / "bezirke.geojson"
    content = json.loads(path.read_text("utf-8"))
    ring = content["features"][-1]["geometry"]["coordinates"][0]
    content["features"][-1]["geometry"]["coordinates"] = [[[x + 0.05, y] for x, y in ring]]
    path.write_text(json.dumps(content), "utf-8")
    write(raster, "moran")
    assert ran(raster).outcome.notes == ["Ohne Nachbargebiete: Feld 67."]


def test_the_list_and_what_is_wrong_in_it(raster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(raster)]) == 0
    assert "Noch keine Analyse" in capsys.readouterr().out
    write(raster, "moran")
    assert main(["analyse", str(raster)]) == 0
    assert capsys.readouterr().out == "a: Eine <Analyse> (Räumliches Muster)\n"
    assert main(["analyse", str(raster), "b"]) == 1
    assert "Vorhanden: a." in capsys.readouterr().err
    (raster / "analysen" / "kaputt.toml").write_text("[x\n", "utf-8")
    (raster / "analysen" / "mehr.toml").write_text(
        'y = 3\n[a]\nlabel = ""\nkind = "moran"\n[z]\nlabel = "Z"\nart = "moran"\n', "utf-8"
    )
    assert main(["analyse", str(raster)]) == 1
    told = capsys.readouterr().err
    for word in (
        "kein gültiges TOML",
        "„y“ ist kein Block",
        "gibt es zweimal",
        "„label“ darf nicht leer",
        "„kind“ fehlt",
        "„art“ ist unbekannt",
    ):
        assert word in told, word


def test_values_come_first(raster: Path) -> None:
    (raster / "werte" / "werte.parquet").unlink()
    assert "sozialraum run" in refused(raster, "moran", BLOCKS["moran"])


# --- effects and funnels ------------------------------------------------------------------------------------------------


def test_the_rising_corner_stands_out(raster: Path) -> None:
    """The hot corner of Rasterstadt rises by three points a year, the rest does not."""
    corner = '["11", "12", "13", "21", "22", "23"]'
    write(
        raster,
        "development",
        f'indicator = "sgb2_quote"\nparameters = {{ areas = {corner}, start = "2023" }}',
    )
    sentence = ran(raster).outcome.sentence
    assert "geht über den Zufall hinaus" in sentence
    assert "gestiegen" in sentence
    table = {row["Gebiet"]: row for row in rows(raster)}
    assert table["11"]["Gruppe"] == "Maßnahme"
    assert table["44"]["Änderung"] == ""  # suppressed, takes no part

    quiet = 'indicator = "sgb2_quote"\nparameters = { areas = ["61"], start = "2023", controls = ["62", "63", "64", "65", "66"] }'
    write(raster, "development", quiet)
    assert (
        "statistisch nicht von der allgemeinen Entwicklung zu unterscheiden" in ran(raster).outcome.sentence
    )


def test_the_mixture_of_an_area_has_weights(raster: Path) -> None:
    write(raster, "synthetic_control")
    outcome = ran(raster).outcome
    assert "Unter 41 Gebieten" in outcome.sentence
    weights = [float(row["Gewicht in der Mischung"] or 0) for row in rows(raster)]
    assert sum(weights) == pytest.approx(1, abs=0.01)


def test_the_corner_lies_outside_the_funnel(raster: Path) -> None:
    write(raster, "funnel")
    outcome = ran(raster).outcome
    table = {row["Gebiet"]: row["Lage"] for row in rows(raster)}
    assert table["11"] == "weit darüber (99,8 %)"
    assert table["44"] == "keine Angabe"
    assert outcome.notes  # far more spread than chance


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        (
            "development",
            'indicator = "sgb2_quote"\nparameters = { areas = ["99"], start = "2023" }',
            "gibt es auf der Ebene",
        ),
        (
            "development",
            'indicator = "sgb2_quote"\nparameters = { areas = ["11"], start = "bald" }',
            "ist kein Zeitraum",
        ),
        (
            "development",
            'indicator = "sgb2_quote"\nparameters = { areas = ["11"], start = "2030" }',
            "Vor oder nach 2030",
        ),
        (
            "synthetic_control",
            'indicator = "sgb2_quote"\nparameters = { area = "44", start = "2023" }',
            "hat Lücken",
        ),
        ("funnel", 'indicator = "einwohnerzahl"', "keine Bevölkerung dazu"),
    ],
)
def test_what_an_effect_needs_is_told(raster: Path, kind: str, body: str, told: str) -> None:
    assert told in refused(raster, kind, body)
