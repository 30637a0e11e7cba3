"""Every right of the site in one table, asked from the predicates that the pages ask (Rechte)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.contrib.auth.models import AnonymousUser

from sozialraum_web.accounts.models import Municipality, Role, User
from sozialraum_web.accounts.permissions import PUBLIC, Right, may
from sozialraum_web.bodies import permissions as bodies
from sozialraum_web.planning import permissions as planning
from sozialraum_web.planning.permissions import Reader

# no municipality has this key: what is asked of it touches no data
NOWHERE: Final = Municipality(pk=0, slug="", name="")
Asked = Callable[[Reader], bool]


def _right(right: Right, reader: Reader) -> bool:
    return may(reader.person, right, reader.municipality)


# room, what one may do, the predicate that decides
ROWS: Final[tuple[tuple[str, str, Asked], ...]] = (
    *(("Zahlen und Betrieb", right.value, partial(_right, right)) for right in Right),
    ("Planung", "Alles lesen, was die Verwaltung plant", planning.can_read_all),
    ("Planung", "Lesen, was für Rat und Ausschüsse bestimmt ist", planning.can_read_council),
    ("Planung", "Befunde festhalten", planning.can_observe),
    ("Planung", "Bedarfe, Ziele und Maßnahmen bearbeiten", planning.can_plan),
    ("Planung", "Zyklen, Leitbild, Kriterien und Akteure verwalten, Listen übernehmen", planning.can_steer),
    ("Planung", "Beschlüsse eintragen", planning.can_resolve),
    ("Planung", "Bestimmen, wer einen Eintrag lesen darf", planning.can_publish),
    ("Planung", "Den Verlauf aller Änderungen sehen", planning.can_see_history),
    ("Planung", "Arten personenbezogener Daten und Löschfristen sehen", planning.can_see_personal_data),
    ("Gremien", "Gremien und Mitglieder anlegen", bodies.can_found),
    ("Gremien", "Aufgaben anlegen", bodies.can_give_tasks),
    ("Gremien", "Kommentieren", bodies.can_comment),
)
# reading rights: nobody previews a role that reads more than the person does
READING: Final[tuple[Asked, ...]] = (
    partial(_right, Right.READ_INTERNAL),
    partial(_right, Right.SEE_RELEASES),
    partial(_right, Right.SEE_RIGHTS),
    partial(_right, Right.READ_BARRIERS),
    partial(_right, Right.MANAGE_MEMBERS),
    partial(_right, Right.SEE_TOWNS),
    planning.can_read_all,
    planning.can_read_council,
    planning.can_see_history,
    planning.can_see_personal_data,
)


def asked(role: Role | None) -> Reader:
    """Somebody who holds exactly one role, or nobody."""
    if role is None:
        return Reader(AnonymousUser(), NOWHERE)
    user = User(email="", is_active=True)
    user.previewed = (0, frozenset({role}))
    reader = Reader(user, NOWHERE)
    reader.__dict__["organisations"] = frozenset()
    return reader


@dataclass(frozen=True)
class Line:
    """One right with everybody who has it, in the order of `holders`."""

    room: str
    label: str
    holds: tuple[bool, ...]


def holders() -> list[str]:
    """The public and every role, by their German names."""
    return [PUBLIC, *(str(role.label) for role in Role)]


def lines() -> Iterator[Line]:
    """The whole table."""
    people = [asked(None), *(asked(role) for role in Role)]
    for room, label, predicate in ROWS:
        yield Line(room, label, tuple(predicate(person) for person in people))


def reads(reader: Reader) -> frozenset[int]:
    """Which reading rights somebody has, by position."""
    return frozenset(number for number, predicate in enumerate(READING) if predicate(reader))


def handbook() -> str:
    """The page `docs/betrieb/rechte.md`."""
    table = list(lines())
    parts = [
        "# Rechte",
        "",
        "Diese Seite entsteht aus den Regeln selbst: Für jede Rolle werden die Funktionen gefragt, die auch die Seiten fragen",
        "(`docs/betrieb/erzeugen.py`). Ein Test prüft, dass sie stimmt.",
        "",
    ]
    for room in dict.fromkeys(line.room for line in table):
        parts += [f"## {room}", "", "| Recht | Wer es hat |", "|---|---|"]
        for line in table:
            if line.room == room:
                who = [name for name, holds in zip(holders(), line.holds, strict=True) if holds]
                said = (
                    "alle, auch ohne Anmeldung"
                    if all(line.holds)
                    else "alle mit einer Rolle"
                    if all(line.holds[1:])
                    else ", ".join(who)
                )
                parts.append(f"| {line.label} | {said or 'niemand'} |")
        parts.append("")
    parts += [
        "## Was zur Rolle hinzukommt",
        "",
        "- Wer für eine Organisation handelt, meldet den Stand ihrer Maßnahmen und erledigt ihre Aufgaben; wer für ein Dezernat handelt, auch die der Ämter darunter.",
        "- Mitglieder eines Gremiums lesen dessen Sitzungen, Beschlüsse und Vorlagen; Vorsitz und Geschäftsführung laden ein und führen Protokoll.",
        "- Wer einen Befund festgehalten hat, ändert ihn, bis ein Bedarf darauf beruht.",
        "- Im Kreis: Verwaltungen des Kreises und seiner Gemeinden lesen bei den anderen, was als „Verwaltung, auch im Kreis und seinen Gemeinden“ eingetragen ist.",
        "- Öffnet der Kreis seine Daten, lesen die Verwaltungen seiner Gemeinden seine internen Freigaben. Betreut er eine Gemeinde, verwaltet seine Administration dort Konten und Rollen.",
        "- Der Betrieb der Installation gibt kein Recht an den Zahlen.",
        "",
    ]
    return "\n".join(parts)
