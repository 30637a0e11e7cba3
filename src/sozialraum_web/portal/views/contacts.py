"""Who to ask, and the form that reaches them (Ansprechpersonen)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sozialraum.words import say
from sozialraum_web.accounts import client, permissions
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.atlas.frame import address, frame
from sozialraum_web.monitoring.access import NotFound, enter
from sozialraum_web.portal import contacts
from sozialraum_web.portal.forms import ContactForm, EnquiryForm
from sozialraum_web.portal.models import Contact
from sozialraum_web.portal.views.members import needs, plain_frame


@never_cache
def contact_list(request: HttpRequest, kommune: str) -> HttpResponse:
    """Everybody in charge of something, in town and beyond."""
    place = enter(request, kommune)
    municipality = place.municipality
    rows = Contact.objects.filter(municipality=municipality)
    groups = [(str(scope.label), [row for row in rows if row.scope == scope]) for scope in Contact.Scope]
    context = {
        **frame(place, "", trail=[(say("Ansprechpersonen"), "")]),
        "title": say("Ansprechpersonen"),
        "tenant": municipality,
        "groups": [(label, found) for label, found in groups if found],
        "may_edit": permissions.can_manage_contacts(request.user, municipality),
    }
    return render(request, "portal/contacts.html", context)


@never_cache
def ask(request: HttpRequest, kommune: str, pk: int) -> HttpResponse:
    """The form; no account is needed."""
    place = enter(request, kommune)
    municipality = place.municipality
    row = Contact.objects.filter(municipality=municipality, pk=pk).first()
    if row is None:
        raise NotFound(
            say("Diese Ansprechperson gibt es hier nicht."),
            links=((say("Alle Ansprechpersonen"), f"/{kommune}/ansprechpersonen/"),),
        )
    form = EnquiryForm(request.POST or None, initial={"stempel": contacts.stamp()})
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        why = contacts.refusal(data["stempel"], data["website"], client.address(request), row, now)
        if not why:
            contacts.ask(row, data["text"], data["reply"], now)
            messages.success(request, say("Ihre Anfrage ist bei „{row}“ eingegangen.", row=row.name))
            return redirect("contacts", kommune)
        form.add_error(None, why)
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["stempel"] = contacts.stamp()  # type: ignore[index]
    trail = [(say("Ansprechpersonen"), address(place, "ansprechpersonen")), (row.name, "")]
    context = {
        **frame(place, "", trail=trail),
        "title": say("Frage an {row}", row=row.name),
        "tenant": municipality,
        "form": form,
        "contact": row,
    }
    return render(request, "portal/ask.html", context)


@needs(permissions.can_manage_contacts)
def edit(request: HttpRequest, municipality: Municipality, pk: int = 0) -> HttpResponse:
    """Add or change who is in charge."""
    row = (
        Contact.objects.filter(municipality=municipality, pk=pk).first()
        if pk
        else Contact(municipality=municipality)
    )
    if row is None:
        raise NotFound(say("Diese Ansprechperson gibt es hier nicht."))
    form = ContactForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, say("Gespeichert."))
        return redirect("contacts", municipality.slug)
    context = {
        **plain_frame(municipality, say("Ansprechperson")),
        "form": form,
        "contact": row if pk else None,
    }
    return render(request, "portal/contact_form.html", context)


@require_POST
def remove(request: HttpRequest, kommune: str, pk: int) -> HttpResponse:
    """Take a contact away with its questions."""
    return _remove(request, kommune, pk)


@needs(permissions.can_manage_contacts)
def _remove(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    Contact.objects.filter(municipality=municipality, pk=pk).delete()
    messages.success(request, say("Entfernt."))
    return redirect("contacts", municipality.slug)
