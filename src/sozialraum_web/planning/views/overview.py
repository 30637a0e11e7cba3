"""Wo stehen wir?: cycles and what is due for those who work here, the plan in plain words for everybody else (Überblick)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext as _

from sozialraum_web.planning import due, effects, permissions, register
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.models import Cycle, Field, Goal, Measure, Mission, Need, Phase
from sozialraum_web.planning.permissions import Reader, visible
from sozialraum_web.planning.views.writing import saved_change
from sozialraum_web.records.areas import outdated
from sozialraum_web.records.models import Visibility

PUBLIC_MEASURES = 6
PUBLIC_GOALS = 30
COUNCIL_GOALS = 10


@desk()
def overview(here: Desk) -> HttpResponse:
    """The desk of those who work on the plan; the readable plan for all others."""
    if permissions.can_read_all(here.reader):
        return _desk(here)
    return _plan(here, here.reader, "")


def _desk(here: Desk) -> HttpResponse:
    today = date.today()  # noqa: DTZ011
    needs = dict(
        visible(Need.objects.all(), here.reader).order_by().values_list("state").annotate(n=Count("pk"))
    )
    context = {
        "question": _("Wo stehen wir, und was ist als Nächstes zu tun?"),
        "cycles": [
            told(cycle, today) for cycle in visible(Cycle.objects.prefetch_related("phases"), here.reader)
        ],
        "due": due.due(here, today),
        "summary": register.summary(here.reader, today),
        "needs": [(label, needs.get(state, 0)) for state, label in Need.State.choices if needs.get(state)],
        "goals": visible(Goal.objects.all(), here.reader).count(),
        "gone": len(outdated(here.place)),
        "sees_personal": permissions.can_see_personal_data(here.reader),
        "sees_history": permissions.can_see_history(here.reader),
        "district": here.place.municipality.district,
        "shared": _shared(here),
        "saved": saved_change(here),
    }
    return render(here, "planning/overview.html", "", _("Wo stehen wir?"), context)


def _shared(here: Desk) -> list[tuple[Any, str]]:
    """What the Kreis shares with the administrations of its towns: cycles, Leitbild, goals."""
    district = here.place.municipality.district
    if district is None:
        return []
    reader = Reader(here.reader.person, district)
    rows: list[tuple[Any, str]] = []
    models: tuple[Any, ...] = (Mission, Cycle, Goal)
    for model in models:
        rows += [
            (row, str(model._meta.verbose_name)) for row in visible(model._default_manager.all(), reader)[:20]
        ]
    return rows


def told(cycle: Cycle, today: date) -> dict[str, Any]:
    """A cycle with its phases: done, current (the first open one), later, late."""
    phases = [phase for phase in cycle.phases.all() if not phase.skipped]
    open_ones = [phase for phase in phases if phase.done is None]
    current = open_ones[0] if open_ones else None
    return {
        "cycle": cycle,
        "phases": [
            {"phase": phase, "state": "done" if phase.done else "current" if phase is current else "later", "late": _late(phase, today)}
            for phase in phases
        ],
        "current": current,
        "done": len(phases) - len(open_ones),
        "total": len(phases),
    }  # fmt: skip


def _late(phase: Phase, today: date) -> bool:
    return phase.done is None and phase.due is not None and phase.due < today


@desk()
def cycle(here: Desk, number: int) -> HttpResponse:
    """One cycle: its questions and phases with gates."""
    row = found(here, Cycle, number)
    context = {
        "question": _("In welcher Phase sind wir, und was schließt sie ab?"),
        "item": told(row, date.today()),  # noqa: DTZ011
        "skipped": [phase for phase in row.phases.all() if phase.skipped],
        "cycle": row,
        "goals": list(visible(row.goals.all(), here.reader)),
        "may_edit": permissions.can_edit_cycle(here.reader, row),
        "saved": saved_change(here),
    }
    return render(
        here,
        "planning/cycle.html",
        "",
        row.title,
        context,
        trail=[(_("Wo stehen wir?"), here.url())],
        talk=row,
    )


@desk()
def public(here: Desk) -> HttpResponse:
    """The plan as everybody reads it, for those who want to see what they publish."""
    from django.contrib.auth.models import AnonymousUser

    nobody = Reader(AnonymousUser(), here.place.municipality)
    return _plan(here, nobody, _("So sehen es alle ohne Anmeldung."))


@desk()
def council(here: Desk) -> HttpResponse:
    """What council and committees read: goals with resolutions, light and money of their measures."""
    demand(here.request, permissions.can_read_council(here.reader))
    seen = [Visibility.COUNCIL, Visibility.PUBLIC]
    today = date.today()  # noqa: DTZ011
    goals = visible(Goal.objects.filter(visibility__in=seen).exclude(resolution=""), here.reader)
    page = Paginator(goals, COUNCIL_GOALS).get_page(here.request.GET.get("seite"))
    measures = visible(Measure.objects.filter(visibility__in=seen), here.reader)
    keys = {goal.pk: list(measures.filter(goals=goal).order_by("number").values_list("pk", flat=True)[:PUBLIC_MEASURES]) for goal in page}  # fmt: skip
    detailed = {row.pk: row for row in register.detailed([key for found in keys.values() for key in found])}
    rows = [
        {
            **_goal(here, goal, here.reader),
            "measures": [
                {"measure": row, "progress": register.progress(row), "warning": register.warning(row, today), "euros": register.money(row, today.year)}
                for key in keys[goal.pk]
                if (row := detailed.get(key)) is not None
            ],
        }
        for goal in page
    ]  # fmt: skip
    context = {
        "question": _("Was wurde beschlossen, und was ist daraus geworden?"),
        "rows": rows,
        "page": page,
        "year": today.year,
    }
    return render(
        here,
        "planning/council.html",
        "rat",
        _("Für den Rat"),
        context,
        indicators=[item["target"].indicator for row in rows for item in row["courses"]],
    )


def _plan(here: Desk, reader: Reader, note: str) -> HttpResponse:
    """Goals by field, each with what it aims at and what is done, in words."""
    goals = list(visible(Goal.objects.select_related("field"), reader)[:PUBLIC_GOALS])
    fields = list(visible(Field.objects.all(), reader))
    named = {field.pk for field in fields}
    groups: list[tuple[Field | None, list[Goal]]] = [
        (field, [goal for goal in goals if goal.field_id == field.pk]) for field in fields
    ]
    groups.append((None, [goal for goal in goals if goal.field_id not in named]))
    measures = visible(Measure.objects.all(), reader)
    context = {
        "question": _("Was hat die Kommune vor, und woran ist es zu messen?"),
        "note": note,
        "groups": [(field, [_goal(here, goal, reader) for goal in rows]) for field, rows in groups if rows],
        "mission": visible(Mission.objects.exclude(adopted=None), reader).first(),
        "measure_count": measures.count(),
        "register_url": here.url("massnahmen"),
    }
    return render(
        here,
        "planning/public.html",
        "",
        _("Was die Kommune vorhat"),
        context,
        indicators=_shown(context["groups"]),
    )


def _shown(groups: Any) -> list[str]:
    return [item["target"].indicator for _field, rows in groups for row in rows for item in row["courses"]]


def _goal(here: Desk, goal: Goal, reader: Reader) -> dict[str, Any]:
    targets = list(visible(goal.targets.select_related("area", "goal"), reader))
    measures = visible(goal.measures.all(), reader)
    return {
        "goal": goal,
        "courses": [
            {"target": target, "verdict": effects.course(here.place, target).verdict} for target in targets
        ],
        "measures": list(measures.order_by("number")[:PUBLIC_MEASURES]),
        "total": measures.count(),
    }
