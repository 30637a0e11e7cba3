"""Everything anybody changed in a municipality, and putting one record back (Verlauf der Kommune)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_web.accounts.models import User
from sozialraum_web.planning import permissions
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.kinds import KINDS
from sozialraum_web.planning.views.writing import changed_fields, kind_of
from sozialraum_web.records import services as records
from sozialraum_web.records.models import Change

PAGE = 50
# entries that belong to no record
EVENTS = {"rollen": _("Rollen"), "freigaben": _("Freigaben"), "ansicht": _("Ansicht als"), "einstellungen": _("Einstellungen")}  # fmt: skip


@desk(permissions.can_see_history)
def trail(here: Desk) -> HttpResponse:
    """Who changed what, newest first; to be narrowed by person and kind."""
    query = here.request.GET
    rows = _chosen(here, query)
    page = Paginator(rows, PAGE).get_page(query.get("seite"))
    people = Change.objects.filter(municipality=here.place.municipality).values("actor")
    context = {
        "question": _("Wer hat wann was geändert?"),
        "page": page,
        "entries": [_told(entry) for entry in page],
        "kinds": [
            *((slug, str(kind.model._meta.verbose_name_plural)) for slug, kind in KINDS.items()),
            *EVENTS.items(),
        ],
        "people": User.objects.filter(pk__in=people).order_by("name", "email"),
        "kind": query.get("art", ""),
        "person": query.get("wer", ""),
    }
    return render(
        here, "planning/trail.html", "", _("Verlauf"), context, trail=[(_("Wo stehen wir?"), here.url())]
    )


def _chosen(here: Desk, query: Mapping[str, str]) -> QuerySet[Change]:
    rows = Change.objects.filter(municipality=here.place.municipality).select_related("actor")
    kind, person = query.get("art", ""), query.get("wer", "")
    if kind in KINDS or kind in EVENTS:
        rows = rows.filter(kind=kind)
    if person.isascii() and person.isdigit():
        rows = rows.filter(actor=int(person[:12]))
    return rows


def _told(entry: Change) -> dict[str, Any]:
    kind = KINDS.get(entry.kind)
    return {
        "entry": entry,
        "kind": str(kind.model._meta.verbose_name) if kind else EVENTS.get(entry.kind, entry.kind),
        "rows": changed_fields(entry, kind.model) if kind and entry.action != Change.Action.CREATED else [],
        "history": f"{entry.kind}/{entry.number}/verlauf/" if kind else "",
    }


@require_POST
def roll_back(request: HttpRequest, kommune: str, art: str, number: int) -> HttpResponse:
    """Give one record the content of an earlier version."""
    return _roll_back(request, kommune, art, number)


@desk()
def _roll_back(here: Desk, art: str, number: int) -> HttpResponse:
    kind = kind_of(art)
    record = found(here, kind.model, number, kind.visible)
    demand(here.request, kind.may_edit(here.reader, record))
    version = here.request.POST.get("fassung", "")
    try:
        if not (version.isascii() and version.isdigit()):
            raise SozialraumError([])
        written = records.roll_back(record, int(version[:9]), here.reader.user)
    except SozialraumError as error:
        messages.error(here.request, str(error) or _("Diese Fassung gibt es nicht."))
    else:
        said = _("Zurückgesetzt.") if written.change else _("Der Eintrag ist schon so.")
        messages.success(here.request, said)
    return redirect(here.url(art, number, "verlauf"))
