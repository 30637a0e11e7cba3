"""The short profile of one area that opens beside the map (Gebiet auf einen Blick)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum import periods
from sozialraum.products import draw, layers, sentences, timeline
from sozialraum.products.catalogue import Indicator
from sozialraum.products.draw import Markup
from sozialraum.products.layers import Row
from sozialraum.products.values import Value
from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum.words import say
from sozialraum_web.atlas.frame import area_address
from sozialraum_web.atlas.view import View, comparable
from sozialraum_web.monitoring import queries

LINES = 5


@dataclass(frozen=True)
class Line:
    """One headline indicator of the area beside the municipality."""

    name: str
    url: str
    figure: str
    town: str
    marker: Markup
    word: str
    current: bool


@dataclass(frozen=True)
class Drawer:
    """What the drawer shows of an area."""

    name: str
    parent: str
    code: str
    url: str
    close: str
    pin: str
    pinned: bool
    figure: str
    interval: str
    sentence: str
    rank: str
    course: Markup | str
    course_text: str
    lines: tuple[Line, ...]


def drawer(view: View) -> Drawer | None:
    """The area the address opens, or None."""
    row = view.by_code.get(view.state.drawer)
    if row is None:
        return None
    state, indicator = view.state, view.indicator
    values = queries.area_values(view.place.release.folder, state.version, state.level.id, row.area.code)
    own = [value for value in values if value.indicator == state.indicator.id]
    series = timeline.one_per_period(own, state.version)
    figures = [value.value if value.shown else None for value in series]
    known = [value for value in series if value.shown]
    return Drawer(
        row.area.name,
        row.parent,
        row.area.code,
        area_address(view.place, row.area),
        state.query(profil=""),
        state.toggled(row.area.code),
        row.area.code in state.pins,
        layers.spoken(row.value, indicator),
        layers.interval_text(row.value, indicator),
        _sentence(view, row),
        f"{row.rank} von {layers.ranked(view.rows)}" if row.rank else "",
        draw.sparkline(figures, width=200, height=36) if len(known) > 1 else "",
        _course(known, state.indicator),
        tuple(_lines(view, values)),
    )


def _course(known: Sequence[Value], indicator: Indicator) -> str:
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    return f"{timeline.tick_label(first.period)}: {layers.value_text(first, indicator)}, {timeline.tick_label(last.period)}: {layers.value_text(last, indicator)}"


def _sentence(view: View, row: Row) -> str:
    """The comparison in one sentence; nothing where it cannot be made."""
    if not row.side:
        return ""
    if view.state.since:
        return {
            "ueber": say("Gesichert gestiegen."),
            "unter": say("Gesichert gesunken."),
            "gleich": say("Die Veränderung ist nicht gesichert."),
        }[row.side]
    name = view.state.comparator.name
    figure = layers.value_text(view.benchmark, view.indicator)
    words = {
        "ueber": say("Gesichert höher als"),
        "unter": say("Gesichert niedriger als"),
        "gleich": say("Nicht zu unterscheiden von"),
    }
    return f"{words[row.side]} {name} ({figure})."


def _lines(view: View, values: Sequence[Value]) -> list[Line]:
    """The newest figures of the headlines, each beside the municipality."""
    catalogue, whole = view.place.catalogue, view.place.catalogue.whole
    town = queries.area_values(view.place.release.folder, view.state.version, MUNICIPALITY_LEVEL, whole.code)
    beside = {(value.indicator, value.period): value for value in town}
    latest: dict[str, Value] = {}
    for value in sorted(values, key=lambda value: periods.parse(value.period)):
        latest[value.indicator] = value
    people = [item for item in catalogue.plain_indicators if sentences.is_population(item)][:1]
    found: list[Line] = []
    for item in dict.fromkeys([*people, *catalogue.headlines]):
        if item.id not in latest or len(found) == LINES:
            continue
        value = latest[item.id]
        benchmark = beside.get((item.id, value.period))
        comparison = layers.comparison_of(value, comparable(item, benchmark), item.polarity)
        found.append(
            Line(
                item.name,
                view.state.query(kennzahl=item.id, jahr="", von="", klassen=""),
                layers.value_text(value, item),
                layers.value_text(benchmark, item) if comparable(item, benchmark) is not None else "",
                draw.marker(comparison),
                draw.comparison_word(comparison) if comparison else "",
                item.id == view.state.indicator.id,
            )
        )
    return found
