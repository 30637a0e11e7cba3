"""From COUNTS to VALUES: every indicator of the catalogue on every level, re-computed from counts (Kennzahlen berechnen)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum import periods
from sozialraum.catalogue.model import Indicator, Kind, Selection
from sozialraum.counts import PLACE, indexed, select
from sozialraum.errors import CatalogueError, Finding, Severity
from sozialraum.indicators.intervals import INTERVALS
from sozialraum.tables import PRECEDENCE, VALUES_COLUMNS, Status

# A rate of fewer than 100 persons is shown as unreliable (EXSTAT rule, see docs/methoden).
RELIABLE_DENOMINATOR = 100


def compute_all(
    counts: pd.DataFrame, rates: pd.DataFrame, indicators: Mapping[str, Indicator]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Compute all indicators that the counts allow, changes over time excepted.

    `counts` are COUNTS on every level, `rates` published values without counts. Returns VALUES and what could not be
    computed, and why; indicators without any data are absent without a word.
    """
    cache: dict[str, pd.DataFrame] = {}
    tables, findings = [], []
    for indicator in indicators.values():
        try:
            tables.append(_compute(indicator, counts, rates, cache))
        except CatalogueError as error:
            findings += [
                replace(f, message=f"[{indicator.id}] {f.message}", severity=Severity.WARNING)
                for f in error.findings
            ]
    return _stack(tables), findings


