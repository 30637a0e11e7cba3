"""What office formats share: pictures of vector drawings, archives that are the same each time (Büroformate)."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence

from sozialraum.products.report import pdf
from sozialraum.products.report.design import Design

FIXED = (1980, 1, 1, 0, 0, 0)
PPI = 200.0
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_PICTURE = """
#let d = json(bytes(sys.inputs.data))
#set text(font: (d.font, "Fira Sans", "DejaVu Sans Mono"))
#set page(width: 17cm, height: auto, margin: 0pt, fill: white)
#for svg in d.drawings { page(image(bytes(svg), format: "svg", width: 100%)) }
"""


def pictures(drawings: Sequence[str], design: Design) -> list[bytes]:
    """Vector drawings as PNG, for programs that show no SVG; drawn by Typst with the fonts of the report."""
    if not drawings:
        return []
    made = pdf.compiler(design.font_folders).compile(
        input=_PICTURE.encode(),
        format="png",
        ppi=PPI,
        sys_inputs={
            "data": json.dumps({"font": design.family, "drawings": list(drawings)}, ensure_ascii=False)
        },
    )
    return [bytes(made)] if isinstance(made, bytes) else [bytes(one) for one in made]


def sealed(archive: bytes, date: str) -> bytes:
    """The same archive with fixed times and order, in it and in workbooks inside it: equal content, equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(target, "w") as sealed_:
        for name in sorted(source.namelist(), key=_order):
            content = source.read(name)
            if name.endswith(".xlsx"):
                content = sealed(content, date)
            elif name == "docProps/core.xml":
                content = _DATES.sub(rb"\g<1>" + f"{date}T00:00:00Z".encode() + rb"\g<2>", content)
            info = zipfile.ZipInfo(name, FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            sealed_.writestr(info, content)
    return target.getvalue()


def _order(name: str) -> tuple[bool, str]:
    """The table of contents of an office file comes first, as its programs expect."""
    return name != "[Content_Types].xml", name
