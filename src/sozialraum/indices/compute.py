"""One index edition from VALUES: status, dynamics, classes, ranks and stability (Index berechnen)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum import periods
from sozialraum.catalogue.model import Selection
from sozialraum.catalogue.recipe import Index, IndexClass, Outliers
from sozialraum.counts import select
from sozialraum.errors import CatalogueError, Finding
from sozialraum.indices import sensitivity
from sozialraum.indices.chain import Fitted, Inputs, Outcome, calculate, problem
from sozialraum.indices.classify import class_places, in_words
from sozialraum.indices.normalise import z_frame
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, VALUES_COLUMNS, Status

Floats = NDArray[np.float64]
# Area codes of a level → codes of each level above it, as Geography.ancestors tells them.
Above = Mapping[str, Mapping[str, str]]
Z_95 = 1.959964
# A larger area is lifted when at least this share of its population lives in rated areas.
COVERED = 0.8


@dataclass(frozen=True)
class Edition:
    """An edition computed over its areas: both halves with every step, who is left out and why, whose figures are hidden."""

    index: Index
    version: str
    candidates: pd.Index
    status: Outcome
    dynamic: Outcome | None
    reasons: Mapping[str, str]
    hidden: frozenset[str]
    sizes: Mapping[str, float] = field(default_factory=dict)


def compute(values: pd.DataFrame, index: Index, counts: pd.DataFrame, version: str, above: Above | None = None) -> pd.DataFrame:  # fmt: skip
    """Compute one edition from values that are there; areas with a gap in a component are not rated.

    `counts` are COUNTS on every level: areas below the minimum population of the edition are left out. `above` says in
    which larger areas the areas lie (for means of groups and for lifting).

    Because only values that a reader of the same table can see are used, the index of a protected table reveals
    nothing beyond that table. Raises CatalogueError when a component does not vary or too few areas are rated.
    """
    edition = prepare(values, index, counts, version, above)
    tables = [_status_rows(edition)]
    if edition.dynamic is not None:
        tables.append(_half_rows(edition, "dynamic", edition.dynamic, index.classes.dynamic))
    rows = pd.concat(tables, ignore_index=True).assign(level=index.level)
    lifted = _lifted(edition, above or {})
    key = {"version": version, "period": index.period}
    return pd.concat([rows, *lifted], ignore_index=True).assign(**key)[list(VALUES_COLUMNS)]


def prepare(values: pd.DataFrame, index: Index, counts: pd.DataFrame, version: str, above: Above | None = None) -> Edition:  # fmt: skip
    """The same with every step of the computation, for contributions, stability and sheets."""
    place = values[(values["version"] == version) & (values["level"] == index.level)]
    table = _matrix(place, index.names, index.period)
    if table.empty:
        raise problem(index, f"Zum {periods.label(index.period)} liegt auf der Ebene „{index.level}“ kein Baustein vor.", "Prüfen Sie „period“, „level“ und „version“ der Ausgabe und die Lieferungen.")  # fmt: skip
    reasons = _left_out(index, table, counts, version)
    kept = ~table.index.isin(list(reasons))
    status = calculate(
        _inputs(place, values, index, table, version, above or {}).only(kept),
        index,
        frozen=_frozen(place, values, index, counts, version, above or {}),
    )
    return Edition(
        index, version, table.index, status, _dynamic(place, index, kept, table.index), reasons, _hidden(place, index),
        _sizes(place, index),
    )  # fmt: skip


def _inputs(place: pd.DataFrame, values: pd.DataFrame, index: Index, table: pd.DataFrame, version: str, above: Above, period: str = "") -> Inputs:  # fmt: skip
    period = period or index.period
    rows = place[place["period"] == period]
    parts = {
        name: rows.pivot_table(index="area", columns="indicator", values=name, aggfunc="first").reindex(index=table.index, columns=index.names)
        for name in ("numerator", "denominator")
    } if index.normalise == "signed_chi_squared" else {}  # fmt: skip
    groups = None
    if index.group_level:
        known = above.get(index.group_level)
        if known is None:
            raise problem(index, f"Die Ebene „{index.group_level}“ liegt nicht über „{index.level}“.", "Prüfen Sie „group_level“.")  # fmt: skip
        groups = pd.Series([known.get(area, "") for area in table.index], index=table.index)
    return Inputs(
        table, _centre(values, index, version, period), _errors(rows, index, table), groups, parts.get("numerator"), parts.get("denominator")
    )  # fmt: skip


def _frozen(place: pd.DataFrame, values: pd.DataFrame, index: Index, counts: pd.DataFrame, version: str, above: Above) -> Fitted | None:  # fmt: skip
    """Scales, weights and spread of the period that the edition takes as its frame."""
    if not index.frame:
        return None
    earlier = index.model_copy(update={"period": index.frame, "frame": ""})
    table = _matrix(place, index.names, index.frame)
    if table.empty:
        raise problem(index, f"Zum eingefrorenen Bezugsrahmen {periods.label(index.frame)} liegen keine Werte vor.", "Prüfen Sie „frame“.")  # fmt: skip
    kept = ~table.index.isin(list(_left_out(earlier, table, counts, version)))
    return calculate(_inputs(place, values, index, table, version, above, index.frame).only(kept), index).fitted  # fmt: skip


def _dynamic(place: pd.DataFrame, index: Index, kept: NDArray[np.bool_], areas: pd.Index) -> Outcome | None:
    if not index.classes.dynamic:
        return None
    inputs = Inputs(_changes(place, index).reindex(areas)[kept])
    # A change may be negative and has no marks: it is not transformed, imputed or centred on a rate, and where the status
    # takes ranks or targets it is standardised instead.
    components = tuple(c.model_copy(update={"transform": "", "normalise": None}) for c in index.components)
    plain = {"centre": "area_mean", "components": components, "impute": "none", "outliers": Outliers(),
             "normalise": index.normalise if index.normalise == "min_max" else "z_score"}  # fmt: skip
    return calculate(inputs, index.model_copy(update=plain), classes=index.classes.dynamic)


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


def _changes(place: pd.DataFrame, index: Index) -> pd.DataFrame:
    """Changes of the components: delivered ones where the edition names them, else differences over its years."""
    delivered = [c.dynamic for c in index.components]
    if all(delivered):
        table = _matrix(place, delivered, index.period)
        table.columns = index.names
        return table
    now = _matrix(place, index.names, index.period)
    before = _matrix(place, index.names, periods.earlier(index.period, index.dynamic_years))
    return now - before.reindex(now.index)


def _left_out(index: Index, table: pd.DataFrame, counts: pd.DataFrame, version: str) -> dict[str, str]:
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
    return {area: reason for area, reason in reasons.items() if area in table.index}


def _centre(values: pd.DataFrame, index: Index, version: str, period: str) -> Floats | None:
    if index.centre == "area_mean":
        return None
    rows = values[
        (values["level"] == MUNICIPALITY_LEVEL)
        & (values["version"] == version)
        & (values["period"] == period)
    ]
    whole = rows.set_index("indicator")["value"].reindex(index.names)
    if whole.isna().any():
        raise CatalogueError(
            Finding(
                f"Index [{index.id}]: Der Wert der Kommune fehlt für {', '.join(whole.index[whole.isna()])}.",
                'Wählen Sie centre = "area_mean".',
            )
        )
    return whole.to_numpy(float)


def _errors(rows: pd.DataFrame, index: Index, table: pd.DataFrame) -> pd.DataFrame:
    """Standard errors of the components from their 95-per-cent limits; 0 where no limits are known."""
    rows = rows[rows["indicator"].isin(index.names)]
    width = rows.assign(error=(rows["upper"] - rows["lower"]) / (2 * Z_95)).drop_duplicates(["area", "indicator"])  # fmt: skip
    errors = width.pivot(index="area", columns="indicator", values="error")
    return errors.reindex(index=table.index, columns=table.columns).fillna(0.0)


def _sizes(place: pd.DataFrame, index: Index) -> dict[str, float]:
    """Published size of each area, with which scores are lifted to larger ones."""
    if index.lift is None:
        return {}
    rows = place[(place["indicator"] == index.lift.weight) & (place["period"] == index.period)]
    known = rows[rows["value"].notna()]
    return dict(zip(known["area"], known["value"].astype(float), strict=True))


# -- rows ------------------------------------------------------------------------------------------------------------


def _half_rows(edition: Edition, name: str, outcome: Outcome, classes: Sequence[IndexClass]) -> pd.DataFrame:
    """Score with its class, the components on one scale, the dimensions; and the areas without a score."""
    prefix = f"{edition.index.id}_{name}"
    score = outcome.score.to_numpy(float)
    tables = [_rows(outcome.areas, score, prefix, classes=in_words(outcome.places, score, classes))]
    there = outcome.inputs.values.notna().to_numpy()
    for j, component in enumerate(outcome.recipe.components):
        # Standard scores are shown as they are; other scales already point the way that adds to the score.
        turn = component.direction if (component.normalise or outcome.recipe.normalise) == "z_score" else 1
        z = outcome.normalised.iloc[:, j].to_numpy(float) * turn
        tables.append(_rows(outcome.areas[there[:, j]], z[there[:, j]], f"{prefix}_z_{component.indicator}"))
    for dimension in edition.index.dimensions:
        tables.append(_rows(outcome.areas, outcome.nodes[dimension.id].to_numpy(float), f"{prefix}_dim_{dimension.id}"))  # fmt: skip
    tables.append(_unrated(edition, edition.candidates.difference(outcome.areas, sort=False), prefix))
    return pd.concat(tables, ignore_index=True)


def _status_rows(edition: Edition) -> pd.DataFrame:
    """The status half with ranks and their ranges, and the share of variants that keep the class."""
    outcome, name = edition.status, f"{edition.index.id}_status"
    result = sensitivity.stability(outcome)
    rank = _rows(outcome.areas, result.rank, f"{name}_rank").assign(lower=result.lower, upper=result.upper)
    kept = _rows(outcome.areas, result.share, f"{name}_stability")
    rows = _half_rows(edition, "status", outcome, edition.index.classes.status)
    return pd.concat([rows, rank, kept], ignore_index=True)


def _lifted(edition: Edition, above: Above) -> list[pd.DataFrame]:
    """Scores of larger areas: means of the rated areas by population, standardised again, with the same classes.

    Hamburg's health office lifts its status sums to Sozialräume in this way.
    """
    lift, index = edition.index.lift, edition.index
    if lift is None:
        return []
    tables = []
    for level in lift.to:
        if level not in above:
            raise problem(index, f"Die Ebene „{level}“ liegt nicht über „{index.level}“.", "Prüfen Sie „lift“.")  # fmt: skip
        if not edition.sizes:
            raise problem(index, f"Für das Hochrechnen fehlt die Kennzahl „{lift.weight}“ zum {periods.label(index.period)}.", "Prüfen Sie „lift“ und die Lieferungen.")  # fmt: skip
        tables.append(_lifted_to(edition, level, above[level]))
    return tables


def _lifted_to(edition: Edition, level: str, parents: Mapping[str, str]) -> pd.DataFrame:
    index = edition.index
    size = pd.Series(edition.sizes)
    parent = pd.Series(parents).reindex(size.index)
    raw = edition.status.raw.reindex(size.index)
    inside = raw.notna()
    whole = size.groupby(parent).sum()
    covered = size[inside].groupby(parent[inside]).sum().reindex(whole.index, fill_value=0.0)
    mean = (raw * size)[inside].groupby(parent[inside]).sum().reindex(whole.index) / covered
    enough = (covered / whole >= COVERED) & mean.notna()
    values = mean[enough].to_numpy(float)[:, None]
    score = values[:, 0]
    if index.scale in ("sd", "z_score") and len(score) > 1:
        centre = np.zeros((1, 1)) if index.scale == "sd" and index.centre == "municipality" else None
        score = z_frame(values, centre=centre, ddof=index.ddof).scaled(values)[:, 0]
    classes = index.classes.status
    found = in_words(class_places(score, index.classes, classes), score, classes)
    rows = _rows(mean.index[enough], score, f"{index.id}_status", classes=found)
    rows["notes"] = f"nach {index.lift.weight if index.lift else ''} gewichtetes Mittel"
    gaps = _rows(mean.index[~enough], np.full(int((~enough).sum()), np.nan), f"{index.id}_status")
    gaps["status"], gaps["notes"] = Status.MISSING, "weniger als 80 % der Bevölkerung leben in bewerteten Gebieten"  # fmt: skip
    return pd.concat([rows, gaps], ignore_index=True).assign(level=level)


def _rows(areas: pd.Index, values: Floats, indicator: str, *, classes: Sequence[str] | None = None) -> pd.DataFrame:  # fmt: skip
    return pd.DataFrame(
        {
            "area": areas, "indicator": indicator, "numerator": np.nan, "denominator": np.nan, "value": values,
            "lower": np.nan, "upper": np.nan, "status": Status.OK, "class": classes if classes is not None else "", "notes": "",
        }
    )  # fmt: skip


def _unrated(edition: Edition, areas: pd.Index, indicator: str) -> pd.DataFrame:
    """Rows without a score: left out by the edition, hidden component, or a component that is missing."""
    gap = dict.fromkeys(edition.hidden, (Status.SUPPRESSED, "ein Baustein ist gesperrt"))
    gap |= {area: (Status.NOT_MEANINGFUL, reason) for area, reason in edition.reasons.items()}
    states = [gap.get(area, (Status.MISSING, "ein Baustein fehlt")) for area in areas]
    rows = _rows(areas, np.full(len(areas), np.nan), indicator)
    rows["status"] = [status for status, _ in states]
    rows["notes"] = [note for _, note in states]
    return rows
