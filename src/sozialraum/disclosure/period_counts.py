"""The delivered counts of one period as unknowns, and how they sum over areas and groups (Grundzahlen eines Zeitraums)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum.areas import Geography
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.model import Indicator, Rule, Selection
from sozialraum.counts import cover, table_of
from sozialraum.tables import DIMENSIONS

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """What would be published if nothing had to be hidden."""

    catalogue: Catalogue
    indicators: Mapping[str, Indicator]
    geographies: Mapping[str, Geography]

    @classmethod
    def of(cls, catalogue: Catalogue, names: Iterable[str], geographies: Iterable[Geography]) -> Plan:
        """The plan for the indicators of these names."""
        wanted = set(names)
        indicators = {k: i for k, i in catalogue.indicators.items() if k in wanted}
        return cls(catalogue, indicators, {g.version: g for g in geographies})


class PeriodCounts:
    """Delivered rows of one version and period, in order: each is an unknown (atom) with its place and what it counts."""

    def __init__(self, rows: pd.DataFrame, plan: Plan, place: tuple[str, str]) -> None:
        self.rows, self.plan = rows, plan
        self.version, self.period = place
        self.geography = plan.geographies[self.version]
        self.atoms = rows["count"].to_numpy(float)
        self.tables = table_of(rows)
        self.groups = {str(name): part for name, part in rows.groupby("variable", sort=False)}
        self._lifts: dict[str, Sequence[tuple[str, Mapping[str, str]]]] = {}
        self._atom_areas: dict[str, tuple[Sequence[str], Indices]] = {}
        self._selected_rows: dict[str, pd.DataFrame | None] = {}

    def levels(self, finest: str) -> Sequence[tuple[str, Mapping[str, str]]]:
        """A level and those above it, each with the codes there by the code on the finest."""
        if finest not in self._lifts:
            own = {area.code: area.code for area in self.geography.areas if area.level == finest}
            self._lifts[finest] = [(finest, own), *self.geography.ancestors(finest)]
        return self._lifts[finest]

    def by_areas(self, level: str, atoms: Indices) -> tuple[Sequence[str], sp.csr_matrix]:
        """The areas of a level that atoms lie in, in order, and a matrix that sums the atoms of each."""
        names, of_atom = self.places(level)
        found, area = np.unique(of_atom[atoms], return_inverse=True)
        matrix = sp.csr_matrix((np.ones(len(atoms)), (area, atoms)), shape=(len(found), len(self.atoms)))
        return [names[number] for number in found], matrix

    def places(self, level: str) -> tuple[Sequence[str], Indices]:
        """All areas of a level in order, and the number of the area that each atom lies in (-1: in none)."""
        if level not in self._atom_areas:
            names = sorted({area.code for area in self.geography.areas if area.level == level})
            number = {name: i for i, name in enumerate(names)}
            of_atom = np.full(len(self.atoms), -1)
            for finest, part in self.rows.groupby("level", sort=False):
                lifted = dict(self.levels(str(finest))).get(level, {})
                of_atom[part.index] = [number.get(lifted.get(code, ""), -1) for code in part["area"]]
            self._atom_areas[level] = (names, of_atom)
        return self._atom_areas[level]

    def chosen(self, selection: Selection) -> pd.DataFrame | None:
        """The delivered rows that a selection sums; None if there are none."""
        if selection.key not in self._selected_rows:
            part = self.groups.get(selection.variable)
            chosen = None if part is None else chosen_rows(part, selection, self.tables)
            self._selected_rows[selection.key] = None if chosen is None or chosen.empty else chosen
        return self._selected_rows[selection.key]

    def rule(self, variable: str) -> Rule:
        return self.plan.catalogue.rule_of(self.plan.catalogue.variables[variable].source)

    def by_level(self, selection: Selection) -> dict[str, tuple[Sequence[str], sp.csr_matrix]]:
        """The areas and the rows of a selection over the atoms, by level."""
        chosen = self.chosen(selection)
        if chosen is None:
            return {}
        found: dict[str, tuple[Sequence[str], sp.csr_matrix]] = {}
        for level, _ in self.levels(str(chosen["level"].iloc[0])):
            found[level] = self.by_areas(level, chosen.index.to_numpy())
        return found


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
