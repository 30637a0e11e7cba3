"""One index edition from VALUES: status, dynamics, classes, ranks and stability (Index berechnen)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum import periods
from sozialraum.catalogue.model import Component, Index, IndexClass, Selection
from sozialraum.counts import select
from sozialraum.errors import CatalogueError, Finding
from sozialraum.indices.classify import by_limits
from sozialraum.indices.normalise import z_score
from sozialraum.indices.sensitivity import stability
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, VALUES_COLUMNS, Status

Floats = NDArray[np.float64]
MINIMUM_AREAS = 5


@dataclass(frozen=True)
class _Frame:
    """What both halves of an edition share: the recipe, its Gebietsstand, who is left out, and whose figures are hidden."""

    index: Index
    version: str
    reasons: Mapping[str, str]
    hidden: frozenset[str]


def compute(values: pd.DataFrame, index: Index, counts: pd.DataFrame, version: str) -> pd.DataFrame:
    """Compute one edition from values that are there; areas with a gap in a component are not rated.

    `counts` are COUNTS on every level: areas below the minimum population of the edition are left out.

    Because only values that a reader of the same table can see are used, the index of a protected table reveals
    nothing beyond that table. Raises CatalogueError when a component does not vary or too few areas are rated.
    """
    place = values[(values["version"] == version) & (values["level"] == index.level)]
    status = _matrix(place, [c.indicator for c in index.components], index.period)
    if status.empty:
        raise _uncomputed(index, f"Zum {periods.label(index.period)} liegt auf der Ebene „{index.level}“ kein Baustein vor.", "Prüfen Sie „period“, „level“ und „version“ der Ausgabe und die Lieferungen.")  # fmt: skip
    frame = _Frame(index, version, _left_out(index, status, counts, version), _hidden(place, index))
    tables = [_status(frame, status, _centre(values, index, version), _errors(place, index, status))]
    if index.classes.dynamic:
        tables.append(
            _scores(
                frame, "dynamic", _dynamic(place, index).reindex(status.index), index.classes.dynamic
            ).rows
        )
    key = {"level": index.level, "version": version, "period": index.period}
    return pd.concat(tables, ignore_index=True).assign(**key)[list(VALUES_COLUMNS)]


def _uncomputed(index: Index, message: str, remedy: str) -> CatalogueError:
    return CatalogueError(Finding(f"Index [{index.id}]: {message}", remedy))


def _hidden(place: pd.DataFrame, index: Index) -> frozenset[str]:
    """Areas in which a component of the edition is suppressed."""
    names = {name for c in index.components for name in (c.indicator, c.dynamic) if name}
    rows = place[place["indicator"].isin(names) & (place["status"] == Status.SUPPRESSED)]
    return frozenset(rows["area"])


def _matrix(place: pd.DataFrame, indicators: Sequence[str], period: str) -> pd.DataFrame:
    rows = place[
        place["indicator"].isin(indicators) & (place["period"] == period) & (place["area"] != NOT_ASSIGNABLE)
    ]
    table = rows.pivot(index="area", columns="indicator", values="value").reindex(columns=list(indicators))
    return table.sort_index()


def _dynamic(place: pd.DataFrame, index: Index) -> pd.DataFrame:
    """Changes of the components: delivered ones where the edition names them, else differences over its years."""
    names = [c.indicator for c in index.components]
    delivered = [c.dynamic for c in index.components]
    if all(delivered):
        table = _matrix(place, delivered, index.period)
        table.columns = names
        return table
    now = _matrix(place, names, index.period)
    before = _matrix(place, names, periods.earlier(index.period, index.dynamic_years))
    return now - before.reindex(now.index)


def _left_out(index: Index, status: pd.DataFrame, counts: pd.DataFrame, version: str) -> dict[str, str]:
    """Areas that the edition does not rate, each with its reason."""
    reasons = {exclusion.area: exclusion.reason for exclusion in index.exclusions}
    people = select(counts, Selection(variable=index.population))
    rows = people[
        (people["version"] == version) & (people["level"] == index.level) & (people["period"] == index.period)
    ]
    small = rows[rows["count"] < index.exclude_below]
    reasons |= {
        str(area): f"weniger als {index.exclude_below} Einwohnerinnen und Einwohner"
        for area in small["area"]
        if area not in reasons
    }
    return {area: reason for area, reason in reasons.items() if area in status.index}


def _centre(values: pd.DataFrame, index: Index, version: str) -> Floats | None:
    if index.centre == "area_mean":
        return None
    rows = values[
        (values["level"] == MUNICIPALITY_LEVEL)
        & (values["version"] == version)
        & (values["period"] == index.period)
    ]
    whole = rows.set_index("indicator")["value"].reindex([c.indicator for c in index.components])
    if whole.isna().any():
        raise CatalogueError(
            Finding(
                f"Index [{index.id}]: Der Wert der Kommune fehlt für {', '.join(whole.index[whole.isna()])}.",
                'Wählen Sie centre = "area_mean".',
            )
        )
    return whole.to_numpy(float)


def _errors(place: pd.DataFrame, index: Index, status: pd.DataFrame) -> pd.DataFrame:
    """Standard errors of the components from their 95-per-cent limits; 0 where no limits are known."""
    rows = place[(place["period"] == index.period) & place["indicator"].isin(status.columns)]
    width = rows.assign(error=(rows["upper"] - rows["lower"]) / (2 * 1.959964)).drop_duplicates(
        ["area", "indicator"]
    )
    table = width.pivot(index="area", columns="indicator", values="error")
    return table.reindex(index=status.index, columns=status.columns).fillna(0.0)


def _weights(components: Sequence[Component]) -> Floats:
    return np.array([c.weight * c.direction for c in components], dtype=float)


class _Scores(NamedTuple):
    """Rows of one half of an edition, and what its stability is computed from."""

    rows: pd.DataFrame
    rated: pd.Series
    z: Floats
    spread: Floats


def _scores(
    frame: _Frame, name: str, table: pd.DataFrame, classes: Sequence[IndexClass], centre: Floats | None = None
) -> _Scores:
    """Standardise the components over the rated areas, add them up with their weights, standardise the sum, classify."""
    index = frame.index
    rated = _available(index, table) & ~table.index.isin(list(frame.reasons))
    if rated.sum() < MINIMUM_AREAS:
        raise CatalogueError(
            Finding(
                f"Index [{index.id}]: Nur {int(rated.sum())} Gebiete haben alle Bausteine; ein Index braucht mindestens {MINIMUM_AREAS}.",
                "Wählen Sie eine größere Ebene oder andere Bausteine.",
            )
        )
    x = table[rated].to_numpy(float)
    try:
        z = z_score(x, centre=centre, ddof=index.ddof)
    except ValueError as error:
        raise CatalogueError(
            Finding(
                f"Index [{index.id}]: Ein Baustein ist in allen Gebieten gleich.", "Nehmen Sie ihn heraus."
            )
        ) from error
    z = _filled(z, _weights(index.components))
    total = z @ _weights(index.components)
    score = total / total.std(ddof=index.ddof)
    areas, prefix = table.index[rated], f"{index.id}_{name}"
    frames = [_rows(areas, score, prefix, classes=by_limits(score, classes))]
    there = table[rated].notna().to_numpy()
    frames += [
        _rows(areas[there[:, j]], z[there[:, j], j], f"{prefix}_z_{c.indicator}")
        for j, c in enumerate(index.components)
    ]
    frames.append(_unrated(frame, table.index[~rated], prefix))
    return _Scores(pd.concat(frames, ignore_index=True), rated, z, np.nanstd(x, axis=0, ddof=index.ddof))


def _available(index: Index, table: pd.DataFrame) -> pd.Series:
    """Which areas have enough components: all of them, or the minimum that the edition names."""
    needed = len(index.components) if index.gap_rule == "all" else max(index.minimum_available, 1)
    return table.notna().sum(axis=1) >= needed


def _filled(z: Floats, weights: Floats) -> Floats:
    """Scores without gaps: a missing component counts like the weighted mean of the area's others."""
    known = np.isfinite(z)
    burden = (np.where(known, z, 0.0) @ weights) / (known @ np.abs(weights))
    return np.where(known, z, burden[:, None] * np.sign(weights))


