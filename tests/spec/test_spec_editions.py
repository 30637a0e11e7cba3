"""Fertige Werte aus Ausgaben: Passt der Anteil weniger die gedruckte Veränderung zur Ausgabe davor?"""

from __future__ import annotations

import pandas as pd
import pytest

from sozialraum.catalogue import shipped
from sozialraum.indicators.editions import agreements, breaks

CATALOGUE = shipped()
AREAS = [f"{n:02}" for n in range(40)]


def printed(miss: float, wrong: int) -> pd.DataFrame:
    """Zwei Ausgaben: 2014 mit Anteilen, 2016 mit Anteil und Veränderung; in einigen Gebieten passt sie nicht."""
    rows = []
    for n, area in enumerate(AREAS):
        before, now = 10.0 + n, 12.5 + n
        moved = now - before - (miss if n < wrong else 0.0)
        rows += [
            (area, "2014-12-31", "mss_s1", before),
            (area, "2016-12-31", "mss_s1", now),
            (area, "2016-12-31", "mss_d1", moved),
        ]
    table = pd.DataFrame(rows, columns=["area", "period", "indicator", "value"])
    return table.assign(level="plr", version="2015")


@pytest.mark.parametrize(
    ("miss", "wrong", "holds"),
    [(0.0, 0, True), (0.04, 40, True), (2.0, 2, True), (2.0, 3, False), (0.2, 40, False)],
)
def test_an_edition_holds_when_nearly_all_areas_meet(miss: float, wrong: int, holds: bool) -> None:
    """Bis zu 5 Prozent einzelner Berichtigungen und Rundung auf eine Stelle brechen keine Reihe, mehr schon."""
    (found,) = agreements(printed(miss, wrong), CATALOGUE.indicators)

    assert (found.indicator, found.earlier, found.period, found.areas) == (
        "mss_s1",
        "2014-12-31",
        "2016-12-31",
        40,
    )
    assert found.mean_miss == pytest.approx(miss * wrong / 40)
    assert found.holds is holds
    told = breaks([found], CATALOGUE.indicators["mss_s1"])
    assert [b["period"] for b in told] == ([] if holds else ["2016-12-31"])
    assert breaks([found], CATALOGUE.indicators["mss_s2"]) == []


def test_without_an_edition_before_nothing_is_said() -> None:
    """Die erste Ausgabe hat nichts, woran sie sich messen ließe; unbewertete Gebiete zählen nicht mit."""
    table = printed(3.0, 40)
    assert agreements(table[table["period"] != "2014-12-31"], CATALOGUE.indicators) == []
    table.loc[(table["area"] != "07") & (table["indicator"] == "mss_d1"), "value"] = float("nan")
    (found,) = agreements(table, CATALOGUE.indicators)
    assert found.areas == 1
