"""The gate: hide what must be hidden, prove that nothing hidden can be computed, and hand on only the rest (Freigabe)."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.catalogue.model import Selection, Variable
from sozialraum.counts import tabulate
from sozialraum.disclosure.audit import Audit, audit
from sozialraum.disclosure.compose import CellKey, Composed, Plan, compose_all
from sozialraum.disclosure.suppression import suppress
from sozialraum.errors import DisclosureError, Finding
from sozialraum.tables import COUNTS_COLUMNS, DIMENSIONS, TOTAL, VALUES_COLUMNS, Status

PASSED = "bestanden"
Progress = Callable[[str, int, int], None]
Derive = Callable[[pd.DataFrame], pd.DataFrame]
ASSUMPTIONS = (
    "bekannt sind alle veröffentlichten Werte, die Gebietshierarchie, die Summen über Alter, Geschlecht und Staatsangehörigkeit, "
    "die Regeln und dieses Verfahren",
    "Fallzahlen sind nicht negativ; Teile sind nicht größer als ihr Ganzes",
    "auch Nullen können gesperrt sein; erst und zweitrangig gesperrte Werte sind nicht unterscheidbar",
    "Kennzahlen und Indizes werden nur aus veröffentlichten Werten abgeleitet",
)


@dataclass(frozen=True)
class Protected:
    """Tables that may leave the house, with the record of how they were protected.

    Only `protect` makes it. `published` holds the printed counts by key, for the ledger inside.
    """

    values: pd.DataFrame
    counts: pd.DataFrame
    record: Mapping[str, Any]
    published: Mapping[str, float] = field(repr=False, default_factory=dict)


def protect(delivered: pd.DataFrame, counts: pd.DataFrame, values: pd.DataFrame, plan: Plan, derive: Derive, *,
            known: Mapping[str, float] | None = None, seed: int = 0, starts: int = 4, processes: int = 1,
            time_limit: float = 300.0, progress: Progress | None = None) -> Protected:  # fmt: skip
    """Protect a municipality's tables and prove it.

    `delivered` are COUNTS as received, `counts` the same on every level, `values` VALUES computed from counts. `derive`
    computes what follows from values alone (changes, indices) and sees protected values only. `known` are counts that
    earlier releases printed. Raises DisclosureError when a cell cannot be protected or a proof is missing.
    """
    started = time.monotonic()
    systems = list(compose_all(delivered, plan, known or {}))
    patterns, audits = [], []
    for number, composed in enumerate(systems):
        if progress:
            progress(composed.period, number, len(systems))
        hidden = suppress(composed.system, seed=seed, starts=starts, processes=processes)
        patterns.append(hidden)
        audits.append(
            audit(composed.system, hidden, time_limit=max(1.0, time_limit - (time.monotonic() - started)))
        )
    _refuse_unless_proved(systems, audits)
    hidden_cells = _hidden_table(systems, patterns)
    protected = mask_values(values, plan, hidden_cells)
    protected = pd.concat([protected, derive(protected)], ignore_index=True)[list(VALUES_COLUMNS)]
    tables = mask_counts(counts, plan, hidden_cells)
    record = _record(systems, patterns, audits, protected, seed, time.monotonic() - started)
    return Protected(protected, tables, record, _published(systems, patterns))


def _refuse_unless_proved(systems: list[Composed], audits: list[Audit]) -> None:
    findings = []
    for composed, result in zip(systems, audits, strict=True):
        if result.verdict == PASSED:
            continue
        keys = dict(zip(composed.system.keys, composed.keys, strict=True))
        wrong = [*result.failed, *result.unproved]
        shown = "; ".join(in_words(keys[text]) for text in wrong[:5])
        findings.append(
            Finding(
                f"Die Prüfung für {composed.period} ist „{result.verdict}“: {len(wrong)} gesperrte Werte sind nicht nachweislich geschützt ({shown}).",
                "Es wird nichts freigegeben. Fassen Sie Gebiete oder Gruppen zusammen oder veröffentlichen Sie weniger Tabellen.",
            )
        )
    if findings:
        raise DisclosureError(findings)


def in_words(key: CellKey) -> str:
    """A cell for a person: what is counted and where, never how many."""
    return f"{key.key} in {key.level} {key.area}"


def _hidden_table(systems: list[Composed], patterns: list[np.ndarray]) -> pd.DataFrame:
    rows = [
        key
        for composed, hidden in zip(systems, patterns, strict=True)
        for key, cell, printed in zip(composed.keys, hidden, composed.system.publishable, strict=True)
        if cell and printed
    ]
    return pd.DataFrame(rows, columns=list(CellKey._fields)).drop_duplicates()


def _published(systems: list[Composed], patterns: list[np.ndarray]) -> dict[str, float]:
    found: dict[str, float] = {}
    for composed, hidden in zip(systems, patterns, strict=True):
        printed = composed.system.published(hidden) & composed.system.publishable
        values = composed.system.values
        found |= {composed.system.keys[i]: float(values[i]) for i in np.flatnonzero(printed)}
    return found


PLACE = ["version", "period", "level", "area"]


def mask_values(values: pd.DataFrame, plan: Plan, hidden: pd.DataFrame) -> pd.DataFrame:
    """Take out every value that touches a hidden count: value, limits, numerator, and a hidden denominator everywhere."""
    parts = []
    for name, rows in values.groupby("indicator", sort=False):
        indicator = plan.indicators[str(name)]
        numerator = _touches(rows, indicator.numerator, hidden)
        denominator = _touches(rows, indicator.denominator, hidden)
        parts.append(_blank(rows, numerator | denominator, denominator))
    return pd.concat(parts, ignore_index=True) if parts else values


def _touches(rows: pd.DataFrame, selection: Selection | None, hidden: pd.DataFrame) -> np.ndarray:
    if selection is None:
        return np.zeros(len(rows), dtype=bool)
    there = hidden[hidden["key"] == selection.key]
    return pd.MultiIndex.from_frame(rows[PLACE]).isin(pd.MultiIndex.from_frame(there[PLACE]))


def _blank(rows: pd.DataFrame, suppressed: np.ndarray, denominator: np.ndarray) -> pd.DataFrame:
    rows = rows.copy()
    # What the supplier hid carries no figure either, and looks the same.
    suppressed = suppressed | (rows["status"] == Status.SUPPRESSED).to_numpy()
    rows.loc[suppressed, ["numerator", "value", "lower", "upper"]] = np.nan
    rows.loc[suppressed, ["status", "class", "notes"]] = [Status.SUPPRESSED, "", ""]
    rows.loc[denominator, "denominator"] = np.nan
    return rows


def mask_counts(counts: pd.DataFrame, plan: Plan, hidden: pd.DataFrame) -> pd.DataFrame:
    """The published tables of Grundzahlen, hidden counts without a figure."""
    parts = []
    there = pd.MultiIndex.from_frame(hidden[[*PLACE, "key"]])
    for name in counts["variable"].unique():
        variable = plan.catalogue.variables[str(name)]
        for table in variable.published:
            rows = tabulate(counts, variable.id, table)
            levels = variable.published_levels.get(",".join(table))
            rows = rows if levels is None else rows[rows["level"].isin(levels)]
            if len(rows):
                parts.append(_mask_table(rows, variable, table, there))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COUNTS_COLUMNS))


def _mask_table(
    rows: pd.DataFrame, variable: Variable, table: tuple[str, ...], hidden: pd.MultiIndex
) -> pd.DataFrame:
    names = rows[list(DIMENSIONS)].drop_duplicates()
    keys = {
        tuple(row): Selection.model_validate(
            {"variable": variable.id, **{d: v for d, v in zip(DIMENSIONS, row, strict=True) if v != TOTAL}}
        ).key
        for row in names.itertuples(index=False)
    }
    key = [keys[row] for row in rows[list(DIMENSIONS)].itertuples(index=False, name=None)]
    is_hidden = pd.MultiIndex.from_frame(rows[PLACE].assign(key=key)).isin(hidden)
    rows = rows.copy()
    rows.loc[is_hidden, "count"] = np.nan
    rows.loc[is_hidden, "status"] = Status.SUPPRESSED
    return rows


def _record(
    systems: list[Composed],
    patterns: list[np.ndarray],
    audits: list[Audit],
    values: pd.DataFrame,
    seed: int,
    seconds: float,
) -> dict[str, Any]:
    """What the public may know about the protection; never which cells were hidden first, nor their intervals."""
    printed = sum(int(c.system.publishable.sum()) for c in systems)
    hidden = sum(int((h & c.system.publishable).sum()) for c, h in zip(systems, patterns, strict=True))
    first = sum(int((c.system.primary & c.system.publishable).sum()) for c in systems)
    widths = [a.smallest_width for a in audits if a.smallest_width is not None]
    suppressed = values[values["status"] == Status.SUPPRESSED]
    salt = secrets.token_hex(16)
    return {
        "zeros_may_be_hidden": True,
        "cells": printed,
        "primary": first,
        "secondary": hidden - first,
        "hidden_by_indicator": {str(k): int(v) for k, v in suppressed.groupby("indicator").size().items()},
        "hidden_share_of_cells": round(hidden / printed, 4) if printed else 0.0,
        "hidden_share_of_persons": round(_share_of_persons(systems, patterns), 4),
        "seconds": round(seconds, 1),
        "audit": {
            "verdict": PASSED,
            "method": "Angriff durch lineare Optimierung auf alle gesperrten Werte (HiGHS)",
            "checked": sum(int(c.system.primary.sum()) for c in systems),
            "lps": sum(a.lps for a in audits),
            "seconds": round(sum(a.seconds for a in audits), 1),
            "smallest_width": round(min(widths), 3) if widths else None,
            "largest_residual": max((a.largest_residual for a in audits), default=0.0),
            "solver": next((a.solver for a in audits), ""),
            "assumptions": list(ASSUMPTIONS),
        },
        "commitment": hashlib.sha256(f"{salt}:{seed}".encode()).hexdigest(),
        "inside": {"salt": salt, "seed": seed},
    }


def _share_of_persons(systems: list[Composed], patterns: list[np.ndarray]) -> float:
    """Share of all counted cases that stand in hidden cells."""
    pairs = [
        (c.system.values[c.system.publishable], h[c.system.publishable])
        for c, h in zip(systems, patterns, strict=True)
    ]
    total = sum(float(v.sum()) for v, _ in pairs)
    return sum(float(v[h].sum()) for v, h in pairs) / total if total else 0.0
