"""The rights of bodies as a table written by hand: person × thing, for a body the person leads, belongs to, or does not know."""

from __future__ import annotations

from typing import Any

import planung
import pytest
from django.utils import timezone
from test_bodies import person

# g: founds bodies, s: runs meetings of the body, l: reads an internal meeting, p: edits papers, a: gives tasks, k: comments
TABLE = """
                 fremd     mitglied  vorsitz
sozialplanung    gslpak    gslpak    gslpak
fachplanung      slpak     slpak     slpak
statistik        lk        lk        slk
fachamt          lk        lk        slk
leitung          lk        lk        slk
politik          k         lk        slk
quartier         k         lk        slk
traeger          k         lk        slk
beratung         k         lk        slk
programm         k         lk        slk
datenschutz      lk        lk        slk
administration   k         lk        slk
niemand          -         -         -
"""
LINES = [line.split() for line in TABLE.strip().splitlines()[1:]]


def test_the_table_is_complete() -> None:
    from sozialraum_web.accounts.models import Role

    assert [line[0] for line in LINES] == [*Role.values, "niemand"]


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "rights"), [(line[0], line[1:]) for line in LINES])
def test_rights(role: str, rights: list[str]) -> None:
    from django.contrib.auth.models import AnonymousUser

    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.bodies import permissions
    from sozialraum_web.bodies.models import Meeting
    from sozialraum_web.planning.permissions import Reader

    made = planung.fill("probestadt", "Probe")
    town = Municipality.objects.get(slug="probestadt")
    user = AnonymousUser() if role == "niemand" else person("anna", role)
    found = []
    for standing in ("fremd", "mitglied", "vorsitz"):
        told = planung.meet(
            made, f"Probe {standing}", user=None if standing == "fremd" or role == "niemand" else user
        )
        told["member"].role = "vorsitz" if standing == "vorsitz" else "mitglied"
        told["member"].save()
        reader: Any = Reader(user, town)
        letters = {
            "g": permissions.can_found(reader),
            "s": permissions.can_run(reader, told["body"])
            and permissions.can_edit_meeting(reader, told["meeting"]),
            "l": permissions.visible(Meeting.objects.filter(pk=told["meeting"].pk), reader).exists(),
            "p": permissions.can_edit_paper(reader, told["paper"]),
            "a": permissions.can_give_tasks(reader),
            "k": permissions.can_comment(reader),
        }
        found.append("".join(letter for letter, holds in letters.items() if holds) or "-")
    assert found == rights


# what a state of the meeting leaves open to who runs the body
STATES = """
                 ändern genehmigen
geplant          ja     nein
eingeladen       ja     nein
getagt           ja     ja
genehmigt        nein   nein
abgesagt         nein   nein
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line", [line.split() for line in STATES.strip().splitlines()[1:]], ids=lambda line: line[0]
)
def test_states(line: list[str]) -> None:
    from sozialraum_web.bodies import permissions
    from sozialraum_web.planning.permissions import Reader

    told = planung.meet(planung.fill("probestadt", "Probe"), "Probe")
    meeting = told["meeting"]
    meeting.state = line[0]
    reader = Reader(person("anna"), meeting.municipality)
    found = [permissions.can_edit_meeting(reader, meeting), permissions.can_approve(reader, meeting)]
    assert ["ja" if holds else "nein" for holds in found] == line[1:]
    meeting.removed = timezone.now()
    assert not permissions.can_edit_meeting(reader, meeting)
