"""Notices become mails: a real mail server, one that refuses for an hour, quiet hours, digests, links nobody can forge."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import planung
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import Client
from test_bodies import person

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=BERLIN)  # a Wednesday


class Mailbox:
    """What a real server received; it refuses while `away`."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.away = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.away:
            return "451 später"
        content = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(content, EmailMessage)
        self.received.append(content)
        return "250 OK"


@pytest.fixture
def mailbox(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server on a free port, and the site told of it."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=0)
    # aiosmtpd asks the chosen port for a greeting; port 0 is known after the start only
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.port = probe.getsockname()[1]
    server.start()
    for name, value in {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.port, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False, "EMAIL_HOST_USER": ""}.items():  # fmt: skip
        monkeypatch.setattr(settings, name, value)
    yield box
    server.stop()


def tell(
    user: Any, key: str, subject: str = "Neue Aufgabe: Räume klären", kind: str = "aufgabe", **more: Any
) -> Any:
    from sozialraum_web.exchange.services import notify

    town = user.memberships.get().municipality
    return notify(town, user, kind, key, subject, **more)


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_digest_arrives_once_with_everything_in_it(mailbox: Mailbox) -> None:
    from sozialraum_web.exchange.mailing import deliver

    who = person("anna")
    tell(who, "a", text="bis 01.12.2026", path="/probestadt/planung/aufgaben/1/", task=1)
    tell(who, "b", "Fällig: Bericht schreiben", "erinnerung")
    assert tell(who, "b", "Fällig: Bericht schreiben", "erinnerung") is None
    assert deliver(NOON).sent == 1
    assert deliver(NOON).sent == 0
    (mail,) = mailbox.received
    assert mail["To"] == "anna@example.org"
    assert mail["Subject"] == "[Probestadt] 2 Mitteilungen aus der Planung"
    assert mail["List-Unsubscribe"].strip().startswith("<http")
    assert "Räume klären" in body(mail)
    assert "Bericht schreiben" in body(mail)
    assert "Erledigt? http" in body(mail)


def test_the_button_of_the_mail_program_ends_all_mails(mailbox: Mailbox) -> None:
    """RFC 8058: ein POST ohne Cookie und ohne Formular; ein gefälschtes Wort beendet nichts."""
    from django.test import Client

    from sozialraum_web.exchange.mailing import deliver
    from sozialraum_web.exchange.models import Habit

    who = person("anna")
    tell(who, "a")
    deliver(NOON)
    (mail,) = mailbox.received
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = (
        "/" + mail["List-Unsubscribe"].strip().strip("<>").replace("\n", "").replace(" ", "").split("/", 3)[3]
    )
    stranger = Client(enforce_csrf_checks=True)
    once = {"List-Unsubscribe": "One-Click"}
    assert stranger.post(address[:-4] + "abc/", once).status_code == 404
    assert stranger.post(address, {}).status_code == 302
    assert stranger.get(address).status_code == 302
    assert not Habit.objects.filter(user=who).exists()
    assert stranger.post(address, once).status_code == 200
    assert Habit.objects.get(user=who).rhythm == Habit.Rhythm.NEVER
    tell(who, "b")
    assert deliver(NOON).sent == 0


def test_a_server_that_is_away_for_an_hour_loses_nothing_and_doubles_nothing(mailbox: Mailbox) -> None:
    from sozialraum_web.exchange.mailing import deliver
    from sozialraum_web.exchange.models import Notice

    who = person("anna")
    tell(who, "a")
    mailbox.away = True
    assert [deliver(NOON + timedelta(minutes=m)).failed for m in (0, 1, 6, 20, 45)] == [1, 0, 1, 1, 1]
    mailbox.away = False
    assert Notice.objects.get().sent is None
    runs = [deliver(NOON + timedelta(minutes=m)).sent for m in (60, 90, 120, 180)]
    assert sum(runs) == 1
    assert len(mailbox.received) == 1


def test_a_run_that_died_in_between_sends_the_same_message_again(mailbox: Mailbox) -> None:
    """Claimed and never marked: after an hour it goes out, with the same Message-ID as the first would have had."""
    from sozialraum_web.exchange import mailing
    from sozialraum_web.exchange.models import Notice

    who = person("anna")
    tell(who, "a")
    claimed = mailing._claim(who, NOON)
    assert mailing.deliver(NOON + timedelta(minutes=30)).sent == 0
    assert mailing.deliver(NOON + timedelta(hours=2)).sent == 1
    assert mailbox.received[0]["Message-ID"] == claimed[0].batch
    assert Notice.objects.get().sent is not None


def test_a_mail_left_behind_goes_as_it_was_and_news_go_in_another(mailbox: Mailbox) -> None:
    from sozialraum_web.exchange import mailing

    who = person("anna")
    tell(who, "a")
    claimed = mailing._claim(who, NOON)
    tell(who, "b", "Neu dazu")
    for hours in (2, 26):
        mailing.deliver(NOON + timedelta(hours=hours))
    told = {mail["Message-ID"]: body(mail) for mail in mailbox.received}
    assert len(mailbox.received) == len(told) == 2
    assert "Neu dazu" not in told[claimed[0].batch]


def test_who_lost_the_role_gets_nothing_that_still_waited(mailbox: Mailbox) -> None:
    from sozialraum_web.exchange.mailing import deliver
    from sozialraum_web.exchange.models import Notice

    who = person("anna")
    tell(who, "a", text="internes")
    who.memberships.all().delete()
    assert deliver(NOON) == deliver(NOON + timedelta(days=1))
    assert mailbox.received == []
    assert not Notice.objects.exists()


def test_one_bad_address_stops_nobody_else_and_is_given_up(mailbox: Mailbox) -> None:
    from sozialraum_web.accounts.models import User
    from sozialraum_web.exchange.mailing import deliver

    bad, good = person("bad"), person("good")
    User.objects.filter(pk=bad.pk).update(email="bad\n@example.org")
    tell(bad, "a")
    tell(good, "b")
    assert (deliver(NOON).sent, deliver(NOON + timedelta(days=1)).failed) == (1, 0)
    assert [mail["To"] for mail in mailbox.received] == ["good@example.org"]


def test_night_is_quiet_and_invitations_come_by_day(mailbox: Mailbox) -> None:
    from sozialraum_web.exchange.mailing import deliver
    from sozialraum_web.exchange.models import Habit

    who = person("anna")
    Habit.objects.create(user=who, rhythm="woechentlich", quiet_from=time(19), quiet_until=time(7))
    tell(who, "a", "Einladung: Steuerungsgruppe", "einladung")
    tell(who, "b", "Neues zu Rosenhöhe", "neues")
    tonight = NOON.replace(hour=22)
    assert deliver(tonight).sent == 0
    # first digest ever: everything; from then on Mondays, invitations at once
    assert deliver(NOON + timedelta(days=1)).sent == 1
    tell(who, "c", "Neues zu Hafen", "neues")
    tell(who, "d", "Einladung: AG", "einladung")
    assert deliver(NOON + timedelta(days=2)).sent == 1
    assert "Hafen" not in body(mailbox.received[-1])
    assert deliver(datetime(2026, 11, 30, 8, 0, tzinfo=BERLIN)).sent == 1
    assert "Hafen" in body(mailbox.received[-1])


def test_who_wants_no_mails_gets_none_and_finds_all_on_the_page(mailbox: Mailbox) -> None:
    from sozialraum_web.exchange.mailing import deliver
    from sozialraum_web.exchange.models import Habit

    who = person("anna")
    Habit.objects.create(user=who, rhythm="aus")
    tell(who, "a")
    assert deliver(NOON).sent == 0
    client = Client()
    client.force_login(who, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Räume klären" in client.get("/probestadt/planung/mitteilungen/").content.decode()


def test_a_subject_cannot_smuggle_headers(mailbox: Mailbox) -> None:
    from sozialraum_web.exchange.mailing import deliver

    who = person("anna")
    tell(who, "a", "Aufgabe\r\nBcc: alle@example.org")
    deliver(NOON)
    (mail,) = mailbox.received
    assert mail["Bcc"] is None
    assert mail["To"] == "anna@example.org"


@pytest.mark.django_db
def test_only_people_with_a_role_here_are_told() -> None:
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.exchange.services import notify

    stranger = person("fremd", slug="doppelstadt")
    town = Municipality.objects.get(slug="probestadt")
    assert notify(town, stranger, "aufgabe", "a", "Geheim") is None


# -- links in mails ------------------------------------------------------------------------------------------------------


@pytest.fixture
def task(db: None) -> Any:
    """A task of Anna."""
    from sozialraum_web.bodies.models import Task

    planung.meet(planung.fill("probestadt", "Probe"), "Probe", user=person("anna"))
    return Task.objects.get(title="Probe Aufgabe")


def test_one_click_asks_and_then_reports_done(task: Any, client: Client) -> None:
    from sozialraum_web.exchange.mailing import signed
    from sozialraum_web.records.services import history

    url = f"/mitteilungen/{signed('erledigt', task.pk, task.user_id)}/"
    assert "Ist das erledigt?" in client.get(url).content.decode()
    task.refresh_from_db()
    assert task.state == "offen"  # programs that look at links in mails change nothing
    for _again in range(2):
        assert client.post(url).status_code == 200
    task.refresh_from_db()
    assert task.state == "erledigt"
    assert history(task).filter(action="geändert").count() == 1


def test_forged_stale_and_misused_words_lead_nowhere(
    task: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum_web.exchange import mailing

    good = mailing.signed("erledigt", task.pk, task.user_id)
    other = person("ben", "traeger")
    wrong = [
        "unsinn", "1.2.3", good[:-1] + ("a" if good[-1] != "a" else "b"), good.replace(str(task.pk), str(task.pk + 1), 1),
        mailing.signed("anderes", task.pk, task.user_id), mailing.signed("erledigt", task.pk, other.pk), mailing.signed("erledigt", task.pk, 999_999),
    ]  # fmt: skip
    for word in wrong:
        assert client.post(f"/mitteilungen/{word}/").status_code == 404, word
    monkeypatch.setattr(mailing, "LINK_DAYS", -1)
    assert client.post(f"/mitteilungen/{good}/").status_code == 404
    task.refresh_from_db()
    assert task.state == "offen"


def test_leaving_the_mails_works_without_logging_in(task: Any, client: Client) -> None:
    from sozialraum_web.exchange.mailing import signed
    from sozialraum_web.exchange.models import Habit

    url = f"/mitteilungen/{signed('abmelden', task.user_id)}/"
    assert "Wie oft" in client.get(url).content.decode()
    client.post(url, {"rhythm": "aus", "quiet_from": "19:00", "quiet_until": "07:00"})
    assert Habit.objects.get(user=task.user).rhythm == "aus"


# -- reminders -----------------------------------------------------------------------------------------------------------


def test_reminders_come_before_on_and_after_the_day_and_not_twice(task: Any) -> None:
    from sozialraum_web.bodies.services.tasks import remind
    from sozialraum_web.exchange.models import Notice

    due = task.due
    told = [remind(due + timedelta(days=day)) for day in (-5, -3, -2, 0, 0, 1, 2, 6, 7, 8)]
    assert told == [0, 1, 0, 1, 0, 1, 0, 0, 1, 0]
    subjects = list(Notice.objects.filter(kind="erinnerung").values_list("subject", flat=True))
    assert subjects[0] == "Fällig am 01.01.2026: Probe Aufgabe"
    assert subjects[-1] == "Überfällig seit 01.01.2026: Probe Aufgabe"


# -- comments and subscriptions ------------------------------------------------------------------------------------------


def test_a_mention_reaches_only_those_who_may_read(db: None, member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.exchange.models import Comment, Notice

    planung.fill("probestadt", "Probe")
    anna, provider = person("anna"), person("tom", "traeger")
    client = member("probestadt", "sozialplanung")
    client.post("/probestadt/planung/massnahmen/1/kommentar/", {"text": "@Anna @tom bitte ansehen <script>"})
    assert [row.user for row in Notice.objects.all()] == [anna]
    assert provider not in Comment.objects.get().mentions.all()
    page = client.get("/probestadt/planung/massnahmen/1/").content.decode()
    assert "bitte ansehen &lt;script&gt;" in page
    assert "Kommentare" in page


def test_only_the_author_takes_a_comment_back(db: None, member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.exchange.models import Comment

    planung.fill("probestadt", "Probe")
    author, other = member("probestadt", "sozialplanung"), member("probestadt", "fachplanung")
    author.post("/probestadt/planung/bedarfe/1/kommentar/", {"text": "Stimmt das noch?"})
    row = Comment.objects.get()
    other.post(f"/probestadt/planung/kommentare/{row.pk}/zuruecknehmen/")
    row.refresh_from_db()
    assert row.removed is None
    author.post(f"/probestadt/planung/kommentare/{row.pk}/zuruecknehmen/")
    assert "Stimmt das noch?" not in other.get("/probestadt/planung/bedarfe/1/").content.decode()


def test_what_the_public_reads_has_no_comments(
    db: None, client: Client, member: Callable[[str, str], Client]
) -> None:
    planung.fill("probestadt", "Probe", "oeffentlich")
    member("probestadt", "sozialplanung").post(
        "/probestadt/planung/massnahmen/1/kommentar/", {"text": "nur für uns"}
    )
    assert "nur für uns" not in client.get("/probestadt/planung/massnahmen/1/").content.decode()
    assert client.post("/probestadt/planung/massnahmen/1/kommentar/", {"text": "x"}).status_code == 302
