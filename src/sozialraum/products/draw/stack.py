"""A bar of parts: what a distance or a sum is made of."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.products.draw import svg
from sozialraum.products.draw.svg import Markup


def stack(
    parts: Sequence[tuple[float, str]], *, width: float = 160, height: float = 12, title: str = ""
) -> Markup:
    """Parts side by side; each is a share of the width and a colour class, together at most 1."""
    drawn, x = [], 0.0
    for share, css in parts:
        drawn.append(svg.rectangle(x, 0, max(share * width - 1, 0), height, css=css))
        x += share * width
    return svg.drawing(*drawn, width=width, height=height, title=title, css="bar stacked")
