"""Berichtszeiträume: Stichtag, Jahr, Quartal, Monat, Schuljahr, zusammengefasste Jahre."""

from __future__ import annotations

import pytest

from sozialraum import periods
from sozialraum.periods import PeriodKind


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "label"),
    [
        ("2024-12-31", PeriodKind.DATE, "2024-12-31", "2024-12-31", "31.12.2024"),
        ("2024", PeriodKind.YEAR, "2024-01-01", "2024-12-31", "2024"),
        ("2024-Q4", PeriodKind.QUARTER, "2024-10-01", "2024-12-31", "4. Quartal 2024"),
        ("2024-02", PeriodKind.MONTH, "2024-02-01", "2024-02-29", "02/2024"),
        ("2023/24", PeriodKind.SCHOOL_YEAR, "2023-08-01", "2024-07-31", "Schuljahr 2023/24"),
        ("2020-2022", PeriodKind.POOLED, "2020-01-01", "2022-12-31", "2020 bis 2022"),
    ],
)
def test_six_kinds_of_period_are_understood(
    text: str, kind: PeriodKind, start: str, end: str, label: str
) -> None:
    """Sechs Arten von Zeiträumen werden gelesen und so geschrieben, wie man sie spricht."""
    period = periods.parse(text)

    assert (period.kind, period.start.isoformat(), period.end.isoformat()) == (kind, start, end)
    assert periods.label(text) == label


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-13", "2024-00", "2024-02-30", "2024-Q5", "2023/25", "2022-2020", "2022-2022", "31.12.2024", "2024-12-31 ", "99999", "20２4"],
)  # fmt: skip
def test_everything_else_is_refused(text: str) -> None:
    """Was kein Zeitraum ist, wird nicht geraten."""
    with pytest.raises(ValueError, match=r".+"):
        periods.parse(text)


def test_periods_sort_by_their_end() -> None:
    """Zeiträume ordnen sich nach ihrem Ende."""
    texts = ["2024", "2023/24", "2024-Q2", "2020-2022", "2023-12-31"]

    assert sorted(texts, key=periods.parse) == ["2020-2022", "2023-12-31", "2024-Q2", "2023/24", "2024"]


@pytest.mark.parametrize(
    ("text", "years", "before"),
    [
        ("2024-12-31", 5, "2019-12-31"), ("2024", 1, "2023"), ("2024-Q4", 2, "2022-Q4"), ("2023/24", 2, "2021/22"),
        ("2000/01", 1, "1999/00"), ("2020-2022", 3, "2017-2019"), ("2024-02-29", 1, "2023-02-28"), ("2022-12-31", -2, "2024-12-31"),
    ],
)  # fmt: skip
def test_the_same_period_some_years_before(text: str, years: int, before: str) -> None:
    """Der entsprechende Zeitraum einige Jahre früher ist von derselben Art."""
    assert periods.earlier(text, years) == before
