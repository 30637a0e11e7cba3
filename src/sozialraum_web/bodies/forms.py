"""Forms of bodies, meetings, papers and tasks; they read and check, services write (Formulare)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sozialraum_web.accounts.models import User
from sozialraum_web.bodies import permissions
from sozialraum_web.bodies.models import AgendaItem, Body, Decision, Meeting, Member, Paper, Station, Task
from sozialraum_web.bodies.services.meetings import EVERY, MOST_IN_SERIES
from sozialraum_web.exchange.models import Habit
from sozialraum_web.exchange.services import colleagues
from sozialraum_web.planning.forms import DateInput, PartForm, RecordForm
from sozialraum_web.planning.frame import Desk
from sozialraum_web.planning.models import Goal, Measure, Need
from sozialraum_web.planning.permissions import visible as planned
from sozialraum_web.records.models import Record

LARGEST_CHOICE = 300


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **options)


def _wide(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def people_field(desk: Desk, old: Any) -> forms.ModelChoiceField[User]:
    """Everybody who holds a role in this municipality."""
    keys = [person.pk for person in colleagues(desk.place.municipality)]
    return forms.ModelChoiceField(
        User.objects.filter(pk__in=keys).order_by("name", "email"), label=old.label, required=False, help_text=old.help_text
    )  # fmt: skip


class BodyForm(RecordForm):
    """Gremium."""

    FIRST = ("title", "kind", "mandate", "parent", "visibility")

    class Meta:
        model = Body
        fields = ("title", "kind", "mandate", "parent", "decides", "office", "rhythm", "notice_days", "quorum", "rules", "visibility")  # fmt: skip
        widgets: ClassVar = {"mandate": _wide(3), "decides": _wide(2), "rules": _wide(12)}


class MeetingForm(RecordForm):
    """Sitzung; a new one may be the first of a series."""

    FIRST = ("body", "start", "place", "link", "every", "number_of", "visibility")
    every = forms.ChoiceField(
        label=_("Wiederholt sich"), choices=[("", _("nein")), *EVERY.items()], required=False
    )
    link = forms.URLField(label=_("Adresse der Videokonferenz"), required=False, assume_scheme="https")
    number_of = forms.IntegerField(
        label=_("Zahl der Sitzungen"), min_value=2, max_value=MOST_IN_SERIES, required=False
    )

    class Meta:
        model = Meeting
        fields = ("body", "start", "minutes", "place", "link", "title", "keeper", "visibility")
        widgets: ClassVar = {"start": MomentInput()}

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(desk, *args, **kwargs)
        rows = [row.pk for row in permissions.visible(Body.objects.all(), desk.reader) if permissions.can_run(desk.reader, row)]  # fmt: skip
        self.fields["body"].queryset = Body.objects.filter(pk__in=rows)  # type: ignore[attr-defined]
        if (asked := desk.request.GET.get("gremium", "")) and asked.isascii() and asked.isdigit():
            self.initial.setdefault("body", Body.objects.filter(pk__in=rows, number=asked[:9]).first())
        if self.instance.pk:
            del self.fields["every"], self.fields["number_of"], self.fields["body"]

    def clean(self) -> dict[str, Any]:
        """A series says how many meetings it has."""
        data = super().clean() or {}
        if data.get("every") and not data.get("number_of") and "number_of" not in self.errors:
            self.add_error("number_of", _("Nennen Sie, wie viele Sitzungen die Reihe hat."))
        return data


class PaperForm(RecordForm):
    """Vorlage."""

    FIRST = ("title", "label", "text", "visibility")

    class Meta:
        model = Paper
        fields = ("title", "label", "text", "reason", "office", "needs", "goals", "measures", "visibility")
        widgets: ClassVar = {
            "text": _wide(4),
            "reason": _wide(4),
            "needs": forms.CheckboxSelectMultiple,
            "goals": forms.CheckboxSelectMultiple,
            "measures": forms.CheckboxSelectMultiple,
        }

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(desk, *args, **kwargs)
        _bounded(self, "measures")


def _bounded(form: forms.BaseForm, name: str) -> None:
    """A long list of records is cut; what is chosen already stays in it."""
    field = form.fields[name]
    chosen = [row.pk for row in form.initial.get(name) or [] if isinstance(row, Record)]
    keys = [*field.queryset.values_list("pk", flat=True)[:LARGEST_CHOICE], *chosen]  # type: ignore[attr-defined]
    field.queryset = field.queryset.model._default_manager.filter(pk__in=keys)  # type: ignore[attr-defined]


class TaskForm(RecordForm):
    """Aufgabe."""

    FIRST = ("title", "user", "due", "organisation", "visibility")

    class Meta:
        model = Task
        fields = ("title", "user", "due", "organisation", "text", "measure", "goal", "need", "visibility")
        widgets: ClassVar = {"due": DateInput(), "text": _wide(3)}

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(desk, *args, **kwargs)
        self.fields["user"] = people_field(desk, self.fields["user"])
        _bounded(self, "measure")


class MemberForm(PartForm):
    """Mitglied."""

    class Meta:
        model = Member
        fields = ("name", "role", "organisation", "user", "stands_for", "since", "until")
        widgets: ClassVar = {"since": DateInput(), "until": DateInput()}

    def __init__(self, desk: Desk, record: Record, *args: Any, **kwargs: Any) -> None:
        forms.ModelForm.__init__(self, *args, **kwargs)
        self.record = record
        self.fields["user"] = people_field(desk, self.fields["user"])
        field: Any = self.fields["organisation"]
        field.queryset = planned(field.queryset.model._default_manager.all(), desk.reader)
        others: Any = self.fields["stands_for"]
        others.queryset = Member.objects.filter(body_id=record.pk).exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        """A term does not end before it begins; a deputy names whom it stands for."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Das Ende liegt vor dem Beginn."))
        return data


