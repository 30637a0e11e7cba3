"""Worked examples of the pages on spatial statistics: computed again from the figures that the pages print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sozialraum.spatial.similar import by_distance


def _docs() -> Any:
    import test_docs  # the readers of pages; loaded by then

    return test_docs


def _similar(block: Any) -> None:
    docs = _docs()
    names = ("SGB-II-Quote", "Jugendquotient", "Wohndauer")
    found = by_distance(np.column_stack([docs.column(block, name) for name in names]), 0)
    assert len(found.matches) == len(block.rows) - 1
    for match in found.matches:
        row = block.rows[match.area]
        assert docs.same(row["Abstand"], match.distance)
        assert row["am nächsten bei"] == names[match.closest[0].indicator]


METHODS: dict[str, Callable[[Any], None]] = {"ähnliche-gebiete": _similar}
