"""Rows of a ranking, from intervals to what the template prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products import draw


@dataclass(frozen=True, slots=True)
class RankRow:
    """One area of a ranking, ready to print."""

    code: str
    name: str
    href: str
    value: str
    comparison: str
    comparison_word: str
    drawing: draw.Markup
    interval: str
    rank: str
    pin: str


def rank_rows(
    intervals: Sequence[draw.Interval],
    benchmark: float | None = None,
    *,
    decimals: int = 1,
    zero: bool = True,
) -> list[RankRow]:
    """The rows in the given order, all on one scale; hidden figures keep their row and their sign."""
    scale = draw.scale_for(intervals, benchmark, zero=zero)
    return [_row(each, scale, benchmark, decimals) for each in intervals]


def interval_head(
    intervals: Sequence[draw.Interval], benchmark: float | None, benchmark_label: str, *, zero: bool = True
) -> str:
    """What the interval column shows: the ends of its scale and what the line in it is."""
    scale = draw.scale_for(intervals, benchmark, zero=zero)
    ends = f"{draw.number(scale.low, 0)} bis {draw.number(scale.high, 0)}"
    return ends if benchmark is None else f"{ends}, Linie: {benchmark_label}"


def _row(interval: draw.Interval, scale: draw.Scale, benchmark: float | None, decimals: int) -> RankRow:
    return RankRow(
        code=interval.code,
        name=interval.name,
        href=interval.href,
        value=draw.value_text(interval.value, interval.status, decimals=decimals),
        comparison=interval.comparison,
        comparison_word=draw.comparison_word(interval.comparison) if interval.comparison else "",
        drawing=draw.inline(draw.interval_row(interval, scale, benchmark)),
        interval=draw.interval_text(interval.lower, interval.upper, decimals),
        rank=draw.rank_text(interval.rank_lower, interval.rank_upper),
        pin=interval.pin,
    )
