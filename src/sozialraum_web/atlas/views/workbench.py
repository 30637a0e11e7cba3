"""The workbench: map, ranking with intervals, time and words of one indicator, all from one address (Atlas)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import draw, layers, sentences, timeline
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.draw import AreaMark, Interval, Markup
from sozialraum.products.layers import Row
from sozialraum.products.values import Value
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE_LABEL
from sozialraum_ui.parts import Link, Tab
from sozialraum_ui.ranking import interval_head, rank_rows
from sozialraum_web.atlas import state as states
from sozialraum_web.atlas import tables
from sozialraum_web.atlas.borders import borders
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.state import SIDES, State
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place, enter

LETTERS = "ABCD"
TOGETHER = 150


@dataclass(frozen=True)
class View:
    """Everything the workbench shows, read once."""

    place: Place
    state: State
    values: dict[str, Value]
    benchmark: Value | None
    rows: list[Row]

    @property
    def compared_with(self) -> float | None:
        """The comparator's value where a comparison makes sense."""
        return comparable(self.state.indicator, self.benchmark)

    @property
    def shown(self) -> list[Row]:
        """The rows the filter leaves."""
        return layers.narrowed(self.rows, self.place.catalogue, self.state.within, self.state.side)

    @cached_property
    def timed(self) -> list[tuple[str, str]]:
        """Level and code of the areas shown over time, the comparator first."""
        state, whole = self.state, self.place.catalogue.whole
        pins = [(state.level.id, code) for code in state.pins]
        if state.indicator.compares:
            return [(state.comparator.level, state.comparator.code), *pins]
        return pins or [(whole.level, whole.code)]

    @cached_property
    def history(self) -> list[Value]:
        """All periods of the areas shown over time."""
        return queries.series(self.place.release.folder, self.state.indicator.id, self.timed)

    def over_time(self, level: str, code: str) -> list[Value]:
        """One area's series, one value per period."""
        own = [row for row in self.history if (row.level, row.area) == (level, code)]
        return timeline.one_per_period(own, self.state.version)

    @property
    def large(self) -> bool:
        """Whether map, table and words are too much for one page; then each is its own address."""
        return len(self.rows) > TOGETHER

    @property
    def letters(self) -> dict[str, str]:
        """Pinned areas with their letters."""
        return dict(zip(self.state.pins, LETTERS, strict=False))


@dataclass(frozen=True)
class Choice:
    """An option of a select."""

    value: str
    label: str
    current: bool


def comparable(indicator: Indicator, benchmark: Value | None) -> float | None:
    """A count of a part never stands beside the count of the whole."""
    if benchmark is None or not benchmark.shown or not indicator.compares:
        return None
    return benchmark.value


def workbench(request: HttpRequest, kommune: str) -> HttpResponse:
    """Atlas of one municipality."""
    place = enter(request, kommune)
    view = look(place, request.GET.dict())
    known = request.headers.get("X-Map", "") if "X-Fragment" in request.headers else ""
    part = known if known == map_key(view) else ""
    return answer(request, place, "atlas/workbench.html", partial(context, view, part), part)


def look(place: Place, query: dict[str, str]) -> View:
    """Read the state from the address and its values from the release."""
    folder, catalogue = place.release.folder, place.catalogue
    state = states.read(query, catalogue, partial(queries.available_periods, folder))
    id, version = state.indicator.id, state.version
    values = queries.layer(folder, id, version, state.level.id, state.period)
    whole = state.comparator
    benchmark = queries.one(folder, id, version, whole.level, whole.code, state.period)
    rows = layers.build(
        catalogue, state.indicator, version, state.level.id, state.period, values,
        comparable(state.indicator, benchmark),
    )  # fmt: skip
    return View(place, state, values, benchmark, rows)


