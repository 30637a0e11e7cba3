"""Ranks as ranges: one row per area, bar from best to worst rank, tick at its own (Rangspannen)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.scales import Scale, round_scale
from sozialraum.products.draw.svg import Markup
from sozialraum.words import say

ROW = 15.0
NAMES = 190.0
HEAD = 30.0


@dataclass(frozen=True, slots=True)
class RankRow:
    """One area: its rank and the range of 95 per cent of the variants; `css` is the colour of its class."""

    name: str
    rank: float
    lower: float
    upper: float
    css: str = "area"


def rank_chart(rows: Sequence[RankRow], number: int, *, width: float = 680, title: str, description: str = "", note: str = "Rang") -> Markup:  # fmt: skip
    """All rows below each other; `number` is the number of ranks, the axis runs from 1 to it."""
    height = HEAD + ROW * len(rows) + 6
    ticks = [tick for tick in round_scale([1.0, float(number)], zero=False, count=5)[1] if 1 < tick <= number]
    scale = Scale(1.0, float(max(number, 2)))
    parts = [svg.text(note, NAMES, 12, css="axis-text", size=11)]
    for tick in [1.0, *ticks]:
        x = scale.at(tick, NAMES, width - 10)
        parts.append(svg.line(x, HEAD - 6, x, height - 4, css="s-line", width=1))
        if tick != 1.0 or not ticks or scale.at(ticks[0], NAMES, width - 10) - x > 18:
            parts.append(svg.text(f"{tick:g}", x, HEAD - 9, css="axis-text", size=10, text_anchor="middle"))
    for place, row in enumerate(rows):
        parts += _row(row, scale, HEAD + ROW * place, width)
    return svg.drawing(*parts, width=width, height=height, title=title, description=description)


def _row(row: RankRow, scale: Scale, top: float, width: float) -> list[str]:
    middle = top + ROW / 2
    low, high, own = (scale.at(x, NAMES, width - 10) for x in (row.lower, row.upper, row.rank))
    name = row.name if len(row.name) <= 28 else row.name[:27].rstrip() + "…"
    return [
        svg.text(name, NAMES - 8, middle + 3.5, css="label", size=10.5, text_anchor="end"),
        svg.rectangle(
            low - 2, middle - 4, max(high - low, 0) + 4, 8, css=f"{row.css} s-edge", rx=2, stroke_width=0.6
        ),
        svg.rectangle(own - 1, middle - 6, 2, 12, css="ink"),
    ]


def rank_text(rows: Sequence[RankRow]) -> str:
    """The chart in words."""
    if not rows:
        return say("Keine Gebiete.")
    widest = max(rows, key=lambda row: row.upper - row.lower)
    return say(
        "Rangspannen von {rows} Gebieten. Vorn: {rows2} (Rang {lower} bis {upper}). Am unsichersten: {widest} (Rang {lower2} bis {upper2}).",
        rows=len(rows),
        rows2=rows[0].name,
        lower=f"{rows[0].lower:.0f}",
        upper=f"{rows[0].upper:.0f}",
        widest=widest.name,
        lower2=f"{widest.lower:.0f}",
        upper2=f"{widest.upper:.0f}",
    )
