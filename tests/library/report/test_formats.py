"""Word, slides, workbook, page: the same content, real styles, native charts, the same bytes each time."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pptx
import pytest

from sozialraum.products.report.content import (
    Bullets,
    Chapter,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Table,
)
from sozialraum.products.report.design import Design
from sozialraum.products.report.writers import WRITERS

OFFICE = ("docx", "pptx", "xlsx")


@pytest.fixture(scope="module")
def written(profiles: list[Document]) -> dict[str, bytes]:
    return {format: WRITERS[format](profiles[1], Design()) for format in (*OFFICE, "html")}


@pytest.mark.parametrize("format", [*OFFICE, "html"])
def test_the_same_content_gives_the_same_bytes(
    format: str, profiles: list[Document], written: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert WRITERS[format](profiles[1], Design()) == written[format]


@pytest.mark.parametrize("format", OFFICE)
def test_an_archive_bears_no_time_of_its_making(format: str, written: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(written[format])) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"(\d{4}-\d\d-\d\d)T", core)) == {"2026-11-22"}


def generated(document: Document) -> list[str]:
    """Every running text of a document."""
    texts = []
    for block in document.blocks():
        if isinstance(block, Paragraph | Note | Heading):
            texts.append(block.text)
        if isinstance(block, Bullets):
            texts += block.items
    return texts


def test_word_has_real_styles_and_every_text(profiles: list[Document], written: dict[str, bytes]) -> None:
    word = docx.Document(io.BytesIO(written["docx"]))
    styles = [paragraph.style.name for paragraph in word.paragraphs if paragraph.style]
    assert styles.count("Heading 1") == len(profiles[1].chapters)
    assert "Title" in styles
    assert "List Bullet" in styles
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert [told for told in generated(profiles[1]) if told not in text] == []


def test_word_tables_repeat_their_head_and_drawings_speak(
    profiles: list[Document], written: dict[str, bytes]
) -> None:
    with zipfile.ZipFile(io.BytesIO(written["docx"])) as archive:
        body = archive.read("word/document.xml").decode()
        vectors = [name for name in archive.namelist() if name.endswith(".svg")]
    tables = sum(isinstance(block, Table) for block in profiles[1].blocks())
    drawn = sum(isinstance(block, Figure) for block in profiles[1].blocks()) + bool(profiles[1].locator)
    assert body.count("<w:tblHeader") == tables
    assert body.count('descr="') >= drawn
    assert len(vectors) == drawn


def test_slides_hold_native_charts_and_editable_tables(
    profiles: list[Document], written: dict[str, bytes]
) -> None:
    show = pptx.Presentation(io.BytesIO(written["pptx"]))
    shapes = [shape for slide in show.slides for shape in slide.shapes]
    charts = [shape for shape in shapes if shape.has_chart]
    tables = [shape for shape in shapes if shape.has_table]
    assert len(charts) == sum(
        isinstance(block, Figure) and block.data is not None for block in profiles[1].blocks()
    )
    assert tables
    assert all(shape._element._nvXxPr.cNvPr.get("descr") for shape in (*charts, *tables))
    assert all(slide.shapes.title is not None and slide.shapes.title.text_frame.text for slide in show.slides)


def test_a_hidden_figure_is_an_empty_cell_or_a_sign_never_a_zero(
    held: object, profiles: list[Document]
) -> None:
    for document in profiles:
        for block in document.blocks():
            if isinstance(block, Table):
                for row in block.rows:
                    for cell in row.cells:
                        if cell.text in (".", "...", "x"):
                            assert cell.number is None
            if isinstance(block, Figure) and block.data:
                assert all(len(series.values) == len(block.data.categories) for series in block.data.series)


def test_the_workbook_holds_numbers_and_runs_no_formula(held: object, profiles: list[Document]) -> None:
    import openpyxl

    evil = next(document for document in profiles if document.title.startswith("="))
    book = openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"](evil, Design())))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not any(cell.data_type == "f" for cell in cells)
    assert any(cell.data_type == "n" for cell in cells)


def test_the_page_loads_nothing_and_escapes_everything(profiles: list[Document]) -> None:
    evil = next(document for document in profiles if "<script" in document.title)
    text = WRITERS["html"](evil, Design()).decode()
    assert "<script" not in text
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=[\"']?(?!data:|#)", text)
    assert len(re.findall(r"<h1>", text)) == 1


@pytest.mark.slow
def test_office_programs_open_and_convert_without_loss(
    profiles: list[Document], written: dict[str, bytes], tmp_path: Path
) -> None:
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice fehlt (libreoffice-writer-nogui, libreoffice-impress-nogui)")
    for format, told in (("docx", generated(profiles[1])), ("pptx", generated(profiles[1]))):
        source = tmp_path / f"profil_{format}.{format}"
        source.write_bytes(written[format])
        subprocess.run(
            [program, "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        text = subprocess.run(
            ["pdftotext", str(source.with_suffix(".pdf")), "-"], capture_output=True, check=True
        ).stdout.decode()
        plain = _plain(text)
        missing = [one for one in told if _plain(one) not in plain]
        # a text over a page break is cut by head and foot of the page
        assert len(missing) <= len(told) // 10, missing


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00ad\u00a0\u202f-]", "", text)


def test_every_block_has_a_place_in_every_format() -> None:
    blocks = [
        Heading("Überschrift"),
        Paragraph("Eigenes", own=True),
        Note("Anmerkung"),
        Bullets(["eins", "zwei"]),
    ]
    document = Document("T", "K", "S", "A", "2025-01-01", "", "F", "p", [Chapter("k", "Kapitel", blocks)])
    for format, write in WRITERS.items():
        assert write(document, Design()), format
