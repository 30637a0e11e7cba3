"""The role matrix: person × thing → yes or no, written out by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

TABLE = """
               öffentlich intern freigaben wählen rechte mitglieder barrieren berichte ansprech ansicht gemeinden
sozialplanung  ja         ja     ja        ja     nein   nein       ja        ja         ja   ja   ja
fachplanung    ja         ja     nein      nein   nein   nein       nein      ja         nein   nein   nein
statistik      ja         ja     ja        ja     nein   nein       nein      ja         nein   nein   ja
fachamt        ja         ja     nein      nein   nein   nein       nein      nein         nein   nein   nein
leitung        ja         ja     nein      nein   nein   nein       nein      nein         nein   nein   ja
politik        ja         nein   nein      nein   nein   nein       nein      nein         nein   nein   nein
quartier       ja         nein   nein      nein   nein   nein       nein      nein         nein   nein   nein
traeger        ja         nein   nein      nein   nein   nein       nein      nein         nein   nein   nein
beratung       ja         nein   nein      nein   nein   nein       nein      nein         nein   nein   nein
programm       ja         nein   nein      nein   nein   nein       nein      nein         nein   nein   nein
datenschutz    ja         ja     ja        nein   ja     nein       nein      nein         nein   ja   nein
administration ja         nein   ja        nein   ja     ja         ja        nein         ja   ja   ja
niemand        ja         nein   nein      nein   nein   nein       nein      nein         nein   nein   nein
"""
RIGHTS = [
    "READ_PUBLIC",
    "READ_INTERNAL",
    "SEE_RELEASES",
    "CHOOSE_RELEASE",
    "SEE_RIGHTS",
    "MANAGE_MEMBERS",
    "READ_BARRIERS",
    "MAKE_REPORTS",
    "MANAGE_CONTACTS",
    "PREVIEW",
    "SEE_TOWNS",
]
LINES = [line.split() for line in TABLE.strip().splitlines()[1:]]
CASES = [
    (line[0], right, answer == "ja") for line in LINES for right, answer in zip(RIGHTS, line[1:], strict=True)
]
PAGES = {
    "SEE_RELEASES": "freigaben/",
    "SEE_RIGHTS": "rechte/",
    "MANAGE_MEMBERS": "mitglieder/",
    "READ_BARRIERS": "barrierefreiheit/meldungen/",
    "MAKE_REPORTS": "berichte/neu/",
    "MANAGE_CONTACTS": "ansprechpersonen/neu/",
    "SEE_TOWNS": "gemeinden/",
}


def test_the_table_is_complete() -> None:
    from sozialraum_web.accounts.models import Role
    from sozialraum_web.accounts.permissions import MATRIX, Right

    assert {line[0] for line in LINES} == {role.value for role in Role} | {"niemand"}
    assert set(RIGHTS) == {right.name for right in Right} == {right.name for right in MATRIX}


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "right", "expected"), CASES)
def test_matrix(role: str, right: str, expected: bool) -> None:
    from sozialraum_web.accounts.models import Membership, Municipality, User
    from sozialraum_web.accounts.permissions import Right, may

    own, other = Municipality.objects.get(slug="probestadt"), Municipality.objects.get(slug="internstadt")
    person = User.objects.create_user("person@example.org")
    if role != "niemand":
        Membership.objects.create(user=person, municipality=own, role=role)
    assert may(person, Right[right], own) is expected
    assert may(person, Right[right], other) is (right == "READ_PUBLIC")
    assert may(AnonymousUser(), Right[right], own) is (right == "READ_PUBLIC")


@pytest.mark.parametrize(("role", "right", "expected"), [case for case in CASES if case[1] in PAGES])
def test_pages_follow_the_matrix(
    member: Callable[[str, str], Client], role: str, right: str, expected: bool
) -> None:
    client = member("probestadt", "" if role == "niemand" else role)
    assert client.get(f"/probestadt/{PAGES[right]}").status_code == (200 if expected else 403)


def test_the_page_shows_the_matrix_itself(member: Callable[[str, str], Client]) -> None:
    text = member("probestadt", "administration").get("/probestadt/rechte/").content.decode()
    from sozialraum_web.portal.rights import lines

    assert text.count(">ja<") == sum(sum(line.holds) for line in lines())
    assert "Öffentlichkeit (ohne Anmeldung)" in text


def test_choosing_a_release(member: Callable[[str, str], Client]) -> None:
    url = "/probestadt/freigaben/2025-01/zeigen/"
    assert member("probestadt", "statistik").post(url).status_code == 302
    assert member("probestadt", "leitung").post(url).status_code == 403
    assert member("internstadt", "statistik").post(url).status_code == 403
    assert (
        member("probestadt", "sozialplanung").post("/probestadt/freigaben/fehlt/zeigen/").status_code == 404
    )


def test_inviting_and_removing(member: Callable[[str, str], Client]) -> None:
    from sozialraum_web.accounts.models import Membership, User

    client = member("probestadt", "administration")
    page = client.post(
        "/probestadt/mitglieder/", {"email": "Neu@Example.org", "name": "Neu", "role": "leitung"}
    )
    new = User.objects.get(email="neu@example.org")
    assert not new.has_usable_password()
    assert "/konto/password/reset/key/" in page.content.decode()
    row = Membership.objects.get(user=new)
    assert (row.municipality.slug, row.role) == ("probestadt", "leitung")
    client.post(f"/probestadt/mitglieder/{row.pk}/entfernen/")
    assert not Membership.objects.filter(pk=row.pk).exists()


def test_the_last_administrator_stays_and_other_towns_are_out_of_reach(
    member: Callable[[str, str], Client],
) -> None:
    from sozialraum_web.accounts.models import Membership

    client, foreign = member("probestadt", "administration"), member("internstadt", "administration")
    row = Membership.objects.get(municipality__slug="probestadt", role="administration")
    assert foreign.post(f"/internstadt/mitglieder/{row.pk}/entfernen/").status_code == 404
    page = client.post(f"/probestadt/mitglieder/{row.pk}/entfernen/", follow=True)
    assert "letzte Person" in page.content.decode()
    assert Membership.objects.filter(pk=row.pk).exists()
