"""Carrying a release to the site over the net: the archive alone, with a token, and only when somebody says so (Übertragen)."""

from __future__ import annotations

import io
import json
import os
import secrets
import ssl
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sozialraum import release as releases
from sozialraum.errors import Finding, SozialraumError, errors_of
from sozialraum_inside import withdrawals

NOTE: Final = "site.json"
PATIENCE: Final = 300.0  # seconds for an answer: the site verifies and draws maps


@dataclass(frozen=True)
class Site:
    """The address of the municipality on its site, and the token that lets releases in."""

    address: str
    token: str


def remembered(door: Path) -> Site | None:
    """The site as it was entered last; it lies in the private folder, never in the municipality's."""
    try:
        return Site(**json.loads((door / NOTE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remember(door: Path, site: Site) -> Site:
    """Keep a site; raises SozialraumError where it cannot be one."""
    address, token = site.address.strip().rstrip("/"), site.token.strip()
    parts = urlsplit(address)
    wrong = []
    local = parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        wrong.append(
            Finding(
                "Die Adresse beginnt mit https://.",
                "Zum Beispiel https://sozialraum.musterstadt.example/musterstadt/.",
                column="adresse",
            )
        )
    elif not parts.hostname or not parts.path.strip("/"):
        wrong.append(
            Finding(
                "Die Adresse nennt die Kommune nicht.",
                "Nehmen Sie sie, wie die Site sie mit dem Zugang zeigt.",
                column="adresse",
            )
        )
    if not token or not token.isascii() or any(c.isspace() for c in token):
        wrong.append(
            Finding(
                "Der Zugang fehlt oder ist unvollständig.",
                "Die Site zeigt ihn beim Anlegen, einmal.",
                column="zugang",
            )
        )
    if wrong:
        raise SozialraumError(wrong)
    kept, path = Site(address, token), door / NOTE
    partial = path.with_suffix(f".{secrets.token_hex(3)}.partial")
    with os.fdopen(
        os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(asdict(kept), file)
    partial.replace(path)
    return kept


def archive(folder: Path, place: Path) -> bytes:
    """A release as an archive; raises SozialraumError where it was withdrawn or is not as it was signed."""
    gone = withdrawals.withdrawn(folder).get(place.name)
    if gone:
        raise SozialraumError(
            Finding(f"Die Freigabe {place.name} ist zurückgezogen und geht nicht mehr hinaus.", gone.reason)
        )
    wrong = errors_of(releases.verify(place, None))
    if wrong:
        raise SozialraumError(wrong)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        for path in sorted(p for p in place.rglob("*") if p.is_file()):
            pack.write(path, f"{place.name}/{path.relative_to(place).as_posix()}")
    return content.getvalue()


class _NoRedirect(HTTPRedirectHandler):
    """A token never follows a redirect to another host."""

    def redirect_request(self, *_: object) -> None:
        return None


def send(site: Site, name: str, content: bytes) -> str:
    """Send an archive; returns what the site says. Raises SozialraumError with its words, or why it could not be reached."""
    boundary = secrets.token_hex(16)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="archiv"; filename="{name}.zip"\r\nContent-Type: application/zip\r\n\r\n'
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    request = Request(f"{site.address}/freigaben/annehmen/", body, method="POST", headers={  # noqa: S310 the scheme was checked when it was kept
        "Authorization": f"Bearer {site.token}", "Content-Type": f"multipart/form-data; boundary={boundary}"})  # fmt: skip
    try:
        with build_opener(_NoRedirect).open(request, timeout=PATIENCE) as answer:
            return _message(answer.read())
    except HTTPError as error:
        words = _message(error.read()) or f"Die Site antwortet mit {error.code}."
        raise SozialraumError(
            Finding(words, "Es ist nichts übertragen; die Freigabe liegt unverändert hier.")
        ) from error
    except (URLError, TimeoutError, ssl.SSLError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise SozialraumError(Finding(f"Die Site ist nicht erreichbar: {reason}.",
                                      "Prüfen Sie Adresse und Netz, oder tragen Sie die Freigabe als Datei hinüber.")) from error  # fmt: skip


def _message(content: bytes) -> str:
    try:
        return str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        return ""
