"""Blocks of drawings and tables about areas: map, location, series, age structure, spine table, ranking (Abbildungen)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sozialraum import periods
from sozialraum.products import ages, draw, layers, timeline, trends
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.entries import Entry, spine_row, spine_words
from sozialraum.products.layers import Row as LayerRow
from sozialraum.products.report.content import (
    Cell,
    ChartData,
    ChartSeries,
    Column,
    Figure,
    Row,
    Table,
)
from sozialraum.products.report.subject import Subject
from sozialraum.products.values import Value
from sozialraum.tables import MUNICIPALITY_LEVEL, Status

PEOPLE = "einwohner"
WITHOUT = "Ohne Wert für dieses Gebiet"
HALF = (330.0, 250.0)
FULL = (640.0, 250.0)


def location(subject: Subject) -> tuple[str, str]:
    """A small map with the area dark, and its alternative text; empty where the level has no geometry."""
    area = subject.area
    if subject.atlas is None or area is None or area.level == MUNICIPALITY_LEVEL:
        return "", ""
    words = f"Lage von {area.name} in {subject.town}."
    drawn = draw.locator(
        subject.atlas.levels[area.level],
        area.code,
        width=subject.atlas.width,
        height=subject.atlas.height,
        title=words,
        outlines=subject.outlines(),
    )
    return str(drawn), words


def layer_rows(subject: Subject, indicator: Indicator, period: str) -> list[LayerRow]:
    """All areas of the level in one period, ranked; compared with the municipality where that makes sense."""
    benchmark = subject.benchmark(indicator, period)
    against = benchmark.value if benchmark is not None and benchmark.shown and indicator.compares else None
    values = subject.layer(indicator, period)
    return layers.build(
        subject.catalogue, indicator, subject.version, subject.level.id, period, values, against
    )


def map_of(subject: Subject, indicator: Indicator, period: str, *, width: float = 1.0) -> Figure | None:
    """The level coloured by class, with legend and the ranking in words; None where it has no geometry."""
    if subject.atlas is None:
        return None
    rows = layer_rows(subject, indicator, period)
    marks = [_mark(row, indicator) for row in rows]
    limits = indicator.limits(subject.version, subject.level.id)
    legend = draw.legend(limits, marks, decimals=indicator.decimals, unit=indicator.unit)
    names = {area.code: area.name for area in subject.members}
    highlight = subject.area.code if subject.area and subject.area.level == subject.level.id else ""
    when = periods.label(period)
    upper = subject.outlines()
    drawn = draw.choropleth(
        subject.atlas.levels[subject.level.id],
        marks,
        width=subject.atlas.width,
        height=subject.atlas.height,
        title=f"{indicator.label}, {when}",
        outlines=upper,
        labels=upper,
        border=subject.atlas.levels.get(MUNICIPALITY_LEVEL),
        highlight=highlight,
        interactive=False,
        id=f"karte-{indicator.id}",
    )
    key = [(row.css, row.status, f"{row.label} ({row.count})") for row in (*legend.rows, *legend.states)]
    alt = f"{indicator.label}, {when}. {draw.choropleth_text(marks, names)} {draw.legend_text(legend)}"
    return Figure(
        str(drawn),
        alt,
        f"{indicator.label}, {when}. Ebene: {subject.plural}. In Klammern: Zahl der Gebiete.",
        title=indicator.name,
        width=width,
        key=key,
    )


def _mark(row: LayerRow, indicator: Indicator) -> draw.AreaMark:
    return draw.AreaMark(
        row.area.code, css=row.css, status=row.value.status, label=layers.label(row.value, indicator)
    )


def series(subject: Subject, entry: Entry, *, width: float = 0.5) -> Figure | None:
    """One indicator over time beside the municipality; None with fewer than two figures."""
    indicator, area = entry.indicator, subject.place
    own = timeline.one_per_period(entry.series, area.version)
    if len([row for row in own if row.shown]) < 2:
        return None
    town = timeline.one_per_period(subject.holding.of_town(area.version).get(indicator.id, ()), area.version)
    lines = [draw.Series("gebiet", area.name, timeline.points(own), "area")]
    beside = indicator.compares and area.level != MUNICIPALITY_LEVEL and bool(town)
    if beside:
        lines.append(draw.Series("kommune", subject.town, timeline.points(town), "city", emphasis=False))
    breaks = timeline.breaks(own)
    wide, tall = FULL if width > 0.5 else HALF
    drawn = draw.line(
        lines,
        breaks=breaks,
        missing=timeline.gaps(own),
        ticks=timeline.ticks([*own, *town] if beside else own),
        unit=indicator.unit,
        decimals=indicator.decimals,
        zero=timeline.from_zero(indicator),
        title=f"{indicator.label}: {area.name} im Zeitverlauf",
        width=wide,
        height=tall,
    )
    text = " ".join(_course(line.label, line.points, indicator) for line in lines)
    if breaks:
        text += " Werte vor und nach einem Bruch sind nicht vergleichbar."
    bounded = " Striche: 95-%-Intervall." if any(row.lower is not None for row in own) else ""
    unit = f", {indicator.column_unit}" if indicator.unit else ""
    return Figure(
        str(drawn),
        f"Liniendiagramm: {indicator.label}. {text}",
        f"{indicator.label}{unit}.{bounded}",
        title=indicator.name,
        width=width,
        data=_line_data(subject, indicator, own, town if beside else []),
    )


def _course(name: str, points: Sequence[draw.Point], indicator: Indicator) -> str:
    """A line in words: both ends, highest and lowest, what is not shown; the table beside it holds every value."""
    known = [point for point in points if point.value is not None]
    if not known:
        return f"{name}: kein Wert."

    def spoken(point: draw.Point) -> str:
        return f"{draw.number(point.value or 0.0, indicator.decimals, unit=indicator.unit)} ({point.label})"

    first, last = known[0], known[-1]
    if len(known) == 1:
        text = f"{name} hat einen Wert: {spoken(first)}"
    else:
        text = f"{name} beginnt bei {spoken(first)} und endet bei {spoken(last)}"
        low, high = (
            min(known, key=lambda point: point.value or 0.0),
            max(known, key=lambda point: point.value or 0.0),
        )
        text += f"; der höchste Wert ist {spoken(high)}, der niedrigste {spoken(low)}"
    gaps = [point.label for point in points if point.value is None]
    return f"{text}; nicht gezeigt: {', '.join(gaps)}." if gaps else f"{text}."


def _line_data(
    subject: Subject, indicator: Indicator, own: Sequence[Value], town: Sequence[Value]
) -> ChartData:
    times = sorted({row.period for row in (*own, *town)}, key=periods.parse)

    def column(rows: Sequence[Value]) -> list[float | None]:
        found = {row.period: row.value if row.shown else None for row in rows}
        return [found.get(period) for period in times]

    drawn = [ChartSeries(subject.place.name, column(own))]
    if town:
        drawn.append(ChartSeries(subject.town, column(town), "city"))
    labels = [timeline.tick_label(period) for period in times]
    return ChartData("line", labels, drawn, indicator.unit, indicator.decimals)


def pyramid(subject: Subject, *, width: float = 0.5) -> Figure | None:
    """Age structure from the released counts; None where the release has none that may be drawn."""
    bands, period = age_bands(subject, subject.place)
    if not bands:
        return None
    beside = not subject.is_town
    when = periods.label(period)
    label = subject.town if beside else ""
    drawn = draw.pyramid(
        bands,
        reference_label=label,
        title=f"Altersaufbau von {subject.place.name}, {when}",
        width=360,
        height=330,
        id=f"alter-{subject.place.code}",
    )
    line = f" Linie: {label}." if label else ""
    names = [band.label for band in bands]
    return Figure(
        str(drawn),
        f"Alterspyramide von {subject.place.name}, {when}. {_ages_in_words(bands)}",
        f"Anteil an allen Personen in % je Altersjahr, {when}.{line}",
        title="Altersaufbau",
        width=width,
        data=ChartData(
            "pyramid",
            names,
            [
                ChartSeries("männlich", [band.left for band in bands]),
                ChartSeries("weiblich", [band.right for band in bands], "second"),
            ],
            "%",
        ),
    )


def _ages_in_words(bands: Sequence[draw.Band]) -> str:
    """The strongest band on each side, and how many are hidden."""
    sides = (
        ("Männer", [(band, band.left) for band in bands if band.left is not None]),
        ("Frauen", [(band, band.right) for band in bands if band.right is not None]),
    )
    told = []
    for side, known in sides:
        if known:
            most, share = max(known, key=lambda pair: pair[1] / pair[0].years)
            figure = draw.number(share, 1, unit="%")
            told.append(
                f"{side} sind je Altersjahr am häufigsten von {most.label} Jahren ({figure} aller Personen)"
            )
    hidden = sum(1 for band in bands if band.left is None or band.right is None)
    if hidden:
        told.append(f"{hidden} von {len(bands)} Altersgruppen sind gesperrt")
    return "; ".join(told) + "."


def age_bands(subject: Subject, area: Area) -> tuple[list[draw.Band], str]:
    """Age bands of an area in per cent, beside the municipality's, and their period."""
    own = subject.holding.age_table(PEOPLE, area)
    if not own.cells:
        return [], ""
    whole = subject.catalogue.whole
    town = (
        None
        if area.level == MUNICIPALITY_LEVEL
        else subject.holding.age_table(PEOPLE, Area(whole.code, whole.name, whole.level, area.version))
    )
    return ages.bands(own, town), own.period


