"""Money per area beside need: split evenly, added up into larger areas, never more or less than there is."""

from __future__ import annotations

from typing import Any

import planung
import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Any:
    from sozialraum_web.accounts.models import Membership, User
    from sozialraum_web.planning.permissions import Reader

    made = planung.fill("probestadt", "Plan")
    person = User.objects.create_user("planung@example.org")
    Membership.objects.create(user=person, municipality=made["place"].municipality, role="sozialplanung")
    return made["place"], Reader(person, made["place"].municipality)


def spend(place: Any, areas: list[str], amount: float) -> None:
    from sozialraum_web.planning.models import Funding, Measure
    from sozialraum_web.records.areas import areas_of_keys
    from sozialraum_web.records.services import create

    data = {"title": "M", "areas": areas_of_keys(place, areas)}
    measure = create(Measure, place.municipality, None, data)
    Funding.objects.create(measure=measure, year=2026, amount=amount)


def test_money_is_split_and_added_up(reader: Any) -> None:
    from sozialraum_web.planning.money import compare, per_area

    place, person = reader
    spend(place, ["bezirk:0101", "bezirk:0105"], 1000)
    spend(place, ["stadtteil:01"], 300)
    spend(place, [], 50)
    assert per_area(place, person, 2026, "bezirk") == {"0101": 500, "0105": 500, "": 350}
    assert per_area(place, person, 2026, "stadtteil") == {"01": 800, "02": 500, "": 50}
    found = compare(place, person, 2026, "stadtteil", "sgb2_quote")
    assert sum(line.euros for line in found.lines) + found.citywide == found.total == 1350


def test_residents_that_are_hidden_give_no_amount_per_head(reader: Any) -> None:
    from sozialraum_web.planning.money import compare

    place, person = reader
    lines = compare(place, person, 2026, "bezirk", "sgb2_quote").lines
    assert all((line.per_head is None) == (line.residents is None) for line in lines)


def test_the_class_of_the_newest_index_stands_beside_the_money(reader: Any) -> None:
    from sozialraum_web.monitoring import queries
    from sozialraum_web.planning.money import compare, newest_index

    place, person = reader
    told = 0
    for level in place.catalogue.version().levels:
        index = newest_index(place, level.id)
        found = compare(place, person, 2026, level.id, "sgb2_quote")
        assert found.index == index
        if index is None:
            assert {line.index_class for line in found.lines} == {""}
            continue
        rows = queries.layer(
            place.release.folder, f"{index.id}_status", index.version, level.id, index.period
        )
        for line in found.lines:
            published = rows.get(line.area.code)
            assert line.index_class == ((published.class_ or "") if published else "")
            told += bool(line.index_class)
    assert told


def test_the_action_plan_comes_in_three_formats(client: Client) -> None:
    planung.fill("probestadt", "Plan", "oeffentlich")
    for ending, start in (("pdf", b"%PDF-1."), ("docx", b"PK"), ("xlsx", b"PK")):
        response = client.get(f"/probestadt/planung/export/aktionsplan.{ending}")
        assert response.status_code == 200
        assert response.content.startswith(start)
    assert client.get("/probestadt/planung/export/aktionsplan.exe").status_code == 404


def test_the_calendar_names_open_dates(client: Client) -> None:
    planung.fill("probestadt", "Plan", "oeffentlich")
    text = client.get("/probestadt/planung/export/termine.ics").content.decode()
    assert "SUMMARY:Plan Maßnahme: Plan Meilenstein" in text
    assert "DTSTART;VALUE=DATE:20250101" in text
