"""What an analysis works on: values inside or of a release, in the order of the areas, with neighbours (Datenstand)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sozialraum import periods
from sozialraum import release as releases
from sozialraum.analyses.definition import Analysis
from sozialraum.areas import Area, Geography
from sozialraum.catalogue.model import Indicator
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.spatial.neighbours import Contact, Neighbours, contiguity
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, Status

Floats = NDArray[np.float64]

SEAM = 1e-6  # degrees, about ten centimetres: borders that fail to meet by less do touch


@dataclass(frozen=True)
class Column:
    """One indicator of all areas of a level in one period; NaN where a figure is missing, with its state."""

    indicator: Indicator
    period: str
    value: Floats
    lower: Floats
    upper: Floats
    numerator: Floats
    denominator: Floats
    status: tuple[str, ...]


@dataclass(frozen=True)
class Data:
    """Values for one analysis. `protected`: they come from a release and may leave the office."""

    municipality: Municipality
    analysis: Analysis
    values: pd.DataFrame
    geography: Geography
    level: str
    protected: bool
    state: str
    _layers: dict[str, Neighbours] = field(default_factory=dict, compare=False)

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Areas of the level, in the order of their keys."""
        there = [a for a in self.geography.areas if a.level == self.level and a.code != NOT_ASSIGNABLE]
        return tuple(sorted(there, key=lambda area: area.code))

    @property
    def names(self) -> list[str]:
        """Names of the areas."""
        return [area.name for area in self.areas]

    def indicator(self, name: str) -> Indicator:
        """An indicator by its name; raises SozialraumError."""
        known = self.municipality.catalogue.indicators
        if name not in known:
            raise self.refused(
                f"Die Kennzahl „{name}“ gibt es nicht.",
                "Prüfen Sie die Schreibweise; docs/katalog/kennzahlen.md nennt alle.",
            )
        return known[name]

    def refused(self, message: str, remedy: str) -> SozialraumError:
        """A finding about this analysis."""
        return SozialraumError(Finding(f"[{self.analysis.id}] {message}", remedy, file="analysen/"))

    def periods(self, name: str) -> list[str]:
        """Periods in which an indicator has values at this level, oldest first; raises SozialraumError when none has."""
        rows = self._rows(self.indicator(name).id)
        there = sorted(rows.loc[rows["value"].notna(), "period"].unique(), key=periods.parse)
        if not there:
            raise self.refused(
                f"Die Kennzahl „{name}“ hat auf der Ebene „{self.level}“ keinen einzigen Wert (nicht geliefert oder überall gesperrt).",
                "Wählen Sie eine höhere Ebene (level) oder eine andere Kennzahl.",
            )
        return [str(one) for one in there]

    def column(self, name: str, period: str = "") -> Column:
        """An indicator in one period (preset: that of the analysis, or its newest)."""
        there = self.periods(name)
        chosen = period or self.analysis.period or there[-1]
        if chosen not in there:
            raise self.refused(
                f"Die Kennzahl „{name}“ hat für „{chosen}“ keine Werte.", f"Vorhanden: {', '.join(there)}."
            )
        rows = self._rows(name)
        rows = rows[rows["period"] == chosen].drop_duplicates("area", keep="last").set_index("area")
        rows = rows.reindex([area.code for area in self.areas])
        columns = {
            part: rows[part].to_numpy(dtype=float, na_value=np.nan)
            for part in ("value", "lower", "upper", "numerator", "denominator")
        }
        status = rows["status"].fillna(str(Status.MISSING))
        return Column(self.indicator(name), chosen, status=tuple(str(one) for one in status), **columns)

    def series(self, name: str) -> dict[str, pd.DataFrame]:
        """All periods of an indicator, one table per area."""
        self.periods(name)
        return {str(area): rows for area, rows in self._rows(name).groupby("area")}

    def neighbours(self, contact: Contact) -> Neighbours:
        """Neighbours by the outlines of the areas; raises SozialraumError when there are none."""
        if contact not in self._layers:
            self._layers[contact] = contiguity(
                [area.geometry for area in self.areas], contact=contact, tolerance=SEAM
            )
        found = self._layers[contact]
        if not found.area.size:
            raise self.refused(
                f"Auf der Ebene „{self.level}“ berühren sich keine Gebiete, oder ihre Grenzen fehlen.",
                "Ergänzen Sie die Grenzen (docs/anleitungen/gebiete.md).",
            )
        return found

    def parents(self) -> list[str]:
        """For each area the key of the area above."""
        return [area.parent for area in self.areas]

    def _rows(self, name: str) -> pd.DataFrame:
        v = self.values
        here = (
            (v["indicator"] == name) & (v["level"] == self.level) & (v["version"] == self.geography.version)
        )
        return v[here]


def open_data(municipality: Municipality, analysis: Analysis) -> Data:
    """The values an analysis asks for; raises SozialraumError with what is missing."""
    path, protected, state = _source(municipality, analysis)
    values = pq.read_table(path).to_pandas()
    version = analysis.version or municipality.current_version
    geography = next((g for g in municipality.geographies if g.version == version), None)
    if geography is None:
        raise _refused(analysis, f"Den Gebietsstand „{version}“ gibt es nicht.", "Prüfen Sie „version“.")
    levels = [level.id for level in geography.levels if level.id != MUNICIPALITY_LEVEL]
    level = analysis.level or _finest(values, levels, version, _named(analysis))
    if level not in levels:
        raise _refused(
            analysis,
            f"Die Ebene „{level}“ gibt es nicht, oder sie hat nur ein Gebiet.",
            f"Vorhanden: {', '.join(levels)}.",
        )
    return Data(municipality, analysis, values, geography, level, protected, state)


def _named(analysis: Analysis) -> list[str]:
    return [name for name in (analysis.indicator, *analysis.indicators) if name]


def _finest(values: pd.DataFrame, levels: Sequence[str], version: str, indicators: Sequence[str]) -> str:
    """The finest level at which all named indicators have values."""
    shown = values[(values["version"] == version) & values["value"].notna()]
    for level in levels:
        there = set(shown.loc[shown["level"] == level, "indicator"])
        if set(indicators) <= there:
            return level
    return levels[0] if levels else ""


def _source(municipality: Municipality, analysis: Analysis) -> tuple[Path, bool, str]:
    if analysis.release:
        folder = municipality.releases / analysis.release
        if not (folder / releases.VALUES).is_file():
            raise _refused(
                analysis,
                f"Die Freigabe „{analysis.release}“ gibt es nicht.",
                "Prüfen Sie „release“, oder lassen Sie die Angabe weg.",
            )
        path = folder / releases.VALUES
        state = f"Freigabe {analysis.release}"
    else:
        path = municipality.values / "werte.parquet"
        if not path.is_file():
            raise _refused(
                analysis,
                "Es sind noch keine Werte gerechnet.",
                f"Rechnen Sie zuerst: sozialraum run {municipality.folder}",
            )
        state = "werte/werte.parquet"
    return path, bool(analysis.release), f"{state}, Prüfsumme {releases.checksum(path)[:16]}"


def _refused(analysis: Analysis, message: str, remedy: str) -> SozialraumError:
    return SozialraumError(Finding(f"[{analysis.id}] {message}", remedy, file="analysen/"))
