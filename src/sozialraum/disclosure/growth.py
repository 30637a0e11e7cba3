"""Growing a pattern from alternatives: tables that differ from the truth in hidden cells only (Zellsperrung, Rechenkern)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from sozialraum.disclosure.system import Bounds, Flags, Floats, Indices, scale, tidy
from sozialraum.errors import DisclosureError

Hashes = npt.NDArray[np.uint64]

# A low reward lets only cheap circuits shared by many cells come about; starting lower hides fewer cells and takes longer.
REWARDS = (0.2, 0.3, 0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 16.0, 64.0)
LAST_REWARD = 4096.0  # for one cell alone: outweighs every cost there is
REPEATED = 0.5  # share of the weight a later start pays for cells of the best pattern so far
SAME_SIGNS = 4  # rounds with the same pair of signs
HIDDEN_COST = 0.001  # share of the weight a hidden cell still costs: nothing moves without reason
NOISE = 0.05  # of the weights, different in each start
AT_ONCE = 1000  # rows compared with all others in one product, which bounds its memory
SUPPORT = 1e-6  # a smaller movement is noise of the solver
TOLERANCE = 1e-6
RESIDUAL = 1e-6


@dataclass(frozen=True, eq=False)
class Problem:
    """Cells over inner values, ready to grow a pattern: rows distinct, order given by keys and not by chance.

    Inner values may fall to 0. Rows that are not `printed` cost nothing, `frozen` ones cannot move, those in `given` are
    hidden already. `targets` are rows with a demand (`reach` and `floor` count from the truth); those without `always` have
    it only while they are hidden. With a level above, `links @ movement` must equal `roots @ shares` for shares >= 0 that
    sum to at most 1 (one column of `roots` per alternative of the level above).
    """

    inner: Floats
    rows: sp.csr_matrix
    values: Floats
    keys: tuple[str, ...]
    printed: Flags
    frozen: Flags
    weight: Floats
    targets: Indices
    always: Flags
    width: Floats
    reach: Floats
    floor: Floats
    bounds: Bounds
    ties: tuple[tuple[int, ...], ...]
    given: Flags
    links: sp.csr_matrix | None = None
    roots: Floats | None = None
    follows: tuple[tuple[int, int], ...] = ()

    @cached_property
    def layout(self) -> Layout:
        """The sparse shape of the equations."""
        return layout(self.rows)

    @property
    def root_count(self) -> int:
        return 0 if self.roots is None else self.roots.shape[1]

    @cached_property
    def hidden_anyway(self) -> Flags:
        """Printed rows that are hidden whatever happens."""
        hidden = self.given.copy()
        hidden[self.targets[self.always]] = True
        return self.closed(hidden & self.printed)

    def closed(self, hidden: Flags) -> Flags:
        """Hidden cells with those that are tied to them or follow them."""
        return close_ties(hidden, self.ties, self._followers)

    @cached_property
    def _followers(self) -> Indices:
        return np.array(self.follows, dtype=np.int64).reshape(-1, 2)


class UnansweredError(DisclosureError):
    """A part of the table cannot follow an alternative of the level above."""


@dataclass(frozen=True, eq=False)
class Pattern:
    """A grown pattern with its proof: `tables` move inner values, `shares` say which roots each one uses."""

    hidden: Flags
    uncertified: Indices
    cost: float
    start: int
    tables: Floats
    shares: Floats
    responses: Indices

    @property
    def rank(self) -> tuple[int, float, int]:
        """The order of preference: more certified first, then cheaper, then the earlier start."""
        return len(self.uncertified), round(self.cost, 6), self.start


def grow(problem: Problem, seed: int, starts: int) -> Pattern:
    """The best pattern of several starts; raises DisclosureError when the solver fails or a root cannot be answered.

    Each later start may take cells of the best pattern at half price and so improves on it.
    """
    best = _grow_once(problem, problem.weight, seed, 0)
    for start in range(1, starts):
        weight = np.where(best.hidden, REPEATED * problem.weight, problem.weight)
        best = min(best, _grow_once(problem, weight, seed, start), key=lambda pattern: pattern.rank)
    return best


def mend(problem: Problem, seed: int) -> Pattern:
    """Certify the targets one by one, on top of what is hidden already."""
    growth = _Growth(problem, _Mover.over(problem), _Chance(hashes(problem.keys), seed, 0), problem.weight)
    growth.one_by_one()
    return growth.pattern(0)


def _grow_once(problem: Problem, weight: Floats, seed: int, start: int) -> Pattern:
    growth = _Growth(problem, _Mover.over(problem), _Chance(hashes(problem.keys), seed, start), weight)
    for root in range(problem.root_count):
        growth.respond(root)
    growth.raise_rewards()
    growth.one_by_one()
    growth.drop_tables()
    return growth.pattern(start)


def close_ties(hidden: Flags, ties: tuple[tuple[int, ...], ...], follows: Indices | None = None) -> Flags:
    """All cells of a tie are hidden when one is, and of a pair of `follows` the second one when the first is."""
    result = hidden.copy()
    pairs = np.empty((0, 2), dtype=np.int64) if follows is None else follows
    changed = bool(ties) or len(pairs) > 0
    while changed:
        more = pairs[result[pairs[:, 0]], 1]
        changed = not result[more].all()
        result[more] = True
        for tie in map(list, ties):
            if result[tie].any() and not result[tie].all():
                result[tie] = changed = True
    return result


def hashes(keys: tuple[str, ...]) -> Hashes:
    """A number for each key that depends on nothing else."""
    return np.array(
        [int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") for key in keys],
        dtype=np.uint64,
    )


@dataclass(frozen=True, eq=False)
class _Chance:
    """Random numbers by key, seed, start and turn: a new cell changes nobody else's numbers."""

    keys: Hashes
    seed: int
    start: int

    def uniform(self, purpose: str, turn: int = 0) -> Floats:
        """One number in [0, 1) per key."""
        salt = hashes((f"{self.seed}/{self.start}/{purpose}/{turn}",))
        mixed = self.keys ^ salt
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):  # finaliser of splitmix64
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
        return np.asarray((mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53)


# --- the shape of the linear program --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Layout:
    """Elements are the inner values, then every row that is not one itself; `sums @ elements = 0` ties a row to its parts."""

    element: Indices
    sums: sp.csr_matrix


def layout(rows: sp.csr_matrix) -> Layout:
    """Write each row as the sum of few other rows where that is possible (sparser than summing inner values)."""
    inner = rows.shape[1]
    size = np.diff(rows.indptr)
    plain = (size == 1) & (
        np.add.reduceat(rows.data, np.minimum(rows.indptr[:-1], max(rows.nnz - 1, 0))) == 1
    )
    element = np.empty(rows.shape[0], dtype=np.int64)
    element[plain] = rows.indices[rows.indptr[:-1][plain]]
    element[~plain] = inner + np.arange(int((~plain).sum()))
    sums = [
        _sum_row(rows, int(row), parts, rest, element)
        for row, (parts, rest) in zip(
            np.flatnonzero(~plain), _partitions(rows, np.flatnonzero(~plain)), strict=True
        )
    ]
    return Layout(element, _stack(sums, inner + len(sums)))


def _sum_row(
    rows: sp.csr_matrix, row: int, parts: list[int], rest: Indices, element: Indices
) -> tuple[Indices, Floats]:
    """Columns and coefficients of: parts + inner values left over - the row = 0."""
    own = slice(rows.indptr[row], rows.indptr[row + 1])
    coefficient = rows.data[own][np.isin(rows.indices[own], rest)]
    columns = np.concatenate([element[parts], rest, element[[row]]])
    return columns, np.concatenate([np.ones(len(parts)), coefficient, [-1.0]])


def _partitions(rows: sp.csr_matrix, wanted: Indices) -> list[tuple[list[int], Indices]]:
    """For each wanted row, disjoint rows inside it (the largest first) and the inner values they leave over."""
    size = np.diff(rows.indptr)
    ones = sp.csr_matrix((np.ones(rows.nnz), rows.indices, rows.indptr), shape=rows.shape)
    across = sp.csr_matrix(ones.T)
    left = np.zeros(rows.shape[1])
    result = []
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        common = sp.csr_matrix(ones[some] @ across)
        common.sort_indices()
        for place, row in enumerate(some):
            others = slice(common.indptr[place], common.indptr[place + 1])
            inside = common.indices[others][common.data[others] == size[common.indices[others]]]
            inside = inside[size[inside] < size[row]]
            result.append(_cover(rows, int(row), inside[np.argsort(-size[inside], kind="stable")], left))
    return result


def _cover(rows: sp.csr_matrix, row: int, candidates: Indices, left: Floats) -> tuple[list[int], Indices]:
    own = slice(rows.indptr[row], rows.indptr[row + 1])
    left[rows.indices[own]] = rows.data[own]
    remaining, parts = own.stop - own.start, []
    for part in candidates:
        entries = slice(rows.indptr[part], rows.indptr[part + 1])
        if (
            remaining >= entries.stop - entries.start
            and (left[rows.indices[entries]] == rows.data[entries]).all()
        ):
            left[rows.indices[entries]] = 0
            remaining -= entries.stop - entries.start
            parts.append(int(part))
        if remaining == 0:
            break
    rest = rows.indices[own][left[rows.indices[own]] != 0].astype(np.int64)
    left[rows.indices[own]] = 0
    return parts, rest


def _stack(rows: list[tuple[Indices, Floats]], columns: int) -> sp.csr_matrix:
    start = np.concatenate([[0], np.cumsum([len(row[0]) for row in rows])]).astype(np.int64)
    indices = np.concatenate([row[0] for row in rows]) if rows else np.zeros(0, dtype=np.int64)
    data = np.concatenate([row[1] for row in rows]) if rows else np.zeros(0)
    return sp.csr_matrix((data, indices, start), shape=(len(rows), columns))


@dataclass(frozen=True, eq=False)
class Task:
    """One linear program: what each element costs per unit, and how far each target is paid to rise or fall."""

    up_cost: Floats
    down_cost: Floats
    pay: Floats
    rise: Floats
    fall: Floats
    root: int | None = None


@dataclass(eq=False)
class _Mover:
    """The solver for one problem. Columns: up and down of each element, paid rise and fall of each target, root shares."""

    problem: Problem
    highs: highspy.Highs
    element: Indices
    fall_limit: Floats
    movable: Flags

    @classmethod
    def over(cls, problem: Problem) -> _Mover:
        """A solver loaded with the equations, nothing allowed to move yet."""
        elements = problem.layout.sums.shape[1]
        fall_limit = np.full(elements, np.inf)
        fall_limit[: len(problem.inner)] = problem.inner
        movable = np.ones(elements, dtype=bool)
        movable[problem.layout.element[problem.frozen]] = False
        highs = _solver()
        highs.passModel(_model(problem))
        return cls(problem, highs, problem.layout.element[problem.targets], fall_limit, movable)

    def solve(self, task: Task) -> tuple[Floats, Floats]:
        """The movement of the inner values and the shares of the roots; raises DisclosureError after two failures."""
        self._load(task)
        for attempt in range(2):
            if attempt:  # numerical trouble: forget the basis and let presolve look at the model
                self.highs.clearSolver()
                self.highs.setOptionValue("presolve", "on")
            self.highs.run()
            answer = self._answer()
            if attempt:
                self.highs.setOptionValue("presolve", "off")
            if answer is not None:
                return answer
        raise DisclosureError(
            "Die Geheimhaltung wurde abgebrochen: Das Rechenverfahren fand auch beim zweiten Versuch keine verlässliche Lösung. "
            "Es wird nichts freigegeben. Bitte melden Sie den Fall der Entwicklung."
        )

    def _load(self, task: Task) -> None:
        """Costs and limits of one program; what is paid for falling is taken off the unpaid fall."""
        down = np.where(self.movable, self.fall_limit, 0.0)
        np.subtract.at(down, self.element, np.minimum(task.fall, down[self.element]))
        paid_fall = np.minimum(task.fall, np.where(self.movable, self.fall_limit, 0.0)[self.element])
        paid_rise = np.where(self.movable[self.element], task.rise, 0.0)
        share = np.full(self.problem.root_count, 1.0 if task.root is None else 0.0)
        least = np.zeros(self.problem.root_count)
        if task.root is not None:
            share[task.root] = least[task.root] = 1.0
        upper = np.concatenate(
            [np.where(self.movable, np.inf, 0.0), np.maximum(down, 0), paid_rise, paid_fall, share]
        )
        lower = np.concatenate([np.zeros(len(upper) - len(least)), least])
        cost = np.concatenate([task.up_cost, task.down_cost, -task.pay, -task.pay, np.zeros(len(least))])
        columns = np.arange(len(cost), dtype=np.int32)
        self.highs.changeColsCost(len(cost), columns, cost)
        self.highs.changeColsBounds(len(cost), columns, lower, upper)

    def _answer(self) -> tuple[Floats, Floats] | None:
        """The solver's answer, cleaned of noise and checked against the equations; None when it cannot be trusted."""
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        columns = np.asarray(self.highs.getSolution().col_value)
        elements, targets = len(self.movable), len(self.element)
        up, down, rise, fall, shares = np.split(columns, np.cumsum([elements, elements, targets, targets]))
        moves = up - down
        np.add.at(moves, self.element, rise - fall)
        inner = np.maximum(moves[: len(self.problem.inner)], -self.problem.inner)
        inner[np.abs(inner) < SUPPORT / 10] = 0.0
        shares = np.where(shares > SUPPORT / 10, shares, 0.0)
        return (inner, shares) if _error(self.problem, inner, shares) <= RESIDUAL else None


def _error(problem: Problem, inner: Floats, shares: Floats) -> float:
    """By how much a movement misses frozen cells, bounds, or the level above (by their scale)."""
    frozen = np.abs(problem.rows[problem.frozen] @ inner) / scale(problem.values[problem.frozen])
    truth, moves = problem.bounds.rows @ problem.inner, problem.bounds.rows @ inner
    outside = np.maximum(problem.bounds.lower - truth - moves, truth + moves - problem.bounds.upper) / scale(
        truth
    )
    errors = [frozen.max(initial=0), outside.max(initial=0), shares.sum() - 1]
    if problem.links is not None and problem.roots is not None:
        errors.append(np.abs(problem.links @ inner - problem.roots @ shares).max(initial=0))
    return float(max(errors))


def _solver() -> highspy.Highs:
    """One thread, dual simplex from the last basis, no presolve: measured fastest for many small related programs."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("presolve", "off"),
        ("simplex_strategy", 1),
    ):
        highs.setOptionValue(option, value)
    return highs


def _model(problem: Problem) -> highspy.HighsLp:
    """The equations in the solver's form; every column is still held at 0."""
    matrix = _equations(problem)
    truth = problem.bounds.rows @ problem.inner
    equal = np.zeros(matrix.shape[0] - len(truth) - 1)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = model.col_lower_ = model.col_upper_ = np.zeros(matrix.shape[1])
    model.row_lower_ = np.concatenate([equal, np.minimum(problem.bounds.lower - truth, 0), [-np.inf]])
    model.row_upper_ = np.concatenate([equal, np.maximum(problem.bounds.upper - truth, 0), [1.0]])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    return model


def _equations(problem: Problem) -> sp.csc_matrix:
    """Rows: sums, links to the level above, bounds, and the shares of the roots, which are at most 1 together."""
    sums, roots = problem.layout.sums, problem.root_count
    widen = sp.eye_array(len(problem.inner), sums.shape[1], format="csr")
    linked = problem.links is not None and problem.roots is not None
    links = problem.links @ widen if linked else sp.csr_matrix((0, sums.shape[1]))
    moves = tidy(sp.vstack([sums, links, problem.bounds.rows @ widen], format="csr"))
    paid = moves[:, problem.layout.element[problem.targets]]
    shares = np.zeros((moves.shape[0], roots))
    if problem.roots is not None:
        shares[sums.shape[0] : sums.shape[0] + len(problem.roots)] = -problem.roots
    blocks = sp.hstack([moves, -moves, paid, -paid, sp.csr_matrix(shares)], format="csr")
    budget = sp.csr_matrix(np.r_[np.zeros(blocks.shape[1] - roots), np.ones(roots)][None, :])
    return sp.csc_matrix(sp.vstack([blocks, budget]))


# --- growing ----------------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Growth:
    """The state of one start: what is hidden so far and the tables that prove it."""

    problem: Problem
    mover: _Mover
    chance: _Chance
    weight: Floats
    tables: list[Floats] = field(default_factory=list)
    shares: list[Floats] = field(default_factory=list)
    moves: list[Floats] = field(default_factory=list)
    support: list[Flags] = field(default_factory=list)
    responses: list[int] = field(default_factory=list)
    turn: int = 0

    def __post_init__(self) -> None:
        self.hidden = self.problem.hidden_anyway.copy()
        self.lower = np.zeros(len(self.problem.targets))
        self.upper = np.zeros(len(self.problem.targets))
        self.noisy = self.weight * (1 + NOISE * self.chance.uniform("weights"))
        need = np.maximum(self.problem.reach, -self.problem.floor)
        self.unit = (
            np.maximum(np.maximum(self.problem.width, need), TOLERANCE) / 3
        )  # pay is the same for a whole demand

    def rise(self) -> Floats:
        """How far above the truth each target must be seen if its lower end stays; 0 when it was seen there."""
        goal = np.maximum(self.lower + self.problem.width, self.problem.reach)
        return np.where(goal > self.upper + TOLERANCE, goal, 0.0)

    def fall(self) -> Floats:
        """How far below the truth each target must be seen if its upper end stays; 0 when it was seen there."""
        goal = np.minimum(self.upper - self.problem.width, self.problem.floor)
        return np.where(goal < self.lower - TOLERANCE, -goal, 0.0)

    def open(self) -> Flags:
        """Targets whose demand is not yet proved."""
        return _unproved(self.problem, self.lower, self.upper, self.hidden)

    def respond(self, root: int) -> None:
        """Answer one alternative of the level above, hiding as little more as possible."""
        nothing = np.zeros(len(self.problem.targets))
        cost = self._cost()
        self.responses.append(len(self.tables))
        try:
            answer = self.mover.solve(Task(cost, cost, nothing, nothing, nothing, root))
        except DisclosureError as error:
            raise UnansweredError(error.findings) from error
        self._learn(answer, keep=True)

    def raise_rewards(self) -> None:
        """Rounds of random signs over all open targets; a round that certifies nothing raises the pay."""
        for reward in REWARDS:
            before, after = 1, 0
            while after < before:
                before = int(self.open().sum())
                if before == 0:
                    return
                self._round(reward)
                after = int(self.open().sum())

    def one_by_one(self) -> None:
        """What no shared table certified gets its own: first as far up as it is asked, then down.

        A table may hide cells that others follow: those have their turn, too.
        """
        tried = np.zeros(len(self.problem.targets), dtype=bool)
        while (waiting := self.open() & ~tried).any():
            target = int(np.argmax(waiting))
            tried[target] = True
            for sign in (1.0, -1.0):
                only = np.zeros(len(self.problem.targets))
                only[target] = sign
                if self.open()[target]:
                    self._pay(only, LAST_REWARD * self.noisy.max())

    def _round(self, reward: float) -> None:
        purpose = f"signs/{self.turn // SAME_SIGNS}"
        heads = self.chance.uniform(purpose)[self.problem.targets] < 0.5
        sign = np.where(heads == (self.turn % 2 == 0), 1.0, -1.0)
        sign = np.where(self.rise() <= TOLERANCE, -1.0, np.where(self.fall() <= TOLERANCE, 1.0, sign))
        self.turn += 1
        self._pay(np.where(self.open(), sign, 0.0), reward)

    def _pay(self, sign: Floats, reward: float) -> None:
        """One table for these signs; the way against a paid sign costs the pay, or up and down would cancel and cheat."""
        rise = np.where(sign > 0, self.rise(), 0.0)
        fall = np.where(sign < 0, self.fall(), 0.0)
        pay = reward / self.unit
        up, down = self._cost(), self._cost()
        down[self.mover.element[sign > 0]] += pay[sign > 0]
        up[self.mover.element[sign < 0]] += pay[sign < 0]
        self._learn(self.mover.solve(Task(up, down, pay, rise, fall)))

    def _cost(self) -> Floats:
        """Cost per unit of each element: the weight, or next to nothing where the cell is hidden or not printed."""
        elements = np.full(len(self.mover.movable), HIDDEN_COST * float(self.weight.min(initial=1.0)))
        free = self.hidden | ~self.problem.printed
        elements[self.problem.layout.element] = np.where(free, HIDDEN_COST * self.noisy, self.noisy)
        return elements

    def _learn(self, answer: tuple[Floats, Floats], *, keep: bool = False) -> None:
        """Hide what the table moves and note how far it moves the targets; a table that moves nothing is forgotten."""
        table, shares = answer
        moves = self.problem.rows @ table
        support = np.abs(moves) > SUPPORT * scale(self.problem.values)
        if not (keep or support.any()):
            return
        self.tables.append(table)
        self.shares.append(shares)
        self.support.append(support)
        self.moves.append(moves[self.problem.targets])
        self.lower, self.upper = (
            np.minimum(self.lower, self.moves[-1]),
            np.maximum(self.upper, self.moves[-1]),
        )
        self.hidden = self.problem.closed(self.hidden | (support & self.problem.printed))

    def drop_tables(self) -> None:
        """Do without every table whose absence leaves all proofs standing, dearest first."""
        open_before = self.open()
        kept = list(range(len(self.tables)))
        dropped = True
        while dropped:
            dropped = False
            for table in self._by_exclusive_cost(kept):
                others = [other for other in kept if other != table]
                if not (self._open_with(others) & ~open_before).any():
                    kept, dropped = others, True
                    break
        self._keep(kept)

    def _by_exclusive_cost(self, kept: list[int]) -> list[int]:
        """Tables that may go, by the cost of the cells only they hide; those that hide nothing alone stay: they are free."""
        support = np.array([self.support[table] for table in kept]).reshape(len(kept), -1)
        once = (support.sum(axis=0) == 1) & ~self.problem.hidden_anyway & self.problem.printed
        cost = (support[:, once] * self.problem.weight[once]).sum(axis=1)
        order = np.argsort(-cost, kind="stable")
        return [kept[i] for i in order if cost[i] > 0 and kept[i] not in self.responses]

    def _open_with(self, kept: list[int]) -> Flags:
        moves = np.array([self.moves[table] for table in kept]).reshape(len(kept), len(self.problem.targets))
        lower, upper = moves.min(axis=0, initial=0.0), moves.max(axis=0, initial=0.0)
        return _unproved(self.problem, lower, upper, self._hidden_with(kept))

    def _hidden_with(self, kept: list[int]) -> Flags:
        hidden = self.problem.hidden_anyway.copy()
        for table in kept:
            hidden |= self.support[table] & self.problem.printed
        return self.problem.closed(hidden)

    def _keep(self, kept: list[int]) -> None:
        self.hidden = self._hidden_with(kept)
        self.responses = [kept.index(table) for table in self.responses]
        for name in ("tables", "shares", "moves", "support"):
            setattr(self, name, [getattr(self, name)[table] for table in kept])
        moves = np.array(self.moves).reshape(len(kept), len(self.problem.targets))
        self.lower, self.upper = moves.min(axis=0, initial=0.0), moves.max(axis=0, initial=0.0)

    def pattern(self, start: int) -> Pattern:
        """What this start has found."""
        return Pattern(
            self.hidden,
            self.problem.targets[self.open()],
            float(self.problem.weight[self.hidden].sum()),
            start,
            np.array(self.tables).reshape(len(self.tables), len(self.problem.inner)),
            np.array(self.shares).reshape(len(self.tables), self.problem.root_count),
            np.array(self.responses, dtype=np.int64),
        )


def _unproved(problem: Problem, lower: Floats, upper: Floats, hidden: Flags) -> Flags:
    """Targets whose demand is not met by alternatives between `lower` and `upper`, as movements from the truth."""
    met = (upper - lower >= problem.width - TOLERANCE) & (upper >= problem.reach - TOLERANCE)
    met &= lower <= problem.floor + TOLERANCE
    return np.asarray(~met & (problem.always | hidden[problem.targets]), dtype=bool)
