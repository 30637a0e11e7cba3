"""Taking the plan away: everything as JSON, measures as a workbook, dates as a calendar (Ausgaben)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from sozialraum.spreadsheet import defused
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning import permissions, small_counts
from sozialraum_web.planning.kinds import KINDS, PARTS
from sozialraum_web.planning.models import Cycle, Finding, Goal, LogicStep, Measure, Phase, Target
from sozialraum_web.planning.permissions import Reader, visible
from sozialraum_web.records.models import Area, Record, Visibility

FORMAT = "sozialraum-planung-1"
MOST = 20_000


# -- JSON ---------------------------------------------------------------------------------------------------------------


def everything(place: Place, reader: Reader) -> dict[str, Any]:
    """Every record this reader may see, with its parts, as plain data; persons are left out."""
    kinds: list[type[Record]] = [*(kind.model for kind in KINDS.values()), Target]
    return {
        "format": FORMAT,
        "municipality": place.municipality.slug,
        "release": place.release.name,
        "records": {model.KIND: [_record(place, reader, row) for row in _rows(model, reader)] for model in kinds},
    }  # fmt: skip


def _rows(model: type[Record], reader: Reader) -> Iterator[Record]:
    many = [field.name for field in model._meta.many_to_many]
    found = visible(model._default_manager.all(), reader)
    if model is Target:
        goals = visible(Goal.objects.all(), reader)
        found = found.filter(pk__in=Target.objects.filter(goal__in=goals).values("pk"))
    yield from found.order_by("number").prefetch_related(*many)[:MOST]


def _record(place: Place, reader: Reader, row: Record) -> dict[str, Any]:
    data: dict[str, Any] = {"nummer": row.number, "fassung": row.version}
    for field in row.content_fields():
        if field.name == "people":
            continue
        value = getattr(row, field.name)
        if field.many_to_many:
            data[field.name] = [_link(item, reader) for item in value.all() if _seen(item, reader)]
        elif field.is_relation:
            data[field.name] = _link(value, reader) if value is not None and _seen(value, reader) else None
        else:
            data[field.name] = _plain(value)
    if isinstance(row, Finding) and not _figure_may_leave(place, reader, row):
        data.update(dict.fromkeys(("value", "lower", "upper", "benchmark"), None))
    parts = {slug: part for (owner, slug), part in PARTS.items() if owner == row.KIND}
    for slug, part in parts.items():
        if slug == "mittel" and not (permissions.can_read_all(reader) or row.visibility == Visibility.PUBLIC):
            continue
        rows = part.model._default_manager.filter(**{part.relation: row})
        data[slug] = [_part(item, part.relation) for item in rows]
    if isinstance(row, Measure):
        data["sachstaende"] = [
            {"datum": str(item.date), "text": item.text, "ampel": item.light} for item in row.reports.all()
        ]
    return data


def _figure_may_leave(place: Place, reader: Reader, row: Finding) -> bool:
    """Figures leave as files only where the reader sees them and their source may be passed on."""
    item = place.catalogue.indicators.get(row.indicator)
    passed_on = item is not None and place.catalogue.source_of(item).open
    return permissions.can_read_figure(reader, row.audience) and passed_on


def _seen(item: models.Model, reader: Reader) -> bool:
    if isinstance(item, Record):
        return item.removed is None and (
            permissions.can_read_all(reader) or item.visibility == Visibility.PUBLIC
        )
    return isinstance(item, Area)


def _link(item: models.Model, reader: Reader) -> Any:  # noqa: ARG001 - same call for every kind of link
    if isinstance(item, Area):
        return {"gebiet": item.key, "stand": item.version, "name": item.name}
    assert isinstance(item, Record)
    return {"art": item.KIND, "nummer": item.number, "titel": str(item)}


def _part(item: models.Model, owner: str) -> dict[str, Any]:
    data = {
        field.name: _plain(getattr(item, field.name)) if not field.is_relation else str(getattr(item, field.name) or "")
        for field in item._meta.fields
        if field.name not in ("id", owner)
    }  # fmt: skip
    if isinstance(item, LogicStep) and small_counts.hidden(item.actual, item.people):
        data["actual"] = None
        data["hidden"] = small_counts.HIDDEN_TEXT
    return data


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str | list | dict | None) else str(value)


# -- workbook -----------------------------------------------------------------------------------------------------------

HEADS = (
    "Nr.", "Maßnahme", "Kurz beschrieben", "Stand", "Ampel", "Handlungsfeld", "Ziele", "Gebiete", "Zielgruppe", "Federführung",
    "Beteiligte", "Beginn", "Ende", "Vorlage", "Meilensteine erreicht", "Meilensteine", "Letzter Sachstand", "Mittel in Euro",
)  # fmt: skip


def workbook(measures: list[Measure], reader: Reader, year: int) -> bytes:
    """Measures as a sheet that Excel opens; texts never run as formulas; other headings of an imported list come behind."""
    import xlsxwriter

    extra = list(dict.fromkeys(head for row in measures for head in row.original)) if permissions.can_plan(reader) else []  # fmt: skip
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:  # fmt: skip
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet = book.add_worksheet(_("Maßnahmen"))
        sheet.freeze_panes(1, 2)
        for column, head in enumerate(
            [*HEADS[:-1], f"Mittel {year} in Euro", *(f"Liste: {head}" for head in extra)]
        ):
            sheet.write_string(0, column, defused(head), bold)
        for number, row in enumerate(measures, start=1):
            for column, value in enumerate(
                [*_cells(row, reader, year), *(row.original.get(head, "") for head in extra)]
            ):
                _write(sheet, number, column, value, day)
        sheet.set_column(1, 2, 42)
        sheet.set_column(5, 10, 22)
        sheet.autofilter(0, 0, max(1, len(measures)), len(HEADS) - 1)
    return target.getvalue()


def _cells(row: Measure, reader: Reader, year: int) -> list[Any]:
    milestones = list(row.milestones.all())
    money = permissions.can_read_all(reader) or row.visibility == Visibility.PUBLIC
    return [
        row.number,
        row.title,
        row.text,
        str(row.get_status_display()),
        str(row.get_light_display()) if row.light else "",
        str(row.field or ""),
        "; ".join(goal.title for goal in row.goals.all() if _seen(goal, reader)),
        "; ".join(area.name for area in row.areas.all()),
        row.target_group,
        str(row.responsible or ""),
        "; ".join(str(item) for item in row.partners.all()),
        row.start,
        row.end,
        row.resolution,
        sum(1 for item in milestones if item.done),
        len(milestones),
        row.reported,
        float(sum(item.amount for item in row.funding.all() if item.year == year)) if money else "",
    ]


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, defused(str(value)))


# -- calendar -----------------------------------------------------------------------------------------------------------


def calendar(place: Place, reader: Reader, host: str) -> bytes:
    """Milestones, phases and next steps with a date, as iCalendar."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//sozialraum//Planung//DE")
    made.add("version", "2.0")
    made.add("x-wr-calname", _("Planung %s") % place.catalogue.town.name)
    for entry in dates(reader):
        event = Event()
        event.add("uid", f"{entry['id']}@{place.municipality.slug}.sozialraum")
        event.add("dtstamp", datetime.now(UTC))
        event.add("dtstart", entry["day"])
        event.add("dtend", entry["day"] + timedelta(days=1))
        event.add("summary", entry["title"])
        event.add("url", f"{host}{entry['url']}")
        made.add_component(event)
    return bytes(made.to_ical())


