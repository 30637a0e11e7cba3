"""Trends (Entwicklung): whether a short series rises or falls beyond chance, and whether that matters in size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum import periods
from sozialraum.tables import Status
from sozialraum.words import in_german

Floats = NDArray[np.float64]

FEWEST, LONGEST = 3, 10
# A change of less than a tenth of the first value is told as small, however sure it is.
RELEVANT = 0.1


class Row(Protocol):
    """A row of VALUES as far as a trend needs it."""

    @property
    def period(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...
    @property
    def numerator(self) -> float | None: ...
    @property
    def denominator(self) -> float | None: ...
    @property
    def status(self) -> str: ...


class Point(NamedTuple):
    """One period of a series, where no row of VALUES is at hand."""

    period: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    status: str = Status.OK
    version: str = ""


class Direction(StrEnum):
    """What a series does: `uneven` = it moves, but not along a line; `untestable` = too little is known."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    UNEVEN = "uneven"
    UNTESTABLE = "untestable"

    @property
    def label(self) -> str:
        """The direction in words, in German."""
        return LABELS[self]


LABELS: dict[Direction, str] = {
    Direction.RISING: "gestiegen",
    Direction.FALLING: "gesunken",
    Direction.STEADY: "keine klare Veränderung",
    Direction.UNEVEN: "ungleichmäßig",
    Direction.UNTESTABLE: "nicht zu beurteilen",
}


class TrendTest(NamedTuple):
    """Test of a straight line through a short series.

    `chi2`, `p`: of the slope, one degree of freedom; `slope`, `standard_error`: per unit of time, on the scale of
    the test; `departure`, `departure_p`: what the line leaves over, k - 2 degrees of freedom (NaN for two points);
    `fitted`: the line at each point, on the scale of the test.
    """

    chi2: float
    p: float
    slope: float
    standard_error: float
    departure: float
    departure_p: float
    fitted: Floats


@dataclass(frozen=True)
class Trend:
    """What a series says, in the unit of its values.

    `clear`: beyond chance; `relevant`: the change along the line is at least a given part of its first value; these are
    two questions. `judgement`: "better", "worse" or "" (not clear, or polarity neutral). `change`, `lower`, `upper`:
    from the first to the last period along the line, with limits; `relative`: as part of the first fitted value.
    `test`: None where nothing could be tested, and `reason` says why, in German.
    """

    direction: Direction
    clear: bool = False
    relevant: bool = False
    judgement: str = ""
    points: int = 0
    first: str = ""
    last: str = ""
    change: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    relative: float = math.nan
    method: str = ""
    p: float = math.nan
    test: TrendTest | None = None
    reason: str = ""

    def sentence(self, unit: str = "") -> str:
        """The result for a planner, in one or two German sentences; `unit` stands behind the change."""
        return _told(self, unit)


# --- tests ---------------------------------------------------------------------------------------------------------------


def proportion_trend(x: ArrayLike, n: ArrayLike, scores: ArrayLike | None = None) -> TrendTest:
    """Chi-square test of a trend in proportions x / n over k groups in order.

    `scores`: positions of the groups, 1 to k where not given. chi2 = N (N Σ r x - R Σ n x)² /
    (R (N - R) (N Σ n x² - (Σ n x)²)). Raises ValueError for fewer than two groups, x > n, n = 0, scores all equal. All or
    none affected: chi2 = 0, p = 1. Armitage (1955), Biometrics 11:375-386; Cochran (1954), Biometrics 10:417-451.
    """
    cases, base = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    time = np.arange(1.0, cases.size + 1) if scores is None else np.asarray(scores, dtype=float)
    if cases.ndim != 1 or not cases.shape == base.shape == time.shape:
        raise ValueError("cases, bases and scores must be one-dimensional and equally long")
    if np.any(cases < 0) or np.any(cases > base) or np.any(base <= 0):
        raise ValueError("proportions need 0 <= x <= n and n > 0")
    share = cases.sum() / base.sum()
    return _line(time, cases / base, base / (share * (1 - share)) if 0 < share < 1 else base * np.inf)


