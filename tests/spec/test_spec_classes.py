"""Klassengrenzen: feste, lesbare Grenzen für alle Jahre."""

from __future__ import annotations

import numpy as np
import pytest

from sozialraum.catalogue.recipe import IndexClass
from sozialraum.indicators.classes import limits
from sozialraum.indices.classify import by_limits


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (range(1, 101), (20, 40, 60, 80)),
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], (0.2, 0.3, 0.4, 0.5)),
        ([7, 7, 7], ()),
        ([], ()),
        ([np.nan, np.nan], ()),
        ([0] * 90 + [50] * 10, (10, 20, 30, 40)),
    ],
)
def test_limits_are_numbers_that_people_can_read(values: list[float], expected: tuple[float, ...]) -> None:
    """Grenzen liegen nahe den Fünfteln und sind runde Zahlen; sind alle Werte gleich, gibt es keine."""
    found = limits(list(values))

    assert found == pytest.approx(expected)


def test_every_class_has_a_value_on_both_sides_of_its_limits() -> None:
    """Keine Grenze liegt unter dem kleinsten oder über dem größten Wert; Lücken zählen nicht."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        values = np.round(rng.gamma(2, 10, rng.integers(2, 60)), 1)
        found = limits([*values, np.nan])
        assert len(found) <= 4
        assert all(values.min() < limit <= values.max() for limit in found)


WORDS = (
    IndexClass(label="hoch", upper=-1.0),
    IndexClass(label="mittel", upper=1.0),
    IndexClass(label="niedrig"),
)


def test_a_score_on_a_limit_belongs_to_the_lower_class() -> None:
    """Ein Wert genau auf der Grenze gehört zur unteren Klasse, eine Lücke zu keiner."""
    assert by_limits(np.array([-1.1, -1.0, -0.99, 1.0, 1.01, np.nan]), WORDS) == [
        "hoch",
        "hoch",
        "mittel",
        "mittel",
        "niedrig",
        "",
    ]


@pytest.mark.parametrize("classes", [WORDS[::-1], WORDS[:2], (WORDS[0], WORDS[0], WORDS[2])])
def test_limits_that_do_not_rise_are_refused(classes: tuple[IndexClass, ...]) -> None:
    """Grenzen müssen steigen, und nur die letzte Klasse ist offen."""
    with pytest.raises(ValueError, match="limits must rise"):
        by_limits(np.array([0.0]), classes)
