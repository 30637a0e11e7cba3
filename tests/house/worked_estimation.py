"""Worked examples of the pages on estimation: computed again from the figures that the pages print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sozialraum.estimation.fay_herriot import fit
from sozialraum.estimation.microdata import modified_oecd
from sozialraum.estimation.poverty import MEASURES, estimate
from sozialraum.estimation.precision import classify, coefficient_of_variation
from sozialraum.estimation.smoothing import global_bayes, pool_years


def _docs() -> Any:
    import test_docs  # the readers of pages; loaded by then

    return test_docs


def _scale(block: Any) -> None:
    docs = _docs()
    docs.column_is(
        block, "Gewicht", modified_oecd(docs.column(block, "ab 14"), docs.column(block, "unter 14"))
    )


def _poverty(block: Any) -> None:
    docs = _docs()
    people = docs.the("tafel: einkommen")
    found = estimate(docs.column(people, "Einkommen"), docs.column(people, "Gewicht"))
    assert [row["Maß"].strip("`") for row in block.rows] == list(MEASURES)
    docs.column_is(block, "Wert", found.value[0])
    docs.column_is(block, "Standardfehler", found.standard_error[0])


def _fay_herriot(block: Any) -> None:
    docs = _docs()
    variance = np.square(docs.column(block, "Standardfehler"))
    found = fit(docs.column(block, "Befragung %"), variance, docs.column(block, "SGB-II-Quote"))
    docs.column_is(block, "Schätzwert", found.estimate)
    docs.column_is(block, "Fehler", found.standard_error)
    docs.column_is(block, "Gewicht der Befragung", found.shrinkage)
    assert [row["Klasse"] for row in block.rows] == found.precision().tolist()


def _smoothing(block: Any) -> None:
    docs = _docs()
    found = global_bayes(docs.column(block, "Fälle"), docs.column(block, "Personen"))
    docs.column_is(block, "roh je 1.000", found.raw * 1000)
    docs.column_is(block, "eigenes Gewicht", found.weight)
    docs.column_is(block, "geglättet je 1.000", found.value * 1000)
    sentence = docs.the("satz: glättung").text.removeprefix("> ")
    assert sentence == found.sentence(1000, "je 1.000")


def _years(block: Any) -> None:
    docs = _docs()
    names = ("2022", "2023", "2024")
    for at, row in enumerate(block.rows):
        counts = [[docs.column(block, name)[at]] for name in names]
        bases = [[docs.column(block, "Nenner je Jahr")[at]]] * 3
        found = pool_years(counts, bases, kind=row["Art"], names=names)
        for name, part in (
            ("Wert %", found.value),
            ("untere Grenze", found.lower),
            ("obere Grenze", found.upper),
        ):
            assert docs.same(row[name], 100 * float(part[0])), (row, name, part)


def _precision(block: Any) -> None:
    docs = _docs()
    value, error = docs.column(block, "Wert"), docs.column(block, "Standardfehler")
    ratio = coefficient_of_variation(value, error)
    docs.column_is(block, "relativ", np.where(np.isinf(ratio), np.nan, ratio))
    assert [row["Klasse"] for row in block.rows] == classify(value, error).tolist()


METHODS: dict[str, Callable[[Any], None]] = {
    "bedarfsgewicht": _scale, "armut": _poverty, "fay-herriot": _fay_herriot, "glättung": _smoothing, "jahre": _years,
    "genauigkeit": _precision,
}  # fmt: skip