def spine_table(subject: Subject, chosen: Sequence[Entry], caption: str) -> Table:
    """One row per indicator: value with interval, municipality, place among all areas, comparison, trend."""
    columns = [
        Column("Kennzahl, Stand", width=2.3),
        Column("Wert, 95-%-Intervall", numeric=True),
        Column(subject.town, numeric=True),
        Column("Lage unter allen Gebieten", width=2.2),
        Column("Vergleich", width=2.05),
        Column("Trend", width=1.65),
    ]
    rows: list[Row] = []
    shown = [entry for entry in chosen if entry.value.shown]
    for topic, indicators in subject.catalogue.by_topic(entry.indicator for entry in shown):
        rows.append(Row([Cell(topic)], group=True))
        rows += [_spine_row(entry) for entry in shown if entry.indicator in indicators]
    hidden = [entry for entry in chosen if not entry.value.shown]
    if hidden:
        rows.append(Row([Cell(WITHOUT)], group=True))
        rows += [_hidden_row(entry) for entry in hidden]
    return Table(caption, columns, rows)


def _spine_row(entry: Entry) -> Row:
    indicator, value = entry.indicator, entry.value
    drawn = spine_row(entry)
    mark = draw.MARKERS[entry.comparison]
    return Row(
        [
            Cell(indicator.name, note=periods.label(value.period)),
            Cell(
                layers.value_text(value, indicator),
                note=layers.interval_text(value, indicator) or status_words(value),
                number=value.value,
            ),
            Cell(
                layers.value_text(entry.benchmark, indicator, unit=False) if entry.benchmark else "",
                number=entry.benchmark.value if entry.benchmark and entry.benchmark.shown else None,
            ),
            Cell(spine_words(entry) if drawn else "", svg=str(draw.spine(drawn, width=190)) if drawn else ""),
            Cell(f"{mark} {SHORT[entry.comparison]}".strip(), css=entry.comparison),
            Cell(trends.word(entry.trend, indicator.polarity), note=_years(entry)),
        ]
    )


