"""A release held in memory, as reports need it: read once, asked many times (Bestand einer Freigabe)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import quantiles
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sozialraum import periods
from sozialraum import release as releases
from sozialraum.products import catalogue as catalogues
from sozialraum.products.catalogue import Area, Catalogue
from sozialraum.products.draw import AreaInput, Atlas, LevelInput, lay_out
from sozialraum.products.values import SINGLE_DOTS_BELOW, AgeCount, AgeTable, Spread, Value
from sozialraum.release import Release
from sozialraum.tables import NOT_ASSIGNABLE, TOTAL, VALUES_COLUMNS

FINGERPRINT = 16


@dataclass(frozen=True, eq=False)
class Holding:
    """A release with its values by area and by layer."""

    release: Release
    catalogue: Catalogue
    _by_area: Mapping[tuple[str, str, str], Mapping[str, tuple[Value, ...]]]
    _spreads: dict[tuple[str, str], dict[tuple[str, str], Spread]] = field(default_factory=dict)
    _atlases: dict[str, Atlas | None] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The first digits of the checksum over the signed protocol: names the data state exactly."""
        text = json.dumps(self.release.protocol["checksums"], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT]

    def of_area(self, area: Area) -> Mapping[str, tuple[Value, ...]]:
        """All values of an area by indicator, oldest first."""
        return self._by_area.get((area.version, area.level, area.code), {})

    def layer(self, indicator: str, version: str, level: str, period: str) -> dict[str, Value]:
        """Every area of a level in one period, by code."""
        found = {}
        for area in (
            *self.catalogue.members(level, version),
            Area(NOT_ASSIGNABLE, NOT_ASSIGNABLE, level, version),
        ):
            for value in self.of_area(area).get(indicator, ()):
                if value.period == period:
                    found[area.code] = value
        return found

    def available_periods(self, indicator: str, version: str, level: str) -> list[str]:
        """Periods in which any area of a level has a row, oldest first."""
        found = {
            value.period
            for area in self.catalogue.members(level, version)
            for value in self.of_area(area).get(indicator, ())
        }
        return sorted(found, key=periods.parse)

    def spreads(self, version: str, level: str) -> dict[tuple[str, str], Spread]:
        """Smallest, quartiles, largest per indicator and period over the areas that show a value."""
        key = (version, level)
        if key not in self._spreads:
            self._spreads[key] = self._spread_all(version, level)
        return self._spreads[key]

    def _spread_all(self, version: str, level: str) -> dict[tuple[str, str], Spread]:
        gathered: dict[tuple[str, str], list[float]] = {}
        for area in self.catalogue.members(level, version):
            for indicator, series in self.of_area(area).items():
                for value in series:
                    if value.shown and value.value is not None:
                        gathered.setdefault((indicator, value.period), []).append(value.value)
        return {key: _spread(*key, sorted(found)) for key, found in gathered.items()}

    def of_town(self, version: str) -> Mapping[str, tuple[Value, ...]]:
        """All values of the municipality in a Gebietsstand."""
        whole = self.catalogue.whole
        return self._by_area.get((version, whole.level, whole.code), {})

    def atlas(self, version: str) -> Atlas | None:
        """The drawn geometry of a Gebietsstand, or None where it has none."""
        if version not in self._atlases:
            self._atlases[version] = self._draw(version)
        return self._atlases[version]

    def _draw(self, version: str) -> Atlas | None:
        outlines = self._outlines()
        levels = [
            LevelInput(level.id, areas)
            for level in self.catalogue.version(version).levels
            if (areas := outlines.get((version, level.id)))
        ]
        return lay_out(levels) if levels else None

    def _outlines(self) -> dict[tuple[str, str], list[AreaInput]]:
        content = json.loads((self.release.path / "gebiete.geojson").read_text("utf-8"))
        found: dict[tuple[str, str], list[AreaInput]] = {}
        for feature in content["features"]:
            known = feature["properties"]
            if feature.get("geometry"):
                found.setdefault((known["version"], known["level"]), []).append(
                    AreaInput(
                        str(known["code"]),
                        str(known.get("name") or ""),
                        str(known.get("parent") or ""),
                        feature["geometry"],
                    )
                )
        return found

    def age_table(self, variable: str, area: Area) -> AgeTable:
        """Newest counts of a variable by age and sex for one area; without cells where none are released."""
        return self._ages.get((variable, area.version, area.level, area.code), AgeTable("", None, ()))

    @cached_property
    def _ages(self) -> dict[tuple[str, str, str, str], AgeTable]:
        if not self.release.counts.exists():
            return {}
        table = pq.read_table(self.release.counts)
        if "age" not in table.column_names or "sex" not in table.column_names:
            return {}
        if "nationality" in table.column_names:
            table = table.filter(pc.equal(table["nationality"], TOTAL))
        grouped: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
        for row in table.to_pylist():
            if (row["age"] == TOTAL) == (row["sex"] == TOTAL):
                grouped.setdefault((row["variable"], row["version"], row["level"], row["area"]), []).append(
                    row
                )
        return {key: _age_table(rows) for key, rows in grouped.items()}


