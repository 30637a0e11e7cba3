"""Derselbe Zeitraum nach zwei Gebietsständen."""

from __future__ import annotations

from pathlib import Path

import angriffsziel as ziel

NEW = """\
[[gebiete.versionen]]
id = "2025"
valid_from = "2015-01-01"

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Bezirk"
plural = "Bezirke"
file = "gebiete/neu.geojson"
code = "id"
name = "name"
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "stadtteil"
label = "Stadtteil"
plural = "Stadtteile"
file = "gebiete/stadtteile.geojson"
code = "id"
name = "name"

[kennzahlen]"""


def _with_two_versions(folder: Path) -> None:
    ziel.found(folder, ["geburtenrate"])
    town = (folder / "kommune.toml").read_text("utf-8").replace("[kennzahlen]", NEW)
    ziel.kleinstadt.put(folder, "kommune.toml", town)
    remaining = [f for f in ziel.kleinstadt.bezirke() if "011" not in str(f["properties"])]
    ziel.kleinstadt.put(folder, "gebiete/neu.geojson", ziel.kleinstadt.collection(remaining))
    recipe = folder / "lieferungen" / "einwohnerregister" / "rezept.toml"
    recipe.write_text(recipe.read_text("utf-8").replace("spalten", 'version = "2024"\nspalten'), "utf-8")


def test_merged_districts_do_not_disclose_the_old_ones(tmp_path: Path) -> None:
    """Bezirk 012 neu ist 011 und 012 alt: 11 minus 9 sind die gesperrten 2 Geburten in 011."""
    _with_two_versions(tmp_path)
    old = ziel.by_area(2, 9, 8, 20, 21, 22, 30)
    new = {"012": 11, "013": 8, "021": 20, "022": 21, "023": 22, "nz": 30}
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": old}, version="2024")
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": new}, version="2025")
    before = ziel.given(tmp_path)
    after = ziel.given(tmp_path, version="2025")
    assert ("geburten", "011") not in before
    assert ziel.difference(after.get(("geburten", "012")), before.get(("geburten", "012"))) is None


def test_a_later_release_on_new_areas_does_not_disclose_the_old_ones(tmp_path: Path) -> None:
    """Derselbe Stichtag wird auf neuem Gebietsstand nachgeliefert: Auch zwei Freigaben nacheinander verraten 011 nicht."""
    _with_two_versions(tmp_path)
    recipes = tmp_path / "lieferungen" / "einwohnerregister" / "rezept.toml"
    people = recipes.read_text("utf-8")
    ziel.deliver(
        tmp_path, "einwohnerregister", {"geburten": ziel.by_area(2, 9, 8, 20, 21, 22, 30)}, version="2024"
    )
    before = ziel.given(tmp_path)
    recipes.write_text(people, "utf-8")
    new = {"012": 11, "013": 8, "021": 20, "022": 21, "023": 22, "nz": 30}
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": new}, version="2025")
    after = ziel.given(tmp_path, "zwei", version="2025")
    assert ("geburten", "011") not in before
    assert ziel.difference(after.get(("geburten", "012")), before.get(("geburten", "012"))) is None
