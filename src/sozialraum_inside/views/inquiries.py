"""The page for custom areas from inner counts: ask, see whether it may be told, enter it (Auskunft)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sozialraum import periods
from sozialraum.errors import Finding, SozialraumError
from sozialraum.inquiries import Inquiry
from sozialraum.municipality import Municipality
from sozialraum.products.draw import AreaMark
from sozialraum_inside import changes, inquiries, jobs, people, sight
from sozialraum_inside.jobs import Job
from sozialraum_inside.middleware import acting_person
from sozialraum_inside.people import Role
from sozialraum_inside.place import folder, municipality

ADDRESS = "/freigabe/auskunft/"


def inquire(request: HttpRequest) -> HttpResponse:
    """Ask for an area of one's own; the work itself is done in the background."""
    town = municipality()
    there = inquiries.choices(town)
    if not there:
        return render(request, "inside/values_empty.html", {"protected": False})
    if request.method == "POST":
        act = {"pruefen": _check, "erteilen": _grant}.get(request.POST.get("tun", ""))
        if act is None:
            raise Http404
        return act(request, town)
    return _form(request, town, there)


def _form(request: HttpRequest, town: Municipality, there: dict[str, list[str]]) -> HttpResponse:
    job = (
        jobs.read(folder(), request.GET.get("arbeit", ""))
        if request.GET.get("arbeit", "").isalnum()
        else None
    )
    asked = inquiries.inquiry_of(job.arguments) if job and job.kind.startswith("auskunft") else None
    geography = town.geography(town.current_version)
    levels = geography.levels[:-1]
    labels = {name: town.catalogue.indicators[name].label for name in there}
    indicator = asked.indicator if asked else request.GET.get("kennzahl", "")
    indicator = indicator if indicator in there else min(there, key=lambda name: labels[name])
    level = asked.level if asked else request.GET.get("ebene", "")
    level = level if level in {x.id for x in levels} else levels[0].id
    areas = set(asked.areas) if asked else set(request.GET.getlist("gebiet"))
    period = asked.period if asked else request.GET.get("zeitpunkt", "")
    context: dict[str, Any] = {
        "indicators": sorted(labels.items(), key=lambda item: item[1]), "chosen": indicator,
        "periods": [(p, periods.label(p)) for p in there[indicator]],
        "period": period if period in there[indicator] else there[indicator][0],
        "levels": [(x.id, x.plural or x.label) for x in levels], "level": level,
        "groups": _groups(town, level), "areas": areas, "map": _map(town, level, areas),
        "job": job, "told": job.result if job and asked and job.state == "fertig" else None,
        "hindrance": _hindrance(request, job), "given": _given(),
    }  # fmt: skip
    return render(request, "inside/inquiry.html", context)


def _groups(town: Municipality, level: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The areas of a level by name, under the larger area they belong to."""
    geography = town.geography(town.current_version)
    names = {a.code: a.name for a in geography.areas}
    codes = set(geography.codes(level))
    found: dict[str, list[tuple[str, str]]] = {}
    for area in sorted(
        (a for a in geography.areas if a.level == level and a.code in codes), key=lambda a: a.code
    ):
        found.setdefault(names.get(area.parent, ""), []).append((area.code, area.name))
    return list(found.items())


def _map(town: Municipality, level: str, areas: set[str]) -> object:
    geography = town.geography(town.current_version)
    marks = [AreaMark(code, "nv4", "ok", "gewählt") for code in geography.codes(level) if code in areas]
    return sight.picture(geography, level, marks, "Die gewählten Gebiete") if marks else None


def _given() -> list[changes.Event]:
    return [event for event in reversed(changes.events(folder())) if event.what == inquiries.GRANTED]


def _hindrance(request: HttpRequest, job: Job | None) -> str:
    """Why this person may not enter the answer; empty where they may."""
    staff, person = people.read(folder()), acting_person(request)
    if not staff.on or person is None:
        return ""
    if person.role < Role.RELEASE:
        return f"Ihr Konto darf keine Auskunft erteilen (Rolle „{person.role.label}“)."
    if staff.four_eyes and job is not None and job.who == person.name:
        return "Eine Auskunft ist wie eine Freigabe: Erteilen muss sie eine andere Person als die, die gefragt hat."
    return ""


def _check(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Whether it may be told, tested in the background."""
    inquiry = Inquiry(
        request.POST.get("kennzahl", ""), town.current_version, request.POST.get("zeitpunkt", ""),
        request.POST.get("ebene", ""), tuple(sorted(set(request.POST.getlist("gebiet")))),
    )  # fmt: skip
    codes = set(town.geography(town.current_version).codes(inquiry.level)) if inquiry.level in {x.id for x in town.geography(town.current_version).levels[:-1]} else set()  # fmt: skip
    if inquiry.period not in inquiries.choices(town).get(inquiry.indicator, []) or not codes:
        raise Http404
    if not inquiry.areas or not set(inquiry.areas) <= codes:
        raise SozialraumError(Finding("Es ist kein Gebiet dieser Ebene gewählt.", "Haken Sie mindestens ein Gebiet an.", column="Gebiete"))  # fmt: skip
    job = jobs.start(folder(), "auskunft", "Auskunft prüfen", inquiries.arguments(inquiry))
    return redirect(f"/arbeit/{job.id}/")


def _grant(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Enter an answer that was tested, for somebody and something; it is tested once more."""
    id = request.POST.get("arbeit", "")
    checked = jobs.read(folder(), id) if id.isalnum() else None
    if checked is None or checked.kind != "auskunft" or not checked.result.get("allowed"):
        raise Http404
    hindrance = _hindrance(request, checked)
    reason = request.POST.get("grund", "").strip()[:500]
    if hindrance or not reason:
        raise SozialraumError(Finding(hindrance or "Es fehlt, für wen und wofür die Auskunft ist.", "" if hindrance else "Tragen Sie es ein; es steht dann im Journal."))  # fmt: skip
    job = jobs.start(
        folder(), "auskunft-erteilen", "Auskunft erteilen", {**checked.arguments, "grund": reason}
    )
    return redirect(f"/arbeit/{job.id}/")
