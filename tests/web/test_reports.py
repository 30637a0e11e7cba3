"""Reports of the site: ordering, making in the background, download, archive, own texts, one town never sees another's."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import probestadt
from sozialraum_web.reports import making
from sozialraum_web.reports.models import OwnText, Report, reports_folder

pytestmark = pytest.mark.django_db
URL = "/probestadt/berichte/"


@pytest.fixture(autouse=True)
def no_process(site: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Orders are worked off by the tests themselves; each begins with an empty archive."""
    shutil.rmtree(reports_folder(), ignore_errors=True)
    started: list[int] = []
    monkeypatch.setattr(making, "start", lambda: started.append(1))
    return started


def order(client: Client, **more: Any) -> Report:
    """Order a report as the form does."""
    data = {"template": "gebietsprofil", "level": "bezirk", "areas": ["0101"], "format": "pdf", **more}
    response = client.post(f"{URL}neu/", data)
    assert response.status_code == 302, response.content.decode()[:3000]
    return Report.objects.latest("pk")


def test_a_report_is_ordered_made_and_taken_away(
    member: Callable[[str, str], Client], no_process: list[int]
) -> None:
    client = member("probestadt", "sozialplanung")
    report = order(client)
    assert no_process == [1]
    assert (
        "Wird vorbereitet" in client.get(f"{URL}{report.pk}/").content.decode()
        or "Unterbrochen" in client.get(f"{URL}{report.pk}/").content.decode()
    )
    assert client.get(f"{URL}{report.pk}/datei").status_code == 404
    assert making.work_off() == 1
    report.refresh_from_db()
    assert (report.state, report.done, report.total) == ("fertig", 1, 1)
    response = client.get(f"{URL}{report.pk}/datei")
    content = b"".join(response.streaming_content)
    assert content.startswith(b"%PDF")
    assert hashlib.sha256(content).hexdigest() == report.checksum
    page = client.get(f"{URL}{report.pk}/").content.decode()
    assert report.checksum in page
    assert report.fingerprint in page
    assert report.release.name in page


def test_several_areas_come_as_one_archive_and_again_as_the_same_bytes(
    member: Callable[[str, str], Client],
) -> None:
    client = member("probestadt", "sozialplanung")
    first, second = (
        order(client, areas=["0101", "0102"], format="html"),
        order(client, areas=["0101", "0102"], format="html"),
    )
    assert making.work_off() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    for name in ("gebietsprofil_0101.html", "gebietsprofil_0102.html", "berichte.json"):
        assert (first.folder / "teile" / name).read_bytes() == (
            second.folder / "teile" / name
        ).read_bytes(), name
    assert first.checksum == second.checksum
    with zipfile.ZipFile(io.BytesIO(first.path.read_bytes())) as archive:
        assert sorted(archive.namelist()) == [
            "berichte.json",
            "gebietsprofil_0101.html",
            "gebietsprofil_0102.html",
        ]


def test_chapters_are_chosen_and_ordered(member: Callable[[str, str], Client]) -> None:
    client = member("probestadt", "sozialplanung")
    report = order(
        client,
        format="html",
        kapitel=["portraet", "quellen"],
        **{"platz-portraet": "9", "platz-quellen": "1"},
    )
    making.work_off()
    report.refresh_from_db()
    text = report.path.read_text("utf-8")
    assert 0 < text.index("Quellen und Stand</h2>") < text.index("Kurzporträt</h2>")
    assert "Auf einen Blick</h2>" not in text


def test_an_own_text_stands_in_the_report_and_survives_the_next_release(
    member: Callable[[str, str], Client], tmp_path: Path
) -> None:
    from sozialraum_web.monitoring import services

    client = member("probestadt", "sozialplanung")
    words = "Das Familienzentrum ist seit Mai offen."
    response = client.post(
        f"{URL}texte/",
        {
            "template": "gebietsprofil",
            "kapitel": "portraet",
            "gebiet": "0101",
            "text": words,
            "period": "2024-12-31",
        },
    )
    assert response.status_code == 302
    assert (
        words
        in client.get(f"{URL}texte/?template=gebietsprofil&kapitel=portraet&gebiet=0101").content.decode()
    )
    before = order(client, format="html")
    newer = probestadt.Town(release="2026-01", created="2026-11-23T10:00:00+00:00", offset=0.3)
    services.import_release(probestadt.write(tmp_path, newer))
    after = order(client, format="html")
    other = order(client, format="html", areas=["0102"])
    making.work_off()
    for report in (before, after, other):
        report.refresh_from_db()
    assert before.release != after.release
    assert words in before.path.read_text("utf-8")
    assert words in after.path.read_text("utf-8")
    assert words not in other.path.read_text("utf-8")
    assert before.checksum != after.checksum