def context(view: View, known_map: str = "") -> dict[str, Any]:
    """Template context of the workbench; `known_map` is the geometry the browser already has."""
    place, state = view.place, view.state
    indicator = state.indicator
    shown = view.shown
    intervals = [interval(view, row) for row in shown]
    zero = timeline.from_zero(indicator)
    return {
        **frame(
            place,
            "atlas",
            trail=[("Atlas", "")],
            chain=("kennzahl", chain_links(view)),
            sources=used_sources(place.catalogue, [indicator]),
        ),
        "state": state,
        "indicator": indicator,
        "topic": topic_label(place, indicator),
        "indicator_url": indicator_address(place, indicator),
        "period": periods.label(state.period) if state.period else "",
        "controls": controls(view),
        "years": years(view),
        "filter": filter_banner(view),
        "tabs": tabs(view, shown),
        "large": view.large,
        "show": {state.view} if view.large else set(states.VIEWS),
        "hidden_inputs": hidden_inputs(state),
        "sides": side_links(view),
        "map": draw_map(view, shown, known_map) if not view.large or state.view == "karte" else None,
        "legend": legend(view, shown),
        "strip": strip(intervals, view),
        "strip_narrow": strip(intervals, view, width=360, height=120),
        "ranking": rank_rows(intervals, view.compared_with, decimals=indicator.decimals, zero=zero),
        "rank_head": f"Rang von {layers.ranked(view.rows)}",
        "interval_head": interval_head(intervals, view.compared_with, state.comparator.name, zero=zero),
        "compares": view.compared_with is not None,
        "comparator": state.comparator,
        "comparator_value": layers.value_text(view.benchmark, indicator),
        "pinned": pinned(view),
        "not_placed": not_placed(view),
        "table": tables.layer_table(place, indicator, shown, view.benchmark, state, view.values)
        if not view.large or state.view == "tabelle"
        else None,
        "words": sentences.in_words(indicator, state.comparator.name, view.benchmark, shown, state.period),
        "time": time_chart(view),
        "time_narrow": time_chart(view, width=360),
        "time_subtitle": time_subtitle(view),
        "time_text": time_text(view),
        "source": place.catalogue.source_of(indicator),
        "download_url": address(place, "daten", "auswahl.csv") + state.query(pins=""),
        "share_query": state.query(),
    }


def tabs(view: View, rows: Sequence[Row]) -> list[Tab] | list[Link]:
    """Map, table and words: sections of this page, or on large levels addresses."""
    labels = ("Karte", f"Tabelle ({len(rows)})", "In Worten")
    entries = list(zip(states.VIEWS, labels, strict=True))
    if view.large:
        return [
            Link(label, view.state.query(ansicht=id), current=id == view.state.view) for id, label in entries
        ]
    return [Tab(f"{id}-tab", label, id == view.state.view) for id, label in entries]


def chain_links(view: View) -> dict[str, tuple[str, str]]:
    """The indicator, and the first pinned area as the next link of the chain."""
    place, state = view.place, view.state
    links = {"kennzahl": (state.indicator.name, indicator_address(place, state.indicator))}
    area = place.catalogue.area(state.level.id, state.pins[0], state.version) if state.pins else None
    return {**links, "gebiet": (area.name, area_address(place, area))} if area else links


def topic_label(place: Place, indicator: Indicator) -> str:
    """The topic an indicator belongs to."""
    return next((topic.label for topic in place.catalogue.topics if topic.id == indicator.topic), "")


def controls(view: View) -> dict[str, Any]:
    """The selects of the workbench."""
    state, catalogue = view.state, view.place.catalogue
    topics = catalogue.by_topic(catalogue.plain_indicators)
    levels = states.levels_of(catalogue, state.indicator, state.version) or [state.level]
    return {
        "indicators": [
            (topic, [Choice(item.id, item.label, item.id == state.indicator.id) for item in items])
            for topic, items in topics
        ],
        "levels": [Choice(item.id, f"{item.label} ({item.areas})", item == state.level) for item in levels],
        "comparators": [
            Choice("" if area.level == MUNICIPALITY_LEVEL else f"{area.level}:{area.code}", _whole_name(view, area), _same(area, state.comparator))
            for area in states.upper_areas(catalogue, state.version)
        ],
        "within": [
            Choice("", f"ganz {catalogue.town.name}", state.within is None),
            *(
                Choice(f"{area.level}:{area.code}", area.name, _same(area, state.within))
                for area in states.upper_areas(catalogue, state.version)
                if area.level not in (MUNICIPALITY_LEVEL, state.level.id)
            ),
        ],
    }  # fmt: skip


