"""Records people write together: numbered per municipality, versioned, with every change on record (Datensätze, Verlauf)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.accounts.models import Municipality


class Visibility(models.TextChoices):
    """Who may read a record besides those who work on it."""

    INTERNAL = "intern", _("Verwaltung")
    DISTRICT = "kreis", _("Verwaltung, auch im Kreis und seinen Gemeinden")
    COUNCIL = "rat", _("Verwaltung, Rat und Ausschüsse")
    PUBLIC = "oeffentlich", _("alle")


class Area(models.Model):
    """Gebiet as planning names it: a code in one Gebietsstand; figures come from releases, never from here."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    version = models.CharField(_("Gebietsstand"), max_length=60)
    level = models.CharField(_("Ebene"), max_length=60)
    code = models.CharField(_("Schlüssel"), max_length=40)
    name = models.CharField(_("Name"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("Gebiet"), _("Gebiete")
        ordering: ClassVar = ["name", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["municipality", "version", "level", "code"], name="one_row_per_planned_area"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """`level:code`, as forms and addresses name it."""
        return f"{self.level}:{self.code}"


class Record(models.Model):
    """What a municipality writes: a number of its own, a version that counts changes, never deleted at once.

    `KIND` is the word in addresses, `PLAIN` names fields that hold no content.
    """

    KIND: ClassVar[str] = ""
    PLAIN: ClassVar[frozenset[str]] = frozenset(
        {"id", "municipality", "number", "version", "created", "created_by", "changed", "removed"}
    )

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    number = models.PositiveIntegerField(_("Nummer"))
    version = models.PositiveIntegerField(_("Fassung"), default=1)
    created = models.DateTimeField(_("angelegt"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("angelegt von")
    )
    changed = models.DateTimeField(_("geändert"), auto_now=True)
    removed = models.DateTimeField(_("entfernt"), null=True, blank=True)
    visibility = models.CharField(
        _("Wer darf es lesen?"), max_length=12, choices=Visibility, default=Visibility.INTERNAL
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "number"], name="%(class)s_number")
        ]
        indexes: ClassVar = [
            models.Index(fields=["municipality", "removed", "visibility"], name="%(class)s_seen")
        ]

    @property
    def address(self) -> str:
        """Where it is read."""
        return f"/{self.municipality.slug}/planung/{self.KIND}/{self.number}/"

    @classmethod
    def content_fields(cls) -> list[Any]:
        """Fields with content, links to other records included."""
        meta = cls._meta
        return [field for field in (*meta.fields, *meta.many_to_many) if field.name not in cls.PLAIN]


class Change(models.Model):
    """Änderung: what one person did to one record, with the values before and after. Never edited."""

    class Action(models.TextChoices):
        CREATED = "angelegt", _("angelegt")
        CHANGED = "geändert", _("geändert")
        REMOVED = "entfernt", _("entfernt")
        RESTORED = "wiederhergestellt", _("wiederhergestellt")

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    kind = models.CharField(_("Art"), max_length=40)
    record_id = models.BigIntegerField()
    number = models.PositiveIntegerField(_("Nummer"))
    title = models.CharField(_("Titel"), max_length=300)
    version = models.PositiveIntegerField(_("Fassung"))
    action = models.CharField(_("Vorgang"), max_length=20, choices=Action)
    before = models.JSONField(_("vorher"), default=dict)
    after = models.JSONField(_("nachher"), default=dict)
    note = models.CharField(_("Vermerk"), max_length=500, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("Person")
    )
    when = models.DateTimeField(_("Zeitpunkt"), auto_now_add=True)
    undone = models.BooleanField(_("rückgängig gemacht"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("Änderung"), _("Änderungen")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["municipality", "kind", "record_id", "version"], name="change_of_record"),
            models.Index(fields=["municipality", "id"], name="change_of_municipality"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_action_display()}"


class Draft(models.Model):
    """Entwurf: what a person typed into a form and did not send yet; kept for thirty days, seen by that person only."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("Person")
    )
    key = models.CharField(_("Formular"), max_length=120)
    data = models.JSONField(_("Eingaben"), default=dict)
    changed = models.DateTimeField(_("geändert"), auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Entwurf"), _("Entwürfe")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "user", "key"], name="one_draft_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"
