"""Files of the plan (Ausgaben)."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from sozialraum.products.report.design import Design
from sozialraum.products.report.writers import WRITERS
from sozialraum_web.monitoring.access import NotFound
from sozialraum_web.planning import actionplan, exports, register
from sozialraum_web.planning.frame import Desk, desk, render
from sozialraum_web.planning.register import Choice

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS = 20_000


@desk()
def offered(here: Desk) -> HttpResponse:
    """What can be taken away."""
    context = {"question": _("Wie kommt der Plan in die Vorlage, in den Kalender und in andere Programme?")}
    return render(here, "planning/exports.html", "export", _("Mitnehmen"), context)


@desk()
def action_plan(here: Desk, ending: str) -> HttpResponse:
    """The action plan in one of the formats of reports."""
    if ending not in TYPES:
        raise NotFound(_("Dieses Format gibt es nicht."))
    content = actionplan.document(here.place, here.reader, date.today())  # noqa: DTZ011
    return _file(WRITERS[ending](content, Design()), TYPES[ending], f"aktionsplan.{ending}")


@desk()
def measures(here: Desk) -> HttpResponse:
    """The register with its filters as a workbook."""
    choice, today = Choice.read(here.request.GET), date.today()  # noqa: DTZ011
    rows = register.chosen(here.reader, choice, today)
    keys = list(rows.order_by(*register.ORDERS[choice.order]).values_list("pk", flat=True)[:MOST_ROWS])
    found = [
        row for start in range(0, len(keys), 500) for row in register.detailed(keys[start : start + 500])
    ]
    return _file(exports.workbook(found, here.reader, today.year), TYPES["xlsx"], "massnahmen.xlsx")


@desk()
def everything(here: Desk) -> HttpResponse:
    """All records as JSON."""
    options = {"ensure_ascii": False, "indent": 1}
    response = JsonResponse(exports.everything(here.place, here.reader), json_dumps_params=options)
    response["Content-Disposition"] = 'attachment; filename="planung.json"'
    return response


@desk()
def calendar(here: Desk) -> HttpResponse:
    """Dates as iCalendar."""
    host = here.request.build_absolute_uri("/").rstrip("/")
    return _file(
        exports.calendar(here.place, here.reader, host), "text/calendar; charset=utf-8", "termine.ics"
    )


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
