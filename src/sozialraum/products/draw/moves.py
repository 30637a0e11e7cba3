"""From one year to another: a line with a head per area (Veränderungspfeile)."""

from __future__ import annotations

from sozialraum.products.draw import svg
from sozialraum.products.draw.interval import COLOUR
from sozialraum.products.draw.scales import Scale
from sozialraum.products.draw.svg import Markup, element


def move(
    first: float,
    last: float,
    scale: Scale,
    comparison: str,
    *,
    width: float = 260,
    height: float = 20,
    title: str = "",
) -> Markup:
    """One area: a ring at the earlier figure, a head at the later one; grey where the change is not certain."""
    css = COLOUR[comparison]
    start, end, y = scale.at(first, 6, width - 6), scale.at(last, 6, width - 6), height / 2
    back = 6 if end > start else -6
    head = f"M{svg.short(end)} {svg.short(y)}l{-back} -4.5v9z"
    parts = [
        svg.line(start, y, end - (back if abs(end - start) > 6 else 0), y, css=f"s-{css}", width=2.4),
        element("circle", css="paper s-edge", cx=start, cy=y, r=3.6, stroke_width=1.6),
        element("path", css=css, d=head) if abs(end - start) > 1 else "",
    ]
    return svg.drawing(*parts, width=width, height=height, title=title, css="move")
