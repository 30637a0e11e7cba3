"""The address of the workbench: unknown values are refused with a way on, known ones that do not fit are replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.django_db
KEYS = ["kennzahl", "ebene", "jahr", "vergleich", "gebiet", "nur", "stand", "pins", "ansicht"]
HOSTILE = [
    "'", '"', "' OR 1=1 --", "; DROP TABLE x", "../../etc/passwd", "%00", "\x00", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "x" * 5000, "-1", "1e309", "NaN", "[]", "{{7*7}}", "{% debug %}", "<svg onload=x>", "٣", "2024-13-45", "0101,0102,,,", ",", "bezirk:", ":0101", "kommune:05999001:x", "nz",
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_queries_are_answered(client: Client, key: str, value: str) -> None:
    response = client.get("/probestadt/atlas/", {key: value})
    assert response.status_code in (200, 404)
    if response.status_code == 404:
        assert "Alle Kommunen" in response.content.decode() or "Zum Atlas" in response.content.decode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=30), max_size=4))
def test_any_query_is_answered(client: Client, query: dict[str, str]) -> None:
    assert client.get("/probestadt/atlas/", query).status_code in (200, 404)
    assert client.get("/probestadt/daten/auswahl.csv", query).status_code in (200, 404)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(min_size=1, max_size=30),
    st.sampled_from(["gebiete/bezirk/{}/", "kennzahlen/{}/", "index/{}/", "daten/{}"]),
)
def test_any_path_is_answered(client: Client, text: str, pattern: str) -> None:
    from urllib.parse import quote

    response = client.get("/probestadt/" + pattern.format(quote(text, safe="")))
    assert response.status_code in (200, 301, 404)


@pytest.mark.parametrize("key", [key for key in KEYS if key != "pins"])
def test_unknown_values_are_named(get: Callable[..., Any], key: str) -> None:
    response = get(f"/probestadt/atlas/?{key}=gibtesnicht")
    assert response.status_code == 404
    assert "„gibtesnicht“ gibt es in dieser Freigabe nicht" in response.text_content


def test_a_year_without_values_is_replaced_and_told(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk&jahr=2017-12-31").text_content
    assert "Für 31.12.2017 gibt es „Arbeitslosenanteil“ hier nicht. Gezeigt wird: 31.12.2024." in text


def test_a_level_without_values_is_replaced_and_told(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?stand=2015&ebene=bezirk").text_content
    assert "gibt es nicht auf der Ebene Statistischer Bezirk. Gezeigt wird: Stadtteil." in text


def test_a_year_alone_is_enough(get: Callable[..., Any]) -> None:
    assert "31.12.2021" in get("/probestadt/atlas/?jahr=2021").text_content


def test_filters_are_announced_and_can_be_taken_back(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=anteil_65plus&gebiet=stadtteil:01&nur=ueber").text_content
    assert "Filter aktiv" in text
    assert "nur Gebiete in Mitte und nur Gebiete gesichert über dem Vergleichswert" in text
    assert "Zurücksetzen" in text
    assert "Filter aktiv" not in get("/probestadt/atlas/?kennzahl=anteil_65plus").text_content


def test_an_empty_filter_says_so(get: Callable[..., Any]) -> None:
    text = get(
        "/probestadt/atlas/?kennzahl=arbeitslosenanteil&jahr=2024-12-31&ebene=bezirk&gebiet=stadtteil:03&nur=unter&vergleich=stadtteil:03"
    ).text_content
    assert "Filter aktiv" in text


def test_another_comparator(get: Callable[..., Any]) -> None:
    town = get("/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk").text_content
    part = get("/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk&vergleich=stadtteil:01").text_content
    assert "Linie: Mitte" in part
    assert "Linie: Probestadt" in town


def test_pins_are_kept_up_to_four(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?ebene=bezirk&pins=0101,0102,0104,0105,0106").text_content
    assert "(4 von 4)" in text
    assert get("/probestadt/atlas/?pins=0199").status_code == 404


def test_the_query_of_a_state_leads_back_to_it(get: Callable[..., Any]) -> None:
    from functools import partial
    from urllib.parse import parse_qsl

    from sozialraum.products import catalogue as catalogues
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.atlas import state
    from sozialraum_web.monitoring import queries
    from sozialraum_web.monitoring.models import Release

    release = Release.objects.get(municipality=Municipality.objects.get(slug="probestadt"))
    content, known = catalogues.load(release.folder), partial(queries.available_periods, release.folder)
    query = {
        "kennzahl": "anteil_65plus",
        "ebene": "bezirk",
        "jahr": "2021-12-31",
        "vergleich": "stadtteil:02",
        "gebiet": "stadtteil:01",
        "nur": "gleich",
        "pins": "0102,0101",
        "ansicht": "tabelle",
    }
    first = state.read(query, content, known)
    second = state.read(dict(parse_qsl(first.query()[1:])), content, known)
    assert first == second
    assert first.pins == ("0102", "0101")
    assert "0103" in first.toggled("0103")
    assert "0102" not in first.toggled("0102")
