"""The workbench: map, ranking with intervals, time and words of one indicator, all from one address (Atlas)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import change, draw, layers, shading, timeline
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.layers import Row
from sozialraum.tables import COMPARISON_LEVEL, MUNICIPALITY_LEVEL, NOT_ASSIGNABLE_LABEL
from sozialraum.words import mark, say
from sozialraum_ui.parts import Link, Tab
from sozialraum_ui.ranking import interval_head, rank_rows
from sozialraum_web.atlas import state as states
from sozialraum_web.atlas import tables
from sozialraum_web.atlas.drawer import drawer
from sozialraum_web.atlas.figures import (
    draw_map,
    interval,
    legend,
    map_key,
    strip,
    time_chart,
    time_subtitle,
    time_text,
)
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.share import share
from sozialraum_web.atlas.state import SIDES, State
from sozialraum_web.atlas.view import View, comparator_label, comparators, in_words, look
from sozialraum_web.monitoring.access import Place, enter

SIDE_WORDS = {
    "ueber": (mark("gesichert darüber"), mark("gesichert gestiegen")),
    "gleich": (mark("nicht unterscheidbar"), mark("nicht gesichert verändert")),
    "unter": (mark("gesichert darunter"), mark("gesichert gesunken")),
}

# More rows than the list shows without scrolling; in an exchange the others follow when the new picture stands.
ROWS_AT_ONCE = 60


@dataclass(frozen=True)
class Choice:
    """An option of a select."""

    value: str
    label: str
    current: bool


def workbench(request: HttpRequest, kommune: str) -> HttpResponse:
    """Atlas of one municipality."""
    place = enter(request, kommune)
    view = look(place, request.GET.dict())
    known = request.headers.get("X-Map", "") if "X-Fragment" in request.headers else ""
    part = known if known == map_key(view) else ""
    return answer(request, place, "atlas/workbench.html", partial(context, view, part), part)


def context(view: View, known_map: str = "") -> dict[str, Any]:
    """Template context of the workbench; `known_map` is the geometry the browser already has."""
    place, state, base = view.place, view.state, view.state.indicator
    indicator, shown = view.indicator, view.shown
    intervals = [interval(view, row) for row in shown]
    zero = timeline.from_zero(indicator)
    ranking = rank_rows(intervals, view.compared_with, decimals=indicator.decimals, zero=zero)
    at_once = ROWS_AT_ONCE if known_map else len(ranking)
    return {
        **frame(
            place,
            "atlas",
            trail=[(say("Atlas"), "")],
            chain=("kennzahl", chain_links(view)),
            sources=used_sources(place.catalogue, [base]),
        ),
        "state": state,
        "indicator": indicator,
        "base": base,
        "topic": topic_label(place, base),
        "indicator_url": indicator_address(place, base),
        "moment": view.moment,
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
        "shading_about": view.shading.about,
        "strip": strip(intervals, view),
        "strip_narrow": strip(intervals, view, width=360, height=120),
        "ranking": ranking[:at_once],
        "ranking_later": ranking[at_once:],
        "rank_head": say("Rang von {rows}", rows=layers.ranked(view.rows)),
        "interval_head": interval_head(intervals, view.compared_with, view.reference_name, zero=zero),
        "compares": view.compared_with is not None,
        "comparator": state.comparator,
        "comparator_value": layers.value_text(view.benchmark, indicator),
        "comparator_source": comparator_source(view),
        "pinned": pinned(view),
        "compare_url": compare_url(view),
        "drawer": drawer(view),
        "not_placed": not_placed(view),
        "table": tables.layer_table(view) if not view.large or state.view == "tabelle" else None,
        "words": in_words(view),
        "time": time_chart(view),
        "time_narrow": time_chart(view, width=360),
        "time_subtitle": time_subtitle(view),
        "time_text": time_text(view),
        "source": place.catalogue.source_of(base),
        "share": share(view),
        "more_views": more_views(view),
    }


def more_views(view: View) -> list[Link]:
    """Other ways to look at the same indicator and level."""
    place, state = view.place, view.state
    own = {
        "kennzahl": state.indicator.id,
        "ebene": state.level.id,
        "jahr": state.period,
        "stand": state.version,
    }
    around = {"ebene": state.level.id, "stand": state.version}
    return [
        Link(say("Verteilung und Ungleichheit"), address(place, "atlas", "verteilung", **own)),
        Link(say("Zusammenhang mit einer anderen Kennzahl"), address(place, "atlas", "zusammenhang", x=state.indicator.id, **around)),
        Link(say("Größte Bewegungen"), address(place, "atlas", "bewegung", **own)),
        Link(say("Alle Kennzahlen als Teppich"), address(place, "atlas", "teppich", **around)),
        Link(say("Eigenes Gebiet zusammenstellen"), address(place, "atlas", "eigenes-gebiet", **around)),
    ]  # fmt: skip


def comparator_source(view: View) -> str:
    """Where a figure from beyond the municipality comes from; the town's own needs no second source line."""
    if view.state.comparator.level != COMPARISON_LEVEL or view.benchmark is None:
        return ""
    source = view.place.catalogue.sources.get("landesstatistik")
    citation = (source.citation or source.label) if source else say("veröffentlichte Statistik")
    return f"{view.state.comparator.name}: {citation}, {periods.label(view.benchmark.period)}"


