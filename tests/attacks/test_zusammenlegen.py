"""Areas united after a release: what the union prints less what a part has printed would be the other part."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum import municipality, pipeline
from sozialraum.errors import DisclosureError

MERGED = 'merged = [{ code = "V1", name = "Vereint", parts = ["%s", "%s"] }]'


def few(town: Path) -> None:
    """Two districts with two cases each: their counts and one more in each part of town are hidden."""
    path = town / "lieferungen" / "ba_arbeitsmarkt" / "arbeitslose_2024.csv"
    lines = [line.rpartition(";")[0] + ";2" if line.startswith(("012", "022")) else line for line in path.read_text("utf-8").splitlines()]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", "utf-8")


def unite(town: Path, one: str, other: str) -> None:
    path = town / "kommune.toml"
    path.write_text(path.read_text("utf-8").replace('parent = "parent"\n', f'parent = "parent"\n{MERGED % (one, other)}\n', 1), "utf-8")  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [("011", "012"), ("012", "013"), ("021", "022")])
def test_areas_united_after_a_release_are_refused(town: Path, one: str, other: str) -> None:
    few(town)
    pipeline.release(municipality.read(town), "eins")
    unite(town, one, other)
    with pytest.raises(DisclosureError) as stopped:
        pipeline.release(municipality.read(town), "zwei")
    assert f"schon Zahlen freigegeben sind: {one}, {other}" in str(stopped.value)
    assert not (town / "freigaben" / "zwei").exists()


def test_areas_united_before_the_first_release_are_fine(town: Path) -> None:
    few(town)
    unite(town, "012", "013")
    assert not pipeline.release(municipality.read(town), "eins").unchanged
    assert pipeline.release(municipality.read(town), "eins").unchanged
