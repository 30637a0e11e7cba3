"""Bad input: prevented or explained, nothing lost."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import planung
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sozialraum.errors import SozialraumError

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> dict[str, Any]:
    return planung.fill("probestadt", "Plan")


def test_target_year_before_the_baseline(made: dict[str, Any]) -> None:
    from sozialraum_web.planning.services.goals import change_target, set_target

    with pytest.raises(SozialraumError, match="liegt nicht nach dem Ausgangswert"):
        set_target(made["place"], made["goal"], None, "sgb2_quote", "bezirk:0102", 3.0, 2020)
    target = made["goal"].targets.get()
    with pytest.raises(SozialraumError, match="liegt nicht nach dem Ausgangswert"):
        change_target(target, None, 3.0, 2024, None)


def test_withdrawn_indicator_under_a_target(
    member: Callable[[str, str], Client], made: dict[str, Any]
) -> None:
    from sozialraum_web.planning.models import Target

    Target.objects.update(indicator="gibt_es_nicht")
    page = member("probestadt", "sozialplanung").get("/probestadt/planung/ziele/1/")
    assert page.status_code == 200
    assert "Kennzahl nicht mehr vorhanden." in page.content.decode()


def test_area_gone_after_a_reform_moves_with_a_note(made: dict[str, Any], tmp_path: Path) -> None:
    from dataclasses import replace
    from types import SimpleNamespace

    from sozialraum_web.planning.services.reform import move
    from sozialraum_web.records.models import Area

    place = made["place"]
    Area.objects.filter(code="0102").update(version="2015", code="alt7", name="Altes Viertel")
    (tmp_path / "umstieg.csv").write_text(
        "from,to,from_version,to_version,share,basis\n"
        "alt7,0103,2015,2024,0.65,population\nalt7,0104,2015,2024,0.31,population\nalt7,0105,2015,2024,0.04,population\n"
    )
    release = SimpleNamespace(folder=tmp_path, name=place.release.name, audience=place.release.audience)
    changed, unknown = move(replace(place, release=release), None)
    assert (changed, unknown) == (4, [])
    measure = made["measure"]
    measure.refresh_from_db()
    assert sorted(area.code for area in measure.areas.all()) == ["0103", "0104"]
    assert "Altes Viertel" in measure.area_note
    assert "65 %" in measure.area_note
    target = made["goal"].targets.get()
    assert (target.area.code, "nach Umstiegsschlüssel" in target.area_note) == ("0103", True)
    made["finding"].refresh_from_db()
    assert made["finding"].period == "2022-12-31"
    # Die Zahl gilt dem alten Gebiet: Sie führt nicht in die neuen, und deren neuere Werte ändern sie nicht.
    from sozialraum_web.planning.effects import evidence_address, newer

    assert evidence_address(place, made["finding"]) == ""
    assert newer(place, made["finding"]) is None


def test_deleted_organisation_with_measures(
    member: Callable[[str, str], Client], made: dict[str, Any]
) -> None:
    client = member("probestadt", "sozialplanung")
    page = client.get("/probestadt/planung/akteure/1/entfernen/").content.decode()
    assert "Maßnahmen: 1" in page
    client.post("/probestadt/planung/akteure/1/entfernen/")
    assert "(nicht mehr aktiv)" in client.get("/probestadt/planung/massnahmen/1/").content.decode()


def test_circular_goals(member: Callable[[str, str], Client], made: dict[str, Any]) -> None:
    from sozialraum_web.planning.models import Goal
    from sozialraum_web.planning.services.goals import check_parent
    from sozialraum_web.records.services import create

    town = made["place"].municipality
    top = create(Goal, town, None, {"title": "Oben", "rank": "leitziel"})
    middle = create(Goal, town, None, {"title": "Mitte", "rank": "mittlerziel", "parent": top})
    with pytest.raises(SozialraumError, match="ist selbst ein Teil von"):
        check_parent(top, "leitziel", middle)
    with pytest.raises(SozialraumError, match="kann nicht Teil eines Ziels der Stufe"):
        check_parent(None, "leitziel", middle)
    url = f"/probestadt/planung/ziele/{top.number}/aendern/"
    page = member("probestadt", "sozialplanung").post(
        url, {"title": "Oben", "rank": "leitziel", "parent": middle.pk, "version": 1, "visibility": "intern"}
    )
    assert "ist selbst ein Teil von" in page.content.decode()


def test_end_before_start(member: Callable[[str, str], Client], made: dict[str, Any]) -> None:
    data = {
        "title": "X",
        "status": "idee",
        "start": "2026-05-01",
        "end": "2026-04-01",
        "visibility": "intern",
    }
    page = member("probestadt", "sozialplanung").post("/probestadt/planung/massnahmen/neu/", data)
    assert "Das Ende (01.04.2026) liegt vor dem Beginn (01.05.2026)." in page.content.decode()


def test_needs_skip_no_step_and_rest_on_evidence(made: dict[str, Any]) -> None:
    from sozialraum_web.planning.models import Need
    from sozialraum_web.planning.services.findings import decide_need
    from sozialraum_web.records.services import create

    today = date(2025, 6, 1)
    with pytest.raises(SozialraumError, match="kann der Bedarf nicht auf"):
        decide_need(made["need"], None, "beschlossen", today, "Rat", "weil", "1/25")
    bare = create(Need, made["place"].municipality, None, {"title": "Ohne Befund"})
    with pytest.raises(SozialraumError, match="noch keiner verknüpft"):
        decide_need(bare, None, "bestaetigt", today, "AG", "weil")
    decide_need(made["need"], None, "bestaetigt", today, "AG", "weil")
    with pytest.raises(SozialraumError, match="Nummer der Vorlage"):
        decide_need(made["need"], None, "beschlossen", today, "Rat", "weil")
    assert [item.state for item in made["need"].decisions.all()] == ["bestaetigt"]


def test_dates_in_the_future(made: dict[str, Any]) -> None:
    from sozialraum_web.planning.services.goals import resolve
    from sozialraum_web.planning.services.measures import report_status

    tomorrow = date.today() + timedelta(days=2)  # noqa: DTZ011
    with pytest.raises(SozialraumError, match="Zukunft"):
        report_status(made["measure"], None, tomorrow, "Text")
    with pytest.raises(SozialraumError, match="Zukunft"):
        resolve(made["goal"], None, "1/25", tomorrow, "Rat")


def test_evidence_that_the_release_does_not_have(member: Callable[[str, str], Client]) -> None:
    client = member("probestadt", "sozialplanung")
    for query in (
        "kennzahl=gibt_es_nicht&gebiet=bezirk:0102&jahr=2022-12-31",
        "kennzahl=sgb2_quote&gebiet=bezirk:9999&jahr=2022-12-31",
        "kennzahl=sgb2_quote&gebiet=bezirk:0102&jahr=1999-12-31",
        "kennzahl=sgb2_quote&gebiet=%00&jahr=x",
    ):
        page = client.get(f"/probestadt/planung/befunde/neu/?{query}")
        assert page.status_code == 404, query
        assert "gibt es in der Freigabe" in page.content.decode()


@pytest.mark.parametrize("view", ["atlas/?kennzahl=sgb2_quote&ebene=bezirk&pins=0102", "atlas/bewegung/?kennzahl=sgb2_quote&ebene=stadtteil", "atlas/vergleich/?ebene=bezirk&gebiete=0102,0103&kennzahl=sgb2_quote", "index"])  # fmt: skip
def test_views_of_the_atlas_lead_to_a_finding(
    member: Callable[[str, str], Client], client: Client, view: str
) -> None:
    planner = member("probestadt", "sozialplanung")

    def links(reader: Client, address: str) -> list[str]:
        page = reader.get(f"/probestadt/{address}", follow=True)
        assert page.status_code == 200, address
        found = re.findall(r'href="([^"]*planung/befunde/neu/\?kennzahl=[^"]*)"', page.content.decode())
        return [html.unescape(link) for link in found]

    if view == "index":
        from test_atlas_views import place_of

        first = next(iter(place_of().catalogue.indices))
        fields = [f"index/{first}/?feld={row}-{column}" for row in range(1, 5) for column in range(1, 4)]
        addresses = [address for address in fields if links(planner, address)]
    else:
        addresses = [view]
    assert addresses
    for address in addresses:
        found = links(planner, address)
        assert found, address
        for link in found:
            assert planner.get(link).status_code == 200, link
        assert links(client, address) == []


@pytest.mark.parametrize("view", ["atlas/zusammenhang/?x=sgb2_quote&y=anteil_65plus&ebene=bezirk", "atlas/teppich/?ebene=bezirk", "atlas/verteilung/?kennzahl=sgb2_quote&ebene=bezirk&jahr=2022-12-31", "atlas/eigenes-gebiet/?ebene=bezirk&gebiete=0102,0103", "atlas/aehnlich/?gebiet=bezirk:0102"])  # fmt: skip
def test_views_of_many_areas_keep_a_finding_by_choice(
    member: Callable[[str, str], Client], client: Client, view: str
) -> None:
    """Every area and indicator that the small form offers opens a finding with a figure of the release."""
    from sozialraum_web.planning.models import Finding

    def offered(reader: Client) -> dict[str, list[str]]:
        page = reader.get(f"/probestadt/{view}", follow=True)
        assert page.status_code == 200
        form = re.search(r'<form[^>]*befunde/neu/".*?</form>', page.content.decode(), re.S)
        if form is None:
            return {}
        found: dict[str, list[str]] = {}
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]):
            found.setdefault(name, []).append(html.unescape(value))
        for name, body in re.findall(r'<select[^>]*name="(\w+)">(.*?)</select>', form[0], re.S):
            found[name] = [html.unescape(value) for value in re.findall(r'value="([^"]*)"', body)]
        return found

    planner = member("probestadt", "sozialplanung")
    choice = offered(planner)
    assert {"gebiet", "kennzahl", "stand"} <= set(choice)
    assert choice["gebiet"]
    for area in choice["gebiet"]:
        query = {"gebiet": area, "kennzahl": choice["kennzahl"][0], **{key: choice[key][0] for key in ("jahr", "stand") if key in choice}}  # fmt: skip
        assert planner.get("/probestadt/planung/befunde/neu/", query).status_code == 200, query
    for indicator in choice["kennzahl"]:
        query = {"gebiet": choice["gebiet"][0], "kennzahl": indicator, "stand": choice["stand"][0]}
        assert planner.get("/probestadt/planung/befunde/neu/", query).status_code == 200, query
    address = f"/probestadt/planung/befunde/neu/?{urlencode(query)}"
    planner.post(address, {"title": "Aus der Ansicht", "visibility": "intern"})
    kept = Finding.objects.get(title="Aus der Ansicht")
    assert (kept.indicator, kept.areas.get().key, kept.release) == (indicator, choice["gebiet"][0], "2025-01")
    assert offered(client) == {}


def test_evidence_cannot_be_typed(member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.planning.models import Finding

    url = "/probestadt/planung/befunde/neu/?kennzahl=sgb2_quote&gebiet=bezirk:0102&jahr=2022-12-31"
    member("probestadt", "sozialplanung").post(
        url, {"title": "T", "value": "99", "period": "2030", "visibility": "intern"}
    )
    row = Finding.objects.get(title="T")
    assert row.value != 99
    assert (row.period, row.release, row.areas.get().code) == ("2022-12-31", "2025-01", "0102")


# -- a town's own list --------------------------------------------------------------------------------------------------


def workbook(rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return target.getvalue()


def upload(client: Client, content: bytes, name: str = "liste.xlsx") -> Any:
    return client.post("/probestadt/planung/massnahmen/liste/", {"datei": SimpleUploadedFile(name, content)})


def test_a_messy_list_is_taken_over_and_back(member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.planning.models import Measure

    client = member("probestadt", "sozialplanung")
    rows = [
        ["Stand 11/2024 (Entwurf)"],
        [],
        ["Nr.", "Maßnahme / Projekt", "Zuständig", "Wo?", "Kosten", "Stand", "Laufzeit", "Bemerkungen"],
        ["Handlungsfeld Kinder"],
        [
            "1",
            "Sprachförderung",
            "51 / Jugendamt",
            "Bahnhof; Nirgendwo",
            "ca. 45 T€",
            "läuft",
            "2023–2025",
            "siehe Mail",
        ],
        ["2", '=HYPERLINK("x")', "", "gesamtstädtisch", "k. A.", "??", "unbefristet", ""],
    ]
    response = upload(client, workbook(rows))
    assert response.status_code == 302
    text = client.get(response["Location"]).content.decode()
    assert "2 Maßnahmen erkannt" in text
    assert "Gebiet „nirgendwo“ nicht erkannt" in text
    mapping = {
        f"spalte-{n}": key
        for n, key in enumerate(["", "titel", "zustaendig", "gebiet", "kosten", "stand", "laufzeit", ""])
    }
    client.post(response["Location"], {**mapping, "uebernehmen": "1"})
    first = Measure.objects.get(number=1)
    assert (first.title, first.responsible.title, first.status, str(first.field)) == (
        "Sprachförderung",
        "Jugendamt",
        "umsetzung",
        "Kinder",
    )
    assert [area.name for area in first.areas.all()] == ["Bahnhof"]
    assert first.original["Bemerkungen"] == "siehe Mail"
    assert float(first.funding.get().amount) == 45000
    client.post(response["Location"], {"uebernehmen": "1"})
    assert Measure.objects.count() == 2
    client.post(response["Location"], {"zurueck": "1"})
    assert Measure.objects.filter(removed=None).count() == 0


def test_a_list_without_known_headings(member: Callable[[str, str], Client]) -> None:
    page = upload(member("probestadt", "sozialplanung"), workbook([["a", "b"], [1, 2]]))
    assert "keine Liste mit Überschriften zu erkennen" in page.content.decode()


def test_a_list_with_twenty_thousand_rows(member: Callable[[str, str], Client]) -> None:
    rows = [["Maßnahme", "Zuständig"], *([f"M {n}", "Amt"] for n in range(20_000))]
    content = "\n".join(";".join(row) for row in rows).encode()
    page = upload(member("probestadt", "sozialplanung"), content, "liste.csv")
    assert "Die Liste hat 20000 Zeilen; übernommen werden bis zu 5000 auf einmal." in page.content.decode()


def test_a_file_that_is_no_list(member: Callable[[str, str], Client]) -> None:
    page = upload(member("probestadt", "sozialplanung"), b"\x89PNG\r\n\x1a\n" + bytes(200), "bild.xlsx")
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


# -- small numbers ------------------------------------------------------------------------------------------------------


def test_small_numbers_of_people_are_shown_nowhere(
    member: Callable[[str, str], Client], client: Client
) -> None:
    """Neither page nor file tells a number below five, nor a share or light from which it follows."""
    import zipfile

    from sozialraum_web.planning.models import LogicStep

    made = planung.fill("probestadt", "Plan", "oeffentlich")
    LogicStep.objects.create(
        measure=made["measure"],
        step=2,
        title="Erreichte Familien",
        aim=50,
        actual=3,
        unit="Familien",
        people=True,
    )
    for reader in (client, member("probestadt", "sozialplanung")):
        page = reader.get("/probestadt/planung/massnahmen/1/").content.decode()
        assert "weniger als 5" in page
        assert 'value="6"' not in page
        content = reader.get("/probestadt/planung/export/planung.json").json()
        steps = content["records"]["massnahmen"][0]["wirkung"]
        hidden = next(step for step in steps if step["title"] == "Erreichte Familien")
        assert (hidden["actual"], hidden["hidden"]) == (None, "weniger als 5")
        with zipfile.ZipFile(
            io.BytesIO(reader.get("/probestadt/planung/export/massnahmen.xlsx").content)
        ) as packed:
            assert "Erreichte Familien" not in packed.read("xl/sharedStrings.xml").decode()
