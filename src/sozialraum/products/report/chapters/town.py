"""Chapters about the whole municipality: findings first, method, overview, fields of action, profiles, annex (Sozialbericht)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sozialraum import periods
from sozialraum.products import draw, layers, sentences
from sozialraum.products import portrait as wording
from sozialraum.products.catalogue import Area, Indicator
from sozialraum.products.report import figures, prose
from sozialraum.products.report.chapters.kind import Kind, Part
from sozialraum.products.report.content import (
    Block,
    Bullets,
    Cell,
    Column,
    Heading,
    Note,
    Paragraph,
    Row,
    Table,
)
from sozialraum.products.report.subject import Blocks, Settings, Subject
from sozialraum.products.sentences import Sentence
from sozialraum.products.values import Value

MOST_FINDINGS = 8
MOST_AREAS = 12
PER_FIELD = 3
COLUMNS = 6


def judged(subject: Subject) -> list[Indicator]:
    """Headline indicators with a good and a bad side that the level has; without any, all judged ones."""
    held = [item for item in subject.catalogue.plain_indicators if item.compares and subject.periods_of(item)]
    fit = [item for item in held if item.polarity != "neutral" and item.kind != "change"]
    return [item for item in fit if item.headline] or fit or held[:4]


def newest(subject: Subject, indicator: Indicator) -> str:
    """The newest period of an indicator on the level."""
    return subject.periods_of(indicator)[-1]


def findings(subject: Subject, settings: Settings) -> Blocks:
    """What the figures surely say about the town, and where several of them point the same way."""
    told: list[Sentence] = []
    for indicator in judged(subject):
        rows = figures.layer_rows(subject, indicator, newest(subject, indicator))
        sentence = sentences.above(indicator, subject.town, rows) or sentences.spread(indicator, rows)
        told += [sentence] if sentence else []
    told = told[: settings.whole("anzahl", MOST_FINDINGS)]
    own = {entry.indicator.id: entry for entry in subject.entries_of(subject.place)}
    moved = [
        wording.move(entry.told)
        for item in judged(subject)
        if (entry := own.get(item.id)) and entry.trend.clear and entry.trend.relevant
    ]
    blocks: list[Block] = []
    if told:
        blocks += [Heading("Unterschiede zwischen den Gebieten"), *prose.bullets(told)]
    if moved:
        blocks += [
            Heading(f"Entwicklung in {subject.town}"),
            *prose.bullets(moved[: settings.whole("anzahl", MOST_FINDINGS)]),
        ]
    table = attention(subject, settings.whole("gebiete", MOST_AREAS))
    if table:
        blocks += [Heading("Gebiete, in denen mehrere Kennzahlen auffallen"), table, _HINT]
    return blocks


_HINT = Note(
    "Auffällig heißt: gesichert ungünstiger als in der Kommune insgesamt. Das ist ein Hinweis, noch kein Bedarf. Was daraus folgt, "
    "entscheiden Fachleute und Gremien mit dem Wissen der Menschen vor Ort."
)


def attention(subject: Subject, most: int) -> Table | None:
    """Areas by the number of judged indicators in which they surely stand worse; out of how many that show a value."""
    found: dict[str, tuple[int, int, list[str]]] = {}
    for indicator in judged(subject):
        for row in figures.layer_rows(subject, indicator, newest(subject, indicator)):
            worse, shown, names = found.get(row.area.code, (0, 0, []))
            if row.value.shown:
                shown += 1
            if row.comparison == "worse":
                worse, names = (
                    worse + 1,
                    [*names, f"{indicator.name} ({layers.spoken(row.value, indicator)})"],
                )
            found[row.area.code] = (worse, shown, names)
    names_by_code = {area.code: area.name for area in subject.members}
    several = sorted(
        ((code, told) for code, told in found.items() if told[0] > 1),
        key=lambda item: (-item[1][0], names_by_code[item[0]]),
    )
    if not several:
        return None
    rows = [
        Row([Cell(names_by_code[code]), Cell(f"{worse} von {shown}", number=worse), Cell("; ".join(told))])
        for code, (worse, shown, told) in several[:most]
    ]
    columns = [
        Column(subject.level.label, width=1.4),
        Column("auffällig", numeric=True),
        Column("in", width=4),
    ]
    return Table(
        f"{len(several)} Gebiete mit mindestens zwei Kennzahlen, die gesichert ungünstiger liegen als in {subject.town}"
        + (f" (gezeigt: {most})" if len(several) > most else ""),
        columns,
        rows,
        "Gezählt werden nur Kennzahlen, die für das Gebiet gezeigt werden dürfen.",
    )


def method(subject: Subject, settings: Settings) -> Blocks:
    """How the figures came about: levels, indicators, intervals, protection."""
    catalogue, protocol = subject.catalogue, subject.holding.release.protocol
    levels = [level for level in catalogue.version(subject.version).levels if level.areas > 1]
    parts = ", ".join(f"{draw.whole(level.areas)} {level.plural or level.label}" for level in levels)
    blocks: list[Block] = [
        Paragraph(
            f"Der Bericht beruht auf der Freigabe {catalogue.release} mit {draw.whole(len(catalogue.plain_indicators))} Kennzahlen. "
            f"Räumlich gegliedert ist {subject.town} in {parts} (Gebietsstand {catalogue.version(subject.version).label})."
        )
    ]
    hidden = protocol.get("hidden")
    if hidden:
        blocks.append(
            Paragraph(
                f"Zum Schutz einzelner Personen sind {draw.whole(hidden)} von {draw.whole(protocol['cells'])} Zahlen gesperrt; "
                "geprüft wurde, dass sich keine davon aus anderen errechnen lässt."
            )
        )
    blocks += [
        Note(
            "Jeder Anteil steht mit seinem 95-%-Intervall. Ein Unterschied heißt gesichert, wenn das ganze Intervall auf einer Seite "
            "des Vergleichswertes liegt. Ränge sind Spannen. Durchschnitte von Anteilen werden nie gebildet: Summen entstehen aus Fallzahlen.",
            "So wurde gerechnet",
        ),
        Note(
            "Die Zahlen beschreiben Gebiete, nicht Menschen. Sie zeigen, wo genauer hinzusehen ist, und erklären nicht, warum etwas so ist.",
            "Was die Zahlen nicht sagen",
        ),
    ]
    return blocks


def overview(subject: Subject, settings: Settings) -> Blocks:
    """The town in key figures, a table over the years, the opening map."""
    town = replace(subject, area=None)
    blocks: list[Block] = []
    lead = prose.portrait(town)
    blocks += [lead] if lead else []
    key = prose.key_figures(town)
    blocks += [key] if key else []
    pyramid = figures.pyramid(town)
    blocks += [pyramid] if pyramid else []
    people = [entry for entry in town.entries if sentences.is_population(entry.indicator)][:1]
    blocks += [figure for entry in people if (figure := figures.series(town, entry))]
    return [*blocks, *figures.histories(town, town.headlines, f"Kennzahlen für {subject.town}")]


def field_parts(subject: Subject, settings: Settings) -> Iterator[Part]:
    """One section per topic: maps, rankings, what is sure, what the figures do not say."""
    wanted = settings.list("themen")
    for topic in subject.catalogue.topics:
        if wanted and topic.id not in wanted:
            continue
        held = [
            item
            for item in subject.catalogue.plain_indicators
            if item.topic == topic.id and item.compares and subject.periods_of(item)
        ]
        first = [item for item in held if item.headline] or held
        blocks = [
            block
            for indicator in first[: settings.whole("kennzahlen", PER_FIELD)]
            for block in about(subject, indicator)
        ]
        if blocks:
            yield Part(topic.id, topic.label, blocks, new_page=True)


def about(subject: Subject, indicator: Indicator, *, ranking: bool = False) -> Blocks:
    """One indicator over all areas: definition, sentences, map, ranking, caveat."""
    period = newest(subject, indicator)
    rows = figures.layer_rows(subject, indicator, period)
    told = [
        sentence
        for sentence in (
            sentences.above(indicator, subject.town, rows),
            sentences.undecided(indicator, subject.town, rows),
            sentences.spread(indicator, rows),
            sentences.middle(indicator, rows),
        )
        if sentence is not None
    ]
    blocks: list[Block] = [Heading(indicator.label), Paragraph(indicator.definition)]
    blocks += [Bullets([sentence.text for sentence in told])] if told else []
    drawn = figures.map_of(subject, indicator, period, width=0.56)
    blocks += [drawn] if drawn else []
    strip = figures.strip(subject, indicator, period)
    blocks += [strip] if strip else []
    if ranking:
        blocks.append(figures.ranking(subject, indicator, period))
    if indicator.caveat:
        blocks.append(Note(indicator.caveat, "Was die Zahl nicht sagt"))
    return blocks


def profile_parts(subject: Subject, settings: Settings) -> Iterator[Part]:
    """A short profile of every area of the level: figures, place among all, what is sure."""
    for area in subject.members:
        here = replace(subject, area=area)
        blocks: list[Block] = []
        lead = prose.portrait(here)
        blocks += [lead] if lead else []
        shown = [entry for entry in here.headlines if entry.value.shown]
        if shown:
            blocks.append(
                figures.spine_table(here, here.headlines, f"Kennzahlen für {area.name} neben {subject.town}")
            )
        if not blocks:
            blocks.append(
                Note(
                    f"Zu {area.name} enthält die Freigabe keine Zahlen, die gezeigt werden dürfen.",
                    "Was fehlt",
                )
            )
        yield Part(area.code, area.name, blocks, new_page=settings.flag("je_seite", True))


def annex(subject: Subject, settings: Settings) -> Blocks:
    """All areas beside all headline indicators, a few columns at a time; hidden figures with their sign."""
    chosen = [item for item in subject.catalogue.headlines if subject.periods_of(item)]
    chosen = chosen or [item for item in subject.catalogue.plain_indicators if subject.periods_of(item)]
    return [_wide_table(subject, chosen[start : start + COLUMNS]) for start in range(0, len(chosen), COLUMNS)]


def _wide_table(subject: Subject, chosen: Sequence[Indicator]) -> Table:
    layered = [(item, newest(subject, item), subject.layer(item, newest(subject, item))) for item in chosen]
    columns = [
        Column(subject.level.label, width=2.0),
        *(Column(f"{item.name} {item.column_unit}".strip(), numeric=True, width=1) for item, _, _ in layered),
    ]
    rows = [Row(_wide_cells(area, layered)) for area in subject.members]
    whole = [subject.benchmark(item, period) for item, period, _ in layered]
    total = [
        Cell(subject.town),
        *(
            Cell(
                layers.value_text(value, item, unit=False) if value else "",
                number=value.value if value and value.shown else None,
            )
            for (item, _, _), value in zip(layered, whole, strict=True)
        ),
    ]
    dates = sorted({period for _, period, _ in layered}, key=periods.parse)
    return Table(
        f"{subject.plural}: {', '.join(item.name for item in chosen)} ({', '.join(periods.label(date) for date in dates)})",
        columns,
        [*rows, Row(total, strong=True)],
    )


def _wide_cells(area: Area, layered: Sequence[tuple[Indicator, str, dict[str, Value]]]) -> list[Cell]:
    cells = [Cell(area.name)]
    for item, period, found in layered:
        value = found.get(area.code) or layers.missing(area, item.id, period)
        cells.append(
            Cell(
                layers.value_text(value, item, unit=False),
                number=value.value if value.shown else None,
            )
        )
    return cells


def opening_map(subject: Subject, settings: Settings) -> Blocks:
    """The map of one indicator, by setting or the one the atlas opens with."""
    chosen = chosen_indicator(subject, settings)
    if chosen is None:
        return []
    period = newest(subject, chosen)
    drawn = figures.map_of(subject, chosen, period, width=float(settings.whole("breite", 64)) / 100)
    rows = figures.layer_rows(subject, chosen, period)
    words = sentences.in_words(chosen, subject.town, subject.benchmark(chosen, period), rows, period)
    return [*([drawn] if drawn else []), Bullets(words)]


def chosen_indicator(subject: Subject, settings: Settings) -> Indicator | None:
    """The indicator of a setting, else the one a reader meets first."""
    wanted = settings.text("kennzahl")
    found = subject.catalogue.indicators.get(wanted) if wanted else subject.catalogue.opening
    if found is None or not subject.periods_of(found):
        held = judged(subject)
        return held[0] if held and not wanted else None
    return found


def nothing(subject: Subject, settings: Settings) -> Blocks:
    """A chapter that consists of its sections."""
    return []


KINDS: dict[str, Kind] = {
    "befunde": Kind(findings, "Befunde", ("anzahl", "gebiete")),
    "methode": Kind(method, "Datengrundlage und Methode"),
    "stadtueberblick": Kind(overview, "Überblick"),
    "handlungsfelder": Kind(nothing, "Handlungsfelder", ("themen", "kennzahlen"), field_parts),
    "profile": Kind(nothing, "Profile aller Gebiete", ("je_seite",), profile_parts),
    "karte": Kind(opening_map, "Karte", ("kennzahl", "breite")),
    "anhang": Kind(annex, "Tabellen"),
}
