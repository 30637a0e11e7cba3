"""Wahlen eines Index: Normierung, Ausreißer, Gewichte, Zusammenfassung, Klassen, Stabilität; und was ein Rezept nicht sagen darf."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.catalogue import Catalogue, loader
from sozialraum.catalogue.loader import preset_recipe, presets
from sozialraum.catalogue.recipe import Recipe, Variation
from sozialraum.errors import CatalogueError
from sozialraum.indices import aggregate, classify, explain, normalise, sensitivity, treat, weight
from sozialraum.indices.chain import Inputs, Outcome, calculate

NAMES = ["a", "b", "c"]
TABLE = pd.DataFrame(np.random.default_rng(4).gamma(3.0, 4.0, size=(24, 3)), columns=NAMES)
COMPONENTS = [{"indicator": name} for name in NAMES]


def recipe(**choices: Any) -> Recipe:
    return preset_recipe("zsumme", choices.pop("components", COMPONENTS), **choices)


def computed(table: pd.DataFrame = TABLE, errors: float = 0.0, **choices: Any) -> Outcome:
    spread = pd.DataFrame(errors, index=table.index, columns=table.columns)
    return calculate(Inputs(table, errors=spread), recipe(**choices))


THIRDS = {"by": "quantiles", "status": [{"label": "1"}, {"label": "2"}, {"label": "3"}]}


# --- published vectors ------------------------------------------------------------------------------------------------


def test_means_of_a_published_vector(references: Path) -> None:
    """Arithmetisches, geometrisches und harmonisches Mittel wie in COINr."""
    vector = pd.read_csv(references / "composite" / "aggregate_vectors_input.csv")
    expected = pd.read_csv(references / "composite" / "aggregate_vectors_expected.csv").set_index("f")[
        "value"
    ]
    x, w = vector["x"].to_numpy(float)[None], vector["w"].to_numpy(float)
    for name, function in (("amean", aggregate.arithmetic), ("gmean", aggregate.geometric), ("hmean", aggregate.harmonic)):  # fmt: skip
        assert function(x, w)[0] == pytest.approx(expected[name], abs=1e-12)


def test_every_normalisation_of_a_published_indicator(references: Path) -> None:
    """Jede Normierung des Logistikindikators der ASEM-Staaten wie in COINr."""
    table = pd.read_csv(references / "composite" / "asem_normalisation_LPI_expected.csv", index_col="uCode")
    x = table[["LPI"]].to_numpy(float)
    ours = {
        "minmax": normalise.min_max(x), "zscore": normalise.z_score(x, ddof=1), "rank": normalise.rank(x), "borda": normalise.borda(x),
        "dist2max": normalise.distance_to_maximum(x), "fracmax": normalise.fraction_of_maximum(x),
        "dist2ref": normalise.distance_to_reference(x, x[list(table.index).index("AUT")]),
    }  # fmt: skip
    for name, found in ours.items():
        assert found[:, 0] == pytest.approx(table[name].to_numpy(float), abs=1e-10), name


# --- methods ----------------------------------------------------------------------------------------------------------


def test_natural_breaks_are_the_best_of_all_cuts() -> None:
    """Natürliche Klassen: keine andere Aufteilung streut innerhalb der Klassen weniger."""
    x = np.sort(np.random.default_rng(8).normal(size=11))

    def squares(cuts: tuple[int, ...]) -> float:
        return sum(((part - part.mean()) ** 2).sum() for part in np.split(x, cuts))

    best = min(squares(cuts) for cuts in combinations(range(1, 11), 3))
    limits = classify.natural_breaks(x, 4)
    ours = squares(tuple(np.searchsorted(x, limits, side="right")))
    assert ours == pytest.approx(best)


def test_benefit_of_the_doubt_beats_every_grid_of_weights() -> None:
    """Im Zweifel für das Gebiet: Kein Gewicht auf einem feinen Raster gibt einem Gebiet mehr."""
    x = np.array([[10.0, 90.0], [50.0, 55.0], [95.0, 20.0], [30.0, 30.0]])
    ours = (weight.benefit_of_the_doubt(x) * x).sum(axis=1)
    angles = np.linspace(0, np.pi / 2, 2001)
    rays = np.column_stack([np.cos(angles), np.sin(angles)])
    scores = rays @ x.T
    best = (scores / scores.max(axis=1, keepdims=True)).max(axis=0)

    assert ours == pytest.approx(best, abs=1e-4)
    assert ours.max() <= 1 + 1e-9


def test_bounds_keep_every_part_of_the_doubt() -> None:
    """Mit Grenzen trägt jeder Baustein mindestens ein Fünftel des Werts."""
    x = np.array([[10.0, 90.0], [50.0, 55.0], [95.0, 20.0]])
    parts = weight.benefit_of_the_doubt(x, (0.2, 0.8)) * x

    assert ((parts / parts.sum(axis=1, keepdims=True)) >= 0.2 - 1e-9).all()


def test_optimised_weights_give_equal_influence() -> None:
    """Optimierte Gewichte: Jeder Baustein hängt gleich stark mit dem Ergebnis zusammen."""
    rng = np.random.default_rng(5)
    common = rng.normal(size=200)
    z = normalise.z_score(np.column_stack([common + rng.normal(size=200) * s for s in (0.6, 0.8, 1.6)]))
    score = z @ weight.optimised(z)
    influence = [np.corrcoef(z[:, j], score)[0, 1] for j in range(3)]

    assert max(influence) - min(influence) < 1e-6


def test_copeland_ignores_how_far_ahead() -> None:
    """Ohne Ausgleich zählt, wer in mehr Gewicht vorn liegt, nicht, wie weit."""
    near = np.array([[1.0, 2.0, 2.0], [9.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    far = near.copy()
    far[1, 0] = 900.0

    assert (
        list(aggregate.copeland(near, np.ones(3))) == list(aggregate.copeland(far, np.ones(3))) == [2, 0, -2]
    )


def test_outliers_are_pulled_in_or_logged() -> None:
    """Ein Ausreißer wird herangezogen; reicht das nicht, wird logarithmiert."""
    one = np.array([*range(1, 20), 400.0])
    many = np.array([*range(1, 40), 900.0, 4000.0, 20000.0, 90000.0])

    assert treat.treat(one).points == 1
    assert treat.treat(one).values.max() == 19
    assert treat.treat(many, points=1).applied == "log"
    assert np.all(np.diff(treat.treat(many, points=1).values) > 0)


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=5, max_size=40, unique=True), st.floats(0.1, 100), st.floats(-1e3, 1e3))  # fmt: skip
def test_units_do_not_matter(values: list[float], factor: float, shift: float) -> None:
    """Andere Einheit, gleicher Rang: Eine lineare Umrechnung verschiebt keine Ränge."""
    x = np.array(values)[:, None]
    y = x * factor + shift
    if len(np.unique(y)) == len(y) and np.ptp(x) > 1e-6 * max(1.0, np.abs(x).max()):
        assert list(normalise.rank(x)[:, 0]) == list(normalise.rank(y)[:, 0])
        assert normalise.min_max(y) == pytest.approx(normalise.min_max(x), abs=1e-3)


@pytest.mark.parametrize("choices", [
    {}, {"normalise": "min_max", "scale": "z_score"}, {"weights": "equal"}, {"normalise": "min_max", "range": (1.0, 100.0), "aggregate": "geometric", "scale": "none", "classes": THIRDS},
    {"aggregate": "median", "classes": THIRDS}, {"components": [{"indicator": n, "dimension": d} for n, d in zip(NAMES, "xxy", strict=True)], "dimensions": [{"id": "x"}, {"id": "y"}], "aggregate": "arithmetic", "scale": "z_score"},
])  # fmt: skip
def test_contributions_add_up(choices: dict[str, Any]) -> None:
    """Die Beiträge eines Gebiets ergeben zusammen seinen Abstand; von Gebiet zu Gebiet unterscheiden sie sich wie die Werte."""
    outcome = computed(**choices)
    total = explain.contributions(outcome).sum(axis=1)
    difference = outcome.score - total

    assert np.ptp(difference.to_numpy()) < 1e-8


def test_shapley_of_a_sum_is_its_contribution() -> None:
    """Bei einer Summe ist der Shapley-Wert das Gewicht mal Abstand."""
    outcome = computed()

    assert np.abs(explain.shapley(outcome) - explain._linear(outcome)).to_numpy().max() < 1e-9


def test_dimensions_weigh_before_components() -> None:
    """Zwei Dimensionen zu gleichen Teilen: Der einzelne Baustein wiegt so viel wie die beiden anderen zusammen."""
    outcome = computed(
        components=[{"indicator": "a", "dimension": "x"}, {"indicator": "b", "dimension": "x"}, {"indicator": "c", "dimension": "y"}],
        dimensions=[{"id": "x"}, {"id": "y"}], aggregate="arithmetic", scale="none", classes=THIRDS, normalise="min_max",
    )  # fmt: skip

    assert explain.effects(outcome) == pytest.approx([0.25, 0.25, 0.5])


def test_a_frozen_frame_lets_scores_rise() -> None:
    """Mit eingefrorenem Bezugsrahmen steigt der Wert, wenn es allen schlechter geht; ohne bleibt er gleich."""
    before = computed()
    worse = TABLE + 5.0
    frozen = calculate(Inputs(worse), recipe(), frozen=before.fitted)

    assert (frozen.score > before.score).all()
    assert computed(worse).score.to_numpy() == pytest.approx(before.score.to_numpy())


# --- stability --------------------------------------------------------------------------------------------------------


def test_a_fast_variant_is_the_whole_computation() -> None:
    """Ein geändertes Gewicht ergibt genau den Index, den das geänderte Rezept ergibt."""
    answer = sensitivity.reweighted(computed(), {"b": 3.0})
    whole = computed(components=[{"indicator": "a"}, {"indicator": "b", "weight": 3.0}, {"indicator": "c"}])

    assert answer.score.to_numpy() == pytest.approx(whole.score.to_numpy())
    assert answer.classes == whole.classes


def test_single_changes_count_areas() -> None:
    """„Neun Gebiete wechseln, wenn der Baustein doppelt zählt“ ist die Zahl der Gebiete mit anderer Klasse."""
    outcome = computed()
    double = computed(components=[{"indicator": "a", "weight": 2.0}, {"indicator": "b"}, {"indicator": "c"}])
    without = calculate(Inputs(TABLE[["b", "c"]]), recipe(components=COMPONENTS[1:]))
    found = sensitivity.single_changes(outcome).loc["a"]

    assert found["double"] == sum(x != y for x, y in zip(outcome.classes, double.classes, strict=True))
    assert found["without"] == sum(x != y for x, y in zip(outcome.classes, without.classes, strict=True))


def test_nothing_varied_is_nothing_unstable() -> None:
    """Wird nichts durchgespielt, behält jedes Gebiet Klasse und Rang."""
    none = Variation(weights=0.0, errors=False)
    found = sensitivity.stability(computed(), none)

    assert (found.share == 1).all()
    assert (found.lower == found.upper).all()


def test_every_source_of_doubt_can_move_a_class() -> None:
    """Gewichte, Messfehler, Normierung, Zusammenfassung und Weglassen: Jedes für sich bewegt etwas."""
    outcome = computed(errors=2.0)
    for one in (
        {"weights": 0.9}, {"errors": True}, {"normalise": ("rank",)}, {"aggregate": ("geometric",)}, {"leave_one_out": True},
    ):  # fmt: skip
        found = sensitivity.stability(
            outcome, Variation(**{"weights": 0.0, "errors": False, "variants": 200, **one})
        )  # type: ignore[arg-type]
        assert (found.share < 1).any(), one


def test_sobol_finds_the_only_choice() -> None:
    """Wird nur eine Wahl durchgespielt, erklärt sie alles."""
    found = sensitivity.sobol(computed(), Variation(weights=0.0, errors=False, leave_one_out=True))

    assert list(found.index) == ["left_out"]
    assert found.loc["left_out"].to_numpy() == pytest.approx([1.0, 1.0], abs=0.12)


# --- what a recipe must not say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("choices", "told"), [
    ({"normalise": "zscore"}, "„normalise“ muss eines hiervon sein"),
    ({"components": [*COMPONENTS, {"indicator": "a", "direction": -1}]}, "in beiden Richtungen"),
    ({"components": [*COMPONENTS, {"indicator": "a"}]}, "steht zweimal da"),
    ({"components": [{"indicator": "a", "weight": 0.5}, {"indicator": "b", "weight": 0.4}], "weights_total": 1.0}, "ergeben 0,9 statt 1"),
    ({"components": [{"indicator": "a", "weight": 0.0}]}, "ergeben zusammen 0"),
    ({"components": [{"indicator": "a", "dimension": "x"}]}, "Dimension „x“ ist nicht beschrieben"),
    ({"dimensions": [{"id": "x"}]}, "Dimension „x“ hat keinen Baustein"),
    ({"aggregate": "geometric"}, "braucht Werte über null"),
    ({"normalise": "min_max"}, "Wählen Sie scale"),
    ({"normalise": "distance_to_target", "scale": "none"}, "braucht für distance_to_target einen „target“"),
    ({"range": (100.0, 0.0)}, "von klein nach groß"),
    ({"classes": {"status": [{"label": "x", "upper": 1.0}, {"label": "y", "upper": 0.0}]}}, "Grenzen müssen steigen"),
    ({"classes": {"by": "quantiles", "status": [{"label": "x", "upper": 1.0}, {"label": "y"}]}}, "„upper“ passt dazu nicht"),
])  # fmt: skip
def test_a_wrong_recipe_is_refused_in_german(choices: dict[str, Any], told: str, tmp_path: Path) -> None:
    """Jeder Fehler eines Rezepts steht mit Datei und Satz da."""
    content = {k: v for k, v in presets()["zsumme"].items() if k in Recipe.model_fields} | {"label": "x", "components": COMPONENTS} | choices  # fmt: skip
    from sozialraum.index_workbench import _toml

    path = tmp_path / "falsch.toml"
    path.write_text("[falsch]\n" + "\n".join(f"{k} = {_toml(v)}" for k, v in content.items()), "utf-8")
    with pytest.raises(CatalogueError, match=told) as caught:
        loader.read_recipes(path)
    assert all(f.file == "falsch.toml" for f in caught.value.findings)


@pytest.mark.parametrize(("table", "choices", "told"), [
    (TABLE.assign(b=np.nan), {}, "„b“ liegt in keinem Gebiet ein Wert vor"),
    (TABLE.assign(b=0.1 + 0.2), {}, "„b“ ist in allen Gebieten gleich"),
    (TABLE.head(7), {}, "Nur 7 Gebiete haben alle Bausteine; ein Index braucht mindestens 8"),
    (TABLE.assign(b=-TABLE["a"]), {"weights": "pca", "aggregate": "arithmetic"}, "widersprüchliche Richtungen"),
    (TABLE.assign(b=0.0).assign(b=range(24)), {"components": [{"indicator": "a"}, {"indicator": "b", "transform": "log"}, {"indicator": "c"}]}, "transform = „log“ ist damit nicht möglich"),
    (TABLE.assign(b=-TABLE["a"])[["a", "b"]], {"components": COMPONENTS[:2]}, "in allen Gebieten gleich"),
])  # fmt: skip
def test_figures_that_carry_no_index_are_refused(
    table: pd.DataFrame, choices: dict[str, Any], told: str
) -> None:
    """Was sich nicht rechnen lässt, wird mit Grund und Abhilfe gesagt."""
    with pytest.raises(CatalogueError, match=told) as caught:
        computed(table, **choices)
    assert all(f.remedy for f in caught.value.findings)


def test_directions_must_agree_with_the_catalogue() -> None:
    """Eine günstige und eine belastende Kennzahl in derselben Richtung: Das Rezept widerspricht sich."""
    shipped = loader.shipped()
    better = next(i.id for i in shipped.indicators.values() if i.polarity == "higher_better")
    index = shipped.indices["mss_2021"]
    turned = index.model_copy(update={"components": (*index.components, index.components[0].model_copy(update={"indicator": better}))})  # fmt: skip
    told = [
        f.message for f in loader.check(Catalogue(**{**shipped.__dict__, "indices": {"mss_2021": turned}}))
    ]

    assert any("Die Richtungen widersprechen sich" in message and better in message for message in told)


def test_an_unknown_preset_is_told_with_the_known_ones(tmp_path: Path) -> None:
    """Eine Vorlage, die es nicht gibt, wird mit denen genannt, die es gibt."""
    path = tmp_path / "x.toml"
    path.write_text('[x]\nlabel = "x"\npreset = "bremen"\ncomponents = [{ indicator = "a" }]\n', "utf-8")

    with pytest.raises(CatalogueError, match=r"Die Vorlage „bremen“ gibt es nicht\. .*berlin"):
        loader.read_recipes(path)


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_a_recipe(name: str) -> None:
    """Jede Vorlage ergibt mit Bausteinen ein gültiges Rezept."""
    own = () if "components" in presets()[name] else COMPONENTS

    assert preset_recipe(name, own).classes.status


def test_hamburg_and_muenster_by_the_written_formula() -> None:
    """Hamburg: Summe der z-Werte durch ihre Streuung. Münster: Mittel der Abweichungen vom Wert der Stadt."""
    z = (TABLE - TABLE.mean()) / TABLE.std(ddof=0)
    total = z.sum(axis=1)
    hamburg = calculate(Inputs(TABLE), preset_recipe("hamburg", COMPONENTS))
    city = np.array([10.0, 11.0, 12.0])
    muenster = calculate(Inputs(TABLE, centre=city), preset_recipe("muenster", COMPONENTS))

    assert hamburg.score.to_numpy() == pytest.approx((total / total.std(ddof=0)).to_numpy())
    assert muenster.score.to_numpy() == pytest.approx(((TABLE - city) / TABLE.std(ddof=0)).mean(axis=1).to_numpy())  # fmt: skip
