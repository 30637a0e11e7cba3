"""The status board of a Kreis: where each of its towns stands, from what they share (Kreis)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sozialraum import periods
from sozialraum.products import catalogue as catalogues
from sozialraum_web.accounts import permissions
from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.monitoring.access import visible_release
from sozialraum_web.planning.models import Cycle, Goal, Measure
from sozialraum_web.planning.permissions import Reader, visible
from sozialraum_web.planning.services.measures import WORKING
from sozialraum_web.portal.views.members import needs, plain_frame


@needs(permissions.can_see_towns)
def board(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """One line per town: data state, cycles, shared goals and measures."""
    person = request.user
    assert isinstance(person, User)
    rows = [line(person, town) for town in municipality.towns.order_by("name")]
    return render(
        request, "portal/towns.html", {**plain_frame(municipality, "Stand der Gemeinden"), "rows": rows}
    )


def line(person: User, town: Municipality) -> dict[str, Any]:
    """What a town lets its Kreis see."""
    reader, today = Reader(person, town), date.today()  # noqa: DTZ011
    release = visible_release(person, town)
    latest = catalogues.load(release.folder).latest_period if release is not None else ""
    cycles = list(visible(Cycle.objects.prefetch_related("phases"), reader))
    measures = visible(Measure.objects.filter(status__in=WORKING), reader)
    return {
        "town": town,
        "release": release,
        "until": periods.label(latest) if latest else "",
        "age": (today - periods.parse(latest).end).days // 30 if latest else None,
        "cycles": [(cycle, _phase(cycle)) for cycle in cycles],
        "goals": visible(Goal.objects.all(), reader).count(),
        "measures": measures.count(),
        "attention": measures.filter(light__in=("achten", "stockt")).count(),
    }


def _phase(cycle: Cycle) -> str:
    open_ones = [phase for phase in cycle.phases.all() if phase.done is None and not phase.skipped]
    return open_ones[0].title if open_ones else "abgeschlossen"
