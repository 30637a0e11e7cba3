"""The views of the atlas say the same as the release: figures, comparators, own areas, files, embedded copies."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from sozialraum.products import draw


def place_of(slug: str = "probestadt") -> Any:
    """The public release of a town."""
    from django.test import RequestFactory

    from sozialraum_web.monitoring.access import enter

    request = RequestFactory().get("/")
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    return enter(request, slug)


def test_a_state_beyond_the_town_is_a_comparator(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=arbeitslosenanteil&vergleich=vergleich:99").text_content
    assert '<option value="vergleich:99" selected>Musterland</option>' in text
    assert "Musterland 6,3" in text.replace("\u202f", " ")
    profile = get("/probestadt/gebiete/bezirk/0109/?vergleich=vergleich:99").text_content
    assert '<th scope="col" class="num ">Musterland</th>' in profile


def test_a_comparator_without_the_indicator_compares_nothing(get: Callable[..., Any]) -> None:
    text = get("/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk&vergleich=vergleich:99").text_content
    assert "gesichert darüber" not in text


def test_the_change_map_tells_both_years_and_no_level(get: Callable[..., Any]) -> None:
    text = get(
        "/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk&jahr=2024-12-31&von=2019-12-31"
    ).text_content
    assert "31.12.2019 bis 31.12.2024" in text
    assert "keine gesicherte Veränderung" in text
    assert "%-Punkte" in text
    assert 'class="from"' in text


def test_map_profile_table_and_download_show_the_same_figure(get: Callable[..., Any], client: Client) -> None:
    from sozialraum_web.monitoring import queries

    place = place_of()
    row = queries.one(place.release.folder, "anteil_65plus", "2024", "bezirk", "0107", "2024-12-31")
    assert row is not None
    assert row.value is not None
    printed = draw.number(row.value, 1)
    atlas = get("/probestadt/atlas/?kennzahl=anteil_65plus&ebene=bezirk&profil=0107").text_content
    title = re.search(r"<title>Gartenstadt: ([\d,]+)", atlas)
    assert title
    assert title[1] == printed
    assert (
        re.search(r"Gartenstadt</a></th>.*?<td[^>]*data-label=\"Wert in %\"[^>]*>([\d,]+)", atlas, re.S)[1]
        == printed
    )  # type: ignore[index]
    assert f'<p class="kpi">{printed}' in atlas
    profile = get("/probestadt/gebiete/bezirk/0107/").text_content
    assert f">{printed}\u202f%<" in profile
    response = client.get("/probestadt/daten/auswahl.parquet?kennzahl=anteil_65plus&ebene=bezirk")
    table = {item["gebiet"]: item for item in pq.read_table(io.BytesIO(response.content)).to_pylist()}
    assert table["0107"]["value"] == pytest.approx(row.value)
    assert draw.number(table["0107"]["value"], 1) == printed


def test_pictures_carry_title_source_state_and_checksum(get: Callable[..., Any]) -> None:
    for kind in ("karte", "rangfolge", "zeit"):
        text = get(
            f"/probestadt/atlas/bild/{kind}.svg?kennzahl=arbeitslosenanteil&ebene=bezirk&pins=0101"
        ).text_content
        assert text.startswith("<svg")
        for words in (
            "Arbeitslosenanteil, Probestadt",
            "Quelle: Einwohnerregister",
            "Freigabe 2025-01",
            "Prüfsumme",
            "A Altstadt von",
        ):
            assert words in text.replace("\n", " "), (kind, words)
        assert "<script" not in text.replace("&lt;script", "")
        assert "href=" not in text


def test_pixels(client: Client, db: None) -> None:
    for _ in range(2):
        response = client.get("/probestadt/atlas/bild/karte.png?ebene=bezirk")
        assert response.status_code == 200
        assert response.content.startswith(b"\x89PNG")


def test_embedding_is_allowed_for_this_page_alone(get: Callable[..., Any], client: Client) -> None:
    response = get("/probestadt/atlas/einbetten/?ebene=bezirk")
    assert response.status_code == 200
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert "<table" in response.text_content
    assert "Set-Cookie" not in response
    assert "frame-ancestors 'none'" in get("/probestadt/atlas/")["Content-Security-Policy"]


def test_an_internal_release_is_not_embedded(member: Callable[[str, str], Client]) -> None:
    assert member("internstadt", "sozialplanung").get("/internstadt/atlas/einbetten/").status_code == 404


def test_an_own_area_adds_published_counts(get: Callable[..., Any]) -> None:
    from sozialraum_web.monitoring import queries

    place = place_of()
    rows = queries.layer(place.release.folder, "anteil_65plus", "2024", "bezirk", "2024-12-31")
    cases = sum(rows[code].numerator or 0 for code in ("0104", "0105", "0107"))
    base = sum(rows[code].denominator or 0 for code in ("0104", "0105", "0107"))
    text = get(
        "/probestadt/atlas/eigenes-gebiet/?ebene=bezirk&gebiete=0104,0105,0107&umfang=alle"
    ).text_content
    assert f"{draw.number(100 * cases / base, 1)}\u202f%" in text
    assert draw.whole(cases) in text


def test_an_own_area_with_a_hidden_count_shows_no_value_and_offers_one_without(
    get: Callable[..., Any],
) -> None:
    """SGB-II-Quote of 0103 and 0106 is hidden."""
    text = get("/probestadt/atlas/eigenes-gebiet/?ebene=bezirk&gebiete=0103,0104,0105").text_content
    line = re.search(r"<tr>(?:(?!</tr>).)*SGB-II-Quote(?:(?!</tr>).)*</tr>", text, re.S)
    assert line
    cells = re.findall(r'<td[^>]*class="num[^>]*>(.*?)</td>', line[0], re.S)
    assert cells[0] == ""
    assert re.match(r"\.(<|$)", cells[1])
    assert "ist die Fallzahl mindestens eines Teils" in text
    assert "gebiete=0104,0105" in text


def test_the_offer_has_no_hidden_part(db: None) -> None:
    from sozialraum.products import union
    from sozialraum_web.atlas import custom
    from sozialraum_web.atlas import panel as panels

    panel = panels.read(place_of(), {"ebene": "bezirk"})
    indicator = panel.catalogue.indicators["sgb2_quote"]
    areas = panels.chosen(panel, "0103,0104,0107", 9)
    offers = custom.nearest_open(panel, areas, indicator, "2024-12-31")
    assert next([area.code for area in offer.areas] for offer in offers) == ["0104", "0107"]
    values = panels.values(panel, {"sgb2_quote": "2024-12-31"})
    for offer in offers:
        assert union.hidden([values[area.code, "sgb2_quote"] for area in offer.areas], indicator) == []


def test_closed_sources_stay_out_of_files_but_not_of_pages(get: Callable[..., Any], client: Client) -> None:
    import openpyxl

    assert "SGB-II-Quote" in get("/probestadt/atlas/teppich/?ebene=bezirk").text_content
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/probestadt/atlas/teppich.xlsx?ebene=bezirk").content)
    )
    cells = [
        str(cell.value) for line in book["Teppich"].iter_rows() for cell in line if cell.value is not None
    ]
    assert not any(cell.startswith("SGB-II-Quote") for cell in cells)
    assert any("Kennzahlen fehlen, weil ihre Quelle nur die Anzeige erlaubt" in cell for cell in cells)
    assert any(cell.startswith("Arbeitslosenanteil") for cell in cells)
    area = client.get("/probestadt/daten/auswahl.parquet?gebiet=bezirk:0101")
    assert "sgb2_quote" not in {
        item["indicator"] for item in pq.read_table(io.BytesIO(area.content)).to_pylist()
    }


def test_hidden_values_stay_hidden_in_every_file(client: Client, db: None) -> None:
    """Arbeitslosenanteil of 0104 is hidden in the newest period."""
    import openpyxl

    url = "/probestadt/daten/auswahl.{}?kennzahl=arbeitslosenanteil&ebene=bezirk"
    row = next(
        item
        for item in pq.read_table(io.BytesIO(client.get(url.format("parquet")).content)).to_pylist()
        if item["gebiet"] == "0104"
    )
    assert row["status"] == "suppressed"
    assert [row[name] for name in ("numerator", "denominator", "value", "lower", "upper")] == [None] * 5
    assert row["notes"] == ""
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(url.format("xlsx")).content))["Werte"]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    heads = lines[0]
    found = next(line for line in lines if line[0] == "0104")
    assert found[heads.index("value")] is None
    assert found[heads.index("zeichen")] == "."


def test_formulas_in_names_stay_text(client: Client, db: None) -> None:
    import openpyxl

    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/probestadt/daten/auswahl.xlsx?kennzahl=einwohnerzahl&ebene=bezirk").content)
    )
    cell = next(
        cell
        for line in book["Werte"].iter_rows()
        for cell in line
        if str(cell.value).startswith(("=HYPERLINK", "'=HYPERLINK"))
    )
    assert cell.data_type == "s"


def test_a_selection_as_geopackage_opens_with_its_borders(tmp_path: Path, db: None) -> None:
    import numpy as np
    import pyogrio
    import shapely

    from sozialraum_web.portal import selections
    from sozialraum_web.portal.views.data import described

    place = place_of()
    from sozialraum_web.monitoring import queries

    rows = list(
        queries.layer(place.release.folder, "arbeitslosenanteil", "2024", "bezirk", "2024-12-31").values()
    )
    squares = shapely.to_wkb(
        np.array([shapely.MultiPolygon([shapely.box(i, 0, i + 1, 1)]) for i in range(12)])
    )
    codes = np.array([f"{number:04d}" for number in range(101, 113)], dtype=object)
    pyogrio.raw.write(tmp_path / "gebiete.gpkg", geometry=squares, field_data=[codes], fields=["code"], layer="bezirk_2024", geometry_type="MultiPolygon", crs="EPSG:25832", driver="GPKG")  # fmt: skip
    target = tmp_path / "auswahl.gpkg"
    target.write_bytes(selections.as_gpkg(described(place, rows), tmp_path))
    meta, _, geometry, fields = pyogrio.raw.read(target)
    found = dict(zip(meta["fields"], fields, strict=True))
    assert meta["crs"] == "EPSG:25832"
    assert len(geometry) == len(rows)
    hidden = list(found["gebiet"]).index("0104")
    assert np.isnan(found["value"][hidden])
    assert sum(each is None for each in geometry) == sum(row.area == "nz" for row in rows)


def test_streets_lead_to_areas_offline(get: Callable[..., Any]) -> None:
    text = get("/probestadt/suche/?q=lange+str").text_content
    assert "Lange Straße" in text
    assert "/gebiete/bezirk/0102/" in text
    assert "/gebiete/bezirk/0105/" in text
    numbered = get("/probestadt/suche/?q=Lange+Strasse+17").text_content
    assert "/gebiete/bezirk/0102/" in numbered
    assert "/gebiete/bezirk/0105/" not in numbered
    assert "Marktplatz von Internstadt" not in get("/probestadt/suche/?q=marktplatz").text_content


def test_words_and_help_are_found(get: Callable[..., Any]) -> None:
    text = get("/probestadt/suche/?q=grau").text_content
    assert "Warum sehe ich grau" in text
    assert "hilfe/#grau" in text
    assert "hilfe/#wort-median" in get("/probestadt/suche/?q=median").text_content


def test_every_word_of_the_glossary_has_its_place(get: Callable[..., Any]) -> None:
    from sozialraum_ui import glossary
    from sozialraum_web.atlas import texts

    text = get("/probestadt/hilfe/").text_content
    for anchor, _, _ in glossary.entries():
        assert f'id="{anchor}"' in text
    for url, _, _ in texts.TEXTS:
        path, _, anchor = url.partition("#")
        page = get(f"/probestadt/{path}")
        assert page.status_code == 200
        assert not anchor or f'id="{anchor}"' in page.text_content


def test_the_rug_orders_by_a_row_and_hides_what_is_hidden(db: None) -> None:
    from sozialraum_web.atlas import panel as panels
    from sozialraum_web.atlas.rug import weave

    panel = panels.read(place_of(), {"ebene": "bezirk"})
    indicators = [panel.catalogue.indicators[id] for id in ("anteil_65plus", "sgb2_quote")]
    woven = weave(panel, list(panel.areas), indicators, "sgb2_quote")
    row = next(row for _, rows in woven.groups for row in rows if row.indicator.id == "sgb2_quote")
    hidden = [
        area.code for area, cell in zip(woven.areas, row.cells, strict=True) if cell.status == "suppressed"
    ]
    assert sorted(hidden) == ["0103", "0106"]
    assert {area.code for area in woven.areas[-2:]} == {"0103", "0106"}
    assert all(cell.text == "." and cell.css == "" for cell in row.cells if cell.status == "suppressed")
    shown = [float(cell.text.replace(",", ".")) for cell in row.cells if cell.status == "ok"]
    assert shown == sorted(shown, reverse=True)


def test_too_many_areas_narrow_the_rug_instead_of_refusing(
    get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum_web.atlas.views import rug

    monkeypatch.setattr(rug, "WIDEST", 5)
    text = get("/probestadt/atlas/teppich/?ebene=bezirk").text_content
    assert "sind zu viele für einen Teppich" in text
    assert "Gezeigt wird" in text


def test_no_two_areas_read_alike(get: Callable[..., Any]) -> None:
    """A sentence that would read the same for two areas says nothing about either."""
    seen: dict[str, str] = {}
    for number in range(101, 113):
        text = get(f"/probestadt/gebiete/bezirk/0{number}/").text_content
        head = text[text.index("<h1>") : text.index("In Einfacher Sprache")]
        for sentence in re.findall(r"<p(?: class=\"lead\")?>([^<]+)</p>", head):
            assert sentence not in seen, (sentence, seen.get(sentence), number)
            seen[sentence] = str(number)
    assert len(seen) > 20


def test_plain_language_rounds_and_keeps_secrets(get: Callable[..., Any]) -> None:
    text = get("/probestadt/gebiete/bezirk/0103/").text_content
    easy = text[text.index('class="easy"') : text.index("</details>", text.index('class="easy"'))]
    assert "SGB-II-Quote: Diese Zahl zeigen wir nicht. Wir schützen damit einzelne Menschen." in easy
    other = get("/probestadt/gebiete/bezirk/0109/").text_content
    assert re.search(r"SGB-II-Quote: Das sind \d+ von 100\. In Probestadt sind es \d+ von 100\.", other)


def test_other_yardsticks(get: Callable[..., Any]) -> None:
    for key, words in (
        ("stadtteil:01", "Mitte"),
        ("frueher", "der eigene frühere Wert"),
        ("aehnlich", "ähnliche Gebiete"),
    ):
        text = get(f"/probestadt/gebiete/bezirk/0101/?vergleich={key}").text_content
        assert f'<th scope="col" class="num ">{words}</th>' in text


def test_the_formula_is_mathematics_and_the_ledger_counts(get: Callable[..., Any]) -> None:
    text = get("/probestadt/kennzahlen/arbeitslosenanteil/").text_content
    assert "<mfrac><mtext>Arbeitslosenanteil</mtext><mtext>Bevölkerung</mtext></mfrac>" in text
    ledger = text[text.index('id="guete"') : text.index("Verfügbarkeit")]
    assert "gesperrt" in ledger
    assert re.search(r"31\.12\.2024</th><td[^>]*>5<", ledger)


def test_other_rooms_add_their_sections(get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.products.draw import Markup
    from sozialraum_web.portal import fragments

    before = get("/probestadt/gebiete/bezirk/0107/").text_content
    monkeypatch.setattr(
        fragments,
        "AREA",
        (
            lambda request, place, area: fragments.Fragment(
                "folgt", "Was daraus folgt", Markup(f"<p>Für {area.code}</p>")
            ),
        ),
    )
    text = get("/probestadt/gebiete/bezirk/0107/").text_content
    assert "Was daraus folgt" not in before
    assert '<h2 id="folgt">Was daraus folgt</h2><p>Für 0107</p>' in text
