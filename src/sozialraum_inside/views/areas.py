"""Areas: what there is, and a file with areas becoming a level (Gebiete)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from sozialraum.errors import SozialraumError
from sozialraum_inside import areas, changes, sight, tray
from sozialraum_inside.areas import AreaChoice, AreaTable
from sozialraum_inside.place import desk, folder
from sozialraum_inside.tray import Received
from sozialraum_inside.views.forms import received, wrong_by_field


def overview(request: HttpRequest) -> HttpResponse:
    """All versions and levels with their maps, and the place to put a new file."""
    if request.method == "POST":
        taken = received(request)
        return redirect(f"/gebiete/{taken[0].id}/" if taken else "/gebiete/")
    here = desk()
    town = here.municipality
    versions = [
        {
            "label": geography.label,
            "levels": [
                {"label": x.plural or x.label, "count": len(geography.codes(x.id)), "map": sight.draw_areas(geography, x.id)}
                for x in geography.levels[:-1]
            ],
        }
        for geography in (town.geographies if town else ())
    ]  # fmt: skip
    return render(
        request,
        "inside/areas.html",
        {
            "versions": versions,
            "findings": here.findings if here.has_areas else (),
            "has_deliveries": any(folder().glob("lieferungen/*/rezept.toml")),
            "secluded": bool(town and town.seclusion),
        },
    )


def choose(request: HttpRequest, id: str) -> HttpResponse:
    """Which column is the key, which the name; on agreement the level is taken over."""
    file = tray.get(folder(), id)
    if file is None:
        raise Http404
    try:
        table = areas.look(file)
    except SozialraumError as error:
        tray.discard(folder(), id)
        return render(
            request, "inside/findings.html", {"findings": error.findings, "back": "/gebiete/"}, status=422
        )
    if request.method != "POST":
        return _form(request, file, table, _guess(table), {})
    choice = AreaChoice(**{f.name: request.POST.get(f.name, "").strip() for f in fields(AreaChoice)})
    here = desk()
    kommune = here.settings.get("kommune", {})
    try:
        text = (here.folder / "kommune.toml").read_text("utf-8")
        prepared = areas.prepare(here.folder, text, file, choice, (str(kommune.get("ags", "")), here.name))
    except SozialraumError as error:
        return _form(request, file, table, choice, wrong_by_field(error), error, status=422)
    level = prepared.geography.levels[0]
    changes.apply(
        here.folder, prepared.files, "gebiete", f"{table.areas} Gebiete der Ebene {level.label} eingerichtet"
    )
    tray.discard(folder(), id)
    for finding in prepared.geography.findings:
        messages.warning(request, str(finding))
    messages.success(
        request, f"{table.areas} Gebiete sind eingerichtet. Als Nächstes: eine Tabelle mit Zahlen."
    )
    return redirect("/gebiete/")


def _guess(table: AreaTable) -> AreaChoice:
    return AreaChoice("Stadtteil", "Stadtteile", table.code, table.name, version=str(localdate().year))


def _form(
    request: HttpRequest, file: Received, table: AreaTable, choice: AreaChoice, wrong: dict[str, str],
    error: SozialraumError | None = None, *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {"file": file, "table": table, "choice": choice, "wrong": wrong}
    context["others"] = [f for f in error.findings if not f.column] if error else []
    return render(request, "inside/areas_choose.html", context, status=status)
