"""Releases taken back: never deleted, never handed out again, and still counted by the gate (Zurückgezogene Freigaben)."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sozialraum.errors import Finding, SozialraumError
from sozialraum_inside import changes
from sozialraum_inside.changes import PLACE

FILE: Final = "zurueckgezogen.json"


@dataclass(frozen=True)
class Withdrawal:
    """Why a release does not hold any more."""

    name: str
    at: str
    who: str
    reason: str


def withdrawn(folder: Path) -> dict[str, Withdrawal]:
    """All withdrawn releases by name."""
    try:
        entries = json.loads((folder / PLACE / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {entry["name"]: Withdrawal(**entry) for entry in entries}


def withdraw(folder: Path, name: str, reason: str) -> Withdrawal:
    """Take a release back, with a reason; what it printed stays known to the gate."""
    known = withdrawn(folder)
    if name in known:
        raise SozialraumError(Finding(f"Die Freigabe {name} ist schon zurückgezogen."))
    if not reason.strip():
        raise SozialraumError(
            Finding(
                "Es fehlt der Grund.",
                "Wer die Zahlen benutzt hat, soll wissen, was falsch war.",
                column="grund",
            )
        )
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    done = Withdrawal(name, now, changes.ACTING.get(), reason.strip())
    path = folder / PLACE / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(3)}.partial")
    partial.write_text(
        json.dumps([asdict(w) for w in (*known.values(), done)], ensure_ascii=False, indent=1), "utf-8"
    )
    partial.replace(path)
    changes.record(folder, "freigabe", f"Freigabe {name} zurückgezogen", reason=done.reason)
    return done
