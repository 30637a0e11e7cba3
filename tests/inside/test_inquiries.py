"""Custom areas from inner counts: asked, refused or allowed, entered in the journal, and known from then on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from walks import enter, finished, violations

from conftest import Workshop
from sozialraum import inquiries, journal, municipality, pipeline
from sozialraum.errors import SozialraumError
from sozialraum.inquiries import Inquiry
from sozialraum_inside import changes
from sozialraum_inside import inquiries as words

SHARE = Inquiry("arbeitslosenanteil", "2024", "2024-12-31", "bezirk", ("012",))


@pytest.fixture
def small(town: Path) -> Path:
    """Kleinstadt where two people are unemployed in 012, released."""
    path = town / "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv"
    lines = [
        line.rpartition(";")[0] + ";2" if line.startswith("012") else line
        for line in path.read_text("utf-8").splitlines()
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    result = pipeline.run(municipality.read(town))
    pipeline.write_values(result)
    pipeline.release(municipality.read(town), "erste")
    return town


def test_what_is_protected_is_refused_and_what_is_near_is_offered(small: Path) -> None:
    result = pipeline.run(municipality.read(small))
    decision = inquiries.decide(result, SHARE)
    assert not decision.answer.allowed
    assert decision.figures == {}
    told = words.told(result.municipality, SHARE, decision)
    assert "kleinste gezeigte Fallzahl" in told.reason
    assert "Neustadt (Bezirk), 31.12.2024" in told.reason
    counted = {result.municipality.catalogue.variables[v].label for v in ("arbeitslose", "einwohner")}
    assert any(told.reason.startswith(label) for label in counted)
    assert "2024-12-31" not in told.reason
    assert told.sentence == ""
    assert decision.alternative is not None
    assert inquiries.decide(result, decision.alternative).answer.allowed


def test_an_answer_counts_for_the_next_inquiry(small: Path) -> None:
    """Über die Stadtteile hinweg erlaubt; danach ergäbe dasselbe ohne 012 die 2 durch Abziehen."""
    result = pipeline.run(municipality.read(small))
    wide, narrow = replace(SHARE, areas=("012", "021", "023")), replace(SHARE, areas=("021", "023"))
    allowed = [i for i in (wide, narrow) if inquiries.decide(result, i).answer.allowed]
    assert allowed, "eine der beiden darf hinaus"
    told = words.told(result.municipality, allowed[0], inquiries.grant(result, allowed[0]))
    assert told.allowed
    assert "zusammen" in told.sentence
    assert len(journal.recall_answers(result.municipality)) == 1
    other = narrow if allowed[0] == wide else wide
    assert not inquiries.decide(result, other).answer.allowed


def test_looking_enters_nothing(small: Path) -> None:
    result = pipeline.run(municipality.read(small))
    inquiries.decide(result, replace(SHARE, areas=("021", "022")))
    assert journal.recall_answers(result.municipality) == []


@pytest.mark.parametrize(
    "wrong", [{"areas": ()}, {"areas": ("999",)}, {"indicator": "gibt_es_nicht"}, {"period": "1999-12-31"}]
)
def test_what_cannot_be_asked_is_told_in_german(small: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(SozialraumError) as caught:
        inquiries.decide(pipeline.run(municipality.read(small)), replace(SHARE, **wrong))
    assert caught.value.findings[0].message


def test_rounded_counts_are_not_told_exactly(small: Path) -> None:
    assert "anteil_65plus" in inquiries.offered(municipality.read(small))
    settings = (small / "kommune.toml").read_text("utf-8")
    (small / "kommune.toml").write_text(
        settings + '\n[geheimhaltung.verfahren]\neinwohner = { method = "runden", base = 10 }\n', "utf-8"
    )
    town = municipality.read(small)
    assert inquiries.offered(town) == {}


def _ask(page: Any, address: str, *areas: str) -> None:
    page.goto(f"{address}/freigabe/auskunft/?kennzahl=arbeitslosenanteil&ebene=bezirk&zeitpunkt=2024-12-31")
    for area in areas:
        page.get_by_label(area, exact=True).check()
    page.get_by_role("button", name="Prüfen").click()
    finished(page)
    page.get_by_role("link", name="Antwort ansehen").click()


@pytest.mark.browser
def test_from_the_question_to_the_entry_in_the_journal(
    page: Any, open_workshop: Callable[[Path], Workshop], small: Path, axe: str
) -> None:
    workshop = open_workshop(small)
    enter(page, workshop)
    _ask(page, workshop.address, "Neustadt")
    expect(page.get_by_role("heading", level=1)).to_have_text("Diese Zahl darf nicht hinaus.")
    assert violations(page, axe) == []
    page.get_by_role("button", name="Stattdessen dafür prüfen").click()
    finished(page)
    page.get_by_role("link", name="Antwort ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Diese Zahl darf hinaus.")
    page.set_viewport_size({"width": 390, "height": 800})
    assert violations(page, axe) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.get_by_label("Für wen und wofür?").fill("Familienzentrum, Förderantrag")
    page.get_by_role("button", name="Auskunft erteilen").click()
    finished(page)
    page.get_by_role("link", name="Antwort ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Diese Auskunft ist erteilt und steht im Journal."
    )
    expect(page.get_by_role("region", name="Erteilte Auskünfte")).to_contain_text("Familienzentrum")
    [event] = [e for e in changes.events(small) if e.what == words.GRANTED]
    assert "Arbeitslos" in event.text
    page.goto(f"{workshop.address}/journal/")
    expect(page.locator("main")).to_contain_text("Familienzentrum")
