"""Changes of the folder: all or nothing, on record, undone in any honest order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.errors import SozialraumError
from sozialraum_inside import changes


def test_a_change_is_written_and_on_record(tmp_path: Path) -> None:
    event = changes.apply(
        tmp_path, {"lieferungen/amt/a.csv": b"1"}, "lieferung", "Tabelle übernommen", reason="neu"
    )

    assert (tmp_path / "lieferungen/amt/a.csv").read_bytes() == b"1"
    assert changes.events(tmp_path) == [event]
    assert event.reason == "neu"


def test_undoing_restores_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "kommune.toml").write_text("alt", "utf-8")
    event = changes.apply(
        tmp_path, {"kommune.toml": b"neu", "gebiete/a.geojson": b"{}"}, "gebiete", "Gebiete"
    )

    changes.undo(tmp_path, event.id)

    assert (tmp_path / "kommune.toml").read_text("utf-8") == "alt"
    assert not (tmp_path / "gebiete/a.geojson").exists()


def test_what_was_undone_can_be_brought_back(tmp_path: Path) -> None:
    event = changes.apply(tmp_path, {"kommune.toml": b"neu"}, "kommune", "Angaben")
    taken_back = changes.undo(tmp_path, event.id)
    again = changes.undo(tmp_path, taken_back.id)

    assert (tmp_path / "kommune.toml").read_bytes() == b"neu"
    assert changes.undone(changes.events(tmp_path)) == {taken_back.id}
    assert again.undoes == taken_back.id


def test_a_later_change_of_the_same_file_hinders_undoing(tmp_path: Path) -> None:
    first = changes.apply(tmp_path, {"kommune.toml": b"1"}, "kommune", "Erste")
    changes.apply(tmp_path, {"kommune.toml": b"2"}, "kommune", "Zweite")

    with pytest.raises(SozialraumError, match=r"Danach wurde noch einmal geändert: kommune\.toml"):
        changes.undo(tmp_path, first.id)
    assert (tmp_path / "kommune.toml").read_bytes() == b"2"


def test_after_thirty_days_a_change_stays(tmp_path: Path) -> None:
    event = changes.apply(tmp_path, {"kommune.toml": b"1"}, "kommune", "Angaben")
    later = datetime.now(UTC) + timedelta(days=31)

    assert "30 Tage" in changes.why_not_undone(tmp_path, event, [event], later)


@pytest.mark.parametrize(
    "path", ["../kommune.toml", "/etc/passwd", "werte/werte.csv", "freigaben/x/werte.csv", "journal/x", ""]
)
def test_other_places_are_never_written(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="not a place"):
        changes.apply(tmp_path, {path: b""}, "x", "x")
    assert not changes.events(tmp_path)


def test_a_line_cut_by_an_interruption_is_left_out(tmp_path: Path) -> None:
    event = changes.apply(tmp_path, {"kommune.toml": b"1"}, "kommune", "Angaben")
    with (tmp_path / changes.PLACE / changes.EVENTS).open("a", encoding="utf-8") as file:
        file.write('{"id": "ab')

    assert changes.events(tmp_path) == [event]


contents = st.lists(
    st.dictionaries(st.sampled_from(["kommune.toml", "gebiete/a", "lieferungen/x/b"]), st.none() | st.binary(max_size=4), min_size=1),
    min_size=1, max_size=6,
)  # fmt: skip


@given(contents)
def test_undoing_everything_from_the_last_back_leaves_the_folder_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, bytes | None]]
) -> None:
    folder = tmp_path_factory.mktemp("kommune")
    done = [changes.apply(folder, step, "x", "x") for step in steps]
    for event in reversed(done):
        if event.files:
            changes.undo(folder, event.id)

    assert not [p for p in folder.rglob("*") if p.is_file() and changes.PLACE not in p.relative_to(folder).parents
                and not p.is_relative_to(folder / changes.PLACE)]  # fmt: skip


def test_an_analysis_makes_no_figure_stale(tmp_path: Path) -> None:
    changes.record(tmp_path, "rechnen", "gerechnet")
    changes.apply(tmp_path, {"analysen/a.toml": b"1"}, "analyse", "Analyse")
    assert not changes.changed_since(changes.events(tmp_path), "rechnen")
    changes.apply(tmp_path, {"korrekturen.toml": b"1"}, "korrektur", "Korrektur")
    assert changes.changed_since(changes.events(tmp_path), "rechnen")


def test_taking_back_the_first_delivery_of_a_source_leaves_no_empty_folder(tmp_path: Path) -> None:
    event = changes.apply(
        tmp_path, {"lieferungen/quelle/a.csv": b"1", "lieferungen/quelle/rezept.toml": b"x"}, "lieferung", "a"
    )
    changes.undo(tmp_path, event.id)

    assert (tmp_path / "lieferungen").is_dir()
    assert not (tmp_path / "lieferungen/quelle").exists()
