"""Municipalities that ask for a second factor (Zweiter Faktor)."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from sozialraum_web.accounts.models import Membership


class SecondFactorMiddleware:
    """Where a municipality asks for it, people with a role there set up a second factor before they work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send them to the page that sets it up; everything below /konto/ stays open."""
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        if known and not request.path.startswith(("/konto/", "/statisch/", "/mitteilungen/")):
            asked = Membership.objects.filter(user=request.user, municipality__second_factor=True)  # type: ignore[misc]
            if asked.exists() and not is_mfa_enabled(request.user):
                messages.info(
                    request,
                    "Ihre Kommune verlangt einen zweiten Faktor. Richten Sie ihn hier ein; danach geht es weiter.",
                )
                return redirect("mfa_activate_totp")
        return self.get_response(request)
