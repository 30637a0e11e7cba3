"""Looking at a municipality as another role sees it: read only, never more than one may read anyway (Ansicht als)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve

from sozialraum_web.accounts.models import Municipality, Role, User
from sozialraum_web.accounts.permissions import PUBLIC, can_preview
from sozialraum_web.planning.permissions import Reader
from sozialraum_web.portal import rights

KEY: Final = "ansicht"
NOBODY: Final = "niemand"
# what still works while looking as somebody else
OPEN: Final = frozenset({"end_preview", "account_logout"})


def offered(person: User, municipality: Municipality) -> list[tuple[str, str]]:
    """Roles whose view a person may take: those that read nothing the person does not read."""
    if not can_preview(person, municipality):
        return []
    own = rights.reads(Reader(person, municipality))
    roles = [(NOBODY, PUBLIC), *((role.value, str(role.label)) for role in Role)]
    return [(value, label) for value, label in roles if rights.reads(rights.asked(_role(value))) <= own]


def _role(value: str) -> Role | None:
    return None if value == NOBODY else Role(value)


def begin(request: HttpRequest, municipality: Municipality, value: str) -> bool:
    """Take the view of a role; False when it is not offered."""
    if value not in dict(offered(request.user, municipality)):  # type: ignore[arg-type]
        return False
    request.session[KEY] = {"kommune": municipality.pk, "rolle": value}
    return True


def end(request: HttpRequest) -> None:
    """Be oneself again."""
    request.session.pop(KEY, None)


class PreviewMiddleware:
    """Lets a person who took the view of a role see exactly that, and change nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the view for this request; visitors without a session cost no query."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or KEY not in request.session:
            return self.get_response(request)
        kept, person = request.session[KEY], request.user
        town = Municipality.objects.filter(pk=kept["kommune"]).first()
        if not isinstance(person, User) or town is None or kept["rolle"] not in dict(offered(person, town)):
            end(request)  # the right is gone, and with it the view
            return self.get_response(request)
        role = _role(kept["rolle"])
        request.previewed_as = role.label if role else PUBLIC  # type: ignore[attr-defined]
        request.previewed_in = town  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD") and resolve(request.path_info).url_name not in OPEN:
            return render(request, "portal/preview_closed.html", status=403)
        person.previewed = (town.pk, frozenset({role} if role else ()))
        return self.get_response(request)
