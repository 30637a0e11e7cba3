"""Areas × indicators, coloured by what is certain beside the municipality (Teppich)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sozialraum import periods
from sozialraum.products import draw, layers
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.values import Value
from sozialraum.words import say
from sozialraum_web.atlas import panel as panels
from sozialraum_web.atlas.panel import Panel
from sozialraum_web.atlas.view import comparable

WIDEST = 60  # columns
BY_NAME, BY_CODE = "name", "schluessel"


@dataclass(frozen=True)
class RugCell:
    """One value: printed figure, colour of the comparison, state, what a screen reader says."""

    text: str
    css: str
    status: str
    words: str


@dataclass(frozen=True)
class RugRow:
    """One indicator over the areas."""

    indicator: Indicator
    when: str
    town: str
    cells: tuple[RugCell, ...]


@dataclass(frozen=True)
class Rug:
    """The rug: areas across in their order, indicators down by topic."""

    areas: tuple[Area, ...]
    groups: tuple[tuple[str, tuple[RugRow, ...]], ...]


def weave(panel: Panel, areas: Sequence[Area], indicators: Sequence[Indicator], sort: str = BY_NAME) -> Rug:
    """Read the values and order the areas: by name, by an index rank or by one indicator from high to low."""
    moments = panel.latest(indicators)
    values, town = panels.values(panel, moments), panels.whole(panel, moments)
    ordered = order(areas, values, sort)
    groups = [
        (topic, tuple(_row(item, moments[item.id], ordered, values, town.get(item.id)) for item in items))
        for topic, items in panel.catalogue.by_topic(item for item in indicators if item.id in moments)
    ]
    return Rug(tuple(ordered), tuple(groups))


def order(areas: Sequence[Area], values: Mapping[tuple[str, str], Value], sort: str) -> list[Area]:
    """Areas by name, or by an indicator from high to low; those without a figure stay last, by name."""
    if sort in (BY_NAME, ""):
        return sorted(areas, key=lambda area: area.name)

    def place(area: Area) -> tuple[bool, float, str]:
        row = values.get((area.code, sort))
        shown = row is not None and row.shown
        return (not shown, -(row.value or 0.0) if shown and row else 0.0, area.name)

    return sorted(areas, key=place)


def _row(indicator: Indicator, period: str, areas: Sequence[Area], values: Mapping[tuple[str, str], Value], town: Value | None) -> RugRow:  # fmt: skip
    benchmark = comparable(indicator, town)
    found = [
        values.get((area.code, indicator.id)) or layers.missing(area, indicator.id, period) for area in areas
    ]
    cells = tuple(_cell(indicator, value, benchmark) for value in found)
    beside = layers.value_text(town, indicator, unit=False) if benchmark is not None else ""
    return RugRow(indicator, periods.label(period), beside, cells)


def _cell(indicator: Indicator, value: Value, benchmark: float | None) -> RugCell:
    comparison = layers.comparison_of(value, benchmark, indicator.polarity)
    side = layers.side_of(value, benchmark)
    css = (
        comparison
        if comparison in ("worse", "better", "same")
        else {"ueber": "above", "unter": "below", "gleich": "same"}.get(side, "")
    )
    words = {"above": say("gesichert höher"), "below": say("gesichert niedriger")}.get(
        css, draw.comparison_word(comparison) if comparison else ""
    )
    state = draw.STATUS_WORDS[value.status] if value.status != "ok" else ""
    return RugCell(
        layers.value_text(value, indicator, unit=False),
        css,
        value.status,
        ", ".join(part for part in (words, state) if part),
    )
