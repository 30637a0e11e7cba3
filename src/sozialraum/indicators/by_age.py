"""Indicators that rest on a whole table by age (Kennzahlen nach Alter): standardised rates and life expectancy from COUNTS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.catalogue.model import BY_AGE, Indicator, Kind, Selection
from sozialraum.counts import age_range, indexed, select
from sozialraum.errors import CatalogueError, Finding, Severity
from sozialraum.indicators.life_expectancy import life_expectancy
from sozialraum.indicators.standardise import direct, esp2013
from sozialraum.tables import NOT_ASSIGNABLE, VALUES_COLUMNS, Status, strongest

Floats = NDArray[np.float64]


def compute_by_age(
    counts: pd.DataFrame, indicators: Iterable[Indicator]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Compute all indicators of the kinds `standardised_rate` and `life_expectancy` from COUNTS.

    An area has a value where every age band of events and persons is there; where one is hidden, so is the value. What
    is computed rests on the given counts alone: from the tables that a release prints it tells nothing that they do not
    (docs/entscheidungen/0003). Returns VALUES and what could not be computed, and why.
    """
    tables: list[pd.DataFrame] = []
    findings: list[Finding] = []
    for indicator in indicators:
        if indicator.kind in BY_AGE and not indicator.published:
            try:
                tables.append(_values(indicator, counts))
            except CatalogueError as error:
                findings += [
                    replace(f, message=f"[{indicator.id}] {f.message}", severity=Severity.WARNING)
                    for f in error.findings
                ]
    filled = [table for table in tables if len(table)]
    empty = pd.DataFrame(columns=list(VALUES_COLUMNS))
    return (pd.concat(filled, ignore_index=True) if filled else empty), findings


def _values(indicator: Indicator, counts: pd.DataFrame) -> pd.DataFrame:
    events, persons = (
        _bands(counts, variable, indicator) for variable in (indicator.events, indicator.persons)
    )
    if events.empty or persons.empty:
        return pd.DataFrame(columns=list(VALUES_COLUMNS))
    # Events of a place that has no persons: what is missing is told, not computed.
    persons = _told_missing(persons.reindex(events.index), indicator)
    x, n = (table["count"].to_numpy(float) for table in (events, persons))
    states = np.hstack([table["status"].to_numpy(object) for table in (events, persons)])
    state = _strongest(states)
    has_figure = np.array([Status(one).has_value for one in state], dtype=np.bool_)
    whole = has_figure & np.isfinite(x + n).all(axis=1)
    found = _computed(indicator, np.where(whole[:, None], x, np.nan), np.where(whole[:, None], n, np.nan))
    computed = np.where(found.status == Status.OK, state, found.status)
    status = np.where(whole, computed, np.where(has_figure, Status.MISSING, state))
    table = events.index.to_frame(index=False).assign(
        indicator=indicator.id,
        numerator=np.nan,
        denominator=np.nan,
        value=found.value,
        lower=found.lower,
        upper=found.upper,
        status=status,
        notes=np.where(whole, found.reason, ""),
        **{"class": ""},
    )
    return table.loc[table["area"] != NOT_ASSIGNABLE, list(VALUES_COLUMNS)]


def _bands(counts: pd.DataFrame, variable: str, indicator: Indicator) -> pd.DataFrame:
    """Counts and states of a variable, one row per place, one pair of columns per age band."""
    parts = {
        band: indexed(select(counts, Selection(variable=variable, age=band, sex=indicator.sex)))
        for band in indicator.ages
    }
    if any(part.empty for part in parts.values()):
        return pd.DataFrame()
    table = pd.concat(parts, axis=1).swaplevel(axis=1)
    ordered = table[[(name, band) for name in ("count", "status") for band in indicator.ages]]
    return _told_missing(ordered, indicator)


def _told_missing(table: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    return table.fillna({("status", band): Status.MISSING for band in indicator.ages})


def _strongest(states: NDArray[np.object_]) -> NDArray[np.object_]:
    """The state that wins among those of all bands; a band without a case is a plain figure here."""
    plain = {Status.NONE: Status.OK}
    winners = [strongest([plain.get(Status(one), Status(one)) for one in row]) for row in states]
    return np.array(winners, dtype=object)


class _Result(NamedTuple):
    """Values, limits, states and reasons of one indicator, in its unit."""

    value: Floats
    lower: Floats
    upper: Floats
    status: NDArray[np.str_]
    reason: NDArray[np.str_]


def _computed(indicator: Indicator, x: Floats, n: Floats) -> _Result:
    starts = [age_range(band)[0] for band in indicator.ages]
    if indicator.kind is Kind.LIFE_EXPECTANCY:
        found = life_expectancy(x, n, starts)
        return _Result(*found)
    rate = direct(x, n, esp2013(starts))
    per = indicator.per
    return _Result(rate.value * per, rate.lower * per, rate.upper * per, rate.status, rate.reason)
