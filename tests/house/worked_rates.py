"""Worked examples of the pages on rates, trends and comparisons: computed again from the figures that the pages print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.catalogue.model import Indicator
from sozialraum.indicators.compute import change
from sozialraum.indicators.funnel import outside, proportion_limits
from sozialraum.indicators.inequality import slope
from sozialraum.indicators.intervals import student, wilson
from sozialraum.indicators.life_expectancy import life_expectancy, life_table
from sozialraum.indicators.markers import Figure, compare
from sozialraum.indicators.quantiles import quantiles
from sozialraum.indicators.standardise import direct, esp2013, indirect
from sozialraum.indicators.trend import Point, assess
from sozialraum.products.catalogue import Indicator as ShownIndicator
from sozialraum.products.inequality import gradient
from sozialraum.products.values import Value
from sozialraum.tables import Status


def _docs() -> Any:
    import test_docs  # the readers of pages; loaded by then

    return test_docs


def _standardised(block: Any) -> None:
    docs = _docs()
    bands = docs.the("tafel: altersgruppen")
    ages = [int(row["Alter"].rstrip("+").partition("–")[0]) for row in bands.rows]
    docs.column_is(bands, "Standard", esp2013(ages))
    names = [row["Stadtteil"] for row in block.rows]
    cases, people = (
        np.array([docs.column(bands, f"{name} {what}") for name in names]) for what in ("Fälle", "Personen")
    )
    found = direct(cases, people, esp2013(ages))
    docs.column_is(block, "roh je 1.000", 1000 * cases.sum(axis=1) / people.sum(axis=1))
    for name, part in zip(
        ("standardisiert je 1.000", "untere Grenze", "obere Grenze"), found[:3], strict=True
    ):
        docs.column_is(block, name, 1000 * part)
    ratio = indirect(cases.sum(axis=1), people, cases.sum(axis=0), people.sum(axis=0))
    docs.column_is(block, "erwartet", ratio.expected)
    docs.column_is(block, "Verhältnis", ratio.value)


def _life_expectancy(block: Any) -> None:
    docs = _docs()
    ages = [int(age) for age in docs.column(block, "Alter ab")]
    deaths, people = docs.column(block, "Sterbefälle"), docs.column(block, "Personen")
    table = life_table(deaths, people, ages)
    docs.column_is(block, "q", table.q)
    docs.column_is(block, "l", table.l)
    found = [life_expectancy(deaths, people, ages, at=age) for age in ages]
    for name, at in (("e", 0), ("untere Grenze", 1), ("obere Grenze", 2)):
        docs.column_is(block, name, [one[at] for one in found])


def _slope(block: Any) -> None:
    docs = _docs()
    groups = docs.the("tafel: fünftel")
    share, error, people = (docs.column(groups, name) for name in ("Anteil %", "Standardfehler", "Kinder"))
    found = slope(np.array(share) / 100, error, people, scale="logit")
    for row, parts in zip(block.rows, (np.array(found[:3]) * 100, found[3:6]), strict=True):
        shown = (row["Wert"], row["untere Grenze"], row["obere Grenze"])
        assert all(docs.same(text, float(part)) for text, part in zip(shown, parts, strict=True)), row


def _quantiles(block: Any) -> None:
    docs = _docs()
    docs.column_is(block, "Drittel", quantiles(docs.column(block, "Wert"), 3))
    docs.column_is(block, "Fünftel", quantiles(docs.column(block, "Wert"), 5))


def _funnel(block: Any) -> None:
    docs = _docs()
    x, n = (np.array(docs.column(block, name)) for name in ("Fälle", "Personen"))
    limits = {level: proportion_limits(x.sum() / n.sum(), n, level) for level in (0.95, 0.998)}
    docs.column_is(block, "Anteil %", 100 * x / n)
    for level, name in ((0.95, "95 %"), (0.998, "99,8 %")):
        docs.column_is(block, f"untere {name}", 100 * limits[level].lower)
        docs.column_is(block, f"obere {name}", 100 * limits[level].upper)
    docs.column_is(block, "außerhalb", outside(x / n, limits[0.95], limits[0.998]))


def _trend(block: Any) -> None:
    docs = _docs()
    for row in block.rows:
        base = docs.number(row["Nenner"])
        counts = {name: docs.number(row[name]) for name in row if name.isdigit()}
        points = [Point(f"{year}-12-31", 100 * x / base, None, None, x, base) for year, x in counts.items()]
        found = assess(points, "share", per=100)
        assert found.test is not None
        words = {True: "ja", False: "nein"}
        assert (row["Richtung"], row["klar"], row["deutlich"]) == (
            found.direction.label,
            words[found.clear],
            words[found.relevant],
        )
        figures = {"χ²": found.test.chi2, "p": found.p, "Änderung": found.change, "untere Grenze": found.lower, "obere Grenze": found.upper}  # fmt: skip
        assert not [name for name, figure in figures.items() if not docs.same(row[name], figure)], row[
            "Reihe"
        ]
        if row["Reihe"] == "A":
            assert docs.the("satz: entwicklung").text.removeprefix("> ") == found.sentence("Prozentpunkte")


def _comparison(block: Any) -> None:
    docs = _docs()

    def figure(x: float, n: float) -> Figure:
        value, lower, upper = (100 * float(part) for part in wilson(x, n))
        return Figure(value, lower, upper, x, n, "unreliable" if n < 100 else "ok")

    for row in block.rows:
        area = figure(docs.number(row["Fälle"]), docs.number(row["Personen"]))
        found = compare(area, figure(3600, 24000), polarity="higher_worse", kind="share", per=100, part=True)
        assert row["Zeichen"] == found.mark.label
        shown = (row["Wert %"], row["Unterschied"], row["untere Grenze"], row["obere Grenze"])
        computed = (area.value, found.difference, found.lower, found.upper)
        assert all(docs.same(text, part) for text, part in zip(shown, computed, strict=True)), row


def _student(block: Any) -> None:
    docs = _docs()
    samples = [np.array([float(text) for text in row["Werte"].split()]) for row in block.rows]
    found = [student(one.mean(), one.std(ddof=1), one.size) for one in samples]
    for name, at in (("Mittel", 0), ("untere Grenze", 1), ("obere Grenze", 2)):
        docs.column_is(block, name, [one[at] for one in found])


def _change_with_limits(block: Any) -> None:
    docs = _docs()
    words = {"label": "x", "definition": "x", "topic": "x", "source": "x"}
    parts = {"numerator": {"variable": "a"}, "denominator": {"variable": "b"}}
    base = Indicator.model_validate({"id": "base", "kind": "share", **words, **parts})
    wanted = Indicator.model_validate({"id": "c", "kind": "change", "of": "base", "years": 2, **words})
    values = pd.concat(
        [
            pd.DataFrame(
                {
                    **{"level": "bezirk", "version": "2024", "indicator": "base", "status": Status.OK},
                    **{"area": [row["Gebiet"] for row in block.rows], "period": period},
                    **(100 * pd.DataFrame(wilson(*counts)._asdict())).to_dict("series"),
                }
            )
            for period, when in (("2022", "früher"), ("2024", "jetzt"))
            if (counts := [docs.column(block, f"{letter} {when}") for letter in "xn"])
        ]
    )
    found = change(values, wanted, base).set_index("area").loc[[row["Gebiet"] for row in block.rows]]
    for name, column in (("Veränderung", "value"), ("untere", "lower"), ("obere", "upper")):
        docs.column_is(block, name, found[column])


def _fifths(block: Any) -> None:
    """The fifteen areas of the page: 10, 14, … 66 cases among 400 persons each, in order of their share."""
    docs = _docs()
    cases = {f"{at:02d}": 10.0 + 4 * at for at in range(15)}
    rows = {
        code: Value(*(code, "bezirk", "2024", "2024", "q", count, 400.0, count / 4, None, None, "ok", "", ""))
        for code, count in cases.items()
    }
    shown = ShownIndicator("q", "Quote", kind="share", unit="%", per=100, interval="wilson")
    groups = [group.value for group in gradient(sorted(cases), rows, shown) if group.value]
    for name, field in (("Fälle", "numerator"), ("Personen", "denominator"), ("Anteil %", "value")):
        docs.column_is(block, name, [getattr(group, field) for group in groups])


METHODS: dict[str, Callable[[Any], None]] = {
    "standardisiert": _standardised, "lebenserwartung": _life_expectancy, "steigungsindex": _slope,
    "quantile": _quantiles, "trichter": _funnel, "entwicklung": _trend, "vergleich": _comparison, "student": _student,
    "veränderung-mit-bereich": _change_with_limits, "fünftel": _fifths,
}  # fmt: skip
