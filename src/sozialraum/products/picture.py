"""A drawing as pixels (PNG), set by Typst with the fonts of the house."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

PIXELS = 144.0  # per inch; a poster of 1000 units becomes 1500 pixels wide
FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "picture.typ"


def png(drawing: str) -> bytes:
    """The drawing as a PNG image; raises ValueError for what is no drawing."""
    if not drawing.startswith("<svg"):
        raise ValueError("a picture is made from a drawing")
    import typst

    made = typst.compile(
        str(TEMPLATE), root=str(FOLDER), format="png", ppi=PIXELS, sys_inputs={"svg": drawing},
        font_paths=_fonts(), ignore_system_fonts=bool(_fonts()),
    )  # fmt: skip
    if not isinstance(made, bytes):
        raise TypeError("one page was expected")
    return made


@lru_cache(maxsize=1)
def _fonts() -> list[str]:
    """Folders of the fonts that reports are set in."""
    return sorted({str(path.parent) for path in (FOLDER / "report" / "fonts").rglob("*.ttf")})