def changes(values: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """All indicators of kind change, computed from the values of a table alone."""
    chosen = [
        i for i in indicators.values() if i.kind is Kind.CHANGE and not i.published and i.of in indicators
    ]
    return _stack([change(values, indicator, indicators[indicator.of]) for indicator in chosen])


def _stack(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return (
        _ordered(pd.concat(filled, ignore_index=True))
        if filled
        else pd.DataFrame(columns=list(VALUES_COLUMNS))
    )


def _ordered(values: pd.DataFrame) -> pd.DataFrame:
    return values.loc[:, list(VALUES_COLUMNS)]


def _compute(
    indicator: Indicator, counts: pd.DataFrame, rates: pd.DataFrame, cache: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    if indicator.published:
        return _delivered(indicator, rates)
    if indicator.kind is Kind.CHANGE or indicator.numerator is None:
        return pd.DataFrame(columns=list(VALUES_COLUMNS))
    numerator = _selected(counts, indicator.numerator, cache)
    if indicator.kind is Kind.COUNT:
        return _finish(
            indicator,
            numerator.assign(value=numerator["count"], numerator=numerator["count"], denominator=np.nan),
        )
    assert indicator.denominator is not None
    denominator = _selected(counts, indicator.denominator, cache)
    joined = numerator.join(denominator.add_suffix("_base"), how="left")
    return _finish(indicator, quotient(indicator, joined))


def _selected(counts: pd.DataFrame, selection: Selection, cache: dict[str, pd.DataFrame]) -> pd.DataFrame:
    if selection.key not in cache:
        cache[selection.key] = indexed(select(counts, selection))
    return cache[selection.key]


def quotient(indicator: Indicator, joined: pd.DataFrame) -> pd.DataFrame:
    """Value and limits of a share, rate, ratio or mean.

    `joined` has count, status (numerator) and count_base, status_base (denominator); the result adds numerator,
    denominator, value, lower, upper and the combined status.
    """
    x, n = joined["count"].to_numpy(float), joined["count_base"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(n > 0, x / n, np.nan) * indicator.per
    lower = upper = np.full(len(x), np.nan)
    method = INTERVALS.get(indicator.method)
    possible = np.isfinite(x) & (n > 0) & ((x <= n) | (indicator.method != "wilson"))
    if method is not None and possible.any():
        limits = method(x[possible], n[possible])
        lower, upper = lower.copy(), upper.copy()
        lower[possible], upper[possible] = limits.lower * indicator.per, limits.upper * indicator.per
    status = _combined(joined["status"], joined["status_base"].fillna(Status.NOT_MEANINGFUL))
    status = np.where((n == 0) & np.isfinite(x), Status.NOT_MEANINGFUL, status)
    small = (
        np.isin(status, [Status.OK, Status.NONE])
        & (n < RELIABLE_DENOMINATOR)
        & (indicator.kind in (Kind.SHARE, Kind.RATE))
    )
    status = np.where(small, Status.UNRELIABLE, status)
    value, lower, upper = (
        np.where(np.isin(status, _WITHOUT), np.nan, part) for part in (value, lower, upper)
    )
    return joined.assign(numerator=x, denominator=n, value=value, lower=lower, upper=upper, status=status)


_WITHOUT = [Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL]
_BY_RANK = list(Status)


def _combined(one: pd.Series[Any], other: pd.Series[Any]) -> NDArray[np.object_]:
    # A denominator of zero events ("none") says nothing about the quotient.
    first = one.map(PRECEDENCE).to_numpy()
    second = other.replace(Status.NONE, Status.OK).map(PRECEDENCE).to_numpy()
    ranks: NDArray[np.object_] = np.array(_BY_RANK, dtype=object)
    return np.asarray(ranks[np.minimum(first, second).astype(int)], dtype=object)


def _finish(indicator: Indicator, frame: pd.DataFrame) -> pd.DataFrame:
    table = frame.reset_index().assign(indicator=indicator.id)
    for column in ("lower", "upper"):
        if column not in table:
            table[column] = np.nan
    table["class"] = ""
    table["notes"] = ""
    return _ordered(table)


def _delivered(indicator: Indicator, rates: pd.DataFrame) -> pd.DataFrame:
    rows = rates[rates["indicator"] == indicator.id]
    return _ordered(
        rows.assign(
            numerator=np.nan,
            denominator=np.nan,
            lower=np.nan,
            upper=np.nan,
            notes="fertiger Wert der Quelle",
            **{"class": ""},
        )
    )


def change(values: pd.DataFrame, indicator: Indicator, base: Indicator) -> pd.DataFrame:
    """The change of an indicator over `indicator.years`, same area and version.

    A count changes in per cent of the earlier value, a share or rate by the difference of the two values (percentage
    points), with limits where both values have them. Periods without an earlier one are left out; breaks between
    versions are never bridged.
    """
    rows = values[values["indicator"] == base.id]
    before = rows.assign(
        period=rows["period"]
        .map({p: later for p in rows["period"].unique() if (later := _later(p, indicator.years))})
        .astype(object)  # no period has a later one, or there are no rows: still texts
    )
    joined = rows.merge(before.dropna(subset=["period"]), on=list(PLACE), suffixes=("", "_before"))
    if base.kind is Kind.COUNT:
        with np.errstate(invalid="ignore", divide="ignore"):
            earlier = joined["value_before"].to_numpy(float)
            joined["value"] = np.where(earlier > 0, (joined["value"] / earlier - 1) * 100, np.nan)
        joined["status"] = np.where(
            earlier == 0, Status.NOT_MEANINGFUL, _combined(joined["status"], joined["status_before"])
        )
        joined[["lower", "upper"]] = np.nan
    else:
        joined = joined.assign(**_difference(joined))
        joined["status"] = _combined(
            joined["status"].replace(Status.NONE, Status.OK), joined["status_before"]
        )
    joined.loc[joined["status"] == Status.NONE, "status"] = Status.OK
    joined = joined.assign(
        indicator=indicator.id,
        numerator=np.nan,
        denominator=np.nan,
        notes="",
        **{"class": ""},
    )
    return _ordered(joined)


def _difference(joined: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Now minus before, with the limits of a difference where both have limits (Zou & Donner 2008, Stat Med 27:1693-1702)."""
    now, low, high, before, low_before, high_before = (
        joined[f"{name}{when}"].to_numpy(float)
        for when in ("", "_before")
        for name in ("value", "lower", "upper")
    )
    gap = now - before
    below, above = np.hypot(now - low, high_before - before), np.hypot(high - now, before - low_before)
    return {"value": gap, "lower": gap - below, "upper": gap + above}


def _later(period: str, years: int) -> str | None:
    try:
        return periods.earlier(period, -years)
    except ValueError:
        return None
