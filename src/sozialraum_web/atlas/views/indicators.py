"""All indicators, and the page of one: what it says, what not, where from, and why something is hidden."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import layers, sentences
from sozialraum.products.catalogue import Indicator, Profile
from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum.words import Words, mark, say
from sozialraum_ui.parts import Cell, Column, Link, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas.figures import draw_map, legend, time_chart, time_subtitle, time_text
from sozialraum_web.atlas.formula import mathml
from sozialraum_web.atlas.frame import address, frame, indicator_address, used_sources
from sozialraum_web.atlas.ledger import ledger
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.secrecy import explanation
from sozialraum_web.atlas.share import share
from sozialraum_web.atlas.view import look
from sozialraum_web.atlas.views.workbench import more_views
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import NotFound, Place, enter

POLARITIES = Words(
    {
        "higher_worse": mark("Höhere Werte gelten als ungünstiger."),
        "higher_better": mark("Höhere Werte gelten als günstiger."),
        "neutral": mark("Höhere oder niedrigere Werte sind weder gut noch schlecht."),
    }
)
INTERVALS = Words(
    {
        "wilson": mark("95-%-Intervall nach Wilson"),
        "byar": mark("95-%-Intervall nach Byar"),
        "exact": mark("exaktes 95-%-Intervall"),
        "dobson": mark("95-%-Intervall nach Dobson"),
        "silcocks": mark("95-%-Intervall nach Silcocks"),
        "none": mark("ohne Intervall"),
    }
)
KINDS = Words(
    {
        "count": mark("Anzahl"),
        "share": mark("Anteil"),
        "rate": mark("Rate"),
        "ratio": mark("Verhältnis"),
        "mean": mark("Mittelwert"),
        "change": mark("Veränderung"),
        "standardised_rate": mark("altersstandardisierte Rate"),
        "life_expectancy": mark("Lebenserwartung"),
    }
)


def indicator_list(request: HttpRequest, kommune: str) -> HttpResponse:
    """All indicators by topic, or those that contain a word."""
    place = enter(request, kommune)
    return answer(
        request,
        place,
        "atlas/indicators.html",
        partial(list_context, place, request.GET.get("q", "")[:80].strip()),
    )


def list_context(place: Place, q: str = "") -> dict[str, Any]:
    """Template context of the catalogue."""
    catalogue = place.catalogue
    chosen = [item for item in catalogue.plain_indicators if matches(item, q)]
    groups = [
        (
            f"thema-{number}",
            topic,
            [
                (item, indicator_address(place, item), _latest(item), catalogue.source_of(item).label)
                for item in items
            ],
        )
        for number, (topic, items) in enumerate(catalogue.by_topic(chosen), 1)
    ]
    return {
        **frame(place, "kennzahlen", trail=[(say("Kennzahlen"), "")]),
        "groups": groups,
        "total": len(catalogue.plain_indicators),
        "found": len(chosen),
        "q": q,
    }


def matches(item: Indicator, q: str) -> bool:
    """Whether every word stands somewhere in label, definition, numerator or caveat."""
    text = " ".join(
        (item.label, item.short, item.definition, item.numerator, item.denominator, item.caveat, item.id)
    ).casefold()
    return all(word in text for word in q.casefold().split())


def _latest(indicator: Indicator) -> str:
    ordered = indicator.ordered_periods()
    return periods.label(ordered[-1]) if ordered else say("noch kein Wert")


def indicator(request: HttpRequest, kommune: str, kennzahl: str) -> HttpResponse:
    """Page of one indicator."""
    place = enter(request, kommune)
    found = place.catalogue.indicators.get(kennzahl)
    if found is None or found.index:
        raise NotFound(
            say(
                "Eine Kennzahl „{kennzahl}“ gibt es in dieser Freigabe nicht. Vielleicht wurde sie zurückgezogen oder umbenannt.",
                kennzahl=kennzahl[:60],
            ),
            say("Alle Kennzahlen stehen in der Übersicht."),
            ((say("Alle Kennzahlen"), address(place, "kennzahlen")),),
        )
    return answer(request, place, "atlas/indicator.html", partial(context, place, found))


def context(place: Place, found: Indicator) -> dict[str, Any]:
    """Template context of an indicator page."""
    view = look(place, {"kennzahl": found.id})
    source = place.catalogue.source_of(found)
    hidden, every = queries.shortfalls(place.release.folder).get(found.id, (0, 0))
    return {
        **frame(
            place,
            "kennzahlen",
            trail=[(say("Kennzahlen"), address(place, "kennzahlen")), (found.name, "")],
            chain=("kennzahl", {"kennzahl": (found.name, indicator_address(place, found))}),
            sources=used_sources(place.catalogue, [found]),
        ),
        "indicator": found,
        "facts": facts(found),
        "math": mathml(found),
        "ledger": ledger(
            queries.every(place.release.folder, found.id, view.state.version, view.state.level.id),
            view.state.level.plural or view.state.level.label,
        ),
        "files": share(view).files,
        "more_views": more_views(view),
        "source": source,
        "open": source.open,
        "map": draw_map(view, view.rows),
        "legend": legend(view, view.rows),
        "state": view.state,
        "period": periods.label(view.state.period) if view.state.period else "",
        "benchmark": layers.spoken(view.benchmark, found) if view.benchmark else "",
        "words": sentences.in_words(
            found, place.catalogue.whole.name, view.benchmark, view.rows, view.state.period
        ),
        "time": time_chart(view, width=560),
        "time_narrow": time_chart(view, width=360),
        "time_subtitle": time_subtitle(view),
        "time_text": time_text(view),
        "only_period": len(found.periods) < 2,
        "coverage": coverage(place, found),
        "secrecy": explanation(source.profile if source.profile.id else Profile(), hidden, every),
        "atlas_url": address(place, "atlas", kennzahl=found.id),
        "used_in": used_in(place, found),
    }


def facts(found: Indicator) -> list[tuple[str, str]]:
    """The passport of an indicator."""
    entries = [
        (say("Art"), KINDS.get(found.kind, found.kind)),
        (say("Zähler"), found.numerator),
        (say("Nenner"), found.denominator),
        (say("Einheit"), found.unit),
        (say("Richtung"), POLARITIES.get(found.polarity, "")),
        (say("Unsicherheit"), INTERVALS.get(found.interval, found.interval)),
        (say("Literatur"), found.literature),
        (say("Kennung"), found.id),
    ]
    return [(label, text) for label, text in entries if text]


def coverage(place: Place, found: Indicator) -> Table:
    """On which levels, in which Gebietsstand and for which periods the indicator exists."""
    rows = []
    for version in place.catalogue.versions:
        for level in version.levels:
            if level.id not in found.levels.get(version.id, ()):
                continue
            offered = queries.available_periods(place.release.folder, found.id, version.id, level.id)
            rows.append(
                TableRow(
                    [
                        Cell(level.label),
                        Cell(version.label),
                        Cell(_span(offered)),
                        Cell(str(level.areas) if level.id != MUNICIPALITY_LEVEL else "1"),
                    ]
                )
            )
    columns = [
        Column(say("Ebene")),
        Column(say("Gebietsstand")),
        Column(say("Zeitpunkte")),
        Column(say("Gebiete"), numeric=True),
    ]
    return Table(say("Wo und wann es {found} gibt", found=found.label), columns, rows)


def _span(offered: tuple[str, ...]) -> str:
    if not offered:
        return "keine"
    if len(offered) == 1:
        return periods.label(offered[0])
    return say(
        "{offered} bis {offered2} ({offered3} Zeitpunkte)",
        offered=periods.label(offered[0]),
        offered2=periods.label(offered[-1]),
        offered3=len(offered),
    )


def used_in(place: Place, found: Indicator) -> list[Link]:
    """Index editions this indicator is part of."""
    return [
        Link(index.title, address(place, "index", index.id))
        for index in place.catalogue.indices.values()
        if any(component.indicator == found.id for component in index.components)
    ]
