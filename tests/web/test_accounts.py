"""Log-in: by invitation only, locked after failures, second factor at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

PASSWORD = "ein sehr langes Passwort"


@pytest.fixture
def amira(db: None) -> Any:
    """A person with an account."""
    from sozialraum_web.accounts.models import User

    return User.objects.create_user("Amira@Example.org", PASSWORD, name="Amira")


def log_in(client: Client, password: str) -> Any:
    return client.post("/konto/login/", {"login": "amira@example.org", "password": password})


def test_log_in_and_out(client: Client, amira: Any) -> None:
    assert log_in(client, PASSWORD).status_code == 302
    page = client.get("/probestadt/").content.decode()
    assert "Amira" in page
    assert "Abmelden" in page
    client.post("/konto/logout/")
    assert "Amira" not in client.get("/probestadt/").content.decode()


def test_mail_addresses_are_one_whatever_their_case(amira: Any) -> None:
    assert amira.email == "amira@example.org"


def test_nobody_signs_up(client: Client, db: None) -> None:
    from sozialraum_web.accounts.models import User

    assert "nur auf Einladung" in client.get("/konto/signup/").content.decode()
    client.post("/konto/signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_locked_after_five_failures(client: Client, amira: Any) -> None:
    answers = [log_in(client, "falsch") for _ in range(5)]
    assert answers[-1].status_code == 429
    assert "Anmeldung für eine halbe Stunde gesperrt" in answers[-1].content.decode()
    log_in(client, PASSWORD)
    assert "_auth_user_id" not in client.session


def test_password_reset_does_not_tell_who_has_an_account(client: Client, amira: Any) -> None:
    known = client.post("/konto/password/reset/", {"email": "amira@example.org"})
    unknown = client.post("/konto/password/reset/", {"email": "niemand@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_second_factor(client: Client, amira: Any) -> None:
    log_in(client, PASSWORD)
    assert client.get("/konto/zweifaktor/").status_code == 200
    asked = client.get("/konto/zweifaktor/totp/activate/")
    page = client.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert "data:image/svg" in page.content.decode()


def test_administration_uses_the_same_log_in(client: Client, amira: Any) -> None:
    response = client.get("/verwaltung/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/konto/login/")
    log_in(client, PASSWORD)
    assert client.get("/verwaltung/").status_code in (302, 403)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "accounts/user/",
        "accounts/user/add/",
        "accounts/municipality/",
        "monitoring/release/",
        "monitoring/trustedkey/",
    ],
)
def test_administration_works(client: Client, db: None, page: str) -> None:
    from sozialraum_web.accounts.models import User

    user = User.objects.create_superuser("betrieb@example.org", PASSWORD)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/verwaltung/{page}").status_code == 200


def test_invited_people_set_their_own_password(member: Callable[[str, str], Client], client: Client) -> None:
    import re

    text = (
        member("probestadt", "administration")
        .post("/probestadt/mitglieder/", {"email": "neu@example.org", "name": "", "role": "leitung"})
        .content.decode()
    )
    link = re.search(r"/konto/password/reset/key/[^<\s]+", text)
    assert link
    form = client.get(link[0], follow=True)
    url = form.redirect_chain[-1][0]
    client.post(url, {"password1": PASSWORD, "password2": PASSWORD})
    assert client.post("/konto/login/", {"login": "neu@example.org", "password": PASSWORD}).status_code == 302


def test_an_account_needs_an_address(db: None) -> None:
    from sozialraum_web.accounts.models import User

    with pytest.raises(ValueError, match="mail address"):
        User.objects.create_user("")
