"""What stands around every page of planning: door, navigation, chain (Rahmen der Planung)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render as django_render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sozialraum_ui.parts import Link
from sozialraum_web.atlas.frame import address, used_sources
from sozialraum_web.atlas.frame import frame as atlas_frame
from sozialraum_web.exchange.files import attachments
from sozialraum_web.exchange.services import comments
from sozialraum_web.monitoring.access import NotFound, Place, enter
from sozialraum_web.planning import permissions
from sozialraum_web.planning.permissions import Reader, reader_of
from sozialraum_web.records.models import Record

P = ParamSpec("P")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Desk:
    """A planning page: the request, the municipality with its release, and who reads."""

    request: HttpRequest
    place: Place
    reader: Reader

    def url(self, *segments: str | int, **query: str) -> str:
        """An address below `planung/`."""
        return address(self.place, "planung", *(str(segment) for segment in segments), **query)


View = Callable[Concatenate[Desk, P], HttpResponseBase]
Page = Callable[Concatenate[HttpRequest, str, P], HttpResponse]


def desk(predicate: Callable[[Reader], bool] | None = None) -> Callable[[View[P]], Page[P]]:
    """A page of planning; with a predicate only for readers it lets in, others log in or are told why not."""

    def guard(view: View[P]) -> Page[P]:
        @wraps(view)
        def inside(request: HttpRequest, kommune: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            place = enter(request, kommune)
            reader = reader_of(request, place.municipality)
            try:
                if predicate is not None:
                    demand(request, predicate(reader))
                response = view(Desk(request, place, reader), *args, **kwargs)
            except LogInFirstError:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            response.headers.setdefault(
                "Cache-Control", "private, no-store" if request.user.is_authenticated else "no-cache"
            )
            return response

        return inside  # type: ignore[return-value]

    return guard


class LogInFirstError(Exception):
    """A visitor without account asked for a page of those who work here."""


def demand(request: HttpRequest, allowed: bool) -> None:
    """Stop here unless allowed: visitors log in first, others get a page that says why not."""
    if allowed:
        return
    if not request.user.is_authenticated:
        raise LogInFirstError
    raise PermissionDenied


def found(
    desk: Desk,
    model: type[R],
    number: int,
    visible: Callable[[QuerySet[R], Reader], QuerySet[R]] = permissions.visible,
) -> R:
    """A record of this municipality that this reader may see, by its number; NotFound otherwise."""
    row = visible(model._default_manager.all(), desk.reader).filter(number=number).first()
    if row is None:
        name = str(model._meta.verbose_name)
        raise NotFound(
            _("%(name)s Nr. %(number)s gibt es hier nicht.") % {"name": name, "number": number},
            _("Vielleicht wurde der Eintrag entfernt, oder er ist nicht für alle lesbar."),
            ((_("Zur Planung"), desk.url()),),
        )
    row.municipality = desk.place.municipality
    return row


SECTIONS = (
    ("", lazy("Wo stehen wir?")),
    ("befunde", lazy("Befunde")),
    ("bedarfe", lazy("Bedarfe")),
    ("ziele", lazy("Ziele")),
    ("massnahmen", lazy("Maßnahmen")),
    ("mittel", lazy("Mittel")),
    ("gremien", lazy("Gremien")),
    ("aufgaben", lazy("Aufgaben")),
    ("akteure", lazy("Akteure")),
    ("rat", lazy("Für den Rat")),
    ("export", lazy("Mitnehmen")),
)


def sections(desk: Desk, current: str) -> list[Link]:
    """The pages of planning this reader can use."""
    staff = permissions.can_read_all(desk.reader)
    council = permissions.can_read_council(desk.reader)
    closed = {
        "gremien": desk.reader.user is None,
        "aufgaben": desk.reader.user is None,
        "mittel": not staff,
        "akteure": not (staff or desk.reader.organisations),
        "rat": not council,
    }
    first = _("Wo stehen wir?") if staff else _("Überblick")
    return [
        Link(first if key == "" else str(label), desk.url(*([key] if key else [])), current=key == current)
        for key, label in SECTIONS
        if not closed.get(key)
    ]


def render(
    desk: Desk,
    template: str,
    current: str,
    title: str,
    context: dict[str, Any],
    *,
    trail: Iterable[tuple[str, str]] = (),
    chain: tuple[str, dict[str, tuple[str, str]]] | None = None,
    status: int = 200,
    indicators: Iterable[str] = (),
    talk: Record | None = None,
) -> HttpResponse:
    """A page of planning; every page names the question it answers through `question` in its context.

    `indicators` are those whose figures stand on the page: their sources are named below it. `talk` is the record that
    people who work here may comment on below.
    """
    catalogue = desk.place.catalogue
    shown = [item for id in dict.fromkeys(indicators) if (item := catalogue.indicators.get(id)) is not None]
    way = [(_("Planung"), desk.url()), *trail, (title, "")] if current or trail else [(_("Planung"), "")]
    full = {
        **atlas_frame(desk.place, "planung", trail=way, chain=chain, sources=used_sources(catalogue, shown)),
        "title": title,
        "sections": sections(desk, current),
        "reader": desk.reader,
        "may_plan": permissions.can_plan(desk.reader),
        "may_steer": permissions.can_steer(desk.reader),
        "desk": desk,
        "talk": talk if talk is not None and desk.reader.user is not None else None,
        "attachments": attachments(talk) if talk is not None and desk.reader.user is not None else [],
        "comments": comments(talk) if talk is not None and desk.reader.user is not None else [],
        **context,
    }
    return django_render(desk.request, template, full, status=status)
