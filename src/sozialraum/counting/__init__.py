"""Person records to counts (Auszählung) through Narwhals on DuckDB or Spark: the only place that knows an engine.

Records stay in the engine: what comes back are counts, the number of faulty records and the row of the first of them.
No text of a record stands in an error, and nothing is written to disk. The one exception is asked for by name: addresses that
lead to no area, each with the number of its records and nothing else of them.
"""

from sozialraum.counting.plan import (
    Addressed,
    Counted,
    EngineName,
    Keys,
    MissingColumnsError,
    Plan,
    Problem,
    Unplaced,
    UnreadableError,
)
from sozialraum.counting.sums import count, reference_dates, unplaced

__all__ = [
    "Addressed",
    "Counted",
    "EngineName",
    "Keys",
    "MissingColumnsError",
    "Plan",
    "Problem",
    "Unplaced",
    "UnreadableError",
    "count",
    "reference_dates",
    "unplaced",
]
