"""The list of municipalities, the start page of one, and the search (Start, Suche)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sozialraum import periods
from sozialraum.products import catalogue as catalogues
from sozialraum.products import draw, layers, sentences
from sozialraum.words import say
from sozialraum_ui.parts import KeyFigure, Link
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.atlas.figures import draw_map, legend
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.view import look
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place, enter, visible_release
from sozialraum_web.portal import downloads
from sozialraum_web.portal.findings import findings
from sozialraum_web.portal.queries import LONGEST, search

SUGGESTIONS = 4
FIGURES = 6


def municipalities(request: HttpRequest) -> HttpResponse:
    """All municipalities of this installation that show something to this reader."""
    shown = []
    for municipality in Municipality.objects.all():
        release = visible_release(request.user, municipality)
        if release is not None:
            release.municipality = municipality
            content = catalogues.load(release.folder)
            shown.append({"municipality": municipality, "release": release, "town": content.town, "areas": content.version().levels[0], "indicators": len(content.plain_indicators)})  # fmt: skip
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
        "map_links": [Link(say("Rangfolge und Tabelle im Atlas"), address(place, "atlas")), Link(say("Alle Gebiete"), address(place, "gebiete"))],
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


def headlines(place: Place) -> list[KeyFigure]:
    """The municipality's newest values, headlines first."""
    whole, catalogue, folder = place.catalogue.whole, place.catalogue, place.release.folder
    people = [item for item in catalogue.plain_indicators if sentences.is_population(item)]
    ordered = dict.fromkeys([*people[:1], *catalogue.headlines, *catalogue.plain_indicators])
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
                    draw.number(value.value or 0.0, indicator.decimals),
                    indicator.unit,
                    periods.label(offered[-1]),
                    value.status,
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
            **frame(place, "start", trail=[(say("Suche"), "")]),
            "q": text,
            "hits": hits,
            "search_url": address(place, "suche"),
            "areas_url": address(place, "gebiete"),
            "atlas_url": address(place, "atlas"),
            "indicators_url": address(place, "kennzahlen"),
        },
    )