def test_what_fails_says_so_and_goes_on(
    member: Callable[[str, str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum.products.report import batch

    client = member("probestadt", "sozialplanung")
    report = order(client, areas=["0101", "0102"], format="html")
    real, made = batch._put, []

    def full(path: Path, content: bytes) -> None:
        if path.suffix == ".html" and made:
            raise OSError(28, "No space left on device")
        made.append(path.name)
        real(path, content)

    monkeypatch.setattr(batch, "_put", full)
    making.work_off()
    report.refresh_from_db()
    assert report.state == "gescheitert"
    assert "Schaffen Sie Platz" in report.error
    monkeypatch.setattr(batch, "_put", real)
    assert client.post(f"{URL}{report.pk}/fortsetzen/").status_code == 302
    making.work_off()
    report.refresh_from_db()
    assert report.state == "fertig"


def test_a_run_that_was_killed_is_taken_up_again(member: Callable[[str, str], Client]) -> None:
    report = order(member("probestadt", "sozialplanung"), format="html")
    Report.objects.filter(pk=report.pk).update(state=Report.State.RUNNING)
    page = member("probestadt", "statistik").get(f"{URL}{report.pk}/").content.decode()
    assert "Unterbrochen" in page
    making.work_off()
    report.refresh_from_db()
    assert report.state == "fertig"


def test_only_one_process_makes_reports(member: Callable[[str, str], Client]) -> None:
    order(member("probestadt", "sozialplanung"), format="html")
    with making.alone() as free:
        assert free
        assert making.work_off() == 0
        assert making.is_running()


def test_the_public_sees_published_reports_of_public_releases_only(
    member: Callable[[str, str], Client], client: Client
) -> None:
    maker = member("probestadt", "sozialplanung")
    report = order(maker, format="html")
    making.work_off()
    assert f"/berichte/{report.pk}/" not in client.get(URL).content.decode()
    assert client.get(f"{URL}{report.pk}/datei").status_code == 404
    assert maker.post(f"{URL}{report.pk}/veroeffentlichen/").status_code == 302
    assert client.get(f"{URL}{report.pk}/datei").status_code == 200
    assert not client.get(URL).cookies
    maker.post(f"{URL}{report.pk}/zurueckziehen/")
    assert client.get(f"{URL}{report.pk}/datei").status_code == 404


def test_a_report_from_an_internal_release_stays_inside(
    member: Callable[[str, str], Client], client: Client
) -> None:
    maker = member("internstadt", "sozialplanung")
    response = maker.post(
        "/internstadt/berichte/neu/",
        {"template": "gebietsprofil", "level": "bezirk", "areas": ["0101"], "format": "html"},
    )
    assert response.status_code == 302
    report = Report.objects.latest("pk")
    making.work_off()
    report.refresh_from_db()
    assert "NUR INTERN" in report.path.read_text("utf-8")
    maker.post(f"/internstadt/berichte/{report.pk}/veroeffentlichen/")
    report.refresh_from_db()
    assert not report.published
    for person in (client, member("probestadt", "sozialplanung"), member("internstadt", "politik")):
        assert person.get(f"/internstadt/berichte/{report.pk}/datei").status_code == 404
    # and never through the address of another town
    assert member("probestadt", "statistik").get(f"{URL}{report.pk}/datei").status_code == 404


def test_one_town_never_touches_another(member: Callable[[str, str], Client]) -> None:
    maker, foreign = member("probestadt", "sozialplanung"), member("doppelstadt", "sozialplanung")
    report = order(maker, format="html")
    for deed in ("fortsetzen", "veroeffentlichen", "loeschen"):
        assert foreign.post(f"/probestadt/berichte/{report.pk}/{deed}/").status_code == 403
        assert foreign.post(f"/doppelstadt/berichte/{report.pk}/{deed}/").status_code == 404
    OwnText.objects.create(
        municipality=report.municipality, template="gebietsprofil", chapter="portraet", text="Nur hier."
    )
    assert "Nur hier." not in foreign.get("/doppelstadt/berichte/texte/").content.decode()
    assert Report.objects.filter(pk=report.pk).exists()


@pytest.mark.parametrize(
    "data", [{"template": "../../etc"}, {"format": "exe"}, {"areas": ["9999"]}, {"level": "planet"}]
)
def test_wrong_orders_are_told_not_made(member: Callable[[str, str], Client], data: dict[str, Any]) -> None:
    client = member("probestadt", "sozialplanung")
    plain = {"template": "gebietsprofil", "level": "bezirk", "areas": ["0101"], "format": "pdf", **data}
    assert client.post(f"{URL}neu/", plain).status_code == 200
    assert not Report.objects.exists()


def test_the_preview_shows_the_pages_of_the_pdf(member: Callable[[str, str], Client]) -> None:
    client = member("probestadt", "sozialplanung")
    order_ = {
        "template": "gebietsprofil",
        "level": "bezirk",
        "areas": "0101",
        "format": "pdf",
        "vorschau": "1",
    }
    page = client.post(f"{URL}neu/", order_).content.decode()
    assert not Report.objects.exists()
    assert "Seite 1 der Vorschau" in page
    picture = page.split('src="')[1:]
    address = next(part.split('"')[0] for part in picture if "/vorschau/" in part)
    response = client.get(address)
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")
    foreign = member("doppelstadt", "sozialplanung")
    assert foreign.get(address).status_code == 403
    assert foreign.get(address.replace("/probestadt/", "/doppelstadt/")).status_code == 404


def test_deleting_removes_the_files(member: Callable[[str, str], Client]) -> None:
    client = member("probestadt", "sozialplanung")
    report = order(client, format="html")
    making.work_off()
    report.refresh_from_db()
    folder = report.folder
    assert folder.is_dir()
    client.post(f"{URL}{report.pk}/loeschen/")
    assert not folder.exists()
    assert not Report.objects.filter(pk=report.pk).exists()
