"""Crosswalks area by area: begun from boundaries, changed with a reason, contradictions shown where they can be mended."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect
from walks import enter, violations

import kleinstadt
from conftest import Workshop
from sozialraum import municipality
from sozialraum.crosswalk_files import by_overlap
from sozialraum.errors import SozialraumError
from sozialraum_inside import changes, crosswalks
from sozialraum_inside.crosswalks import Answer, Key

TODAY = date(2025, 3, 1)
OLD = """
[[gebiete.versionen]]
id = "2010"
label = "Gebietsstand 2010"
valid_from = "2010-01-01"
valid_until = "2014-12-31"

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Bezirk"
plural = "Bezirke"
file = "gebiete/bezirke_2010.geojson"
code = "id"
name = "name"
"""


@pytest.fixture
def reformed(town: Path) -> Path:
    """Kleinstadt whose Altstadt and Neustadt were one Bezirk before, and whose Hafen reached a quarter into the Au."""
    areas = [a for a in kleinstadt.bezirke() if a["properties"]["id"] not in ("011", "012")]  # type: ignore[index]
    both = {
        "type": "Polygon",
        "coordinates": [[(7.0, 51.0), (7.02, 51.0), (7.02, 51.01), (7.0, 51.01), (7.0, 51.0)]],
    }
    areas.append(kleinstadt.feature("010", "Kern", both))
    kleinstadt.put(town, "gebiete/bezirke_2010.geojson", kleinstadt.collection(areas))
    kleinstadt.put(town, "kommune.toml", kleinstadt.KOMMUNE + OLD)
    return town


def settings(folder: Path) -> tuple[str, dict[str, Any]]:
    text = (folder / "kommune.toml").read_text("utf-8")
    return text, tomllib.loads(text)


def key(folder: Path) -> Key:
    found = crosswalks.key(folder, settings(folder)[1], 0)
    assert found is not None
    return found


def begin(folder: Path) -> None:
    text, content = settings(folder)
    known = crosswalks.geographies(folder, content)
    assert [p[:3] for p in crosswalks.pairs(content, known)] == [("2010", "2024", "bezirk")]
    changes.apply(
        folder, dict(crosswalks.begun(text, known["2010"], known["2024"], "bezirk")), "umstieg", "angelegt"
    )


def test_boundaries_say_how_much_goes_where(reformed: Path) -> None:
    known = crosswalks.geographies(reformed, settings(reformed)[1])
    shares = by_overlap(known["2010"], known["2024"], "bezirk")
    told = {(a, b): s for a, b, s in shares.itertuples(index=False)}
    assert told["010", "011"] == pytest.approx(0.5, abs=0.001)
    assert told["010", "012"] == pytest.approx(0.5, abs=0.001)
    assert {pair for pair, share in told.items() if share == 1} == {
        (c, c) for c in ("013", "021", "022", "023")
    }
    begin(reformed)
    (read,) = municipality.read(reformed).crosswalks
    assert read.basis == "area"
    assert read.estimated == {"011", "012"}


def test_shares_are_changed_with_a_reason_and_taken_back(reformed: Path) -> None:
    begin(reformed)
    before = (reformed / key(reformed).block.file).read_bytes()
    answer = Answer("010", {"011": "62,5", "012": "37,5"}, "Einwohnerzahlen 2014", "K. Amt")
    event = changes.apply(
        reformed,
        dict(crosswalks.changed(reformed, settings(reformed)[0], key(reformed), answer, TODAY)),
        "umstieg",
        "Kern",
    )
    (read,) = municipality.read(reformed).crosswalks
    mine = read.shares[read.shares["from"] == "010"].set_index("to")["share"].to_dict()
    assert mine == {"011": 0.625, "012": 0.375}
    split = key(reformed).split("010")
    assert split is not None
    assert (split.reason, split.author, split.day) == ("Einwohnerzahlen 2014", "K. Amt", "2025-03-01")
    assert len(key(reformed).splits) == 5
    changes.undo(reformed, event.id)
    assert (reformed / key(reformed).block.file).read_bytes() == before


@pytest.mark.parametrize(
    ("percents", "told"),
    [
        ({"011": "60", "012": "30"}, "90 % statt 100 %"),
        ({"011": "60", "012": "viel"}, "kein Anteil"),
        ({"011": "60", "999": "40"}, "gibt es im neuen Gebietsstand nicht"),
        ({}, "0 % statt 100 %"),
    ],
)
def test_cases_are_neither_lost_nor_doubled(reformed: Path, percents: dict[str, str], told: str) -> None:
    begin(reformed)
    with pytest.raises(SozialraumError) as error:
        crosswalks.changed(reformed, settings(reformed)[0], key(reformed), Answer("010", percents), TODAY)
    assert any(told in f.message for f in error.value.findings)
    assert {f.column for f in error.value.findings} == {"shares", "reason"}


def test_a_key_that_keeps_the_town_from_being_read_is_mended_here(reformed: Path) -> None:
    begin(reformed)
    path = reformed / key(reformed).block.file
    path.write_text(path.read_text("utf-8").replace("010;012;0,5", "010;012;0,1"), "utf-8")
    with pytest.raises(SozialraumError):
        municipality.read(reformed)
    broken = key(reformed)
    assert len(broken.findings) == 1
    split = broken.split("010")
    assert split is not None
    assert not split.sums_to_one
    files = crosswalks.changed(
        reformed,
        settings(reformed)[0],
        broken,
        Answer("010", {"011": "50", "012": "50"}, "Tippfehler"),
        TODAY,
    )
    changes.apply(reformed, dict(files), "umstieg", "x")
    assert municipality.read(reformed).crosswalks


def test_a_workbook_becomes_a_table_beside_it(reformed: Path) -> None:
    begin(reformed)
    rows = (reformed / key(reformed).block.file).read_text("utf-8").splitlines()
    book = openpyxl.Workbook()
    for number, row in enumerate(rows):
        a, b, share = row.split(";")
        book.active.append([a, b, float(share.replace(",", ".")) if number else share])
    book.save(reformed / "gebiete/umstieg.xlsx")
    text = settings(reformed)[0].replace(key(reformed).block.file, "gebiete/umstieg.xlsx")
    kleinstadt.put(reformed, "kommune.toml", text)
    files = crosswalks.changed(reformed, text, key(reformed), Answer("010", {"011": "100"}, "x"), TODAY)
    assert set(files) == {"gebiete/umstieg.csv", "kommune.toml"}
    changes.apply(reformed, dict(files), "umstieg", "x")
    assert municipality.read(reformed).crosswalks[0].estimated == frozenset()
    assert (reformed / "gebiete/umstieg.xlsx").exists()


def test_letters_the_file_could_not_hold_make_it_utf_8(reformed: Path) -> None:
    begin(reformed)
    path = reformed / key(reformed).block.file
    path.write_bytes(
        path.read_text("utf-8").replace("from;to;share", "from;to;share;Straße").encode("cp1252")
    )
    text = settings(reformed)[0].replace('basis = "area"', 'basis = "area"\nencoding = "cp1252"')
    kleinstadt.put(reformed, "kommune.toml", text)
    before = path.read_bytes()
    answer = Answer("010", {"011": "70", "012": "30"}, "Auskunft Straßenamt", "Łukasz Őry")
    files = crosswalks.changed(reformed, text, key(reformed), answer, TODAY)
    event = changes.apply(reformed, dict(files), "umstieg", "x")
    assert "&#" not in path.read_text("utf-8")
    split = key(reformed).split("010")
    assert split is not None
    assert (split.author, split.reason) == ("Łukasz Őry", "Auskunft Straßenamt")
    assert settings(reformed)[1]["gebiete"]["umstiege"][0]["encoding"] == "utf-8"
    assert municipality.read(reformed).crosswalks
    changes.undo(reformed, event.id)
    assert path.read_bytes() == before
    assert (reformed / "kommune.toml").read_text("utf-8") == text


def test_a_reason_without_author_and_day_is_shown(reformed: Path) -> None:
    begin(reformed)
    path = reformed / key(reformed).block.file
    rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([rows[0] + ";Grund", *(row + ";Auskunft" for row in rows[1:])]) + "\n", "utf-8")
    split = key(reformed).split("010")
    assert split is not None
    assert (split.reason, split.author, split.day) == ("Auskunft", "", "")


@pytest.mark.browser
def test_a_crosswalk_is_begun_and_changed_in_the_browser(
    page: Any, open_workshop: Callable[[Path], Workshop], reformed: Path, axe: str
) -> None:
    workshop = open_workshop(reformed)
    page.set_default_timeout(20_000)
    enter(page, workshop)
    page.goto(workshop.address + "/gebiete/umstiege/")
    wrong = violations(page, axe)
    page.get_by_role("button", name="Anlegen").click()
    page.locator("#vorher a[data-code='010']").click()
    wrong += violations(page, axe)
    page.get_by_label("Anteil nach Altstadt in Prozent").fill("70")
    page.get_by_label("Anteil nach Neustadt in Prozent").fill("20")
    page.get_by_role("button", name="Anteile ändern").click()
    expect(page.locator("[role=alert]")).to_contain_text("90 % statt 100 %", use_inner_text=True)
    wrong += violations(page, axe)
    page.get_by_label("Anteil nach Neustadt in Prozent").fill("30")
    page.fill("#reason", "Einwohnerzahlen 2014")
    page.get_by_role("button", name="Anteile ändern").click()
    page.get_by_text("Die Anteile von Kern sind geändert").wait_for()
    wrong += violations(page, axe)
    assert municipality.read(reformed).crosswalks[0].shares["share"].max() == 1
    assert wrong == []
