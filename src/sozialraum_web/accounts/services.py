"""Inviting people and giving roles (Einladen, Rollen vergeben)."""

from __future__ import annotations

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
