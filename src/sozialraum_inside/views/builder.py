"""Building an own indicator with live preview, a new variable with its source, and metadata sheets (Eigene Kennzahl)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from sozialraum.catalogue.model import Kind
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum_inside import builder, changes, intake, sight
from sozialraum_inside.builder import NewVariable, Part, Sketch
from sozialraum_inside.place import folder, municipality
from sozialraum_inside.views.forms import wrong_by_field


def build(request: HttpRequest) -> HttpResponse:
    """The form of an own indicator; each change shows what it would amount to."""
    town = municipality()
    if not (town.values / builder.COUNTS).exists():
        return render(request, "inside/values_empty.html", {"protected": False})
    query = request.POST if request.method == "POST" else request.GET
    sketch = _sketch(query)
    wrong: dict[str, str] = {}
    others: list[Finding] = []
    if request.method == "POST":
        try:
            return _keep(request, sketch, town)
        except SozialraumError as error:
            wrong, others = wrong_by_field(error), [f for f in error.findings if not f.column]
    context: dict[str, Any] = {
        "sketch": sketch, "kinds": [(k, words) for k, (words, _, _) in builder.KINDS.items()], "polarities": builder.POLARITIES.items(),
        "topics": sorted(town.catalogue.topics.values(), key=lambda t: t.order), "variables": builder.variables_there(town).items(),
        "parts": (("zaehler", "Zähler: was gezählt wird", sketch.numerator), ("nenner", "Nenner: worauf es bezogen wird", sketch.denominator)),
        "wrong": wrong, "others": others, **_preview(sketch, town, query.get("ebene", "")),
    }  # fmt: skip
    part = "X-Fragment" in request.headers
    return render(
        request,
        "inside/builder_part.html" if part else "inside/builder.html",
        context,
        status=422 if wrong or others else 200,
    )


def _sketch(query: QueryDict) -> Sketch:
    get = query.get
    parts = {
        name: Part(get(f"{name}-merkmal", ""), get(f"{name}-alter", ""), get(f"{name}-geschlecht", ""), get(f"{name}-nationalitaet", ""))
        for name in ("zaehler", "nenner")
    }  # fmt: skip
    kind, polarity = get("kind", "share"), get("polarity", "neutral")
    return Sketch(
        get("label", ""), get("definition", ""), kind if kind in builder.KINDS else "share", get("topic", ""),
        polarity if polarity in builder.POLARITIES else "neutral", parts["zaehler"], parts["nenner"], get("caveat", ""), get("decimals", "1"),
    )  # fmt: skip


def _preview(sketch: Sketch, town: Municipality, level: str) -> dict[str, Any]:
    """What the sketch amounts to, or what is in its way; nothing before something was chosen."""
    if not sketch.numerator.variable or (sketch.kind != "count" and not sketch.denominator.variable):
        return {}
    try:
        built = builder.build(sketch, town)
    except SozialraumError as error:
        return {"hindrances": error.findings}
    view = sight.view_of(town, built.indicator, built.values, level)
    drawn = sight.draw_map(view, town, identity="entwurf")
    return {
        "view": view,
        "map": drawn[0] if drawn else None,
        "legend": drawn[1] if drawn else None,
        "warnings": built.warnings,
        "table": sight.table_of(view, linked=False),
    }


def _keep(request: HttpRequest, sketch: Sketch, town: Municipality) -> HttpResponse:
    own, settings = folder() / builder.OWN, (folder() / "kommune.toml").read_text("utf-8")
    indicator, files = builder.kept(sketch, town, settings, own.read_text("utf-8") if own.exists() else "")
    changes.apply(folder(), dict(files), "kennzahlen", f"Eigene Kennzahl „{indicator.label}“ angelegt")
    messages.success(
        request, f"„{indicator.label}“ ist angelegt und wird beim nächsten Rechnen mitgerechnet."
    )
    return redirect(f"/kennzahlen/{indicator.id}/")


def sheet(request: HttpRequest, id: str) -> HttpResponse:
    """The metadata sheet of an indicator, and how complete it is."""
    town = municipality()
    indicator = town.catalogue.indicators.get(id)
    if indicator is None:
        raise Http404
    known = builder.completeness(indicator, town.catalogue)
    done = sum(1 for _, there in known if there)
    context = {
        "indicator": indicator, "source": town.catalogue.sources[indicator.source], "rule": town.catalogue.rule_of(indicator.source),
        "topic": town.catalogue.topics.get(indicator.topic), "known": known, "done": done, "all": len(known),
        "light": "ok" if done == len(known) else "warn" if done >= len(known) - 3 else "err",
        "kind": {str(k): w for k, (w, _, _) in builder.KINDS.items()}.get(indicator.kind, _OTHER.get(indicator.kind, "")),
        "numerator": _words(indicator.numerator, town), "denominator": _words(indicator.denominator, town),
        "polarity": builder.POLARITIES[indicator.polarity], "computed": id in sight.available(sight.values_file(town)),
        "missing": sight.missing_for(indicator, intake.counted_variables(town), town), "on": id in town.active_indicators,
    }  # fmt: skip
    return render(request, "inside/indicator.html", context)


_OTHER = {
    Kind.CHANGE: "Veränderung",
    Kind.STANDARDISED_RATE: "standardisierte Rate",
    Kind.LIFE_EXPECTANCY: "Lebenserwartung",
}


def _words(selection: Any, town: Municipality) -> str:
    if selection is None:
        return ""
    groups = [
        ", ".join(selection.dimension(name))
        for name in ("age", "sex", "nationality")
        if selection.dimension(name)
    ]
    return town.catalogue.variables[selection.variable].label + (f" ({'; '.join(groups)})" if groups else "")


def variable(request: HttpRequest) -> HttpResponse:
    """A variable that no catalogue knows, with its source and its rule."""
    town = municipality()
    post = request.POST
    new, wrong = NewVariable(), dict[str, str]()
    back = request.GET.get("zurueck", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/lieferungen/"
    if request.method == "POST":
        get = post.get
        new = NewVariable(
            get("label", ""), get("concept", ""), get("unit", ""), get("subset_of", ""), get("source", ""), get("source_label", ""),
            get("provider", ""), get("rhythm", ""), get("profile", ""), get("licence", ""), get("citation", ""),
            tuple(d for d in ("age", "sex", "nationality") if d in post.getlist("dimensions")),
        )  # fmt: skip
        try:
            made, files = builder.with_variable(new, town, _text(builder.VARIABLES), _text(builder.SOURCES))
        except SozialraumError as error:
            wrong = wrong_by_field(error)
        else:
            changes.apply(folder(), dict(files), "kennzahlen", f"Eigenes Merkmal „{made.label}“ angelegt")
            messages.success(request, f"Das Merkmal „{made.label}“ ist angelegt.")
            return redirect(back)
    context = {
        "new": new, "wrong": wrong, "back": back, "rules": town.catalogue.rules.values(),
        "sources": sorted(town.catalogue.sources.values(), key=lambda s: s.label),
        "variables": intake.variables_by_source(town).items(),
        "dimensions": (("age", "Alter"), ("sex", "Geschlecht"), ("nationality", "Staatsangehörigkeit")),
    }  # fmt: skip
    return render(request, "inside/variable.html", context, status=422 if wrong else 200)


def _text(name: str) -> str:
    path = folder() / name
    return path.read_text("utf-8") if path.exists() else ""
