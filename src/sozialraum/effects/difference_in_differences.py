"""Difference in differences (Differenz der Differenzen): the change where something was done, less the change elsewhere."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.effects.words import INDISTINCT, german, interval, moved

Floats = NDArray[np.float64]
FEWEST_CONTROLS = 3


class DifferenceInDifferences(NamedTuple):
    """Effect with limits, in the unit of the values.

    `treated_change`, `control_change`: mean change of either group; `p`: two-sided; `lead`: difference of the changes
    between the periods before, with `lead_p` (NaN for one period before): it should not differ from 0.
    `treated`, `controls`: areas that took part; `left_out`: areas without a full series. Everything is NaN where
    `reason`, a German sentence, says why.
    """

    effect: float
    lower: float
    upper: float
    p: float
    treated_change: float
    control_change: float
    lead: float
    lead_p: float
    treated: int
    controls: int
    left_out: int
    level: float = 0.95
    reason: str = ""

    @property
    def distinct(self) -> bool:
        """Whether the effect differs from zero beyond chance."""
        return not self.reason and not self.lower <= 0 <= self.upper

    def sentence(self, unit: str = "") -> str:
        """The result for a planner."""
        return _told(self, unit)


def estimate(
    treated: ArrayLike, controls: ArrayLike, before: int, *, level: float = 0.95
) -> DifferenceInDifferences:
    """The mean change of treated areas less that of control areas.

    `treated`, `controls`: areas × periods, the first `before` of them before the start; NaN = no value, such an area
    takes no part and is told. The change of an area is its mean after less its mean before: areas are the
    independent units, however many periods there are (Bertrand, Duflo & Mullainathan 2004, Q J Econ 119:249-275).
    Limits after Welch; with one treated area from the spread of the controls alone (Donald & Lang 2007, Rev Econ Stat
    89:221-233). Fewer than three controls or no treated area: no effect, and `reason`. Raises ValueError for shapes that do
    not fit and for no period before or after.
    """
    one, other = np.asarray(treated, dtype=float), np.asarray(controls, dtype=float)
    if one.ndim != 2 or other.ndim != 2 or one.shape[1] != other.shape[1]:
        raise ValueError("treated and controls need the shape areas × periods with the same periods")
    if not 1 <= before < one.shape[1]:
        raise ValueError("at least one period before and one after are needed")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    full = [part[np.isfinite(part).all(axis=1)] for part in (one, other)]
    left_out = len(one) + len(other) - len(full[0]) - len(full[1])
    reason = _hindrance(len(full[0]), len(full[1]))
    if reason:
        nan = math.nan
        return DifferenceInDifferences(
            nan, nan, nan, nan, nan, nan, nan, nan, len(full[0]), len(full[1]), left_out, level, reason
        )
    changes = [part[:, before:].mean(axis=1) - part[:, :before].mean(axis=1) for part in full]
    effect, error, freedom = _welch(*changes)
    lead, lead_p = _lead([part[:, :before] for part in full])
    reach = error * _student(freedom, level)
    return DifferenceInDifferences(
        effect, effect - reach, effect + reach, _p(effect, error, freedom),
        float(changes[0].mean()), float(changes[1].mean()), lead, lead_p,
        len(full[0]), len(full[1]), left_out, level,
    )  # fmt: skip


def _hindrance(treated: int, controls: int) -> str:
    if not treated:
        return "Das Gebiet hat nicht für alle Zeiträume einen Wert."
    if controls < FEWEST_CONTROLS:
        there = {0: "gibt es keines", 1: "gibt es eines"}.get(controls, f"gibt es {controls}")
        return (
            f"Zum Vergleich braucht es mindestens drei Gebiete mit Werten für alle Zeiträume; hier {there}."
        )
    return ""


def _welch(one: Floats, other: Floats) -> tuple[float, float, float]:
    """Difference of means, its standard error and degrees of freedom."""
    effect = float(one.mean() - other.mean())
    spread = float(other.var(ddof=1))
    if one.size == 1:
        return effect, math.sqrt(spread * (1 + 1 / other.size)), other.size - 1
    parts = float(one.var(ddof=1)) / one.size, spread / other.size
    total = sum(parts)
    if total == 0:
        return effect, 0.0, other.size - 1
    freedom = total**2 / (parts[0] ** 2 / (one.size - 1) + parts[1] ** 2 / (other.size - 1))
    return effect, math.sqrt(total), freedom


def _lead(before: list[Floats]) -> tuple[float, float]:
    """Whether the groups already moved apart before: last period before less the mean of those before it."""
    if before[0].shape[1] < 2:
        return math.nan, math.nan
    changes = [part[:, -1] - part[:, :-1].mean(axis=1) for part in before]
    lead, error, freedom = _welch(*changes)
    return lead, _p(lead, error, freedom)


def _student(freedom: float, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2))


def _p(effect: float, error: float, freedom: float) -> float:
    from scipy.special import stdtr

    if error == 0:
        return 1.0 if effect == 0 else 0.0
    return float(2 * stdtr(freedom, -abs(effect / error)))


def _told(found: DifferenceInDifferences, unit: str) -> str:
    if found.reason:
        return found.reason
    behind = f" {unit}" if unit else ""
    who = "Im Gebiet" if found.treated == 1 else f"In den {found.treated} Gebieten"
    facts = (
        f"{who} ist der Wert im Mittel {moved(found.treated_change, unit)}, in {found.controls} Vergleichsgebieten "
        f"{moved(found.control_change, unit)}."
    )
    size = f"Der Unterschied beträgt {german(found.effect)}{behind} ({interval(found.lower, found.upper, found.level)})"
    verdict = "geht über den Zufall hinaus" if found.distinct else f"ist {INDISTINCT}"
    early = (
        " Schon vor dem Beginn haben sich die Gebiete auseinanderbewegt; der Vergleich trägt deshalb nicht sicher."
        if found.lead_p < 0.05
        else ""
    )
    return f"{facts} {size} und {verdict}.{early}"
