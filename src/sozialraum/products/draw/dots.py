"""How values spread: one dot per area, piled up where areas are alike (Punktdiagramm)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.numbers import number, with_unit
from sozialraum.products.draw.scales import round_scale, tick_decimals
from sozialraum.products.draw.svg import Markup, element
from sozialraum.words import say

LEFT, RIGHT, BOTTOM = 14.0, 14.0, 30.0
ABOVE = 44.0  # room for the box and its words


@dataclass(frozen=True, slots=True)
class PileDot:
    """One area: its figure, colour class, and what a tooltip says."""

    code: str
    label: str
    value: float
    css: str = "area"


def piles(
    dots: Sequence[PileDot], *, quartiles: tuple[float, float, float] | None = None, benchmark: float | None = None,
    benchmark_label: str = "", unit: str = "", decimals: int = 1, zero: bool = True, width: float = 760, title: str, description: str = "",
) -> Markup:  # fmt: skip
    """Dots on the scale of values, the middle half as a bar above them, the comparator as a line."""
    every = [dot.value for dot in dots] + ([benchmark] if benchmark is not None else [])
    scale, ticks = round_scale(every, zero=zero, count=8)
    span = width - LEFT - RIGHT
    step = max(6.0, min(13.0, span / max(len(dots), 1) * 2.2))
    found: dict[int, list[PileDot]] = {}
    for dot in sorted(dots, key=lambda dot: dot.value):
        found.setdefault(int(scale.at(dot.value, 0, span) // step), []).append(dot)
    tallest = max((len(pile) for pile in found.values()), default=1)
    height = ABOVE + tallest * step + BOTTOM + 6
    ground = height - BOTTOM
    parts = []
    digits = tick_decimals(ticks)
    for tick in ticks:
        x = scale.at(tick, LEFT, width - RIGHT)
        parts.append(svg.line(x, ground, x, ground + 5, css="s-edge"))
        figure = with_unit(number(tick, digits), unit if tick == ticks[-1] and len(unit) <= 2 else "")
        parts.append(svg.text(figure, x, ground + 20, css="axis-text", size=12.5, text_anchor="middle"))
    parts.append(svg.line(LEFT, ground, width - RIGHT, ground, css="s-edge"))
    if quartiles:
        low, middle, high = (scale.at(value, LEFT, width - RIGHT) for value in quartiles)
        parts.append(svg.rectangle(low, 22, high - low, 10, css="band-dark"))
        parts.append(svg.rectangle(middle - 1, 18, 2, 18, css="ink"))
        parts.append(
            svg.text(
                say("mittlere Hälfte, Strich: Median"),
                (low + high) / 2,
                12,
                css="axis-text",
                size=12,
                text_anchor="middle",
            )
        )
    if benchmark is not None:
        x = scale.at(benchmark, LEFT, width - RIGHT)
        parts.append(svg.line(x, 34, x, ground, css="reference", width=1.25))
        right = x < width * 0.7
        parts.append(
            svg.text(
                f"{benchmark_label} {number(benchmark, decimals)}",
                x + (5 if right else -5),
                46,
                css="axis-text halo",
                size=12.5,
                text_anchor="start" if right else "end",
            )
        )
    for column, pile in found.items():
        for level, dot in enumerate(pile):
            mark = element(
                "circle",
                css=f"{dot.css} s-edge",
                cx=LEFT + (column + 0.5) * step,
                cy=ground - (level + 0.5) * step,
                r=step / 2 - 0.7,
                stroke_width=0.7,
            )
            parts.append(element("g", element("title", svg.escape(dot.label)), mark, data_code=dot.code))
    return svg.drawing(*parts, width=width, height=height, title=title, description=description, css="piles")
