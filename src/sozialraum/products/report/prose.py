"""Sentences of reports about one area or the town, built on the site's sentences: both say the same (Text)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sozialraum import periods
from sozialraum.products import draw, layers, sentences
from sozialraum.products import portrait as wording
from sozialraum.products.entries import Entry
from sozialraum.products.report.content import Block, Bullets, KeyFigure, KeyFigures, Paragraph
from sozialraum.products.report.subject import Subject
from sozialraum.products.sentences import Sentence
from sozialraum.tables import Status

LEAD = 2  # sure sentences of an opening


def apart(subject: Subject, chosen: Iterable[Entry]) -> list[Entry]:
    """The indicators in which the area surely lies above or below the municipality."""
    return [] if subject.is_town else [entry for entry in chosen if entry.told.side in ("ueber", "unter")]


def differences(subject: Subject, chosen: Iterable[Entry]) -> list[Sentence]:
    """What surely differs from the municipality, with its course over time."""
    return [wording.difference(subject.town, entry.told) for entry in apart(subject, chosen)]


def undecided(subject: Subject, chosen: Iterable[Entry]) -> list[Sentence]:
    """What cannot be told apart from the municipality, by name and figure."""
    return wording.undecided(subject.town, [entry.told for entry in chosen if entry.told.side == "gleich"]) if not subject.is_town else []  # fmt: skip


def moves(chosen: Iterable[Entry]) -> list[Sentence]:
    """What surely rose or fell."""
    return [wording.move(entry.told) for entry in chosen if entry.trend.clear and entry.trend.relevant]


def portrait(subject: Subject) -> Paragraph | None:
    """The area in a few sentences, the same as on the site."""
    told = [
        replace(entry.told, benchmark=None) if subject.is_town else entry.told for entry in subject.headlines
    ]
    found = wording.portrait(subject.place.name, subject.town, told)
    certain = [sentence for sentence in found if sentence.test == sentences.CERTAIN][:LEAD]
    people = [sentence for sentence in found if sentence.test == sentences.COUNTED][:1]
    if not certain and not subject.is_town:
        among = [
            sentences.among(entry.indicator, entry.value, entry.spread)
            for entry in subject.headlines
            if entry.indicator.compares
        ]
        certain = [sentence for sentence in among if sentence is not None][:LEAD]
    text = " ".join(sentence.text for sentence in (*people, *certain))
    return Paragraph(text, lead=True) if text else None


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
