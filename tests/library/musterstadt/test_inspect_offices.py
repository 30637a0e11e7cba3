"""`inspect` against all tables of Musterstadt: what their written recipes say is found without them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sozialraum import deliveries, inspecting, municipality
from sozialraum.errors import Finding
from sozialraum.municipality import Municipality
from sozialraum.sources import tabelle
from sozialraum.sources.heading import read_heading
from sozialraum.sources.recipes import Recipe
from sozialraum.spreadsheet import read_sheets
from sozialraum.tables import COMPARISON_LEVEL

# Which of several statistics below each other is meant, nobody can see: the first is chosen.
SECOND = {"jugendamt_hilfen: Verfahren § 8a"}


@pytest.fixture(scope="module")
def known(town: Path) -> Municipality:
    return municipality.read(town)


def kinds(known: Municipality) -> dict[str, tuple[Path, Recipe]]:
    """One file of each kind of table."""
    found: dict[str, tuple[Path, Recipe]] = {}
    told: list[Finding] = []
    for delivery in deliveries._find(known, told):
        recipe = delivery.recipe
        if isinstance(recipe, Recipe) and recipe.level != COMPARISON_LEVEL:
            what = ", ".join(text for texts in recipe.only_rows.values() for text in texts)
            name = f"{delivery.source}: {what or recipe.files}{recipe.sheet and ' ' + recipe.sheet}"
            found.setdefault(name, (delivery.path, recipe))
    return found


def places(path: Path, recipe: Recipe, known: Municipality) -> set[tuple[str, int]]:
    rows, _ = tabelle.read(path, recipe, known.geographies, known.catalogue)
    rows = rows[rows["row"].notna() & rows["misplaced"].isna() & rows["whole"].isna()]
    return set(rows[["area", "row"]].itertuples(index=False, name=None))


def test_every_table_is_understood(known: Municipality, town: Path) -> None:
    """Kopf, Gebietsspalte, Ebene, Zahlenspalten, Summen, Fälle ohne Gebiet und Ende: wie im geschriebenen Rezept."""
    all_kinds = kinds(known)
    assert len(all_kinds) > 20
    for name, (path, recipe) in all_kinds.items():
        # The folder holds the recipe, so the file would be recognised: here it is looked at as if it were unknown.
        seen = inspecting.look(path, sheet=recipe.sheet)
        assert seen.drafts, name
        sheets = read_sheets(path, sheet=recipe.sheet, every=not recipe.sheet)
        parts = [(s, d) for s in sheets if (d := inspecting.understand(s, known.geographies, known.catalogue, file=path.name))]  # fmt: skip
        drafts = list(inspecting._one_per_kind(parts))
        sheet, draft = next((s, d) for s, d in drafts if read_heading(s.rows, recipe)[0])
        block = tomllib.loads(inspecting.recipe_text(draft, path.name))["tabelle"][0]
        for column in block["spalten"]:
            column["variable"] = "einwohner"
        drafted = Recipe.model_validate({**block, "encoding": sheet.encoding, "separator": sheet.separator})
        written, own = read_heading(sheet.rows, recipe)[0], read_heading(sheet.rows, drafted)[0]
        assert written is not None, name
        assert own is not None, name
        assert draft.level == recipe.level, name
        assert {p.position for p in written.placed} <= {p.position for p in own.placed}, name
        assert bool(recipe.sheets) == bool(draft.sheets), name
        if name not in SECOND:
            assert places(path, recipe, known) == places(path, drafted, known), name


def test_a_stored_recipe_recognises_its_next_delivery(
    known: Municipality, town: Path, tmp_path: Path
) -> None:
    """Jede Datei der Musterstadt wird unter einem neuen Namen wiedererkannt; ein Rezept sagt, welcher es ist."""
    for name, (path, _) in kinds(known).items():
        later = tmp_path / path.name.replace("2015", "2031")
        later.write_bytes(path.read_bytes())
        seen = inspecting.look(later, folder=town)
        assert any(name.partition(":")[0] in text for text in seen.known), name
