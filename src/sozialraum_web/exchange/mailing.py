"""From notices to mails: digests, quiet hours, another try when the mail server is away (Versand).

A notice is claimed for a mail before it is sent and marked after the server has taken it. If the server refuses, the claim
is lifted and a later run tries again; if the program dies in between, the mail goes out once more with the same
Message-ID, by which mail programs recognise it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from sozialraum_web.accounts.models import Membership, User
from sozialraum_web.exchange.models import Habit, Notice
from sozialraum_web.exchange.services import habit_of

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
LOST_AFTER = timedelta(hours=1)
MOST_TRIES = 60  # about two weeks
MORNING = 7
KEPT = timedelta(days=180)
LINK_DAYS = 60
# Told at once during the day, whatever the rhythm: they ask for an answer before a date.
URGENT = frozenset({Notice.Kind.INVITATION})


@dataclass(frozen=True)
class Run:
    """What a run did: mails taken by the server, mails that wait for another try."""

    sent: int
    failed: int


def quiet(habit: Habit, now: datetime) -> bool:
    """Whether it is quiet time for a person; the night may lie between."""
    clock = timezone.localtime(now).time()
    if habit.quiet_from <= habit.quiet_until:
        return habit.quiet_from <= clock < habit.quiet_until
    return clock >= habit.quiet_from or clock < habit.quiet_until


def due_now(habit: Habit, waiting: Sequence[Notice], last: datetime | None, now: datetime) -> list[Notice]:
    """Which of a person's waiting notices leave now; `last` is when the person's last digest left."""
    if habit.rhythm == Habit.Rhythm.NEVER or quiet(habit, now):
        return []
    if habit.rhythm == Habit.Rhythm.AT_ONCE:
        return list(waiting)
    local = timezone.localtime(now)
    days = 7 if habit.rhythm == Habit.Rhythm.WEEKLY else 1
    first = timezone.localtime(last).date() + timedelta(days=days) if last else local.date()
    if habit.rhythm == Habit.Rhythm.WEEKLY:
        # the Monday on or after
        first += timedelta(days=-first.weekday() % 7)
    if local.date() >= first and local.hour >= MORNING:
        return list(waiting)
    return [notice for notice in waiting if notice.kind in URGENT]


def deliver(now: datetime | None = None) -> Run:
    """Send what is due to everybody; safe to run at any time and twice at once, and one person's trouble stops nobody else."""
    now = now or timezone.now()
    sent = failed = 0
    _drop_former()
    people = User.objects.filter(is_active=True, notices__sent=None, notices__tries__lt=MOST_TRIES).distinct()
    for user in people:
        for claimed in (*_left_behind(user, now), _claim(user, now)):
            if not claimed:
                continue
            try:
                _message(user, claimed).send()
            except (OSError, SMTPException, ValueError) as error:
                _release(claimed, now, final=isinstance(error, SMTPRecipientsRefused | ValueError))
                failed += 1
                continue
            Notice.objects.filter(pk__in=[row.pk for row in claimed]).update(sent=now)
            sent += 1
    return Run(sent, failed)


def _drop_former() -> None:
    """What waits for people who hold no role here any more is never sent: it may be internal."""
    role = Membership.objects.filter(user=OuterRef("user"), municipality=OuterRef("municipality"))
    Notice.objects.filter(~Exists(role), sent=None).delete()


@transaction.atomic
def _left_behind(user: User, now: datetime) -> list[list[Notice]]:
    """Mails that a run claimed and never reported on: the same mails again, under the same Message-ID."""
    User.objects.select_for_update().get(pk=user.pk)
    rows = Notice.objects.filter(user=user, sent=None, claimed__lt=now - LOST_AFTER).select_related(
        "municipality"
    )
    batches: dict[str, list[Notice]] = {}
    for row in rows:
        batches.setdefault(row.batch, []).append(row)
    rows.update(claimed=now)
    return list(batches.values())