def _years(entry: Entry) -> str:
    """The years the test of a trend rests on."""
    trend = entry.trend
    if not trend.first:
        return ""
    return f"{periods.parse(trend.first).end.year}–{periods.parse(trend.last).end.year}"


SHORT = {
    "worse": "ungünstiger",
    "better": "günstiger",
    "same": "nicht unterscheidbar",
    "neutral": "ohne Bewertung",
    "": "nicht vergleichbar",
}


def _hidden_row(entry: Entry) -> Row:
    """An indicator that says nothing here keeps its place: sign, reason and the municipality's value."""
    indicator, value = entry.indicator, entry.value
    return Row(
        [
            Cell(indicator.name, note=periods.label(value.period)),
            Cell(layers.value_text(value, indicator)),
            Cell(
                layers.value_text(entry.benchmark, indicator, unit=False) if entry.benchmark else "",
                number=entry.benchmark.value if entry.benchmark and entry.benchmark.shown else None,
            ),
            Cell(status_words(value)),
            Cell(""),
            Cell(""),
        ]
    )


def status_words(value: Value) -> str:
    """The state of a figure in words where it needs any."""
    return "" if value.status in (Status.OK, Status.NONE) else draw.STATUS_WORDS[value.status]


def ranking(subject: Subject, indicator: Indicator, period: str) -> Table:
    """All areas of a level as a table: value, interval, cases, rank as a span, comparison."""
    rows = layer_rows(subject, indicator, period)
    columns = [
        Column(subject.level.label, width=2.4),
        Column(f"Wert {indicator.column_unit}".strip(), numeric=True),
        Column("95-%-Intervall", numeric=True),
        Column("Rang", numeric=True),
        Column(f"neben {subject.town}", width=1.6),
    ]
    return Table(
        f"{indicator.label}, {periods.label(period)}. Ebene: {subject.plural}",
        columns,
        [
            Row(
                [
                    Cell(row.area.name),
                    Cell(
                        layers.value_text(row.value, indicator, unit=False),
                        number=row.value.value if row.value.shown else None,
                    ),
                    Cell(layers.interval_text(row.value, indicator)),
                    Cell(row.rank),
                    Cell(
                        SIDES[row.side] if row.value.shown else draw.STATUS_WORDS[row.value.status],
                        css=row.comparison,
                    ),
                ]
            )
            for row in rows
        ],
    )


