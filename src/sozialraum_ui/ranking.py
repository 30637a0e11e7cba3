"""Rows of a ranking, from intervals to what the template prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from sozialraum.products import draw
from sozialraum.words import say


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


def rank_body(rows: Sequence[RankRow]) -> draw.Markup:
    """The rows as HTML with as few elements as possible: a browser has to lay out hundreds of them at once."""
    words = draw.escape(gettext("anheften")), draw.escape(gettext("Rang"))
    return draw.Markup("\n".join(_item(row, *words) for row in rows))


def _item(row: RankRow, pin_word: str, rank_word: str) -> str:
    code, name = draw.escape(row.code), draw.escape(row.name)
    pinned = ' class="pinned"' if row.pin else ""
    pin = draw.pin(row.pin) if row.pin else ""
    pressed = "true" if row.pin else "false"
    mark = (
        f'<i class="mk {row.comparison}" role="img" aria-label="{draw.escape(row.comparison_word)}"></i>'
        if row.comparison
        else "<i></i>"
    )
    rank = f'<span class="sr">{rank_word} </span>{draw.escape(row.rank)}' if row.rank else ""
    return (
        f'<li data-code="{code}"{pinned}><button type="button" class="pinbtn" data-pin="{code}" aria-pressed="{pressed}"'
        f' aria-label="{name} {pin_word}" hidden>{pin}</button><a href="{draw.escape(row.href)}">{name}</a>'
        f'<span class="num">{draw.escape(row.value)}</span>{mark}{row.drawing}<span class="num">{rank}</span></li>'
    )


def interval_head(
    intervals: Sequence[draw.Interval], benchmark: float | None, benchmark_label: str, *, zero: bool = True
) -> str:
    """What the interval column shows: the ends of its scale and what the line in it is."""
    scale = draw.scale_for(intervals, benchmark, zero=zero)
    ends = say("{low} bis {high}", low=draw.number(scale.low, 0), high=draw.number(scale.high, 0))
    return (
        ends
        if benchmark is None
        else say("{ends}, Linie: {benchmark_label}", ends=ends, benchmark_label=benchmark_label)
    )


def _row(interval: draw.Interval, scale: draw.Scale, benchmark: float | None, decimals: int) -> RankRow:
    return RankRow(
        code=interval.code,
        name=interval.name,
        href=interval.href,
        value=draw.value_text(interval.value, interval.status, decimals=decimals),
        comparison=interval.comparison,
        comparison_word=draw.comparison_word(interval.comparison) if interval.comparison else "",
        drawing=draw.interval_mark(interval, scale, benchmark),
        rank=draw.rank_text(interval.rank_lower, interval.rank_upper),
        pin=interval.pin,
    )
