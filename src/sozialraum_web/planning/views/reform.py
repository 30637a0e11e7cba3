"""Records of areas that are gone, and moving them (Gebietsreform)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sozialraum_web.planning import permissions
from sozialraum_web.planning.frame import Desk, desk, render
from sozialraum_web.planning.services import reform as services


@desk(permissions.can_steer)
def reform(here: Desk) -> HttpResponse:
    """What a move would do; then do it."""
    if here.request.method == "POST":
        changed, unknown = services.move(here.place, here.reader.user)
        messages.success(here.request, _("%s Einträge sind umgezogen; jeder trägt einen Vermerk.") % changed)
        if unknown:
            names = ", ".join(area.name for area in unknown)
            messages.warning(here.request, _("Ohne Umstiegsschlüssel blieben: %s. Wählen Sie dort die Gebiete von Hand.") % names)  # fmt: skip
        return redirect(here.url("gebietsreform"))
    context = {
        "question": _("Welche Einträge nennen Gebiete, die es nicht mehr gibt?"),
        "moves": services.moves(here.place),
    }
    return render(here, "planning/reform.html", "", _("Gebietsreform"), context, trail=[(_("Wo stehen wir?"), here.url())])  # fmt: skip
