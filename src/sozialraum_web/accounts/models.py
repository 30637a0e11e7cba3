"""People, municipalities and who may do what where (Konten, Kommunen, Mitgliedschaften)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

RESERVED = frozenset(
    {"konto", "verwaltung", "statisch", "static", "admin", "hilfe", "api", "feedback", "mitteilungen", "en"}
)


class People(BaseUserManager["User"]):
    """Makes accounts; the mail address is the log-in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account; without a password nobody can log in until one is set by mail."""
        if not email:
            raise ValueError("an account needs a mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account for running the installation."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """Konto: a person who may log in."""

    email = models.EmailField("E-Mail-Adresse", unique=True)
    name = models.CharField("Name", max_length=150, blank=True)
    is_active = models.BooleanField("aktiv", default=True)
    is_staff = models.BooleanField("Zugang zur Verwaltung der Installation", default=False)
    date_joined = models.DateTimeField("angelegt", default=timezone.now)

    # while this person looks at a municipality as another role sees it: its key and those roles; set per request
    previewed: tuple[int, frozenset[Role]] | None = None

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name, verbose_name_plural = "Konto", "Konten"
        ordering: ClassVar = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name shown on the page."""
        return str(self)


def _free_slug(slug: str) -> None:
    if slug in RESERVED:
        raise ValidationError(
            f"„{slug}“ ist für die Software vergeben. Bitte wählen Sie eine andere Adresse."
        )


class Municipality(models.Model):
    """Kommune: a tenant; its slug is the first part of every address."""

    slug = models.SlugField(
        "Adresse",
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$", "Nur Kleinbuchstaben, Ziffern und -."), _free_slug],
    )
    name = models.CharField("Name", max_length=120)
    kind = models.CharField("Art", max_length=60, blank=True)
    district = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="towns", verbose_name="gehört zum Kreis"
    )
    hosted = models.BooleanField("Die Administration des Kreises verwaltet die Konten mit", default=False)
    opens_data = models.BooleanField(
        "Die Verwaltungen der Gemeinden lesen interne Freigaben des Kreises", default=False
    )
    four_eyes = models.BooleanField("Öffentliche Freigaben bestätigt eine zweite Person", default=False)
    second_factor = models.BooleanField("Personen mit Rolle brauchen einen zweiten Faktor", default=False)

    class Meta:
        verbose_name, verbose_name_plural = "Kommune", "Kommunen"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does in a municipality; the rights behind it stand in permissions.py only."""

    PLANNER = "sozialplanung", "Sozialplanungsfachkraft"
    SECTOR_PLANNER = "fachplanung", "Fachplanung"
    STATISTICIAN = "statistik", "Statistikstelle"
    SUPPLIER = "fachamt", "Datenlieferndes Fachamt"
    HEAD = "leitung", "Leitung"
    POLITICIAN = "politik", "Rats- oder Ausschussmitglied"
    QUARTER_MANAGER = "quartier", "Quartiersmanagement"
    PROVIDER = "traeger", "Freier Träger"
    ADVISER = "beratung", "Beratung des Landes (G.I.B.)"
    PROGRAMME_OFFICER = "programm", "Programmstelle (Ministerium, Bezirksregierung)"
    DATA_PROTECTION = "datenschutz", "Datenschutzbeauftragte Person"
    ADMINISTRATOR = "administration", "Administration der Kommune"


class Membership(models.Model):
    """Mitgliedschaft: a person in one role in one municipality; mixed functions are several rows."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="Konto")
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="memberships", verbose_name="Kommune"
    )
    role = models.CharField("Rolle", max_length=20, choices=Role)

    class Meta:
        verbose_name, verbose_name_plural = "Mitgliedschaft", "Mitgliedschaften"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "municipality", "role"], name="one_row_per_role")
        ]
        ordering: ClassVar = ["user__email", "role"]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.municipality}"
