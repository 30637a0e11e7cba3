"""PDF/UA-1 and PDF/A-2a in one file through Typst; row heads are tagged afterwards (PDF-Ausgabe)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sozialraum.products import draw
from sozialraum.products.report.content import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    KeyFigures,
    Note,
    Paragraph,
    Table,
)
from sozialraum.products.report.design import FONTS, Design

SOURCE = Path(__file__).parent / "typst"
STANDARDS = ["ua-1", "a-2a"]
HALF = 0.5


@lru_cache(maxsize=4)
def compiler(font_folders: tuple[Path, ...] = ()) -> Any:
    """One Typst compiler per process and set of fonts; fonts of the machine are never used."""
    import typst

    paths = [str(FONTS), *(str(folder) for folder in font_folders)]
    fonts = typst.Fonts(include_system_fonts=False, font_paths=list(paths))
    return typst.Compiler(root=str(SOURCE), font_paths=fonts, ignore_system_fonts=True)


def write(document: Document, design: Design) -> bytes:
    """The report as an accessible PDF; the same content gives the same bytes.

    Typst refuses what breaks PDF/UA-1: a missing title, a drawing without alternative text, a skipped heading.
    """
    made = compiler(design.font_folders).compile(
        input=str(SOURCE / "bericht.typ"),
        format="pdf",
        sys_inputs={"data": json.dumps(payload(document, design), ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=moment(document),
    )
    return with_row_heads(bytes(made))


def pages(document: Document, design: Design, *, ppi: float = 80.0) -> list[bytes]:
    """The pages of the same PDF as pictures, for a preview."""
    made = compiler(design.font_folders).compile(
        input=str(SOURCE / "bericht.typ"),
        format="png",
        ppi=ppi,
        sys_inputs={"data": json.dumps(payload(document, design), ensure_ascii=False)},
        timestamp=moment(document),
    )
    return [bytes(made)] if isinstance(made, bytes) else [bytes(one) for one in made]


def moment(document: Document) -> datetime:
    """The date a document bears: that of its release, so that writing it again changes nothing."""
    return datetime.fromisoformat(document.date).replace(tzinfo=UTC)


def payload(document: Document, design: Design) -> dict[str, Any]:
    """The document as the Typst template reads it."""
    logo = design.logo
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "kind": document.kind,
        "subject": document.subject,
        "author": document.author,
        "state": document.data_state,
        "release": document.release,
        "foot": document.footer,
        "date": [int(part) for part in document.date.split("-")],
        "colours": design.colours,
        "font": design.family,
        "logo": {"data": _logo(design), "format": logo.format, "alt": logo.alt},
        "cover": document.cover,
        "contents": document.contents,
        "locator": document.locator,
        "locator_alt": document.locator_alt,
        "chapters": [
            {
                "title": chapter.title,
                "depth": chapter.depth,
                "new_page": chapter.new_page,
                "blocks": list(_paired(chapter.blocks)),
            }
            for chapter in document.chapters
        ],
    }


def _logo(design: Design) -> str | list[int]:
    """Vector logos as text, pictures as a list of bytes."""
    data = design.logo.data
    return data.decode("utf-8") if design.logo.format == "svg" else list(data)


def _paired(blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
    """Blocks as plain data; narrow figures that follow one another stand side by side."""
    waiting: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, Figure) and block.width <= HALF:
            waiting.append(_plain(block))
            if len(waiting) == 2:
                yield {"t": "pair", "items": waiting}
                waiting = []
            continue
        if waiting:
            yield {"t": "pair", "items": waiting}
            waiting = []
        yield _plain(block)
    if waiting:
        yield {"t": "pair", "items": waiting}


def _plain(block: Block) -> dict[str, Any]:  # noqa: PLR0911 - one answer per kind of block
    match block:
        case Paragraph():
            return {"t": "paragraph", "text": block.text, "lead": block.lead, "own": block.own}
        case Heading():
            return {"t": "heading", "text": block.text, "level": block.level}
        case Bullets():
            return {"t": "bullets", "items": list(block.items)}
        case Note():
            return {"t": "note", "title": block.title, "text": block.text}
        case KeyFigures():
            figures = [{"label": one.label, "value": one.value, "note": one.note} for one in block.figures]
            return {"t": "keyfigures", "figures": figures}
        case Figure():
            key = [
                {"svg": str(draw.swatch(css, status, identity="legende")), "words": words}
                for css, status, words in block.key
            ]
            return {
                "t": "figure",
                "svg": block.svg,
                "alt": block.alt,
                "caption": block.caption,
                "title": block.title,
                "width": block.width,
                "key": key,
            }
        case Table():
            return _table(block)


def _table(table: Table) -> dict[str, Any]:
    return {
        "t": "table",
        "caption": table.caption,
        "note": table.note,
        "columns": [
            {"label": column.label, "numeric": column.numeric, "width": column.width}
            for column in table.columns
        ],
        "rows": [
            {
                "group": row.group,
                "strong": row.strong,
                "cells": [
                    {"text": cell.text, "note": cell.note, "svg": cell.svg, "css": cell.css}
                    for cell in row.cells
                ],
            }
            for row in table.rows
        ],
    }


def with_row_heads(pdf: bytes) -> bytes:
    """The same file with the first cell of every body row tagged as its head.

    Typst marks column heads only; without row heads a screen reader cannot say what a figure belongs to.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for row in _body_rows(opened.Root.StructTreeRoot.K, pikepdf):
            first = row["/K"][0] if isinstance(row["/K"], pikepdf.Array) else row["/K"]
            if first.get("/S") == pikepdf.Name.TD:
                _make_head(first, pikepdf)
        target = io.BytesIO()
        opened.save(
            target,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return target.getvalue()


def _make_head(cell: Any, pikepdf: Any) -> None:
    """TD becomes TH for its row; what it says about spans stays."""
    scope = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
    known = cell.get("/A")
    if isinstance(known, pikepdf.Dictionary) and known.get("/O") == pikepdf.Name.Table:
        known["/Scope"] = pikepdf.Name.Row
    elif known is None:
        cell["/A"] = scope
    else:
        kept = list(known) if isinstance(known, pikepdf.Array) else [known]
        cell["/A"] = pikepdf.Array([*kept, scope])
    cell["/S"] = pikepdf.Name.TH


# What no table stands in; looking below them takes most of the time.
LEAVES = frozenset({"/TR", "/P", "/Span", "/Figure", "/Caption", "/Strong", "/Em", "/L", "/Link", "/Title", "/THead", *(f"/H{n}" for n in range(1, 7))})  # fmt: skip


def _body_rows(tree: Any, pikepdf: Any) -> Iterator[Any]:
    """The rows of all table bodies, in reading order."""
    waiting: list[tuple[Any, str]] = [(tree, "")]
    while waiting:
        element, parent = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting.extend((child, parent) for child in reversed(list(element)))
        elif isinstance(element, pikepdf.Dictionary):
            role = str(element.get("/S", parent))
            if role == "/TR" and parent == "/TBody":
                yield element
            elif role not in LEAVES and "/K" in element:
                waiting.append((element["/K"], role))
