"""Methods beside suppression: rounding and noise, and what a reader still knows of the true counts (Runden, Überlagern)."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from pydantic import Field
from scipy.optimize import brentq

from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.model import Record, Rule
from sozialraum.disclosure.compose import Composed, variable_of
from sozialraum.disclosure.history import AtomName, CellKey
from sozialraum.disclosure.system import Bounds, Floats, Indices, joined, no_bounds

ROUND, CONTROLLED, CELL_KEY = "runden", "kontrolliert_runden", "zellschluessel"
RESTARTS = 3


class Method(Record):
    """[geheimhaltung.verfahren.NAME] of kommune.toml: how the counts of a variable or source are made safe.

    `base` is what counts are rounded to a multiple of, `spread` the largest noise.
    """

    method: Literal["sperren", "runden", "kontrolliert_runden", "zellschluessel"] = "sperren"
    base: Literal[3, 5, 10] = 5
    spread: int = Field(5, ge=1, le=50)

    @property
    def label(self) -> str:
        """What a reader is told about the figures."""
        return {
            ROUND: f"auf Vielfache von {self.base} gerundet",
            CONTROLLED: f"auf Vielfache von {self.base} gerundet, Summen stimmen",
            CELL_KEY: f"zufällig um höchstens {self.spread} verändert (Cell-Key-Verfahren)",
        }.get(self.method, "gesperrt, wo nötig")

    @property
    def above_zero(self) -> int:
        """The largest count that a shown zero may stand for."""
        return {ROUND: (self.base - 1) // 2, CONTROLLED: self.base - 1, CELL_KEY: self.spread}.get(
            self.method, 0
        )

    def suffices(self, rule: Rule) -> bool:
        """Whether a shown zero leaves open that the count reaches the minimum of a rule."""
        return self.method == "sperren" or self.above_zero >= rule.minimum_count

    def limits(self, shown: Floats, deviation: float = 0.0) -> tuple[Floats, Floats]:
        """The smallest and largest true count behind each shown one; `deviation` is the largest of controlled sums."""
        if self.method == ROUND:
            below, above = float(self.base // 2), float((self.base - 1) // 2)
        else:
            below = above = max(float(self.spread if self.method == CELL_KEY else self.base - 1), deviation)
        least = np.where(shown > 0, 1.0, 0.0) if self.method == CELL_KEY else np.zeros(len(shown))
        return np.maximum(shown - below, least), shown + above


@dataclass(frozen=True)
class Blurring:
    """Which variables are blurred and how, with the secret that noise and rounding hang on (never leaves the inside).

    `kept` are roundings of earlier releases: the same count is rounded the same way for ever.
    """

    methods: Mapping[str, Method]
    secret: bytes = field(repr=False)
    kept: Mapping[str, float] = field(default_factory=dict, repr=False)

    @property
    def commitment(self) -> str:
        """What the public protocol says of the secret."""
        return hashlib.sha256(b"sozialraum/cell-key/" + self.secret).hexdigest()


@dataclass(frozen=True)
class Blurred:
    """Shown figures of one period: by cell, with the largest deviation of each variable and the roundings to remember."""

    shown: Mapping[int, float]
    deviation: Mapping[str, float]
    rounded: Mapping[str, float]


def blur(composed: Composed, blurring: Blurring) -> tuple[Composed, Blurred]:
    """Replace the counts of blurred variables, and give the system what a reader knows of them instead."""
    shown: dict[int, float] = {}
    deviation: dict[str, float] = {}
    rounded: dict[str, float] = {}
    rows: list[Bounds] = []
    for variable, method in blurring.methods.items():
        cells = _cells(composed, variable)
        if method.method == "sperren" or not len(cells):
            continue
        values, atoms = _shown(composed, cells, method, blurring)
        truth = composed.system.values[cells]
        deviation[variable] = float(np.abs(values - truth).max())
        shown |= dict(zip(cells.tolist(), values.tolist(), strict=True))
        rows.append(_bounds(composed.system.cells[cells], *method.limits(values, deviation[variable])))
        if atoms:
            columns, figures = np.array(list(atoms)), np.array(list(atoms.values()))
            rounded |= {_name(composed, int(c)): f for c, f in atoms.items()}
            own = sp.eye_array(len(composed.system.atoms), format="csr")[columns]
            rows.append(_bounds(own, *method.limits(figures)))
    return known_as(composed, shown, rows), Blurred(shown, deviation, rounded)


def known_as(composed: Composed, shown: Iterable[int], rows: Sequence[Bounds]) -> Composed:
    """A composed system in which some cells are known within limits only."""
    system = composed.system
    blurred = np.zeros(len(system.keys), dtype=bool)
    blurred[list(shown)] = True
    bounds = joined(system.bounds or no_bounds(len(system.atoms)), *rows)
    return replace(composed, system=replace(system, publishable=system.publishable & ~blurred, bounds=bounds))


def as_read(composed: Composed, visible: Mapping[str, float], told: Sequence[Mapping[str, Any]]) -> Composed:
    """The system of a finished release whose protocol tells which variables were blurred, with the figures it prints."""
    rows, shown = [], []
    for line in told:
        cells = [i for i in _cells(composed, str(line["variable"])) if composed.system.keys[i] in visible]
        if cells:
            method = Method.model_validate({name: line[name] for name in ("method", "base", "spread")})
            figures = np.array([visible[composed.system.keys[i]] for i in cells])
            rows.append(
                _bounds(composed.system.cells[cells], *method.limits(figures, float(line["deviation"])))
            )
            shown += cells
    return known_as(composed, shown, rows) if shown else composed


def _cells(composed: Composed, variable: str) -> Indices:
    """The printable cells of a variable that are not known exactly anyway."""
    system = composed.system
    mine = np.array([variable_of(key.key) == variable for key in composed.keys], dtype=bool)
    return np.flatnonzero(mine & system.publishable & ~system.fixed)


def _bounds(rows: sp.csr_matrix, lower: Floats, upper: Floats) -> Bounds:
    return Bounds(sp.csr_matrix(rows), lower, upper)


def _shown(
    composed: Composed, cells: Indices, method: Method, blurring: Blurring
) -> tuple[Floats, dict[int, float]]:
    """What is shown in each cell, and for controlled rounding in each inner count."""
    rows = composed.system.cells[cells]
    truth = composed.system.values[cells]
    if method.method == ROUND:
        return method.base * np.floor((truth + method.base / 2) / method.base), {}
    atoms = np.unique(rows.indices)
    chance = np.array([_key(blurring.secret, _name(composed, int(atom))) for atom in atoms])
    inner = rows[:, atoms]
    if method.method == CELL_KEY:
        there = composed.system.atoms[atoms] > 0
        cell_key = np.mod(inner @ np.where(there, chance, 0.0), 1.0)
        noise = [
            _noise(int(n), method.spread, float(u)) for n, u in zip(np.rint(truth), cell_key, strict=True)
        ]
        return truth + np.array(noise), {}
    kept = np.array([blurring.kept.get(_name(composed, int(atom)), np.nan) for atom in atoms])
    figures = controlled(composed.system.atoms[atoms], inner, method.base, chance, kept)
    return inner @ figures, dict(zip(atoms.tolist(), figures.tolist(), strict=True))


def _name(composed: Composed, atom: int) -> str:
    """What a delivered count is called for ever; a corrected one is another count."""
    name: AtomName = composed.atoms[atom]
    return "|".join((composed.version, composed.period, *name, f"{composed.system.atoms[atom]:g}"))


def _key(secret: bytes, name: str) -> float:
    """A number in [0, 1) for a count: always the same, and nobody's without the secret (record key)."""
    return int.from_bytes(hmac.digest(secret, name.encode(), "sha256")[:7], "big") / 2**56


