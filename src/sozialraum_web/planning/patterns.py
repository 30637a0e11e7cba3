"""Measures to start from, with the steps of their logic; the town fills in what it really does (Vorlagen für Maßnahmen)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sozialraum_web.planning.models import Assumption, LogicStep, Measure


@dataclass(frozen=True)
class Pattern:
    """A measure as many towns have it: words, steps (step, title, unit) and assumptions (step, text)."""

    key: str
    title: str
    text: str
    target_group: str
    steps: tuple[tuple[int, str, str], ...]
    assumptions: tuple[tuple[int, str], ...]


@cache
def patterns() -> dict[str, Pattern]:
    """All of them by key."""
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {
        entry["key"]: Pattern(
            entry["key"], entry["title"], entry["text"], entry["target_group"],
            tuple(tuple(step) for step in entry["steps"]), tuple(tuple(row) for row in entry["assumptions"]),
        )
        for entry in content["pattern"]
    }  # fmt: skip


def give_steps(measure: Measure, pattern: Pattern) -> None:
    """Lay out the steps of a pattern below a new measure, without figures: those are the town's own."""
    LogicStep.objects.bulk_create(
        LogicStep(
            measure=measure,
            step=step,
            title=title,
            unit=unit,
            people=unit in ("Personen", "Kinder", "Familien"),
        )
        for step, title, unit in pattern.steps
    )
    Assumption.objects.bulk_create(
        Assumption(measure=measure, step=step, text=text) for step, text in pattern.assumptions
    )
