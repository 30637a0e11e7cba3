"""Inquiries for custom areas from inner counts: decided against everything that ever went out, then remembered (Auskünfte)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from sozialraum import journal, periods
from sozialraum.catalogue.model import BY_AGE, Indicator, Kind, Selection
from sozialraum.disclosure import ledger
from sozialraum.disclosure.compose import UNION
from sozialraum.disclosure.history import CellKey
from sozialraum.disclosure.ledger import Answer, Request
from sozialraum.disclosure.merging import neighbours
from sozialraum.errors import DisclosureError, Finding
from sozialraum.indicators.compute import quotient
from sozialraum.municipality import Municipality
from sozialraum.pipeline import Result
from sozialraum.publication import selection_in_words
from sozialraum.tables import Status

TIME_LIMIT = 60.0  # seconds for all proofs together; beyond it the answer is no


@dataclass(frozen=True)
class Inquiry:
    """One indicator for one or several areas of a level together, in one period."""

    indicator: str
    version: str
    period: str
    level: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """What may be told: the figures, or the reason, the rule behind it and the nearest inquiry that would be allowed.

    `alternative` is empty where none was found; `coarser` says that the alternative counts without age, sex or nationality.
    """

    answer: Answer
    figures: Mapping[str, float | None]
    status: str
    alternative: Inquiry | None
    coarser: bool


def offered(municipality: Municipality) -> dict[str, Indicator]:
    """The indicators that can be asked for: made of counts that are not public anyway and are shown as they are."""
    changed = {name for name, method in municipality.methods.items() if method.method != "sperren"}
    return {
        name: i
        for name, i in municipality.catalogue.indicators.items()
        if name in municipality.active_indicators
        and not i.published
        and i.numerator is not None
        and i.kind not in (Kind.CHANGE, *BY_AGE)
        and not {s.variable for s in (i.numerator, i.denominator) if s} & changed
    }


def decide(result: Result, inquiry: Inquiry) -> Decision:
    """Decide on an inquiry; nothing is remembered and nothing may be told yet.

    Raises DisclosureError where the inquiry itself is not possible.
    """
    town = result.municipality
    indicator = offered(town).get(inquiry.indicator)
    if indicator is None:
        raise DisclosureError(Finding(f"Für die Kennzahl „{inquiry.indicator}“ gibt es keine Auskunft.", "Wählen Sie eine andere."))  # fmt: skip
    geography = town.geography(inquiry.version)
    wrong = sorted(set(inquiry.areas) - set(geography.codes(inquiry.level)))
    if wrong or not inquiry.areas:
        what = (
            f"Das Gebiet „{wrong[0]}“ gibt es auf dieser Ebene nicht."
            if wrong
            else "Es ist kein Gebiet gewählt."
        )
        raise DisclosureError(Finding(what, "Wählen Sie mindestens ein Gebiet dieser Ebene."))
    wanted = _requests(indicator, inquiry)
    try:
        answer = ledger.request(
            wanted, result.delivered.counts, result.plan, journal.earlier_releases(town),
            neighbours=neighbours(geography, inquiry.level), time_limit=TIME_LIMIT,
            naming=partial(cell_in_words, town),
        )  # fmt: skip
    except ValueError as error:
        raise DisclosureError(Finding("Für diesen Zeitpunkt wurde nichts gezählt.", "Wählen Sie einen anderen.", value=inquiry.period)) from error  # fmt: skip
    figures, status = _figures(indicator, answer.values) if answer.allowed else ({}, "")
    return Decision(answer, figures, status, *_nearest(answer.alternative, inquiry, {r.key for r in wanted}))


def cell_in_words(municipality: Municipality, cell: CellKey) -> str:
    """A cell as people call it: what is counted, the areas by name with their level, the period."""
    geography = municipality.geography(cell.version)
    codes = cell.area.split(UNION)
    names = [
        geography.by_code[cell.level, c].name if (cell.level, c) in geography.by_code else c for c in codes
    ]
    places = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} und {names[-1]} zusammen"
    level = next((x.label for x in geography.levels if x.id == cell.level), cell.level)
    counted = " ohne ".join(_counted(municipality, key) for key in cell.key.split(" ohne "))
    return f"{counted} in {places} ({level}), {periods.label(cell.period)}"


def _counted(municipality: Municipality, key: str) -> str:
    """One counted selection by its label; what several of them leave over keeps its keys."""
    try:
        return selection_in_words(municipality, Selection.from_key(key))
    except (KeyError, ValueError):
        return key


def grant(result: Result, inquiry: Inquiry) -> Decision:
    """Decide once more and, where it is allowed, enter it in the journal before it is told."""
    decision = decide(result, inquiry)
    if decision.answer.granted is not None:
        journal.remember_answer(result.municipality, decision.answer.granted)
    return decision


def _requests(indicator: Indicator, inquiry: Inquiry) -> list[Request]:
    counted = [s.key for s in (indicator.numerator, indicator.denominator) if s]
    areas = tuple(sorted(set(inquiry.areas)))
    return [Request(inquiry.version, inquiry.period, inquiry.level, areas, key) for key in counted]


def _figures(indicator: Indicator, counts: Sequence[float]) -> tuple[dict[str, float | None], str]:
    """Numerator, denominator, value and limits of the areas together."""
    if len(counts) == 1:
        return {"value": counts[0]}, Status.OK
    joined = pd.DataFrame({"count": [counts[0]], "count_base": [counts[1]], "status": [Status.OK], "status_base": [Status.OK]})  # fmt: skip
    row = quotient(indicator, joined).iloc[0]
    names = ("numerator", "denominator", "value", "lower", "upper")
    return {n: float(row[n]) if pd.notna(row[n]) else None for n in names}, str(row["status"])


def _nearest(alternative: Sequence[Request], inquiry: Inquiry, keys: set[str]) -> tuple[Inquiry | None, bool]:
    if not alternative:
        return None, False
    first = alternative[0]
    there = Inquiry(inquiry.indicator, first.version, first.period, first.level, first.areas)
    return there, {r.key for r in alternative} != keys
