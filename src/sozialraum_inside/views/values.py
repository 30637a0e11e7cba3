"""Inner values: map and table of one indicator, and from each figure back to the cell of the delivered file (Werte)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sozialraum import periods
from sozialraum_inside import provenance, sight
from sozialraum_inside.place import municipality


def show(request: HttpRequest) -> HttpResponse:
    """Map and table of the chosen indicator; `sicht=oeffentlich` shows what the gate of the last preview leaves."""
    town = municipality()
    protected = request.GET.get("sicht") == "oeffentlich"
    path = sight.values_file(town, protected=protected)
    there = sight.available(path)
    indicators = sorted(
        (i for k, i in town.catalogue.indicators.items() if k in there), key=lambda i: (i.topic, i.label)
    )
    if not indicators:
        return render(request, "inside/values_empty.html", {"protected": protected})
    headline = next((i.id for i in indicators if i.headline), indicators[0].id)
    chosen = request.GET.get("kennzahl", headline)
    view = sight.look(town, path, chosen, request.GET.get("ebene", ""), request.GET.get("zeit", ""))
    if view is None:
        raise Http404
    drawn = sight.draw_map(view, town)
    topics = town.catalogue.topics
    groups: dict[str, list[tuple[str, str]]] = {}
    for indicator in indicators:
        label = topics[indicator.topic].label if indicator.topic in topics else indicator.topic
        groups.setdefault(label, []).append((indicator.id, indicator.label))
    context = {
        "view": view, "groups": groups, "protected": protected, "map": drawn[0] if drawn else None, "legend": drawn[1] if drawn else None,
        "table": sight.table_of(view), "periods": [(p, periods.label(p)) for p in view.periods], "source": town.catalogue.sources[view.indicator.source],
        "preview_there": sight.values_file(town, protected=True).exists(),
    }  # fmt: skip
    return render(request, "inside/values.html", context)


def origin(request: HttpRequest) -> HttpResponse:
    """Where a figure comes from: the counts behind it with file, sheet and row."""
    town = municipality()
    get = request.GET.get
    trail = provenance.trace(town, get("kennzahl", ""), get("gebiet", ""), get("ebene", ""), get("zeit", ""))
    if trail is None:
        raise Http404
    return render(request, "inside/origin.html", {"trail": trail})