def _age_table(rows: Sequence[Mapping[str, Any]]) -> AgeTable:
    crossed = [row for row in rows if row["age"] != TOTAL]
    newest = max((row["period"] for row in crossed), key=periods.parse, default="")
    total = next((row["count"] for row in rows if row["period"] == newest and row["age"] == TOTAL), None)
    cells = tuple(
        AgeCount(row["age"], row["sex"], None if row["count"] is None else int(row["count"]), row["status"])
        for row in crossed
        if row["period"] == newest
    )
    return AgeTable(newest, None if total is None else int(total), cells)


def _spread(indicator: str, period: str, values: Sequence[float]) -> Spread:
    if len(values) > 1:
        low, _, high = quantiles(values, n=4, method="inclusive")
    else:
        low = high = values[0]
    few = tuple(values) if len(values) < SINGLE_DOTS_BELOW else ()
    return Spread(indicator, period, len(values), values[0], low, high, values[-1], few)


def hold(
    path: Path,
    *,
    atlases: Mapping[str, Atlas | None] | None = None,
    verified: bool = False,
    only_version: str = "",
) -> Holding:
    """Read a release folder into memory; verifies files and signature first.

    `atlases` are drawn Gebietsstände that need not be drawn again; `verified` says that this very folder was checked.
    With `only_version` the values of other Gebietsstände stay on disk.
    Raises ReleaseError with every finding when the folder is no release or was changed.
    """
    from sozialraum.errors import ReleaseError, errors_of

    release = releases.read(path)
    findings = [] if verified else errors_of(releases.verify(path, None))
    if findings:
        raise ReleaseError(findings)
    table = pq.read_table(release.values, columns=list(VALUES_COLUMNS))
    if only_version:
        table = table.filter(pc.equal(table["version"], only_version))
    grouped: dict[tuple[str, str, str], dict[str, list[Value]]] = {}
    for row in zip(*(_column(table[name]) for name in VALUES_COLUMNS), strict=True):
        value = Value(*row)
        grouped.setdefault((value.version, value.level, value.area), {}).setdefault(
            value.indicator, []
        ).append(value)
    by_area = {
        key: {
            indicator: tuple(sorted(series, key=lambda value: periods.parse(value.period)))
            for indicator, series in found.items()
        }
        for key, found in grouped.items()
    }
    return Holding(release, catalogues.parse(release.catalogue), by_area, _atlases=dict(atlases or {}))


def _column(column: pa.ChunkedArray) -> list[Any]:
    """A column as a list in which equal texts are one object: a release repeats few words very often."""
    if not pa.types.is_string(column.type):
        values: list[Any] = column.to_pylist()
        return values
    known: dict[str | None, str | None] = {}
    return [known.setdefault(text, text) for text in column.to_pylist()]
