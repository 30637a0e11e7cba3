"""One meeting from invitation to approved minutes (Sitzung)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum.products.report.design import Design
from sozialraum.products.report.writers import WRITERS
from sozialraum_web.bodies import documents, permissions
from sozialraum_web.bodies.forms import DecisionForm, TaskLines
from sozialraum_web.bodies.models import AgendaItem, Attendance, Meeting
from sozialraum_web.bodies.services import decisions, meetings
from sozialraum_web.monitoring.access import NotFound
from sozialraum_web.planning import permissions as planning
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.views.exports import TYPES
from sozialraum_web.planning.views.writing import saved_change

PAPERS = {"einladung": documents.invitation, "protokoll": documents.minutes}


def _meeting(here: Desk, number: int) -> Meeting:
    return found(here, Meeting, number, permissions.visible)


@desk()
def meeting(here: Desk, number: int) -> HttpResponse:
    """Agenda and minutes side by side, attendance, decisions, tasks."""
    row = _meeting(here, number)
    return _page(here, row)


def _page(here: Desk, row: Meeting, conflict: meetings.MinutesConflictError | None = None) -> HttpResponse:
    reader = here.reader
    attendance = list(row.attendance.select_related("member", "member__user"))
    own = next((item for item in attendance if reader.user and item.member.user_id == reader.user.pk), None)
    may_edit = permissions.can_edit_meeting(reader, row)
    items = list(
        row.items.prefetch_related(
            "decisions__tasks", "tasks__user", "findings", "needs", "goals", "measures"
        )
    )
    there, full = decisions.voters(row)
    begun = row.start <= timezone.now()
    context = {
        "question": _("Was wird beraten, was ist beschlossen, wer tut was?"),
        "meeting": row,
        "items": [_told(here, item) for item in items],
        "reads_minutes": permissions.can_read_minutes(reader, row),
        "attendance": attendance if reader.user else [],
        "own": own,
        "answers": [choice for choice in Attendance.State.choices if choice[0] in ("zugesagt", "abgesagt", "vertreten")],
        "states": Attendance.State.choices,
        "there": there,
        "full": full,
        "may_edit": may_edit,
        "may_minute": may_edit and begun,
        "may_invite": may_edit and not begun,
        "may_close": may_edit and begun and row.state in (Meeting.State.PLANNED, Meeting.State.INVITED),
        "may_approve": permissions.can_approve(reader, row),
        "sees_history": planning.can_see_history(reader),
        "open_tasks": decisions.open_tasks(row)[:12] if may_edit else [],
        "conflict": conflict,
        "saved": saved_change(here),
    }  # fmt: skip
    trail = [(_("Gremien"), here.url("gremien")), (str(row.body), row.body.address)]
    return render(here, "bodies/meeting.html", "gremien", str(row), context, trail=trail, talk=row, status=409 if conflict else 200)  # fmt: skip


def _told(here: Desk, item: AgendaItem) -> dict[str, Any]:
    reader = here.reader
    return {
        "item": item,
        "links": [
            row
            for rows in (item.findings, item.needs, item.goals, item.measures)
            for row in planning.visible(rows.all(), reader)
        ],
        "decisions": [row for row in item.decisions.all() if row.removed is None],
        "tasks": [row for row in item.tasks.all() if reader.user is not None and row.removed is None],
    }


@desk()
def invite(here: Desk, number: int) -> HttpResponse:
    """Show what goes out to whom, then send it."""
    row = _meeting(here, number)
    demand(here.request, permissions.can_edit_meeting(here.reader, row))
    problems: list[Any] = []
    if here.request.method == "POST":
        try:
            told = meetings.invite(row, here.reader.user, timezone.now(), short="kurz" in here.request.POST)
        except SozialraumError as error:
            problems = list(error.findings)
        else:
            messages.success(here.request, _("Eingeladen. Mails gehen an %s Personen mit Konto.") % told)
            return redirect(row.address)
    context = {
        "meeting": row,
        "members": meetings.serving(row.body, row.day),
        "when": meetings.when_and_where(row),
        "problems": problems,
        "question": _("Wer erhält die Einladung?"),
        "back": row.address,
    }
    return render(here, "bodies/invite.html", "gremien", _("Einladen"), context, trail=[(str(row), row.address)], status=409 if problems else 200)  # fmt: skip


def _acted(here: Desk, row: Meeting, act: Any, done: str) -> HttpResponse:
    try:
        act()
        messages.success(here.request, done)
    except SozialraumError as error:
        messages.error(here.request, str(error))
    return redirect(row.address)


@require_POST
def close(request: HttpRequest, kommune: str, number: int) -> HttpResponse:
    """The meeting is over."""
    return _close(request, kommune, number)


@desk()
def _close(here: Desk, number: int) -> HttpResponse:
    row = _meeting(here, number)
    demand(here.request, permissions.can_edit_meeting(here.reader, row))
    return _acted(here, row, lambda: meetings.close(row, here.reader.user, timezone.now()), _("Abgeschlossen. Das Protokoll kann genehmigt werden."))  # fmt: skip


@require_POST
def approve(request: HttpRequest, kommune: str, number: int) -> HttpResponse:
    """Approve the minutes."""
    return _approve(request, kommune, number)


@desk()
def _approve(here: Desk, number: int) -> HttpResponse:
    row = _meeting(here, number)
    demand(here.request, permissions.can_approve(here.reader, row))
    return _acted(here, row, lambda: meetings.approve(row, here.reader.user), _("Protokoll genehmigt und den Mitgliedern mitgeteilt."))  # fmt: skip


@require_POST
def cancel(request: HttpRequest, kommune: str, number: int) -> HttpResponse:
    """Call the meeting off."""
    return _cancel(request, kommune, number)


@desk()
def _cancel(here: Desk, number: int) -> HttpResponse:
    row = _meeting(here, number)
    demand(here.request, permissions.can_edit_meeting(here.reader, row))
    return _acted(here, row, lambda: meetings.cancel(row, here.reader.user, here.request.POST.get("grund", "")[:300]), _("Abgesagt."))  # fmt: skip


@require_POST
def attend(request: HttpRequest, kommune: str, number: int) -> HttpResponse:
    """One's own answer, or the list of who was there."""
    return _attend(request, kommune, number)


