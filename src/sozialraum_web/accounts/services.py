"""Inviting people and giving roles (Einladen, Rollen vergeben)."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from sozialraum.errors import Finding, SozialraumError
from sozialraum_web.accounts.models import Membership, Municipality, Role, User


@transaction.atomic
def invite(email: str, name: str, municipality: Municipality, role: Role) -> tuple[Membership, bool]:
    """Give a person a role; returns the membership and whether the account is new (then without password)."""
    address = User.objects.normalize_email(email).lower()
    user = User.objects.filter(email=address).first()
    created = user is None
    if user is None:
        user = User.objects.create_user(address, name=name)
    membership, _ = Membership.objects.get_or_create(user=user, municipality=municipality, role=role)
    return membership, created


def remove(membership: Membership) -> None:
    """Take a role away; the last administrator of a municipality stays."""
    others = Membership.objects.filter(municipality=membership.municipality, role=Role.ADMINISTRATOR).exclude(
        pk=membership.pk
    )
    if membership.role == Role.ADMINISTRATOR and not others.exists():
        raise SozialraumError(
            Finding(
                "Die letzte Person mit der Rolle „Administration der Kommune“ kann nicht entfernt werden.",
                remedy="Vergeben Sie die Rolle zuerst an eine weitere Person.",
            )
        )
    membership.delete()


def send_invitation(membership: Membership, link: str) -> bool:
    """Send the one-time address to a new person; False where no mail server is set or it refuses."""
    if not settings.EMAIL_HOST:
        return False
    town, role = membership.municipality, membership.get_role_display()
    try:
        send_mail(
            f"[{town}] Einladung",
            f"Guten Tag {membership.user},\n\nSie sind eingeladen, in {town} als „{role}“ mitzuarbeiten. Unter dieser Adresse setzen Sie Ihr "
            f"Kennwort; sie gilt einmal und für wenige Tage:\n\n{link}\n",
            None,
            [membership.user.email],
        )
    except OSError:
        return False
    return True
