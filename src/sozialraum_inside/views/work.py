"""Background work on its page: progress, findings, what came of it (Hintergrundarbeit)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sozialraum_inside import jobs
from sozialraum_inside.jobs import Job
from sozialraum_inside.place import folder

NEXT = {
    "ueben": ("/", "Weiter zum Überblick"),
    "uebernehmen": ("/lieferungen/", "Zu den Lieferungen"),
    "rechnen": ("/werte/", "Karte und Werte ansehen"),
    "vorschau": ("/freigabe/", "Zur Freigabe"),
    "freigabe": ("/freigabe/", "Zur Freigabe"),
    "anschriften": ("/gebiete/anschriften/", "Zu den Anschriften"),
    "uebertragen": ("/freigabe/", "Zur Freigabe"),
}


def show(request: HttpRequest, id: str) -> HttpResponse:
    """How far a job is; the browser asks again while it runs."""
    job = _job(id)
    url, label = NEXT.get(job.kind, ("/", "Zum Überblick"))
    if job.kind == "analyse":
        url, label = f"/analysen/{job.arguments['name']}/", "Ergebnis ansehen"
    if job.kind.startswith("auskunft"):
        url, label = f"/freigabe/auskunft/?arbeit={job.id}", "Antwort ansehen"
    findings = (
        [f for f in job.findings if f["severity"] == "Fehler"],
        [f for f in job.findings if f["severity"] != "Fehler"],
    )
    context = {
        "job": job,
        "share": _share(job),
        "errors": findings[0],
        "warnings": findings[1],
        "next_url": url,
        "next_label": label,
    }
    part = "X-Fragment" in request.headers
    return render(request, "inside/job_part.html" if part else "inside/job.html", context)


def _share(job: Job) -> int | None:
    return round(100 * job.done / job.total) if job.total else None


def _job(id: str) -> Job:
    job = jobs.read(folder(), id) if id.isalnum() else None
    if job is None:
        raise Http404
    return job


@require_POST
def stop(request: HttpRequest, id: str) -> HttpResponse:
    """Stop a job."""
    jobs.stop(folder(), _job(id).id)
    return redirect(f"/arbeit/{id}/")


@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Check all deliveries and compute values."""
    job = jobs.start(folder(), "rechnen", "Prüfen und rechnen")
    return redirect(f"/arbeit/{job.id}/")
