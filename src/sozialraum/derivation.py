"""What follows from a table of values: the same on other areas, changes, index editions (abgeleitete Werte)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sozialraum.catalogue.model import Indicator, Kind
from sozialraum.catalogue.recipe import Index
from sozialraum.errors import CatalogueError, Finding, Severity
from sozialraum.indicators import compute
from sozialraum.indicators.by_age import compute_by_age
from sozialraum.indicators.recoded import bridging, is_bridged, is_recoded, recode_values, visible_counts
from sozialraum.indices import compute as indices
from sozialraum.municipality import Municipality
from sozialraum.tables import VALUES_COLUMNS


def derive(
    municipality: Municipality, values: pd.DataFrame, counts: pd.DataFrame, tables: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """What follows from a table of values: the same on other areas, changes, indices; and what hinders some of it.

    `tables` are the COUNTS that indicators by age are computed from: those of a release where values are those of one.
    """
    indicators = municipality.catalogue.indicators
    active = [i for k, i in indicators.items() if k in municipality.active_indicators]
    aged, hindered = compute_by_age(tables, active)
    recoded = recode_values(
        values, indicators, {g.version: g for g in municipality.geographies}, municipality.crosswalks, municipality.recode_to
    )  # fmt: skip
    changes = compute.changes(stacked(values, recoded.values, aged), indicators)
    changes = bridging(changes, recoded.values, indicators)
    editions, told = index_editions(municipality, stacked(values, recoded.values, aged, changes), counts)
    return stacked(recoded.values, aged, changes, editions), [*recoded.findings, *hindered, *told]


def compared(counts: pd.DataFrame, rates: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """The same indicators for the areas beyond the municipality, from what their owners have published.

    Sums of other populations are no yardstick: only shares, rates, ratios and means are compared.
    """
    comparable = {k: i for k, i in indicators.items() if i.kind is not Kind.COUNT}
    values = compute.compute_all(counts, rates, comparable)[0]
    return stacked(values, compute.changes(values, indicators))


def index_editions(
    municipality: Municipality, values: pd.DataFrame, counts: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """All editions that can be computed; what hinders the others is told, not raised."""
    tables, findings = [pd.DataFrame(columns=list(VALUES_COLUMNS))], []
    converted = is_recoded(values) | is_bridged(values)
    counted = values[~converted]
    residents = visible_counts(values[converted], municipality.catalogue.indicators)
    for index in municipality.catalogue.indices.values():
        if index.id in municipality.active_indices:
            try:
                shown, people = (values, stacked(counts, residents)) if index.recoded else (counted, counts)
                version = index.version or municipality.current_version
                tables.append(
                    indices.compute(shown, index, people, version, above(municipality, index, version))
                )
            except CatalogueError as error:
                findings += [Finding(f.message, f.remedy, severity=Severity.WARNING) for f in error.findings]
    return stacked(*tables), findings


def above(municipality: Municipality, index: Index, version: str) -> dict[str, dict[str, str]]:
    """In which larger areas the areas of an edition lie: code → code, for each level above; empty for an unknown level."""
    geography = next((g for g in municipality.geographies if g.version == version), None)
    if geography is None or index.level not in {level.id for level in geography.levels}:
        return {}
    return dict(geography.ancestors(index.level))


def stacked(*tables: pd.DataFrame) -> pd.DataFrame:
    """Tables of one form below each other; empty ones do not count."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]