def compare_url(view: View) -> str:
    """The pinned areas side by side with all their indicators; empty for fewer than two."""
    state = view.state
    if len(state.pins) < 2:
        return ""
    chosen = ",".join(state.pins)
    return address(
        view.place, "atlas", "vergleich", ebene=state.level.id, stand=state.version, gebiete=chosen
    )


def tabs(view: View, rows: Sequence[Row]) -> list[Tab] | list[Link]:
    """Map, table and words: sections of this page, or on large levels addresses."""
    labels = (say("Karte"), say("Tabelle ({rows})", rows=len(rows)), say("In Worten"))
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
            Choice("" if area.level == MUNICIPALITY_LEVEL else f"{area.level}:{area.code}", comparator_label(catalogue, area), _same(area, state.comparator))
            for area in comparators(catalogue, state)
        ],
        "since": since_choices(view),
        "shadings": [] if state.since else [Choice(id, label, id == state.shading) for id, label in shading.METHODS.items()],
        "within": [
            Choice("", say("ganz {town}", town=catalogue.town.name), state.within is None),
            *(
                Choice(f"{area.level}:{area.code}", area.name, _same(area, state.within))
                for area in states.upper_areas(catalogue, state.version)
                if area.level not in (MUNICIPALITY_LEVEL, state.level.id)
            ),
        ],
    }  # fmt: skip


def since_choices(view: View) -> list[Choice]:
    """The level as it stands, or its change since an earlier period."""
    state = view.state
    if not change.is_possible(state.indicator):
        return []
    earlier = [period for period in view.offered if periods.parse(period) < periods.parse(state.period)]
    chosen = [
        Choice(
            period,
            say("Veränderung seit {period}", period=timeline.tick_label(period)),
            period == state.since,
        )
        for period in reversed(earlier)
    ]
    return [Choice("", say("Stand"), not state.since), *chosen] if chosen else []


def _same(area: Area, other: Area | None) -> bool:
    return other is not None and (area.level, area.code) == (other.level, other.code)


def hidden_inputs(state: State) -> list[tuple[str, str]]:
    """What the form of selects must carry along."""
    entries = [
        ("jahr", state.period),
        ("profil", state.drawer),
        ("nur", state.side),
        ("pins", ",".join(state.pins)),
        ("ansicht", state.view),
    ]
    return [(name, value) for name, value in entries if value]


def years(view: View) -> list[Link]:
    """The periods as buttons; the first year of a change is marked."""
    state = view.state
    return [
        Link(
            timeline.tick_label(period),
            state.query(jahr=period, von=state.since if _before(state.since, period) else ""),
            current=period == state.period,
            note="von" if period == state.since else "",
        )
        for period in view.offered
    ]


def _before(since: str, period: str) -> bool:
    return bool(since) and periods.parse(since) < periods.parse(period)


def side_links(view: View) -> list[Link]:
    """Filters by result of the comparison, with the number of areas each leaves."""
    if view.compared_with is None:
        return []
    counted = layers.sides(layers.narrowed(view.rows, view.place.catalogue, view.state.within, ""))
    return [
        Link(
            f"{say(words[bool(view.state.since)])} ({counted[side]})",
            view.state.query(nur="" if view.state.side == side else side),
            current=view.state.side == side,
        )
        for side, words in SIDE_WORDS.items()
    ]


def filter_banner(view: View) -> dict[str, Any] | None:
    """Says that something is left out, what, and how to get it back."""
    state = view.state
    if not state.filtered:
        return None
    parts = []
    if state.within is not None:
        parts.append(say("nur Gebiete in {within}", within=state.within.name))
    if state.side:
        words = say(SIDE_WORDS[state.side][1])
        parts.append(
            say("nur Gebiete, deren Wert {words} ist", words=words)
            if state.since
            else say(
                "nur Gebiete {side} ({comparator})", side=SIDES[state.side], comparator=state.comparator.name
            )
        )
    left, every = len(view.shown), len(view.rows)
    text = say(
        "{parts}: {left} von {every}. Rang und Farben gelten für alle Gebiete.",
        parts=say(" und ").join(parts),
        left=left,
        every=every,
    )
    return {"text": text, "links": [Link(say("Zurücksetzen"), state.query(gebiet="", nur=""))]}


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
            "figure": layers.value_text(row.value, view.indicator),
            "interval": layers.interval_text(row.value, view.indicator),
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
        return say(
            "Fälle, die {not_assignable_label} sind: gesperrt.",
            not_assignable_label=say(NOT_ASSIGNABLE_LABEL),
        )
    if value.numerator is not None:
        return say(
            "{numerator} Fälle sind {not_assignable_label}; sie fehlen auf der Karte und sind in {town} insgesamt enthalten.",
            numerator=draw.whole(value.numerator),
            not_assignable_label=say(NOT_ASSIGNABLE_LABEL),
            town=view.place.catalogue.town.name,
        )
    if not value.shown:
        return ""
    return f"{say(NOT_ASSIGNABLE_LABEL).capitalize()}: {layers.label(value, view.indicator)}."
