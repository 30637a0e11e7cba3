"""Sentences claim only what the intervals carry."""

from __future__ import annotations

from dataclasses import replace

import pytest

import probestadt
from sozialraum.products import catalogue as catalogues
from sozialraum.products.catalogue import Catalogue, Indicator
from sozialraum.products.values import Value


@pytest.fixture(scope="module")
def content() -> Catalogue:
    return catalogues.parse(probestadt.catalogue(probestadt.Town()))


@pytest.fixture(scope="module")
def indicator(content: Catalogue) -> Indicator:
    return content.indicators["arbeitslosenanteil"]


def value(
    period: str, figure: float | None, half: float | None, status: str = "ok", area: str = "05999001"
) -> Value:
    """A value with a symmetric interval."""
    low, high = (None, None) if figure is None or half is None else (figure - half, figure + half)
    return Value(
        area, "kommune", "2024", period, "arbeitslosenanteil", None, None, figure, low, high, status, "", ""
    )


@pytest.mark.parametrize(
    ("first", "last", "half", "test", "words"),
    [
        (6.0, 5.0, 0.2, "statistisch gesichert", "ist seit 31.12.2019 von 6,0 auf 5,0\u202f% gesunken"),
        (5.0, 6.0, 0.2, "statistisch gesichert", "ist seit 31.12.2019 von 5,0 auf 6,0\u202f% gestiegen"),
        (5.0, 5.3, 0.2, "statistisch nicht gesichert", "nicht gesichert verändert"),
        (5.0, 5.4, 0.2, "statistisch nicht gesichert", "nicht gesichert verändert"),
        (5.0, 5.5, None, "gezählt", "von 5,0 auf 5,5\u202f% gestiegen"),
        (5.0, 5.0, None, "gezählt", "steht wie am 31.12.2019 bei 5,0\u202f%"),
    ],
)
def test_change(
    indicator: Indicator, first: float, last: float, half: float | None, test: str, words: str
) -> None:
    from sozialraum.products.sentences import change

    sentence = change(
        indicator, "Probestadt", value("2019-12-31", first, half), value("2024-12-31", last, half)
    )
    assert sentence is not None
    assert sentence.test == test
    assert words in sentence.text


@pytest.mark.parametrize("status", ["suppressed", "missing", "not_meaningful"])
def test_nothing_is_said_about_hidden_figures(indicator: Indicator, status: str) -> None:
    from sozialraum.products.sentences import beside_town, change

    hidden = value("2019-12-31", None, None, status)
    seen = value("2024-12-31", 5.0, 0.1)
    assert change(indicator, "Probestadt", hidden, seen) is None
    assert beside_town("Probestadt", indicator, hidden, seen) is None
    assert beside_town("Probestadt", indicator, seen, hidden) is None


def rows(content: Catalogue, indicator: Indicator, figures: list[tuple[float | None, str]]) -> list:
    from sozialraum.products.layers import build

    found = {
        code: Value(
            code,
            "bezirk",
            "2024",
            "2024-12-31",
            indicator.id,
            None,
            None,
            figure,
            None if figure is None else figure - 1,
            None if figure is None else figure + 1,
            status,
            "",
            "",
        )
        for code, (figure, status) in zip(probestadt.bezirk_codes(), figures, strict=False)
    }
    return build(content, indicator, "2024", "bezirk", "2024-12-31", found, 5.0)


def test_areas_above_and_undecided(content: Catalogue, indicator: Indicator) -> None:
    from sozialraum.products.sentences import above, undecided

    found = rows(
        content, indicator, [(8.0, "ok"), (5.5, "ok"), (6.0, "ok"), (2.0, "ok"), (None, "suppressed")]
    )
    over, open_ = above(indicator, "Probestadt", found), undecided(indicator, "Probestadt", found)
    assert over is not None
    assert open_ is not None
    assert "In 1 von 4 Gebieten liegt der Wert gesichert über Probestadt" in over.text
    assert "Bei 2 von 4 Gebieten lässt sich kein Unterschied" in open_.text
    assert open_.test == "statistisch nicht gesichert"


def test_nothing_above_is_said_as_such(content: Catalogue, indicator: Indicator) -> None:
    from sozialraum.products.sentences import above

    sentence = above(indicator, "Probestadt", rows(content, indicator, [(5.0, "ok"), (2.0, "ok")]))
    assert sentence is not None
    assert "In keinem von 2 Gebieten" in sentence.text


