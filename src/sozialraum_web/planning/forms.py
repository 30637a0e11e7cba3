"""Forms people fill in: few fields first, the rest on demand; they read and check, services write (Formulare)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sozialraum_web.organisations.models import Offer, Organisation
from sozialraum_web.planning import permissions
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
from sozialraum_web.records.areas import areas_of_keys
from sozialraum_web.records.models import Record

LARGEST_CHOICE = 300


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class AreasField(forms.MultipleChoiceField):
    """Areas of the current Gebietsstand, as boxes to tick; cleans to rows of `records.Area`."""

    widget = forms.CheckboxSelectMultiple


def area_choices(desk: Desk, levels: Iterable[str] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """The areas of the current Gebietsstand by level, coarsest first."""
    catalogue = desk.place.catalogue
    wanted = set(levels)
    return [
        (level.plural or level.label, [(f"{area.level}:{area.code}", area.name) for area in catalogue.members(level.id)])
        for level in reversed(catalogue.version().levels)
        if not wanted or level.id in wanted
    ]  # fmt: skip


def indicator_choices(desk: Desk) -> list[Any]:
    """The indicators of the shown release by topic."""
    catalogue = desk.place.catalogue
    topics = catalogue.by_topic(catalogue.plain_indicators)
    return [("", "–"), *((topic, [(item.id, item.label) for item in items]) for topic, items in topics)]


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """Base: links offer visible records of the own municipality only; `FIRST` stand open, the rest is folded."""

    FIRST: ClassVar[tuple[str, ...]] = ()
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        self.desk = desk
        super().__init__(*args, **kwargs)
        if "visibility" in self.fields and not permissions.can_publish(desk.reader):
            del self.fields["visibility"]
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and issubclass(field.queryset.model, Record):  # type: ignore[union-attr]
                field.queryset = permissions.visible(field.queryset.model._default_manager.all(), desk.reader)  # type: ignore[union-attr]
            if name == "areas":
                self._offer_areas(desk)
        self.initial.setdefault(
            "version", getattr(self.instance, "version", None) if self.instance.pk else None
        )

    def _offer_areas(self, desk: Desk) -> None:
        old = self.fields["areas"]
        self.fields["areas"] = AreasField(choices=area_choices(desk), required=False, label=old.label)
        if self.instance.pk:
            self.initial["areas"] = [area.key for area in self.instance.areas.all()]

    def clean_areas(self) -> list[Any]:
        """Keys to rows."""
        return areas_of_keys(self.desk.place, self.cleaned_data.get("areas") or [])

    def _post_clean(self) -> None:
        """Services write; the instance of the form is left alone."""

    @property
    def data_for_services(self) -> dict[str, Any]:
        """What was entered, without what only the form needs."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def first_fields(self) -> Iterator[forms.BoundField]:
        """The few fields that stand open."""
        return (self[name] for name in self.FIRST if name in self.fields)

    def more_fields(self) -> Iterator[forms.BoundField]:
        """The rest, on demand."""
        return (field for field in self.visible_fields() if field.name not in self.FIRST)

    @property
    def more_open(self) -> bool:
        """Whether the folded part holds something already, or a mistake."""
        return any(field.errors or field.value() not in (None, "", [], False) for field in self.more_fields() if field.name != "visibility")  # fmt: skip


