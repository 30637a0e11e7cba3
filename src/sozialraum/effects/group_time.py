"""Group-time effects (Gruppen-Zeit-Effekte): measures that begin at different times, after Callaway and Sant'Anna."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.effects.words import INDISTINCT, german, interval, moved

Floats = NDArray[np.float64]
Control = Literal["never", "not_yet"]
Base = Literal["varying", "universal"]


class Effect(NamedTuple):
    """An effect with standard error and limits; NaN where there are too few areas."""

    effect: float
    standard_error: float
    lower: float
    upper: float

    @property
    def distinct(self) -> bool:
        """Whether it differs from zero beyond chance."""
        return math.isfinite(self.lower) and not self.lower <= 0 <= self.upper


@dataclass(frozen=True)
class GroupTime:
    """Effects by group and time, ATT(g, t), and their summaries.

    Arrays, one entry per pair: `group`, `time`, `effect`, `standard_error`, `lower`, `upper` (pointwise), `band_lower`,
    `band_upper` (all together), `areas` in the group. `influence`: areas × pairs, each area's part in each effect.
    `notes`: what could not be computed, in German.
    """

    group: Floats
    time: Floats
    effect: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    band_lower: Floats
    band_upper: Floats
    areas: NDArray[np.int64]
    influence: Floats
    starts: Floats
    level: float
    seed: int
    left_out: int
    notes: tuple[str, ...] = ()

    def simple(self) -> Effect:
        """Mean over all pairs after the start, by size of the groups."""
        after = self.time >= self.group
        return self._mean(after)

    def dynamic(self) -> dict[int, Effect]:
        """By time since the start (negative: before it), groups weighted by their size."""
        lag = self.time - self.group
        return {int(step): self._mean(lag == step) for step in np.unique(lag)}

    def overall_dynamic(self) -> Effect:
        """The plain mean of the dynamic effects from the start on."""
        lag = self.time - self.group
        steps = [step for step in np.unique(lag) if step >= 0]
        return self._stacked(
            [self._parts(lag == step) for step in steps], np.full(len(steps), 1 / len(steps))
        )

    def by_group(self) -> dict[int, Effect]:
        """Mean over time since the start, per group."""
        return {int(g): self._mean((self.group == g) & (self.time >= g)) for g in np.unique(self.group)}

    def overall_group(self) -> Effect:
        """The groups' mean effects, by size of the groups."""
        groups = np.unique(self.group)
        sizes = np.array([self.areas[self.group == g][0] for g in groups], dtype=float)
        parts = [self._parts((self.group == g) & (self.time >= g)) for g in groups]
        share = sizes / sizes.sum()
        effects = np.array([part[0] for part in parts])
        # The groups' sizes are themselves drawn: their part in the uncertainty.
        belongs = (self.starts[:, None] == groups).astype(float)
        drawn = (belongs - belongs.mean(axis=0)) @ (effects - share @ effects) / belongs.mean(axis=0).sum()
        influence = sum(weight * part[1] for weight, part in zip(share, parts, strict=True)) + drawn
        return self._effect(float(share @ effects), np.asarray(influence))

    def sentence(self, unit: str = "") -> str:
        """The result for a planner, from the groups' mean effects."""
        found = self.overall_group()
        behind = f" {unit}" if unit else ""
        if not math.isfinite(found.lower):
            return "Die Gebiete reichen nicht aus, um eine Wirkung abzuschätzen."
        size = f"({interval(found.lower, found.upper, self.level)})"
        if not found.distinct:
            return (
                f"Nach dem Beginn liegt der Wert in den Gebieten im Mittel um {german(found.effect)}{behind} neben dem der "
                f"Vergleichsgebiete {size}; das ist {INDISTINCT}."
            )
        return (
            f"Nach dem Beginn ist der Wert in den Gebieten gegenüber den Vergleichsgebieten im Mittel {moved(found.effect, unit)} "
            f"{size}; das geht über den Zufall hinaus."
        )

    # -- putting effects together ----------------------------------------------------------------------------------

    def _parts(self, chosen: NDArray[np.bool_]) -> tuple[float, Floats]:
        """Mean of some pairs by size of the groups, with the influence of each area."""
        size = self.areas[chosen].astype(float)
        share = size / size.sum()
        mean = float(share @ self.effect[chosen])
        belongs = (self.starts[:, None] == self.group[chosen]).astype(float)
        drawn = (belongs - belongs.mean(axis=0)) @ (self.effect[chosen] - mean) / belongs.mean(axis=0).sum()
        return mean, self.influence[:, chosen] @ share + drawn

    def _mean(self, chosen: NDArray[np.bool_]) -> Effect:
        return self._effect(*self._parts(chosen))

    def _stacked(self, parts: Sequence[tuple[float, Floats]], weights: Floats) -> Effect:
        effect = float(sum(w * part[0] for w, part in zip(weights, parts, strict=True)))
        return self._effect(
            effect, np.asarray(sum(w * part[1] for w, part in zip(weights, parts, strict=True)))
        )

    def _effect(self, effect: float, influence: Floats) -> Effect:
        error = float(np.sqrt(influence @ influence) / influence.size)
        reach = _normal(self.level) * error
        return Effect(effect, error, effect - reach, effect + reach)


