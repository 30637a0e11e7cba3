"""What stopped somebody who knew only the start page: two towns at once, a year per column, a first table without a figure."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from walks import enter, finished, violations

import kleinstadt
from conftest import Workshop
from sozialraum import municipality
from sozialraum.errors import SozialraumError
from sozialraum_inside import commands, lacking, work

YEARS = (2021, 2022, 2023)


def quiet(*_: Any) -> None:
    """Nobody watches."""


def households(path: Path) -> Path:
    """Households of each year in a column of its own, as statistical offices publish them."""
    head = "Bezirk;" + ";".join(f"31.12.{year}" for year in YEARS)
    rows = [f"{code};{n};{n + 3};{n + 5}" for n, code in enumerate(kleinstadt.BEZIRKE, start=200)]
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


@pytest.fixture
def only_households(town: Path) -> Path:
    """Kleinstadt with nothing but households: no indicator of the catalogue comes from them alone."""
    for place in (p for p in (town / "lieferungen").iterdir() if p.is_dir()):
        shutil.rmtree(place)
    settings = town / "kommune.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.partition("[kennzahlen]")[0], "utf-8")
    recipe = (
        '[[tabelle]]\nfiles = "hh.csv"\nlevel = "bezirk"\narea = "Bezirk"\n'
        'spalten = [{ matching = \'31\\.12\\.(\\d{4})\', variable = "haushalte", period = "{0}-12-31" }]\n'
    )
    kleinstadt.put(town, "lieferungen/haushaltegenerierung/rezept.toml", recipe)
    households(town / "lieferungen/haushaltegenerierung/hh.csv")
    return town


def test_a_first_table_without_a_figure_says_what_comes_next(only_households: Path) -> None:
    findings, told = work.compute(only_households, {}, quiet)

    assert findings == [f for f in findings if f.severity.value != "Fehler"]
    assert told["none"] is True
    assert ["Einpersonenhaushalte", ["Einpersonenhaushalte"]] in [list(x) for x in told["lacking"]]
    assert (only_households / "werte/grundzahlen.parquet").exists()
    assert not (only_households / "werte/werte.parquet").exists()


def test_what_lacks_least_comes_first(town: Path) -> None:
    near = lacking.nearest(municipality.read(town), {"einwohner"})

    assert ("Arbeitslosenanteil", ["Arbeitslose"]) in near
    assert [len(missing) for _, missing in near] == sorted(len(missing) for _, missing in near)


def test_another_town_gets_the_next_free_port() -> None:
    assert commands.free_port(8010, {8010, 8011}.__contains__) == 8012
    with pytest.raises(SozialraumError, match="alle besetzt"):
        commands.free_port(8010, lambda _: True)


@pytest.mark.browser
def test_two_towns_are_open_in_one_browser(
    page: Any, open_workshop: Callable[[Path], Workshop], town: Path, tmp_path: Path
) -> None:
    one, other = open_workshop(town), open_workshop(tmp_path / "neu")
    enter(page, one)
    enter(page, other)
    page.goto(one.address + "/lieferungen/")
    expect(page.locator("h1")).to_have_text("Lieferungen")
    page.goto(other.address)
    expect(page.locator("h1")).to_contain_text("Von Ihren Tabellen")


@pytest.mark.browser
def test_a_year_in_each_column_is_one_choice(
    page: Any, open_workshop: Callable[[Path], Workshop], only_households: Path, tmp_path: Path, axe: str
) -> None:
    shutil.rmtree(only_households / "lieferungen/haushaltegenerierung")
    workshop = open_workshop(only_households)
    page.set_default_timeout(20_000)
    enter(page, workshop)
    page.goto(workshop.address + "/gebiete/")
    page.get_by_role("link", name="Weiter: erste Tabelle hineinlegen").click()
    page.set_input_files("#datei", households(tmp_path / "hh_priv.csv"))
    page.select_option("#alle", "haushalte")
    page.get_by_role("button", name="Für alle Spalten nehmen").click()
    # The source follows from what is counted, and the table is read on trial at once.
    expect(page.locator("#quelle")).to_have_value("haushaltegenerierung")
    expect(page.locator("#vergleich")).to_be_visible()
    wrong = violations(page, axe)
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Übernehmen", exact=True).click()
    page.get_by_role("button", name="Prüfen und rechnen").click()
    finished(page)
    expect(page.locator("main")).to_contain_text("Am nächsten dran", use_inner_text=True)
    wrong += violations(page, axe)
    page.get_by_role("link", name="Eigene Kennzahl aus diesen Zahlen bauen").click()
    expect(page.locator("main")).to_contain_text("Haushalte", use_inner_text=True)
    wrong += violations(page, axe)
    assert wrong == []
