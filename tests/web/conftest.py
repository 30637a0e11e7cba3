"""The cast and the towns of the site's tests: three municipalities, people in every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.cache import caches
from django.test import Client

import probestadt

PUBLIC, INTERNAL, MIXED = "probestadt", "internstadt", "doppelstadt"


@pytest.fixture(scope="session")
def towns() -> dict[str, list[probestadt.Town]]:
    """One town for all to read, one for its members only, one with both kinds of release."""
    return {
        PUBLIC: [probestadt.Town()],
        INTERNAL: [probestadt.Town(INTERNAL, "Internstadt", "05999002", "intern", key=probestadt.OTHER_KEY)],
        MIXED: [
            probestadt.Town(MIXED, "Doppelstadt", "05999003", "öffentlich", "offen-1"),
            probestadt.Town(MIXED, "Doppelstadt", "05999003", "intern", "intern-1", offset=1.0),
        ],
    }


@pytest.fixture(scope="session")
def folders(
    tmp_path_factory: pytest.TempPathFactory, towns: dict[str, list[probestadt.Town]]
) -> dict[str, list[Path]]:
    """The signed release folders of the towns."""
    base = tmp_path_factory.mktemp("freigaben")
    return {slug: [probestadt.write(base / slug, town) for town in found] for slug, found in towns.items()}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of its own; static files without collecting, passwords without waiting."""
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("daten")
    patch.setattr(site_settings, "DATA", folder)
    (folder / "statisch").mkdir()
    patch.setattr(site_settings, "STATIC_ROOT", folder / "statisch")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    patch.setattr(site_settings, "STORAGES", {**site_settings.STORAGES, "staticfiles": plain})
    # the second is that of the Datenwerkstatt, whose tests may share the process
    hashers = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("MD5", "Scrypt")]
    patch.setattr(site_settings, "PASSWORD_HASHERS", hashers)
    patch.setattr(site_settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    yield folder
    patch.undo()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: Any,
    site: Path,
    towns: dict[str, list[probestadt.Town]],
    folders: dict[str, list[Path]],
) -> None:
    """Import the towns once for all tests."""
    from sozialraum_web.monitoring import services

    with django_db_blocker.unblock():
        for slug, found in towns.items():
            owner = services.municipality(slug, found[0].name, "Stadt")
            services.trust_key(owner, probestadt.public_key(found[0]))
            for folder in folders[slug]:
                services.import_release(folder)


@pytest.fixture(autouse=True)
def fresh_pages() -> None:
    """No page survives from one test to the next."""
    for name in ("default", "pages"):
        caches[name].clear()


@pytest.fixture
def member(db: None) -> Callable[[str, str], Client]:
    """A browser in which a person with a role in a municipality is logged in; role "" is no membership."""
    from sozialraum_web.accounts.models import Membership, Municipality, Role, User

    def log_in(slug: str, role: str) -> Client:
        user = User.objects.create_user(
            f"{role or 'niemand'}@{slug or 'nirgends'}.example", "ein langes Passwort"
        )
        if role:
            Membership.objects.create(
                user=user, municipality=Municipality.objects.get(slug=slug), role=Role(role)
            )
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return log_in


@pytest.fixture
def get(client: Client, db: None) -> Callable[..., Any]:
    """Read a page as the public and return it with its text."""

    def read(url: str, **headers: str) -> Any:
        response = client.get(url, headers=headers)
        response.text_content = response.content.decode("utf-8", "replace") if not response.streaming else ""
        return response

    return read