@desk()
def _attend(here: Desk, number: int) -> HttpResponse:
    row = _meeting(here, number)
    sent = here.request.POST
    rows = [
        item
        for item in row.attendance.select_related("member", "meeting__body")
        if f"stand-{item.pk}" in sent
    ]
    demand(here.request, bool(rows) and all(permissions.can_answer(here.reader, item) for item in rows))

    def write() -> None:
        for item in rows:
            meetings.answer(item, sent[f"stand-{item.pk}"], sent.get(f"vertretung-{item.pk}", ""))

    return _acted(here, row, write, _("Teilnahme gespeichert."))


@require_POST
def write_minutes(request: HttpRequest, kommune: str, number: int, pk: int) -> HttpResponse:
    """Save the minutes of one point: from the page by itself, or by the button."""
    return _write_minutes(request, kommune, number, pk)


@desk()
def _write_minutes(here: Desk, number: int, pk: int) -> HttpResponse:
    row = _meeting(here, number)
    demand(here.request, permissions.can_edit_meeting(here.reader, row))
    item = row.items.filter(pk=pk).first()
    edition = here.request.POST.get("fassung", "")
    if item is None or not (edition.isascii() and edition.isdigit()) or here.reader.user is None:
        raise NotFound(_("Diesen Punkt gibt es nicht."))
    by_itself = here.request.headers.get("Accept", "").startswith("application/json")
    try:
        saved = meetings.write_minutes(item, here.reader.user, here.request.POST.get("text", "")[:50_000], int(edition[:9]))  # fmt: skip
    except meetings.MinutesConflictError as error:
        if by_itself:
            return JsonResponse({"by": str(error.item.edited_by or ""), "text": error.item.record, "edition": error.item.edition}, status=409)  # fmt: skip
        return _page(here, row, error)
    if by_itself:
        return JsonResponse({"edition": saved.edition})
    messages.success(here.request, _("Protokoll gespeichert."))
    return redirect(f"{row.address}#punkt-{pk}")


@desk()
def decide(here: Desk, number: int) -> HttpResponse:
    """Put a decision on record with what follows from it."""
    row = _meeting(here, number)
    demand(here.request, permissions.can_edit_meeting(here.reader, row))
    asked = here.request.GET.get("punkt", "")
    item = row.items.filter(pk=asked).first() if asked.isascii() and asked.isdigit() else None
    initial = {"text": item.text, "needs": list(item.needs.all()), "goals": list(item.goals.all()), "measures": list(item.measures.all())} if item else {}  # fmt: skip
    form = DecisionForm(here, here.request.POST or None, initial=initial)
    lines = TaskLines(here.request.POST or None, form_kwargs={"desk": here}, prefix="aufgabe")
    if here.request.method == "POST" and form.is_valid() and lines.is_valid():
        given = [line for line in lines.cleaned_data if line.get("title")]
        try:
            made = decisions.decide(
                row, item, here.reader.user, decisions.Draft(**form.cleaned_data, tasks=given)
            )
        except SozialraumError as error:
            for finding in error.findings:
                form.add_error(None, f"{finding.message} {finding.remedy}".strip())
        else:
            messages.success(here.request, _("Beschluss festgehalten: %s") % made.name)
            return redirect(row.address + (f"#punkt-{item.pk}" if item else ""))
    there, full = decisions.voters(row)
    context = {"form": form, "lines": lines, "meeting": row, "item": item, "there": there, "full": full, "question": _("Was wurde beschlossen, und was folgt daraus?"), "back": row.address}  # fmt: skip
    return render(here, "bodies/decide.html", "gremien", _("Beschluss festhalten"), context, trail=[(str(row), row.address)])  # fmt: skip


@desk()
def paper(here: Desk, number: int, name: str, ending: str) -> HttpResponse:
    """Invitation or minutes as a file."""
    row = _meeting(here, number)
    if name not in PAPERS or ending not in ("pdf", "docx"):
        raise NotFound(_("Dieses Format gibt es nicht."))
    demand(here.request, name == "einladung" or permissions.can_read_minutes(here.reader, row))
    content = WRITERS[ending](PAPERS[name](here.place, row, here.reader), Design())
    response = HttpResponse(content, content_type=TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}-{row.number}.{ending}"'
    return response


@desk()
def calendar(here: Desk, number: int) -> HttpResponse:
    """One meeting as iCalendar."""
    row = _meeting(here, number)
    host = here.request.build_absolute_uri("/").rstrip("/")
    response = HttpResponse(documents.calendar([row], host), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sitzung-{row.number}.ics"'
    return response
