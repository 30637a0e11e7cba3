"""What forms and uploads share: findings beside their fields, files into the tray (Formulare)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from sozialraum.errors import SozialraumError
from sozialraum_inside import tray
from sozialraum_inside.place import folder
from sozialraum_inside.tray import Received


def wrong_by_field(error: SozialraumError) -> dict[str, str]:
    """The words beside each field of a form; several about one field follow each other."""
    found: dict[str, str] = {}
    for finding in error.findings:
        text = " ".join(part for part in (finding.message, finding.remedy) if part)
        found[finding.column] = f"{found[finding.column]} {text}" if finding.column in found else text
    return found


def received(request: HttpRequest, field: str = "datei") -> list[Received]:
    """All uploaded files of a form, in the tray; what could not be taken is told as a message."""
    taken = []
    for upload in request.FILES.getlist(field):
        try:
            taken.append(tray.receive(folder(), upload.name or "datei", upload.chunks()))
        except SozialraumError as error:
            for finding in error.findings:
                messages.error(request, str(finding))
    if not request.FILES.getlist(field):
        messages.error(request, "Es wurde keine Datei gewählt.")
    return taken
