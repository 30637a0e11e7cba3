"""Chapters at the end of every report: sources, signs, protection, data state (Quellen und Zeichen)."""

from __future__ import annotations

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.report.chapters.kind import Kind
from sozialraum.products.report.content import Cell, Column, Note, Paragraph, Row, Table
from sozialraum.products.report.subject import Blocks, Settings, Subject
from sozialraum.tables import Status

SIGNS_SHOWN = tuple(status for status in Status if status.sign)


def sources(subject: Subject, settings: Settings) -> Blocks:
    """Where the figures come from, of when they are, whom they count."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for entry in subject.entries:
        grouped.setdefault(entry.indicator.source, []).append((entry.indicator.name, entry.value.period))
    rows = []
    for id, found in grouped.items():
        source = subject.catalogue.sources.get(id)
        if source is None:
            continue
        dates = sorted({period for _, period in found}, key=periods.parse)
        rows.append(
            Row(
                [
                    Cell(source.citation or source.label, note=source.licence),
                    Cell(", ".join(name for name, _ in found)),
                    Cell(", ".join(periods.label(date) for date in dates)),
                    Cell(source.counted),
                ]
            )
        )
    if not rows:
        return []
    columns = [
        Column("Quelle", width=2),
        Column("Kennzahlen", width=2.4),
        Column("Stand", width=1),
        Column("Gezählt werden", width=1.8),
    ]
    return [Table("Quellen, Stand und wer gezählt wird", columns, rows), *signs(subject, settings)]


def signs(subject: Subject, settings: Settings) -> Blocks:
    """What the printed signs mean, and how the figures were protected."""
    told = "; ".join(draw.status_note(status) for status in SIGNS_SHOWN)
    office = subject.catalogue.office.name
    protocol = subject.holding.release.protocol
    hidden = protocol.get("hidden")
    protection = (
        "Gesperrte Zahlen sind nie null und lassen sich auch aus Summen nicht errechnen; die Freigabe wurde darauf geprüft."
        if hidden
        else "Diese Freigabe enthält keine gesperrten Zahlen."
    )
    return [
        Note(f"{told}.", "Zeichen"),
        Note(
            f"Das 95-%-Intervall zeigt, wie weit der Zufall reicht. „Gesichert“ heißt: Das ganze Intervall liegt auf einer "
            f"Seite des Vergleichswertes. {protection}",
            "Unsicherheit und Geheimhaltung",
        ),
        Paragraph(
            f"Freigabe {subject.catalogue.release} von {office or subject.town}, Prüfsumme {subject.holding.fingerprint}."
        ),
    ]


KINDS: dict[str, Kind] = {
    "quellen": Kind(sources, "Quellen und Stand"),
    "zeichen": Kind(signs, "Zeichen und Geheimhaltung"),
}
