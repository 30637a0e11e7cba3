"""Open data: the files of the release and the current selection as CSV (Daten)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.text import slugify

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.catalogue import Indicator, Source, load_protocol
from sozialraum.products.values import Value
from sozialraum.words import in_german, say
from sozialraum_web.atlas import health
from sozialraum_web.atlas.frame import address, frame, indicator_address
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.subject import find as find_area
from sozialraum_web.atlas.view import look
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import NotFound, Place, enter
from sozialraum_web.portal import downloads, selections


def data(request: HttpRequest, kommune: str) -> HttpResponse:
    """What can be taken away, under which licence, and how to cite it."""
    place = enter(request, kommune)
    return answer(request, place, "portal/data.html", partial(context, place))


def context(place: Place) -> dict[str, Any]:
    """Template context of the data page."""
    catalogue = place.catalogue
    sources = list(catalogue.sources.values())
    return {
        **frame(place, "daten", trail=[(say("Daten"), "")], sources=sources),
        "files": [(file, address(place, "daten", file.name).rstrip("/")) for file in downloads.files(place)],
        "closed": [source for source in sources if not source.open],
        "sources": sources,
        "protocol": load_protocol(place.release.folder),
        "citation": citation(place),
        "stale": [(row, indicator_address(place, row.indicator)) for row in health.stale(catalogue, date.today())],  # noqa: DTZ011
        "health": health.in_words(catalogue, date.today()),  # noqa: DTZ011
        "indicators": [
            (topic, [(item, address(place, "daten", "auswahl.csv").rstrip("/") + f"?kennzahl={item.id}", catalogue.source_of(item).open) for item in items])
            for topic, items in catalogue.by_topic(catalogue.plain_indicators)
        ],
    }  # fmt: skip


def citation(place: Place) -> str:
    """How to cite the release."""
    office = place.catalogue.office.name or place.catalogue.town.name
    return say(
        "{office}: Sozialraummonitoring {town}, Freigabe {release} vom {created}.",
        office=office,
        town=place.catalogue.town.name,
        release=place.release.name,
        created=f"{place.release.created:%d.%m.%Y}",
    )


def file(request: HttpRequest, kommune: str, name: str) -> HttpResponseBase:
    """One file of the release."""
    place = enter(request, kommune)
    path = downloads.path_of(place, name)
    if path is None or not downloads.may_take(place, name):
        raise NotFound(
            say("Die Datei „{name}“ steht nicht zum Herunterladen bereit.", name=name[:60]),
            say("Mindestens eine Quelle darf nur angezeigt, aber nicht weitergegeben werden.")
            if path
            else say("Alle Dateien stehen auf der Seite Daten."),
            ((say("Daten"), address(place, "daten")),),
        )
    shown = f"{place.municipality.slug}-{place.release.name}-{name}"
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=shown, content_type=downloads.FILES[name][1]
    )
    response["Cache-Control"] = "no-cache" if place.release.is_public else "private, no-store"
    return response


def selection(request: HttpRequest, kommune: str, form: str) -> HttpResponse:
    """The view of the atlas, or everything about one area, in the form asked for."""
    place = enter(request, kommune)
    if form not in selections.FORMS or (
        form == "gpkg" and not (place.release.folder / "gebiete.gpkg").exists()
    ):
        raise NotFound(
            say("Eine Auswahl als „{form}“ gibt es hier nicht.", form=form[:20]),
            say(
                "Möglich sind: {forms}. Ein GeoPackage braucht Gebiete mit Grenzen.",
                forms=", ".join(selections.FORMS),
            ),
            ((say("Daten"), address(place, "daten")),),
        )
    query = request.GET.dict()
    values, title = _area_values(place, query) if _is_area(query) else _layer_values(place, query)
    make, kind = selections.FORMS[form]
    content = _file(make, place, values)
    response = HttpResponse(content, content_type=kind)
    name = slugify(f"{place.municipality.slug} {title}")[:120]
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "no-cache" if place.release.is_public else "private, no-store"
    return response


@in_german  # a file is the same wherever it is fetched
def _file(
    make: Callable[[selections.Selection, Path], bytes], place: Place, values: Sequence[Value]
) -> bytes:
    return make(described(place, values), place.release.folder)


def described(place: Place, values: Sequence[Value]) -> selections.Selection:
    """Values with names, units, signs, and where they come from."""
    catalogue = place.catalogue
    indicators = {row.indicator: catalogue.indicators[row.indicator] for row in values}
    names = {(area.version, area.level, area.code): area.name for area in catalogue.areas}
    names |= {
        (row.version, row.level, row.area): found.name
        for row in values
        if (found := catalogue.area(row.level, row.area, row.version))
    }
    sources = [
        say(
            "Quelle: {source}. Lizenz: {angegeben}.",
            source=source.citation or source.label,
            angegeben=source.licence or "nicht angegeben",
        )
        for source in _sources(place, list(indicators.values()))
    ]
    notes = [
        say(
            "{place} Prüfsumme {commitment}.", place=citation(place), commitment=place.release.commitment[:16]
        ),
        *sources,
        _signs(),
    ]
    units = {id: item.unit for id, item in indicators.items()}
    labels = {id: item.label for id, item in indicators.items()}
    return selections.Selection(values, names, draw.STATUS_SIGNS, units, labels, notes)


def _is_area(query: dict[str, str]) -> bool:
    return "gebiet" in query and "kennzahl" not in query


def _layer_values(place: Place, query: dict[str, str]) -> tuple[list[Value], str]:
    view = look(place, query)
    _require_open(place, [view.state.indicator])
    ends = [view.values.get("nz"), view.benchmark]
    values = [row.value for row in view.shown] + [value for value in ends if value is not None]
    when = periods.label(view.state.period) if view.state.period else ""
    return values, f"{view.state.indicator.id} {view.state.level.id} {when}"


def _area_values(place: Place, query: dict[str, str]) -> tuple[list[Value], str]:
    level, _, code = query["gebiet"].partition(":")
    area, _ = find_area(place, level, code, query.get("stand", ""))
    rows = queries.area_values(place.release.folder, area.version, area.level, area.code)
    known = place.catalogue.indicators
    open_rows = [
        row
        for row in rows
        if row.indicator in known and not known[row.indicator].index and place.catalogue.source_of(known[row.indicator]).open
    ]  # fmt: skip
    ordered = sorted(open_rows, key=lambda row: (row.indicator, periods.parse(row.period)))
    return ordered, f"{area.name} {area.code}"


def _require_open(place: Place, indicators: list[Indicator]) -> None:
    closed = [source for source in _sources(place, indicators) if not source.open]
    if closed:
        names = ", ".join(source.label for source in closed)
        raise NotFound(
            say("Diese Werte dürfen angezeigt, aber nicht als Datei weitergegeben werden."),
            say(
                "So hat es die Quelle festgelegt: {names}. Fragen Sie die Quelle nach den Daten.", names=names
            ),
            ((say("Daten"), address(place, "daten")),),
        )


def _sources(place: Place, indicators: list[Indicator]) -> list[Source]:
    return list({item.source: place.catalogue.source_of(item) for item in indicators}.values())


def _signs() -> str:
    signs = [f"{sign} {draw.STATUS_WORDS[status]}" for status, sign in draw.STATUS_SIGNS.items() if sign]
    return say("Zeichen: ") + "; ".join(signs)
