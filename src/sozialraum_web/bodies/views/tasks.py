"""Tasks and everything due, how mails come, comments and subscriptions (Aufgaben, Mitteilungen, Kommentare)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render as plain_render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_ui.parts import Link
from sozialraum_web.accounts.models import User
from sozialraum_web.bodies import due, permissions
from sozialraum_web.bodies.forms import HabitForm
from sozialraum_web.bodies.models import Task
from sozialraum_web.bodies.services.tasks import finish
from sozialraum_web.exchange import mailing
from sozialraum_web.exchange import services as exchange
from sozialraum_web.exchange.models import Comment, Habit, Notice, Subscription
from sozialraum_web.monitoring.access import NotFound
from sozialraum_web.planning import permissions as planning
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.kinds import KINDS
from sozialraum_web.planning.models import Field
from sozialraum_web.planning.permissions import Reader
from sozialraum_web.planning.views.writing import kind_of, saved_change
from sozialraum_web.records.models import Record

PAGE = 60


def _inside(reader: Reader) -> bool:
    return reader.user is not None


@desk(_inside)
def task_list(here: Desk) -> HttpResponse:
    """Everything late or due in one place."""
    today, choice = date.today(), due.Choice.read(here.request.GET)  # noqa: DTZ011
    rows = due.chosen(here, choice)
    number = rows.count()
    context = {
        "question": _("Was ist zu tun, und was ist spät?"),
        "choice": choice,
        "chips": [
            Link(_("Meine"), here.url("aufgaben"), current=choice.whose == "meine" and not choice.done),
            Link(_("Alle"), here.url("aufgaben", wer="alle"), current=choice.whose == "alle" and not choice.done and not choice.body and not choice.organisation),
            Link(_("Erledigt"), here.url("aufgaben", wer="alle", stand="erledigt"), current=choice.done),
        ],
        "tasks": [(task, task.late(today), permissions.can_do(here.reader, task)) for task in rows[:PAGE]],
        "number": number,
        "late": sum(1 for task in rows[:PAGE] if task.late(today)),
        "groups": due.groups(here, today) if choice.whose == "meine" and not choice.done else [],
        "may_give": permissions.can_give_tasks(here.reader),
        "saved": saved_change(here),
        **due.filters(here),
    }  # fmt: skip
    return render(here, "bodies/tasks.html", "aufgaben", _("Aufgaben"), context)


@desk()
def task(here: Desk, number: int) -> HttpResponse:
    """One task with where it comes from."""
    row = found(here, Task, number, permissions.visible)
    context = {
        "question": _("Wer tut was bis wann, und woher kommt es?"),
        "task": row,
        "late": row.late(date.today()),  # noqa: DTZ011
        "links": [item for item in (row.need, row.goal, row.measure) if item is not None and planning.can_read(here.reader, item)],
        "may_edit": permissions.can_edit_task(here.reader, row),
        "may_do": permissions.can_do(here.reader, row),
        "sees_history": planning.can_see_history(here.reader),
        "saved": saved_change(here),
    }  # fmt: skip
    return render(here, "bodies/task.html", "aufgaben", row.title, context, trail=[(_("Aufgaben"), here.url("aufgaben"))], talk=row)  # fmt: skip


@require_POST
def task_state(request: HttpRequest, kommune: str, number: int) -> HttpResponse:
    """Report a task done, dropped, or open again."""
    return _task_state(request, kommune, number)


@desk()
def _task_state(here: Desk, number: int) -> HttpResponse:
    row = found(here, Task, number, permissions.visible)
    demand(here.request, permissions.can_do(here.reader, row))
    try:
        written = finish(row, here.reader.user, date.today(), here.request.POST.get("stand", ""))  # noqa: DTZ011
    except SozialraumError as error:
        messages.error(here.request, str(error))
        return redirect(row.address)
    mark = f"?gespeichert={written.change.pk}" if written.change else ""
    back = here.url("aufgaben") if here.request.POST.get("zurueck") == "liste" else row.address
    return redirect(f"{back}{mark}")


# -- mails --------------------------------------------------------------------------------------------------------------


@desk(_inside)
def habits(here: Desk) -> HttpResponse:
    """How often mails come and when never; subscriptions; what was told lately."""
    user = here.reader.user
    assert user is not None
    form = HabitForm(here.request.POST or None, instance=exchange.habit_of(user))
    if here.request.method == "POST" and form.is_valid():
        Habit.objects.update_or_create(user=user, defaults=form.cleaned_data)
        messages.success(here.request, _("Gespeichert."))
        return redirect(here.url("mitteilungen"))
    town = here.place.municipality
    context = {
        "question": _("Wie und wann möchten Sie Mails erhalten?"),
        "form": form,
        "mail": user.email,
        "subscriptions": list(Subscription.objects.filter(municipality=town, user=user)),
        "offered": [
            (f"feld:{row.number}", row.title) for row in planning.visible(Field.objects.all(), here.reader)
        ],
        "notices": list(Notice.objects.filter(municipality=town, user=user).order_by("-id")[:20]),
    }
    return render(here, "bodies/habits.html", "aufgaben", _("Mitteilungen"), context, trail=[(_("Aufgaben"), here.url("aufgaben"))])  # fmt: skip


@require_POST
def subscribe(request: HttpRequest, kommune: str) -> HttpResponse:
    """Begin or end a subscription."""
    return _subscribe(request, kommune)


@desk(_inside)
def _subscribe(here: Desk) -> HttpResponse:
    user, key = here.reader.user, here.request.POST.get("gegenstand", "")
    assert user is not None
    label = _label(here, key)
    if not label:
        raise NotFound(_("Das lässt sich hier nicht abonnieren."))
    holds = exchange.subscribe(here.place.municipality, user, key, label)
    messages.success(here.request, (_("Abonniert: %s") if holds else _("Nicht mehr abonniert: %s")) % label)
    back = here.request.POST.get("zurueck", "")
    return redirect(back if back.startswith(here.place.base) else here.url("mitteilungen"))


def _label(here: Desk, key: str) -> str:
    what, _sep, rest = key.partition(":")
    if what == "feld" and rest.isascii() and rest.isdigit():
        row = planning.visible(Field.objects.all(), here.reader).filter(number=rest[:9]).first()
        return row.title if row is not None else ""
    level, _sep, code = rest.partition(":")
    area = here.place.catalogue.area(level, code) if what == "gebiet" else None
    return area.name if area is not None else ""


def mail_link(request: HttpRequest, word: str) -> HttpResponse:
    """Where the links in mails lead: report a task done, or choose how mails come; works without logging in."""
    if (keys := mailing.opened("erledigt", word)) is not None:
        return _done_by_mail(request, *keys)
    if (keys := mailing.opened("abmelden", word)) is not None:
        return _habit_by_mail(request, *keys)
    return plain_render(request, "bodies/link_gone.html", status=404)


@csrf_exempt
def no_more_mails(request: HttpRequest, word: str) -> HttpResponse:
    """The button of a mail program (RFC 8058): a POST ends all mails; whoever opens the address chooses by hand.

    The signed word in the address is the proof; a mail program has no cookie to prove more with.
    """
    keys = mailing.opened("abmelden", word)
    user = User.objects.filter(pk=keys[0], is_active=True).first() if keys else None
    if user is None:
        return plain_render(request, "bodies/link_gone.html", status=404)
    if request.method != "POST" or request.POST.get("List-Unsubscribe") != "One-Click":
        return redirect("mail_link", word=word)
    Habit.objects.update_or_create(user=user, defaults={"rhythm": Habit.Rhythm.NEVER})
    return HttpResponse(_("Es kommen keine Mails mehr."), content_type="text/plain; charset=utf-8")


def _done_by_mail(request: HttpRequest, key: int, person: int) -> HttpResponse:
    row = (
        Task.objects.filter(pk=key, removed=None)
        .select_related("municipality", "user", "organisation")
        .first()
    )
    user = User.objects.filter(pk=person, is_active=True).first()
    reader = Reader(user, row.municipality) if row is not None and user is not None else None
    if row is None or reader is None or not permissions.can_do(reader, row):
        return plain_render(request, "bodies/link_gone.html", status=404)
    if request.method == "POST" and row.state == Task.State.OPEN:
        finish(row, user, date.today())  # noqa: DTZ011
        row.refresh_from_db()
    return plain_render(request, "bodies/link_done.html", {"task": row, "open": row.state == Task.State.OPEN})


def _habit_by_mail(request: HttpRequest, person: int) -> HttpResponse:
    user = User.objects.filter(pk=person, is_active=True).first()
    if user is None:
        return plain_render(request, "bodies/link_gone.html", status=404)
    form = HabitForm(request.POST or None, instance=exchange.habit_of(user))
    saved = request.method == "POST" and form.is_valid()
    if saved:
        Habit.objects.update_or_create(user=user, defaults=form.cleaned_data)
    return plain_render(request, "bodies/link_habit.html", {"form": form, "saved": saved})


# -- comments -----------------------------------------------------------------------------------------------------------


@require_POST
def comment(request: HttpRequest, kommune: str, art: str, number: int) -> HttpResponse:
    """Say something about a record one may read."""
    return _comment(request, kommune, art, number)


@desk(permissions.can_comment)
def _comment(here: Desk, art: str, number: int) -> HttpResponse:
    kind = kind_of(art)
    record = found(here, kind.model, number, kind.visible)
    author = here.reader.user
    assert author is not None
    try:
        exchange.comment(record, author, here.request.POST.get("text", ""), _readers(here, record, kind))
        messages.success(here.request, _("Kommentar gespeichert."))
    except SozialraumError as error:
        messages.error(here.request, str(error))
    return redirect(f"{record.address}#kommentare")


def _readers(here: Desk, record: Record, kind: Any) -> list[User]:
    """Those who may read a record: only they are told when they are named."""
    town = here.place.municipality
    rows = kind.model._default_manager.filter(pk=record.pk)
    return [
        person for person in exchange.colleagues(town) if kind.visible(rows, Reader(person, town)).exists()
    ]


@require_POST
def withdraw(request: HttpRequest, kommune: str, pk: int) -> HttpResponse:
    """Take an own comment back."""
    return _withdraw(request, kommune, pk)


@desk(permissions.can_comment)
def _withdraw(here: Desk, pk: int) -> HttpResponse:
    row = Comment.objects.filter(municipality=here.place.municipality, pk=pk, removed=None).first()
    if row is None or row.kind not in KINDS or here.reader.user is None:
        raise NotFound(_("Diesen Kommentar gibt es nicht."))
    kind = KINDS[row.kind]
    record = found(here, kind.model, row.number, kind.visible)
    try:
        exchange.withdraw(row, here.reader.user)
        messages.success(here.request, _("Kommentar zurückgenommen."))
    except SozialraumError as error:
        messages.error(here.request, str(error))
    return redirect(f"{record.address}#kommentare")
