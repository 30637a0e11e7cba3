"""Zeiträume, die einander enthalten oder nicht zur Bevölkerung passen."""

from __future__ import annotations

from pathlib import Path

import angriffsziel as ziel


def test_single_years_are_not_the_difference_of_pooled_years(tmp_path: Path) -> None:
    """Drei Jahrgänge zusammen minus zwei einzelne: Die 2 auffälligen Kinder des Jahres 2022 bleiben offen."""
    years = {"2022": 2, "2023": 9, "2024": 8}
    ziel.found(tmp_path, ["seu_sprache"])
    for period, count, times in [*((year, count, 1) for year, count in years.items()), ("2022-2024", 19, 3)]:
        examined = {"01": 40 * times, "02": 50 * times, "nz": 20 * times}
        noticed = {"01": count, "02": count + 7 * times, "nz": count + 3 * times}
        ziel.deliver(
            tmp_path, "gesundheitsamt_seu", {"seu_untersuchte": examined, "seu_sprache_auffaellig": noticed},
            level="stadtteil", period=period,
        )  # fmt: skip
    cell = ("seu_sprache_auffaellig", "01")
    pooled = ziel.given(tmp_path, period="2022-2024")
    done = tmp_path / "freigaben" / "eins"
    single = (
        [ziel.given(tmp_path, period=year).get(cell) for year in ("2023", "2024")]
        if done.exists()
        else [None]
    )
    assert ziel.difference(pooled.get(cell), *single) is None


def test_quarters_do_not_disclose_each_other_through_the_year(tmp_path: Path) -> None:
    """Jahr minus drei Quartale: Die eine Geburt des vierten Quartals bleibt offen."""
    ziel.found(tmp_path, ["geburtenrate"])
    quarters = {"2024-Q1": 7, "2024-Q2": 8, "2024-Q3": 9, "2024-Q4": 1}
    for period, count in [*quarters.items(), ("2024", sum(quarters.values()))]:
        others = 4 if period == "2024" else 1
        ziel.deliver(
            tmp_path, "einwohnerregister", {"geburten": ziel.by_area(count, *(n * others for n in (15, 17, 20, 21, 22, 30)))},
            period=period,
        )  # fmt: skip
    seen = {
        period: ziel.given(tmp_path, period=period).get(("geburten", "011")) for period in [*quarters, "2024"]
    }
    assert seen["2024-Q4"] is None
    assert ziel.difference(seen["2024"], *(seen[f"2024-Q{n}"] for n in (1, 2, 3))) is None


def test_a_small_area_is_small_in_every_form_of_the_period(tmp_path: Path) -> None:
    """Ein Gebiet mit 90 Personen zeigt auch für „2024“ keine Geburten, wenn die Bevölkerung zum 31.12.2024 geliefert ist."""
    people = {
        band: {area: 30 if area == "011" else n for area, n in column.items()}
        for band, column in ziel.PEOPLE.items()
    }
    ziel.found(tmp_path, ["geburtenrate", "zuzugsrate"], people)
    counts = ziel.by_area(5, 15, 17, 20, 21, 22, 30)
    ziel.deliver(tmp_path, "einwohnerregister", {"zuzuege": counts})
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": counts}, period="2024")
    assert ("zuzuege", "011") not in ziel.given(tmp_path)
    assert ("geburten", "011") not in ziel.given(tmp_path, period="2024")
