"""Bodies with members, meetings with agenda and minutes, decisions, council papers, tasks (Gremien)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning.models import Finding, Goal, Measure, Need
from sozialraum_web.records.models import Record


class Body(Record):
    """Gremium: who comes together, with which mandate, and above whom it stands."""

    KIND = "gremien"

    class Kind(models.TextChoices):
        STEERING = "steuerung", _("Steuerungs- oder Projektlenkungsgruppe")
        EXECUTIVES = "dezernate", _("Runde der Hauptverwaltungsbeamtinnen und -beamten oder Dezernate")
        WORKING_GROUP = "ag", _("Ämterübergreifende Arbeitsgruppe")
        SECTOR_CONFERENCE = "fachplanung", _("Fachplanungskonferenz")
        AREA_CONFERENCE = "sozialraum", _("Sozialraum- oder Stadtteilkonferenz")
        COMMITTEE = "ausschuss", _("Ausschuss")
        COUNCIL = "rat", _("Rat oder Kreistag")
        NETWORK = "netzwerk", _("Netzwerktreffen")

    title = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Art"), max_length=12, choices=Kind, default=Kind.WORKING_GROUP)
    mandate = models.TextField(_("Auftrag"), blank=True)
    decides = models.TextField(_("Was es entscheidet"), blank=True)
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("berichtet an"),
    )
    office = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Geschäftsführung"),
    )
    rhythm = models.CharField(
        _("Rhythmus"), max_length=120, blank=True, help_text=_("zum Beispiel „viermal im Jahr“")
    )
    notice_days = models.PositiveSmallIntegerField(
        _("Einladung spätestens (Tage vorher)"), default=7, validators=[MaxValueValidator(90)]
    )
    quorum = models.PositiveSmallIntegerField(
        _("Beschlussfähig ab (Anwesende)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    rules = models.TextField(_("Geschäftsordnung"), blank=True)

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Gremium"), _("Gremien")
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title


class Serving(models.QuerySet["Member"]):
    """Members by their term."""

    def on(self, day: date) -> Serving:
        """Those whose term covers a day."""
        begun = models.Q(since=None) | models.Q(since__lte=day)
        return self.filter(begun, models.Q(until=None) | models.Q(until__gte=day))


class Member(models.Model):
    """Mitglied: a function or person in a body for a term; `stands_for` is whom a deputy stands in for."""

    class Role(models.TextChoices):
        CHAIR = "vorsitz", _("Vorsitz")
        VICE = "stellv", _("stellvertretender Vorsitz")
        OFFICE = "geschaeftsfuehrung", _("Geschäftsführung")
        MEMBER = "mitglied", _("Mitglied")
        ADVISORY = "beratend", _("beratendes Mitglied")
        DEPUTY = "vertretung", _("Stellvertretung")
        GUEST = "gast", _("ständiger Gast")

    body = models.ForeignKey(Body, models.CASCADE, related_name="members", verbose_name=_("Gremium"))
    name = models.CharField(
        _("Funktion oder Name"),
        max_length=200,
        help_text=_("Am besten die Funktion, zum Beispiel „Leitung Fachbereich Jugend“."),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entsandt von"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Konto"),
        help_text=_("Mit Konto kommen Einladungen und Protokolle per Mail."),
    )
    role = models.CharField(_("Rolle"), max_length=20, choices=Role, default=Role.MEMBER)
    stands_for = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deputies",
        verbose_name=_("vertritt"),
    )
    since = models.DateField(_("seit"), null=True, blank=True)
    until = models.DateField(_("bis"), null=True, blank=True)

    objects = Serving.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("Mitglied"), _("Mitglieder")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name

    def serves(self, day: date) -> bool:
        """Whether the term covers a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def votes(self) -> bool:
        """Whether the role has a vote; deputies vote when they stand in."""
        return self.role in (self.Role.CHAIR, self.Role.VICE, self.Role.MEMBER, self.Role.DEPUTY)


