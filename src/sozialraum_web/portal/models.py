"""What readers send us (Meldungen zu Barrieren)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sozialraum_web.accounts.models import Municipality


class BarrierReport(models.Model):
    """Meldung einer Barriere; name and address are voluntary."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="barrier_reports", verbose_name="Kommune"
    )
    created = models.DateTimeField("eingegangen", auto_now_add=True)
    page = models.CharField("Seite", max_length=300, blank=True)
    text = models.TextField("Was hindert Sie?", max_length=4000)
    contact = models.EmailField("E-Mail-Adresse für die Antwort", blank=True)
    answered = models.BooleanField("beantwortet", default=False)

    class Meta:
        verbose_name, verbose_name_plural = "Meldung einer Barriere", "Meldungen von Barrieren"
        ordering: ClassVar = ["answered", "-created"]

    def __str__(self) -> str:
        return f"{self.municipality}, {self.created:%d.%m.%Y}"
