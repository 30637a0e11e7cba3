"""Two recipes beside each other, and two editions of the same method (Vergleich)."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from scipy.stats import kendalltau, spearmanr

from sozialraum.catalogue.recipe import Index
from sozialraum.errors import CatalogueError, Finding
from sozialraum.indices.chain import Outcome


class Comparison(NamedTuple):
    """Agreement of two indices over the areas that both rate.

    `spearman` and `kendall` are rank correlations, `classes` counts areas by class in the first (rows) and the second
    (columns), `movers` lists areas whose class differs: class and rank in both, largest shift of rank first.
    """

    areas: int
    spearman: float
    kendall: float
    classes: pd.DataFrame
    movers: pd.DataFrame


def recipes(first: Outcome, second: Outcome) -> Comparison:
    """Compare two recipes over the same areas."""
    common = first.areas.intersection(second.areas)
    table = pd.DataFrame(
        {
            "class": pd.Series(first.classes, index=first.areas).loc[common],
            "other": pd.Series(second.classes, index=second.areas).loc[common],
            "rank": first.rank.loc[common].rank(method="min"),
            "other_rank": second.rank.loc[common].rank(method="min"),
        }
    )
    labels = [c.label for c in first.recipe.classes.status], [c.label for c in second.recipe.classes.status]
    crossed = pd.crosstab(table["class"], table["other"]).reindex(index=labels[0], columns=labels[1], fill_value=0)  # fmt: skip
    shift = (table["rank"] - table["other_rank"]).abs()
    differs = labels[0] == labels[1]
    moved = table[table["class"] != table["other"]] if differs else table
    return Comparison(
        len(common),
        float(spearmanr(table["rank"], table["other_rank"]).statistic),
        float(kendalltau(table["rank"], table["other_rank"]).statistic),
        crossed,
        moved.loc[shift[moved.index].sort_values(ascending=False, kind="stable").index],
    )


def refuse_other_method(first: Index, second: Index) -> None:
    """Editions are comparable over time only when their method and their areas are the same; raises CatalogueError otherwise."""
    if first.version != second.version or first.level != second.level:
        raise _refusal(first, second, "sie beziehen sich auf verschiedene Gebiete oder Gebietsstände")
    if first.method_id() != second.method_id():
        raise _refusal(first, second, f"sie sind verschieden gerechnet ({_difference(first, second)})")


def _refusal(first: Index, second: Index, why: str) -> CatalogueError:
    return CatalogueError(
        Finding(
            f"„{first.label}“ ({first.edition}) und „{second.label}“ ({second.edition}) werden nicht verglichen: {why}.",
            "Vergleichen Sie nur Ausgaben derselben Methode, oder stellen Sie die einzelnen Kennzahlen gegenüber.",
        )
    )


def _difference(first: Index, second: Index) -> str:
    one, other = first.choices_only(), second.choices_only()
    names = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    return ", ".join(names)


def editions(first: Index, second: Index, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Areas whose status class differs between two editions of the same method: class and value in both.

    `before` and `after` are VALUES of the two editions. Raises CatalogueError when the methods differ.
    """
    refuse_other_method(first, second)
    columns = {}
    for name, index, values in (("before", first, before), ("after", second, after)):
        rows = values[(values["indicator"] == f"{index.id}_status") & (values["level"] == index.level)].set_index("area")  # fmt: skip
        columns[f"class_{name}"] = rows["class"]
        columns[f"value_{name}"] = rows["value"]
    table = pd.DataFrame(columns)
    rated = table[(table["class_before"].fillna("") != "") & (table["class_after"].fillna("") != "")]
    moved = rated[rated["class_before"] != rated["class_after"]]
    shift = (moved["value_after"] - moved["value_before"]).abs()
    return pd.DataFrame(moved.loc[shift.sort_values(ascending=False, kind="stable").index])
