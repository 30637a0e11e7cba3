"""`{% term "spanne" "Spannen" %}`: a word with its meaning as a hint and a way to the glossary."""

from __future__ import annotations

from typing import Any

from django import template

from sozialraum.products.draw import Markup, escape
from sozialraum.words import say
from sozialraum_web.atlas.glossary import TERMS

register = template.Library()


@register.simple_tag(takes_context=True)
def term(context: Any, key: str, words: str = "") -> Markup:
    """The word of the glossary, or other words for it, linked and explained; KeyError for an unknown key."""
    word, meaning = TERMS[key]
    links = context.get("footer_links")
    shown = escape(words or say(word))
    if links is None or not links.help:
        return Markup(shown)
    return Markup(
        f'<a class="term" href="{escape(links.help)}#wort-{key}" title="{escape(say(meaning))}">{shown}</a>'
    )
