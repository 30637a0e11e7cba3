"""Rights in one table, the view of another role, releases that two people show, roll-back, who to ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import planung
import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from test_bodies import person

ROOT = Path(__file__).parents[2]


def log_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


# -- the table -----------------------------------------------------------------------------------------------------------


def test_the_handbook_says_what_the_predicates_say() -> None:
    from sozialraum_web.portal.rights import handbook

    page = (ROOT / "docs" / "betrieb" / "rechte.md").read_text(encoding="utf-8")
    assert page == handbook(), "docs/betrieb/erzeugen.py writes it anew"


@pytest.mark.django_db
def test_the_table_asks_as_a_real_person_would_be_answered() -> None:
    """The made-up readers of the table answer as accounts with that role do."""
    from sozialraum_web.accounts.models import Municipality, Role
    from sozialraum_web.planning.permissions import Reader
    from sozialraum_web.portal.rights import ROWS, asked

    town = Municipality.objects.get(slug="probestadt")
    for role in Role:
        real = Reader(person(role.value, role.value), town)
        made = asked(role)
        assert [predicate(real) for _, _, predicate in ROWS] == [
            predicate(made) for _, _, predicate in ROWS
        ], role


@pytest.mark.django_db
def test_who_acts_for_a_department_acts_for_what_belongs_to_it() -> None:
    from sozialraum_web.organisations.models import Organisation
    from sozialraum_web.planning.permissions import Reader
    from sozialraum_web.records import services as records

    head, town = person("dora", "fachamt"), planung.place_of("probestadt").municipality
    above = records.create(Organisation, town, None, {"title": "Dezernat", "people": [head]})
    middle = records.create(Organisation, town, None, {"title": "Amt", "parent": above})
    below = records.create(Organisation, town, None, {"title": "Abteilung", "parent": middle})
    beside = records.create(Organisation, town, None, {"title": "Anderes Amt"})
    # a circle does not hang
    above.parent = below
    above.save()
    assert Reader(head, town).organisations == {above.pk, middle.pk, below.pk}
    assert beside.pk not in Reader(head, town).organisations


# -- the view of another role --------------------------------------------------------------------------------------------


def test_a_planner_sees_what_others_see_and_changes_nothing(db: None) -> None:
    planung.fill("probestadt", "Plan")
    client = log_in(person("anna"))
    client.post("/probestadt/ansicht/", {"rolle": "niemand"})
    page = client.get("/probestadt/planung/").content.decode()
    assert "Sie sehen Probestadt so" in page
    assert client.get("/probestadt/planung/massnahmen/1/").status_code == 404
    assert client.get("/probestadt/planung/mittel/").status_code == 403
    refused = client.post("/probestadt/planung/aufgaben/neu/", {"title": "x"})
    assert (refused.status_code, "nichts ändern" in refused.content.decode()) == (403, True)
    client.post("/probestadt/ansicht/beenden/")
    assert client.get("/probestadt/planung/massnahmen/1/").status_code == 200


def test_nobody_reads_more_through_a_view(db: None) -> None:
    """The administration has no right to internal figures and plans, so it cannot borrow one."""
    planung.fill("internstadt", "Plan")
    client = log_in(person("alex", "administration", "internstadt"))
    for role in ("sozialplanung", "statistik", "leitung", "politik", "unsinn", ""):
        assert client.post("/internstadt/ansicht/", {"rolle": role}).status_code == 403, role
    assert client.post("/internstadt/ansicht/", {"rolle": "traeger"}).status_code == 302
    assert client.get("/internstadt/planung/").status_code == 404


def test_a_view_ends_with_the_right_and_is_on_record(db: None) -> None:
    from sozialraum_web.records.models import Change

    planner = person("anna")
    client = log_in(planner)
    client.post("/probestadt/ansicht/", {"rolle": "traeger"})
    assert Change.objects.filter(kind="ansicht", actor=planner).count() == 1
    planner.memberships.update(role="traeger")
    assert "Sie sehen" not in client.get("/probestadt/").content.decode()
    assert "ansicht" not in client.session


def test_pages_seen_through_a_view_are_never_kept(db: None) -> None:
    client = log_in(person("anna"))
    client.post("/probestadt/ansicht/", {"rolle": "niemand"})
    for url in ("/probestadt/", "/probestadt/atlas/", "/probestadt/planung/"):
        assert "no-store" in client.get(url)["Cache-Control"], url
    assert "Sie sehen" not in Client().get("/probestadt/atlas/").content.decode()


# -- two people ----------------------------------------------------------------------------------------------------------


def test_what_becomes_public_needs_a_second_person(db: None) -> None:
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.monitoring.models import Release
    from sozialraum_web.monitoring.services import choose

    town = Municipality.objects.get(slug="probestadt")
    town.four_eyes = True
    town.save()
    row = Release.objects.get(municipality=town)
    first, second = person("sabine", "statistik"), person("anna")
    assert choose(row, first) is False
    assert choose(row, first) is False  # the same person twice is still one person
    waiting = "Freigaben, die auf die zweite Person warten"
    client = log_in(second)
    assert waiting in client.get("/probestadt/planung/aufgaben/").content.decode()
    assert waiting not in log_in(first).get("/probestadt/planung/aufgaben/").content.decode()
    Release.objects.filter(pk=row.pk).update(current=False)
    row.refresh_from_db()
    assert (row.current, row.proposed_by) == (False, first)
    assert "bestätigen" in client.get("/probestadt/freigaben/").content.decode()
    client.post(f"/probestadt/freigaben/{row.name}/zeigen/")
    row.refresh_from_db()
    assert (row.current, row.confirmed_by, row.proposed_by) == (True, second, None)


def test_an_import_waits_for_the_second_person(db: None, folders: dict[str, list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    import probestadt
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.monitoring.services import import_release

    Municipality.objects.filter(slug="probestadt").update(four_eyes=True)
    newer = probestadt.write(
        tmp_path / "neu", probestadt.Town(release="2026-07", created="2026-11-23T10:00:00+00:00")
    )
    done = import_release(newer)
    assert not done.release.current
    assert "weiterhin eine andere Freigabe" in done.text


# -- the record ----------------------------------------------------------------------------------------------------------


def test_a_record_goes_back_to_an_earlier_version_and_the_way_stays_on_record(db: None) -> None:
    from sozialraum_web.records import services as records

    made = planung.fill("probestadt", "Plan")
    measure = made["measure"]
    measure.refresh_from_db()
    kept = measure.version
    records.change(measure, None, {"title": "Neu", "target_group": "alle"}, None)
    records.change(measure, None, {"areas": []}, None)
    client = log_in(person("anna"))
    client.post(f"{measure.address}zuruecksetzen/", {"fassung": kept})
    measure.refresh_from_db()
    assert (measure.title, measure.target_group, measure.areas.count()) == ("Plan Maßnahme", "", 1)
    assert records.history(measure).first().note == f"zurückgesetzt auf Fassung {kept}"
    for wrong in ("0", "99", "-1", "x", ""):
        client.post(f"{measure.address}zuruecksetzen/", {"fassung": wrong})
    measure.refresh_from_db()
    assert measure.title == "Plan Maßnahme"


def test_the_trail_names_roles_and_changes(db: None) -> None:
    planung.fill("probestadt", "Plan")
    admin = log_in(person("alex", "administration"))
    admin.post("/probestadt/mitglieder/", {"email": "neu@example.org", "name": "Neu", "role": "fachplanung"})
    page = admin.get("/probestadt/planung/verlauf/?art=rollen").content.decode()
    assert "Neu hat jetzt die Rolle Fachplanung" in page
    assert "Plan Maßnahme" not in page
    assert "Plan Maßnahme" in admin.get("/probestadt/planung/verlauf/?art=massnahmen").content.decode()
    assert admin.get("/probestadt/planung/verlauf/?wer=unsinn&seite=99999").status_code == 200


# -- invitations and the second factor -----------------------------------------------------------------------------------


def test_an_invitation_goes_by_mail_and_holds_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.example.org")
    admin = log_in(person("alex", "administration"))
    page = admin.post(
        "/probestadt/mitglieder/", {"email": "neu@example.org", "name": "Neu", "role": "fachplanung"}
    )
    assert "per Mail" in page.content.decode()
    assert "reset" not in page.content.decode()
    (letter,) = mail.outbox
    link = next(word for word in str(letter.body).split() if word.startswith("http"))
    path = link.partition("testserver")[2]
    guest = Client()
    form = guest.get(path, follow=True)
    assert form.status_code == 200
    sent = guest.post(form.request["PATH_INFO"], {"password1": "ein gutes langes Wort 7", "password2": "ein gutes langes Wort 7"})  # fmt: skip
    assert sent.status_code == 302
    assert "password1" not in Client().get(path, follow=True).content.decode()
    forged = path[:-4] + "aaaa/"
    assert "password1" not in Client().get(forged, follow=True).content.decode()


def test_a_town_that_asks_for_a_second_factor_gets_it(db: None) -> None:
    from sozialraum_web.accounts.models import Municipality

    Municipality.objects.filter(slug="probestadt").update(second_factor=True)
    client = log_in(person("anna"))
    response = client.get("/probestadt/planung/")
    assert (response.status_code, response["Location"].startswith("/konto/zweifaktor/")) == (302, True)
    assert client.get(response["Location"], follow=True).status_code == 200
    assert Client().get("/probestadt/").status_code == 200


# -- who to ask ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def contact(db: None) -> Any:
    """Somebody in charge."""
    from sozialraum_web.portal.models import Contact

    town = planung.place_of("probestadt").municipality
    return Contact.objects.create(
        municipality=town, name="Sozialplanung", topic="Sozialbericht", mail="innen@example.org"
    )


def ask(client: Client, contact: Any, **given: str) -> Any:
    from sozialraum_web.portal import contacts

    url = f"/probestadt/ansprechpersonen/{contact.pk}/frage/"
    return client.post(url, {"text": "Wann kommt der Bericht?", "stempel": contacts.stamp(), **given})


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time to read the form has passed."""
    from sozialraum_web.portal import contacts

    monkeypatch.setattr(contacts, "FASTEST", 0)


