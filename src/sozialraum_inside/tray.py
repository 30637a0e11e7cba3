"""The tray: files that came in and wait for a decision, never read by the path itself (Eingangskorb)."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from sozialraum.errors import Finding, SozialraumError
from sozialraum_inside.changes import PLACE

TRAY: Final = "eingang"
WATCHED: Final = (
    "eingang"  # beside the deliveries: what a colleague or a program puts there comes into the tray
)
SETTLED: Final = 10.0  # seconds since the last write
LARGEST: Final = 512 * 1024**2
_NOTE: Final = "eingang.json"
HINTS: Final = "hinweise.json"
# What may stand in the name of a file on every system.
_UNSAFE: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


@dataclass(frozen=True)
class Received:
    """One file in the tray."""

    id: str
    name: str
    at: str
    size: int
    sha256: str
    place: str = ""

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(self.place) / self.name


def receive(folder: Path, name: str, blocks: Iterable[bytes]) -> Received:
    """Put a file into the tray; raises SozialraumError when it is empty or too large."""
    id, name = secrets.token_hex(6), safe_name(name)
    place = folder / PLACE / TRAY / id
    place.mkdir(parents=True)
    size, digest = 0, hashlib.sha256()
    try:
        with (place / name).open("wb") as file:
            for block in blocks:
                size += len(block)
                if size > LARGEST:
                    raise _refused(name, f"Die Datei ist größer als {LARGEST // 1024**2} MB.",
                                   "Lassen Sie sich die Zahlen zusammengefasst liefern; Personensätze gehören in ein Register.")  # fmt: skip
                digest.update(block)
                file.write(block)
        if not size:
            raise _refused(name, "Die Datei ist leer.", "Fordern Sie sie neu an.")
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    received = Received(
        id, name, datetime.now(UTC).replace(microsecond=0).isoformat(), size, digest.hexdigest()
    )
    (place / _NOTE).write_text(json.dumps(asdict(received), ensure_ascii=False), "utf-8")
    return get(folder, id) or received


def sweep(folder: Path, now: float | None = None) -> int:
    """Take what lies in the watched folder into the tray, once nobody writes it any more; returns how many files."""
    watched, taken = folder / WATCHED, 0
    now = time.time() if now is None else now
    for path in sorted(watched.iterdir()) if watched.is_dir() else ():
        if (
            path.is_symlink()
            or not path.is_file()
            or path.name.startswith((".", "~"))
            or now - path.stat().st_mtime < SETTLED
        ):
            continue
        try:
            with path.open("rb") as file:
                receive(folder, path.name, iter(lambda file=file: file.read(1 << 20), b""))  # type: ignore[misc]
        except (SozialraumError, OSError):
            continue  # it stays where it is; somebody looks at it there
        path.unlink()
        taken += 1
    return taken


def get(folder: Path, id: str) -> Received | None:
    """A file of the tray by its id; None where it is gone."""
    if not id.isalnum():
        return None
    place = folder / PLACE / TRAY / id
    try:
        content = json.loads((place / _NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Received(**{**content, "place": str(place)})


def waiting(folder: Path) -> list[Received]:
    """All files in the tray, the newest first."""
    places = (folder / PLACE / TRAY).glob("*")
    found = [get(folder, place.name) for place in places]
    return sorted((f for f in found if f is not None), key=lambda f: f.at, reverse=True)


def discard(folder: Path, id: str) -> None:
    """Take a file out of the tray."""
    if get(folder, id):
        shutil.rmtree(folder / PLACE / TRAY / id, ignore_errors=True)


def safe_name(name: str) -> str:
    """The name of an uploaded file without folders and without signs that some systems forbid."""
    plain = PureWindowsPath(PurePosixPath(name).name).name
    plain = _UNSAFE.sub("_", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    plain = f"{stem[:80]}{dot}{ending[:12]}" if dot else ending[:80]
    return plain if plain and plain not in (_NOTE, HINTS, "rezept.toml") else f"datei_{plain or 'ohne_namen'}"


def _refused(name: str, message: str, remedy: str) -> SozialraumError:
    return SozialraumError(Finding(message, remedy, file=name))
