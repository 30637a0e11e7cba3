"""Analyses from forms: every kind has one, in German, and what is stored is what was said."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from playwright.sync_api import expect
from walks import enter, finished, violations

from conftest import Workshop
from sozialraum import municipality, pipeline
from sozialraum.analyses import store
from sozialraum.analyses.definition import Analysis
from sozialraum.analyses.kinds import KINDS
from sozialraum.errors import SozialraumError
from sozialraum_inside import changes, studies


@pytest.fixture
def computed(town: Path) -> Path:
    pipeline.write_values(pipeline.run(municipality.read(town)))
    return town


def test_every_kind_is_asked_in_german(computed: Path) -> None:
    there = municipality.read(computed)
    assert len(studies.offered()) >= 11
    for name in studies.offered():
        for field in studies.inputs(name, there, "", {}):
            assert field.label != field.name, f"{name}.{field.name}"
            annotation = KINDS[name].parameters.model_fields[field.name].annotation
            if get_origin(annotation) is Literal:
                assert [id for id, _ in field.options] == list(get_args(annotation))
                assert all(id != words for id, words in field.options), f"{name}.{field.name}"


def test_a_form_as_it_was_preset_is_a_valid_analysis(computed: Path) -> None:
    there = municipality.read(computed)
    some = [id for id, _ in studies.indicators(there)][:2]
    for name in studies.offered():
        answers: dict[str, list[str]] = {"label": [f"Frage {name}"], "kennzahl": some[:1], "kennzahlen": some}
        for field in studies.inputs(name, there, "", {}):
            if field.kind == "select":
                answers[f"p-{field.name}"] = [str(field.value or field.options[0][0])]
            elif field.kind == "several":
                answers[f"p-{field.name}"] = [field.options[0][0]]
            elif field.kind == "number":
                answers[f"p-{field.name}"] = [str(field.value).replace(".", ",")]
        analysis = studies.wanted(name, answers, [])
        read = tomllib.loads(studies.to_toml(analysis).decode())[analysis.id]
        assert Analysis(id=analysis.id, **read) == analysis
        assert analysis.kind == name


def test_what_is_missing_is_told_at_once() -> None:
    with pytest.raises(SozialraumError) as told:
        studies.wanted("typology", {"kennzahlen": ["eine"]}, [])
    assert {f.column for f in told.value.findings} == {"label", "kennzahl"}
    with pytest.raises(SozialraumError, match="groups"):
        studies.wanted(
            "inequality", {"label": ["x"], "kennzahl": ["a"], "p-by": ["b"], "p-groups": ["viele"]}, []
        )


def test_names_do_not_collide() -> None:
    answers = {"label": ["Wo häuft es sich?"], "kennzahl": ["a"]}
    assert studies.wanted("moran", answers, ["wo_haeuft_es_sich"]).id == "wo_haeuft_es_sich_2"


def test_a_result_is_read_as_it_was_written(computed: Path) -> None:
    there = municipality.read(computed)
    analysis = studies.wanted("funnel", {"label": ["Wer weicht ab?"], "kennzahl": ["arbeitslosenanteil"]}, [])
    changes.apply(computed, {f"analysen/{analysis.id}.toml": studies.to_toml(analysis)}, "analyse", "neu")
    assert studies.result(there, analysis.id) is None
    done = store.run(there, analysis.id)

    found = studies.result(there, analysis.id)
    assert found is not None
    assert found.record["sentence"] == done.outcome.sentence
    assert len(found.table.rows) == len(done.outcome.rows)
    assert [(k.label, k.count) for k in found.keys] == [
        (k.label, k.count) for k in done.outcome.keys if k.count
    ]
    assert studies.place_of(analysis.id, computed) == f"analysen/{analysis.id}.toml"


@pytest.mark.browser
def test_a_question_asked_and_asked_again(
    page: Any, open_workshop: Callable[[Path], Workshop], computed: Path, axe: str
) -> None:
    workshop = open_workshop(computed)
    page.set_default_timeout(20_000)
    enter(page, workshop)
    page.get_by_role("link", name="Analysen").click()
    wrong = violations(page, axe)
    page.get_by_role("link", name="Trichter").click()
    wrong += violations(page, axe)
    page.select_option("#kennzahl", "arbeitslosenanteil")
    page.fill("#p-target", "viel")
    page.get_by_role("button", name="Rechnen und behalten").click()
    page.get_by_role("alert").wait_for()
    page.fill("#p-target", "7,5")
    page.get_by_role("button", name="Rechnen und behalten").click()
    finished(page)
    page.get_by_role("link", name="Ergebnis ansehen").click()
    page.locator("#ergebnis").wait_for()
    expect(page.locator("svg.map")).to_have_count(1)
    wrong += violations(page, axe)
    page.get_by_role("link", name="Ändern").click()
    expect(page.locator("#p-target")).to_have_value("7,5")
    page.goto(workshop.address + "/analysen/neu/typology/")
    wrong += violations(page, axe)
    page.goto(workshop.address + "/analysen/neu/development/")
    wrong += violations(page, axe)
    assert wrong == []
