"""Word documents with real styles, repeated table heads, vector drawings and alternative texts (Word-Ausgabe)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from sozialraum.products.report import office, pdf
from sozialraum.products.report.content import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Figure,
    Heading,
    KeyFigures,
    Note,
    Paragraph,
    Table,
)
from sozialraum.products.report.design import Design

WIDTH = 17.2
OWN, NOTE, LEAD = "Eigener Text", "Hinweis", "Vorspann"


def write(document: Document, design: Design) -> bytes:
    """The report as a Word document; the same content gives the same bytes."""
    return _Writer(document, design).bytes()


class _Writer:
    """One document in the making."""

    def __init__(self, document: Document, design: Design) -> None:
        self.content, self.design = document, design
        self.word: Any = docx.Document()
        self.pictures = iter(office.pictures([svg for svg, _ in _drawings(document)], design))
        self.number = 0

    def bytes(self) -> bytes:
        """The finished file."""
        self._styles()
        self._page()
        self._title()
        for chapter in self.content.chapters:
            if chapter.new_page:
                self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            self.word.add_heading(chapter.title, chapter.depth)
            for block in chapter.blocks:
                self._block(block, chapter.depth)
        target = io.BytesIO()
        self.word.save(target)
        return office.sealed(target.getvalue(), self.content.date)

    def _styles(self) -> None:
        styles, colours = self.word.styles, self.design.colours
        normal = styles["Normal"]
        _font(normal, self.design.family, 10, colours["ink"])
        normal.paragraph_format.space_after = Pt(6)
        language = normal.element.get_or_add_rPr()
        tag = OxmlElement("w:lang")
        tag.set(qn("w:val"), "de-DE")
        language.append(tag)
        for level, size in ((1, 15), (2, 12), (3, 10.5), (4, 10)):
            style = styles[f"Heading {level}"]
            _font(style, self.design.family, size, colours["accent" if level == 1 else "ink"])
            style.font.bold = True
            style.paragraph_format.keep_with_next = True
        _font(styles["Title"], self.design.family, 24, colours["ink"])
        _font(styles["Subtitle"], self.design.family, 11, colours["muted"])
        styles["Subtitle"].font.italic = False
        for border in styles["Title"].element.pPr.findall(qn("w:pBdr")):
            styles["Title"].element.pPr.remove(border)
        _font(styles["Caption"], self.design.family, 8.5, colours["muted"])
        styles["Caption"].font.bold = False
        for name, size in ((LEAD, 12), (NOTE, 9), (OWN, 10)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = normal
            _font(style, self.design.family, size, colours["ink"])
        _shade(styles[NOTE].element.get_or_add_pPr(), colours["tint"])
        styles[NOTE].paragraph_format.space_before = Pt(8)
        styles[OWN].paragraph_format.left_indent = Cm(0.6)

    def _page(self) -> None:
        section = self.word.sections[0]
        section.start_type = WD_SECTION.NEW_PAGE
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(1.9)
        section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
        section.header.paragraphs[0].text = f"{self.content.kind} · {self.content.subject}"
        foot = section.footer.paragraphs[0]
        foot.text = f"{self.content.footer} · Seite "
        _field(foot, "PAGE")
        for part in (section.header, section.footer):
            for run in part.paragraphs[0].runs:
                run.font.size = Pt(8)
        about = self.word.core_properties
        about.title, about.author, about.subject = self.content.title, self.content.author, self.content.kind
        about.language, about.comments, about.keywords = "de-DE", self.content.footer, "Sozialplanung"
        about.last_modified_by = self.content.author
        about.created = about.modified = pdf.moment(self.content).replace(tzinfo=None)

    def _title(self) -> None:
        logo = self.design.logo
        if logo.data and logo.format != "svg":
            run = self.word.add_paragraph().add_run()
            _describe(run.add_picture(io.BytesIO(logo.data), height=Cm(1.6)), logo.alt)
        self.word.add_paragraph(self.content.title, style="Title")
        if self.content.subtitle:
            self.word.add_paragraph(self.content.subtitle, style="Subtitle")
        if self.content.locator:
            self._picture(self.content.locator, self.content.locator_alt, 4.0)

    def _block(self, block: Block, depth: int) -> None:
        match block:
            case Paragraph():
                style = LEAD if block.lead else OWN if block.own else None
                self.word.add_paragraph(block.text, style=style)
            case Heading():
                self.word.add_heading(block.text, depth + block.level)
            case Bullets():
                for item in block.items:
                    self.word.add_paragraph(item, style="List Bullet")
            case Note():
                paragraph = self.word.add_paragraph(style=NOTE)
                paragraph.add_run(f"{block.title}. ").bold = True
                paragraph.add_run(block.text)
            case KeyFigures():
                self._key_figures(block)
            case Figure():
                self._figure(block)
            case Table():
                self._table(block)

    def _key_figures(self, block: KeyFigures) -> None:
        """As a list of lines: a layout table would be read as data."""
        for one in block.figures:
            paragraph = self.word.add_paragraph()
            run = paragraph.add_run(one.value)
            run.bold, run.font.size = True, Pt(14)
            paragraph.add_run(f"  {one.label}")
            if one.note:
                small = paragraph.add_run(f" ({one.note})")
                small.font.size = Pt(8.5)

    def _figure(self, figure: Figure) -> None:
        if figure.title:
            paragraph = self.word.add_paragraph()
            paragraph.add_run(figure.title).bold = True
            paragraph.paragraph_format.keep_with_next = True
        self._picture(figure.svg, figure.alt, WIDTH * max(figure.width, 0.6))
        key = " · ".join(words for _, _, words in figure.key)
        self.word.add_paragraph(
            f"{figure.caption} {f'Klassen: {key}.' if key else ''}".strip(), style="Caption"
        )

    def _picture(self, svg: str, alt: str, width: float) -> None:
        """A drawing as vector with a picture for programs that show none."""
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(next(self.pictures)), width=Cm(width))
        _describe(shape, alt)
        self.number += 1
        part = self.word.part
        name = PackURI(f"/word/media/zeichnung{self.number}.svg")
        drawing = Part(name, "image/svg+xml", svg.encode(), part.package)
        _vector(shape._inline, part.relate_to(drawing, RELATIONSHIP_TYPE.IMAGE))

    def _table(self, block: Table) -> None:
        caption = self.word.add_paragraph(block.caption, style="Caption")
        caption.paragraph_format.keep_with_next = True
        keep = [place for place in range(len(block.columns)) if not _is_drawn(block, place)]
        columns = [block.columns[place] for place in keep]
        table = self.word.add_table(rows=1, cols=len(keep))
        table.autofit = False
        _lines(table, self.design.colours["line"])
        head = table.rows[0]
        _repeat(head)
        for cell, column in zip(head.cells, columns, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            if column.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(column.label)
            run.bold, run.font.size = True, Pt(8.5)
            _shade(cell._tc.get_or_add_tcPr(), self.design.colours["tint"])
        for row in block.rows:
            cells = table.add_row().cells
            if row.group:
                merged = cells[0].merge(cells[-1])
                paragraph = merged.paragraphs[0]
                paragraph.paragraph_format.space_before = Pt(6)
                paragraph.paragraph_format.keep_with_next = True
                run = paragraph.add_run(row.cells[0].text)
                run.bold, run.font.size = True, Pt(9)
                continue
            for target, place in zip(cells, keep, strict=True):
                self._cell(
                    target,
                    row.cells[place],
                    numeric=block.columns[place].numeric,
                    bold=place == 0 or row.strong,
                )
        for column, width in zip(table.columns, _widths(columns), strict=True):
            for cell in column.cells:
                cell.width = Cm(width)
        if block.note:
            self.word.add_paragraph(block.note, style="Caption")

    def _cell(self, target: Any, cell: Cell, *, numeric: bool, bold: bool) -> None:
        paragraph = target.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(cell.text)
        run.font.size, run.bold = Pt(8.5), bold
        if cell.css in ("worse", "better"):
            run.font.color.rgb = _rgb(self.design.colours[cell.css])
        if cell.note:
            small = paragraph.add_run(f" ({cell.note})")
            small.font.size = Pt(7.5)


def _drawings(document: Document) -> Iterator[tuple[str, str]]:
    """Every drawing in the order in which it is placed, with its alternative text."""
    if document.locator:
        yield document.locator, document.locator_alt
    for block in document.blocks():
        if isinstance(block, Figure):
            yield block.svg, block.alt


def _is_drawn(table: Table, place: int) -> bool:
    """Whether a column holds drawings; the words beside it say the same."""
    return any(len(row.cells) > place and row.cells[place].svg for row in table.rows)


def _widths(columns: Sequence[Column]) -> list[float]:
    """Column widths in centimetres: the named parts, narrow figures, a wide first column."""
    parts = [
        column.width or (1.0 if column.numeric else 1.4) + (1.2 if place == 0 else 0.0)
        for place, column in enumerate(columns)
    ]
    return [WIDTH * part / sum(parts) for part in parts]


def _lines(table: Any, colour: str) -> None:
    """A fine line below every row and nothing else."""
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (
            ("w:val", "single"),
            ("w:sz", "4"),
            ("w:space", "0"),
            ("w:color", colour.lstrip("#")),
        ):
            line.set(qn(name), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())


def _font(style: Any, family: str, size: float, colour: str) -> None:
    style.font.name, style.font.size = family, Pt(size)
    style.font.color.rgb = _rgb(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), family)
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(name), None)


def _shade(properties: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour.lstrip("#"))):
        shade.set(qn(name), value)
    properties.append(shade)


def _repeat(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    properties.append(head)


def _describe(shape: Any, alt: str) -> None:
    shape._inline.docPr.set("descr", alt)


def _field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _vector(inline: Any, relation: str) -> None:
    """Beside the picture the drawing itself, which newer programs prefer."""
    blip = inline.graphic.graphicData.pic.blipFill.blip
    from lxml import etree

    main = "http://schemas.openxmlformats.org/drawingml/2006/main"
    svg = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
    extensions = etree.SubElement(blip, f"{{{main}}}extLst")
    extension = etree.SubElement(extensions, f"{{{main}}}ext", uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}")
    vector = etree.SubElement(extension, f"{{{svg}}}svgBlip", nsmap={"asvg": svg})
    vector.set(qn("r:embed"), relation)
