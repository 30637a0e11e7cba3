"""An inquiry as the pages and the background work know it: what was asked, what came of it, in words (Auskünfte)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from sozialraum import periods
from sozialraum.inquiries import Decision, Inquiry, offered
from sozialraum.municipality import Municipality
from sozialraum.products.draw.numbers import number, value_text, whole
from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum_inside import sight

GRANTED = "auskunft"  # the word of the journal


@dataclass(frozen=True)
class Told:
    """What a decision says to a person; `possible` is the nearest inquiry that would be allowed, as fields of the form."""

    allowed: bool
    question: str
    sentence: str
    reason: str
    instead: str
    possible: Mapping[str, Any] | None
    areas_instead: tuple[str, ...] = ()


def arguments(inquiry: Inquiry) -> dict[str, str]:
    """An inquiry as plain text, for the background."""
    return {
        "kennzahl": inquiry.indicator, "gebietsstand": inquiry.version, "zeitpunkt": inquiry.period, "ebene": inquiry.level,
        "gebiete": "|".join(inquiry.areas),
    }  # fmt: skip


def inquiry_of(fields: Mapping[str, str]) -> Inquiry:
    """The inquiry that `arguments` made text of."""
    areas = tuple(a for a in fields["gebiete"].split("|") if a)
    return Inquiry(fields["kennzahl"], fields["gebietsstand"], fields["zeitpunkt"], fields["ebene"], areas)


def choices(municipality: Municipality) -> dict[str, list[str]]:
    """The indicators that can be asked for, with their periods in the current version, the newest first."""
    path = sight.values_file(municipality)
    if not path.exists():
        return {}
    table = pq.read_table(path, columns=["indicator", "period", "version"]).to_pandas().drop_duplicates()
    table = table[table["version"] == municipality.current_version]
    known = offered(municipality)
    return {
        str(name): sorted(rows["period"], reverse=True)
        for name, rows in table.groupby("indicator")
        if name in known
    }


def in_words(municipality: Municipality, inquiry: Inquiry) -> str:
    """What is asked: indicator, areas by name, period."""
    label = municipality.catalogue.indicators[inquiry.indicator].label
    return f"{label}, {place_of(municipality, inquiry)}, {periods.label(inquiry.period)}"


def place_of(municipality: Municipality, inquiry: Inquiry) -> str:
    """The areas by name, together where there are several."""
    by_code = municipality.geography(inquiry.version).by_code
    names = [by_code[inquiry.level, a].name for a in inquiry.areas if (inquiry.level, a) in by_code]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} und {names[-1]} zusammen"


def told(municipality: Municipality, inquiry: Inquiry, decision: Decision) -> Told:
    """A decision in words."""
    indicator = municipality.catalogue.indicators[inquiry.indicator]
    question = in_words(municipality, inquiry)
    if decision.answer.allowed:
        figures = decision.figures
        value = value_text(
            figures["value"], decision.status, decimals=indicator.decimals, unit=indicator.unit
        )
        parts = [f"{question}: {value}"]
        low, high, of, base = (figures.get(n) for n in ("lower", "upper", "numerator", "denominator"))
        if low is not None and high is not None:
            parts.append(
                f"Vertrauensbereich {number(low, indicator.decimals)} bis {number(high, indicator.decimals)}"
            )
        if of is not None and base is not None:
            parts.append(f"{whole(of)} von {whole(base)}")
        return Told(True, question, "; ".join(parts) + ".", "", "", None)
    instead, possible = "", None
    if decision.alternative is not None:
        level = municipality.geography(inquiry.version).level(decision.alternative.level)
        instead = f"{place_of(municipality, decision.alternative)} ({level.label})"
        if decision.coarser:
            instead = f"dieselben Gebiete ohne Gliederung nach Alter, Geschlecht oder Staatsangehörigkeit: {instead}"
        elif decision.alternative.level != MUNICIPALITY_LEVEL:
            possible = arguments(decision.alternative)
    areas = decision.alternative.areas if decision.alternative else ()
    return Told(False, question, "", decision.answer.reason, instead, possible, areas)
