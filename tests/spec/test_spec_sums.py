"""Summen: obere Ebenen entstehen aus Grundzahlen, und eine Lücke bleibt eine Lücke."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kleinstadt
from sozialraum.catalogue.model import Selection
from sozialraum.counts import roll_up, select, tabulate
from sozialraum.errors import CatalogueError
from sozialraum.tables import Status

GEOGRAPHIES = {"2024": kleinstadt.geography()}


def above(counts: pd.DataFrame, area: str) -> tuple[float, str]:
    rows = roll_up(counts, GEOGRAPHIES)
    row = rows[(rows["area"] == area) & (rows["level"] != "bezirk")].iloc[0]
    return row["count"], row["status"]


def test_an_upper_area_is_the_sum_of_its_parts() -> None:
    """Ein Stadtteil ist die Summe seiner Bezirke, die Stadt die Summe aller und der Fälle ohne Gebiet."""
    counts = kleinstadt.counts(
        ("011", "arbeitslose", 5),
        ("012", "arbeitslose", 7),
        ("021", "arbeitslose", 10),
        ("nz", "arbeitslose", 2),
    )

    assert above(counts, "01") == (12, Status.OK)
    assert above(counts, "02") == (10, Status.OK)
    assert above(counts, kleinstadt.AGS) == (24, Status.OK)
    assert above(counts, "nz") == (2, Status.OK)


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([Status.SUPPRESSED, Status.OK], Status.SUPPRESSED),
        ([Status.MISSING, Status.OK], Status.MISSING),
        ([Status.SUPPRESSED, Status.MISSING], Status.SUPPRESSED),
        ([Status.MISSING, Status.NOT_MEANINGFUL], Status.MISSING),
    ],
)
def test_a_gap_in_a_part_is_a_gap_in_the_sum(parts: list[Status], status: Status) -> None:
    """Fehlt ein Teil oder ist er gesperrt, hat die Summe keine Zahl und den stärkeren Zustand; nie wird daraus null."""
    counts = kleinstadt.counts(
        *(
            (code, "arbeitslose", 5 if s is Status.OK else None, s)
            for code, s in zip(("011", "012"), parts, strict=True)
        )
    )
    count, found = above(counts, "01")

    assert np.isnan(count)
    assert found == status


def test_what_did_not_exist_is_left_out_of_a_sum() -> None:
    """Was es nicht gab, zählt in der Summe nicht; gab es alle Teile nicht, gibt es auch die Summe nicht."""
    gone = ("012", "arbeitslose", None, Status.NOT_MEANINGFUL)

    assert above(kleinstadt.counts(("011", "arbeitslose", 5), gone), "01") == (5, Status.OK)
    count, status = above(kleinstadt.counts(gone), "01")
    assert np.isnan(count)
    assert status == Status.NOT_MEANINGFUL


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ((0, Status.NONE), (0, Status.NONE), Status.NONE),
        ((5, Status.PROVISIONAL), (5, Status.OK), Status.PROVISIONAL),
        ((5, Status.PROVISIONAL), (5, Status.ESTIMATED), Status.ESTIMATED),
        ((0, Status.NONE), (5, Status.OK), Status.OK),
    ],
)
def test_marks_pass_on_to_the_sum(
    first: tuple[int, Status], second: tuple[int, Status], status: Status
) -> None:
    """Vorläufig oder geschätzt ist eine Summe, sobald ein Teil es ist."""
    counts = kleinstadt.counts(("011", "arbeitslose", *first), ("012", "arbeitslose", *second))

    assert above(counts, "01") == (first[0] + second[0], status)


def test_a_sign_without_a_figure_is_a_gap_too() -> None:
    """Ein Zeichen ohne Zahl („/“) macht die Summe zur Lücke."""
    count, status = above(
        kleinstadt.counts(("011", "arbeitslose", 5), ("012", "arbeitslose", None, Status.UNRELIABLE)), "01"
    )

    assert np.isnan(count)
    assert not Status(status).has_value


def bands(**figures: int | None) -> pd.DataFrame:
    return pd.concat(
        [kleinstadt.counts(("011", "einwohner", n), age=band.strip("_").replace("_", "-").replace("plus", "+")) for band, n in figures.items()],
        ignore_index=True,
    )  # fmt: skip


def chosen(counts: pd.DataFrame, **selection: str) -> list[float]:
    return list(select(counts, Selection.model_validate({"variable": "einwohner", **selection}))["count"])


def test_age_groups_are_put_together_from_delivered_bands() -> None:
    """Eine Altersgruppe wird aus den gelieferten Altersgruppen zusammengesetzt."""
    counts = bands(_0_2=30, _3_5=40, _6_17=100, _18_64=600, _65plus=200)

    assert chosen(counts, age="0-5") == [70]
    assert chosen(counts, age="0-17") == [170]
    assert chosen(counts, age="18+") == [800]
    assert chosen(counts) == [970]


def test_bands_that_do_not_fit_are_refused() -> None:
    """Passt keine Zusammensetzung, wird nicht geschätzt, sondern abgewiesen."""
    with pytest.raises(CatalogueError, match=r"„0-15“ passt nicht zu 0-5, 6-17"):
        chosen(bands(_0_5=30, _6_17=40), age="0-15")


def test_a_hidden_band_hides_the_group() -> None:
    """Eine gesperrte Altersgruppe sperrt jede Gruppe, die sie enthält."""
    counts = pd.concat(
        [kleinstadt.counts(("011", "einwohner", None, Status.SUPPRESSED), age="0-5"), kleinstadt.counts(("011", "einwohner", 40), age="6-17")],
        ignore_index=True,
    )  # fmt: skip
    found = select(counts, Selection(variable="einwohner", age="0-17"))

    assert list(found["status"]) == [Status.SUPPRESSED]
    assert found["count"].isna().all()


def test_the_smallest_table_that_has_the_dimensions_is_used() -> None:
    """Liegt eine Summe geliefert vor, wird sie genommen und nicht aus der Gliederung nachgerechnet."""
    both = pd.concat(
        [kleinstadt.counts(("011", "einwohner", 1000)), bands(_0_17=150, _18plus=840)], ignore_index=True
    )

    assert chosen(both) == [1000]
    assert chosen(both, age="0-17") == [150]


def test_a_table_of_counts_is_summed_over_the_other_dimensions() -> None:
    """Eine Tabelle der Grundzahlen ist über die nicht gezeigten Gliederungen summiert."""
    parts = [
        kleinstadt.counts(("011", "einwohner", n), age=age, sex=sex)
        for age, sex, n in (("0-17", "m", 80), ("0-17", "w", 70), ("18+", "m", 400), ("18+", "w", 440))
    ]
    table = tabulate(pd.concat(parts, ignore_index=True), "einwohner", ["sex"])

    assert list(table[["age", "sex", "count"]].itertuples(index=False, name=None)) == [
        ("insgesamt", "m", 480),
        ("insgesamt", "w", 510),
    ]
