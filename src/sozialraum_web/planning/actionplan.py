"""The action plan as a document: Leitbild, goals with curves in words, measures, money (Handlungskonzept, Aktionsplan)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.report.content import (
    Block,
    Bullets,
    Cell,
    Chapter,
    Column,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Row,
    Table,
)
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning import effects, permissions, register
from sozialraum_web.planning.models import Field, Goal, Measure, Mission, Need
from sozialraum_web.planning.permissions import Reader, visible
from sozialraum_web.planning.quoted import in_plain
from sozialraum_web.records.models import Visibility

MOST_GOALS = 60
MOST_MEASURES = 400


def document(place: Place, reader: Reader, today: date) -> Document:
    """The plan as this reader may see it, in one document for every format."""
    goals = list(visible(Goal.objects.select_related("field", "responsible"), reader)[:MOST_GOALS])
    keys = list(visible(Measure.objects.all(), reader).order_by("number").values_list("pk", flat=True)[:MOST_MEASURES])  # fmt: skip
    measures = register.detailed(keys)
    chapters = [
        *_mission(place, reader),
        *_needs(reader),
        *_fields(place, reader, goals),
        _measures(measures, reader, today.year),
        _limits(),
    ]
    internal = permissions.can_read_all(reader) and any(row.visibility != Visibility.PUBLIC for row in (*goals, *measures))  # fmt: skip
    text = "".join(f"{row.pk}.{row.version}" for row in (*goals, *measures))
    town, latest = place.catalogue.town, place.catalogue.latest_period
    return Document(
        title=_("Aktionsplan %s") % town.name,
        kind=_("Aktionsplan"),
        subject=town.name,
        author=place.catalogue.office.name or town.name,
        date=today.isoformat(),
        data_state=_("Daten bis %s") % periods.label(latest) if latest else "",
        release=_("Freigabe %s") % place.release.name,
        fingerprint=hashlib.sha256(text.encode()).hexdigest()[:12],
        chapters=chapters,
        name="aktionsplan",
        contents=True,
        internal=internal,
    )


def _mission(place: Place, reader: Reader) -> Iterator[Chapter]:
    row = visible(Mission.objects.exclude(adopted=None), reader).first()
    if row is not None and row.adopted is not None:
        said = _("Beschlossen am %(day)s von: %(body)s, Vorlage %(number)s.") % {"day": f"{row.adopted:%d.%m.%Y}", "body": row.body, "number": row.resolution}  # fmt: skip
        yield Chapter("leitbild", _("Leitbild"), [Paragraph(in_plain(row.text, place, reader), own=True), Paragraph(said), *([Note(in_plain(row.record, place, reader), _("Wie es entstanden ist"))] if row.record else [])])  # fmt: skip


def _needs(reader: Reader) -> Iterator[Chapter]:
    states = (Need.State.CONFIRMED, Need.State.ADOPTED, Need.State.MET)
    rows = visible(Need.objects.filter(state__in=states), reader).prefetch_related("areas", "decisions")
    body = [
        Row([Cell(row.title), Cell(_places(row)), Cell(str(row.get_state_display())), Cell(_decided(row))])
        for row in rows
    ]
    if body:
        heads = [Column(_("Bedarf"), width=3), Column(_("Wo?"), width=2), Column(_("Stand"), width=1), Column(_("Entscheidung"), width=2)]  # fmt: skip
        yield Chapter("bedarfe", _("Bedarfe"), [Paragraph(_("Ein Bedarf ist eine Entscheidung von Menschen auf der Grundlage von Befunden.")), Table(_("Bestätigte und beschlossene Bedarfe"), heads, body)])  # fmt: skip


def _places(row: Need | Measure) -> str:
    return ", ".join(area.name for area in row.areas.all()) or _("ganze Kommune")


def _decided(row: Need) -> str:
    last = next(iter(row.decisions.all()), None)
    return f"{last.body}, {last.decided:%d.%m.%Y}" if last else "–"


def _fields(place: Place, reader: Reader, goals: Sequence[Goal]) -> Iterator[Chapter]:
    fields = list(visible(Field.objects.all(), reader))
    known = {field.pk for field in fields}
    groups: list[tuple[str, str, list[Goal]]] = [
        (field.title, field.text, [goal for goal in goals if goal.field_id == field.pk]) for field in fields
    ]
    groups.append((_("Weitere Ziele"), "", [goal for goal in goals if goal.field_id not in known]))
    for number, (title, text, rows) in enumerate(groups):
        if rows:
            blocks: list[Block] = [Paragraph(in_plain(text, place, reader), lead=True)] if text else []
            for goal in rows:
                blocks += _goal(place, reader, goal)
            yield Chapter(f"feld-{number}", title, blocks)


def _goal(place: Place, reader: Reader, goal: Goal) -> list[Block]:
    facts = [
        str(goal.get_rank_display()),
        _("Federführung: %s") % goal.responsible if goal.responsible else "",
        _("Vorlage %(number)s, %(body)s, %(day)s") % {"number": goal.resolution, "body": goal.resolved_by, "day": f"{goal.resolved:%d.%m.%Y}"} if goal.resolved else "",
    ]  # fmt: skip
    blocks: list[Block] = [Heading(goal.title), Paragraph(" · ".join(fact for fact in facts if fact))]
    blocks += [Paragraph(in_plain(goal.text, place, reader), own=True)] if goal.text else []
    for target in visible(goal.targets.select_related("area", "goal"), reader):
        course = effects.course(place, target)
        drawn = effects.drawing(course, place)
        verdict = course.verdict
        if drawn["chart"]:
            blocks.append(Figure(str(drawn["chart"]), drawn["text"], drawn["subtitle"], title=f"{target}: {_('Ziel')} {draw.number(target.value, target.decimals, unit=target.unit)}"))  # fmt: skip
        blocks.append(Paragraph(f"{verdict.head} {verdict.text}", test=verdict.head))
    rows = list(visible(goal.measures.all(), reader)[:30])
    if rows:
        blocks += [Paragraph(_("Maßnahmen zu diesem Ziel:")), Bullets([f"{row.title} ({row.get_status_display()})" for row in rows])]  # fmt: skip
    return blocks


def _measures(measures: Sequence[Measure], reader: Reader, year: int) -> Chapter:
    money = permissions.can_read_all(reader)
    heads = [
        Column(_("Maßnahme"), width=3),
        Column(_("Gebiet"), width=2),
        Column(_("Federführung"), width=2),
        Column(_("Stand"), width=1.4),
        Column(_("Euro %s") % year, numeric=True),
    ]
    rows = [
        Row(
            [
                Cell(row.title, note=row.target_group),
                Cell(_places(row)),
                Cell(str(row.responsible or "–")),
                Cell(str(row.get_status_display())),
                _euros(row, year, money),
            ]
        )
        for row in measures
    ]
    blocks: list[Block] = [Table(_("Alle Maßnahmen"), heads, rows)] if rows else [Paragraph(_("Noch keine Maßnahme."))]  # fmt: skip
    return Chapter("massnahmen", _("Maßnahmen"), blocks, new_page=True)


def _euros(row: Measure, year: int, money: bool) -> Cell:
    amount = register.money(row, year)
    if not amount or not (money or row.visibility == Visibility.PUBLIC):
        return Cell("–")
    return Cell(draw.whole(amount), number=amount)


def _limits() -> Chapter:
    text = _(
        "Eine Kurve sagt, was sich verändert hat, nicht warum. Werte beschreiben Gebiete, nicht die Menschen darin. Zahlen von "
        "Menschen unter 5 werden nicht gezeigt."
    )
    return Chapter("grenzen", _("Was dieser Plan nicht sagt"), [Paragraph(text)])
