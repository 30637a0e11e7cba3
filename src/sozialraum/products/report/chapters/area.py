"""Chapters about one area: portrait, overview, population, topic, index, summary (Gebietsprofil)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sozialraum.products import draw, sentences
from sozialraum.products import portrait as wording
from sozialraum.products.entries import Entry
from sozialraum.products.report import figures, prose
from sozialraum.products.report.chapters.kind import Kind
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
from sozialraum.products.values import Value
from sozialraum.spatial import similar

NOT_SAID = "Was die Zahl nicht sagt"
MOST_SERIES = 4
MOST_ROWS = 10
FEWEST_ALIKE = 8  # among fewer areas "similar" says nothing


def portrait(subject: Subject, settings: Settings) -> Blocks:
    """Who lives here, what stands out, where it lies."""
    blocks: Blocks = []
    lead = prose.portrait(subject)
    blocks += [lead] if lead else []
    figures_ = prose.key_figures(subject)
    blocks += [figures_] if figures_ else []
    place = _whereabouts(subject)
    blocks += [place] if place else []
    return blocks or [nothing(subject)]


def nothing(subject: Subject) -> Note:
    """What stands where the release says nothing about an area."""
    return Note(
        f"Zu {subject.place.name} enthält die Freigabe {subject.catalogue.release} keine Zahlen, die gezeigt werden dürfen.",
        "Was fehlt",
    )


def _whereabouts(subject: Subject) -> Paragraph | None:
    """To what the area belongs and what it borders on."""
    area, catalogue = subject.area, subject.catalogue
    if area is None or subject.is_town:
        return None
    parent = catalogue.parent(area)
    shape = subject.atlas.levels[area.level].shape(area.code) if subject.atlas else None
    names = sorted(
        found.name
        for code in (shape.neighbours if shape else ())
        if (found := catalogue.area(area.level, code, area.version))
    )
    parts = []
    if parent and parent.name != subject.town:
        parts.append(f"{area.name} ({area.code}) gehört zu {parent.name}.")
    if names:
        parts.append(f"Angrenzende Gebiete: {', '.join(names)}.")
    return Paragraph(" ".join(parts)) if parts else None


def overview(subject: Subject, settings: Settings) -> Blocks:
    """All or the first indicators beside the municipality and all areas."""
    chosen = _chosen(subject, settings)
    if not chosen:
        return [nothing(subject)]
    caption = f"Kennzahlen für {subject.place.name} neben {subject.town} und allen Gebieten der Ebene {subject.level.label}"
    if subject.is_town:
        return list(figures.histories(subject, chosen, f"Kennzahlen für {subject.town}"))
    return [
        Note(
            f"▲ ungünstiger, ▼ günstiger als {subject.town} (statistisch gesichert), ● nicht unterscheidbar, ○ ohne Bewertung. "
            "Heller Balken: alle Gebiete der Ebene, dunkler: ihre mittlere Hälfte, senkrechter Strich: "
            f"{subject.town}. Ungünstig steht immer links.",
            "So lesen Sie die Tabelle",
        ),
        figures.spine_table(subject, chosen, caption),
        Note(
            "Die Werte beschreiben das Gebiet, nicht die Menschen darin. Sie geben Hinweise und ersetzen keine Ortskenntnis."
        ),
    ]


def _chosen(subject: Subject, settings: Settings) -> list[Entry]:
    """The entries a chapter speaks of: by indicator, by topic, the headlines, or all."""
    wanted, topics = settings.list("kennzahlen"), settings.list("themen")
    if wanted:
        found = {entry.indicator.id: entry for entry in subject.entries}
        return [found[id] for id in wanted if id in found]
    if topics:
        return [entry for entry in subject.entries if entry.indicator.topic in topics]
    if settings.text("auswahl", "kopf") == "alle":
        return list(subject.entries)
    return subject.headlines


def population(subject: Subject, settings: Settings) -> Blocks:
    """Age structure and the number of residents over time."""
    bands, period = figures.age_bands(subject, subject.place)
    told = prose.age(subject, bands, period)
    chosen = [
        entry for entry in subject.entries if entry.indicator.topic == settings.text("thema", "bevoelkerung")
    ]
    people = [entry for entry in chosen if sentences.is_population(entry.indicator)][:1]
    pyramid = figures.pyramid(subject)
    drawn = [figure for entry in people if (figure := figures.series(subject, entry))]
    blocks: list[Block] = [told] if told else []
    moved = [sentence for entry in people if (sentence := wording.population(subject.place.name, entry.told))]
    blocks += [Paragraph(sentence.text, sentence.test) for sentence in moved]
    blocks += [pyramid] if pyramid else []
    blocks += drawn
    if settings.flag("tabelle", True):
        blocks += _table(subject, chosen)
    return blocks


def topic(subject: Subject, settings: Settings) -> Blocks:
    """One topic or several: what surely differs, what changed, series, a table, what the figures do not say."""
    chosen = _chosen(subject, settings) if settings.list("themen") or settings.list("kennzahlen") else []
    if not chosen:
        return []
    blocks: list[Block] = []
    certain = prose.differences(subject, chosen)
    if certain:
        blocks += [Heading(f"Gesichert anders als in {subject.town}"), *prose.bullets(certain)]
    blocks += [Paragraph(told.text, told.test) for told in prose.undecided(subject, chosen)]
    moved = prose.moves(chosen)
    if moved:
        blocks += [Heading("Gesicherte Veränderungen"), *prose.bullets(moved)]
    first = sorted(
        chosen, key=lambda entry: (not entry.indicator.headline, entry.indicator.polarity == "neutral")
    )
    drawn = [
        figure for entry in first if entry.indicator.compares and (figure := figures.series(subject, entry))
    ]
    blocks += drawn[: settings.whole("reihen", MOST_SERIES)]
    if settings.flag("tabelle", True):
        blocks += _table(subject, chosen)
    blocks += caveats(chosen[: settings.whole("grenzen", 3)])
    return blocks


def _table(subject: Subject, chosen: Sequence[Entry]) -> Blocks:
    first = sorted(chosen, key=lambda entry: not entry.indicator.headline)[:MOST_ROWS]
    return list(figures.histories(subject, first, f"Werte für {subject.place.name}"))


def caveats(chosen: Sequence[Entry]) -> Blocks:
    """What the indicators do not say, from their own caveats."""
    told = [
        f"{entry.indicator.name}: {entry.indicator.caveat}"
        for entry in chosen
        if entry.indicator.caveat and entry.value.shown
    ]
    return [Note(" ".join(told), NOT_SAID)] if told else []


def development(subject: Subject, settings: Settings) -> Blocks:
    """The first indicators over time."""
    chosen = [entry for entry in _chosen(subject, settings) if entry.indicator.compares]
    drawn = [figure for entry in chosen if (figure := figures.series(subject, entry))]
    return [*drawn[: settings.whole("reihen", MOST_SERIES)], *prose.bullets(prose.moves(chosen))]


def summary(subject: Subject, settings: Settings) -> Blocks:
    """Where the area surely stands better and worse: potentials and challenges, as hints."""
    judged = [
        entry
        for entry in subject.entries
        if entry.indicator.polarity != "neutral" and entry.indicator.kind != "change"
    ]
    found = prose.apart(subject, judged)
    better = prose.differences(subject, [entry for entry in found if entry.comparison == "better"])
    worse = prose.differences(subject, [entry for entry in found if entry.comparison == "worse"])
    blocks: list[Block] = []
    if better:
        blocks += [Heading("Günstiger als in der Kommune insgesamt"), *prose.bullets(better)]
    if worse:
        blocks += [Heading("Ungünstiger als in der Kommune insgesamt"), *prose.bullets(worse)]
    if not blocks:
        return []
    blocks.append(
        Note(
            "Der Schritt von einer auffälligen Zahl zu einem Bedarf ist eine fachliche Entscheidung: Dazu gehören das Wissen "
            "der Menschen vor Ort und die vorhandenen Angebote."
        )
    )
    return blocks


def index(subject: Subject, settings: Settings) -> Blocks:
    """The class of the area in each edition of its level, with its certainty and reason."""
    area, holding = subject.place, subject.holding
    own = holding.of_area(area)
    told = []
    for edition in sorted(subject.catalogue.indices.values(), key=lambda item: item.edition):
        if (edition.level, edition.version) != (area.level, area.version):
            continue
        found = {
            kind: next(
                (row for row in own.get(f"{edition.id}_{kind}", ()) if row.period == edition.period), None
            )
            for kind in ("status", "dynamic", "status_stability")
        }
        status, dynamic, stability = found["status"], found["dynamic"], found["status_stability"]
        reason = next((item.reason for item in edition.exclusions if item.area == area.code), "")
        if status is None:
            continue
        if not status.class_:
            why = reason or draw.STATUS_WORDS[status.status]
            told.append(f"{edition.title}: {area.name} ist nicht bewertet ({why}).")
            continue
        parts = [f"{edition.title}: {area.name} hat den Status „{status.class_}“"]
        if dynamic is not None and dynamic.class_:
            parts.append(f", die Dynamik ist „{dynamic.class_}“")
        text = "".join(parts) + "."
        if stability is not None and stability.shown and stability.value is not None:
            share = draw.number(100 * stability.value, 0, unit="%")
            text += f" Die Klasse bleibt in {share} der Rechenvarianten gleich."
        told.append(text)
    if not told:
        return []
    return [
        Bullets(told),
        Note(
            "Ein Index gibt Hinweise und ist kein Urteil. Zwei Ausgaben werden nicht miteinander verglichen."
        ),
    ]


def similar_areas(subject: Subject, settings: Settings) -> Blocks:
    """The areas of the level with the smallest standardised distance, and in what they are alike."""
    if subject.is_town or len(subject.members) < FEWEST_ALIKE:
        return []
    indicators = [
        entry.indicator
        for entry in subject.headlines
        if entry.indicator.compares and entry.indicator.kind != "change"
    ]
    columns = [subject.layer(item, subject.periods_of(item)[-1]) for item in indicators]
    codes = [area.code for area in subject.members]
    values = [[_number(column.get(code)) for column in columns] for code in codes]
    if not indicators or subject.place.code not in codes:
        return []
    found = similar.by_distance(
        values, codes.index(subject.place.code), number=settings.whole("anzahl", 5), named=2
    )
    if not found.matches:
        return []
    names = [item.name for item in indicators]
    rows = [
        Row(
            [
                Cell(subject.members[match.area].name),
                Cell(draw.number(match.distance, 2), number=match.distance),
                Cell(similar.why(match, names)),
            ]
        )
        for match in found.matches
    ]
    return [
        Table(
            f"Gebiete, die {subject.place.name} ähnlich sind, nach {len(indicators)} Kennzahlen",
            [
                Column(subject.level.label, width=1.6),
                Column("Abstand", numeric=True),
                Column("warum", width=3),
            ],
            rows,
            f"Abstand in Standardabweichungen über: {', '.join(names)}. Ähnlich heißt nur: in diesen Zahlen.",
        )
    ]


def _number(value: Value | None) -> float:
    return value.value if value is not None and value.shown and value.value is not None else math.nan


def own_text(subject: Subject, settings: Settings) -> Blocks:
    """A chapter of the planners: their text is added to every chapter; this one has nothing else."""
    return []


KINDS: dict[str, Kind] = {
    "portraet": Kind(portrait, "Kurzporträt"),
    "ueberblick": Kind(overview, "Auf einen Blick", ("auswahl", "kennzahlen", "themen")),
    "bevoelkerung": Kind(population, "Bevölkerung", ("thema", "tabelle")),
    "thema": Kind(topic, "Thema", ("themen", "kennzahlen", "reihen", "tabelle", "grenzen")),
    "entwicklung": Kind(development, "Entwicklung", ("auswahl", "kennzahlen", "themen", "reihen")),
    "zusammenfassung": Kind(summary, "Potenziale und Herausforderungen"),
    "index": Kind(index, "Index"),
    "aehnliche": Kind(similar_areas, "Ähnliche Gebiete", ("anzahl",), needs_area=True),
    "text": Kind(own_text, "Eigener Text"),
}
