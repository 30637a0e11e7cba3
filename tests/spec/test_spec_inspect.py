"""`sozialraum inspect`: was die Software in einer Tabelle erkennt, und warum."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import kleinstadt
from sozialraum import inspecting
from sozialraum.catalogue import shipped
from sozialraum.cli import main
from sozialraum.errors import DeliveryError, errors_of
from sozialraum.sources import recipes, tabelle
from sozialraum.sources.drafting import recipe_text
from sozialraum.sources.inspection import Draft, understand
from sozialraum.spreadsheet import Sheet, read_sheets

MESSY = """Arbeitslose nach Bezirken;;;;
Stand: 31. Dezember 2024;;;;
Bezirk;Insgesamt;Männer;;Frauen
;;unter 25 Jahre;25 und älter;
011 Altstadt;61;4;30;27
012 Neustadt;1.052;< 3;.;40
013 Hafen;7;3;x;–
999 nicht zuzuordnen;2;;;
Insgesamt;1.122;8;31;67
Quelle: Bundesagentur für Arbeit;;;;
"""


def sheet_of(tmp_path: Path, text: str, name: str = "arbeitslose_2024.csv") -> Sheet:
    return read_sheets(kleinstadt.put(tmp_path, name, text))[0]


def draft_of(tmp_path: Path, text: str, name: str = "arbeitslose_2024.csv") -> Draft:
    draft = understand(sheet_of(tmp_path, text, name), [kleinstadt.geography()], shipped(), file=name)
    assert draft is not None
    return draft


def test_a_messy_table_is_understood(tmp_path: Path) -> None:
    """Kopf über zwei Zeilen, Schlüssel mit Namen, Stichtag im Titel, Summe, Fußnote: alles erkannt und begründet."""
    draft = draft_of(tmp_path, MESSY)
    assert draft.heading == (3, 4)
    assert (draft.level, draft.area, draft.first_row, draft.last_row) == ("bezirk", "Bezirk", 5, 9)
    assert draft.area_pattern
    assert draft.period.startswith('{ cell = "A2"')
    assert draft.totals == ("Insgesamt",)
    assert draft.not_assignable == ("999 nicht zuzuordnen",)
    assert draft.ends_before == ("Quelle: Bundesagentur fü",)
    assert [guess.column for guess in draft.columns] == [
        "Insgesamt",
        "Männer / unter 25 Jahre",
        "Männer / 25 und älter",
        "Frauen",
    ]
    assert draft.columns[1].dims == {"sex": "m", "age": "0-24"}
    assert all(reason.sentence for reason in draft.reasons)


def test_the_draft_reads_the_table_it_was_drafted_from(tmp_path: Path) -> None:
    """Der Entwurf ist ein Rezept: Sind die Merkmale eingetragen, liest er die Tabelle."""
    draft = draft_of(tmp_path, MESSY)
    text = recipe_text(draft, "arbeitslose_2024.csv")
    block = tomllib.loads(text.replace('"???"', '"arbeitslose"'))["tabelle"][0]
    for column in block["spalten"]:
        column["variable"] = "arbeitslose"
    block["not_assignable"] = ["999"]
    recipe = recipes.Recipe.model_validate(block)
    path = kleinstadt.put(tmp_path, "x/arbeitslose_2024.csv", MESSY)
    rows, findings = tabelle.read(path, recipe, [kleinstadt.geography()], shipped())
    assert not errors_of(findings), findings
    there = rows[(rows["row"].notna()) & (rows["sex"] == "insgesamt")]
    assert dict(zip(there["area"], there["count"], strict=True)) == {
        "011": 61,
        "012": 1052,
        "013": 7,
        "nz": 2,
    }
    assert set(rows["period"]) == {"2024-12-31"}


def test_keys_that_lost_their_zeros(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "Nr;Name;Anzahl\n11;Altstadt;5\n12;Neustadt;7\n13;Hafen;9\n")
    assert (draft.area, draft.area_width, draft.area_by) == ("Nr", 3, "key")
    assert any("führende Nullen" in reason.sentence for reason in draft.reasons)


def test_areas_known_by_name_only(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "Gebiet;Anzahl\nAltstadt;5\nNeustadt;7\nHafen;9\n")
    assert (draft.area, draft.area_by) == ("Gebiet", "name")


def test_a_long_table_and_its_words(tmp_path: Path) -> None:
    """Eine lange Tabelle: Spalten für Geschlecht und Alter werden erkannt, ihre Wörter übersetzt."""
    lines = [f"{area};2024;{sex};{age};5" for area in ("011", "012", "013") for sex in ("männlich", "weiblich")
             for age in ("unter 3", "3 bis unter 6", "65 und älter")]  # fmt: skip
    draft = draft_of(tmp_path, "Bezirk;Jahr;Geschlecht;Altersgruppe;Anzahl\n" + "\n".join(lines))
    assert draft.dimensions == {"sex": "Geschlecht", "age": "Altersgruppe"}
    assert draft.recode["age"] == {"unter 3": "0-2", "3 bis unter 6": "3-5", "65 und älter": "65+"}
    assert draft.recode["sex"] == {"männlich": "m", "weiblich": "w"}
    assert draft.period == "{ column = \"Jahr\", as = '{0}-12-31' }"
    assert [guess.column for guess in draft.columns] == ["Anzahl"]


def test_unknown_signs_are_listed_not_guessed(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, "Bezirk;Anzahl\n011;5\n012;geh.\n013;rund 30\n021;4\n022;5\n023;6\n")
    assert set(draft.unknown) == {"geh.", "rund 30"}
    assert "Nicht verstanden" in recipe_text(draft, "x.csv")


def test_a_sheet_without_a_table(tmp_path: Path) -> None:
    assert understand(sheet_of(tmp_path, "Impressum\nHerausgeberin: Stadt\n")) is None


def test_the_next_delivery_is_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ein Rezept der Kommune erkennt die nächste Lieferung derselben Form."""
    town = kleinstadt.write(tmp_path / "kleinstadt")
    new = kleinstadt.put(tmp_path, "neu/arbeitslose_2025.csv", kleinstadt.unemployed_csv())
    assert main(["inspect", str(new), "--folder", str(town)]) == 0
    assert (
        "Erkannt: lieferungen/ba_arbeitsmarkt/rezept.toml, Tabelle 1 liest diese Datei."
        in capsys.readouterr().out
    )


