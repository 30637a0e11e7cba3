"""Forms (Formulare)."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sozialraum_web.accounts.models import Role
from sozialraum_web.portal.models import BarrierReport, Contact


class BarrierForm(forms.ModelForm):  # type: ignore[type-arg]
    """Report of a barrier."""

    class Meta:
        model = BarrierReport
        fields = ("page", "text", "contact")
        labels: ClassVar = {
            "page": _("Seite"),
            "text": _("Was hindert Sie?"),
            "contact": _("E-Mail-Adresse für die Antwort"),
        }
        help_texts: ClassVar = {
            "page": _("freiwillig: Adresse oder Name der Seite"),
            "text": _("Zum Beispiel: Die Karte lässt sich mit der Tastatur nicht bedienen."),
            "contact": _("freiwillig: nur wenn Sie eine Antwort möchten; wird nach der Antwort gelöscht"),
        }
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 6})}


class InvitationForm(forms.Form):
    """Invite a person into a role."""

    email = forms.EmailField(label="E-Mail-Adresse", max_length=254)
    name = forms.CharField(label="Name", max_length=150, required=False)
    role = forms.ChoiceField(label="Rolle", choices=Role)


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who is in charge of what."""

    class Meta:
        model = Contact
        fields = ("name", "topic", "scope", "region", "phone", "mail", "position")


class EnquiryForm(forms.Form):
    """A question; `website` is a trap for programs, `stempel` says when the form was shown."""

    text = forms.CharField(label=_("Ihre Frage"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    reply = forms.EmailField(
        label=_("E-Mail-Adresse für die Antwort"),
        required=False,
        help_text=_("freiwillig; wird mit der Anfrage nach 90 Tagen gelöscht"),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)
    stempel = forms.CharField(widget=forms.HiddenInput, required=False)
