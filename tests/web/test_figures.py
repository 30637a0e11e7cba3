"""One count has one look: map, ranking, table, profile and download say the same, and hidden stays hidden."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

import probestadt

pytestmark = pytest.mark.django_db
CODES = probestadt.bezirk_codes()
LATEST = probestadt.PERIODS[-1]


def rows_of(text: str, id: str) -> dict[str, list[str]]:
    """Cells of a table by area code."""
    table = re.search(rf'<table[^>]*id="{id}".*?</table>', text, re.S)
    assert table
    found = re.findall(r'<tr data-code="([^"]+)">(.*?)</tr>', table[0], re.S)
    return {
        code: [clean(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", body, re.S)] for code, body in found
    }


def clean(html: str) -> str:
    """Text of a cell without hidden words."""
    html = re.sub(r'<span class="sr">.*?</span>', "", html, flags=re.S)
    return unescape(re.sub(r"<[^>]+>", "", html)).replace("\u202f", " ").strip()


def download(get: Callable[..., Any], query: str) -> list[dict[str, str]]:
    """Rows of a selection."""
    text = get(f"/probestadt/daten/auswahl.csv?{query}").content.decode("utf-8-sig")
    lines = text.split("\r\n\r\n")[0]
    return list(csv.DictReader(io.StringIO(lines), delimiter=";"))


def comma(text: str) -> float | None:
    """A German number."""
    return float(text.replace(",", ".")) if text else None


@pytest.mark.parametrize(
    "indicator", ["arbeitslosenanteil", "anteil_65plus", "wohndauer_5_jahre", "einwohnerzahl"]
)
def test_table_and_download_agree_with_the_release(get: Callable[..., Any], indicator: str) -> None:
    truth = {
        row["area"]: row
        for row in probestadt.values(probestadt.Town())
        if (row["indicator"], row["level"], row["period"]) == (indicator, "bezirk", LATEST)
    }
    shown = rows_of(get(f"/probestadt/atlas/?kennzahl={indicator}&ebene=bezirk").text_content, "werte")
    saved = {row["gebiet"]: row for row in download(get, f"kennzahl={indicator}&ebene=bezirk")}
    assert set(truth) == set(shown)
    assert set(truth) <= set(saved)
    for code, row in truth.items():
        assert comma(saved[code]["value"]) == (None if row["value"] is None else pytest.approx(row["value"]))
        assert saved[code]["status"] == row["status"]
        printed = shown[code][4]
        if row["value"] is None:
            assert printed in (".", "...", "x")
        elif row["status"] == "none":
            assert printed == "–"
        else:
            figure = re.match(r"[\d ]+(,\d+)?", printed)
            assert figure
            places = 0 if indicator == "einwohnerzahl" else 1
            assert float(figure[0].replace(" ", "").replace(",", ".")) == pytest.approx(
                row["value"], abs=0.51 * 10**-places
            )


def test_every_status_has_its_sign(get: Callable[..., Any]) -> None:
    shown = rows_of(get("/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk").text_content, "werte")
    signs = {
        "ok": "",
        "none": "–",
        "missing": "...",
        "suppressed": ".",
        "unreliable": "/",
        "estimated": "s",
        "provisional": "p",
        "not_meaningful": "x",
    }
    for code, status in zip(CODES, probestadt.STATUSES, strict=False):
        printed = shown[code][4]
        assert printed.endswith(signs[status])
        assert printed != "0"
        assert bool(re.match(r"\d", printed)) is (status in ("ok", "unreliable", "estimated", "provisional"))


def test_map_ranking_and_profile_agree(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk").text_content
    table = rows_of(text, "werte")
    labels = dict(re.findall(r'<a href="[^"]*" data-code="(\d+)"[^>]*><title>([^<]*)</title>', text))
    ranking = dict(re.findall(r'<li data-code="(\d+)".*?<span class="num">([^<]*)</span>', text, re.S))
    for code in CODES:
        printed = table[code][4]
        assert ranking[code].replace("\u202f", " ") == printed
        profile = get(f"/probestadt/gebiete/bezirk/{code}/").text_content
        row = re.search(r'kennzahlen/arbeitslosenanteil/">.*?</tr>', profile.split("<table")[1], re.S)
        assert row
        figure = printed.split(" ")[0]
        assert figure in clean(row[0])
        if code in labels and re.match(r"\d", printed):
            assert f": {figure}\u202f%" in unescape(labels[code])


def test_suppressed_is_never_zero_and_looks_alike(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=sgb2_quote&ebene=bezirk").text_content
    rows = rows_of(text, "werte")
    hidden = [rows[CODES[2]], rows[CODES[5]]]
    assert hidden[0][2:] == hidden[1][2:] == ["", "", ".", "", "gesperrt (Statistikgeheimnis)", ""]
    assert "zweite Sperrung" not in text
    for code in (CODES[2], CODES[5]):
        assert "zweite Sperrung" not in get(f"/probestadt/gebiete/bezirk/{code}/").text_content


def test_rows_without_figure_share_one_alphabetical_tail(get: Callable[..., Any]) -> None:
    shown = list(
        rows_of(get("/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk").text_content, "werte")
    )
    names = dict(zip(CODES, probestadt.NAMES, strict=True))
    tail = shown[9:12]
    assert [probestadt.STATUSES[CODES.index(code)] for code in tail] != ["suppressed"] * 3
    assert [names[code] for code in tail] == sorted(names[code] for code in tail)
    assert shown[12] == "nz"


def test_rows_stay_where_they_are_when_a_hidden_figure_changes() -> None:
    from sozialraum.products import catalogue as catalogues
    from sozialraum.products.layers import _order, build
    from sozialraum.products.values import Value

    content = catalogues.parse(probestadt.catalogue(probestadt.Town()))
    indicator = content.indicators["sgb2_quote"]

    def order(numerator: float | None) -> list[str]:
        values = {
            code: Value(
                code,
                "bezirk",
                "2024",
                LATEST,
                "sgb2_quote",
                numerator if code == "0103" else 5.0,
                100.0,
                None if code == "0103" else 5.0 + int(code),
                1.0,
                2000.0,
                "suppressed" if code == "0103" else "ok",
                "",
                "",
            )
            for code in CODES
        }
        rows = build(content, indicator, "2024", "bezirk", LATEST, values, 8.0)
        assert rows == sorted(rows, key=_order)
        return [row.area.code for row in rows]

    assert order(None) == order(1.0) == order(9999.0)


def test_a_value_that_slipped_under_a_hidden_status_is_not_shown() -> None:
    from sozialraum.products import catalogue as catalogues
    from sozialraum.products.layers import label, value_text
    from sozialraum.products.values import Value

    indicator = catalogues.parse(probestadt.catalogue(probestadt.Town())).indicators["sgb2_quote"]
    value = Value(
        "0103", "bezirk", "2024", LATEST, "sgb2_quote", 2.0, 100.0, 2.0, 1.0, 3.0, "suppressed", "", "klein"
    )
    assert not value.shown
    assert value_text(value, indicator) == "."
    assert "2" not in label(value, indicator)
    assert value.plain_notes == ""


def test_what_cannot_be_placed_is_told(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=arbeitslosenanteil&ebene=bezirk").text_content
    assert "3 Fälle sind räumlich nicht zuordenbar" in text
    assert rows_of(text, "werte")["nz"][0] == "räumlich nicht zuordenbar"


def test_an_area_without_geometry_is_in_table_and_profile(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?ebene=bezirk").text_content
    assert 'data-code="0112" data-x' not in text
    assert "0112" in rows_of(text, "werte")
    assert get("/probestadt/gebiete/bezirk/0112/").status_code == 200


def test_a_level_without_map_says_so(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?stand=2015&ebene=stadtteil").text_content
    assert "Für diese Ebene gibt es keine Karte" in text


def test_counts_are_not_compared_with_the_whole(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=einwohnerzahl&ebene=bezirk").text_content
    assert "gesichert darüber" not in text
    assert "nicht unterscheidbar" not in text


def test_legend_counts_every_area_once(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk").text_content
    legend = re.search(r'<div class="legend">.*?</div>', text, re.S)
    assert legend
    counts = [int(clean(count)) for count in re.findall(r'<span class="num">(\d+)', legend[0])]
    assert sum(counts) == 12


def test_sums_of_children_are_the_parent(get: Callable[..., Any]) -> None:
    parts = [
        comma(row["numerator"]) or 0
        for row in download(get, "kennzahl=anteil_65plus&ebene=bezirk&jahr=2024-12-31")
        if row["level"] == "bezirk"
    ]
    whole = [
        comma(row["numerator"])
        for row in download(get, "kennzahl=anteil_65plus&ebene=bezirk")
        if row["level"] == "kommune"
    ]
    assert [sum(parts)] == whole


def test_profile_download_holds_the_open_sources_only(get: Callable[..., Any]) -> None:
    rows = download(get, "gebiet=bezirk:0101")
    assert {row["indicator"] for row in rows} == {
        "einwohnerzahl",
        "arbeitslosenanteil",
        "anteil_65plus",
        "wohndauer_5_jahre",
    }
    assert {row["gebiet"] for row in rows} == {"0101"}


def test_a_broken_series_is_broken(get: Callable[..., Any]) -> None:
    text = get("/probestadt/gebiete/stadtteil/01/").text_content
    assert "Werte vor und nach einem Bruch sind nicht vergleichbar" in text
    assert "Gebietsstand 2015" in text


def test_pyramid_with_a_hidden_cell(get: Callable[..., Any]) -> None:
    text = get("/probestadt/gebiete/stadtteil/03/").text_content
    table = re.search(r"Altersaufbau von Süd &amp; Ost, 31.12.2024, Personen.*?</table>", text, re.S)
    assert table
    last = re.findall(r"<tr>.*?</tr>", table[0], re.S)[-1]
    assert "85+ Jahre" in last
    assert next(clean(cell) for cell in re.findall(r"<td.*?</td>", last, re.S)) == "."
    assert "Altersaufbau" not in get("/probestadt/gebiete/bezirk/0101/").text_content


def test_index_page_counts_add_up(get: Callable[..., Any]) -> None:
    text = get("/probestadt/index/lage_2024/").text_content
    matrix = re.search(r'<table class="matrix-table">.*?</table>', text, re.S)
    assert matrix
    assert sum(int(count) for count in re.findall(r"<b>(\d+)</b>", matrix[0])) == 11
    assert "2 von 11 Gebieten liegen nah an einer Klassengrenze" in text
    assert "unter 300 Einwohnerinnen und Einwohnern" in text
    assert "nur Ausgaben derselben Methode" in text


def test_stability_is_a_share_of_the_variants(get: Callable[..., Any]) -> None:
    rows = rows_of(get("/probestadt/index/lage_2024/").text_content, "alle-gebiete")
    assert rows[CODES[2]][6] == "60 %"
    assert rows[CODES[0]][6] == "99 %"
    assert "In 60\u202f% der Rechenvarianten" in get(f"/probestadt/gebiete/bezirk/{CODES[2]}/").text_content


def test_nothing_unstable_reads_as_certain() -> None:
    from sozialraum_web.atlas.views.index import percent

    assert [percent(share) for share in (0.999, 1.0, 0.29, None)] == [
        "99\u202f%",
        "100\u202f%",
        "29\u202f%",
        "",
    ]


def test_unrated_areas_say_why(get: Callable[..., Any]) -> None:
    rows = rows_of(get("/probestadt/index/lage_2024/").text_content, "alle-gebiete")
    assert rows["0112"][7] == "nicht bewertet: unter 300 Einwohnerinnen und Einwohnern"
    assert (
        "nicht bewertet (unter 300 Einwohnerinnen und Einwohnern)"
        in get("/probestadt/gebiete/bezirk/0112/").text_content
    )
