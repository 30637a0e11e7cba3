"""Kennzahlen: Anzahl, Anteil, Rate, Verhältnis, Mittelwert, Veränderung."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kleinstadt
from sozialraum.catalogue.model import Indicator
from sozialraum.indicators.compute import changes, compute_all
from sozialraum.indicators.intervals import wilson
from sozialraum.indicators.markers import Figure, difference
from sozialraum.tables import Status

NO_RATES = pd.DataFrame(columns=["area", "level", "version", "period", "indicator", "value", "status"])


def indicator(kind: str, **more: object) -> Indicator:
    base = {
        "id": "k",
        "label": "k",
        "definition": "k",
        "kind": kind,
        "topic": "arbeit",
        "source": "ba_arbeitsmarkt",
    }
    if kind != "change":
        base |= {"numerator": {"variable": "arbeitslose"}}
    if kind not in ("count", "change"):
        base |= {"denominator": {"variable": "einwohner"}}
    return Indicator.model_validate(base | more)


def value(chosen: Indicator, *rows: tuple[object, ...]) -> pd.Series:
    values, findings = compute_all(kleinstadt.counts(*rows), NO_RATES, {"k": chosen})  # type: ignore[arg-type]
    assert findings == []
    return values.iloc[0]


def test_a_count() -> None:
    """Eine Anzahl ist die Grundzahl selbst, ohne Nenner und ohne Vertrauensbereich."""
    row = value(indicator("count"), ("011", "arbeitslose", 61))

    assert (row["value"], row["numerator"], row["status"]) == (61, 61, Status.OK)
    assert np.isnan([row["denominator"], row["lower"], row["upper"]]).all()


def test_a_share() -> None:
    """Ein Anteil ist Zähler durch Nenner mal 100, mit dem Vertrauensbereich nach Wilson (81 von 263: 25,5 bis 36,6 %)."""
    row = value(indicator("share", per=100), ("011", "arbeitslose", 81), ("011", "einwohner", 263))

    assert row["value"] == pytest.approx(100 * 81 / 263)
    assert (round(row["lower"], 2), round(row["upper"], 2)) == (25.53, 36.62)
    assert (row["numerator"], row["denominator"]) == (81, 263)


def test_a_rate() -> None:
    """Eine Rate zählt Ereignisse je 1.000 Personen, mit dem Vertrauensbereich nach Byar, unter 10 Ereignissen exakt."""
    row = value(indicator("rate", per=1000), ("011", "arbeitslose", 5), ("011", "einwohner", 1000))

    assert row["value"] == pytest.approx(5)
    assert (round(row["lower"], 3), round(row["upper"], 3)) == (1.623, 11.668)


def test_a_rate_may_exceed_its_base() -> None:
    """Ereignisse können häufiger sein als Personen."""
    row = value(indicator("rate", per=100), ("011", "arbeitslose", 300), ("011", "einwohner", 200))

    assert row["value"] == 150
    assert row["lower"] < 150 < row["upper"]


def test_a_ratio_and_a_mean() -> None:
    """Ein Verhältnis und ein Mittelwert haben keinen Vertrauensbereich."""
    ratio = value(indicator("ratio", per=100), ("011", "arbeitslose", 300), ("011", "einwohner", 600))
    mean = value(indicator("mean"), ("011", "arbeitslose", 25_200), ("011", "einwohner", 600))

    assert (ratio["value"], mean["value"]) == (50, 42)
    assert np.isnan([ratio["lower"], mean["upper"]]).all()


@pytest.mark.parametrize(
    ("part", "whole", "status"),
    [
        ((None, Status.SUPPRESSED), (500, Status.OK), Status.SUPPRESSED),
        ((20, Status.OK), (None, Status.MISSING), Status.MISSING),
        ((None, Status.MISSING), (None, Status.SUPPRESSED), Status.SUPPRESSED),
        ((0, Status.NONE), (0, Status.NONE), Status.NOT_MEANINGFUL),
        ((None, Status.NOT_MEANINGFUL), (500, Status.OK), Status.NOT_MEANINGFUL),
    ],
)
def test_a_gap_leaves_no_value(
    part: tuple[float, Status], whole: tuple[float, Status], status: Status
) -> None:
    """Fehlt Zähler oder Nenner, gibt es keinen Wert; der stärkere Zustand bleibt stehen. Nenner null: Aussage nicht sinnvoll."""
    row = value(indicator("share", per=100), ("011", "arbeitslose", *part), ("011", "einwohner", *whole))

    assert np.isnan([row["value"], row["lower"], row["upper"]]).all()
    assert row["status"] == status


@pytest.mark.parametrize(
    ("part", "whole", "status", "expected"),
    [
        ((0, Status.NONE), (500, Status.OK), Status.NONE, 0),
        ((5, Status.PROVISIONAL), (500, Status.ESTIMATED), Status.ESTIMATED, 1),
        ((5, Status.OK), (99, Status.OK), Status.UNRELIABLE, 500 / 99),
        ((0, Status.NONE), (99, Status.OK), Status.UNRELIABLE, 0),
        ((5, Status.OK), (100, Status.OK), Status.OK, 5),
    ],
)
def test_marks_stand_beside_the_value(
    part: tuple[float, Status], whole: tuple[float, Status], status: Status, expected: float
) -> None:
    """Vorläufig, geschätzt oder unzuverlässig steht neben dem Wert; unter 100 Personen ist ein Anteil unzuverlässig."""
    row = value(indicator("share", per=100), ("011", "arbeitslose", *part), ("011", "einwohner", *whole))

    assert row["value"] == pytest.approx(expected)
    assert row["status"] == status


def test_a_numerator_without_any_denominator_has_no_value() -> None:
    """Ein Zähler ohne gelieferten Nenner ergibt keinen Wert und keine Null."""
    row = value(indicator("share", per=100), ("011", "arbeitslose", 5))

    assert np.isnan(row["value"])
    assert not Status(row["status"]).has_value


def two_years(kind: str, before: float | None, after: float | None, **more: object) -> pd.Series:
    """The change between two years of an indicator of that kind over 1,000 residents."""
    base, change = indicator(kind, **more), indicator("change", id="c", of="k", years=1)
    tables = [
        kleinstadt.counts(("011", "arbeitslose", n), ("011", "einwohner", 1000), period=period)
        for period, n in zip(kleinstadt.PERIODS, (before, after), strict=True)
    ]
    values, _ = compute_all(pd.concat(tables, ignore_index=True), NO_RATES, {"k": base})
    found = changes(values, {"k": base, "c": change})
    assert list(found["period"]) == [kleinstadt.PERIODS[1]]
    return found.iloc[0]


def test_a_change_of_a_count_is_in_per_cent() -> None:
    """Eine Anzahl verändert sich in Prozent des früheren Werts."""
    assert two_years("count", 80, 100)["value"] == pytest.approx(25)


def test_a_change_of_a_share_is_in_points() -> None:
    """Ein Anteil verändert sich in Prozentpunkten."""
    row = two_years("share", 80, 100, per=100)

    assert row["value"] == pytest.approx(2)
    assert row["status"] == Status.OK


def test_a_change_of_a_share_has_limits() -> None:
    """Der Bereich eines Unterschieds kommt aus den Bereichen beider Jahre; Anzahlen haben keinen."""
    row = two_years("share", 80, 100, per=100)
    years = [Figure(*(float(part) * 100 for part in wilson(x, 1000))) for x in (100, 80)]

    assert (row["value"], row["lower"], row["upper"]) == pytest.approx(tuple(difference(*years)))
    assert np.isnan(two_years("count", 80, 100)["lower"])


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [(None, 5, Status.MISSING), (5, None, Status.MISSING), (0, 5, Status.NOT_MEANINGFUL)],
)
def test_a_change_without_a_beginning_has_no_value(
    before: float | None, after: float | None, status: Status
) -> None:
    """Fehlt einer der beiden Werte oder war der frühere null, gibt es keine Veränderung in Prozent."""
    row = two_years("count", before, after)

    assert np.isnan(row["value"])
    assert row["status"] == status


def test_a_change_to_zero_is_a_change() -> None:
    """Ein Rückgang auf null ist minus 100 Prozent und keine Lücke."""
    row = two_years("count", 8, 0)

    assert row["value"] == -100
    assert row["status"] == Status.OK


def test_published_rates_are_passed_through_with_a_note() -> None:
    """Fertige Werte einer veröffentlichten Quelle werden durchgereicht und so bezeichnet."""
    rates = pd.DataFrame(
        [
            {
                "area": "011",
                "level": "bezirk",
                "version": "2024",
                "period": "2024-12-31",
                "indicator": "k",
                "value": 7.5,
                "status": "ok",
            }
        ]
    )
    values, _ = compute_all(kleinstadt.counts(), rates, {"k": indicator("share", published=True)})

    assert list(values["value"]) == [7.5]
    assert list(values["notes"]) == ["fertiger Wert der Quelle"]
