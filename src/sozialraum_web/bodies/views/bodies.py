"""The bodies of a municipality, one body, papers on their way (Gremien, Vorlagen)."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from sozialraum.errors import SozialraumError
from sozialraum_web.bodies import permissions, picture
from sozialraum_web.bodies.documents import calendar
from sozialraum_web.bodies.forms import ResultForm
from sozialraum_web.bodies.models import Body, Decision, Meeting, Paper, Task
from sozialraum_web.bodies.services.decisions import record_station
from sozialraum_web.bodies.services.meetings import serving
from sozialraum_web.monitoring.access import NotFound
from sozialraum_web.planning import permissions as planning
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.views.writing import saved_change

LISTED = 12


@desk()
def body_list(here: Desk) -> HttpResponse:
    """Who comes together and who decides what; next meetings, papers on their way."""
    bodies = list(permissions.visible(Body.objects.select_related("parent", "office"), here.reader))
    tops = picture.tree(bodies)
    meetings = permissions.visible(Meeting.objects.select_related("body"), here.reader)
    now = timezone.now()
    context = {
        "question": _("Wer kommt zusammen, und wer entscheidet was?"),
        "tops": tops,
        "picture": picture.drawing(tops, _("Organisationsbild: welches Gremium an welches berichtet. Dasselbe steht darunter in Worten.")) if bodies else "",
        "coming": list(meetings.filter(start__gte=now).exclude(state=Meeting.State.CANCELLED).order_by("start")[:LISTED]),
        "past": list(meetings.filter(start__lt=now).order_by("-start")[:LISTED]),
        "papers": list(permissions.visible(Paper.objects.prefetch_related("stations__body"), here.reader)[:LISTED]),
        "may_found": permissions.can_found(here.reader),
        "may_plan_paper": planning.can_plan(here.reader),
        "saved": saved_change(here),
    }  # fmt: skip
    return render(here, "bodies/bodies.html", "gremien", _("Gremien"), context)


@desk()
def body(here: Desk, number: int) -> HttpResponse:
    """One body: mandate, members, meetings, decisions, open tasks, rules."""
    row = found(here, Body, number, permissions.visible)
    today = date.today()  # noqa: DTZ011
    inside = here.reader.user is not None
    members = serving(row, today)
    meetings = permissions.visible(row.meetings.all(), here.reader)
    context = {
        "question": _("Wer gehört dazu, und woran arbeitet das Gremium?"),
        "body": row,
        "members": members if inside else [],
        "former": [member for member in row.members.all() if member not in members] if inside else [],
        "coming": list(meetings.filter(start__gte=timezone.now()).order_by("start")[:LISTED]),
        "past": list(meetings.filter(start__lt=timezone.now())[:LISTED]),
        "decisions": list(permissions.visible(Decision.objects.filter(meeting__body=row).select_related("meeting"), here.reader)[:LISTED]),
        "tasks": list(permissions.visible(Task.objects.filter(body=row, state=Task.State.OPEN), here.reader)[:LISTED]),
        "today": today,
        "may_edit": permissions.can_edit_body(here.reader, row),
        "may_run": permissions.can_run(here.reader, row),
        "sees_history": planning.can_see_history(here.reader),
        "saved": saved_change(here),
    }  # fmt: skip
    return render(here, "bodies/body.html", "gremien", row.title, context, trail=[(_("Gremien"), here.url("gremien"))], talk=row)  # fmt: skip


@desk()
def paper(here: Desk, number: int) -> HttpResponse:
    """One paper with its way through the bodies."""
    row = found(here, Paper, number, permissions.visible)
    context = {
        "question": _("Was wird vorgeschlagen, und wo steht die Beratung?"),
        "paper": row,
        "stations": list(row.stations.select_related("body")),
        "needs": list(planning.visible(row.needs.all(), here.reader)),
        "goals": list(planning.visible(row.goals.all(), here.reader)),
        "measures": list(planning.visible(row.measures.all(), here.reader)),
        "may_edit": permissions.can_edit_paper(here.reader, row),
        "sees_history": planning.can_see_history(here.reader),
        "saved": saved_change(here),
    }
    return render(here, "bodies/paper.html", "gremien", str(row), context, trail=[(_("Gremien"), here.url("gremien"))], talk=row)  # fmt: skip


@desk()
def station_result(here: Desk, number: int, pk: int) -> HttpResponse:
    """Put on record how a paper went."""
    row = found(here, Paper, number, permissions.visible)
    demand(here.request, permissions.can_edit_paper(here.reader, row))
    station = row.stations.filter(pk=pk).first()
    if station is None:
        raise NotFound(_("Diese Station gibt es nicht."))
    form = ResultForm(here.request.POST or None, initial={"day": station.day or date.today()})  # noqa: DTZ011
    if here.request.method == "POST" and form.is_valid():
        try:
            record_station(station, here.reader.user, **form.cleaned_data)
        except SozialraumError as error:
            for finding in error.findings:
                form.add_error(None, f"{finding.message} {finding.remedy}".strip())
        else:
            messages.success(here.request, _("Ergebnis festgehalten."))
            return redirect(row.address)
    context = {"form": form, "record": row, "question": str(station.body), "back": row.address}
    return render(here, "planning/part.html", "gremien", _("Ergebnis der Beratung"), context, trail=[(str(row), row.address)])  # fmt: skip


@desk()
def all_meetings(here: Desk) -> HttpResponse:
    """All meetings this reader may see, as iCalendar."""
    rows = permissions.visible(Meeting.objects.select_related("body", "municipality"), here.reader).order_by(
        "start"
    )
    host = here.request.build_absolute_uri("/").rstrip("/")
    response = HttpResponse(calendar(rows[:500], host), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sitzungen.ics"'
    return response
