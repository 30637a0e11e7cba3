"""The register of measures in four views, one measure with its logic, status reports (Maßnahmen)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum.products import draw
from sozialraum_ui.parts import Link
from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning import logic, observed, permissions, register, timeplan
from sozialraum_web.planning.forms import StatusForm
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.maps import measure_map
from sozialraum_web.planning.models import Field, Goal, Light, Measure, Need
from sozialraum_web.planning.permissions import visible
from sozialraum_web.planning.register import Choice
from sozialraum_web.planning.services.measures import change_many, report_status
from sozialraum_web.planning.views.writing import saved_change
from sozialraum_web.records.models import Visibility

REPORTS = 20


@desk()
def measure_list(here: Desk) -> HttpResponse:
    """The register: the same records as table, board, map and timeline."""
    today = date.today()  # noqa: DTZ011
    choice = Choice.read(here.request.GET)
    counted = register.summary(here.reader, today)
    rows = register.chosen(here.reader, choice, today)
    number = rows.count() if choice.filtered else counted.total
    context = {
        "question": _("Was tun wir, und was braucht Aufmerksamkeit?"),
        "summary": counted,
        "euros": draw.whole(counted.euros / 1000),
        "chips": register.chips(choice, counted, here.reader),
        "choice": choice,
        "filters": register.filters(here.reader),
        "views": [Link(str(label), choice.query(ansicht="" if key == "tabelle" else key), current=key == choice.view) for key, label in register.VIEWS],
        "number": number,
        "reset": here.url("massnahmen"),
        "may_edit": permissions.can_plan(here.reader),
        "statuses": Measure.Status.choices,
        "visibilities": Visibility.choices,
        "may_publish": permissions.can_publish(here.reader),
        "saved": saved_change(here),
        **_view(here, choice, rows, number, today),
    }  # fmt: skip
    return render(here, "planning/measures.html", "massnahmen", _("Maßnahmen"), context)


def _view(here: Desk, choice: Choice, rows: Any, number: int, today: date) -> dict[str, Any]:
    if choice.view == "tafel":
        return {"board": board(rows, choice)}
    if choice.view == "karte":
        return {"map": measure_map(here.place, rows, here.url("massnahmen"))}
    if choice.view == "zeit":
        keys = list(
            rows.exclude(start=None).order_by("start", "number").values_list("pk", flat=True)[: register.PAGE]
        )
        return {
            "plan": timeplan.plan(register.detailed(keys), today),
            "undated": rows.filter(start=None).count(),
        }
    found = register.one_page(rows, choice)
    pages = max(1, -(-number // register.PAGE))
    return {
        "rows": [
            {
                "measure": item,
                "progress": register.progress(item),
                "warning": register.warning(item, today),
                "euros": draw.whole(register.money(item, today.year)) if item.funding.all() else "–",
            }
            for item in found
        ],
        "pages": pages,
        "previous": Link(_("Vorige Seite"), choice.query(seite=str(choice.page - 1)))
        if choice.page > 1
        else None,
        "next": Link(_("Nächste Seite"), choice.query(seite=str(choice.page + 1)))
        if choice.page < pages
        else None,
        "page_text": _("Seite %(page)s von %(pages)s") % {"page": choice.page, "pages": pages},
    }


def board(rows: Any, choice: Choice) -> list[dict[str, Any]]:
    """One column per status; each shows the first cards and says how many more there are."""
    counts = dict(rows.order_by().values_list("status").annotate(n=Count("pk")))
    columns = []
    for status, label in Measure.Status.choices:
        keys = list(rows.filter(status=status).order_by("number").values_list("pk", flat=True)[: register.COLUMN]) if counts.get(status) else []  # fmt: skip
        columns.append(
            {
                "status": status,
                "label": label,
                "count": counts.get(status, 0),
                "cards": register.detailed(keys),
                "more": max(0, counts.get(status, 0) - len(keys)),
                "url": choice.query(ansicht="", stand=status),
                "next": [(other, text) for other, text in Measure.Status.choices if other != status],
            }
        )
    return columns


@require_POST
def many(request: HttpRequest, kommune: str) -> HttpResponse:
    """Set status, lead, field or visibility of several measures at once."""
    return _many(request, kommune)


@desk(permissions.can_plan)
def _many(here: Desk) -> HttpResponse:
    post = here.request.POST
    numbers = [text for text in post.getlist("nr") if text.isascii() and text.isdigit() and len(text) < 10]
    rows = [row for row in visible(Measure.objects.filter(number__in=numbers[:500]), here.reader) if permissions.can_edit_measure(here.reader, row)]  # fmt: skip
    data: dict[str, Any] = {}
    if post.get("stand") in Measure.Status.values:
        data["status"] = post["stand"]
    if post.get("lesbar") in Visibility.values and permissions.can_publish(here.reader):
        data["visibility"] = post["lesbar"]
    for name, field, model in (("feld", "field", Field), ("amt", "responsible", Organisation)):
        number = post.get(name, "")
        if number.isascii() and number.isdigit() and len(number) < 10:
            row = visible(model._default_manager.all(), here.reader).filter(number=number).first()
            if row is not None:
                data[field] = row
    if not rows or not data:
        messages.warning(here.request, _("Wählen Sie mindestens eine Maßnahme und eine Änderung."))
    else:
        changed, _rows = change_many(rows, here.reader.user, data, note=post.get("grund", "")[:300])
        messages.success(here.request, _("%(changed)s von %(chosen)s Maßnahmen geändert. Jede Änderung lässt sich im Verlauf zurücknehmen.") % {"changed": changed, "chosen": len(rows)})  # fmt: skip
    back = post.get("zurueck", "")
    return redirect(here.url("massnahmen") + (back if back.startswith("?") else ""))


@desk()
def measure(here: Desk, number: int) -> HttpResponse:
    """One measure: what it is, milestones, logic with its gaps, course."""
    row = found(here, Measure, number)
    today = date.today()  # noqa: DTZ011
    money = list(row.funding.select_related("department"))
    may_edit = permissions.can_edit_measure(here.reader, row)
    milestones = list(row.milestones.all())
    context = {
        "question": _("Was ist das, wie weit ist es, und wie soll es wirken?"),
        "measure": row,
        "areas": list(row.areas.all()),
        "goals": list(visible(row.goals.all(), here.reader)),
        "needs": list(visible(row.needs.all(), here.reader)),
        "partners": list(row.partners.filter(removed=None)),
        "milestones": [(item, _late(item.due, item.done, today)) for item in milestones],
        "progress": register.progress(row),
        "money": money
        if permissions.can_read_all(here.reader) or row.visibility == Visibility.PUBLIC
        else [],
        "board": logic.board(row, here.place),
        "observed": observed.observed(here.place, row),
        "assumptions": list(row.assumptions.all()),
        "reports": list(row.reports.select_related("author")[:REPORTS]),
        "warning": register.warning(row, today),
        "may_edit": may_edit,
        "may_report": permissions.can_report(here.reader, row),
        "may_resolve": permissions.can_resolve(here.reader),
        "names": permissions.can_read_all(here.reader),
        "original": list(row.original.items()) if may_edit else [],
        "saved": saved_change(here),
    }
    return render(here, "planning/measure.html", "massnahmen", row.title, context, trail=[(_("Maßnahmen"), here.url("massnahmen"))], chain=("massnahme", _chain(here, row, context)), indicators=[step.indicator for step in row.steps.all()], talk=row)  # fmt: skip


def _late(due: date | None, done: date | None, today: date) -> bool:
    return done is None and due is not None and due < today


def _chain(here: Desk, measure: Measure, context: dict[str, Any]) -> dict[str, tuple[str, str]]:
    links = {"massnahme": (measure.title[:40], here.url("massnahmen", measure.number))}
    goals: list[Goal] = context["goals"]
    needs: list[Need] = context["needs"]
    if context["areas"]:
        area = context["areas"][0]
        links["gebiet"] = (area.name, here.place.base + f"gebiete/{area.level}/{area.code}/")
    if needs:
        links["befund"] = (str(needs[0].get_state_display()), here.url("bedarfe", needs[0].number))
    if goals:
        links["ziel"] = (goals[0].title[:40], here.url("ziele", goals[0].number))
        links["wirkung"] = (_("Kurve des Ziels"), here.url("ziele", goals[0].number) + "#kurve")
    if measure.resolution:
        links["beschluss"] = (measure.resolution, here.url("massnahmen", measure.number) + "#beschluss")
    if context["money"]:
        links["foerderung"] = (_("%s Einträge") % len(context["money"]), here.url("massnahmen", measure.number) + "#mittel")  # fmt: skip
    return links


@desk()
def report(here: Desk, number: int) -> HttpResponse:
    """Add a status report."""
    row = found(here, Measure, number)
    demand(here.request, permissions.can_report(here.reader, row))
    form = StatusForm(here.request.POST or None, initial={"date": date.today()})  # noqa: DTZ011
    if here.request.method == "POST" and form.is_valid():
        try:
            made = report_status(row, here.reader.user, form.cleaned_data["date"], form.cleaned_data["text"])
        except SozialraumError as error:
            form.add_error(None, str(error))
        else:
            messages.success(here.request, _("Der Sachstand ist festgehalten. Ampel nach den Regeln: %s.") % Light(made.light).label)  # fmt: skip
            return redirect(here.url("massnahmen", number) + "#verlauf")
    context = {
        "question": _("Wie steht es?"),
        "hint": _("Die Ampel folgt aus Meilensteinen, Mitteln und Zielen der Wirkungslogik; sie wird nicht von Hand gesetzt. Ein Sachstand wird nie geändert, eine Berichtigung ist ein weiterer Sachstand."),
        "form": form,
        "record": row,
        "back": here.url("massnahmen", number),
    }  # fmt: skip
    return render(here, "planning/part.html", "massnahmen", _("Stand melden"), context, trail=[(row.title, here.url("massnahmen", number))])  # fmt: skip
