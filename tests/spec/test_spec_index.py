"""Index: Bausteine vergleichbar machen, zusammenzählen, einteilen; und sagen, wie sicher die Einteilung ist."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

import golden_tables
import kleinstadt
from sozialraum.catalogue.recipe import Index
from sozialraum.errors import CatalogueError
from sozialraum.indices.chain import Inputs, Outcome, calculate, competition_rank
from sozialraum.indices.compute import compute
from sozialraum.indices.sensitivity import stability
from sozialraum.tables import VALUES_COLUMNS, Status

PERIOD = "2024-12-31"
GOLDEN = golden_tables.read("index_five_areas")
X1 = {row["area"]: float(row["x1"]) for row in GOLDEN}
X2 = {row["area"]: float(row["x2"]) for row in GOLDEN}
BANDS = [
    {"label": "hoch", "upper": -1.0},
    {"label": "mittel", "upper": 1.0},
    {"label": "niedrig", "upper": 1.5},
    {"label": "sehr niedrig"},
]


def edition(**more: object) -> Index:
    base = {
        "id": "i", "label": "i", "edition": "1", "level": "bezirk", "period": PERIOD,
        "components": [{"indicator": "x1"}, {"indicator": "x2"}], "classes": {"status": BANDS}, "minimum_areas": 5,
    }  # fmt: skip
    return Index.model_validate(base | more)


def values(
    period: str = PERIOD, level: str = "bezirk", **columns: Mapping[str, float | None]
) -> pd.DataFrame:
    """VALUES of several indicators; None is a suppressed value."""
    rows = [
        {
            "area": area, "level": level, "version": "2024", "period": period, "indicator": name, "numerator": np.nan, "denominator": np.nan,
            "value": np.nan if value is None else value, "lower": np.nan, "upper": np.nan,
            "status": Status.SUPPRESSED if value is None else Status.OK, "class": "", "notes": "",
        }
        for name, column in columns.items() for area, value in column.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(VALUES_COLUMNS))


def computed(index: Index, table: pd.DataFrame, people: pd.DataFrame | None = None) -> pd.DataFrame:
    return compute(table, index, kleinstadt.counts() if people is None else people, "2024")


def column(found: pd.DataFrame, indicator: str, what: str = "value") -> dict[str, object]:
    rows = found[found["indicator"] == indicator]
    return dict(zip(rows["area"], rows[what], strict=True))


@pytest.mark.parametrize(("spread", "ddof"), [("population_sd", 0), ("sample_sd", 1)])
def test_the_spread_decides_over_a_class(spread: str, ddof: int) -> None:
    """Fünf Gebiete, zwei Bausteine: Die Wahl der Standardabweichung allein verschiebt ein Gebiet um eine Klasse."""
    found = computed(edition(spread=spread), values(x1=X1, x2=X2))

    for row in GOLDEN:
        assert column(found, "i_status")[row["area"]] == pytest.approx(
            float(row[f"status_ddof{ddof}"]), abs=5e-5
        )
        assert column(found, "i_status", "class")[row["area"]] == row[f"class_ddof{ddof}"]


def test_components_are_standard_scores() -> None:
    """Die Bausteine stehen als z-Werte daneben."""
    found = computed(edition(), values(x1=X1, x2=X2))

    assert column(found, "i_status_z_x1")["E"] == pytest.approx((25 - 15) / 7.0711, abs=1e-4)
    assert column(found, "i_status_z_x2")["A"] == pytest.approx((8 - 16) / 8.6023, abs=1e-4)


def test_weight_and_direction() -> None:
    """Ein Gewicht zählt einen Baustein stärker; eine Richtung −1 dreht ihn um."""
    turned = edition(components=[{"indicator": "x1", "weight": 2.0}, {"indicator": "x2", "direction": -1}])
    found = computed(turned, values(x1=X1, x2={area: 40 - x for area, x in X2.items()}))
    z = (np.array(list(X1.values())) - 15) / 50**0.5, (np.array(list(X2.values())) - 16) / 74**0.5
    total = 2 * z[0] + z[1]

    assert list(column(found, "i_status").values()) == pytest.approx(list(total / total.std()))


def test_areas_left_out_do_not_shift_the_others() -> None:
    """Ausgenommene Gebiete bekommen keinen Wert, mit Begründung, und verschieben den Mittelwert nicht."""
    more = edition(
        exclusions=[{"area": "Z", "reason": "Ausreißer"}], exclude_below=300, population="einwohner"
    )
    people = kleinstadt.counts(
        *((area, "einwohner", 120 if area == "Y" else 900) for area in [*X1, "Y", "Z"])
    )
    found = computed(more, values(x1=X1 | {"Y": 500.0, "Z": 900.0}, x2=X2 | {"Y": 0.0, "Z": 900.0}), people)

    assert column(found, "i_status")["E"] == pytest.approx(1.6252, abs=5e-5)
    assert column(found, "i_status", "status")["Z"] == Status.NOT_MEANINGFUL
    assert column(found, "i_status", "notes")["Z"] == "Ausreißer"
    assert column(found, "i_status", "notes")["Y"] == "weniger als 300 Einwohnerinnen und Einwohner"
    assert np.isnan(column(found, "i_status")["Y"])


def test_a_gap_in_a_component_leaves_the_area_unrated() -> None:
    """Fehlt ein Baustein oder ist er gesperrt, wird das Gebiet nicht bewertet; der Status sagt, warum."""
    found = computed(edition(), values(x1=X1 | {"F": 12.0, "G": 9.0}, x2=X2 | {"F": None}))

    assert column(found, "i_status", "status")["F"] == Status.SUPPRESSED
    assert column(found, "i_status", "status")["G"] == Status.MISSING
    assert np.isnan([column(found, "i_status")["F"], column(found, "i_status")["G"]]).all()
    assert column(found, "i_status")["E"] == pytest.approx(1.6252, abs=5e-5)
    assert "F" not in column(found, "i_status_z_x1")


def test_an_edition_may_do_with_the_available_components() -> None:
    """Lässt die Ausgabe Lücken zu, zählt ein fehlender Baustein wie der Durchschnitt der übrigen des Gebiets."""
    some = edition(gap_rule="available", minimum_available=1)
    found = computed(some, values(x1=X1 | {"F": 15.0}, x2=X2))

    assert column(found, "i_status", "status")["F"] == Status.OK
    assert column(found, "i_status")["F"] == pytest.approx(0, abs=1e-9)
    assert "F" in column(found, "i_status_z_x1")
    assert "F" not in column(found, "i_status_z_x2")


def test_too_few_components_are_too_few() -> None:
    """Verlangt die Ausgabe mindestens zwei Bausteine, genügt einer nicht."""
    found = computed(edition(gap_rule="available", minimum_available=2), values(x1=X1 | {"F": 15.0}, x2=X2))

    assert column(found, "i_status", "status")["F"] == Status.MISSING


def test_centred_on_the_municipality() -> None:
    """Die Mitte kann der Wert der Kommune sein statt des Mittels der Gebiete."""
    whole = values(level="kommune", x1={kleinstadt.AGS: 20.0}, x2={kleinstadt.AGS: 16.0})
    found = computed(
        edition(centre="municipality"), pd.concat([values(x1=X1, x2=X2), whole], ignore_index=True)
    )

    assert column(found, "i_status_z_x1")["D"] == pytest.approx(0)
    assert sum(column(found, "i_status").values()) < -1


def test_dynamics_are_differences_over_the_years() -> None:
    """Die Dynamik standardisiert die Veränderung der Bausteine über die Jahre der Ausgabe."""
    change = {"A": -4.0, "B": -2.0, "C": 0.0, "D": 2.0, "E": 4.0}
    words = [{"label": "positiv", "upper": -1.0}, {"label": "stabil", "upper": 1.0}, {"label": "negativ"}]
    moving = edition(
        components=[{"indicator": "x1"}], dynamic_years=2, classes={"status": BANDS, "dynamic": words}
    )
    before = values("2022-12-31", x1={area: X1[area] - change[area] for area in X1})
    found = computed(moving, pd.concat([values(x1=X1), before], ignore_index=True))

    assert column(found, "i_dynamic")["E"] == pytest.approx(4 / 8**0.5)
    assert column(found, "i_dynamic", "class") == {
        "A": "positiv",
        "B": "stabil",
        "C": "stabil",
        "D": "stabil",
        "E": "negativ",
    }


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (values("2020-12-31", x1=X1, x2=X2), "kein Baustein"),
        (values(x1=X1), "„x2“ liegt in keinem Gebiet"),
        (values(x1=X1, x2=dict.fromkeys(X2, 3.0)), "in allen Gebieten gleich"),
        (values(x1=dict(list(X1.items())[:4]), x2=X2), "Nur 4 Gebiete"),
    ],
)
def test_an_index_that_cannot_be_computed_says_why(table: pd.DataFrame, told: str) -> None:
    """Lässt sich eine Ausgabe nicht rechnen, wird gesagt, woran es liegt und was hilft."""
    with pytest.raises(CatalogueError, match=told) as caught:
        computed(edition(), table)
    assert all(f.remedy for f in caught.value.findings)


def test_equal_scores_share_the_better_rank() -> None:
    """Gleiche Werte teilen sich den besseren Rang; Rang 1 ist der höchste Wert."""
    assert list(competition_rank(np.array([1.0, 3.0, 2.0, 3.0]))) == [4, 1, 3, 1]


def outcome(z: np.ndarray, errors: float = 0.0) -> Outcome:
    """An index over a table of components, one column each."""
    names = [f"x{j}" for j in range(z.shape[1])]
    recipe = edition(
        components=[{"indicator": name} for name in names],
        classes={"status": [{"label": "unten", "upper": -1.0}, {"label": "Mitte", "upper": 1.0}, {"label": "oben"}]},
    )  # fmt: skip
    table = pd.DataFrame(z, columns=names)
    return calculate(Inputs(table, errors=pd.DataFrame(errors, index=table.index, columns=names)), recipe)


def test_stability_is_the_same_at_every_run() -> None:
    """Die Stabilität ist bei festem Startwert jedes Mal dieselbe und liegt zwischen 0 und 1."""
    index = outcome(np.random.default_rng(3).normal(size=(12, 3)))
    one, again, other = (stability(index, seed=seed) for seed in (7, 7, 8))

    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one.share, other.share)
    assert ((one.share >= 0) & (one.share <= 1)).all()
    assert ((one.lower <= one.rank) & (one.rank <= one.upper)).all()


def test_a_single_component_never_changes_its_class() -> None:
    """Mit einem einzigen genauen Baustein ändert kein Gewicht etwas: Jede Variante behält die Klasse."""
    result = stability(outcome(np.linspace(-2, 2, 9)[:, None]))

    assert (result.share == 1).all()
    assert (result.lower == result.upper).all()


def test_uncertain_components_make_classes_uncertain() -> None:
    """Je ungenauer die Bausteine, desto seltener behält ein Gebiet seine Klasse."""
    z = np.linspace(-2, 2, 9)[:, None]
    shares = [stability(outcome(z, errors=e)).share.mean() for e in (0.0, 0.3, 1.0)]

    assert shares[0] > shares[1] > shares[2]
