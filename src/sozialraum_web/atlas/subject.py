"""One area with everything its profile says, read once (Gebiet mit seinen Werten)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sozialraum import periods
from sozialraum.indicators.trend import Trend
from sozialraum.products import layers, timeline, trends, union
from sozialraum.products.catalogue import Area, Indicator, Level
from sozialraum.products.portrait import Told
from sozialraum.products.values import Spread, Value
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, Status
from sozialraum.words import say
from sozialraum_web.atlas import alike
from sozialraum_web.atlas.alike import Alike
from sozialraum_web.atlas.view import comparable, comparator_label
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import NotFound, Place

EARLIER, SIMILAR = "frueher", "aehnlich"
BACK = 5  # years


@dataclass(frozen=True, eq=False)
class Entry:
    """One indicator of an area: its newest value, the comparator's of the same period, its series."""

    indicator: Indicator
    value: Value
    benchmark: Value | None
    series: tuple[Value, ...]
    spread: Spread | None

    @property
    def compared_with(self) -> float | None:
        """The comparator's value where a comparison makes sense."""
        return comparable(self.indicator, self.benchmark)

    @property
    def comparison(self) -> str:
        """The judged comparison."""
        return layers.comparison_of(self.value, self.compared_with, self.indicator.polarity)

    @cached_property
    def trend(self) -> Trend:
        """What the series does."""
        return trends.of(self.indicator, self.series)

    @property
    def told(self) -> Told:
        """The entry as the sentences want it."""
        return Told(self.indicator, self.value, self.benchmark, self.series, self.trend)


@dataclass(frozen=True)
class Yardstick:
    """What the profile holds the area against: an address key and words; `area` where it is one."""

    key: str
    label: str
    name: str
    area: Area | None = None


