"""From a municipality's counts to one system of equations per period: cells that would be printed, over the inner counts (Tabellen verknüpfen)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum import periods
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.model import Indicator, Kind, Rule, Selection, Variable
from sozialraum.disclosure import knowledge, rules
from sozialraum.disclosure.area_tree import area_tree
from sozialraum.disclosure.history import (
    NOTHING,
    OPEN,
    AtomName,
    CellKey,
    Demand,
    Earlier,
    History,
    Past,
    unique,
)
from sozialraum.disclosure.period_counts import PeriodCounts, Plan
from sozialraum.disclosure.system import Bounds, System, joined
from sozialraum.tables import DIMENSIONS, MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, TOTAL

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
POPULATION = "einwohner"
HEADLINE = 4.0  # counts of headline indicators are hidden last
HIDDEN_BESIDE, PRINTED_BESIDE = 0.2, 1.5  # the same cells in successive years where it costs little


@dataclass(frozen=True)
class Composed:
    """One period's system with the meaning of its cells.

    `quotients` are pairs of cells that stand in one row of VALUES: numerator and denominator. `singletons` are cells with a
    single contributor, who knows what they contribute; `atoms` says what the inner counts are.
    """

    version: str
    period: str
    system: System
    keys: tuple[CellKey, ...]
    quotients: tuple[tuple[int, int], ...] = ()
    singletons: tuple[int, ...] = ()
    atoms: tuple[AtomName, ...] = ()


UNION = "+"  # joins the areas of a custom area (eigenes Gebiet) in the key of a cell


def compose_one(
    counts: pd.DataFrame,
    plan: Plan,
    place: tuple[str, str],
    unions: Iterable[CellKey],
    earlier: Sequence[Earlier] = (),
) -> Composed:
    """The system of one version and period with further cells for custom areas.

    A cell of `unions` names areas of one level, joined by UNION. Raises ValueError where nothing was counted.
    """
    population = Population.of(counts, plan)
    same = (counts["version"] == place[0]) & (counts["period"] == place[1])
    if not same.any():
        raise ValueError(f"no counts for {place}")
    past = [_past(e, plan, place, population) for e in earlier]
    return _compose(_known_counts(counts[same]), plan, place, population, past, unions).finish(past)


def compose_all(counts: pd.DataFrame, plan: Plan, earlier: Sequence[Earlier] = ()) -> Iterator[Composed]:
    """Make the system of every version and period.

    `counts` are COUNTS as delivered (finest level of each variable). What earlier releases printed about the same period
    is known and stays known; what they hid stays hidden.
    """
    population = Population.of(counts, plan)
    for (version, period), group in counts.groupby(["version", "period"], sort=True):
        there = _known_counts(group)
        if not _all_public(there, plan.catalogue):
            place = (str(version), str(period))
            past = [_past(e, plan, place, population) for e in earlier]
            builder = _compose(there, plan, place, population, past)
            builder.habits = _habits(earlier, place)
            yield builder.finish(past)


def _habits(earlier: Sequence[Earlier], place: tuple[str, str]) -> dict[tuple[str, str, str], float]:
    """How much dearer or cheaper it is to hide a cell that the last earlier period of a release printed or hid."""
    latest: dict[tuple[str, str, str], tuple[str, float]] = {}
    for release in earlier:
        for texts, factor in ((release.printed, PRINTED_BESIDE), (release.hidden, HIDDEN_BESIDE)):
            for text in texts:
                version, period, level, area, key = text.split("|", 4)
                if version == place[0] and period < place[1] and len(period) == len(place[1]):
                    known = latest.get((level, area, key))
                    if known is None or known[0] <= period:
                        latest[level, area, key] = (period, factor)
    return {cell: factor for cell, (_, factor) in latest.items()}


def _known_counts(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["count"].notna()].reset_index(drop=True)


def _past(earlier: Earlier, plan: Plan, place: tuple[str, str], population: Population) -> Past:
    """An earlier release's cells of the same period, over the counts it was made from."""
    rows = earlier.counts
    same = (rows["version"] == place[0]) & (rows["period"] == place[1])
    builder = _Builder(_known_counts(rows[same]), plan, place, population)
    start = "|".join(place) + "|"
    for key in sorted(
        {
            text.split("|", 4)[4]
            for text in (*earlier.printed, *earlier.hidden, *earlier.blurred)
            if text.startswith(start)
        }
    ):
        builder.add(Selection.from_key(key), None)
    for text in sorted((*earlier.printed, *earlier.hidden, *earlier.blurred)):
        cell = CellKey(*text.split("|", 4))
        if (cell.version, cell.period) == place and UNION in cell.area:
            builder.add_union(cell)
    return Past(builder, earlier)


