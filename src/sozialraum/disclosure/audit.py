"""The attacker: what can a reader compute from published figures alone? (Prüfung der Geheimhaltung.)

Every non-negative table that agrees with all published figures is possible for the reader. The possible tables form a convex
set, so one linear program whose answer moves many hidden cells settles all of them at once; what such answers leave open is
settled cell by cell. This module shares no code with the suppression it judges.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

import highspy
import numpy as np
import scipy.sparse as sp

from sozialraum.disclosure.system import (
    Bounds,
    Flags,
    Floats,
    Indices,
    System,
    components,
    first_atom,
    no_bounds,
    scale,
    tidy,
)
from sozialraum.errors import DisclosureError

Verdict = Literal["bestanden", "nicht bestanden", "nicht bewiesen"]

TOLERANCE = 1e-6  # a width counts as reached when it misses by less
EXACT = 1e-4  # an interval narrower than this gives the value away
NEAR = 1e-4  # a cell that misses its demand by less is computed a second time
FAR = 1e9  # no interval is followed further than this
EMPTY = 1e-7  # what is left of a sum whose parts are all known
RESIDUAL = 1e-6  # largest error of an equation, by its scale, in an answer that is believed
SHARED_ROUNDS_IN_VAIN = 4
SHARED_GAIN = 0.1


@dataclass(frozen=True, eq=False)
class Demand:
    """What the interval of each target must satisfy: width, an upper end >= reach, a lower end <= floor."""

    width: Floats
    reach: Floats
    floor: Floats

    def missing_up(self, lower: Floats, upper: Floats) -> Floats:
        """How far the upper end still has to rise if the lower end stays."""
        return np.maximum(np.maximum(lower + self.width, self.reach) - upper, 0)

    def missing_down(self, lower: Floats, upper: Floats) -> Floats:
        """How far the lower end still has to fall if the upper end stays."""
        return np.maximum(lower - np.minimum(upper - self.width, self.floor), 0)

    def met(self, lower: Floats, upper: Floats) -> Flags:
        """Where nothing is missing."""
        reached = (upper - lower >= self.width - TOLERANCE) & (upper >= self.reach - TOLERANCE)
        return np.asarray(reached & (lower <= self.floor + TOLERANCE), dtype=bool)

    def take(self, targets: Indices) -> Demand:
        """The demand on some of the targets."""
        return Demand(self.width[targets], self.reach[targets], self.floor[targets])


@dataclass(frozen=True, eq=False)
class Intervals:
    """What a reader can say about each target, as far as it was computed.

    `proved`: the demand is met, `lower` and `upper` are a proved part of the interval. `final`: the true ends. A target that is
    neither was not reached within the time limit.
    """

    lower: Floats
    upper: Floats
    proved: Flags
    final: Flags
    lps: int = 0
    seconds: float = 0.0
    largest_residual: float = 0.0

    @property
    def exact(self) -> Flags:
        """Targets a reader can compute exactly."""
        return np.asarray(self.final & (self.upper - self.lower <= EXACT), dtype=bool)


@dataclass(frozen=True, eq=False)
class Audit:
    """The judgement on a pattern; `lower` and `upper` follow the order of the primary cells and stay inside."""

    verdict: Verdict
    lower: Floats
    upper: Floats
    failed: tuple[str, ...]
    exact: tuple[str, ...]
    unproved: tuple[str, ...]
    lps: int
    seconds: float
    smallest_width: float | None
    largest_residual: float
    solver: str


def audit(system: System, hidden: Flags, *, time_limit: float | None = None) -> Audit:
    """Prove or refute the protection of every primary cell when `hidden` cells are withheld.

    `time_limit` in seconds; at the limit the rest counts as "nicht bewiesen". Raises DisclosureError when the solver fails.
    """
    known = system.published(np.asarray(hidden, dtype=bool))
    primary = np.flatnonzero(system.primary)
    demand = Demand(system.width[primary], system.reach[primary], system.floor[primary])
    intervals = attack(
        system.cells[known],
        system.values[known],
        system.cells[primary],
        system.bounds,
        demand=demand,
        origin=system.atoms,
        time_limit=time_limit,
    )
    return _judge(intervals, np.array(system.keys, dtype=object)[primary])


def exactly_known(
    cells: sp.csr_matrix,
    published: Flags,
    values: Floats,
    bounds: Bounds | None = None,
    *,
    width: float = EXACT,
    time_limit: float | None = None,
) -> Intervals:
    """What a release gives away about each cell it hides, without the true values.

    `values` holds one value per cell; those of hidden cells are ignored. The result has one entry per hidden cell, in order;
    `exact` marks the computable ones. `proved` means that at least `width` stays open.
    """
    published = np.asarray(published, dtype=bool)
    count_hidden = int((~published).sum())
    demand = Demand(
        np.full(count_hidden, width), np.full(count_hidden, -np.inf), np.full(count_hidden, np.inf)
    )
    return attack(
        cells[published], values[published], cells[~published], bounds, demand=demand, time_limit=time_limit
    )


def attack(
    rows: sp.csr_matrix,
    values: Floats,
    targets: sp.csr_matrix,
    bounds: Bounds | None = None,
    *,
    demand: Demand,
    origin: Floats | None = None,
    time_limit: float | None = None,
) -> Intervals:
    """The interval of each target over all x >= 0 with rows @ x = values and the bounds.

    Stops at each target as soon as its demand is met. `origin` is one possible x if one is known. Raises DisclosureError when
    the published figures contradict each other or the solver fails twice.
    """
    started = time.monotonic()
    deadline = np.inf if time_limit is None else started + time_limit
    known, rest = _deduce(rows, values, no_bounds(rows.shape[1]) if bounds is None else bounds)
    state = _Progress.start(targets, known, demand)
    for part in _parts(rest, tidy(targets), state.open, known, origin):
        _attack_part(part, demand.take(part.numbers), state, deadline)
    proved = demand.met(state.lower, state.upper)
    return Intervals(
        state.lower,
        state.upper,
        proved,
        state.final & ~proved,
        state.lps,
        time.monotonic() - started,
        state.residual,
    )


def _judge(intervals: Intervals, keys: np.ndarray) -> Audit:
    failed = intervals.final & ~intervals.proved
    unproved = ~intervals.final & ~intervals.proved
    verdict: Verdict = (
        "nicht bestanden" if failed.any() else "nicht bewiesen" if unproved.any() else "bestanden"
    )
    widths = intervals.upper - intervals.lower
    return Audit(
        verdict,
        intervals.lower,
        intervals.upper,
        tuple(sorted(keys[failed])),
        tuple(sorted(keys[intervals.exact])),
        tuple(sorted(keys[unproved])),
        intervals.lps,
        intervals.seconds,
        float(widths.min()) if len(widths) else None,
        intervals.largest_residual,
        f"HiGHS {_solver().version()}",
    )


# --- what follows from the published figures without a solver ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Facts:
    """Equations and bounds on the atoms that are still unknown (columns of known atoms are emptied)."""

    rows: sp.csr_matrix
    values: Floats
    bounds: Bounds


def _deduce(rows: sp.csr_matrix, values: Floats, bounds: Bounds) -> tuple[Floats, _Facts]:
    """Atoms that follow by subtraction or from a published zero (NaN: unknown), and what remains to be solved."""
    equal = bounds.lower == bounds.upper
    rows = tidy(sp.vstack([rows, bounds.rows[equal]], format="csr"))
    values = np.concatenate([np.asarray(values, dtype=np.float64), bounds.lower[equal]])
    if not np.isfinite(values).all():
        raise ValueError("published values must be finite")
    known = np.full(rows.shape[1], np.nan)
    while _deduce_once(rows, values, known):
        pass
    loose = Bounds(bounds.rows[~equal], bounds.lower[~equal], bounds.upper[~equal])
    return known, _remaining(rows, values, loose, known)


def _deduce_once(rows: sp.csr_matrix, values: Floats, known: Floats) -> bool:
    """Fill in `known` what one look at each equation gives; False when that is nothing."""
    unknown = np.isnan(known)
    rest, residual = _split(rows, values, known)
    number = np.diff(rest.indptr)
    exhausted = (number > 0) & (residual <= EMPTY * scale(values)) & (_minimum(rest) > 0)
    known[rest[exhausted].indices] = 0.0
    single = np.flatnonzero((number == 1) & ~exhausted)
    start = rest.indptr[single]
    known[rest.indices[start]] = residual[single] / rest.data[start]
    _no_contradiction(known >= -RESIDUAL * scale(np.nan_to_num(known)), unknown & ~np.isnan(known))
    known[known < 0] = 0.0
    return bool((np.isnan(known) != unknown).any())


def _split(rows: sp.csr_matrix, values: Floats, known: Floats) -> tuple[sp.csr_matrix, Floats]:
    """The rows over unknown atoms only, and what is left of the values for them."""
    unknown = np.isnan(known)
    residual = values - rows @ np.where(unknown, 0.0, known)
    return tidy(rows @ sp.diags_array(unknown.astype(np.float64))), residual


def _minimum(rows: sp.csr_matrix) -> Floats:
    """The smallest coefficient of each row, 0 for an empty one."""
    result = np.zeros(rows.shape[0])
    filled = np.diff(rows.indptr) > 0
    if filled.any():
        result[filled] = np.minimum.reduceat(rows.data, rows.indptr[:-1][filled])
    return result


def _remaining(rows: sp.csr_matrix, values: Floats, bounds: Bounds, known: Floats) -> _Facts:
    rest, residual = _split(rows, values, known)
    empty = np.diff(rest.indptr) == 0
    _no_contradiction(np.abs(residual) <= RESIDUAL * scale(values), empty)
    limits, shift = _split(bounds.rows, np.zeros(bounds.rows.shape[0]), known)
    lower, upper = bounds.lower + shift, bounds.upper + shift
    idle = np.diff(limits.indptr) == 0
    slack = RESIDUAL * scale(shift)
    _no_contradiction((lower <= slack) & (upper >= -slack), idle)
    return _Facts(rest[~empty], residual[~empty], Bounds(limits[~idle], lower[~idle], upper[~idle]))


def _no_contradiction(holds: Flags, where: Flags) -> None:
    if not holds[where].all():
        raise DisclosureError(CONTRADICTION)


CONTRADICTION = (
    "Die veröffentlichten Werte widersprechen einander: Es gibt keine Tabelle ohne negative Zahlen, die zu allen passt. "
    "Prüfen Sie, ob Summen und Teile aus demselben Datenstand stammen und ob gerundete Werte als gerundet angegeben sind."
)


# --- independent parts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Part:
    """One independent part: equations over its merged unknown atoms and its targets (`constant` from known atoms)."""

    facts: _Facts
    targets: sp.csr_matrix
    numbers: Indices
    constant: Floats
    origin: Floats | None


def _parts(
    facts: _Facts, targets: sp.csr_matrix, wanted: Flags, known: Floats, origin: Floats | None
) -> Iterator[_Part]:
    """The parts that contain targets, each with atoms of equal columns merged into one."""
    open_targets, shift = _split(targets, np.zeros(targets.shape[0]), known)
    numbers = np.flatnonzero(wanted)
    open_targets, constant = open_targets[numbers], -shift[numbers]
    label = components(facts.rows, facts.bounds.rows, open_targets)
    of_target, of_row, of_bound = (
        label[first_atom(matrix)] for matrix in (open_targets, facts.rows, facts.bounds.rows)
    )
    for part in np.unique(of_target):
        atoms = np.flatnonzero(label == part)
        mine, row, bound = (np.flatnonzero(of == part) for of in (of_target, of_row, of_bound))
        merge = _merge(atoms, facts.rows[row], facts.bounds.rows[bound], open_targets[mine])
        limits = Bounds(
            facts.bounds.rows[bound][:, merge.chosen], facts.bounds.lower[bound], facts.bounds.upper[bound]
        )
        equations = _distinct(facts.rows[row][:, merge.chosen], facts.values[row])
        start = None if origin is None else np.bincount(merge.group, origin[atoms]).astype(np.float64)
        yield _Part(
            _Facts(*equations, limits),
            tidy(open_targets[mine][:, merge.chosen]),
            numbers[mine],
            constant[mine],
            start,
        )


@dataclass(frozen=True, eq=False)
class _Merge:
    chosen: Indices
    group: Indices


def _merge(atoms: Indices, *matrices: sp.csr_matrix) -> _Merge:
    """One atom for all that occur in the same rows with the same coefficients; their sum is what anybody can know."""
    columns = sp.csc_matrix(sp.vstack([matrix[:, atoms] for matrix in matrices]))
    columns.sort_indices()
    group, first = _groups(columns.indptr, columns.indices, columns.data)
    return _Merge(atoms[first], group)


def _groups(start: np.ndarray, indices: np.ndarray, data: np.ndarray) -> tuple[Indices, Indices]:
    """The group of each compressed vector, equal vectors in one group, and the first vector of each group."""
    seen: dict[tuple[bytes, bytes], int] = {}
    first: list[int] = []
    group = np.empty(len(start) - 1, dtype=np.int64)
    for i in range(len(group)):
        part = slice(start[i], start[i + 1])
        key = (indices[part].tobytes(), data[part].tobytes())
        if key not in seen:
            seen[key] = len(first)
            first.append(i)
        group[i] = seen[key]
    return group, np.array(first, dtype=np.int64)


def _distinct(rows: sp.csr_matrix, values: Floats) -> tuple[sp.csr_matrix, Floats]:
    rows = tidy(rows)
    group, first = _groups(rows.indptr, rows.indices, rows.data)
    _no_contradiction(
        np.abs(values - values[first][group]) <= RESIDUAL * scale(values), np.ones(len(values), bool)
    )
    return rows[first], values[first]


# --- the attack on one part ---------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Progress:
    """What is proved so far about all targets; grows with every answer of the solver."""

    lower: Floats
    upper: Floats
    final: Flags
    open: Flags
    lps: int = 0
    residual: float = 0.0

    @classmethod
    def start(cls, targets: sp.csr_matrix, known: Floats, demand: Demand) -> _Progress:
        """Targets without unknown atoms are final, the others have no interval yet."""
        rest, shift = _split(tidy(targets), np.zeros(targets.shape[0]), known)
        decided = np.diff(rest.indptr) == 0
        lower, upper = np.where(decided, -shift, np.inf), np.where(decided, -shift, -np.inf)
        return cls(lower, upper, decided, ~decided & ~demand.met(lower, upper))


@dataclass(eq=False)
class _Fight:
    """One part under attack: the solver, the ends found so far, and the time left."""

    part: _Part
    demand: Demand
    reader: _Reader
    deadline: float
    lower: Floats = field(default_factory=lambda: np.zeros(0))
    upper: Floats = field(default_factory=lambda: np.zeros(0))

    def learn(self, atoms: Floats) -> None:
        """A possible table widens the interval of every target it moves."""
        values = self.part.targets @ atoms + self.part.constant
        self.lower, self.upper = np.minimum(self.lower, values), np.maximum(self.upper, values)

    @property
    def open(self) -> Indices:
        return np.flatnonzero(~self.demand.met(self.lower, self.upper))


def _attack_part(part: _Part, demand: Demand, state: _Progress, deadline: float) -> None:
    reader = _Reader.over(part.facts, deadline)
    fight = _Fight(part, demand, reader, deadline)
    final = np.zeros(len(part.numbers), dtype=bool)
    try:
        start = reader.feasible() if part.origin is None else part.origin
        fight.lower = fight.upper = part.targets @ start + part.constant
        reader.box(start, 10 * (1 + min(_largest_need(demand, fight), FAR)))
        _share(fight)
        for target in fight.open:
            final[target] = _settle(fight, int(target))
    except _TimeIsUpError:
        pass
    if len(fight.lower):
        state.lower[part.numbers], state.upper[part.numbers] = fight.lower, fight.upper
    state.final[part.numbers] |= final
    state.lps += reader.lps
    state.residual = max(state.residual, reader.residual)


def _largest_need(demand: Demand, fight: _Fight) -> float:
    up, down = demand.missing_up(fight.lower, fight.upper), demand.missing_down(fight.lower, fight.upper)
    return float(max(up.max(initial=0), down.max(initial=0)))


def _share(fight: _Fight) -> None:
    """Random signs over all open targets, then the opposite signs, until hardly anything new is proved."""
    random = np.random.default_rng(0)  # public: it decides only how fast the proof is found
    direction, vain = np.zeros(0), 0
    for turn in count():
        before = fight.open
        if vain == SHARED_ROUNDS_IN_VAIN or len(before) <= 1:
            return
        if turn % 2 == 0:
            direction = random.choice((-1.0, 1.0), len(fight.lower)) * random.uniform(
                0.5, 1.5, len(fight.lower)
            )
        direction = -direction
        weights = direction[before] / np.maximum(fight.demand.width[before], EXACT)
        fight.learn(fight.reader.extreme(fight.part.targets[before].T @ weights))
        vain = vain + 1 if len(fight.open) > (1 - SHARED_GAIN) * len(before) else 0


def _settle(fight: _Fight, target: int) -> bool:
    """Both ends of one target, as far as needed; True when they were needed and are its true ends."""
    row = fight.part.targets[[target]]
    for sign in (1.0, -1.0):
        if target in fight.open:
            fight.learn(_end(fight, row, target, sign))
    if target in fight.open and _shortfall(fight, target) < NEAR:
        _second_opinion(fight, row)
    return target in fight.open


def _shortfall(fight: _Fight, target: int) -> float:
    only = fight.demand.take(np.array([target]))
    ends = fight.lower[[target]], fight.upper[[target]]
    return float(max(only.missing_up(*ends)[0], only.missing_down(*ends)[0]))


def _end(fight: _Fight, row: sp.csr_matrix, target: int, sign: float) -> Floats:
    """A table in which the target is at its true end, or as far out as is asked."""
    cost = sign * row.toarray()[0]
    atoms = fight.reader.extreme(cost)
    if not fight.reader.boxed_in(atoms):
        return atoms
    need = fight.demand.take(np.array([target]))
    ends = fight.lower[[target]], fight.upper[[target]]
    missing = (need.missing_up if sign > 0 else need.missing_down)(*ends)[0]
    reached = (fight.upper if sign > 0 else -fight.lower)[target] - sign * fight.part.constant[target]
    return fight.reader.unboxed_extreme(cost, reached + min(missing, FAR) + 1)


def _second_opinion(fight: _Fight, row: sp.csr_matrix) -> None:
    """Both ends again with another algorithm and tighter tolerances; its answers are checked like all others."""
    other = _Reader.over(fight.part.facts, fight.deadline, careful=True)
    other.box_like(fight.reader)
    for sign in (1.0, -1.0):
        fight.learn(other.extreme(sign * row.toarray()[0]))
    fight.reader.lps += other.lps
    fight.reader.residual = max(fight.reader.residual, other.residual)


# --- the solver ---------------------------------------------------------------------------------------------------------------


class _TimeIsUpError(Exception):
    """The time limit is reached; what is not proved stays unproved."""


@dataclass(eq=False)
class _Reader:
    """A reader with a linear solver: all x >= 0 that fit the facts."""

    facts: _Facts
    highs: highspy.Highs
    deadline: float
    upper: Floats
    lps: int = 0
    residual: float = 0.0

    @classmethod
    def over(cls, facts: _Facts, deadline: float, *, careful: bool = False) -> _Reader:
        """A solver loaded with the facts; `careful` takes tolerances of 1e-9."""
        highs = _solver()
        if careful:
            highs.setOptionValue("primal_feasibility_tolerance", 1e-9)
            highs.setOptionValue("dual_feasibility_tolerance", 1e-9)
        highs.passModel(_model(facts))
        return cls(facts, highs, deadline, np.full(facts.rows.shape[1], np.inf))

    def feasible(self) -> Floats:
        """Any possible table; raises DisclosureError when there is none."""
        try:
            return self.extreme(np.zeros(len(self.upper)))
        except DisclosureError as error:
            if self.highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
                raise DisclosureError(CONTRADICTION) from error
            raise

    def box(self, around: Floats, size: float) -> None:
        """Keep the atoms within reach: a smaller set still proves, and no objective is unbounded."""
        self._limit(around + size)

    def box_like(self, other: _Reader) -> None:
        """The same box as another reader."""
        self._limit(other.upper)

    def boxed_in(self, atoms: Floats) -> bool:
        """Whether the box rather than the published figures stopped an atom."""
        return bool((atoms >= self.upper - TOLERANCE * (1 + self.upper)).any())

    def extreme(self, gain: Floats) -> Floats:
        """A possible table with the largest `gain @ x`."""
        columns = np.arange(len(gain), dtype=np.int32)
        self.highs.changeColsCost(len(gain), columns, -np.asarray(gain, dtype=np.float64))
        for fresh in (self.lps == 0, True):
            self._prepare(fresh)
            atoms = self._run()
            if atoms is not None:
                return atoms
        raise DisclosureError(
            "Die Prüfung der Geheimhaltung wurde abgebrochen: Das Rechenverfahren fand auch beim zweiten Versuch keine "
            "verlässliche Lösung. Es wird nichts freigegeben. Bitte melden Sie den Fall der Entwicklung."
        )

    def _prepare(self, fresh: bool) -> None:
        """From nothing: presolve and the dual method. Then only the gain changes, the last table stays possible: primal."""
        if fresh:
            self.highs.clearSolver()
        self.highs.setOptionValue("presolve", "on" if fresh else "off")
        self.highs.setOptionValue("simplex_strategy", 1 if fresh else 4)
        patience = (
            2**31 - 1 if fresh else 1000 + 2 * sum(self.facts.rows.shape)
        )  # the primal method may stall
        self.highs.setOptionValue("simplex_iteration_limit", patience)

    def unboxed_extreme(self, gain: Floats, cap: float) -> Floats:
        """As `extreme`, without the box; the gain itself stops at `cap`."""
        used = np.flatnonzero(gain).astype(np.int32)
        box, self.upper = self.upper, np.full(len(self.upper), np.inf)
        self._limit(self.upper)
        self.highs.addRow(-np.inf, cap, len(used), used, gain[used])
        try:
            return self.extreme(gain)
        finally:
            self.highs.deleteRows(1, np.array([self.highs.getNumRow() - 1], dtype=np.int32))
            self._limit(box)

    def _limit(self, upper: Floats) -> None:
        self.upper = upper
        columns = np.arange(len(upper), dtype=np.int32)
        self.highs.changeColsBounds(len(upper), columns, np.zeros(len(upper)), upper)

    def _run(self) -> Floats | None:
        """One call of the solver, its answer checked; None when it cannot be trusted."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise _TimeIsUpError
        if np.isfinite(left):
            self.highs.setOptionValue("time_limit", self.highs.getRunTime() + left)
        self.highs.run()
        self.lps += 1
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise _TimeIsUpError
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        atoms: Floats = np.maximum(np.asarray(self.highs.getSolution().col_value, dtype=np.float64), 0.0)
        residual = _residual(self.facts, atoms)
        if residual > RESIDUAL:
            return None
        self.residual = max(self.residual, residual)
        return atoms


def _residual(facts: _Facts, atoms: Floats) -> float:
    """The largest error, by its scale, by which a table (already without negative entries) misses an equation or bound."""
    rows = np.abs(facts.rows @ atoms - facts.values) / scale(facts.values)
    limits = facts.bounds.rows @ atoms
    outside = np.maximum(facts.bounds.lower - limits, limits - facts.bounds.upper) / scale(limits)
    return float(max(rows.max(initial=0), outside.max(initial=0)))


def _solver() -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs


def _model(facts: _Facts) -> highspy.HighsLp:
    matrix = sp.csr_matrix(sp.vstack([facts.rows, facts.bounds.rows]))
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.zeros(matrix.shape[1])
    model.col_lower_ = np.zeros(matrix.shape[1])
    model.col_upper_ = np.full(matrix.shape[1], np.inf)
    model.row_lower_ = np.concatenate([facts.values, facts.bounds.lower])
    model.row_upper_ = np.concatenate([facts.values, facts.bounds.upper])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    return model
