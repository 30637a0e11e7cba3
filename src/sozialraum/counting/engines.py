"""DuckDB and Spark: how records come into an engine, and how its errors are told without quoting them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from sozialraum.counting.plan import Plan, UnreadableError

ROW = "_row"


class Engine(Protocol):
    @property
    def errors(self) -> tuple[type[Exception], ...]: ...

    def records(self, plan: Plan, *, numbered: bool) -> Any: ...

    def table(self, columns: Mapping[str, list[Any]]) -> Any: ...


class _DuckDB:
    """An in-memory database of this process: no file of its own, no extension from outside."""

    def __init__(self) -> None:
        import duckdb
        import pyarrow as pa

        settings: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # Without a folder for overflow no record is ever written to disk.
            "temp_directory": "",
        }
        self.connection = duckdb.connect(config=settings)
        self.errors: tuple[type[Exception], ...] = (duckdb.Error, pa.ArrowException, OSError, UnicodeError)

    def records(self, plan: Plan, *, numbered: bool) -> Any:
        relation = self._relation(plan)
        self.connection.execute(f"set preserve_insertion_order={str(numbered).lower()}")
        return relation.project(f"*, row_number() over () as {ROW}") if numbered else relation

    def _relation(self, plan: Plan) -> Any:
        if plan.path.suffix == ".parquet":
            return self.connection.read_parquet(str(plan.path))
        if plan.encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig"):
            options: dict[str, Any] = {"sep": plan.separator} if plan.separator else {}
            return self.connection.read_csv(str(plan.path), header=True, all_varchar=True, **options)
        return self.connection.from_arrow(_dataset(plan))

    def table(self, columns: Mapping[str, list[Any]]) -> Any:
        import pyarrow as pa

        return self.connection.from_arrow(pa.table(dict(columns)))


def _dataset(plan: Plan) -> Any:
    """A text file in another encoding as a stream of columns: DuckDB itself reads UTF-8 only."""
    import pyarrow as pa
    from pyarrow import csv, dataset

    def form(**columns: Any) -> Any:
        return dataset.CsvFileFormat(
            parse_options=csv.ParseOptions(delimiter=plan.separator or ";"),
            read_options=csv.ReadOptions(encoding=plan.encoding),
            convert_options=csv.ConvertOptions(strings_can_be_null=False, **columns),
        )

    names = dataset.dataset(plan.path, format=form()).schema.names
    return dataset.dataset(plan.path, format=form(column_types=dict.fromkeys(names, pa.string())))


class _Spark:
    """The Spark session of the office; where it runs and keeps its scratch files is the office's own setting."""

    def __init__(self) -> None:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        self.session = SparkSession.builder.appName("sozialraum").getOrCreate()
        self.errors: tuple[type[Exception], ...] = (PySparkException, Py4JError, OSError)

    def records(self, plan: Plan, *, numbered: bool) -> Any:
        frame = self._frame(plan)
        if not numbered:
            return frame
        from pyspark.sql import Window
        from pyspark.sql import functions as f

        return frame.withColumn(ROW, f.row_number().over(Window.orderBy(f.monotonically_increasing_id())))

    def _frame(self, plan: Plan) -> Any:
        if plan.path.suffix == ".parquet":
            return self.session.read.parquet(str(plan.path))
        return self.session.read.csv(
            str(plan.path), header=True, sep=plan.separator or ";", encoding=plan.encoding, mode="FAILFAST"
        )

    def table(self, columns: Mapping[str, list[Any]]) -> Any:
        return self.session.createDataFrame(list(zip(*columns.values(), strict=True)), list(columns))


ENGINES: Mapping[str, Callable[[], Engine]] = {"duckdb": _DuckDB, "spark": _Spark}

T = TypeVar("T")


def discreetly(engine: Engine, work: Callable[[], T]) -> T:
    """What `work` returns; raises UnreadableError without the engine's own error, which quotes records."""
    row: int | None = None
    try:
        return work()
    except engine.errors as error:
        told = re.search(r"(?:Line: |Row #)(\d+)", str(error))
        row = int(told[1]) if told else None
    raise UnreadableError(row)
