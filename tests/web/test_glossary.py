"""Words of the field explain themselves where they stand: on every page, without script, each under a name of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from sozialraum_ui.glossary import TERMS, WRITTEN, entries, pieces

PLACES = {
    "": ["freigabe", "gebietsstand", "geheimhaltung"],
    "atlas/": ["spanne", "rangspanne"],
    "atlas/verteilung/": ["fuenftel"],
    "atlas/teppich/": ["gesichert"],
    "atlas/bewegung/": ["spanne"],
    "gebiete/bezirk/0103/": ["gesperrt"],
    "gebiete/bezirk/0112/": ["trend"],
    "index/lage_2024/": ["status", "dynamik"],
}


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_a_page_explains_its_words_in_place(get: Callable[..., Any], language: str, path: str) -> None:
    text = get(f"{language}/probestadt/{path}").text_content
    buttons = re.findall(r'<button type="button" class="term" popovertarget="([^"]+)">', text)
    cards = re.findall(r'<span class="term-card" id="([^"]+)"[^>]* popover>', text)
    assert sorted(buttons) == sorted(cards)
    assert len(set(cards)) == len(cards)
    for key in PLACES[path]:
        assert any(card.startswith(f"begriff-{key}-") for card in cards), key


def test_the_card_speaks_the_language_of_the_page(get: Callable[..., Any]) -> None:
    assert (
        "Nicht gezeigt, um einzelne Menschen zu schützen."
        in get("/probestadt/gebiete/bezirk/0103/").text_content
    )
    english = get("/en/probestadt/gebiete/bezirk/0103/").text_content
    assert 'lang="en" popover><b>suppressed</b> Not shown, to protect individual people.' in english
    assert 'href="/en/probestadt/hilfe/#wort-gesperrt"' in english


def test_every_term_is_in_the_help(get: Callable[..., Any]) -> None:
    text = get("/probestadt/hilfe/").text_content
    assert len(TERMS) > 30
    for anchor, _, _ in entries():
        assert f'id="{anchor}"' in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Personen mit Leistungen nach dem SGB II je 100", ["sgb2"]),
        ("SGB-II-Quote und SGB II und SGB XII", ["sgb2", "sgb12"]),
        ("SGB IIX gibt es nicht", []),
        ("", []),
        ("<b>gesperrt</b>", ["gesperrt"]),
    ],
)
def test_terms_in_a_text_are_found_once(text: str, found: list[str]) -> None:
    cut = pieces(text)
    assert "".join(piece for piece, _ in cut) == text
    assert [key for _, key in cut if key] == found


def test_what_is_searched_for_is_a_term() -> None:
    assert set(WRITTEN) <= set(TERMS)


def test_texts_of_a_catalogue_are_escaped() -> None:
    from django.template import Context, Template

    page = Template("{% load sozialraum_ui %}{% explained text %}").render(
        Context({"text": "<i>SGB II</i> & mehr"})
    )
    assert page.startswith('&lt;i&gt;<button type="button" class="term"')
    assert page.endswith("&lt;/i&gt; &amp; mehr")
