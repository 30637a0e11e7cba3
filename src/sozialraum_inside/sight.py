"""Inner values to look at: map and table of one indicator, unprotected, never to leave the house (Ansicht)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from sozialraum import periods
from sozialraum.areas import Geography
from sozialraum.catalogue import Indicator
from sozialraum.indicators.classes import limits
from sozialraum.municipality import Municipality
from sozialraum.products import draw
from sozialraum.products.draw import AreaInput, AreaMark, LevelInput, Markup
from sozialraum.tables import NOT_ASSIGNABLE, Status
from sozialraum_inside.changes import PLACE
from sozialraum_ui.parts import Cell, Column, Row, Table

INNER = "werte.parquet"


def values_file(municipality: Municipality, *, protected: bool = False) -> Path:
    """Where the values of the last computation lie, or those behind the gate of the last preview."""
    return municipality.folder / PLACE / "vorschau.parquet" if protected else municipality.values / INNER


@dataclass(frozen=True)
class View:
    """One indicator on one level in one period, with its map."""

    indicator: Indicator
    level: str
    version: str
    period: str
    rows: list[dict[str, Any]]
    limits: tuple[float, ...]
    periods: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]


def available(path: Path) -> dict[str, int]:
    """How many rows the table has for each indicator."""
    if not path.exists():
        return {}
    column = pq.read_table(path, columns=["indicator"]).column("indicator")
    return dict(Counter(column.to_pylist()))


def look(
    municipality: Municipality, path: Path, indicator: str, level: str = "", period: str = ""
) -> View | None:
    """The newest period on the finest level unless told otherwise; None where there is nothing of the indicator."""
    if indicator not in municipality.catalogue.indicators or not path.exists():
        return None
    table = pq.read_table(path, filters=[("indicator", "=", indicator)]).to_pandas()
    if table.empty:
        return None
    return view_of(municipality, municipality.catalogue.indicators[indicator], table, level, period)


def view_of(
    municipality: Municipality, entry: Indicator, table: pd.DataFrame, level: str = "", period: str = ""
) -> View:
    """The values of one indicator on one level in one period; the table must not be empty."""
    version = (
        municipality.current_version
        if (table["version"] == municipality.current_version).any()
        else str(table["version"].iloc[-1])
    )
    table = table[table["version"] == version]
    geography = municipality.geography(version)
    there = [(x.id, x.plural or x.label) for x in geography.levels[:-1] if (table["level"] == x.id).any()]
    level = level if level in dict(there) else (there[0][0] if there else str(table["level"].iloc[0]))
    shown = table[table["level"] == level]
    spans = sorted(set(shown["period"]), key=lambda p: periods.parse(p).end)
    period = period if period in spans else spans[-1]
    cuts = entry.classes.get(level) or limits(
        shown.loc[shown["area"] != NOT_ASSIGNABLE, "value"].to_numpy(float)
    )
    rows = _rows(shown[shown["period"] == period], geography, level)
    return View(entry, level, version, period, rows, tuple(cuts), tuple(spans), tuple(there))


def _rows(table: pd.DataFrame, geography: Geography, level: str) -> list[dict[str, Any]]:
    found = []
    for row in table.to_dict("records"):
        area = geography.by_code.get((level, row["area"]))
        name = area.name if area else str(row["area"])
        found.append({**{str(k): (None if pd.isna(v) else v) for k, v in row.items()}, "name": name})
    return sorted(
        found, key=lambda r: (r["area"] == NOT_ASSIGNABLE, r["value"] is None, -(r["value"] or 0), r["name"])
    )


def figure(row: Mapping[str, Any], indicator: Indicator) -> str:
    """The value of a row with its sign."""
    shown = row["value"] if Status(row["status"]).has_value else None
    return draw.value_text(shown, row["status"], decimals=indicator.decimals, unit=indicator.unit)


def draw_map(
    view: View, municipality: Municipality, *, identity: str = "karte"
) -> tuple[Markup, draw.Legend] | None:
    """The map with its legend; None where the level has no boundaries."""
    marks = [
        AreaMark(
            row["area"], draw.class_of(row["value"], view.limits) if row["value"] is not None else "qn", row["status"],
            f"{row['name']}: {figure(row, view.indicator)}",
        )
        for row in view.rows
    ]  # fmt: skip
    title = f"{view.indicator.label}, {periods.label(view.period)}"
    drawn = picture(municipality.geography(view.version), view.level, marks, title, identity=identity)
    if drawn is None:
        return None
    legend = draw.legend(
        view.limits,
        [m for m in marks if m.code != NOT_ASSIGNABLE],
        decimals=view.indicator.decimals,
        unit=view.indicator.unit,
    )
    return drawn, legend


def picture(
    geography: Geography, level: str, marks: Sequence[AreaMark], title: str, *, identity: str = "karte"
) -> Markup | None:
    """A map of one level with its marks, the next level as outline; None without boundaries."""
    atlas = _atlas(geography)
    layer = atlas.levels.get(level)
    if layer is None or not layer.shapes:
        return None
    outlines = next((x for name, x in atlas.levels.items() if name != level and x.shapes), None)
    return draw.choropleth(
        layer, marks, width=atlas.width, height=atlas.height, title=title, outlines=outlines, labels=outlines or layer,
        interactive=False, id=identity, description="Dieselben Werte stehen in der Tabelle.",
    )  # fmt: skip


def chooser(
    geography: Geography, level: str, marks: Sequence[AreaMark], title: str, *, identity: str = "karte"
) -> Markup | None:
    """A map whose areas are links: each mark with an address is one; None without boundaries."""
    atlas = _atlas(geography)
    layer = atlas.levels.get(level)
    if layer is None or not layer.shapes:
        return None
    outlines = next((x for name, x in atlas.levels.items() if name != level and x.shapes), None)
    return draw.choropleth(
        layer, marks, width=atlas.width, height=atlas.height, title=title, outlines=outlines, labels=layer, id=identity,
        description="Dieselben Gebiete stehen in der Auswahl.",
    )  # fmt: skip


def class_colours(number: int) -> list[str]:
    """The fills of so many classes, from little to much."""
    return draw.class_names(number)


def draw_areas(geography: Geography, level: str) -> Markup | None:
    """The outlines and names of one level; None without boundaries."""
    atlas = _atlas(geography)
    layer = atlas.levels.get(level)
    if layer is None or not layer.shapes:
        return None
    return draw.choropleth(
        layer, [], width=atlas.width, height=atlas.height, title=f"Gebiete der Ebene {geography.level(level).label}", labels=layer,
        interactive=False, id=f"gebiete-{level}", description="Grenzen und Namen der Gebiete.",
    )  # fmt: skip


@lru_cache(maxsize=4)
def _atlas(geography: Geography) -> draw.Atlas:
    levels = [
        LevelInput(level.id, [AreaInput(a.code, a.name, a.parent, a.geometry) for a in geography.areas if a.level == level.id and a.geometry])
        for level in geography.levels[:-1]
    ]  # fmt: skip
    return draw.lay_out([level for level in levels if level.areas])


def table_of(view: View, *, linked: bool = True) -> Table:
    """The rows of a view as a table that can be sorted; where `linked`, each figure leads back to the file it came from."""
    rows = [
        Row([
            Cell(row["name"], sort=row["name"]),
            Cell(figure(row, view.indicator), sort=row["value"] if row["value"] is not None else -1, status=row["status"],
                 href=f"/herkunft/?kennzahl={view.indicator.id}&gebiet={row['area']}&ebene={view.level}&zeit={view.period}" if linked else ""),
            Cell("" if row["numerator"] is None else draw.whole(row["numerator"]), sort=row["numerator"] or 0),
            Cell("" if row["denominator"] is None else draw.whole(row["denominator"]), sort=row["denominator"] or 0),
        ], code=row["area"])
        for row in view.rows
    ]  # fmt: skip
    columns = [Column("Gebiet", sort="text"), Column("Wert", numeric=True, sort="number"), Column("Zähler", numeric=True, sort="number"),
               Column("Nenner", numeric=True, sort="number")]  # fmt: skip
    return Table(f"{view.indicator.label}, {periods.label(view.period)}", columns, rows, id="werte")


def missing_for(indicator: Indicator, counted: Collection[str], municipality: Municipality) -> list[str]:
    """What an indicator needs that no delivery holds, in words: variables, or the finished figure of its source."""
    if indicator.published:
        return ["fertiger Wert der Quelle"]
    known = municipality.catalogue.indicators
    base = known.get(indicator.of, indicator)
    if base.published:
        return ["fertiger Wert der Quelle"]
    wanted = [s.variable for s in (base.numerator, base.denominator) if s is not None]
    variables = municipality.catalogue.variables
    missing = [variables[v].label for v in dict.fromkeys(wanted) if v not in counted and v in variables]
    return missing or ([f"ein früherer Zeitraum ({indicator.years} Jahre zuvor)"] if indicator.of else [])
