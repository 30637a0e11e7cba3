"""Organisations and offers (Akteure, Angebote)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils.translation import gettext as _

from sozialraum_web.organisations.models import Offer, Organisation
from sozialraum_web.planning import permissions
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.models import Measure
from sozialraum_web.planning.permissions import visible
from sozialraum_web.planning.views.writing import saved_change

PAGE = 60


@desk()
def organisation_list(here: Desk) -> HttpResponse:
    """Who acts here, and what is on offer."""
    demand(here.request, permissions.can_read_all(here.reader) or bool(here.reader.organisations))
    text = here.request.GET.get("q", "")[:100]
    rows = visible(Organisation.objects.order_by("title"), here.reader).annotate(
        measure_count=Count("measures", filter=Q(measures__removed=None), distinct=True),
        offer_count=Count("offers", filter=Q(offers__removed=None), distinct=True),
    )
    if text:
        rows = rows.filter(title__icontains=text)
    offers = visible(Offer.objects.select_related("organisation").prefetch_related("areas"), here.reader)
    context = {
        "question": _("Wer handelt hier, und was gibt es schon?"),
        "page": Paginator(rows, PAGE).get_page(here.request.GET.get("seite")),
        "offers": list(offers[:PAGE]),
        "text": text,
        "may_offer": permissions.can_plan(here.reader) or bool(here.reader.organisations),
        "saved": saved_change(here),
    }
    return render(here, "planning/actors.html", "akteure", _("Akteure"), context)


@desk()
def organisation(here: Desk, number: int) -> HttpResponse:
    """One organisation with its offers and measures."""
    row = found(here, Organisation, number)
    carried = visible(Measure.objects.filter(responsible=row), here.reader)
    taking_part = visible(Measure.objects.filter(pk__in=Measure.partners.through.objects.filter(organisation=row).values("measure")), here.reader)  # fmt: skip
    context = {
        "question": _("Was tut dieser Akteur, mit wem und wo?"),
        "organisation": row,
        "offers": list(visible(row.offers.prefetch_related("areas"), here.reader)),
        "carried": list(carried[:PAGE]),
        "taking_part": list(taking_part[:PAGE]),
        "parts": list(visible(row.parts.all(), here.reader)),
        "may_edit": permissions.can_edit_organisation(here.reader, row),
        "saved": saved_change(here),
    }
    return render(here, "planning/actor.html", "akteure", row.title, context, trail=[(_("Akteure"), here.url("akteure"))])  # fmt: skip
