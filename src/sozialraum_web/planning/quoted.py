"""Figures in free texts: `[[Befund 12]]` becomes the kept figure with a way to its place in the release (Zahlen in Texten).

A figure typed by hand grows old unseen. A finding keeps area, indicator, value and data state, is never edited, and says
when newer data change it; a text only names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sozialraum import periods
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning import permissions
from sozialraum_web.planning.effects import evidence_address, newer
from sozialraum_web.planning.models import Finding
from sozialraum_web.planning.permissions import Reader, visible
from sozialraum_web.planning.sentences import figure

NAME: Final = re.compile(r"\[\[\s*Befund\s+(\d{1,8})\s*\]\]")


def sign_of(finding: Finding) -> str:
    """What is written into a text to quote a finding."""
    return f"[[Befund {finding.number}]]"


@dataclass(frozen=True)
class Quotation:
    """What stands in the place of a name: words, where they lead, and what newer data say."""

    words: str
    url: str = ""
    newer: str = ""


def told(text: str, place: Place, reader: Reader) -> SafeString:
    """A text as paragraphs with its figures linked; everything else is escaped."""
    known = _known(text, place, reader)
    # Names hold no sign that escaping changes, so that they are found afterwards.
    return mark_safe(NAME.sub(_replacing(known, _link), linebreaks(text, autoescape=True)))  # noqa: S308


def told_line(text: str, place: Place, reader: Reader) -> SafeString:
    """A short text without paragraphs, with its figures linked."""
    known = _known(text, place, reader)
    return mark_safe(NAME.sub(_replacing(known, _link), escape(text)))  # noqa: S308


def in_plain(text: str, place: Place, reader: Reader) -> str:
    """A text with its figures in words, for files."""
    return NAME.sub(_replacing(_known(text, place, reader), lambda quotation: quotation.words), text)


def _replacing(
    known: Mapping[int, Quotation], shown: Callable[[Quotation], str]
) -> Callable[[re.Match[str]], str]:
    return lambda found: shown(known[int(found[1])]) if int(found[1]) in known else found[0]


def _link(quotation: Quotation) -> str:
    newest = format_html(' <span class="small muted">({})</span>', quotation.newer) if quotation.newer else ""
    if not quotation.url:
        return format_html("{}{}", quotation.words, newest)
    return format_html('<a class="figure-link" href="{}">{}</a>{}', quotation.url, quotation.words, newest)


def _known(text: str, place: Place, reader: Reader) -> dict[int, Quotation]:
    """The findings a text names; one this reader may not see is said to be closed, one that does not exist stays as typed."""
    numbers = {int(n) for n in NAME.findall(text)}
    if not numbers:
        return {}
    all_there = Finding.objects.filter(municipality=place.municipality, number__in=numbers)
    closed = Quotation(_("(Zahl für Sie nicht lesbar)"))
    found = dict.fromkeys(all_there.values_list("number", flat=True), closed)
    for finding in visible(all_there, reader).prefetch_related("areas"):
        finding.municipality = place.municipality
        found[finding.number] = _quotation(finding, place, reader)
    return found


def _quotation(finding: Finding, place: Place, reader: Reader) -> Quotation:
    if not finding.indicator:
        return Quotation(finding.title, finding.address)
    if not permissions.can_read_figure(reader, finding.audience):
        return Quotation(_("(Zahl für Sie nicht lesbar)"))
    value = figure(finding.value, finding.unit, finding.decimals, finding.status)
    # After a reform the figure belongs to the area that is gone, not to those that followed.
    areas = finding.area_note or ", ".join(area.name for area in finding.areas.all())
    about = ", ".join(
        part for part in (finding.indicator_label, areas, periods.label(finding.period)) if part
    )
    later = newer(place, finding)
    url = evidence_address(place, finding) or finding.address
    return Quotation(f"{value} ({about})", url, later.text if later else "")
