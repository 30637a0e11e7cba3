"""What earlier releases printed and hid, joined to the cells of a new one over shared unknowns (Frühere Freigaben)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum.catalogue.model import Rule
from sozialraum.disclosure.system import Bounds

Floats = NDArray[np.float64]


class Demand(NamedTuple):
    """What a reader's interval of a hidden cell must be: so wide, up to `reach`, down to `floor`."""

    width: float
    reach: float
    floor: float

    @classmethod
    def of(cls, rule: Rule) -> Demand:
        """The demand of a rule on counts: as wide as its minimum, and possibly as large."""
        return cls(float(rule.minimum_count), float(rule.minimum_count), np.inf)

    @classmethod
    def share(cls, value: float, share: float) -> Demand:
        """The demand on a magnitude: open by a share of its value to both sides."""
        return cls(2 * share * value, value * (1 + share), value * (1 - share))


NOTHING = Demand(0.0, 0.0, np.inf)
# Hidden for the sake of its row only: it must not be computable, more is not asked.
OPEN = Demand(1.0, 1.0, np.inf)


class AtomName(NamedTuple):
    """What a delivered count is: its area and what is counted there."""

    area: str
    level: str
    variable: str
    age: str
    sex: str
    nationality: str


class CellKey(NamedTuple):
    """What a cell is: a selected count in one area, with the words that also name it in the ledger."""

    version: str
    period: str
    level: str
    area: str
    key: str

    @property
    def text(self) -> str:
        """The key as stable text."""
        return "|".join(self)


@dataclass(frozen=True)
class Earlier:
    """An earlier release as the journal remembers it: the counts it was made from, what it printed, what it hid.

    `counts` are COUNTS as delivered then; `printed` and `hidden` are keys of cells as text. `blurred` are cells that it showed
    rounded or with noise, with the least and the largest count they may stand for; `rounded` how single counts were rounded.
    """

    counts: pd.DataFrame
    printed: frozenset[str]
    hidden: frozenset[str]
    blurred: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    rounded: Mapping[str, float] = field(default_factory=dict)


class Collected(Protocol):
    """Cells of one period that were collected over the counts they sum."""

    rows: pd.DataFrame
    atoms: Floats
    keys: list[CellKey]
    complements: dict[CellKey, tuple[int, int]]
    elements: list[tuple[list[CellKey], sp.csr_matrix]]
    demands: dict[int | CellKey, Demand]

    def matrix(self) -> sp.csr_matrix:
        """The printable cells over the atoms."""


@dataclass(frozen=True)
class Past:
    """An earlier release's cells, collected; `joined` brings them over the counts of now."""

    builder: Collected
    earlier: Earlier

    def printed(self) -> list[int]:
        """Cells that it printed."""
        return [i for i, key in enumerate(self.builder.keys) if key.text in self.earlier.printed]

    def hidden(self) -> list[int]:
        """Cells that it hid."""
        return [i for i, key in enumerate(self.builder.keys) if key.text in self.earlier.hidden]


@dataclass(frozen=True)
class History:
    """The counts of now and of earlier releases as one set of unknowns, shared where nothing was corrected.

    `names` say what each unknown counts, and where.
    """

    atoms: Floats
    names: Sequence[AtomName]
    cells: sp.csr_matrix
    keys: list[CellKey]
    printed: frozenset[int]
    demands: Mapping[int, Demand]
    blurred: Bounds

    @classmethod
    def of(cls, now: Collected, past: Sequence[Past]) -> History:
        """Join earlier cells to those of now; a cell that is the same one is not repeated."""
        join = _Join(now)
        for release in past:
            join.add(release)
        return join.history()

    def widened(self, matrix: sp.csr_matrix) -> sp.csr_matrix:
        """A matrix over the counts of now as one over all counts."""
        return sp.csr_matrix(
            (matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], len(self.atoms))
        )


_ROW = AtomName._fields


