"""Indicator sheets, evidence for funding, council papers, changes from year to year (Blätter und Vorlagen)."""

from __future__ import annotations

from collections.abc import Iterator

from sozialraum import periods
from sozialraum.products import change as changing
from sozialraum.products import draw, layers, sentences
from sozialraum.products.catalogue import Indicator
from sozialraum.products.entries import Entry
from sozialraum.products.report import figures
from sozialraum.products.report.chapters import town
from sozialraum.products.report.chapters.kind import Kind, Part
from sozialraum.products.report.content import (
    Block,
    Bullets,
    Cell,
    Column,
    Note,
    Paragraph,
    Row,
    Table,
)
from sozialraum.products.report.subject import Blocks, Settings, Subject
from sozialraum.products.values import Value
from sozialraum.tables import Status

POLARITIES = {
    "higher_worse": "Ein höherer Wert ist ungünstiger.",
    "higher_better": "Ein höherer Wert ist günstiger.",
    "neutral": "Ohne Bewertung: Ein höherer Wert ist weder günstiger noch ungünstiger.",
}
INTERVALS = {
    "wilson": "95-%-Intervall nach Wilson",
    "byar": "95-%-Intervall nach Byar",
    "none": "ohne Intervall",
}
MOST_CHANGES = 15


def sheet(subject: Subject, settings: Settings) -> Blocks:
    """What one indicator is: definition, formula, source, periods, limits."""
    indicator = subject.catalogue.indicators.get(settings.text("kennzahl"))
    return [description(subject, indicator)] if indicator else []


def description(subject: Subject, indicator: Indicator) -> Table:
    """The metadata of an indicator as a table."""
    source = subject.catalogue.source_of(indicator)
    levels = [
        level.label
        for version, ids in indicator.levels.items()
        if version == subject.version
        for level in subject.catalogue.version(version).levels
        if level.id in ids
    ]
    known = indicator.ordered_periods()
    rows = [
        ("Definition", indicator.definition),
        ("Zähler", indicator.numerator),
        ("Nenner", indicator.denominator),
        ("Formel", indicator.formula),
        ("Einheit", indicator.unit),
        ("Richtung", POLARITIES.get(indicator.polarity, "")),
        ("Unsicherheit", INTERVALS.get(indicator.interval, indicator.interval)),
        ("Quelle", source.citation or source.label),
        ("Gezählt werden", source.population_concept),
        ("Rechtsgrundlage", source.legal_basis),
        ("Lizenz", source.licence),
        ("Geheimhaltung", source.profile.label),
        ("Ebenen", ", ".join(levels)),
        ("Zeitraum", f"{periods.label(known[0])} bis {periods.label(known[-1])}" if len(known) > 1 else "".join(periods.label(one) for one in known)),
        ("Was die Zahl nicht sagt", indicator.caveat),
    ]  # fmt: skip
    return Table(
        f"{indicator.label} ({indicator.id})",
        [Column("Angabe", width=1), Column("Inhalt", width=4)],
        [Row([Cell(name), Cell(text)]) for name, text in rows if text],
    )


def sheet_figures(subject: Subject, settings: Settings) -> Blocks:
    """One indicator over all areas: map, ranking, table."""
    indicator = subject.catalogue.indicators.get(settings.text("kennzahl"))
    if indicator is None or not subject.periods_of(indicator):
        return []
    return [
        block for block in town.about(subject, indicator, ranking=True)[2:] if not isinstance(block, Note)
    ]


def sheet_parts(subject: Subject, settings: Settings) -> Iterator[Part]:
    """The sheets of many indicators, one after the other."""
    wanted = settings.list("kennzahlen")
    chosen = (
        wanted
        or [item.id for item in subject.catalogue.headlines]
        or [item.id for item in subject.catalogue.plain_indicators]
    )
    for id in chosen:
        indicator = subject.catalogue.indicators.get(id)
        if indicator is not None:
            yield Part(id, indicator.label, [description(subject, indicator)])


