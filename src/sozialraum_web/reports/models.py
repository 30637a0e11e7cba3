"""Ordered reports with their data state, and the planners' own texts (Berichte, eigene Texte)."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models

from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.monitoring.models import Release


class Report(models.Model):
    """Bericht: an order, and once it is done a file that never changes; it names release, checksum and template."""

    class State(models.TextChoices):
        WAITING = "wartet", "wartet"
        RUNNING = "laeuft", "wird erstellt"
        DONE = "fertig", "fertig"
        FAILED = "gescheitert", "gescheitert"

    class Format(models.TextChoices):
        PDF = "pdf", "PDF, barrierefrei"
        DOCX = "docx", "Word"
        PPTX = "pptx", "PowerPoint"
        XLSX = "xlsx", "Excel"
        HTML = "html", "HTML"

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="reports", verbose_name="Kommune"
    )
    release = models.ForeignKey(Release, models.PROTECT, related_name="reports", verbose_name="Freigabe")
    ordered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="bestellt von"
    )
    title = models.CharField("Titel", max_length=200)
    template = models.CharField("Vorlage", max_length=60)
    chapters = models.JSONField("Kapitel", default=list)
    level = models.CharField("Ebene", max_length=60, blank=True)
    version = models.CharField("Gebietsstand", max_length=60, blank=True)
    areas = models.JSONField("Gebiete", default=list)
    format = models.CharField("Format", max_length=5, choices=Format, default=Format.PDF)
    state = models.CharField("Stand", max_length=12, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField("fertige Teile", default=0)
    total = models.PositiveIntegerField("Teile", default=0)
    error = models.TextField("Fehler", blank=True)
    file = models.CharField("Datei", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("Größe", default=0)
    checksum = models.CharField("Prüfsumme", max_length=64, blank=True)
    fingerprint = models.CharField("Prüfsumme der Freigabe", max_length=64, blank=True)
    published = models.BooleanField("öffentlich", default=False)
    ordered = models.DateTimeField("bestellt", auto_now_add=True)
    finished = models.DateTimeField("fertig", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "Bericht", "Berichte"
        ordering: ClassVar = ["-ordered", "-pk"]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.title}"

    @property
    def folder(self) -> Path:
        """Where the parts and the file of the report lie."""
        return reports_folder() / self.municipality.slug / str(self.pk)

    @property
    def path(self) -> Path:
        """The finished file."""
        return self.folder / self.file

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in (self.State.WAITING, self.State.RUNNING)


class OwnText(models.Model):
    """Eigener Text: the planners' words for a chapter, for all areas or one; it belongs to no release and so outlives each."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="own_texts", verbose_name="Kommune"
    )
    template = models.CharField("Vorlage", max_length=60)
    chapter = models.CharField("Kapitel", max_length=60)
    area = models.CharField("Gebiet", max_length=60, blank=True)
    text = models.TextField("Text", max_length=20_000)
    period = models.CharField("Datenstand", max_length=20, blank=True)
    changed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="geändert von"
    )
    changed = models.DateTimeField("geändert", auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = "Eigener Text", "Eigene Texte"
        ordering: ClassVar = ["template", "chapter", "area"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["municipality", "template", "chapter", "area"], name="one_own_text_per_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.template}, {self.chapter} {self.area}".strip()


def reports_folder() -> Path:
    """Where reports lie in the data folder."""
    return Path(settings.DATA) / "berichte"


def design_file(slug: str) -> Path | None:
    """The look of a municipality, where it has one: `gestaltung/<kommune>/gestaltung.toml` in the data folder."""
    path = Path(settings.DATA) / "gestaltung" / slug / "gestaltung.toml"
    return path if path.is_file() else None
