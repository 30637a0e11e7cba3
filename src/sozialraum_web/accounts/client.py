"""Whose request it is, as far as limits against abuse need it (Anschrift des Rechners)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The network address a request comes from; behind a web server the one that it noted last, never one that a client wrote."""
    noted = str(request.headers.get("X-Forwarded-For", "")).rsplit(",", 1)[-1].strip()
    return (
        noted if settings.ALLAUTH_TRUSTED_PROXY_COUNT and noted else str(request.META.get("REMOTE_ADDR", ""))
    )