def evidence(subject: Subject, settings: Settings) -> Blocks:
    """The area against the municipality from figures that may be shown and relied on, for a funding application."""
    chosen = [
        entry
        for entry in subject.entries
        if entry.compared_with is not None
        and entry.value.shown
        and entry.value.status != Status.UNRELIABLE
        and entry.indicator.kind != "change"
    ]
    wanted = settings.list("kennzahlen")
    chosen = (
        [entry for entry in chosen if entry.indicator.id in wanted]
        if wanted
        else [entry for entry in chosen if entry.indicator.polarity != "neutral"]
    )
    if not chosen:
        return [
            Note(
                f"Für {subject.place.name} gibt es keine ungesperrten und verlässlichen Werte, die sich mit {subject.town} vergleichen lassen.",
                "Was fehlt",
            )
        ]
    sides = [entry.told.side for entry in chosen]
    worse = sum(1 for entry in chosen if entry.comparison == "worse")
    better = sum(1 for entry in chosen if entry.comparison == "better")
    return [
        Paragraph(
            f"{subject.place.name} liegt bei {worse} von {len(chosen)} Kennzahlen gesichert ungünstiger und bei {better} gesichert günstiger als "
            f"{subject.town}; bei {sides.count('gleich')} lässt sich kein Unterschied sichern.",
            lead=True,
        ),
        Table(
            f"{subject.place.name} im Vergleich mit {subject.town}",
            [
                Column("Kennzahl, Stand", width=2.4),
                Column("Fälle", numeric=True),
                Column(subject.place.name, numeric=True, width=1),
                Column("95-%-Intervall", numeric=True),
                Column(subject.town, numeric=True, width=0.9),
                Column("Verhältnis", numeric=True),
                Column("Vergleich", width=1.4),
            ],
            [_evidence_row(entry) for entry in chosen],
            "Verhältnis: Wert des Gebiets geteilt durch den Wert der Kommune. Gezeigt werden nur ungesperrte Werte mit genügend Fällen.",
        ),
        Note(
            "Ausgewählt sind alle Kennzahlen mit einer Bewertung, für die das Gebiet einen verlässlichen Wert hat, auch die günstigen. "
            "Der Nachweis zeigt Unterschiede, keine Ursachen.",
        ),
    ]


def _evidence_row(entry: Entry) -> Row:
    value, town_value, indicator = entry.value, entry.compared_with or 0.0, entry.indicator
    ratio = (value.value or 0.0) / town_value if town_value else None
    return Row(
        [
            Cell(indicator.name, note=periods.label(value.period)),
            Cell(
                layers.count_text(value.numerator) if indicator.counts_cases else "", number=value.numerator
            ),
            Cell(layers.value_text(value, indicator), number=value.value),
            Cell(layers.interval_text(value, indicator)),
            Cell(layers.value_text(entry.benchmark, indicator), number=town_value),
            Cell(draw.number(ratio, 2) if ratio is not None else "", number=ratio),
            Cell(
                f"{draw.MARKERS[entry.comparison]} {figures.SHORT[entry.comparison]}".strip(),
                css=entry.comparison,
            ),
        ]
    )


def finding(subject: Subject, settings: Settings) -> Blocks:
    """The finding of a council paper: one indicator, where it stands, which areas surely lie above."""
    indicator = town.chosen_indicator(subject, settings)
    if indicator is None:
        return []
    period = town.newest(subject, indicator)
    rows = figures.layer_rows(subject, indicator, period)
    words = sentences.in_words(indicator, subject.town, subject.benchmark(indicator, period), rows, period)
    worse = [row for row in rows if row.comparison == "worse"] or [row for row in rows if row.side == "ueber"]
    blocks: list[Block] = [Paragraph(indicator.definition), Bullets(words)]
    if worse:
        blocks.append(
            Table(
                f"{indicator.label}: Gebiete, die gesichert ungünstiger liegen als {subject.town}, {periods.label(period)}",
                [
                    Column(subject.level.label, width=2),
                    Column(f"Wert {indicator.column_unit}".strip(), numeric=True),
                    Column("95-%-Intervall", numeric=True),
                ],
                [
                    Row(
                        [
                            Cell(row.area.name),
                            Cell(layers.value_text(row.value, indicator, unit=False), number=row.value.value),
                            Cell(layers.interval_text(row.value, indicator)),
                        ]
                    )
                    for row in worse
                ],
            )
        )
    blocks += [Note(indicator.caveat, "Was die Zahl nicht sagt")] if indicator.caveat else []
    return blocks


