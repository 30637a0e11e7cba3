"""Bad input to every statistical method: a result that says why it has no figure, a finding, or a ValueError; never a bare NaN.

Numpy's warnings are errors here: whoever divides by zero has not thought of it.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from sozialraum.effects import difference_in_differences, group_time, synthetic_control
from sozialraum.errors import SozialraumError
from sozialraum.estimation import fay_herriot, poverty, precision, smoothing
from sozialraum.indicators import inequality, intervals, life_expectancy, standardise, trend
from sozialraum.spatial import autocorrelation, local, neighbours, segregation, similar, typology

NAN = np.nan
AGES = [0, 1, *range(5, 95, 5)]
COLUMN = np.arange(8.0)[:, None]
ISLAND = neighbours.from_pairs([[0, 1], [1, 2], [3, 4]], 6, both=True)  # two groups and an island
APART = neighbours.from_pairs(np.zeros((0, 2), dtype=int), 6)
NOISE = np.random.default_rng(20240101).normal(size=(12, 8))


def _gappy(table: np.ndarray) -> np.ndarray:
    table = table.copy()
    table[3, 1] = NAN
    return table


def _by_family(function: Callable[..., Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
    for family in ("poisson", "binomial"):
        for name, count, base in (
            ("no denominator anywhere", [0, 0, 0], [0, 0, 0]),
            ("one without denominator", [1, 0, 3], [10, 0, 10]),
            ("all suppressed", [NAN, NAN, NAN], [3, 3, 3]),
            ("constant", [1, 1, 1], [10, 10, 10]),
        ):
            yield f"{family}, {name}", lambda c=count, b=base, f=family: function(c, b, family=f)


def _on_maps(function: Callable[..., Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
    for name, values, map_ in (
        ("disconnected, with an island", [1.0, 2, 3, 4, 5, 6], ISLAND),
        ("islands only", [1.0, 2, 3, 4, 5, 6], APART),
        ("constant", [1.0] * 6, ISLAND),
        ("all suppressed", [NAN] * 6, ISLAND),
        ("some suppressed", [1, NAN, 3, 4, 5, 6.0], ISLAND),
    ):
        yield name, lambda v=values, m=map_: function(v, m)


def _of_groups(function: Callable[..., Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
    for name, counts in (
        ("nobody", [[0, 0], [0, 0]]),
        ("one group", [[1], [2]]),
        ("one area", [[2, 3]]),
        ("an empty area", [[0, 0], [2, 3], [4, 1]]),
        ("suppressed", [[NAN, 1], [2, 3]]),
    ):
        yield name, lambda c=counts: function(c)


def _typologies() -> Iterator[tuple[str, Callable[[], Any]]]:
    for method in ("kmeans", "ward", "mixture"):
        for name, values, types in (
            ("fewer areas than types need", NOISE[:3], 2),
            ("constant", np.ones((12, 2)), 2),
            ("all suppressed", np.full((12, 2), NAN), 2),
            ("a gap", _gappy(NOISE), 2),
            ("two different areas for three types", np.eye(12)[:, :1], 3),
        ):
            yield (
                f"{method}, {name}",
                lambda v=values, t=types, m=method: typology.typology(v, t, method=m, resamples=5),
            )


CASES: dict[str, Callable[[], Any]] = {
    "direct: empty band and gap": lambda: standardise.direct([[1, 2], [NAN, 3]], [[0, 10], [3, 4]], [1, 2]),
    "direct: nobody": lambda: standardise.direct([[0, 0]], [[0, 0]], [1, 2]),
    "indirect: nobody": lambda: standardise.indirect([3], [[0, 0]], [1, 2], [10, 10]),
    "life expectancy: nobody": lambda: life_expectancy.life_expectancy(np.zeros(20), np.zeros(20), AGES),
    "life expectancy: suppressed": lambda: life_expectancy.life_expectancy(np.full(20, NAN), np.ones(20), AGES),
    "slope: no population": lambda: inequality.slope([[1, 2, 3]], [[0.1] * 3], [[0, 0, 0]]),
    "slope: suppressed": lambda: inequality.slope([[1, NAN, 3]], [[0.1] * 3], [[3, 3, 3]]),
    "slope: one group": lambda: inequality.slope([[1.0]], [[0.1]], [[10]]),
    "slope: constant": lambda: inequality.slope([[2, 2, 2]], [[0.1] * 3], [[3, 3, 3]]),
    "trend of proportions: one year": lambda: trend.proportion_trend([1], [3]),
    "trend of proportions: nobody": lambda: trend.proportion_trend([0, 0, 0], [0, 0, 0]),
    "trend of proportions: no cases": lambda: trend.proportion_trend([0, 0, 0], [10, 10, 10]),
    "weighted trend: no error": lambda: trend.weighted_trend([1, 2, 3], [0, 0, 0]),
    "weighted trend: one year": lambda: trend.weighted_trend([1], [1]),
    "proportion: no denominator": lambda: intervals.wilson([4], [3]),
    "poverty: nobody": lambda: poverty.estimate([], []),
    "poverty: no income told": lambda: poverty.estimate([NAN, NAN], [1, 1]),
    "poverty: no income": lambda: poverty.estimate([0, 0, 0], [1, 1, 1]),
    "poverty: negative income": lambda: poverty.estimate([-5, 10, 20], [1, 1, 1]),
    "poverty: no weight": lambda: poverty.estimate([5, 10, 20], [0, 0, 0]),
    "poverty: a region of one": lambda: poverty.estimate([5, 10, 20, 4], [1] * 4, [0, 0, 0, 1]),
    "Fay-Herriot: fewer areas than parameters": lambda: fay_herriot.fit([1, 2], [0.1, 0.1], np.arange(6.0).reshape(2, 3)),
    "Fay-Herriot: singular": lambda: fay_herriot.fit(np.arange(8.0), np.ones(8), np.ones((8, 2))),
    "Fay-Herriot: negative variance": lambda: fay_herriot.fit(np.arange(8.0), [-1, *[1] * 7], COLUMN),
    "Fay-Herriot: a variance of zero": lambda: fay_herriot.fit(np.arange(8.0), [0, *[1] * 7], COLUMN**2),
    "Fay-Herriot: only variances of zero": lambda: fay_herriot.fit(np.arange(8.0), np.zeros(8), COLUMN),
    "Fay-Herriot: nobody asked": lambda: fay_herriot.fit(np.full(8, NAN), np.ones(8), COLUMN),
    "Fay-Herriot: suppressed covariate": lambda: fay_herriot.fit(np.arange(8.0) ** 1.5, np.ones(8), np.r_[NAN, np.arange(7.0)][:, None]),
    "Fay-Herriot: constant": lambda: fay_herriot.fit(np.ones(8), np.ones(8), COLUMN),
    "Fay-Herriot: logarithm of nothing": lambda: fay_herriot.fit(np.arange(8.0) - 3, np.ones(8), COLUMN, transformation="log"),
    "precision": lambda: precision.classify([0, NAN, 1], [1, 1, NAN]),
    "pooled years: no denominator": lambda: smoothing.pool_years([[1], [NAN]], [[0], [3]]),
    "neighbours: island": lambda: smoothing.local_bayes([1, 0, 3], [10, 4, 10], [[0, 1], [1, 0]]),
    "neighbours: none": lambda: smoothing.local_bayes([1, 0, 3], [10, 4, 10], np.zeros((0, 2), dtype=int)),
    "rates on a map: nobody": lambda: autocorrelation.moran_of_rates([0] * 6, [0] * 6, ISLAND),
    "similar: constant": lambda: similar.by_distance(np.ones((4, 2)), 0),
    "similar: the area itself suppressed": lambda: similar.by_distance([[NAN, NAN], [1, 2], [3, 4]], 0),
    "dissimilarity: one group missing": lambda: segregation.dissimilarity([0, 0], [3, 4]),
    "surroundings: islands": lambda: segregation.spatial_dissimilarity([1, 2, 3, 4, 5, 6], [2] * 6, APART),
    "difference in differences: nothing before": lambda: difference_in_differences.estimate(NOISE[:2], NOISE[2:], 0),
    "difference in differences: suppressed": lambda: difference_in_differences.estimate(NOISE[:2], _gappy(NOISE[2:]), 4),
    "difference in differences: one area": lambda: difference_in_differences.estimate(NOISE[:1], NOISE[1:2], 4),
    "difference in differences: constant": lambda: difference_in_differences.estimate(np.ones((2, 8)), np.ones((4, 8)), 4),
    "groups: nobody untreated": lambda: group_time.estimate(NOISE[:, :2], [1] * 12, [0, 1]),
    "groups: nobody treated": lambda: group_time.estimate(NOISE[:, :2], [np.inf] * 12, [0, 1]),
    "groups: one year": lambda: group_time.estimate(NOISE[:, :1], [1] * 6 + [np.inf] * 6, [0]),
    "mixture of areas: one other": lambda: synthetic_control.fit(NOISE[:2], 0, 4),
    "mixture of areas: suppressed": lambda: synthetic_control.fit(_gappy(NOISE), 0, 4),
    "mixture of areas: constant": lambda: synthetic_control.fit(np.ones((6, 8)), 0, 4),
    "placebos: constant": lambda: synthetic_control.placebo_test(np.ones((6, 8)), 0, 4),
    **{f"global smoothing: {name}": case for name, case in _by_family(smoothing.global_bayes)},
    **{f"Moran: {name}": case for name, case in _on_maps(autocorrelation.moran)},
    **{f"Geary: {name}": case for name, case in _on_maps(autocorrelation.geary)},
    **{f"Getis-Ord: {name}": case for name, case in _on_maps(autocorrelation.getis_ord)},
    **{f"LISA: {name}": case for name, case in _on_maps(local.lisa)},
    **{f"Gi*: {name}": case for name, case in _on_maps(local.getis_ord)},
    **{f"M: {name}": case for name, case in _of_groups(segregation.mutual_information)},
    **{f"H: {name}": case for name, case in _of_groups(segregation.theil)},
    **{f"bootstrap: {name}": case for name, case in _of_groups(segregation.bootstrap)},
    **{f"typology: {name}": case for name, case in _typologies()},
}  # fmt: skip


def _sentences() -> set[str]:
    """All texts that stand in the modules of the statistics as constants."""
    found = {""}
    for room in ("indicators", "estimation", "spatial", "effects"):
        package = importlib.import_module(f"sozialraum.{room}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            held = vars(importlib.import_module(module.name)).values()
            found |= {str(value) for value in held if isinstance(value, str)}
    return found


def _outcome(case: Callable[[], Any]) -> tuple[Any, Exception | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return case(), None
        except (SozialraumError, ValueError) as error:
            return None, error


@pytest.mark.parametrize("name", CASES)
def test_bad_input_ends_in_a_result_with_a_reason_or_in_a_clear_error(name: str) -> None:
    result, error = _outcome(CASES[name])
    if isinstance(error, SozialraumError):
        assert all(finding.message and finding.remedy for finding in error.findings)
    if error is not None:
        assert str(error)
        return
    fields = (
        {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
        if dataclasses.is_dataclass(result)
        else dict(getattr(result, "_asdict", dict)())
    )
    figure = next((fields[key] for key in ("value", "estimate", "statistic", "sii") if key in fields), None)
    if figure is None or "reason" not in fields:
        return
    reasons, figures = np.broadcast_arrays(np.asarray(fields["reason"], dtype=object), np.asarray(figure))
    unsaid = [
        float(f) for f, reason in zip(figures.flat, reasons.flat, strict=True) if np.isnan(f) and not reason
    ]
    assert not unsaid, "NaN without a reason"


def test_no_reason_is_cut_off() -> None:
    """Reasons stand in arrays of fixed width: each must be wide enough for its longest sentence."""
    known = _sentences()
    flat = fay_herriot.fit(np.ones(8), np.ones(8), COLUMN)
    assert set(flat.reason.tolist()) <= known
    for result in (
        smoothing.global_bayes([1, 1, 1], [10, 10, 10]),
        smoothing.local_bayes([1, 0, 3], [10, 4, 10], [[0, 1], [1, 0]]),
        local.lisa([1.0, 2, 3, 4, 5, 6], ISLAND),
    ):
        assert set(result.reason.tolist()) <= known
