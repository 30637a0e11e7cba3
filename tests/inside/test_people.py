"""Accounts and the second pair of eyes: what a role may do, wrong passwords, and who may grant whose request."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as configured

from sozialraum import municipality
from sozialraum.errors import SozialraumError
from sozialraum_inside import approval, changes, people
from sozialraum_inside.people import Role, Staff, Wanted

GOOD = "drei Worte im Regen"


@pytest.fixture(autouse=True)
def hashers() -> None:
    assert configured.PASSWORD_HASHERS


def staff_of(*roles: tuple[str, Role]) -> Staff:
    found = people.with_person(Staff(), Wanted("Leitung", Role.ADMINISTER, GOOD))
    for name, role in roles:
        found = people.with_person(found, Wanted(name, role, GOOD))
    return found


def test_a_password_is_never_stored_and_opens_its_account_only(tmp_path: Path) -> None:
    staff = staff_of(("Planung", Role.WORK))
    people.write(tmp_path, staff)
    path = tmp_path / changes.PLACE / people.FILE

    assert GOOD not in path.read_text("utf-8")
    assert all(p["password"].startswith("scrypt$") for p in json.loads(path.read_text("utf-8"))["people"])
    assert path.stat().st_mode & 0o077 == 0
    assert people.enter(tmp_path, staff.people[1].id, GOOD).name == "Planung"
    with pytest.raises(SozialraumError, match="stimmt nicht"):
        people.enter(tmp_path, staff.people[1].id, "falsch")
    with pytest.raises(SozialraumError, match="stimmt nicht"):
        people.enter(tmp_path, "gibtesnicht", GOOD)
    with pytest.raises(SozialraumError, match="stimmt nicht"):
        people.enter(tmp_path, "../konten", GOOD)


def test_after_five_wrong_passwords_even_the_right_one_waits(tmp_path: Path) -> None:
    staff = staff_of()
    people.write(tmp_path, staff)
    id = staff.people[0].id
    for attempt in range(5):
        with pytest.raises(SozialraumError, match="stimmt nicht"):
            people.enter(tmp_path, id, "falsch", now=1000.0 + attempt)

    with pytest.raises(SozialraumError, match="Warten Sie noch 4 Sekunden"):
        people.enter(tmp_path, id, GOOD, now=1004.5)
    assert people.enter(tmp_path, id, GOOD, now=1010.0)
    # A right password begins anew.
    with pytest.raises(SozialraumError, match="stimmt nicht"):
        people.enter(tmp_path, id, "falsch", now=1011.0)


def test_a_locked_account_does_not_enter(tmp_path: Path) -> None:
    staff = staff_of(("Planung", Role.WORK))
    gone = people.with_person(staff, Wanted("Planung", Role.WORK, active=False), staff.people[1].id)
    people.write(tmp_path, gone)

    with pytest.raises(SozialraumError, match="stimmt nicht"):
        people.enter(tmp_path, staff.people[1].id, GOOD)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted("", Role.WORK, "kurz"), {"name", "passwort"}),
        (Wanted("leitung", Role.WORK, GOOD), {"name"}),
        (Wanted("Neu", Role.WORK, ""), {"passwort"}),
    ],
)
def test_what_is_wrong_with_an_account_is_told_at_once(wanted: Wanted, told: set[str]) -> None:
    with pytest.raises(SozialraumError) as error:
        people.with_person(staff_of(), wanted)
    assert {f.column for f in error.value.findings} == told


def test_somebody_can_always_administer() -> None:
    staff = staff_of(("Planung", Role.WORK))
    for wanted in (Wanted("Leitung", Role.WORK), Wanted("Leitung", Role.ADMINISTER, active=False)):
        with pytest.raises(SozialraumError, match="verwalten"):
            people.with_person(staff, wanted, staff.people[0].id)


def test_damaged_accounts_let_nobody_in(tmp_path: Path) -> None:
    people.write(tmp_path, staff_of())
    (tmp_path / changes.PLACE / people.FILE).write_text("{", "utf-8")
    with pytest.raises(SozialraumError, match="beschädigt"):
        people.read(tmp_path)


def test_four_eyes_need_two_people() -> None:
    assert people.hindrance_of_four_eyes(staff_of())
    assert people.hindrance_of_four_eyes(staff_of(("Gast", Role.READ)))
    assert not people.hindrance_of_four_eyes(staff_of(("Planung", Role.WORK)))


def test_nobody_grants_their_own_request(town: Path) -> None:
    there = municipality.read(town)
    chief, planner, guest = staff_of(("Planung", Role.WORK), ("Gast", Role.READ)).people
    request = approval.ask(town, there, "2025-03", "erste", chief)

    assert "selbst beantragt" in approval.hindrance(request, chief, there)
    assert "darf nicht freigeben" in approval.hindrance(request, planner, there)
    assert "darf nicht freigeben" in approval.hindrance(request, guest, there)
    second = replace(planner, role=Role.RELEASE)
    assert approval.hindrance(request, second, there) == ""
    with pytest.raises(SozialraumError, match="selbst beantragt"):
        approval.grant(town, there, chief)
    assert approval.grant(town, there, second) == request
    assert approval.waiting(town) is None


def test_a_request_holds_for_what_was_looked_at_only(town: Path) -> None:
    there = municipality.read(town)
    chief, second = staff_of(("Zweite", Role.RELEASE)).people
    approval.ask(town, there, "2025-03", "", chief)
    changes.apply(town, {"korrekturen.toml": b"# neu\n"}, "korrektur", "Korrektur")

    with pytest.raises(SozialraumError, match="Seit dem Antrag wurde etwas geändert"):
        approval.grant(town, there, second)


def test_a_request_is_handed_back_with_a_reason(town: Path) -> None:
    there = municipality.read(town)
    chief, second = staff_of(("Zweite", Role.RELEASE)).people
    approval.ask(town, there, "2025-03", "", chief)

    with pytest.raises(SozialraumError, match="Grund"):
        approval.turn_down(town, second, " ")
    approval.turn_down(town, second, "Hafen prüfen")
    assert approval.waiting(town) is None
    assert (changes.events(town)[0].who, changes.events(town)[0].reason) == ("Zweite", "Hafen prüfen")
