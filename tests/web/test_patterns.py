"""Measures to start from: words and steps are laid out, figures stay empty, where the person came from is kept."""

from __future__ import annotations

from collections.abc import Callable

import planung
import pytest
from django.test import Client

from sozialraum_web.planning.patterns import patterns

URL = "/probestadt/planung/massnahmen/neu/"


@pytest.mark.parametrize("key", patterns())
def test_every_pattern_is_whole(key: str) -> None:
    pattern = patterns()[key]
    steps = [step for step, _, _ in pattern.steps]
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert max(steps) >= 5
    assert {step for step, _ in pattern.assumptions} <= set(steps)
    assert len(pattern.title) <= 300


def test_a_measure_from_a_pattern(db: None, member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.planning.models import Measure

    planung.fill("probestadt", "Plan")
    client = member("probestadt", "sozialplanung")
    page = client.get(f"{URL}?ziel=1")
    assert page.content.decode().count("vorlage=") == len(patterns())
    assert "ziel=1&amp;vorlage=lotsen" in page.content.decode()
    chosen = client.get(f"{URL}?ziel=1&vorlage=lotsen").content.decode()
    assert "Familienlotsinnen und Familienlotsen" in chosen
    data = {"title": "Lotsen im Nordend", "status": "idee", "visibility": "intern"}
    client.post(f"{URL}?ziel=1&vorlage=lotsen", data)
    made = Measure.objects.get(title="Lotsen im Nordend")
    assert [step.step for step in made.steps.all()] == [step for step, _, _ in patterns()["lotsen"].steps]
    assert {step.aim for step in made.steps.all()} == {None}
    assert made.assumptions.count() == 1
    client.post(f"{URL}?vorlage=unsinn", {"title": "Ohne", "status": "idee", "visibility": "intern"})
    assert Measure.objects.get(title="Ohne").steps.count() == 0
