"""Accounts: entering with a name and password, and who may do what (Anmelden, Konten)."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_inside import changes, people
from sozialraum_inside.middleware import acting_person, sign_in, sign_out
from sozialraum_inside.people import Person, Role, Wanted
from sozialraum_inside.place import folder
from sozialraum_inside.views.forms import wrong_by_field


def log_in(request: HttpRequest) -> HttpResponse:
    """Who is working? Only where accounts are turned on."""
    staff = people.read(folder())
    if not staff.on or acting_person(request):
        return redirect("/")
    wrong: dict[str, str] = {}
    chosen = request.POST.get("konto", "")
    if request.method == "POST":
        try:
            sign_in(request, people.enter(folder(), chosen, request.POST.get("passwort", "")))
            return redirect("/")
        except SozialraumError as error:
            wrong = wrong_by_field(error)
    names = sorted((p for p in staff.people if p.active), key=lambda p: p.name.casefold())
    context = {"people": names, "chosen": chosen, "wrong": wrong}
    return render(request, "inside/log_in.html", context, status=403 if wrong else 200)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End working as this person; the door stays open for the next one."""
    sign_out(request)
    return redirect("/anmelden/")


def overview(request: HttpRequest) -> HttpResponse:
    """All accounts, a form for a new one, and the second pair of eyes."""
    if request.method == "POST":
        return _act(request)
    return _page(request, Wanted("", Role.WORK), {})


def _act(request: HttpRequest) -> HttpResponse:
    staff = people.read(folder())
    if request.POST.get("tun") == "vier-augen":
        wanted = bool(request.POST.get("vier_augen"))
        hindrance = people.hindrance_of_four_eyes(staff) if wanted else ""
        if hindrance:
            messages.error(request, hindrance)
            return redirect("/konten/")
        people.write(folder(), replace(staff, four_eyes=wanted))
        text = "Vier-Augen-Freigabe " + ("eingeschaltet" if wanted else "ausgeschaltet")
        changes.record(folder(), "konten", text)
        messages.success(request, f"{text}.")
        return redirect("/konten/")
    wanted_person = _wanted(request)
    try:
        more = people.with_person(staff, wanted_person)
    except SozialraumError as error:
        return _page(request, wanted_person, wrong_by_field(error), status=422)
    people.write(folder(), more)
    added = more.people[-1]
    changes.record(
        folder(),
        "konten",
        f"Konto für {added.name} angelegt: {added.role.label}",
        who=added.name if not staff.on else "",
    )
    if not staff.on:
        # Whoever turns accounts on goes on working as the first one.
        sign_in(request, added)
    messages.success(request, f"Das Konto für {added.name} ist angelegt.")
    return redirect("/konten/")


def change(request: HttpRequest, id: str) -> HttpResponse:
    """One account: name, role, password, whether it is active."""
    staff = people.read(folder())
    person = next((p for p in staff.people if p.id == id), None)
    if person is None:
        raise Http404
    wanted, wrong = Wanted(person.name, person.role, "", person.active), dict[str, str]()
    if request.method == "POST":
        wanted = replace(_wanted(request), active=bool(request.POST.get("aktiv")))
        try:
            people.write(folder(), people.with_person(staff, wanted, id))
        except SozialraumError as error:
            wrong = wrong_by_field(error)
        else:
            changes.record(folder(), "konten", f"Konto {person.name} geändert: {_said(person, wanted)}")
            own = acting_person(request) is None and request.session.get("wer") == id
            if own and wanted.active:
                # A new password ends all sessions of an account but this one.
                sign_in(request, next(p for p in people.read(folder()).people if p.id == id))
            messages.success(request, f"Das Konto von {wanted.name} ist geändert.")
            return redirect("/konten/")
    context = {
        "person": person,
        "wanted": wanted,
        "wrong": wrong,
        "roles": list(Role),
        "shortest": people.SHORTEST,
    }
    return render(request, "inside/account.html", context, status=422 if wrong else 200)


def _said(before: Person, wanted: Wanted) -> str:
    parts = [
        f"heißt jetzt {wanted.name}" if wanted.name != before.name else "",
        f"Rolle {before.role.label} → {wanted.role.label}" if wanted.role is not before.role else "",
        "neues Passwort" if wanted.password else "",
        ("freigeschaltet" if wanted.active else "gesperrt") if wanted.active != before.active else "",
    ]
    return ", ".join(part for part in parts if part) or "unverändert gespeichert"


def _wanted(request: HttpRequest) -> Wanted:
    text = request.POST.get("rolle", "")
    role = Role(int(text)) if text in {str(int(r)) for r in Role} else Role.READ
    return Wanted(request.POST.get("name", ""), role, request.POST.get("passwort", ""))


def _page(request: HttpRequest, wanted: Wanted, wrong: dict[str, str], status: int = 200) -> HttpResponse:
    staff = people.read(folder())
    context = {
        "staff": staff, "wanted": wanted if staff.on else replace(wanted, role=Role.ADMINISTER), "wrong": wrong,
        "roles": list(Role), "shortest": people.SHORTEST, "hindrance": people.hindrance_of_four_eyes(staff),
    }  # fmt: skip
    return render(request, "inside/people.html", context, status=status)
