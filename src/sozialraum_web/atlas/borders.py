"""Borders for a map: the level itself, and the level above it that helps readers find their way (Kartengrund)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sozialraum.products.catalogue import Level
from sozialraum.products.draw import Atlas, Layer
from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place

# so many names a reader knows and a map has room for
FAMILIAR = range(5, 21)


@dataclass(frozen=True)
class Borders:
    """A drawn level; `upper` gives outlines and names, None where no level above would help."""

    atlas: Atlas
    layer: Layer
    upper: Layer | None

    @property
    def drawing(self) -> dict[str, Any]:
        """What a choropleth of this level is drawn with besides its areas."""
        return {
            "width": self.atlas.width,
            "height": self.atlas.height,
            "outlines": self.upper,
            "border": self.atlas.levels.get(MUNICIPALITY_LEVEL),
            "labels": self.upper or self.layer,
        }


def familiar(levels: Sequence[Level]) -> Level | None:
    """Of some levels the one whose number of areas a reader can know by name; never the municipality itself."""
    choices = [level for level in levels if level.id != MUNICIPALITY_LEVEL and level.areas > 1]
    return min(choices, key=_strangeness, default=None)


def above(place: Place, version: str, level: str) -> list[Level]:
    """The levels above one, finest first."""
    levels = place.catalogue.version(version).levels
    own = next(number for number, item in enumerate(levels) if item.id == level)
    return list(levels[own + 1 :])


def borders(place: Place, version: str, level: str) -> Borders | None:
    """The drawn borders of a level, or None where it has none."""
    atlas = queries.atlas_geometry(place.release.maps, version)
    if atlas is None or level not in atlas.levels or not atlas.levels[level].shapes:
        return None
    drawn = [
        item
        for item in above(place, version, level)
        if item.id in atlas.levels and atlas.levels[item.id].shapes
    ]
    upper = familiar(drawn)
    return Borders(atlas, atlas.levels[level], atlas.levels[upper.id] if upper else None)


def _strangeness(level: Level) -> int:
    """How far a number of areas lies outside the familiar range."""
    return max(FAMILIAR.start - level.areas, level.areas - FAMILIAR[-1], 0)
