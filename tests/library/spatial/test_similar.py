"""Similar areas: against a plain loop, and what happens to gaps, constants and single areas."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sozialraum.spatial.similar import by_distance, by_tolerances, why

NAMES = ("SGB-II-Quote", "Jugendquotient", "Wohndauer", "Einpersonenhaushalte")
TABLE = np.array(
    [
        [10.0, 30.0, 8.0, 40.0],
        [10.5, 31.0, 8.1, 60.0],
        [20.0, 30.0, 2.0, 40.0],
        [11.0, np.nan, 8.0, 41.0],
        [np.nan, np.nan, np.nan, 40.0],
    ]
)


def plainly(table: np.ndarray, area: int) -> list[tuple[int, float]]:
    """The distances written out cell by cell."""
    found = []
    columns = [table[~np.isnan(table[:, k]), k] for k in range(table.shape[1])]
    spread = [c.std() if c.size else 0.0 for c in columns]
    usable = [k for k in range(table.shape[1]) if spread[k] > 1e-12 and not np.isnan(table[area, k])]
    for other in range(len(table)):
        both = [k for k in usable if not np.isnan(table[other, k])]
        if other == area or not both or len(both) < 0.5 * len(usable):
            continue
        gaps = [((table[other, k] - table[area, k]) / spread[k]) ** 2 for k in both]
        found.append((other, float(np.sqrt(np.mean(gaps)))))
    return sorted(found, key=lambda entry: entry[1])


def test_distances_are_those_written_out() -> None:
    found = by_distance(TABLE, 0)
    assert [(m.area, pytest.approx(m.distance)) for m in found.matches] == plainly(TABLE, 0)
    assert found.left_out == (4,)
    assert found.matches[0].shared == 3


def test_the_reasons_name_the_closest_and_the_furthest() -> None:
    match = next(m for m in by_distance(TABLE, 0, named=2).matches if m.area == 1)
    assert [r.indicator for r in match.closest] == [2, 0]
    assert match.furthest[0].indicator == 3
    assert (match.furthest[0].own, match.furthest[0].other) == (40.0, 60.0)
    assert why(match, NAMES) == (
        "am ähnlichsten bei Wohndauer und SGB-II-Quote; am weitesten auseinander bei Einpersonenhaushalte"
    )


def test_weights_decide() -> None:
    only_households = by_distance(TABLE, 0, weights=[0, 0, 0, 1])
    assert [m.area for m in only_households.matches[:2]] == [2, 4]
    assert only_households.unused == (0, 1, 2)


@pytest.mark.parametrize("scale", ["sd", "mad", "range"])
def test_units_do_not_matter(scale: str) -> None:
    rng = np.random.default_rng(4)
    table = rng.normal(size=(30, 5))
    other = table * [1, 1000, 0.001, -3, 7] + 5
    one, two = (by_distance(t, 3, scale=scale) for t in (table, other))  # type: ignore[arg-type]
    assert [m.area for m in one.matches] == [m.area for m in two.matches]
    assert np.allclose([m.distance for m in one.matches], [m.distance for m in two.matches])


def test_a_constant_indicator_tells_nothing() -> None:
    table = np.column_stack([TABLE[:3, 0], np.full(3, 0.1)])
    assert by_distance(table, 0).unused == (1,)
    assert by_distance(np.full((3, 2), 0.1), 0).reason == "zu wenige gemeinsame Kennzahlen"


def test_an_area_without_any_value_has_no_match() -> None:
    table = TABLE.copy()
    table[0] = np.nan
    found = by_distance(table, 0)
    assert (found.matches, found.left_out) == ((), (1, 2, 3, 4))
    assert found.reason
    assert by_distance(TABLE[:1], 0).matches == ()


def test_tolerances_in_the_unit_of_the_indicator() -> None:
    found = by_tolerances(TABLE, 0, [1.0, 5.0, 0.5, 5.0], allowed=1)
    assert [m.area for m in found.matches] == [1]
    assert [r.indicator for r in found.matches[0].outside] == [3]
    assert "außerhalb der Toleranz: Einpersonenhaushalte" in why(found.matches[0], NAMES)
    assert found.left_out == (3, 4)
    empty = by_tolerances([[1.0], [np.nan]], 0, 1)
    assert (empty.matches, empty.left_out) == ((), (1,))
    assert (
        by_tolerances(TABLE, 0, [1.0, 5.0, 0.5, 5.0]).reason == "kein Gebiet liegt innerhalb der Toleranzen"
    )


def test_what_does_not_matter_and_percent() -> None:
    found = by_tolerances(TABLE, 0, [10, np.nan, np.nan, 2.5], unit="percent")
    assert [m.area for m in found.matches] == [3]
    assert found.unused == (1, 2)


def test_the_edge_of_a_tolerance_belongs_to_it() -> None:
    assert [m.area for m in by_tolerances([[0.1], [0.4]], 0, 0.3).matches] == [1]


@pytest.mark.parametrize(
    "call",
    [
        lambda: by_distance([1.0, 2.0], 0),
        lambda: by_distance(TABLE, 9),
        lambda: by_distance(TABLE, 0, weights=[1, 2]),
        lambda: by_distance(TABLE, 0, weights=[1, 2, -1, 1]),
        lambda: by_distance(TABLE, 0, scale="log"),  # type: ignore[arg-type]
        lambda: by_tolerances(TABLE, 0, -1),
        lambda: by_tolerances(TABLE, 0, [1, 2]),
        lambda: by_tolerances(TABLE, 0, 1, unit="log"),  # type: ignore[arg-type]
    ],
)
def test_wrong_use_is_refused(call: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        call()  # type: ignore[operator]


@given(
    arrays(
        float,
        st.tuples(st.integers(1, 12), st.integers(1, 5)),
        elements=st.one_of(st.just(float("nan")), st.integers(-20, 20).map(float)),
    ),
    st.integers(0, 11),
)
def test_no_area_is_lost(table: np.ndarray, at: int) -> None:
    """Every other area is a match or left out, distances rise, and they equal those written out."""
    area = at % len(table)
    found = by_distance(table, area, number=99)
    assert sorted([m.area for m in found.matches] + list(found.left_out)) == [
        k for k in range(len(table)) if k != area
    ]
    distances = [m.distance for m in found.matches]
    assert distances == sorted(distances)
    assert {m.area: m.distance for m in found.matches} == pytest.approx(dict(plainly(table, area)))
    if found.matches:
        mutual = by_distance(table, found.matches[0].area, number=99, shared=0.0)
        assert area in {m.area for m in mutual.matches}


def test_the_site_gets_it_without_pandas() -> None:
    code = "import sys; import sozialraum.spatial.similar; print('pandas' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
