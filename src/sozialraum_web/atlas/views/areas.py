"""List of areas and the profile of one area (Gebiete, Gebietsprofil)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import draw, layers, sentences, timeline
from sozialraum.products.catalogue import Area, Indicator, Level
from sozialraum.products.draw import Markup
from sozialraum.products.sentences import Sentence
from sozialraum.products.values import Spread, Value
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, Status
from sozialraum_ui.parts import Cell, Column, KeyFigure, Link, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas import pyramids, tables
from sozialraum_web.atlas.borders import borders
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.view import comparable
from sozialraum_web.atlas.views.index import percent
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import NotFound, Place, enter

TREND_PERIODS = 5
SERIES = 5
FIGURES = 4
LONG = 20
WITHOUT = "Ohne Wert für dieses Gebiet"


@dataclass(frozen=True)
class Entry:
    """One indicator of an area: its newest value, the municipality's of the same period, its series."""

    indicator: Indicator
    value: Value
    benchmark: Value | None
    series: tuple[Value, ...]
    spread: Spread | None

    @property
    def compared_with(self) -> float | None:
        """The municipality's value where a comparison makes sense."""
        return comparable(self.indicator, self.benchmark)

    @property
    def comparison(self) -> str:
        """The judged comparison."""
        return layers.comparison_of(self.value, self.compared_with, self.indicator.polarity)


@dataclass(frozen=True)
class Subject:
    """An area with everything its profile says."""

    place: Place
    area: Area
    level: Level
    entries: tuple[Entry, ...]

    @property
    def headlines(self) -> list[Entry]:
        """The entries of the indicators the town puts first, in its order."""
        found = {entry.indicator.id: entry for entry in self.entries}
        return [found[item.id] for item in self.place.catalogue.headlines if item.id in found]


def area_list(request: HttpRequest, kommune: str) -> HttpResponse:
    """All areas by level."""
    place = enter(request, kommune)
    return answer(request, place, "atlas/areas.html", partial(list_context, place))