SIDES = {
    "ueber": "gesichert darüber",
    "unter": "gesichert darunter",
    "gleich": "nicht unterscheidbar",
    "": "ohne Vergleich",
}


def strip(subject: Subject, indicator: Indicator, period: str) -> Figure | None:
    """All areas at once, from the highest to the lowest, each with its interval."""
    rows = [row for row in layer_rows(subject, indicator, period) if row.value.shown]
    if len(rows) < 3:
        return None
    benchmark = subject.benchmark(indicator, period)
    against = benchmark.value if benchmark is not None and benchmark.shown and indicator.compares else None
    bars = [
        draw.Interval(
            row.area.code, row.area.name, row.value.value, row.value.lower, row.value.upper, row.comparison
        )
        for row in rows
    ]
    drawn = draw.strip(
        bars,
        against,
        benchmark_label=subject.town,
        unit=indicator.unit,
        decimals=indicator.decimals,
        width=640,
        height=150,
        title=f"{indicator.label}: alle Gebiete der Ebene {subject.level.label}",
        zero=timeline.from_zero(indicator),
    )
    ends = f"Höchster Wert: {rows[0].area.name}, {layers.label(rows[0].value, indicator)}; niedrigster: {rows[-1].area.name}, {layers.label(rows[-1].value, indicator)}."
    return Figure(
        str(drawn),
        f"{indicator.label}, alle Gebiete nach Rang. {draw.strip_text(bars, benchmark_label=subject.town)} {ends}",
        f"Alle Gebiete ({subject.plural}) nach Rang; Balken: 95-%-Intervall, Linie: {subject.town}."
        if against is not None
        else f"Alle Gebiete ({subject.plural}) nach Rang; Balken: 95-%-Intervall.",
        title=f"{indicator.name}: Rangfolge",
        data=ChartData(
            "bar",
            [row.area.name for row in rows],
            [ChartSeries(indicator.name, [row.value.value for row in rows])],
            indicator.unit,
            indicator.decimals,
        ),
    )


def histories(subject: Subject, chosen: Sequence[Entry], caption: str) -> list[Table]:
    """A table over the years per kind of period: days, school years and pooled years never share a column head."""
    kinds: dict[periods.PeriodKind, list[Entry]] = {}
    for entry in chosen:
        kinds.setdefault(periods.parse(entry.value.period).kind, []).append(entry)
    found = (history(subject, group, caption) for group in kinds.values())
    return [table for table in found if table]


def history(subject: Subject, chosen: Sequence[Entry], caption: str, *, most: int = 6) -> Table | None:
    """Values of some indicators over their last periods; the sign of a state stands where no figure may."""
    times = sorted({row.period for entry in chosen for row in entry.series}, key=periods.parse)[-most:]
    if len(times) < 2:
        return None
    columns = [
        Column("Kennzahl", width=2.2),
        *(Column(timeline.tick_label(time), numeric=True) for time in times),
    ]
    rows = []
    for entry in chosen:
        found: Mapping[str, Value] = {
            row.period: row for row in timeline.one_per_period(entry.series, subject.place.version)
        }
        unit = f" {entry.indicator.column_unit}" if entry.indicator.unit else ""
        cells = [_figure_cell(found.get(time), entry.indicator) for time in times]
        rows.append(Row([Cell(f"{entry.indicator.name}{unit}"), *cells]))
    return Table(caption, columns, rows)


def _figure_cell(value: Value | None, indicator: Indicator) -> Cell:
    if value is None:
        return Cell("")
    return Cell(layers.value_text(value, indicator, unit=False), number=value.value if value.shown else None)
