"""Borders for a map: the level itself, and the level above it that helps readers find their way (Kartengrund)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


def borders(place: Place, version: str, level: str) -> Borders | None:
    """The drawn borders of a level, or None where it has none."""
    atlas = queries.atlas_geometry(place.release.maps, version)
    if atlas is None or level not in atlas.levels or not atlas.levels[level].shapes:
        return None
    return Borders(atlas, atlas.levels[level], _familiar(place, atlas, version, level))


def _familiar(place: Place, atlas: Atlas, version: str, level: str) -> Layer | None:
    """Of the levels between this one and the municipality the one with the most familiar number of areas."""
    ids = [item.id for item in place.catalogue.version(version).levels]
    above = [atlas.levels[id] for id in ids[ids.index(level) + 1 :] if id in atlas.levels]
    choices = [layer for layer in above if layer.level != MUNICIPALITY_LEVEL and len(layer.shapes) > 1]
    return min(choices, key=_strangeness, default=None)


def _strangeness(layer: Layer) -> int:
    """How far a number of areas lies outside the familiar range."""
    return max(FAMILIAR.start - len(layer.shapes), len(layer.shapes) - FAMILIAR[-1], 0)
