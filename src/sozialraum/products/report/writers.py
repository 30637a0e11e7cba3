"""The formats a report can be written in, by the ending of its file (Formate)."""

from __future__ import annotations

from collections.abc import Callable

from sozialraum.products.report.content import Document
from sozialraum.products.report.design import Design

Writer = Callable[[Document, Design], bytes]


def _pdf(document: Document, design: Design) -> bytes:
    from sozialraum.products.report import pdf

    return pdf.write(document, design)


def _docx(document: Document, design: Design) -> bytes:
    from sozialraum.products.report import docx

    return docx.write(document, design)


def _pptx(document: Document, design: Design) -> bytes:
    from sozialraum.products.report import pptx

    return pptx.write(document, design)


def _xlsx(document: Document, design: Design) -> bytes:
    from sozialraum.products.report import xlsx

    return xlsx.write(document, design)


def _html(document: Document, design: Design) -> bytes:
    from sozialraum.products.report import html

    return html.write(document, design)


# each library is imported when its format is asked for
WRITERS: dict[str, Writer] = {"pdf": _pdf, "docx": _docx, "pptx": _pptx, "xlsx": _xlsx, "html": _html}
