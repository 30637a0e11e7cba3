"""Wirkung: was sich mehr geändert hat als anderswo, wie sicher das ist, und wann nichts zu sagen ist."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import golden_tables
from sozialraum.effects import difference_in_differences as did
from sozialraum.effects import group_time
from sozialraum.effects.observed import development
from sozialraum.effects.synthetic_control import fit, placebo_test, simplex
from sozialraum.indicators.trend import Point

INDISTINCT = "statistisch nicht von der allgemeinen Entwicklung zu unterscheiden"


# --- difference in differences ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", golden_tables.read("difference_in_differences"), ids=lambda row: row["case"])
def test_differences_worked_by_hand(row: dict[str, str]) -> None:
    """Differenz der Differenzen mit Fehler und Freiheitsgraden, mit Brüchen nachgerechnet."""
    one, other = (
        [[float(v) for v in area.split()] for area in row[name].split(";")]
        for name in ("treated", "controls")
    )
    found = did.estimate(one, other, int(row["before"]))
    reach = float(row["standard_error"]) * stats.t.ppf(0.975, float(row["freedom"]))

    assert found.effect == pytest.approx(float(row["effect"]))
    assert (found.lower, found.upper) == pytest.approx((found.effect - reach, found.effect + reach), rel=1e-5)


def test_two_groups_as_a_welch_test_of_their_changes() -> None:
    """Mit mehreren Gebieten ist es Welchs Test der Änderungen je Gebiet."""
    rng = np.random.default_rng(1)
    one, other = rng.normal(0, 1, (5, 6)), rng.normal(0, 2, (9, 6))
    found = did.estimate(one, other, 4)
    changes = [part[:, 4:].mean(axis=1) - part[:, :4].mean(axis=1) for part in (one, other)]
    welch = stats.ttest_ind(*changes, equal_var=False)

    assert found.p == pytest.approx(welch.pvalue, rel=1e-9)
    interval = welch.confidence_interval(0.95)
    assert (found.lower, found.upper) == pytest.approx((interval.low, interval.high), rel=1e-9)


@pytest.mark.parametrize("treated", [1, 6])
def test_the_limits_of_no_effect_hold_zero(treated: int) -> None:
    """Ohne Wirkung enthält der Bereich in etwa 95 von 100 Fällen die Null, auch mit einem einzigen Gebiet."""
    rng = np.random.default_rng(2)
    series = (
        rng.normal(0, 1, (2000, treated + 8, 1)) + rng.normal(0, 1, (2000, treated + 8, 5)) + np.arange(5)
    )
    told = [did.estimate(one[:treated], one[treated:], 3).distinct for one in series]

    assert 0.03 < np.mean(told) < 0.07


def test_a_common_development_is_no_effect() -> None:
    """Was überall geschieht, zählt nicht."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(100):
        series = rng.normal(0, 1, (9, 1)) + 3 * np.arange(6) + rng.normal(0, 0.2, (9, 6))
        found.append(did.estimate(series[:1], series[1:], 3))

    assert min(one.treated_change for one in found) > 8
    assert np.mean([one.distinct for one in found]) < 0.1
    assert all((INDISTINCT in one.sentence("Prozentpunkte")) is not one.distinct for one in found)


def test_a_clear_effect_is_told_with_its_limits() -> None:
    """Ein klarer Unterschied steht mit seinem Bereich im Satz."""
    found = did.estimate(
        [[20, 20.2, 15, 14.8]], [[18, 18.1, 17.5, 17.7], [22, 21.9, 21.4, 21.5], [19, 19, 18.6, 18.4]], 2
    )

    assert found.distinct
    assert found.sentence("Prozentpunkte").startswith(
        "Im Gebiet ist der Wert im Mittel um 5,2 Prozentpunkte gesunken, in 3 Vergleichsgebieten um"
    )
    assert "geht über den Zufall hinaus" in found.sentence()


