"""The profile of an area, put together from the rooms that know something about it (Gebietsprofil)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.views.areas import asked, profile_context
from sozialraum_web.portal import fragments


def profile(request: HttpRequest, kommune: str, ebene: str, code: str) -> HttpResponse:
    """Profile of one area: figures from the atlas, then what the other rooms add."""
    place, area, subject = asked(request, kommune, ebene, code)
    added = fragments.of_area(request, place, area)
    return answer(
        request,
        place,
        "atlas/profile.html",
        lambda: {**profile_context(subject()), "fragments": added},
        fragments.key(added),
    )