def weighted_trend(
    values: ArrayLike, standard_errors: ArrayLike, scores: ArrayLike | None = None
) -> TrendTest:
    """Weighted regression of values on time with known standard errors.

    Weights are 1 / SE²; chi2 = β² Σ w (t - t̄)². Raises ValueError for fewer than two points, standard errors that are
    not positive, times all equal. Draper & Smith (1998), Applied Regression Analysis, ch. 9.
    """
    value, error = np.asarray(values, dtype=float), np.asarray(standard_errors, dtype=float)
    time = np.arange(1.0, value.size + 1) if scores is None else np.asarray(scores, dtype=float)
    if value.ndim != 1 or not value.shape == error.shape == time.shape:
        raise ValueError("values, standard errors and scores must be one-dimensional and equally long")
    if np.any(error <= 0) or not np.isfinite(value).all() or not np.isfinite(error).all():
        raise ValueError("standard errors must be positive, values and errors finite")
    return _line(time, value, error**-2)


def _line(time: Floats, value: Floats, weight: Floats) -> TrendTest:
    from scipy.special import chdtrc

    if time.size < 2 or time.min() == time.max():
        raise ValueError("a trend needs at least two different times")
    if np.isinf(weight).any():  # all or none affected: nothing varies
        return TrendTest(0.0, 1.0, 0.0, 0.0, 0.0, 1.0 if time.size > 2 else math.nan, value)
    centre, middle = weight @ time / weight.sum(), weight @ value / weight.sum()
    spread = weight @ (time - centre) ** 2
    slope = float(weight @ ((time - centre) * value) / spread)
    fitted = middle + slope * (time - centre)
    chi2, rest = slope**2 * spread, float(weight @ (value - fitted) ** 2)
    departure_p = float(chdtrc(time.size - 2, rest)) if time.size > 2 else math.nan
    return TrendTest(
        float(chi2), float(chdtrc(1, chi2)), slope, float(spread**-0.5), rest, departure_p, fitted
    )


# --- a series of values ------------------------------------------------------------------------------------------------


def assess(
    rows: Iterable[Row],
    kind: str,
    *,
    per: float = 1.0,
    polarity: str = "neutral",
    relevant: float = RELEVANT,
    breaks: Sequence[str] = (),
    level: float = 0.95,
) -> Trend:
    """Say what a series of VALUES of one area and indicator does.

    `rows` in any order; `kind`, `per`, `polarity` as in the catalogue; `relevant`: smallest relative change that
    matters; `breaks`: periods with which a new way of counting begins. Only comparable points count: those of the
    newest version of the areas, from the last break on, at the same time of the year, not overlapping, not estimated,
    the last ten. Fewer than three give no trend. Shares with counts: chi-square; rates, ratios and counts: weighted
    regression of the logarithm; shares without counts: of the logit; others: of the value, from its limits.
    Where the points scatter around the line more than chance allows, the line must stand out from that scatter too.
    Raises ValueError for an unknown polarity and for periods that are none.
    """
    if polarity not in ("higher_worse", "higher_better", "neutral"):
        raise ValueError(f"unknown polarity {polarity!r}")
    points, reason = _comparable(list(rows), breaks)
    if len(points) < FEWEST:
        return Trend(Direction.UNTESTABLE, points=len(points), reason=reason or _too_few(len(points)))
    scale = _scale(points, kind, per)
    if scale is None:
        return Trend(
            Direction.UNTESTABLE, points=len(points),
            reason="Zu diesen Werten gibt es weder Fallzahlen noch Vertrauensbereiche.",
        )  # fmt: skip
    return _judged(points, scale, polarity, relevant, level)


