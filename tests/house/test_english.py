"""The English interface: every text translated, nothing guessed, every place kept, the compiled catalogue up to date."""

from __future__ import annotations

import gettext
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
sys.path.insert(0, str(HOUSE / "tools"))

import words as tool  # noqa: E402 - a tool beside the packages

from sozialraum import periods, words  # noqa: E402
from sozialraum.products import draw  # noqa: E402

CATALOGUE = tool.saved()
MESSAGES = [message for message in CATALOGUE if message.id]


def test_the_catalogue_holds_exactly_the_texts_of_the_source() -> None:
    found = {message if isinstance(message, str) else message[0] for message in tool.collect()}
    kept = {message.id if isinstance(message.id, str) else message.id[0] for message in MESSAGES}
    assert len(found) > 1000
    assert found - kept == set(), "python tools/words.py, then translate"
    assert kept - found == set(), "python tools/words.py removes texts nobody says"


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    assert [message.id for message in MESSAGES if not message.string] == []
    assert [message.id for message in MESSAGES if message.fuzzy] == []


def test_places_percent_signs_and_edges_are_kept() -> None:
    for message in MESSAGES:
        here, there = str(message.id), str(message.string)
        assert tool.places(here) == tool.places(there), here
        assert here.count("%%") == there.count("%%"), here
        assert (here[:1] == " ", here[-1:] == " ") == (there[:1] == " ", there[-1:] == " "), here
        assert sorted(part for part in here if part in "<>") == sorted(p for p in there if p in "<>"), here


def test_no_english_text_keeps_german_words() -> None:
    german = (" und ", " der ", " die ", " nicht ", " ist ", " für ", "ß")
    quoted = {"Read the sentences under the name: only what is called “gesichert” (significant) is certain"}
    for message in MESSAGES:
        text = f" {message.string} ".lower()
        assert str(message.string) in quoted or not any(word in text for word in german), message.string


def test_the_compiled_catalogue_says_what_the_text_says() -> None:
    with tool.COMPILED.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in MESSAGES:
        assert compiled.gettext(str(message.id)) == message.string


@pytest.fixture
def english() -> object:
    """The library speaks English for one test."""
    with tool.COMPILED.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    before = words._translate, words._language
    words.speak(compiled.gettext, lambda: "en")
    yield None
    words.speak(*before)


def test_figures_and_periods_are_written_as_english_readers_write_them(english: object) -> None:
    assert draw.number(1234.56) == f"1{chr(0x202F)}234.6"
    assert periods.label("2024-12-31") == "31 Dec 2024"
    assert periods.label("2020-2022") == "2020 to 2022"
    assert draw.STATUS_WORDS["suppressed"] == "suppressed (statistical confidentiality)"


def test_sentences_made_by_rules_stay_german_with_german_figures(english: object) -> None:
    @words.in_german
    def told() -> str:
        return f"{draw.number(12.5)} {words.say('gesperrt')} {periods.label('2024-12-31')}"

    assert told() == "12,5 gesperrt 31.12.2024"
    assert words.say("gesperrt") == "suppressed"


def test_without_a_site_the_library_speaks_german() -> None:
    assert (words.language(), draw.number(12.5), periods.label("2020-2022")) == (
        "de",
        "12,5",
        "2020 bis 2022",
    )
