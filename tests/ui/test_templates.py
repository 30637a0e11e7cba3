"""Templates: every component renders, escapes, and keeps to the content policy."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

import sozialraum_ui
from sozialraum.products import draw
from sozialraum_ui import parts
from sozialraum_ui.style_page import style_page

TEMPLATES = Path(sozialraum_ui.__file__).parent / "templates"
TRANSLATED = re.compile(
    r"\{% blocktranslate.*?endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", flags=re.DOTALL
)
COMPONENT = "sozialraum_ui/components/"


@pytest.fixture(scope="module")
def page():
    return style_page(RequestFactory().get("/")).content.decode()


def test_the_page_has_its_landmarks_once(page):
    for landmark in ("<main ", "<header ", "<footer ", "<h1>"):
        assert page.count(landmark) == 1
    assert '<a class="skip" href="#inhalt">' in page
    assert page.count('aria-current="page"') == 2  # navigation and path


def test_nothing_inline(page):
    assert not re.search(r"\sstyle=", page)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son[a-z]+=", page)


def test_ids_are_unique_and_references_are_met(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    patterns = [each for each in ids if each.startswith("muster-")]
    others = [each for each in ids if each not in patterns]
    assert len(others) == len(set(others))
    for name in ("aria-labelledby", "aria-describedby", "for"):
        for value in re.findall(rf'\s{name}="([^"]+)"', page):
            assert set(value.split()) <= set(ids)


def test_every_text_for_people_can_be_translated():
    plain = re.compile(r">[^<>{}]*[A-Za-zÄÖÜäöü]{3,}[^<>{}]*<")
    for path in TEMPLATES.rglob("*.html"):
        text = TRANSLATED.sub("", path.read_text(encoding="utf-8"))
        found = [each for each in plain.findall(text) if "sozialraum" not in each]
        assert found == [], path


def test_the_base_needs_nothing():
    page = render_to_string("sozialraum_ui/base.html", {})
    assert "<main " in page
    assert "None" not in page


def test_links_that_do_not_exist_yet_are_quiet_text():
    page = render_to_string(
        f"{COMPONENT}chain.html", {"chain": parts.chain("gebiet", {"gebiet": ("Moabit", "/m/")})}
    )
    assert page.count("<a ") == 1
    assert page.count("noch nicht verknüpft") == 7
    with pytest.raises(ValueError, match="wirkungg"):
        parts.chain("", {"wirkungg": ("x", "/")})


def test_tables_escape_and_keep_raw_figures_for_sorting():
    table = parts.Table(
        "T <b>",
        (parts.Column("Gebiet", sort="text"), parts.Column("Wert", numeric=True, sort="number")),
        (
            parts.Row(
                (parts.Cell("<i>A</i>", href="/a?x=1&y=2"), parts.Cell("1\u202f234,5", 1234.5)), code="a"
            ),
            parts.Row((parts.Cell("Gruppe"),), group=True),
            parts.Row((parts.Cell("B"), parts.Cell(".", "", status="suppressed"))),
        ),
    )
    page = render_to_string(f"{COMPONENT}table.html", {"table": table})
    assert "&lt;i&gt;A&lt;/i&gt;" in page
    assert 'data-value="1234.5"' in page
    assert 'data-value=""' in page
    assert 'href="/a?x=1&amp;y=2"' in page
    assert "gesperrt (Statistikgeheimnis)" in page
    assert page.count("<tr") == 4


def test_a_row_with_a_missing_cell_is_refused():
    table = parts.Table("T", (parts.Column("A"), parts.Column("B")), (parts.Row((parts.Cell("x"),)),))
    with pytest.raises(ValueError, match="zip"):
        _ = table.lines


def test_a_hidden_key_figure_shows_its_state_and_no_figure():
    figure = parts.KeyFigure("Wohngeld", "999", "%", status="suppressed")
    page = render_to_string(f"{COMPONENT}key_figures.html", {"figures": [figure]})
    assert "999" not in page
    assert "gesperrt" in page


def test_figures_in_templates_are_german():
    from django.template import Context, Template

    source = "{% load sozialraum_ui %}{{ a|number:2 }}|{{ a|whole }}|{{ a|percent }}|{{ none|number }}|{{ d|date_de }}|{{ 's'|safe }}"
    shown = Template(source).render(Context({"a": 1234.567, "none": None, "d": "2024-12-31"}))
    assert shown == "1\u202f234,57|1\u202f235|1\u202f234,6\u202f%||31.12.2024|s"


def test_rankings_keep_areas_without_a_figure():
    from sozialraum_ui.ranking import interval_head, rank_rows

    intervals = [
        draw.Interval("a", "A", 30.0, 25.0, 35.0, "worse", rank_lower=1, rank_upper=2),
        draw.Interval("b", "B", None, status="suppressed"),
    ]
    rows = rank_rows(intervals, 20.0)
    assert [(row.value, row.rank) for row in rows] == [("30,0", "1–2"), (".", "")]
    assert 'aria-label="25,0–35,0"' in rows[0].drawing
    assert "aria-label" not in rows[1].drawing
    assert interval_head(intervals, 20.0, "Stadt") == "0 bis 40, Linie: Stadt"
