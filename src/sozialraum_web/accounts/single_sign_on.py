"""Log-in with the account of the own administration (Einmalanmeldung über OpenID Connect)."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class HouseAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever was invited and proves the same mail address gets in; nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - allauth's signature
        """Never: a municipality invites."""
        return False
