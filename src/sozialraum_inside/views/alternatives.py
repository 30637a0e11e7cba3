"""Joining areas instead of hiding figures, two releases side by side, and taking a release back (Alternativen, Vergleich)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sozialraum import periods
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.products.draw import AreaMark
from sozialraum_inside import alternatives, changes, gate, sight, withdrawals
from sozialraum_inside.alternatives import Proposal
from sozialraum_inside.middleware import acting_person
from sozialraum_inside.people import Role
from sozialraum_inside.place import folder, municipality

MOST_ROWS = 500
_COLOURS = ("nv1", "nv4", "nv2", "nv5")


def join(request: HttpRequest) -> HttpResponse:
    """Which areas would have to be joined so that an indicator can be shown everywhere; on agreement they are."""
    town = municipality()
    there = sight.available(sight.values_file(town))
    known = town.catalogue.indicators
    indicators = sorted(
        ((k, known[k].label) for k in there if k in known and not known[k].published), key=lambda x: x[1]
    )
    if not indicators:
        return render(request, "inside/values_empty.html", {"protected": False})
    geography = town.geography(town.current_version)
    levels = [(x.id, x.plural or x.label) for x in geography.levels[:-1]]
    query = request.POST if request.method == "POST" else request.GET
    chosen, level = query.get("kennzahl", indicators[0][0]), query.get("ebene", levels[0][0])
    found = alternatives.proposal(town, chosen, level)
    if request.method == "POST":
        if found is None:
            raise Http404
        return _join(request, town, found)
    context = {
        "indicators": indicators, "levels": levels, "chosen": chosen, "level": level, "proposal": found,
        "label": dict(indicators).get(chosen, ""), "period": periods.label(found.period) if found else "",
        "map": _map(town, found) if found and found.joined else None,
    }  # fmt: skip
    return render(request, "inside/join.html", context)


def _map(town: Municipality, found: Proposal) -> object:
    marks = [
        AreaMark(code, _COLOURS[number % len(_COLOURS)], "ok", f"{union.name}: zusammen {sum(union.cases):.0f} Fälle")
        for number, union in enumerate(found.joined)
        for code in union.parts
    ]  # fmt: skip
    return sight.picture(
        town.geography(town.current_version), found.level, marks, "Gebiete, die zusammengelegt würden"
    )


def _join(request: HttpRequest, town: Municipality, found: Proposal) -> HttpResponse:
    settings = (folder() / "kommune.toml").read_text("utf-8")
    content = alternatives.with_joined(settings, found, town)
    text = f"{len(found.joined)} Zusammenlegungen auf der Ebene {town.geography(town.current_version).level(found.level).label}"
    changes.apply(
        folder(), {"kommune.toml": content}, "gebiete", text, reason=request.POST.get("grund", "").strip()
    )
    messages.success(
        request, f"{text} sind eingetragen. Rechnen Sie neu; im Journal lässt es sich zurücknehmen."
    )
    return redirect("/lieferungen/#rechnen")


def compare(request: HttpRequest) -> HttpResponse:
    """What the newer of two releases prints differently."""
    town = municipality()
    names = [r.name for r in gate.released(town)]
    if len(names) < 2:
        raise SozialraumError(
            Finding("Zum Vergleichen braucht es zwei Freigaben.", "Geben Sie eine zweite frei.")
        )
    old, new = request.GET.get("alt", names[1]), request.GET.get("neu", names[0])
    if old not in names or new not in names:
        raise Http404
    found = alternatives.compare(town, town.releases / old, town.releases / new)
    context = {
        "names": names, "old": old, "new": new, "found": found, "rows": found.rows[:MOST_ROWS],
        "left_out": max(0, len(found.rows) - MOST_ROWS), "all": len(found.rows),
    }  # fmt: skip
    return render(request, "inside/compare.html", context)


@require_POST
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Take a release back with a reason."""
    town, person = municipality(), acting_person(request)
    if name not in {r.name for r in gate.released(town)}:
        raise Http404
    if person is not None and person.role < Role.RELEASE:
        raise SozialraumError(
            Finding(f"Ihr Konto darf keine Freigabe zurückziehen (Rolle „{person.role.label}“).")
        )
    withdrawals.withdraw(folder(), name, request.POST.get("grund", ""))
    messages.success(
        request, f"Die Freigabe {name} ist zurückgezogen. Ist sie auf der Site, zeigen Sie dort eine andere."
    )
    return redirect("/freigabe/")
