"""Every public page in two languages: the address decides, nothing is guessed, German text is marked as such."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from addresses import EXAMPLES, PAGES, READING

from sozialraum_web.portal.language import speaks_english

EMPTY = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "source"}
READ = [
    name
    for name in READING
    if name in PAGES and speaks_english(f"/probestadt/{EXAMPLES[name].split('?')[0]}")
]
# what only the interface says; names, units and texts of a municipality contain other words
GERMAN = re.compile(
    r"\b(und|oder|nicht|kein|keine|mit|ohne|für|Gebiete|Gebieten|Kennzahl|Kennzahlen|gesichert|Wert|Werte|Vergleich|Intervall|Karte)\b"
)
CONTENT = (
    "Von den", "je 100", "Einwohnerregister", "Personen mit Hauptwohnung", "Lageindex", "unter 300", "“gesichert”",
    "Menschen ab 65", "Fehlt ein Bestandteil", "gesichert ungünstiger, 3",
)  # fmt: skip


class Text(HTMLParser):
    """The words of a page that it claims to be English."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.english: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in EMPTY:
            self.open.append((tag, found.get("lang")))
        for name in ("aria-label", "placeholder"):
            self._add(found.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag not in EMPTY and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, words: str) -> None:
        language = next((lang for _, lang in reversed(self.open) if lang), None)
        if words.strip() and language != "de":
            self.english.append(" ".join(words.split()))


@pytest.mark.parametrize("name", READ)
def test_a_page_speaks_english_below_en(get: Callable[..., Any], name: str) -> None:
    page = get(f"/en/probestadt/{EXAMPLES[name]}")
    assert page.status_code == 200
    assert page.headers["Content-Language"] == "en"
    assert not page.cookies
    text = page.text_content
    assert '<html lang="en">' in text
    read = Text()
    read.feed(text)
    left = [line for line in read.english if GERMAN.search(line) and not any(own in line for own in CONTENT)]
    assert left == []
    assert "%%" not in text
    inside = re.findall(r'href="(/probestadt/[^"]*)"', text)
    assert {link for link in inside if speaks_english(link.split("?")[0].split("#")[0])} <= {
        f"/probestadt/{EXAMPLES[name]}".replace("&", "&amp;")
    }, "only the switch leads to the German page"


@pytest.mark.parametrize("name", READ)
def test_both_languages_name_each_other(get: Callable[..., Any], name: str) -> None:
    german = f"/probestadt/{EXAMPLES[name]}"
    for page in (get(german).text_content, get(f"/en{german}").text_content):
        shown = german.replace("&", "&amp;")
        assert f'hreflang="de" href="{shown}"' in page
        assert f'hreflang="en" href="/en{shown}"' in page
    assert '<html lang="de">' in get(german).text_content
    assert 'lang="de">' in get(f"/en{german}").text_content.replace('<html lang="de">', "")


def test_the_browser_s_wish_decides_nothing(get: Callable[..., Any]) -> None:
    assert '<html lang="de">' in get("/probestadt/", **{"Accept-Language": "en"}).text_content
    assert '<html lang="en">' in get("/en/probestadt/", **{"Accept-Language": "de"}).text_content


def test_an_english_page_is_never_kept_for_german_readers(get: Callable[..., Any]) -> None:
    german = get("/probestadt/atlas/").text_content
    english = get("/en/probestadt/atlas/").text_content
    assert german != english
    assert get("/probestadt/atlas/").text_content == german
    assert get("/en/probestadt/atlas/").text_content == english
    assert "4,4" in german
    assert "4.4" in english


@pytest.mark.parametrize("path", ["konto/login/", "probestadt/planung/", "probestadt/mitglieder/"])
def test_rooms_in_german_only_send_their_reader_there(get: Callable[..., Any], path: str) -> None:
    answer = get(f"/en/{path}?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{path}?a=1")


@pytest.mark.parametrize("path", ["/en//fremd.example/", "/en/\\fremd.example/", "/en//konto/login/"])
def test_no_address_leads_to_another_site(get: Callable[..., Any], path: str) -> None:
    location = get(path).headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_errors_speak_the_language_of_their_address(get: Callable[..., Any]) -> None:
    page = get("/en/probestadt/gibtesnicht/")
    assert page.status_code == 404
    assert "This page does not exist." in page.text_content
    assert "Diese Seite gibt es nicht." in get("/probestadt/gibtesnicht/").text_content


def test_files_to_download_are_the_same_in_both_languages(get: Callable[..., Any]) -> None:
    for path in ("daten/auswahl.csv", "daten/kennzahl/arbeitslosenanteil.csv", "daten/katalog.json"):
        german, english = get(f"/probestadt/{path}"), get(f"/en/probestadt/{path}")
        if german.status_code == 200:
            read = [
                b"".join(page.streaming_content) if page.streaming else page.content
                for page in (german, english)
            ]
            assert read[0] == read[1], path
    assert get("/probestadt/daten/auswahl.csv").status_code == 200
