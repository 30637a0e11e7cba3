"""What goes wrong in an address: a German page with a way on, the right status, nothing about a person in the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

WRONG = {
    "unknown area": ("/probestadt/gebiete/bezirk/9999/", 404, "gibt es auf dieser Ebene nicht"),
    "unknown drawer": ("/probestadt/atlas/?profil=9999", 404, "Ein Gebiet"),
    "withdrawn indicator": ("/probestadt/kennzahlen/alte_quote/", 404, "zurückgezogen"),
    "withdrawn in the atlas": ("/probestadt/atlas/?kennzahl=alte_quote", 404, "gibt es in dieser Freigabe nicht"),
    "unknown period": ("/probestadt/atlas/?jahr=1871", 404, "Einen Zeitpunkt"),
    "unknown comparator": ("/probestadt/atlas/?vergleich=vergleich:77", 404, "Einen Vergleichswert"),
    "unknown yardstick": ("/probestadt/gebiete/bezirk/0101/?vergleich=stadtteil:03", 404, "Vergleichswert"),
    "unknown shading": ("/probestadt/atlas/?klassen=bunt", 404, "Eine Einteilung"),
    "too many pins": ("/probestadt/atlas/?pins=" + ",".join(f"{n:04d}" for n in range(5000)), 400, "höchstens 4"),
    "too many to compare": ("/probestadt/atlas/vergleich/?gebiete=" + ",".join(f"01{n:02d}" for n in range(1, 11)), 400, "höchstens 8"),
    "unknown to compare": ("/probestadt/atlas/vergleich/?gebiete=0101,XYZ", 404, "gibt es auf dieser Ebene nicht"),
    "unknown level of a rug": ("/probestadt/atlas/teppich/?ebene=block", 404, "Eine Gebietsebene"),
    "unknown order of a rug": ("/probestadt/atlas/teppich/?sortiert=quatsch", 404, "Eine Kennzahl"),
    "unknown stand": ("/probestadt/atlas/teppich/?stand=1900", 404, "Einen Gebietsstand"),
    "unknown axis": ("/probestadt/atlas/zusammenhang/?x=quatsch", 404, "Eine Kennzahl"),
    "similar to nothing": ("/probestadt/atlas/aehnlich/", 404, "Zu welchem Gebiet"),
    "a drawing of one point": ("/probestadt/atlas/eigenes-gebiet/?umriss=1 1", 400, "mindestens drei Punkte"),
    "unknown own area": ("/probestadt/atlas/eigenes-gebiet/?gebiete=4711", 404, "gibt es auf dieser Ebene nicht"),
    "unknown picture": ("/probestadt/atlas/bild/torte.svg", 404, "Dieses Bild gibt es nicht"),
    "picture without borders": ("/probestadt/atlas/bild/karte.svg?stand=2015", 404, "kein Bild"),
    "unknown form": ("/probestadt/daten/auswahl.exe", 404, "Eine Auswahl als"),
    "geopackage without borders": ("/probestadt/daten/auswahl.gpkg", 404, "Eine Auswahl als"),
    "closed source": ("/probestadt/daten/auswahl.xlsx?kennzahl=sgb2_quote", 404, "nicht als Datei"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_page_with_a_way_on(get: Callable[..., Any], name: str) -> None:
    url, status, words = WRONG[name]
    response = get(url)
    assert response.status_code == status
    assert words in response.text_content
    assert response.text_content.count('<a class="btn') >= 1
    assert "Traceback" not in response.text_content


REPLACED = {
    "year without data": ("/probestadt/atlas/?kennzahl=einwohnerzahl&ebene=bezirk&jahr=2016", "Gezeigt wird"),
    "span that runs backwards": ("/probestadt/atlas/?jahr=2020&von=2023-12-31", "liegt nicht vor dem gezeigten Zeitpunkt"),
    "older data state": ("/probestadt/atlas/?freigabe=2023-07", "gehört zum Datenstand „2023-07“"),
    "empty comparison": ("/probestadt/atlas/vergleich/", "Wählen Sie zwei bis acht Gebiete"),
    "one area to compare": ("/probestadt/atlas/vergleich/?gebiete=0101", "Wählen Sie zwei bis acht Gebiete"),
    "empty own area": ("/probestadt/atlas/eigenes-gebiet/", "Stellen Sie ein Gebiet"),
    "no search": ("/probestadt/kennzahlen/?q=gibtesnicht", "Keine Kennzahl gefunden"),
    "no tolerance": ("/probestadt/atlas/aehnlich/?gebiet=bezirk:0101&t-arbeitslosenanteil=", "mindestens eine Toleranz"),
    "no number": ("/probestadt/atlas/aehnlich/?gebiet=bezirk:0101&t-arbeitslosenanteil=viel", "mindestens eine Toleranz"),
    "few areas": ("/probestadt/atlas/verteilung/?ebene=stadtteil", "mindestens 10 Gebiete"),
    "one period": ("/probestadt/atlas/bewegung/?jahr=2019-12-31", "zwei Zeitpunkte"),
}  # fmt: skip


@pytest.mark.parametrize("name", REPLACED)
def test_what_can_be_helped_is_helped_and_told(get: Callable[..., Any], name: str) -> None:
    url, words = REPLACED[name]
    response = get(url)
    assert response.status_code == 200
    assert words in response.text_content


EVIL = [
    '"><script>alert(1)</script>',
    "' OR 1=1 --",
    "\x00",
    "../../etc/passwd",
    "%F0%9F%92%A9",
    "A" * 3000,
    "-1e309",
    "{{7*7}}",
]
FIELDS = {
    "atlas/": ["kennzahl", "ebene", "jahr", "von", "vergleich", "gebiet", "nur", "stand", "pins", "ansicht", "klassen", "profil", "freigabe"],
    "atlas/teppich/": ["ebene", "stand", "gebiet", "umfang", "sortiert"],
    "atlas/vergleich/": ["ebene", "stand", "gebiete", "kennzahl"],
    "atlas/zusammenhang/": ["x", "y", "ebene", "pins"],
    "atlas/verteilung/": ["kennzahl", "ebene", "jahr", "nach"],
    "atlas/bewegung/": ["kennzahl", "von", "jahr", "ebene"],
    "atlas/aehnlich/": ["gebiet", "stand"],
    "atlas/eigenes-gebiet/": ["gebiete", "liste", "name", "umriss", "umfang"],
    "atlas/einbetten/": ["kennzahl", "jahr"],
    "atlas/bild/karte.svg": ["kennzahl", "jahr"],
    "kennzahlen/": ["q"],
    "suche/": ["q"],
    "gebiete/bezirk/0101/": ["vergleich", "stand"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("page", "field"), [(page, field) for page, fields in FIELDS.items() for field in fields]
)
def test_hostile_values_are_answered(client: Client, db: None, page: str, field: str) -> None:
    for evil in EVIL:
        response = client.get(
            f"/probestadt/{page}",
            {
                field: evil,
                **({"gebiet": "bezirk:0101"} if page.endswith("aehnlich/") and field != "gebiet" else {}),
            },
        )
        assert response.status_code in (200, 302, 400, 404), evil
        assert b"<script>alert(1)" not in response.content
        assert response.content != b"49"


def test_nothing_a_reader_typed_stands_in_the_log(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    from sozialraum_web.portal.middleware import ImpersonalFilter

    caplog.handler.addFilter(ImpersonalFilter())
    with caplog.at_level(logging.DEBUG):
        for url in (
            "/probestadt/suche/?q=Erika+Mustermann",
            "/probestadt/atlas/?kennzahl=Erika",
            "/probestadt/atlas/eigenes-gebiet/?name=Erika&gebiete=0101",
            "/probestadt/gebiete/Erika/1/",
        ):
            client.get(url)
    caplog.handler.filters.clear()
    assert "Erika" not in caplog.text


def upload(client: Client, content: bytes) -> Any:
    """Send an outline."""
    return client.post(
        "/probestadt/atlas/eigenes-gebiet/hochladen/?ebene=bezirk",
        {"umriss": SimpleUploadedFile("umriss.geojson", content)},
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "keine lesbare GeoJSON"),
        (b" " * 2_100_000, "größer als 2 MB"),
        (b"{}", "Gebraucht werden Flächen"),
    ],
)
def test_broken_uploads(client: Client, db: None, content: bytes, words: str) -> None:
    response = upload(client, content)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_an_upload_leads_to_its_areas(client: Client, db: None) -> None:
    ring = [[7.0, 51.5], [7.02, 51.5], [7.02, 51.507], [7.0, 51.507], [7.0, 51.5]]
    response = upload(client, json.dumps({"type": "Polygon", "coordinates": [ring]}).encode())
    assert response.status_code == 302
    assert "gebiete=0101,0102" in response["Location"]


def test_an_upload_elsewhere_says_so(client: Client, db: None) -> None:
    ring = [[13.0, 52.5], [13.1, 52.5], [13.1, 52.6], [13.0, 52.5]]
    response = upload(client, json.dumps({"type": "Polygon", "coordinates": [ring]}).encode())
    assert response.status_code == 422
    assert "Kein Gebiet liegt mindestens zur Hälfte" in response.content.decode()