def effect(subject: Subject, settings: Settings) -> Blocks:
    """By what a decision will be measured: the indicator with its baseline and what a sure change would take."""
    indicator = town.chosen_indicator(subject, settings)
    if indicator is None:
        return []
    period = town.newest(subject, indicator)
    base = subject.benchmark(indicator, period)
    if base is None or not base.shown:
        return []
    interval = layers.interval_text(base, indicator)
    text = f"Wirkungskennzahl: {indicator.label}. Ausgangswert {periods.label(period)} in {subject.town}: {layers.value_text(base, indicator)}"
    text += f" (95-%-Intervall {interval})." if interval else "."
    return [
        Paragraph(text),
        Note(
            "Ob eine Maßnahme wirkt, zeigt diese Zahl allein nicht: Sie ändert sich auch aus anderen Gründen. Als Fortschritt zählt erst ein Wert, "
            "dessen Intervall sich vom Ausgangswert löst.",
            "Was die Zahl nicht sagt",
        ),
    ]


def changes(subject: Subject, settings: Settings) -> Blocks:
    """What changed since the year before: signs, sure changes, classes of the fixed scale, and why."""
    blocks: list[Block] = []
    told = []
    for indicator in town.judged(subject):
        known = subject.periods_of(indicator)
        if len(known) < 2:
            continue
        first, last = known[-2], known[-1]
        before, after = subject.layer(indicator, first), subject.layer(indicator, last)
        gaps = changing.layer(before, after, indicator)
        sure = {"gestiegen": 0, "gesunken": 0}
        for gap in gaps.values():
            if gap.shown and gap.lower is not None and gap.upper is not None:
                sure["gestiegen"] += gap.lower > 0
                sure["gesunken"] += gap.upper < 0
        shown = sum(1 for gap in gaps.values() if gap.shown)
        told.append(
            f"{indicator.name}, {periods.label(first)} bis {periods.label(last)}: in {sure['gestiegen']} von {shown} Gebieten gesichert gestiegen, "
            f"in {sure['gesunken']} gesichert gesunken."
        )
        moved = _class_changes(subject, indicator, before, after)
        if moved:
            blocks.append(_change_table(subject, indicator, (first, last), moved))
    blocks += _edition_changes(subject)
    if not told and not blocks:
        return [
            Note(
                f"Die Freigabe enthält für die Ebene {subject.level.label} keine zwei Zeitpunkte derselben Kennzahl.",
                "Was fehlt",
            )
        ]
    closing = Note(
        "Die Klassengrenzen sind für alle Jahre dieselben. Ein Gebiet kann die Klasse auch durch Zufall wechseln: Steht „nicht gesichert“, "
        "überdecken sich die Unsicherheiten beider Jahre. Zwei Ausgaben eines Index werden nicht miteinander verglichen.",
        "So lesen Sie die Tabellen",
    )
    return [Bullets(told), closing, *blocks]


def _class_changes(
    subject: Subject, indicator: Indicator, before: dict[str, Value], after: dict[str, Value]
) -> list[tuple[str, Value, Value, Value]]:
    limits = indicator.limits(subject.version, subject.level.id)
    found = []
    for area in subject.members:
        one, two = before.get(area.code), after.get(area.code)
        if not limits or one is None or two is None or not (one.shown and two.shown):
            continue
        if draw.class_of(one.value, limits) != draw.class_of(two.value, limits):
            found.append((area.name, one, two, changing.difference(one, two, indicator)))
    return sorted(found, key=lambda item: (-abs(item[3].value or 0.0), item[0]))


def _change_table(
    subject: Subject,
    indicator: Indicator,
    span: tuple[str, str],
    moved: list[tuple[str, Value, Value, Value]],
) -> Table:
    limits = indicator.limits(subject.version, subject.level.id)
    labels = dict(
        zip(
            draw.class_names(len(limits) + 1),
            draw.class_labels(limits, indicator.decimals, indicator.unit),
            strict=True,
        )
    )
    rows = [
        Row(
            [
                Cell(name),
                Cell(
                    f"{labels[draw.class_of(one.value, limits)]} → {labels[draw.class_of(two.value, limits)]}"
                ),
                Cell(
                    draw.number(gap.value or 0.0, indicator.decimals, sign=True),
                    note="gesichert" if is_sure(gap) else "nicht gesichert",
                    number=gap.value,
                ),
                Cell(why(indicator, one, two)),
            ]
        )
        for name, one, two, gap in moved[:MOST_CHANGES]
    ]
    more = f" (gezeigt: {MOST_CHANGES})" if len(moved) > MOST_CHANGES else ""
    verb = "Gebiet hat" if len(moved) == 1 else "Gebiete haben"
    return Table(
        f"{indicator.label}: {len(moved)} {verb} die Klasse gewechselt, {periods.label(span[0])} bis {periods.label(span[1])}{more}",
        [
            Column(subject.level.label, width=1.5),
            Column("Klasse", width=1.8),
            Column(f"Veränderung in {changing.unit_of(indicator)}", numeric=True, width=1),
            Column("weil", width=2.6),
        ],
        rows,
    )


