"""Person records to counts (Auszählung) through Narwhals on DuckDB or Spark: the only place that knows an engine.

Records stay in the engine: what comes back are counts, the number of faulty records and the row of the first of them.
No text of a record stands in an error, and nothing is written to disk.
"""

from sozialraum.counting.plan import (
    Addressed,
    Counted,
    EngineName,
    Keys,
    MissingColumnsError,
    Plan,
    Problem,
    UnreadableError,
)
from sozialraum.counting.sums import count, reference_dates

__all__ = [
    "Addressed",
    "Counted",
    "EngineName",
    "Keys",
    "MissingColumnsError",
    "Plan",
    "Problem",
    "UnreadableError",
    "count",
    "reference_dates",
]