def test_without_comparator_the_span_is_described(content: Catalogue, indicator: Indicator) -> None:
    from sozialraum.products.layers import build
    from sozialraum.products.sentences import above, spread

    found = rows(content, indicator, [(8.0, "ok"), (2.0, "ok")])
    free = build(
        content, indicator, "2024", "bezirk", "2024-12-31", {row.area.code: row.value for row in found}, None
    )
    assert above(indicator, "Probestadt", free) is None
    sentence = spread(indicator, free)
    assert sentence is not None
    assert "reichen von 2,0\u202f% (Bahnhof) bis 8,0\u202f% (Altstadt von Probestadt)" in sentence.text
    assert "ohne Prüfung" in sentence.test


def test_words_name_every_gap(content: Catalogue, indicator: Indicator) -> None:
    from sozialraum.products.sentences import in_words

    statuses = ["suppressed", "suppressed", "missing", "not_meaningful"]
    found = rows(
        content,
        indicator,
        [(8.0, "estimated"), (7.0, "unreliable"), *((None, status) for status in statuses)],
    )
    text = " ".join(in_words(indicator, "Probestadt", None, found, "2024-12-31"))
    assert "2 Gebiete sind gesperrt" in text
    assert "1 Gebiet ist nicht sinnvoll zu berechnen" in text
    assert "1 Gebiet ist geschätzt" in text


def test_portrait_puts_people_first_and_admits_what_is_open(content: Catalogue, indicator: Indicator) -> None:
    from sozialraum.products.sentences import portrait

    people = replace(value("2024-12-31", 1200.0, None), indicator="einwohnerzahl")
    town = value("2024-12-31", 5.0, 0.1)
    entries = [
        (content.indicators["einwohnerzahl"], people, None),
        (indicator, value("2024-12-31", 8.0, 1.0), town),
        (content.indicators["sgb2_quote"], value("2024-12-31", 5.2, 1.0), town),
    ]
    told = [sentence.text for sentence in portrait(content, "Altstadt", entries)]
    assert told[0] == "In Altstadt leben 1\u202f200 Menschen (31.12.2024)."
    assert told[1].startswith("Arbeitslosenanteil: gesichert höher als in Probestadt insgesamt")
    assert told[2] == "Bei einer weiteren Kennzahl lässt sich kein Unterschied zu Probestadt sichern."


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([(5, 0.1), (5.5, 0.1), (6, 0.1)], "up"),
        ([(6, 0.1), (5.5, 0.1), (5, 0.1)], "down"),
        ([(5, 1), (5.2, 1), (5.1, 1)], "flat"),
        ([(5, 0.1), (9, 0.1), (5, 0.1), (9, 0.1), (5, 0.1)], "uneven"),
        ([(5, 0.1), (6, 0.1)], "unknown"),
        ([(100, None), (100, None), (110, None)], "unknown"),
        ([(5, 0.1), (None, None), (None, None)], "unknown"),
    ],
)
def test_trend(figures: list[tuple[float | None, float | None]], expected: str) -> None:
    from sozialraum.products import trends
    from sozialraum.products.catalogue import Indicator

    indicator = Indicator("alter", "Durchschnittsalter", kind="mean")
    series = [
        value(f"{2010 + year}-12-31", figure, half, "ok" if figure is not None else "suppressed")
        for year, (figure, half) in enumerate(figures)
    ]
    trend = trends.of(indicator, series)
    assert trends.arrow(trend) == expected
    assert trend.sentence("%")


def test_secrecy_in_words() -> None:
    from sozialraum.products.catalogue import Profile
    from sozialraum_web.atlas.secrecy import explanation

    text = " ".join(
        explanation(Profile(id="x", minimum_count=3, minimum_population=300, complement=True), 5, 200)
    )
    assert "Zahlen von 1 bis unter 3 werden nicht gezeigt" in text
    assert "weniger als 300" in text
    assert "5 von 200 Werten gesperrt (2 %)" in text
    assert "Gesperrt heißt nie null" in text
    assert "bereits selbst veröffentlicht" in explanation(Profile(id="x", published=True), 0, 10)[0]
