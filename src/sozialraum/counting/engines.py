"""DuckDB and Spark: how records come into an engine, and how its errors are told without quoting them."""

from __future__ import annotations

import codecs
import csv
import gzip
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sozialraum.counting.plan import UnreadableError

ROW = "_row"
_LONGEST_HEADER = 100_000


class Engine(Protocol):
    @property
    def errors(self) -> tuple[type[Exception], ...]: ...

    def records(self, path: Path, encoding: str, separator: str, *, numbered: bool) -> Any: ...

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

    def records(self, path: Path, encoding: str, separator: str, *, numbered: bool) -> Any:
        relation = self._relation(path, encoding, separator)
        self.connection.execute(f"set preserve_insertion_order={str(numbered).lower()}")
        return relation.project(f"*, row_number() over () as {ROW}") if numbered else relation

    def _relation(self, path: Path, encoding: str, separator: str) -> Any:
        if path.suffix == ".parquet":
            try:
                return self.connection.read_parquet(str(path))
            except RuntimeError:
                # Names of columns that are no text: their bytes cannot be handed to Python.
                raise UnreadableError from None
        names, separator = _header(path, encoding, separator)
        if encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
            return self.connection.from_arrow(_dataset(path, encoding, names, separator))
        # Nothing is guessed: a torn row is an error, not another dialect.
        return self.connection.read_csv(
            str(path), header=True, columns=dict.fromkeys(names, "VARCHAR"), auto_detect=False, sep=separator, quotechar='"', escapechar='"'
        )  # fmt: skip

    def table(self, columns: Mapping[str, list[Any]]) -> Any:
        import pyarrow as pa

        return self.connection.from_arrow(pa.table(dict(columns)))


def _header(path: Path, encoding: str, separator: str) -> tuple[list[str], str]:
    """The names of the columns, and what separates them; a name that comes twice gets numbers and is nobody's."""
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise UnreadableError from None
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        line = file.readline(_LONGEST_HEADER).decode("utf-8-sig" if "utf" in encoding.lower() else encoding)
    separator = separator or max(";,\t|", key=line.count)
    names = next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    double = {name for name in names if names.count(name) > 1 or not name}
    return [
        f"{name} ({number})" if name in double else name for number, name in enumerate(names, 1)
    ], separator


def _dataset(path: Path, encoding: str, names: list[str], separator: str) -> Any:
    """A text file in another encoding as a stream of columns: DuckDB itself reads UTF-8 only."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv
    from pyarrow import dataset

    form = dataset.CsvFileFormat(
        parse_options=arrow_csv.ParseOptions(delimiter=separator),
        read_options=arrow_csv.ReadOptions(encoding=encoding, column_names=names, skip_rows=1),
        convert_options=arrow_csv.ConvertOptions(
            strings_can_be_null=False, column_types=dict.fromkeys(names, pa.string())
        ),
    )
    return dataset.dataset(path, format=form)


class _Spark:
    """The Spark session of the office; where it runs and keeps its scratch files is the office's own setting."""

    def __init__(self) -> None:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        self.session = SparkSession.builder.appName("sozialraum").getOrCreate()
        self.errors: tuple[type[Exception], ...] = (PySparkException, Py4JError, OSError)

    def records(self, path: Path, encoding: str, separator: str, *, numbered: bool) -> Any:
        frame = self._frame(path, encoding, separator)
        if not numbered:
            return frame
        from pyspark.sql import Window
        from pyspark.sql import functions as f

        return frame.withColumn(ROW, f.row_number().over(Window.orderBy(f.monotonically_increasing_id())))

    def _frame(self, path: Path, encoding: str, separator: str) -> Any:
        if path.suffix == ".parquet":
            return self.session.read.parquet(str(path))
        return self.session.read.csv(
            str(path),
            header=True,
            sep=_header(path, encoding, separator)[1],
            encoding=encoding,
            mode="FAILFAST",
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
