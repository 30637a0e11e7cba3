"""The tree of goals, and the page of one goal with its curves (Ziele, Wirkung)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_ui.parts import Link
from sozialraum_web.planning import effects, permissions, register, smart
from sozialraum_web.planning.forms import ResolutionForm, TargetChangeForm, TargetForm
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.models import Field, Goal, Measure, Mission, Need, Target
from sozialraum_web.planning.permissions import visible
from sozialraum_web.planning.services import goals as services
from sozialraum_web.planning.views.writing import kind_of, saved_change
from sozialraum_web.records import services as records

MEASURES = 30


@desk()
def goal_list(here: Desk) -> HttpResponse:
    """Leitbild, fields and the tree of goals."""
    seen = visible(Measure.objects.all(), here.reader)
    rows = list(
        visible(Goal.objects.all(), here.reader)
        .select_related("field")
        .annotate(measure_count=Count("measures", filter=Q(measures__removed=None, measures__in=seen)) if not permissions.can_read_all(here.reader) else Count("measures", filter=Q(measures__removed=None)))
        .prefetch_related("targets")
    )  # fmt: skip
    missions = visible(Mission.objects.all(), here.reader)
    context = {
        "question": _("Was wollen wir erreichen, und woran merken wir es?"),
        "tree": tree(rows),
        "missions": list(missions),
        "fields": list(visible(Field.objects.all(), here.reader)),
        "saved": saved_change(here),
    }
    return render(here, "planning/goals.html", "ziele", _("Ziele"), context)


def tree(rows: Sequence[Goal]) -> list[dict[str, Any]]:
    """Goals below their parents; a goal whose parent the reader does not see stands at the top."""
    known = {goal.pk for goal in rows}
    below: dict[int | None, list[Goal]] = {}
    for goal in rows:
        below.setdefault(goal.parent_id if goal.parent_id in known else None, []).append(goal)

    def branch(parent: int | None) -> list[dict[str, Any]]:
        return [
            {"goal": goal, "targets": [target for target in goal.targets.all() if target.removed is None], "parts": branch(goal.pk)}
            for goal in below.get(parent, [])
        ]  # fmt: skip

    return branch(None)


@desk()
def goal(here: Desk, number: int) -> HttpResponse:
    """One goal: the curve on top, then five boxes always in the same order."""
    row = found(here, Goal, number)
    today = date.today()  # noqa: DTZ011
    targets = list(visible(row.targets.select_related("area", "goal"), here.reader))
    courses = [effects.course(here.place, target) for target in targets]
    measures = visible(row.measures.all(), here.reader)
    keys = list(measures.order_by("number").values_list("pk", flat=True)[:MEASURES])
    context = {
        "question": _("Wendet sich die Kurve?"),
        "goal": row,
        "courses": [{"course": item, **effects.drawing(item, here.place)} for item in courses],
        "smart": smart.checks(_wording(row, targets)) if permissions.can_plan(here.reader) else [],
        "measures": [
            {"measure": item, "progress": register.progress(item), "warning": register.warning(item, today)}
            for item in register.detailed(keys)
        ],
        "measure_count": measures.count(),
        "partners": partners(here, row),
        "needs": list(visible(row.needs.all(), here.reader)),
        "parts": list(visible(row.parts.all(), here.reader)),
        "parent": visible(Goal.objects.filter(pk=row.parent_id), here.reader).first()
        if row.parent_id
        else None,
        "late": bool(row.next_due and row.next_due < today),
        "may_edit": permissions.can_edit_goal(here.reader, row),
        "may_resolve": permissions.can_resolve(here.reader),
        "saved": saved_change(here),
    }
    return render(here, "planning/goal.html", "ziele", row.title, context, trail=[(_("Ziele"), here.url("ziele"))], chain=("ziel", _chain(here, row, targets, measures.count())), indicators=[target.indicator for target in targets], talk=row)  # fmt: skip


def _wording(goal: Goal, targets: list[Target]) -> smart.Wording:
    return smart.Wording(
        goal.title,
        goal.text,
        goal.attainable,
        has_target=bool(targets),
        has_area=any(target.area_id for target in targets),
        has_need=goal.needs.filter(removed=None).exists(),
        has_parent=goal.parent_id is not None,
        has_date=bool(goal.valid_until) or bool(targets),
        operational=goal.rank == Goal.Rank.OPERATIONAL,
    )


def partners(here: Desk, goal: Goal) -> list[tuple[str, str]]:
    """Who takes part: the goal's own lead first, then those of its measures."""
    found: dict[str, str] = {}
    if goal.responsible:
        found[goal.responsible.title] = _("federführend")
    for measure in visible(goal.measures.all(), here.reader).select_related("responsible").prefetch_related("partners")[:MEASURES]:  # fmt: skip
        if measure.responsible:
            found.setdefault(measure.responsible.title, measure.title)
        for partner in measure.partners.all():
            found.setdefault(partner.title, measure.title)
    return list(found.items())


