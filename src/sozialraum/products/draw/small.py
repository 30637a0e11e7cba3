"""Small marks beside words: sparkline and one marker per area."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.products.draw import svg
from sozialraum.products.draw.comparison import BETTER, SAME, WORSE, marker_shape
from sozialraum.products.draw.numbers import number, whole
from sozialraum.products.draw.scales import Scale
from sozialraum.products.draw.svg import Markup
from sozialraum.words import say


def sparkline(
    values: Sequence[float | None],
    *,
    width: float = 96,
    height: float = 24,
    css: str = "area",
    title: str = "",
) -> Markup:
    """A line without axes; a missing figure interrupts it, the last one has a dot."""
    known = [value for value in values if value is not None]
    if not known:
        return Markup("")
    scale = Scale(min(known), max(known))
    step = (width - 8) / max(len(values) - 1, 1)
    points = [
        None if value is None else (4 + index * step, scale.at(value, height - 4, 4))
        for index, value in enumerate(values)
    ]
    parts = [svg.polyline(run, css=f"s-{css}", width=1.8) for run in runs(points) if len(run) > 1]
    x, y = next(point for point in reversed(points) if point is not None)
    parts.append(svg.element("circle", css=css, cx=x, cy=y, r=2.8))
    return svg.drawing(
        *parts,
        width=width,
        height=height,
        title=title,
        css="glyph",
        width_=float(width),
        height_=float(height),
    )


def runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Points in unbroken runs."""
    found: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [run for run in found if run]


def sparkline_text(values: Sequence[float | None], *, decimals: int = 1, unit: str = "") -> str:
    """First and last figure in words."""
    known = [value for value in values if value is not None]
    if not known:
        return "Keine Werte."
    return f"von {number(known[0], decimals, unit=unit)} auf {number(known[-1], decimals, unit=unit)}"


def tally(
    worse: int, same: int, better: int, *, width: float = 330, size: float = 12, title: str = ""
) -> Markup:
    """One marker per area: how many differ from the benchmark, how many cannot be told apart."""
    kinds = [WORSE] * worse + [SAME] * same + [BETTER] * better
    columns = max(int(width // (size * 1.15)), 1)
    pitch = width / columns
    tall = (len(kinds) + columns - 1) // columns * pitch
    marks = [
        marker_shape(kind, (index % columns + 0.5) * pitch, (index // columns + 0.5) * pitch, size / 2.4)
        for index, kind in enumerate(kinds)
    ]
    words = title or tally_text(worse, same, better)
    return svg.drawing(*marks, width=width, height=max(tall, 1), title=words, css="tally")


def tally_text(worse: int, same: int, better: int) -> str:
    """The tally in words."""
    return say(
        "{worse} gesichert ungünstiger, {same} nicht unterscheidbar, {better} gesichert günstiger",
        worse=whole(worse),
        same=whole(same),
        better=whole(better),
    )


def deviation(
    value: float, reach: float, *, width: float = 84, height: float = 14, title: str = "", judged: bool = True
) -> Markup:
    """A bar from the middle: to the right for a value above zero, to the left below; `reach` is the longest bar.

    The side carries the meaning, the colour repeats it; without `judged` both sides are neutral.
    """
    middle = width / 2
    length = min(abs(value) / reach, 1.0) * (middle - 1) if reach > 0 else 0.0
    css = ("worse" if value > 0 else "better") if judged else "city"
    bar = svg.rectangle(middle if value > 0 else middle - length, 2, length, height - 4, css=css)
    axis = svg.line(middle, 0, middle, height, css="s-edge", width=1)
    return svg.drawing(
        bar,
        axis,
        width=width,
        height=height,
        title=title,
        css="glyph",
        width_=float(width),
        height_=float(height),
    )


def deviation_text(value: float, decimals: int = 2) -> str:
    """The figure with its sign."""
    return number(value, decimals, sign=True)
