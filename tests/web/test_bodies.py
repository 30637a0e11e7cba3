"""Bodies from invitation to approved minutes: what is written, refused, told; two people at one record; clocks that change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import planung
import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from sozialraum.errors import SozialraumError

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def made(db: None) -> dict[str, Any]:
    """The chain in Probestadt."""
    return planung.fill("probestadt", "Probe")


def person(name: str, role: str = "sozialplanung", slug: str = "probestadt") -> Any:
    from sozialraum_web.accounts.models import Membership, Municipality, User

    user = User.objects.create_user(f"{name}@example.org", name=name.title())
    Membership.objects.create(user=user, municipality=Municipality.objects.get(slug=slug), role=role)
    return user


def confirmed(need: Any) -> Any:
    from sozialraum_web.planning.services.findings import decide_need

    decide_need(need, None, "bestaetigt", date.today(), "AG Sozialmonitoring", "Die Zahlen zeigen es.")  # noqa: DTZ011
    need.refresh_from_db()
    return need


# -- series and clocks ---------------------------------------------------------------------------------------------------


def test_a_series_keeps_its_time_on_the_clock_over_both_changes() -> None:
    from sozialraum_web.bodies.services.meetings import wall_times

    found = wall_times(datetime(2026, 9, 30, 14, 30, tzinfo=BERLIN), "monat", 8)
    assert [f"{timezone.localtime(moment):%d.%m. %H:%M}" for moment in found] == [
        "30.09. 14:30", "30.10. 14:30", "30.11. 14:30", "30.12. 14:30", "30.01. 14:30", "28.02. 14:30", "30.03. 14:30", "30.04. 14:30",
    ]  # fmt: skip
    assert {moment.utcoffset() for moment in found} == {timedelta(hours=1), timedelta(hours=2)}


def test_a_time_the_clock_skips_becomes_the_hour_after() -> None:
    from sozialraum_web.bodies.services.meetings import wall_times

    found = wall_times(datetime(2026, 3, 22, 2, 30, tzinfo=BERLIN), "woche", 2)
    assert f"{timezone.localtime(found[1]):%d.%m. %H:%M}" == "29.03. 03:30"


def test_a_meeting_moved_over_the_change_of_clocks_keeps_its_hour(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.documents import calendar
    from sozialraum_web.bodies.services import meetings

    start = datetime(2027, 3, 24, 9, 0, tzinfo=BERLIN)
    row = planung.meet(made, "Probe", start=start)["meeting"]
    moved = meetings.change_meeting(
        row, None, {"start": datetime(2027, 3, 31, 9, 0, tzinfo=BERLIN)}, None
    ).record
    event = Calendar.from_ical(calendar([moved], "https://example.org")).walk("VEVENT")[0]
    assert event["DTSTART"].dt.astimezone(BERLIN) == datetime(2027, 3, 31, 9, 0, tzinfo=BERLIN)
    assert event["SEQUENCE"] == moved.version
    assert f"{moved.local:%H:%M}" == "09:00"


# -- inviting ------------------------------------------------------------------------------------------------------------


def test_inviting_tells_everything_that_is_missing_at_once(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.services import meetings

    row = planung.meet(made, "Probe")["meeting"]
    row.items.all().delete()
    row.body.members.all().delete()
    with pytest.raises(SozialraumError) as stopped:
        meetings.invite(row, None, timezone.now())
    assert [finding.message for finding in stopped.value.findings] == [
        "Die Sitzung hat schon begonnen.",
        "Die Tagesordnung ist leer.",
        "Das Gremium hat an diesem Tag keine Mitglieder.",
    ]


def test_a_short_notice_needs_a_confirmation_and_leaves_a_trace(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.services import meetings
    from sozialraum_web.exchange.models import Notice
    from sozialraum_web.records.services import history

    member = person("vera", "politik")
    row = planung.meet(made, "Probe", start=timezone.now() + timedelta(days=2), user=member)["meeting"]
    with pytest.raises(SozialraumError, match="Geschäftsordnung verlangt 7"):
        meetings.invite(row, None, timezone.now())
    assert meetings.invite(row, None, timezone.now(), short=True) == 1
    row.refresh_from_db()
    assert row.state == "eingeladen"
    assert history(row).first().note == "eingeladen mit kurzer Frist"
    notice = Notice.objects.get(user=member)
    assert "1. Begrüßung" in notice.text
    # inviting again tells nobody twice
    assert meetings.invite(row, None, timezone.now(), short=True) == 0


def test_a_moved_meeting_is_told_and_answers_are_asked_again(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.services import meetings
    from sozialraum_web.exchange.models import Notice

    member = person("vera", "politik")
    row = planung.meet(made, "Probe", start=timezone.now() + timedelta(days=20), user=member)["meeting"]
    meetings.invite(row, None, timezone.now())
    answer = row.attendance.get()
    meetings.answer(answer, "zugesagt")
    row.refresh_from_db()
    meetings.change_meeting(row, None, {"place": "Bürgerhaus"}, None)
    assert list(Notice.objects.filter(user=member).values_list("subject", flat=True)) == ["Einladung: Probe Sitzung", "Verlegt: Probe Sitzung"]  # fmt: skip
    answer.refresh_from_db()
    assert answer.state == "offen"


def test_terms_decide_who_is_invited(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.models import Member
    from sozialraum_web.bodies.services.meetings import serving

    body = planung.meet(made, "Probe")["body"]
    Member.objects.create(body=body, name="gestern gegangen", until=date(2026, 11, 24))
    Member.objects.create(body=body, name="kommt morgen", since=date(2026, 11, 26))
    assert [row.name for row in serving(body, date(2026, 11, 25))] == ["Probe Mitglied"]


def test_bodies_never_report_to_themselves(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.services.meetings import check_parent, found_body

    above = planung.meet(made, "Probe")["body"]
    below = found_body(above.municipality, None, {"title": "AG", "parent": above})
    with pytest.raises(SozialraumError, match="an sich selbst"):
        check_parent(above, below)


# -- minutes -------------------------------------------------------------------------------------------------------------


def test_two_people_on_one_point_lose_nothing(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.services.meetings import MinutesConflictError, write_minutes

    item, anna, ben = planung.meet(made, "Probe")["item"], person("anna"), person("ben")
    first = write_minutes(item, anna, "Anna schreibt", item.edition)
    with pytest.raises(MinutesConflictError) as stopped:
        write_minutes(item, ben, "Ben schreibt", item.edition)
    assert (stopped.value.item.record, stopped.value.mine) == ("Anna schreibt", "Ben schreibt")
    joined = write_minutes(item, ben, "Anna schreibt\nBen schreibt", first.edition)
    item.refresh_from_db()
    assert (item.record, item.edition) == ("Anna schreibt\nBen schreibt", joined.edition)


def test_the_page_shows_both_versions_of_the_minutes(
    made: dict[str, Any], member: Callable[[str, str], Client]
) -> None:
    from sozialraum_web.bodies.services.meetings import write_minutes

    told = planung.meet(made, "Probe")
    item, client = told["item"], member("probestadt", "sozialplanung")
    write_minutes(item, person("anna"), "Fassung von Anna", item.edition)
    url = f"{told['meeting'].address}protokoll/{item.pk}/"
    page = client.post(url, {"text": "Meine Fassung", "fassung": item.edition})
    assert page.status_code == 409
    text = page.content.decode()
    assert "Fassung von Anna" in text
    assert "Meine Fassung" in text
    quiet = client.post(
        url, {"text": "Meine Fassung", "fassung": item.edition}, headers={"accept": "application/json"}
    )
    assert (quiet.status_code, quiet.json()["by"]) == (409, "Anna")


def test_approved_minutes_are_closed(made: dict[str, Any], member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.bodies.services import meetings

    told = planung.meet(made, "Probe")
    row = told["meeting"]
    meetings.close(row, None, timezone.now())
    row.refresh_from_db()
    meetings.approve(row, None)
    client = member("probestadt", "sozialplanung")
    url = f"{row.address}protokoll/{told['item'].pk}/"
    assert client.post(url, {"text": "nachträglich", "fassung": told["item"].edition}).status_code == 403
    assert client.get(f"{row.address}beschliessen/").status_code == 403


def test_minutes_are_public_only_when_approved(made: dict[str, Any], client: Client) -> None:
    from sozialraum_web.bodies.services import meetings

    told = planung.meet(made, "Probe", visibility="oeffentlich")
    row = told["meeting"]
    assert "Probe Protokoll" not in client.get(row.address).content.decode()
    assert client.get(f"{row.address}protokoll.docx").status_code == 302
    meetings.close(row, None, timezone.now())
    row.refresh_from_db()
    meetings.approve(row, None)
    text = client.get(row.address).content.decode()
    assert "Probe Protokoll" in text
    assert "Probe Mitglied" not in text
    assert "Probe Aufgabe" not in text


# -- deciding ------------------------------------------------------------------------------------------------------------


def test_a_decision_adopts_needs_makes_a_measure_and_gives_tasks(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.services.decisions import Draft, decide
    from sozialraum_web.exchange.models import Notice
    from sozialraum_web.planning.models import Measure

    told, who = planung.meet(made, "Probe"), person("anna")
    need = confirmed(made["need"])
    tasks = [{"title": f"Schritt {n}", "user": who, "due": date(2027, 1, n)} for n in (1, 2, 3)]
    draft = Draft("Der Bedarf wird beschlossen.", label="SG 2/26", yes=1, no=0, needs=[need], goals=[made["goal"]], new_measure="Familienbüro", tasks=tasks)  # fmt: skip
    made_decision = decide(told["meeting"], told["item"], None, draft)
    need.refresh_from_db()
    made["goal"].refresh_from_db()
    measure = Measure.objects.get(title="Familienbüro")
    assert need.state == "beschlossen"
    assert need.decisions.latest("id").resolution == "SG 2/26"
    assert made["goal"].resolution == "SG 2/26"
    assert (measure.status, measure.resolved_by, list(measure.needs.all())) == (
        "beschlossen",
        "Probe Gremium",
        [need],
    )
    assert [area.code for area in measure.areas.all()] == ["0102"]
    assert list(made_decision.measures.all()) == [measure]
    assert made_decision.tasks.count() == 3
    assert Notice.objects.filter(user=who, kind="aufgabe").count() == 3


def test_without_quorum_nothing_is_decided(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.models import Decision
    from sozialraum_web.bodies.services.decisions import Draft, decide

    told, need = planung.meet(made, "Probe"), confirmed(made["need"])
    told["body"].quorum = 3
    told["body"].save()
    told["meeting"].refresh_from_db()
    before = Decision.objects.count()
    with pytest.raises(SozialraumError) as stopped:
        decide(told["meeting"], None, None, Draft("Beschluss", yes=2, no=2, needs=[need]))
    assert [finding.message for finding in stopped.value.findings] == [
        "Das Gremium ist nicht beschlussfähig: 1 von mindestens 3 Stimmen sind da.",
        "Es sind mehr Stimmen gezählt, als stimmberechtigte Mitglieder da sind (1).",
        "Mit diesen Stimmen ist der Antrag nicht angenommen.",
    ]
    need.refresh_from_db()
    assert (Decision.objects.count(), need.state) == (before, "bestaetigt")


def test_a_decision_that_fails_half_way_leaves_nothing(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.models import Decision
    from sozialraum_web.bodies.services.decisions import Draft, decide

    told, before = planung.meet(made, "Probe"), Decision.objects.count()
    # the need was never confirmed: adopting it is refused
    with pytest.raises(SozialraumError, match="kann der Bedarf nicht"):
        decide(told["meeting"], None, None, Draft("Beschluss", needs=[made["need"]], new_measure="Halb"))
    assert Decision.objects.count() == before


def test_a_paper_walks_in_order_and_its_last_decision_resolves(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.models import Station
    from sozialraum_web.bodies.services.decisions import record_station

    told, need = planung.meet(made, "Probe"), confirmed(made["need"])
    paper = told["paper"]
    paper.needs.add(need)
    paper.measures.add(made["measure"])
    advice = Station.objects.create(paper=paper, body=told["body"], task="vorberatung", position=0)
    last = paper.stations.get(task="entscheidung")
    today = date.today()  # noqa: DTZ011
    with pytest.raises(SozialraumError, match="steht noch ein Ergebnis aus"):
        record_station(last, None, "beschlossen", today)
    record_station(advice, None, "empfohlen", today)
    record_station(last, None, "beschlossen", today, "einstimmig")
    need.refresh_from_db()
    made["measure"].refresh_from_db()
    assert (need.state, made["measure"].resolution, made["measure"].resolved_by) == ("beschlossen", "1/26", "Probe Gremium")  # fmt: skip


# -- members without an account, accounts that go ------------------------------------------------------------------------


def test_a_member_reads_and_answers_for_the_own_body_only(made: dict[str, Any]) -> None:
    guest = person("vera", "traeger")
    told = planung.meet(made, "Probe", user=guest)
    other = planung.meet(made, "Andere")
    client = Client()
    client.force_login(guest, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(told["meeting"].address).status_code == 200
    assert client.get(other["meeting"].address).status_code == 404
    answer = told["meeting"].attendance.get()
    assert (
        client.post(f"{told['meeting'].address}teilnahme/", {f"stand-{answer.pk}": "abgesagt"}).status_code
        == 302
    )
    answer.refresh_from_db()
    assert answer.state == "abgesagt"
    foreign = other["meeting"].attendance.get()
    client.post(f"{told['meeting'].address}teilnahme/", {f"stand-{foreign.pk}": "abgesagt"})
    foreign.refresh_from_db()
    assert foreign.state == "anwesend"


def test_tasks_of_someone_who_left_keep_the_name_and_are_found(made: dict[str, Any], member: Callable[[str, str], Client]) -> None:  # fmt: skip
    from sozialraum_web.bodies.models import Task

    who = person("otto")
    planung.meet(made, "Probe", user=who)
    client = member("probestadt", "sozialplanung")
    who.memberships.all().delete()
    assert "keine Rolle mehr hat" in client.get("/probestadt/planung/aufgaben/").content.decode()
    who.delete()
    task = Task.objects.get(title="Probe Aufgabe")
    assert (task.user, task.who, task.state) == (None, "Otto", "offen")
    assert "Otto" in client.get("/probestadt/planung/aufgaben/").content.decode()


def test_a_renamed_or_removed_department_keeps_its_tasks(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.models import Task
    from sozialraum_web.bodies.services.tasks import give
    from sozialraum_web.records import services as records

    office = made["organisation"]
    task = give(office.municipality, None, {"title": "Bericht", "organisation": office})
    records.change(office, None, {"title": "Amt für Teilhabe"}, None)
    task.refresh_from_db()
    assert task.who == "Amt für Teilhabe"
    records.remove(office, None)
    assert Task.objects.get(pk=task.pk).who == "Amt für Teilhabe"


# -- undo ----------------------------------------------------------------------------------------------------------------


def test_done_is_taken_back_with_one_click(
    made: dict[str, Any], member: Callable[[str, str], Client]
) -> None:
    from sozialraum_web.bodies.models import Task

    planung.meet(made, "Probe")
    client = member("probestadt", "sozialplanung")
    task = Task.objects.get(title="Probe Aufgabe")
    page = client.post(f"{task.address}stand/", {"stand": "erledigt"}, follow=True)
    assert "Rückgängig" in page.content.decode()
    entry = page.context["saved"]
    client.post(f"/probestadt/planung/verlauf/{entry.pk}/zuruecknehmen/")
    task.refresh_from_db()
    assert (task.state, task.finished) == ("offen", None)
    # the same report twice changes nothing
    assert "gespeichert" not in client.post(f"{task.address}stand/", {"stand": "offen"}).url


# -- personal data -------------------------------------------------------------------------------------------------------


def test_names_go_when_their_purpose_ends_and_a_person_is_told_what_is_kept(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.models import Task
    from sozialraum_web.planning.retention import delete_expired, of_person

    who = person("otto")
    told = planung.meet(made, "Probe", user=who)
    town = told["body"].municipality
    kept = of_person(who, town)
    assert {"aufgabe": "Probe Aufgabe", "bis": "2026-01-01", "stand": "offen"} in kept["gremien_und_aufgaben"]
    assert [row["text"] for row in kept["kommentare"]] == ["Probe Kommentar"]
    told["member"].until = date(2020, 1, 1)
    told["member"].save()
    Task.objects.update(state="erledigt", finished=date(2020, 1, 1))
    delete_expired(timezone.now())
    told["member"].refresh_from_db()
    task = Task.objects.get(title="Probe Aufgabe")
    assert (told["member"].user, told["member"].name) == (None, "Probe Mitglied")
    assert (task.user, task.named) == (None, "")


# -- what others found ---------------------------------------------------------------------------------------------------


def seated(user: Any, role: str = "vorsitz", until: date | None = None, days: int = 30) -> dict[str, Any]:
    """A body with one seat and one internal meeting."""
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.bodies.models import Member
    from sozialraum_web.bodies.services import meetings

    town = Municipality.objects.get(slug="probestadt")
    body = meetings.found_body(town, None, {"title": "Steuerungsgruppe", "kind": "steuerung"})
    member = Member.objects.create(body=body, name="Sitz", user=user, role=role, until=until)
    start = timezone.now() + timedelta(days=days)
    return {"town": town, "body": body, "member": member, "meeting": meetings.plan_meeting(town, None, {"body": body, "start": start})}  # fmt: skip


def test_a_term_that_ended_gives_no_right(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies import permissions
    from sozialraum_web.bodies.models import Meeting
    from sozialraum_web.planning.permissions import Reader

    former = person("ehemals", "traeger")
    told = seated(former, until=timezone.localdate() - timedelta(days=1))
    reader = Reader(former, told["town"])
    assert not permissions.can_run(reader, told["body"])
    assert not permissions.leads_any(reader)
    assert not permissions.visible(Meeting.objects.all(), reader).filter(pk=told["meeting"].pk).exists()


def test_nobody_changes_attendance_once_the_meeting_began(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.models import Attendance, Meeting

    member = person("vera", "traeger")
    told = seated(member, "mitglied", days=-1)
    row = Attendance.objects.create(meeting=told["meeting"], member=told["member"], state="gefehlt")
    client = Client()
    client.force_login(member, "allauth.account.auth_backends.AuthenticationBackend")
    for state in ("eingeladen", "getagt", "genehmigt"):
        Meeting.objects.filter(pk=told["meeting"].pk).update(state=state)
        assert (
            client.post(f"{told['meeting'].address}teilnahme/", {f"stand-{row.pk}": "anwesend"}).status_code
            == 403
        )
    row.refresh_from_db()
    assert row.state == "gefehlt"


def test_every_move_is_told_however_long_the_place(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.services import meetings
    from sozialraum_web.exchange.models import Notice

    member = person("vera", "traeger")
    meeting = seated(member, "mitglied")["meeting"]
    meetings.invite(meeting, None, timezone.now())
    meeting.refresh_from_db()
    first, second = meeting.start, meeting.start + timedelta(days=1)
    changes = [{"start": second}, {"start": first}, {"start": second}, {"place": "Rathaus " * 20, "link": "https://x.example/a"}, {"link": "https://x.example/b"}]  # fmt: skip
    for change in changes:
        meeting.refresh_from_db()
        meetings.change_meeting(meeting, None, change, meeting.version)
    assert Notice.objects.filter(user=member, key__startswith="verlegt").count() == len(changes)


def test_closed_minutes_stay_closed_for_a_page_that_was_open(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.models import Meeting
    from sozialraum_web.bodies.services.meetings import write_minutes

    told = planung.meet(made, "Probe")
    Meeting.objects.filter(pk=told["meeting"].pk).update(state="genehmigt")
    with pytest.raises(SozialraumError, match="geschlossen"):
        write_minutes(told["item"], person("anna"), "zu spät", told["item"].edition)


def test_minutes_that_differ_carry_different_marks(made: dict[str, Any]) -> None:
    from sozialraum_web.bodies.documents import minutes
    from sozialraum_web.planning.permissions import Reader

    told = planung.meet(made, "Probe")
    place, reader = planung.place_of("probestadt"), Reader(person("anna"), told["body"].municipality)
    before = minutes(place, told["meeting"], reader).fingerprint
    told["meeting"].attendance.update(state="entschuldigt")
    assert minutes(place, told["meeting"], reader).fingerprint != before
