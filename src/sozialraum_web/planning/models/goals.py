"""Fields of action, the tree of goals, and targets that tie a goal to an indicator in an area (Ziel, Zielwert)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning.models.cycles import Cycle
from sozialraum_web.records.models import Area, Record


class Field(Record):
    """Handlungsfeld."""

    KIND = "handlungsfelder"

    title = models.CharField(_("Handlungsfeld"), max_length=120)
    text = models.TextField(_("Worum geht es?"), blank=True)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Handlungsfeld"), _("Handlungsfelder")
        ordering: ClassVar = ["position", "title"]

    def __str__(self) -> str:
        return self.title


class Goal(Record):
    """Ziel: Leitziel › Mittlerziel › Handlungsziel, with the resolution behind it and the next step ahead."""

    KIND = "ziele"

    class Rank(models.TextChoices):
        GUIDING = "leitziel", _("Leitziel")
        MIDDLE = "mittlerziel", _("Mittlerziel")
        OPERATIONAL = "handlungsziel", _("Handlungsziel")

    title = models.CharField(_("Ziel in einem Satz"), max_length=300)
    rank = models.CharField(_("Stufe"), max_length=14, choices=Rank, default=Rank.OPERATIONAL)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts", verbose_name=_("Teil von")
    )
    field = models.ForeignKey(
        Field, models.SET_NULL, null=True, blank=True, related_name="goals", verbose_name=_("Handlungsfeld")
    )
    cycle = models.ForeignKey(
        Cycle, models.SET_NULL, null=True, blank=True, related_name="goals", verbose_name=_("Zyklus")
    )
    needs = models.ManyToManyField(
        "planning.Need", blank=True, related_name="goals", verbose_name=_("Antwort auf Bedarfe")
    )
    responsible = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="goals",
        verbose_name=_("Federführung"),
    )
    text = models.TextField(_("Erläuterung"), blank=True)
    attainable = models.TextField(_("Warum ist es erreichbar?"), blank=True)
    resolution = models.CharField(_("Vorlage"), max_length=60, blank=True)
    resolved = models.DateField(_("beschlossen am"), null=True, blank=True)
    resolved_by = models.CharField(_("beschlossen von"), max_length=200, blank=True)
    valid_until = models.DateField(_("gilt bis"), null=True, blank=True)
    story = models.TextField(_("Was steckt hinter der Kurve?"), blank=True)
    what_works = models.TextField(_("Was könnte wirken?"), blank=True)
    next_step = models.CharField(_("Nächster Schritt"), max_length=300, blank=True)
    next_owner = models.CharField(
        _("Wer?"), max_length=120, blank=True, help_text=_("Stelle oder Funktion, nicht Name")
    )
    next_due = models.DateField(_("Bis wann?"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Ziel"), _("Ziele")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.title


class Target(Record):
    """Zielwert: goal × indicator × area × baseline × value × year, the one tie between planning and monitoring."""

    KIND = "zielwerte"

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="targets", verbose_name=_("Ziel"))
    indicator = models.CharField(_("Kennzahl"), max_length=100)
    indicator_label = models.CharField(_("Name der Kennzahl"), max_length=200)
    unit = models.CharField(_("Einheit"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(default=1)
    area = models.ForeignKey(Area, models.PROTECT, related_name="targets", verbose_name=_("Gebiet"))
    area_note = models.CharField(_("Vermerk zum Gebiet"), max_length=300, blank=True)
    baseline = models.FloatField(_("Ausgangswert"), null=True, blank=True)
    baseline_period = models.CharField(_("Ausgangszeitraum"), max_length=20)
    baseline_release = models.CharField(_("Freigabe"), max_length=100, blank=True)
    baseline_audience = models.CharField(_("Kreis der Freigabe"), max_length=12, blank=True)
    value = models.FloatField(_("Zielwert"))
    year = models.PositiveSmallIntegerField(_("Zieljahr"))

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Zielwert"), _("Zielwerte")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.indicator_label}, {self.area}, {self.year}"

    @property
    def address(self) -> str:
        """A target is read on the page of its goal."""
        return f"{self.goal.address}#zielwert-{self.number}"