def test_areas_that_moved_apart_before_are_told() -> None:
    """Haben sich die Gebiete schon vorher auseinanderbewegt, sagt der Satz es."""
    rng = np.random.default_rng(4)
    others = rng.normal(0, 0.1, (8, 6))
    found = did.estimate([np.array([0.0, 0, 0, 4, 4, 4])], others, 4)

    assert found.lead_p < 0.01
    assert "Schon vor dem Beginn" in found.sentence()


def test_gaps_leave_areas_out_and_too_few_say_so() -> None:
    """Gebiete mit Lücken zählen nicht mit, und zu wenige ergeben keinen Wert."""
    others = [[1.0, 2], [1, np.nan], [2, 2], [3, 1], [np.nan, np.nan]]
    assert did.estimate([[1.0, 2]], others, 1).left_out == 2
    few = did.estimate([[1.0, 2]], others[:3], 1)
    assert np.isnan(few.effect)
    assert (
        few.sentence()
        == "Zum Vergleich braucht es mindestens drei Gebiete mit Werten für alle Zeiträume; hier gibt es 2."
    )
    assert did.estimate([[np.nan, 2]], others, 1).reason.startswith("Das Gebiet hat nicht")
    assert not few.distinct
    same = did.estimate([[1.0, 2]], [[0.0, 1]] * 3, 1)
    assert (same.effect, same.p) == (0, 1)


def test_difference_refuses_what_cannot_be() -> None:
    """Falsche Aufrufe werden abgewiesen: nur ein Jahr, verschiedene Zeiträume."""
    with pytest.raises(ValueError, match="before and one after"):
        did.estimate([[1.0]], [[1.0]], 1)
    with pytest.raises(ValueError, match="same periods"):
        did.estimate([[1.0, 2]], [[1.0]], 1)
    with pytest.raises(ValueError, match="level"):
        did.estimate([[1.0, 2]], [[1.0, 2]], 1, level=95)


# --- observed development -----------------------------------------------------------------------------------------------


def rows(values: list[float | None], **changes: object) -> list[Point]:
    return [
        Point(f"{2018 + at}-12-31", value, status="ok" if value is not None else "suppressed")._replace(
            **changes
        )
        for at, value in enumerate(values)
    ]


SIMILAR = [rows([20, 20, 20.4, 20.1, 20.3, 20]), rows([18, 18.4, 18, 18.1, 18.2, 17.9]), rows([23, 22.8, 23, 22.9, 22.7, 23]), rows([21, 21, 21.2, 20.8, 21.1, 21])]  # fmt: skip


def test_the_observed_development_is_a_sentence() -> None:
    """Ein Gebiet mit Maßnahme neben vier ähnlichen: Satz mit Bereich, und nie eine Ursache."""
    found = development(
        rows([20, 20.3, 20.1, 16.5, 16.2, 16]), SIMILAR, "2021", unit="Prozentpunkte", polarity="higher_worse"
    )

    assert found.result is not None
    assert (found.result.distinct, found.better, found.since) == (True, "better", "2021-12-31")
    assert found.sentence.startswith(
        "Seit 31.12.2021 liegt der Wert im Gebiet im Mittel um 3,9 Prozentpunkte niedriger als davor, in 4 ähnlichen Gebieten um"
    )
    assert found.sentence.endswith(
        "Ob eine Maßnahme dazu beigetragen hat, lässt sich daraus allein nicht schließen."
    )


def test_no_difference_is_a_normal_answer() -> None:
    """Kein Unterschied zur allgemeinen Entwicklung ist eine normale Antwort."""
    found = development(
        rows([20, 20.3, 20.1, 20.2, 20.1, 20.3]),
        SIMILAR,
        "2021-02-01",
        unit="Prozentpunkte",
        polarity="higher_worse",
    )

    assert INDISTINCT in found.sentence
    assert found.better == ""


