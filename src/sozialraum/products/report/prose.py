"""Sentences of reports about one area or the town, built on the site's sentences: both say the same (Text)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from sozialraum import periods
from sozialraum.products import draw, layers, sentences, timeline
from sozialraum.products.entries import Entry
from sozialraum.products.report.content import Block, Bullets, KeyFigure, KeyFigures, Paragraph
from sozialraum.products.report.subject import Subject
from sozialraum.products.sentences import Sentence
from sozialraum.tables import Status

MOST_OPEN = 8


def comparisons(subject: Subject, chosen: Iterable[Entry]) -> list[tuple[Entry, Sentence]]:
    """Each entry that may stand beside the municipality with its sentence."""
    if subject.is_town:
        return []
    found = []
    for entry in chosen:
        if entry.compared_with is not None:
            sentence = sentences.beside_town(subject.town, entry.indicator, entry.value, entry.benchmark)
            if sentence is not None:
                found.append((entry, sentence))
    return found


def surely(subject: Subject, chosen: Iterable[Entry]) -> list[Sentence]:
    """What surely differs from the municipality."""
    return [told for _, told in comparisons(subject, chosen) if told.test == sentences.CERTAIN]


def undecided(subject: Subject, chosen: Iterable[Entry]) -> Sentence | None:
    """What cannot be told apart from the municipality, by name and figure: not knowing is a finding too."""
    open_ = [entry for entry, told in comparisons(subject, chosen) if told.test != sentences.CERTAIN]
    if not open_:
        return None
    named = [
        f"{entry.indicator.name} ({layers.spoken(entry.value, entry.indicator)})"
        for entry in open_[:MOST_OPEN]
    ]
    more = f" und {len(open_) - MOST_OPEN} weiteren" if len(open_) > MOST_OPEN else ""
    text = f"{subject.place.name} ist bei folgenden Kennzahlen nicht von {subject.town} zu unterscheiden: {', '.join(named)}{more}."
    return Sentence(text, sentences.OPEN)


def changes(subject: Subject, chosen: Iterable[Entry]) -> list[Sentence]:
    """How each indicator changed since its first figure in this Gebietsstand; only what is surely a change."""
    found = []
    for entry in chosen:
        told = change(subject, entry)
        if told is not None and told.test == sentences.CERTAIN:
            found.append(told)
    return found


def change(subject: Subject, entry: Entry) -> Sentence | None:
    """From the first to the last figure of the newest Gebietsstand."""
    own = [row for row in timeline.one_per_period(entry.series, subject.place.version) if row.version == subject.place.version]  # fmt: skip
    shown = [row for row in own if row.shown]
    if len(shown) < 2 or entry.indicator.kind == "change" or entry.indicator.published:
        return None
    return sentences.change(entry.indicator, subject.place.name, shown[0], shown[-1])


def portrait(subject: Subject) -> Paragraph | None:
    """The area in two or three sentences: who lives there, and what surely differs or its place among all."""
    people = [entry for entry in subject.entries if sentences.is_population(entry.indicator)][:1]
    told = [
        sentence.text
        for entry in people
        if (sentence := sentences.population(subject.place.name, entry.indicator, entry.value))
    ]
    certain = surely(subject, [entry for entry in subject.headlines if entry.indicator.polarity != "neutral"])
    told += [sentence.text for sentence in certain[:2]]
    if not certain and not subject.is_town:
        among = [
            sentences.among(entry.indicator, entry.value, entry.spread)
            for entry in subject.headlines
            if entry.indicator.compares
        ]
        told += [sentence.text for sentence in among[:2] if sentence is not None]
    return Paragraph(" ".join(told), lead=True) if told else None


def key_figures(subject: Subject, *, most: int = 4) -> KeyFigures | None:
    """Who lives here, then headlines that may be shown, then others."""
    shown = [entry for entry in subject.entries if entry.value.shown]
    people = [entry for entry in shown if sentences.is_population(entry.indicator)][:1]
    first = sorted(
        (entry for entry in subject.headlines if entry.value.shown),
        key=lambda entry: (entry.value.status == Status.UNRELIABLE, entry.indicator.polarity == "neutral"),
    )
    others = [entry for entry in shown if entry.compared_with is not None]
    chosen = list(dict.fromkeys([*people, *first, *others]))[:most]
    return KeyFigures([_key_figure(subject, entry) for entry in chosen]) if chosen else None


def _key_figure(subject: Subject, entry: Entry) -> KeyFigure:
    indicator, value = entry.indicator, entry.value
    interval = layers.interval_text(value, indicator)
    compared = entry.compared_with is not None and not subject.is_town
    notes = [
        f"95 %: {interval}" if interval else "",
        f"{subject.town} {layers.value_text(entry.benchmark, indicator, unit=False)}" if compared else "",
    ]
    return KeyFigure(
        f"{indicator.name}, {periods.label(value.period)}",
        layers.value_text(value, indicator),
        "; ".join(note for note in notes if note),
    )


def bullets(told: Sequence[Sentence]) -> list[Block]:
    """Sentences as a list."""
    return [Bullets([sentence.text for sentence in told])] if told else []


def age(subject: Subject, bands: Sequence[draw.Band], period: str) -> Paragraph | None:
    """Which broad age groups are more or less frequent than in the municipality."""
    if not bands or any(band.left is None or band.right is None for band in bands):
        return None
    groups = []
    for label, low, high in (("unter 18", 0, 18), ("18 bis unter 65", 18, 65), ("65 und älter", 65, 200)):
        inside = [band for band in bands if low <= band.start and (band.end or 199) < high]
        covered = _covers(inside, low, high)
        if covered:
            own = sum((band.left or 0) + (band.right or 0) for band in inside)
            whole = [part for band in inside for part in (band.left_reference, band.right_reference)]
            town = sum(part for part in whole if part is not None) if None not in whole else None
            groups.append((label, own, town))
    if not groups:
        return None
    parts = [
        f"{label} Jahre {draw.number(own, 1, unit='%')}"
        + (f" ({subject.town} {draw.number(town, 1, unit='%')})" if town is not None else "")
        for label, own, town in groups
    ]
    return Paragraph(f"Altersaufbau in {subject.place.name} am {periods.label(period)}: {'; '.join(parts)}.")


def _covers(bands: Sequence[draw.Band], low: int, high: int) -> bool:
    """Whether bands fill a span of ages without a gap."""
    ordered = sorted(bands, key=lambda band: band.start)
    if not ordered or ordered[0].start != low:
        return False
    closed = all(one.end is not None and one.end + 1 == two.start for one, two in itertools.pairwise(ordered))
    last = ordered[-1].end
    return closed and (last is None if high >= 200 else last == high - 1)
