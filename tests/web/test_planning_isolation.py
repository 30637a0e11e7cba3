"""Every address of planning: other municipalities are invisible, numbers of theirs lead nowhere, figures stay inside."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import planung
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

RECORDS = [*planung.KINDS, "gremien", "sitzungen", "vorlagen", "aufgaben"]
EXAMPLES = {
    "planning": [""],
    "planning_public": ["oeffentlich/"],
    "planning_council": ["rat/"],
    "cycle": ["zyklen/1/"],
    "findings": ["befunde/"],
    "participation": ["befunde/beteiligung/"],
    "finding": ["befunde/1/"],
    "needs": ["bedarfe/"],
    "need": ["bedarfe/1/"],
    "decide_need": ["bedarfe/1/entscheiden/"],
    "goals": ["ziele/"],
    "goal": ["ziele/1/"],
    "new_target": ["ziele/1/zielwert/"],
    "change_target": ["ziele/1/zielwert/1/"],
    "step_done": ["ziele/1/schritt/"],
    "mission": ["leitbild/1/"],
    "measures": [f"massnahmen/?ansicht={view}" for view in ("tabelle", "tafel", "karte", "zeit")],
    "change_measures": ["massnahmen/mehrere/"],
    "measure": ["massnahmen/1/"],
    "report_status": ["massnahmen/1/sachstand/"],
    "money": ["mittel/"],
    "organisations": ["akteure/"],
    "organisation": ["akteure/1/"],
    "upload_list": ["massnahmen/liste/"],
    "confirm_list": ["massnahmen/liste/1/"],
    "personal_data": ["personendaten/"],
    "own_data": ["meine-daten.json"],
    "reform": ["gebietsreform/"],
    "exports": ["export/"],
    "action_plan": ["export/aktionsplan.docx", "export/aktionsplan.xlsx"],
    "measures_file": ["export/massnahmen.xlsx"],
    "planning_json": ["export/planung.json"],
    "planning_calendar": ["export/termine.ics"],
    "keep_draft": ["entwurf/"],
    "undo": ["verlauf/1/zuruecknehmen/"],
    "bodies": ["gremien/"],
    "meetings_calendar": ["gremien/sitzungen.ics"],
    "body": ["gremien/1/"],
    "paper": ["vorlagen/1/"],
    "station_result": ["vorlagen/1/stationen/1/ergebnis/"],
    "meeting": ["sitzungen/1/"],
    "invite": ["sitzungen/1/einladen/"],
    "cancel_meeting": ["sitzungen/1/absagen/"],
    "close_meeting": ["sitzungen/1/abschliessen/"],
    "approve_minutes": ["sitzungen/1/genehmigen/"],
    "attend": ["sitzungen/1/teilnahme/"],
    "decide": ["sitzungen/1/beschliessen/"],
    "write_minutes": ["sitzungen/1/protokoll/1/"],
    "meeting_calendar": ["sitzungen/1/sitzung.ics"],
    "meeting_paper": ["sitzungen/1/einladung.docx", "sitzungen/1/protokoll.docx"],
    "tasks": ["aufgaben/?wer=alle"],
    "task": ["aufgaben/1/"],
    "task_state": ["aufgaben/1/stand/"],
    "habits": ["mitteilungen/"],
    "subscribe": ["abonnieren/"],
    "comment": [f"{kind}/1/kommentar/" for kind in RECORDS],
    "attach": [f"{kind}/1/anlagen/" for kind in RECORDS],
    "attachment": ["massnahmen/1/anlagen/1/"],
    "detach": ["massnahmen/1/anlagen/1/entfernen/"],
    "withdraw_comment": ["kommentare/1/zuruecknehmen/"],
    "new_record": [f"{kind}/neu/" for kind in RECORDS],
    "edit_record": [f"{kind}/1/aendern/" for kind in RECORDS],
    "remove_record": [f"{kind}/1/entfernen/" for kind in RECORDS],
    "trail": ["verlauf/"],
    "roll_back": [f"{kind}/1/zuruecksetzen/" for kind in RECORDS],
    "history": [f"{kind}/1/verlauf/" for kind in RECORDS],
    "resolve": ["ziele/1/beschluss/", "massnahmen/1/beschluss/", "leitbild/1/beschluss/"],
    "new_part": ["zyklen/1/phasen/neu/", "massnahmen/1/meilensteine/neu/", "massnahmen/1/mittel/neu/", "massnahmen/1/wirkung/neu/", "massnahmen/1/annahmen/neu/", "bedarfe/1/bewertung/neu/", "gremien/1/mitglieder/neu/", "sitzungen/1/tagesordnung/neu/", "vorlagen/1/stationen/neu/"],
    "edit_part": ["massnahmen/1/meilensteine/1/"],
    "remove_part": ["massnahmen/1/meilensteine/1/entfernen/"],
}  # fmt: skip
POSTED = {
    "step_done", "change_measures", "keep_draft", "undo", "remove_part", "cancel_meeting", "close_meeting", "approve_minutes", "attend",
    "write_minutes", "roll_back", "task_state", "subscribe", "comment", "attach", "detach", "withdraw_comment",
}  # fmt: skip
CASES = [(name, url) for name, urls in EXAMPLES.items() for url in urls]
INSIDE = [
    (name, url)
    for name, url in CASES
    if name not in POSTED | {"edit_part", "confirm_list", "station_result", "attachment"}
]
SECRET, OTHER = "Geheimstadtplan", "Nachbarplan"


def fill(slug: str, word: str) -> dict[str, Any]:
    """The whole chain, and a body that met over it."""
    made = planung.fill(slug, word)
    return made | planung.meet(made, word)


def planning_patterns() -> Iterator[str]:
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and "planung" in str(entry.pattern):
            for pattern in entry.url_patterns:
                assert isinstance(pattern, URLPattern)
                yield str(pattern.name)


def ask(client: Client, name: str, url: str) -> Any:
    return client.post(url, {"nr": "1", "stand": "beendet"}) if name in POSTED else client.get(url)


def everything(response: Any) -> str:
    """The whole answer as text, packed files included."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return content.decode("utf-8", "replace")