def _too_few(number: int) -> str:
    there = {0: "ist keiner da", 1: "ist einer da"}.get(number, f"sind {number} da")
    return f"Eine Entwicklung lässt sich erst ab drei vergleichbaren Zeitpunkten beurteilen; hier {there}."


def _comparable(rows: list[Row], breaks: Sequence[str]) -> tuple[list[Row], str]:
    """The points that may be compared, oldest first, and what to say where they are too few."""
    rows = sorted(rows, key=lambda row: (periods.parse(row.period), row.version))
    shown = [row for row in rows if _known(row.value) and Status(row.status).has_value]
    counted = [row for row in shown if row.status != Status.ESTIMATED]
    if not counted:
        return [], (
            "Umgerechnete oder geschätzte Werte tragen keine Aussage zur Entwicklung." if shown else ""
        )
    newest = counted[-1]
    after = max((periods.parse(text).end for text in breaks), default=None)
    chosen: list[Row] = []
    for row in reversed(counted):
        period = periods.parse(row.period)
        same = row.version == newest.version and _season(row.period) == _season(newest.period)
        apart = not chosen or period.end < periods.parse(chosen[0].period).start
        if same and apart and (after is None or period.end >= after):
            chosen.insert(0, row)
    chosen = chosen[-LONGEST:]
    broken = len(chosen) < FEWEST <= len(shown)
    return chosen, (
        "Vor dem Wechsel der Gebiete, der Zählweise oder des Stichtags ist die Reihe nicht vergleichbar; "
        f"danach {'liegt erst ein Zeitpunkt' if len(chosen) == 1 else f'liegen erst {len(chosen)} Zeitpunkte'}."
        if broken
        else ""
    )


def _season(period: str) -> tuple[str, int]:
    parsed = periods.parse(period)
    return parsed.kind, parsed.end.month


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


class _Scale(NamedTuple):
    """The test of a series, and the way back from its scale to the unit of the values."""

    test: TrendTest
    method: str
    time: Floats
    per: float
    power: str  # "linear", "log" or "logit"

    def back(self, fitted: float | Floats) -> Floats:
        """From the scale of the test to the unit of the values."""
        if self.power == "log":
            return np.asarray(self.per * np.exp(fitted))
        if self.power == "logit":
            return np.asarray(self.per / (1 + np.exp(-np.asarray(fitted))))
        return np.asarray(self.per * np.asarray(fitted))


def _scale(points: Sequence[Row], kind: str, per: float) -> _Scale | None:
    time = np.array([_years(row.period) for row in points])
    x, n, value, lower, upper = (
        np.array([_float(getattr(row, name)) for row in points])
        for name in ("numerator", "denominator", "value", "lower", "upper")
    )
    counted = np.isfinite(x).all() and (kind == "count" or (np.isfinite(n).all() and (n > 0).all()))
    if kind == "share" and counted and (x <= n).all():
        return _Scale(proportion_trend(x, n, time), "Chi-Quadrat-Test auf Trend", time, per, "linear")
    if kind in ("rate", "ratio", "count") and counted and (kind != "ratio" or (x > 0).all()):
        base = np.ones_like(x) if kind == "count" else n
        # Half an event more keeps years without any event on the scale; it matters only where events are few.
        events = x + 0.5
        error = np.sqrt(1 / events + (1 / n if kind == "ratio" else 0))
        log = np.log(events / base)
        scale = 1.0 if kind == "count" else per
        return _Scale(
            weighted_trend(log, error, time), "gewichtete Regression des Logarithmus", time, scale, "log"
        )
    if not (np.isfinite(lower).all() and np.isfinite(upper).all() and (lower < upper).all()):
        return None
    return _from_limits(time, value, lower, upper, kind, per)


