"""The start: first hour on an empty folder, afterwards where one stands and what comes next (Start)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_inside import changes, expected, founding, jobs, sight, tray
from sozialraum_inside.founding import Answers
from sozialraum_inside.place import Desk, desk, folder
from sozialraum_inside.views.forms import wrong_by_field


@dataclass(frozen=True)
class Step:
    """One step of the path: done, next, or still to come."""

    title: str
    text: str
    url: str
    button: str
    state: str = ""


def start(request: HttpRequest) -> HttpResponse:
    """The first question on an empty folder, or the path with its steps."""
    here = desk()
    if not here.founded:
        return _welcome(request, Answers("", ""), {})
    tray.sweep(folder())
    path = steps(here)
    return render(
        request,
        "inside/start.html",
        {
            "steps": path,
            "next": next((step for step in path if step.state == "jetzt"), None),
            "findings": here.findings,
            "tray": tray.waiting(folder()),
            "events": changes.events(folder())[:5],
            "late": expected.late(expected.expected(here.municipality, localdate()))
            if here.municipality
            else [],
        },
    )


def steps(here: Desk) -> list[Step]:
    """The path from areas to a release, with how far it was gone."""
    town = here.municipality
    delivered = _deliveries(here)
    values = sight.available(sight.values_file(town)) if town else {}
    releases = sorted(
        p.name for p in (here.folder / "freigaben").glob("*") if (p / "protokoll.json").exists()
    )
    areas = town.geography(town.current_version) if town else None
    entries = changes.events(here.folder)
    stale = bool(values) and changes.changed_since(entries, "rechnen")
    told = [
        (bool(here.has_areas and town), "Gebiete",
         f"{len(areas.codes(areas.levels[0].id))} Gebiete der Ebene {areas.levels[0].label}" if areas else "Welche Stadtteile oder Bezirke gibt es?",
         "/gebiete/", "Gebiete einrichten"),
        (delivered > 0, "Lieferungen", _delivered(delivered, len(tray.waiting(here.folder))) if delivered else "Tabellen hineinlegen, wie sie kommen",
         "/lieferungen/", "Tabelle hineinlegen"),
        (bool(values) and not stale, "Prüfen und rechnen", _computed(len(values), stale),
         "/lieferungen/#rechnen" if delivered else "/lieferungen/", "Prüfen und rechnen"),
        (bool(values), "Ansehen", "Karte und Werte liegen bereit" if values else "Die erste Karte", "/werte/", "Karte ansehen"),
        (bool(releases), "Schützen und freigeben", f"Freigaben: {', '.join(releases)}" if releases else "Was gesperrt wird, geprüft und unterschrieben",
         "/freigabe/", "Freigabe vorbereiten"),
    ]  # fmt: skip
    found: list[Step] = []
    waiting = True
    for done, title, text, url, button in told:
        state = "fertig" if done else ("jetzt" if waiting else "")
        waiting = waiting and done
        found.append(Step(title, text, url, button, state))
    return found


def _delivered(number: int, waiting: int) -> str:
    taken = "1 Datei übernommen" if number == 1 else f"{number} Dateien übernommen"
    if not waiting:
        return taken
    return f"{taken}; {'eine wartet' if waiting == 1 else f'{waiting} warten'} noch auf Ihre Entscheidung"


def _computed(number: int, stale: bool) -> str:
    if stale:
        return f"{number} Kennzahlen gerechnet; seitdem hat sich etwas geändert"
    return f"{number} Kennzahlen gerechnet" if number else "Alle Befunde auf einmal, dann Kennzahlen"


def _deliveries(here: Desk) -> int:
    skipped = ("rezept.toml", "LIESMICH.txt")
    return sum(
        1
        for p in (here.folder / "lieferungen").glob("*/*")
        if p.is_file() and p.name not in skipped and not p.name.startswith(".")
    )


def _welcome(
    request: HttpRequest, answers: Answers, wrong: dict[str, str], status: int = 200
) -> HttpResponse:
    practising = jobs.last(folder(), "ueben")
    if practising and practising.running:
        return redirect(f"/arbeit/{practising.id}/")
    return render(
        request,
        "inside/welcome.html",
        {"answers": answers, "wrong": wrong, "kinds": founding.KINDS, "lands": founding.LANDS},
        status=status,
    )


@require_POST
def found(request: HttpRequest) -> HttpResponse:
    """Found the own municipality from the answers of the form."""
    if desk().founded:
        return redirect("/")
    post = request.POST
    answers = Answers(
        post.get("name", ""),
        post.get("ags", ""),
        post.get("kind", ""),
        post.get("land", ""),
        post.get("office", ""),
    )
    try:
        files = founding.found(answers)
    except SozialraumError as error:
        return _welcome(request, answers, wrong_by_field(error), status=422)
    changes.apply(folder(), dict(files), "kommune", f"{answers.kind} {answers.name.strip()} angelegt")
    messages.success(request, "Die Kommune ist angelegt. Als Nächstes: die Gebiete.")
    return redirect("/gebiete/")


@require_POST
def practise(request: HttpRequest) -> HttpResponse:
    """Fill the folder with Musterstadt, in the background."""
    if desk().founded:
        return redirect("/")
    job = jobs.start(folder(), "ueben", "Musterstadt anlegen")
    return redirect(f"/arbeit/{job.id}/")
