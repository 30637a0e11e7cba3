"""The gate, visible: what would be hidden and why, the proof, the release, and its folder to carry away (Freigabe)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from sozialraum import release as releases
from sozialraum.errors import Finding, SozialraumError
from sozialraum_inside import changes, gate, jobs, sight
from sozialraum_inside.place import folder, municipality


def overview(request: HttpRequest) -> HttpResponse:
    """Preview, release and all releases so far; the form starts one of both."""
    town = municipality()
    if request.method == "POST":
        return _start(request)
    preview = jobs.last(folder(), "vorschau")
    there = sight.values_file(town, protected=True)
    done = preview is not None and preview.state == "fertig"
    return render(
        request,
        "inside/gate.html",
        {
            "computed": bool(sight.available(sight.values_file(town))),
            "preview": preview,
            "protocol": preview.result.get("protocol") if preview and done else None,
            "losses": gate.losses(there, town) if there.exists() else None,
            "releases": gate.released(town),
            "rules": gate.rules(town),
            "stale": done and changes.changed_since(changes.events(folder()), "vorschau"),
            "name": gate.free_name(town, localdate().isoformat()),
            "last": jobs.last(folder(), "freigabe"),
            "audience": town.audience,
        },
    )


def _start(request: HttpRequest) -> HttpResponse:
    if request.POST.get("tun") == "vorschau":
        job = jobs.start(folder(), "vorschau", "Schützen und prüfen, ohne freizugeben")
        return redirect(f"/arbeit/{job.id}/")
    name = request.POST.get("name", "").strip()
    wrong = gate.wrong_with_name(name)
    if changes.changed_since(changes.events(folder()), "vorschau"):
        wrong.append(
            Finding(
                "Seit der Vorschau wurde etwas geändert.", "Erneuern Sie die Vorschau, bevor Sie freigeben."
            )
        )
    if not request.POST.get("gesehen"):
        wrong.append(
            Finding("Bitte bestätigen Sie, dass Sie die Vorschau angesehen haben.", column="gesehen")
        )
    if wrong:
        raise SozialraumError(wrong)
    arguments = {"name": name, "note": request.POST.get("vermerk", "").strip()[:2000]}
    job = jobs.start(folder(), "freigabe", f"Freigabe {name}", arguments)
    return redirect(f"/arbeit/{job.id}/")


def download(request: HttpRequest, name: str) -> HttpResponse:
    """A release as an archive, to be carried to the site; checked before it leaves."""
    town = municipality()
    place = town.releases / name
    if gate.wrong_with_name(name) or not (place / "protokoll.json").is_file():
        raise Http404
    found: list[Any] = [f for f in releases.verify(place, None) if f.severity == "Fehler"]
    if found:
        raise SozialraumError(found)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as pack:
        for path in sorted(p for p in place.rglob("*") if p.is_file()):
            pack.write(path, f"{name}/{path.relative_to(place).as_posix()}")
    answer = HttpResponse(archive.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="freigabe-{town.id}-{name}.zip"'
    return answer
