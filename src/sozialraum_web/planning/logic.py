"""The logic of effect of a measure: four columns, seven steps, assumptions between them, gaps in words (Wirkungslogik, IOOI)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from sozialraum.products import draw, layers, timeline
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning import small_counts
from sozialraum_web.planning.models import LogicStep, Measure

Step = LogicStep.Step
COLUMNS: Final = (
    ("Input", "was wir einsetzen", (Step.INPUT,)),
    ("Output", "was wir leisten", (Step.OUTPUT, Step.REACHED, Step.CONTENT)),
    ("Outcome", "was sich für die Zielgruppe ändert", (Step.KNOWS, Step.ACTS, Step.LIVES)),
    ("Impact", "was sich im Gebiet ändert", (Step.AREA,)),
)


@dataclass(frozen=True)
class Card:
    """A step as the board shows it; numbers of people below five are hidden, with everything that would tell them."""

    step: LogicStep
    actual: str
    aim: str
    share: int | None
    spark: str = ""
    note: str = ""


@dataclass(frozen=True)
class Column:
    """A column of the board; `missing` are steps nobody has written about, in words."""

    title: str
    subtitle: str
    cards: tuple[Card, ...]
    missing: tuple[tuple[int, str], ...]


def board(measure: Measure, place: Place) -> list[Column]:
    """The four columns."""
    steps = list(measure.steps.all())
    missing = dict(gaps(measure))
    return [
        Column(
            title,
            subtitle,
            tuple(card(step, measure, place) for step in steps if step.step in numbers),
            tuple((number, missing[number]) for number in numbers if number in missing),
        )
        for title, subtitle, numbers in COLUMNS
    ]


def card(step: LogicStep, measure: Measure, place: Place) -> Card:
    """Aim and actual of a step in words, with the share reached; impact shows the area's own series."""
    actual = small_counts.shown(step.actual, step.people)
    share = round(100 * actual / float(step.aim)) if actual is not None and step.aim else None
    spark, note = _series(step, measure, place) if step.indicator else ("", "")
    return Card(step, small_counts.text(step.actual, step.people), _number(step.aim), share, spark, note)


def _number(value: Decimal | None) -> str:
    if value is None:
        return ""
    return draw.whole(float(value)) if value == value.to_integral_value() else draw.number(float(value), 1)


def _series(step: LogicStep, measure: Measure, place: Place) -> tuple[str, str]:
    item, area = place.catalogue.indicators.get(step.indicator), measure.areas.first()
    if item is None or area is None:
        return "", _("Die Kennzahl steht nicht in der gezeigten Freigabe.") if item is None else ""
    rows = queries.series(place.release.folder, step.indicator, [(area.level, area.code)])
    values = [row for row in timeline.one_per_period(rows, place.catalogue.current_version) if row.shown]
    if not values:
        return "", _("Für %s ist kein Wert freigegeben.") % area.name
    spark = draw.sparkline([row.value for row in values]) if len(values) > 1 else ""
    return (
        spark,
        f"{area.name}, {timeline.tick_label(values[-1].period)}: {layers.value_text(values[-1], item)}",
    )


def gaps(measure: Measure) -> list[tuple[int, str]]:
    """What the chain of effect lacks, by step: a step in between that nobody wrote, or an assumption that leads to it."""
    return missing_links(
        {step.step for step in measure.steps.all()}, {item.step for item in measure.assumptions.all()}
    )


def missing_links(steps: Iterable[int], assumed: Iterable[int]) -> list[tuple[int, str]]:
    """Gaps of a chain given by its steps and the steps assumptions lead to; an empty chain has none to tell."""
    there, led = sorted(set(steps)), set(assumed)
    if not there:
        return []
    found: list[tuple[int, str]] = []
    for number in range(min(there), max(there) + 1):
        label = str(Step(number).label)
        if number not in there and number != Step.CONTENT:
            found.append(
                (number, _("%s fehlt: Zwischen den Karten davor und danach ist eine Stufe offen.") % label)
            )
        elif number > min(there) and number >= Step.KNOWS and number not in led:
            found.append(
                (number, _("Verbindung fehlt: Keine Annahme sagt, wie es von der Stufe davor hierher kommt."))
            )
    if max(there) < Step.KNOWS:
        found.append((int(Step.KNOWS), _("Noch kein Outcome: Was ändert sich für die Zielgruppe?")))
    return found
