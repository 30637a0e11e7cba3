"""The tag tree of a PDF as tests read it: roles, alternative texts, table heads, text in reading order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every structure element with the roles above it, in reading order."""

    def walk(item: Any, above: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
        if isinstance(item, Array):
            for child in item:
                yield from walk(child, above)
        elif isinstance(item, Dictionary) and "/S" in item:
            yield item, above
            if "/K" in item:
                yield from walk(item["/K"], (*above, str(item["/S"])))

    yield from walk(pdf.Root.StructTreeRoot.K, ())


def attribute(element: Any, name: str) -> Any:
    """An attribute of a structure element, from one dictionary or a list of them."""
    known = element.get("/A")
    for part in known if isinstance(known, Array) else [known]:
        if isinstance(part, Dictionary) and name in part:
            return part[name]
    return None


def problems(data: bytes) -> list[str]:
    """What a screen reader would stumble over; empty for an accessible document."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        if not root.get("/MarkInfo", {}).get("/Marked"):
            found.append("not marked as tagged")
        if not str(root.get("/Lang", "")).startswith("de"):
            found.append("no German language")
        if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
            found.append("title not shown")
        with pdf.open_metadata() as meta:
            if str(meta.get("pdfuaid:part")) != "1":
                found.append("not declared as PDF/UA-1")
            if (str(meta.get("pdfaid:part")), str(meta.get("pdfaid:conformance"))) != ("2", "A"):
                found.append("not declared as PDF/A-2a")
            if not meta.get("dc:title"):
                found.append("no title")
        level = 0
        for element, above in elements(pdf):
            role = str(element["/S"])
            if role == "/Figure" and not str(element.get("/Alt", "")).strip():
                found.append("figure without alternative text")
            if role in ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6"):
                now = int(role[2:])
                if now > level + 1:
                    found.append(f"heading jumps from {level} to {now}")
                level = now
            if role == "/TR" and above[-1:] == ("/TBody",):
                first = element["/K"][0] if isinstance(element["/K"], Array) else element["/K"]
                if first.get("/S") != Name.TH or attribute(first, "/Scope") is None:
                    found.append("row without a head")
            if role == "/TH" and attribute(element, "/Scope") is None:
                found.append("head cell without scope")
            if role == "/Table" and "/Figure" in above:
                found.append("table inside a figure tag")
        if not list(root.get("/Outlines", {}).keys()):
            found.append("no bookmarks")
        for page in pdf.pages:
            if page.obj.get("/Tabs") not in (None, Name.S):
                found.append("tab order is not that of the structure")
            for font in (page.obj.get("/Resources", {}).get("/Font", {}) or {}).values():
                if not _embedded(font):
                    found.append("font not embedded")
    return found


def _embedded(font: Any) -> bool:
    described = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
    if font.get("/Subtype") == Name.Type3:
        return True
    keys = described.get("/FontDescriptor", {})
    return any(name in keys for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def roles(data: bytes) -> list[str]:
    """The roles in reading order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [str(element["/S"]) for element, _ in elements(pdf)]
