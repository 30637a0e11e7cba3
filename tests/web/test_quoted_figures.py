"""Figures in free texts: a finding that is named becomes its figure, for those who may read it, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import planung
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from sozialraum_web.planning import actionplan, quoted
from sozialraum_web.planning.models import Finding
from sozialraum_web.planning.permissions import Reader
from sozialraum_web.records.services import change

pytestmark = pytest.mark.django_db
NAMED = "Wie [[Befund 1]] zeigt."
CLOSED = "(Zahl für Sie nicht lesbar)"


@pytest.fixture
def made() -> dict[str, Any]:
    """The whole chain for everybody; goal and need name the finding."""
    found = planung.fill("probestadt", "Plan", visibility="oeffentlich")
    for name in ("goal", "need"):
        change(found[name], None, {"text": NAMED}, version=found[name].version)
    return found


def nobody(made: dict[str, Any]) -> Reader:
    return Reader(AnonymousUser(), made["place"].municipality)


def test_a_named_finding_becomes_its_figure_and_a_way_to_the_release(made: dict[str, Any]) -> None:
    text = quoted.told(NAMED, made["place"], nobody(made))
    finding = made["finding"]
    assert finding.indicator_label in text
    assert "31.12.2022" in text
    assert 'href="/probestadt/atlas/?kennzahl=sgb2_quote' in text
    assert "jahr=2022-12-31" in text
    assert "[[" not in text
    # 2024 gibt es schon: Der Text sagt es von selbst.
    assert "neuer" in text or "geändert" in text


def test_the_figure_is_the_kept_one(made: dict[str, Any]) -> None:
    from sozialraum_web.planning.sentences import figure

    finding = made["finding"]
    kept = figure(finding.value, finding.unit, finding.decimals, finding.status)
    assert kept in quoted.in_plain(NAMED, made["place"], nobody(made))


@pytest.mark.parametrize("visibility", ["intern", "rat"])
def test_who_may_not_see_the_finding_learns_nothing_of_it(made: dict[str, Any], visibility: str) -> None:
    Finding.objects.filter(pk=made["finding"].pk).update(visibility=visibility)
    for text in (
        quoted.told(NAMED, made["place"], nobody(made)),
        quoted.in_plain(NAMED, made["place"], nobody(made)),
    ):
        assert CLOSED in text
        assert made["finding"].indicator_label not in text


def test_an_internal_figure_stays_inside(made: dict[str, Any]) -> None:
    Finding.objects.filter(pk=made["finding"].pk).update(audience="intern")
    assert CLOSED in quoted.told(NAMED, made["place"], nobody(made))


def test_findings_of_other_municipalities_are_not_reached(made: dict[str, Any]) -> None:
    other = planung.fill("doppelstadt", "Fremd", visibility="oeffentlich")
    Finding.objects.filter(pk=other["finding"].pk).update(number=77)
    assert "[[Befund 77]]" in quoted.told("[[Befund 77]]", made["place"], nobody(made))


@pytest.mark.parametrize(
    "text", ["[[Befund 99]]", "[[Befund]]", "[[Befund 999999999999]]", "[[Bedarf 1]]", "[Befund 1]", ""]
)
def test_what_names_nothing_stays_as_typed(made: dict[str, Any], text: str) -> None:
    assert text in quoted.told(text, made["place"], nobody(made))


def test_everything_else_is_escaped(made: dict[str, Any]) -> None:
    hostile = '<script>alert(1)</script> [[Befund 1]] <a href="javascript:x">'
    Finding.objects.filter(pk=made["finding"].pk).update(indicator_label="<b>fett</b>")
    for text in (
        quoted.told(hostile, made["place"], nobody(made)),
        quoted.told_line(hostile, made["place"], nobody(made)),
    ):
        assert "<script" not in text
        assert "<b>" not in text
        assert 'href="javascript' not in text
        assert "&lt;b&gt;fett" in text


def test_a_suppressed_figure_is_said_in_words(made: dict[str, Any]) -> None:
    Finding.objects.filter(pk=made["finding"].pk).update(
        value=None, lower=None, upper=None, status="suppressed"
    )
    text = quoted.in_plain(NAMED, made["place"], nobody(made))
    assert not any(character.isdigit() for character in text.split("(")[0])


def test_after_a_reform_the_figure_stays_with_the_area_that_is_gone(made: dict[str, Any]) -> None:
    note = "Bis zur Gebietsreform Altes Viertel (Stand 2015)."
    change(made["finding"], None, {"area_note": note}, version=made["finding"].version)
    text = quoted.told(NAMED, made["place"], nobody(made))
    areas = [area.name for area in Finding.objects.get(pk=made["finding"].pk).areas.all()]
    assert "Altes Viertel" in text
    assert not any(name in text for name in areas)
    assert "/atlas/" not in text
    assert 'href="/probestadt/planung/befunde/1/"' in text
    assert "neuer" not in text


@pytest.mark.parametrize("page", ["ziele/1/", "bedarfe/1/", "oeffentlich/"])
def test_pages_show_the_figure(client: Client, made: dict[str, Any], page: str) -> None:
    content = client.get(f"/probestadt/planung/{page}").content.decode()
    assert made["finding"].indicator_label in content
    assert 'class="figure-link"' in content
    assert "[[Befund" not in content


def test_the_action_plan_says_it_in_words(made: dict[str, Any]) -> None:
    document = actionplan.document(made["place"], nobody(made), date(2025, 3, 1))
    text = repr(document)
    assert "[[Befund" not in text
    assert made["finding"].indicator_label in text


def test_the_finding_says_how_it_is_named(made: dict[str, Any], member: Callable[[str, str], Client]) -> None:
    content = member("probestadt", "sozialplanung").get("/probestadt/planung/befunde/1/").content.decode()
    assert "[[Befund 1]]" in content
