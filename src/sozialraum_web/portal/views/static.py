"""Pages every municipality must offer: accessibility, privacy, imprint, methods (feste Seiten)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sozialraum.products import draw
from sozialraum.products.catalogue import load_protocol
from sozialraum.words import Words, mark, say
from sozialraum_ui import glossary
from sozialraum_web.atlas.frame import address, frame
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.secrecy import explanation
from sozialraum_web.monitoring.access import Place, enter
from sozialraum_web.portal.forms import BarrierForm

TITLES = Words(
    {
        "barrierefreiheit": mark("Barrierefreiheit"),
        "datenschutz": mark("Datenschutz"),
        "impressum": mark("Impressum"),
        "methoden": mark("Methoden"),
        "hilfe": mark("Zahlen lesen"),
    }
)
STATES = {
    "suppressed": ("qn", mark("Der Wert könnte einzelne Menschen erkennbar machen, oder er würde beim Zurückrechnen helfen. Er ist nicht null, und er kann klein oder groß sein.")),
    "missing": ("qn", mark("Die Quelle hat hier nichts geliefert. Ob noch etwas folgt, steht in der Bemerkung.")),
    "not_meaningful": ("qn", mark("Hier kann es keinen Wert geben, zum Beispiel einen Anteil, wo niemand wohnt.")),
    "none": ("q1", mark("Gezählt, und das Ergebnis ist genau null.")),
    "unreliable": ("q3", mark("Hinter dem Wert stehen so wenige Fälle, dass er von Jahr zu Jahr stark schwankt.")),
    "estimated": ("q3", mark("Der Wert wurde umgerechnet oder geschätzt, etwa weil sich Gebietsgrenzen geändert haben.")),
    "provisional": ("q3", mark("Die Quelle kann den Wert noch ändern.")),
}  # fmt: skip
COMPARISONS = Words(
    {
        "worse": mark("gesichert ungünstiger als der Vergleichswert"),
        "better": mark("gesichert günstiger als der Vergleichswert"),
        "same": mark("nicht vom Vergleichswert zu unterscheiden: Der Unterschied kann Zufall sein"),
        "neutral": mark("ohne Bewertung: Mehr ist hier weder gut noch schlecht"),
    }
)


def fixed(request: HttpRequest, kommune: str, seite: str) -> HttpResponse:
    """One of the fixed pages."""
    place = enter(request, kommune)
    return answer(request, place, f"portal/{seite}.html", partial(context, place, seite))


def context(place: Place, page: str) -> dict[str, Any]:
    """Template context of a fixed page."""
    found: dict[str, Any] = {
        **frame(place, page, trail=[(TITLES[page], "")]),
        "title": TITLES[page],
        "office": place.catalogue.office,
        "report_url": address(place, "barrierefreiheit", "melden"),
    }
    more = {"methoden": methods, "hilfe": reading}.get(page)
    return {**found, **more(place)} if more else found


def reading(place: Place) -> dict[str, Any]:
    """What the help page adds: the signs, and drawings with invented figures to learn reading from."""
    interval = draw.Interval("a", say("Beispielgebiet"), 12.0, 9.0, 16.0, "same")
    apart = draw.Interval("b", say("Anderes Gebiet"), 19.0, 16.5, 22.0, "worse")
    scale = draw.Scale(0, 25)
    spine = draw.SpineRow(19.0, 16.5, 22.0, 11.0, 4.0, 8.0, 14.0, 24.0, "higher_worse")
    return {
        "states": [
            (draw.swatch(css, status, identity=f"hilfe-{status}"), draw.STATUS_SIGNS[status], draw.STATUS_WORDS[status], say(text))
            for status, (css, text) in STATES.items()
        ],
        "comparisons": [(draw.marker(kind), word) for kind, word in COMPARISONS.items()],
        "interval": draw.interval_row(interval, scale, 11.0, title=say("Balken von 9 bis 16, Strich bei 12, Linie bei 11")),
        "interval_apart": draw.interval_row(apart, scale, 11.0, title=say("Balken von 16,5 bis 22, Strich bei 19, Linie bei 11")),
        "spine": draw.spine(spine),
        "words": glossary.entries(),
        "tours": tours(place),
        "index": max(place.catalogue.indices.values(), key=lambda index: index.edition, default=None),
    }  # fmt: skip


@dataclass(frozen=True)
class Tour:
    """A job in a few steps; a step may lead to the page where it is done."""

    title: str
    steps: list[tuple[str, str]]


def tours(place: Place) -> list[Tour]:
    """One way through the pages for each of the jobs readers come with."""
    areas, atlas = address(place, "gebiete"), address(place, "atlas")
    return [
        Tour(say("Mein Quartier verstehen"), [
            (say("Suchen Sie Ihr Quartier oder Ihre Straße"), address(place, "suche")),
            (say("Lesen Sie die Sätze unter dem Namen: Gesichert ist nur, was dort so heißt"), ""),
            (say("Sehen Sie unter „Auf einen Blick“, wo das Gebiet zwischen allen anderen liegt"), ""),
            (say("Im Abschnitt „Im Zeitverlauf“ steht, wie es sich entwickelt hat"), ""),
        ]),
        Tour(say("Besser oder schlechter als die Stadt?"), [
            (say("Öffnen Sie den Atlas"), atlas),
            (say("Wählen Sie die Kennzahl; klicken Sie Ihr Gebiet auf der Karte an"), ""),
            (say("▲ und ▼ heißen gesichert, ● heißt: Der Unterschied kann Zufall sein"), ""),
        ]),
        Tour(say("Eine Entwicklung zeigen"), [
            (say("Wählen Sie im Atlas bei „Gezeigt wird“ die Veränderung seit einem Jahr"), atlas),
            (say("Oder sehen Sie die größten Bewegungen"), address(place, "atlas", "bewegung")),
            (say("Spielen Sie die Jahre mit dem Dreieck über der Karte ab"), ""),
        ]),
        Tour(say("Ähnliche Gebiete finden"), [
            (say("Öffnen Sie ein Gebietsprofil"), areas),
            (say("Unter „Ähnliche Gebiete“ stehen fünf mit Begründung"), ""),
            (say("„Selbst wählen, worin ähnlich“ öffnet Toleranzen je Kennzahl"), ""),
        ]),
        Tour(say("Eine Vorlage vorbereiten"), [
            (say("Stellen Sie das Gebiet zusammen"), address(place, "atlas", "eigenes-gebiet")),
            (say("Sehen Sie die Gebiete nebeneinander"), address(place, "atlas", "vergleich")),
            (say("Laden Sie Karte und Diagramm als Bild; die Quelle steht darin"), atlas),
        ]),
        Tour(say("Zahlen mitnehmen und zitieren"), [
            (say("Unter jeder Ansicht stehen CSV, Excel, Parquet und GeoPackage"), atlas),
            (say("Alle Dateien der Freigabe"), address(place, "daten")),
            (say("Der Satz zum Zitieren nennt Freigabe und Prüfsumme"), ""),
        ]),
    ]  # fmt: skip


def methods(place: Place) -> dict[str, Any]:
    """What the methods page adds: signs, disclosure rules, record of the release."""
    sources = place.catalogue.sources.values()
    profiles = {source.profile.id: source.profile for source in sources if source.profile.id}
    return {
        "profiles": [(profile, explanation(profile, 0, 0)) for profile in profiles.values()],
        "protocol": load_protocol(place.release.folder),
        "release": place.release,
        "indices": list(place.catalogue.indices.values()),
    }


def report_barrier(request: HttpRequest, kommune: str) -> HttpResponse:
    """The form for reporting a barrier."""
    place = enter(request, kommune)
    form = BarrierForm(request.POST or None, initial={"page": request.GET.get("seite", "")[:300]})
    if request.method == "POST" and form.is_valid():
        report = form.save(commit=False)
        report.municipality = place.municipality
        report.save()
        messages.success(request, say("Danke. Ihre Meldung ist eingegangen."))
        return redirect(address(place, "barrierefreiheit", "melden"))
    trail = [(say("Barrierefreiheit"), address(place, "barrierefreiheit")), (say("Barriere melden"), "")]
    return render(request, "portal/report_barrier.html", {**frame(place, "", trail=trail), "form": form})
