"""Files beside records: those who may edit the record add and remove them, those who may read it load them (Anlagen)."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_web.exchange import files
from sozialraum_web.exchange.models import Attachment
from sozialraum_web.monitoring.access import NotFound
from sozialraum_web.planning.frame import Desk, demand, desk, found
from sozialraum_web.planning.views.writing import kind_of
from sozialraum_web.records.models import Record


@require_POST
def attach(request: HttpRequest, kommune: str, art: str, number: int) -> HttpResponse:
    """Put a file beside a record."""
    return _attach(request, kommune, art, number)


@desk()
def _attach(here: Desk, art: str, number: int) -> HttpResponse:
    kind = kind_of(art)
    record = found(here, kind.model, number, kind.visible)
    demand(here.request, kind.may_edit(here.reader, record))
    upload, author = here.request.FILES.get("datei"), here.reader.user
    try:
        if upload is None or author is None or upload.file is None:
            messages.error(here.request, _("Wählen Sie eine Datei."))
        else:
            row = files.attach(record, author, upload.name or "", upload.file, upload.size or 0)
            messages.success(here.request, _("„%s“ ist angehängt.") % row.name)
    except SozialraumError as error:
        messages.error(here.request, str(error))
    return redirect(f"{record.address}#anlagen")


def _row(here: Desk, art: str, number: int, pk: int) -> tuple[Record, Attachment]:
    kind = kind_of(art)
    record = found(here, kind.model, number, kind.visible)
    row = Attachment.objects.filter(municipality=here.place.municipality, kind=art, number=number, pk=pk, removed=None).first()  # fmt: skip
    if row is None:
        raise NotFound(_("Diese Datei gibt es hier nicht."))
    return record, row


@desk()
def load(here: Desk, art: str, number: int, pk: int) -> HttpResponseBase:
    """The file, to be saved, never shown inside the site; only for people with a role here."""
    demand(here.request, here.reader.user is not None)
    _record, row = _row(here, art, number, pk)
    path = files.place(here.place.municipality.slug, row.digest)
    if not path.is_file():
        raise NotFound(_("Der Inhalt dieser Datei fehlt."))
    response = FileResponse(path.open("rb"), as_attachment=True, filename=row.name, content_type=row.type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def detach(request: HttpRequest, kommune: str, art: str, number: int, pk: int) -> HttpResponse:
    """Take a file away."""
    return _detach(request, kommune, art, number, pk)


@desk()
def _detach(here: Desk, art: str, number: int, pk: int) -> HttpResponse:
    record, row = _row(here, art, number, pk)
    demand(here.request, kind_of(art).may_edit(here.reader, record))
    files.remove(row)
    messages.success(here.request, _("„%s“ ist entfernt.") % row.name)
    return redirect(f"{record.address}#anlagen")
