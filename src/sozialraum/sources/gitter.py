"""Grids (Gitter): figures of small squares, such as the census's 100 metres, added up to areas by the centre of each square."""

from __future__ import annotations

import math
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError, field_validator

from sozialraum import periods
from sozialraum.areas import WGS84, Geography
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.loader import in_german, read_toml
from sozialraum.catalogue.model import Record
from sozialraum.errors import DeliveryError, Finding
from sozialraum.points import areas_of
from sozialraum.sources.recipes import Column
from sozialraum.sources.rows import rows_frame
from sozialraum.sources.signs import DEFAULT_BESIDE, DEFAULT_SIGNS, read_number
from sozialraum.spreadsheet import DAMAGED_ARCHIVE
from sozialraum.tables import DIMENSIONS, NOT_ASSIGNABLE, TOTAL, Status, strongest

BLOCK = "gitter"
GUIDE = "Siehe docs/anleitungen/formate.md."
# The census writes an en dash for a hidden figure; read as cp1252 it becomes three characters.
GRID_SIGNS: Mapping[str, Status] = {**DEFAULT_SIGNS, "–": Status.SUPPRESSED, "â€“": Status.SUPPRESSED}
LARGEST_UNPACKED = 4 * 1024**3
_WITHOUT_FIGURE = (Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL)