def _from_limits(time: Floats, value: Floats, lower: Floats, upper: Floats, kind: str, per: float) -> _Scale:
    width = 2 * 1.959963984540054  # the limits of VALUES are those of 95 %
    if kind == "share" and (lower > 0).all() and (upper < per).all():
        logits = [np.log(part / (per - part)) for part in (value, lower, upper)]
        test = weighted_trend(logits[0], (logits[2] - logits[1]) / width, time)
        return _Scale(test, "gewichtete Regression des Logits", time, per, "logit")
    if kind in ("rate", "ratio", "standardised_rate") and (lower > 0).all():
        error = (np.log(upper) - np.log(lower)) / width
        return _Scale(
            weighted_trend(np.log(value), error, time),
            "gewichtete Regression des Logarithmus",
            time,
            1.0,
            "log",
        )
    test = weighted_trend(value, (upper - lower) / width, time)
    return _Scale(test, "gewichtete Regression", time, 1.0, "linear")


def _years(period: str) -> float:
    end = periods.parse(period).end
    return end.year + end.month / 12


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _judged(points: Sequence[Row], scale: _Scale, polarity: str, relevant: float, level: float) -> Trend:
    from scipy.special import ndtri, stdtr, stdtrit

    test, left = scale.test, len(points) - 2
    uneven = test.departure_p < 0.05
    inflation = math.sqrt(test.departure / left) if uneven else 1.0
    error = test.standard_error * inflation
    p = float(2 * stdtr(left, -abs(test.slope / error))) if uneven else test.p
    reach = float(stdtrit(left, 0.5 + level / 2) if uneven else ndtri(0.5 + level / 2))
    clear = p < 1 - level
    rising = Direction.RISING if test.slope > 0 else Direction.FALLING
    direction = rising if clear else Direction.UNEVEN if uneven else Direction.STEADY
    first = float(scale.back(test.fitted[0]))
    span = scale.time[-1] - scale.time[0]
    change, lower, upper = (
        float(scale.back(test.fitted[0] + slope * span)) - first
        for slope in (test.slope, test.slope - reach * error, test.slope + reach * error)
    )
    relative = change / abs(first) if first else math.nan
    return Trend(
        direction=direction,
        clear=clear,
        relevant=abs(relative) >= relevant,
        judgement=_JUDGEMENTS[polarity][test.slope > 0] if clear else "",
        points=len(points),
        first=points[0].period,
        last=points[-1].period,
        change=change,
        lower=lower,
        upper=upper,
        relative=relative,
        method=scale.method,
        p=p,
        test=test,
    )


_JUDGEMENTS = {
    "higher_worse": ("better", "worse"),
    "higher_better": ("worse", "better"),
    "neutral": ("", ""),
}


# --- what is told ---------------------------------------------------------------------------------------------------------


@in_german
def _told(trend: Trend, unit: str) -> str:
    if trend.direction is Direction.UNTESTABLE:
        return trend.reason
    span = f"von {periods.label(trend.first)} bis {periods.label(trend.last)} ({trend.points} Zeitpunkte)"
    if trend.direction is Direction.STEADY:
        return f"Für die Zeit {span} ist keine Veränderung zu erkennen, die über den Zufall hinausgeht."
    if trend.direction is Direction.UNEVEN:
        return (
            f"In der Zeit {span} schwankt der Wert stärker als durch Zufall; eine gleichmäßige Entwicklung in eine "
            "Richtung ist nicht zu belegen."
        )
    size = "" if trend.relevant else ", aber wenig"
    behind = f" {unit}" if unit else ""
    return (
        f"In der Zeit {span} ist der Wert statistisch klar{size} {trend.direction.label}: entlang der Linie um "
        f"{_german(abs(trend.change))}{behind} (95-Prozent-Bereich {_range(trend)}), das sind "
        f"{_german(abs(100 * trend.relative))} Prozent des ersten Werts."
    )


def _range(trend: Trend) -> str:
    ends = sorted((abs(trend.lower), abs(trend.upper)))
    return f"{_german(ends[0])} bis {_german(ends[1])}"


def _german(number: float) -> str:
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 1 else 2
    return f"{number:,.{digits}f}".translate(str.maketrans(",.", ".,"))
