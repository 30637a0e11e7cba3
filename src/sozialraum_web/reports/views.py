"""Pages of reports: archive, builder with preview, progress, download, own texts (Seiten)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum_web.accounts.models import User
from sozialraum_web.accounts.permissions import can_make_reports
from sozialraum_web.atlas.frame import frame
from sozialraum_web.monitoring.access import NotFound, Place, enter
from sozialraum_web.reports import access, making, orders
from sozialraum_web.reports.forms import OrderForm, TextForm
from sozialraum_web.reports.models import OwnText, Report

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "zip": "application/zip",
}
MOST_AREAS = 2000


@never_cache
def reports(request: HttpRequest, kommune: str) -> HttpResponse:
    """The archive: what may be seen, with data state and checksum."""
    place = enter(request, kommune)
    maker = can_make_reports(request.user, place.municipality)
    rows = list(access.visible(request.user, place.municipality)[:200])
    stopped = any(row.is_open for row in rows) and not making.is_running()
    return render(
        request,
        "reports/reports.html",
        {
            **frame(place, "berichte", trail=[(_("Berichte"), "")]),
            "reports": rows,
            "maker": maker,
            "stopped": stopped and maker,
            "base": f"{place.base}berichte/",
        },
    )


@access.for_makers
def builder(request: HttpRequest, place: Place) -> HttpResponse:
    """Choose template, areas, chapters, format; then look at the pages or order the report."""
    data = request.POST if request.method == "POST" else request.GET
    form = _form(place, data if data else None)
    template = orders.template_of(_chosen_template(data))
    order = _order(data, template.id)
    preview_only = "vorschau" in data
    if request.method == "POST" and not preview_only and form.is_valid():
        report = _place_order(request, place, form.cleaned_data, order)
        making.start()
        messages.success(
            request,
            _("Der Bericht ist bestellt. Sie können diese Seite verlassen; er entsteht im Hintergrund."),
        )
        return redirect("report", place.municipality.slug, report.pk)
    preview, problem = _preview(place, order) if preview_only else ("", "")
    context = {
        **frame(
            place, "berichte", trail=[(_("Berichte"), f"{place.base}berichte/"), (_("Neuer Bericht"), "")]
        ),
        "form": form,
        "template_": template,
        "chapters": _chapter_rows(template, order["chapters"]),
        "preview": preview,
        "pages": list(enumerate(orders.pages(place.municipality.slug, preview), 1)) if preview else [],
        "problem": problem,
        "base": f"{place.base}berichte/",
    }
    return render(request, "reports/builder.html", context)


def _chosen_template(data: Mapping[str, Any]) -> str:
    known = dict(_templates())
    wanted = str(data.get("template", ""))
    return wanted if wanted in known else "gebietsprofil"


def _templates() -> list[tuple[str, str]]:
    from sozialraum.products.report import templates

    return [(id, template.title) for id, template in templates.shipped().items()]


def _form(place: Place, data: QueryDict | None) -> OrderForm:
    catalogue = place.catalogue
    levels = [level for level in catalogue.version().levels if level.id != MUNICIPALITY_LEVEL]
    wanted = str(data.get("level", "")) if data else ""
    level = next((item for item in levels if item.id == wanted), levels[0] if levels else None)
    members = catalogue.members(level.id)[:MOST_AREAS] if level else ()
    choices = {
        "template": _templates(),
        "level": [(item.id, item.label) for item in levels],
        "areas": [(area.code, f"{area.name} ({area.code})") for area in members],
    }
    bound = data if data and "format" in data else None
    initial = {"template": _chosen_template(data or {}), "level": level.id if level else "", "format": "pdf"}
    return OrderForm(bound, choices=choices, initial=initial)


def _order(data: QueryDict, template: str) -> dict[str, Any]:
    """What the library needs; chapters in the order of the numbers beside them."""
    ticked = data.getlist("kapitel")
    places = {id: _number(data.get(f"platz-{id}", "")) for id in ticked}
    return {
        "template": template,
        "chapters": sorted(ticked, key=lambda id: (places[id], ticked.index(id))),
        "level": str(data.get("level", "")),
        "areas": data.getlist("areas"),
    }


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,3}", str(text)) else 999


def _chapter_rows(template: Any, chosen: Sequence[str]) -> list[dict[str, Any]]:
    known = [plan.id for plan in template.chapters]
    ordered = [*chosen, *(id for id in known if id not in chosen)] if chosen else known
    plans = {plan.id: plan for plan in template.chapters}
    return [
        {"id": id, "title": plans[id].title, "place": number, "ticked": not chosen or id in chosen}
        for number, id in enumerate([id for id in ordered if id in plans], 1)
    ]


def _preview(place: Place, order: dict[str, Any]) -> tuple[str, str]:
    names = _area_names(place)
    if any(code not in names for code in order["areas"]):
        return "", _("Ein Gebiet mit diesem Schlüssel gibt es auf dieser Ebene nicht.")
    try:
        return orders.preview(place, order), ""
    except RuntimeError as error:
        return "", str(error)


def _place_order(
    request: HttpRequest, place: Place, chosen: Mapping[str, Any], order: Mapping[str, Any]
) -> Report:
    template = orders.template_of(chosen["template"])
    assert isinstance(request.user, User)
    return Report.objects.create(
        municipality=place.municipality,
        release=place.release,
        ordered_by=request.user,
        title=_title(place, template, chosen["areas"] if template.per == "gebiet" else []),
        template=template.id,
        chapters=list(order["chapters"]),
        level=chosen["level"],
        areas=chosen["areas"] if template.per == "gebiet" else [],
        format=chosen["format"],
    )


def _title(place: Place, template: Any, areas: Sequence[str]) -> str:
    """The title in the archive: with the name of the area where there is one."""
    name = _area_names(place).get(areas[0], "") if len(areas) == 1 else ""
    return f"{template.title}: {name}"[:200] if name else str(template.title)


@access.for_makers
def page(_request: HttpRequest, place: Place, key: str, number: int) -> HttpResponseBase:
    """One page of a preview as a picture."""
    path = orders.preview_folder(place.municipality.slug, key) / f"{number}.png"
    if not re.fullmatch(r"[0-9a-f]{32}", key) or not path.is_file():
        raise NotFound(_("Diese Vorschau gibt es nicht mehr."), _("Öffnen Sie die Vorschau neu."))
    response = FileResponse(path.open("rb"), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response


@never_cache
def report(request: HttpRequest, kommune: str, pk: int) -> HttpResponse:
    """One report: how far it is, or the file with data state and checksum."""
    place = enter(request, kommune)
    found = access.find(request.user, place.municipality, pk)
    return render(
        request,
        "reports/report.html",
        {
            **frame(place, "berichte", trail=[(_("Berichte"), f"{place.base}berichte/"), (found.title, "")]),
            "report": found,
            "maker": can_make_reports(request.user, place.municipality),
            "stopped": found.is_open and not making.is_running(),
            "chapters": ", ".join(
                plan.title for plan in orders.template_of(found.template, found.chapters).chapters
            ),
            "base": f"{place.base}berichte/",
        },
    )


@never_cache
def file(request: HttpRequest, kommune: str, pk: int) -> HttpResponseBase:
    """The finished file."""
    place = enter(request, kommune)
    found = access.find(request.user, place.municipality, pk)
    if found.state != Report.State.DONE or not found.path.is_file():
        raise NotFound(_("Die Datei ist noch nicht fertig."), _("Sehen Sie in einigen Sekunden wieder nach."))
    response = FileResponse(
        found.path.open("rb"),
        as_attachment=True,
        filename=found.file,
        content_type=TYPES[found.path.suffix.lstrip(".")],
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def change(request: HttpRequest, kommune: str, pk: int, deed: str) -> HttpResponseBase:
    """Continue, publish, withdraw or delete a report."""
    return _change(request, kommune, pk, deed)


@access.for_makers
def _change(request: HttpRequest, place: Place, pk: int, deed: str) -> HttpResponse:
    found = access.find(request.user, place.municipality, pk)
    if deed == "fortsetzen":
        Report.objects.filter(pk=found.pk).exclude(state=Report.State.DONE).update(
            state=Report.State.WAITING, error=""
        )
        making.start()
        messages.success(request, _("Der Bericht wird fortgesetzt; fertige Teile bleiben."))
    elif deed == "veroeffentlichen":
        if not found.release.is_public or found.state != Report.State.DONE:
            messages.error(
                request,
                _("Nur ein fertiger Bericht aus einer öffentlichen Freigabe kann veröffentlicht werden."),
            )
        else:
            Report.objects.filter(pk=found.pk).update(published=True)
            messages.success(request, _("Der Bericht ist jetzt öffentlich."))
    elif deed == "zurueckziehen":
        Report.objects.filter(pk=found.pk).update(published=False)
        messages.success(request, _("Der Bericht ist nicht mehr öffentlich."))
    else:
        shutil.rmtree(found.folder, ignore_errors=True)
        found.delete()
        messages.success(request, _("Der Bericht ist gelöscht."))
        return redirect("reports", place.municipality.slug)
    return redirect("report", place.municipality.slug, found.pk)


@access.for_makers
def texts(request: HttpRequest, place: Place) -> HttpResponse:
    """Own texts of a template by chapter: for all areas or for one."""
    data = request.POST if request.method == "POST" else request.GET
    template = orders.template_of(_chosen_template(data))
    chapter = next(
        (plan for plan in template.chapters if plan.id == data.get("kapitel")), template.chapters[0]
    )
    areas = _area_names(place)
    area = str(data.get("gebiet", "")) if template.per == "gebiet" else ""
    if area and area not in areas:
        raise NotFound(_("Dieses Gebiet gibt es nicht."))
    where = {"municipality": place.municipality, "template": template.id, "chapter": chapter.id, "area": area}
    row = OwnText.objects.filter(**where).first()
    form = TextForm(request.POST if request.method == "POST" else None, instance=row or OwnText(**where))
    if request.method == "POST":
        if "loeschen" in data and row:
            row.delete()
            messages.success(request, _("Der Text ist gelöscht."))
            return redirect(
                f"{place.base}berichte/texte/?template={template.id}&kapitel={chapter.id}&gebiet={area}"
            )
        if form.is_valid():
            saved = form.save(commit=False)
            saved.changed_by = request.user
            saved.save()
            messages.success(
                request,
                _(
                    "Der Text ist gespeichert. Er steht im nächsten Bericht und bleibt, wenn neue Daten kommen."
                ),
            )
            return redirect(
                f"{place.base}berichte/texte/?template={template.id}&kapitel={chapter.id}&gebiet={area}"
            )
    known = list(OwnText.objects.filter(municipality=place.municipality, template=template.id))
    return render(
        request,
        "reports/texts.html",
        {
            **frame(
                place, "berichte", trail=[(_("Berichte"), f"{place.base}berichte/"), (_("Eigene Texte"), "")]
            ),
            "templates": _templates(),
            "template_": template,
            "chapter": chapter,
            "areas": areas if template.per == "gebiet" else {},
            "area": area,
            "form": form,
            "row": row,
            "known": [(item, areas.get(item.area, _("alle Gebiete"))) for item in known],
            "base": f"{place.base}berichte/",
        },
    )


def _area_names(place: Place) -> dict[str, str]:
    levels = [level for level in place.catalogue.version().levels if level.id != MUNICIPALITY_LEVEL]
    return {
        area.code: f"{area.name} ({area.code})"
        for level in levels
        for area in place.catalogue.members(level.id)
    }
