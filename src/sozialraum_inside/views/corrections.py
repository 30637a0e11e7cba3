"""Corrections: those on record, and a new one for a delivered cell (Korrekturen)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from sozialraum.errors import SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.tables import NOT_ASSIGNABLE
from sozialraum_inside import changes, corrections
from sozialraum_inside.corrections import Answer
from sozialraum_inside.place import folder, municipality
from sozialraum_inside.views.forms import wrong_by_field

MOST_REFUSED = 200


def overview(request: HttpRequest) -> HttpResponse:
    """All corrections on record with their reasons."""
    town = municipality()
    entries = [
        {**entry, "label": town.catalogue.variables[v].label if (v := str(entry.get("variable", ""))) in town.catalogue.variables else v}
        for entry in corrections.listed(_text())
    ]  # fmt: skip
    waiting = corrections.refused(town)
    labels = {
        c.variable: town.catalogue.variables[c.variable].label
        for c in waiting
        if c.variable in town.catalogue.variables
    }
    context = {
        "entries": entries,
        "refused": [(c, labels.get(c.variable, c.variable)) for c in waiting[:MOST_REFUSED]],
        "more": max(0, len(waiting) - MOST_REFUSED),
    }
    return render(request, "inside/corrections.html", context)


def correct(request: HttpRequest, place: int) -> HttpResponse:
    """One delivered cell: what stands there, what is right, and why."""
    town = municipality()
    wrong = corrections.cell(town, place)
    if wrong is None:
        raise Http404
    answer, told = Answer("", ""), dict[str, str]()
    if request.method == "POST":
        post = request.POST
        answer = Answer(
            post.get("value", ""),
            post.get("reason", ""),
            post.get("author", ""),
            bool(post.get("remove")),
            post.get("new_area", ""),
        )
        try:
            text = corrections.with_correction(_text(), wrong, answer, localdate())
        except SozialraumError as error:
            told = wrong_by_field(error)
        else:
            what = f"Korrektur in {wrong.file}" + (f", Zeile {wrong.row}" if wrong.row else "")
            changes.apply(
                folder(),
                {"korrekturen.toml": text.encode()},
                "korrektur",
                what,
                who=answer.author,
                reason=answer.reason,
            )
            messages.success(
                request, "Die Korrektur ist eingetragen. Wirksam wird sie beim nächsten Rechnen."
            )
            return redirect("/korrekturen/")
    variable = town.catalogue.variables.get(wrong.variable)
    area = town.geography(town.current_version).by_code.get((wrong.level, wrong.area))
    context = {
        "cell": wrong,
        "label": variable.label if variable else wrong.variable,
        "area": area.name if area else wrong.area,
        "answer": answer,
        "wrong": told,
        "areas": _areas(town, wrong) if wrong.misplaced else (),
    }
    return render(request, "inside/correct.html", context, status=422 if told else 200)


def _areas(town: Municipality, wrong: corrections.Cell) -> list[tuple[str, str]]:
    geography = town.geography(town.current_version)
    areas = [a for a in geography.areas if a.level == wrong.level]
    return sorted(((a.code, a.name) for a in areas), key=lambda item: (item[0] == NOT_ASSIGNABLE, item[1]))


def _text() -> str:
    path = folder() / "korrekturen.toml"
    return path.read_text("utf-8") if path.exists() else ""
