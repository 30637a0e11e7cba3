"""Files beside records: known by content, bounded, loaded only by those who may; subscriptions and the health of the data."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import planung
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from test_bodies import person

URL = "/probestadt/planung/massnahmen/1/anlagen/"


def packed(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as pack:
        for name in names:
            pack.writestr(name, "x")
    return content.getvalue()


GOOD = {
    "Vermerk.pdf": b"%PDF-1.7 inhalt", "karte.png": b"\x89PNG\r\n\x1a\n....", "liste.csv": "Straße;Zahl\nA;1".encode(),
    "brief.docx": packed("word/document.xml"), "tabelle.xlsx": packed("xl/workbook.xml"),
}  # fmt: skip
BAD = {
    "programm.pdf": b"MZ\x90\0", "seite.txt": b"<html><script>alert(1)</script>", "bild.svg": b"<svg onload=alert(1)>", "leer.txt": b"",
    "makro.docx": packed("word/document.xml", "word/vbaProject.bin"), "archiv.docx": packed("irgendwas"), "kaputt.docx": b"PK\x03\x04kaputt",
    "brief.pdf.exe": b"%PDF-1.7", "falsch.png": b"%PDF-1.7",
}  # fmt: skip


@pytest.fixture
def planner(db: None, member: Callable[[str, str], Client]) -> Client:
    planung.fill("probestadt", "Plan")
    return member("probestadt", "sozialplanung")


@pytest.mark.parametrize("name", GOOD)
def test_what_is_taken(planner: Client, name: str) -> None:
    planner.post(URL, {"datei": SimpleUploadedFile(name, GOOD[name])})
    page = planner.get("/probestadt/planung/massnahmen/1/").content.decode()
    assert name in page
    from sozialraum_web.exchange.models import Attachment

    row = Attachment.objects.get()
    answer = planner.get(f"{URL}{row.pk}/")
    assert b"".join(answer.streaming_content) == GOOD[name]
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused(planner: Client, name: str) -> None:
    from sozialraum_web.exchange.models import Attachment

    planner.post(URL, {"datei": SimpleUploadedFile(name, BAD[name])})
    assert not Attachment.objects.exists()


def test_names_carry_no_path_and_no_tricks() -> None:
    from sozialraum_web.exchange.files import clean_name

    assert clean_name("../../etc/passwd") == "passwd"
    assert clean_name("C:\\Ordner\\Bericht\u202efdp.exe\0") == "Berichtfdp.exe"
    assert clean_name("...") == "anlage"
    assert len(clean_name("x" * 500 + ".pdf")) == 150


def test_who_may_load_and_remove(
    planner: Client, member: Callable[[str, str], Client], client: Client, site: Path
) -> None:
    from sozialraum_web.exchange.models import Attachment
    from sozialraum_web.planning.models import Measure

    planner.post(URL, {"datei": SimpleUploadedFile("Vermerk.pdf", GOOD["Vermerk.pdf"])})
    row = Attachment.objects.get()
    stored = site / "anlagen" / "probestadt" / row.digest
    assert stored.is_file()
    # a measure everybody reads still keeps its files inside
    Measure.objects.update(visibility="oeffentlich")
    assert client.get(f"{URL}{row.pk}/").status_code == 302
    assert member("probestadt", "leitung").get(f"{URL}{row.pk}/").status_code == 200
    planung.fill("doppelstadt", "Andere")
    assert (
        member("doppelstadt", "sozialplanung")
        .get(f"/doppelstadt/planung/massnahmen/1/anlagen/{row.pk}/")
        .status_code
        == 404
    )
    assert planner.get(f"/probestadt/planung/bedarfe/1/anlagen/{row.pk}/").status_code == 404
    assert member("probestadt", "statistik").post(f"{URL}{row.pk}/entfernen/").status_code == 403
    planner.post(f"{URL}{row.pk}/entfernen/")
    assert not stored.exists()
    assert planner.get(f"{URL}{row.pk}/").status_code == 404


# -- subscriptions -------------------------------------------------------------------------------------------------------


def test_who_subscribed_to_an_area_hears_of_it_once(planner: Client) -> None:
    from sozialraum_web.exchange.models import Notice
    from sozialraum_web.planning.models import Measure
    from sozialraum_web.records import services as records

    anna, provider = person("anna"), person("tom", "traeger")
    for who in (anna, provider):
        reader = Client()
        reader.force_login(who, "allauth.account.auth_backends.AuthenticationBackend")
        answer = reader.post(
            "/probestadt/planung/abonnieren/",
            {"gegenstand": "gebiet:bezirk:0102", "zurueck": "/probestadt/gebiete/bezirk/0102/"},
        )
        assert answer["Location"] == "/probestadt/gebiete/bezirk/0102/"
        assert (
            reader.post("/probestadt/planung/abonnieren/", {"gegenstand": "gebiet:bezirk:9999"}).status_code
            == 404
        )
    measure = Measure.objects.get(number=1, municipality__slug="probestadt")
    records.change(measure, None, {"title": "Familienbüro"}, None)
    records.change(Measure.objects.get(pk=measure.pk), anna, {"title": "Familienhaus"}, None)
    told = list(Notice.objects.filter(kind="neues").values_list("user__email", "subject"))
    assert told == [
        ("anna@example.org", "Maßnahme geändert: Familienbüro")
    ]  # not one's own change, not what one may not read
    page = Client()
    page.force_login(anna, "allauth.account.auth_backends.AuthenticationBackend")
    assert "nicht mehr abonnieren" in page.get("/probestadt/gebiete/bezirk/0102/").content.decode()


# -- health of the data --------------------------------------------------------------------------------------------------


def test_what_is_older_than_its_rhythm_is_named(db: None) -> None:
    from dataclasses import replace

    from sozialraum_web.atlas.health import in_words, stale

    made_up = planung.place_of("probestadt").catalogue
    assert in_words(made_up, date(2099, 1, 1)) == ""
    catalogue = replace(made_up, town=replace(made_up.town, synthetic=False))
    late = stale(catalogue, date(2099, 1, 1))
    assert late
    newest = max(row.newest for row in late)
    assert stale(catalogue, newest) == []
    assert in_words(catalogue, newest) == "alle Kennzahlen aktuell"
    whole = len(catalogue.plain_indicators)
    assert in_words(catalogue, date(2099, 1, 1)) == f"{whole - len(late)} von {whole} Kennzahlen aktuell"