def test_the_period_of_the_start_counts_as_neither() -> None:
    """Ein Jahr, in das der Beginn fällt, ist weder davor noch danach."""
    years = [
        [point._replace(period=point.period[:4]) for point in series]
        for series in [rows([20, 20, 20, 90, 16, 16]), *SIMILAR]
    ]
    found = development(years[0], years[1:], "2021-07-01")

    assert found.result is not None
    assert (found.first, found.since, found.last) == ("2018", "2022", "2023")
    assert found.result.treated_change == pytest.approx(-4)


def test_hidden_converted_and_older_areas_are_not_compared() -> None:
    """Gesperrte Werte fehlen, geschätzte zählen nicht, und verglichen wird nur im selben Gebietsstand."""
    hidden = development(rows([20, None, 20, 16, 16, 16]), SIMILAR, "2021")
    assert hidden.result is not None
    assert hidden.result.treated_change == pytest.approx(-4)
    estimated = [*rows([20, 20, 20], status="estimated"), *rows([0, 0, 0, 16, 16, 16])[3:]]
    assert (
        development(estimated, SIMILAR, "2021").sentence
        == "Für die Zeit vor 2021 gibt es noch keinen Wert, mit dem sich vergleichen ließe."
    )
    old = [[point._replace(version="2015") for point in series] for series in SIMILAR]
    assert (
        "hier gibt es keines"
        in development(rows([20, 20, 20, 16, 16, 16], version="2021"), old, "2021").sentence
    )
    assert development([], SIMILAR, "2021").result is None
    assert "nach 2029" in development(rows([20, 20, 20]), SIMILAR, "2029").sentence
    with pytest.raises(ValueError, match="polarity"):
        development([], [], "2021", polarity="up")


# --- group-time effects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", golden_tables.read("group_time_effect"), ids=lambda row: row["group"])
def test_one_effect_worked_by_hand(row: dict[str, str]) -> None:
    """Ein Effekt mit Fehler, mit Brüchen nachgerechnet."""
    one, other = (
        [[float(v) for v in area.split()] for area in row[name].split(";")] for name in ("group", "others")
    )
    found = group_time.estimate([*one, *other], [2.0] * len(one) + [np.inf] * len(other), [1, 2])

    assert found.effect.tolist() == pytest.approx([float(row["effect"])], abs=6e-7)
    assert found.standard_error.tolist() == pytest.approx([float(row["standard_error"])], abs=6e-7)


