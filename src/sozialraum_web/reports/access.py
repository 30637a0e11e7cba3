"""Who sees which report, and the door of every page of this room (Zugang)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from sozialraum_web.accounts.models import Municipality
from sozialraum_web.accounts.permissions import Person, can_make_reports, can_read_internal
from sozialraum_web.monitoring.access import NotFound, Place, enter, municipality_of
from sozialraum_web.monitoring.models import Release
from sozialraum_web.reports.models import Report

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Place, P], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def for_makers(view: View[P]) -> Guarded[P]:
    """Only for those who may make reports here; others log in or get a page that says why not."""

    @never_cache
    @wraps(view)
    def inside(request: HttpRequest, kommune: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        municipality = municipality_of(kommune)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if not can_make_reports(request.user, municipality):
            raise PermissionDenied
        return view(request, enter(request, kommune), *args, **kwargs)

    return cast("Guarded[P]", inside)


def visible(person: Person, municipality: Municipality) -> QuerySet[Report]:
    """Published reports for everybody; all for those who make them, internal ones for those who work with the figures."""
    rows = Report.objects.filter(municipality=municipality).select_related("release", "municipality")
    public = Q(published=True, state=Report.State.DONE, release__audience=Release.Audience.PUBLIC)
    if can_make_reports(person, municipality):
        return rows
    if can_read_internal(person, municipality):
        return rows.filter(Q(state=Report.State.DONE))
    return rows.filter(public)


def find(person: Person, municipality: Municipality, pk: int) -> Report:
    """A report this person may see, or a page that says there is none."""
    found = visible(person, municipality).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "Diesen Bericht gibt es hier nicht.",
            "Vielleicht wurde er gelöscht oder ist nicht öffentlich.",
            (("Alle Berichte", f"/{municipality.slug}/berichte/"),),
        )
    return found