@dataclass(frozen=True)
class Population:
    """How many people live in an area: what the rule for small areas looks up, whatever form a period has."""

    stocks: Mapping[tuple[str, str, str], tuple[tuple[str, float], ...]]

    @classmethod
    def of(cls, counts: pd.DataFrame, plan: Plan) -> Population:
        """Residents of every area and date, from the delivered counts."""
        found: dict[tuple[str, str, str], list[tuple[str, float]]] = {}
        rows = counts[counts["variable"] == POPULATION]
        for (version, period), group in rows.groupby(["version", "period"], sort=True):
            builder = _Builder(_known_counts(group), plan, (str(version), str(period)), cls({}))
            builder.add(Selection(variable=POPULATION), None)
            end = periods.parse(str(period)).end.isoformat()
            for key, value in zip(builder.keys, builder.values, strict=True):
                found.setdefault((key.version, key.level, key.area), []).append((end, value))
        return cls({place: tuple(sorted(stocks)) for place, stocks in found.items()})

    def at(self, version: str, place: tuple[str, str], period: str) -> float | None:
        """Residents at the last date up to the end of a period, else at the first after it; None when nobody counted."""
        if UNION in place[1]:
            parts = [self.at(version, (place[0], area), period) for area in place[1].split(UNION)]
            return None if None in parts else sum(part for part in parts if part is not None)
        stocks = self.stocks.get((version, *place), ())
        end = periods.parse(period).end.isoformat()
        before = [people for date, people in stocks if date <= end]
        return before[-1] if before else (stocks[0][1] if stocks else None)


def _all_public(rows: pd.DataFrame, catalogue: Catalogue) -> bool:
    """Whether every count of a period was published by its owner: then there is nothing to protect."""
    return all(
        catalogue.rule_of(catalogue.variables[str(name)].source).published
        for name in rows["variable"].unique()
    )


def _compose(
    rows: pd.DataFrame,
    plan: Plan,
    place: tuple[str, str],
    population: Population,
    past: Sequence[Past],
    unions: Iterable[CellKey] = (),
) -> _Builder:
    builder = _Builder(rows, plan, place, population)
    builder.add_selected()
    builder.add_tables()
    for key in unions:
        builder.add(Selection.from_key(key.key), None)
        builder.add_union(key)
    builder.add_elements([release.builder.keys[cell] for release in past for cell in release.printed()])
    builder.add_complements()
    builder.add_remainders()
    builder.add_what_remains()
    builder.add_groups()
    builder.mark_small_areas()
    builder.mark_magnitudes()
    builder.mark_quotients()
    return builder


