"""The spine of a profile: one row per indicator between the least and the most favourable area (Wirbelsäule)."""

from __future__ import annotations

from sozialraum import periods
from sozialraum.products import draw, layers, trends
from sozialraum.products.draw import Markup
from sozialraum.words import mark, say
from sozialraum_ui.parts import Cell, Column, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas import tables
from sozialraum_web.atlas.frame import indicator_address
from sozialraum_web.atlas.subject import Entry, Subject

WITHOUT = mark("Ohne Wert für dieses Gebiet")


def spine_table(subject: Subject) -> Table:
    """One row per indicator: cases, value, municipality, spread over the areas of this level, trend."""
    beside = subject.yardstick.name
    columns = [
        Column(say("Kennzahl, Stand")),
        Column(say("Fälle"), numeric=True),
        Column(say("Wert, 95-%-Intervall"), numeric=True),
        Column(beside, numeric=True),
        Column(say("linkes Ende"), numeric=True, css="c-wide"),
        Column(say("Lage unter allen Gebieten"), css="c-spine"),
        Column(say("rechtes Ende"), numeric=True, css="c-wide"),
        Column(say("Trend")),
    ]
    shown = [entry for entry in subject.entries if entry.value.shown]
    hidden = [entry for entry in subject.entries if not entry.value.shown]
    rows = []
    for topic, indicators in subject.place.catalogue.by_topic(entry.indicator for entry in shown):
        rows.append(TableRow([Cell(topic)], group=True))
        rows += [_spine_row(subject, entry) for entry in shown if entry.indicator in indicators]
    if hidden:
        rows.append(TableRow([Cell(say(WITHOUT))], group=True))
        rows += [_hidden_row(subject, entry) for entry in hidden]
    return Table(
        say(
            "Kennzahlen für {area} neben {beside} und allen Gebieten der Ebene",
            area=subject.area.name,
            beside=beside,
        ),
        columns,
        rows,
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
            _trend_cell(entry),
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
    return draw.comparison_word(entry.comparison) if entry.comparison else say("ohne Vergleich")


def _trend_cell(entry: Entry) -> Cell:
    """Arrow and word; the years the test rests on stand below."""
    trend, polarity = entry.trend, entry.indicator.polarity
    arrow = trends.arrow(trend)
    years = (
        f"{periods.parse(trend.first).end.year}–{periods.parse(trend.last).end.year}" if trend.first else ""
    )
    return Cell(trends.word(trend, polarity), markup=draw.trend(arrow, polarity), beside=True, note=years)


def in_words(subject: Subject) -> list[tuple[str, str]]:
    """Every headline's trend as a sentence: points used, test, size, or why there is none."""
    return [(entry.indicator.name, entry.trend.sentence(entry.indicator.unit)) for entry in subject.headlines]
