"""What is taken over is read afterwards: names that a recipe reads, files that look alike, and nothing decided silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum import deliveries, municipality, pipeline
from sozialraum.errors import SozialraumError, errors_of
from sozialraum_inside import changes, intake, replacing, taking, tray
from sozialraum_inside.tray import Received

PLACE = "lieferungen/ba_arbeitsmarkt"


@pytest.fixture
def named(town: Path) -> Path:
    """Kleinstadt, computed, with a recipe that reads a file of one name only, as a name without a year gets it."""
    place = town / PLACE
    (place / "arbeitslose_2023.csv").unlink()
    (place / "arbeitslose_2024.csv").rename(place / "arbeitslose.csv")
    recipe = (place / "rezept.toml").read_text("utf-8")
    lines = ['period = "2024-12-31"' if x.startswith("period") else x for x in recipe.splitlines()]
    (place / "rezept.toml").write_text(
        "\n".join(lines).replace("arbeitslose_*.csv", "arbeitslose.csv"), "utf-8"
    )
    pipeline.run(municipality.read(town))
    return town


def other(town: Path, name: str, *, factor: int = 2) -> Received:
    """A table of the same shape in which every figure is another one."""
    first, *rows = (town / PLACE / "arbeitslose.csv").read_text("utf-8").splitlines()
    parts = [row.rpartition(";") for row in rows]
    more = [f"{head};{int(number) * factor if number else ''}" for head, _, number in parts]
    return tray.receive(town, name, ["\n".join([first, *more]).encode()])


def test_a_replacing_file_is_read_by_the_recipe_of_the_old_one(named: Path) -> None:
    file = other(named, "berichtigt.csv")
    event = taking.take_over(
        named, file, "ba_arbeitsmarkt", "", "arbeitslose.csv", replaces="arbeitslose.csv"
    )
    read = deliveries.read_all(municipality.read(named))

    assert not errors_of(read.findings)
    mine = read.counts[read.counts["variable"] == "arbeitslose"].set_index("area")["count"]
    assert mine["011"] == 122
    taking.forget_removed(named, changes.undo(named, event.id))
    read = deliveries.read_all(municipality.read(named))
    assert not errors_of(read.findings)
    assert read.counts[read.counts["variable"] == "arbeitslose"].set_index("area")["count"]["011"] == 61


def test_a_file_that_no_recipe_would_read_is_not_put_away(named: Path) -> None:
    file = other(named, "noch eine.csv")

    with pytest.raises(SozialraumError, match="liest nur die eine Datei"):
        taking.take_over(named, file, "ba_arbeitsmarkt", "", "arbeitslose.csv")
    assert sorted(p.name for p in (named / PLACE).glob("*.csv")) == ["arbeitslose.csv"]


def test_a_table_that_only_looks_alike_waits_for_a_person(named: Path) -> None:
    there = municipality.read(named)

    assert "ersetzt vermutlich" in taking.settle(named, other(named, "anderes.csv"), there)
    with pytest.raises(SozialraumError, match="ob diese Datei eine frühere ersetzt"):
        replacing.chosen(("arbeitslose.csv",), replacing.UNDECIDED)


def test_figures_that_are_there_are_never_counted_twice_without_a_person(town: Path) -> None:
    pipeline.run(municipality.read(town))
    rows = (town / PLACE / "arbeitslose_2024.csv").read_text("utf-8").replace(";61", ";62")
    # Two earlier deliveries speak of the same year: nothing says which of them it replaces.
    (town / PLACE / "arbeitslose_2024 (2).csv").write_text("Bezirk;Arbeitslose\n", "utf-8")
    file = tray.receive(town, "Arbeitslose 2024 neu.csv", [rows.encode()])
    there = municipality.read(town)
    known = intake.look(file, there)[0][0].known
    assert known is not None
    assert "entscheiden Sie" in taking.settle(town, file, there)


@pytest.mark.parametrize(
    ("same", "changed", "named", "doubtful"),
    [(53, 451, False, True), (53, 451, True, False), (451, 53, False, False), (0, 0, False, False)],
)
def test_when_a_table_of_another_name_is_doubted(
    same: int, changed: int, named: bool, doubtful: bool
) -> None:
    assert replacing.doubtful(same, changed, named) is doubtful
