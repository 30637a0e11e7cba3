"""A figure between class limits: how near it lies to the next class."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from sozialraum.products.draw import svg
from sozialraum.products.draw.scales import Scale
from sozialraum.products.draw.svg import Markup

GROUNDS = ("band", "band-dark")


def between_limits(
    value: float, limits: Sequence[float], scale: Scale, *, width: float = 240, height: float = 22
) -> Markup:
    """The classes as fields side by side, every second one darker, and the figure as a dot."""
    ends = [scale.low, *sorted(limits), scale.high]
    places = [scale.at(end, 0, width) for end in ends]
    fields = [
        svg.rectangle(left, 4, right - left - 1, height - 8, css=GROUNDS[number % 2])
        for number, (left, right) in enumerate(itertools.pairwise(places))
    ]
    x = scale.at(value, 5, width - 5)
    dot = svg.element("circle", css="ink s-paper", cx=x, cy=height / 2, r=5, stroke_width=1.4)
    return svg.drawing(*fields, dot, width=width, height=height, title="", css="limits")
