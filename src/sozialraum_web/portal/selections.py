"""A selection of values in the forms offices use: CSV, Excel, Parquet, GeoPackage (Auswahl herunterladen)."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sozialraum.products.values import Value
from sozialraum.tables import VALUES_COLUMNS
from sozialraum_web.portal import downloads


@dataclass(frozen=True)
class Selection:
    """Values with what explains them: names of areas, units, printed signs, and notes on source and licence."""

    values: Sequence[Value]
    names: Mapping[tuple[str, str, str], str]
    signs: Mapping[str, str]
    units: Mapping[str, str]
    labels: Mapping[str, str]
    notes: Sequence[str]

    def rows(self) -> list[dict[str, Any]]:
        """The rows as plain columns; what is hidden stays empty."""
        return [self._row(value) for value in self.values]

    def _row(self, value: Value) -> dict[str, Any]:
        figures = {"value": value.value, "lower": value.lower, "upper": value.upper} if value.shown else {}
        return {
            "gebiet": value.area,
            "name": self.names.get((value.version, value.level, value.area), ""),
            "level": value.level,
            "version": value.version,
            "period": value.period,
            "indicator": value.indicator,
            "label": self.labels.get(value.indicator, ""),
            "numerator": value.numerator,
            "denominator": value.denominator,
            "value": figures.get("value"),
            "lower": figures.get("lower"),
            "upper": figures.get("upper"),
            "status": str(value.status),
            "class": value.class_ or "",
            "notes": value.plain_notes or "",
            "zeichen": self.signs[value.status],
            "einheit": self.units.get(value.indicator, ""),
        }


NUMBERS: Final = frozenset({"numerator", "denominator", "value", "lower", "upper"})
HEADS: Final = (
    "gebiet",
    "name",
    *(name for name in VALUES_COLUMNS if name != "area"),
    "label",
    "zeichen",
    "einheit",
)


def as_csv(selection: Selection, folder: Path) -> bytes:  # noqa: ARG001 - one signature for all forms
    """Semicolons and decimal commas for German spreadsheets."""
    text = downloads.selection_csv(
        selection.values, selection.names, selection.signs, selection.units, selection.notes
    )
    return text.encode("utf-8")


def as_xlsx(selection: Selection, folder: Path) -> bytes:  # noqa: ARG001
    """A workbook: texts stay texts, keys keep their zeros, the notes lie on a second sheet."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        sheet, about = book.add_worksheet("Werte"), book.add_worksheet("Quelle und Zeichen")
        for column, name in enumerate(HEADS):
            sheet.write_string(0, column, name, bold)
        for line, row in enumerate(selection.rows(), start=1):
            for column, name in enumerate(HEADS):
                cell = row[name]
                if cell is None:
                    continue
                if name in NUMBERS:
                    sheet.write_number(line, column, cell)
                else:
                    sheet.write_string(line, column, str(cell))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(selection.values), 1), len(HEADS) - 1)
        sheet.set_column(0, len(HEADS) - 1, 14)
        about.set_column(0, 0, 120)
        for line, note in enumerate(selection.notes):
            about.write_string(line, 0, note)
    return out.getvalue()


def as_parquet(selection: Selection, folder: Path) -> bytes:  # noqa: ARG001
    """Parquet with the notes in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [(name, pa.float64() if name in NUMBERS else pa.string()) for name in HEADS],
        metadata={"hinweise": "\n".join(selection.notes)},
    )
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(selection.rows(), schema=schema), out, compression="zstd")
    return out.getvalue()


def as_gpkg(selection: Selection, folder: Path) -> bytes:
    """GeoPackage: each row with the border of its area, from the release's own GeoPackage.

    The release's file is a GeoPackage already; the layer is put together inside SQLite, so that no geometry is converted.
    """
    source = folder / "gebiete.gpkg"
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / "auswahl.gpkg"
        database = sqlite3.connect(target)
        try:
            database.execute("PRAGMA application_id = 1196444487")  # "GPKG"
            database.execute("PRAGMA user_version = 10300")
            database.execute("ATTACH ? AS quelle", [str(source)])
            _frame(database)
            _layer(database, selection)
            database.commit()
            database.execute("DETACH quelle")
        finally:
            database.close()
        return target.read_bytes()


_FRAME: Final = ("gpkg_spatial_ref_sys", "gpkg_contents", "gpkg_geometry_columns")


def _frame(database: sqlite3.Connection) -> None:
    """The tables every GeoPackage must have, as the release's own file has them."""
    for name in _FRAME:
        (sql,) = database.execute(
            "SELECT sql FROM quelle.sqlite_master WHERE type = 'table' AND name = ?", [name]
        ).fetchone()
        database.execute(sql)
    database.execute("INSERT INTO gpkg_spatial_ref_sys SELECT * FROM quelle.gpkg_spatial_ref_sys")


def _layer(database: sqlite3.Connection, selection: Selection) -> None:
    """One layer `auswahl`: the values with the geometry of their level, empty where an area has none."""
    kinds = ", ".join(f'"{name}" {"REAL" if name in NUMBERS else "TEXT"}' for name in HEADS)
    database.execute(
        f"CREATE TABLE auswahl (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, {kinds})"
    )
    layers = {row[0] for row in database.execute("SELECT table_name FROM quelle.gpkg_geometry_columns")}
    borders: dict[tuple[str, str], bytes] = {}
    for layer in {f"{value.level}_{value.version}" for value in selection.values} & layers:
        name = layer.replace('"', '""')
        query = f'SELECT code, geom FROM quelle."{name}"'  # noqa: S608 - names from the file's own list
        borders |= {(layer, row[0]): row[1] for row in database.execute(query)}
    marks = ", ".join("?" * (len(HEADS) + 1))
    columns = ", ".join(f'"{name}"' for name in HEADS)
    database.executemany(
        f"INSERT INTO auswahl (geom, {columns}) VALUES ({marks})",  # noqa: S608 - fixed names
        [
            [borders.get((f"{row['level']}_{row['version']}", row["gebiet"])), *(row[name] for name in HEADS)]
            for row in selection.rows()
        ],
    )
    box = database.execute(
        "SELECT min(min_x), min(min_y), max(max_x), max(max_y), max(srs_id) FROM quelle.gpkg_contents"
    ).fetchone()
    text = "\n".join(selection.notes)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id) "
        "VALUES ('auswahl', 'features', 'auswahl', ?, ?, ?, ?, ?, ?)",
        [text, *box],
    )
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES ('auswahl', 'geom', 'MULTIPOLYGON', ?, 0, 0)", [box[4]]
    )


Maker = Callable[[Selection, Path], bytes]
FORMS: Final[dict[str, tuple[Maker, str]]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": (as_parquet, "application/vnd.apache.parquet"),
    "gpkg": (as_gpkg, "application/geopackage+sqlite3"),
}
