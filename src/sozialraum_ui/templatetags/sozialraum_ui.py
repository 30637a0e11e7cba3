"""Filters and tags for templates: German figures, signs, markers, icons."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from sozialraum.products import draw
from sozialraum_ui.icons import ICONS
from sozialraum_ui.ranking import RankRow, rank_body

register = template.Library()


@register.filter
def number(value: float | None, decimals: int = 1) -> str:
    """`{{ value|number:1 }}`: German figure, empty for None."""
    return "" if value is None else draw.number(float(value), int(decimals))


@register.filter
def whole(value: float | None) -> str:
    """`{{ value|whole }}`: German count, empty for None."""
    return "" if value is None else draw.whole(float(value))


@register.filter
def percent(value: float | None, decimals: int = 1) -> str:
    """`{{ value|percent:1 }}`: figure with percent sign."""
    return "" if value is None else draw.number(float(value), int(decimals), unit="%")


@register.filter
def unlocalized(value: str | float) -> str:
    """A raw figure with decimal point, for sorting by script."""
    return str(value)


@register.filter
def status_sign(status: str) -> str:
    """The printed sign of a status."""
    return draw.STATUS_SIGNS[status]


@register.filter
def status_word(status: str) -> str:
    """The status in words."""
    return draw.STATUS_WORDS[status]


@register.filter
def status_short(status: str) -> str:
    """The status in one or two words, where it stands in place of a figure."""
    return draw.STATUS_SHORT[status]


@register.filter
def date_de(iso: str) -> str:
    """`2020-12-31` as `31.12.2020`."""
    return draw.date_text(iso)


@register.filter
def rank_items(rows: Sequence[RankRow]) -> draw.Markup:
    """The rows of a ranking as list items."""
    return rank_body(rows)


@register.simple_tag
def status_signs() -> list[tuple[str, str]]:
    """Every printed sign with its meaning."""
    return [(sign, draw.STATUS_WORDS[status]) for status, sign in draw.STATUS_SIGNS.items() if sign]


@register.simple_tag
def marker(comparison: str, title: str = "") -> draw.Markup:
    """The marker of a comparison; give a title where no word stands beside it."""
    return draw.marker(comparison, title=title)


@register.simple_tag
def swatch(css: str, status: str = "ok", identity: str = "") -> draw.Markup:
    """A small field in the colour of a class."""
    return draw.swatch(css, status, identity=identity or f"{css}-{status}")


@register.simple_tag
def pin(letter: str) -> draw.Markup:
    """The mark of a pinned area."""
    return draw.pin(letter)


@register.simple_tag
def trend(direction: str, polarity: str = "neutral") -> draw.Markup:
    """Trend arrow; set a word beside it."""
    return draw.trend(direction, polarity)


@register.simple_tag
def icon(name: str) -> draw.Markup:
    """An icon, always beside a word."""
    return ICONS[name]