class _Join:
    """Collects the cells of earlier releases over shared and corrected counts."""

    def __init__(self, now: Collected) -> None:
        self.now = now
        rows = now.rows[list(_ROW)].itertuples(index=False, name=None)
        self.names = [AtomName(*row) for row in rows]
        self.place = {
            (*row, value): i for i, (row, value) in enumerate(zip(self.names, now.atoms, strict=True))
        }
        self.values = list(now.atoms)
        self.matrix_now = now.matrix()
        self.own = {key.text: i for i, key in enumerate(now.keys)}
        self.count = len(now.keys) + len(now.complements) + sum(len(keys) for keys, _ in now.elements)
        self.rows: list[tuple[Sequence[int], Sequence[float]]] = []
        self.keys: list[CellKey] = []
        self.known: dict[tuple[str, tuple[int, ...]], int] = {}
        self.printed: set[int] = set()
        self.demands: dict[int, Demand] = {}
        self.blurred: list[tuple[Sequence[int], tuple[float, float]]] = []

    def add(self, past: Past) -> None:
        """Take over what a release printed and hid."""
        builder = past.builder
        rows = builder.rows[list(_ROW)].itertuples(index=False, name=None)
        column = [self._atom(AtomName(*row), value) for row, value in zip(rows, builder.atoms, strict=True)]
        matrix = builder.matrix()
        for cell in past.printed():
            self.printed.add(self._cell(builder, matrix, cell, column))
        for cell, key in enumerate(builder.keys):
            if key.text in past.earlier.blurred:
                span = slice(matrix.indptr[cell], matrix.indptr[cell + 1])
                self.blurred.append(
                    ([column[i] for i in matrix.indices[span]], past.earlier.blurred[key.text])
                )
        for cell in past.hidden():
            row = self._cell(builder, matrix, cell, column)
            self.demands.setdefault(row, builder.demands.get(cell) or OPEN)

    def _atom(self, name: AtomName, value: float) -> int:
        if (*name, value) not in self.place:
            self.place[(*name, value)] = len(self.values)
            self.values.append(value)
            self.names.append(name)
        return self.place[(*name, value)]

    def _cell(self, builder: Collected, matrix: sp.csr_matrix, cell: int, column: Sequence[int]) -> int:
        """The row of an earlier cell: the one of now when it sums the same counts, else a row of its own."""
        key = builder.keys[cell]
        span = slice(matrix.indptr[cell], matrix.indptr[cell + 1])
        columns = tuple(sorted(column[i] for i in matrix.indices[span]))
        now = self.own.get(key.text)
        if now is not None and columns == tuple(sorted(self._columns_now(now))):
            return now
        if (key.text, columns) not in self.known:
            self.known[key.text, columns] = self.count + len(self.rows)
            self.rows.append((columns, [1.0] * len(columns)))
            self.keys.append(key)
        return self.known[key.text, columns]

    def _columns_now(self, cell: int) -> Sequence[int]:
        matrix = self.matrix_now
        return [int(i) for i in matrix.indices[matrix.indptr[cell] : matrix.indptr[cell + 1]]]

    def history(self) -> History:
        """Everything joined."""
        cells = self._sums([columns for columns, _ in self.rows])
        demands = {row: demand for row, demand in self.demands.items() if row not in self.printed}
        blurred = Bounds(
            self._sums([columns for columns, _ in self.blurred]),
            np.array([low for _, (low, _) in self.blurred]),
            np.array([high for _, (_, high) in self.blurred]),
        )
        return History(
            np.array(self.values, dtype=float), self.names, cells, self.keys, frozenset(self.printed), demands, blurred
        )  # fmt: skip

    def _sums(self, rows: Sequence[Sequence[int]]) -> sp.csr_matrix:
        """One row per list of counts that sums them."""
        pointers = np.concatenate([[0], np.cumsum([len(columns) for columns in rows])]).astype(int)
        columns = np.array([c for row in rows for c in row], dtype=int)
        return sp.csr_matrix((np.ones(len(columns)), columns, pointers), shape=(len(rows), len(self.values)))


def unique(keys: Sequence[CellKey]) -> Iterator[str]:
    """Keys as text; a cell that an earlier release had over other counts gets a mark."""
    seen: dict[str, int] = {}
    for key in keys:
        number = seen[key.text] = seen.get(key.text, 0) + 1
        yield key.text if number == 1 else f"{key.text}#{number}"
