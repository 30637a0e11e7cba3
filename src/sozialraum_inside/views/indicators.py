"""The catalogue: what is computed, what is missing for the rest, and switching indicators on and off (Kennzahlen)."""

from __future__ import annotations

from dataclasses import dataclass

import tomlkit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sozialraum.catalogue import Indicator
from sozialraum.municipality import Municipality
from sozialraum_inside import changes, intake, sight
from sozialraum_inside.place import folder, municipality


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator: switched on or off, computed or why not."""

    indicator: Indicator
    source: str
    on: bool
    computed: bool
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """The indicators of a topic: those with data, and those that lack some."""

    there: tuple[IndicatorRow, ...]
    lacking: tuple[IndicatorRow, ...]


def overview(request: HttpRequest) -> HttpResponse:
    """All indicators by topic; the form switches them on and off."""
    town = municipality()
    if request.method == "POST":
        return _switch(request, town)
    there = sight.available(sight.values_file(town))
    counted = intake.counted_variables(town)
    topics: dict[str, list[IndicatorRow]] = {}
    for indicator in sorted(town.catalogue.indicators.values(), key=lambda i: i.label):
        topic = town.catalogue.topics.get(indicator.topic)
        row = IndicatorRow(
            indicator, town.catalogue.sources[indicator.source].label, indicator.id in town.active_indicators,
            indicator.id in there, tuple(sight.missing_for(indicator, counted, town)),
        )  # fmt: skip
        topics.setdefault(topic.label if topic else indicator.topic, []).append(row)
    order = {t.label: t.order for t in town.catalogue.topics.values()}
    groups = [
        (label, Topic(tuple(r for r in rows if not _lacks(r)), tuple(r for r in rows if _lacks(r))))
        for label, rows in sorted(topics.items(), key=lambda item: (order.get(item[0], 99), item[0]))
    ]
    return render(
        request, "inside/indicators.html",
        {"groups": groups, "on": len(town.active_indicators), "computed": len(there), "all": len(town.catalogue.indicators)},
    )  # fmt: skip


def _lacks(row: IndicatorRow) -> bool:
    return not row.computed and bool(row.missing)


def _switch(request: HttpRequest, town: Municipality) -> HttpResponse:
    chosen = sorted(set(request.POST.getlist("kennzahl")) & set(town.catalogue.indicators))
    if not chosen:
        messages.error(request, "Mindestens eine Kennzahl muss eingeschaltet bleiben.")
        return redirect("/kennzahlen/")
    # All switched on is written as nothing chosen: new indicators of the catalogue then join by themselves.
    active = [] if len(chosen) == len(town.catalogue.indicators) else chosen
    document = tomlkit.parse((folder() / "kommune.toml").read_text("utf-8"))
    block = document.setdefault("kennzahlen", tomlkit.table())
    array = tomlkit.array()
    array.extend(active)
    block["active"] = array.multiline(len(active) > 3)
    on, off = set(chosen) - town.active_indicators, town.active_indicators - set(chosen)
    text = f"Kennzahlen: {len(on)} ein-, {len(off)} ausgeschaltet"
    changes.apply(folder(), {"kommune.toml": tomlkit.dumps(document).encode()}, "kennzahlen", text)
    messages.success(request, f"{text}. Wirksam wird das beim nächsten Rechnen.")
    return redirect("/kennzahlen/")
