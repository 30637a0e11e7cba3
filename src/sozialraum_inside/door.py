"""The door of the Datenwerkstatt: an address with a token that opens it once (Eingang).

Other users of a terminal server share the loopback address. The token therefore lies in a folder that only its owner can
read, is used up by the first visit, and the cookie that follows is signed with a key from the same folder.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from pathlib import Path
from typing import Final

from platformdirs import user_config_path

VALID: Final = 600.0  # seconds in which a token must be used
TOKENS: Final = "eingang"


def door_of(folder: Path) -> Path:
    """The private folder that belongs to a municipality folder, in the configuration of the person at the machine."""
    base = Path(os.environ.get("SOZIALRAUM_CONFIG") or user_config_path("sozialraum"))
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    place = base / "werkstatt" / name
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def secret_key(door: Path) -> str:
    """The key that signs the cookies of this door, made at the first start."""
    return _once(door / "schluessel.txt")


def _once(file: Path) -> str:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        key = secrets.token_urlsafe(48)
        handle.write(key)
    return key


def new_token(door: Path) -> str:
    """A token for one visit; only its hash is kept."""
    token = secrets.token_urlsafe(24)
    place = door / TOKENS
    place.mkdir(exist_ok=True, mode=0o700)
    _forget_old(place)
    _once(place / _name(token))
    return token


def open_with(door: Path, token: str) -> bool:
    """Whether a token opens the door; it does so once, and not after ten minutes."""
    file = door / TOKENS / _name(token)
    try:
        age = time.time() - file.stat().st_mtime
        file.unlink()
    except OSError:
        return False
    return hmac.compare_digest(file.name, _name(token)) and age < VALID


def _name(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _forget_old(place: Path) -> None:
    for file in place.iterdir():
        if time.time() - file.stat().st_mtime > VALID:
            file.unlink(missing_ok=True)
