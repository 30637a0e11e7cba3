"""Measures with money, milestones, status reports and the logic of their effect (Maßnahme, Wirkungslogik)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning.models.goals import Field, Goal
from sozialraum_web.planning.models.needs import Need
from sozialraum_web.records.models import Area, Record


class Light(models.TextChoices):
    """Ampel: set by rule, see `planning.lights`."""

    GREEN = "plan", _("im Plan")
    YELLOW = "achten", _("braucht Aufmerksamkeit")
    RED = "stockt", _("stockt")


class Measure(Record):
    """Maßnahme: what the plan commits to. Never a statistic; those are indicators."""

    KIND = "massnahmen"

    class Status(models.TextChoices):
        IDEA = "idee", _("Idee")
        PLANNED = "geplant", _("in Planung")
        ADOPTED = "beschlossen", _("beschlossen")
        RUNNING = "umsetzung", _("in Umsetzung")
        OPERATING = "betrieb", _("im Betrieb")
        DONE = "beendet", _("beendet")
        ABANDONED = "aufgegeben", _("aufgegeben")

    title = models.CharField(_("Maßnahme"), max_length=300)
    text = models.TextField(_("Kurz beschrieben"), blank=True)
    status = models.CharField(_("Stand"), max_length=12, choices=Status, default=Status.IDEA)
    field = models.ForeignKey(
        Field,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("Handlungsfeld"),
    )
    goals = models.ManyToManyField(Goal, blank=True, related_name="measures", verbose_name=_("Ziele"))
    needs = models.ManyToManyField(Need, blank=True, related_name="measures", verbose_name=_("Bedarfe"))
    areas = models.ManyToManyField(Area, blank=True, related_name="measures", verbose_name=_("Gebiete"))
    target_group = models.CharField(_("Zielgruppe"), max_length=200, blank=True)
    responsible = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("Federführung"),
    )
    partners = models.ManyToManyField(
        Organisation, blank=True, related_name="partner_in", verbose_name=_("Beteiligte")
    )
    start = models.DateField(_("Beginn"), null=True, blank=True)
    end = models.DateField(_("Ende"), null=True, blank=True)
    resolution = models.CharField(_("Vorlage"), max_length=60, blank=True)
    resolved = models.DateField(_("beschlossen am"), null=True, blank=True)
    resolved_by = models.CharField(_("beschlossen von"), max_length=200, blank=True)
    area_note = models.CharField(_("Vermerk zum Gebiet"), max_length=300, blank=True)
    original = models.JSONField(_("Zeile der übernommenen Liste"), default=dict, blank=True)
    imported = models.ForeignKey(
        "planning.ListImport", models.SET_NULL, null=True, blank=True, related_name="measures"
    )
    # kept beside the reports so that the register can be filtered by them
    light = models.CharField(_("Ampel"), max_length=8, choices=Light, blank=True)
    reported = models.DateField(_("letzter Sachstand"), null=True, blank=True)

    PLAIN: ClassVar[frozenset[str]] = Record.PLAIN | {"light", "reported", "imported"}

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Maßnahme"), _("Maßnahmen")
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(fields=["municipality", "status", "number"], name="measure_status"),
            models.Index(fields=["municipality", "removed", "number"], name="measure_order"),
            models.Index(fields=["municipality", "light"], name="measure_light"),
            models.Index(fields=["municipality", "start"], name="measure_start"),
        ]

    def __str__(self) -> str:
        return self.title


class Milestone(models.Model):
    """Meilenstein; progress is counted from these, never typed."""

    measure = models.ForeignKey(
        Measure, models.CASCADE, related_name="milestones", verbose_name=_("Maßnahme")
    )
    title = models.CharField(_("Meilenstein"), max_length=200)
    due = models.DateField(_("fällig"), null=True, blank=True)
    done = models.DateField(_("erreicht am"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Meilenstein"), _("Meilensteine")
        ordering: ClassVar = ["due", "id"]

    def __str__(self) -> str:
        return self.title


class Funding(models.Model):
    """Mittel: euros of one year from one source and department."""

    class Source(models.TextChoices):
        OWN = "eigen", _("eigene Mittel")
        LAND = "land", _("Land")
        FEDERAL = "bund", _("Bund")
        EU = "eu", _("Europäische Union")
        FOUNDATION = "stiftung", _("Stiftung oder Spende")
        INSURANCE = "kassen", _("Krankenkassen")
        OTHER = "andere", _("andere")

    class State(models.TextChoices):
        PLANNED = "geplant", _("geplant")
        REQUESTED = "beantragt", _("beantragt")
        GRANTED = "gesichert", _("bewilligt oder im Haushalt")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="funding", verbose_name=_("Maßnahme"))
    year = models.PositiveSmallIntegerField(_("Jahr"))
    amount = models.DecimalField(
        _("Betrag in Euro"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    source = models.CharField(_("Herkunft"), max_length=10, choices=Source, default=Source.OWN)
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.PLANNED)
    department = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("aus dem Budget von"),
    )
    note = models.CharField(_("Programm, Haushaltsstelle"), max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Mittel"), _("Mittel")
        ordering: ClassVar = ["year", "id"]
        indexes: ClassVar = [models.Index(fields=["year", "measure"], name="funding_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class StatusReport(models.Model):
    """Sachstand: append-only; the light follows from rules and names its reasons."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="reports", verbose_name=_("Maßnahme"))
    date = models.DateField(_("Stand vom"))
    text = models.TextField(_("Was ist geschehen, was steht an?"))
    light = models.CharField(_("Ampel"), max_length=8, choices=Light)
    reasons = models.TextField(_("Warum diese Ampel?"), blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recorded = models.DateTimeField(_("eingetragen"), auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Sachstand"), _("Sachstände")
        ordering: ClassVar = ["-date", "-id"]

    def __str__(self) -> str:
        return f"{self.date}: {self.text[:60]}"


class LogicStep(models.Model):
    """Karte der Wirkungslogik (IOOI): one of the steps from what is put in to what changes in the area."""

    class Step(models.IntegerChoices):
        INPUT = 0, _("Input: was wir einsetzen")
        OUTPUT = 1, _("Stufe 1: was wir leisten")
        REACHED = 2, _("Stufe 2: wen wir erreichen")
        CONTENT = 3, _("Stufe 3: wie zufrieden die Zielgruppe ist")
        KNOWS = 4, _("Stufe 4: was sich an Wissen und Können ändert")
        ACTS = 5, _("Stufe 5: was sich am Handeln ändert")
        LIVES = 6, _("Stufe 6: was sich an der Lebenslage ändert")
        AREA = 7, _("Stufe 7: was sich im Gebiet ändert")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="steps", verbose_name=_("Maßnahme"))
    step = models.PositiveSmallIntegerField(_("Stufe"), choices=Step)
    title = models.CharField(_("Woran sehen wir es?"), max_length=200)
    unit = models.CharField(_("Einheit"), max_length=40, blank=True)
    aim = models.DecimalField(_("Ziel"), max_digits=12, decimal_places=1, null=True, blank=True)
    actual = models.DecimalField(_("Ist"), max_digits=12, decimal_places=1, null=True, blank=True)
    as_of = models.DateField(_("Stand vom"), null=True, blank=True)
    people = models.BooleanField(
        _("zählt Menschen"),
        default=False,
        help_text=_("Zahlen unter 5 werden dann nirgends gezeigt, damit niemand erkennbar wird."),
    )
    indicator = models.CharField(_("Kennzahl des Gebiets (nur Stufe 7)"), max_length=100, blank=True)
    note = models.CharField(_("Hinweis, Erhebung"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Karte der Wirkungslogik"), _("Karten der Wirkungslogik")
        ordering: ClassVar = ["step", "id"]

    def __str__(self) -> str:
        return self.title


class Assumption(models.Model):
    """Annahme between one step and the next: why should the one lead to the other?"""

    class Evidence(models.TextChoices):
        OPEN = "offen", _("nicht geprüft")
        SURVEY = "befragung", _("Befragung")
        STUDY = "studie", _("Studie oder Evaluation")
        EXPERIENCE = "erfahrung", _("Erfahrung vor Ort")

    measure = models.ForeignKey(
        Measure, models.CASCADE, related_name="assumptions", verbose_name=_("Maßnahme")
    )
    step = models.PositiveSmallIntegerField(_("Führt zu"), choices=LogicStep.Step)
    text = models.TextField(_("Annahme"))
    evidence = models.CharField(_("Beleg"), max_length=12, choices=Evidence, default=Evidence.OPEN)
    source = models.CharField(_("Quelle"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Annahme"), _("Annahmen")
        ordering: ClassVar = ["step", "id"]

    def __str__(self) -> str:
        return self.text[:80]
