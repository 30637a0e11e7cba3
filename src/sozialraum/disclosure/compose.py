"""From a municipality's counts to one system of equations per period: cells that would be printed, over the inner counts (Tabellen verknüpfen)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum.areas import Geography
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.model import Indicator, Kind, Rule, Selection, Variable
from sozialraum.counts import cover, table_of
from sozialraum.disclosure import rules
from sozialraum.disclosure.system import Bounds, System
from sozialraum.tables import DIMENSIONS, MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, TOTAL

Floats = NDArray[np.float64]
POPULATION = "einwohner"


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
class Composed:
    """One period's system with the meaning of its cells.

    `quotients` are pairs of cells that stand in one row of VALUES: numerator and denominator.
    """

    version: str
    period: str
    system: System
    keys: tuple[CellKey, ...]
    quotients: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What would be published if nothing had to be hidden."""

    catalogue: Catalogue
    indicators: Mapping[str, Indicator]
    geographies: Mapping[str, Geography]


def compose_all(counts: pd.DataFrame, plan: Plan, known: Mapping[str, float]) -> Iterator[Composed]:
    """Make the system of every version and period.

    `counts` are COUNTS as delivered (finest level of each variable), `known` the values of cells that earlier releases
    published, by the text of their key.
    """
    for (version, period), group in counts.groupby(["version", "period"], sort=True):
        there = group[group["count"].notna()].reset_index(drop=True)
        if not _all_public(there, plan.catalogue):
            yield _compose(there, plan, str(version), str(period), known)


def _all_public(rows: pd.DataFrame, catalogue: Catalogue) -> bool:
    """Whether every count of a period was published by its owner: then there is nothing to protect."""
    return all(
        catalogue.rule_of(catalogue.variables[str(name)].source).published
        for name in rows["variable"].unique()
    )


def _compose(
    rows: pd.DataFrame, plan: Plan, version: str, period: str, known: Mapping[str, float]
) -> Composed:
    builder = _Builder(rows, plan, version, period)
    builder.add_selected()
    builder.add_tables()
    builder.add_complements()
    builder.mark_small_areas()
    builder.mark_magnitudes()
    builder.mark_quotients()
    return builder.finish(known)