class Grid(Record):
    """[[gitter]]: how one kind of file with one row per square is read; `x` and `y` are the centre of the square."""

    files: str = Field(min_length=1)
    level: str
    period: str
    x: str = Field(min_length=1)
    y: str = Field(min_length=1)
    spalten: tuple[Column, ...] = Field(min_length=1)
    crs: str = "EPSG:3035"
    version: str = ""
    encoding: str = "utf-8"
    separator: str = ";"
    decimal: str = ","
    sign_column: str = ""
    signs: Mapping[str, Status] = Field(default_factory=dict)

    @field_validator("period", mode="before")
    @classmethod
    def _as_text(cls, period: object) -> object:
        return str(period) if isinstance(period, (date, int)) else period

    @field_validator("files")
    @classmethod
    def _stays_in_its_folder(cls, files: str) -> str:
        if Path(files).is_absolute() or ".." in Path(files).parts:
            raise ValueError(f"„files“ nennt Dateien im Ordner der Quelle, nicht „{files}“")
        return files

    @field_validator("spalten")
    @classmethod
    def _are_counts(cls, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        if any(not column.column or not column.variable for column in columns):
            raise ValueError("Eine Spalte eines Gitters braucht „column“ und „variable“")
        return columns


def read_grids(path: Path) -> list[Grid]:
    """Read the [[gitter]] of a source from `rezept.toml`; raises DeliveryError with all findings."""
    grids: list[Grid] = []
    wrong: list[str] = []
    blocks = read_toml(path).get(BLOCK, [])
    if not isinstance(blocks, list):
        wrong, blocks = ["Das Rezept schreibt [[gitter]] in doppelten Klammern."], []
    for number, block in enumerate(blocks, start=1):
        try:
            grids.append(Grid.model_validate(block))
        except ValidationError as error:
            wrong += [f"Gitter {number}: {sentence}" for sentence in in_german(error)]
    if wrong:
        file = f"{path.parent.name}/{path.name}"
        raise DeliveryError([Finding(told, GUIDE, file=file) for told in wrong])
    return grids


def read(
    path: Path, recipe: Grid, geographies: Sequence[Geography], catalogue: Catalogue
) -> tuple[pd.DataFrame, list[Finding]]:
    """Add up the squares of a file whose centre lies in an area of the municipality.

    Returns rows as tables give them and all findings. Squares outside are left out: the file is about the whole country.
    An area without a square is missing, not zero: squares are absent where nobody lives, and where that is hidden.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        geography = _geography(recipe, geographies)
        _check_variables(recipe, catalogue)
        cells = _squares(path, recipe, geography)
    except DeliveryError as error:
        return rows_frame([]), [replace(finding, file=name) for finding in error.findings]
    x, y = (pd.to_numeric(cells[c].str.replace(recipe.decimal, "."), errors="coerce") for c in ("x", "y"))
    areas = areas_of(x, y, geography, recipe.level, recipe.crs)
    inside = areas != NOT_ASSIGNABLE
    findings: list[Finding] = []
    rows: list[dict[str, Any]] = []
    for number, column in enumerate(recipe.spalten):
        figures, told = _figures(cells[inside], f"c{number}", column, recipe, name)
        findings += told
        rows += _summed(figures, areas[inside], column, recipe, geography, name)
    return rows_frame(rows), findings


def _geography(recipe: Grid, geographies: Sequence[Geography]) -> Geography:
    try:
        day = periods.parse(recipe.period).end.isoformat()
    except ValueError as error:
        raise DeliveryError(
            Finding(f"„{recipe.period}“ ist kein Berichtszeitraum.", "Prüfen Sie „period“ im Rezept.")
        ) from error
    for geography in geographies:
        fits = geography.version == recipe.version or (not recipe.version and geography.covers(day))
        if fits and any(area.geometry for area in geography.areas if area.level == recipe.level):
            return geography
    raise DeliveryError(
        Finding(
            f"Für {periods.label(recipe.period)} gibt es keinen Gebietsstand mit Umrissen der Ebene „{recipe.level}“.",
            "Ein Gitter lässt sich nur Gebieten mit Umrissen zuordnen; nennen Sie „version“ im Rezept.",
        )
    )


def _check_variables(recipe: Grid, catalogue: Catalogue) -> None:
    unknown = sorted({column.variable for column in recipe.spalten} - set(catalogue.variables))
    if unknown:
        raise DeliveryError(
            [
                Finding(
                    f"Das Rezept nennt „{name}“, das der Katalog nicht kennt.",
                    "Ergänzen Sie den Katalog oder berichtigen Sie das Rezept.",
                )
                for name in unknown
            ]
        )


# -- reading: only the squares around the municipality leave the file ----------------------------------------------------


def _squares(path: Path, recipe: Grid, geography: Geography) -> pd.DataFrame:
    """The squares near the municipality as text: x, y, sign, c0, c1 …, and the row of each in the file."""
    import duckdb

    columns = [recipe.x, recipe.y, *([recipe.sign_column] if recipe.sign_column else []),
               *(column.column for column in recipe.spalten)]  # fmt: skip
    names = [
        "x",
        "y",
        *(["sign"] if recipe.sign_column else []),
        *(f"c{i}" for i in range(len(recipe.spalten))),
    ]
    with _as_text(path) as text, duckdb.connect() as database:
        try:
            return _near(database, text, columns, names, recipe, _box(geography, recipe))
        except (duckdb.Error, UnicodeDecodeError) as error:
            raise _unreadable() from error


def _near(
    database: Any, text: Path, columns: Sequence[str], names: Sequence[str], recipe: Grid, box: tuple[float, float, float, float]
) -> pd.DataFrame:  # fmt: skip
    database.execute("SET memory_limit = '2GB'")
    source = database.read_csv(
        str(text), sep=recipe.separator, header=True, all_varchar=True, encoding=_encoding(recipe.encoding), null_padding=True
    )  # fmt: skip
    _check_columns(columns, source.columns)
    chosen = ", ".join(f"{_quoted(c)} AS {n}" for c, n in zip(columns, names, strict=True))
    west, south, east, north = box
    x, y = (
        f"TRY_CAST(replace({_quoted(c)}, {_literal(recipe.decimal)}, '.') AS DOUBLE)"
        for c in (recipe.x, recipe.y)
    )
    numbered = source.project(f"{chosen}, {x} AS px, {y} AS py, row_number() OVER () + 1 AS row")
    near = f"px BETWEEN {west} AND {east} AND py BETWEEN {south} AND {north}"
    found: pd.DataFrame = numbered.filter(near).df().fillna("")
    return found


def _unreadable() -> DeliveryError:
    return DeliveryError(
        Finding(
            "Die Datei lässt sich nicht als Gitter lesen.", f"Prüfen Sie Kodierung und Trennzeichen. {GUIDE}"
        )
    )


def _encoding(name: str) -> str:
    return {"cp1252": "windows-1252-2000", "latin-1": "latin-1"}.get(name.lower(), name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _check_columns(wanted: Sequence[str], there: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in there]
    if missing:
        raise DeliveryError(
            [
                Finding(
                    f"Die Spalte „{name}“ gibt es nicht; vorhanden: {', '.join(there[:12])}.",
                    "Prüfen Sie das Rezept.",
                )
                for name in missing
            ]
        )


def _box(geography: Geography, recipe: Grid) -> tuple[float, float, float, float]:
    """The extent of the municipality in the coordinates of the grid."""
    import shapely
    from pyproj import Transformer
    from pyproj.exceptions import CRSError

    shapes = shapely.from_wkb([a.geometry for a in geography.areas if a.level == recipe.level and a.geometry])
    try:
        transformer = Transformer.from_crs(WGS84, recipe.crs, always_xy=True)
    except CRSError as error:
        raise DeliveryError(
            Finding(f"Das Koordinatensystem „{recipe.crs}“ gibt es nicht.", "Der Zensus verwendet EPSG:3035.")
        ) from error
    west, south, east, north = (float(limit) for limit in shapely.total_bounds(shapes))
    west, south, east, north = transformer.transform_bounds(west, south, east, north)
    return west, south, east, north


@contextmanager
def _as_text(path: Path) -> Iterator[Path]:
    """The file itself, or the one table in an archive, unpacked for the time of reading."""
    if path.suffix.lower() != ".zip":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                tables = [m for m in archive.infolist() if m.filename.lower().endswith(".csv")]
                if len(tables) != 1 or tables[0].file_size > LARGEST_UNPACKED:
                    raise DeliveryError(
                        Finding(
                            f"Das Archiv enthält {len(tables)} Tabellen; gelesen wird eines mit genau einer bis {LARGEST_UNPACKED // 1024**3} GB.",
                            "Entpacken Sie es und legen Sie die gesuchte Tabelle in den Ordner.",
                        )
                    )
                target = Path(folder) / "gitter.csv"
                with archive.open(tables[0]) as packed, target.open("wb") as unpacked:
                    _copy(packed, unpacked)
        except DAMAGED_ARCHIVE as error:
            raise _unreadable() from error
        yield target


def _copy(source: Any, target: Any) -> None:
    """Copy at most what the archive may hold; a false size in its table of contents does not help a bomb."""
    copied = 0
    while part := source.read(1 << 20):
        copied += len(part)
        if copied > LARGEST_UNPACKED:
            raise _unreadable()
        target.write(part)


# -- figures ------------------------------------------------------------------------------------------------------------


def _figures(
    cells: pd.DataFrame, name: str, column: Column, recipe: Grid, file: str
) -> tuple[list[tuple[float, Status]], list[Finding]]:
    """Each square's figure with its state, and what is no figure."""
    signs = {**GRID_SIGNS, **recipe.signs}
    beside = {**signs, **DEFAULT_BESIDE, **recipe.signs}
    known = {t: read_number(t, signs, decimal=recipe.decimal, thousands="") for t in cells[name].unique()}
    findings, figures = [], []
    texts = zip(
        cells[name], cells["sign"] if "sign" in cells else [""] * len(cells), cells["row"], strict=True
    )
    for text, sign, row in texts:
        figure, state = known[text], beside.get(sign)
        if figure is None or state is None or figure[0] < 0 or (math.isfinite(figure[0]) and figure[0] % 1):
            wrong, where = (
                (sign, recipe.sign_column)
                if state is None and figure is not None
                else (str(text), column.column)
            )
            findings.append(
                Finding(
                    "Das ist weder eine ganze Zahl noch ein bekanntes Zeichen.", "Erklären Sie das Zeichen unter „signs“ im Rezept.",
                    file=file, row=int(row), column=where, value=wrong,
                )
            )  # fmt: skip
            figures.append((math.nan, Status.MISSING))
        elif state in _WITHOUT_FIGURE:
            figures.append((math.nan, Status(state)))
        else:
            weak = state is not Status.OK and figure[1] in (Status.OK, Status.NONE)
            figures.append((figure[0], Status(state) if weak else figure[1]))
    return figures, findings


def _summed(
    figures: Sequence[tuple[float, Status]], areas: np.ndarray, column: Column, recipe: Grid, geography: Geography, file: str
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """One row per area: the sum of its squares, without a figure where one of them has none."""
    found: dict[str, list[tuple[float, Status]]] = {code: [] for code in geography.codes(recipe.level)}
    for area, figure in zip(areas, figures, strict=True):
        found[area].append(figure)
    dims = {d: getattr(column, d) or TOTAL for d in DIMENSIONS}
    for area, squares in found.items():
        # A zero among others is no state of the whole.
        states: list[Status] = [s for _, s in squares if s is not Status.NONE] or [Status.NONE]
        total = sum(value for value, _ in squares) if squares else math.nan
        yield {
            **dims, "area": area, "level": recipe.level, "version": geography.version, "period": recipe.period,
            "variable": column.variable, "indicator": "", "count": total, "status": strongest(states) if squares else Status.MISSING,
            "file": file, "sheet": "", "row": None, "text": "", "problem": None,
        }  # fmt: skip
