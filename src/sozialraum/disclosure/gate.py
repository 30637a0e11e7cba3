"""The gate: hide what must be hidden, prove that nothing hidden can be computed, and hand on only the rest (Freigabe)."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from sozialraum import periods
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.model import Indicator, Selection, Variable
from sozialraum.counts import tabulate
from sozialraum.disclosure.audit import Audit, audit
from sozialraum.disclosure.compose import HIDDEN_BESIDE, PRINTED_BESIDE, Composed, compose_all, variable_of
from sozialraum.disclosure.history import CellKey, Earlier
from sozialraum.disclosure.methods import Blurred, Blurring, Method, blur, shown_table, told
from sozialraum.disclosure.period_counts import Plan
from sozialraum.disclosure.singletons import against_singletons
from sozialraum.disclosure.suppression import suppress
from sozialraum.disclosure.system import Flags, System
from sozialraum.errors import DisclosureError, Finding
from sozialraum.tables import COUNTS_COLUMNS, DIMENSIONS, TOTAL, VALUES_COLUMNS, Status

PASSED = "bestanden"
# Small systems are searched several times within a second; in large ones a further start hardly hides fewer cells.
SMALL_SYSTEM, STARTS_SMALL, STARTS_LARGE = 1000, 3, 1
Progress = Callable[[str, int, int], None]
Derive = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
Quotient = Callable[[Indicator, pd.DataFrame], pd.DataFrame]
ASSUMPTIONS = (
    "bekannt sind alle veröffentlichten Werte, die Gebietshierarchie, die Summen über Alter, Geschlecht und Staatsangehörigkeit, "
    "die Regeln und dieses Verfahren",
    "Fallzahlen sind nicht negativ; Teile sind nicht größer als ihr Ganzes und ihm gleich, wo sie es überall sind",
    "auch Nullen können gesperrt sein; erst und zweitrangig gesperrte Werte sind nicht unterscheidbar",
    "Kennzahlen und Indizes werden nur aus veröffentlichten Werten abgeleitet",
)


@dataclass(frozen=True)
class Effort:
    """How hard the search tries: starts per period (0: by size), processes, and the seconds after which a proof counts as missing."""

    seed: int = 0
    starts: int = 0
    processes: int = 1
    time_limit: float = 120.0


@dataclass(frozen=True)
class Protected:
    """Tables that may leave the house, with the record of how they were protected.

    Only `protect` makes it. `inside` is what the journal remembers: counts, printed and hidden cells, the secrets of the record.
    """

    values: pd.DataFrame
    counts: pd.DataFrame
    record: Mapping[str, Any]
    ledger: Earlier = field(repr=False)
    inside: Mapping[str, Any] = field(repr=False)


def protect(delivered: pd.DataFrame, counts: pd.DataFrame, values: pd.DataFrame, plan: Plan, derive: Derive, *,
            earlier: Sequence[Earlier] = (), effort: Effort | None = None, progress: Progress | None = None,
            blurring: Blurring | None = None, quotient: Quotient | None = None) -> Protected:  # fmt: skip
    """Protect a municipality's tables and prove it.

    `delivered` are COUNTS as received, `counts` the same on every level, `values` VALUES computed from counts. `derive`
    computes what follows from values and tables (changes, indices, life expectancy) and sees protected ones only. `earlier` are the
    municipality's releases so far. `blurring` says which counts are rounded or get noise instead; `quotient` computes an
    indicator again from shown counts. Raises DisclosureError when a cell cannot be protected or a proof is missing.
    """
    started, effort = time.monotonic(), effort or Effort()
    _refuse_complete_balances(counts, plan)
    refuse_overlapping_periods(delivered, plan.catalogue, earlier)
    planned, blurred = _blurred(list(compose_all(delivered, plan, earlier)), blurring)
    done = guard_all(planned, effort, progress)
    _refuse_unless_proved(done)
    shown = shown_table(zip(planned, blurred, strict=True))
    if blurring is not None and quotient is not None:
        values = show_values(values, plan, shown, blurring.methods, quotient)
    protected, tables = behind(done, counts, values, plan, derive, shown)
    salt = secrets.token_hex(16)
    record = _record(done, protected, hashlib.sha256(f"{salt}:{effort.seed}".encode()).hexdigest())
    record |= {"methods": told(blurring, blurred), "key_commitment": blurring.commitment if blurring else ""}
    inside = {
        "salt": salt,
        "seed": effort.seed,
        "seconds": round(time.monotonic() - started, 1),
        **_balance(done),
    }
    return Protected(protected, tables, record, _ledger(done, delivered, blurred, blurring), inside)


def _blurred(planned: list[Composed], blurring: Blurring | None) -> tuple[list[Composed], list[Blurred]]:
    """The systems with what a reader knows of rounded and noisy counts, and those counts."""
    if blurring is None:
        return planned, [Blurred({}, {}, {}) for _ in planned]
    pairs = [blur(composed, blurring) for composed in planned]
    return [composed for composed, _ in pairs], [found for _, found in pairs]


@dataclass(frozen=True)
class Guarded:
    """One period's system, what is hidden in it, and the proof."""

    composed: Composed
    hidden: Flags
    audit: Audit

    @property
    def system(self) -> System:
        """The equations."""
        return self.composed.system


