"""Index über die Zeit und über Ebenen: eingefrorener Bezugsrahmen, Hochrechnen auf größere Gebiete, Lücken aus der größeren Gruppe."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_spec_index import column, edition, values

import kleinstadt
from sozialraum.errors import CatalogueError
from sozialraum.indices.compute import compute
from sozialraum.tables import Status

EARLIER = "2020-12-31"
AREAS = ["a", "b", "c", "d", "e", "f"]
THEN = dict(zip(AREAS, [2.0, 4.0, 6.0, 8.0, 10.0, 12.0], strict=True))
NOW = {area: value + 5 for area, value in THEN.items()}
PARENTS = {"stadtteil": {"a": "1", "b": "1", "c": "2", "d": "2", "e": "3", "f": "3"}}


def made(index, table: pd.DataFrame, above=PARENTS) -> pd.DataFrame:
    return compute(table, index, kleinstadt.counts(), "2024", above)


def test_a_frozen_frame_shows_that_all_areas_moved() -> None:
    """Alle Gebiete legen um fünf zu: Ohne festen Rahmen bleibt jeder Wert gleich, mit ihm steigt jeder um dieselbe Strecke."""
    one = {"components": [{"indicator": "x1"}], "scale": "none"}
    table = pd.concat([values(x1=NOW), values(EARLIER, x1=THEN)])
    free = column(made(edition(**one), table), "i_status")
    frozen = column(made(edition(**one, frame=EARLIER), table), "i_status")
    then = column(made(edition(**one, period=EARLIER), table), "i_status")
    assert free == pytest.approx(then)
    spread = float(np.std(list(THEN.values())))
    for area in AREAS:
        assert abs(frozen[area] - then[area]) == pytest.approx(5 / spread, rel=0.12)
        assert frozen[area] - then[area] == pytest.approx(frozen["a"] - then["a"])


def test_a_frame_without_figures_is_named() -> None:
    with pytest.raises(CatalogueError, match=r"eingefrorenen Bezugsrahmen 31\.12\.2010"):
        made(edition(components=[{"indicator": "x1"}], frame="2010-12-31"), values(x1=NOW))


def test_larger_areas_get_the_mean_by_population() -> None:
    """Zwei Gebiete mit 100 und 300 Menschen: Der größere Teil zählt dreimal; ohne genug bewertete Menschen gibt es keinen Wert."""
    people = dict(zip(AREAS, [100.0, 300.0, 100.0, 100.0, 100.0, 900.0], strict=True))
    scored = {**THEN, "f": None}
    index = edition(
        components=[{"indicator": "x1"}], scale="none", lift={"to": ["stadtteil"], "weight": "bev"}
    )
    found = made(index, values(x1=scored, bev=people))
    small = column(found[found["level"] == "bezirk"], "i_status")
    large = found[found["level"] == "stadtteil"].set_index("area")
    assert large.loc["1", "value"] == pytest.approx((100 * small["a"] + 300 * small["b"]) / 400)
    assert large.loc["2", "value"] == pytest.approx((small["c"] + small["d"]) / 2)
    assert (large.loc["3", "status"], np.isnan(large.loc["3", "value"])) == (Status.MISSING, True)
    assert "80 %" in large.loc["3", "notes"]


@pytest.mark.parametrize(
    ("lift", "above", "said"),
    [
        ({"to": ["kreis"], "weight": "bev"}, PARENTS, "liegt nicht über"),
        ({"to": ["stadtteil"], "weight": "fehlt"}, PARENTS, "fehlt die Kennzahl"),
    ],
)
def test_lifting_to_nowhere_is_explained(lift: dict[str, object], above: dict, said: str) -> None:
    table = values(x1=THEN, bev=dict.fromkeys(AREAS, 1.0))
    with pytest.raises(CatalogueError, match=said):
        made(edition(components=[{"indicator": "x1"}], lift=lift), table, above)


def test_a_gap_is_filled_from_the_larger_area() -> None:
    """Fehlt ein Wert, tritt das Mittel der Nachbarn im selben Stadtteil an seine Stelle."""
    gap = {**THEN, "b": None}
    table = values(x1=gap, x2={**THEN, "b": THEN["a"]})
    table.loc[(table["area"] == "b") & (table["indicator"] == "x1"), "status"] = Status.MISSING
    index = edition(impute="group_mean", group_level="stadtteil", scale="none")
    found = column(made(index, table), "i_status")
    assert found["b"] == pytest.approx(found["a"])
    with pytest.raises(CatalogueError, match="liegt nicht über"):
        made(edition(impute="group_mean", group_level="kreis"), table)
