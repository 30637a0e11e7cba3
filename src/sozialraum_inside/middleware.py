"""Who may enter, and what a page says when something a planner can mend went wrong (Eingang, Befunde)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from sozialraum.errors import SozialraumError
from sozialraum_inside import door
from sozialraum_inside.place import door_place

ENTRANCE: Final = "/eintreten/"
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