class _Builder:
    """Collects the cells of one period; atoms are the delivered rows.

    Cells that would be printed come first; the complements, which nobody prints, follow them.
    """

    def __init__(self, rows: pd.DataFrame, plan: Plan, version: str, period: str) -> None:
        self.rows, self.plan, self.version, self.period = rows, plan, version, period
        self.geography = plan.geographies[version]
        self.atoms = rows["count"].to_numpy(float)
        self.tables = table_of(rows)
        self.groups = {str(name): part for name, part in rows.groupby("variable", sort=False)}
        self.keys: list[CellKey] = []
        self.blocks: list[sp.csr_matrix] = []
        self.values: list[float] = []
        self.selected: dict[str, dict[tuple[str, str], int]] = {}
        self.complements: dict[CellKey, tuple[int, int]] = {}
        self.demands: dict[int | CellKey, Demand] = {}

    # -- cells ---------------------------------------------------------------------------------------------------

    def add_selected(self) -> None:
        """The numerators and denominators of all indicators."""
        for selection in _selections(self.plan.indicators.values()):
            self._add(selection, None)

    def add_tables(self) -> None:
        """The tables of Grundzahlen that each variable publishes."""
        for name, part in self.groups.items():
            variable = self.plan.catalogue.variables[name]
            for table in variable.published:
                levels = variable.levels_of(table, [level.id for level in self.geography.levels])
                for selection in table_selections(variable, table, part):
                    self._add(selection, levels)

    def _add(self, selection: Selection, levels: Sequence[str] | None) -> None:
        part = self.groups.get(selection.variable)
        chosen = None if part is None else chosen_rows(part, selection, self.tables)
        if chosen is None or chosen.empty:
            return
        places = self.selected.setdefault(selection.key, {})
        for level, areas in self._levels(str(chosen["level"].iloc[0])):
            if (levels is None or level in levels) and not any(known == level for known, _ in places):
                self._add_level(selection, level, chosen, areas, places)

    def _add_level(self, selection: Selection, level: str, chosen: pd.DataFrame, areas: Mapping[str, str],
                   places: dict[tuple[str, str], int]) -> None:  # fmt: skip
        codes, names = pd.factorize(chosen["area"].map(areas), sort=True)
        matrix = sp.csr_matrix(
            (np.ones(len(codes)), (codes, chosen.index)), shape=(len(names), len(self.atoms))
        )
        values = matrix @ self.atoms
        rule, variable = self._rule(selection.variable), self.plan.catalogue.variables[selection.variable]
        small = rules.small(values, rule) & (not rule.published) & (not variable.magnitude)
        for area, value, is_small in zip(names, values, small, strict=True):
            cell = len(self.keys)
            places[level, str(area)] = cell
            self.keys.append(CellKey(self.version, self.period, level, str(area), selection.key))
            self.values.append(float(value))
            if is_small:
                self.demands[cell] = Demand.of(rule)
        self.blocks.append(matrix)

    def _levels(self, finest: str) -> Iterator[tuple[str, Mapping[str, str]]]:
        yield finest, {area.code: area.code for area in self.geography.areas if area.level == finest}
        yield from self.geography.ancestors(finest)

    def _rule(self, variable: str) -> Rule:
        return self.plan.catalogue.rule_of(self.plan.catalogue.variables[variable].source)

    # -- what else must stay hidden ------------------------------------------------------------------------------

    def add_complements(self) -> None:
        """The cases that are missing to the whole, and denominators too thin for a rate."""
        for kind, numerator, denominator in self._quotients():
            rule = rules.stricter(self._rule(numerator.variable), self._rule(denominator.variable))
            if rule.published:
                continue
            inside = kind is Kind.SHARE and self._within(numerator.variable, denominator.variable)
            wholes = self.selected.get(denominator.key, {})
            for place, cell in self.selected.get(numerator.key, {}).items():
                if place in wholes:
                    self._complement(cell, wholes[place], rule, inside)

    def _quotients(self) -> Iterator[tuple[Kind, Selection, Selection]]:
        for i in self.plan.indicators.values():
            if i.numerator and i.denominator and not i.published and i.kind is not Kind.MEAN:
                yield i.kind, i.numerator, i.denominator

    def _within(self, part: str, whole: str) -> bool:
        while part and part != whole:
            part = self.plan.catalogue.variables[part].subset_of
        return bool(part)

    def _complement(self, cell: int, whole: int, rule: Rule, inside: bool) -> None:
        count, base = np.array([self.values[cell]]), np.array([self.values[whole]])
        if rules.thin(base, rule)[0]:
            self.demands[cell] = Demand.of(rule)
        if inside:
            key = self.keys[cell]._replace(key=f"{self.keys[whole].key} ohne {self.keys[cell].key}")
            self.complements[key] = (cell, whole)
            if rules.remainder(count, base, rule)[0]:
                self.demands[key] = Demand.of(rule)

    def mark_small_areas(self) -> None:
        """Areas with too few residents show no indicator: their counts are hidden like small ones."""
        population = {place: self.values[cell] for place, cell in self.selected.get(POPULATION, {}).items()}
        for indicator in self.plan.indicators.values():
            if indicator.published or indicator.numerator is None or indicator.kind is Kind.COUNT:
                continue
            rule = self._rule(indicator.numerator.variable)
            for place, cell in self.selected.get(indicator.numerator.key, {}).items():
                # What cannot be placed is no area that could be too small.
                if place[1] == NOT_ASSIGNABLE or rule.published:
                    continue
                if population.get(place, np.inf) < rule.minimum_population:
                    self._demand(cell)

    def mark_magnitudes(self) -> None:
        """A magnitude of an area is hidden where the count of its contributors is."""
        for cell, people in self._contributed():
            if people in self.demands:
                self._demand(cell)

    def mark_quotients(self) -> None:
        """A quotient without its denominator shows no numerator: that one must then be open, too."""
        for cell, whole in self._pairs():
            if whole in self.demands and cell not in self.demands:
                self.demands[cell] = OPEN

    def _contributed(self) -> Iterator[tuple[int, int]]:
        """Cells of magnitudes, each with the cell that counts who contributed."""
        for name, places in self.selected.items():
            variable = self.plan.catalogue.variables[variable_of(name)]
            people = (
                self.selected.get(name.replace(variable.id, variable.contributors, 1), {})
                if variable.magnitude
                else {}
            )
            yield from ((cell, people[place]) for place, cell in places.items() if place in people)

    def _demand(self, cell: int) -> None:
        variable = self.plan.catalogue.variables[variable_of(self.keys[cell].key)]
        rule = self._rule(variable.id)
        value = self.values[cell]
        if variable.magnitude:
            self.demands[cell] = Demand.share(value, rule.magnitude_percent / 100)
        elif value > 0:
            self.demands[cell] = Demand.of(rule)

    # -- the system ----------------------------------------------------------------------------------------------

    def finish(self, known: Mapping[str, float]) -> Composed:
        """Put the collected cells together; `known` cells were published before and stay known."""
        base = sp.vstack(self.blocks, format="csr") if self.blocks else sp.csr_matrix((0, len(self.atoms)))
        pairs = np.array(list(self.complements.values()), dtype=int).reshape(-1, 2)
        missing = (base[pairs[:, 1]] - base[pairs[:, 0]]).tocsr()
        cells = sp.vstack([base, missing], format="csr")
        values = cells @ self.atoms
        keys = (*self.keys, *self.complements)
        demands = [self.demands.get(name, NOTHING) for name in (*range(len(self.keys)), *self.complements)]
        public = np.array(
            [self._is_public(key, value, known) for key, value in zip(keys, values, strict=True)], dtype=bool
        )
        printed = np.arange(len(keys)) < len(self.keys)
        asked = np.array([demand is not NOTHING for demand in demands], dtype=bool)
        system = System(
            atoms=self.atoms,
            cells=cells,
            keys=tuple(key.text for key in keys),
            publishable=printed,
            fixed=public,
            primary=asked & ~public,
            width=np.array([demand.width for demand in demands]),
            reach=np.array([demand.reach for demand in demands]),
            floor=np.array([demand.floor for demand in demands]),
            weight=self._weights(keys, values),
            bounds=self._bounds(missing, values[len(self.keys) :]),
            ties=tuple((cell, people) for cell, people in self._contributed() if people in self.demands),
        )
        return Composed(self.version, self.period, system, keys, tuple(self._pairs()))

    def _pairs(self) -> Iterator[tuple[int, int]]:
        for i in self.plan.indicators.values():
            if i.numerator and i.denominator and not i.published:
                wholes = self.selected.get(i.denominator.key, {})
                parts = self.selected.get(i.numerator.key, {})
                yield from ((cell, wholes[place]) for place, cell in parts.items() if place in wholes)

    def _is_public(self, key: CellKey, value: float, known: Mapping[str, float]) -> bool:
        own = self._rule(variable_of(key.key)).published and " ohne " not in key.key
        return own or (key.text in known and abs(known[key.text] - value) < 0.5)

    def _weights(self, keys: Sequence[CellKey], values: Floats) -> Floats:
        """How much it costs to hide a cell: upper levels, totals and larger counts stay if they can.

        The size of a count plays no part below 3, so that the pattern does not tell small counts apart.
        """
        ranks = {level.id: 1.0 + level.rank for level in self.geography.levels} | {MUNICIPALITY_LEVEL: 40.0}
        level = np.array([ranks[key.level] for key in keys])
        total = np.array([1.0 if "[" in key.key else 2.0 for key in keys])
        size = np.where(values >= 3, 1 + np.log10(1 + np.maximum(values, 0)) / 2, 1.0)
        # A denominator takes all its rates along when it is hidden.
        base = {whole for _, whole in self._pairs()}
        shared = np.array([4.0 if cell in base else 1.0 for cell in range(len(keys))])
        return np.asarray(level * total * size * shared)

    def _bounds(self, missing: sp.csr_matrix, values: Floats) -> Bounds:
        """What everybody knows besides: parts do not exceed their whole, and tables of one variable agree."""
        finest = {level: rank for rank, level in enumerate(level.id for level in self.geography.levels)}
        nested = [i for i, key in enumerate(self.complements) if finest[key.level] == 0 and values[i] >= 0]
        parts = [missing[nested], *self._relations()]
        links = list(self._links())
        rows = sp.vstack([*parts, *links], format="csr")
        open_rows = sum(part.shape[0] for part in parts)
        return Bounds(
            rows, np.zeros(rows.shape[0]), np.where(np.arange(rows.shape[0]) < open_rows, np.inf, 0.0)
        )

    def _relations(self) -> Iterator[sp.csr_matrix]:
        """Counts that by definition never exceed another one, in every area of the part's finest level."""
        for name in self.groups:
            variable = self.plan.catalogue.variables[name]
            own = Selection(variable=name)
            for part, whole in [*((own, s) for s in variable.within), *((s, own) for s in variable.contains)]:
                yield from self._exceeds(part, whole)

    def _exceeds(self, part: Selection, whole: Selection) -> Iterator[sp.csr_matrix]:
        inside, outside = self._by_area(part), self._by_area(whole)
        rank = {level.id: level.rank for level in self.geography.levels}
        coarser = max(
            (sorted(found, key=rank.__getitem__)[0] for found in (inside, outside) if found),
            key=rank.__getitem__,
            default="",
        )
        for area, row in inside.get(coarser, {}).items() if inside and outside else ():
            other = outside[coarser].get(area)
            difference = None if other is None else other - row
            # A definition that the delivered figures do not keep is no knowledge.
            if difference is not None and float((difference @ self.atoms)[0]) >= 0:
                yield difference

    def _by_area(self, selection: Selection) -> dict[str, dict[str, sp.csr_matrix]]:
        """The rows of a selection over the atoms, by level and area."""
        part = self.groups.get(selection.variable)
        chosen = None if part is None else chosen_rows(part, selection, self.tables)
        if chosen is None or chosen.empty:
            return {}
        found: dict[str, dict[str, sp.csr_matrix]] = {}
        for level, areas in self._levels(str(chosen["level"].iloc[0])):
            codes, names = pd.factorize(chosen["area"].map(areas), sort=True)
            matrix = sp.csr_matrix(
                (np.ones(len(codes)), (codes, chosen.index)), shape=(len(names), len(self.atoms))
            )
            found[level] = {str(area): matrix[row] for row, area in enumerate(names)}
        return found

    def _links(self) -> Iterator[sp.csr_matrix]:
        """Tables of one variable that were delivered side by side have the same totals."""
        for part in self.groups.values():
            names = self.tables[part.index]
            whole = (
                {area: index for index, area in part.loc[names == (), "area"].items()}
                if () in set(names)
                else {}
            )
            for name in set(names) - {()}:
                table = part[names == name]
                for area, group in table.groupby("area") if whole and _complete(table, name) else ():
                    columns = [*group.index, whole[area]] if area in whole else []
                    row = sp.csr_matrix(
                        ([1.0] * len(group) + [-1.0], ([0] * len(columns), columns)),
                        shape=(1, len(self.atoms)),
                    )
                    if columns and abs(float((row @ self.atoms)[0])) < 0.5:
                        yield row


