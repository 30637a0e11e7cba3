"""What every page shows about the person who is logged in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from sozialraum_ui.parts import Link


def account(request: HttpRequest) -> dict[str, Any]:
    """Account link, log-in and log-out address; a reader without a session cookie costs no database query."""
    known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    return {
        "account": Link(str(request.user), reverse("mfa_index")) if known else None,
        "login_url": reverse("account_login"),
        "logout_url": reverse("account_logout"),
        "single_sign_on": [] if known else single_sign_on(),
        "previewed_as": getattr(request, "previewed_as", ""),
        "previewed_in": getattr(request, "previewed_in", None),
    }


def single_sign_on() -> list[dict[str, str]]:
    """Name and address of the providers that are set."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return [
        {"name": app["name"], "url": reverse("openid_connect_login", args=[app["provider_id"]])}
        for app in apps
    ]
