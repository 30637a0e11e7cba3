"""Findings and the needs people conclude from them (Befund, Bedarf)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.organisations.models import Offer
from sozialraum_web.planning.models.goals import Field
from sozialraum_web.records.models import Area, Record


class Finding(Record):
    """Befund: a figure of a release as it stood, or what people on the spot said; the figure is never edited."""

    KIND = "befunde"

    class Kind(models.TextChoices):
        INDICATOR = "kennzahl", _("Kennzahl")
        TALK = "gespraech", _("Quartiersgespräch")
        WALK = "begehung", _("Begehung")
        INTERVIEW = "interview", _("Interview")
        SWOT = "swot", _("Stärken-Schwächen-Analyse")
        SURVEY = "befragung", _("Befragung")
        PARTICIPATION = "beteiligung", _("Beteiligung")
        OTHER = "sonstiges", _("Andere Quelle")

    title = models.CharField(_("Befund in einem Satz"), max_length=300)
    kind = models.CharField(_("Art"), max_length=12, choices=Kind, default=Kind.TALK)
    text = models.TextField(_("Was ist zu sehen, was wurde gesagt?"), blank=True)
    source = models.CharField(_("Quelle"), max_length=300, blank=True)
    observed = models.DateField(_("Datum"), null=True, blank=True)
    field = models.ForeignKey(
        Field,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("Handlungsfeld"),
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="findings", verbose_name=_("Gebiete"))

    # evidence, kept as it was read
    indicator = models.CharField(_("Kennzahl"), max_length=100, blank=True)
    indicator_label = models.CharField(_("Name der Kennzahl"), max_length=200, blank=True)
    unit = models.CharField(_("Einheit"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(default=1)
    period = models.CharField(_("Zeitraum"), max_length=20, blank=True)
    value = models.FloatField(_("Wert"), null=True, blank=True)
    lower = models.FloatField(_("untere Grenze"), null=True, blank=True)
    upper = models.FloatField(_("obere Grenze"), null=True, blank=True)
    status = models.CharField(_("Zeichen"), max_length=20, blank=True)
    benchmark = models.FloatField(_("Kommune insgesamt"), null=True, blank=True)
    release = models.CharField(_("Freigabe"), max_length=100, blank=True)
    audience = models.CharField(_("Kreis der Freigabe"), max_length=12, blank=True)
    area_note = models.CharField(_("Gebiet damals"), max_length=300, blank=True)

    EVIDENCE: ClassVar[tuple[str, ...]] = (
        "indicator", "indicator_label", "unit", "decimals", "period", "value", "lower", "upper", "status",
        "benchmark", "release", "audience",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Befund"), _("Befunde")
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return self.title


class Need(Record):
    """Bedarf: what people decided is needed, on which evidence, by whom and when; never concluded by the software."""

    KIND = "bedarfe"

    class State(models.TextChoices):
        SUSPECTED = "vermutet", _("vermutet")
        CONFIRMED = "bestaetigt", _("bestätigt")
        ADOPTED = "beschlossen", _("beschlossen")
        MET = "gedeckt", _("gedeckt")
        REJECTED = "verworfen", _("verworfen")

    title = models.CharField(_("Was wird gebraucht?"), max_length=300)
    field = models.ForeignKey(
        Field, models.SET_NULL, null=True, blank=True, related_name="needs", verbose_name=_("Handlungsfeld")
    )
    target_group = models.CharField(_("Für wen?"), max_length=200, blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="needs", verbose_name=_("Wo?"))
    text = models.TextField(_("Begründung"), blank=True)
    findings = models.ManyToManyField(Finding, blank=True, related_name="needs", verbose_name=_("Befunde"))
    offers = models.ManyToManyField(
        Offer, blank=True, related_name="needs", verbose_name=_("Vorhandene Angebote")
    )
    offers_text = models.TextField(_("Was gibt es schon?"), blank=True)
    gap_number = models.DecimalField(
        _("Lücke (Zahl)"), max_digits=10, decimal_places=1, null=True, blank=True
    )
    gap_unit = models.CharField(_("Lücke (Einheit, zum Beispiel Plätze)"), max_length=60, blank=True)
    gap_text = models.TextField(_("Lücke (in Worten)"), blank=True)
    state = models.CharField(_("Stand"), max_length=12, choices=State, default=State.SUSPECTED)
    area_note = models.CharField(_("Vermerk zum Gebiet"), max_length=300, blank=True)

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Bedarf"), _("Bedarfe")
        ordering: ClassVar = ["-number"]
        indexes: ClassVar = [*Record.Meta.indexes, models.Index(fields=["municipality", "state"])]

    def __str__(self) -> str:
        return self.title


class NeedDecision(models.Model):
    """Entscheidung über einen Bedarf: state, who, when, why; append-only."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="decisions", verbose_name=_("Bedarf"))
    state = models.CharField(_("Stand"), max_length=12, choices=Need.State)
    decided = models.DateField(_("Datum"))
    body = models.CharField(_("Wer hat entschieden?"), max_length=200)
    resolution = models.CharField(_("Vorlage oder Protokoll"), max_length=100, blank=True)
    reason = models.TextField(_("Begründung"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recorded = models.DateTimeField(_("eingetragen"), auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Entscheidung"), _("Entscheidungen")
        ordering: ClassVar = ["-decided", "-id"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.body}"


class Criterion(Record):
    """Kriterium with its weight: the open rule by which needs are put in order."""

    KIND = "kriterien"

    title = models.CharField(_("Kriterium"), max_length=120)
    text = models.TextField(_("Wann gibt es wie viele Punkte?"), blank=True)
    weight = models.DecimalField(_("Gewicht"), max_digits=4, decimal_places=1, default=1)

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Kriterium"), _("Kriterien")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.title


class Score(models.Model):
    """Punkte of a need for a criterion, 0 to 4, with the reason."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="scores", verbose_name=_("Bedarf"))
    criterion = models.ForeignKey(
        Criterion, models.CASCADE, related_name="scores", verbose_name=_("Kriterium")
    )
    points = models.PositiveSmallIntegerField(_("Punkte"))
    reason = models.CharField(_("Begründung"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Bewertung"), _("Bewertungen")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(condition=models.Q(points__lte=4), name="points_up_to_four"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"
