"""List of areas and the profile of one area (Gebiete, Gebietsprofil)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import draw, layers, portrait, sentences, timeline
from sozialraum.products.catalogue import Area, Indicator, Level
from sozialraum.products.draw import Markup
from sozialraum.products.sentences import Sentence
from sozialraum.products.values import Value
from sozialraum.tables import MUNICIPALITY_LEVEL, Status
from sozialraum.words import say
from sozialraum_ui.parts import Cell, Column, KeyFigure, Link, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas import pyramids, spines, tables
from sozialraum_web.atlas.alike import Alike
from sozialraum_web.atlas.borders import borders
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.subject import Entry, Subject, find, find_yardstick, read, yardsticks
from sozialraum_web.atlas.views.index import percent
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place, enter

SERIES = 4
FIGURES = 4
LONG = 20


def area_list(request: HttpRequest, kommune: str) -> HttpResponse:
    """All areas by level."""
    place = enter(request, kommune)
    return answer(request, place, "atlas/areas.html", partial(list_context, place))


def list_context(place: Place) -> dict[str, Any]:
    """Template context of the list of areas."""
    levels = list(reversed(place.catalogue.version().levels))
    return {
        **frame(
            place,
            "gebiete",
            trail=[(say("Gebiete"), "")],
            sources=used_sources(place.catalogue, listed(place)),
        ),
        "levels": [
            (level, level_table(place, level), level.areas > LONG)
            for level in levels
            if level.id != MUNICIPALITY_LEVEL
        ],
        "whole": Link(place.catalogue.whole.name, area_address(place, place.catalogue.whole)),
    }


def listed(place: Place) -> list[Indicator]:
    """The indicators shown beside each area: who lives there, and what the atlas opens with."""
    catalogue = place.catalogue
    people = [item for item in catalogue.plain_indicators if sentences.is_population(item)]
    return list(dict.fromkeys([*people[:1], *([catalogue.opening] if catalogue.opening else [])]))


def level_table(place: Place, level: Level) -> Table:
    """The areas of a level with what they belong to and the opening indicators."""
    catalogue = place.catalogue
    columns = [Column(level.label, sort="text"), Column(say("gehört zu"), sort="text")]
    layered = []
    for item in listed(place):
        offered = queries.available_periods(
            place.release.folder, item.id, catalogue.current_version, level.id
        )
        if not offered:
            continue
        values = queries.layer(
            place.release.folder, item.id, catalogue.current_version, level.id, offered[-1]
        )
        layered.append((item, values))
        head = f"{item.name} {item.column_unit}".strip()
        columns.append(Column(head, numeric=True, sort="number", hint=periods.label(offered[-1])))
    rows = [_list_row(place, area, layered) for area in catalogue.members(level.id)]
    return Table(f"{level.plural or level.label} ({len(rows)})", columns, rows, id=f"liste-{level.id}")


def _list_row(place: Place, area: Area, layered: Sequence[tuple[Indicator, dict[str, Value]]]) -> TableRow:
    parent = place.catalogue.parent(area)
    cells = [
        Cell(area.name, sort=area.name, href=area_address(place, area)),
        Cell(parent.name if parent else "", sort=parent.name if parent else ""),
    ]
    for indicator, values in layered:
        value = values.get(area.code)
        cells.append(
            Cell(
                layers.value_text(value, indicator, unit=False),
                sort=value.value if value and value.shown else None,
                status=value.status if value else Status.MISSING,
            )
        )
    return TableRow(cells, code=area.code)


def asked(
    request: HttpRequest, kommune: str, level: str, code: str
) -> tuple[Place, Area, Callable[[], Subject]]:
    """The municipality of an address and the area it asks for; the values are read when they are needed."""
    place = enter(request, kommune)
    area, found = find(place, level, code, request.GET.get("stand", ""))
    yardstick = request.GET.get("vergleich", "")
    find_yardstick(place, area, yardstick)
    return place, area, partial(read, place, area, found, yardstick)


def profile_context(subject: Subject) -> dict[str, Any]:
    """Template context of a profile."""
    place, area, catalogue = subject.place, subject.area, subject.place.catalogue
    parent = catalogue.parent(area)
    lead = _lead(subject)
    classes = index_classes(subject)
    trail = [(say("Gebiete"), address(place, "gebiete"))]
    trail += [(parent.name, area_address(place, parent))] if parent else []
    return {
        **frame(
            place,
            "gebiete",
            trail=[*trail, (area.name, "")],
            chain=("gebiet", _chain(place, area, lead)),
            sources=[catalogue.source_of(entry.indicator) for entry in _one_per_source(subject.entries)],
        ),
        "area": area,
        "level": subject.level,
        "version": catalogue.version(area.version),
        "outdated": area.version != catalogue.current_version,
        "portrait": portrait_of(subject),
        "plainly": portrait.plainly(area.name, catalogue.town.name, [entry.told for entry in subject.headlines]),
        "figures": [*key_figures(subject), *index_figures(classes)],
        "locator": locator(subject),
        "yardsticks": [(item.key, item.label, item.key == subject.yardstick.key) for item in yardsticks(place, area)],
        "yardstick": subject.yardstick,
        "spine": spines.spine_table(subject),
        "spine_key": draw.spine_key(),
        "trends": spines.in_words(subject),
        "hidden": subject.hidden,
        "neighbours": neighbours(subject),
        "pyramid": pyramids.figure(place, area),
        "series": series_figures(subject),
        "alike": alike_figure(subject),
        "index_classes": classes,
        "parent": Link(parent.name, area_address(place, parent)) if parent else None,
        "children": [Link(child.name, area_address(place, child)) for child in catalogue.children(area)],
        "source_entries": source_entries(subject),
        "downloads": downloads(subject),
        "citation": citation(subject),
        "atlas_url": address(place, "atlas", kennzahl=lead.id if lead else "", ebene=area.level, profil=area.code, stand=_stand(subject))
        if not subject.is_whole
        else address(place, "atlas"),
    }  # fmt: skip


def _stand(subject: Subject) -> str:
    return "" if subject.area.version == subject.place.catalogue.current_version else subject.area.version


def downloads(subject: Subject) -> list[Link]:
    """All values of the area as files."""
    base = address(subject.place, "daten").rstrip("/")
    area = subject.area
    query = f"?gebiet={area.level}:{area.code}&stand={area.version}"
    return [
        Link(label, f"{base}/auswahl.{kind}{query}")
        for kind, label in (
            ("csv", "CSV"),
            ("xlsx", say("Excel")),
            ("parquet", say("Parquet")),
            ("gpkg", "GeoPackage"),
        )
    ]


def citation(subject: Subject) -> str:
    """How to cite this profile."""
    place = subject.place
    office = place.catalogue.office.name or place.catalogue.town.name
    return say(
        "{office}: Gebietsprofil {area}. Sozialraummonitoring {town}, Freigabe {release} vom {created}, Prüfsumme {commitment}.",
        office=office,
        area=subject.area.name,
        town=place.catalogue.town.name,
        release=place.release.name,
        created=f"{place.release.created:%d.%m.%Y}",
        commitment=place.release.commitment[:16],
    )


def _lead(subject: Subject) -> Indicator | None:
    """The indicator a reader came for: the first judged headline that stands here, else the first headline."""
    judged = [entry for entry in subject.headlines if entry.indicator.compares and entry.value.shown]
    found = judged or subject.headlines
    return found[0].indicator if found else None


def portrait_of(subject: Subject) -> list[Sentence]:
    """The area in sentences; where the headlines say little, its place among all areas tells."""
    chosen = subject.headlines or list(subject.entries)
    name, beside = subject.area.name, subject.yardstick.name
    told = portrait.portrait(
        name,
        beside,
        [_beside(subject, entry) for entry in chosen],
        hidden=subject.hidden,
        total=len(subject.entries),
    )
    if any(sentence.test == sentences.CERTAIN for sentence in told) or subject.is_whole:
        return told
    among = [
        sentence
        for entry in chosen
        if entry.indicator.compares
        and (sentence := sentences.among(entry.indicator, entry.value, entry.spread))
    ]
    return [*told[:1], *among[:2], *told[1:]]


def _beside(subject: Subject, entry: Entry) -> portrait.Told:
    """The municipality itself is not held against itself."""
    return replace(entry.told, benchmark=None) if subject.yardstick.area == subject.area else entry.told


@dataclass(frozen=True)
class AlikeRow:
    """One similar area as the page shows it."""

    name: str
    url: str
    parent: str
    distance: str
    bar: Markup
    why: str


def alike_figure(subject: Subject) -> dict[str, Any] | None:
    """Similar areas with what their distance is made of; None where there are too few areas."""
    found = subject.alike
    if found is None or not found.matches:
        return None
    place, area = subject.place, subject.area
    codes = ",".join([area.code, *(match.area.code for match in found.matches)])
    return {
        "rows": alike_rows(subject.place, found),
        "legend": [
            (draw.swatch(css, identity=f"thema-{number}"), topic)
            for number, (topic, css) in enumerate(topic_colours(found).items())
        ],
        "indicators": ", ".join(item.name for item in found.indicators),
        "compare_url": address(
            place, "atlas", "vergleich", ebene=area.level, stand=_stand(subject), gebiete=codes
        ),
        "more_url": address(
            place, "atlas", "aehnlich", gebiet=f"{area.level}:{area.code}", stand=_stand(subject)
        ),
        "yardstick_url": "?vergleich=aehnlich" + (f"&stand={area.version}" if _stand(subject) else ""),
    }


def topic_colours(found: Alike) -> dict[str, str]:
    """One colour per topic, the strongest first; more topics than colours share a grey."""
    names = draw.class_names(5)[::-1][:4]
    return {
        topic: names[number] if number < len(names) else "band-dark"
        for number, topic in enumerate(found.topics)
    }


def alike_rows(place: Place, found: Alike) -> list[AlikeRow]:
    """The rows of similar areas, all bars on one scale."""
    longest = max((match.distance for match in found.matches), default=0.0) or 1.0
    colours = topic_colours(found)
    return [
        AlikeRow(
            match.area.name,
            area_address(place, match.area),
            parent.name if (parent := place.catalogue.parent(match.area)) else "",
            draw.number(match.distance, 2),
            draw.stack(
                [(share.share * match.distance / longest, colours[share.topic]) for share in match.shares]
            ),
            match.why,
        )
        for match in found.matches
    ]


def neighbours(subject: Subject) -> list[Link]:
    """Areas that share a border with this one."""
    found = borders(subject.place, subject.area.version, subject.area.level)
    shape = found.layer.shape(subject.area.code) if found else None
    areas = [
        subject.place.catalogue.area(subject.area.level, code, subject.area.version)
        for code in (shape.neighbours if shape else ())
    ]
    named = sorted((area for area in areas if area is not None), key=lambda area: area.name)
    return [Link(area.name, area_address(subject.place, area)) for area in named]


def index_figures(classes: Sequence[dict[str, str]]) -> list[KeyFigure]:
    """The newest class of an index among the key figures, with how certain it is."""
    rated = [item for item in classes if item["status"]]
    if not rated:
        return []
    newest = rated[-1]
    sure = (
        say("bleibt in {stability} der Rechenvarianten gleich", stability=newest["stability"])
        if newest["stability"]
        else ""
    )
    notes = [say("Dynamik {dynamic}", dynamic=newest["dynamic"]) if newest["dynamic"] else "", sure]
    return [
        KeyFigure(
            say("Status im Index, Ausgabe {edition}", edition=newest["edition"]),
            newest["status"],
            note=" · ".join(note for note in notes if note),
            href=newest["url"],
        )
    ]


def _chain(place: Place, area: Area, lead: Indicator | None) -> dict[str, tuple[str, str]]:
    own = {"gebiet": (area.name, area_address(place, area))}
    return {"kennzahl": (lead.name, indicator_address(place, lead)), **own} if lead else own


def _one_per_source(entries: Sequence[Entry]) -> list[Entry]:
    return list({entry.indicator.source: entry for entry in entries}.values())


def key_figures(subject: Subject) -> list[KeyFigure]:
    """Up to four figures in large type: who lives here, then headlines that may be shown, then others."""
    shown = [entry for entry in subject.entries if entry.value.shown]
    people = [entry for entry in shown if sentences.is_population(entry.indicator)][:1]
    first = sorted(
        (entry for entry in subject.headlines if entry.value.shown),
        key=lambda entry: entry.value.status == Status.UNRELIABLE,
    )
    others = [entry for entry in shown if entry.compared_with is not None]
    chosen = list(dict.fromkeys([*people, *first, *others])) or subject.headlines
    return [_key_figure(subject, entry) for entry in chosen[:FIGURES]]


def _key_figure(subject: Subject, entry: Entry) -> KeyFigure:
    indicator, value, beside = entry.indicator, entry.value, subject.yardstick.name
    interval = layers.interval_text(value, indicator)
    compared = entry.compared_with is not None and subject.yardstick.area != subject.area
    notes = [
        periods.label(value.period),
        f"95 %: {interval}" if interval else "",
        f"{beside} {layers.value_text(entry.benchmark, indicator)}" if compared else "",
    ]
    return KeyFigure(
        indicator.name,
        draw.number(value.value, indicator.decimals) if value.shown and value.value is not None else "",
        unit=indicator.unit if value.shown else "",
        note=" · ".join(note for note in notes if note) if value.shown else draw.STATUS_WORDS[value.status],
        status=value.status,
        href=indicator_address(subject.place, indicator),
    )


def locator(subject: Subject) -> Markup | None:
    """A small map: where the area lies."""
    area = subject.area
    found = borders(subject.place, area.version, area.level)
    if found is None or area.level == MUNICIPALITY_LEVEL:
        return None
    return draw.locator(
        found.layer,
        area.code,
        width=found.atlas.width,
        height=found.atlas.height,
        title=say("Lage von {area} in {town}", area=area.name, town=subject.place.catalogue.town.name),
        outlines=found.upper,
    )


def series_figures(subject: Subject) -> list[dict[str, Any]]:
    """The first headline indicators over time; population only where it is the whole story."""
    told = [entry for entry in subject.headlines if entry.indicator.compares] or subject.headlines
    figures = [figure for entry in told if (figure := series_figure(subject, entry))]
    return figures[:SERIES]


def series_figure(subject: Subject, entry: Entry) -> dict[str, Any] | None:
    """Time series of one headline indicator with intervals, municipality and breaks."""
    area, catalogue, indicator = subject.area, subject.place.catalogue, entry.indicator
    whole = catalogue.whole
    rows = queries.series(
        subject.place.release.folder, indicator.id, [(area.level, area.code), (whole.level, whole.code)]
    )
    own = timeline.one_per_period(
        [row for row in rows if (row.level, row.area) == (area.level, area.code)], area.version
    )
    town = timeline.one_per_period([row for row in rows if row.level == whole.level], area.version)
    if len([row for row in own if row.shown]) < 2:
        return None
    lines = [draw.Series("gebiet", area.name, timeline.points(own), "area")]
    if indicator.compares and area.level != MUNICIPALITY_LEVEL:
        lines.append(
            draw.Series("kommune", catalogue.town.name, timeline.points(town), "city", emphasis=False)
        )
    breaks = timeline.breaks(own)
    chart = partial(
        draw.line,
        lines,
        breaks=breaks,
        missing=timeline.gaps(own),
        ticks=timeline.ticks([*own, *town]),
        unit=indicator.unit,
        decimals=indicator.decimals,
        zero=timeline.from_zero(indicator),
        title=say("{label}: {area} im Zeitverlauf", label=indicator.label, area=area.name),
    )
    bounded = any(row.lower is not None for row in (*own, *town))
    versions = {version.id: version.label for version in catalogue.versions}
    return {
        "chart": chart(width=560, height=260),
        "narrow": chart(width=360, height=240),
        "title": indicator.name,
        "subtitle": " ".join([indicator.definition, *([say("Striche: 95-%-Intervall.")] if bounded else [])]),
        "text": draw.line_text(lines, unit=indicator.unit, decimals=indicator.decimals, breaks=breaks),
        "table": tables.series_table(f"{indicator.label}, {area.name}", indicator, own, versions),
        "url": indicator_address(subject.place, indicator),
    }


def index_classes(subject: Subject) -> list[dict[str, str]]:
    """The class of the area in each index edition of its level."""
    area, place = subject.area, subject.place
    found = []
    for index in sorted(place.catalogue.indices.values(), key=lambda index: index.edition):
        if (index.level, index.version) != (area.level, area.version):
            continue
        parts = {
            kind: queries.one(
                place.release.folder,
                f"{index.id}_{kind}",
                index.version,
                index.level,
                area.code,
                index.period,
            )
            for kind in ("status", "dynamic", "status_stability")
        }
        status, dynamic, stability = parts["status"], parts["dynamic"], parts["status_stability"]
        reason = next((item.reason for item in index.exclusions if item.area == area.code), "")
        if status is not None and not status.shown:
            reason = reason or draw.STATUS_WORDS[status.status]
        found.append(
            {
                "title": index.title,
                "url": address(place, "index", index.id),
                "edition": index.edition,
                "status": status.class_ if status and status.class_ else "",
                "dynamic": dynamic.class_ if dynamic and dynamic.class_ else "",
                "reason": reason,
                "stability": percent(stability.value if stability is not None and stability.shown else None),
            }
        )
    return found


@dataclass(frozen=True)
class SourceEntry:
    """A source with the indicators and dates it stands for on this page."""

    citation: str
    counted: str
    indicators: str
    dates: str


def source_entries(subject: Subject) -> list[SourceEntry]:
    """Where the figures come from, of when they are, and whom they count."""
    grouped: dict[str, list[Entry]] = {}
    for entry in subject.entries:
        grouped.setdefault(entry.indicator.source, []).append(entry)
    return [_source_entry(subject.place, entries) for entries in grouped.values()]


def _source_entry(place: Place, entries: Sequence[Entry]) -> SourceEntry:
    source = place.catalogue.source_of(entries[0].indicator)
    dates = sorted({entry.value.period for entry in entries}, key=periods.parse)
    return SourceEntry(
        source.citation or source.label,
        source.counted,
        ", ".join(entry.indicator.name for entry in entries),
        ", ".join(periods.label(date) for date in dates),
    )
