"""`{% quoted text %}` and `{% quoted_line text %}`: a free text with the figures it names linked."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from sozialraum_web.planning import quoted as quotations

register = template.Library()


@register.simple_tag(takes_context=True)
def quoted(context: Any, text: str) -> SafeString:
    """The text for the reader of this page; needs `desk` in the context."""
    desk = context["desk"]
    return quotations.told(text, desk.place, desk.reader)


@register.simple_tag(takes_context=True)
def quoted_line(context: Any, text: str) -> SafeString:
    """The same within a paragraph."""
    desk = context["desk"]
    return quotations.told_line(text, desk.place, desk.reader)
