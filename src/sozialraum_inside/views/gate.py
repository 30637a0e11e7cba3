"""The gate, visible: what would be hidden and why, the proof, the release, and its folder to carry away (Freigabe)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum_inside import approval, changes, gate, jobs, people, sending, sight
from sozialraum_inside.middleware import acting_person
from sozialraum_inside.people import Role
from sozialraum_inside.place import door_place, folder, municipality
from sozialraum_inside.sending import Site


def overview(request: HttpRequest) -> HttpResponse:
    """Preview, release and all releases so far; the form starts one of both."""
    town = municipality()
    if request.method == "POST":
        return _act(request, town)
    preview = jobs.last(folder(), "vorschau")
    there = sight.values_file(town, protected=True)
    done = preview is not None and preview.state == "fertig"
    return render(
        request,
        "inside/gate.html",
        {
            "computed": bool(sight.available(sight.values_file(town))),
            "preview": preview,
            "protocol": preview.result.get("protocol") if preview and done else None,
            "losses": gate.losses(there, town) if there.exists() else None,
            "releases": gate.released(town),
            "rules": gate.rules(town),
            "stale": done and changes.changed_since(changes.events(folder()), "vorschau"),
            "name": gate.free_name(town, localdate().isoformat()),
            "last": jobs.last(folder(), "freigabe"),
            "audience": town.audience,
            "site": sending.remembered(door_place()),
            **_four_eyes(request, town),
        },
    )


def _four_eyes(request: HttpRequest, town: Municipality) -> dict[str, Any]:
    """What waits for a second person, and whether the one who looks may grant it."""
    staff, person = people.read(folder()), acting_person(request)
    waiting = approval.waiting(folder()) if staff.on else None
    return {
        "four_eyes": staff.on and staff.four_eyes,
        "waiting": waiting,
        "own_request": bool(waiting and person and waiting.person == person.id),
        "hindrance": approval.hindrance(waiting, person, town) if waiting and person else "",
    }


def _act(request: HttpRequest, town: Municipality) -> HttpResponse:
    acts = {
        "vorschau": _preview,
        "freigeben": _release,
        "erteilen": _grant,
        "zurueckgeben": _turn_down,
        "site": _keep_site,
        "uebertragen": _send,
    }
    act = acts.get(request.POST.get("tun", ""))
    if act is None:
        raise Http404
    return act(request, town)


def _preview(request: HttpRequest, town: Municipality) -> HttpResponse:
    job = jobs.start(folder(), "vorschau", "Schützen und prüfen, ohne freizugeben")
    return redirect(f"/arbeit/{job.id}/")


def _grant(request: HttpRequest, town: Municipality) -> HttpResponse:
    """The second person releases what the first one asked for."""
    person = acting_person(request)
    if person is None:
        raise Http404
    granted = approval.grant(folder(), town, person)
    changes.record(folder(), "antrag", f"Freigabe {granted.name} erteilt (beantragt von {granted.who})")
    arguments = {"name": granted.name, "note": granted.note}
    job = jobs.start(folder(), "freigabe", f"Freigabe {granted.name}", arguments)
    return redirect(f"/arbeit/{job.id}/")


def _turn_down(request: HttpRequest, town: Municipality) -> HttpResponse:
    person = acting_person(request)
    if person is None:
        raise Http404
    approval.turn_down(folder(), person, request.POST.get("grund", ""))
    messages.success(request, "Der Antrag liegt nicht mehr vor. Die Zahlen sind unverändert.")
    return redirect("/freigabe/")


def _keep_site(request: HttpRequest, town: Municipality) -> HttpResponse:
    site = sending.remember(
        door_place(), Site(request.POST.get("adresse", ""), request.POST.get("zugang", ""))
    )
    changes.record(folder(), "site", f"Site zum Übertragen: {site.address}")
    messages.success(request, "Adresse und Zugang sind gemerkt, nur auf diesem Rechner.")
    return redirect("/freigabe/#bisher")


def _send(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Carry a release to the site, in the background."""
    person, name = acting_person(request), request.POST.get("name", "")
    if name not in {r.name for r in gate.released(town)} or sending.remembered(door_place()) is None:
        raise Http404
    if person is not None and person.role < Role.RELEASE:
        raise SozialraumError(Finding(f"Ihr Konto darf nicht übertragen (Rolle „{person.role.label}“)."))
    job = jobs.start(
        folder(), "uebertragen", f"Freigabe {name} übertragen", {"name": name, "door": str(door_place())}
    )
    return redirect(f"/arbeit/{job.id}/")


def _release(request: HttpRequest, town: Municipality) -> HttpResponse:
    name = request.POST.get("name", "").strip()
    wrong = gate.wrong_with_name(name)
    if changes.changed_since(changes.events(folder()), "vorschau"):
        wrong.append(
            Finding(
                "Seit der Vorschau wurde etwas geändert.", "Erneuern Sie die Vorschau, bevor Sie freigeben."
            )
        )
    if not request.POST.get("gesehen"):
        wrong.append(
            Finding("Bitte bestätigen Sie, dass Sie die Vorschau angesehen haben.", column="gesehen")
        )
    if wrong:
        raise SozialraumError(wrong)
    note = request.POST.get("vermerk", "").strip()[:2000]
    staff, person = people.read(folder()), acting_person(request)
    if person is not None and staff.four_eyes:
        approval.ask(folder(), town, name, note, person)
        messages.success(request, f"Die Freigabe {name} ist beantragt und wartet auf eine zweite Person.")
        return redirect("/freigabe/")
    if person is not None and person.role < Role.RELEASE:
        raise SozialraumError(Finding(f"Ihr Konto darf nicht freigeben (Rolle „{person.role.label}“)."))
    arguments = {"name": name, "note": note}
    job = jobs.start(folder(), "freigabe", f"Freigabe {name}", arguments)
    return redirect(f"/arbeit/{job.id}/")


def download(request: HttpRequest, name: str) -> HttpResponse:
    """A release as an archive, to be carried to the site; checked before it leaves."""
    town = municipality()
    place = town.releases / name
    if gate.wrong_with_name(name) or not (place / "protokoll.json").is_file():
        raise Http404
    answer = HttpResponse(sending.archive(folder(), place), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="freigabe-{town.id}-{name}.zip"'
    return answer
