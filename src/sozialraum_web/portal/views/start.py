"""The list of municipalities, the start page of one, and the search (Start, Suche)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sozialraum import periods
from sozialraum.products import draw
from sozialraum_ui.parts import KeyFigure, Link
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.atlas import layers, sentences, timeline
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.sentences import Sentence
from sozialraum_web.atlas.views.workbench import (
    View,
    draw_map,
    interval,
    legend,
    look,
    time_breaks,
    time_series,
)
from sozialraum_web.monitoring import catalogue as catalogues
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place, enter, visible_release
from sozialraum_web.portal import downloads
from sozialraum_web.portal.queries import LONGEST, search

SUGGESTIONS = 4
FIGURES = 6
FINDINGS = 3
OTHERS = 4


def municipalities(request: HttpRequest) -> HttpResponse:
    """All municipalities of this installation that show something to this reader."""
    shown = []
    for municipality in Municipality.objects.all():
        release = visible_release(request.user, municipality)
        if release is not None:
            release.municipality = municipality
            content = catalogues.load(release.folder)
            shown.append({"municipality": municipality, "release": release, "town": content.town, "areas": len(content.areas), "indicators": len(content.plain_indicators)})  # fmt: skip
    return render(request, "portal/municipalities.html", {"entries": shown})


def start(request: HttpRequest, kommune: str) -> HttpResponse:
    """Wie geht es meinem Quartier?"""
    place = enter(request, kommune)
    return answer(request, place, "portal/start.html", partial(context, place))


def context(place: Place) -> dict[str, Any]:
    """Template context of the start page."""
    catalogue = place.catalogue
    view = look(place, {}) if catalogue.opening else None
    finest = catalogue.version().levels[0]
    return {
        **frame(place, "start", sources=used_sources(catalogue, catalogue.headlines)),
        "finest": finest,
        "view": view,
        "suggestions": suggestions(place),
        "map": draw_map(view, view.rows) if view else None,
        "legend": legend(view, view.rows) if view else None,
        "opening": catalogue.opening,
        "period": periods.label(view.state.period) if view and view.state.period else "",
        "benchmark": layers.spoken(view.benchmark, view.state.indicator) if view and view.benchmark else "",
        "atlas_url": address(place, "atlas"),
        "search_url": address(place, "suche"),
        "findings": findings(view) if view else [],
        "headlines": headlines(place),
        "downloads": [file for file in downloads.files(place) if file.allowed and file.name.startswith(("werte", "LIES"))],
        "index": max(catalogue.indices.values(), key=lambda index: index.edition, default=None),
        "areas_url": address(place, "gebiete"),
        "data_url": address(place, "daten"),
    }  # fmt: skip


def suggestions(place: Place) -> list[Link]:
    """A few areas spread over the alphabet, as examples."""
    areas = place.catalogue.members(place.catalogue.version().levels[0].id)
    step = max(1, len(areas) // SUGGESTIONS)
    return [Link(area.name, area_address(place, area)) for area in areas[step // 2 :: step][:SUGGESTIONS]]


Found = tuple[Sentence, Callable[[], Any], View]


def findings(opening: View) -> list[dict[str, Any]]:
    """Three sentences with a small chart and the result of their test, on the opening indicator where it has them."""
    found: dict[str, Found] = {}
    for view in _views(opening):
        for kind, entry in _candidates(view).items():
            found.setdefault(kind, entry)
        if len(found) >= FINDINGS:
            break
    span = sentences.spread(opening.state.indicator, opening.rows)
    if len(found) < FINDINGS and span is not None:
        found["spread"] = (span, partial(top_figure, opening), opening)
    return [
        {
            "sentence": sentence,
            "chart": chart(),
            "url": address(view.place, "atlas", kennzahl=view.state.indicator.id),
        }
        for sentence, chart, view in found.values()
    ]


def _views(opening: View) -> Iterator[View]:
    """The opening indicator, then a few others of the town."""
    yield opening
    catalogue = opening.place.catalogue
    others = dict.fromkeys([*catalogue.headlines, *catalogue.plain_indicators])
    rest = [item for item in others if item is not opening.state.indicator and item.compares]
    for indicator in rest[:OTHERS]:
        yield look(opening.place, {"kennzahl": indicator.id})


def _candidates(view: View) -> dict[str, Found]:
    indicator, name = view.state.indicator, view.state.comparator.name
    entries: dict[str, tuple[Sentence | None, Callable[[], Any]]] = {
        "change": (change_over_time(view), partial(time_figure, view)),
        "above": (sentences.above(indicator, name, view.rows), partial(top_figure, view)),
        "undecided": (sentences.undecided(indicator, name, view.rows), partial(tally_figure, view)),
    }
    return {
        kind: (sentence, chart, view) for kind, (sentence, chart) in entries.items() if sentence is not None
    }


def change_over_time(view: View) -> Sentence | None:
    """The municipality's own change since the first comparable period."""
    indicator = view.state.indicator
    own = [row for row in view.over_time(*view.timed[0]) if row.shown]
    same = [row for row in own if row.version == own[-1].version] if own else []
    if len(same) < 2:
        return None
    return sentences.change(indicator, view.place.catalogue.town.name, same[0], same[-1])


