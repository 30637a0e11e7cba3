"""Where the Datenwerkstatt works: its municipality folder, and what stands there now (Arbeitsort)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sozialraum import municipality as municipalities
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import SETTINGS, Municipality
from sozialraum_inside import settings


def folder() -> Path:
    """The municipality folder."""
    return settings.FOLDER


def door_place() -> Path:
    """The private folder of the door."""
    return settings.DOOR


@dataclass(frozen=True)
class Desk:
    """What lies on the desk: the municipality, or why it cannot be read yet."""

    folder: Path
    founded: bool
    municipality: Municipality | None
    findings: tuple[Finding, ...]
    settings: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the municipality, empty before it is founded."""
        return str(self.settings.get("kommune", {}).get("name", ""))

    @property
    def has_areas(self) -> bool:
        """Whether any version of the areas is described."""
        return bool(self.settings.get("gebiete", {}).get("versionen"))


def desk() -> Desk:
    """The desk as it stands; read again only when a file that describes the municipality changed."""
    return _desk(folder(), _state(folder()))


def municipality() -> Municipality:
    """The municipality; raises SozialraumError with everything that hinders reading it."""
    found = desk()
    if found.municipality is None:
        raise SozialraumError(
            found.findings
            or [Finding("Die Kommune ist noch nicht angelegt.", "Beginnen Sie auf der Startseite.")]
        )
    return found.municipality


@lru_cache(maxsize=2)
def _desk(place: Path, _state: tuple[Any, ...]) -> Desk:
    path = place / SETTINGS
    try:
        content = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        content = {}
    try:
        return Desk(place, path.exists(), municipalities.read(place), (), content)
    except SozialraumError as error:
        return Desk(place, path.exists(), None, error.findings, content)


def _state(place: Path) -> tuple[Any, ...]:
    """What tells that the description of the municipality changed: names, sizes and times of its files."""
    paths = [
        place / SETTINGS,
        *(p for name in ("gebiete", "kennzahlen", "indizes") for p in sorted((place / name).rglob("*"))),
    ]
    return tuple((str(p), s.st_size, s.st_mtime_ns) for p in paths if p.is_file() and (s := p.stat()))
