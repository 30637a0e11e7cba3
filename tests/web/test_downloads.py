"""Files leave only when source and audience allow it, and a spreadsheet executes nothing in them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@cmd", "\tx", "\rx", '=HYPERLINK("x")'])
def test_formulas_are_neutralised(text: str) -> None:
    from sozialraum_web.portal.downloads import neutral

    assert neutral(text) == "'" + text


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    from sozialraum_web.portal.downloads import neutral

    # a lone sign is no formula, it is a sign of official statistics
    assert len(text) < 2 or not str(neutral(text)).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert str(neutral(text)).endswith(text)


@pytest.mark.parametrize(
    ("number", "text"), [(None, ""), (5.0, "5"), (-2.5, "-2,5"), (0.1, "0,1"), (1234567.0, "1234567")]
)
def test_numbers_stay_numbers(number: float | None, text: str) -> None:
    from sozialraum_web.portal.downloads import _Number, decimal_comma

    assert decimal_comma(number) == text
    assert str(_Number(number)) == text


def test_the_hostile_name_is_neutral_in_the_file(get: Callable[..., Any]) -> None:
    response = get("/probestadt/daten/auswahl.csv?kennzahl=anteil_65plus&ebene=bezirk")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="probestadt-')
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    names = [row[1] for row in rows[1:13]]
    assert '\'=HYPERLINK("http://example.org")' in names
    assert rows[0][0] == "gebiet"
    assert any("Freigabe 2025-01" in cell for row in rows for cell in row)
    assert any("gesperrt" in cell for row in rows for cell in row)


def test_a_source_for_display_only_never_becomes_a_file(get: Callable[..., Any]) -> None:
    assert get("/probestadt/daten/auswahl.csv?kennzahl=sgb2_quote").status_code == 404
    for name in ("werte.csv", "werte.parquet", "grundzahlen.parquet"):
        response = get(f"/probestadt/daten/{name}")
        assert response.status_code == 404
        assert "nicht weitergegeben" in response.text_content
    page = get("/probestadt/daten/").text_content
    assert 'href="/probestadt/daten/werte.csv"' not in page
    assert "nur Anzeige" in page
    assert "auswahl.csv?kennzahl=sgb2_quote" not in page
    assert "daten/auswahl.csv" not in get("/probestadt/kennzahlen/sgb2_quote/").text_content


def test_files_without_figures_are_free(get: Callable[..., Any], folders: Any) -> None:
    for name in ("katalog.json", "protokoll.json", "hierarchie.csv", "gebiete.geojson", "LIESMICH.md"):
        response = get(f"/probestadt/daten/{name}")
        assert response.status_code == 200
        assert b"".join(response.streaming_content) == (folders["probestadt"][0] / name).read_bytes()
        assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "..%2f..%2fsozialraum.sqlite3",
        "%2e%2e/katalog.json",
        "werte.csv%00",
        "schluessel.txt",
        "WERTE.CSV",
    ],
)
def test_nothing_else_leaves(get: Callable[..., Any], name: str) -> None:
    assert get(f"/probestadt/daten/{name}").status_code in (301, 302, 404)


def test_checksums_on_the_page_are_those_of_the_files(get: Callable[..., Any], folders: Any) -> None:
    text = get("/probestadt/daten/").text_content
    for name in ("katalog.json", "hierarchie.csv"):
        assert hashlib.sha256((folders["probestadt"][0] / name).read_bytes()).hexdigest() in text


def test_internal_files_are_for_members(member: Callable[[str, str], Client], client: Client) -> None:
    url = "/internstadt/daten/katalog.json"
    assert client.get(url).status_code == 404
    assert member("internstadt", "traeger").get(url).status_code == 404
    response = member("internstadt", "statistik").get(url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_search_finds_without_accents(get: Callable[..., Any]) -> None:
    for text in ("süd", "SUED", "sud"):
        found = "gebiete/stadtteil/03/" in get(f"/probestadt/suche/?q={text}").text_content
        assert found is (text != "sud")
    assert "gebiete/bezirk/0107/" in get("/probestadt/suche/?q=0107").text_content
    assert "kennzahlen/wohndauer_5_jahre/" in get("/probestadt/suche/?q=wohndauer").text_content
