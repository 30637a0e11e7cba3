"""Comments on records, subscriptions, and notices that leave as mails (Kommentare, Abonnements, Mitteilungen)."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.accounts.models import Municipality


class Comment(models.Model):
    """Kommentar: what somebody says about a record; it stays when the record changes."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    kind = models.CharField(_("Art"), max_length=40)
    number = models.PositiveIntegerField(_("Nummer"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("von")
    )
    text = models.TextField(_("Kommentar"), max_length=4000)
    when = models.DateTimeField(_("am"), auto_now_add=True)
    removed = models.DateTimeField(_("entfernt"), null=True, blank=True)
    mentions = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("erwähnt")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("Kommentar"), _("Kommentare")
        ordering: ClassVar = ["when", "id"]
        indexes: ClassVar = [
            models.Index(fields=["municipality", "kind", "number"], name="comment_of_record")
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Subscription(models.Model):
    """Abonnement: a person wants to hear of an area (`gebiet:level:code`) or a field (`feld:number`)."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("Person")
    )
    key = models.CharField(_("Gegenstand"), max_length=120)
    label = models.CharField(_("Name"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("Abonnement"), _("Abonnements")
        ordering: ClassVar = ["label"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "user", "key"], name="one_subscription")
        ]

    def __str__(self) -> str:
        return self.label


class Habit(models.Model):
    """Gewohnheit: how often a person wants mails, and when never."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "sofort", _("sofort")
        DAILY = "taeglich", _("einmal am Tag")
        WEEKLY = "woechentlich", _("einmal in der Woche, am Montag")
        NEVER = "aus", _("keine Mails; alles steht auf der Seite „Aufgaben“")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="habit", verbose_name=_("Person")
    )
    rhythm = models.CharField(
        _("Wie oft möchten Sie Mails erhalten?"), max_length=12, choices=Rhythm, default=Rhythm.DAILY
    )
    quiet_from = models.TimeField(_("Ruhe ab"), default=time(19))
    quiet_until = models.TimeField(_("Ruhe bis"), default=time(7))

    class Meta:
        verbose_name, verbose_name_plural = _("Gewohnheit"), _("Gewohnheiten")

    def __str__(self) -> str:
        return f"{self.user}: {self.get_rhythm_display()}"


class Notice(models.Model):
    """Mitteilung: one thing a person is told, once; kept until the mail server has taken it."""

    class Kind(models.TextChoices):
        INVITATION = "einladung", _("Einladung")
        TASK = "aufgabe", _("Aufgabe")
        REMINDER = "erinnerung", _("Erinnerung")
        MENTION = "erwaehnung", _("Erwähnung")
        NEWS = "neues", _("Neues zu einem Abonnement")
        MINUTES = "protokoll", _("Protokoll")

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("Person")
    )
    kind = models.CharField(_("Art"), max_length=12, choices=Kind)
    # what it is about; the same thing is told to the same person once
    key = models.CharField(max_length=160)
    subject = models.CharField(_("Betreff"), max_length=200)
    text = models.TextField(_("Text"), blank=True)
    path = models.CharField(_("Adresse"), max_length=300)
    task = models.PositiveBigIntegerField(_("Aufgabe"), null=True, blank=True)
    created = models.DateTimeField(_("entstanden"), auto_now_add=True)
    sent = models.DateTimeField(_("versandt"), null=True, blank=True)
    # the mail that carries it; set before sending, so that a second process leaves it alone
    batch = models.CharField(max_length=120, blank=True)
    claimed = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Mitteilung"), _("Mitteilungen")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="told_once")]
        indexes: ClassVar = [models.Index(fields=["sent", "user"], name="notices_waiting")]

    def __str__(self) -> str:
        return self.subject


class Attachment(models.Model):
    """Anlage: a file beside a record; its content lies in the data folder under its checksum."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("Kommune")
    )
    kind = models.CharField(_("Art"), max_length=40)
    number = models.PositiveIntegerField(_("Nummer"))
    name = models.CharField(_("Name"), max_length=150)
    type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("von")
    )
    when = models.DateTimeField(_("am"), auto_now_add=True)
    removed = models.DateTimeField(_("entfernt"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Anlage"), _("Anlagen")
        ordering: ClassVar = ["when", "id"]
        indexes: ClassVar = [
            models.Index(fields=["municipality", "kind", "number"], name="attachment_of_record")
        ]

    def __str__(self) -> str:
        return self.name