def _status(frame: _Frame, table: pd.DataFrame, centre: Floats | None, errors: pd.DataFrame) -> pd.DataFrame:
    """The status half with ranks and their ranges, and the share of variants that keep the class."""
    classes = frame.index.classes.status
    scores = _scores(frame, "status", table, classes, centre)
    limits = np.array([c.upper for c in classes if c.upper is not None], dtype=float)
    measured = errors[scores.rated].to_numpy(float) / scores.spread
    result = stability(
        scores.z, _weights(frame.index.components), limits, errors=measured, ddof=frame.index.ddof
    )
    areas = table.index[scores.rated]
    rank = _rows(areas, result.rank, f"{frame.index.id}_status_rank").assign(
        lower=result.lower, upper=result.upper
    )
    kept = _rows(areas, result.share, f"{frame.index.id}_status_stability")
    return pd.concat([scores.rows, rank, kept], ignore_index=True)


def _rows(
    areas: pd.Index, values: Floats, indicator: str, *, classes: Sequence[str] | None = None
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": areas, "indicator": indicator, "numerator": np.nan, "denominator": np.nan, "value": values,
            "lower": np.nan, "upper": np.nan, "status": Status.OK, "class": classes if classes is not None else "", "notes": "",
        }
    )  # fmt: skip


def _unrated(frame: _Frame, areas: pd.Index, indicator: str) -> pd.DataFrame:
    """Rows without a score: left out by the edition, hidden component, or a component that is missing."""
    gap = dict.fromkeys(frame.hidden, (Status.SUPPRESSED, "ein Baustein ist gesperrt"))
    gap |= {area: (Status.NOT_MEANINGFUL, reason) for area, reason in frame.reasons.items()}
    states = [gap.get(area, (Status.MISSING, "ein Baustein fehlt")) for area in areas]
    rows = _rows(areas, np.full(len(areas), np.nan), indicator)
    rows["status"] = [status for status, _ in states]
    rows["notes"] = [note for _, note in states]
    return rows