def _whole_name(view: View, area: Area) -> str:
    if area.level != MUNICIPALITY_LEVEL:
        level = view.place.catalogue.level(area.level, area.version)
        return f"{level.label if level else area.level} {area.name}"
    return f"{area.name} insgesamt"


def _same(area: Area, other: Area | None) -> bool:
    return other is not None and (area.level, area.code) == (other.level, other.code)


def hidden_inputs(state: State) -> list[tuple[str, str]]:
    """What the form of selects must carry along."""
    entries = [
        ("jahr", state.period),
        ("nur", state.side),
        ("pins", ",".join(state.pins)),
        ("ansicht", state.view),
    ]
    return [(name, value) for name, value in entries if value]


def years(view: View) -> list[Link]:
    """The periods as buttons."""
    state = view.state
    offered = queries.available_periods(
        view.place.release.folder, state.indicator.id, state.version, state.level.id
    )
    return [
        Link(timeline.tick_label(period), state.query(jahr=period), current=period == state.period)
        for period in offered
    ]


def side_links(view: View) -> list[Link]:
    """Filters by result of the comparison, with the number of areas each leaves."""
    if view.compared_with is None:
        return []
    counted = layers.sides(layers.narrowed(view.rows, view.place.catalogue, view.state.within, ""))
    labels = {"ueber": "gesichert darüber", "gleich": "nicht unterscheidbar", "unter": "gesichert darunter"}
    return [
        Link(
            f"{label} ({counted[side]})",
            view.state.query(nur="" if view.state.side == side else side),
            current=view.state.side == side,
        )
        for side, label in labels.items()
    ]


def filter_banner(view: View) -> dict[str, Any] | None:
    """Says that something is left out, what, and how to get it back."""
    state = view.state
    if not state.filtered:
        return None
    parts = []
    if state.within is not None:
        parts.append(f"nur Gebiete in {state.within.name}")
    if state.side:
        parts.append(f"nur Gebiete {SIDES[state.side]} ({state.comparator.name})")
    left, every = len(view.shown), len(view.rows)
    text = f"{' und '.join(parts)}: {left} von {every}. Rang und Farben gelten für alle Gebiete."
    return {"text": text, "links": [Link("Zurücksetzen", state.query(gebiet="", nur=""))]}


def marks(view: View, rows: Sequence[Row]) -> list[AreaMark]:
    """What each area shows on the map."""
    left = {row.area.code for row in rows}
    places = layers.ranked(view.rows)
    return [
        AreaMark(
            row.area.code,
            row.css if row.area.code in left else "qn",
            row.status if row.area.code in left else "ok",
            layers.label(row.value, view.state.indicator),
            area_address(view.place, row.area),
            f"Rang {row.rank} von {places}" if row.rank else "",
        )
        for row in view.rows
    ]


def draw_map(view: View, rows: Sequence[Row], known: str = "") -> Markup | None:
    """The map, or None where the level has no geometry; `known` is the geometry the browser already has."""
    found = borders(view.place, view.state.version, view.state.level.id)
    if found is None:
        return None
    key = map_key(view)
    title = f"{view.state.indicator.label}, {view.place.catalogue.town.name}"
    if known == key:
        return draw.map_update(found.layer, marks(view, rows), title=title, pins=view.letters, key=key)
    return draw.choropleth(
        found.layer,
        marks(view, rows),
        pins=view.letters,
        title=title,
        description="Dieselben Werte stehen in der Tabelle und in Worten neben der Karte.",
        key=key,
        **found.drawing,
    )


def map_key(view: View) -> str:
    """Names the geometry of a level in one release; it changes whenever the borders could."""
    return f"{view.place.release.commitment[:16]}/{view.state.version}/{view.state.level.id}"


def legend(view: View, rows: Sequence[Row]) -> draw.Legend:
    """Classes and states with the number of areas in each."""
    indicator, state = view.state.indicator, view.state
    shown = [AreaMark(row.area.code, row.css, row.status, layers.label(row.value, indicator)) for row in rows]
    return draw.legend(
        indicator.limits(state.version, state.level.id),
        shown,
        decimals=indicator.decimals,
        unit=indicator.unit,
    )


