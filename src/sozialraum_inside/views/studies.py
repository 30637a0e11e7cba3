"""The analyses room: what is stored, a form for each kind, and results with when not to use them (Analysen)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sozialraum.analyses import store
from sozialraum.analyses.definition import FOLDER, Analysis
from sozialraum.analyses.kinds import kind_of
from sozialraum.errors import Finding, SozialraumError
from sozialraum_inside import changes, jobs, sight, studies
from sozialraum_inside.place import folder, municipality


def overview(request: HttpRequest) -> HttpResponse:
    """The stored analyses with their last sentence, and the kinds a new one can be of."""
    town = municipality()
    found: dict[str, Analysis] = {}
    findings: tuple[Finding, ...] = ()
    try:
        found = store.stored(town)
    except SozialraumError as error:
        findings = error.findings
    rows = [
        {"analysis": a, "kind": kind_of(a), "result": studies.result(town, a.id)}
        for a in sorted(found.values(), key=lambda a: a.label)
    ]  # fmt: skip
    context = {
        "rows": rows, "findings": findings, "kinds": studies.offered().items(),
        "computed": bool(sight.available(sight.values_file(town))),
    }  # fmt: skip
    return render(request, "inside/studies.html", context)


def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A form for one kind; it is stored and computed at once."""
    if kind not in studies.offered():
        raise Http404
    return _form(request, kind, None)


def edit(request: HttpRequest, id: str) -> HttpResponse:
    """The form of a stored analysis with its parameters."""
    analysis = _stored(id)
    if analysis.kind not in studies.offered() or not studies.place_of(id, folder()):
        messages.warning(
            request, f"Diese Analyse steht in einer eigenen Datei unter {FOLDER}/ und wird dort geändert."
        )
        return redirect(f"/analysen/{id}/")
    return _form(request, analysis.kind, analysis)


def _stored(id: str) -> Analysis:
    found = store.stored(municipality()).get(id)
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, kind: str, known: Analysis | None) -> HttpResponse:
    town = municipality()
    if not sight.available(sight.values_file(town)):
        return redirect("/analysen/")
    wrong: list[Any] = []
    post = request.POST
    if request.method == "POST":
        answers = {name: post.getlist(name) for name in post}
        try:
            analysis = studies.wanted(kind, answers, list(store.stored(town)), known.id if known else "")
        except SozialraumError as error:
            wrong = list(error.findings)
        else:
            return _begin(analysis, known is not None)
    level = post.get("ebene", known.level if known else "")
    said = {n.removeprefix("p-"): v for n in post if n.startswith("p-") and (v := post.getlist(n))}
    values: dict[str, Any] = {n: v if n in ("areas", "controls") else v[-1] for n, v in said.items()}
    if known and request.method != "POST":
        values = dict(known.parameters)
    context = {
        "kind": studies.offered()[kind], "name": kind, "known": known, "wrong": wrong, "levels": studies.levels(town),
        "level": level, "periods": studies.periods_there(town), "period": post.get("zeit", known.period if known else ""),
        "indicators": studies.indicators(town), "several": kind in studies.OF_SEVERAL,
        "chosen": post.getlist("kennzahlen") or post.getlist("kennzahl") or ([known.indicator, *known.indicators] if known else []),
        "inputs": studies.inputs(kind, town, level, values), "label": post.get("label", known.label if known else studies.offered()[kind].question),
    }  # fmt: skip
    return render(request, "inside/study_form.html", context, status=422 if wrong else 200)


def _begin(analysis: Analysis, again: bool) -> HttpResponse:
    text = f"Analyse „{analysis.label}“ {'geändert' if again else 'angelegt'}"
    changes.apply(folder(), {f"{FOLDER}/{analysis.id}.toml": studies.to_toml(analysis)}, "analyse", text)
    return _run(analysis)


def _run(analysis: Analysis) -> HttpResponse:
    job = jobs.start(folder(), "analyse", analysis.label, {"name": analysis.id})
    return redirect(f"/arbeit/{job.id}/")


def show(request: HttpRequest, id: str) -> HttpResponse:
    """The last result of an analysis: a sentence, when not to use it, map, table, how it was computed."""
    town, analysis = municipality(), _stored(id)
    found = studies.result(town, id)
    context = {
        "analysis": analysis, "kind": kind_of(analysis), "result": found,
        "own": bool(studies.place_of(id, folder())),
        "stale": found is not None and changes.changed_since(changes.events(folder()), "rechnen"),
    }  # fmt: skip
    return render(request, "inside/study.html", context)


@require_POST
def act(request: HttpRequest, id: str) -> HttpResponse:
    """Compute a stored analysis again, or remove it."""
    analysis = _stored(id)
    if request.POST.get("tun") == "rechnen":
        return _run(analysis)
    place = studies.place_of(id, folder())
    if not place:
        raise Http404
    changes.apply(folder(), {place: None}, "analyse", f"Analyse „{analysis.label}“ entfernt")
    messages.success(request, f"„{analysis.label}“ ist entfernt. Im Journal lässt sich das zurücknehmen.")
    return redirect("/analysen/")
