"""Worked examples of the pages on effects: computed again from the figures that the pages print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sozialraum.effects import group_time
from sozialraum.effects.observed import development
from sozialraum.effects.synthetic_control import fit
from sozialraum.indicators.trend import Point


def _docs() -> Any:
    import test_docs  # the readers of pages; loaded by then

    return test_docs


def _series(docs: Any, block: Any) -> tuple[list[str], np.ndarray]:
    periods = [name for name in block.rows[0] if name.isdigit()]
    return periods, np.column_stack([docs.column(block, name) for name in periods])


def _difference(block: Any) -> None:
    docs = _docs()
    years, figures = _series(docs, docs.the("tafel: maßnahme"))
    rows = [[Point(f"{year}-12-31", v) for year, v in zip(years, one, strict=True)] for one in figures]
    found = development(rows[0], rows[1:], "2021", unit="Prozentpunkte", polarity="higher_worse")
    assert found.result is not None
    result = found.result
    computed = (result.treated_change, result.control_change, result.effect, result.lower, result.upper)
    (row,) = block.rows
    assert all(docs.same(text, part) for text, part in zip(row.values(), computed, strict=True))
    assert docs.the("satz: differenz").text.removeprefix("> ") == found.sentence


def _group_time(block: Any) -> None:
    docs = _docs()
    table = docs.the("tafel: beginn")
    years, figures = _series(docs, table)
    found = group_time.estimate(figures, docs.column(table, "Beginn"), [float(year) for year in years])
    for name, part in (("Beginn", found.group), ("Jahr", found.time), ("Effekt", found.effect), ("untere Grenze", found.lower), ("obere Grenze", found.upper)):  # fmt: skip
        docs.column_is(block, name, part)
    assert docs.the("satz: gruppen-zeit").text.removeprefix("> ") == found.sentence("Plätze")


def _synthetic(block: Any) -> None:
    docs = _docs()
    _, figures = _series(docs, docs.the("tafel: mischung"))
    docs.column_is(block, "Gewicht", fit(figures, 0, 4).weights[1:])


METHODS: dict[str, Callable[[Any], None]] = {
    "differenz": _difference,
    "gruppen-zeit": _group_time,
    "synthetisch": _synthetic,
}
