"""Organisations and their offers in a first simple form (Akteure, Träger, Angebote)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.records.models import Area, Record


class Organisation(Record):
    """Akteur, Träger: a department, a provider, an association; `people` are accounts that act for it."""

    KIND = "akteure"

    class Kind(models.TextChoices):
        DEPARTMENT = "amt", _("Amt oder Fachbereich")
        PROVIDER = "traeger", _("Freier Träger")
        ASSOCIATION = "verein", _("Verein oder Initiative")
        SCHOOL = "bildung", _("Schule, Kita, Bildungseinrichtung")
        AUTHORITY = "behoerde", _("Andere Behörde")
        OTHER = "sonstige", _("Sonstige")

    title = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Art"), max_length=12, choices=Kind, default=Kind.DEPARTMENT)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts", verbose_name=_("gehört zu")
    )
    place = models.CharField(_("Anschrift oder Ort"), max_length=200, blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="+", verbose_name=_("Gebiete"))
    contact = models.CharField(
        _("Ansprechstelle"),
        max_length=200,
        blank=True,
        help_text=_(
            "Am besten eine Funktion, zum Beispiel „Koordination Frühe Hilfen“, und ein Funktionspostfach."
        ),
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="organisations",
        verbose_name=_("Personen mit Konto"),
    )

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Akteur"), _("Akteure")
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title


class Offer(Record):
    """Angebot: what an organisation does for whom and where."""

    KIND = "angebote"

    title = models.CharField(_("Angebot"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="offers", verbose_name=_("Träger")
    )
    target_group = models.CharField(_("Zielgruppe"), max_length=200, blank=True)
    place = models.CharField(_("Ort"), max_length=200, blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="+", verbose_name=_("Gebiete"))
    times = models.CharField(_("Zeiten"), max_length=200, blank=True)
    capacity = models.PositiveIntegerField(_("Plätze"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Angebot"), _("Angebote")
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title