class _Builder(PeriodCounts):
    """Collects the cells of one period; atoms are the delivered rows.

    Cells that would be printed come first; the complements, which nobody prints, follow them.
    """

    def __init__(
        self, rows: pd.DataFrame, plan: Plan, place: tuple[str, str], population: Population
    ) -> None:
        super().__init__(rows, plan, place)
        self.population = population
        self.keys: list[CellKey] = []
        self.blocks: list[sp.csr_matrix] = []
        self.values: list[float] = []
        self.selected: dict[str, dict[tuple[str, str], int]] = {}
        self.complements: dict[CellKey, tuple[int, int]] = {}
        self.elements: list[tuple[list[CellKey], sp.csr_matrix]] = []
        self.habits: Mapping[tuple[str, str, str], float] = {}
        self.demands: dict[int | CellKey, Demand] = {}

    # -- cells ---------------------------------------------------------------------------------------------------

    def add_selected(self) -> None:
        """The numerators and denominators of all indicators."""
        for selection in _selections(self.plan.indicators.values()):
            self.add(selection, None)

    def add_tables(self) -> None:
        """The tables of Grundzahlen that each variable publishes."""
        for name, part in self.groups.items():
            variable = self.plan.catalogue.variables[name]
            for table in variable.published:
                levels = variable.levels_of(table, [level.id for level in self.geography.levels])
                for selection in table_selections(variable, table, part):
                    self.add(selection, levels)

    def add(self, selection: Selection, levels: Sequence[str] | None) -> None:
        """One count in every area of the levels; None means all."""
        chosen = self.chosen(selection)
        if chosen is None:
            return
        places = self.selected.setdefault(selection.key, {})
        for level, _ in self.levels(str(chosen["level"].iloc[0])):
            if (levels is None or level in levels) and not any(known == level for known, _ in places):
                self._add_level(selection, level, chosen.index.to_numpy(), places)

    def add_union(self, key: CellKey) -> None:
        """One count in a custom area; nothing where one of its areas was not counted."""
        selection, areas = Selection.from_key(key.key), key.area.split(UNION)
        chosen = self.chosen(selection)
        places = self.selected.setdefault(selection.key, {})
        if chosen is None or (key.level, key.area) in places:
            return
        names, of_area = self.by_areas(key.level, chosen.index.to_numpy())
        if not set(areas) <= set(names):
            return
        row = sp.csr_matrix(np.isin(np.array(names), areas).astype(float)[None, :]) @ of_area
        self._add_cells(selection, key.level, [key.area], sp.csr_matrix(row), places)

    def _add_level(self, selection: Selection, level: str, chosen: Indices,
                   places: dict[tuple[str, str], int]) -> None:  # fmt: skip
        names, matrix = self.by_areas(level, chosen)
        self._add_cells(selection, level, names, matrix, places)

    def _add_cells(self, selection: Selection, level: str, names: Sequence[str], matrix: sp.csr_matrix,
                   places: dict[tuple[str, str], int]) -> None:  # fmt: skip
        values = matrix @ self.atoms
        rule, variable = self.rule(selection.variable), self.plan.catalogue.variables[selection.variable]
        small = rules.small(values, rule) & (not rule.published) & (not variable.magnitude)
        for area, value, is_small in zip(names, values, small, strict=True):
            cell = len(self.keys)
            places[level, str(area)] = cell
            self.keys.append(CellKey(self.version, self.period, level, str(area), selection.key))
            self.values.append(float(value))
            if is_small:
                self.demands[cell] = Demand.of(rule)
        self.blocks.append(matrix)

    def add_elements(self, before: Iterable[CellKey]) -> None:
        """The smallest groups that printed counts of a variable make together: nobody prints them, but they can be computed.

        0–17 and 18–64 beside the total give 65 and older; 15–64 beside 18–64 gives 15–17. Counts that were printed
        `before` take part.
        """
        levels: dict[str, set[str]] = {
            key: {level for level, _ in places} for key, places in self.selected.items()
        }
        for key in before:
            levels.setdefault(key.key, set()).add(key.level)
        for name, part in self.groups.items():
            rule = self.rule(name)
            if rule.published or self.plan.catalogue.variables[name].magnitude:
                continue
            selections = [Selection.from_key(key) for key in sorted(levels) if variable_of(key) == name]
            for table in self.tables[part.index].unique():
                rows = part[self.tables[part.index] == table]
                chosen = [
                    (s, c)
                    for s in selections
                    if (c := self.chosen(s)) is not None and set(c.index) <= set(rows.index)
                ]
                self._add_elements(rows, chosen, levels)

    def _add_elements(
        self,
        rows: pd.DataFrame,
        chosen: Sequence[tuple[Selection, pd.DataFrame]],
        shown: Mapping[str, set[str]],
    ) -> None:
        name = str(rows["variable"].iloc[0])
        rule = self.rule(name)
        categories = pd.Series(
            list(rows[list(DIMENSIONS)].itertuples(index=False, name=None)), index=rows.index, dtype=object
        )
        members = {s.key: set(categories[c.index]) for s, c in chosen}
        for level, _ in self.levels(str(rows["level"].iloc[0])):
            printed = {key: group for key, group in members.items() if level in shown[key]}
            signature = {
                c: frozenset(key for key, group in printed.items() if c in group) for c in set(categories)
            }
            groups: dict[frozenset[str], set[tuple[str, ...]]] = {}
            for category, found in signature.items():
                if found:
                    groups.setdefault(found, set()).add(category)
            new = [group for group in groups.values() if group not in printed.values()]
            for number, group in enumerate(sorted(new, key=sorted)):
                names, matrix = self.by_areas(level, rows.index.to_numpy()[categories.isin(group)])
                keys = [
                    CellKey(self.version, self.period, level, str(area), f"{name}[Teil={number}]")
                    for area in names
                ]
                self.elements.append((keys, matrix))
                small = rules.small(matrix @ self.atoms, rule)
                self.demands |= {
                    key: Demand.of(rule) for key, is_small in zip(keys, small, strict=True) if is_small
                }

    # -- what else must stay hidden ------------------------------------------------------------------------------

    def add_complements(self) -> None:
        """The cases that are missing to the whole, and denominators too thin for a rate."""
        for kind, numerator, denominator in self._quotients():
            rule = self.rule(numerator.variable).joined(self.rule(denominator.variable))
            if rule.published:
                continue
            inside = kind is Kind.SHARE
            wholes = self.selected.get(denominator.key, {})
            for place, cell in self.selected.get(numerator.key, {}).items():
                if place in wholes:
                    self._complement(cell, wholes[place], rule, inside)

    def _quotients(self) -> Iterator[tuple[Kind, Selection, Selection]]:
        for i in self.plan.indicators.values():
            if i.numerator and i.denominator and not i.published and i.kind is not Kind.MEAN:
                yield i.kind, i.numerator, i.denominator

    def add_remainders(self) -> None:
        """What is missing from a variable to the one it is a part of, where both are printed."""
        for part, whole in self._parts_and_wholes():
            rule = self.rule(part.variable).joined(self.rule(whole.variable))
            wholes = self.selected.get(whole.key, {})
            for place, cell in self.selected.get(part.key, {}).items():
                if place in wholes and not rule.published:
                    self._rest(cell, wholes[place], rule)

    def add_what_remains(self) -> None:
        """What several parts that share no case leave of their whole: nobody prints it, but it can be computed.

        Parts that are not printed now take part as well: an earlier or a later release may print them.
        """
        for whole, parts, level, areas, matrix in knowledge.remaining(self):
            rule = self.rule(whole)
            for part in parts:
                rule = rule.joined(self.rule(part))
            if rule.published:
                continue
            text = " ohne ".join([whole, *parts])
            keys = [CellKey(self.version, self.period, level, area, text) for area in areas]
            self.elements.append((keys, matrix))
            left = matrix @ self.atoms
            small = rules.remainder(np.zeros(len(left)), left, rule)
            self.demands |= {
                key: Demand.of(rule) for key, is_small in zip(keys, small, strict=True) if is_small
            }

    def add_groups(self) -> None:
        """A category that holds everybody of its area says something about each of them."""
        for key, places in list(self.selected.items()):
            selection = Selection.from_key(key)
            rule = self.rule(selection.variable)
            wholes = self.selected.get(selection.variable, {})
            if key == selection.variable or rule.published or not rule.group_disclosure:
                continue
            everybody = rule.model_copy(update={"whole_is_disclosive": True})
            for place, cell in places.items():
                if place in wholes:
                    self._rest(cell, wholes[place], everybody)

    def _parts_and_wholes(self) -> Iterator[tuple[Selection, Selection]]:
        for name in self.groups:
            variable = self.plan.catalogue.variables[name]
            own = Selection(variable=name)
            if variable.subset_of:
                yield own, Selection(variable=variable.subset_of)
            yield from ((own, whole) for whole in variable.within)
            yield from ((part, own) for part in variable.contains)

    def _complement(self, cell: int, whole: int, rule: Rule, inside: bool) -> None:
        if rules.thin(np.array([self.values[whole]]), rule)[0]:
            self.demands[cell] = Demand.of(rule)
        if inside:
            self._rest(cell, whole, rule)

    def _rest(self, cell: int, whole: int, rule: Rule) -> None:
        count, base = np.array([self.values[cell]]), np.array([self.values[whole]])
        if count[0] > base[0]:
            return
        key = self.keys[cell]._replace(key=f"{self.keys[whole].key} ohne {self.keys[cell].key}")
        self.complements[key] = (cell, whole)
        if rules.remainder(count, base, rule)[0]:
            self.demands[key] = Demand.of(rule)

    def mark_small_areas(self) -> None:
        """Areas with too few residents show no indicator: their counts are hidden like small ones."""
        for indicator in self.plan.indicators.values():
            if indicator.published or indicator.numerator is None or indicator.kind is Kind.COUNT:
                continue
            rule = self.rule(indicator.numerator.variable)
            for place, cell in self.selected.get(indicator.numerator.key, {}).items():
                # What cannot be placed is no area that could be too small.
                if place[1] == NOT_ASSIGNABLE or rule.published:
                    continue
                people = self.population.at(self.version, place, self.period)
                if (0.0 if people is None else people) < rule.minimum_population:
                    self._demand(cell)

    def mark_magnitudes(self) -> None:
        """A magnitude of an area is hidden where the count of its contributors is, or where few of them make it up."""
        for cell, people in self._contributed():
            if people in self.demands:
                self._demand(cell)
        for name, places in self.selected.items():
            variable = self.plan.catalogue.variables[variable_of(name)]
            rule = self.rule(variable.id)
            if variable.magnitude and rule.contributions and not rule.published:
                self._mark_concentrated(list(places.values()), self._largest(name, variable, places), rule)

    def _mark_concentrated(self, cells: Sequence[int], largest: Floats, rule: Rule) -> None:
        totals = np.array([self.values[cell] for cell in cells])
        few = rules.dominated(totals, largest, rule) | rules.estimable(totals, largest, rule)
        for cell, is_concentrated in zip(cells, few, strict=True):
            if is_concentrated:
                self._demand(cell, max(rule.magnitude_percent, rule.p_percent))

    def _largest(self, name: str, variable: Variable, places: Mapping[tuple[str, str], int]) -> Floats:
        """The largest contributions to each cell of a magnitude, the greatest first; unknown ones count as the whole."""
        found: dict[tuple[str, str], list[float]] = {place: [] for place in places}
        for other in variable.largest:
            chosen = self.chosen(Selection.from_key(name.replace(variable.id, other, 1)))
            for level, _ in self.levels(str(chosen["level"].iloc[0])) if chosen is not None else ():
                names, of_atom = self.places(level)
                for atom in chosen.index:  # type: ignore[union-attr]
                    found.get((level, names[of_atom[atom]]), []).append(float(self.atoms[atom]))
        wanted = max(self.rule(variable.id).contributions, 2)
        return np.array(
            [
                (sorted(found[place], reverse=True) + [0.0] * wanted)[:wanted] if found[place]
                else [self.values[cell]] + [0.0] * (wanted - 1)
                for place, cell in places.items()
            ]
        ).reshape(-1, wanted)  # fmt: skip

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

    def _demand(self, cell: int, percent: float = 0.0) -> None:
        variable = self.plan.catalogue.variables[variable_of(self.keys[cell].key)]
        rule = self.rule(variable.id)
        value = self.values[cell]
        if variable.magnitude:
            self.demands[cell] = Demand.share(value, (percent or rule.magnitude_percent) / 100)
        elif value > 0:
            self.demands[cell] = Demand.of(rule)

    # -- the system ----------------------------------------------------------------------------------------------

    def finish(self, past: Sequence[Past] = ()) -> Composed:
        """Put the collected cells together with what earlier releases printed and hid."""
        base = self.matrix()
        pairs = np.array(list(self.complements.values()), dtype=int).reshape(-1, 2)
        missing = (base[pairs[:, 1]] - base[pairs[:, 0]]).tocsr()
        own = sp.vstack([base, missing, *(matrix for _, matrix in self.elements)], format="csr")
        silent = [*self.complements, *(key for keys, _ in self.elements for key in keys)]
        history = History.of(self, past)
        cells = sp.vstack([history.widened(own), history.cells], format="csr")
        keys = [*self.keys, *silent, *history.keys]
        asked_for = [self.demands.get(name) for name in (*range(len(self.keys)), *silent)] + [None] * len(
            history.keys
        )
        demands = [
            history.demands.get(row) or own_demand or NOTHING for row, own_demand in enumerate(asked_for)
        ]
        values = cells @ history.atoms
        printed = np.arange(len(keys)) < len(self.keys)
        owners = [
            bool(is_printed) and self._is_public(key) for is_printed, key in zip(printed, keys, strict=True)
        ]
        public = np.array(
            [row in history.printed or owner for row, owner in enumerate(owners)], dtype=np.bool_
        )
        asked = np.array([demand is not NOTHING for demand in demands], dtype=np.bool_)
        bounds = joined(
            Bounds(
                history.widened((own_bounds := knowledge.bounds(self, missing)).rows),
                own_bounds.lower,
                own_bounds.upper,
            ),
            history.blurred,
        )
        system = System(
            atoms=history.atoms,
            cells=cells,
            keys=tuple(unique(keys)),
            publishable=printed,
            fixed=public,
            primary=asked & ~public,
            width=np.array([demand.width for demand in demands]),
            reach=np.array([demand.reach for demand in demands]),
            floor=np.array([demand.floor for demand in demands]),
            weight=self._weights(keys, values),
            bounds=bounds,
            ties=tuple((cell, people) for cell, people in self._contributed() if people in self.demands),
            follows=tuple({(whole, part) for part, whole in self._pairs() if not public[part]}),
            tree=area_tree(self.geography, history.names, keys),
        )
        return Composed(
            self.version, self.period, system, tuple(keys), tuple(self._pairs()), tuple(self._singletons()),
            tuple(history.names),
        )  # fmt: skip

    def _singletons(self) -> Iterator[int]:
        """Cells to which one person or one household contributed, where the rule thinks of them."""
        for name, places in self.selected.items():
            variable = self.plan.catalogue.variables[variable_of(name)]
            if self.rule(variable.id).singletons and not variable.magnitude:
                yield from (cell for cell in places.values() if self.values[cell] == 1)
        for cell, people in self._contributed():
            rule = self.rule(variable_of(self.keys[cell].key))
            if rule.singletons and self.values[people] == 1:
                yield cell

    def matrix(self) -> sp.csr_matrix:
        """The printable cells over the atoms."""
        return sp.vstack(self.blocks, format="csr") if self.blocks else sp.csr_matrix((0, len(self.atoms)))

    def _pairs(self) -> Iterator[tuple[int, int]]:
        for i in self.plan.indicators.values():
            if i.numerator and i.denominator and not i.published:
                wholes = self.selected.get(i.denominator.key, {})
                parts = self.selected.get(i.numerator.key, {})
                yield from ((cell, wholes[place]) for place, cell in parts.items() if place in wholes)

    def _is_public(self, key: CellKey) -> bool:
        return self.rule(variable_of(key.key)).published

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
        # A count that only stands in Grundzahlen gives way before one that a rate is made of.
        used = {s.key for s in _selections(self.plan.indicators.values())}
        headline = {s.key for s in _selections(i for i in self.plan.indicators.values() if i.headline)}
        wanted = np.array([HEADLINE if k.key in headline else 1.0 if k.key in used else 0.4 for k in keys])
        # The pattern of the year before is public: to keep it tells nothing new and keeps series whole.
        same = np.array([self.habits.get((k.level, k.area, k.key), 1.0) for k in keys])
        return np.asarray(level * total * size * shared * wanted * same)


def variable_of(key: str) -> str:
    """The variable in the text of a selection: `einwohner[age=0-2]` is about `einwohner`."""
    return key.partition(" ohne ")[0].partition("[")[0]


def _selections(indicators: Iterable[Indicator]) -> list[Selection]:
    found = {s.key: s for i in indicators for s in (i.numerator, i.denominator) if s and not i.published}
    return list(found.values())


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
