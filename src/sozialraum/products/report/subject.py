"""What a chapter is asked about: a release, one area of it or none, settings, own texts (Gegenstand)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sozialraum.products.catalogue import Area, Catalogue, Indicator, Level
from sozialraum.products.draw import Atlas, Layer
from sozialraum.products.entries import Entry, entries
from sozialraum.products.report.content import Block
from sozialraum.products.report.holding import Holding
from sozialraum.products.report.texts import Texts
from sozialraum.products.values import Value
from sozialraum.tables import MUNICIPALITY_LEVEL

Setting = str | int | float | bool | Sequence[str]
# so many names a reader knows and a map has room for
FAMILIAR = range(5, 21)
FEW, MOST = 3, 12  # headline indicators of an area


@dataclass(frozen=True)
class Settings:
    """The settings of one chapter of a template, with their own heading and depth."""

    values: dict[str, Setting] = field(default_factory=dict)

    def text(self, name: str, otherwise: str = "") -> str:
        """A setting as text."""
        return str(self.values.get(name, otherwise))

    def whole(self, name: str, otherwise: int) -> int:
        """A setting as a whole number."""
        value = self.values.get(name, otherwise)
        return int(value) if isinstance(value, int | float) else otherwise

    def flag(self, name: str, otherwise: bool = False) -> bool:
        """A setting that is on or off."""
        return bool(self.values.get(name, otherwise))

    def list(self, name: str) -> list[str]:
        """A setting that is a list of texts."""
        value = self.values.get(name, [])
        return [value] if isinstance(value, str) else [str(item) for item in value] if isinstance(value, Sequence) else []  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """A release and, where a report speaks of one, an area; everything a chapter may ask."""

    holding: Holding
    level: Level
    version: str
    texts: Texts
    area: Area | None = None
    earlier: Holding | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the release."""
        return self.holding.catalogue

    @property
    def town(self) -> str:
        """The name of the municipality."""
        return self.catalogue.town.name

    @property
    def place(self) -> Area:
        """The area, or the municipality as one."""
        return self.area or replace(self.catalogue.whole, version=self.version)

    @property
    def is_town(self) -> bool:
        """Whether the report speaks of the municipality itself."""
        return self.area is None or self.area.level == MUNICIPALITY_LEVEL

    @property
    def plural(self) -> str:
        """The areas of this level in the plural."""
        return self.level.plural or self.level.label

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The indicators of the area, in the order of the topics."""
        return self.entries_of(self.place)

    def entries_of(self, area: Area) -> tuple[Entry, ...]:
        """The indicators of any area."""
        return entries(
            self.catalogue.plain_indicators,
            self.holding.of_area(area),
            self.holding.of_town(area.version),
            self.holding.spreads(area.version, area.level),
        )

    @cached_property
    def headlines(self) -> list[Entry]:
        """The entries of the indicators the town puts first; where these are few, others that compare join them."""
        found = {entry.indicator.id: entry for entry in self.entries}
        first = [found[item.id] for item in self.catalogue.headlines if item.id in found]
        if len(first) >= FEW:
            return first
        others = [entry for entry in self.entries if entry.indicator.compares and entry not in first]
        return [*first, *others][:MOST]

    @cached_property
    def members(self) -> tuple[Area, ...]:
        """All areas of the level."""
        return self.catalogue.members(self.level.id, self.version)

    def periods_of(self, indicator: Indicator) -> list[str]:
        """Periods in which the level has rows, oldest first."""
        return self.holding.available_periods(indicator.id, self.version, self.level.id)

    def layer(self, indicator: Indicator, period: str) -> dict[str, Value]:
        """All areas of the level in one period."""
        return self.holding.layer(indicator.id, self.version, self.level.id, period)

    def benchmark(self, indicator: Indicator, period: str) -> Value | None:
        """The municipality's value of an indicator in a period."""
        series = self.holding.of_town(self.version).get(indicator.id, ())
        return next((value for value in series if value.period == period), None)

    @cached_property
    def atlas(self) -> Atlas | None:
        """The drawn geometry of the Gebietsstand where the level has one."""
        found = self.holding.atlas(self.version)
        if found is None or self.level.id not in found.levels or not found.levels[self.level.id].shapes:
            return None
        return found

    def outlines(self) -> Layer | None:
        """The level above whose names help readers find their way."""
        if self.atlas is None:
            return None
        levels = self.catalogue.version(self.version).levels
        own = next(number for number, item in enumerate(levels) if item.id == self.level.id)
        above = [
            item
            for item in levels[own + 1 :]
            if item.id in self.atlas.levels
            and self.atlas.levels[item.id].shapes
            and item.id != MUNICIPALITY_LEVEL
        ]
        chosen = min(
            above,
            key=lambda item: max(FAMILIAR.start - item.areas, item.areas - FAMILIAR[-1], 0),
            default=None,
        )
        return self.atlas.levels[chosen.id] if chosen else None


Blocks = list[Block]