def _chain(here: Desk, goal: Goal, targets: list[Target], measures: int) -> dict[str, tuple[str, str]]:
    links = {"ziel": (goal.title[:40], here.url("ziele", goal.number))}
    need = visible(Need.objects.filter(goals=goal), here.reader).first()
    if need is not None:
        links["befund"] = (str(need.get_state_display()), here.url("bedarfe", need.number))
    if targets:
        area = targets[0].area
        links["kennzahl"] = (
            targets[0].indicator_label[:40],
            here.place.base + f"kennzahlen/{targets[0].indicator}/",
        )
        links["gebiet"] = (area.name, here.place.base + f"gebiete/{area.level}/{area.code}/")
        links["wirkung"] = (_("Kurve"), here.url("ziele", goal.number) + "#kurve")
    if measures:
        links["massnahme"] = (_("%s am Ziel") % measures, here.url("massnahmen", ziel=str(goal.number)))
    if goal.resolution:
        links["beschluss"] = (goal.resolution, here.url("ziele", goal.number) + "#beschluss")
    return links


@desk()
def new_target(here: Desk, number: int) -> HttpResponse:
    """Tie a goal to an indicator in an area."""
    row = found(here, Goal, number)
    demand(here.request, permissions.can_edit_goal(here.reader, row))
    form = TargetForm(here, here.request.POST or None, initial=_suggested(row))
    if here.request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.set_target(here.place, row, here.reader.user, data["indicator"], data["area"], data["value"], data["year"])  # fmt: skip
        except SozialraumError as error:
            _tell(form, error)
        else:
            messages.success(here.request, _("Der Zielwert ist festgelegt."))
            return redirect(here.url("ziele", number))
    context = {
        "question": _("Woran merken wir, dass das Ziel erreicht ist?"),
        "hint": _(
            "Der Ausgangswert ist der neueste freigegebene Wert; er wird mit der Freigabe festgehalten."
        ),
        "form": form,
        "record": row,
        "back": here.url("ziele", number),
    }
    return render(here, "planning/part.html", "ziele", _("Zielwert festlegen"), context, trail=[(row.title, here.url("ziele", number))])  # fmt: skip


def _suggested(goal: Goal) -> dict[str, Any]:
    """Indicator and area of the finding behind the need behind the goal."""
    for need in goal.needs.all():
        first = need.findings.filter(removed=None).exclude(indicator="").first()
        if first is not None:
            area = first.areas.first()
            return {"indicator": first.indicator, "area": area.key if area else ""}
    return {}