def variable_of(key: str) -> str:
    """The variable in the text of a selection: `einwohner[age=0-2]` is about `einwohner`."""
    return key.partition(" ohne ")[0].partition("[")[0]


def _selections(indicators: Iterable[Indicator]) -> list[Selection]:
    found = {s.key: s for i in indicators for s in (i.numerator, i.denominator) if s and not i.published}
    return list(found.values())


def _complete(part: pd.DataFrame, table: tuple[str, ...]) -> bool:
    """Whether the categories of a table make up the whole (a single delivered sex does not)."""
    return all(part[d].nunique() > 1 for d in table)


def chosen_rows(part: pd.DataFrame, selection: Selection, tables: pd.Series[Any]) -> pd.DataFrame | None:
    """The delivered rows that a selection sums, from the smallest table that has its dimensions; None if there is none."""
    names = tables[part.index]
    wanted = {d for d in DIMENSIONS if selection.dimension(d)}
    fitting = sorted(
        (name for name in names.unique() if wanted <= set(name)), key=lambda name: (len(name), name)
    )
    if not fitting:
        return None
    rows: pd.DataFrame = part[names == fitting[0]]
    for dimension in wanted:
        there = tuple(rows[dimension].unique())
        rows = rows[
            rows[dimension].isin(cover(dimension, selection.dimension(dimension), there, selection.key))
        ]
    return rows


def table_selections(variable: Variable, table: tuple[str, ...], part: pd.DataFrame) -> Iterator[Selection]:
    """The cells of a published table, as selections: every combination of delivered categories."""
    if any((part[d] == TOTAL).all() for d in table):
        return
    categories = [sorted(set(part[d]) - {TOTAL}) for d in table]
    for combination in _product(categories):
        yield Selection.model_validate(
            {"variable": variable.id, **dict(zip(table, combination, strict=True))}
        )


def _product(categories: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    if not categories:
        yield ()
        return
    for first in categories[0]:
        for rest in _product(categories[1:]):
            yield (first, *rest)
