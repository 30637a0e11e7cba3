"""What stands around every page: whose workshop it is, where one is, what waits (Rahmen)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from sozialraum_inside import jobs, people, tray
from sozialraum_inside.middleware import acting_person
from sozialraum_inside.people import Role
from sozialraum_inside.place import desk, folder
from sozialraum_ui.parts import Link, Municipality

ROOMS: Final = (
    ("/", "Start"),
    ("/gebiete/", "Gebiete"),
    ("/lieferungen/", "Lieferungen"),
    ("/werte/", "Werte"),
    ("/kennzahlen/", "Kennzahlen"),
    ("/index/", "Index"),
    ("/analysen/", "Analysen"),
    ("/korrekturen/", "Korrekturen"),
    ("/freigabe/", "Freigabe"),
    ("/journal/", "Journal"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page behind the door."""
    if not request.session.get("drin"):
        return {"municipality": Municipality("Datenwerkstatt", note="Zahlen bleiben auf diesem Rechner")}
    here = desk()
    kommune = here.settings.get("kommune", {})
    town = Municipality(
        here.name or "Datenwerkstatt", str(kommune.get("kind", "")), note="Datenwerkstatt: Zahlen bleiben auf diesem Rechner",
        synthetic=bool(kommune.get("synthetic")),
    )  # fmt: skip
    staff = people.read(folder())
    person = acting_person(request) if staff.on else None
    if staff.on and person is None:
        return {"municipality": town}
    waiting = len(tray.waiting(folder())) if here.founded else 0
    return {
        "municipality": town,
        "navigation": [_link(request, path, label, waiting) for path, label in ROOMS] if here.founded else [],
        "person": person,
        "accounts_here": staff.on,
        "may_administer": person is None or person.role >= Role.ADMINISTER,
        "at_work": next((job for job in jobs.jobs(folder()) if job.running), None),
    }


def _link(request: HttpRequest, path: str, label: str, waiting: int) -> Link:
    current = request.path == path if path == "/" else request.path.startswith(path)
    return Link(
        f"{label} ({waiting})" if path == "/lieferungen/" and waiting else label, path, current=current
    )
