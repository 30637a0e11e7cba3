"""Worked examples of the pages on spatial statistics: computed again from the figures that the pages print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sozialraum.spatial import local, segregation
from sozialraum.spatial.autocorrelation import geary, getis_ord, moran
from sozialraum.spatial.neighbours import Neighbours, from_codes
from sozialraum.spatial.similar import by_distance
from sozialraum.spatial.typology import typology


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


def _quarters() -> tuple[list[float], Neighbours]:
    docs = _docs()
    block = docs.the("tafel: quartiere")
    codes = [row["Gebiet"] for row in block.rows]
    beside = [row["Nachbargebiete"].split() for row in block.rows]
    return docs.column(block, "Wert"), from_codes(codes, beside)


def _moran(block: Any) -> None:
    docs = _docs()
    values, beside = _quarters()
    for row, method in zip(block.rows, (moran, geary, getis_ord), strict=True):
        assert row["Maß"].strip("`") == method.__name__
        found = method(values, beside, permutations=0)
        shown = ("Wert", "erwartet", "Varianz", "z", "p")
        computed = (found.statistic, found.expected, found.variance, found.z, found.p)
        for name, value in zip(shown, computed, strict=True):
            assert docs.same(row[name].replace("−", "-"), value), (row, name, value)
    assert docs.the("satz: moran").text.removeprefix("> ") == moran(values, beside, permutations=0).sentence()


def _lisa(block: Any) -> None:
    docs = _docs()
    values, beside = _quarters()
    found, star = (method(values, beside, permutations=0) for method in (local.lisa, local.getis_ord))
    parts = {
        "Wert": values, "Mittel der Nachbarn": found.lag, "I": found.value, "erwartet": found.expected,
        "Varianz": found.variance, "p": found.p, "Gi*": star.value,
    }  # fmt: skip
    for name, computed in parts.items():
        for row, value in zip(block.rows, computed, strict=True):
            assert docs.same(row[name].replace("−", "-"), float(value)), (row, name, value)


def _segregation(block: Any) -> None:
    docs = _docs()
    people = docs.the("tafel: gruppen")
    counts = np.column_stack([docs.column(people, name) for name in ("Gruppe", "übrige")])
    levels = {name: [row[name] for row in people.rows] for name in ("Stadtteil", "Bezirk")}
    contact, parts = segregation.exposure(counts), segregation.nested(counts, levels)
    computed = [
        segregation.dissimilarity(*counts.T).value,
        contact[0, 0],
        contact[0, 1],
        segregation.mutual_information(counts).value,
        segregation.theil(counts).value,
        *(part.value for part in parts),
    ]
    docs.column_is(block, "Wert", computed)


def _types(block: Any) -> None:
    docs = _docs()
    names = ("unter 18 %", "ab 65 %", "SGB II %")
    found = typology(np.column_stack([docs.column(block, name) for name in names]), 3)
    docs.column_is(block, "Typ", found.type)
    docs.column_is(block, "Silhouette", found.silhouette)
    assert (found.stability > 0.75).all()


METHODS: dict[str, Callable[[Any], None]] = {
    "ähnliche-gebiete": _similar, "moran": _moran, "lisa": _lisa, "segregation": _segregation, "gebietstypen": _types,
}  # fmt: skip
