"""What planning adds to the profile of an area: its findings, needs, goals and measures (Planung im Gebietsprofil)."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from sozialraum.products.catalogue import Area
from sozialraum.products.draw import Markup
from sozialraum_web.exchange.models import Subscription
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning import permissions
from sozialraum_web.planning.models import Finding, Goal, Measure, Need, Target
from sozialraum_web.planning.permissions import reader_of, visible
from sozialraum_web.records import models as records

LISTED = 6


def of_area(request: HttpRequest, place: Place, area: Area) -> Markup | None:
    """The section as finished markup, None where this reader has nothing to see or to do here."""
    reader = reader_of(request, place.municipality)
    rows = list(
        records.Area.objects.filter(municipality=place.municipality, level=area.level, code=area.code).values_list("pk", flat=True)
    )  # fmt: skip
    observes = permissions.can_observe(reader)
    if not rows and not observes:
        return None
    targets = visible(Target.objects.filter(area__in=rows), reader)
    found = {
        "findings": visible(Finding.objects.filter(pk__in=Finding.areas.through.objects.filter(area__in=rows).values("finding")), reader),
        "needs": visible(Need.objects.filter(pk__in=Need.areas.through.objects.filter(area__in=rows).values("need")), reader),
        "goals": visible(Goal.objects.filter(pk__in=targets.values("goal")), reader),
        "measures": visible(Measure.objects.filter(pk__in=Measure.areas.through.objects.filter(area__in=rows).values("measure")), reader),
    }  # fmt: skip
    lists = {name: list(query.order_by("-number")[:LISTED]) for name, query in found.items()} if rows else {}
    if not any(lists.values()) and not observes:
        return None
    key = f"{area.level}:{area.code}"
    topics = place.catalogue.by_topic(place.catalogue.plain_indicators) if observes else []
    context = {
        "place": place,
        "area": area,
        "key": key,
        "observes": observes,
        "plans": permissions.can_plan(reader),
        "topics": topics,
        "inside": reader.user is not None,
        "subscribed": reader.user is not None and Subscription.objects.filter(municipality=place.municipality, user=reader.user, key=f"gebiet:{key}").exists(),
        "counts": {name: found[name].count() if len(rows_) == LISTED else len(rows_) for name, rows_ in lists.items()},
        **lists,
    }  # fmt: skip
    for rows_ in lists.values():
        for row in rows_:
            row.municipality = place.municipality
    # only people who work here have something to send
    return Markup(render_to_string("planning/area_fragment.html", context, request if reader.user else None))
