"""Personal data in planning: purpose, legal basis and deletion date of every kind; deletion; what a person may have of it (Löschfristen)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.exchange.mailing import forget_old
from sozialraum_web.exchange.models import Attachment, Comment, Notice, Subscription
from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning.models import ListImport, Measure, NeedDecision, StatusReport
from sozialraum_web.records.models import Change, Draft
from sozialraum_web.records.services import record_models

BASIS: Final = _("Art. 6 Abs. 1 Buchst. e DSGVO mit § 3 DSG NRW: Aufgabe der kommunalen Planung")
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """A kind of personal data; `delete` takes the moment before which everything goes and returns how many went."""

    label: Any
    purpose: Any
    basis: Any
    days: int
    delete: Callable[[datetime], int]

    @property
    def period(self) -> str:
        """The time until deletion in words."""
        return (
            str(_("%s Tage") % self.days) if self.days < 365 else str(_("%s Jahre") % round(self.days / 365))
        )


def _history(before: datetime) -> int:
    return Change.objects.filter(when__lt=before).exclude(actor=None).update(actor=None)


def _authors(before: datetime) -> int:
    reports = StatusReport.objects.filter(recorded__lt=before).exclude(author=None).update(author=None)
    decisions = NeedDecision.objects.filter(recorded__lt=before).exclude(actor=None).update(actor=None)
    makers = sum(
        model._default_manager.filter(created__lt=before).exclude(created_by=None).update(created_by=None)
        for model in record_models()
    )
    return reports + decisions + makers


def _drafts(before: datetime) -> int:
    return Draft.objects.filter(changed__lt=before).delete()[0]


def _lists(before: datetime) -> int:
    rows = ListImport.objects.filter(created__lt=before).exclude(rows=[])
    measures = Measure.objects.filter(imported__created__lt=before).exclude(original={})
    return rows.update(rows=[], created_by=None) + measures.update(original={})


def _removed(before: datetime) -> int:
    """Removed records with their history; one that others still name stays until they are gone too."""
    number = 0
    for model in record_models():
        for row in model._default_manager.filter(removed__lt=before):
            key, kind, town = row.pk, row.KIND, row.municipality
            try:
                with transaction.atomic():
                    row.delete()
                    Change.objects.filter(municipality=town, kind=kind, record_id=key).delete()
            except ProtectedError:
                continue
            number += 1
    return number


def _contacts(before: datetime) -> int:
    rows = Organisation.objects.filter(removed__lt=before)
    number = rows.exclude(contact="").update(contact="")
    for row in rows:
        row.people.clear()
    return number


def _comments(before: datetime) -> int:
    Attachment.objects.filter(when__lt=before).exclude(author=None).update(author=None)
    gone = Comment.objects.filter(removed__lt=before - 335 * DAY).delete()[0]
    return gone + Comment.objects.filter(when__lt=before).exclude(author=None).update(author=None)


KINDS: Final[list[Kind]] = [
    Kind(_("Wer einen Eintrag geändert hat (Verlauf)"), _("Nachvollziehen und Zurücknehmen von Änderungen"), BASIS, 1095, _history),
    Kind(_("Wer einen Eintrag angelegt, einen Sachstand gemeldet, eine Entscheidung eingetragen hat"), _("Rückfragen"), BASIS, 1095, _authors),
    Kind(_("Nicht gesendete Entwürfe"), _("Schutz vor Verlust von Eingaben"), BASIS, 30, _drafts),
    Kind(_("Zeilen übernommener Listen (können Namen enthalten)"), _("Prüfung der Übernahme"), BASIS, 730, _lists),
    Kind(_("Ansprechstelle und Konten entfernter Akteure"), _("Zusammenarbeit; mit dem Entfernen entfällt der Zweck"), BASIS, 365, _contacts),
    Kind(_("Wer einen Kommentar geschrieben oder eine Datei angehängt hat"), _("Zusammenarbeit"), BASIS, 1095, _comments),
    Kind(_("Versandte Mitteilungen"), _("Nachvollziehen, ob eine Mail ging"), BASIS, 180, forget_old),
    Kind(_("Entfernte Einträge mit ihrem Verlauf"), _("Zurückholen nach Irrtum"), BASIS, 365, _removed),
]  # fmt: skip
# what rooms above keep about a person, by the word in the answer
TOLD: Final[dict[str, Callable[[User, Municipality], list[Any]]]] = {}


def delete_expired(now: datetime) -> list[tuple[str, int]]:
    """Delete what is past its date, kind by kind; returns the label of each kind and how many entries went."""
    return [(str(kind.label), kind.delete(now - kind.days * DAY)) for kind in KINDS]


def of_person(user: User, municipality: Municipality) -> dict[str, Any]:
    """Everything planning keeps about a person in a municipality, as plain data (Auskunft)."""
    own: models.Q = models.Q(municipality=municipality)
    return {
        "konto": {"email": user.email, "name": user.name},
        "aenderungen": [
            {"zeitpunkt": str(row.when), "art": row.kind, "nummer": row.number, "titel": row.title, "vorgang": row.action, "vermerk": row.note}
            for row in Change.objects.filter(own, actor=user)
        ],
        "sachstaende": [{"datum": str(row.date), "massnahme": row.measure.title, "text": row.text} for row in StatusReport.objects.filter(author=user, measure__municipality=municipality).select_related("measure")],
        "entscheidungen": [{"datum": str(row.decided), "bedarf": row.need.title, "stand": row.state} for row in NeedDecision.objects.filter(actor=user, need__municipality=municipality).select_related("need")],
        "entwuerfe": [{"formular": row.key, "eingaben": row.data} for row in Draft.objects.filter(own, user=user)],
        "akteure": [row.title for row in Organisation.objects.filter(own, people=user)],
        "kommentare": [{"zeitpunkt": str(row.when), "art": row.kind, "nummer": row.number, "text": row.text} for row in Comment.objects.filter(own, author=user)],
        "anlagen": [{"zeitpunkt": str(row.when), "name": row.name} for row in Attachment.objects.filter(own, author=user)],
        "abonnements": [row.label for row in Subscription.objects.filter(own, user=user)],
        "mitteilungen": [{"zeitpunkt": str(row.created), "betreff": row.subject} for row in Notice.objects.filter(own, user=user)],
        **{word: told(user, municipality) for word, told in TOLD.items()},
        "listen": [row.file for row in ListImport.objects.filter(own, created_by=user)],
    }  # fmt: skip
