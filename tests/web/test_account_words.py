"""The account pages speak politely, whatever the library behind them says (Anrede)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import gettext

FAMILIAR = re.compile(r"\b(du|dein\w*|dir|dich|kontaktiere|versuche es|bitte wähle)\b", re.IGNORECASE)
OPEN = ["/konto/login/", "/konto/password/reset/", "/konto/password/reset/done/", "/konto/inactive/"]
CLOSED = [
    "/konto/password/change/",
    "/konto/zweifaktor/",
    "/konto/logout/",
    "/konto/email/",
    "/konto/reauthenticate/",
]


def words(html: str) -> str:
    """The text of a page without tags."""
    return re.sub(r"<[^>]+>", " ", html)


@pytest.mark.parametrize("url", OPEN)
def test_pages_without_log_in(client: Client, db: None, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200
    assert FAMILIAR.findall(words(response.content.decode())) == []


@pytest.mark.parametrize("url", CLOSED)
def test_pages_with_log_in(member: Callable[[str, str], Client], url: str) -> None:
    response = member("probestadt", "administration").get(url, follow=True)
    assert response.status_code == 200
    assert FAMILIAR.findall(words(response.content.decode())) == []


def test_errors_and_mails() -> None:
    assert (
        gettext("You must type the same password each time.")
        == "Die beiden Passwörter stimmen nicht überein."
    )
    assert gettext("Your password has been changed.") == "Ihr Passwort wurde geändert."