def test_a_question_reaches_the_mailbox_and_is_deleted_on_its_date(
    client: Client, contact: Any, patient: None
) -> None:
    from sozialraum_web.portal import contacts
    from sozialraum_web.portal.models import Enquiry

    assert "innen@example.org" not in client.get("/probestadt/ansprechpersonen/").content.decode()
    assert ask(client, contact, reply="ich@example.org").status_code == 302
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["innen@example.org"], ["ich@example.org"])
    row = Enquiry.objects.get()
    contacts.delete_past(row.until)
    assert Enquiry.objects.exists()
    contacts.delete_past(row.until + timedelta(days=1))
    assert not Enquiry.objects.exists()


def test_programs_are_kept_out_without_knowing_who_asks(client: Client, contact: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from sozialraum_web.portal import contacts
    from sozialraum_web.portal.models import Enquiry

    assert "sehr schnell" in ask(client, contact).content.decode()
    monkeypatch.setattr(contacts, "FASTEST", 0)
    assert "nach einem Programm" in ask(client, contact, website="http://spam.example").content.decode()
    assert "nicht von dieser Seite" in ask(client, contact, stempel="1234:unsinn").content.decode()
    assert not Enquiry.objects.exists()
    answers = [ask(client, contact).status_code for _ in range(contacts.MOST_PER_HOUR + 2)]
    assert answers == [302] * contacts.MOST_PER_HOUR + [200, 200]
    assert Enquiry.objects.count() == contacts.MOST_PER_HOUR


def test_the_limit_holds_for_an_hour_and_in_every_process(contact: Any, patient: None) -> None:
    """What one process counted the next one knows; an hour later nothing is left of it."""
    from django.core.cache import cache

    from sozialraum_web.portal import contacts
    from sozialraum_web.portal.models import Attempt

    now = timezone.now()
    for _ in range(contacts.MOST_PER_HOUR):
        assert not contacts.refusal(contacts.stamp(), "", "192.0.2.7", contact, now)
        cache.clear()  # another process: its memory is empty
    assert contacts.refusal(contacts.stamp(), "", "192.0.2.7", contact, now)
    assert not contacts.refusal(contacts.stamp(), "", "192.0.2.8", contact, now), "others are not concerned"
    assert not any("192" in row.key for row in Attempt.objects.all())
    contacts.turn(now + timedelta(hours=1))
    assert not Attempt.objects.exists()


def test_behind_a_web_server_the_reader_counts_not_the_server(client: Client, contact: Any, patient: None, settings: Any) -> None:  # fmt: skip
    from django.test import RequestFactory

    from sozialraum_web.accounts.client import address

    request = RequestFactory().get(
        "/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}
    )
    assert address(request) == "127.0.0.1", "without a web server in front the head is a claim of the client"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address(request) == "192.0.2.7", "the last one is what the web server saw; those before are claims"
    assert address(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1")) == "127.0.0.1"


def test_a_mail_server_that_is_away_delays_a_question(client: Client, contact: Any, patient: None, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from django.core.mail import EmailMessage

    from sozialraum_web.portal import contacts
    from sozialraum_web.portal.models import Enquiry

    def away(_self: Any, *_args: Any) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", away)
        assert ask(client, contact).status_code == 302
    assert Enquiry.objects.get().sent is None
    assert contacts.turn(timezone.now()) == (1, 0)
    assert contacts.turn(timezone.now()) == (0, 0)
    assert len(mail.outbox) == 1


def test_only_those_in_charge_change_the_list(member: Callable[[str, str], Client], contact: Any) -> None:
    data = {
        "name": "X",
        "topic": "Y",
        "scope": "land",
        "region": "koeln",
        "mail": "x@example.org",
        "position": "1",
    }
    assert member("probestadt", "traeger").post("/probestadt/ansprechpersonen/neu/", data).status_code == 403
    client = member("probestadt", "sozialplanung")
    assert client.post("/probestadt/ansprechpersonen/neu/", data).status_code == 302
    assert "Regierungsbezirk Köln" in client.get("/probestadt/ansprechpersonen/").content.decode()
    foreign = member("doppelstadt", "sozialplanung")
    assert foreign.get(f"/doppelstadt/ansprechpersonen/{contact.pk}/aendern/").status_code == 404
    assert foreign.get(f"/doppelstadt/ansprechpersonen/{contact.pk}/frage/").status_code == 404