def test_writing_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = kleinstadt.put(tmp_path, "arbeitslose_2024.csv", MESSY)
    folder = tmp_path / "lieferungen" / "quelle"
    assert main(["inspect", str(path), "--write", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["drafts"][0]["heading"] == [3, 4]
    assert (folder / "rezept.toml").exists()
    with pytest.raises(DeliveryError, match="nicht überschrieben"):
        inspecting.look(path).write(folder)


REAL = {
    "jena/hh_priv.csv": ("", (1,), "statistischer_Bezirk_Nr"),
    "koeln/koeln_bevoelkerung_2005-2012.csv.gz": ("", (1,), "raum_id"),
    "muenster/05515000_CORONA_NEUINF_STADTTEILE.csv.gz": ("", (1,), "RAUMBEZUG"),
    "berlin-einwohner/EWR202012E_Matrix.csv": ("", (1,), "RAUMID"),
    "hamburg-stadtteile/Daten_fuer_die_Stadtteilprofile_2014.xlsx": ("Stadtteilprofile 2014", (2, 3, 4), "Stadtgebiet"),
    "inkar-kreise/E_Schuldnerquote.xls": ("Daten", (1, 2), "Kennziffer"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REAL))
def test_real_tables_are_understood(name: str, test_data: Path) -> None:
    """Echte Tabellen von sechs Stellen: Kopf und Gebietsspalte werden gefunden."""
    sheet, heading, area = REAL[name]
    found = [d for s in read_sheets(test_data / name, sheet=sheet) if (d := understand(s, file=name))]
    assert [(draft.heading, draft.area) for draft in found] == [(heading, area)]
