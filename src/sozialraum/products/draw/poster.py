"""A drawing that leaves the site: with title, legend, source and data state around it (Bild mit Quelle)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sozialraum.products.draw import svg
from sozialraum.products.draw.legend import Legend
from sozialraum.products.draw.numbers import whole
from sozialraum.products.draw.svg import Markup

WIDTH, MARGIN = 1000.0, 32.0
LETTER = 0.52  # mean advance, in em
_BOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"')


def poster(
    drawing: str,
    *,
    title: str,
    caption: str,
    notes: Sequence[str],
    legend: Legend | None = None,
    width: float = WIDTH,
) -> Markup:
    """Title and caption above, legend and notes below; readable without the page it comes from."""
    inner = width - 2 * MARGIN
    parts: list[str] = []
    y = MARGIN + 22
    for line in wrapped(title, inner, 26):
        parts.append(svg.text(line, MARGIN, y, size=26, font_weight=600))
        y += 32
    for line in wrapped(caption, inner, 15):
        parts.append(svg.text(line, MARGIN, y, css="axis-text", size=15))
        y += 21
    placed, tall = _placed(drawing, MARGIN, y, inner)
    parts.append(placed)
    y += tall + 24
    if legend is not None:
        rows, tall = _legend(legend, MARGIN, y, inner)
        parts += rows
        y += tall + 14
    for note in notes:
        for line in wrapped(note, inner, 13):
            parts.append(svg.text(line, MARGIN, y, css="axis-text", size=13))
            y += 18
    height = y + MARGIN / 2
    ground = svg.rectangle(0, 0, width, height, css="paper")
    return svg.drawing(
        ground,
        *parts,
        width=width,
        height=height,
        title=title,
        description=caption,
        width_=width,
        height_=height,
    )


def wrapped(text: str, width: float, size: float) -> list[str]:
    """A text in lines that fit a width, by the mean width of letters."""
    room = max(int(width / (size * LETTER)), 8)
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _placed(drawing: str, x: float, y: float, width: float) -> tuple[str, float]:
    """The drawing inside another, at a place and width; raises ValueError for what is no drawing."""
    found = _BOX.search(drawing)
    if found is None or not drawing.startswith("<svg"):
        raise ValueError("a poster needs a drawing with a viewBox")
    own_width, own_height = float(found[3]), float(found[4])
    wide = min(width, own_width * 1.4)
    tall = wide * own_height / own_width
    place = f'<svg x="{svg.short(x)}" y="{svg.short(y)}" width="{svg.short(wide)}" height="{svg.short(tall)}"'
    return place + drawing[4:], tall


def _legend(legend: Legend, x: float, y: float, width: float) -> tuple[list[str], float]:
    rows = [*legend.rows, *legend.states]
    pitch = width / 3
    parts = []
    for number, row in enumerate(rows):
        left, top = x + number % 3 * pitch, y + number // 3 * 24
        parts.append(
            f'<svg x="{svg.short(left)}" y="{svg.short(top - 13)}" width="26" height="16"' + _bare(row.swatch)
        )
        parts.append(svg.text(f"{row.label} ({whole(row.count)})", left + 34, top, size=14))
    return parts, (len(rows) + 2) // 3 * 24


def _bare(swatch: str) -> str:
    """A swatch without its own size."""
    return re.sub(r' (?:width|height)="[\d.]+"', "", swatch[4:], count=2)