def interval(view: View, row: Row) -> Interval:
    """A row as the drawing of intervals wants it."""
    value = row.value
    return Interval(
        row.area.code,
        row.area.name,
        value.value if value.shown else None,
        value.lower if value.shown else None,
        value.upper if value.shown else None,
        row.comparison,
        value.status,
        area_address(view.place, row.area),
        view.letters.get(row.area.code, ""),
        row.first or None,
        row.last or None,
    )


def strip(
    intervals: Sequence[Interval], view: View, width: float = 560, height: float = 110
) -> Markup | None:
    """All intervals at once."""
    known = [item for item in intervals if item.value is not None]
    if len(known) < 2:
        return None
    indicator = view.state.indicator
    return draw.strip(
        known,
        view.compared_with,
        benchmark_label=view.state.comparator.name,
        unit=indicator.unit,
        decimals=indicator.decimals,
        title=f"Alle {len(known)} Gebiete nach {indicator.label} mit 95-%-Intervall",
        width=width,
        height=height,
        zero=timeline.from_zero(indicator),
    )


def pinned(view: View) -> list[dict[str, Any]]:
    """The pinned areas with value, interval and a way to take them off."""
    by_code = {row.area.code: row for row in view.rows}
    found = [(letter, by_code[code]) for code, letter in view.letters.items() if code in by_code]
    return [
        {
            "pin": draw.pin(letter),
            "name": row.area.name,
            "code": row.area.code,
            "href": area_address(view.place, row.area),
            "figure": layers.value_text(row.value, view.state.indicator),
            "interval": layers.interval_text(row.value, view.state.indicator),
            "off": view.state.toggled(row.area.code),
        }
        for letter, row in found
    ]


def not_placed(view: View) -> str:
    """The cases without an area, in one sentence."""
    value = layers.not_assignable(view.values)
    if value is None:
        return ""
    if value.status == "suppressed":
        return f"Fälle, die {NOT_ASSIGNABLE_LABEL} sind: gesperrt."
    if value.numerator is not None:
        return f"{draw.whole(value.numerator)} Fälle sind {NOT_ASSIGNABLE_LABEL}; sie fehlen auf der Karte und sind in {view.place.catalogue.town.name} insgesamt enthalten."
    return f"{NOT_ASSIGNABLE_LABEL.capitalize()}: {layers.label(value, view.state.indicator)}."


def time_series(view: View) -> list[draw.Series]:
    """Comparator and pinned areas over time."""
    lines = [_line(view, level, code) for level, code in view.timed]
    return [line for line in lines if line.points]


def _line(view: View, level: str, code: str) -> draw.Series:
    letter = view.letters.get(code, "") if level == view.state.level.id else ""
    area = view.place.catalogue.area(level, code, view.state.version)
    label = letter or (area.name if area else code)
    points = timeline.points(view.over_time(level, code))
    return draw.Series(code, label, points, f"pin-{letter}" if letter else "city", bool(letter))


def time_breaks(view: View) -> list[draw.Break]:
    """Breaks of the comparator's series."""
    return timeline.breaks(view.over_time(*view.timed[0]))


def time_chart(view: View, width: float = 760) -> Markup | None:
    """The line chart, or None where there is only one point in time."""
    series = time_series(view)
    if max((len(line.points) for line in series), default=0) < 2:
        return None
    indicator = view.state.indicator
    return draw.line(
        series,
        breaks=time_breaks(view),
        ticks=sorted({(point.x, point.label) for line in series for point in line.points}),
        unit=indicator.unit,
        decimals=indicator.decimals,
        zero=timeline.from_zero(indicator),
        width=width,
        height=240,
        title=f"{indicator.label} im Zeitverlauf",
    )


def time_subtitle(view: View) -> str:
    """What the lines are."""
    indicator = view.state.indicator
    lines = "angeheftete Gebiete und Vergleichswert" if view.state.pins else "Vergleichswert"
    broken = "; gepunktet: nicht vergleichbar" if time_breaks(view) else ""
    return f"{indicator.name} {indicator.column_unit}, {lines}, Striche: 95-%-Intervall{broken}"


def time_text(view: View) -> str:
    """The line chart in words."""
    indicator = view.state.indicator
    return draw.line_text(
        time_series(view), unit=indicator.unit, decimals=indicator.decimals, breaks=time_breaks(view)
    )
