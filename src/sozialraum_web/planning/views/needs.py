"""Findings and needs: what is conspicuous, and what people concluded (Befunde, Bedarfe)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sozialraum.errors import SozialraumError
from sozialraum_web.planning import permissions, priorities, quoted
from sozialraum_web.planning.effects import evidence_address, newer
from sozialraum_web.planning.forms import DecisionForm
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.models import Criterion, Field, Finding, Goal, Measure, Need
from sozialraum_web.planning.permissions import visible
from sozialraum_web.planning.sentences import evidence_line
from sozialraum_web.planning.services.findings import NEXT, decide_need
from sozialraum_web.planning.views.writing import saved_change

PAGE = 24


@desk()
def finding_list(here: Desk) -> HttpResponse:
    """All findings, newest first, with what newer data say."""
    rows = visible(Finding.objects.all(), here.reader).prefetch_related("areas", "needs")
    kind, field = here.request.GET.get("art", ""), here.request.GET.get("feld", "")
    if kind in Finding.Kind.values:
        rows = rows.filter(kind=kind)
    if field.isascii() and field.isdigit() and len(field) < 9:
        rows = rows.filter(field__number=field)
    page = Paginator(rows, PAGE).get_page(here.request.GET.get("seite"))
    context = {
        "question": _("Was ist auffällig, und woher wissen wir es?"),
        "page": page,
        "findings": [told(here, finding) for finding in page],
        "kinds": Finding.Kind.choices,
        "kind": kind,
        "may_observe": permissions.can_observe(here.reader),
        "saved": saved_change(here),
    }
    return render(
        here,
        "planning/findings.html",
        "befunde",
        _("Befunde"),
        context,
        indicators=[item.indicator for item in page],
    )


def told(here: Desk, finding: Finding) -> dict[str, Any]:
    """A finding as its card shows it; figures of internal releases only for those who may read them."""
    shown = not finding.indicator or permissions.can_read_figure(here.reader, finding.audience)
    finding.municipality = here.place.municipality
    return {
        "finding": finding,
        "line": evidence_line(finding) if finding.indicator and shown else "",
        "hidden": not shown,
        "url": evidence_address(here.place, finding) if shown else "",
        "newer": newer(here.place, finding) if shown else None,
        "needs": [need for need in finding.needs.all() if need.removed is None],
    }


@desk()
def finding(here: Desk, number: int) -> HttpResponse:
    """One finding with its evidence and what follows from it."""
    row = found(here, Finding, number)
    needs = list(visible(row.needs.all(), here.reader))
    context = {
        "question": _("Was ist auffällig, und woher wissen wir es?"),
        "item": told(here, row),
        "finding": row,
        "sign": quoted.sign_of(row),
        "needs": needs,
        "may_edit": permissions.can_edit_finding(here.reader, row),
        "need_url": here.url("bedarfe", "neu", befund=str(number)),
        "saved": saved_change(here),
    }
    chain = _chain(here, row)
    return render(here, "planning/finding.html", "befunde", row.title, context, trail=[(_("Befunde"), here.url("befunde"))], chain=("befund", chain), indicators=[row.indicator], talk=row)  # fmt: skip


def _chain(here: Desk, finding: Finding) -> dict[str, tuple[str, str]]:
    links: dict[str, tuple[str, str]] = {
        "befund": (_("Nr. %s") % finding.number, here.url("befunde", finding.number))
    }
    item = here.place.catalogue.indicators.get(finding.indicator)
    if item is not None:
        links["kennzahl"] = (item.name, here.place.base + f"kennzahlen/{item.id}/")
    area = next(iter(finding.areas.all()), None)
    if area is not None:
        links["gebiet"] = (area.name, here.place.base + f"gebiete/{area.level}/{area.code}/")
    return links


@desk()
def need_list(here: Desk) -> HttpResponse:
    """Needs by priority: points by open criteria and weights, with the range when weights move."""
    state = here.request.GET.get("stand", "")
    rows = visible(Need.objects.all(), here.reader).prefetch_related("areas", "scores", "findings", "goals")
    if state in Need.State.values:
        rows = rows.filter(state=state)
    criteria = list(visible(Criterion.objects.all(), here.reader))
    ordered = priorities.ranked(rows, criteria)
    context = {
        "question": _("Was wird am dringendsten gebraucht, und nach welcher Regel?"),
        "rows": ordered,
        "criteria": criteria,
        "states": Need.State.choices,
        "state": state,
        "saved": saved_change(here),
    }
    return render(here, "planning/needs.html", "bedarfe", _("Bedarfe"), context)


@desk()
def need(here: Desk, number: int) -> HttpResponse:
    """One need: evidence, offers, gap, points, decisions, what answers it."""
    row = found(here, Need, number)
    findings = visible(row.findings.all(), here.reader).prefetch_related("areas", "needs")
    criteria = list(visible(Criterion.objects.all(), here.reader))
    scores = {score.criterion_id: score for score in row.scores.all()}
    context = {
        "question": _("Was wird gebraucht, worauf stützt sich das, und wer hat entschieden?"),
        "need": row,
        "findings": [told(here, finding) for finding in findings],
        "offers": list(visible(row.offers.all(), here.reader)),
        "scores": [(criterion, scores.get(criterion.pk)) for criterion in criteria],
        "total": priorities.total(row, criteria),
        "goals": list(visible(Goal.objects.filter(needs=row), here.reader)),
        "measures": list(visible(Measure.objects.filter(needs=row), here.reader)[:50]),
        "decisions": list(row.decisions.all()),
        "may_edit": permissions.can_edit_need(here.reader, row),
        "may_decide": permissions.can_decide_need(here.reader, row),
        "saved": saved_change(here),
    }
    first = findings.first()
    links = _chain(here, first) if first else {}
    return render(here, "planning/need.html", "bedarfe", row.title, context, trail=[(_("Bedarfe"), here.url("bedarfe"))], chain=("befund", links) if links else None, indicators=[item.indicator for item in findings], talk=row)  # fmt: skip


@desk()
def decide(here: Desk, number: int) -> HttpResponse:
    """Record a decision about a need."""
    row = found(here, Need, number)
    demand(here.request, permissions.can_decide_need(here.reader, row))
    form = DecisionForm(NEXT[row.state], here.request.POST or None, initial={"decided": date.today()})  # noqa: DTZ011
    if here.request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            decide_need(row, here.reader.user, data["state"], data["decided"], data["body"], data["reason"], data["resolution"])  # fmt: skip
        except SozialraumError as error:
            for item in error.findings:
                form.add_error(None, f"{item.message} {item.remedy}".strip())
        else:
            messages.success(here.request, _("Die Entscheidung ist festgehalten."))
            return redirect(here.url("bedarfe", number))
    context = {
        "question": _("Der Schritt von „auffällig“ zu „Bedarf“ ist eine Entscheidung von Menschen. Wer hat sie wann und warum getroffen?"),
        "form": form,
        "record": row,
        "back": here.url("bedarfe", number),
    }  # fmt: skip
    return render(here, "planning/part.html", "bedarfe", _("Entscheidung festhalten"), context, trail=[(row.title, here.url("bedarfe", number))])  # fmt: skip


def fields(here: Desk) -> list[Field]:
    """Fields of action this reader sees."""
    return list(visible(Field.objects.all(), here.reader))
