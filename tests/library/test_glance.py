"""A glance at a long table shows what reading all of it would show at its front and its end, at the same rows."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum import glance, inspecting
from sozialraum.spreadsheet import read_sheets

BOOK = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
 <sheet name="Kurz" sheetId="1" r:id="rId1"/><sheet name="Bestand" sheetId="2" r:id="rId2"/></sheets></workbook>"""
ROOT = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
LINKS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
 <Relationship Id="rId1" Type="{LINK}" Target="worksheets/a.xml"/>
 <Relationship Id="rId2" Type="{LINK}" Target="/xl/worksheets/b.xml"/></Relationships>"""
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
 <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
 <Default Extension="xml" ContentType="application/xml"/></Types>"""


def sheet(rows: int, *, numbered: bool, prefix: str = "") -> str:
    """The XML of a sheet: a heading, then keys, years and numbers, a footnote in the last row."""
    p = f"{prefix}:" if prefix else ""

    def row(number: int, cells: list[str]) -> str:
        at = f' r="{number}"' if numbered else ""
        inner = "".join(
            f"<{p}c{f' r={chr(34)}{letter}{number}{chr(34)}' if numbered else ''}{cell}</{p}c>"
            for letter, cell in zip("ABC", cells, strict=False)
        )
        return f"<{p}row{at}>{inner}</{p}row>"

    def text(word: str) -> str:
        return f' t="inlineStr"><{p}is><{p}t>{word}</{p}t></{p}is>'

    lines = [row(1, [text("Bezirk"), text("Jahr"), text("Zahl")])]
    lines += [
        row(n, [f"><{p}v>{n % 600}</{p}v>", f"><{p}v>2024</{p}v>", f"><{p}v>{n}</{p}v>"])
        for n in range(2, rows)
    ]
    lines.append(row(rows, [text("Quelle: Amt")]))
    space = (
        f'xmlns{":" + prefix if prefix else ""}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    )
    return f'<{p}worksheet {space}><{p}dimension ref="A1:C{rows}"/><{p}sheetData>{"".join(lines)}</{p}sheetData></{p}worksheet>'


def book(path: Path, rows: int, **how: object) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", LINKS)
        archive.writestr("xl/worksheets/a.xml", sheet(5, numbered=True))
        archive.writestr("xl/worksheets/b.xml", sheet(rows, **how))  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(
    "how", [{"numbered": True}, {"numbered": False}, {"numbered": True, "prefix": "x"}], ids=str
)
def test_a_long_workbook(tmp_path: Path, how: dict[str, object]) -> None:
    path = book(tmp_path / "lang.xlsx", 70_000, **how)
    short, long = read_sheets(path, every=True, at_a_glance=True)
    assert (short.name, short.left_out, len(short.rows)) == ("Kurz", 0, 5)
    assert len(long.rows) == 70_000
    assert long.left_out > 40_000
    there = [number for number, row in enumerate(long.rows, start=1) if row]
    assert there == [*range(1, glance.ROWS[1] + 1), *range(70_000 - glance.END + 1, 70_001)]
    assert long.rows[0] == ["Bezirk", "Jahr", "Zahl"]
    assert all(long.rows[n - 1] == [n % 600, 2024, n] for n in there[1:-1])
    assert long.rows[-1][0] == "Quelle: Amt"
    whole = read_sheets(path, every=True)[1]
    assert all(row == whole.rows[n] for n, row in enumerate(long.rows) if row)


def test_what_a_long_table_is_said_to_be(tmp_path: Path) -> None:
    (draft,) = [
        d
        for d in inspecting.look(book(tmp_path / "lang.xlsx", 70_000, numbered=True)).drafts
        if d.sheet == "Bestand"
    ]
    assert (draft.first_row, draft.last_row, draft.ends_before) == (2, 69_999, ("Quelle: Amt",))


@given(
    st.integers(1, 30_000), st.integers(1, 30), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans()
)
def test_a_long_text_is_the_text_without_its_middle(
    rows: int, width: int, ending: str, closed: bool, quoted: bool
) -> None:
    rows = max(1, rows // width)
    cells = [[f"{n}-{k}" for k in range(width)] for n in range(rows)]
    if quoted:
        cells[-1][0] = "mit\nUmbruch"
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=";", lineterminator=ending).writerows(cells)
    text = made.getvalue() if closed else made.getvalue().removesuffix(ending)
    source = io.StringIO(text, newline="")
    found, gap = glance.lines(csv.reader(source, delimiter=";"), source, text, ";")
    assert len(found) + gap.rows == rows
    assert found == (cells[: gap.after] + cells[gap.after + gap.rows :] if gap.rows else cells)
    assert bool(gap.rows) == (rows > glance.front(width) + glance.END)
