"""After a reform of areas: records move along the Umstiegsschlüssel, with a note that says so (Gebietsreform)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from sozialraum_web.accounts.models import User
from sozialraum_web.monitoring.access import Place
from sozialraum_web.organisations.models import Offer, Organisation
from sozialraum_web.planning.models import Finding, Measure, Need, Target
from sozialraum_web.records import services as records
from sozialraum_web.records.areas import Successor, outdated, planned_area, successors
from sozialraum_web.records.models import Area, Record

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Move:
    """An area that is gone: where it went (empty where the release has no crosswalk), and how many records name it."""

    area: Area
    successors: tuple[Area, ...]
    shares: tuple[Successor, ...]
    records: int


def moves(place: Place) -> list[Move]:
    """What a move would do, for people to look at first."""
    found = []
    for area in outdated(place):
        number = sum(model._default_manager.filter(areas=area, removed=None).count() for model in (Finding, Need, Measure, Organisation, Offer))  # fmt: skip
        number += Target.objects.filter(area=area, removed=None).count()
        if number:
            shares, rows = _named(place, area)
            found.append(Move(area, rows, shares, number))
    return found


def _named(place: Place, area: Area) -> tuple[tuple[Successor, ...], tuple[Area, ...]]:
    shares = [item for item in successors(place, area) if place.catalogue.area(area.level, item.code)]
    rows = [planned_area(place.municipality, new) for item in shares if (new := place.catalogue.area(area.level, item.code))]  # fmt: skip
    if not shares and (same := place.catalogue.area(area.level, area.code)) is not None:
        return (), (planned_area(place.municipality, same),)
    return tuple(shares), tuple(rows)


@transaction.atomic
def move(place: Place, actor: User | None) -> tuple[int, list[Area]]:
    """Move every record of areas that are gone; returns how many changed and the areas nobody knows a successor of."""
    changed, unknown = 0, []
    for area in outdated(place):
        shares, rows = _named(place, area)
        if not rows:
            unknown.append(area)
            continue
        note = _note(area, shares, rows)
        for model in (Finding, Need, Measure, Organisation, Offer):
            for record in model._default_manager.filter(areas=area, removed=None):
                changed += _moved(record, area, rows, note, actor)
        for target in Target.objects.filter(area=area, removed=None):
            records.change(target, actor, {"area": rows[0], "area_note": _after(note, target)}, note=note)
            changed += 1
    return changed, unknown


def _moved(record: Record, area: Area, rows: tuple[Area, ...], note: str, actor: User | None) -> int:
    kept = [item for item in record.areas.all() if item.pk != area.pk]  # type: ignore[attr-defined]
    data: dict[str, object] = {"areas": [*kept, *(row for row in rows if row not in kept)]}
    if any(field.name == "area_note" for field in record._meta.fields):
        data["area_note"] = _after(note, record)
    records.change(record, actor, data, note=note)
    return 1


def _after(note: str, record: Record) -> str:
    """The note beside that of an earlier reform, the newer one first."""
    return " ".join(text for text in (note, record.area_note) if text)[:LONGEST_NOTE]  # type: ignore[attr-defined]


def _note(area: Area, shares: tuple[Successor, ...], rows: tuple[Area, ...]) -> str:
    if not shares:
        return _("Gebiet %(old)s: gleiches Gebiet im neuen Gebietsstand.") % {"old": area.name}
    into = ", ".join(
        f"{row.name} ({round(100 * item.share)} %)" for row, item in zip(rows, shares, strict=True)
    )
    text = _("Bis zur Gebietsreform %(old)s (Stand %(version)s); nach Umstiegsschlüssel übernommen: %(into)s. Werte davor gelten dem alten Gebiet.") % {"old": area.name, "version": area.version, "into": into}  # fmt: skip
    return text[:LONGEST_NOTE]
