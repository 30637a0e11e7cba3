"""Poverty and inequality (Armutsgefährdung, Ungleichheit) from weighted microdata, by group, with variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.estimation import linearisation
from sozialraum.estimation.microdata import Layout, Prefix, checked_weights, sort, weighted_quantile
from sozialraum.estimation.replicates import Design, design, draws, rake
from sozialraum.tables import TOTAL, Status

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]
Line = float | Literal["all", "group"]
Variance = Literal["linearisation", "naive", "rescaled", "calibrated"]

MEASURES = ("rate", "threshold", "gap", "s80_s20", "gini")
RATE, THRESHOLD, GAP, S80_S20, GINI = range(len(MEASURES))
SHARE = 0.6
ENOUGH = 0.95  # share of replicates in which a measure must exist to be given limits

NO_INCOME = "kein Einkommen angegeben"
NO_WEIGHT = "die Gewichte der Gruppe sind null"
NOBODY_POOR = "niemand liegt unter der Schwelle"
NO_TOP = "das obere Fünftel lässt sich nicht abgrenzen: zu viele gleiche Einkommen"
NO_BOTTOM = "das untere Fünftel hat zusammen kein Einkommen"
NO_SUM = "die Einkommen der Gruppe ergeben zusammen keinen positiven Betrag"
NOT_POSITIVE = "die Schwelle ist nicht positiv"
ONE_CLUSTER = "Streuung nicht bestimmbar: nur eine Erhebungseinheit"
TOO_ALIKE = "Streuung nicht bestimmbar: die Einkommen sind zu gleich"
RARE = "Streuung nicht bestimmbar: in zu vielen Wiederholungen nicht zu rechnen"


class Measures(NamedTuple):
    """The five measures of one set of records; rates and Gini as fractions, the threshold in units of income."""

    rate: float
    threshold: float
    gap: float
    s80_s20: float
    gini: float


@dataclass(frozen=True)
class Estimates:
    """Measures by group (first „insgesamt“, then the groups in the order of the alphabet): arrays groups × measures.

    `value`, `variance`, `lower`, `upper` are NaN only where `reason` says why; `status` holds words of
    `sozialraum.tables.Status`. `records`, `weight` and `missing` (records without income) count by group.
    """

    groups: tuple[str, ...]
    value: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    status: NDArray[np.str_]
    reason: NDArray[np.str_]
    records: Ints
    weight: Floats
    missing: Ints
    method: str
    parameters: Mapping[str, Any]
    measures: tuple[str, ...] = MEASURES

    @property
    def standard_error(self) -> Floats:
        """Square root of the variance."""
        return np.asarray(np.sqrt(self.variance))

    def column(self, measure: str) -> Floats:
        """Values of one measure, one per group."""
        return np.asarray(self.value[:, self.measures.index(measure)])

    def rows(self) -> list[dict[str, Any]]:
        """One row per group and measure, as for a table."""
        error = self.standard_error
        return [
            {
                "group": group,
                "measure": measure,
                "value": float(self.value[g, m]),
                "standard_error": float(error[g, m]),
                "lower": float(self.lower[g, m]),
                "upper": float(self.upper[g, m]),
                "status": str(self.status[g, m]),
                "reason": str(self.reason[g, m]),
                "records": int(self.records[g]),
            }
            for g, group in enumerate(self.groups)
            for m, measure in enumerate(self.measures)
        ]


class _Records(NamedTuple):
    """What enters the calculation: records with an income, their weights and group codes, and the layouts of both."""

    income: Floats
    weight: Floats
    group: Ints
    whole: Layout
    parts: Layout


def poverty_threshold(income: ArrayLike, weights: ArrayLike, share: float = SHARE) -> float:
    """At-risk-of-poverty threshold (Armutsgefährdungsschwelle): `share` of the weighted median of equivalised income.

    One entry per person; incomes without gaps. Unit of the incomes. Eurostat (2009), LC-ILC/39/09.
    """
    return share * weighted_quantile(income, weights, 0.5)


def measures(
    income: ArrayLike, weights: ArrayLike, *, line: float | None = None, share: float = SHARE
) -> Measures:
    """The five measures of all records together; NaN where a measure is not defined (`estimate` says why).

    `income`: equivalised income per person without gaps, `weights`: one each. Rate: share of persons below the line.
    Gap: distance of the median income of the poor to the line, by the line. S80/S20: income of all above the
    80 % quantile by that of all up to the 20 % quantile. Gini: twice the area between Lorenz curve and diagonal.
    `line`: a fixed threshold (such as the federal one) instead of `share` of the median.
    Eurostat (2009), LC-ILC/39/09; formulas as in Alfons & Templ (2013), J Stat Softw 54(15).
    """
    value = np.asarray(income, dtype=float)
    if value.ndim != 1 or np.any(np.isnan(value)):
        raise ValueError("incomes must be one-dimensional and not missing")
    weight = checked_weights(np.asarray(weights, dtype=float), value.shape)
    records = _records(value, weight, np.zeros(value.size, dtype=np.intp), 1)
    return Measures(
        *_measured(records, weight[None, :], "all" if line is None else line, share)[0, 0].tolist()
    )


def estimate(
    income: ArrayLike,
    weights: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    line: Line = "all",
    share: float = SHARE,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    auxiliaries: ArrayLike | None = None,
    totals: ArrayLike | None = None,
    variance: Variance = "linearisation",
    replicates: int = 1000,
    seed: int = 20240101,
    level: float = 0.95,
) -> Estimates:
    """The five measures for all records and for each group, with variance and limits.

    One entry per person: `income` equivalised (NaN = not answered: left out and counted), `weights`, `groups` (region,
    age …), `strata` and `clusters` of the sample (persons of a household share an income: give the household).
    `line`: "all" = `share` of the median of everybody, "group" = of the group's own median, a number = a fixed line.
    `variance`: "linearisation" (influence functions, limits from the normal distribution), or a bootstrap of
    `replicates` (limits are quantiles of the replicates): "naive", "rescaled" for strata with few clusters,
    "calibrated" = naive and raked to `totals` of the `auxiliaries` (records × variables; preset: the sample's own).
    Linearisation with auxiliaries uses the residuals. The threshold is estimated anew in each replicate.
    Raises ValueError for wrong lengths, negative weights, unknown words.
    Alfons & Templ (2013), J Stat Softw 54(15); Osier (2009), Surv Res Methods 3:167-195; Deville (1999), Surv Methodol 25.
    """
    _check_words(line, share, variance, replicates, level)
    money = np.asarray(income, dtype=float)
    if money.ndim != 1:
        raise ValueError("incomes must be one-dimensional")
    weight = checked_weights(np.asarray(weights, dtype=float), money.shape)
    names, code = _named(groups, money.size)
    known = ~np.isnan(money)
    records = _records(money[known], weight[known], code[known], len(names))
    plan = design(int(known.sum()), _of(strata, known), _of(clusters, known))
    helpers = _auxiliaries(auxiliaries, totals, known, records.weight, variance)
    value = _measured(records, records.weight[None, :], line, share)[0]
    status, reason = _reasons(records, value)
    parameters: dict[str, Any] = {"line": line, "share": share, "level": level, "clusters": plan.stratum.size}
    parameters |= {"strata": plan.size.size, "single_strata": plan.alone}
    if variance == "linearisation":
        spread, lower, upper = _linearised(records, value, line, share, plan, helpers, level)
    else:
        parameters |= {"replicates": replicates, "seed": seed}
        spread, lower, upper = _resampled(
            records, line, share, plan, helpers, variance, replicates, seed, level
        )
    spread, lower, upper = (np.where(np.isnan(value), np.nan, part) for part in (spread, lower, upper))
    reason = _why_no_variance(reason, value, spread, plan, variance)
    counts = np.bincount(code, minlength=len(names))
    return Estimates(
        groups=(TOTAL, *names),
        value=value,
        variance=spread,
        lower=lower,
        upper=upper,
        status=status,
        reason=reason,
        records=_with_total(np.bincount(records.group, minlength=len(names))).astype(np.intp),
        weight=_with_total(np.bincount(records.group, weights=records.weight, minlength=len(names))),
        missing=_with_total(counts - np.bincount(records.group, minlength=len(names))).astype(np.intp),
        method=variance,
        parameters=parameters,
    )


# --- what enters -----------------------------------------------------------------------------------------------------


def _check_words(line: Line, share: float, variance: str, replicates: int, level: float) -> None:
    if isinstance(line, str) and line not in ("all", "group"):
        raise ValueError(f'line must be "all", "group" or a number, got {line!r}')
    if variance not in ("linearisation", "naive", "rescaled", "calibrated"):
        raise ValueError(f"unknown variance {variance!r}")
    if not 0 < share <= 1 or not 0 < level < 1:
        raise ValueError("share and level must lie between 0 and 1")
    if replicates < 2:
        raise ValueError("a bootstrap needs at least two replicates")


def _named(groups: ArrayLike | None, records: int) -> tuple[tuple[str, ...], Ints]:
    if groups is None:
        return (), np.zeros(records, dtype=np.intp)
    keys = np.asarray(groups)
    if keys.shape != (records,):
        raise ValueError("groups need one entry per record")
    names, code = np.unique(keys.astype(str), return_inverse=True)
    return tuple(str(name) for name in names), code


def _of(keys: ArrayLike | None, known: Flags) -> NDArray[Any] | None:
    if keys is None:
        return None
    column = np.asarray(keys)
    if column.shape != known.shape:
        raise ValueError("strata and clusters need one entry per record")
    return np.asarray(column[known])


def _records(income: Floats, weight: Floats, group: Ints, groups: int) -> _Records:
    whole = sort(income, np.zeros(income.size, dtype=np.intp), 1)
    return _Records(income, weight, group, whole, sort(income, group, groups))


def _auxiliaries(
    auxiliaries: ArrayLike | None, totals: ArrayLike | None, known: Flags, weight: Floats, variance: str
) -> tuple[Floats, Floats] | None:
    if auxiliaries is None:
        if variance == "calibrated" or totals is not None:
            raise ValueError("a calibrated bootstrap needs auxiliaries")
        return None
    x = np.asarray(auxiliaries, dtype=float)
    if x.ndim != 2 or x.shape[0] != known.size or np.any(np.isnan(x)):
        raise ValueError("auxiliaries need one row per record and no gaps")
    wanted = weight @ x[known] if totals is None else np.asarray(totals, dtype=float)
    if wanted.shape != (x.shape[1],):
        raise ValueError("totals need one entry per auxiliary variable")
    return x[known], wanted


def _with_total(counts: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate(([counts.sum()], counts)) if counts.size else counts


# --- the measures ----------------------------------------------------------------------------------------------------


def _measured(records: _Records, weights: Floats, line: Line, share: float) -> Floats:
    """Measures of each row of weights: rows × (total, groups) × measures."""
    whole = _over(records.whole, weights, line, share, None)
    if not records.parts.starts.size:
        return whole
    common = None if isinstance(line, str) and line == "group" else whole[:, :, THRESHOLD]
    return np.concatenate([whole, _over(records.parts, weights, line, share, common)], axis=1)


def _over(layout: Layout, weights: Floats, line: Line, share: float, common: Floats | None) -> Floats:
    """Measures of each row and group of one layout."""
    rows, groups = weights.shape[0], layout.starts.size
    result = np.full((rows, groups, len(MEASURES)), np.nan)
    if not layout.values.size:
        return result
    weight = np.take(weights, layout.order, axis=1)
    sums = Prefix.of(layout, weight)
    start, end = (np.broadcast_to(side, (rows, groups)) for side in (layout.starts, layout.ends))
    if common is not None:
        threshold = np.broadcast_to(common, (rows, groups))
    elif isinstance(line, str):
        threshold = share * sums.quantile(0.5)
    else:
        threshold = np.full((rows, groups), float(line))
    below = layout.position(threshold, "left")
    with np.errstate(divide="ignore", invalid="ignore"):
        total = sums.between(sums.weight, start, end)
        result[:, :, THRESHOLD] = threshold
        result[:, :, RATE] = sums.between(sums.weight, start, below) / total
        result[:, :, GAP] = np.where(threshold > 0, 1 - sums.quantile(0.5, start, below) / threshold, np.nan)
        result[:, :, S80_S20] = _share_ratio(sums, start, end)
        result[:, :, GINI] = _gini(sums, weight, start, end)
        result[np.isnan(threshold) | ~(total > 0)] = np.nan
    return result


def _share_ratio(sums: Prefix, start: Ints, end: Ints) -> Floats:
    low = sums.layout.position(sums.quantile(linearisation.BOTTOM), "right")
    high = sums.layout.position(sums.quantile(linearisation.TOP), "right")
    poor, rich = sums.between(sums.amount, start, low), sums.between(sums.amount, high, end)
    above = sums.between(sums.weight, high, end) > 0
    return np.asarray(np.where((poor > 0) & above, rich / poor, np.nan))


def _gini(sums: Prefix, weight: Floats, start: Ints, end: Ints) -> Floats:
    """The larger income of every pair of persons, by the mean: Σ w x (C + C before) / (Σ w Σ w x) - 1."""
    pairs = np.zeros_like(sums.weight)
    np.add(sums.weight[:, 1:], sums.weight[:, :-1], out=pairs[:, 1:])
    pairs[:, 1:] *= weight
    pairs[:, 1:] *= sums.layout.values
    filled = sums.layout.ends > sums.layout.starts
    larger = np.zeros((weight.shape[0], filled.size))
    larger[:, filled] = np.add.reduceat(pairs[:, 1:], sums.layout.starts[filled], axis=1)
    before = np.take_along_axis(sums.weight, start, axis=1)
    amount, total = sums.between(sums.amount, start, end), sums.between(sums.weight, start, end)
    return np.asarray(np.where(amount > 0, (larger - 2 * before * amount) / (total * amount) - 1, np.nan))


def _reasons(records: _Records, value: Floats) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Why a measure has no value."""
    status = np.where(np.isnan(value), Status.NOT_MEANINGFUL, Status.OK).astype("<U24")
    reason = np.full(value.shape, "", dtype="<U200")
    for row in range(value.shape[0]):
        inside = _inside(records, row)
        why = dict.fromkeys(range(len(MEASURES)), _why_nothing(records, inside))
        if not why[RATE]:
            why |= {GAP: NOBODY_POOR if value[row, THRESHOLD] > 0 else NOT_POSITIVE}
            why |= {S80_S20: _why_no_ratio(records, inside), GINI: NO_SUM}
        for measure, text in why.items():
            if np.isnan(value[row, measure]):
                reason[row, measure] = text
        if why[RATE] == NO_INCOME:
            status[row] = Status.MISSING
    return status, reason


def _inside(records: _Records, row: int) -> Flags:
    return np.ones(records.group.size, dtype=bool) if row == 0 else records.group == row - 1


def _why_nothing(records: _Records, inside: Flags) -> str:
    if not inside.any():
        return NO_INCOME
    return "" if records.weight[inside].sum() > 0 else NO_WEIGHT


def _why_no_ratio(records: _Records, inside: Flags) -> str:
    top = weighted_quantile(records.income[inside], records.weight[inside], linearisation.TOP)
    above = records.weight[inside] @ (records.income[inside] > top)
    return NO_TOP if not above > 0 else NO_BOTTOM


# --- how much they vary ----------------------------------------------------------------------------------------------


def _resampled(
    records: _Records,
    line: Line,
    share: float,
    plan: Design,
    helpers: tuple[Floats, Floats] | None,
    variance: Variance,
    replicates: int,
    seed: int,
    level: float,
) -> tuple[Floats, Floats, Floats]:
    """Variance and limits from replicates; NaN where a measure exists in too few of them."""
    blocks = []
    for counts in draws(plan, replicates, np.random.default_rng(seed), rescaled=variance == "rescaled"):
        weights = counts * records.weight
        if variance == "calibrated" and helpers is not None:
            weights = rake(weights, *helpers)
        solved = ~np.isnan(weights).any(axis=1)
        block = np.full((weights.shape[0], 1 + records.parts.starts.size, len(MEASURES)), np.nan)
        block[solved] = _measured(records, weights[solved], line, share)
        blocks.append(block)
    drawn = np.concatenate(blocks)
    enough = np.mean(~np.isnan(drawn), axis=0) >= ENOUGH
    tail = (1 - level) / 2
    masked = np.where(enough, drawn, 0.0)
    spread = np.nanvar(masked, axis=0, ddof=1)
    lower, upper = np.nanquantile(masked, [tail, 1 - tail], axis=0)
    enough &= plan.stratum.size > 1
    return tuple(np.where(enough, part, np.nan) for part in (spread, lower, upper))  # type: ignore[return-value]


def _linearised(
    records: _Records,
    value: Floats,
    line: Line,
    share: float,
    plan: Design,
    helpers: tuple[Floats, Floats] | None,
    level: float,
) -> tuple[Floats, Floats, Floats]:
    """Variance from influence functions and limits from the normal distribution."""
    from scipy.special import ndtri

    spread = np.full(value.shape, np.nan)
    common = None if line == "group" else _line_influence(records, value[0], line, share, _inside(records, 0))
    for row in range(value.shape[0]):
        if plan.stratum.size < 2 or np.isnan(value[row, RATE]):
            continue
        influence = _influences(records, value[row], line, share, _inside(records, row), common)
        if helpers is not None:
            influence = linearisation.residuals(influence, records.weight, helpers[0])
        spread[row] = linearisation.variance(influence, records.weight, plan)
    reach = ndtri(0.5 + level / 2) * np.sqrt(spread)
    lower, upper = value - reach, value + reach
    lower = np.maximum(lower, np.where(value >= 0, 0.0, -np.inf))
    upper[:, RATE] = np.minimum(upper[:, RATE], 1.0)
    return spread, lower, upper


def _line_influence(records: _Records, value: Floats, line: Line, share: float, inside: Flags) -> Floats:
    if not isinstance(line, str) or np.isnan(value[THRESHOLD]):
        return np.zeros(inside.size)
    sample = linearisation.Sample(records.income[inside], records.weight[inside])
    influence = np.zeros(inside.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        influence[inside] = linearisation.of_line(sample, float(value[THRESHOLD]), share)
    return influence


def _influences(
    records: _Records, value: Floats, line: Line, share: float, inside: Flags, common: Floats | None
) -> Floats:
    """Influence of each record on the measures of a group: records × measures; NaN where a measure has none."""
    sample = linearisation.Sample(records.income, records.weight)
    part = linearisation.Sample(records.income[inside], records.weight[inside])
    threshold = float(value[THRESHOLD])
    moving = common if common is not None else _line_influence(records, value, line, share, inside)
    result = np.full((records.income.size, len(MEASURES)), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        poor = records.income < threshold
        result[:, THRESHOLD] = moving
        result[:, RATE] = linearisation.of_rate(sample, poor, threshold, moving, inside)
        if not np.isnan(value[GAP]):
            result[:, GAP] = linearisation.of_gap(sample, result[:, RATE], threshold, moving, inside)
        for measure, function in ((S80_S20, linearisation.of_share_ratio), (GINI, linearisation.of_gini)):
            if not np.isnan(value[measure]):
                result[:, measure] = 0.0
                result[inside, measure] = function(part)
    return result


def _why_no_variance(
    reason: NDArray[np.str_],
    value: Floats,
    spread: Floats,
    plan: Design,
    variance: Variance,
) -> NDArray[np.str_]:
    open_ = np.isnan(spread) & ~np.isnan(value)
    text = ONE_CLUSTER if plan.stratum.size < 2 else TOO_ALIKE if variance == "linearisation" else RARE
    return np.where(open_, text, reason)
