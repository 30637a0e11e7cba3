"""Imported releases and the keys the site believes (Freigaben, Schlüssel)."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models

from sozialraum_web.accounts.models import Municipality


class TrustedKey(models.Model):
    """Schlüssel einer freigebenden Stelle, whose fingerprint somebody compared and confirmed."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="trusted_keys", verbose_name="Kommune"
    )
    public_key = models.CharField("Öffentlicher Schlüssel", max_length=64)
    fingerprint = models.CharField("Fingerabdruck", max_length=120)
    confirmed = models.DateTimeField("bestätigt", auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = "Schlüssel", "Schlüssel"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "public_key"], name="one_trust_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.fingerprint}"


class UploadToken(models.Model):
    """Zugang: lets a Datenwerkstatt deliver releases of one municipality; only the hash of the token is kept."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="upload_tokens", verbose_name="Kommune"
    )
    label = models.CharField("Bezeichnung", max_length=80)
    digest = models.CharField("Prüfsumme", max_length=64, unique=True)
    created = models.DateTimeField("angelegt", auto_now_add=True)
    used = models.DateTimeField("zuletzt benutzt", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "Zugang", "Zugänge"
        ordering: ClassVar = ["label", "created"]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.label}"


class Release(models.Model):
    """Freigabe: an imported, verified release folder; the files themselves are never changed."""

    class Audience(models.TextChoices):
        INTERNAL = "intern", "intern"
        PUBLIC = "öffentlich", "öffentlich"

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="releases", verbose_name="Kommune"
    )
    name = models.CharField("Name", max_length=100)
    audience = models.CharField("Kreis", max_length=12, choices=Audience)
    created = models.DateTimeField("freigegeben")
    imported = models.DateTimeField("eingespielt", auto_now_add=True)
    current = models.BooleanField("wird gezeigt", default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="vorgeschlagen von",
    )
    proposed = models.DateTimeField("vorgeschlagen", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="bestätigt von",
    )
    commitment = models.CharField("Prüfsumme", max_length=64)
    fingerprint = models.CharField("Fingerabdruck des Schlüssels", max_length=120)
    areas = models.PositiveIntegerField("Gebiete", default=0)
    indicators = models.PositiveIntegerField("Kennzahlen", default=0)

    class Meta:
        verbose_name, verbose_name_plural = "Freigabe", "Freigaben"
        ordering: ClassVar = ["-created", "-name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "name"], name="one_release_per_name"),
            models.UniqueConstraint(
                fields=["municipality", "audience"],
                condition=models.Q(current=True),
                name="one_current_release_per_audience",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.name}"

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.audience == self.Audience.PUBLIC

    @property
    def folder(self) -> Path:
        """The verified copy of the release folder."""
        return release_folder(self.municipality.slug, self.name)

    @property
    def maps(self) -> Path:
        """Drawn geometry, prepared once at import: one JSON file per Gebietsstand."""
        return maps_folder(self.municipality.slug, self.name)


def release_folder(slug: str, name: str) -> Path:
    """Where the copy of a release lies in the data folder."""
    return Path(settings.DATA) / "releases" / slug / name


def maps_folder(slug: str, name: str) -> Path:
    """Where the drawn geometry of a release lies."""
    return Path(settings.DATA) / "karten" / slug / name
