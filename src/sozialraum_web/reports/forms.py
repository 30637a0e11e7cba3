"""Ordering a report and writing own texts (Formulare)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sozialraum_web.reports.models import OwnText, Report


class OrderForm(forms.Form):
    """What to make: template, areas, format; the chapters are checked by the view, they depend on the template."""

    template = forms.ChoiceField(label=_("Vorlage"))
    level = forms.ChoiceField(label=_("Ebene"), required=False)
    areas = forms.MultipleChoiceField(
        label=_("Gebiete"),
        required=False,
        help_text=_("Ohne Auswahl: alle Gebiete der Ebene. Mehrere mit gedrückter Strg-Taste."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    format = forms.ChoiceField(label=_("Format"), choices=Report.Format)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = found


class TextForm(forms.ModelForm):  # type: ignore[type-arg]
    """One own text."""

    class Meta:
        model = OwnText
        fields = ("text", "period")
        labels = {"period": _("Geschrieben zum Datenstand")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "text": _(
                "Absätze durch Leerzeilen trennen, Aufzählungen mit „- “ beginnen. {{kennzahl}} setzt die freigegebene Zahl ein."
            ),
            "period": _(
                "freiwillig, zum Beispiel 2024-12-31: Reichen die Zahlen einmal weiter, sagt der Bericht das dazu."
            ),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}  # noqa: RUF012

    def clean_period(self) -> str:
        """A period as the library reads it."""
        from sozialraum import periods

        text = str(self.cleaned_data["period"]).strip()
        if text:
            try:
                periods.parse(text)
            except ValueError:
                raise forms.ValidationError(
                    _("Schreiben Sie ein Jahr oder ein Datum, zum Beispiel 2024-12-31.")
                ) from None
        return text
