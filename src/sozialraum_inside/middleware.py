"""Who may enter, and what a page says when something a planner can mend went wrong (Eingang, Befunde)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from sozialraum.errors import SozialraumError
from sozialraum_inside import changes, door, people
from sozialraum_inside.people import Person, Role
from sozialraum_inside.place import door_place, folder

ENTRANCE: Final = "/eintreten/"
LOG_IN, LOG_OUT = "/anmelden/", "/abmelden/"
View = Callable[[HttpRequest], HttpResponse]


class DoorMiddleware:
    """No page without the cookie that a one-time address gave; nothing is kept in a browser's store."""

    def __init__(self, view: View) -> None:
        self.view = view

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let in, or say how to get in."""
        if request.path.startswith(ENTRANCE):
            return self._enter(request, request.path.removeprefix(ENTRANCE).strip("/"))
        if not request.session.get("drin"):
            return render(request, "inside/door.html", {"shut": True}, status=403)
        answer = self.view(request)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    def _enter(self, request: HttpRequest, token: str) -> HttpResponse:
        if request.method == "GET" and door.open_with(door_place(), token):
            request.session["drin"] = True
            return HttpResponseRedirect("/")
        if request.session.get("drin"):
            return HttpResponseRedirect("/")
        return render(request, "inside/door.html", {"used": True}, status=403)


class PeopleMiddleware:
    """Where accounts are turned on: nobody works without one, and a role says what may be changed."""

    def __init__(self, view: View) -> None:
        self.view = view

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who it is; refuse what the role does not allow."""
        staff = people.read(folder())
        person = acting_person(request) if staff.on else None
        if staff.on and person is None and request.path != LOG_IN:
            return HttpResponseRedirect(LOG_IN)
        if staff.on and person is not None and person.role < needed(request):
            return render(
                request, "inside/not_allowed.html", {"person": person, "needed": needed(request)}, status=403
            )
        token = changes.ACTING.set(person.name if person else "")
        try:
            return self.view(request)
        finally:
            changes.ACTING.reset(token)


def needed(request: HttpRequest) -> Role:
    """The role that a request needs: looking is free for everyone, changing is not."""
    if request.path.startswith("/konten/"):
        return Role.ADMINISTER
    return Role.READ if request.method in ("GET", "HEAD") or request.path in (LOG_IN, LOG_OUT) else Role.WORK


def acting_person(request: HttpRequest) -> Person | None:
    """The account of a session; None where there is none or its password was changed since."""
    person = people.read(folder()).person(str(request.session.get("wer", "")))
    return person if person and request.session.get("stand") == _stamp(person) else None


def sign_in(request: HttpRequest, person: Person) -> None:
    """Work as this person from now on."""
    request.session["wer"], request.session["stand"] = person.id, _stamp(person)


def sign_out(request: HttpRequest) -> None:
    """Nobody works in this browser any more; the door stays open."""
    request.session.pop("wer", None)
    request.session.pop("stand", None)


def _stamp(person: Person) -> str:
    return sha256(person.password.encode()).hexdigest()[:24]


class FindingsMiddleware:
    """A finding that a view did not handle becomes a page with all findings, never a stack trace."""

    def __init__(self, view: View) -> None:
        self.view = view

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; `process_exception` does the work."""
        return self.view(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for something that can be mended."""
        if isinstance(error, SozialraumError):
            return render(request, "inside/findings.html", {"findings": error.findings}, status=409)
        return None
