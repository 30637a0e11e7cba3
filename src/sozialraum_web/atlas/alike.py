"""Areas like this one, and in what (Ähnliche Gebiete)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.values import Value
from sozialraum.spatial import similar
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place

FEWEST = 8  # among fewer areas "similar" says nothing
SHOWN = 5


@dataclass(frozen=True)
class Share:
    """How much one topic adds to the distance, between 0 and 1."""

    topic: str
    share: float


@dataclass(frozen=True)
class Match:
    """One similar area: how far away, why, and what the distance is made of."""

    area: Area
    distance: float
    why: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Alike:
    """Similar areas, the most similar first; `indicators` is what was compared, `topics` their topics in order."""

    matches: tuple[Match, ...]
    indicators: tuple[Indicator, ...]
    topics: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Sheet:
    """Areas × indicators in the newest period of each; NaN where no figure may stand."""

    areas: tuple[Area, ...]
    indicators: tuple[Indicator, ...]
    values: tuple[tuple[float, ...], ...]


def usable(place: Place) -> list[Indicator]:
    """What areas are compared in: the headline shares, rates and means, never counts."""
    chosen = [item for item in place.catalogue.headlines if item.compares and item.kind != "change"]
    return chosen or [item for item in place.catalogue.plain_indicators if item.compares]


def sheet(
    place: Place, version: str, level: str, periods: Mapping[str, str], indicators: Sequence[Indicator]
) -> Sheet:
    """The values of a level; `periods` names the period of each indicator."""
    areas = place.catalogue.members(level, version)
    wanted = [(item.id, periods[item.id]) for item in indicators if item.id in periods]
    rows = queries.sheet(place.release.folder, version, level, wanted)
    found = {(row.area, row.indicator): row for row in rows}
    used = tuple(item for item in indicators if item.id in periods)
    return Sheet(
        areas, used, tuple(tuple(_number(found.get((area.code, item.id))) for item in used) for area in areas)
    )


def _number(row: Value | None) -> float:
    return row.value if row is not None and row.shown and row.value is not None else math.nan


def nearest(place: Place, area: Area, own: Mapping[str, Sequence[Value]]) -> Alike | None:
    """The areas of the same level with the smallest standardised distance; None where there are too few."""
    table = sheet(
        place, area.version, area.level, {id: rows[-1].period for id, rows in own.items()}, usable(place)
    )
    codes = [item.code for item in table.areas]
    if len(codes) < FEWEST or area.code not in codes or not table.indicators:
        return None
    found = similar.by_distance(
        table.values, codes.index(area.code), number=SHOWN, named=len(table.indicators)
    )
    return told(place, table, found)


def within(place: Place, area: Area, table: Sheet, tolerances: Sequence[float]) -> Alike:
    """The areas whose values lie within tolerances, in the unit of each indicator."""
    codes = [item.code for item in table.areas]
    found = similar.by_tolerances(
        table.values, codes.index(area.code), tolerances, named=len(table.indicators)
    )
    return told(place, table, found)


def told(place: Place, table: Sheet, found: similar.Similar) -> Alike:
    """The result of a search in words and shares."""
    labels = {topic.id: topic.label for topic in place.catalogue.topics}
    names = [item.name for item in table.indicators]
    topics = [labels.get(item.topic, "Weitere Themen") for item in table.indicators]
    matches = tuple(
        Match(
            table.areas[match.area], match.distance, similar.why(_short(match), names), _shares(match, topics)
        )
        for match in found.matches
    )
    return Alike(matches, table.indicators, tuple(dict.fromkeys(topics)), found.reason)


def _short(match: similar.Match) -> similar.Match:
    """The reasons a sentence has room for."""
    return match._replace(closest=match.closest[: similar.NAMED], furthest=match.furthest[: similar.NAMED])


def _shares(match: similar.Match, topics: Sequence[str]) -> tuple[Share, ...]:
    """Squared differences by topic, as shares of their sum."""
    squares: dict[str, float] = {}
    for reason in match.closest:
        topic = topics[reason.indicator]
        squares[topic] = squares.get(topic, 0.0) + reason.difference**2
    total = sum(squares.values())
    return tuple(Share(topic, square / total if total else 0.0) for topic, square in squares.items())
