"""German figures, classes, comparisons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.products import draw
from sozialraum.products.draw.comparison import side_word, trend_judgement


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (37.25, 1, "37,3"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (45674, 0, "45\u202f674"),
        (1234567.891, 2, "1\u202f234\u202f567,89"),
        (-0.04, 1, "0,0"),
        (0.125, 2, "0,13"),
        (1.005, 2, "1,01"),  # the shortest decimal counts, not the binary neighbour
    ],
)
def test_figures(value, decimals, text):
    assert draw.number(value, decimals) == text


def test_units_and_signs():
    assert draw.number(5, 1, unit="%") == "5,0\u202f%"
    assert draw.number(4280, 0, unit="Personen") == "4\u202f280\u00a0Personen"
    assert draw.number(3.4, 1, sign=True) == "+3,4"
    assert draw.number(-3.4, 1, sign=True) == "−3,4"
    assert draw.number(0, 1, sign=True) == "0,0"


@pytest.mark.parametrize(
    ("value", "status", "text"),
    [
        (15.0, "ok", "15,0"),
        (0.0, "none", "–"),
        (None, "missing", "..."),
        (None, "suppressed", "."),
        (15.0, "suppressed", "."),
        (15.0, "unreliable", "15,0\u202f/"),
        (15.0, "estimated", "15,0\u202fs"),
        (15.0, "provisional", "15,0\u202fp"),
        (None, "not_meaningful", "x"),
        (None, "ok", "..."),
    ],
)
def test_states_never_show_a_hidden_figure(value, status, text):
    assert draw.value_text(value, status) == text


def test_spans():
    assert draw.rank_text(3, 5) == "3–5"
    assert draw.rank_text(1, 1) == "1"
    assert draw.rank_text(None, 4) == ""
    assert draw.interval_text(35.9, 38.5) == "35,9–38,5"
    assert draw.interval_text(-1.2, 0.4) == "−1,2 bis 0,4"
    assert draw.interval_text(None, 1) == ""
    assert draw.date_text("2020-12-31") == "31.12.2020"
    assert draw.date_text("2020") == "2020"


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_figures_can_be_read_back(value, decimals):
    text = draw.number(value, decimals).replace("\u202f", "").replace("−", "-").replace(",", ".")
    assert abs(float(text) - value) <= 0.5 * 10**-decimals + 1e-6 * max(1, abs(value)) * 1e-3


def test_classes_have_their_lower_limit():
    limits = [10, 20, 30, 45]
    found = [draw.class_of(value, limits) for value in (9.99, 10, 29.9, 30, 45, 99)]
    assert found == ["q1", "q2", "q3", "q4", "q5", "q5"]
    assert draw.class_of(None, limits) == "qn"
    assert draw.class_of(1, [5.0]) == "q2"
    labels = [label.replace("\u202f", " ") for label in draw.class_labels(limits, unit="%")]
    assert labels == [
        "unter 10 %",
        "10 bis unter 20 %",
        "20 bis unter 30 %",
        "30 bis unter 45 %",
        "45 % und mehr",
    ]


@pytest.mark.parametrize(
    ("lower", "upper", "polarity", "expected"),
    [
        (21, 25, "higher_worse", "worse"),
        (21, 25, "higher_better", "better"),
        (10, 15, "higher_worse", "better"),
        (10, 15, "higher_better", "worse"),
        (18, 22, "higher_worse", "same"),
        (20, 25, "higher_worse", "same"),  # the benchmark on the limit is not a difference
        (21, 25, "neutral", "neutral"),
        (None, None, "higher_worse", ""),
    ],
)
def test_comparisons_need_the_whole_interval_on_one_side(lower, upper, polarity, expected):
    assert draw.compare(22, lower, upper, 20, polarity) == expected


def test_nothing_is_compared_without_value_or_benchmark():
    assert draw.compare(None, 1, 2, 20, "higher_worse") == ""
    assert draw.compare(22, 21, 25, None, "neutral") == ""
    assert side_word(21, 25, 20) == "gesichert darüber"
    assert side_word(18, 22, 20) == "nicht unterscheidbar"


def test_trends_are_judged_by_polarity():
    assert trend_judgement("up", "higher_worse") == "worse"
    assert trend_judgement("down", "higher_worse") == "better"
    assert trend_judgement("up", "higher_better") == "better"
    assert trend_judgement("up", "neutral") == "neutral"
    assert trend_judgement("flat", "higher_worse") == "same"
    assert draw.trend_word("", "neutral") == "offen"
