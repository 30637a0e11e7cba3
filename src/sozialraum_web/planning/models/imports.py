"""A town's own list of measures on its way in: the rows as they came, and what was understood (übernommene Liste)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.accounts.models import Municipality


class ListImport(models.Model):
    """Übernahme einer Liste: file name, headings, rows, which column means what; the rows are never edited."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    file = models.CharField(_("Datei"), max_length=200)
    headings = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    created = models.DateTimeField(_("hochgeladen"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    applied = models.DateTimeField(_("übernommen"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Übernahme einer Liste"), _("Übernahmen von Listen")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file
