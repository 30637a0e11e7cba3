"""Pages for those who work here: releases, rights, members, barrier reports."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_ui import parts
from sozialraum_ui.parts import Cell, Column, Link, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.accounts import permissions, services
from sozialraum_web.accounts.models import Membership, Municipality, Role, User
from sozialraum_web.monitoring.access import NotFound, municipality_of
from sozialraum_web.monitoring.models import Release, TrustedKey, UploadToken
from sozialraum_web.monitoring.services import choose
from sozialraum_web.portal import preview
from sozialraum_web.portal.forms import InvitationForm
from sozialraum_web.portal.models import BarrierReport
from sozialraum_web.portal.rights import ROWS, holders, lines
from sozialraum_web.records.services import log_event

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Municipality, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, str, P], HttpResponse]


def needs(predicate: Callable[..., bool]) -> Callable[[View[P]], Guarded[P]]:
    """Only for persons the predicate lets in; others log in or get a page that says why not."""

    def guard(view: View[P]) -> Guarded[P]:
        @never_cache
        @wraps(view)
        def inside(request: HttpRequest, kommune: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            municipality = municipality_of(kommune)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if not predicate(request.user, municipality):
                raise PermissionDenied
            return view(request, municipality, *args, **kwargs)

        return cast("Guarded[P]", inside)

    return guard


def plain_frame(municipality: Municipality, title: str) -> dict[str, Any]:
    """A frame that needs no release: a new municipality has none yet."""
    base = f"/{municipality.slug}/"
    return {
        "municipality": parts.Municipality(municipality.name, municipality.kind, base, "Arbeitsbereich"),
        "navigation": parts.navigation(base, ""),
        "breadcrumb": [Link("Start", base), Link(title, current=True)],
        "title": title,
        "tenant": municipality,
    }


@needs(permissions.can_see_releases)
def releases(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """All releases with what is shown, and the trusted keys."""
    rows = Release.objects.filter(municipality=municipality)
    return render(
        request,
        "portal/releases.html",
        {
            **plain_frame(municipality, "Freigaben"),
            "releases": rows,
            "keys": TrustedKey.objects.filter(municipality=municipality),
            "may_choose": permissions.can_choose_release(request.user, municipality),
            "may_confirm": permissions.can_manage_members(request.user, municipality),
            "tokens": UploadToken.objects.filter(municipality=municipality),
            "person": request.user,
        },
    )


@require_POST
def choose_release(request: HttpRequest, kommune: str, name: str) -> HttpResponse:
    """Show another release of the same audience."""
    return _choose_release(request, kommune, name)


@needs(permissions.can_choose_release)
def _choose_release(request: HttpRequest, municipality: Municipality, name: str) -> HttpResponse:
    release = Release.objects.filter(municipality=municipality, name=name).first()
    if release is None:
        raise NotFound(f"Eine Freigabe „{name[:60]}“ gibt es nicht.")
    person = cast("User", request.user)
    if choose(release, person):
        note = f"Gezeigt wird jetzt die Freigabe {release.name} ({release.audience})."
    else:
        note = f"Vorgeschlagen: {release.name}. Sobald eine zweite Person bestätigt, ist sie öffentlich."
    log_event(municipality, person, "freigaben", f"Freigabe {release.name}", note)
    messages.success(request, note)
    return redirect("releases", municipality.slug)


@needs(permissions.can_see_rights)
def rights(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """Every right, as the predicates of the software answer; and the view of another role."""
    context = {
        **plain_frame(municipality, "Rollen und Rechte"),
        "tables": [matrix_table(room) for room in dict.fromkeys(room for room, _, _ in ROWS)],
        "views": preview.offered(request.user, municipality) if isinstance(request.user, User) else [],
    }
    return render(request, "portal/rights.html", context)


def matrix_table(room: str) -> Table:
    """The rights of one room down, the roles across, yes in words."""
    columns = [Column("Recht"), *(Column(name) for name in holders())]
    rows = [
        TableRow([Cell(line.label), *(Cell("ja" if holds else "–") for holds in line.holds)])
        for line in lines()
        if line.room == room
    ]
    return Table(room, columns, rows)


@require_POST
def begin_preview(request: HttpRequest, kommune: str) -> HttpResponse:
    """Look at the municipality as another role sees it."""
    return _begin_preview(request, kommune)


@needs(permissions.can_preview)
def _begin_preview(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    role = request.POST.get("rolle", "")
    if not preview.begin(request, municipality, role):
        raise PermissionDenied
    log_event(municipality, cast("User", request.user), "ansicht", "Ansicht als", f"begonnen: {role}")
    return redirect("start", municipality.slug)


@require_POST
def end_preview(request: HttpRequest, kommune: str) -> HttpResponse:
    """Be oneself again."""
    return _end_preview(request, kommune)


@needs(permissions.belongs)
def _end_preview(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    preview.end(request)
    return redirect("start", municipality.slug)


@needs(permissions.can_manage_members)
def members(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """Members with their roles, and the form to invite."""
    form = InvitationForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        membership, created = services.invite(data["email"], data["name"], municipality, Role(data["role"]))
        note = f"{membership.user} hat jetzt die Rolle {membership.get_role_display()}."
        log_event(municipality, cast("User", request.user), "rollen", str(membership.user), note)
        messages.success(request, note)
        link = request.build_absolute_uri(password_link(membership.user)) if created else ""
        if link and services.send_invitation(membership, link):
            messages.success(request, f"Die Einladung ist per Mail an {membership.user.email} unterwegs.")
            link = ""
        form = InvitationForm()
    rows = Membership.objects.filter(municipality=municipality).select_related("user")
    return render(
        request,
        "portal/members.html",
        {**plain_frame(municipality, "Mitglieder"), "form": form, "rows": rows, "link": link},
    )


def password_link(user: User) -> str:
    """One-time address where a new person sets a password."""
    token = default_token_generator.make_token(user)
    return reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": token}
    )


@require_POST
def remove_member(request: HttpRequest, kommune: str, pk: int) -> HttpResponse:
    """Take a role away."""
    return _remove_member(request, kommune, pk)


@needs(permissions.can_manage_members)
def _remove_member(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    membership = Membership.objects.filter(municipality=municipality, pk=pk).first()
    if membership is None:
        raise NotFound("Diese Mitgliedschaft gibt es nicht.")
    try:
        services.remove(membership)
        log_event(
            municipality,
            cast("User", request.user),
            "rollen",
            str(membership.user),
            f"Rolle entfernt: {membership.get_role_display()}",
        )
        messages.success(request, "Die Rolle ist entfernt.")
    except SozialraumError as error:
        messages.error(request, str(error))
    return redirect("members", municipality.slug)


@needs(permissions.can_read_barriers)
def barriers(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """Barrier reports of the readers; answering one deletes the address of its sender."""
    if request.method == "POST":
        report = BarrierReport.objects.filter(
            municipality=municipality, pk=_number(request.POST.get("report"))
        ).first()
        if report is None:
            raise NotFound("Diese Meldung gibt es nicht.")
        report.answered, report.contact = True, ""
        report.save(update_fields=["answered", "contact"])
        return redirect("barriers", municipality.slug)
    rows = BarrierReport.objects.filter(municipality=municipality)
    return render(
        request, "portal/barriers.html", {**plain_frame(municipality, "Meldungen zu Barrieren"), "rows": rows}
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
