"""Reading values: DuckDB over the Parquet files of one release; every parameter is bound."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb
from django.conf import settings

from sozialraum import periods
from sozialraum.products.draw import Atlas
from sozialraum.products.values import SHOWN, SINGLE_DOTS_BELOW, AgeCount, AgeTable, Spread, Value
from sozialraum.tables import COMPARISON_LEVEL, MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, TOTAL

_COLUMNS: Final = (
    "area, level, version, period, indicator, numerator, denominator, value, lower, upper, status, "
    '"class" AS class, notes'
)
_SHOWN: Final = "status IN (SELECT unnest(?)) AND value IS NOT NULL"

VALUES, COMPARISON = "werte.parquet", "vergleich.parquet"

_local = threading.local()


def connection() -> duckdb.DuckDBPyConnection:
    """This thread's own in-memory database; it reads below the data folder only and fetches nothing."""
    folder = str(Path(settings.DATA) / "releases")
    if getattr(_local, "folder", None) != folder:
        database = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": "256MB",
                "threads": "1",
            },
        )
        database.execute("SET parquet_metadata_cache = true")
        database.execute(f"SET allowed_directories = ['{folder.replace(chr(39), chr(39) * 2)}/']")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        _local.connection, _local.folder = database, folder
    found: duckdb.DuckDBPyConnection = _local.connection
    return found


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    return connection().execute(sql, list(parameters)).fetchall()


def _values(release: Path, where: str, parameters: Sequence[Any], file: str = VALUES) -> list[Value]:
    if file == COMPARISON and not has_comparison(release):
        return []
    sql = f"SELECT {_COLUMNS} FROM read_parquet(?) WHERE {where}"  # noqa: S608 - fixed clauses of this file
    return [Value(*row) for row in _rows(sql, [_file(release, file), *parameters])]


def _file(release: Path, name: str = VALUES) -> str:
    return str(release / name)


@lru_cache(maxsize=64)
def has_comparison(release: Path) -> bool:
    """Whether a release brings figures of areas beyond the municipality."""
    return (release / COMPARISON).exists()


def _file_of(level: str) -> str:
    """Comparators lie in a file of their own: nobody protected them, their owner has published them."""
    return COMPARISON if level == COMPARISON_LEVEL else VALUES


def layer(release: Path, indicator: str, version: str, level: str, period: str) -> dict[str, Value]:
    """Every area of a level in one period, by code; `nz` included where the release has it."""
    rows = _values(
        release,
        "indicator = ? AND version = ? AND level = ? AND period = ?",
        [indicator, version, level, period],
    )
    return {row.area: row for row in rows}


def one(release: Path, indicator: str, version: str, level: str, area: str, period: str) -> Value | None:
    """One value; a comparator belongs to no Gebietsstand."""
    if level == COMPARISON_LEVEL:
        rows = _values(
            release, "indicator = ? AND area = ? AND period = ?", [indicator, area, period], COMPARISON
        )
    else:
        rows = _values(
            release,
            "indicator = ? AND version = ? AND level = ? AND area = ? AND period = ?",
            [indicator, version, level, area, period],
        )
    return rows[0] if rows else None


@lru_cache(maxsize=512)
def pooled(release: Path, indicator: str, version: str, level: str) -> tuple[float, ...]:
    """Every shown value of a level over all periods, sorted: what class limits that hold in every year rest on."""
    sql = (
        "SELECT value FROM read_parquet(?) "  # noqa: S608
        f"WHERE indicator = ? AND version = ? AND level = ? AND area <> ? AND {_SHOWN} ORDER BY value"
    )
    rows = _rows(sql, [_file(release), indicator, version, level, NOT_ASSIGNABLE, sorted(SHOWN)])
    return tuple(row[0] for row in rows)


def sheet(release: Path, version: str, level: str, wanted: Collection[tuple[str, str]]) -> list[Value]:
    """All areas of a level for some indicators, each in one period: pairs of indicator and period."""
    pairs = list(dict.fromkeys(wanted))
    if not pairs:
        return []
    where = "version = ? AND level = ? AND (indicator, period) IN (SELECT unnest(?), unnest(?))"
    names, times = [name for name, _ in pairs], [period for _, period in pairs]
    return _values(release, where, [version, level, names, times])


def every(release: Path, indicator: str, version: str, level: str) -> list[Value]:
    """All areas of a level in all periods, oldest first."""
    found = _values(
        release, "indicator = ? AND version = ? AND level = ? AND area <> ?",
        [indicator, version, level, NOT_ASSIGNABLE],
    )  # fmt: skip
    return sorted(found, key=lambda row: periods.parse(row.period))


