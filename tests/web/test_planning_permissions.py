"""The rights of planning as tables written by hand: person × thing, and person × state of a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import planung
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

THINGS = """
                 alles rat planen steuern beobachten beschließen veröffentlichen verlauf personendaten
sozialplanung    ja    ja  ja     ja      ja         ja          ja              ja      ja
fachplanung      ja    ja  ja     nein    ja         nein        nein            ja      nein
statistik        ja    ja  nein   nein    ja         nein        nein            ja      nein
fachamt          ja    ja  nein   nein    ja         nein        nein            ja      nein
leitung          ja    ja  nein   nein    nein       ja          ja              ja      nein
politik          nein  ja  nein   nein    nein       nein        nein            nein    nein
quartier         nein  nein nein  nein    ja         nein        nein            nein    nein
traeger          nein  nein nein  nein    nein       nein        nein            nein    nein
beratung         nein  nein nein  nein    nein       nein        nein            nein    nein
programm         nein  nein nein  nein    nein       nein        nein            nein    nein
datenschutz      ja    ja  nein   nein    nein       nein        nein            ja      ja
administration   nein  nein nein  nein    nein       nein        nein            ja      ja
niemand          nein  nein nein  nein    nein       nein        nein            nein    nein
"""
PREDICATES = [
    "can_read_all", "can_read_council", "can_plan", "can_steer", "can_observe", "can_resolve", "can_publish",
    "can_see_history", "can_see_personal_data",
]  # fmt: skip
THING_LINES = [line.split() for line in THINGS.strip().splitlines()[1:]]

SEEN = """
                 intern rat  oeffentlich
sozialplanung    ja     ja   ja
fachplanung      ja     ja   ja
statistik        ja     ja   ja
fachamt          ja     ja   ja
leitung          ja     ja   ja
politik          nein   ja   ja
quartier         nein   nein ja
traeger          nein   nein ja
beratung         nein   nein ja
programm         nein   nein ja
datenschutz      ja     ja   ja
administration   nein   nein ja
niemand          nein   nein ja
"""
SEEN_LINES = [line.split() for line in SEEN.strip().splitlines()[1:]]

# person × state of the record → may edit
STATES = """
                 bedarf:vermutet bedarf:beschlossen ziel:entwurf ziel:beschlossen maßnahme:umsetzung maßnahme:beendet leitbild:entwurf leitbild:beschlossen
sozialplanung    ja              ja                 ja           ja               ja                 ja               ja               nein
fachplanung      ja              nein               ja           nein             ja                 nein             nein             nein
statistik        nein            nein               nein         nein             nein               nein             nein             nein
leitung          nein            nein               nein         nein             nein               nein             nein             nein
politik          nein            nein               nein         nein             nein               nein             nein             nein
traeger          nein            nein               nein         nein             nein               nein             nein             nein
niemand          nein            nein               nein         nein             nein               nein             nein             nein
"""
HEADS = STATES.strip().splitlines()[0].split()
STATE_LINES = [line.split() for line in STATES.strip().splitlines()[1:]]


def reader(role: str, slug: str = "probestadt") -> Any:
    from sozialraum_web.accounts.models import Membership, Municipality, User
    from sozialraum_web.planning.permissions import Reader

    person = User.objects.create_user(f"{role}@example.org")
    town = Municipality.objects.get(slug=slug)
    if role != "niemand":
        Membership.objects.create(user=person, municipality=town, role=role)
    return Reader(person, town)


def test_the_tables_are_complete() -> None:
    from sozialraum_web.accounts.models import Role

    everybody = {role.value for role in Role} | {"niemand"}
    assert {line[0] for line in THING_LINES} == everybody == {line[0] for line in SEEN_LINES}


@pytest.mark.django_db
@pytest.mark.parametrize("line", THING_LINES, ids=lambda line: line[0])
def test_things(line: list[str]) -> None:
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.planning import permissions
    from sozialraum_web.planning.permissions import Reader

    own = reader(line[0])
    elsewhere = Reader(own.person, Municipality.objects.get(slug="doppelstadt"))
    nobody = Reader(AnonymousUser(), own.municipality)
    for name, answer in zip(PREDICATES, line[1:], strict=True):
        predicate = getattr(permissions, name)
        assert predicate(own) is (answer == "ja"), name
        assert predicate(elsewhere) is False, name
        assert predicate(nobody) is False, name


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["intern", "rat", "oeffentlich"])
def test_who_sees_what(state: str) -> None:
    from sozialraum_web.planning.permissions import visible

    made = planung.fill("probestadt", "Plan", state)
    column = ["intern", "rat", "oeffentlich"].index(state) + 1
    for line in SEEN_LINES:
        own = reader(line[0])
        for name in ("finding", "need", "goal", "measure", "cycle", "mission", "offer", "criterion"):
            model = type(made[name])
            assert visible(model.objects.all(), own).exists() is (line[column] == "ja"), (line[0], name)


@pytest.mark.django_db
def test_who_edits_in_which_state() -> None:
    from datetime import date

    from sozialraum_web.planning import permissions

    made = planung.fill("probestadt", "Plan")
    names = {"bedarf": "need", "ziel": "goal", "maßnahme": "measure", "leitbild": "mission"}
    for line in STATE_LINES:
        own = reader(line[0])
        for head, answer in zip(HEADS, line[1:], strict=True):
            kind, _, condition = head.partition(":")
            record, day = made[names[kind]], date(2025, 1, 1) if condition == "beschlossen" else None
            if kind == "bedarf":
                record.state = condition
            elif kind == "maßnahme":
                record.status = condition
            else:
                setattr(record, "resolved" if kind == "ziel" else "adopted", day)
            may = getattr(permissions, f"can_edit_{names[kind]}")(own, record)
            assert may is (answer == "ja"), (line[0], head)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "belongs", "expected"),
    [
        ("traeger", True, True),
        ("traeger", False, False),
        ("fachamt", True, True),
        ("quartier", True, True),
        ("politik", True, False),
        ("sozialplanung", False, True),
        ("leitung", False, False),
    ],
)
def test_who_reports_on_a_measure(role: str, belongs: bool, expected: bool) -> None:
    """A provider tells the state of the measures it carries, and sees them; of no others."""
    from sozialraum_web.planning import permissions

    made = planung.fill("probestadt", "Plan")
    own = reader(role)
    if belongs:
        made["organisation"].people.add(own.person)
    assert permissions.can_report(own, made["measure"]) is expected
    if role == "traeger":
        assert permissions.visible(type(made["measure"]).objects.all(), own).exists() is belongs


def test_pages_follow_the_tables(member: Callable[[str, str], Client]) -> None:
    planung.fill("probestadt", "Plan")
    base = "/probestadt/planung/"
    planner, head, council = (member("probestadt", role) for role in ("fachplanung", "leitung", "politik"))
    assert planner.get(f"{base}massnahmen/1/aendern/").status_code == 200
    assert planner.get(f"{base}bedarfe/1/entscheiden/").status_code == 403
    assert head.get(f"{base}bedarfe/1/entscheiden/").status_code == 200
    assert head.get(f"{base}massnahmen/1/aendern/").status_code == 403
    assert council.get(f"{base}rat/").status_code == 200
    assert council.get(f"{base}mittel/").status_code == 403
    assert council.get(f"{base}massnahmen/1/").status_code == 404
    assert Client().get(f"{base}mittel/").status_code == 302
