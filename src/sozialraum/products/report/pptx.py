"""Slides with editable tables and native charts; maps as vector drawings (PowerPoint-Ausgabe)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from pptx import Presentation
from pptx.chart import data as charts
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Cm, Pt

from sozialraum.products.report import office, pdf
from sozialraum.products.report.content import (
    Block,
    Bullets,
    ChartData,
    Document,
    Figure,
    Heading,
    KeyFigures,
    Note,
    Paragraph,
    Table,
)
from sozialraum.products.report.design import Design

WIDE, TALL = 33.867, 19.05
LEFT, TOP, ROOM = 1.6, 3.6, 30.6
ROWS = 10  # of a table on one slide
LETTERS = 900  # of running text on one slide
KINDS = {
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "bar": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "pyramid": XL_CHART_TYPE.BAR_CLUSTERED,
}


def write(document: Document, design: Design) -> bytes:
    """The report as slides; the same content gives the same bytes."""
    return _Writer(document, design).bytes()


class _Writer:
    """One presentation in the making."""

    def __init__(self, document: Document, design: Design) -> None:
        self.content, self.design = document, design
        self.show: Any = Presentation()
        self.show.slide_width, self.show.slide_height = Cm(WIDE), Cm(TALL)
        pictured = [block.svg for block in document.blocks() if isinstance(block, Figure) and not block.data]
        self.pictures = iter(office.pictures(pictured, design))

    def bytes(self) -> bytes:
        """The finished file."""
        self._opening()
        for chapter in self.content.chapters:
            for blocks in _slides(chapter.blocks):
                self._slide(chapter.title, blocks)
        about = self.show.core_properties
        about.title, about.author, about.subject = self.content.title, self.content.author, self.content.kind
        about.language, about.comments = "de-DE", self.content.footer
        about.last_modified_by = self.content.author
        about.created = about.modified = pdf.moment(self.content).replace(tzinfo=None)
        target = io.BytesIO()
        self.show.save(target)
        return office.sealed(target.getvalue(), self.content.date)

    def _opening(self) -> None:
        slide = self.show.slides.add_slide(self.show.slide_layouts[0])
        title, subtitle = slide.placeholders[0], slide.placeholders[1]
        for shape, top, height in ((title, 5.0, 4.0), (subtitle, 9.4, 3.0)):
            shape.left, shape.top, shape.width, shape.height = Cm(LEFT), Cm(top), Cm(ROOM), Cm(height)
        self._write(title.text_frame, [self.content.title], size=40, bold=True, colour="accent")
        self._write(
            subtitle.text_frame,
            [self.content.subtitle or self.content.kind, self.content.data_state],
            size=20,
        )
        self._foot(slide)

    def _slide(self, heading: str, blocks: Sequence[Block]) -> None:
        slide = self.show.slides.add_slide(self.show.slide_layouts[5])
        title = slide.shapes.title
        title.left, title.top, title.width, title.height = Cm(LEFT), Cm(0.9), Cm(ROOM), Cm(2.2)
        first = blocks[0]
        words = (
            first.title or heading
            if isinstance(first, Figure)
            else first.caption
            if isinstance(first, Table)
            else heading
        )
        self._write(title.text_frame, [words], size=24 if len(words) < 80 else 18, bold=True, colour="accent")
        if isinstance(first, Figure):
            self._figure(slide, first)
        elif isinstance(first, Table):
            self._table(slide, first)
        else:
            self._text(slide, blocks)
        self._foot(slide)

    def _text(self, slide: Any, blocks: Sequence[Block]) -> None:
        box = slide.shapes.add_textbox(Cm(LEFT), Cm(TOP), Cm(ROOM), Cm(13.5))
        frame = box.text_frame
        frame.word_wrap = True
        lines = [line for block in blocks for line in _lines(block)]
        for number, (text, size, bold) in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = text
            self._font(run.font, size, bold=bold)
            paragraph.space_after = Pt(6)

    def _figure(self, slide: Any, figure: Figure) -> None:
        if figure.data:
            shape = self._chart(slide, figure.data)
        else:
            shape = slide.shapes.add_picture(
                io.BytesIO(next(self.pictures)), Cm(LEFT), Cm(TOP), height=Cm(13)
            )
            self._key(slide, figure, shape)
        shape._element._nvXxPr.cNvPr.set("descr", figure.alt)
        caption = slide.shapes.add_textbox(Cm(LEFT), Cm(16.8), Cm(ROOM), Cm(1))
        caption.text_frame.word_wrap = True
        self._write(
            caption.text_frame,
            [figure.caption.replace(" Striche: 95-%-Intervall.", "") if figure.data else figure.caption],
            size=11,
            colour="muted",
        )

    def _key(self, slide: Any, figure: Figure, shape: Any) -> None:
        if not figure.key:
            return
        left = shape.left + shape.width + Cm(0.8)
        box = slide.shapes.add_textbox(left, Cm(TOP), Cm(WIDE - 1) - left, Cm(8))
        box.text_frame.word_wrap = True
        self._write(box.text_frame, [words for _, _, words in figure.key], size=13)

    def _chart(self, slide: Any, data: ChartData) -> Any:
        make: Any = charts.CategoryChartData
        numbers = make(number_format="0" if data.decimals == 0 else f"0.{'0' * data.decimals}")
        numbers.categories = list(data.categories)
        for series in data.series:
            numbers.add_series(series.label, list(series.values))
        shape = slide.shapes.add_chart(KINDS[data.kind], Cm(LEFT), Cm(TOP), Cm(ROOM), Cm(13), numbers)
        chart = shape.chart
        chart.has_title = False
        chart.has_legend = len(data.series) > 1
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
            chart.legend.font.size = Pt(12)
        chart.font.size, chart.font.name = Pt(11), self.design.family
        values = [value for series in data.series for value in series.values if value is not None]
        if values and min(values) >= 0:
            chart.value_axis.minimum_scale = 0
        chart.value_axis.major_gridlines.format.line.color.rgb = _rgb(self.design.colours["line"])
        for series, plotted in zip(data.series, chart.plots[0].series, strict=True):
            colour = self.design.colours["accent" if series.role == "area" else "muted"]
            if data.kind == "line":
                plotted.smooth = False
                plotted.format.line.color.rgb = _rgb(colour)
                plotted.format.line.width = Pt(2.5 if series.role == "area" else 1.5)
                plotted.marker.format.fill.solid()
                plotted.marker.format.fill.fore_color.rgb = _rgb(colour)
            else:
                plotted.format.fill.solid()
                plotted.format.fill.fore_color.rgb = _rgb(colour)
        return shape

    def _table(self, slide: Any, table: Table) -> None:
        rows = [row for row in table.rows if not row.group]
        keep = [
            place for place, column in enumerate(table.columns) if not _drawn(table, place) or column.numeric
        ]
        shape = slide.shapes.add_table(len(rows) + 1, len(keep), Cm(LEFT), Cm(TOP), Cm(ROOM), Cm(1))
        grid = shape.table
        grid.first_row, grid.first_col, grid.horz_banding = True, False, False
        shares = [2.4 if at == 0 else 1.0 for at in range(len(keep))]
        for column, share in zip(grid.columns, shares, strict=True):
            column.width = int(Cm(ROOM) * share / sum(shares))
        shape._element._nvXxPr.cNvPr.set("descr", table.caption)
        for at, place in enumerate(keep):
            self._write(
                grid.cell(0, at).text_frame, [table.columns[place].label], size=12, bold=True, colour="paper"
            )
            grid.cell(0, at).fill.solid()
            grid.cell(0, at).fill.fore_color.rgb = _rgb(self.design.colours["accent"])
            for number, row in enumerate(rows, 1):
                cell = row.cells[place] if place < len(row.cells) else None
                words = f"{cell.text} ({cell.note})" if cell and cell.note else cell.text if cell else ""
                self._write(grid.cell(number, at).text_frame, [words], size=11, bold=at == 0)

    def _foot(self, slide: Any) -> None:
        box = slide.shapes.add_textbox(Cm(LEFT), Cm(17.9), Cm(ROOM), Cm(0.8))
        self._write(box.text_frame, [self.content.footer], size=10, colour="muted")

    def _write(
        self, frame: Any, lines: Sequence[str], *, size: float, bold: bool = False, colour: str = "ink"
    ) -> None:
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = line
            self._font(run.font, size, bold=bold, colour=colour)

    def _font(self, font: Any, size: float, *, bold: bool = False, colour: str = "ink") -> None:
        font.size, font.bold, font.name = Pt(size), bold, self.design.family
        font.color.rgb = _rgb({**self.design.colours, "paper": "#ffffff"}[colour])


def _drawn(table: Table, place: int) -> bool:
    """Whether a column holds drawings, which an editable table cannot show."""
    return any(len(row.cells) > place and row.cells[place].svg for row in table.rows)


def _rgb(colour: str) -> Any:
    make: Any = RGBColor
    return make.from_string(colour.lstrip("#").upper())


def _lines(block: Block) -> Iterator[tuple[str, float, bool]]:
    match block:
        case Paragraph():
            yield block.text, 18 if block.lead else 15, False
        case Heading():
            yield block.text, 17, True
        case Bullets():
            for item in block.items:
                yield f"• {item}", 15, False
        case Note():
            yield f"{block.title}. {block.text}", 15, False
        case KeyFigures():
            for one in block.figures:
                yield f"{one.value}  {one.label}{f' ({one.note})' if one.note else ''}", 18, True


def _slides(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks by slide: text together as long as it fits, every figure and every twelve rows of a table alone."""
    waiting: list[Block] = []
    letters = 0
    for block in _small(blocks):
        if isinstance(block, Figure | Table):
            if waiting:
                yield waiting
            waiting, letters = [], 0
            parts: list[Block] = list(_cut(block)) if isinstance(block, Table) else [block]
            yield from ([part] for part in parts)
            continue
        size = sum(len(text) for text, _, _ in _lines(block))
        if waiting and letters + size > LETTERS:
            yield waiting
            waiting, letters = [], 0
        waiting.append(block)
        letters += size
    if waiting:
        yield waiting


def _small(blocks: Sequence[Block]) -> Iterator[Block]:
    """Long lists in pieces that fit a slide."""
    for block in blocks:
        if isinstance(block, Bullets):
            for start in range(0, len(block.items), 6):
                yield Bullets(block.items[start : start + 6], block.own)
        else:
            yield block


def _cut(table: Table) -> Iterator[Table]:
    rows = [row for row in table.rows if not row.group]
    for start in range(0, len(rows), ROWS):
        yield Table(table.caption, table.columns, rows[start : start + ROWS], table.note)