def estimate(
    outcome: ArrayLike,
    starts: ArrayLike,
    times: Sequence[float],
    *,
    control: Control = "never",
    base: Base = "varying",
    level: float = 0.95,
    draws: int = 999,
    seed: int = 20240101,
) -> GroupTime:
    """Effects of a measure that begins in different areas at different times.

    `outcome`: areas × times; NaN = no value, such an area takes no part; `starts`: when the measure began in each area,
    NaN or inf = never; `times`: the times in order. For group g (areas that began at g) and time t the effect is the mean change
    since the base less that of the controls: areas that never began, or ("not_yet") have not begun by then. The base
    is the time before g; for t before g the time before t ("varying") or again that before g ("universal").
    Standard errors from influence functions, areas independent; the band over all effects from `draws` multiplier
    bootstraps with `seed`. Groups that began at the first time have no base and are left out, with a note. Raises
    ValueError for shapes that do not fit, times out of order, no group with a base, fewer than two controls.
    Callaway & Sant'Anna (2021), J Econom 225:200-230, without covariates.
    """
    y, start, when = _input(outcome, starts, times)
    full = np.isfinite(y).all(axis=1)
    left_out = int((~full).sum())
    y, start = y[full], start[full]
    groups, notes = _groups(start, when)
    pairs, influence = [], []
    for g in groups:
        for at in range(1, len(when)):
            back = _base(when, g, at, base)
            if back == at:
                continue
            found = _pair(y[:, at] - y[:, back], start, g, max(when[at], when[back]), control)
            if found is None:
                notes.append(f"Für Beginn {g:g} und {when[at]:g} gibt es zu wenige Vergleichsgebiete.")
                continue
            pairs.append((g, when[at], found[0], found[1]))
            influence.append(found[2])
    if not pairs:
        raise ValueError("no group can be compared: at least two control areas are needed")
    return _put_together(
        np.array(pairs), np.column_stack(influence), start, level, draws, seed, left_out, notes
    )


def _input(outcome: ArrayLike, starts: ArrayLike, times: Sequence[float]) -> tuple[Floats, Floats, Floats]:
    y, start, when = (np.asarray(part, dtype=float) for part in (outcome, starts, times))
    if y.ndim != 2 or start.shape != y.shape[:1] or when.shape != y.shape[1:]:
        raise ValueError(
            "outcome needs the shape areas × times, with one start per area and one entry per time"
        )
    if when.size < 2 or np.any(np.diff(when) <= 0):
        raise ValueError("at least two times in rising order are needed")
    return y, np.where(np.isnan(start), np.inf, start), when


def _groups(start: Floats, when: Floats) -> tuple[list[float], list[str]]:
    treated = np.unique(start[start <= when[-1]])
    usable = [float(g) for g in treated if g > when[0]]
    early = [f"{g:g}" for g in treated if g <= when[0]]
    notes = [f"Ohne Zeit davor, deshalb nicht gerechnet: Beginn {', '.join(early)}."] if early else []
    if not usable:
        raise ValueError("no group begins after the first time")
    return usable, notes


def _base(when: Floats, g: float, at: int, base: Base) -> int:
    if base not in ("varying", "universal"):
        raise ValueError(f"unknown base {base!r}")
    if base == "varying" and when[at] < g:
        return at - 1
    return int(np.searchsorted(when, g)) - 1


def _pair(
    change: Floats, start: Floats, g: float, until: float, control: Control
) -> tuple[float, int, Floats] | None:
    """Effect, size of the group and each area's influence; None without enough controls."""
    if control not in ("never", "not_yet"):
        raise ValueError(f"unknown control {control!r}")
    treated = start == g
    rest = np.isinf(start) if control == "never" else (start > until) & ~treated
    if rest.sum() < 2:
        return None
    one, other = change[treated].mean(), change[rest].mean()
    number = start.size
    influence = treated * (change - one) * (number / treated.sum()) - rest * (change - other) * (
        number / rest.sum()
    )
    return float(one - other), int(treated.sum()), influence


def _put_together(
    pairs: Floats, influence: Floats, start: Floats, level: float, draws: int, seed: int, left_out: int, notes: list[str]
) -> GroupTime:  # fmt: skip
    group, time, effect, areas = pairs.T
    number = start.size
    error = np.sqrt((influence**2).sum(axis=0)) / number
    lone = areas < 2  # one area has no spread of its own: its error would be that of the controls alone
    error = np.where(lone, np.nan, error)
    reach = _normal(level) * error
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, number))
    with np.errstate(divide="ignore", invalid="ignore"):
        largest = np.nanmax(np.abs(signs @ influence / number / error), axis=1, initial=0.0)
    band = max(float(np.quantile(largest, level)), _normal(level)) * error
    if lone.any():
        notes.append("Gruppen aus einem einzigen Gebiet haben keinen Vertrauensbereich.")
    return GroupTime(
        group, time, effect, error, effect - reach, effect + reach, effect - band, effect + band,
        areas.astype(np.int64), influence, start, level, seed, left_out, tuple(notes),
    )  # fmt: skip


def _normal(level: float) -> float:
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    return float(ndtri(0.5 + level / 2))
