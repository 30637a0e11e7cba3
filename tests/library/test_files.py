"""Writing that survives an interruption."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum.files import replace_file


def test_an_interruption_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "werte.csv"
    path.write_text("alt")

    def fill(place: Path) -> None:
        place.write_text("halb")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        replace_file(path, fill)
    assert [p.name for p in tmp_path.iterdir()] == ["werte.csv"]
    assert path.read_text() == "alt"


def test_a_finished_file_takes_the_place(tmp_path: Path) -> None:
    path = tmp_path / "werte.csv"
    path.write_text("alt")
    assert replace_file(path, lambda place: place.write_text("neu")) == path
    assert [p.name for p in tmp_path.iterdir()] == ["werte.csv"]
    assert path.read_text() == "neu"
