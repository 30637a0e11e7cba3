"""Crosswalks: all of them, one area by area with both maps, and a first one from the boundaries (Umstiegsschlüssel)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from sozialraum.errors import Finding, SozialraumError
from sozialraum.products.draw import AreaMark
from sozialraum_inside import changes, crosswalks, sight
from sozialraum_inside.crosswalks import Answer, Key, Split
from sozialraum_inside.place import desk, folder
from sozialraum_inside.views.forms import wrong_by_field

FREE_LINES = 3
SHOWS = {"geteilt": "nur geteilte und auffällige", "alle": "alle"}


def overview(request: HttpRequest) -> HttpResponse:
    """Every crosswalk with what is wrong, and pairs of versions that have none."""
    here = desk()
    keys, findings = list[Key](), list[Finding]()
    for number in range(len(crosswalks.blocks(here.settings))):
        try:
            found = _key(number)
        except SozialraumError as error:
            findings += error.findings
        else:
            keys.append(found)
    known = crosswalks.geographies(here.folder, here.settings)
    context = {
        "keys": [(k, crosswalks.unknown_parts(k)) for k in keys], "findings": findings, "pairs": crosswalks.pairs(here.settings, known),
        "versions": len(known),
    }  # fmt: skip
    return render(request, "inside/crosswalks.html", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Write a first crosswalk by shares of area."""
    here = desk()
    known = crosswalks.geographies(here.folder, here.settings)
    wanted = tuple(request.POST.get("paar", "").split("|"))
    words = {p[:3]: p[3] for p in crosswalks.pairs(here.settings, known)}
    if len(wanted) != 3 or wanted not in words:
        raise Http404
    source, target, level = wanted
    files = crosswalks.begun(_settings(), known[source], known[target], level)
    changes.apply(
        folder(), dict(files), "umstieg", f"Umstiegsschlüssel nach Flächen angelegt: {words[wanted]}"
    )
    messages.success(
        request,
        "Der Umstiegsschlüssel ist angelegt, nach Flächen. Sehen Sie die geteilten Gebiete durch: Menschen wohnen nicht gleichmäßig verteilt.",
    )
    return redirect(f"/gebiete/umstiege/{len(crosswalks.blocks(desk().settings)) - 1}/")


def show(request: HttpRequest, number: int) -> HttpResponse:
    """One crosswalk as table and maps; with an old area chosen, its shares to change."""
    key = _key(number)
    query = request.POST if request.method == "POST" else request.GET
    split = key.split(query.get("gebiet", ""))
    told: dict[str, str] = {}
    answer = Answer(split.code if split else "", {})
    if request.method == "POST":
        if split is None:
            raise Http404
        answer = _answer(request, split)
        try:
            files = crosswalks.changed(folder(), _settings(), key, answer, localdate())
        except SozialraumError as error:
            told = wrong_by_field(error)
        else:
            changes.apply(
                folder(), dict(files), "umstieg", f"Umstiegsschlüssel {key.label}: {split.name} geändert",
                who=answer.author.strip(), reason=answer.reason.strip(),
            )  # fmt: skip
            messages.success(
                request, f"Die Anteile von {split.name} sind geändert. Wirksam wird es beim nächsten Rechnen."
            )
            return redirect(f"/gebiete/umstiege/{number}/?{urlencode({'gebiet': split.code})}")
    shown = query.get("zeige", "geteilt")
    rows = [s for s in key.splits if shown == "alle" or not s.whole]
    codes = set(key.target.codes(key.block.level))
    names = sorted(
        ((a.code, a.name) for a in key.target.areas if a.level == key.block.level and a.code in codes),
        key=lambda x: x[1],
    )
    context = {
        "key": key, "rows": rows, "split": split, "answer": answer, "wrong": told, "shown": shown, "shows": SHOWS.items(),
        "lines": _lines(split, answer) if split else (), "free": range(1, FREE_LINES + 1), "names": names,
        "old": _old_map(key, split), "new": _new_map(key, split) if split else None, "idle": crosswalks.unknown_parts(key),
    }  # fmt: skip
    return render(request, "inside/crosswalk.html", context, status=422 if told else 200)


def _lines(split: Split, answer: Answer) -> list[tuple[str, str, str]]:
    """(code, name, percentage) of the parts as they are or as they were just typed."""
    return [(p.code, p.name, answer.percents.get(p.code, p.percent)) for p in split.pieces]


def _answer(request: HttpRequest, split: Split) -> Answer:
    post = request.POST
    percents = {p.code: post.get(f"anteil-{p.code}", "") for p in split.pieces}
    for n in range(1, FREE_LINES + 1):
        code, text = post.get(f"neu-{n}-gebiet", ""), post.get(f"neu-{n}-anteil", "")
        if code and text.strip():
            percents[code] = text
    return Answer(split.code, percents, post.get("reason", ""), post.get("author", ""))


def _old_map(key: Key, split: Split | None) -> object:
    """The areas before: those that are divided in colour, each one a link."""
    marks = [
        AreaMark(s.code, "q5" if split and s.code == split.code else "q2" if not s.whole else "land", "ok", _said(s),
                 href=f"?{urlencode({'gebiet': s.code})}#teile")
        for s in key.splits
    ]  # fmt: skip
    return sight.chooser(key.source, key.block.level, marks, f"Vorher: {key.source.label}", identity="vorher")


def _new_map(key: Key, split: Split) -> object:
    """The areas after: where the parts of one area go, the larger the darker."""
    marks = [
        AreaMark(p.code, f"q{1 + min(4, int(5 * p.share))}", "ok", f"{p.percent} %")
        for p in split.pieces
        if p.share == p.share
    ]
    return sight.chooser(
        key.target, key.block.level, marks, f"Nachher: {key.target.label}", identity="nachher"
    )


def _said(split: Split) -> str:
    return ", ".join(f"{p.percent} % nach {p.name}" for p in split.pieces) or "führt nirgends hin"


def _settings() -> str:
    return (folder() / "kommune.toml").read_text("utf-8")


def _key(number: int) -> Key:
    here = desk()
    described = crosswalks.blocks(here.settings)
    stamp = (
        (folder() / "kommune.toml").stat().st_mtime_ns,
        *((p.stat().st_mtime_ns, p.stat().st_size) for p in _files(here.folder, described)),
    )
    found = _read(here.folder, number, stamp)
    if found is None:
        raise Http404
    return found


def _files(place: Path, described: list[Any]) -> list[Path]:
    return [
        p
        for p in (*sorted((place / "gebiete").glob("*")), *(place / b.file for b in described))
        if p.is_file()
    ]


@lru_cache(maxsize=4)
def _read(place: Path, number: int, _changed: tuple[Any, ...]) -> Key | None:
    return crosswalks.key(place, desk().settings, number)
