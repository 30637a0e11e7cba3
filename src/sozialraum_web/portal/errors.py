"""Error pages with a way on (Fehlerseiten)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix

from sozialraum.words import say
from sozialraum_ui.parts import Link
from sozialraum_web.monitoring.access import NotFound


def _page(request: HttpRequest, status: int, title: str, text: str, links: list[Link]) -> HttpResponse:
    context: dict[str, Any] = {"title": title, "text": text, "links": links, "status": status}
    return HttpResponse(render_to_string("portal/error.html", context, request), status=status)


def _ways(request: HttpRequest) -> list[Link]:
    first = request.path_info.strip("/").split("/")[0]
    own = (
        [Link(say("Zur Startseite der Kommune"), f"{get_script_prefix()}{first}/")]
        if first and request.path_info.count("/") > 2
        else []
    )
    return [*own, Link(say("Alle Kommunen"), get_script_prefix())]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: what is missing, and where to go instead."""
    if isinstance(exception, NotFound):
        links = [Link(label, url) for label, url in exception.links] or _ways(request)
        return _page(request, exception.status, exception.message, exception.remedy, links)
    text = say("Die Adresse ist falsch geschrieben oder die Seite ist umgezogen.")
    return _page(request, 404, say("Diese Seite gibt es nicht."), text, _ways(request))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403: what is closed, and how to get in."""
    text = say(
        "Diese Seite gehört zu einer Rolle, die Ihr Konto hier nicht hat. "
        "Die Administration Ihrer Kommune kann sie vergeben."
    )
    return _page(
        request,
        403,
        say("Diese Seite ist geschützt."),
        text,
        [Link(say("Anmelden"), "/konto/login/"), *_ways(request)],
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form whose protection is too old or was blocked."""
    text = say(
        "Das Formular war zu lange geöffnet oder der Browser nimmt kein Cookie an. "
        "Laden Sie die Seite mit dem Formular neu und senden Sie es noch einmal ab."
    )
    return _page(request, 403, say("Das Formular konnte nicht gesendet werden."), text, _ways(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; says nothing about the inside."""
    text = say(
        "Das liegt an uns, nicht an Ihnen. Der Fehler ist vermerkt. Versuchen Sie es später noch einmal."
    )
    return _page(request, 500, say("Hier ist etwas schiefgegangen."), text, _ways(request))
