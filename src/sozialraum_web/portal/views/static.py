"""Pages every municipality must offer: accessibility, privacy, imprint, methods (feste Seiten)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sozialraum_web.atlas.frame import address, frame
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.secrecy import explanation
from sozialraum_web.monitoring.access import Place, enter
from sozialraum_web.monitoring.catalogue import load_protocol
from sozialraum_web.portal.forms import BarrierForm

TITLES = {
    "barrierefreiheit": "Barrierefreiheit",
    "datenschutz": "Datenschutz",
    "impressum": "Impressum",
    "methoden": "Methoden",
}


def fixed(request: HttpRequest, kommune: str, seite: str) -> HttpResponse:
    """One of the fixed pages."""
    place = enter(request, kommune)
    return answer(request, place, f"portal/{seite}.html", partial(context, place, seite))


def context(place: Place, page: str) -> dict[str, Any]:
    """Template context of a fixed page."""
    found: dict[str, Any] = {
        **frame(place, page, trail=[(TITLES[page], "")]),
        "title": TITLES[page],
        "office": place.catalogue.office,
        "report_url": address(place, "barrierefreiheit", "melden"),
    }
    return {**found, **methods(place)} if page == "methoden" else found


def methods(place: Place) -> dict[str, Any]:
    """What the methods page adds: signs, disclosure rules, record of the release."""
    sources = place.catalogue.sources.values()
    profiles = {source.profile.id: source.profile for source in sources if source.profile.id}
    return {
        "profiles": [(profile, explanation(profile, 0, 0)) for profile in profiles.values()],
        "protocol": load_protocol(place.release.folder),
        "release": place.release,
        "indices": list(place.catalogue.indices.values()),
    }


def report_barrier(request: HttpRequest, kommune: str) -> HttpResponse:
    """The form for reporting a barrier."""
    place = enter(request, kommune)
    form = BarrierForm(request.POST or None, initial={"page": request.GET.get("seite", "")[:300]})
    if request.method == "POST" and form.is_valid():
        report = form.save(commit=False)
        report.municipality = place.municipality
        report.save()
        messages.success(request, "Danke. Ihre Meldung ist eingegangen.")
        return redirect(address(place, "barrierefreiheit", "melden"))
    trail = [("Barrierefreiheit", address(place, "barrierefreiheit")), ("Barriere melden", "")]
    return render(request, "portal/report_barrier.html", {**frame(place, "", trail=trail), "form": form})
