"""Releases that arrive as an archive, by hand or by a token from inside (Freigaben annehmen)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from django.conf import settings
from django.utils import timezone

from sozialraum import release as releases
from sozialraum.errors import Finding, ReleaseError
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.monitoring.models import TrustedKey, UploadToken
from sozialraum_web.monitoring.services import Imported, import_release

LARGEST: Final = 200 * 1024**2  # bytes of an archive
UNPACKED: Final = 800 * 1024**2  # bytes of its files together
MEMBERS: Final = 5000


class UnknownKeyError(ReleaseError):
    """A release whole and signed, by a key that nobody here has confirmed yet."""

    def __init__(self, public_key: str) -> None:
        self.public_key, self.fingerprint = public_key, releases.fingerprint(public_key)
        super().__init__(
            Finding(
                "Der Schlüssel der freigebenden Stelle ist hier noch nicht bestätigt.",
                "Vergleichen Sie den Fingerabdruck mit der Stelle, zum Beispiel am Telefon, und bestätigen Sie ihn auf der Seite „Freigaben“.",
                value=self.fingerprint,
            )
        )


def take_in(archive: IO[bytes], owner: Municipality) -> Imported:
    """Import the release in an archive for one municipality. Raises ReleaseError; UnknownKeyError where only the key is new."""
    with _unpacked(archive) as folder:
        key = _key(folder)
        if key and not TrustedKey.objects.filter(municipality=owner, public_key=key).exists():
            others = [f for f in releases.verify(folder, None) if f.severity == "Fehler"]
            if others:
                raise ReleaseError(others)
            raise UnknownKeyError(key)
        return import_release(folder, expected=owner)


def _key(folder: Path) -> str:
    try:
        protocol = json.loads((folder / "protokoll.json").read_text("utf-8"))
        return str(protocol["signature"]["public_key"]).lower()
    except (OSError, ValueError, KeyError, TypeError):
        return ""  # the import says what is wrong with it


@contextmanager
def _unpacked(archive: IO[bytes]) -> Iterator[Path]:
    """The one folder of an archive, unpacked within bounds and gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix=".archiv-", dir=settings.DATA))
    try:
        try:
            with zipfile.ZipFile(archive) as pack:
                _extract(pack, place)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeDecodeError) as error:
            raise _refused("Die Datei ist kein lesbares Archiv einer Freigabe.") from error
        found = sorted(path.parent for path in place.glob("*/protokoll.json")) or [place]
        yield found[0]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _extract(pack: zipfile.ZipFile, place: Path) -> None:
    members = [m for m in pack.infolist() if not m.is_dir()]
    if len(members) > MEMBERS or sum(m.file_size for m in members) > UNPACKED:
        raise _refused("Das Archiv ist größer, als eine Freigabe sein kann.")
    left = UNPACKED
    for member in members:
        path = PurePosixPath(member.filename)
        link = stat.S_ISLNK(member.external_attr >> 16)
        if (
            path.is_absolute()
            or ".." in path.parts
            or "\\" in member.filename
            or ":" in member.filename
            or link
        ):
            raise _refused("Das Archiv enthält Pfade, die in einer Freigabe nicht vorkommen.")
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with pack.open(member) as source, target.open("wb") as file:
            # The announced size may lie: what is written is counted.
            while block := source.read(1 << 20):
                left -= len(block)
                if left < 0:
                    raise _refused("Das Archiv ist größer, als eine Freigabe sein kann.")
                file.write(block)


def _refused(message: str) -> ReleaseError:
    return ReleaseError(Finding(message, "Nehmen Sie die ZIP-Datei, wie die Datenwerkstatt sie gibt."))


# -- tokens -------------------------------------------------------------------------------------------------------------


def new_token(owner: Municipality, label: str) -> str:
    """A token that may deliver releases of one municipality; only its hash is kept, so it is shown once."""
    token = secrets.token_urlsafe(32)
    UploadToken.objects.create(
        municipality=owner, label=label.strip()[:80] or "Datenwerkstatt", digest=_digest(token)
    )
    return token


def bearer_of(owner: Municipality, header: str) -> UploadToken | None:
    """The token of an `Authorization` header, where it belongs to this municipality."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    digest = _digest(token.strip())
    for known in UploadToken.objects.filter(municipality=owner):
        if hmac.compare_digest(known.digest, digest):
            known.used = timezone.now()
            known.save(update_fields=["used"])
            return known
    return None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
