"""Log-in without open registration (Anmeldung nur auf Einladung)."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; nobody signs up on their own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Never: a municipality invites."""
        return False
