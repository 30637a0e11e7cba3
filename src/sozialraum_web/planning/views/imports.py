"""Taking a list of measures over: upload, say what the columns mean, look, confirm (Liste übernehmen)."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sozialraum.errors import SozialraumError
from sozialraum_web.monitoring.access import NotFound
from sozialraum_web.planning import listing, permissions
from sozialraum_web.planning.frame import Desk, desk, render
from sozialraum_web.planning.models import ListImport, Measure
from sozialraum_web.planning.services import imports

SHOWN = 60


@desk(permissions.can_steer)
def upload(here: Desk) -> HttpResponse:
    """Choose a file; earlier lists stand below."""
    problems: list[str] = []
    file = here.request.FILES.get("datei")
    if here.request.method == "POST" and file is None:
        problems = [_("Wählen Sie zuerst eine Datei.")]
    elif here.request.method == "POST" and file is not None:
        try:
            row = imports.upload(here.place, here.reader.user, file)
        except SozialraumError as error:
            problems = [f"{item.message} {item.remedy}" for item in error.findings]
        else:
            return redirect(here.url("massnahmen", "liste", row.pk))
    earlier = ListImport.objects.filter(municipality=here.place.municipality)[:10]
    context = {"question": _("Wie kommt die vorhandene Liste herein, ohne dass jemand sie umbauen muss?"), "problems": problems, "earlier": earlier}  # fmt: skip
    return render(here, "planning/upload.html", "massnahmen", _("Liste übernehmen"), context, trail=[(_("Maßnahmen"), here.url("massnahmen"))])  # fmt: skip


@desk(permissions.can_steer)
def confirm(here: Desk, pk: int) -> HttpResponse:
    """What was understood, row by row; columns can be given another meaning; then take over, or take back."""
    row = ListImport.objects.filter(municipality=here.place.municipality, pk=pk).first()
    if row is None:
        raise NotFound(_("Diese Liste gibt es nicht."))
    if here.request.method == "POST":
        return _written(here, row)
    entries = imports.understood(here.place, row)
    context = {
        "question": _("Was hat die Software verstanden, und was nicht?"),
        "row": row,
        "columns": [(number, head, row.mapping.get(head, "")) for number, head in enumerate(row.headings)],
        "meanings": [(key, label) for key, (label, _hints) in listing.MEANINGS.items()],
        "entries": [(entry, _names(here, entry)) for entry in entries[:SHOWN]],
        "total": len(entries),
        "doubtful": sum(1 for entry in entries if entry.notes),
        "without": len(row.rows) - len(entries),
        "taken": Measure.objects.filter(imported=row, removed=None).count(),
    }
    return render(here, "planning/listing.html", "massnahmen", row.file, context, trail=[(_("Maßnahmen"), here.url("massnahmen")), (_("Liste übernehmen"), here.url("massnahmen", "liste"))])  # fmt: skip


def _names(here: Desk, entry: listing.Entry) -> str:
    found = [here.place.catalogue.area(*key.split(":", 1)) for key in entry.area_keys]
    return ", ".join(area.name for area in found if area is not None)


def _written(here: Desk, row: ListImport) -> HttpResponse:
    post = here.request.POST
    if "zurueck" in post:
        number = imports.take_back(row, here.reader.user)
        messages.success(
            here.request, _("%s Maßnahmen sind wieder entfernt; inzwischen geänderte blieben.") % number
        )
        return redirect(here.url("massnahmen", "liste", row.pk))
    if row.applied is None:
        row.mapping = {head: post.get(f"spalte-{number}", "") for number, head in enumerate(row.headings)}
        row.mapping = {head: key if key in listing.MEANINGS else "" for head, key in row.mapping.items()}
        row.save(update_fields=["mapping"])
    if "uebernehmen" in post:
        try:
            number = imports.apply(here.place, row, here.reader.user, date.today())  # noqa: DTZ011
        except SozialraumError as error:
            messages.error(here.request, str(error))
        else:
            messages.success(
                here.request, _("%s Maßnahmen übernommen. Jede zeigt, wie sie in der Liste stand.") % number
            )
            return redirect(here.url("massnahmen"))
    return redirect(here.url("massnahmen", "liste", row.pk))