@lru_cache(maxsize=4096)
def available_periods(release: Path, indicator: str, version: str, level: str) -> tuple[str, ...]:
    """Periods with rows on a level, oldest first."""
    sql = (
        "SELECT DISTINCT period FROM read_parquet(?) "
        "WHERE indicator = ? AND version = ? AND level = ? AND area <> ?"
    )
    rows = _rows(sql, [_file(release), indicator, version, level, NOT_ASSIGNABLE])
    return tuple(sorted((row[0] for row in rows), key=periods.parse))


def series(release: Path, indicator: str, areas: Collection[tuple[str, str]]) -> list[Value]:
    """All periods and versions of some areas, given as (level, code), oldest first."""
    pairs = list(dict.fromkeys(areas))
    found = []
    for file in (VALUES, COMPARISON):
        own = [pair for pair in pairs if _file_of(pair[0]) == file]
        where = " OR ".join(["(level = ? AND area = ?)"] * len(own))
        parameters = [indicator, *(part for pair in own for part in pair)]
        found += _values(release, f"indicator = ? AND ({where})", parameters, file) if own else []
    return sorted(found, key=lambda row: (periods.parse(row.period), row.version))


def area_values(release: Path, version: str, level: str, area: str) -> list[Value]:
    """Everything about one area: all indicators and periods."""
    if level == COMPARISON_LEVEL:
        return _values(release, "area = ?", [area], COMPARISON)
    return _values(release, "version = ? AND level = ? AND area = ?", [version, level, area])


@lru_cache(maxsize=64)
def spreads(release: Path, version: str, level: str) -> dict[tuple[str, str], Spread]:
    """Smallest, quartiles, largest per indicator and period over the areas of a level that show a value."""
    sql = (
        "SELECT indicator, period, count(*), min(value), quantile_cont(value, 0.25), "  # noqa: S608
        "quantile_cont(value, 0.75), max(value), CASE WHEN count(*) < ? THEN list(value) ELSE [] END "
        "FROM read_parquet(?) "
        f"WHERE version = ? AND level = ? AND area <> ? AND {_SHOWN} GROUP BY indicator, period"
    )
    rows = _rows(sql, [SINGLE_DOTS_BELOW, _file(release), version, level, NOT_ASSIGNABLE, sorted(SHOWN)])
    return {(row[0], row[1]): Spread(*(*row[:7], tuple(row[7]))) for row in rows}


@lru_cache(maxsize=64)
def shortfalls(release: Path) -> dict[str, tuple[int, int]]:
    """Per indicator: hidden rows and all rows of areas below the municipality."""
    sql = (
        "SELECT indicator, count(*) FILTER (status = 'suppressed'), count(*) FROM read_parquet(?) "
        "WHERE level <> ? GROUP BY indicator"
    )
    return {row[0]: (row[1], row[2]) for row in _rows(sql, [_file(release), MUNICIPALITY_LEVEL])}


def age_table(release: Path, variable: str, version: str, level: str, area: str) -> AgeTable:
    """Counts of a variable by age and sex for one area; without cells where none are released."""
    if not (release / "grundzahlen.parquet").exists():
        return AgeTable("", None, ())
    sql = (
        "SELECT period, age, sex, count, status FROM read_parquet(?) WHERE variable = ? AND version = ? "
        "AND level = ? AND area = ? AND nationality = ? AND (age = ?) = (sex = ?)"
    )
    rows = _rows(
        sql, [_file(release, "grundzahlen.parquet"), variable, version, level, area, TOTAL, TOTAL, TOTAL]
    )
    crossed = [row for row in rows if row[1] != TOTAL]
    newest = max((row[0] for row in crossed), key=periods.parse, default="")
    total = next((row[3] for row in rows if row[0] == newest and row[1] == TOTAL), None)
    cells = tuple(
        AgeCount(age, sex, None if count is None else int(count), status)
        for period, age, sex, count, status in crossed
        if period == newest
    )
    return AgeTable(newest, None if total is None else int(total), cells)


@lru_cache(maxsize=32)
def atlas_geometry(maps: Path, version: str) -> Atlas | None:
    """The drawn geometry of a Gebietsstand, or None where it has no geometry."""
    file = maps / f"{version}.json"
    return Atlas.from_json(file.read_text(encoding="utf-8")) if file.exists() else None