def test_every_address_of_planning_has_an_example() -> None:
    assert sorted(planning_patterns()) == sorted(EXAMPLES)


@pytest.mark.django_db
def test_the_public_sees_nothing_of_an_internal_town(client: Client) -> None:
    fill("internstadt", SECRET)
    wrong = []
    for name, url in CASES:
        response = ask(client, name, f"/internstadt/planung/{url}")
        if response.status_code not in (302, 403, 404) or SECRET in everything(response):
            wrong.append((name, url, response.status_code))
    assert wrong == []


@pytest.mark.django_db
def test_the_public_sees_nothing_that_is_not_published(client: Client) -> None:
    fill("probestadt", SECRET)
    assert [
        url for name, url in CASES if SECRET in everything(ask(client, name, f"/probestadt/planung/{url}"))
    ] == []


def test_planners_of_another_town_are_the_public(member: Callable[[str, str], Client]) -> None:
    fill("probestadt", SECRET)
    fill("doppelstadt", OTHER)
    client = member("doppelstadt", "sozialplanung")
    assert [
        url for name, url in CASES if SECRET in everything(ask(client, name, f"/probestadt/planung/{url}"))
    ] == []


def test_the_own_town_shows_its_own_plan_only(member: Callable[[str, str], Client]) -> None:
    fill("probestadt", SECRET)
    fill("doppelstadt", OTHER)
    client, wrong = member("doppelstadt", "sozialplanung"), []
    silent = {"planning_public", "planning_council", "money", "measures", "new_record", "exports", "upload_list", "personal_data", "own_data", "reform", "habits", "participation"}  # fmt: skip
    for name, url in INSIDE:
        response = client.get(f"/doppelstadt/planung/{url}")
        text = everything(response)
        shown = OTHER in text or name in silent
        if response.status_code != 200 or SECRET in text or not shown:
            wrong.append((name, url, response.status_code))
    assert wrong == []


def test_forged_numbers_and_keys_lead_nowhere(member: Callable[[str, str], Client]) -> None:
    """A part of another town's record cannot be reached through an own record with the same number."""
    foreign, own = planung.fill("probestadt", SECRET), planung.fill("doppelstadt", OTHER)
    client = member("doppelstadt", "sozialplanung")
    milestone = foreign["measure"].milestones.get()
    base = "/doppelstadt/planung/massnahmen/1/meilensteine"
    assert client.get(f"{base}/{milestone.pk}/").status_code == 404
    assert client.post(f"{base}/{milestone.pk}/entfernen/").status_code == 404
    data = {
        "title": "Neu",
        "status": "idee",
        "goals": [foreign["goal"].pk],
        "responsible": foreign["organisation"].pk,
    }
    page = client.post("/doppelstadt/planung/massnahmen/neu/", data)
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    assert own["measure"].__class__.objects.filter(title="Neu").count() == 0
    entry = foreign["measure"].__class__.objects.get(pk=foreign["measure"].pk)
    assert entry.milestones.count() == 1


def test_changes_of_another_town_cannot_be_undone(member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.records.models import Change

    planung.fill("probestadt", SECRET)
    change = Change.objects.filter(municipality__slug="probestadt").first()
    client = member("doppelstadt", "sozialplanung")
    assert client.post(f"/doppelstadt/planung/verlauf/{change.pk}/zuruecknehmen/").status_code == 404
    assert client.post(f"/probestadt/planung/verlauf/{change.pk}/zuruecknehmen/").status_code in (403, 404)


def test_figures_of_an_internal_release_stay_inside(
    member: Callable[[str, str], Client], client: Client
) -> None:
    """A finding from an internal release cannot be published, nor is its figure shown to readers without that right."""
    from sozialraum.errors import SozialraumError
    from sozialraum_web.planning.services.findings import change_finding
    from sozialraum_web.records.models import Visibility

    made = planung.fill("internstadt", SECRET)
    assert made["finding"].audience == "intern"
    with pytest.raises(SozialraumError, match="internen Freigabe"):
        change_finding(made["finding"], None, {"visibility": Visibility.PUBLIC}, None)


def test_the_profile_of_an_area_lists_what_the_reader_may_see(
    member: Callable[[str, str], Client], client: Client
) -> None:
    planung.fill("probestadt", SECRET)
    url = "/probestadt/gebiete/bezirk/0102/"
    assert SECRET not in client.get(url).content.decode()
    text = member("probestadt", "sozialplanung").get(url).content.decode()
    for word in ("Befund", "Bedarf", "Ziel", "Maßnahme"):
        assert f"{SECRET} {word}" in text


@pytest.mark.django_db
def test_targets_follow_their_goal_but_internal_baselines_stay() -> None:
    from sozialraum_web.planning.services.goals import change_goal

    public, internal = planung.fill("probestadt", OTHER)["goal"], planung.fill("internstadt", SECRET)["goal"]
    for goal in (public, internal):
        change_goal(goal, None, {"visibility": "oeffentlich"}, None)
    assert public.targets.get().visibility == "oeffentlich"
    assert internal.targets.get().visibility == "intern"
