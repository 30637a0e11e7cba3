"""SDMX and pictures: hidden values stay empty, identifiers are legal, the picture says where it comes from."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

import probestadt
from sozialraum import release
from sozialraum.products import draw, export, picture, sdmx


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with every state, hostile names, and one source that may only be shown."""
    return probestadt.write(tmp_path_factory.mktemp("freigabe"))


def test_sdmx_hides_and_withholds(folder: Path, tmp_path: Path) -> None:
    files, findings = export.write(release.read(folder), "sdmx", tmp_path)
    with files[0].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == set(sdmx.HEAD)
    assert {row["ACTION"] for row in rows} == {"I"}
    hidden = [row for row in rows if row["OBS_STATUS"] == "Q"]
    assert hidden
    for row in hidden:
        assert [
            row[name] for name in ("OBS_VALUE", "LOWER", "UPPER", "NUMERATOR", "DENOMINATOR", "COMMENT_OBS")
        ] == [""] * 6
    assert "sgb2_quote" not in {row["INDICATOR"] for row in rows}
    assert any("Arbeitsmarktstatistik" in finding.message for finding in findings)
    assert {row["OBS_STATUS"] for row in rows} == set(sdmx.OBS_STATUS.values())


def test_the_structure_names_every_code_that_occurs(folder: Path, tmp_path: Path) -> None:
    files, _ = export.write(release.read(folder), "sdmx", tmp_path)
    tree = Xml.fromstring(files[1].read_text("utf-8"))
    space = {"s": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure"}
    lists = {
        each.get("id"): {code.get("id") for code in each.findall("s:Code", space)}
        for each in tree.iterfind(".//s:Codelist", space)
    }
    with files[0].open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for dimension in sdmx.DIMENSIONS:
                assert row[dimension] in lists[f"CL_{dimension}"]
    identity = [each.get("id") for each in tree.iterfind(".//s:Dimension", space)]
    assert identity == list(sdmx.DIMENSIONS)
    assert all(re.fullmatch(r"[A-Za-z0-9_@$-]+", code or "") for codes in lists.values() for code in codes)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024-12-31", "2024-12-31"),
        ("2024", "2024"),
        ("2024-Q4", "2024-Q4"),
        ("2020-2022", "2020-01-01/P3Y"),
        ("2023/24", "2023-08-01/P1Y"),
    ],
)
def test_periods(text: str, told: str) -> None:
    assert sdmx.period(text) == told


def test_maps_as_pixels(folder: Path, tmp_path: Path) -> None:
    files, _ = export.write(release.read(folder), "png", tmp_path)
    assert files
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in files)
    assert not any("sgb2_quote" in path.name for path in files)


def test_a_poster_keeps_its_drawing_and_breaks_long_lines() -> None:
    drawing = draw.bar(0.5, title="Balken")
    found = draw.poster(
        str(drawing), title="Ein sehr langer Titel " * 12, caption="<b>", notes=["Quelle: Amt"]
    )
    assert found.count("<svg") == 2
    assert "&lt;b&gt;" in found
    assert "Quelle: Amt" in found
    with pytest.raises(ValueError, match="viewBox"):
        draw.poster("<p>", title="", caption="", notes=[])
    with pytest.raises(ValueError, match="drawing"):
        picture.png("nichts")