@transaction.atomic
def _claim(user: User, now: datetime) -> list[Notice]:
    """The notices of one mail, marked so that no other run takes them."""
    User.objects.select_for_update().get(pk=user.pk)
    waiting = [
        row
        for row in Notice.objects.filter(
            user=user, sent=None, claimed=None, tries__lt=MOST_TRIES
        ).select_related("municipality")
        if row.next_try is None or row.next_try <= now
    ]
    last = Notice.objects.filter(user=user).exclude(sent=None).exclude(kind__in=URGENT).order_by("-sent").first()  # fmt: skip
    rows = due_now(habit_of(user), waiting, last.sent if last else None, now)
    if not rows:
        return []
    keys = [row.pk for row in rows]
    name = hashlib.sha256(f"{settings.SECRET_KEY}{user.pk}:{keys}".encode()).hexdigest()[:24]
    batch = f"<{name}@{_host()}>"
    Notice.objects.filter(pk__in=keys).update(claimed=now, batch=batch)
    for row in rows:
        row.batch = batch
    return rows


def _release(rows: Sequence[Notice], now: datetime, *, final: bool) -> None:
    """Give a mail back for another try; `final` when the address itself is refused. Everything stays readable on the site."""
    for row in rows:
        wait = min(FIRST_WAIT * 2 ** min(row.tries, 10), LONGEST_WAIT)
        tries = MOST_TRIES if final else row.tries + 1
        Notice.objects.filter(pk=row.pk).update(claimed=None, tries=tries, next_try=now + wait)


def _host() -> str:
    return settings.HOSTS[0] if settings.HOSTS else "localhost"


def base_address() -> str:
    """Where this installation is reached from outside."""
    return f"{'https' if settings.HTTPS else 'http'}://{settings.HOSTS[0]}" if settings.HOSTS else "http://127.0.0.1:8000"  # fmt: skip


def _message(user: User, rows: Sequence[Notice]) -> EmailMessage:
    town = rows[0].municipality.name
    subject = (
        rows[0].subject if len(rows) == 1 else _("%(n)s Mitteilungen aus der Planung") % {"n": len(rows)}
    )
    word = signed("abmelden", user.pk)
    stop = f"{base_address()}/mitteilungen/{word}/"
    parts = [_("Guten Tag %s,") % user, ""]
    for kind in Notice.Kind:
        of_kind = [row for row in rows if row.kind == kind]
        if of_kind:
            parts += [str(kind.label).upper(), ""]
            parts += [line for row in of_kind for line in _lines(row)]
    parts += [
        "--",
        _("Wie oft Sie Mails erhalten und wann Ruhe ist, bestimmen Sie hier: %s") % stop,
    ]
    return EmailMessage(
        subject=f"[{town}] {subject}".replace("\n", " ").replace("\r", " "),
        body="\n".join(parts) + "\n",
        to=[user.email],
        headers={
            "Message-ID": rows[0].batch,
            # The button of the mail program (RFC 8058): one POST, and no more mails come.
            "List-Unsubscribe": f"<{base_address()}/mitteilungen/aus/{word}/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
        connection=get_connection(timeout=20) if settings.EMAIL_HOST else get_connection(),
    )


def _lines(row: Notice) -> list[str]:
    lines = [f"* {row.subject}"]
    lines += [f"  {line}" for line in row.text.splitlines()]
    lines += [f"  {base_address()}{row.path}"]
    if row.task is not None:
        lines += [
            "  "
            + _("Erledigt? %s")
            % f"{base_address()}/mitteilungen/{signed('erledigt', row.task, row.user_id)}/"
        ]
    return [*lines, ""]


# -- links in mails -----------------------------------------------------------------------------------------------------


def signed(purpose: str, *keys: int) -> str:
    """A word for an address that only this installation can have made."""
    return (
        TimestampSigner(salt=f"mitteilung.{purpose}")
        .sign(":".join(str(key) for key in keys))
        .replace(":", ".")
    )


def opened(purpose: str, word: str) -> tuple[int, ...] | None:
    """The keys in such a word; None when it is forged, meant for something else or older than sixty days."""
    pieces = word.rsplit(".", 2)
    if len(pieces) != 3:
        return None
    text = ":".join([pieces[0].replace(".", ":"), *pieces[1:]])
    try:
        found = TimestampSigner(salt=f"mitteilung.{purpose}").unsign(text, max_age=timedelta(days=LINK_DAYS))
    except (BadSignature, SignatureExpired):
        return None
    return tuple(int(key) for key in found.split(":"))


def forget_old(before: datetime) -> int:
    """Delete notices that were sent before a moment."""
    return Notice.objects.filter(sent__lt=before).delete()[0]