def controlled(counts: Floats, sums: sp.csr_matrix, base: int, chance: Floats, kept: Floats) -> Floats:
    """Round each count to a multiple of `base` below or above it so that all sums of rounded counts stay close to the true ones.

    `sums` are cells × counts, `chance` one number in [0, 1) per count, `kept` roundings that stay (NaN: free). The first
    rounding is up with the probability that keeps it unbiased; then single counts change side while that makes the sum of
    squared deviations smaller. Langsrud & Heldal (2018), Privacy in Statistical Databases, small count rounding.
    """
    rest = np.mod(counts, base)
    up = np.where(np.isfinite(kept), kept > counts - rest + base / 2, chance < rest / base)
    free = (rest > 0) & ~np.isfinite(kept)
    by_count, across = sp.csc_matrix(sums), sp.csr_matrix(sums.T)
    weight = np.asarray(sums.multiply(sums).sum(axis=0)).ravel()
    deviation = sums @ (base * up - rest)
    for _ in range(RESTARTS * len(counts)):
        step = np.where(up, -base, base)
        change = np.where(free, 2 * step * (across @ deviation) + step**2 * weight, np.inf)
        best = int(np.argmin(change)) if len(change) else 0
        if not len(change) or change[best] >= -1e-9:
            break
        cells = slice(by_count.indptr[best], by_count.indptr[best + 1])
        deviation[by_count.indices[cells]] += step[best] * by_count.data[cells]
        up[best] = not up[best]
    return np.asarray(counts - rest + base * (up & (rest > 0)))


