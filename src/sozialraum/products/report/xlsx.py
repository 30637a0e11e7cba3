"""A workbook with every table of a report as numbers, its texts, and the colours of the town (Excel-Ausgabe)."""

from __future__ import annotations

import io
import re
from typing import Any

import xlsxwriter

from sozialraum.products.report import office, pdf
from sozialraum.products.report.content import Bullets, Document, Figure, Heading, Table, words
from sozialraum.products.report.design import Design

LONGEST = 31  # letters of a sheet name
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def write(document: Document, design: Design) -> bytes:
    """The report as a workbook; texts are stored as texts and never run as formulas; equal content, equal bytes."""
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        _Writer(book, document, design).write()
    return office.sealed(target.getvalue(), document.date)


class _Writer:
    """One workbook in the making."""

    def __init__(self, book: Any, document: Document, design: Design) -> None:
        self.book, self.content = book, document
        colours = design.colours
        family = {"font_name": design.family, "font_color": colours["ink"], "valign": "top"}
        self.plain = book.add_format({**family, "text_wrap": True})
        self.title = book.add_format(
            {**family, "bold": True, "font_size": 16, "font_color": colours["accent"]}
        )
        self.heading = book.add_format({**family, "bold": True, "font_size": 12})
        self.head = book.add_format(
            {
                **family,
                "bold": True,
                "text_wrap": True,
                "bottom": 2,
                "bottom_color": colours["accent"],
                "bg_color": colours["tint"],
            }
        )
        self.name = book.add_format({**family, "bold": True})
        self.worse = book.add_format({**family, "font_color": colours["worse"]})
        self.better = book.add_format({**family, "font_color": colours["better"]})
        self.numbers = {
            digits: book.add_format({**family, "num_format": f"#,##0{'.' + '0' * digits if digits else ''}"})
            for digits in range(4)
        }
        self.used: set[str] = set()

    def write(self) -> None:
        """Fill the workbook."""
        self.book.set_properties(
            {
                "title": self.content.title,
                "author": self.content.author,
                "subject": self.content.kind,
                "comments": self.content.footer,
                "created": pdf.moment(self.content).replace(tzinfo=None),
            }
        )
        self._texts()
        for chapter in self.content.chapters:
            for block in chapter.blocks:
                if isinstance(block, Table):
                    self._table(block)
                elif isinstance(block, Figure) and block.data:
                    self._chart(block)

    def _texts(self) -> None:
        sheet = self.book.add_worksheet(self._sheet_name("Bericht"))
        sheet.set_column(0, 0, 110)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, self.content.title, self.title)
        sheet.write_string(1, 0, self.content.footer, self.plain)
        row = 3
        for chapter in self.content.chapters:
            sheet.write_string(row, 0, chapter.title, self.heading)
            row += 1
            for block in chapter.blocks:
                if isinstance(block, Table | Figure):
                    continue
                style = self.heading if isinstance(block, Heading) else self.plain
                for text in block.items if isinstance(block, Bullets) else [words(block)]:
                    sheet.write_string(row, 0, text, style)
                    row += 1
            row += 1

    def _sheet_name(self, wanted: str) -> str:
        plain = _FORBIDDEN.sub(" ", wanted).strip()[:LONGEST].strip() or "Tabelle"
        name, number = plain, 2
        while name.lower() in self.used:
            name = f"{plain[: LONGEST - len(str(number)) - 1]} {number}"
            number += 1
        self.used.add(name.lower())
        return name

    def _table(self, table: Table) -> None:
        sheet = self.book.add_worksheet(self._sheet_name(table.caption))
        sheet.write_string(0, 0, table.caption, self.heading)
        for place, column in enumerate(table.columns):
            sheet.write_string(2, place, column.label, self.head)
            sheet.set_column(place, place, 34 if place == 0 else 18)
        for number, row in enumerate(table.rows, 3):
            for place, cell in enumerate(row.cells):
                if cell.number is not None and table.columns[place].numeric:
                    sheet.write_number(number, place, cell.number, self.numbers[_digits(cell.text)])
                else:
                    text = f"{cell.text} ({cell.note})" if cell.note else cell.text
                    sheet.write_string(number, place, text, self._style(cell.css, place))
        end = 4 + len(table.rows)
        if table.note:
            sheet.write_string(end, 0, table.note)
        sheet.write_string(end + 1, 0, self.content.footer)
        sheet.freeze_panes(3, 1)

    def _style(self, css: str, place: int) -> Any:
        return {"worse": self.worse, "better": self.better}.get(css, self.name if place == 0 else self.plain)

    def _chart(self, figure: Figure) -> None:
        """The figures of a chart, and the chart itself on the same sheet."""
        data = figure.data
        assert data is not None
        sheet = self.book.add_worksheet(self._sheet_name(figure.title or figure.caption))
        name = sheet.get_name()
        sheet.write_string(0, 0, figure.caption, self.heading)
        for place, series in enumerate(data.series, 1):
            sheet.write_string(2, place, series.label, self.head)
            for row, value in enumerate(series.values, 3):
                if value is not None:
                    sheet.write_number(row, place, value, self.numbers[min(data.decimals, 3)])
        for row, category in enumerate(data.categories, 3):
            sheet.write_string(row, 0, category, self.name)
        chart = self.book.add_chart({"type": {"line": "line", "bar": "column", "pyramid": "bar"}[data.kind]})
        last = 2 + len(data.categories)
        for place in range(1, len(data.series) + 1):
            chart.add_series(
                {
                    "name": [name, 2, place],
                    "categories": [name, 3, 0, last, 0],
                    "values": [name, 3, place, last, place],
                }
            )
        chart.show_blanks_as("gap")
        sheet.set_column(0, 0, 30)
        sheet.insert_chart(2, len(data.series) + 2, chart, {"description": figure.alt[:250]})


def _digits(text: str) -> int:
    """Decimals of a printed figure, so that the workbook shows the same."""
    match = re.search(r",(\d+)", text)
    return min(len(match[1]), 3) if match else 0
