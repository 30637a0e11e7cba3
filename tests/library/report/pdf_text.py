"""The text of a PDF in the order of its structure tree, as assistive technology reads it."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary


def in_structure_order(data: bytes) -> str:
    """All marked content, page content decoded by the fonts' ToUnicode maps, in reading order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        marked = {page.objgen: _marked(page) for page in pdf.pages}
        parts: list[str] = []

        def walk(item: Any, page: Any) -> None:
            if isinstance(item, Array):
                for child in item:
                    walk(child, page)
            elif isinstance(item, Dictionary):
                here = item.get("/Pg", page)
                if item.get("/Type") == pikepdf.Name.MCR:
                    parts.append(marked[here.objgen].get(int(item.MCID), ""))
                elif "/K" in item:
                    walk(item["/K"], here)
                parts.append(" ")
            elif item is not None:
                parts.append(marked[page.objgen].get(int(item), ""))

        walk(pdf.Root.StructTreeRoot.K, None)
        return "".join(parts)


def _marked(page: pikepdf.Page) -> dict[int, str]:
    """Text by mark of one page."""
    fonts = {
        name: _unicode(font) for name, font in (page.obj.get("/Resources", {}).get("/Font", {}) or {}).items()
    }
    found: dict[int, str] = {}
    stack: list[int | None] = []
    table: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "BDC":
            known = operands[1]
            stack.append(int(known["/MCID"]) if isinstance(known, Dictionary) and "/MCID" in known else None)
        elif name == "BMC":
            stack.append(None)
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            table = fonts.get(str(operands[0]), {})
        elif name in ("Tj", "TJ"):
            mark = next((one for one in reversed(stack) if one is not None), None)
            pieces = operands[0] if name == "TJ" else [operands[0]]
            if mark is not None:
                text = "".join(
                    _decoded(bytes(piece), table) for piece in pieces if isinstance(piece, pikepdf.String)
                )
                found[mark] = found.get(mark, "") + text
    return found


def _decoded(raw: bytes, table: dict[int, str]) -> str:
    return "".join(table.get(int.from_bytes(raw[at : at + 2], "big"), "") for at in range(0, len(raw), 2))


def _unicode(font: Any) -> dict[int, str]:
    """Glyph numbers to text, from the ToUnicode map of a font."""
    if "/ToUnicode" not in font:
        return {}
    found: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(font["/ToUnicode"]):
        values = [bytes(one) if isinstance(one, pikepdf.String) else one for one in operands]
        if str(operator) == "endbfchar":
            for at in range(0, len(values) - 1, 2):
                found[int.from_bytes(values[at], "big")] = values[at + 1].decode("utf-16-be")
        elif str(operator) == "endbfrange":
            for at in range(0, len(values) - 2, 3):
                low, high = (int.from_bytes(one, "big") for one in values[at : at + 2])
                start = values[at + 2]
                for number in range(low, high + 1):
                    if isinstance(start, bytes):
                        code = int.from_bytes(start, "big") + number - low
                        found[number] = code.to_bytes(len(start), "big").decode("utf-16-be")
                    else:
                        found[number] = bytes(start[number - low]).decode("utf-16-be")
    return found