class Meeting(Record):
    """Sitzung of a body."""

    KIND = "sitzungen"

    class State(models.TextChoices):
        PLANNED = "geplant", _("geplant")
        INVITED = "eingeladen", _("eingeladen")
        HELD = "getagt", _("hat getagt, Protokoll offen")
        APPROVED = "genehmigt", _("Protokoll genehmigt")
        CANCELLED = "abgesagt", _("abgesagt")

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name=_("Gremium"))
    title = models.CharField(_("Titel"), max_length=200, blank=True)
    start = models.DateTimeField(_("Beginn"))
    minutes = models.PositiveSmallIntegerField(
        _("Dauer in Minuten"), default=120, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    place = models.CharField(_("Ort"), max_length=200, blank=True)
    link = models.URLField(_("Adresse der Videokonferenz"), blank=True)
    state = models.CharField(_("Stand"), max_length=12, choices=State, default=State.PLANNED)
    invited = models.DateTimeField(_("eingeladen am"), null=True, blank=True)
    keeper = models.CharField(_("Protokoll führt"), max_length=200, blank=True)
    # meetings made together; a change of one never moves the others
    series = models.CharField(max_length=32, blank=True)

    PLAIN: ClassVar[frozenset[str]] = Record.PLAIN | {"series"}

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Sitzung"), _("Sitzungen")
        ordering: ClassVar = ["-start"]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(fields=["municipality", "start"], name="meeting_start"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.body}, {self.day:%d.%m.%Y}"

    @property
    def local(self) -> datetime:
        """The beginning on the clock of the town."""
        from django.utils import timezone

        return timezone.localtime(self.start)

    @property
    def day(self) -> date:
        """The day in the town."""
        return self.local.date()

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(minutes=self.minutes)


class AgendaItem(models.Model):
    """Tagesordnungspunkt with what was said and agreed; `edition` counts changes of its minutes."""

    class Kind(models.TextChoices):
        REPORT = "bericht", _("Bericht")
        DISCUSSION = "beratung", _("Beratung")
        DECISION = "beschluss", _("Beschluss")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name=_("Sitzung"))
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=1)
    title = models.CharField(_("Tagesordnungspunkt"), max_length=300)
    kind = models.CharField(_("Art"), max_length=10, choices=Kind, default=Kind.DISCUSSION)
    text = models.TextField(_("Worum geht es?"), blank=True)
    presenter = models.CharField(_("trägt vor"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minuten"), null=True, blank=True)
    record = models.TextField(_("Protokoll"), blank=True)
    edition = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    findings = models.ManyToManyField(Finding, blank=True, related_name="+", verbose_name=_("Befunde"))
    needs = models.ManyToManyField(Need, blank=True, related_name="+", verbose_name=_("Bedarfe"))
    goals = models.ManyToManyField(Goal, blank=True, related_name="+", verbose_name=_("Ziele"))
    measures = models.ManyToManyField(Measure, blank=True, related_name="+", verbose_name=_("Maßnahmen"))

    class Meta:
        verbose_name, verbose_name_plural = _("Tagesordnungspunkt"), _("Tagesordnung")
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Teilnahme of a member: the answer to the invitation, then whether somebody was there."""

    class State(models.TextChoices):
        OPEN = "offen", _("offen")
        COMING = "zugesagt", _("kommt")
        NOT_COMING = "abgesagt", _("kommt nicht")
        PRESENT = "anwesend", _("anwesend")
        REPRESENTED = "vertreten", _("vertreten durch")
        EXCUSED = "entschuldigt", _("entschuldigt")
        ABSENT = "gefehlt", _("nicht anwesend")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance", verbose_name=_("Sitzung"))
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", verbose_name=_("Mitglied"))
    state = models.CharField(_("Teilnahme"), max_length=12, choices=State, default=State.OPEN)
    deputy = models.CharField(_("vertreten durch"), max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Teilnahme"), _("Teilnahmen")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "member"], name="one_row_per_member")
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_state_display()}"

    @property
    def there(self) -> bool:
        """Whether a vote of this member was in the room."""
        return self.state in (self.State.PRESENT, self.State.REPRESENTED)


class Decision(Record):
    """Beschluss: what a body decided, with the vote and what follows from it."""

    KIND = "beschluesse"

    class Result(models.TextChoices):
        ADOPTED = "angenommen", _("angenommen")
        REJECTED = "abgelehnt", _("abgelehnt")
        POSTPONED = "vertagt", _("vertagt")
        NOTED = "kenntnis", _("zur Kenntnis genommen")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name=_("Sitzung"))
    item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("Tagesordnungspunkt"),
    )
    text = models.TextField(_("Wortlaut"))
    result = models.CharField(_("Ergebnis"), max_length=12, choices=Result, default=Result.ADOPTED)
    label = models.CharField(
        _("Nummer des Beschlusses"), max_length=60, blank=True, help_text=_("zum Beispiel „SG 3/2026“")
    )
    yes = models.PositiveSmallIntegerField(_("Ja"), null=True, blank=True)
    no = models.PositiveSmallIntegerField(_("Nein"), null=True, blank=True)
    abstained = models.PositiveSmallIntegerField(_("Enthaltungen"), null=True, blank=True)
    needs = models.ManyToManyField(Need, blank=True, related_name="+", verbose_name=_("Bedarfe"))
    goals = models.ManyToManyField(Goal, blank=True, related_name="+", verbose_name=_("Ziele"))
    measures = models.ManyToManyField(Measure, blank=True, related_name="+", verbose_name=_("Maßnahmen"))

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Beschluss"), _("Beschlüsse")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"[:160] if self.label else self.text[:160]

    @property
    def name(self) -> str:
        """How records name it as their resolution."""
        return self.label or f"Beschluss {self.number}"


class Paper(Record):
    """Vorlage for council or committees, with its way through them (Beratungsfolge)."""

    KIND = "vorlagen"

    title = models.CharField(_("Titel"), max_length=300)
    label = models.CharField(_("Nummer der Vorlage"), max_length=60, blank=True)
    text = models.TextField(_("Beschlussvorschlag"), blank=True)
    reason = models.TextField(_("Begründung"), blank=True)
    office = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Federführung"),
    )
    needs = models.ManyToManyField(Need, blank=True, related_name="+", verbose_name=_("Bedarfe"))
    goals = models.ManyToManyField(Goal, blank=True, related_name="+", verbose_name=_("Ziele"))
    measures = models.ManyToManyField(Measure, blank=True, related_name="+", verbose_name=_("Maßnahmen"))

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Vorlage"), _("Vorlagen")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.label} {self.title}".strip()


class Station(models.Model):
    """Station of a paper: which body advises or decides, when, and how it went."""

    class Task(models.TextChoices):
        ADVICE = "vorberatung", _("Vorberatung")
        DECISION = "entscheidung", _("Entscheidung")
        NOTE = "kenntnis", _("Kenntnisnahme")

    class Result(models.TextChoices):
        OPEN = "offen", _("steht aus")
        RECOMMENDED = "empfohlen", _("empfohlen")
        ADOPTED = "beschlossen", _("beschlossen")
        CHANGED = "geaendert", _("geändert beschlossen oder empfohlen")
        REJECTED = "abgelehnt", _("abgelehnt")
        POSTPONED = "vertagt", _("vertagt")
        NOTED = "kenntnis", _("zur Kenntnis genommen")

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="stations", verbose_name=_("Vorlage"))
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=1)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("Gremium"))
    day = models.DateField(_("am"), null=True, blank=True)
    task = models.CharField(_("Aufgabe"), max_length=12, choices=Task, default=Task.ADVICE)
    result = models.CharField(_("Ergebnis"), max_length=12, choices=Result, default=Result.OPEN)
    note = models.CharField(_("Vermerk"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("Station"), _("Stationen")
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.body}: {self.get_result_display()}"


class Task(Record):
    """Aufgabe: who does what until when; from a meeting or by itself."""

    KIND = "aufgaben"

    class State(models.TextChoices):
        OPEN = "offen", _("offen")
        DONE = "erledigt", _("erledigt")
        DROPPED = "entfallen", _("entfallen")

    title = models.CharField(_("Aufgabe"), max_length=300)
    text = models.TextField(_("Näheres"), blank=True)
    due = models.DateField(_("bis"), null=True, blank=True)
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.OPEN)
    finished = models.DateField(_("erledigt am"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wer"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("Amt oder Träger"),
    )
    # the name stays when the account goes
    named = models.CharField(_("wer (in Worten)"), max_length=200, blank=True)
    body = models.ForeignKey(
        Body, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("Gremium")
    )
    item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("Tagesordnungspunkt"),
    )
    decision = models.ForeignKey(
        Decision, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("Beschluss")
    )
    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("Bedarf")
    )
    goal = models.ForeignKey(
        Goal, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("Ziel")
    )
    measure = models.ForeignKey(
        Measure, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("Maßnahme")
    )

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("Aufgabe"), _("Aufgaben")
        ordering: ClassVar = ["due", "number"]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(fields=["municipality", "state", "due"], name="task_due"),
            models.Index(fields=["user", "state"], name="task_of_person"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def who(self) -> str:
        """Who does it, in words; also when the account is gone."""
        parts = [str(self.user) if self.user else self.named, str(self.organisation or "")]
        return ", ".join(part for part in parts if part) or "–"

    def late(self, day: date) -> bool:
        """Whether it should have been done before a day."""
        return self.state == self.State.OPEN and self.due is not None and self.due < day
