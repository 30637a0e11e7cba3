"""Who works in the Datenwerkstatt: accounts with a role, turned on when more than one person works (Konten, Rollen).

The accounts lie in the folder like everything else. They keep colleagues apart and say who did what; they do not keep out
somebody who may write the folder itself.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Final

from sozialraum.errors import Finding, SozialraumError
from sozialraum_inside.changes import PLACE

FILE: Final = "konten.json"
ATTEMPTS: Final = "fehlversuche"
SHORTEST: Final = 10  # characters of a password
FREE_ATTEMPTS: Final = 5  # wrong passwords before waiting begins
LONGEST_WAIT: Final = 300.0  # seconds


class Role(IntEnum):
    """What somebody may do; each role may do what the one before may."""

    READ = 1
    WORK = 2
    RELEASE = 3
    ADMINISTER = 4

    @property
    def label(self) -> str:
        """The role in words."""
        return _WORDS[self][0]

    @property
    def sentence(self) -> str:
        """What the role may do, in a sentence."""
        return _WORDS[self][1]


_WORDS: Final[Mapping[Role, tuple[str, str]]] = {
    Role.READ: ("Ansehen", "sieht alles, auch ungeschützte Zahlen, und ändert nichts"),
    Role.WORK: ("Bearbeiten", "übernimmt Lieferungen, rechnet, baut Indizes, beantragt Freigaben"),
    Role.RELEASE: ("Freigeben", "dazu: gibt frei, was jemand anderes beantragt hat"),
    Role.ADMINISTER: ("Verwalten", "dazu: legt Konten an und ändert sie"),
}


@dataclass(frozen=True)
class Person:
    """One account; `password` is a salted scrypt hash."""

    id: str
    name: str
    role: Role
    password: str
    active: bool = True


@dataclass(frozen=True)
class Staff:
    """All accounts, and whether a release needs a second person."""

    people: tuple[Person, ...] = ()
    four_eyes: bool = False

    @property
    def on(self) -> bool:
        """Whether accounts are turned on."""
        return bool(self.people)

    def person(self, id: str) -> Person | None:
        """An active account by its id."""
        return next((p for p in self.people if p.id == id and p.active), None)


def read(folder: Path) -> Staff:
    """The accounts of a folder; raises SozialraumError when their file is damaged, so that nobody enters by accident."""
    path = folder / PLACE / FILE
    if not path.exists():
        return Staff()
    try:
        content = json.loads(path.read_text("utf-8"))
        people = tuple(Person(**{**entry, "role": Role(entry["role"])}) for entry in content["people"])
        return Staff(people, bool(content["four_eyes"]))
    except (ValueError, TypeError, KeyError) as error:
        raise SozialraumError(
            Finding(
                "Die Datei mit den Konten ist beschädigt; niemand kommt hinein.",
                "Stellen Sie sie aus der Sicherung wieder her.",
                file=f"{PLACE.as_posix()}/{FILE}",
            )
        ) from error


def write(folder: Path, staff: Staff) -> None:
    """Write the accounts in one step, readable by their owner only."""
    path = folder / PLACE / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(3)}.partial")
    content = {
        "people": [{**asdict(p), "role": int(p.role)} for p in staff.people],
        "four_eyes": staff.four_eyes,
    }
    with os.fdopen(
        os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    partial.replace(path)


# -- entering -----------------------------------------------------------------------------------------------------------


def enter(folder: Path, id: str, password: str, now: float | None = None) -> Person:
    """The account when the password is right; raises SozialraumError, also while somebody must wait after wrong ones."""
    from django.contrib.auth.hashers import check_password, make_password

    now = time.time() if now is None else now
    person = read(folder).person(id)
    wait = _wait(folder, id, now)
    if wait > 0:
        raise _refused(f"Zu viele falsche Versuche. Warten Sie noch {round(wait) or 1} Sekunden.")
    if person is None:
        make_password(password, hasher="scrypt")  # an unknown account answers no faster than a known one
        raise _refused("Name oder Passwort stimmt nicht.")
    if not check_password(password, person.password):
        _missed(folder, id, now)
        raise _refused("Name oder Passwort stimmt nicht.")
    _place(folder, id).unlink(missing_ok=True)
    return person


def _refused(text: str) -> SozialraumError:
    return SozialraumError(Finding(text, column="passwort"))


def _place(folder: Path, id: str) -> Path:
    if not id.isalnum():
        raise _refused("Name oder Passwort stimmt nicht.")
    return folder / PLACE / ATTEMPTS / f"{id}.json"


def _wait(folder: Path, id: str, now: float) -> float:
    """Seconds until the next attempt; twice as long with every wrong one after the fifth."""
    try:
        missed: list[float] = json.loads(_place(folder, id).read_text("utf-8"))
    except (OSError, ValueError):
        return 0.0
    over = len(missed) - FREE_ATTEMPTS
    return missed[-1] + min(2.0 ** (over + 2), LONGEST_WAIT) - now if over >= 0 else 0.0


def _missed(folder: Path, id: str, now: float) -> None:
    place = _place(folder, id)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        missed: list[float] = json.loads(place.read_text("utf-8"))
    except (OSError, ValueError):
        missed = []
    place.write_text(json.dumps([*missed[-20:], now]), "utf-8")


# -- accounts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """What a form says of an account; an empty password leaves the one there is."""

    name: str
    role: Role
    password: str = ""
    active: bool = True


def with_person(staff: Staff, wanted: Wanted, id: str = "") -> Staff:
    """The accounts with a new or changed one; raises SozialraumError with everything that does not fit."""
    from django.contrib.auth.hashers import make_password

    name = " ".join(wanted.name.split())
    known = next((p for p in staff.people if p.id == id), None)
    others = [p for p in staff.people if p.id != id]
    wrong = []
    if not name:
        wrong.append(
            Finding("Der Name fehlt.", "Schreiben Sie ihn, wie er im Journal stehen soll.", column="name")
        )
    elif any(p.name.casefold() == name.casefold() for p in others):
        wrong.append(Finding(f"„{name}“ gibt es schon.", "Wählen Sie einen anderen Namen.", column="name"))
    if (known is None or wanted.password) and len(wanted.password) < SHORTEST:
        wrong.append(Finding(f"Das Passwort braucht mindestens {SHORTEST} Zeichen.",
                             "Ein Satz aus mehreren Wörtern merkt sich leicht.", column="passwort"))  # fmt: skip
    keeps = [p for p in others if p.active and p.role is Role.ADMINISTER]
    if not keeps and (wanted.role is not Role.ADMINISTER or not wanted.active):
        wrong.append(Finding("Mindestens ein Konto muss verwalten dürfen.", column="rolle"))
    if wrong:
        raise SozialraumError(wrong)
    password = (
        make_password(wanted.password, hasher="scrypt")
        if wanted.password
        else (known.password if known else "")
    )
    person = Person(known.id if known else secrets.token_hex(5), name, wanted.role, password, wanted.active)
    if known is None:
        return replace(staff, people=(*staff.people, person))
    return replace(staff, people=tuple(person if p.id == id else p for p in staff.people))


def able_to_release(staff: Staff) -> Sequence[Person]:
    """The active accounts that may release."""
    return [p for p in staff.people if p.active and p.role >= Role.RELEASE]


def hindrance_of_four_eyes(staff: Staff) -> str:
    """Why a second person cannot be demanded, as a German sentence; empty when it can."""
    working = [p for p in staff.people if p.active and p.role >= Role.WORK]
    if len(working) < 2 or not able_to_release(staff):
        return "Dafür braucht es zwei Konten, die bearbeiten dürfen; mindestens eines davon muss freigeben dürfen."
    return ""
