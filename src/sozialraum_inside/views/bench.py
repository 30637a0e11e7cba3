"""The index workbench: choose, weigh, see what is firm, save with a reason (Indexwerkstatt)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from sozialraum import periods
from sozialraum.catalogue import Index, Indicator
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum_inside import bench, changes, editions, sight
from sozialraum_inside.bench import Answer, Name, Trial
from sozialraum_inside.place import folder, municipality
from sozialraum_inside.views.forms import wrong_by_field

WEIGHTS = {
    "0": "nicht dabei",
    "0.5": "halb",
    "1": "einfach",
    "1.5": "1,5-fach",
    "2": "doppelt",
    "3": "dreifach",
}


SHEETS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Slider:
    """One indicator with its weight."""

    indicator: Indicator
    weight: float
    share: int

    @property
    def text(self) -> str:
        """The weight as a form writes it."""
        return f"{self.weight:g}"


def workbench(request: HttpRequest) -> HttpResponse:
    """The workbench; its state is in the address, so that it can be kept and shared in the house."""
    town = municipality()
    offered = bench.candidates(town)
    if len(offered) < 2 or not bench.levels(town):
        return render(
            request, "inside/bench_empty.html", {"computed": bool(sight.available(sight.values_file(town)))}
        )
    trial, spans = _trial(request.POST if request.method == "POST" else request.GET, town, offered)
    told: dict[str, str] = {}
    name = Name("Sozialindex", trial.period[:4], "")
    if request.method == "POST":
        post = request.POST
        name = Name(
            post.get("label", ""), post.get("edition", ""), post.get("reason", ""), post.get("decided_by", "")
        )
        try:
            return _save(request, trial, name, town)
        except SozialraumError as error:
            told = wrong_by_field(error)
    found, findings = _answer(town, trial)
    total = sum(trial.weights.values()) or 1.0
    there = bench.together(town, trial.level).get(trial.period, frozenset())
    sliders = [
        Slider(i, w, round(100 * w / total)) for i in offered if (w := trial.weights.get(i.id, 0.0)) > 0
    ]
    context = {
        "trial": trial, "answer": found, "findings": findings, "sliders": sliders, "weights": WEIGHTS,
        "offered": [i for i in offered if trial.weights.get(i.id, 0.0) == 0 and i.id in there], "levels": bench.levels(town),
        "periods": [(p, periods.label(p)) for p in spans], "name": name, "wrong": told, "firm_from": round(100 * bench.FIRM),
        "legend": list(zip(sight.class_colours(len(bench.CLASSES.status)), found.classes, strict=True)) if found else [],
        "editions": _editions(town),
    }  # fmt: skip
    part = "X-Fragment" in request.headers
    return render(
        request,
        "inside/bench_part.html" if part else "inside/bench.html",
        context,
        status=422 if told else 200,
    )


def _trial(query: QueryDict, town: Municipality, offered: list[Indicator]) -> tuple[Trial, list[str]]:
    """The state of the form; to begin with, the headline indicators with equal weights."""
    known = {i.id for i in offered}
    weights = {k[2:]: _weight(str(v)) for k, v in query.items() if k.startswith("g-") and k[2:] in known}
    for added in query.getlist("dazu"):
        if added in known:
            weights[added] = 1.0
    levels = [id for id, _ in bench.levels(town)]
    level = query.get("ebene", "")
    level = level if level in levels else levels[0]
    if not weights:
        weights = dict.fromkeys(bench.beginning(town, level, offered), 1.0)
    spans = bench.periods_of(town, level, [k for k, w in weights.items() if w > 0])
    period = query.get("zeit", "")
    return Trial(level, period if period in spans else (spans[-1] if spans else ""), weights), spans


def _editions(town: Municipality) -> list[Index]:
    return sorted(town.catalogue.indices.values(), key=lambda x: (x.label, x.edition))


def _weight(text: str) -> float:
    return float(text) if text in WEIGHTS else 0.0


def _answer(town: Municipality, trial: Trial) -> tuple[Answer | None, list[Finding]]:
    if not trial.period:
        return None, [
            Finding(
                "Es gibt keinen Zeitraum, in dem alle gewählten Kennzahlen vorliegen.",
                "Nehmen Sie eine heraus.",
            )
        ]
    try:
        return bench.answer(town, trial), []
    except SozialraumError as error:
        return None, list(error.findings)


def _save(request: HttpRequest, trial: Trial, name: Name, town: Municipality) -> HttpResponse:
    settings = (folder() / "kommune.toml").read_text("utf-8")
    index, files = bench.saved(trial, name, town, settings, localdate().isoformat())
    changes.apply(
        folder(), dict(files), "index", f"Index „{index.label}“, Ausgabe {index.edition}, gespeichert",
        who=name.decided_by, reason=name.reason,
    )  # fmt: skip
    messages.success(
        request,
        f"„{index.label}“, Ausgabe {index.edition}, ist gespeichert und wird beim nächsten Rechnen mitgerechnet.",
    )
    return redirect("/index/")


def compare(request: HttpRequest) -> HttpResponse:
    """Two saved editions beside each other: which areas change class, and how alike the ranks are."""
    town = municipality()
    known = _editions(town)
    if len(known) < 2:
        raise SozialraumError(
            Finding("Zum Vergleichen braucht es zwei Ausgaben.", "Speichern Sie eine zweite.")
        )
    first, second = request.GET.get("erste", known[0].id), request.GET.get("zweite", known[1].id)
    if not {first, second} <= {x.id for x in known}:
        raise Http404
    found, findings = None, list[Finding]()
    try:
        found = editions.compared(town, first, second)
    except SozialraumError as error:
        findings = list(error.findings)
    rows = found.movers.to_dict("records") if found else []
    context = {
        "editions": known, "first": first, "second": second, "found": found, "rows": rows, "findings": findings,
    }  # fmt: skip
    return render(request, "inside/bench_compare.html", context, status=422 if findings else 200)


def method_sheet(request: HttpRequest, name: str, format: str) -> HttpResponse:
    """The method sheet of a saved edition, to take along."""
    town = municipality()
    if name not in town.catalogue.indices or format not in SHEETS:
        raise Http404
    answer = HttpResponse(editions.method_sheet(town, name, format), content_type=SHEETS[format])
    answer["Content-Disposition"] = f'attachment; filename="methodenblatt-{name}.{format}"'
    return answer
