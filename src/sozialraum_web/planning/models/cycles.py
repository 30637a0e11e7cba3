"""Planning cycles with their phases and gates, and the Leitbild in adopted versions (Zyklus, Leitbild)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.records.models import Record


class Cycle(Record):
    """Planungszyklus: one round from mandate to update; several may run at once and start in any year."""

    KIND = "zyklen"

    title = models.CharField(_("Name"), max_length=200)
    mandate = models.TextField(_("Anlass und Auftrag"), blank=True)
    resolution = models.CharField(_("Vorlage"), max_length=60, blank=True)
    start = models.DateField(_("Beginn"), null=True, blank=True)
    end = models.DateField(_("Geplantes Ende"), null=True, blank=True)
    themes = models.TextField(_("Welche Themen?"), blank=True)
    levels = models.TextField(_("Welche Gebietsebenen?"), blank=True)
    years_back = models.PositiveSmallIntegerField(_("Wie viele Jahre zurück?"), null=True, blank=True)
    years_ahead = models.PositiveSmallIntegerField(_("Wie viele Jahre voraus?"), null=True, blank=True)
    working_group = models.TextField(_("Wer arbeitet mit?"), blank=True)

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Zyklus"), _("Zyklen")
        ordering: ClassVar = ["-start", "title"]

    def __str__(self) -> str:
        return self.title


class Phase(models.Model):
    """Phase of a cycle with what it yields, who leads and the gate that closes it."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="phases", verbose_name=_("Zyklus"))
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    title = models.CharField(_("Phase"), max_length=120)
    output = models.CharField(_("Ergebnis"), max_length=300, blank=True)
    lead = models.CharField(_("Federführung"), max_length=200, blank=True)
    gate = models.CharField(_("Meilenstein"), max_length=200, blank=True)
    due = models.DateField(_("fällig"), null=True, blank=True)
    done = models.DateField(_("erreicht"), null=True, blank=True)
    skipped = models.BooleanField(_("entfällt"), default=False)
    note = models.TextField(_("Vermerk"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Phase"), _("Phasen")
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Mission(Record):
    """Leitbild: one version; an adopted version is never edited, a new one is put beside it."""

    KIND = "leitbild"

    title = models.CharField(_("Titel"), max_length=200)
    text = models.TextField(_("Leitbild"))
    record = models.TextField(_("Wie es entstanden ist"), blank=True)
    adopted = models.DateField(_("beschlossen am"), null=True, blank=True)
    body = models.CharField(_("beschlossen von"), max_length=200, blank=True)
    resolution = models.CharField(_("Vorlage"), max_length=60, blank=True)

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Leitbild"), _("Leitbilder")
        ordering: ClassVar = ["-adopted", "-number"]

    def __str__(self) -> str:
        return self.title