@desk()
def change_target(here: Desk, number: int, pk: int) -> HttpResponse:
    """Change aim and year, or take the target away."""
    row = found(here, Goal, number)
    target = visible(row.targets.all(), here.reader).filter(number=pk).first()
    demand(here.request, permissions.can_edit_goal(here.reader, row) and target is not None)
    assert target is not None
    form = TargetChangeForm(here.request.POST or None, initial={"value": target.value, "year": target.year})
    if here.request.method == "POST" and "entfernen" in here.request.POST:
        records.remove(target, here.reader.user)
        messages.success(here.request, _("Der Zielwert ist entfernt."))
        return redirect(here.url("ziele", number))
    if here.request.method == "POST" and form.is_valid():
        try:
            services.change_target(
                target, here.reader.user, form.cleaned_data["value"], form.cleaned_data["year"], None
            )
        except SozialraumError as error:
            _tell(form, error)
        else:
            messages.success(here.request, _("Gespeichert."))
            return redirect(here.url("ziele", number))
    context = {
        "question": str(target),
        "form": form,
        "record": row,
        "back": here.url("ziele", number),
        "removable": True,
    }
    return render(here, "planning/part.html", "ziele", _("Zielwert ändern"), context, trail=[(row.title, here.url("ziele", number))])  # fmt: skip


def _tell(form: Any, error: SozialraumError) -> None:
    for item in error.findings:
        form.add_error(None, f"{item.message} {item.remedy}".strip())


@desk()
def resolve(here: Desk, art: str, number: int) -> HttpResponse:
    """Record the resolution about a goal or a measure, or adopt a Leitbild."""
    kind = kind_of(art)
    demand(here.request, permissions.can_resolve(here.reader) and kind.model in (Goal, Measure, Mission))
    row = found(here, kind.model, number)
    form = ResolutionForm(here.request.POST or None, initial={"resolved": date.today()})  # noqa: DTZ011
    if here.request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if isinstance(row, Mission):
                services.adopt_mission(row, here.reader.user, {"adopted": data["resolved"], "resolution": data["resolution"], "body": data["body"]})  # fmt: skip
            elif isinstance(row, Goal | Measure):
                services.resolve(row, here.reader.user, data["resolution"], data["resolved"], data["body"])
        except SozialraumError as error:
            _tell(form, error)
        else:
            messages.success(here.request, _("Der Beschluss ist festgehalten."))
            return redirect(here.url(art, number))
    context = {
        "question": _("Wer hat es wann beschlossen?"),
        "form": form,
        "record": row,
        "back": here.url(art, number),
    }
    return render(here, "planning/part.html", kind.section, _("Beschluss festhalten"), context, trail=[(str(row), here.url(art, number))])  # fmt: skip


@require_POST
def step_done(request: HttpRequest, kommune: str, number: int) -> HttpResponse:
    """The next step of a goal is done: it moves into the history and the box asks for a new one."""
    return _step_done(request, kommune, number)


@desk()
def _step_done(here: Desk, number: int) -> HttpResponse:
    row = found(here, Goal, number)
    demand(here.request, permissions.can_edit_goal(here.reader, row))
    note = _("Erledigt: %s") % row.next_step
    records.change(row, here.reader.user, {"next_step": "", "next_owner": "", "next_due": None}, note=note)
    messages.success(here.request, _("Als erledigt festgehalten. Was ist der nächste Schritt?"))
    return redirect(here.url("ziele", number, "aendern") + "#id_next_step")


@desk()
def mission(here: Desk, number: int) -> HttpResponse:
    """One version of the Leitbild with how it came about."""
    row = found(here, Mission, number)
    others = [Link(f"{item.title}{f' ({item.adopted:%d.%m.%Y})' if item.adopted else ''}", here.url("leitbild", item.number)) for item in visible(Mission.objects.exclude(pk=row.pk), here.reader)]  # fmt: skip
    context = {
        "question": _("Woran richten wir uns aus?"),
        "mission": row,
        "others": others,
        "may_edit": permissions.can_edit_mission(here.reader, row),
        "may_resolve": permissions.can_resolve(here.reader) and row.adopted is None,
        "saved": saved_change(here),
    }
    return render(
        here, "planning/mission.html", "ziele", row.title, context, trail=[(_("Ziele"), here.url("ziele"))]
    )
