"""A release that waits for a second person (Vier-Augen-Freigabe)."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sozialraum import journal
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum_inside import changes
from sozialraum_inside.changes import PLACE
from sozialraum_inside.people import Person, Role

FILE: Final = "antrag.json"


@dataclass(frozen=True)
class Request:
    """What somebody wants released: its name, a note, who, when, and a checksum over everything it would be made from."""

    name: str
    note: str
    person: str
    who: str
    at: str
    inputs: str


def waiting(folder: Path) -> Request | None:
    """The request that waits; None where there is none."""
    try:
        return Request(**json.loads((folder / PLACE / FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def ask(folder: Path, municipality: Municipality, name: str, note: str, person: Person) -> Request:
    """Ask for a release; a request that already waits is replaced."""
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    request = Request(name, note, person.id, person.name, now, journal.input_digest(municipality))
    path = folder / PLACE / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(3)}.partial")
    partial.write_text(json.dumps(asdict(request), ensure_ascii=False), "utf-8")
    partial.replace(path)
    changes.record(folder, "antrag", f"Freigabe {name} beantragt", who=person.name, reason=note)
    return request


def hindrance(request: Request, person: Person, municipality: Municipality) -> str:
    """Why a person cannot grant a request, as a German sentence; empty when they can."""
    if person.role < Role.RELEASE:
        return f"Ihr Konto darf nicht freigeben (Rolle „{person.role.label}“)."
    if person.id == request.person:
        return "Sie haben diese Freigabe selbst beantragt; freigeben muss eine zweite Person."
    if journal.input_digest(municipality) != request.inputs:
        return "Seit dem Antrag wurde etwas geändert; er gilt nicht mehr. Rechnen Sie die Vorschau neu und beantragen Sie noch einmal."
    return ""


def grant(folder: Path, municipality: Municipality, person: Person) -> Request:
    """The request as granted, taken from the desk; raises SozialraumError when it may not be granted."""
    request = waiting(folder)
    if request is None:
        raise SozialraumError(Finding("Es wartet kein Antrag auf Freigabe.", "Laden Sie die Seite neu."))
    why = hindrance(request, person, municipality)
    if why:
        raise SozialraumError(Finding(why))
    (folder / PLACE / FILE).unlink()
    return request


def turn_down(folder: Path, person: Person, reason: str) -> None:
    """Hand a request back with a reason, or withdraw one's own."""
    request = waiting(folder)
    if request is None:
        return
    own = person.id == request.person
    if not reason.strip() and not own:
        raise SozialraumError(
            Finding(
                "Es fehlt der Grund.", "Wer beantragt hat, soll wissen, was zu ändern ist.", column="grund"
            )
        )
    (folder / PLACE / FILE).unlink()
    text = f"Antrag auf Freigabe {request.name} {'zurückgezogen' if own else 'zurückgegeben'}"
    changes.record(folder, "antrag", text, who=person.name, reason=reason.strip())
