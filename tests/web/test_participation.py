"""Contributions from a participation elsewhere become findings: table or GeoJSON, place by name, key or point; bad input is explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import planung
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

URL = "/probestadt/planung/befunde/beteiligung/"


@pytest.fixture
def planner(member: Callable[[str, str], Client]) -> Client:
    return member("probestadt", "sozialplanung")


def send(client: Client, name: str, content: bytes) -> Any:
    return client.post(
        URL,
        {"datei": SimpleUploadedFile(name, content), "quelle": "Online-Beteiligung", "datum": "2026-05-01"},
    )


def middle(code: str) -> tuple[float, float]:
    from sozialraum_web.atlas import outline

    place = planung.place_of("probestadt")
    areas = dict(outline.on_the_globe(place.release.folder, place.catalogue.current_version, "bezirk"))
    point = areas[code].representative_point()
    return point.x, point.y


def test_a_table_is_looked_at_and_taken_over(planner: Client) -> None:
    from sozialraum_web.planning.models import Finding
    from sozialraum_web.records.models import Draft

    name = planung.place_of("probestadt").catalogue.area("bezirk", "0102").name
    text = f"Thema;Beitrag;Ort\nSpielplatz;Zu wenig Schatten;{name}\nBus;Abends fährt keiner;0104\n<b>Licht</b>;dunkel;Atlantis\n;;\n"
    page = send(planner, "beteiligung.csv", text.encode()).content.decode()
    assert "2 von 3 Beiträgen sind verstanden" in page
    assert "Unbekannter Ort: atlantis" in page
    assert "&lt;b&gt;Licht" in page
    assert not Finding.objects.exists()
    planner.post(URL, {"uebernehmen": "1"})
    rows = list(Finding.objects.order_by("number"))
    assert [(row.title, row.kind, row.source, [area.code for area in row.areas.all()]) for row in rows] == [
        ("Spielplatz", "beteiligung", "Online-Beteiligung", ["0102"]), ("Bus", "beteiligung", "Online-Beteiligung", ["0104"]),
    ]  # fmt: skip
    assert {row.visibility for row in rows} == {"intern"}
    assert not Draft.objects.exists()
    planner.post(URL, {"uebernehmen": "1"})  # a second click takes nothing over again
    assert Finding.objects.count() == 2


def test_points_become_areas_and_are_forgotten(planner: Client) -> None:
    from sozialraum_web.planning.models import Finding

    x, y = middle("0107")
    point = lambda x, y: {"type": "Point", "coordinates": [x, y]}  # noqa: E731
    features = [
        {"type": "Feature", "properties": {"Titel": "Hier fehlt eine Bank"}, "geometry": point(x, y)},
        {"type": "Feature", "properties": {"Titel": "Weit weg"}, "geometry": point(0, 0)},
        {"type": "Feature", "properties": {"Titel": "Überall"}, "geometry": None},
        "unsinn",
    ]
    page = send(
        planner, "karte.geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode()
    )
    assert "außerhalb der Kommune" in page.content.decode()
    planner.post(URL, {"uebernehmen": "1"})
    found = {row.title: [area.code for area in row.areas.all()] for row in Finding.objects.all()}
    assert found == {"Hier fehlt eine Bank": ["0107"], "Überall": []}
    assert str(x)[:8] not in json.dumps([row.text + row.title for row in Finding.objects.all()])


@pytest.mark.parametrize(
    "content",
    [b"", b"{kaputt", b"{}", b"a;b\n1;2\n", b"\x00\x01\x02", b"PK\x03\x04kaputt", b'{"features": [[1]]}'],
)
def test_what_is_no_participation_is_explained(planner: Client, content: bytes) -> None:
    from sozialraum_web.planning.models import Finding

    page = send(planner, "datei.csv", content)
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert not Finding.objects.exists()


def test_too_many_and_too_large(planner: Client) -> None:
    assert "bis zu 2000" in send(planner, "viele.csv", ("Thema\n" + "x\n" * 2001).encode()).content.decode()
    assert "größer als 5 MB" in send(planner, "gross.csv", b"Thema\n" + b"x" * (5 * 1024**2)).content.decode()


def test_only_planners(member: Callable[[str, str], Client]) -> None:
    assert member("probestadt", "traeger").get(URL).status_code == 403
    assert Client().get(URL).status_code == 302
