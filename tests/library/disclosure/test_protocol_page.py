"""The printable page of a protocol (Protokollblatt)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import kleinstadt
from sozialraum import municipality, pipeline
from sozialraum.cli import main
from sozialraum.disclosure import gate
from sozialraum.products import protocol_page
from sozialraum.release import Release


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Release]:
    folder = kleinstadt.write(tmp_path_factory.mktemp("stadt"))
    kleinstadt.put(
        folder, "kommune.toml", kleinstadt.KOMMUNE.replace('"Statistikstelle Kleinstadt"', '"Stelle <b>&"')
    )
    town = municipality.read(folder)
    pipeline.write_values(pipeline.run(town))
    return folder, pipeline.release(town, "eins").release


def test_the_page_says_what_was_hidden_and_proved(released: tuple[Path, Release]) -> None:
    text = protocol_page.page(released[1])
    assert 'lang="de"' in text
    assert "Prüfung bestanden" in text
    assert released[1].protocol["signature"]["fingerprint"] in text
    for rule in released[1].protocol["rules"]:
        assert rule["label"] in text


def test_the_page_loads_nothing_and_runs_nothing(released: tuple[Path, Release]) -> None:
    text = protocol_page.page(released[1])
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|http", text)
    assert "<b>&" not in text
    assert "Stelle &lt;b&gt;&amp;" in text


def test_only_the_inner_page_splits_primary_and_secondary(released: tuple[Path, Release]) -> None:
    folder, release = released
    inside = json.loads((folder / "journal" / "freigaben" / "eins.json").read_text("utf-8"))
    assert "zweitgesperrt" not in protocol_page.page(release)
    assert "zweitgesperrt" in protocol_page.page(release, inside)
    assert sum(t["primary"] for t in inside["tables"]) == inside["primary"]
    assert sum(t["secondary"] for t in inside["tables"]) == inside["secondary"]


def test_too_much_hidden_is_a_failed_method(released: tuple[Path, Release]) -> None:
    release = released[1]
    words = gate.coarse(0.21)
    protocol = {**release.protocol, "hidden_share_of_persons": words}
    text = protocol_page.page(Release(release.path, release.name, release.catalogue, protocol))
    assert "Verfahren nicht geeignet" in text
    assert "Prüfung bestanden" not in text
    assert gate.coarse(gate.TOO_MUCH) == "5 bis 20 %"


def test_the_command_writes_the_page(released: tuple[Path, Release], tmp_path: Path) -> None:
    folder, release = released
    place = tmp_path / "protokoll.html"
    assert main(["audit", str(release.path), "--values", str(folder / "werte"), "--page", str(place)]) == 0
    assert "Nicht weitergeben" in place.read_text("utf-8")
