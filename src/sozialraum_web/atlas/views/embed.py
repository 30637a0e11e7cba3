"""A view for other people's pages: title, map, legend, table, source; nothing to click away from (Einbetten)."""

from __future__ import annotations

from functools import partial
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt

from sozialraum.words import say
from sozialraum_web.atlas import tables
from sozialraum_web.atlas.figures import caption_of, draw_map, legend, title_of
from sozialraum_web.atlas.frame import address
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.share import citation
from sozialraum_web.atlas.view import View, in_words, look
from sozialraum_web.monitoring.access import NotFound, enter


@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
@xframe_options_exempt
def embed(request: HttpRequest, kommune: str) -> HttpResponse:
    """One view of a public release, to stand in a frame of another site."""
    place = enter(request, kommune)
    if not place.release.is_public:
        raise NotFound(
            say("Eine interne Freigabe lässt sich nicht einbetten."),
            say("Einbetten geht erst mit einer öffentlichen Freigabe."),
            ((say("Zum Atlas"), address(place, "atlas")),),
        )
    view = look(place, request.GET.dict())
    return answer(request, place, "atlas/embed.html", partial(context, view))


def context(view: View) -> dict[str, Any]:
    """Template context of the embedded view."""
    place = view.place
    source = place.catalogue.source_of(view.state.indicator)
    return {
        "title": title_of(view),
        "caption": caption_of(view),
        "map": draw_map(view, view.shown),
        "legend": legend(view, view.shown),
        "indicator": view.indicator,
        "table": tables.layer_table(view),
        "words": in_words(view),
        "source": source,
        "citation": citation(view),
        "atlas_url": address(place, "atlas") + view.state.query(),
        "place": place,
    }
