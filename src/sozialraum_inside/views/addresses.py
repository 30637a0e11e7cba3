"""Addresses that no directory knows, and the areas a person gives them (Anschriften ergänzen)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from sozialraum.addresses import Side
from sozialraum.errors import SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.products.draw import AreaMark
from sozialraum_inside import addresses, changes, jobs, sight
from sozialraum_inside.addresses import SIDES, Answer, Street
from sozialraum_inside.place import folder, municipality
from sozialraum_inside.views.forms import wrong_by_field

MOST = 200


def overview(request: HttpRequest) -> HttpResponse:
    """The streets whose addresses lead nowhere, and everything that was added so far."""
    town = municipality()
    _refuse(town)
    streets = addresses.lost_streets(town)
    added = [
        {"label": g.label, "version": g.version, "rows": [(a, _name(town, g.version, a.entry.area)) for a in found]}
        for g in town.geographies
        if (found := addresses.additions(town, g.version))
    ]  # fmt: skip
    context = {
        "streets": [(s, town.geography(s.version).label, _address(s)) for s in streets[:MOST]], "more": max(0, len(streets) - MOST),
        "records": sum(s.records for s in streets), "number": len(streets), "searched": addresses.searched(town), "added": added,
        "several": len(town.geographies) > 1,
    }  # fmt: skip
    return render(request, "inside/addresses.html", context)


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Look through all registers, in the background."""
    _refuse(municipality())
    job = jobs.start(folder(), "anschriften", "Nicht gefundene Anschriften suchen")
    return redirect(f"/arbeit/{job.id}/")


def assign(request: HttpRequest) -> HttpResponse:
    """One street: its numbers, the map to choose an area on, and what is right."""
    town = municipality()
    _refuse(town)
    query = request.POST if request.method == "POST" else request.GET
    street = next(
        (
            s
            for s in addresses.lost_streets(town)
            if (s.version, s.key) == (query.get("stand"), query.get("strasse"))
        ),
        None,
    )
    if street is None:
        raise Http404
    side: Side = next((s for s in SIDES if s == query.get("side")), "alle")
    answer = Answer(
        street, query.get("area", ""), query.get("first", ""), query.get("until", ""), side,
        query.get("same_as", ""), query.get("reason", ""), query.get("author", ""),
    )  # fmt: skip
    told: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _add(request, town, answer)
        except SozialraumError as error:
            told = wrong_by_field(error)
    geography = town.geography(street.version)
    names = sorted(
        (
            (a.code, a.name)
            for a in geography.areas
            if a.level == street.level and a.code in geography.codes(street.level)
        ),
        key=lambda x: x[1],
    )
    context = {
        "street": street, "answer": answer, "wrong": told, "areas": names, "sides": SIDES.items(), "label": geography.label,
        "map": _map(town, answer, dict(names)), "shown": street.addresses[:MOST], "more": max(0, len(street.addresses) - MOST),
    }  # fmt: skip
    return render(request, "inside/address.html", context, status=422 if told else 200)


def _add(request: HttpRequest, town: Municipality, answer: Answer) -> HttpResponse:
    files, placed = addresses.with_additions(town, answer, localdate())
    text = f"Anschriften ergänzt: {answer.street.name}, {placed} Datensätze"
    changes.apply(
        folder(), dict(files), "anschriften", text, who=answer.author.strip(), reason=answer.reason.strip()
    )
    messages.success(request, f"{text}. Wirksam wird es beim nächsten Rechnen.")
    return redirect("/gebiete/anschriften/")


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take one addition away."""
    town, version = municipality(), request.POST.get("stand", "")
    if version not in {g.version for g in town.geographies}:
        raise Http404
    files = addresses.without(town, version, request.POST.get("zeile", ""))
    changes.apply(
        folder(),
        dict(files),
        "anschriften",
        "Eine ergänzte Anschrift weggenommen",
        reason=request.POST.get("grund", ""),
    )
    messages.success(request, "Die Ergänzung ist weggenommen. Im Journal lässt es sich zurücknehmen.")
    return redirect("/gebiete/anschriften/")


def _refuse(town: Municipality) -> None:
    hindrance = addresses.refused(town)
    if hindrance:
        raise SozialraumError(hindrance)


def _map(town: Municipality, answer: Answer, names: dict[str, str]) -> object:
    marks = [
        AreaMark(code, "q4" if code == answer.area else "land", "ok", "gewählt" if code == answer.area else "wählen", href=f"{_address(answer.street)}&{urlencode({'area': code})}#zuordnen")
        for code in names
    ]  # fmt: skip
    return sight.chooser(
        town.geography(answer.street.version), answer.street.level, marks, "Gebiet auf der Karte wählen"
    )


def _address(street: Street) -> str:
    return "/gebiete/anschriften/zuordnen/?" + urlencode({"stand": street.version, "strasse": street.key})


def _name(town: Municipality, version: str, code: str) -> str:
    return next((a.name for a in town.geography(version).areas if a.code == code), code)
