"""The formats a report can be written in, by the ending of its file (Formate)."""

from __future__ import annotations

from collections.abc import Callable

from sozialraum.products.report import pdf
from sozialraum.products.report.content import Document
from sozialraum.products.report.design import Design

WRITERS: dict[str, Callable[[Document, Design], bytes]] = {"pdf": pdf.write}
