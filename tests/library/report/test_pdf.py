"""PDF: accessible by three checks, the same bytes each time, heads that repeat, text in reading order."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
import tags

from sozialraum.products.report import pdf
from sozialraum.products.report.content import Cell as TableCell
from sozialraum.products.report.content import (
    Chapter,
    Column,
    Document,
    Figure,
    Note,
    Paragraph,
    Row,
    Table,
    words,
)
from sozialraum.products.report.design import Design


def small(*blocks: object, **more: object) -> Document:
    """A document of one chapter."""
    plain = {
        "title": "Probe",
        "kind": "Probe",
        "subject": "Probe",
        "author": "Amt",
        "date": "2025-01-01",
        "data_state": "Datenstand 2024",
        "release": "Freigabe 1",
        "fingerprint": "abc",
    }
    return Document(**{**plain, "chapters": [Chapter("k", "Kapitel", blocks)], **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def written(profiles: list[Document]) -> bytes:
    return pdf.write(profiles[1], Design())


def test_the_tag_tree_leaves_no_screen_reader_in_the_dark(written: bytes) -> None:
    assert tags.problems(written) == []
    found = tags.roles(written)
    assert "/Title" in found
    assert found.count("/Figure") >= 3


def test_the_open_validator_finds_nothing(written: bytes, tmp_path: Path) -> None:
    from pdfua import validate

    file = tmp_path / "profil.pdf"
    file.write_bytes(written)
    assert [str(finding.message) for finding in validate(str(file)).findings] == []


def test_typst_itself_refuses_what_is_not_accessible() -> None:
    with pytest.raises(RuntimeError, match="alt"):
        pdf.write(small(Figure("<svg xmlns='http://www.w3.org/2000/svg'/>", None, "Bild")), Design())  # type: ignore[arg-type]


def test_the_same_release_gives_the_same_bytes(profiles: list[Document], written: bytes) -> None:
    assert pdf.write(profiles[1], Design()) == written


def test_no_font_of_the_machine_is_used(written: bytes) -> None:
    with pikepdf.open(io.BytesIO(written)) as opened:
        names = {
            str(font["/BaseFont"]).split("+")[-1]
            for page in opened.pages
            for font in (page.obj.Resources.get("/Font", {}) or {}).values()
            if "/BaseFont" in font
        }
    assert names
    assert all(name.startswith(("FiraSans", "DejaVuSansMono", "Libertinus")) for name in names), names


def long_table(rows: int) -> Table:
    return Table(
        "Lange Tabelle",
        [Column("Gebiet", width=1), Column("Wert", numeric=True)],
        [Row([TableCell(f"Gebiet {number}"), TableCell(str(number))]) for number in range(rows)],
    )


def text_of(data: bytes, tmp_path: Path, *options: str) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext fehlt (poppler-utils)")
    file = tmp_path / "a.pdf"
    file.write_bytes(data)
    done = subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_a_long_table_repeats_its_head_on_every_page(tmp_path: Path) -> None:
    text = text_of(pdf.write(small(long_table(120)), Design()), tmp_path, "-layout")
    pages = [page for page in text.split("\f") if "Gebiet " in page]
    assert len(pages) >= 3
    assert all(re.search(r"Gebiet\s+Wert", page) for page in pages)


def test_a_heading_never_stands_alone_at_the_foot_of_a_page(tmp_path: Path) -> None:
    filler = [Paragraph("Zeile. " * 12) for _ in range(22)]
    for more in range(6):
        document = small(*filler, *[Paragraph("Noch eine.")] * more)
        chapter = Chapter("b", "Zweites Kapitel", [Paragraph("Danach steht dieser Satz.")])
        made = pdf.write(
            Document(**{**{name: getattr(document, name) for name in document.__slots__}, "chapters": [*document.chapters, chapter]}),
            Design(),
        )  # fmt: skip
        page = next(page for page in text_of(made, tmp_path).split("\f") if "Zweites Kapitel" in page)
        assert "Danach steht dieser Satz." in page


def test_text_comes_in_the_order_of_the_content(
    profiles: list[Document], written: bytes, tmp_path: Path
) -> None:
    text = _plain(spoken(written))
    place = 0
    for chapter in profiles[1].chapters:
        for told in (
            chapter.title,
            *(words(block) for block in chapter.blocks if isinstance(block, Paragraph | Note)),
        ):
            found = text.find(_plain(told), place)
            assert found >= 0, told
            place = found


def spoken(data: bytes) -> str:
    """The text as a screen reader meets it: marked content in the order of the structure tree."""
    import pdf_text

    return pdf_text.in_structure_order(data)


def _plain(text: str) -> str:
    """Without spaces, hyphens and soft hyphens: line breaks do not matter for the order."""
    return re.sub(r"[\s\u00ad\u00a0\u202f-]", "", text)


def test_names_from_outside_stay_text(profiles: list[Document]) -> None:
    evil = next(document for document in profiles if "script" in document.title)
    with pikepdf.open(io.BytesIO(pdf.write(evil, Design()))) as opened:
        assert "<script>" in str(opened.docinfo.get("/Title", "")) or "<script>" in str(
            opened.open_metadata().get("dc:title")
        )
        assert "/JavaScript" not in str(opened.Root.get("/Names", ""))


def test_very_long_names_break(tmp_path: Path) -> None:
    name = "Donaudampfschifffahrtsgesellschaftskapitänswohnsiedlung" * 4
    table = Table(name, [Column(name, width=1), Column("Wert")], [Row([TableCell(name), TableCell("1")])])
    document = small(Paragraph(name, lead=True), table, title=name, subject=name)
    assert tags.problems(pdf.write(document, Design())) == []


def test_german_words_break_at_their_syllables_and_stay_whole_words() -> None:
    """Every break is a German one, marked as a soft hyphen: search and screen readers find the whole word."""
    syllables = {
        "Kinderbetreuung": "Kin-der-be-treu-ung",
        "Jugendhilfeplanung": "Ju-gend-hil-fe-pla-nung",
        "Gemeinschaftsunterkünfte": "Ge-mein-schafts-un-ter-künf-te",
    }
    import pdf_text

    sentence = "Die Kinderbetreuung und Jugendhilfeplanung sowie Gemeinschaftsunterkünfte. "
    text = pdf_text.in_structure_order(pdf.write(small(Paragraph(sentence * 14)), Design()))
    broken = re.findall(r"\w+(?:\u00ad\w+)+", text)
    assert len(broken) >= 5
    for word in broken:
        head, tail = word.split("\u00ad")
        ends = {len(syllables[head + tail][:at].replace("-", "")) for at, sign in enumerate(syllables[head + tail]) if sign == "-"}  # fmt: skip
        assert len(head) in ends, word
