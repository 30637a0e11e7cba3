"""What readers send us, and who answers (Meldungen zu Barrieren, Ansprechpersonen, Anfragen)."""

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


class Contact(models.Model):
    """Ansprechperson: a function in charge of a topic, in the town or at the state's advisory agency; its address stays inside."""

    class Scope(models.TextChoices):
        TOWN = "kommune", "in der Kommune"
        DISTRICT = "kreis", "im Kreis"
        STATE = "land", "Beratung des Landes (G.I.B.)"

    class Region(models.TextChoices):
        ARNSBERG = "arnsberg", "Regierungsbezirk Arnsberg"
        DETMOLD = "detmold", "Regierungsbezirk Detmold"
        DUESSELDORF = "duesseldorf", "Regierungsbezirk Düsseldorf"
        KOELN = "koeln", "Regierungsbezirk Köln"
        MUENSTER = "muenster", "Regierungsbezirk Münster"

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="contacts", verbose_name="Kommune"
    )
    position = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    name = models.CharField(
        "Funktion", max_length=200, help_text="zum Beispiel „Sozialplanung“; ein Name ist nicht nötig"
    )
    topic = models.CharField("Wofür?", max_length=200)
    scope = models.CharField("Wo?", max_length=10, choices=Scope, default=Scope.TOWN)
    region = models.CharField("Regierungsbezirk", max_length=12, choices=Region, blank=True)
    phone = models.CharField("Telefon (öffentlich)", max_length=60, blank=True)
    mail = models.EmailField(
        "E-Mail-Adresse (bleibt innen)", help_text="Hierhin gehen Anfragen aus dem Formular."
    )

    class Meta:
        verbose_name, verbose_name_plural = "Ansprechperson", "Ansprechpersonen"
        ordering: ClassVar = ["scope", "position", "id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.topic}"


class Attempt(models.Model):
    """How often something was tried in an hour; the key is a hash and tells nobody who it was (Grenze gegen Missbrauch)."""

    key = models.CharField("Schlüssel", max_length=64, primary_key=True)
    number = models.PositiveIntegerField("Zahl", default=0)
    until = models.DateTimeField("gilt bis", db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = "Versuch", "Versuche"

    def __str__(self) -> str:
        return f"{self.number} bis {self.until:%H:%M}"


class Enquiry(models.Model):
    """Anfrage from the contact form; deleted on its date, answered or not."""

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="enquiries", verbose_name="Ansprechperson"
    )
    created = models.DateTimeField("eingegangen", auto_now_add=True)
    text = models.TextField("Ihre Frage", max_length=4000)
    reply = models.EmailField("E-Mail-Adresse für die Antwort", blank=True)
    sent = models.DateTimeField("weitergeleitet", null=True, blank=True)
    until = models.DateField("wird gelöscht am")

    class Meta:
        verbose_name, verbose_name_plural = "Anfrage", "Anfragen"
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return f"{self.contact}, {self.created:%d.%m.%Y}"
