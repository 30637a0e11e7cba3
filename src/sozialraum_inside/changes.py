"""Changes of the municipality folder: all at once or not at all, on record, and undone for 30 days (Änderungen, Rückgängig).

One mechanism for everything the Datenwerkstatt writes: a change names the files it touches and what they hold afterwards.
The record keeps what they held before, so that undoing needs to know nothing of areas, recipes or corrections.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sozialraum.errors import Finding, SozialraumError

PLACE: Final = Path("journal") / "werkstatt"
EVENTS: Final = "ereignisse.jsonl"
STATES: Final = "staende"
UNDO_DAYS: Final = 30
# Who is at work in this request or job; an entry names them where nobody else is named.
ACTING: Final[ContextVar[str]] = ContextVar("acting", default="")
# The folders and files of a municipality that people change; values, releases and the journal are never written here.
CHANGED: Final = (
    "kommune.toml",
    "korrekturen.toml",
    "gebiete",
    "lieferungen",
    "kennzahlen",
    "indizes",
    "analysen",
)


@dataclass(frozen=True)
class Touched:
    """One file of a change: what it held before and after, by checksum; empty where it was or is not there."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Event:
    """One entry of the journal: when, who, what, why; `files` only where the folder was changed."""

    id: str
    at: str
    what: str
    text: str
    who: str = ""
    reason: str = ""
    files: tuple[Touched, ...] = ()
    undoes: str = ""

    @property
    def time(self) -> datetime:
        """When it happened."""
        return datetime.fromisoformat(self.at)


def record(folder: Path, what: str, text: str, *, who: str = "", reason: str = "") -> Event:
    """Enter something that changed no file, such as a release."""
    return _enter(folder, Event(_new_id(), _now(), what, text, who, reason))


def apply(
    folder: Path,
    files: Mapping[str, bytes | Path | None],
    what: str,
    text: str,
    *,
    who: str = "",
    reason: str = "",
    undoes: str = "",
) -> Event:
    """Give files of the folder new contents (None removes one) and enter the change in the journal.

    The old contents are kept first, then the entry, then the files are replaced one after another: whatever is interrupted,
    nothing is lost. Raises ValueError for a path outside the places that people change.
    """
    contents = dict(files)
    for name in contents:
        _check(name)
    touched = [
        Touched(name, _keep(folder, _read(folder / name)), _checksum(content))
        for name, content in contents.items()
    ]
    touched = [t for t in touched if t.before != t.after]
    event = _enter(folder, Event(_new_id(), _now(), what, text, who, reason, tuple(touched), undoes))
    for name, content in contents.items():
        _write(folder / name, content)
    return event


def events(folder: Path) -> list[Event]:
    """Everything on record, the newest first; lines that an interruption cut are left out."""
    path = folder / PLACE / EVENTS
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [event for line in reversed(lines) if (event := _parse(line)) is not None]


def changed_since(entries: Sequence[Event], what: str) -> bool:
    """Whether figures may have changed after the newest entry of a kind; also when there is none of it. Analyses change none."""
    for event in entries:
        if event.what == what:
            return False
        if any(not t.path.startswith("analysen/") for t in event.files):
            return True
    return True


def undone(entries: Sequence[Event]) -> set[str]:
    """The ids of changes that a later entry took back, and that none has brought back since; `entries` newest first."""
    takes_back = {event.id: event.undoes for event in entries}
    gone: set[str] = set()
    for event in reversed(entries):
        if event.undoes:
            gone.add(event.undoes)
            gone.discard(takes_back.get(event.undoes, ""))
    return gone


def why_not_undone(folder: Path, event: Event, entries: Sequence[Event], now: datetime | None = None) -> str:
    """Why a change cannot be taken back, as a German sentence; empty when it can."""
    if not event.files:
        return "Dieser Eintrag hat keine Dateien verändert."
    if event.id in undone(entries):
        return "Diese Änderung wurde schon zurückgenommen."
    if (now or datetime.now(UTC)) - event.time > timedelta(days=UNDO_DAYS):
        return f"Änderungen lassen sich {UNDO_DAYS} Tage lang zurücknehmen."
    changed = [t.path for t in event.files if _checksum(_read(folder / t.path)) != t.after]
    if changed:
        return f"Danach wurde noch einmal geändert: {', '.join(changed)}. Nehmen Sie zuerst die spätere Änderung zurück."
    return ""


def undo(folder: Path, id: str, *, who: str = "") -> Event:
    """Take a change back; raises SozialraumError when something changed the same files since."""
    entries = events(folder)
    event = next((e for e in entries if e.id == id), None)
    if event is None:
        raise SozialraumError(Finding("Diesen Eintrag gibt es im Journal nicht.", "Laden Sie die Seite neu."))
    hindrance = why_not_undone(folder, event, entries)
    if hindrance:
        raise SozialraumError(Finding(hindrance, "Es wurde nichts verändert."))
    files = {t.path: _kept(folder, t.before) for t in event.files}
    return apply(folder, files, "rueckgaengig", f"Zurückgenommen: {event.text}", who=who, undoes=id)


# -- contents by checksum -----------------------------------------------------------------------------------------------


def _keep(folder: Path, content: bytes | None) -> str:
    """Keep a content in the journal; returns its checksum, empty for a file that was not there."""
    if content is None:
        return ""
    name = hashlib.sha256(content).hexdigest()
    place = folder / PLACE / STATES / name
    if not place.exists():
        _write(place, content)
    return name


def _kept(folder: Path, name: str) -> bytes | None:
    return (folder / PLACE / STATES / name).read_bytes() if name else None


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _checksum(content: bytes | Path | None) -> str:
    if content is None:
        return ""
    if isinstance(content, Path):
        with content.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes | Path | None) -> None:
    """Replace a file in one step; remove it, and a folder left empty, where there is no content."""
    if content is None:
        path.unlink(missing_ok=True)
        # The folder of a source that has nothing left would be read as one whose recipe is missing.
        if (
            path.parent.parent.name == "lieferungen"
            and path.parent.is_dir()
            and not any(path.parent.iterdir())
        ):
            path.parent.rmdir()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    if isinstance(content, Path):
        with content.open("rb") as source, partial.open("wb") as target:
            while block := source.read(1 << 20):
                target.write(block)
    else:
        partial.write_bytes(content)
    partial.replace(path)


def _check(name: str) -> None:
    parts = Path(name).parts
    if not parts or Path(name).is_absolute() or ".." in parts or parts[0] not in CHANGED:
        raise ValueError(f"{name!r} is not a place that people change")


# -- the journal as lines -----------------------------------------------------------------------------------------------


def _enter(folder: Path, event: Event) -> Event:
    event = event if event.who else replace(event, who=ACTING.get())
    path = folder / PLACE / EVENTS
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
        file.flush()
    return event


def _parse(line: str) -> Event | None:
    try:
        content: dict[str, Any] = json.loads(line)
        files = tuple(Touched(**touched) for touched in content.pop("files", ()))
        return Event(**content, files=files)
    except (ValueError, TypeError):
        return None


def _new_id() -> str:
    return secrets.token_hex(6)


def _now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def by_day(entries: Sequence[Event]) -> Iterator[tuple[str, list[Event]]]:
    """The entries of each day together, newest first; days as `2024-12-31`."""
    day, group = "", list[Event]()
    for event in entries:
        if event.at[:10] != day and group:
            yield day, group
            group = []
        day = event.at[:10]
        group.append(event)
    if group:
        yield day, group
