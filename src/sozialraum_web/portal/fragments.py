"""What other rooms of the site add to the profile of an area (Bausteine anderer Bereiche)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from sozialraum.products.catalogue import Area
from sozialraum.products.draw import Markup
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning.fragments import of_area as planning


@dataclass(frozen=True)
class Fragment:
    """A section of a page: its anchor, its heading, its finished markup (escaped, headings from h3 on)."""

    id: str
    title: str
    body: Markup


Source = Callable[[HttpRequest, Place, Area], Fragment | None]


def _planning(request: HttpRequest, place: Place, area: Area) -> Fragment | None:
    body = planning(request, place, area)
    return Fragment("planung", "Planung für dieses Gebiet", body) if body else None


# In the order of the page; a room adds its function here. It asks for its own rights and returns None for nothing to say.
AREA: tuple[Source, ...] = (_planning,)


def of_area(request: HttpRequest, place: Place, area: Area) -> list[Fragment]:
    """The sections other rooms add to this area's profile for this reader."""
    return [fragment for source in AREA if (fragment := source(request, place, area)) is not None]


def key(fragments: list[Fragment]) -> str:
    """Names what the fragments say, so that a kept page with older ones is not shown."""
    if not fragments:
        return ""
    return hashlib.sha256(
        "\n".join(f"{item.id}{item.title}{item.body}" for item in fragments).encode()
    ).hexdigest()
