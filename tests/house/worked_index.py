"""Worked examples of the pages on indices: computed again from the figures that the pages print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.catalogue.loader import preset_recipe
from sozialraum.catalogue.recipe import IndexClass, IndexClasses
from sozialraum.indices import aggregate, classify, normalise, treat, weight
from sozialraum.indices.chain import Inputs, Outcome, calculate
from sozialraum.indices.explain import contributions

SCALES: dict[str, Callable[[Any], Any]] = {
    "z_score": normalise.z_score,
    "min_max": normalise.min_max,
    "rank": normalise.rank,
    "borda": normalise.borda,
    "percentile_rank": normalise.percentile_rank,
    "exponential": normalise.exponential,
    "distance_to_maximum": normalise.distance_to_maximum,
    "distance_to_reference": lambda x: normalise.distance_to_reference(x, np.array([20.0])),
    "distance_to_target": lambda x: normalise.distance_to_target(x, np.array([20.0])),
    "fraction_of_maximum": normalise.fraction_of_maximum,
}


def _docs() -> Any:
    import test_docs  # the readers of pages; loaded by then

    return test_docs


def _named(block: Any) -> list[str]:
    """Columns that are named after a function."""
    return [name.strip("`") for name in block.rows[0] if name.startswith("`")]


def _table(block: Any, *names: str) -> Any:
    return np.column_stack([_docs().column(block, name) for name in names])


def _scales(block: Any) -> None:
    assert set(_named(block)) <= set(SCALES)
    for name in _named(block):
        _docs().column_is(block, f"`{name}`", SCALES[name](_table(block, "x"))[:, 0])


def _chi_squared(block: Any) -> None:
    cases, people = (_table(block, name) for name in ("Fälle", "Personen"))
    _docs().column_is(block, "`signed_chi_squared`", normalise.signed_chi_squared(cases, people)[:, 0])


def _outliers(block: Any) -> None:
    x = _table(block, "x")[:, 0]
    for name in _named(block):
        found = (
            treat.treat(x, skewness=1.0, kurtosis=1.0).values
            if name == "winsorise"
            else treat.TRANSFORM[name](x)
        )
        _docs().column_is(block, f"`{name}`", found)


def _gaps(block: Any) -> None:
    groups = np.array([row["Stadtteil"] for row in block.rows])
    for name in _named(block):
        _docs().column_is(block, f"`{name}`", treat.IMPUTE[name](_table(block, "x"), groups)[:, 0])


def _weights(block: Any) -> None:
    table = _docs().the("tafel: gewichtung")
    z = normalise.z_score(_table(table, "x1", "x2", "x3"))
    for name in _named(block):
        _docs().column_is(block, f"`{name}`", weight.WEIGHT[name](z))
    score = z.sum(axis=1)
    _docs().column_is(
        block, "Korrelation mit der Summe", [np.corrcoef(z[:, j], score)[0, 1] for j in range(3)]
    )


def _doubt(block: Any) -> None:
    x = _table(block, "x1", "x2")
    found = weight.benefit_of_the_doubt(x)
    _docs().column_is(block, "Wert", (found * x).sum(axis=1))


def _sums(block: Any) -> None:
    x = _table(block, "x1", "x2", "x3")
    assert set(_named(block)) == set(aggregate.AGGREGATE)
    for name in _named(block):
        _docs().column_is(block, f"`{name}`", aggregate.AGGREGATE[name](x, np.array([2.0, 1.0, 1.0])))


def _classes(block: Any) -> None:
    scores = _table(block, "Wert")[:, 0]
    words = [IndexClass(label=str(k)) for k in (1, 2, 3, 4)]
    limits = [*(IndexClass(label=str(k), upper=k - 2.0) for k in (1, 2, 3)), IndexClass(label="4")]
    for name in _named(block):
        by, _, kind = name.partition(", Typ ")
        classes = limits if by == "limits" else words
        rule = IndexClasses(status=tuple(classes), by=by, quantile_type=int(kind or 7))
        found = classify.in_words(classify.class_places(scores, rule, classes), scores, classes)
        assert [row[f"`{name}`"] for row in block.rows] == found, name


def _five(block: Any, **choices: Any) -> Outcome:
    classes = {"by": "quantiles", "status": [{"label": "1"}, {"label": "2"}]}
    recipe = preset_recipe("zsumme", [{"indicator": "x1"}, {"indicator": "x2"}], classes=classes, minimum_areas=5, **choices)  # fmt: skip
    return calculate(Inputs(pd.DataFrame(_table(block, "x1", "x2"), columns=["x1", "x2"])), recipe)


def _contributions(block: Any) -> None:
    outcome = _five(block)
    _are(block, outcome, "Index")


def _shapley(block: Any) -> None:
    _are(
        block,
        _five(block, normalise="min_max", range=(1.0, 100.0), aggregate="geometric", scale="none"),
        "Wert",
    )


def _are(block: Any, outcome: Outcome, score: str) -> None:
    found = contributions(outcome)
    for name in ("x1", "x2"):
        _docs().column_is(block, f"Beitrag {name}", found[name])
    _docs().column_is(block, score, outcome.score)


METHODS: dict[str, Callable[[Any], None]] = {
    "normierung": _scales, "vorzeichen-chi-quadrat": _chi_squared, "ausreißer": _outliers, "lücken": _gaps, "gewichtung": _weights,
    "im zweifel": _doubt, "zusammenfassung": _sums, "klassen": _classes, "beiträge": _contributions, "shapley": _shapley,
}  # fmt: skip
