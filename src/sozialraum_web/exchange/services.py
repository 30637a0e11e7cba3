"""Saying something about a record, subscribing, being told (Kommentieren, Abonnieren, Mitteilen)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sozialraum.errors import Finding, SozialraumError
from sozialraum_web.accounts.models import Membership, Municipality, User
from sozialraum_web.accounts.permissions import roles_of
from sozialraum_web.exchange.models import Comment, Habit, Notice, Subscription
from sozialraum_web.records.models import Record

LONGEST: int = 4000
_MENTION = re.compile(r"@([^\s@,;:()]+@[^\s@,;:()]+|[\w.-]+)")


def colleagues(municipality: Municipality) -> list[User]:
    """Everybody who holds a role in a municipality and can log in."""
    keys = Membership.objects.filter(municipality=municipality).values("user")
    return list(User.objects.filter(pk__in=keys, is_active=True).order_by("name", "email"))


def mentioned(text: str, municipality: Municipality) -> list[User]:
    """The people named in a text as `@name` or `@mail address`; a name that fits several people names nobody."""
    people, found = colleagues(municipality), []
    for word in dict.fromkeys(word.rstrip(".").casefold() for word in _MENTION.findall(text)):
        fitting = [
            person
            for person in people
            if word in (person.email.casefold(), person.name.casefold(), _handle(person))
        ]
        if len(fitting) == 1:
            found.append(fitting[0])
    return found


def _handle(person: User) -> str:
    """The first name, or what stands before the @ of the address."""
    return (person.name.split()[0] if person.name.split() else person.email.partition("@")[0]).casefold()


@transaction.atomic
def comment(record: Record, author: User, text: str, readers: Iterable[User] | None = None) -> Comment:
    """Say something about a record; those named in it are told, if they are among `readers` (default: all colleagues)."""
    said = text.strip()
    if not said:
        raise SozialraumError(Finding(_("Der Kommentar ist leer.")))
    if len(said) > LONGEST:
        raise SozialraumError(
            Finding(
                _("Der Kommentar ist zu lang: höchstens %s Zeichen.") % LONGEST,
                _("Kürzen Sie ihn, oder legen Sie eine Datei dazu."),
            )
        )
    row = Comment.objects.create(
        municipality=record.municipality, kind=record.KIND, number=record.number, author=author, text=said
    )
    allowed = None if readers is None else {person.pk for person in readers}
    people = [
        person
        for person in mentioned(said, record.municipality)
        if person.pk != author.pk and (allowed is None or person.pk in allowed)
    ]
    row.mentions.set(people)
    for person in people:
        notify(
            record.municipality,
            person,
            Notice.Kind.MENTION,
            f"kommentar:{row.pk}",
            _("%(who)s hat Sie zu „%(what)s“ erwähnt") % {"who": author, "what": record},
            said,
            f"{record.address}#kommentare",
        )
    return row


def comments(record: Record) -> list[Comment]:
    """What was said about a record, oldest first."""
    return list(
        Comment.objects.filter(
            municipality_id=record.municipality_id, kind=record.KIND, number=record.number, removed=None
        ).select_related("author")
    )


def withdraw(row: Comment, person: User) -> None:
    """Take an own comment back."""
    if row.author_id != person.pk:
        raise SozialraumError(Finding(_("Nur wer den Kommentar geschrieben hat, kann ihn zurücknehmen.")))
    row.removed = timezone.now()
    row.save(update_fields=["removed"])


def subscribe(municipality: Municipality, user: User, key: str, label: str) -> bool:
    """Begin or end a subscription; returns whether it holds now."""
    row = Subscription.objects.filter(municipality=municipality, user=user, key=key).first()
    if row is not None:
        row.delete()
        return False
    Subscription.objects.create(municipality=municipality, user=user, key=key, label=label[:200])
    return True


def habit_of(user: User) -> Habit:
    """How a person wants to be told; the default until it is chosen."""
    return Habit.objects.filter(user=user).first() or Habit(user=user)


def notify(
    municipality: Municipality,
    user: User,
    kind: str,
    key: str,
    subject: str,
    text: str = "",
    path: str = "",
    task: int | None = None,
) -> Notice | None:
    """Tell a person something once; None for people without a role here and for what was told already."""
    if not roles_of(user, municipality):
        return None
    try:
        with transaction.atomic():
            return Notice.objects.create(
                municipality=municipality, user=user, kind=kind, key=key[:160], subject=subject[:200], text=text,
                path=path or f"/{municipality.slug}/", task=task,
            )  # fmt: skip
    except IntegrityError:
        return None
