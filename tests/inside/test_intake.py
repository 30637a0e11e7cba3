"""From a file to a delivery, without the web: recognise, decide, try out, take over."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import files
import pyarrow.parquet as pq
import pytest

import kleinstadt
from sozialraum import deliveries, municipality
from sozialraum.errors import SozialraumError
from sozialraum.journal import DELIVERED
from sozialraum.tables import TOTAL
from sozialraum_inside import areas, changes, founding, intake, marks, replacing, taking, tray
from sozialraum_inside.areas import AreaChoice
from sozialraum_inside.intake import ColumnChoice, Decision
from sozialraum_inside.tray import Received


def into_tray(folder: Path, path: Path, name: str = "") -> Received:
    return tray.receive(folder, name or path.name, [path.read_bytes()])


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "dateien"
    folder.mkdir()
    return files.write(folder)


def test_a_workbook_is_understood_and_marked(town: Path, given: Path) -> None:
    there = municipality.read(town)
    seen, left_out = intake.look(into_tray(town, given / "Einwohner_2024.xlsx"), there)
    draft = seen[0].draft
    assert draft is not None
    marked = marks.marked(seen[0].sheet, draft, there.geographies)

    assert left_out == 0
    assert (draft.area, draft.area_width, draft.level) == ("Schlüssel", 3, "bezirk")
    assert [g.variable for g in draft.columns] == ["einwohner"] * 3
    assert [row.words for row in marked.rows] == ["Titel", "leer", "Titel", "Kopf", *["Gebiet"] * 6, "ohne Gebiet", "Summe", "Fußnote"]  # fmt: skip
    assert marked.rows[4].cells[0].role == "schluessel"
    assert marked.rows[4].cells[2].role == "zahl"


def test_an_unanswered_question_is_told_for_every_field_at_once(town: Path, given: Path) -> None:
    there = municipality.read(town)
    draft = intake.look(into_tray(town, given / "arbeitslose_2024.csv"), there)[0][0].draft
    assert draft is not None
    draft = replace(draft, period='""', columns=tuple(replace(c, period="") for c in draft.columns))

    wrong = intake.wrong_with(
        Decision("", "", "Bezirk", "gestern", (ColumnChoice("arbeitslose", "alt"),)), draft, there
    )

    assert {f.column for f in wrong} == {"quelle", "ebene", "zeitraum", "spalten"}
    assert any("„gestern“ ist kein Zeitraum" in f.message for f in wrong)


def test_a_variable_of_another_source_is_refused(town: Path, given: Path) -> None:
    there = municipality.read(town)
    draft = intake.look(into_tray(town, given / "arbeitslose_2024.csv"), there)[0][0].draft
    assert draft is not None

    wrong = intake.wrong_with(
        Decision("einwohnerregister", "bezirk", "", "", (ColumnChoice("arbeitslose"),)), draft, there
    )
    assert [f.column for f in wrong] == ["quelle"]


def test_a_trial_says_what_would_be_gone(town: Path) -> None:
    from sozialraum import pipeline

    pipeline.run(municipality.read(town))
    old = (town / "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv").read_text("utf-8")
    shorter = town / "neu.csv"
    shorter.write_text("\n".join(x for x in old.splitlines() if not x.startswith("013")) + "\n", "utf-8")
    file = into_tray(town, shorter, "arbeitslose_2024.csv")
    there = municipality.read(town)
    known = intake.look(file, there)[0][0].known
    assert known is not None
    trial = intake.try_out(file, known.recipes, there)
    assert [d.area for d in trial.changed] == ["Hafen"]
    assert trial.gone == ()

    # Eine Altersgruppe, die der letzte Lauf noch hatte, fehlt in der Datei.
    path = town / "journal" / DELIVERED
    counts = pq.read_table(path).to_pandas()
    parts = counts[(counts["variable"] == "einwohner") & (counts["age"] != TOTAL)]
    period, age = parts.iloc[0][["period", "age"]]
    mine = parts[parts["period"] == period]
    gone = intake._gone(mine[mine["age"] != age], counts, there)
    assert len(gone) == int(mine[mine["age"] == age]["count"].notna().sum()) > 0
    assert {age in d.cell for d in gone} == {True}
    assert intake._gone(mine, counts, there) == []


def test_a_trial_compares_with_the_last_run_and_writes_nothing(town: Path) -> None:
    from sozialraum import pipeline

    pipeline.run(municipality.read(town))
    there = municipality.read(town)
    old = (town / "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv").read_text("utf-8")
    changed = town / "neu.csv"
    changed.write_text(old.replace(";61", ";64"), "utf-8")
    file = into_tray(town, changed, "arbeitslose_2024.csv")
    known = intake.look(file, there)[0][0].known
    assert known is not None

    trial = intake.try_out(file, known.recipes, there)
    assert (trial.new, len(trial.changed), trial.blocked) == (0, 1, False)
    assert (trial.changed[0].area, trial.changed[0].before, trial.changed[0].after) == (
        "Altstadt",
        "61",
        "64",
    )
    assert sorted(p.name for p in (town / "lieferungen/ba_arbeitsmarkt").iterdir()) == [
        "arbeitslose_2023.csv", "arbeitslose_2024.csv", "rezept.toml",
    ]  # fmt: skip


def test_a_mended_file_replaces_the_earlier_one_in_one_change(town: Path) -> None:
    from sozialraum import pipeline

    pipeline.run(municipality.read(town))
    place = town / "lieferungen/ba_arbeitsmarkt"
    old = place / "arbeitslose_2024.csv"
    before = old.read_text("utf-8")
    mended = town / "neu.csv"
    mended.write_text(before.replace(";61", ";64"), "utf-8")
    file = into_tray(town, mended, "arbeitslose_2024.csv")
    standing = replacing.candidates(town, "ba_arbeitsmarkt")
    assert standing == ("arbeitslose_2023.csv", "arbeitslose_2024.csv")

    # Without a person nothing is replaced.
    assert "ersetzt vermutlich die Lieferung „arbeitslose_2024.csv“" in taking.settle(
        town, file, municipality.read(town)
    )

    # Beside the old one the same figures would stand twice, and the run says so.
    beside = taking.take_over(town, file, "ba_arbeitsmarkt", "", "arbeitslose_*.csv")
    with pytest.raises(SozialraumError):
        pipeline.run(municipality.read(town))
    taking.forget_removed(town, changes.undo(town, beside.id))

    name = replacing.suggested(standing, "arbeitslose_2024.csv", 6)
    event = taking.take_over(town, file, "ba_arbeitsmarkt", "", "arbeitslose_*.csv", replaces=name)
    assert sorted(p.name for p in place.glob("*.csv")) == ["arbeitslose_2023.csv", "arbeitslose_2024 (2).csv"]
    assert "ersetzt „arbeitslose_2024.csv“" in event.text
    told = pipeline.run(municipality.read(town))
    assert not [f for f in getattr(told, "findings", ()) if "fehlt" in f.message]
    counts = pq.read_table(town / "journal" / DELIVERED).to_pandas()
    mine = counts[(counts["variable"] == "arbeitslose") & (counts["period"] == "2024-12-31")]
    assert sorted(mine[mine["area"] == "011"]["count"]) == [64.0]

    taking.forget_removed(town, changes.undo(town, event.id))
    assert old.read_text("utf-8") == before
    assert not (place / "arbeitslose_2024 (2).csv").exists()
    pipeline.run(municipality.read(town))


@pytest.mark.parametrize(
    ("target", "known", "expected"),
    [
        ("arbeitslose_2024.csv", 6, "arbeitslose_2024.csv"),
        ("Arbeitslose 2024 berichtigt.csv", 6, "arbeitslose_2024.csv"),
        ("arbeitslose_2024.csv", 0, ""),
        ("arbeitslose_2025.csv", 6, ""),
        ("arbeitslose.csv", 6, ""),
    ],
)
def test_what_a_file_most_likely_replaces(target: str, known: int, expected: str) -> None:
    names = ("arbeitslose_2023.csv", "arbeitslose_2024.csv")
    assert replacing.suggested(names, target, known) == expected
    assert replacing.suggested(("a 2024.csv", "b 2024.csv"), "c 2024.csv", 6) == ""


def test_a_delivery_that_went_meanwhile_cannot_be_replaced() -> None:
    assert replacing.chosen(("a.csv",), "") == ""
    with pytest.raises(SozialraumError, match="gibt es nicht mehr"):
        replacing.chosen(("a.csv",), "../kommune.toml")


def test_the_same_file_is_not_taken_over_twice(town: Path) -> None:
    path = town / "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv"
    file = into_tray(town, path, "noch einmal.csv")

    with pytest.raises(SozialraumError, match="schon übernommen, als „arbeitslose_2024"):
        taking.take_over(town, file, "ba_arbeitsmarkt", "", "arbeitslose_*.csv")


@pytest.mark.parametrize(
    ("name", "pattern", "target"),
    [
        ("einwohner_2025.csv", "einwohner_*.csv", "einwohner_2025.csv"),
        ("Meldung 2025 neu.csv", "einwohner_*.csv", "einwohner_2025.csv"),
        ("Stand.csv", "einwohner_*.csv", "einwohner_Stand.csv"),
        ("x.csv", "genau.csv", "genau.csv"),
    ],
)
def test_a_file_gets_the_name_its_recipe_expects(name: str, pattern: str, target: str) -> None:
    assert intake.target_name(Received("a", name, "", 1, ""), pattern) == target


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Daten\\a.csv", "a.csv"),
        ("rezept.toml", "datei_rezept.toml"),
        ("a<b>|.csv", "a_b__.csv"),
        ("...", "datei_ohne_namen"),
    ],
)
def test_names_of_uploads_are_tame(given_name: str, kept: str) -> None:
    assert tray.safe_name(given_name) == kept


def test_a_founded_town_with_areas_and_a_table_can_be_read(tmp_path: Path, given: Path) -> None:
    folder = tmp_path / "kommune"
    for name, content in founding.found(founding.Answers("Große Kreisstadt Öd", "05998000")).items():
        kleinstadt.put(folder, name, content.decode())
    file = into_tray(folder, given / "bezirke.geojson")
    choice = AreaChoice(
        "Statistischer Bezirk",
        "Statistische Bezirke",
        "id",
        "name",
        "Stadtteil",
        "Stadtteile",
        "parent",
        "stadtteil",
        "2024",
    )
    prepared = areas.prepare(
        folder, (folder / "kommune.toml").read_text("utf-8"), file, choice, ("05998000", "Öd")
    )
    for name, content in prepared.files.items():
        text = content.read_text("utf-8") if isinstance(content, Path) else (content or b"").decode()
        kleinstadt.put(folder, name, text)

    there = municipality.read(folder)
    assert there.id == "grosse-kreisstadt-oed"
    assert [x.id for x in there.geographies[0].levels] == ["statistischer_bezirk", "stadtteil", "kommune"]
    assert all(a.geometry for a in there.geographies[0].areas if a.level == "stadtteil" and a.code != "nz")
    assert deliveries.read_all(there).findings


def test_founding_tells_everything_that_is_missing() -> None:
    with pytest.raises(SozialraumError) as told:
        founding.found(founding.Answers("", "12", "Dorf"))
    assert {f.column for f in told.value.findings} == {"name", "ags", "kind"}


def test_tables_that_look_alike_are_told_apart_by_the_name_of_the_file(town: Path) -> None:
    place = "lieferungen/ba_arbeitsmarkt"
    recipe = (town / place / "rezept.toml").read_text("utf-8")
    pattern = re.search(r'files = "(.*)"', recipe)
    assert pattern
    twin = recipe.replace(pattern[1], "zwilling_*.csv")
    (town / place / "rezept.toml").write_text(f"{recipe}\n\n{twin}", "utf-8")
    there = municipality.read(town)
    content = town / place / "arbeitslose_2024.csv"

    named = intake.look(into_tray(town, content, "zwilling_2024.csv"), there)[0][0]
    assert named.known
    assert named.known.files == "zwilling_*.csv"
    nameless = into_tray(town, content, "Tabelle1.csv")
    seen = intake.look(nameless, there)[0][0]
    assert seen.known is None
    assert len(seen.rivals) == 2
    assert "Mehrere Rezepte" in taking.settle(town, nameless, there)


def test_what_lies_in_the_watched_folder_comes_into_the_tray(town: Path) -> None:
    place = town / tray.WATCHED
    place.mkdir()
    (place / "neu.csv").write_text("Bezirk;Zahl\n011;1\n", "utf-8")
    (place / "~offen.xlsx").write_text("x", "utf-8")
    (place / "leer.csv").write_text("", "utf-8")
    written = (place / "neu.csv").stat().st_mtime

    assert tray.sweep(town, written + 1) == 0
    assert tray.sweep(town, written + 60) == 1
    assert [f.name for f in tray.waiting(town)] == ["neu.csv"]
    assert sorted(p.name for p in place.iterdir()) == ["leer.csv", "~offen.xlsx"]
    assert tray.sweep(town, written + 60) == 0


def test_of_a_large_table_only_the_beginning_is_looked_at(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = municipality.read(town)
    rows = "".join(f"{code};{n}\n" for n in range(2000) for code in ("011", "012", "013"))
    file = tray.receive(town, "gross.csv", [b"Bezirk;Arbeitslose 31.12.2024\n", rows.encode()])
    monkeypatch.setattr(intake, "LARGE", 1000)
    monkeypatch.setattr(intake, "HEAD", 500)

    sheet = intake.look(file, there)[0][0].sheet
    assert 20 < len(sheet.rows) < 100
    assert all(len(row) == 2 for row in sheet.rows)
    assert not list((file.path.parent / "anfang").iterdir())
