"""Writing measures: status reports with their light, bulk edits, moving on the board (Maßnahmen)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from sozialraum import errors
from sozialraum.errors import SozialraumError
from sozialraum_web.accounts.models import User
from sozialraum_web.planning import lights, small_counts
from sozialraum_web.planning.models import Funding, LogicStep, Measure, StatusReport
from sozialraum_web.records import services as records

WORKING = (Measure.Status.ADOPTED, Measure.Status.RUNNING, Measure.Status.OPERATING)


def check_dates(start: date | None, end: date | None) -> None:
    """The end never lies before the start."""
    if start and end and end < start:
        raise SozialraumError(
            errors.Finding(
                _("Das Ende (%(end)s) liegt vor dem Beginn (%(start)s).")
                % {"end": end.strftime("%d.%m.%Y"), "start": start.strftime("%d.%m.%Y")},
                remedy=_("Vertauschen Sie die Daten oder lassen Sie das Ende offen."),
            )
        )


def facts(measure: Measure, today: date) -> lights.Facts:
    """What the rule of the light looks at, read from the parts of a measure."""
    late = [
        (milestone.title, (today - milestone.due).days)
        for milestone in measure.milestones.filter(done=None, due__lt=today)
        if milestone.due is not None
    ]
    open_money = (
        measure.funding.filter(year=today.year)
        .exclude(state=Funding.State.GRANTED)
        .aggregate(total=Sum("amount"))["total"]
    )
    working = measure.status in WORKING
    return lights.Facts(
        late=late,
        unsecured=float(open_money or 0) if working else 0.0,
        shares=[(step.title, _share(step)) for step in measure.steps.all() if _counts(step)],
        elapsed=lights.elapsed(measure.start, measure.end, today),
        ended=bool(measure.end and measure.end < today and working),
    )


def _counts(step: LogicStep) -> bool:
    """Aims of what is delivered and reached; impact in the area is no matter of one measure. Small numbers stay out."""
    ready = step.aim and step.actual is not None and LogicStep.Step.OUTPUT <= step.step < LogicStep.Step.AREA
    return bool(ready) and not small_counts.hidden(step.actual, step.people)


def _share(step: LogicStep) -> float:
    return float((step.actual or Decimal(0)) / (step.aim or Decimal(1)))


@transaction.atomic
def report_status(
    measure: Measure, actor: User | None, on: date, text: str, today: date | None = None
) -> StatusReport:
    """Add a status report; reports are never edited, a correction is a further report."""
    now = today or date.today()  # noqa: DTZ011
    if on > now:
        raise SozialraumError(errors.Finding(_("Der Sachstand trägt ein Datum in der Zukunft.")))
    verdict = lights.light_of(facts(measure, on))
    report = StatusReport.objects.create(
        measure=measure,
        date=on,
        text=text,
        light=verdict.light,
        reasons="\n".join(verdict.reasons),
        author=actor,
    )
    newest = measure.reports.first()
    Measure.objects.filter(pk=measure.pk).update(light=newest.light, reported=newest.date)  # type: ignore[union-attr]
    records.remark(measure, actor, _("Sachstand vom %s") % on.strftime("%d.%m.%Y"))
    return report


@transaction.atomic
def change_many(
    measures: Iterable[Measure], actor: User | None, data: Mapping[str, Any], note: str = ""
) -> tuple[int, list[Measure]]:
    """Set the same fields of several measures; all or nothing. Returns how many changed, and those."""
    changed = [
        measure for measure in measures if records.change(measure, actor, data, note=note).change is not None
    ]
    return len(changed), changed
