"""An area of one's own, put together from whole published areas (Eigenes Gebiet)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sozialraum.products import union
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.values import Value
from sozialraum_web.atlas import panel as panels
from sozialraum_web.atlas.panel import Panel

OWN = "eigenes"
MOST = 400


@dataclass(frozen=True)
class Line:
    """One indicator of the own area; `blocked` are the areas whose hidden counts keep the figure away."""

    indicator: Indicator
    period: str
    value: Value
    benchmark: Value | None
    blocked: tuple[Area, ...]


@dataclass(frozen=True)
class Offer:
    """A neighbouring choice without hidden counts: what it leaves out and what it adds."""

    areas: tuple[Area, ...]
    without: tuple[Area, ...]
    added: tuple[Area, ...]

    @property
    def distance(self) -> int:
        """By how many areas it differs from the choice."""
        return len(self.without) + len(self.added)


@dataclass(frozen=True)
class Own:
    """Everything about the own area."""

    areas: tuple[Area, ...]
    lines: tuple[Line, ...]
    people: int | None
    share: float | None


def put_together(
    panel: Panel, areas: Sequence[Area], indicators: Sequence[Indicator], people: Indicator | None
) -> Own:
    """The figures of the union, each in the newest period of its indicator."""
    moments = panel.latest(indicators)
    values, town = panels.values(panel, moments), panels.whole(panel, moments)
    lines = [
        _line(panel, areas, item, moments[item.id], values, town.get(item.id))
        for item in indicators
        if item.id in moments and union.can_sum(item)
    ]
    count, share = _people(panel, areas, people)
    return Own(tuple(areas), tuple(line for line in lines if line is not None), count, share)


def _line(
    panel: Panel, areas: Sequence[Area], indicator: Indicator, period: str, values: Mapping[tuple[str, str], Value], town: Value | None
) -> Line | None:  # fmt: skip
    rows = [values[key] for area in areas if (key := (area.code, indicator.id)) in values]
    if len(rows) < len(areas) or not rows:
        return None
    names = {area.code: area for area in areas}
    blocked = tuple(names[row.area] for row in union.hidden(rows, indicator))
    return Line(indicator, period, union.aggregate(rows, indicator, OWN, panel.level.id), town, blocked)


def _people(panel: Panel, areas: Sequence[Area], people: Indicator | None) -> tuple[int | None, float | None]:
    """Residents of the union and their share of the municipality; None where a count is hidden."""
    if people is None:
        return None, None
    moments = panel.latest([people])
    if people.id not in moments:
        return None, None
    values, town = panels.values(panel, moments), panels.whole(panel, moments).get(people.id)
    line = _line(panel, areas, people, moments[people.id], values, town)
    if line is None or line.value.value is None:
        return None, None
    share = 100 * line.value.value / town.value if town is not None and town.shown and town.value else None
    return round(line.value.value), share


def nearest_open(panel: Panel, areas: Sequence[Area], indicator: Indicator, period: str) -> list[Offer]:
    """Choices near this one whose counts are all published, the nearest first: without the hidden areas, or with each
    replaced by its whole larger area where that has no hidden part."""
    values = panels.values(panel, {indicator.id: period})
    rows = {code: row for (code, _), row in values.items()}
    closed = {row.area for row in union.hidden(list(rows.values()), indicator)} | {
        row.area for row in rows.values() if not row.shown
    }
    blocked = [area for area in areas if area.code in closed]
    offers = []
    left = tuple(area for area in areas if area.code not in closed)
    if left:
        offers.append(Offer(left, tuple(blocked), ()))
    swapped = _swapped(panel, areas, closed)
    if swapped and set(swapped) != set(left):
        chosen = set(areas)
        offers.append(
            Offer(
                swapped,
                tuple(area for area in areas if area not in swapped),
                tuple(area for area in swapped if area not in chosen),
            )
        )
    return sorted(offers, key=lambda offer: offer.distance)


def _swapped(panel: Panel, areas: Sequence[Area], closed: set[str]) -> tuple[Area, ...]:
    """The whole larger areas that the choice touches and that hold no hidden part."""
    parents = {area.parent for area in areas if area.parent}
    members = [area for area in panel.areas if area.parent in parents]
    open_parents = {
        parent
        for parent in parents
        if not any(area.code in closed for area in members if area.parent == parent)
    }
    return tuple(area for area in members if area.parent in open_parents)
