"""Who did what when and why, and taking it back (Journal)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_inside import changes, taking
from sozialraum_inside.changes import Event
from sozialraum_inside.place import folder


@dataclass(frozen=True)
class Entry:
    """One event with what a person can do about it."""

    event: Event
    undone: bool
    hindrance: str


def show(request: HttpRequest) -> HttpResponse:
    """Everything on record, by day."""
    entries = changes.events(folder())
    gone = changes.undone(entries)
    days = [
        (day, [Entry(e, e.id in gone, changes.why_not_undone(folder(), e, entries)) for e in group])
        for day, group in changes.by_day(entries)
    ]
    return render(request, "inside/journal.html", {"days": days})


@require_POST
def undo(request: HttpRequest, id: str) -> HttpResponse:
    """Take a change back."""
    try:
        event = changes.undo(folder(), id)
        taking.forget_removed(folder(), event)
        messages.success(request, f"{event.text}.")
    except SozialraumError as error:
        messages.error(request, " ".join(str(f) for f in error.findings))
    return redirect("/journal/")