def _wide(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class FindingForm(RecordForm):
    """Befund: what was seen or said."""

    FIRST = ("title", "kind", "areas", "observed", "source", "text", "visibility")

    class Meta:
        model = Finding
        fields = ("title", "kind", "areas", "observed", "source", "text", "field", "visibility")
        widgets: ClassVar = {"text": _wide(4), "observed": DateInput(), "title": forms.TextInput()}

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(desk, *args, **kwargs)
        if self.initial.get("kind") == Finding.Kind.INDICATOR or self.instance.kind == Finding.Kind.INDICATOR:
            for name in ("kind", "areas", "observed", "source"):
                del self.fields[name]
        else:
            kinds = [choice for choice in Finding.Kind.choices if choice[0] != Finding.Kind.INDICATOR]
            self.fields["kind"] = forms.ChoiceField(label=_("Art"), choices=kinds)


class NeedForm(RecordForm):
    """Bedarf."""

    FIRST = ("title", "target_group", "areas", "findings", "text", "visibility")

    class Meta:
        model = Need
        fields = ("title", "target_group", "areas", "findings", "text", "field", "offers", "offers_text", "gap_number", "gap_unit", "gap_text", "visibility")  # fmt: skip
        widgets: ClassVar = {
            "text": _wide(4),
            "offers_text": _wide(2),
            "gap_text": _wide(2),
            "findings": forms.CheckboxSelectMultiple,
            "offers": forms.CheckboxSelectMultiple,
        }


class GoalForm(RecordForm):
    """Ziel."""

    FIRST = ("title", "rank", "parent", "field", "needs", "visibility")

    class Meta:
        model = Goal
        fields = (
            "title", "rank", "parent", "field", "needs", "text", "attainable", "cycle", "responsible", "valid_until",
            "story", "what_works", "next_step", "next_owner", "next_due", "visibility",
        )  # fmt: skip
        widgets: ClassVar = {
            "text": _wide(3),
            "attainable": _wide(2),
            "story": _wide(5),
            "what_works": _wide(4),
            "valid_until": DateInput(),
            "next_due": DateInput(),
            "needs": forms.CheckboxSelectMultiple,
        }


class MeasureForm(RecordForm):
    """Maßnahme."""

    FIRST = ("title", "text", "status", "areas", "goals", "visibility")

    class Meta:
        model = Measure
        fields = (
            "title", "text", "status", "areas", "goals", "field", "needs", "target_group", "responsible", "partners",
            "start", "end", "visibility",
        )  # fmt: skip
        widgets: ClassVar = {
            "text": _wide(3),
            "start": DateInput(),
            "end": DateInput(),
            "goals": forms.CheckboxSelectMultiple,
            "needs": forms.CheckboxSelectMultiple,
            "partners": forms.CheckboxSelectMultiple,
        }


class CycleForm(RecordForm):
    """Zyklus with the first questions of a working group."""

    FIRST = ("title", "mandate", "themes", "levels", "years_back", "years_ahead")

    class Meta:
        model = Cycle
        fields = (
            "title", "mandate", "themes", "levels", "years_back", "years_ahead", "working_group", "start", "end",
            "resolution", "visibility",
        )  # fmt: skip
        widgets: ClassVar = {
            "mandate": _wide(2),
            "themes": _wide(2),
            "levels": _wide(2),
            "working_group": _wide(2),
            "start": DateInput(),
            "end": DateInput(),
        }


class MissionForm(RecordForm):
    """Leitbild."""

    FIRST = ("title", "text", "record")

    class Meta:
        model = Mission
        fields = ("title", "text", "record", "visibility")
        widgets: ClassVar = {"text": _wide(8), "record": _wide(4)}


class FieldForm(RecordForm):
    """Handlungsfeld."""

    FIRST = ("title", "text", "position")

    class Meta:
        model = Field
        fields = ("title", "text", "position", "visibility")
        widgets: ClassVar = {"text": _wide(2)}


class CriterionForm(RecordForm):
    """Kriterium."""

    FIRST = ("title", "text", "weight")

    class Meta:
        model = Criterion
        fields = ("title", "text", "weight", "visibility")
        widgets: ClassVar = {"text": _wide(3)}


class OrganisationForm(RecordForm):
    """Akteur."""

    FIRST = ("title", "kind", "place", "contact")

    class Meta:
        model = Organisation
        fields = ("title", "kind", "place", "contact", "parent", "areas", "people", "visibility")
        widgets: ClassVar = {"people": forms.CheckboxSelectMultiple}

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(desk, *args, **kwargs)
        if permissions.can_steer(desk.reader):
            people = self.fields["people"]
            people.queryset = people.queryset.filter(  # type: ignore[attr-defined]
                memberships__municipality=desk.place.municipality
            ).distinct()
        else:
            del self.fields["people"]


class OfferForm(RecordForm):
    """Angebot."""

    FIRST = ("title", "organisation", "target_group", "areas")

    class Meta:
        model = Offer
        fields = (
            "title",
            "organisation",
            "target_group",
            "areas",
            "place",
            "times",
            "capacity",
            "visibility",
        )


class TargetForm(forms.Form):
    """Zielwert: indicator × area × value × year."""

    indicator = forms.ChoiceField(label=_("Kennzahl"))
    area = forms.ChoiceField(label=_("Gebiet"))
    value = forms.FloatField(label=_("Zielwert"), localize=True)
    year = forms.IntegerField(label=_("Zieljahr"), min_value=2000, max_value=2100)

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = indicator_choices(desk)  # type: ignore[attr-defined]
        self.fields["area"].choices = area_choices(desk)  # type: ignore[attr-defined]


class TargetChangeForm(forms.Form):
    """Aim and year of a target."""

    value = forms.FloatField(label=_("Zielwert"), localize=True)
    year = forms.IntegerField(label=_("Zieljahr"), min_value=2000, max_value=2100)


class DecisionForm(forms.Form):
    """Entscheidung über einen Bedarf."""

    state = forms.ChoiceField(label=_("Wie lautet die Entscheidung?"), choices=())
    decided = forms.DateField(label=_("Wann?"), widget=DateInput())
    body = forms.CharField(
        label=_("Wer hat entschieden?"), max_length=200, help_text=_("Gremium oder Stelle, zum Beispiel: Fachplanungskonferenz")
    )  # fmt: skip
    reason = forms.CharField(label=_("Warum?"), widget=_wide(3))
    resolution = forms.CharField(label=_("Vorlage oder Protokoll"), max_length=100, required=False)

    def __init__(self, states: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(state, Need.State(state).label) for state in states]  # type: ignore[attr-defined]


class ResolutionForm(forms.Form):
    """Beschluss."""

    resolution = forms.CharField(label=_("Nummer der Vorlage"), max_length=60)
    resolved = forms.DateField(label=_("Beschlossen am"), widget=DateInput())
    body = forms.CharField(
        label=_("Von wem?"), max_length=200, help_text=_("zum Beispiel: Rat, Sozialausschuss")
    )


class StatusForm(forms.Form):
    """Sachstand: date and words; the light follows from the rules."""

    date = forms.DateField(label=_("Stand vom"), widget=DateInput())
    text = forms.CharField(
        label=_("Was ist geschehen, was steht an?"), widget=_wide(4), help_text=_("Zwei bis vier Sätze. Bitte keine Namen und keine Angaben zu einzelnen Menschen.")
    )  # fmt: skip


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """Base of forms for parts of a record."""

    def __init__(self, desk: Desk, record: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = permissions.visible(field.queryset.model._default_manager.all(), desk.reader)  # type: ignore[union-attr]
        if "indicator" in self.fields:
            self.fields["indicator"] = forms.ChoiceField(
                label=self.fields["indicator"].label, choices=indicator_choices(desk), required=False
            )

    def _post_clean(self) -> None:
        """Services write."""


class PhaseForm(PartForm):
    """Phase."""

    class Meta:
        model = Phase
        fields = ("title", "output", "lead", "gate", "due", "done", "skipped", "note", "position")
        widgets: ClassVar = {"due": DateInput(), "done": DateInput(), "note": _wide(2)}


class MilestoneForm(PartForm):
    """Meilenstein."""

    class Meta:
        model = Milestone
        fields = ("title", "due", "done")
        widgets: ClassVar = {"due": DateInput(), "done": DateInput()}


class FundingForm(PartForm):
    """Mittel."""

    class Meta:
        model = Funding
        fields = ("year", "amount", "source", "state", "department", "note")
        localized_fields = ("amount",)


class LogicStepForm(PartForm):
    """Karte der Wirkungslogik."""

    class Meta:
        model = LogicStep
        fields = ("step", "title", "aim", "actual", "unit", "people", "as_of", "note", "indicator")
        widgets: ClassVar = {"as_of": DateInput()}
        localized_fields = ("aim", "actual")


class AssumptionForm(PartForm):
    """Annahme."""

    class Meta:
        model = Assumption
        fields = ("step", "text", "evidence", "source")
        widgets: ClassVar = {"text": _wide(2)}


class ScoreForm(PartForm):
    """Bewertung."""

    class Meta:
        model = Score
        fields = ("criterion", "points", "reason")

    points = forms.TypedChoiceField(
        label=_("Punkte"), coerce=int, choices=[(n, str(n)) for n in range(5)], widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any]:
        """Each criterion is scored once per need."""
        data = super().clean() or {}
        criterion = data.get("criterion")
        others = Score.objects.filter(need_id=self.record.pk, criterion=criterion).exclude(
            pk=self.instance.pk
        )
        if criterion and others.exists():
            self.add_error(
                "criterion", _("Dieses Kriterium ist schon bewertet; ändern Sie die vorhandenen Punkte.")
            )
        return data