def dates(reader: Reader) -> Iterator[Mapping[str, Any]]:
    """Every open date this reader may see."""
    from sozialraum_web.planning.models import Milestone

    measures = visible(Measure.objects.all(), reader)
    town = reader.municipality
    for milestone in (
        Milestone.objects.filter(measure__in=measures, done=None)
        .exclude(due=None)
        .select_related("measure")[:MOST]
    ):
        yield {
            "id": f"meilenstein-{milestone.pk}",
            "day": milestone.due,
            "title": f"{milestone.measure.title}: {milestone.title}",
            "url": f"/{town.slug}/planung/massnahmen/{milestone.measure.number}/",
        }
    for phase in (
        Phase.objects.filter(cycle__in=visible(Cycle.objects.all(), reader), done=None, skipped=False)
        .exclude(due=None)
        .select_related("cycle")
    ):
        yield {
            "id": f"phase-{phase.pk}",
            "day": phase.due,
            "title": f"{phase.cycle.title}: {phase.gate or phase.title}",
            "url": f"/{town.slug}/planung/zyklen/{phase.cycle.number}/",
        }
    for goal in visible(Goal.objects.exclude(next_due=None), reader):
        yield {
            "id": f"schritt-{goal.pk}",
            "day": goal.next_due,
            "title": goal.next_step or goal.title,
            "url": f"/{town.slug}/planung/ziele/{goal.number}/",
        }