def is_sure(gap: Value) -> bool:
    """Whether the interval of a change leaves out zero."""
    return gap.lower is not None and gap.upper is not None and (gap.lower > 0 or gap.upper < 0)


def why(indicator: Indicator, one: Value, two: Value) -> str:
    """Which side of the fraction moved; from counts that are shown in both years only."""
    parts = (one.numerator, two.numerator, one.denominator, two.denominator)
    if any(part is None for part in parts) or not indicator.counts_cases:
        return f"Wert von {layers.value_text(one, indicator)} auf {layers.value_text(two, indicator)}"
    cases = f"Fälle von {draw.whole(one.numerator or 0)} auf {draw.whole(two.numerator or 0)}"
    base = f"Bezugszahl von {draw.whole(one.denominator or 0)} auf {draw.whole(two.denominator or 0)}"
    return f"{cases}, {base}"


def _edition_changes(subject: Subject) -> Blocks:
    """Areas whose class in the same edition differs between an earlier release and this one, and which part moved."""
    if subject.earlier is None:
        return []
    blocks: list[Block] = []
    for edition in subject.catalogue.indices.values():
        before = subject.earlier.catalogue.indices.get(edition.id)
        if before is None or (before.method, before.components) != (edition.method, edition.components):
            continue
        rows = [row for area in subject.catalogue.members(edition.level, edition.version) if (row := _edition_row(subject, edition.id, edition.period, before.period, area.code, area.name))]  # fmt: skip
        verb = "Gebiet hat" if len(rows) == 1 else "Gebiete haben"
        if rows:
            blocks.append(
                Table(
                    f"{edition.title}: {len(rows)} {verb} gegenüber der Freigabe {subject.earlier.catalogue.release} die Klasse gewechselt",
                    [Column("Gebiet", width=1.4), Column("Klasse", width=1.4), Column("weil", width=3)],
                    rows,
                )
            )
    return blocks


def _edition_row(subject: Subject, id: str, period: str, before: str, code: str, name: str) -> Row | None:
    assert subject.earlier is not None
    edition, old = subject.catalogue.indices[id], subject.earlier.catalogue.indices[id]
    area = subject.catalogue.area(edition.level, code, edition.version)
    past = subject.earlier.catalogue.area(old.level, code, old.version)
    if area is None or past is None:
        return None
    own, earlier = subject.holding.of_area(area), subject.earlier.of_area(past)

    def at(found: object, kind: str, when: str) -> Value | None:
        return next((row for row in found.get(f"{id}_{kind}", ()) if row.period == when), None)  # type: ignore[attr-defined]

    one, two = at(earlier, "status", before), at(own, "status", period)
    if one is None or two is None or not one.class_ or not two.class_ or one.class_ == two.class_:
        return None
    moved = []
    for part in edition.components:
        first, last = (
            at(earlier, f"status_z_{part.indicator}", before),
            at(own, f"status_z_{part.indicator}", period),
        )
        if first and last and first.shown and last.shown:
            moved.append(((last.value or 0.0) - (first.value or 0.0), part.label or part.indicator))
    told = ", ".join(f"{label} {draw.number(gap, 2, sign=True)}" for gap, label in sorted(moved, key=lambda item: -abs(item[0]))[:3])  # fmt: skip
    return Row(
        [
            Cell(name),
            Cell(f"{one.class_} → {two.class_}"),
            Cell(f"z-Werte: {told}" if told else "Bestandteile gesperrt"),
        ]
    )


KINDS: dict[str, Kind] = {
    "kennzahlblatt": Kind(sheet, "Beschreibung", ("kennzahl",)),
    "kennzahl_gebiete": Kind(sheet_figures, "Werte nach Gebieten", ("kennzahl",)),
    "kennzahlblaetter": Kind(town.nothing, "Indikatorenblätter", ("kennzahlen",), sheet_parts),
    "nachweis": Kind(evidence, "Vergleich mit der Kommune", ("kennzahlen",), needs_area=True),
    "vorlage_befund": Kind(finding, "Sachverhalt", ("kennzahl",)),
    "wirkung": Kind(effect, "Wirkungskennzahl", ("kennzahl",)),
    "veraenderung": Kind(changes, "Was sich verändert hat"),
}
