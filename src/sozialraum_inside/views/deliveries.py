"""Deliveries: files hineinlegen, see what was understood, decide, try out, take over (Lieferungen)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from sozialraum.deliveries import RECIPE
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.sources.guessing import Guess
from sozialraum.sources.inspection import Draft
from sozialraum_inside import expected, hints, intake, jobs, marks, replacing, taking, tray
from sozialraum_inside.expected import Expected
from sozialraum_inside.hints import Hints
from sozialraum_inside.intake import ColumnChoice, Decision, Known, Seen, Trial
from sozialraum_inside.place import desk, folder, municipality
from sozialraum_inside.tray import Received
from sozialraum_inside.views.forms import received, wrong_by_field

MOST_DIFFERENCES = 200


@dataclass(frozen=True)
class SourceRow:
    """One source with its files."""

    id: str
    label: str
    provider: str
    rhythm: str
    files: tuple[str, ...]
    newest: str
    expected: Expected | None


def overview(request: HttpRequest) -> HttpResponse:
    """The tray, all deliveries by source, the last check; files dropped here go into the tray."""
    if request.method == "POST":
        taken = received(request)
        return redirect(f"/lieferungen/{taken[0].id}/" if len(taken) == 1 else "/lieferungen/")
    here = desk()
    if here.municipality is not None:
        tray.sweep(folder())
    return render(
        request,
        "inside/deliveries.html",
        {
            "ready": here.municipality is not None,
            "tray": tray.waiting(folder()),
            "sources": _sources(here.municipality) if here.municipality else [],
            "last": jobs.last(folder(), "rechnen"),
        },
    )


def _sources(town: Municipality) -> list[SourceRow]:
    found = []
    known = {e.source: e for e in expected.expected(town, localdate())}
    for place in sorted(
        p for p in town.deliveries.glob("*") if p.is_dir() and p.name in town.catalogue.sources
    ):
        files = tuple(
            sorted(
                p.name
                for p in place.iterdir()
                if p.is_file() and p.name != RECIPE and not p.name.startswith(".")
            )
        )
        source = town.catalogue.sources[place.name]
        newest = max((p.stat().st_mtime for p in place.iterdir() if p.name in files), default=0.0)
        day = datetime.fromtimestamp(newest, UTC).strftime("%d.%m.%Y") if newest else ""
        found.append(
            SourceRow(
                source.id, source.label, source.provider, source.rhythm, files, day, known.get(source.id)
            )
        )
    return found


@require_POST
def take_all(request: HttpRequest) -> HttpResponse:
    """Take over everything in the tray that recipes know, in the background."""
    job = jobs.start(folder(), "uebernehmen", "Erkannte Lieferungen übernehmen")
    return redirect(f"/arbeit/{job.id}/")


@require_POST
def discard(request: HttpRequest, id: str) -> HttpResponse:
    """Take a file out of the tray."""
    file = _file(id)
    tray.discard(folder(), id)
    messages.success(
        request, f"„{file.name}“ liegt nicht mehr im Eingangskorb. Die Lieferungen sind unverändert."
    )
    return redirect("/lieferungen/")


def _file(id: str) -> Received:
    file = tray.get(folder(), id)
    if file is None:
        raise Http404
    return file


def sheet(request: HttpRequest, id: str) -> HttpResponse:
    """One file of the tray: recognised or drafted, decided, tried out, taken over."""
    file, town = _file(id), municipality()
    try:
        seen, left_out = intake.look(file, town)
    except SozialraumError as error:
        return render(
            request, "inside/unreadable.html", {"file": file, "findings": error.findings}, status=422
        )
    useful = [s for s in seen if s.known or s.draft]
    if not useful:
        told = [
            Finding(
                "In dieser Datei steht keine Tabelle mit Zahlen.",
                "Ist sie ein Bild, ein Text oder leer? Bitten Sie um die Zahlen als Tabelle.",
                file=file.name,
            )
        ]
        return render(request, "inside/unreadable.html", {"file": file, "findings": told}, status=422)
    number = _number(request, useful)
    page = _Page(request, file, town, useful, number, left_out)
    if request.POST.get("tun") == "hinweis" or request.POST.get("vergessen"):
        return page.keep_hint()
    return page.take_over() if request.POST.get("tun") == "uebernehmen" else page.show()


def _number(request: HttpRequest, useful: Sequence[Seen]) -> int:
    text = request.GET.get("blatt", "0")
    return int(text) if text.isdigit() and int(text) < len(useful) else 0


class _Page:
    """The page of one sheet; a decision comes with the form, else from the recipe or the draft."""

    def __init__(
        self,
        request: HttpRequest,
        file: Received,
        town: Municipality,
        useful: Sequence[Seen],
        number: int,
        left_out: int,
    ) -> None:
        self.request, self.file, self.town, self.useful, self.number, self.left_out = (
            request,
            file,
            town,
            useful,
            number,
            left_out,
        )
        self.seen = useful[number]
        self.known = self._known()

    def _known(self) -> Known | None:
        """The recipe to read with: the one recognised, the one chosen among several, or none where a person decides anew."""
        asked = self.request.POST.get("rezept") or self.request.GET.get("rezept", "")
        if asked.isdigit():
            candidates = [*self.seen.rivals, *([self.seen.known] if self.seen.known else [])]
            return next((k for k in candidates if k.number == int(asked)), None)
        return None if self.request.method == "POST" or asked == "neu" else self.seen.known

    def show(self, status: int = 200, more: Sequence[Finding] = ()) -> HttpResponse:
        known = self.known
        trial: Trial | None
        wrong: Mapping[str, str] = {}
        decision = None
        if known:
            trial = intake.try_out(self.file, known.recipes, self.town)
        else:
            decision = self._decision()
            trial, wrong = self._trial(decision)
        draft = self.seen.draft
        source = known.source if known else decision.source if decision else ""
        target = intake.target_name(self.file, known.files) if known else self.file.name
        standing = replacing.candidates(folder(), source)
        there = trial.same + len(trial.changed) if trial else 0
        doubtful = self._doubtful(known, trial)
        suggested = replacing.UNDECIDED if doubtful else replacing.suggested(standing, target, there)
        context: dict[str, Any] = {
            "file": self.file, "number": self.number, "known": known, "rivals": () if known else self.seen.rivals, "left_out": self.left_out,
            "source": self.town.catalogue.sources[known.source].label if known else "",
            "target": target if known else "", "standing": standing, "replaces": self.request.POST.get("ersetzt", suggested), "doubtful": doubtful, "compared": there,
            "sheets": [(i, s.sheet.name or f"Tabelle {i + 1}") for i, s in enumerate(self.useful)],
            "sheet": self.seen.sheet, "draft": draft, "roles": hints.ROLES.items(), "only_begun": intake.only_begun(self.file), "said": hints.of(self.file, self.seen.sheet.name),
            "marked": marks.marked(self.seen.sheet, draft, self.town.geographies) if draft else None,
            "decision": decision, "dated": bool(draft and draft.columns and all(g.period for g in draft.columns)), "wrong": wrong, "trial": trial, "more": more,
            "differences": trial.changed[:MOST_DIFFERENCES] if trial else (),
            "gone": trial.gone[:MOST_DIFFERENCES] if trial else (),
            "columns": _columns(draft, decision) if draft and decision else (),
            "levels": intake.levels_of(self.town), "variables": intake.variables_by_source(self.town),
            "sources": sorted((s.id, s.label) for s in self.town.catalogue.sources.values()),
        }  # fmt: skip
        return render(self.request, "inside/sheet.html", context, status=status)

    def _doubtful(self, known: Known | None, trial: Trial | None) -> bool:
        if known is None or trial is None:
            return False
        named = fnmatch(self.file.name, known.files)
        return replacing.doubtful(trial.same, len(trial.changed), named)

    def keep_hint(self) -> HttpResponse:
        """One row or column is something else than was understood; the rest is drafted around it."""
        post, sheet, draft = self.request.POST, self.seen.sheet, self.seen.draft
        said = Hints() if post.get("vergessen") else hints.of(self.file, sheet.name)
        row, column, role = post.get("zeile", ""), post.get("spalte", ""), post.get("rolle", "")
        if row.isdigit() and 0 < int(row) <= len(sheet.rows) and role in hints.ROLES:
            text = marks.area_text(sheet, draft, int(row)) if draft else ""
            said = hints.with_row(said, int(row), role, text)
        elif column.isalpha() and len(column) <= 3:
            said = replace(said, area=column)
        hints.keep(self.file, sheet.name, said)
        return redirect(f"/lieferungen/{self.file.id}/?blatt={self.number}&rezept=neu#blatt")

    def take_over(self) -> HttpResponse:
        """Take the file over when the trial holds; with `trotzdem` also rows that cannot stand are left for a correction."""
        known = self.known
        try:
            if known:
                text, pattern, source, recipes = "", known.files, known.source, known.recipes
            else:
                decision = self._decision()
                text, recipe = self._recipe(decision)
                pattern, source, recipes = recipe.files, decision.source, (recipe,)
            trial = intake.try_out(self.file, recipes, self.town)
            if trial.blocked and not self.request.POST.get("trotzdem"):
                return self.show(
                    status=422,
                    more=[
                        Finding(
                            "Die Datei wurde nicht übernommen: Erst müssen die Fehler unten geklärt sein."
                        )
                    ],
                )
            old = replacing.chosen(
                replacing.candidates(folder(), source), self.request.POST.get("ersetzt", "")
            )
            reason = self.request.POST.get("grund", "")
            taking.take_over(folder(), self.file, source, text, pattern, replaces=old, reason=reason)
        except SozialraumError as error:
            return self.show(status=422, more=error.findings)
        tray.discard(folder(), self.file.id)
        messages.success(
            self.request, f"„{self.file.name}“ ist übernommen. Rückgängig geht im Journal, 30 Tage lang."
        )
        return redirect("/lieferungen/#rechnen")

    def _recipe(self, decision: Decision) -> tuple[str, Any]:
        if self.seen.draft is None:
            raise SozialraumError(Finding("Dieses Blatt enthält keine Tabelle.", file=self.file.name))
        wrong = intake.wrong_with(decision, self.seen.draft, self.town)
        if wrong:
            raise SozialraumError(wrong)
        return intake.recipe_of(
            intake.decided(self.seen.draft, decision, self.town), self.file, self.seen.sheet
        )

    def _trial(self, decision: Decision) -> tuple[Trial | None, Mapping[str, str]]:
        if self.request.method != "POST" and intake.only_begun(self.file):
            return None, {}
        try:
            return intake.try_out(self.file, (self._recipe(decision)[1],), self.town), {}
        except SozialraumError as error:
            # Nobody is scolded before having answered.
            return None, wrong_by_field(error) if self.request.method == "POST" else {}

    def _decision(self) -> Decision:
        draft, post = self.seen.draft, self.request.POST
        guesses = draft.columns if draft else ()
        if self.request.method == "POST":
            columns = tuple(
                ColumnChoice(
                    *(
                        post.get(f"spalte-{i}-{part}", "").strip()
                        for part in ("merkmal", "alter", "geschlecht", "nationalitaet")
                    )
                )
                for i in range(len(guesses))
            )
            if post.get("tun") == "alle" and (all_count := post.get("alle", "")):
                columns = tuple(replace(c, variable=all_count) for c in columns)
            return Decision(
                post.get("quelle", "") or _only_source(columns, self.town),
                post.get("ebene", ""),
                post.get("gebiet", ""),
                post.get("zeitraum", ""),
                columns,
            )
        source = intake.suggested_source(draft, self.town) if draft else ""
        columns = tuple(
            ColumnChoice(
                _plausible(g, source, self.town),
                g.dims.get("age", ""),
                g.dims.get("sex", ""),
                g.dims.get("nationality", ""),
            )
            for g in guesses
        )
        return Decision(source, draft.level if draft else "", draft.area if draft else "", "", columns)


def _only_source(columns: Sequence[ColumnChoice], town: Municipality) -> str:
    """The source that all chosen variables share; empty where there is none or several."""
    known = town.catalogue.variables
    sources = {known[c.variable].source for c in columns if c.variable in known}
    return sources.pop() if len(sources) == 1 else ""


def _plausible(guess: Guess, source: str, town: Municipality) -> str:
    """The guessed variable when it belongs to the suggested source; a guess from another source would contradict it."""
    variable = town.catalogue.variables.get(guess.variable)
    return guess.variable if variable is not None and variable.source == source else ""


def _columns(draft: Draft, decision: Decision) -> list[tuple[int, Guess, ColumnChoice]]:
    return [
        (i, guess, choice)
        for i, (guess, choice) in enumerate(zip(draft.columns, decision.columns, strict=True))
    ]
