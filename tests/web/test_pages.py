"""What every page keeps: no cookie while reading, strict headers, nothing inline, names escaped, one heading."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from addresses import EXAMPLES, PAGES, READING
from django.test import Client

import probestadt

URLS = ["/", *(f"/probestadt/{EXAMPLES[name]}" for name in READING)]
HTML = [
    "/",
    *(f"/probestadt/{EXAMPLES[name]}" for name in PAGES),
    "/probestadt/gebiete/bezirk/0103/",
    "/probestadt/gebiete/bezirk/0112/",
    "/probestadt/gebiete/stadtteil/03/",
    "/probestadt/gebiete/stadtteil/03/?stand=2015",
    "/probestadt/gebiete/kommune/05999001/",
    "/probestadt/kennzahlen/sgb2_quote/",
    "/probestadt/kennzahlen/einwohnerzahl/",
    "/probestadt/atlas/?kennzahl=einwohnerzahl&ebene=stadtteil&jahr=2020",
    "/probestadt/atlas/?pins=0101,0103,0104&nur=ueber",
    "/probestadt/atlas/?stand=2015&ebene=stadtteil",
    "/probestadt/index/lage_2024/?feld=2-2",
    "/probestadt/suche/?q=",
    "/probestadt/suche/?q=gibtesnicht",
    "/konto/login/",
    "/konto/password/reset/",
    "/probestadt/barrierefreiheit/melden/",
    "/nirgends/",
    "/probestadt/atlas/?kennzahl=gibtesnicht",
]


class Audit(HTMLParser):
    """Collects what a page must not have, and its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.scripts: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "style" or "style" in found or any(name.startswith("on") for name in found):
            self.inline.append(f"{tag} {attrs}")
        if tag == "script":
            self.scripts.append(found.get("src") or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        for name in ("src", "href", "action"):
            if (found.get(name) or "").startswith(("http:", "https:", "//")):
                self.outside.append(str(found[name]))


def audit(text: str) -> Audit:
    """Read a page."""
    parser = Audit()
    parser.feed(text)
    return parser


@pytest.mark.parametrize("url", URLS)
def test_reading_sets_no_cookie(get: Callable[..., Any], url: str) -> None:
    response = get(url)
    assert response.status_code == 200
    assert not response.cookies
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("url", HTML)
def test_headers(get: Callable[..., Any], url: str) -> None:
    response = get(url)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("url", HTML)
def test_page_is_sound(get: Callable[..., Any], url: str) -> None:
    page = audit(get(url).text_content)
    assert page.inline == []
    assert page.outside == []
    assert all(page.scripts)
    assert page.headings.count(1) == 1
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("url", HTML)
def test_names_are_escaped(get: Callable[..., Any], url: str) -> None:
    text = get(url).text_content
    assert "<script>alert" not in text
    assert probestadt.EVIL not in text


def test_the_hostile_name_is_there_at_all(get: Callable[..., Any]) -> None:
    escaped = "&lt;script&gt;alert("
    for url in ("atlas/", "gebiete/", "gebiete/bezirk/0103/", "index/lage_2024/", "suche/?q=script"):
        assert escaped in get(f"/probestadt/{url}").text_content


@pytest.mark.parametrize("evil", ['"><script>alert(1)</script>', "' onmouseover='x", "</title><script>"])
def test_what_a_reader_types_is_escaped(get: Callable[..., Any], client: Client, evil: str) -> None:
    for url in ("suche/", "barrierefreiheit/melden/", "atlas/", "gebiete/bezirk/0101/"):
        for key in ("q", "seite", "kennzahl", "pins", "stand"):
            response = client.get(f"/probestadt/{url}", {key: evil})
            assert response.status_code in (200, 404)
            assert evil not in response.content.decode()


def test_error_pages_lead_on(get: Callable[..., Any]) -> None:
    response = get("/probestadt/gebiete/bezirk/9999/")
    assert response.status_code == 404
    assert "Gebietsreform" in response.text_content
    assert 'href="/probestadt/gebiete/"' in response.text_content
    assert "Alle Kommunen" in get("/gibt/es/nicht/").text_content


def test_server_errors_tell_nothing(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum_web.portal.views import start

    def fail(*_: object) -> None:
        raise RuntimeError("geheimes Innenleben")

    monkeypatch.setattr(start, "context", fail)
    client.raise_request_exception = False
    response = client.get("/probestadt/")
    assert response.status_code == 500
    assert "Das liegt an uns" in response.content.decode()
    assert "geheim" not in response.content.decode()


def test_the_log_names_no_reader(caplog: pytest.LogCaptureFixture, client: Client, db: None) -> None:
    import logging

    from sozialraum_web.portal.middleware import ImpersonalFilter

    with caplog.at_level(logging.WARNING, "django.request"):
        logging.getLogger("django").propagate = True
        client.get("/probestadt/gebiete/bezirk/9999/?q=Erika+Mustermann")
        logging.getLogger("django").propagate = False
    record = caplog.records[-1]
    assert ImpersonalFilter().filter(record)
    assert record.getMessage() == "Antwort mit Status 404"
    assert not hasattr(record, "request")


def test_a_page_is_sent_once(client: Client, db: None) -> None:
    first = client.get("/probestadt/atlas/")
    assert first["Cache-Control"] == "no-cache"
    again = client.get("/probestadt/atlas/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_compressed_and_plain_are_the_same(client: Client, db: None) -> None:
    import gzip

    packed = client.get("/probestadt/atlas/", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == client.get("/probestadt/atlas/").content


def test_forms_set_the_form_cookie_only(get: Callable[..., Any]) -> None:
    assert set(get("/probestadt/barrierefreiheit/melden/").cookies) == {"csrftoken"}


def test_reporting_a_barrier(client: Client, db: None) -> None:
    from sozialraum_web.portal.models import BarrierReport

    url = "/probestadt/barrierefreiheit/melden/"
    assert client.post(url, {"text": ""}).status_code == 200
    assert client.post(url, {"text": "Die Karte", "page": "", "contact": "a@example.org"}).status_code == 302
    report = BarrierReport.objects.get()
    assert (report.municipality.slug, report.text, report.answered) == ("probestadt", "Die Karte", False)


def test_forms_are_protected(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/probestadt/barrierefreiheit/melden/", {"text": "x"})
    assert response.status_code == 403
    assert "Laden Sie die Seite mit dem Formular neu" in response.content.decode()


def test_answering_a_report_deletes_the_address(member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.portal.models import BarrierReport

    town = Municipality.objects.get(slug="probestadt")
    report = BarrierReport.objects.create(municipality=town, text="x", contact="a@example.org")
    foreign = member("internstadt", "administration")
    assert foreign.post("/internstadt/barrierefreiheit/meldungen/", {"report": report.pk}).status_code == 404
    member("probestadt", "administration").post(
        "/probestadt/barrierefreiheit/meldungen/", {"report": report.pk}
    )
    report.refresh_from_db()
    assert (report.answered, report.contact) == (True, "")


def test_accessibility_statement(get: Callable[..., Any]) -> None:
    text = get("/probestadt/barrierefreiheit/").text_content
    for word in (
        "BITVNRW",
        "Ombudsstelle",
        "barrierefreiheit/melden/",
        "statistik@probestadt.example",
        "Von der Kommune auszufüllen",
    ):
        assert word in text
    for url in HTML[1:6]:
        assert "/probestadt/barrierefreiheit/" in get(url).text_content


def test_a_browser_that_has_the_borders_gets_none(client: Client, db: None) -> None:
    url = "/probestadt/atlas/?ebene=bezirk"
    full = client.get(url).content.decode()
    key = re.search(r'data-[a-z-]+="([0-9a-f]{16}/2024/bezirk)"', full)
    assert key
    part = client.get(url, headers={"X-Fragment": "1", "X-Map": key[1]}).content.decode()
    other = client.get(url, headers={"X-Fragment": "1", "X-Map": "veraltet"}).content.decode()
    assert client.get(url).content.decode() == other == full
    assert 'class="outlines' in full
    assert 'class="outlines' not in part
    assert part.count("data-code=") == full.count("data-code=")


def test_rows_far_down_follow_the_new_picture_of_an_exchange(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum_web.atlas.views import workbench

    monkeypatch.setattr(workbench, "ROWS_AT_ONCE", 3)
    url = "/probestadt/atlas/?ebene=bezirk"
    full = client.get(url).content.decode()
    key = re.search(r'data-[a-z-]+="([0-9a-f]{16}/2024/bezirk)"', full)
    assert key
    part = client.get(url, headers={"X-Fragment": "1", "X-Map": key[1]}).content.decode()
    rows = re.search(r'<ol id="rangfolge">(.*?)</ol>', full, re.S)
    now = re.search(r'<ol id="rangfolge">(.*?)</ol>', part, re.S)
    later = re.search(r'<script type="text/plain" data-rows="rangfolge">(.*?)</script>', part, re.S)
    assert rows
    assert now
    assert later
    assert "data-rows" not in full
    assert now[1].count("<li ") == 3
    assert f"{now[1]}\n{later[1]}" == rows[1]


def test_large_levels_show_one_view_at_a_time(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum_web.atlas import view as views

    monkeypatch.setattr(views, "TOGETHER", 5)
    shown = {
        view: client.get(f"/probestadt/atlas/?ebene=bezirk&ansicht={view}").content.decode()
        for view in ("karte", "tabelle", "worte")
    }
    for view, text in shown.items():
        assert [name for name in shown if f'id="{name}-tab"' in text] == [view]
        assert "ansicht=tabelle" in text
    assert 'id="werte"' in shown["tabelle"]
    assert '<svg class="chart map' not in shown["tabelle"]
