"""Taking over what was said in a participation: upload, look at every contribution, confirm (Beteiligung übernehmen)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sozialraum.errors import SozialraumError
from sozialraum_web.planning import participation, permissions
from sozialraum_web.planning.frame import Desk, desk, render
from sozialraum_web.planning.models import Finding
from sozialraum_web.planning.services import findings
from sozialraum_web.records.areas import areas_of_keys
from sozialraum_web.records.models import Draft

KEY = "beteiligung"


@desk(permissions.can_plan)
def take_over(here: Desk) -> HttpResponse:
    """Upload a file, see what was understood, take it over as findings."""
    problems: list[str] = []
    sent = here.request.POST
    kept = Draft.objects.filter(municipality=here.place.municipality, user=here.reader.user, key=KEY).first()
    if here.request.method == "POST" and "uebernehmen" in sent and kept is not None:
        number = _write(here, kept.data)
        kept.delete()
        messages.success(here.request, _("%s Befunde sind festgehalten; sie sind zunächst nur für die Verwaltung lesbar.") % number)  # fmt: skip
        return redirect(here.url("befunde"))
    if here.request.method == "POST" and "verwerfen" in sent and kept is not None:
        kept.delete()
        return redirect(here.url("befunde", "beteiligung"))
    if here.request.method == "POST":
        file = here.request.FILES.get("datei")
        try:
            if file is None:
                problems = [_("Wählen Sie zuerst eine Datei.")]
            else:
                rows = participation.read(here.place, file.name or "", file.read(participation.LARGEST + 1))
                data = {"source": sent.get("quelle", "")[:300], "day": sent.get("datum", "")[:10], "rows": [asdict(row) for row in rows]}  # fmt: skip
                kept, _new = Draft.objects.update_or_create(municipality=here.place.municipality, user=here.reader.user, key=KEY, defaults={"data": data})  # fmt: skip
        except SozialraumError as error:
            problems = [f"{item.message} {item.remedy}".strip() for item in error.findings]
    rows_ = [(row, _areas(here, row)) for row in kept.data["rows"]] if kept else []
    context = {
        "question": _("Was wurde gesagt, wo und wozu?"),
        "problems": problems,
        "rows": rows_[:200],
        "total": len(rows_),
        "good": sum(1 for row, _where in rows_ if not row["problem"]),
        "today": date.today().isoformat(),  # noqa: DTZ011
    }
    return render(here, "planning/participation.html", "befunde", _("Beteiligung übernehmen"), context, trail=[(_("Befunde"), here.url("befunde"))])  # fmt: skip


def _areas(here: Desk, row: dict[str, Any]) -> str:
    found = [here.place.catalogue.area(*key.split(":", 1)) for key in row["areas"]]
    return ", ".join(area.name for area in found if area is not None) or _("ganze Kommune")


@transaction.atomic
def _write(here: Desk, data: dict[str, Any]) -> int:
    try:
        day = date.fromisoformat(data["day"])
    except ValueError:
        day = date.today()  # noqa: DTZ011
    good = [row for row in data["rows"] if not row["problem"]]
    for row in good:
        content = {
            "title": row["title"], "text": row["text"], "kind": Finding.Kind.PARTICIPATION, "source": data["source"], "observed": day,
            "areas": areas_of_keys(here.place, row["areas"]),
        }  # fmt: skip
        findings.record_finding(here.place, here.reader.user, content)
    return len(good)
