"""Questions from readers: protected against abuse without knowing who asks, passed on, deleted on a date (Anfragen)."""

from __future__ import annotations

import hashlib
import time
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db.models import F

from sozialraum_web.portal.models import Attempt, Contact, Enquiry

KEPT: Final = timedelta(days=90)
FASTEST: Final = 3  # seconds: nobody reads and writes faster
SLOWEST: Final = timedelta(days=1)
MOST_PER_HOUR: Final = 5
MOST_IN_TOWN: Final = 60
HOUR: Final = timedelta(hours=1)


def stamp() -> str:
    """When a form was shown, so that only this site can have said it."""
    return Signer(salt="anfrage").sign(str(int(time.time())))


def refusal(given: str, trap: str, address: str, contact: Contact, now: datetime) -> str:
    """Why a message is not taken, in words; empty when it is. Counts it towards the limits when it is.

    `trap` is a field people do not see. The address is kept as a hash for an hour.
    """
    if trap:
        return "Die Anfrage sieht nach einem Programm aus und wurde nicht gesendet."
    try:
        shown = datetime.fromtimestamp(int(Signer(salt="anfrage").unsign(given)), tz=now.tzinfo)
    except (BadSignature, ValueError):
        return "Das Formular ist nicht von dieser Seite. Bitte senden Sie es noch einmal."
    if now - shown > SLOWEST:
        return "Das Formular war zu lange offen. Bitte senden Sie es noch einmal."
    if (now - shown).total_seconds() < FASTEST:
        return "Das ging sehr schnell. Bitte warten Sie einen Augenblick und senden Sie noch einmal."
    who = hashlib.sha256(f"{settings.SECRET_KEY}{address}{now:%Y%m%d%H}".encode()).hexdigest()[:24]
    if (
        _count(f"anfrage:{who}", now) > MOST_PER_HOUR
        or _count(f"anfrage:kommune:{contact.municipality_id}", now) > MOST_IN_TOWN
    ):
        return "Es sind gerade sehr viele Anfragen eingegangen. Bitte versuchen Sie es in einer Stunde noch einmal oder rufen Sie an."
    return ""


def _count(key: str, now: datetime) -> int:
    """One more under a key; in the database, because each process of the site has a memory of its own."""
    forget_attempts(now)
    Attempt.objects.get_or_create(key=key, defaults={"until": now + HOUR})
    Attempt.objects.filter(key=key).update(number=F("number") + 1)
    return Attempt.objects.filter(key=key).values_list("number", flat=True).first() or 1


def forget_attempts(now: datetime) -> int:
    """Delete the counts of hours that are over."""
    return Attempt.objects.filter(until__lte=now).delete()[0]


def ask(contact: Contact, text: str, reply: str, now: datetime) -> Enquiry:
    """Keep a question and pass it on by mail; what the mail server refuses is tried again later."""
    row = Enquiry.objects.create(contact=contact, text=text, reply=reply, until=(now + KEPT).date())
    pass_on(row, now)
    return row


def pass_on(row: Enquiry, now: datetime) -> bool:
    """Send a question to the mailbox of its contact."""
    message = EmailMessage(
        subject=f"[{row.contact.municipality}] Anfrage: {row.contact.topic}".replace("\n", " "),
        body=f"{row.text}\n\n--\nGesendet über das Formular der Sozialraum-Site. Die Anfrage wird dort am {row.until:%d.%m.%Y} gelöscht.\n",
        to=[row.contact.mail],
        reply_to=[row.reply] if row.reply else None,
    )
    try:
        message.send()
    except OSError:
        return False
    row.sent = now
    row.save(update_fields=["sent"])
    return True


def turn(now: datetime) -> tuple[int, int]:
    """Pass on what waits and delete what is past its date; returns how many of each."""
    passed = sum(
        pass_on(row, now) for row in Enquiry.objects.filter(sent=None).select_related("contact__municipality")
    )
    forget_attempts(now)
    return passed, delete_past(now.date())


def delete_past(today: date) -> int:
    """Delete questions past their date."""
    return Enquiry.objects.filter(until__lt=today).delete()[0]
