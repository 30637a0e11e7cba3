"""Converted values of a finished release computed again from its counted ones, as any reader can (Umrechnungen nachprüfen)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from sozialraum.areas import Area, Geography, Level
from sozialraum.errors import Finding
from sozialraum.indicators.recoded import is_recoded, shown
from sozialraum.recoding import Crosswalk, recode_levels
from sozialraum.release import Release
from sozialraum.tables import COUNTS_KEY, NOT_ASSIGNABLE

# umstieg.csv prints shares with twelve digits.
PRECISION = 1e-6


def unfounded(release: Release) -> list[Finding]:
    """Converted values that do not follow from what the same release prints: they could tell what is hidden."""
    values = pq.read_table(release.values).to_pandas()
    converted = values[is_recoded(values)]
    if converted.empty:
        return []
    expected = _expected(release, _printed(values[~is_recoded(values)], release.catalogue))
    rows = _printed(converted, release.catalogue).dropna(subset=["count"])
    joined = rows.merge(expected, on=list(COUNTS_KEY), how="left", suffixes=("", "_expected"))
    wrong = ~np.isclose(joined["count"], joined["count_expected"], rtol=PRECISION, atol=PRECISION)
    return [
        Finding(
            f"Ein umgerechneter Wert folgt nicht aus veröffentlichten Werten: {row.variable} in {row.level} {row.area} ({row.period}, {row.version}).",
            "Ziehen Sie die Freigabe zurück.",
            file=release.path.name,
        )
        for row in joined[wrong].itertuples()
    ]


def _printed(values: pd.DataFrame, catalogue: Mapping[str, Any]) -> pd.DataFrame:
    """COUNTS as the rows show them, the key of the selection as variable; a number goes before a gap."""
    parts = [
        shown(values[values["indicator"] == indicator["id"]], column, key)
        for indicator in catalogue["indicators"]
        for column, key in indicator.get("counts", {}).items()
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    order = table["count"].isna().sort_values(kind="stable").index
    return table.loc[order].drop_duplicates(list(COUNTS_KEY), ignore_index=True)


def _expected(release: Release, counts: pd.DataFrame) -> pd.DataFrame:
    geographies = dict(_geographies(release.catalogue))
    tables = [
        recode_levels(counts, way, geographies[way.source], geographies[way.target])
        for way in _crosswalks(release, geographies)
    ]
    return pd.concat(tables, ignore_index=True)[[*COUNTS_KEY, "count"]] if tables else counts.iloc[:0]


def _geographies(catalogue: Mapping[str, Any]) -> Iterator[tuple[str, Geography]]:
    for version in catalogue["versions"]:
        levels = tuple(
            Level(level["id"], level["label"], level["plural"], level["rank"]) for level in version["levels"]
        )
        areas = tuple(
            Area(a["code"], a["name"], a["level"], a["parent"]) for a in catalogue["areas"] if a["version"] == version["id"]
        )  # fmt: skip
        yield version["id"], Geography(version["id"], version["label"], levels, areas)


def _crosswalks(release: Release, geographies: Mapping[str, Geography]) -> Iterator[Crosswalk]:
    """The crosswalks of umstieg.csv, with the row for what cannot be placed that needs no line there."""
    table = pd.read_csv(
        release.path / "umstieg.csv",
        dtype={**dict.fromkeys(("from", "to", "from_version", "to_version"), str)},
    )
    for (source, target), rows in table.groupby(["from_version", "to_version"]):
        codes = set(rows["from"])
        level = next(
            known.id
            for known in geographies[str(source)].levels
            if codes <= set(geographies[str(source)].codes(known.id))
        )
        unplaced = pd.DataFrame({"from": [NOT_ASSIGNABLE], "to": [NOT_ASSIGNABLE], "share": [1.0]})
        shares = pd.concat([rows[["from", "to", "share"]], unplaced], ignore_index=True)
        yield Crosswalk(str(source), str(target), level, str(rows["basis"].iloc[0]), shares)
