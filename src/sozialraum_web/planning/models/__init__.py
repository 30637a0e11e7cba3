"""The nouns of planning; one file per link of the chain (Planung)."""

from sozialraum_web.planning.models.cycles import Cycle, Mission, Phase
from sozialraum_web.planning.models.goals import Field, Goal, Target
from sozialraum_web.planning.models.imports import ListImport
from sozialraum_web.planning.models.measures import (
    Assumption,
    Funding,
    Light,
    LogicStep,
    Measure,
    Milestone,
    StatusReport,
)
from sozialraum_web.planning.models.needs import Criterion, Finding, Need, NeedDecision, Score

__all__ = [
    "Assumption",
    "Criterion",
    "Cycle",
    "Field",
    "Finding",
    "Funding",
    "Goal",
    "Light",
    "ListImport",
    "LogicStep",
    "Measure",
    "Milestone",
    "Mission",
    "Need",
    "NeedDecision",
    "Phase",
    "Score",
    "StatusReport",
    "Target",
]
