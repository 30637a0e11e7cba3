"""Finding areas and indicators by name (Suche)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from sozialraum.words import say
from sozialraum_ui import glossary
from sozialraum_ui.parts import Link
from sozialraum_web.atlas import texts
from sozialraum_web.atlas.frame import area_address, indicator_address
from sozialraum_web.monitoring import streets
from sozialraum_web.monitoring.access import Place

LIMIT = 20
LONGEST = 100
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Hits:
    """What a search found."""

    areas: list[Link]
    indicators: list[Link]
    streets: list[tuple[str, list[Link]]] = field(default_factory=list)
    texts: list[Link] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many hits there are."""
        return len(self.areas) + len(self.indicators) + len(self.streets) + len(self.texts)


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
        streets_of(place, text.strip()[:LONGEST]),
        texts_of(place, needle),
    )


def streets_of(place: Place, text: str) -> list[tuple[str, list[Link]]]:
    """Streets with the areas they lie in, finest first; nothing leaves this machine."""
    known = streets.load(place.release.folder)
    if known is None:
        return []
    catalogue = place.catalogue
    found = []
    for street in known.find(text)[:LIMIT]:
        areas = [
            area
            for version, level, code in street.areas
            if version == catalogue.current_version and (area := catalogue.area(level, code, version))
        ]
        ranks = {level.id: level.rank for level in catalogue.version().levels}
        ordered = sorted(areas, key=lambda area: (ranks.get(area.level, 99), area.name))
        if ordered:
            found.append((street.name, [Link(area.name, area_address(place, area)) for area in ordered]))
    return found


def texts_of(place: Place, needle: str) -> list[Link]:
    """Help, methods, words of the glossary and ways to look at the figures."""
    pages = [
        (min(score(needle, fold(title)), 4 if needle in fold(text) else 9), title, f"{place.base}{url}", text)
        for url, title, text in ((url, say(title), say(text)) for url, title, text in texts.TEXTS)
    ]
    words = [
        (score(needle, fold(word)), word, f"{place.base}hilfe/#{anchor}", text)
        for anchor, word, text in glossary.entries()
    ]
    found = sorted((item for item in [*pages, *words] if item[0] < 9), key=lambda item: (item[0], item[1]))
    return [Link(title, url, note=text) for _, title, url, text in found[:LIMIT]]