@lru_cache(maxsize=4096)
def _table(count: int, spread: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The steps of noise for a count and their cumulated probabilities: mean 0, never below zero, small steps likelier."""
    steps = np.arange(-min(count, spread), spread + 1)
    plain = np.exp(-((2.0 * steps / spread) ** 2) / 2)

    def mean(tilt: float) -> float:
        chance = plain * np.exp(tilt * steps)
        return float((steps * chance).sum() / chance.sum())

    tilt = 0.0 if abs(mean(0.0)) < 1e-12 else brentq(mean, -50.0, 50.0)
    chance = plain * np.exp(tilt * steps)
    return tuple(steps.tolist()), tuple(np.cumsum(chance / chance.sum()).tolist())


def _noise(count: int, spread: int, cell_key: float) -> float:
    """The noise of a cell; a count of zero stays zero. Thompson, Broadfoot & Elazar (2013), Methodology for the ABS TableBuilder."""
    if count <= 0:
        return 0.0
    steps, cumulated = _table(count, spread)
    return float(steps[min(int(np.searchsorted(cumulated, cell_key, side="right")), len(steps) - 1)])


def told(blurring: Blurring | None, found: Sequence[Blurred]) -> list[dict[str, Any]]:
    """What the public may know: the method of each variable and its largest deviation."""
    if blurring is None:
        return []
    deviation: dict[str, float] = {}
    for one in found:
        for variable, largest in one.deviation.items():
            deviation[variable] = max(deviation.get(variable, 0.0), largest)
    return [
        {"variable": v, **blurring.methods[v].model_dump(), "label": blurring.methods[v].label, "deviation": math.ceil(d)}
        for v, d in sorted(deviation.items())
    ]  # fmt: skip


def shown_table(pairs: Iterable[tuple[Composed, Blurred]]) -> pd.DataFrame:
    """All blurred cells: the columns of a cell key, and the count to show."""
    rows = [
        (*composed.keys[cell], figure) for composed, found in pairs for cell, figure in found.shown.items()
    ]
    return pd.DataFrame(rows, columns=[*CellKey._fields, "shown"])


def refused(methods: Mapping[str, Method], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """What stands against the chosen methods: a sentence and a remedy each."""
    for name, method in methods.items():
        variable = catalogue.variables[name]
        rule = catalogue.rule_of(variable.source)
        if method.method == "sperren":
            continue
        if variable.magnitude or rule.published:
            why = "ist eine Summe von Beträgen" if variable.magnitude else "ist schon veröffentlicht"
            yield (
                f"„{variable.label}“ {why} und lässt sich nicht mit „{method.method}“ schützen.",
                'Nehmen Sie method = "sperren".',
            )
        elif not method.suffices(rule):
            yield (
                f"„{method.method}“ reicht für „{variable.label}“ nicht: Eine gezeigte 0 stünde für höchstens {method.above_zero}, die Regel verlangt {rule.minimum_count}.",
                "Wählen Sie eine größere base oder spread, oder sperren Sie.",
            )
