"""Every address of a municipality shows its own releases only, and internal ones to its members only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from addresses import EXAMPLES, POSTED, READING, municipal_patterns
from django.test import Client

SECRET = "Altstadt von Internstadt"
READERS = ["sozialplanung", "fachplanung", "statistik", "fachamt", "leitung", "datenschutz"]
OUTSIDERS = ["politik", "quartier", "traeger", "beratung", "programm", "administration"]


def everything(response: Any) -> str:
    """The whole answer as text, files included."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def test_every_address_has_an_example() -> None:
    assert sorted(municipal_patterns()) == sorted(EXAMPLES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_public_never_sees_an_internal_town(client: Client, name: str) -> None:
    url = f"/internstadt/{EXAMPLES[name]}"
    response = client.post(url) if name in POSTED else client.get(url)
    assert response.status_code in (302, 404)
    if response.status_code == 302:
        assert response["Location"].startswith("/konto/login/")
    assert SECRET not in everything(response)


@pytest.mark.parametrize("name", EXAMPLES)
def test_members_of_another_town_are_the_public(member: Callable[[str, str], Client], name: str) -> None:
    client = member("doppelstadt", "sozialplanung")
    url = f"/internstadt/{EXAMPLES[name]}"
    response = client.post(url) if name in POSTED else client.get(url)
    assert response.status_code in (403, 404)
    assert SECRET not in everything(response)


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("role", READERS)
def test_those_who_work_with_it_read_it(member: Callable[[str, str], Client], role: str, name: str) -> None:
    assert member("internstadt", role).get(f"/internstadt/{EXAMPLES[name]}").status_code == 200


@pytest.mark.parametrize("role", OUTSIDERS)
def test_other_members_do_not(member: Callable[[str, str], Client], role: str) -> None:
    assert member("internstadt", role).get("/internstadt/atlas/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", READING)
def test_a_public_town_never_shows_another(client: Client, name: str) -> None:
    text = everything(client.get(f"/probestadt/{EXAMPLES[name]}"))
    assert "Internstadt" not in text
    assert "Doppelstadt" not in text


def test_switched_off_accounts_are_the_public(member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.accounts.models import User

    client = member("internstadt", "sozialplanung")
    User.objects.update(is_active=False)
    assert client.get("/internstadt/atlas/").status_code == 404


def test_a_superuser_without_membership_reads_public_figures_only(client: Client, db: None) -> None:
    from sozialraum_web.accounts.models import User

    client.force_login(
        User.objects.create_superuser("betrieb@example.org", "ein langes Passwort"),
        "allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get("/internstadt/").status_code == 404
    assert client.get("/probestadt/").status_code == 200


def test_internal_and_public_releases_side_by_side(
    member: Callable[[str, str], Client], client: Client
) -> None:
    public = client.get("/doppelstadt/").content.decode()
    working = member("doppelstadt", "sozialplanung").get("/doppelstadt/").content.decode()
    assert "offen-1" in public
    assert "intern-1" not in public
    assert "intern-1 (intern)" in working


def test_internal_pages_are_never_kept(member: Callable[[str, str], Client], client: Client) -> None:
    working = member("doppelstadt", "sozialplanung")
    before = client.get("/doppelstadt/atlas/").content
    assert working.get("/doppelstadt/atlas/")["Cache-Control"] == "private, no-store"
    assert client.get("/doppelstadt/atlas/").content == before


@pytest.mark.django_db
def test_the_list_of_municipalities_names_only_what_one_may_read(client: Client) -> None:
    text = client.get("/").content.decode()
    assert "Probestadt" in text
    assert "Internstadt" not in text