def time_figure(view: View) -> draw.Markup | str:
    """The municipality over time, small."""
    indicator = view.state.indicator
    return draw.line(
        time_series(view),
        breaks=time_breaks(view),
        unit=indicator.unit,
        decimals=indicator.decimals,
        zero=timeline.from_zero(indicator),
        width=360,
        height=190,
        title=f"{indicator.label} im Zeitverlauf",
    )


def top_figure(view: View) -> list[dict[str, Any]]:
    """The five highest areas with their intervals."""
    rows = [row for row in view.rows if row.value.shown][:5]
    drawn = [interval(view, row) for row in rows]
    scale = draw.scale_for(drawn, view.compared_with)
    return [
        {
            "name": row.area.name,
            "href": area_address(view.place, row.area),
            "bar": draw.interval_row(item, scale, view.compared_with, width=150),
            "figure": layers.value_text(row.value, view.state.indicator, unit=False),
        }
        for row, item in zip(rows, drawn, strict=True)
    ]


def tally_figure(view: View) -> draw.Markup | str:
    """One marker per area: worse, not distinguishable, better."""
    counted = layers.sides(view.rows)
    worse, better = (
        ("ueber", "unter") if view.state.indicator.polarity != "higher_better" else ("unter", "ueber")
    )
    return draw.tally(counted[worse], counted["gleich"], counted[better])


def headlines(place: Place) -> list[KeyFigure]:
    """The municipality's newest values, headlines first."""
    whole, catalogue, folder = place.catalogue.whole, place.catalogue, place.release.folder
    ordered = dict.fromkeys([*catalogue.headlines, *catalogue.plain_indicators])
    figures: list[KeyFigure] = []
    for indicator in ordered:
        offered = queries.available_periods(folder, indicator.id, whole.version, whole.level)
        if not offered or len(figures) == FIGURES:
            continue
        value = queries.one(folder, indicator.id, whole.version, whole.level, whole.code, offered[-1])
        if value is not None and value.shown:
            figures.append(
                KeyFigure(
                    indicator.name,
                    layers.value_text(value, indicator, unit=False),
                    indicator.unit,
                    periods.label(offered[-1]),
                    href=indicator_address(place, indicator),
                )
            )
    return figures


def find(request: HttpRequest, kommune: str) -> HttpResponse:
    """Search for areas and indicators; what was typed is not kept."""
    place = enter(request, kommune)
    text = request.GET.get("q", "")[:LONGEST]
    hits = search(place, text)
    return render(
        request,
        "portal/search.html",
        {
            **frame(place, "start", trail=[("Suche", "")]),
            "q": text,
            "hits": hits,
            "search_url": address(place, "suche"),
            "areas_url": address(place, "gebiete"),
            "atlas_url": address(place, "atlas"),
            "indicators_url": address(place, "kennzahlen"),
        },
    )
