"""Finding areas and indicators by name (Suche)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sozialraum_ui.parts import Link
from sozialraum_web.atlas.frame import area_address, indicator_address
from sozialraum_web.monitoring.access import Place

LIMIT = 20
LONGEST = 100
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Hits:
    """What a search found."""

    areas: list[Link]
    indicators: list[Link]

    @property
    def total(self) -> int:
        """How many links there are."""
        return len(self.areas) + len(self.indicators)


def fold(text: str) -> str:
    """Small letters without accents; ä and ae are the same."""
    plain = text.casefold().translate(_FOLD)
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))


def score(needle: str, hay: str) -> int:
    """0 exact, 1 begins with, 2 a word begins with, 3 contains, 9 not at all."""
    if hay == needle:
        return 0
    if hay.startswith(needle):
        return 1
    if any(word.startswith(needle) for word in hay.replace("-", " ").split()):
        return 2
    return 3 if needle in hay else 9


def search(place: Place, text: str) -> Hits:
    """Areas by name or code and indicators by name, best matches first."""
    needle = fold(text.strip()[:LONGEST])
    if not needle:
        return Hits([], [])
    catalogue = place.catalogue
    levels = {level.id: level for level in catalogue.version().levels}
    areas = [
        (score(needle, fold(area.name)) if area.code != text.strip() else 0, area)
        for level in catalogue.version().levels
        for area in catalogue.members(level.id)
    ]
    indicators = [
        (min(score(needle, fold(item.label)), score(needle, fold(item.short)) if item.short else 9), item)
        for item in catalogue.plain_indicators
    ]
    found = sorted((pair for pair in areas if pair[0] < 9), key=lambda pair: (pair[0], pair[1].name))
    named = sorted((pair for pair in indicators if pair[0] < 9), key=lambda pair: (pair[0], pair[1].label))
    return Hits(
        [
            Link(area.name, area_address(place, area), note=levels[area.level].label)
            for _, area in found[:LIMIT]
        ],
        [Link(item.label, indicator_address(place, item), note=item.definition) for _, item in named[:LIMIT]],
    )
