"""Indicators on the areas of another version, from the counts that a table of values shows (umgerechnete Kennzahlen)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum import periods
from sozialraum.areas import Geography
from sozialraum.catalogue.model import Indicator, Kind, Selection
from sozialraum.errors import Finding, Severity
from sozialraum.indicators.compute import compute_all
from sozialraum.recoding import BASES, Crosswalk, by_density, chained, recode_levels, reverse
from sozialraum.tables import (
    COUNTS_COLUMNS,
    COUNTS_KEY,
    DIMENSIONS,
    NOT_ASSIGNABLE,
    TOTAL,
    VALUES_COLUMNS,
    VALUES_KEY,
    Status,
)

NOTE = "umgerechnet auf "
BRIDGED = "über den Wechsel des Gebietsstands hinweg"


@dataclass(frozen=True)
class Recoded:
    """VALUES on other areas, and the weights that were used."""

    values: pd.DataFrame
    crosswalks: tuple[Crosswalk, ...]
    findings: tuple[Finding, ...] = ()


def recode_values(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    geographies: Mapping[str, Geography],
    crosswalks: Sequence[Crosswalk],
    versions: Sequence[str],
) -> Recoded:
    """The indicators of a table on the areas of `versions`, wherever the table has them on other areas only.

    Everything is computed from `values`, the weights included: the result for a protected table tells nothing that a
    reader of that table could not compute. Where an area that takes part is hidden, the result is `suppressed`.
    """
    visible = visible_counts(values, indicators) if versions else _empty_counts()
    ways, findings = _ways(crosswalks, versions, visible)
    tables = [recode_levels(visible, way, geographies[way.source], geographies[way.target]) for way in ways]
    parts = [
        _computed(t, way, indicators, geographies) for t, way in zip(tables, ways, strict=True) if len(t)
    ]
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(VALUES_COLUMNS))
    return Recoded(_only_new(joined, values), tuple(ways), tuple(findings))


def weights(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    crosswalks: Sequence[Crosswalk],
    versions: Sequence[str],
) -> list[Crosswalk]:
    """The crosswalks by which a table of values was converted, and the given ones that were not needed."""
    counted = values[~is_recoded(values)]
    ways, _ = _ways(
        crosswalks, versions, visible_counts(counted, indicators) if versions else _empty_counts()
    )
    return [*ways, *(c for c in crosswalks if c.target not in versions)]


def is_recoded(values: pd.DataFrame) -> pd.Series:
    """Which rows were converted from the areas of another version."""
    return values["notes"].fillna("").astype(str).str.startswith(NOTE)


def is_bridged(values: pd.DataFrame) -> pd.Series:
    """Which changes use a converted value."""
    return values["notes"].fillna("").astype(str).str.startswith(BRIDGED)


def bridging(
    changes: pd.DataFrame, recoded: pd.DataFrame, indicators: Mapping[str, Indicator]
) -> pd.DataFrame:
    """Changes with a note where they compare a converted value with a counted one, or two converted ones."""
    there = set(recoded[list(VALUES_KEY)].itertuples(index=False, name=None))
    found = []
    for area, level, version, period, name in changes[list(VALUES_KEY)].itertuples(index=False, name=None):
        base = indicators[name]
        both = (period, periods.earlier(period, base.years))
        found.append(any((area, level, version, p, base.of) in there for p in both))
    return changes.assign(notes=np.where(np.array(found, dtype=bool), BRIDGED, changes["notes"]))


# -- counts that a reader sees ------------------------------------------------------------------------------------------


def visible_counts(values: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """COUNTS as far as VALUES show them; the variable is the key of the selection, such as `einwohner[age=0-5]`.

    A count is visible as soon as one row shows it.
    """
    parts = [_empty_counts()]
    for name, rows in values.groupby("indicator", sort=False):
        indicator = indicators.get(str(name))
        if indicator is None or indicator.published or indicator.kind is Kind.CHANGE:
            continue
        for column, selection in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
            if selection is not None:
                parts.append(shown(rows, column, selection.key))
    table = pd.concat(parts, ignore_index=True)
    order = table["count"].isna().sort_values(kind="stable").index
    return table.loc[order].drop_duplicates(list(COUNTS_KEY), ignore_index=True)


def _empty_counts() -> pd.DataFrame:
    return pd.DataFrame(columns=list(COUNTS_COLUMNS)).astype({"count": float})


def shown(rows: pd.DataFrame, column: str, key: str) -> pd.DataFrame:
    """COUNTS that one column of VALUES shows, under the key of its selection."""
    count = rows[column].astype(float)
    marks = rows["status"].where(rows["status"].isin([Status.ESTIMATED, Status.PROVISIONAL]), Status.OK)
    gaps = rows["status"].where(
        rows["status"].isin([Status.SUPPRESSED, Status.NOT_MEANINGFUL]), Status.MISSING
    )
    status = np.select(
        [count.isna(), count == 0], [gaps, np.full(len(rows), Status.NONE, dtype=object)], marks
    )
    place = rows[["area", "level", "version", "period"]]
    return place.assign(variable=key, **dict.fromkeys(DIMENSIONS, TOTAL), count=count, status=status)


# -- weights -----------------------------------------------------------------------------------------------------------


def _ways(
    crosswalks: Sequence[Crosswalk], versions: Sequence[str], visible: pd.DataFrame
) -> tuple[list[Crosswalk], list[Finding]]:
    """The ways into the wanted versions: those given, the way back where none is given, and chains of both."""
    steps = {(c.source, c.target): _refined(c, visible) for c in crosswalks}
    findings = []
    for crosswalk in crosswalks:
        if (crosswalk.target, crosswalk.source) in steps:
            continue
        back = _back(crosswalk, visible)
        if back is not None:
            steps[back.source, back.target] = back
        elif crosswalk.source in versions:
            findings.append(
                Finding(
                    f"Von {crosswalk.target} auf {crosswalk.source} lässt sich nicht umrechnen: Die Größe der Gebiete ist nicht bekannt.",
                    "Nennen Sie „residents“ im Umstieg oder geben Sie einen eigenen Umstiegsschlüssel für den Rückweg an.",
                    file="kommune.toml", severity=Severity.WARNING,
                )
            )  # fmt: skip
    sources = dict.fromkeys(source for source, _ in steps)
    found = [_way(steps, source, target) for target in versions for source in sources if source != target]
    return [way for way in found if way is not None], findings


def _way(steps: Mapping[tuple[str, str], Crosswalk], source: str, target: str) -> Crosswalk | None:
    """The way with the fewest steps, given ones first; None where there is no way."""
    ways: dict[str, Crosswalk | None] = {source: None}
    reached = [source]
    while reached and target not in ways:
        further = []
        for place in reached:
            so_far = ways[place]
            for (start, end), step in steps.items():
                meets = so_far is None or so_far.level == step.level
                if start == place and end not in ways and meets:
                    ways[end] = step if so_far is None else chained(so_far, step)
                    further.append(end)
        reached = further
    return ways.get(target)


def _refined(crosswalk: Crosswalk, visible: pd.DataFrame) -> Crosswalk:
    residents = _residents(crosswalk, crosswalk.target, visible, last=False)
    if crosswalk.basis == "area" and crosswalk.extent and residents is not None:
        return by_density(crosswalk, residents)
    return crosswalk


def _back(crosswalk: Crosswalk, visible: pd.DataFrame) -> Crosswalk | None:
    residents = _residents(crosswalk, crosswalk.source, visible, last=True)
    if residents is not None:
        return reverse(crosswalk, residents, "population")
    return reverse(crosswalk, crosswalk.extent, "area") if crosswalk.extent else None


def _residents(
    crosswalk: Crosswalk, version: str, visible: pd.DataFrame, *, last: bool
) -> dict[str, float] | None:
    """Residents of the areas next to the reform; None where they are not known or one of them is hidden."""
    rows = visible[
        (visible["variable"] == crosswalk.residents)
        & (visible["version"] == version)
        & (visible["level"] == crosswalk.level)
    ]
    if not crosswalk.residents or rows.empty:
        return None
    nearest = (max if last else min)(rows["period"].unique(), key=periods.parse)
    rows = rows[rows["period"] == nearest]
    if rows.loc[rows["status"] != Status.NOT_MEANINGFUL, "count"].isna().any():
        return None
    return dict(zip(rows["area"], rows["count"].fillna(0.0), strict=True))


# -- values ------------------------------------------------------------------------------------------------------------


def _computed(
    counts: pd.DataFrame,
    way: Crosswalk,
    indicators: Mapping[str, Indicator],
    geographies: Mapping[str, Geography],
) -> pd.DataFrame:
    there = set(counts["variable"])
    chosen = {
        name: _by_key(i)
        for name, i in indicators.items()
        if not i.published and i.kind is not Kind.CHANGE and {s.key for s in (i.numerator, i.denominator) if s} <= there
    }  # fmt: skip
    values, _ = compute_all(counts, pd.DataFrame(columns=[*VALUES_KEY, "value", "status"]), chosen)
    return _noted(values, way, geographies[way.target])


def _by_key(indicator: Indicator) -> Indicator:
    """The same indicator over counts that carry the key of their selection as variable."""
    parts = {"numerator": indicator.numerator, "denominator": indicator.denominator}
    return indicator.model_copy(
        update={n: Selection(variable=s.key) for n, s in parts.items() if s is not None}
    )


def _noted(values: pd.DataFrame, way: Crosswalk, target: Geography) -> pd.DataFrame:
    """Values with the note that they were converted; estimated ones without limits, which would promise too much."""
    split = {(way.level, area) for area in way.estimated}
    for level, areas in target.ancestors(way.level):
        split |= {(level, area) for area in way.lifted(level, areas).estimated}
    is_split = np.array(
        [place in split for place in zip(values["level"], values["area"], strict=True)], dtype=bool
    )
    note = f"{NOTE}{target.label}"
    values["notes"] = np.where(
        is_split, f"{note}, geschätzt nach {BASES[way.basis]}", f"{note}, ganze Gebiete"
    )
    values.loc[is_split | (values["status"] == Status.ESTIMATED), ["lower", "upper"]] = np.nan
    return values


def _only_new(recoded: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Converted values for the periods that an indicator was not counted for on these areas."""
    key = ["indicator", "version", "period"]
    counted = pd.MultiIndex.from_frame(values[key].drop_duplicates())
    new = recoded[~pd.MultiIndex.from_frame(recoded[key]).isin(counted)]
    return new.drop_duplicates(list(VALUES_KEY), ignore_index=True)


def rows_of(crosswalks: Sequence[Crosswalk]) -> Iterator[tuple[str, str, str, str, float, str]]:
    """The lines of umstieg.csv: from, to, from_version, to_version, share, basis."""
    for c in crosswalks:
        for one, other, share in c.shares[["from", "to", "share"]].itertuples(index=False, name=None):
            if one != NOT_ASSIGNABLE:
                yield one, other, c.source, c.target, float(share), c.basis
