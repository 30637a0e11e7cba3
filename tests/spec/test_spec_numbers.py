"""Zahlen und Zeichen: wie eine gelieferte Zelle gelesen wird."""

from __future__ import annotations

import math
from datetime import date

import pytest

from sozialraum.sources.signs import DEFAULT_SIGNS, read_number
from sozialraum.spreadsheet import defused
from sozialraum.tables import PRECEDENCE, Status, strongest


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.234,5", 1234.5), ("1 234", 1234), ("1\u202f234", 1234), ("1\u00a0234", 1234), ("12.345.678", 12345678), ("7", 7),
        ("-3", -3), ("−3,5", -3.5), (" 42 ", 42), (0.25, 0.25), (17, 17), ("0,5", 0.5),
    ],
)  # fmt: skip
def test_german_numbers(cell: object, number: float) -> None:
    """Punkt und Leerzeichen trennen Tausender, das Komma trennt Dezimalen."""
    assert read_number(cell, DEFAULT_SIGNS) == (number, Status.OK)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "12.34",
        "1.2345",
        "1,2,3",
        "5,",
        ",5",
        "1 23",
        "1e3",
        "12 %",
        "rund 30",
        "inf",
        "nan",
        date(2024, 12, 31),
        "1.23",
    ],
)
def test_what_is_no_number_is_never_guessed(cell: object) -> None:
    """Was keine deutsche Zahl ist, wird nicht geraten."""
    assert read_number(cell, DEFAULT_SIGNS) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "number"), [("1,234.5", 1234.5), ("1,234", 1234), ("1234", 1234), ("0.5", 0.5)]
)
def test_other_separators_by_recipe(cell: str, number: float) -> None:
    """Ein Rezept kann andere Trennzeichen nennen."""
    assert read_number(cell, DEFAULT_SIGNS, decimal=".", thousands=",") == (number, Status.OK)


@pytest.mark.parametrize(
    ("sign", "status"),
    [
        (".", Status.SUPPRESSED), ("*", Status.SUPPRESSED), ("...", Status.MISSING), ("…", Status.MISSING), ("", Status.MISSING),
        (None, Status.MISSING), ("x", Status.NOT_MEANINGFUL), ("/", Status.UNRELIABLE),
    ],
)  # fmt: skip
def test_a_sign_without_a_figure_never_becomes_zero(sign: str | None, status: Status) -> None:
    """Ein Zeichen ohne Zahl wird nie zur Null."""
    figure = read_number(sign, DEFAULT_SIGNS)

    assert figure is not None
    assert math.isnan(figure[0])
    assert figure[1] is status


@pytest.mark.parametrize("sign", ["-", "–", "—", "0", 0, 0.0, "0,0"])
def test_nothing_there_is_a_counted_zero(sign: object) -> None:
    """„Nichts vorhanden“ ist eine gezählte Null."""
    assert read_number(sign, DEFAULT_SIGNS) == (0.0, Status.NONE)  # type: ignore[arg-type]


def test_the_recipe_explains_other_signs() -> None:
    """Das Rezept erklärt abweichende Zeichen."""
    assert read_number("-9999", {"-9999": Status.NOT_MEANINGFUL})[1] is Status.NOT_MEANINGFUL  # type: ignore[index]


def test_order_of_precedence() -> None:
    """Treffen mehrere Zustände zusammen, gewinnt der stärkste."""
    order = [
        "suppressed",
        "missing",
        "not_meaningful",
        "unreliable",
        "estimated",
        "provisional",
        "none",
        "ok",
    ]

    assert [status.value for status in sorted(Status, key=PRECEDENCE.__getitem__)] == order
    assert strongest([Status.OK, Status.PROVISIONAL, Status.MISSING]) is Status.MISSING
    assert strongest([]) is Status.OK


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'), ("+49", "'+49"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"), ("-", "-"), ("Altstadt", "Altstadt"), ("", ""), ("0304", "0304"), ("–", "–"),
    ],
)  # fmt: skip
def test_texts_that_a_spreadsheet_would_run_are_defused(text: str, safe: str) -> None:
    """Texte, die eine Tabellenkalkulation als Formel ausführte, werden entschärft."""
    assert defused(text) == safe
