"""Groups side by side: a column with its interval each, and the comparator as a line (Säulen mit Spannen)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.numbers import number, with_unit
from sozialraum.products.draw.scales import round_scale, tick_decimals
from sozialraum.products.draw.svg import Markup

LEFT, RIGHT, TOP, BOTTOM = 46.0, 96.0, 26.0, 44.0


@dataclass(frozen=True, slots=True)
class ColumnBar:
    """One group: words below it in up to two lines, figure, interval; without a figure its sign stands there."""

    label: str
    second: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    sign: str = ""
    css: str = "area"


def columns(
    bars: Sequence[ColumnBar], *, benchmark: float | None = None, benchmark_label: str = "", unit: str = "", decimals: int = 1,
    width: float = 560, height: float = 300, title: str, description: str = "",
) -> Markup:  # fmt: skip
    """Columns from zero with interval whiskers."""
    ends = [end for bar in bars for end in (bar.value, bar.lower, bar.upper) if end is not None]
    scale, ticks = round_scale([*ends, *([benchmark] if benchmark is not None else [])], zero=True)
    bottom, right = height - BOTTOM, width - RIGHT
    digits = tick_decimals(ticks)
    parts = []
    for tick in ticks:
        y = scale.at(tick, bottom, TOP)
        parts.append(svg.line(LEFT, y, right, y, css="s-line"))
        figure = with_unit(number(tick, digits), unit if tick == ticks[-1] and len(unit) <= 2 else "")
        parts.append(svg.text(figure, LEFT - 5, y + 4, css="axis-text", size=12.5, text_anchor="end"))
    pitch = (right - LEFT) / max(len(bars), 1)
    for index, bar in enumerate(bars):
        middle = LEFT + (index + 0.5) * pitch
        parts += _column(
            bar,
            middle,
            min(pitch * 0.6, 64),
            scale.at(0, bottom, TOP),
            lambda value: scale.at(value, bottom, TOP),
            decimals,
        )
        parts.append(
            svg.text(
                bar.label, middle, bottom + 18, css="label", size=13, text_anchor="middle", font_weight=500
            )
        )
        parts.append(
            svg.text(bar.second, middle, bottom + 35, css="axis-text", size=12, text_anchor="middle")
        )
    if benchmark is not None:
        y = scale.at(benchmark, bottom, TOP)
        parts.append(svg.line(LEFT, y, right, y, css="reference", width=1.25))
        parts.append(svg.text(benchmark_label, right + 6, y - 2, css="axis-text", size=12.5))
        parts.append(svg.text(number(benchmark, decimals), right + 6, y + 13, css="axis-text", size=12.5))
    return svg.drawing(
        *parts, width=width, height=height, title=title, description=description, css="columns-chart"
    )


def _column(
    bar: ColumnBar, middle: float, wide: float, zero: float, y: Callable[[float], float], decimals: int
) -> list[str]:
    if bar.value is None:
        return [
            svg.text(
                bar.sign, middle, zero - 8, css="axis-text", size=16, text_anchor="middle", font_weight=600
            )
        ]
    top = y(bar.value)
    parts = [svg.rectangle(middle - wide / 2, min(top, zero), wide, abs(zero - top), css=bar.css)]
    head = top
    if bar.lower is not None and bar.upper is not None:
        low, high = y(bar.lower), y(bar.upper)
        head = high
        parts.append(svg.line(middle, low, middle, high, css="s-paper", width=4.5))
        parts.append(svg.line(middle, low, middle, high, css="s-ink", width=2))
    parts.append(
        svg.text(
            number(bar.value, decimals),
            middle,
            min(head, top) - 7,
            css="label halo",
            size=13.5,
            text_anchor="middle",
            font_weight=600,
        )
    )
    return parts
