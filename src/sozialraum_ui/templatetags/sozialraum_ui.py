"""Filters and tags for templates: German figures, signs, markers, icons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from sozialraum.products import draw
from sozialraum.words import language, say
from sozialraum_ui.glossary import TERMS, pieces
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


@register.simple_tag(takes_context=True)
def term(context: Any, key: str, words: str = "") -> draw.Markup:
    """The word of the glossary, or other words for it, as a button that explains it in place; KeyError for an unknown key.

    A native popover: works without script, opens with Enter or Space, closes with Escape.
    """
    return _explained(context, key, draw.escape(words or say(TERMS[key][0])))


@register.simple_tag(takes_context=True)
def explained(context: Any, text: str) -> draw.Markup:
    """A text in which the first place of every known term explains itself."""
    return draw.Markup(
        "".join(
            _explained(context, key, draw.escape(piece)) if key else draw.escape(piece)
            for piece, key in pieces(text)
        )
    )


def _explained(context: Any, key: str, shown: str) -> draw.Markup:
    word, meaning = TERMS[key]
    count = context.render_context.dicts[0].setdefault("terms", [0])  # shared by all parts of a page
    count[0] += 1
    name = f"begriff-{key}-{count[0]}"
    links = context.get("footer_links")
    more = (
        f' <a href="{draw.escape(links.help)}#wort-{key}">{draw.escape(say("Alle Begriffe"))}</a>'
        if links is not None and links.help
        else ""
    )
    return draw.Markup(
        f'<button type="button" class="term" popovertarget="{name}">{shown}</button>'
        f'<span class="term-card" id="{name}" lang="{language()}" popover><b>{draw.escape(say(word))}</b> {draw.escape(say(meaning))}{more}</span>'
    )
