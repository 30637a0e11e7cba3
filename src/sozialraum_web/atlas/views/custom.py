"""The page of an own area: draw, pick, paste or upload; figures from published counts (Eigenes Gebiet)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from sozialraum import periods
from sozialraum.products import draw, layers, sentences
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.draw import AreaMark
from sozialraum.words import mark, say
from sozialraum_ui.parts import Cell, Column, Link, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas import custom
from sozialraum_web.atlas import panel as panels
from sozialraum_web.atlas.borders import borders
from sozialraum_web.atlas.custom import Line, Own
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.keeping import keep
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.panel import Panel
from sozialraum_web.atlas.view import comparable
from sozialraum_web.monitoring.access import NotFound, Place, enter

NAME = 80
RULE = mark(
    "Ein Gebiet zählt mit, wenn mindestens die Hälfte seiner Fläche im Umriss liegt; gerechnet wird immer mit ganzen Gebieten."
)


def own_area(request: HttpRequest, kommune: str) -> HttpResponse:
    """An own area and its figures."""
    place = enter(request, kommune)
    query = request.GET.dict()
    panel = panels.read(place, query)
    if query.get("umriss"):
        return _from_drawing(panel, query)
    listed = re.split(r"[,;\s]+", " ".join([*request.GET.getlist("gebiete"), query.get("liste", "")]).strip())
    areas = panels.chosen(panel, ",".join(_codes(panel, listed)), custom.MOST)
    return answer(request, place, "atlas/custom.html", partial(context, panel, areas, query))


def _codes(panel: Panel, listed: Sequence[str]) -> list[str]:
    """Codes as given; a code that lost its leading zeros in a spreadsheet is found again."""
    known = {area.code for area in panel.areas}
    short = {code.lstrip("0"): code for code in known}
    return [item if item in known else short.get(item.lstrip("0"), item) for item in listed if item]


def _from_drawing(panel: Panel, query: dict[str, str]) -> HttpResponseRedirect:
    from sozialraum_web.atlas import outline  # loads GEOS, which reading pages do without

    found = borders(panel.place, panel.version, panel.level.id)
    if found is None:
        raise NotFound(
            say("Auf dieser Ebene gibt es keine Karte zum Zeichnen."),
            say("Wählen Sie die Gebiete aus der Liste."),
            _ways(panel.place),
        )
    try:
        inside = outline.inside(outline.drawn(query["umriss"]), outline.on_the_map(found.layer))
    except outline.OutlineError as error:
        raise NotFound(
            str(error),
            say("Auf der Karte lässt sich ein neuer Umriss zeichnen."),
            _ways(panel.place),
            status=400,
        ) from None
    return HttpResponseRedirect(_address(panel, [item.code for item in inside], query.get("name", "")))


def _address(panel: Panel, codes: Sequence[str], name: str = "") -> str:
    return address(
        panel.place,
        "atlas",
        "eigenes-gebiet",
        ebene=panel.level.id,
        stand=panel.stand,
        gebiete=",".join(codes),
        name=name[:NAME],
    ).replace("%2C", ",")


def _ways(place: Place) -> tuple[tuple[str, str], ...]:
    return (
        (say("Eigenes Gebiet"), address(place, "atlas", "eigenes-gebiet")),
        (say("Zum Atlas"), address(place, "atlas")),
    )


def context(panel: Panel, areas: Sequence[Area], query: dict[str, str]) -> dict[str, Any]:
    """Template context of the page; without areas only the ways to choose."""
    place = panel.place
    name = query.get("name", "")[:NAME].strip() or say("Eigenes Gebiet")
    everything = query.get("umfang") == "alle"
    there = panels.on_level(panel)
    indicators = there if everything else [item for item in there if item.headline] or there
    people = next((item for item in there if sentences.is_population(item)), None)
    own = custom.put_together(panel, areas, indicators, people) if areas else None
    codes = [area.code for area in areas]
    return {
        **frame(place, "atlas", trail=[(say("Atlas"), address(place, "atlas")), (say("Eigenes Gebiet"), "")], sources=used_sources(place.catalogue, indicators) if areas else ()),
        "panel": panel,
        "name": name,
        "given_name": query.get("name", "")[:NAME],
        "areas": [Link(area.name, area_address(place, area), note=area.code) for area in areas],
        "codes": ",".join(codes),
        "levels": panels.levels(panel),
        "choices": [(area.code, area.name, area.code in set(codes)) for area in panel.areas],
        "map": picking_map(panel, codes),
        "rule": say(RULE),
        "own": own,
        "people": draw.whole(own.people) if own and own.people is not None else "",
        "share": draw.number(own.share, 1, unit="%") if own and own.share is not None else "",
        "table": table(panel, own) if own else None,
        "blocked": blocked(panel, areas, own) if own else None,
        "everything": everything,
        "keep": keep(areas, (line.indicator for line in own.lines), panel.version) if own else None,
        "all_url": _address(panel, codes, query.get("name", "")) + "&umfang=alle",
        "upload_url": address(place, "atlas", "eigenes-gebiet", "hochladen", ebene=panel.level.id, stand=panel.stand),
        "empty_url": address(place, "atlas", "eigenes-gebiet", ebene=panel.level.id, stand=panel.stand),
    }  # fmt: skip


def picking_map(panel: Panel, codes: Sequence[str]) -> draw.Markup | None:
    """The level with the chosen areas dark; a press on an area puts it in or out."""
    found = borders(panel.place, panel.version, panel.level.id)
    if found is None:
        return None
    chosen = set(codes)
    marks = [
        AreaMark(
            shape.code,
            "q4" if shape.code in chosen else "q1",
            "ok",
            say("gewählt, herausnehmen") if shape.code in chosen else "dazunehmen",
            _address(
                panel,
                [code for code in codes if code != shape.code]
                if shape.code in chosen
                else [*codes, shape.code],
            ),
        )
        for shape in found.layer.shapes
    ]
    return draw.choropleth(found.layer, marks, title=say("Gebiete wählen"), description=say("Ein Gebiet auswählen nimmt es dazu oder heraus. Dieselbe Auswahl geht über die Liste."), **found.drawing)  # fmt: skip


def table(panel: Panel, own: Own) -> Table:
    """Cases, value, interval of the union beside the municipality; no value where a count is hidden."""
    place = panel.place
    columns = [
        Column(say("Kennzahl, Stand")),
        Column(say("Fälle"), numeric=True),
        Column(say("Wert, 95-%-Intervall"), numeric=True),
        Column(place.catalogue.town.name, numeric=True),
        Column(say("Vergleich")),
    ]
    rows: list[TableRow] = []
    by_id = {line.indicator.id: line for line in own.lines}
    for topic, items in place.catalogue.by_topic(line.indicator for line in own.lines):
        rows.append(TableRow([Cell(topic)], group=True))
        rows += [_row(place, by_id[item.id]) for item in items]
    return Table(say("Das Gebiet aus {areas} Teilen neben {town}", areas=len(own.areas), town=place.catalogue.town.name), columns, rows)  # fmt: skip


def _row(place: Place, line: Line) -> TableRow:
    item, value = line.indicator, line.value
    benchmark = comparable(item, line.benchmark)
    comparison = layers.comparison_of(value, benchmark, item.polarity)
    reason = (
        f"gesperrt: {', '.join(area.name for area in line.blocked[:3])}"
        + (" …" if len(line.blocked) > 3 else "")
        if line.blocked
        else ""
    )
    return TableRow(
        [
            Cell(item.name, href=indicator_address(place, item), note=periods.label(line.period)),
            Cell(layers.count_text(value.numerator) if item.counts_cases else ""),
            Cell(
                layers.value_text(value, item),
                status=value.status,
                note=layers.interval_text(value, item) or reason,
            ),
            Cell(layers.value_text(line.benchmark, item, unit=False) if benchmark is not None else ""),
            Cell(
                draw.comparison_word(comparison) if comparison else "",
                markup=draw.marker(comparison) if comparison else "",
                beside=bool(comparison),
            ),
        ]
    )


def blocked(panel: Panel, areas: Sequence[Area], own: Own) -> dict[str, Any] | None:
    """Why figures are missing, and the nearest choice without hidden counts for the first of them."""
    closed = [line for line in own.lines if line.blocked]
    if not closed:
        return None
    first: Indicator = closed[0].indicator
    offers = custom.nearest_open(panel, areas, first, closed[0].period)
    return {
        "count": len(closed),
        "total": len(own.lines),
        "indicator": first.name,
        "offers": [
            (
                _address(panel, [area.code for area in offer.areas]),
                len(offer.areas),
                ", ".join(area.name for area in offer.without),
                ", ".join(area.name for area in offer.added),
            )
            for offer in offers
        ],
    }


def upload(request: HttpRequest, kommune: str) -> HttpResponse:
    """An outline as GeoJSON; the file is read, measured and forgotten."""
    from sozialraum_web.atlas import outline

    place = enter(request, kommune)
    panel = panels.read(place, request.GET.dict())
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("umriss")
        try:
            if file is None:
                raise outline.OutlineError(say("Wählen Sie eine Datei aus."))
            if (file.size or 0) > outline.MOST_BYTES:
                outline.uploaded(b" " * (outline.MOST_BYTES + 1))
            codes = [
                item.code
                for item in outline.inside(
                    outline.uploaded(file.read()),
                    outline.on_the_globe(place.release.folder, panel.version, panel.level.id),
                )
            ]
            if not codes:
                raise outline.OutlineError(
                    say(
                        "Kein Gebiet liegt mindestens zur Hälfte in diesem Umriss. Liegt er in dieser Kommune, und ist er groß genug für die Ebene?"
                    )
                )
            return HttpResponseRedirect(_address(panel, codes[: custom.MOST]))
        except outline.OutlineError as error:
            problem = str(error)
    found = {
        **frame(place, "atlas", trail=[(say("Atlas"), address(place, "atlas")), (say("Eigenes Gebiet"), address(place, "atlas", "eigenes-gebiet")), (say("Hochladen"), "")]),
        "panel": panel, "problem": problem, "rule": say(RULE), "back_url": address(place, "atlas", "eigenes-gebiet", ebene=panel.level.id, stand=panel.stand),
    }  # fmt: skip
    return render(request, "atlas/upload.html", found, status=422 if problem else 200)
