"""The kinds of records and their parts that planning's pages can write, as a list (Arten von Einträgen)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sozialraum_web.organisations.models import Offer, Organisation
from sozialraum_web.planning import forms, permissions
from sozialraum_web.planning.frame import Desk
from sozialraum_web.planning.models import (
    Assumption,
    Criterion,
    Cycle,
    Field,
    Finding,
    Funding,
    Goal,
    LogicStep,
    Measure,
    Milestone,
    Mission,
    Need,
    Phase,
    Score,
)
from sozialraum_web.planning.permissions import Reader
from sozialraum_web.records.models import Record
from sozialraum_web.records.services import Written


@dataclass(frozen=True)
class Kind:
    """A kind of record: its form, who may write it, and the words around it."""

    model: type[Record]
    form: type[forms.RecordForm]
    section: str
    new: Any
    question: Any
    may_create: Callable[[Reader], bool]
    may_edit: Callable[[Reader, Any], bool]
    own_page: bool = True
    # what rooms above bring: their own services, and what their readers may see
    make: Callable[[Desk, Mapping[str, Any]], Record] | None = None
    alter: Callable[..., Written] | None = None
    visible: Callable[[QuerySet[Any], Reader], QuerySet[Any]] = permissions.visible

    @property
    def slug(self) -> str:
        """The word in addresses."""
        return self.model.KIND


def _steer(reader: Reader, record: Record) -> bool:  # noqa: ARG001 - same call for every kind
    return permissions.can_steer(reader)


def _edit_offer(reader: Reader, offer: Offer) -> bool:
    return permissions.can_edit_organisation(reader, offer.organisation)


def _offers(reader: Reader) -> bool:
    return permissions.can_plan(reader) or bool(reader.organisations)


KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(Finding, forms.FindingForm, "befunde", _("Befund festhalten"), _("Was ist auffällig, und woher wissen wir es?"), permissions.can_observe, permissions.can_edit_finding),
        Kind(Need, forms.NeedForm, "bedarfe", _("Bedarf anlegen"), _("Was wird gebraucht, und was fehlt dazu?"), permissions.can_plan, permissions.can_edit_need),
        Kind(Goal, forms.GoalForm, "ziele", _("Ziel anlegen"), _("Was soll anders werden?"), permissions.can_plan, permissions.can_edit_goal),
        Kind(Measure, forms.MeasureForm, "massnahmen", _("Maßnahme anlegen"), _("Was tun wir dafür?"), permissions.can_plan, permissions.can_edit_measure),
        Kind(Cycle, forms.CycleForm, "", _("Zyklus beginnen"), _("Welche Fragen klärt die Arbeitsgruppe zuerst?"), permissions.can_steer, permissions.can_edit_cycle),
        Kind(Mission, forms.MissionForm, "ziele", _("Leitbild anlegen"), _("Woran wollen wir uns ausrichten?"), permissions.can_steer, permissions.can_edit_mission),
        Kind(Field, forms.FieldForm, "ziele", _("Handlungsfeld anlegen"), _("Wie ordnen wir die Planung?"), permissions.can_steer, _steer, False),
        Kind(Criterion, forms.CriterionForm, "bedarfe", _("Kriterium anlegen"), _("Nach welcher offenen Regel ordnen wir Bedarfe?"), permissions.can_steer, _steer, False),
        Kind(Organisation, forms.OrganisationForm, "akteure", _("Akteur anlegen"), _("Wer handelt hier?"), permissions.can_plan, permissions.can_edit_organisation),
        Kind(Offer, forms.OfferForm, "akteure", _("Angebot anlegen"), _("Was gibt es schon, für wen und wo?"), _offers, _edit_offer, False),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A kind of part: of which record, its form, and the words on its button."""

    slug: str
    owner: str
    model: type[models.Model]
    relation: str
    form: type[forms.PartForm]
    new: Any

    @property
    def kind(self) -> Kind:
        """The kind of record it belongs to."""
        return KINDS[self.owner]


PARTS: dict[tuple[str, str], Part] = {
    (part.owner, part.slug): part
    for part in (
        Part("phasen", "zyklen", Phase, "cycle", forms.PhaseForm, _("Phase ergänzen")),
        Part("meilensteine", "massnahmen", Milestone, "measure", forms.MilestoneForm, _("Meilenstein ergänzen")),
        Part("mittel", "massnahmen", Funding, "measure", forms.FundingForm, _("Mittel ergänzen")),
        Part("wirkung", "massnahmen", LogicStep, "measure", forms.LogicStepForm, _("Karte ergänzen")),
        Part("annahmen", "massnahmen", Assumption, "measure", forms.AssumptionForm, _("Annahme ergänzen")),
        Part("bewertung", "bedarfe", Score, "need", forms.ScoreForm, _("Bewerten")),
    )
}  # fmt: skip


def add_kinds(kinds: Iterable[Kind], parts: Iterable[Part]) -> None:
    """Let a room above bring its kinds; called while the site starts, before addresses are read."""
    KINDS.update({kind.slug: kind for kind in kinds})
    PARTS.update({(part.owner, part.slug): part for part in parts})
