"""Writing together: numbers, versions, merging, conflicts, undo, drafts; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import planung
import pytest
from django.test import Client

from sozialraum.errors import SozialraumError

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure() -> object:
    return planung.fill("probestadt", "Plan")["measure"]


def test_numbers_count_per_municipality() -> None:
    one, other = planung.fill("probestadt", "A")["measure"], planung.fill("doppelstadt", "B")["measure"]
    assert (one.number, other.number) == (1, 1)
    assert one.address == "/probestadt/planung/massnahmen/1/"


def test_two_people_on_different_fields_are_merged(measure: object) -> None:
    from sozialraum_web.records.services import change

    change(measure, None, {"title": "Erste Fassung"}, version=1)
    written = change(measure, None, {"target_group": "Familien", "title": "Plan Maßnahme"}, version=1)
    assert (written.record.title, written.record.target_group) == ("Erste Fassung", "Familien")
    assert written.merged == ("title",)


def test_two_people_on_one_field_are_told_both_versions(measure: object) -> None:
    from sozialraum_web.records.services import ConflictError, change

    change(measure, None, {"title": "Erste Fassung"}, version=1)
    with pytest.raises(ConflictError) as caught:
        change(measure, None, {"title": "Zweite Fassung", "target_group": "Familien"}, version=1)
    (difference,) = caught.value.differences
    assert (difference.label, difference.theirs, difference.mine) == (
        "Maßnahme",
        "Erste Fassung",
        "Zweite Fassung",
    )
    measure.refresh_from_db()
    assert (measure.title, measure.target_group) == ("Erste Fassung", "")


def test_a_decided_conflict_is_written(measure: object) -> None:
    from sozialraum_web.records.services import change

    change(measure, None, {"title": "Erste Fassung", "text": "neu"}, version=1)
    change(measure, None, {"title": "Zweite Fassung"}, version=1, touched=frozenset({"title"}))
    measure.refresh_from_db()
    assert (measure.title, measure.text) == ("Zweite Fassung", "neu")


def test_the_page_shows_both_versions_and_keeps_what_was_typed(member: Callable[[str, str], Client]) -> None:
    planung.fill("probestadt", "Plan")
    client, url = member("probestadt", "sozialplanung"), "/probestadt/planung/massnahmen/1/aendern/"
    base = {"title": "Plan Maßnahme", "status": "umsetzung", "version": 1, "visibility": "intern"}
    assert client.post(url, {**base, "title": "Erste Fassung"}).status_code == 302
    page = client.post(url, {**base, "title": "Zweite Fassung"})
    text = page.content.decode()
    assert page.status_code == 409
    assert "Erste Fassung" in text
    assert 'value="Zweite Fassung"' in text
    assert '<input type="hidden" name="entschieden" value="title">' in text
    assert client.post(url, {**base, "title": "Dritte Fassung", "entschieden": "title"}).status_code == 302


def test_undo_and_its_limits(measure: object) -> None:
    from sozialraum_web.records.services import change, remove, undo

    first = change(measure, None, {"title": "Neu"}).change
    second = change(measure, None, {"title": "Neuer"}).change
    with pytest.raises(SozialraumError, match="danach noch einmal geändert"):
        undo(first, None)
    undo(second, None)
    measure.refresh_from_db()
    assert measure.title == "Neu"
    with pytest.raises(SozialraumError, match="bereits zurückgenommen"):
        undo(second, None)
    gone = remove(measure, None)
    undo(gone, None)
    measure.refresh_from_db()
    assert measure.removed is None


def test_links_are_undone_too(measure: object) -> None:
    from sozialraum_web.records.services import change, undo

    entry = change(measure, None, {"areas": []}).change
    assert measure.areas.count() == 0
    undo(entry, None)
    assert measure.areas.count() == 1


def test_every_change_is_on_record(member: Callable[[str, str], Client], measure: object) -> None:
    from sozialraum_web.records.models import Change

    client = member("probestadt", "sozialplanung")
    client.post("/probestadt/planung/massnahmen/1/meilensteine/neu/", {"title": "Start", "due": "2030-01-01"})
    client.post(
        "/probestadt/planung/massnahmen/mehrere/", {"nr": ["1"], "stand": "betrieb", "grund": "läuft"}
    )
    entries = list(Change.objects.filter(kind="massnahmen", record_id=measure.pk).order_by("id"))
    assert entries[-1].before == {"status": "umsetzung"}
    assert entries[-1].after == {"status": "betrieb"}
    assert (entries[-1].note, str(entries[-1].actor)) == ("läuft", "sozialplanung@probestadt.example")
    assert entries[-2].note == "Meilenstein ergänzt: Start"


def test_drafts_are_kept_shown_and_forgotten(member: Callable[[str, str], Client], measure: object) -> None:
    from sozialraum_web.records.models import Draft

    client, url = member("probestadt", "sozialplanung"), "/probestadt/planung/massnahmen/1/aendern/"
    data = {"entwurf": url, "title": "Halb getippt", "status": "umsetzung", "version": "1"}
    assert client.post("/probestadt/planung/entwurf/", data).json() == {"kept": True}
    assert 'value="Halb getippt"' in client.get(url).content.decode()
    measure.refresh_from_db()
    assert measure.title == "Plan Maßnahme"
    client.post(url, {"title": "Fertig", "status": "umsetzung", "version": 1, "visibility": "intern"})
    assert not Draft.objects.exists()
    assert Client().post("/probestadt/planung/entwurf/", data).status_code == 403


def test_deletion_dates_and_the_persons_own_export(
    member: Callable[[str, str], Client], measure: object
) -> None:
    """Names go after three years, drafts after thirty days, removed records after a year; newer ones stay."""
    from datetime import timedelta

    from django.utils import timezone

    from sozialraum_web.accounts.models import User
    from sozialraum_web.planning.models import Measure
    from sozialraum_web.planning.retention import KINDS, delete_expired
    from sozialraum_web.records.models import Change, Draft
    from sozialraum_web.records.services import change, remove

    client = member("probestadt", "sozialplanung")
    user = User.objects.get(email="sozialplanung@probestadt.example")
    change(measure, user, {"title": "Von mir"})
    Draft.objects.create(municipality=measure.municipality, user=user, key="x", data={"title": ["a"]})
    own = client.get("/probestadt/planung/meine-daten.json").json()
    assert [row["titel"] for row in own["aenderungen"]] == ["Von mir"]
    assert own["entwuerfe"][0]["eingaben"] == {"title": ["a"]}
    now = timezone.now()
    delete_expired(now)
    assert Change.objects.filter(actor=user).exists()
    delete_expired(now + timedelta(days=31))
    assert not Draft.objects.exists()
    remove(measure, user)
    delete_expired(now + timedelta(days=366))
    assert not Measure.objects.filter(pk=measure.pk).exists()
    delete_expired(now + timedelta(days=1096))
    assert not Change.objects.filter(actor=user).exists()
    page = client.get("/probestadt/planung/personendaten/").content.decode()
    assert all(str(kind.label) in page for kind in KINDS)
