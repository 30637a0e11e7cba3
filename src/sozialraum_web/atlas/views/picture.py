"""Map, ranking and time of a view as a picture with its source (Bild herunterladen)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from sozialraum.products import draw, picture
from sozialraum.products.draw import Markup
from sozialraum.words import say
from sozialraum_web.atlas.figures import (
    caption_of,
    draw_map,
    interval,
    legend,
    strip,
    time_chart,
    time_subtitle,
    title_of,
)
from sozialraum_web.atlas.frame import address
from sozialraum_web.atlas.share import PICTURES, citation
from sozialraum_web.atlas.view import View, look
from sozialraum_web.monitoring.access import NotFound, enter

TYPES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}


def image(request: HttpRequest, kommune: str, art: str, endung: str) -> HttpResponse:
    """One drawing of a view as SVG or PNG."""
    place = enter(request, kommune)
    if art not in PICTURES or endung not in TYPES:
        raise NotFound(
            say("Dieses Bild gibt es nicht."),
            say("Möglich sind {values} als SVG oder PNG.", values=", ".join(PICTURES.values())),
            ((say("Zum Atlas"), address(place, "atlas")),),
        )
    view = look(place, request.GET.dict())
    drawing = poster(view, art)
    content: bytes | str = picture.png(str(drawing)) if endung == "png" else str(drawing)
    response = HttpResponse(content, content_type=TYPES[endung])
    name = slugify(
        f"{place.municipality.slug} {view.state.indicator.id} {view.state.level.id} {view.moment} {art}"
    )[:120]
    response["Content-Disposition"] = f'attachment; filename="{name}.{endung}"'
    response["Cache-Control"] = "no-cache" if place.release.is_public else "private, no-store"
    return response


def poster(view: View, kind: str) -> Markup:
    """The drawing with title, legend and source; NotFound where there is nothing to draw."""
    drawn, key = _drawn(view, kind)
    if not drawn:
        raise NotFound(
            say("Für diese Auswahl gibt es kein Bild."),
            say("Zu diesen Gebieten fehlen Grenzen oder Werte. Die Tabelle im Atlas enthält alles."),
            ((say("Zum Atlas"), address(view.place, "atlas") + view.state.query()),),
        )
    return draw.poster(
        str(drawn),
        title=title_of(view),
        caption=f"{caption_of(view)} {_extra(view, kind)}".strip(),
        notes=notes(view),
        legend=key,
    )


def _drawn(view: View, kind: str) -> tuple[Markup | None, draw.Legend | None]:
    if kind == "karte":
        return draw_map(view, view.shown, interactive=False), legend(view, view.shown)
    if kind == "rangfolge":
        return strip([interval(view, row) for row in view.shown], view, width=900, height=300), None
    return time_chart(view, width=900), None


def _extra(view: View, kind: str) -> str:
    if kind == "zeit":
        return f"{time_subtitle(view)}."
    if kind == "rangfolge":
        return say("Jeder Balken ein Gebiet: 95-%-Intervall.")
    return view.shading.about


def notes(view: View) -> list[str]:
    """Source, licence, data state and the names of pinned areas."""
    source = view.place.catalogue.source_of(view.state.indicator)
    licence = say(" Lizenz: {licence}.", licence=source.licence) if source.licence else ""
    pins = [
        f"{letter} {view.by_code[code].area.name}"
        for code, letter in view.letters.items()
        if code in view.by_code
    ]
    return [
        *([say("Angeheftet: {pins}.", pins=", ".join(pins))] if pins else []),
        say("Quelle: {source}.{licence}", source=source.citation or source.label, licence=licence),
        citation(view),
        say("Ein Wert beschreibt ein Gebiet, nicht die Menschen darin. Gesperrt heißt nie null."),
    ]