def list_context(place: Place) -> dict[str, Any]:
    """Template context of the list of areas."""
    levels = list(reversed(place.catalogue.version().levels))
    return {
        **frame(
            place, "gebiete", trail=[("Gebiete", "")], sources=used_sources(place.catalogue, listed(place))
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
    columns = [Column(level.label, sort="text"), Column("gehört zu", sort="text")]
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


def profile(request: HttpRequest, kommune: str, ebene: str, code: str) -> HttpResponse:
    """Profile of one area."""
    place = enter(request, kommune)
    area, level = find(place, ebene, code, request.GET.get("stand", ""))
    return answer(request, place, "atlas/profile.html", lambda: profile_context(read(place, area, level)))


def find(place: Place, level: str, code: str, stand: str) -> tuple[Area, Level]:
    """The area of an address, in the current Gebietsstand or the one asked for."""
    catalogue = place.catalogue
    known = [version.id for version in catalogue.versions]
    for version in [stand] if stand else [catalogue.current_version, *known]:
        area = catalogue.area(level, code, version) if version in known and code != NOT_ASSIGNABLE else None
        found = catalogue.level(level, version) if area else None
        if area and found:
            return area, found
    raise NotFound(
        f"Ein Gebiet „{code[:40]}“ gibt es auf dieser Ebene nicht.",
        "Vielleicht wurde es bei einer Gebietsreform geändert. Suchen Sie es in der Liste der Gebiete.",
        (("Alle Gebiete", address(place, "gebiete")), ("Zum Atlas", address(place, "atlas"))),
    )


def read(place: Place, area: Area, level: Level) -> Subject:
    """All values of an area, beside those of the municipality."""
    folder, catalogue = place.release.folder, place.catalogue
    whole = catalogue.whole
    own = _by_indicator(queries.area_values(folder, area.version, area.level, area.code))
    town = _by_indicator(queries.area_values(folder, area.version, whole.level, whole.code))
    spreads = queries.spreads(folder, area.version, area.level)
    entries = [
        _entry(indicator, own[indicator.id], town.get(indicator.id, ()), spreads)
        for indicator in catalogue.plain_indicators
        if indicator.id in own
    ]
    return Subject(place, area, level, tuple(entries))


def _by_indicator(values: Sequence[Value]) -> dict[str, tuple[Value, ...]]:
    grouped: dict[str, list[Value]] = {}
    for value in values:
        grouped.setdefault(value.indicator, []).append(value)
    return {
        key: tuple(sorted(rows, key=lambda row: periods.parse(row.period))) for key, rows in grouped.items()
    }


def _entry(
    indicator: Indicator,
    series: tuple[Value, ...],
    town: Sequence[Value],
    spreads: dict[tuple[str, str], Spread],
) -> Entry:
    latest = series[-1]
    benchmark = next((row for row in town if row.period == latest.period), None)
    return Entry(indicator, latest, benchmark, series, spreads.get((indicator.id, latest.period)))


def profile_context(subject: Subject) -> dict[str, Any]:
    """Template context of a profile."""
    place, area, catalogue = subject.place, subject.area, subject.place.catalogue
    parent = catalogue.parent(area)
    lead = _lead(subject)
    classes = index_classes(subject)
    trail = [("Gebiete", address(place, "gebiete"))]
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
        "portrait": portrait(subject),
        "figures": [*key_figures(subject), *index_figures(classes)],
        "locator": locator(subject),
        "spine": spine_table(subject),
        "spine_key": draw.spine_key(),
        "spine_benchmark": catalogue.town.name,
        "hidden": sum(1 for entry in subject.entries if entry.value.status == Status.SUPPRESSED),
        "neighbours": neighbours(subject),
        "pyramid": pyramids.figure(place, area),
        "series": series_figures(subject),
        "index_classes": classes,
        "parent": Link(parent.name, area_address(place, parent)) if parent else None,
        "children": [Link(child.name, area_address(place, child)) for child in catalogue.children(area)],
        "source_entries": source_entries(subject),
        "download_url": address(place, "daten", "auswahl.csv", gebiet=f"{area.level}:{area.code}", stand=area.version),
        "atlas_url": address(place, "atlas", kennzahl=lead.id if lead else "", ebene=area.level, pins=area.code)
        if area.level != MUNICIPALITY_LEVEL
        else address(place, "atlas"),
    }  # fmt: skip


def _lead(subject: Subject) -> Indicator | None:
    """The indicator a reader came for: the first judged headline that stands here, else the first headline."""
    judged = [entry for entry in subject.headlines if entry.indicator.compares and entry.value.shown]
    found = judged or subject.headlines
    return found[0].indicator if found else None


def portrait(subject: Subject) -> list[Sentence]:
    """The area in sentences; where the headlines allow no comparison, other indicators and its place tell."""
    catalogue, name = subject.place.catalogue, subject.area.name
    people = [entry for entry in subject.entries if sentences.is_population(entry.indicator)]
    chosen = list(dict.fromkeys([*people[:1], *subject.headlines]))
    told = sentences.portrait(catalogue, name, [_latest(entry) for entry in chosen])
    if len(told) > len(people[:1]):
        return told
    plural = subject.level.plural or subject.level.label
    among = [
        sentences.among(entry.indicator, entry.value, entry.spread, plural) for entry in subject.headlines
    ]
    others = [entry for entry in subject.entries if entry.indicator.compares and entry.benchmark is not None]
    beside = [sentences.beside_town(catalogue.town.name, *_latest(entry)) for entry in others]
    certain = [sentence for sentence in beside if sentence is not None and sentence.test == sentences.CERTAIN]
    return [*told, *(sentence for sentence in among[:2] if sentence is not None), *certain[:2]]


def _latest(entry: Entry) -> tuple[Indicator, Value, Value | None]:
    return entry.indicator, entry.value, entry.benchmark


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
    sure = f"bleibt in {newest['stability']} der Rechenvarianten gleich" if newest["stability"] else ""
    notes = [f"Dynamik {newest['dynamic']}" if newest["dynamic"] else "", sure]
    return [
        KeyFigure(
            f"Status im Index, Ausgabe {newest['edition']}",
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
    indicator, value, town = entry.indicator, entry.value, subject.place.catalogue.town.name
    interval = layers.interval_text(value, indicator)
    compared = entry.compared_with is not None and subject.area.level != MUNICIPALITY_LEVEL
    notes = [
        periods.label(value.period),
        f"95 %: {interval}" if interval else "",
        f"{town} {layers.value_text(entry.benchmark, indicator)}" if compared else "",
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
        title=f"Lage von {area.name} in {subject.place.catalogue.town.name}",
        outlines=found.upper,
    )


def spine_table(subject: Subject) -> Table:
    """One row per indicator: cases, value, municipality, spread over the areas of this level, trend."""
    town = subject.place.catalogue.town.name
    columns = [
        Column("Kennzahl, Stand"),
        Column("Fälle", numeric=True),
        Column("Wert, 95-%-Intervall", numeric=True),
        Column(town, numeric=True),
        Column("linkes Ende", numeric=True, css="c-wide"),
        Column("Lage unter allen Gebieten", css="c-spine"),
        Column("rechtes Ende", numeric=True, css="c-wide"),
        Column("Trend"),
    ]
    shown = [entry for entry in subject.entries if entry.value.shown]
    hidden = [entry for entry in subject.entries if not entry.value.shown]
    rows = []
    for topic, indicators in subject.place.catalogue.by_topic(entry.indicator for entry in shown):
        rows.append(TableRow([Cell(topic)], group=True))
        rows += [_spine_row(subject, entry) for entry in shown if entry.indicator in indicators]
    if hidden:
        rows.append(TableRow([Cell(WITHOUT)], group=True))
        rows += [_hidden_row(subject, entry) for entry in hidden]
    return Table(
        f"Kennzahlen für {subject.area.name} neben {town} und allen Gebieten der Ebene", columns, rows
    )


def _hidden_row(subject: Subject, entry: Entry) -> TableRow:
    """An indicator that says nothing here keeps its place: sign, reason and the municipality's value."""
    indicator, value = entry.indicator, entry.value
    town = layers.value_text(entry.benchmark, indicator, unit=False) if entry.benchmark else ""
    name = Cell(
        indicator.name, href=indicator_address(subject.place, indicator), note=periods.label(value.period)
    )
    sign = Cell(layers.value_text(value, indicator), note=tables.status_text(value))
    return TableRow([name, Cell(""), sign, Cell(town), *(Cell("") for _ in range(4))], quiet=True)


def _spine_row(subject: Subject, entry: Entry) -> TableRow:
    indicator, value = entry.indicator, entry.value
    worst, best = ends(entry)
    direction = trend_of(entry.series) if testable(indicator) else "unknown"
    return TableRow(
        [
            Cell(
                indicator.name,
                href=indicator_address(subject.place, indicator),
                note=periods.label(value.period),
            ),
            Cell(layers.count_text(value.numerator) if indicator.counts_cases else ""),
            Cell(
                layers.value_text(value, indicator),
                status=value.status,
                note=layers.interval_text(value, indicator) or tables.status_text(value),
            ),
            Cell(layers.value_text(entry.benchmark, indicator, unit=False) if entry.benchmark else ""),
            Cell("" if worst is None else draw.number(worst, indicator.decimals)),
            Cell(spine_words(entry), markup=spine_mark(entry)),
            Cell("" if best is None else draw.number(best, indicator.decimals)),
            Cell(
                draw.trend_word(direction, indicator.polarity),
                markup=draw.trend(direction, indicator.polarity),
                beside=True,
            ),
        ]
    )


def ends(entry: Entry) -> tuple[float | None, float | None]:
    """Left and right end of the spine: the less favourable, or without judgement the lowest, stands left."""
    spread = entry.spread
    if spread is None:
        return None, None
    if entry.indicator.polarity == "higher_worse":
        return spread.maximum, spread.minimum
    return spread.minimum, spread.maximum


def spine_mark(entry: Entry) -> Markup | str:
    """The drawing of the spine; nothing where no spread or no comparator is known."""
    row = spine_row(entry)
    return draw.spine(row) if row is not None else ""


def spine_row(entry: Entry) -> draw.SpineRow | None:
    """The figures of the spine."""
    spread, value = entry.spread, entry.value
    if spread is None or entry.compared_with is None:
        return None
    return draw.SpineRow(
        value.value if value.shown else None,
        value.lower if value.shown else None,
        value.upper if value.shown else None,
        entry.compared_with,
        spread.minimum,
        spread.q25,
        spread.q75,
        spread.maximum,
        entry.indicator.polarity,
        value.status,
        spread.others,
    )


def spine_words(entry: Entry) -> str:
    """The spine in words, for those who do not see it."""
    if not entry.value.shown:
        return draw.STATUS_WORDS[entry.value.status]
    return draw.comparison_word(entry.comparison) if entry.comparison else "ohne Vergleich"


def testable(indicator: Indicator) -> bool:
    """Whether a trend may be named: a change is one already, and published rates come without intervals."""
    return indicator.kind != "change" and not indicator.published


def trend_of(series: Sequence[Value]) -> str:
    """`up`, `down`, `flat` over the last five periods of one Gebietsstand; `unknown` with fewer than three.

    A change counts only where the first and the last interval do not meet.
    """
    recent = [row for row in series if row.shown][-TREND_PERIODS:]
    if len(recent) < 3 or not series[-1].shown:
        return "unknown"
    first, last = recent[0], recent[-1]
    limits = (first.lower, first.upper, last.lower, last.upper)
    if None in limits:
        return _plain_direction(first.value or 0.0, last.value or 0.0)
    low_1, high_1, low_2, high_2 = (float(limit or 0.0) for limit in limits)
    if low_2 > high_1:
        return "up"
    return "down" if high_2 < low_1 else "flat"


def _plain_direction(first: float, last: float) -> str:
    """Complete counts change by what they change; under one per cent is called level."""
    if abs(last - first) <= 0.01 * max(abs(first), 1e-12):
        return "flat"
    return "up" if last > first else "down"


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
        title=f"{indicator.label}: {area.name} im Zeitverlauf",
    )
    bounded = any(row.lower is not None for row in (*own, *town))
    versions = {version.id: version.label for version in catalogue.versions}
    return {
        "chart": chart(width=560, height=260),
        "narrow": chart(width=360, height=240),
        "title": indicator.name,
        "subtitle": f"{indicator.definition}{' Striche: 95-%-Intervall.' if bounded else ''}",
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
