"""Files beside records: known by their content, bounded, never run or shown inside the site (Anlagen)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from sozialraum.errors import Finding, SozialraumError
from sozialraum.files import replace_file
from sozialraum_web.accounts.models import User
from sozialraum_web.exchange.models import Attachment
from sozialraum_web.records.models import Record

LARGEST: Final = 20 * 1024 * 1024
MOST: Final = 30
OFFICE: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPEN_DOCUMENT: Final = ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.presentation")  # fmt: skip
ENDINGS: Final = {
    "application/pdf": ("pdf",), "image/png": ("png",), "image/jpeg": ("jpg", "jpeg"), "text/plain": ("txt", "csv", "md"),
    **dict(zip(OFFICE.values(), (("docx",), ("xlsx",), ("pptx",)), strict=True)),
    **dict(zip(OPEN_DOCUMENT, (("odt",), ("ods",), ("odp",)), strict=True)),
}  # fmt: skip


def type_of(file: IO[bytes]) -> str:
    """What a file is by its content; empty for everything that is not taken."""
    file.seek(0)
    head = file.read(8192)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    return "" if _is_not_text(head) else "text/plain"


def _office(file: IO[bytes]) -> str:
    """An office document without macros, by the parts inside."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = set(packed.namelist())
            if any(
                name.lower().endswith(("vbaproject.bin", ".exe", ".js"))
                or name.startswith(("Basic/", "Scripts/"))
                for name in names
            ):
                return ""
            if "mimetype" in names:
                told = packed.open("mimetype").read(100).decode("ascii", "replace").strip()
                return told if told in OPEN_DOCUMENT else ""
            return next((kind for part, kind in OFFICE.items() if part in names), "")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return ""
    finally:
        file.seek(0)


def _is_not_text(head: bytes) -> bool:
    if b"\0" in head or re.search(rb"<\s*(script|html|svg|!doctype|\?xml)", head, re.IGNORECASE):
        return True
    try:
        head[: len(head) - 4 if len(head) == 8192 else len(head)].decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def clean_name(name: str) -> str:
    """A file name without path, control characters and tricks of direction."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] not in "C").strip(" .")
    return kept[-150:] or "anlage"


def attach(record: Record, author: User, name: str, file: IO[bytes], size: int) -> Attachment:
    """Put a file beside a record; raises SozialraumError with everything that stands against it."""
    kind, shown = type_of(file), clean_name(name)
    found = []
    if not 0 < size <= LARGEST:
        found.append(Finding(_("Die Datei ist leer oder größer als 20 MB."), _("Verkleinern Sie sie.")))
    if not kind:
        found.append(Finding(_("Diese Art von Datei wird nicht angenommen."), _("Möglich sind PDF, Bilder (PNG, JPEG), Text und Büro-Dokumente ohne Makros.")))  # fmt: skip
    elif shown.rpartition(".")[2].casefold() not in ENDINGS[kind]:
        found.append(Finding(_("Name und Inhalt der Datei passen nicht zusammen."), _("Die Endung müsste sein: %s.") % ", ".join(ENDINGS[kind])))  # fmt: skip
    if len(attachments(record)) >= MOST:
        found.append(Finding(_("An diesem Eintrag hängen schon %s Dateien.") % MOST))
    if found:
        raise SozialraumError(found)
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    path = place(record.municipality.slug, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        replace_file(path, lambda partial: partial.write_bytes(content))
    return Attachment.objects.create(
        municipality=record.municipality, kind=record.KIND, number=record.number, name=shown, type=kind, size=len(content), digest=digest, author=author
    )  # fmt: skip


def place(slug: str, digest: str) -> Path:
    """Where the content of a file lies; never below what the web server serves."""
    return Path(settings.DATA) / "anlagen" / slug / digest


def attachments(record: Record) -> list[Attachment]:
    """The files beside a record."""
    rows = Attachment.objects.filter(
        municipality_id=record.municipality_id, kind=record.KIND, number=record.number
    )
    return list(rows.filter(removed=None).select_related("author"))


def remove(row: Attachment) -> None:
    """Take a file out of sight, and its content away when nobody else points to it."""
    row.removed = timezone.now()
    row.save(update_fields=["removed"])
    others = Attachment.objects.filter(municipality=row.municipality, digest=row.digest, removed=None)
    if not others.exists():
        place(row.municipality.slug, row.digest).unlink(missing_ok=True)