@dataclass(frozen=True)
class Subject:
    """An area with everything its profile says."""

    place: Place
    area: Area
    level: Level
    entries: tuple[Entry, ...]
    yardstick: Yardstick
    alike: Alike | None = None
    notices: tuple[str, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Whether this is the municipality itself."""
        return self.area.level == MUNICIPALITY_LEVEL

    @property
    def headlines(self) -> list[Entry]:
        """The entries of the indicators the town puts first, in its order."""
        found = {entry.indicator.id: entry for entry in self.entries}
        return [found[item.id] for item in self.place.catalogue.headlines if item.id in found]

    @property
    def hidden(self) -> int:
        """How many indicators are hidden here."""
        return sum(1 for entry in self.entries if entry.value.status == Status.SUPPRESSED)


def yardsticks(place: Place, area: Area) -> list[Yardstick]:
    """What an area may be held against: the municipality, areas above it, areas beyond, similar ones, itself earlier."""
    catalogue = place.catalogue
    above, current = [], catalogue.parent(area)
    while current is not None:
        above.append(current)
        current = catalogue.parent(current)
    whole = replace(catalogue.whole, version=area.version)
    ordered = [whole, *(item for item in above if item.level != MUNICIPALITY_LEVEL)]
    own = [
        Yardstick(
            "" if item.level == MUNICIPALITY_LEVEL else f"{item.level}:{item.code}",
            comparator_label(catalogue, item),
            item.name,
            item,
        )
        for item in ordered
    ]
    if area.level == MUNICIPALITY_LEVEL:
        own = []
    beyond = [
        Yardstick(f"{item.level}:{item.code}", item.name, item.name, item)
        for item in catalogue.beyond(area.version)
    ]
    similar = (
        []
        if area.level == MUNICIPALITY_LEVEL
        else [Yardstick(SIMILAR, say("Ähnliche Gebiete zusammen"), say("ähnliche Gebiete"))]
    )
    return [
        *own,
        *beyond,
        *similar,
        Yardstick(EARLIER, say("Eigener Wert {back} Jahre zuvor", back=BACK), say("der eigene frühere Wert")),
    ]


def find_yardstick(place: Place, area: Area, key: str) -> Yardstick:
    """The yardstick of an address; NotFound for one this area does not have."""
    offered = yardsticks(place, area)
    found = next((item for item in offered if item.key == key), None)
    if found is not None:
        return found
    if not key:  # the municipality itself has none of its own
        return offered[0] if offered[0].area else Yardstick("", area.name, area.name, area)
    raise NotFound(
        say("Einen Vergleichswert „{key}“ gibt es für dieses Gebiet nicht.", key=key[:60]),
        say("Wählen Sie einen Vergleichswert aus der Liste im Profil."),
        ((say("Zum Profil"), "./"),),
    )


def read(place: Place, area: Area, level: Level, comparator: str = "") -> Subject:
    """All values of an area, beside those of its yardstick."""
    folder, catalogue = place.release.folder, place.catalogue
    yardstick = find_yardstick(place, area, comparator)
    own = by_indicator(queries.area_values(folder, area.version, area.level, area.code))
    similar = alike.nearest(place, area, own) if area.level != MUNICIPALITY_LEVEL else None
    spreads = queries.spreads(folder, area.version, area.level)
    beside = _beside(place, area, yardstick, own, similar)
    entries = [
        _entry(indicator, own[indicator.id], beside, spreads)
        for indicator in catalogue.plain_indicators
        if indicator.id in own
    ]
    return Subject(place, area, level, tuple(entries), yardstick, similar)


def by_indicator(values: Sequence[Value]) -> dict[str, tuple[Value, ...]]:
    """Rows of one area by indicator, oldest first."""
    grouped: dict[str, list[Value]] = {}
    for value in values:
        grouped.setdefault(value.indicator, []).append(value)
    return {
        key: tuple(sorted(rows, key=lambda row: periods.parse(row.period))) for key, rows in grouped.items()
    }


Beside = Mapping[tuple[str, str], Value]


def _beside(
    place: Place, area: Area, yardstick: Yardstick, own: Mapping[str, Sequence[Value]], similar: Alike | None
) -> Beside:
    """The yardstick's values by indicator and period."""
    if yardstick.area is not None:
        other = yardstick.area
        rows = queries.area_values(place.release.folder, area.version, other.level, other.code)
        return {(row.indicator, row.period): row for row in rows}
    if yardstick.key == EARLIER:
        return dict(_earlier(own))
    return _together(place, area, own, similar)


def _earlier(own: Mapping[str, Sequence[Value]]) -> list[tuple[tuple[str, str], Value]]:
    """The area's own value some years before its newest one, where there is exactly one."""
    found = []
    for indicator, rows in own.items():
        last = rows[-1]
        before = [
            row
            for row in rows
            if abs(timeline.position(last.period) - timeline.position(row.period) - BACK) < 0.01
        ]
        if len(before) == 1 and before[0].version == last.version:
            found.append(((indicator, last.period), before[0]))
    return found


def _together(place: Place, area: Area, own: Mapping[str, Sequence[Value]], similar: Alike | None) -> Beside:
    """The similar areas as one, from their published counts."""
    if similar is None or not similar.matches:
        return {}
    codes = {match.area.code for match in similar.matches}
    wanted = [(indicator, rows[-1].period) for indicator, rows in own.items()]
    rows = queries.sheet(place.release.folder, area.version, area.level, wanted)
    grouped: dict[str, list[Value]] = {}
    for row in rows:
        if row.area in codes:
            grouped.setdefault(row.indicator, []).append(row)
    known = place.catalogue.indicators
    return {
        (id, found[0].period): union.aggregate(found, known[id], SIMILAR, area.level)
        for id, found in grouped.items()
        if id in known and len(found) == len(codes)
    }


def _entry(
    indicator: Indicator,
    series: tuple[Value, ...],
    beside: Beside,
    spreads: Mapping[tuple[str, str], Spread],
) -> Entry:
    latest = series[-1]
    spread = spreads.get((indicator.id, latest.period))
    return Entry(indicator, latest, beside.get((indicator.id, latest.period)), series, spread)


def find(place: Place, level: str, code: str, stand: str) -> tuple[Area, Level]:
    """The area of an address, in the current Gebietsstand or the one asked for."""
    catalogue = place.catalogue
    known = [version.id for version in catalogue.versions]
    for version in [stand] if stand else [catalogue.current_version, *known]:
        area = catalogue.area(level, code, version) if version in known and code != NOT_ASSIGNABLE else None
        found = catalogue.level(level, version) if area else None
        if area and found:
            return area, found
    raise NotFound(
        say("Ein Gebiet „{code}“ gibt es auf dieser Ebene nicht.", code=code[:40]),
        say("Vielleicht wurde es bei einer Gebietsreform geändert. Suchen Sie es in der Liste der Gebiete."),
        ((say("Alle Gebiete"), f"{place.base}gebiete/"), (say("Zum Atlas"), f"{place.base}atlas/")),
    )
