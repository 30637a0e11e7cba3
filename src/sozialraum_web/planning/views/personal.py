"""Personal data: the rules for those who watch over them, and everybody's own (Personendaten)."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from sozialraum_web.planning import permissions, retention
from sozialraum_web.planning.frame import Desk, LogInFirstError, desk, render


@desk(permissions.can_see_personal_data)
def rules(here: Desk) -> HttpResponse:
    """Every kind with purpose, legal basis and time until deletion: the list the deletion run itself works through."""
    context = {
        "question": _("Welche Angaben zu Personen stehen hier, wozu, und wann sind sie weg?"),
        "kinds": retention.KINDS,
    }
    return render(here, "planning/personal.html", "", _("Personendaten in der Planung"), context, trail=[(_("Wo stehen wir?"), here.url())])  # fmt: skip


@desk()
def own(here: Desk) -> HttpResponse:
    """What planning keeps about the person who asks."""
    if here.reader.user is None:
        raise LogInFirstError
    content = retention.of_person(here.reader.user, here.place.municipality)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    return response