class AgendaForm(PartForm):
    """Tagesordnungspunkt."""

    class Meta:
        model = AgendaItem
        fields = ("title", "kind", "text", "presenter", "minutes", "position", "findings", "needs", "goals", "measures")  # fmt: skip
        widgets: ClassVar = {
            "text": _wide(3),
            "findings": forms.CheckboxSelectMultiple,
            "needs": forms.CheckboxSelectMultiple,
            "goals": forms.CheckboxSelectMultiple,
            "measures": forms.CheckboxSelectMultiple,
        }

    def __init__(self, desk: Desk, record: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(desk, record, *args, **kwargs)
        for name in ("findings", "measures"):
            _bounded(self, name)
        if not self.instance.pk:
            self.initial.setdefault("position", record.items.count() + 1)  # type: ignore[attr-defined]


class StationForm(PartForm):
    """Station der Beratungsfolge."""

    class Meta:
        model = Station
        fields = ("body", "task", "day", "position")
        widgets: ClassVar = {"day": DateInput()}

    def __init__(self, desk: Desk, record: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(desk, record, *args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("position", record.stations.count() + 1)  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """Beschluss with what follows from it."""

    text = forms.CharField(label=_("Wortlaut"), widget=_wide(3))
    result = forms.ChoiceField(label=_("Ergebnis"), choices=Decision.Result.choices)
    label = forms.CharField(
        label=_("Nummer des Beschlusses"),
        max_length=60,
        required=False,
        help_text=_("zum Beispiel „SG 3/2026“"),
    )
    yes = forms.IntegerField(label=_("Ja"), min_value=0, required=False)
    no = forms.IntegerField(label=_("Nein"), min_value=0, required=False)
    abstained = forms.IntegerField(label=_("Enthaltungen"), min_value=0, required=False)
    needs = forms.ModelMultipleChoiceField(Need.objects.none(), label=_("Bedarfe, die beschlossen werden"), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip
    goals = forms.ModelMultipleChoiceField(Goal.objects.none(), label=_("Ziele"), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip
    measures = forms.ModelMultipleChoiceField(Measure.objects.none(), label=_("Maßnahmen"), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip
    new_measure = forms.CharField(
        label=_("Neue Maßnahme anlegen"),
        max_length=300,
        required=False,
        help_text=_("Sie ist damit beschlossen und mit den gewählten Bedarfen und Zielen verknüpft."),
    )

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("needs", Need), ("goals", Goal), ("measures", Measure)):
            field: Any = self.fields[name]
            field.queryset = planned(model._default_manager.all(), desk.reader)
            if model is Need:
                field.queryset = field.queryset.filter(state__in=(Need.State.CONFIRMED, Need.State.ADOPTED))
            _bounded(self, name)


class TaskLine(forms.Form):
    """One task given in a meeting: few words."""

    title = forms.CharField(label=_("Aufgabe"), max_length=300, required=False)
    user = forms.ModelChoiceField(User.objects.none(), label=_("wer"), required=False)
    due = forms.DateField(label=_("bis"), required=False, widget=DateInput())

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = people_field(desk, self.fields["user"])

    def clean(self) -> dict[str, Any]:
        """A person or date without words is a mistake."""
        data = super().clean() or {}
        if not data.get("title") and (data.get("user") or data.get("due")):
            self.add_error("title", _("Was ist zu tun?"))
        return data


TaskLines = forms.formset_factory(TaskLine, extra=3, max_num=10)


class ResultForm(forms.Form):
    """How a paper went at a station."""

    result = forms.ChoiceField(label=_("Ergebnis"), choices=[choice for choice in Station.Result.choices if choice[0] != Station.Result.OPEN])  # fmt: skip
    day = forms.DateField(label=_("am"), widget=DateInput())
    note = forms.CharField(label=_("Vermerk"), max_length=300, required=False)


class HabitForm(forms.ModelForm):  # type: ignore[type-arg]
    """How often mails come, and when never."""

    class Meta:
        model = Habit
        fields = ("rhythm", "quiet_from", "quiet_until")
        widgets: ClassVar = {
            "rhythm": forms.RadioSelect,
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
