"""The index workbench: an index from a recipe, other weights, its stability, a saved edition, its sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import kleinstadt
from sozialraum import index_workbench, municipality
from sozialraum.catalogue.recipe import Index
from sozialraum.cli import main
from sozialraum.errors import CatalogueError, SozialraumError
from sozialraum.index_workbench import Figures
from sozialraum.municipality import Municipality
from sozialraum.products import index_sheets
from sozialraum.products.report.content import words
from sozialraum.tables import VALUES_COLUMNS, Status

PERIOD = "2024-12-31"
RECIPE = """
[lage_2024]
label = "Lageindex"
edition = "2024"
preset = "berlin"
level = "stadtteil"
period = "2024-12-31"
exclude_below = 0
components = [
  { indicator = "sgb2_quote" },
  { indicator = "kinder_sgb2" },
  { indicator = "arbeitslosenanteil" },
]
choices = [{ subject = "Drei Bausteine", decided_by = "Sozialausschuss", reason = "Sie liegen für jeden Stadtteil vor." }]
"""


@pytest.fixture
def town(tmp_path: Path) -> Municipality:
    """Ten areas in two rows of squares, a recipe, no deliveries: the figures come from the test."""
    folder = tmp_path / "stadt"
    (folder / "gebiete").mkdir(parents=True)
    (folder / "indizes").mkdir()
    squares = [
        {"type": "Feature", "properties": {"schluessel": f"{n:02d}", "name": f"Stadtteil {n}"}, "geometry": {"type": "Polygon", "coordinates": [
            [[7 + x, 51 + y], [7.01 + x, 51 + y], [7.01 + x, 51.01 + y], [7 + x, 51.01 + y], [7 + x, 51 + y]]]}}
        for n in range(10) for x, y in [(0.01 * (n % 5), 0.01 * (n // 5))]
    ]  # fmt: skip
    (folder / "gebiete/stadtteile.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": squares}), "utf-8"
    )
    from sozialraum import scaffold

    (folder / "kommune.toml").write_text(scaffold.KOMMUNE, "utf-8")
    (folder / "indizes/lage_2024.toml").write_text(RECIPE, "utf-8")
    return municipality.read(folder)


def figures(period: str = PERIOD, shift: float = 0.0) -> Figures:
    """Three shares of every area with limits, now and two years before."""
    rows = []
    for years, when in ((0.0, PERIOD), (1.0, "2022-12-31")):
        for j, name in enumerate(("sgb2_quote", "kinder_sgb2", "arbeitslosenanteil")):
            for n in range(10):
                value = 5.0 + 2.0 * n + 3.0 * ((n * (j + 2)) % 5) + shift * j - years * ((n * (j + 1)) % 4)
                rows.append((f"{n:02d}", "stadtteil", "2024", when, name, value, 100.0, value, value - 2, value + 2, Status.OK, "", ""))  # fmt: skip
    values = pd.DataFrame(rows, columns=list(VALUES_COLUMNS))
    return Figures(values, kleinstadt.counts(), "Freigabe 2025-03", "2025-03-01", True, {})


def test_from_a_recipe_to_its_sheets(town: Municipality, tmp_path: Path) -> None:
    """Vom Rezept über ein anderes Gewicht und die Stabilität zur gespeicherten Ausgabe und ihrem Methodenblatt."""
    recipe = index_workbench.edition(town, "lage_2024")
    assert recipe.classes.status[-1].label == "sehr niedrig"  # from the preset
    made = index_workbench.computed(town, recipe, figures())

    table, changed = index_workbench.table_of(town, made, {"kinder_sgb2": 8.0})
    assert list(table["rank"]) == sorted(table["rank"])
    assert changed == (table["class"] != table["new_class"]).sum() > 0

    steady = index_workbench.stability(made)
    assert steady["rated"] == 10
    assert 0 < steady["unstable"] <= 10
    assert all(a["rank_lower"] <= a["rank"] <= a["rank_upper"] for a in steady["areas"])
    assert set(steady["choices"]) == {"normalise", "aggregate", "factors", "left_out", "errors"}

    path = index_workbench.save(town, index_workbench.derived_edition(recipe, "familien_2024", "Familienindex", {"kinder_sgb2": 8.0}))  # fmt: skip
    assert path.name == "familien_2024.toml"
    again = index_workbench.edition(town, "familien_2024")
    weights = {c.indicator: c.weight for c in again.components}
    assert weights == {"sgb2_quote": 1.0, "kinder_sgb2": 8.0, "arbeitslosenanteil": 1.0}
    saved = index_workbench.computed(town, again, figures())
    assert list(saved.status.classes) == list(table.set_index("area")["new_class"][saved.status.areas])

    files = index_workbench.write_sheets(town, saved, figures(), tmp_path / "blaetter")
    assert [f.suffix for f in files] == [".html", ".pdf", ".html", ".pdf"]
    assert all(f.stat().st_size > 5_000 for f in files)
    html = files[0].read_text("utf-8")
    assert "Familienindex" in html
    assert "Sozialausschuss" in html
    assert "gibt nur Hinweise" in html
    assert files[1].read_bytes().startswith(b"%PDF-1.7")


def test_the_sheet_of_unprotected_figures_says_so(town: Municipality) -> None:
    """Ein Blatt aus ungeschützten Werten trägt den Vermerk auf jeder Seite."""
    recipe = index_workbench.edition(town, "lage_2024")
    bare = Figures(figures().values, kleinstadt.counts(), "Lieferungen", "2025-03-01", False, {})
    made = index_workbench.computed(town, recipe, bare)
    sheet = index_sheets.method_sheet(index_workbench.reading(town, made, bare))

    assert sheet.internal
    assert "NUR INTERN" in sheet.footer
    assert any("nicht weitergeben" in words(block) for block in sheet.blocks())


def test_hidden_areas_have_neither_score_nor_class(town: Municipality) -> None:
    """Ein gesperrter Baustein: keine Klasse, kein Rang, kein Beitrag; das Methodenblatt nennt den Grund, nie einen Wert."""
    found = figures()
    place = (found.values["area"] == "03") & (found.values["indicator"] == "kinder_sgb2") & (found.values["period"] == PERIOD)  # fmt: skip
    found.values.loc[place, ["numerator", "value", "lower", "upper"]] = float("nan")
    found.values.loc[place, "status"] = Status.SUPPRESSED
    made = index_workbench.computed(town, index_workbench.edition(town, "lage_2024"), found)
    table, _ = index_workbench.table_of(town, made)
    sheet = index_sheets.method_sheet(index_workbench.reading(town, made, found))

    assert "03" not in set(table["area"])
    told = [words(block) for block in sheet.blocks() if "ein Baustein ist gesperrt" in words(block)]
    assert told
    assert "Stadtteil 3" in told[0]


def test_only_one_method_is_compared_over_time(town: Municipality) -> None:
    """Zwei Stichtage werden nur bei gleicher Methode verglichen; sonst wird es in einem Satz abgelehnt."""
    recipe = index_workbench.edition(town, "lage_2024")
    earlier = Index.model_validate({**recipe.model_dump(), "id": "lage_2022", "edition": "2022", "period": "2022-12-31", "classes": {"status": recipe.classes.model_dump()["status"]}})  # fmt: skip
    later = Index.model_validate({**recipe.model_dump(), "classes": {"status": recipe.classes.model_dump()["status"]}})  # fmt: skip
    other = Index.model_validate({**later.model_dump(), "spread": "sample_sd"})

    result = index_workbench.compared(town, earlier, later, figures())
    assert result.over_time
    assert (result.movers["class_before"] != result.movers["class_after"]).all()
    with pytest.raises(CatalogueError, match="werden nicht verglichen: sie sind verschieden gerechnet \\(spread\\)") as caught:  # fmt: skip
        index_workbench.compared(town, earlier, other, figures())
    assert len(caught.value.findings) == 1


def test_an_edition_is_never_overwritten(town: Municipality) -> None:
    """Speichern legt Neues daneben."""
    recipe = index_workbench.edition(town, "lage_2024")

    with pytest.raises(SozialraumError, match="nie überschrieben"):
        index_workbench.save(town, recipe)
    with pytest.raises(CatalogueError, match="taugt nicht als Name"):
        index_workbench.derived_edition(recipe, "../kommune")
    with pytest.raises(CatalogueError, match="gehört zu keinem Baustein: unsinn"):
        index_workbench.derived_edition(recipe, "neu", weights={"unsinn": 2.0})


def test_a_published_edition_that_was_edited_is_told(town: Municipality) -> None:
    """Wer eine veröffentlichte Ausgabe ändert, erfährt es beim Prüfen; Erläuterungen darf man verbessern."""
    from sozialraum.releasing import edited_editions

    digest = town.catalogue.indices["lage_2024"].digest()
    folder = town.folder / "freigaben" / "2025-03"
    folder.mkdir(parents=True)
    (folder / "katalog.json").write_text(json.dumps({"indices": [{"id": "lage_2024", "digest": digest}]}), "utf-8")  # fmt: skip
    assert not edited_editions(town)

    path = town.folder / "indizes" / "lage_2024.toml"
    path.write_text(RECIPE.replace("Sie liegen", "Die Werte liegen"), "utf-8")
    assert not edited_editions(municipality.read(town.folder))
    path.write_text(RECIPE.replace("{ indicator = \"kinder_sgb2\" }", "{ indicator = \"kinder_sgb2\", weight = 2.0 }"), "utf-8")  # fmt: skip
    (finding,) = edited_editions(municipality.read(town.folder))
    assert "„2025-03“ veröffentlicht und seither geändert" in finding.message
    assert "neue Ausgabe" in finding.remedy


def test_the_command_lists_and_refuses_in_german(
    town: Municipality, capsys: pytest.CaptureFixture[str]
) -> None:
    """Der Befehl nennt die Ausgaben; ein unbekannter Name und ein unlesbares Gewicht sind verständlich abgelehnt."""
    folder = str(town.folder)

    assert main(["index", folder]) == 0
    assert "lage_2024" in capsys.readouterr().out
    assert main(["index", folder, "compute", "gibtesnicht"]) == 1
    assert "Es gibt: lage_2024" in capsys.readouterr().err
    assert main(["index", folder, "compute"]) == 1
    assert "Es fehlt, welche Ausgabe" in capsys.readouterr().err
    assert main(["index", folder, "compute", "lage_2024", "--weight", "kinder_sgb2=viel"]) == 1
    assert "Gewicht ist nicht lesbar" in capsys.readouterr().err
    assert main(["index", folder, "tanzen"]) == 2