def behind(
    done: Sequence[Guarded], counts: pd.DataFrame, values: pd.DataFrame, plan: Plan, derive: Derive,
    shown: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """VALUES and COUNTS as they look behind the patterns of all periods; what is derived sees nothing else."""
    hidden = _hidden_table(done)
    protected, tables = mask_values(values, plan, hidden), mask_counts(counts, plan, hidden, shown)
    protected = pd.concat([protected, derive(protected, tables)], ignore_index=True)[list(VALUES_COLUMNS)]
    return protected, tables


def guard_all(planned: list[Composed], effort: Effort, progress: Progress | None = None) -> list[Guarded]:
    """Protect and prove every period, several at a time when there are processes for it.

    Each period follows its neighbour in time: what is hidden there is cheaper here, so that series stay whole
    (Stetigkeit). The pattern of the neighbour is public in the same release and tells nothing new.
    """
    tell = progress or (lambda *_: None)
    leader = leaders([(composed.version, composed.period) for composed in planned])
    done: dict[int, Guarded] = {}
    if effort.processes > 1 and len(planned) > 1:
        with ProcessPoolExecutor(effort.processes) as pool:
            running = {
                pool.submit(_guard, planned[i], effort): i for i, first in leader.items() if first is None
            }
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    ready = running.pop(future)
                    done[ready] = future.result()
                    tell(planned[ready].period, len(done), len(planned))
                    for i in (i for i, first in leader.items() if first == ready):
                        running[pool.submit(_guard, planned[i], effort, done[ready])] = i
    else:
        for i, first in leader.items():
            tell(planned[i].period, len(done), len(planned))
            done[i] = _guard(planned[i], effort, None if first is None else done[first])
    return [done[i] for i in range(len(planned))]


def leaders(places: Sequence[tuple[str, str]]) -> dict[int, int | None]:
    """Which period each one follows, leaders before followers: the middle of a series leads, from there outwards.

    `places` are versions and periods; periods of one form (days, school years) and one version are a series. From the middle
    two processes can walk at once, and the result does not depend on how many there are.
    """
    series: dict[tuple[str, int], list[int]] = {}
    for i in sorted(range(len(places)), key=lambda i: places[i]):
        version, period = places[i]
        series.setdefault((version, len(period)), []).append(i)
    found: dict[int, int | None] = {}
    for members in series.values():
        middle = len(members) // 2
        found[members[middle]] = None
        for step in range(1, len(members)):
            if middle + step < len(members):
                found[members[middle + step]] = members[middle + step - 1]
            if middle - step >= 0:
                found[members[middle - step]] = members[middle - step + 1]
    return found


def _following(composed: Composed, neighbour: Guarded) -> Composed:
    """A system in which it costs less to hide what is hidden in the neighbouring period, and more to hide what is printed."""
    there = zip(neighbour.composed.keys, neighbour.hidden, neighbour.system.publishable, strict=True)
    factors = {
        (key.level, key.area, key.key): HIDDEN_BESIDE if hidden else PRINTED_BESIDE
        for key, hidden, printed in there
        if printed
    }
    factor = np.array([factors.get((key.level, key.area, key.key), 1.0) for key in composed.keys])
    return replace(composed, system=replace(composed.system, weight=composed.system.weight * factor))


def _guard(composed: Composed, effort: Effort, neighbour: Guarded | None = None) -> Guarded:
    if neighbour is not None:
        composed = _following(composed, neighbour)
    starts = effort.starts or (STARTS_SMALL if len(composed.keys) < SMALL_SYSTEM else STARTS_LARGE)
    hide = partial(suppress, seed=effort.seed, starts=starts)
    composed, hidden = close(composed, hide)
    composed, hidden = against_singletons(composed, hidden, lambda c: close(c, hide), effort.time_limit)
    return Guarded(composed, hidden, audit(composed.system, hidden, time_limit=effort.time_limit))


ROUNDS = 20


def close(composed: Composed, hide: Callable[[System], Flags]) -> tuple[Composed, Flags]:
    """Hide cells until a hidden denominator hides its numerators too, and those cannot be computed either.

    One count has one state in the whole release: a quotient without its denominator shows no numerator, so the
    numerator must not stand in another table.
    """
    for _ in range(ROUNDS):
        hidden = hide(composed.system)
        system = composed.system
        more = [
            part
            for part, whole in composed.quotients
            if hidden[whole] and not hidden[part] and not system.fixed[part] and system.publishable[part]
        ]
        if not more:
            return composed, hidden
        primary, width = system.primary.copy(), system.width.copy()
        primary[more], width[more] = True, 1.0
        composed = replace(composed, system=replace(system, primary=primary, width=width))
    raise DisclosureError(
        Finding(
            f"Für {composed.period} findet sich kein Muster gesperrter Werte.",
            "Veröffentlichen Sie weniger Tabellen.",
        )
    )


def _refuse_unless_proved(done: Sequence[Guarded]) -> None:
    findings = []
    for guarded in done:
        if guarded.audit.verdict == PASSED:
            continue
        keys = dict(zip(guarded.system.keys, guarded.composed.keys, strict=True))
        wrong = [*guarded.audit.failed, *guarded.audit.unproved]
        shown = "; ".join(in_words(keys[text]) for text in wrong[:5])
        findings.append(
            Finding(
                f"Die Prüfung für {guarded.composed.period} ist „{guarded.audit.verdict}“: {len(wrong)} gesperrte Werte sind nicht nachweislich geschützt ({shown}).",
                "Es wird nichts freigegeben. Fassen Sie Gebiete oder Gruppen zusammen oder veröffentlichen Sie weniger Tabellen.",
            )
        )
    if findings:
        raise DisclosureError(findings)


def in_words(key: CellKey) -> str:
    """A cell for a person: what is counted and where, never how many."""
    return f"{key.key} in {key.level} {key.area}"


def _hidden_table(done: Sequence[Guarded]) -> pd.DataFrame:
    rows = [
        key
        for g in done
        for key, cell, printed in zip(g.composed.keys, g.hidden, g.system.publishable, strict=True)
        if cell and printed
    ]
    return pd.DataFrame(rows, columns=list(CellKey._fields)).drop_duplicates()


def _ledger(
    done: Sequence[Guarded], delivered: pd.DataFrame, blurred: Sequence[Blurred], blurring: Blurring | None
) -> Earlier:
    """What the journal must remember of a release."""
    limits: dict[str, tuple[float, float]] = {}
    rounded: dict[str, float] = {}
    for g, found in zip(done, blurred, strict=True):
        rounded |= found.rounded
        for cell, figure in found.shown.items():
            assert blurring is not None
            key = g.composed.keys[cell]
            variable = variable_of(key.key)
            low, high = blurring.methods[variable].limits(np.array([figure]), found.deviation[variable])
            limits[key.text] = (float(low[0]), float(high[0]))
    printed: set[str] = set()
    hidden: set[str] = set()
    for g in done:
        for key, printable, is_hidden in zip(g.composed.keys, g.system.publishable, g.hidden, strict=True):
            if printable:
                (hidden if is_hidden else printed).add(key.text)
    return Earlier(delivered, frozenset(printed), frozenset(hidden), limits, rounded)


PLACE = ["version", "period", "level", "area"]


def show_values(
    values: pd.DataFrame, plan: Plan, shown: pd.DataFrame, methods: Mapping[str, Method], quotient: Quotient
) -> pd.DataFrame:
    """VALUES computed again where a numerator or denominator is shown rounded or with noise, and a note that says so."""
    parts = []
    for name, true in values.groupby("indicator", sort=False):
        indicator, rows = plan.indicators[str(name)], true.copy()
        numerator, of_numerator = _shown_in(rows, rows["numerator"], indicator.numerator, shown)
        denominator, of_denominator = _shown_in(rows, rows["denominator"], indicator.denominator, shown)
        figures = rows["status"].isin([Status.OK, Status.NONE, Status.UNRELIABLE]).to_numpy()
        changed = (of_numerator | of_denominator) & figures
        if changed.any():
            selections = [
                s for s in (indicator.numerator, indicator.denominator) if s and s.variable in methods
            ]
            note = "; ".join(dict.fromkeys(methods[s.variable].label for s in selections))
            rows.loc[changed, "notes"] = note
            rows.loc[changed, "status"] = Status.OK
            rows.loc[changed, "numerator"] = numerator[changed]
            if indicator.denominator is None:
                rows.loc[changed, "value"] = numerator[changed]
            else:
                again = pd.DataFrame(
                    {"count": numerator[changed], "count_base": denominator[changed], "status": Status.OK, "status_base": Status.OK},
                    index=rows.index[changed],
                )  # fmt: skip
                columns = ["numerator", "denominator", "value", "lower", "upper", "status"]
                rows.loc[changed, columns] = quotient(indicator, again)[columns]
        parts.append(rows)
    return pd.concat(parts, ignore_index=True) if parts else values


def _shown_in(
    rows: pd.DataFrame, column: pd.Series[float], selection: Selection | None, shown: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """A column with the shown counts of a selection, and where they stand."""
    true = column.to_numpy(float)
    there = shown[shown["key"] == selection.key] if selection is not None else shown.iloc[:0]
    if there.empty:
        return true, np.zeros(len(rows), dtype=bool)
    figures = there.set_index(PLACE)["shown"].reindex(pd.MultiIndex.from_frame(rows[PLACE])).to_numpy(float)
    found = np.isfinite(figures) & np.isfinite(true)
    return np.where(found, figures, true), found


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


def mask_counts(
    counts: pd.DataFrame, plan: Plan, hidden: pd.DataFrame, shown: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The published tables of Grundzahlen, hidden counts without a figure, blurred ones as they are shown."""
    parts = []
    figures = (
        pd.Series(dtype=float) if shown is None or shown.empty else shown.set_index([*PLACE, "key"])["shown"]
    )
    there = pd.MultiIndex.from_frame(hidden[[*PLACE, "key"]])
    for name in counts["variable"].unique():
        variable = plan.catalogue.variables[str(name)]
        for table in variable.published:
            rows = tabulate(counts, variable.id, table)
            rows = rows[_is_published(rows, variable, table, plan)]
            if len(rows):
                parts.append(_mask_table(rows, variable, there, figures))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COUNTS_COLUMNS))


def refuse_overlapping_periods(
    delivered: pd.DataFrame, catalogue: Catalogue, earlier: Sequence[Earlier] = ()
) -> None:
    """One variable in periods that overlap could be subtracted: pooled years and one of them, a year and its quarters.

    Raises DisclosureError; sources that were published by their owner are not concerned.
    """
    columns = ["variable", "version", "period"]
    there = pd.concat([delivered[columns], *(e.counts[columns] for e in earlier)]).drop_duplicates()
    findings = []
    for (variable, _), group in there.groupby(["variable", "version"], sort=True):
        known = catalogue.variables.get(str(variable))
        if known is None or catalogue.rule_of(known.source).published:
            continue
        spans = sorted(
            (periods.parse(str(p)) for p in group["period"].unique()), key=lambda p: (p.start, p.end)
        )
        for one, other in pairwise(spans):
            if other.start <= one.end:
                findings.append(
                    Finding(
                        f"„{known.label}“ liegt für {periods.label(one.text)} und {periods.label(other.text)} vor; die Zeiträume überschneiden sich, gesperrte Werte ließen sich als Unterschied errechnen.",
                        "Geben Sie ein Merkmal nur in Zeiträumen frei, die einander nicht berühren.",
                    )
                )
    if findings:
        raise DisclosureError(findings)


def _refuse_complete_balances(counts: pd.DataFrame, plan: Plan) -> None:
    """Stock and all its movements make an equation from year to year; one movement must stay unpublished."""
    there = set(counts["variable"])
    shown = {s.variable for i in plan.indicators.values() for s in (i.numerator, i.denominator) if s}
    shown |= {v.id for v in plan.catalogue.variables.values() if v.published}
    for name in sorted(there):
        variable = plan.catalogue.variables[str(name)]
        if variable.flows and set(variable.flows) <= there & shown:
            raise DisclosureError(
                Finding(
                    f"„{variable.label}“ soll mit allen Bewegungen ({', '.join(variable.flows)}) veröffentlicht werden: Gesperrte Werte ließen sich von Jahr zu Jahr verrechnen.",
                    "Nehmen Sie bei einer Bewegung published = [] und lassen Sie ihre Kennzahl weg.",
                )
            )


def _is_published(rows: pd.DataFrame, variable: Variable, table: tuple[str, ...], plan: Plan) -> pd.Series:
    allowed = {
        (version, level)
        for version, geography in plan.geographies.items()
        for level in variable.levels_of(table, [known.id for known in geography.levels])
    }
    return pd.Series(
        [place in allowed for place in zip(rows["version"], rows["level"], strict=True)],
        index=rows.index,
        dtype=bool,
    )


def _mask_table(
    rows: pd.DataFrame, variable: Variable, hidden: pd.MultiIndex, shown: pd.Series[float]
) -> pd.DataFrame:
    names = rows[list(DIMENSIONS)].drop_duplicates()
    keys = {
        tuple(row): Selection.model_validate(
            {"variable": variable.id, **{d: v for d, v in zip(DIMENSIONS, row, strict=True) if v != TOTAL}}
        ).key
        for row in names.itertuples(index=False)
    }
    key = [keys[row] for row in rows[list(DIMENSIONS)].itertuples(index=False, name=None)]
    place = pd.MultiIndex.from_frame(rows[PLACE].assign(key=key))
    is_hidden = place.isin(hidden)
    rows = rows.copy()
    if len(shown):
        figures = shown.reindex(place).to_numpy(float)
        blurred = np.isfinite(figures)
        rows.loc[blurred, "count"] = figures[blurred]
        rows.loc[blurred & (rows["status"] == Status.NONE).to_numpy(), "status"] = Status.OK
    rows.loc[is_hidden, "count"] = np.nan
    rows.loc[is_hidden, "status"] = Status.SUPPRESSED
    return rows


def _record(done: Sequence[Guarded], values: pd.DataFrame, commitment: str) -> dict[str, Any]:
    """What the public may know about the protection.

    How many cells were hidden by rule and how many for their sake, and how many cases stand in them, would each narrow
    small counts (docs/entscheidungen/0006): only the sum of hidden cells and a coarse class of the cases are told.
    """
    printed = sum(int(g.system.publishable.sum()) for g in done)
    hidden = sum(int((g.hidden & g.system.publishable).sum()) for g in done)
    suppressed = values[values["status"] == Status.SUPPRESSED]
    return {
        "zeros_may_be_hidden": True,
        "cells": printed,
        "hidden": hidden,
        "hidden_by_indicator": {str(k): int(v) for k, v in suppressed.groupby("indicator").size().items()},
        "hidden_share_of_cells": round(hidden / printed, 4) if printed else 0.0,
        "hidden_share_of_persons": coarse(_share_of_persons(done)) if hidden else "keine",
        "audit": {
            "verdict": PASSED,
            "method": "Angriff durch lineare Optimierung auf alle gesperrten Werte (HiGHS)",
            "lps": sum(g.audit.lps for g in done),
            "seconds": round(sum(g.audit.seconds for g in done), 1),
            "smallest_width": "mindestens der Schwellenwert der Regel" if hidden else None,
            "largest_residual": max((g.audit.largest_residual for g in done), default=0.0),
            "solver": next((g.audit.solver for g in done), ""),
            "assumptions": list(ASSUMPTIONS),
        },
        "commitment": commitment,
    }


def _balance(done: Sequence[Guarded]) -> dict[str, Any]:
    """Figures for the releasing office only."""
    printed = [g.system.publishable for g in done]
    first = sum(int((g.system.primary & p).sum()) for g, p in zip(done, printed, strict=True))
    hidden = sum(int((g.hidden & p).sum()) for g, p in zip(done, printed, strict=True))
    return {
        "primary": first,
        "secondary": hidden - first,
        "checked": sum(int(g.system.primary.sum()) for g in done),
        "hidden_share_of_persons": round(_share_of_persons(done), 4),
        "tables": _by_table(done),
    }


def _by_table(done: Sequence[Guarded]) -> list[dict[str, Any]]:
    """Printed, primary and secondary cells of each variable, over all periods."""
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "variable": [variable_of(key.key) for key in g.composed.keys],
                    "cells": g.system.publishable,
                    "primary": g.system.primary & g.system.publishable,
                    "secondary": g.hidden & ~g.system.primary & g.system.publishable,
                }
            )
            for g in done
        ]
        or [pd.DataFrame(columns=["variable", "cells", "primary", "secondary"])]
    )
    sums = rows.groupby("variable", sort=True)[["cells", "primary", "secondary"]].sum().astype(int)
    shown = sums[sums["cells"] > 0].reset_index()
    return [
        {"variable": str(name), "cells": int(cells), "primary": int(primary), "secondary": int(secondary)}
        for name, cells, primary, secondary in shown.itertuples(index=False, name=None)
    ]


TOO_MUCH = 0.20  # a larger share of cases in hidden cells means that suppression failed as a method
SHARES = ((0.01, "bis 1 %"), (0.05, "1 bis 5 %"), (TOO_MUCH, "5 bis 20 %"))


def coarse(share: float) -> str:
    """A share in words too coarse to compute a count from."""
    return next((words for limit, words in SHARES if share <= limit), "über 20 %: Verfahren nicht geeignet")


def _share_of_persons(done: Sequence[Guarded]) -> float:
    """Share of all counted cases that stand in hidden cells."""
    pairs = [(g.system.values[g.system.publishable], g.hidden[g.system.publishable]) for g in done]
    total = sum(float(v.sum()) for v, _ in pairs)
    return sum(float(v[h].sum()) for v, h in pairs) / total if total else 0.0