def counties(folder: Path) -> tuple[np.ndarray, np.ndarray, list[float]]:
    with (folder / "causal" / "mpdta_min_wage.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    names = {name: at for at, name in enumerate(sorted({row["countyreal"] for row in table}))}
    years = sorted({float(row["year"]) for row in table})
    outcome, starts = np.full((len(names), len(years)), np.nan), np.full(len(names), np.inf)
    for row in table:
        at = names[row["countyreal"]]
        outcome[at, years.index(float(row["year"]))] = float(row["lemp"])
        starts[at] = float(row["first.treat"]) or np.inf
    return outcome, starts, years


@pytest.mark.testdata
def test_group_time_effects_agree_with_the_reference(references: Path) -> None:
    """Mindestlohn und Beschäftigung Jugendlicher: alle zwölf Effekte und die veröffentlichten Zusammenfassungen."""
    with (references / "causal" / "mpdta_att_gt_expected.csv").open(encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    found = group_time.estimate(*counties(references))

    assert [(g, t) for g, t in zip(found.group, found.time, strict=True)] == [
        (float(row["group"]), float(row["time"])) for row in known
    ]
    assert np.allclose(found.effect, [float(row["att"]) for row in known], rtol=1e-9)
    assert found.areas.tolist() == [int(row["n_group"]) for row in known]
    assert round(found.overall_dynamic().effect, 4) == -0.0772
    assert round(found.overall_group().effect, 4) == -0.0310
    # Callaway & Sant'Anna publish standard errors from their bootstrap: 0.0200 and 0.0124.
    assert found.overall_dynamic().standard_error == pytest.approx(0.0200, abs=0.0008)
    assert found.overall_group().standard_error == pytest.approx(0.0124, abs=0.0006)


def staggered(
    rng: np.random.Generator, effect: float = 2.0, areas: int = 60
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Areas with a common development, an effect that grows by `effect` a year after the start, and no other difference."""
    times = [2015.0, 2016, 2017, 2018, 2019, 2020]
    starts = rng.choice([2017.0, 2018, 2019, np.inf], areas)
    lag = np.array(times) - starts[:, None]
    outcome = rng.normal(0, 2, (areas, 1)) + np.cumsum(rng.normal(0, 1, 6)) + rng.normal(0, 0.3, (areas, 6))
    return outcome + effect * np.maximum(lag + 1, 0), starts, times


@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_known_effects_are_found(control: str) -> None:
    """An eigenen Daten mit bekannter, wachsender Wirkung: jedes Jahr danach die richtige, davor keine."""
    found = group_time.estimate(*staggered(np.random.default_rng(5)), control=control)  # type: ignore[arg-type]

    for step, effect in found.dynamic().items():
        assert effect.effect == pytest.approx(2.0 * max(step + 1, 0), abs=0.35)
    assert set(found.by_group()) == {2017, 2018, 2019}
    assert "gestiegen" in found.sentence("Punkte")


def test_each_effect_is_a_difference_of_two_mean_changes() -> None:
    """Jeder einzelne Effekt ist eine Differenz der Differenzen, mit Welchs Fehler (bis auf n statt n − 1)."""
    outcome, starts, times = staggered(np.random.default_rng(6))
    found = group_time.estimate(outcome, starts, times, base="universal")
    for g, t, effect, error in zip(found.group, found.time, found.effect, found.standard_error, strict=True):
        change = outcome[:, times.index(t)] - outcome[:, times.index(g) - 1]
        one, other = change[starts == g], change[np.isinf(starts)]
        assert effect == pytest.approx(one.mean() - other.mean())
        assert error == pytest.approx(np.sqrt(one.var() / one.size + other.var() / other.size))


def test_the_summary_holds_its_level() -> None:
    """Ohne Wirkung enthält der Bereich der Zusammenfassung in etwa 95 von 100 Fällen die Null; das Band öfter."""
    rng = np.random.default_rng(7)
    missed, outside = [], []
    for _ in range(300):
        found = group_time.estimate(*staggered(rng, 0.0, 200), draws=199)
        missed.append(found.overall_group().distinct)
        outside.append(bool(np.any((found.band_lower > 0) | (found.band_upper < 0))))
    assert 0.02 < np.mean(missed) < 0.09
    assert np.mean(outside) < 0.1


def test_the_same_seed_gives_the_same_band() -> None:
    """Zufallszahlen sind gesät."""
    data = staggered(np.random.default_rng(8))
    bands = [group_time.estimate(*data, seed=seed).band_upper for seed in (1, 1, 2)]

    assert np.array_equal(bands[0], bands[1])
    assert not np.array_equal(bands[0], bands[2])


def test_groups_without_a_before_and_areas_with_gaps() -> None:
    """Wer schon am Anfang begonnen hatte, bleibt weg, mit Vermerk; Gebiete mit Lücken auch; ein einzelnes hat keinen Bereich."""
    outcome, starts, times = staggered(np.random.default_rng(9))
    starts[0], starts[1], starts[starts == 2019] = 2015, 2020, np.inf
    outcome[2, 3] = np.nan
    found = group_time.estimate(outcome, starts, times)

    assert found.left_out == 1
    assert "Beginn 2015" in found.notes[0]
    assert "einzigen Gebiet" in found.notes[1]
    assert np.isnan(found.standard_error[found.group == 2020]).all()
    assert np.isfinite(found.effect).all()


def test_group_time_refuses_what_cannot_be() -> None:
    """Falsche Aufrufe werden abgewiesen."""
    y, never = np.zeros((4, 3)), np.full(4, np.inf)
    with pytest.raises(ValueError, match="no group begins"):
        group_time.estimate(y, never, [1, 2, 3])
    with pytest.raises(ValueError, match="two control areas"):
        group_time.estimate(y, [2, 2, 2, np.inf], [1, 2, 3])
    with pytest.raises(ValueError, match="rising order"):
        group_time.estimate(y, never, [1, 1, 3])
    with pytest.raises(ValueError, match="one start per area"):
        group_time.estimate(y, [2, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="unknown control"):
        group_time.estimate(y, [2, 2, np.inf, np.inf], [1, 2, 3], control="some")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown base"):
        group_time.estimate(y, [2, 2, np.inf, np.inf], [1, 2, 3], base="some")  # type: ignore[arg-type]


# --- synthetic control ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", golden_tables.read("synthetic_control"), ids=lambda row: row["case"])
def test_mixtures_worked_by_hand(row: dict[str, str]) -> None:
    """Gewichte und Abweichung zweier Mischungen, von Hand."""
    found = fit(
        [[float(v) for v in area.split()] for area in row["outcome"].split(";")], 0, int(row["before"])
    )

    assert found.weights.tolist() == pytest.approx([float(v) for v in row["weights"].split()], abs=1e-6)
    assert found.effect == pytest.approx(float(row["gap"]), abs=1e-5)


def states(folder: Path) -> tuple[np.ndarray, np.ndarray, list[str], int]:
    with (folder / "causal" / "smoking_prop99.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    names = sorted({row["state"] for row in table})
    years = sorted({int(float(row["year"])) for row in table})

    def grid(name: str) -> np.ndarray:
        found = np.full((len(names), len(years)), np.nan)
        for row in table:
            found[names.index(row["state"]), int(float(row["year"])) - years[0]] = float(row[name] or "nan")
        return found

    def mean(name: str, first: int, last: int) -> np.ndarray:
        return np.nanmean(grid(name)[:, first - years[0] : last - years[0] + 1], axis=1)

    sales = grid("cigsale")
    means = [mean(name, 1980, 1988) for name in ("lnincome", "age15to24", "retprice")]
    predictors = np.column_stack(
        [*means, mean("beer", 1984, 1988), *(sales[:, year - years[0]] for year in (1975, 1980, 1988))]
    )
    return sales, predictors, names, 1989 - years[0]


@pytest.mark.testdata
def test_california_agrees_with_the_published_control(references: Path) -> None:
    """Tabaksteuer in Kalifornien: die veröffentlichten Gewichte, Abweichungen und eine mindestens so gute Anpassung."""
    sales, predictors, names, before = states(references)
    found = fit(sales, names.index("California"), before, predictors=predictors)
    weights = dict(zip(names, found.weights, strict=True))

    assert found.pre_mspe <= 3.2
    for state, published in (
        ("Utah", 0.334),
        ("Nevada", 0.234),
        ("Montana", 0.199),
        ("Colorado", 0.164),
        ("Connecticut", 0.069),
    ):
        assert weights[state] == pytest.approx(published, abs=0.02)
    assert found.gap[-1] == pytest.approx(-25.73, abs=0.5)
    assert found.effect == pytest.approx(-18.97, abs=0.3)


@pytest.mark.testdata
def test_the_smallest_gap_there_is(references: Path) -> None:
    """Ohne Merkmale werden die Jahre davor selbst getroffen, so gut es mit Gewichten von 0 bis 1 geht."""
    sales, _, names, before = states(references)
    found = fit(sales, names.index("California"), before)

    assert found.pre_mspe == pytest.approx(2.74, abs=0.01)
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights.min() >= 0


@pytest.mark.slow
@pytest.mark.testdata
def test_the_placebos_of_california(references: Path) -> None:
    """Unter 39 Staaten steht Kalifornien an erster Stelle, p = 1/39, wie veröffentlicht."""
    sales, predictors, names, before = states(references)
    found = placebo_test(sales, names.index("California"), before, predictors=predictors)

    assert (found.rank, found.areas) == (1, 39)
    assert found.distinct
    assert found.lower < found.effect < found.upper < 0
    assert "an Stelle 1 (p = 0,03). Sie geht über den Zufall hinaus." in found.sentence("Packungen je Person")


def test_a_known_mixture_is_found() -> None:
    """Ist ein Gebiet eine bekannte Mischung anderer, kommen die Gewichte heraus, ebenso die Wirkung danach."""
    rng = np.random.default_rng(10)
    outcome = np.cumsum(rng.normal(0, 1, (12, 20)), axis=1) + rng.normal(50, 5, (12, 1))
    true = np.zeros(12)
    true[[2, 5, 7]] = 0.5, 0.3, 0.2
    outcome[0] = true @ outcome
    outcome[0, 15:] += 4
    found = fit(outcome, 0, 15)

    assert np.allclose(found.weights, true, atol=1e-4)
    assert found.effect == pytest.approx(4, abs=1e-3)


def test_weights_are_the_best_on_the_simplex() -> None:
    """Die Gewichte sind die besten: Kein anderes von vielen ausgelosten passt besser, und die Bedingung erster Ordnung hält."""
    rng = np.random.default_rng(11)
    for _ in range(20):
        a, b = rng.normal(0, 1, (6, 9)), rng.normal(0, 1, 6)
        weights = simplex(a, b)
        slope = a.T @ (a @ weights - b)
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)
        assert np.all(slope - slope @ weights > -1e-5)
        other = rng.dirichlet(np.full(9, 0.5), 500)
        assert np.sum((a @ weights - b) ** 2) <= np.sum((other @ a.T - b) ** 2, axis=1).min() + 1e-9


def test_no_effect_is_indistinct_and_seeded() -> None:
    """Ohne Wirkung ist die Antwort „nicht zu unterscheiden“, meistens, und immer dieselbe."""
    rng = np.random.default_rng(12)
    told = []
    for _ in range(60):
        level = rng.normal(0, 1, (21, 1)) + np.cumsum(rng.normal(0, 0.5, 12))
        found = placebo_test(level + rng.normal(0, 0.3, (21, 12)), 0, 9)
        told.append(found.distinct)
        assert found.rank >= 1
    assert np.mean(told) < 0.15
    assert INDISTINCT in found.sentence() or found.distinct


def test_few_areas_have_no_interval() -> None:
    """Mit fünf Gebieten kann kein 95-Prozent-Bereich entstehen; der Satz sagt es."""
    found = placebo_test(np.random.default_rng(13).normal(0, 1, (5, 6)), 1, 4)

    assert np.isnan(found.lower)
    assert not found.distinct
    assert "zu wenige Gebiete" in found.sentence()


def test_synthetic_control_refuses_what_cannot_be() -> None:
    """Lücken, zu wenige Gebiete und falsche Formen werden abgewiesen."""
    y = np.arange(12.0).reshape(4, 3)
    gap = y.copy()
    gap[1, 1] = np.nan
    for wrong, match in (
        ((gap, 0, 2), "must be complete"),
        ((y[:2], 0, 2), "two other areas"),
        ((y, 7, 2), "one of them"),
        ((y, 0, 3), "before and one after"),
    ):
        with pytest.raises(ValueError, match=match):
            fit(*wrong)
    with pytest.raises(ValueError, match="areas × characteristics"):
        fit(y, 0, 2, predictors=np.ones((3, 1)))
    with pytest.raises(ValueError, match="level"):
        placebo_test(y, 0, 2, level=2)


def test_constant_series_and_one_predictor() -> None:
    """Gleichbleibende Reihen und ein einziges Merkmal führen zu keinem Fehler."""
    y = np.ones((4, 5))
    found = fit(y, 0, 3)
    assert (found.pre_mspe, found.effect) == (0, 0)
    assert np.isinf(found.ratio)
    assert fit(
        np.arange(20.0).reshape(4, 5), 1, 3, predictors=np.arange(4.0)[:, None]
    ).weights.sum() == pytest.approx(1)
