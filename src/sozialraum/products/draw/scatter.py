"""Two figures of each area: points with their intervals, and lines at the comparator (Punktwolke)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.comparison import pin_shape
from sozialraum.products.draw.numbers import number, with_unit
from sozialraum.products.draw.scales import Scale, round_scale, tick_decimals
from sozialraum.products.draw.svg import Markup, element

LEFT, RIGHT, TOP, BOTTOM = 56.0, 16.0, 14.0, 48.0
At = Callable[[float], float]
CROSSES = 80  # above so many areas intervals would hide the points


@dataclass(frozen=True, slots=True)
class Dot:
    """One area with both figures; `label` is what a tooltip and a screen reader say."""

    code: str
    label: str
    x: float
    y: float
    x_ends: tuple[float, float] | None = None
    y_ends: tuple[float, float] | None = None
    pin: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: words, unit, decimals, the comparator, whether it starts at zero."""

    label: str
    unit: str = ""
    decimals: int = 1
    benchmark: float | None = None
    zero: bool = False


def scatter(
    dots: Sequence[Dot], across: Axis, up: Axis, *, width: float = 640, height: float = 520, title: str, description: str = ""
) -> Markup:  # fmt: skip
    """The cloud: one point per area, a thin cross for its intervals where few areas are shown."""
    crossed = len(dots) <= CROSSES
    x_scale, x_ticks = _scale([dot.x for dot in dots], [dot.x_ends for dot in dots if crossed], across)
    y_scale, y_ticks = _scale([dot.y for dot in dots], [dot.y_ends for dot in dots if crossed], up)
    right, bottom = width - RIGHT, height - BOTTOM

    def x(value: float) -> float:
        return x_scale.at(value, LEFT, right)

    def y(value: float) -> float:
        return y_scale.at(value, bottom, TOP)

    parts = [
        *_grid(x_ticks, y_ticks, x, y, across, up, width, height),
        *_benchmarks(across, up, x, y, right, bottom),
    ]
    if crossed:
        parts += [_cross(dot, x, y) for dot in dots]
    parts += [_dot(dot, x, y) for dot in dots if not dot.pin]
    parts += [_dot(dot, x, y) for dot in dots if dot.pin]
    return svg.drawing(
        *parts, width=width, height=height, title=title, description=description, css="scatter"
    )


def _scale(
    values: Sequence[float], ends: Sequence[tuple[float, float] | None], axis: Axis
) -> tuple[Scale, list[float]]:
    every = [*values, *(end for pair in ends if pair for end in pair)]
    if axis.benchmark is not None:
        every.append(axis.benchmark)
    return round_scale(every, zero=axis.zero, count=5)


def _grid(x_ticks: list[float], y_ticks: list[float], x: At, y: At, across: Axis, up: Axis, width: float, height: float) -> list[str]:  # fmt: skip
    right, bottom = width - RIGHT, height - BOTTOM
    parts = []
    for ticks, horizontal in ((y_ticks, True), (x_ticks, False)):
        digits = tick_decimals(ticks)
        for tick in ticks:
            figure = number(tick, digits)
            if horizontal:
                place = y(tick)
                parts.append(svg.line(LEFT, place, right, place, css="s-line"))
                parts.append(
                    svg.text(figure, LEFT - 6, place + 4, css="axis-text", size=12.5, text_anchor="end")
                )
            else:
                place = x(tick)
                parts.append(svg.line(place, TOP, place, bottom, css="s-line"))
                parts.append(
                    svg.text(figure, place, bottom + 17, css="axis-text", size=12.5, text_anchor="middle")
                )
    parts.append(
        svg.text(
            with_unit(across.label, "") + _unit(across),
            right,
            height - 8,
            css="label",
            size=13,
            text_anchor="end",
            font_weight=500,
        )
    )
    turn = f"rotate(-90 14 {svg.short(TOP)})"
    parts.append(
        svg.text(
            up.label + _unit(up),
            14,
            TOP,
            css="label",
            size=13,
            text_anchor="end",
            font_weight=500,
            transform=turn,
        )
    )
    return parts


def _unit(axis: Axis) -> str:
    return f" in {axis.unit}" if axis.unit else ""


def _benchmarks(across: Axis, up: Axis, x: At, y: At, right: float, bottom: float) -> list[str]:
    parts = []
    if across.benchmark is not None:
        place = x(across.benchmark)
        parts.append(svg.line(place, TOP, place, bottom, css="reference", width=1.1, stroke_dasharray="5 3"))
    if up.benchmark is not None:
        place = y(up.benchmark)
        parts.append(svg.line(LEFT, place, right, place, css="reference", width=1.1, stroke_dasharray="5 3"))
    return parts


def _cross(dot: Dot, x: At, y: At) -> str:
    parts = []
    if dot.x_ends:
        parts.append(
            svg.line(
                x(dot.x_ends[0]),
                y(dot.y),
                x(dot.x_ends[1]),
                y(dot.y),
                css="s-band-dark",
                width=1,
            )
        )
    if dot.y_ends:
        parts.append(
            svg.line(
                x(dot.x),
                y(dot.y_ends[0]),
                x(dot.x),
                y(dot.y_ends[1]),
                css="s-band-dark",
                width=1,
            )
        )
    return "".join(parts)


def _dot(dot: Dot, x: At, y: At) -> str:
    place = x(dot.x), y(dot.y)
    mark = (
        pin_shape(dot.pin, *place, 0.9)
        if dot.pin
        else element("circle", css="area s-paper", cx=place[0], cy=place[1], r=5, stroke_width=1.2)
    )
    title = element("title", svg.escape(dot.label))
    if dot.href:
        return element("a", title, mark, href=dot.href, data_code=dot.code, aria_label=dot.label)
    return element("g", title, mark, data_code=dot.code)
