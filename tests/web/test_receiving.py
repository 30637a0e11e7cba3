"""Releases that arrive as an archive: who may, what is refused, and a token that can do nothing else."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import probestadt
from probestadt import Town

pytestmark = pytest.mark.django_db
HERE = "/probestadt/freigaben/"


def packed(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        for path in folder.rglob("*"):
            if path.is_file():
                pack.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return content.getvalue()


def upload(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"archiv": SimpleUploadedFile("freigabe.zip", content)}


@pytest.fixture
def archive(tmp_path: Path, site: Path) -> Iterator[bytes]:
    yield packed(probestadt.write(tmp_path, Town(release="neu-2")))
    for name in ("releases", "karten"):
        shutil.rmtree(site / name / "probestadt" / "neu-2", ignore_errors=True)
    assert not list(site.glob(".archiv-*"))


def shown(slug: str = "probestadt") -> str:
    from sozialraum_web.monitoring.models import Release

    return Release.objects.get(municipality__slug=slug, current=True).name


ROLES = ["sozialplanung", "fachplanung", "statistik", "fachamt", "leitung", "datenschutz", "politik", "quartier", "traeger", "beratung",
         "programm", "administration"]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_who_may_choose_may_take_in_and_who_manages_members_may_trust(
    member: Callable[[str, str], Client], role: str, archive: bytes
) -> None:
    from sozialraum_web.accounts import permissions
    from sozialraum_web.accounts.models import Municipality, User

    client = member("probestadt", role)
    person, here = User.objects.get(email__startswith=role), Municipality.objects.get(slug="probestadt")
    may_choose, may_manage = (
        permissions.can_choose_release(person, here),
        permissions.can_manage_members(person, here),
    )
    answer = client.post(HERE + "einspielen/", upload(archive))
    assert answer.status_code == (302 if may_choose else 403)
    assert (shown() == "neu-2") == may_choose
    assert client.post(HERE + "zugang/", {"name": "x"}).status_code == (200 if may_manage else 403)
    assert client.post(HERE + "schluessel/", {"schluessel": "0" * 64}).status_code == (
        302 if may_manage else 403
    )


def test_an_unknown_key_is_confirmed_once(
    member: Callable[[str, str], Client], tmp_path: Path, site: Path
) -> None:
    from sozialraum_web.monitoring.models import TrustedKey

    strange = packed(probestadt.write(tmp_path, Town(release="fremd-1", key=probestadt.OTHER_KEY)))
    client, before = member("probestadt", "statistik"), shown()
    answer = client.post(HERE + "einspielen/", upload(strange))
    assert answer.status_code == 409
    assert shown() == before
    key = probestadt.public_key(Town(key=probestadt.OTHER_KEY))
    assert not TrustedKey.objects.filter(municipality__slug="probestadt", public_key=key).exists()


def test_a_release_of_another_town_is_refused(
    member: Callable[[str, str], Client], folders: dict[str, list[Path]]
) -> None:
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.monitoring import receiving, services

    here = Municipality.objects.get(slug="probestadt")
    other = packed(folders["internstadt"][0])
    services.trust_key(here, probestadt.public_key(Town(key=probestadt.OTHER_KEY)))
    with pytest.raises(Exception, match="gehört zu „internstadt“"):
        receiving.take_in(io.BytesIO(other), here)


def hostile() -> Iterator[tuple[str, bytes]]:
    yield "no archive", b"PK\x03\x04 nonsense"
    yield "empty", b""
    for name in ("../../boese.txt", "/etc/boese", "a\\b.txt", "C:boese"):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as pack:
            pack.writestr(name, "x")
        yield name, content.getvalue()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as pack:
        link = zipfile.ZipInfo("neu/protokoll.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        pack.writestr(link, "/etc/passwd")
    yield "link", content.getvalue()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("neu/gross", b"0" * 3_000_000)
    yield "bomb", content.getvalue()


@pytest.mark.parametrize(("what", "content"), list(hostile()))
def test_hostile_archives_leave_nothing(
    what: str, content: bytes, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum.errors import ReleaseError
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.monitoring import receiving

    monkeypatch.setattr(receiving, "UNPACKED", 1_000_000)
    before = sorted(site.rglob("*"))
    with pytest.raises(ReleaseError):
        receiving.take_in(io.BytesIO(content), Municipality.objects.get(slug="probestadt"))
    assert sorted(site.rglob("*")) == before


def test_a_token_delivers_for_its_own_town_only(client: Client, archive: bytes) -> None:
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.monitoring import receiving
    from sozialraum_web.monitoring.models import UploadToken

    token = receiving.new_token(Municipality.objects.get(slug="probestadt"), "Datenwerkstatt")
    assert token not in str(list(UploadToken.objects.values()))
    for header in ("", "Bearer falsch", f"Basic {token}"):
        assert (
            client.post(HERE + "annehmen/", upload(archive), headers={"Authorization": header}).status_code
            == 404
        )
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.post("/internstadt/freigaben/annehmen/", upload(archive), headers=bearer).status_code == 404
    assert client.get("/probestadt/freigaben/", headers=bearer).status_code == 302
    answer = client.post(HERE + "annehmen/", upload(archive), headers=bearer)
    assert (answer.status_code, answer.json()["changed"]) == (200, True)
    assert shown() == "neu-2"
    assert UploadToken.objects.get().used is not None


@pytest.fixture
def served(db: None) -> Iterator[str]:
    """The site on a free port over this test's own connection; a live server of its own would empty the shared database."""
    from django.db import connections
    from django.test.testcases import LiveServerThread, _StaticFilesHandler

    connection = connections["default"]
    if connection.vendor != "sqlite":
        pytest.skip("another thread does not see an open transaction of PostgreSQL")
    connection.inc_thread_sharing()
    thread = LiveServerThread("127.0.0.1", _StaticFilesHandler, connections_override={"default": connection})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    connection.dec_thread_sharing()


def test_the_datenwerkstatt_speaks_to_the_site(served: str, archive: bytes, tmp_path: Path) -> None:
    from sozialraum.errors import SozialraumError
    from sozialraum_inside import sending
    from sozialraum_inside.sending import Site
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.monitoring import receiving

    token = receiving.new_token(Municipality.objects.get(slug="probestadt"), "Datenwerkstatt")
    site = sending.remember(tmp_path, Site(f"{served}/probestadt/", token))
    assert (tmp_path / sending.NOTE).stat().st_mode & 0o077 == 0
    assert sending.remembered(tmp_path) == site
    assert sending.send(site, "neu-2", archive) == "Probestadt, Freigabe neu-2: eingespielt."
    assert shown() == "neu-2"
    with pytest.raises(SozialraumError, match="gilt nicht mehr"):
        sending.send(Site(site.address, "falsch"), "neu-2", archive)
    with pytest.raises(SozialraumError, match="nicht erreichbar"):
        sending.send(Site("http://127.0.0.1:9/probestadt", token), "neu-2", archive)


@pytest.mark.parametrize(
    "address", ["http://site.example/stadt", "ftp://x/y", "https://site.example", "stadt"]
)
def test_a_token_travels_by_https_only(address: str, tmp_path: Path) -> None:
    from sozialraum.errors import SozialraumError
    from sozialraum_inside import sending

    with pytest.raises(SozialraumError):
        sending.remember(tmp_path, sending.Site(address, "abc"))
    assert not list(tmp_path.iterdir())
