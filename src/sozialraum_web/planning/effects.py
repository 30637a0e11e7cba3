"""The effect page of a goal: history, continuation, target and actual of each target, with one careful sentence (Wirkung)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sozialraum import periods
from sozialraum.products import draw, layers, timeline
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value
from sozialraum_ui.parts import Cell, Column, Row, Table
from sozialraum_web.atlas.frame import address
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning.continuation import FEWEST, Continuation, continuation
from sozialraum_web.planning.models import Finding, Target
from sozialraum_web.planning.sentences import figure

ATTRIBUTION = "Ein Wert des Gebiets lässt sich nicht einer einzelnen Maßnahme zuschreiben."


@dataclass(frozen=True)
class Course:
    """A target with everything its curve shows. `indicator` is None where the release has it no more."""

    target: Target
    indicator: Indicator | None
    values: tuple[Value, ...]
    ahead: Continuation

    @property
    def actual(self) -> Value | None:
        """The newest shown value after the baseline."""
        later = [row for row in self.values if row.shown and row.period != self.target.baseline_period]
        end = periods.parse(self.target.baseline_period)
        return next((row for row in reversed(later) if periods.parse(row.period) > end), None)

    @property
    def verdict(self) -> Verdict:
        """What may be said."""
        return verdict(self)


@dataclass(frozen=True)
class Verdict:
    """One careful sentence: head, text, and the kind of banner."""

    head: str
    text: str
    kind: str = "warn"


def course(place: Place, target: Target) -> Course:
    """Read the series of a target in the shown release, and continue what came before the baseline."""
    item = place.catalogue.indicators.get(target.indicator)
    rows: list[Value] = []
    if item is not None:
        found = queries.series(
            place.release.folder, target.indicator, [(target.area.level, target.area.code)]
        )
        rows = timeline.one_per_period(found, place.catalogue.current_version)
    return Course(target, item, tuple(rows), _ahead(target, item, rows))


def _ahead(target: Target, item: Indicator | None, rows: Sequence[Value]) -> Continuation:
    if item is None:
        return Continuation((), 0)
    base = periods.parse(target.baseline_period)
    version = rows[-1].version if rows else ""
    before = [
        (timeline.position(row.period), row.value)
        for row in rows
        if row.shown
        and row.value is not None
        and row.version == version
        and periods.parse(row.period) <= base
    ]
    last = before[-1][0] if before else 0.0
    years = [last + step for step in range(1, round(target.year - last) + 1)]
    highest = 100.0 if item.kind == "share" and item.per == 100 else None
    return continuation(before, years, lowest=0.0 if timeline.from_zero(item) else None, highest=highest)


def verdict(course: Course) -> Verdict:
    """Whether the newest value can be told from the continuation; never more than that."""
    target, actual = course.target, course.actual
    if course.indicator is None:
        return Verdict(
            _("Kennzahl nicht mehr vorhanden."),
            _("„%s“ steht nicht in der gezeigten Freigabe. Die Kurve endet; das Ziel braucht eine neue Kennzahl.") % target.indicator_label,
            "err",
        )  # fmt: skip
    if actual is None or actual.value is None:
        return Verdict(_("Noch kein neuer Wert."), _("Seit dem Ausgangswert vom %s ist kein weiterer Wert freigegeben.") % periods.label(target.baseline_period), "info")  # fmt: skip
    told = _("Der Wert %(when)s liegt bei %(value)s") % {
        "when": periods.label(actual.period),
        "value": layers.label(actual, course.indicator),
    }
    step = course.ahead.at(round(timeline.position(actual.period)))
    if step is None:
        fewest = (
            _("für eine Fortschreibung braucht es mindestens %s vergleichbare Werte vor dem Beschluss")
            % FEWEST
        )
        return Verdict(_("Noch offen, ob es wirkt."), f"{told}; {fewest}.")
    low, high = actual.lower if actual.lower is not None else actual.value, actual.upper if actual.upper is not None else actual.value  # fmt: skip
    if high < step.lower95 or low > step.upper95:
        falling = target.baseline is not None and target.value < target.baseline
        good = (high < step.lower95) == falling
        head = _("Günstiger als die Fortschreibung.") if good else _("Ungünstiger als die Fortschreibung.")
        text = _(
            "%(told)s und damit gesichert außerhalb des Bandes der Fortschreibung. Warum, sagt die Kurve nicht."
        ) % {"told": told}
        return Verdict(head, f"{text} {ATTRIBUTION}", "info" if good else "warn")
    inside = step.lower95 <= actual.value <= step.upper95
    where = (
        _("im Band der Fortschreibung")
        if inside
        else _("nicht gesichert außerhalb des Bandes der Fortschreibung")
    )
    return Verdict(_("Noch offen, ob es wirkt."), f"{told}, {where}. {_('Ob sich die Kurve gewendet hat, lässt sich daraus nicht schließen.')}")  # fmt: skip


def reached(course: Course) -> str:
    """Whether the target year has come and the aim is met, in a sentence; empty before."""
    actual, target = course.actual, course.target
    if actual is None or actual.value is None or timeline.position(actual.period) < target.year:
        return ""
    falling = target.baseline is not None and target.value < target.baseline
    met = actual.value <= target.value if falling else actual.value >= target.value
    return _("Der Zielwert ist erreicht.") if met else _("Der Zielwert ist im Zieljahr nicht erreicht.")


def drawing(course: Course, place: Place) -> dict[str, Any]:
    """Chart wide and narrow, words and table of a course."""
    target, item = course.target, course.indicator
    base = timeline.position(target.baseline_period)
    shown_base = next((row.value for row in course.values if row.period == target.baseline_period and row.shown), target.baseline)  # fmt: skip
    aim = draw.Aim(base, shown_base, float(target.year), target.value) if shown_base is not None else None
    points = timeline.points(course.values)
    band = [draw.BandPoint(step.year, step.middle, step.lower50, step.upper50, step.lower95, step.upper95) for step in course.ahead.steps]  # fmt: skip
    decided = target.goal.resolved
    options: dict[str, Any] = {
        "unit": target.unit,
        "decimals": target.decimals,
        "zero": item is None or timeline.from_zero(item),
        "breaks": timeline.breaks(course.values),
        "decided": decided.year + (decided.month - 12) / 12 if decided and points and decided.year + 1 > points[0].x else None,
        "decided_label": _("Beschluss %s") % decided.year if decided else "",
        "title": _("%(name)s in %(area)s: Ist, Fortschreibung und Ziel") % {"name": target.indicator_label, "area": target.area.name},
    }  # fmt: skip
    return {
        "chart": draw.goal_curve(points, band, aim, width=820, height=330, **options) if points else "",
        "narrow": draw.goal_curve(points, band, aim, width=380, height=300, **options) if points else "",
        "text": draw.goal_curve_text(points, band, aim, unit=target.unit, decimals=target.decimals),
        "table": table(course),
        "subtitle": subtitle(course, place),
    }


def subtitle(course: Course, place: Place) -> str:
    """What is drawn, from which source."""
    item = course.indicator
    source = place.catalogue.source_of(item) if item else None
    parts = [
        f"{course.target.indicator_label} {item.column_unit if item else ''}".strip(),
        (source.citation or source.label) if source else "",
        _("Fortschreibung: gedämpfte Gerade durch %s Werte bis zum Ausgangswert") % course.ahead.fitted
        if course.ahead.steps
        else "",
    ]
    return ". ".join(part for part in parts if part)


def table(course: Course) -> Table:
    """The same figures as rows."""
    decimals, unit = course.target.decimals, course.target.unit
    columns = [
        Column(_("Zeitpunkt")),
        Column(_("Ist"), numeric=True),
        Column(_("95-%-Intervall")),
        Column(_("Fortschreibung"), numeric=True),
        Column(_("95-%-Band")),
    ]
    rows = []
    known: set[float] = set()
    for value in course.values:
        year = timeline.position(value.period)
        known.add(round(year, 6))
        step = course.ahead.at(year)
        item = course.indicator
        rows.append(
            Row(
                [
                    Cell(periods.label(value.period)),
                    Cell(layers.value_text(value, item) if item else "", status=value.status),
                    Cell(layers.interval_text(value, item) if item else ""),
                    Cell(figure(step.middle, unit, decimals) if step else ""),
                    Cell(draw.interval_text(step.lower95, step.upper95, decimals) if step else ""),
                ]
            )
        )
    for step in course.ahead.steps:
        if round(step.year, 6) not in known:
            rows.append(
                Row(
                    [
                        Cell(f"{step.year:.0f}"),
                        Cell(""),
                        Cell(""),
                        Cell(figure(step.middle, unit, decimals)),
                        Cell(draw.interval_text(step.lower95, step.upper95, decimals)),
                    ]
                )
            )
    return Table(_("Ist und Fortschreibung"), columns, rows)


# -- newer data ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Newer:
    """The figure behind a finding has a newer or another value in the shown release."""

    text: str
    changes: bool
    url: str


def newer(place: Place, finding: Finding) -> Newer | None:
    """Whether the shown release says something newer than a finding, and whether that changes it."""
    item = place.catalogue.indicators.get(finding.indicator)
    area = next(iter(finding.areas.all()), None)
    # After a reform the figure is that of an area that is gone: nothing newer speaks of it.
    if not finding.indicator or finding.area_note:
        return None
    if item is None:
        return Newer(
            _("Die Kennzahl steht nicht mehr in der gezeigten Freigabe %s.") % place.release.name, True, ""
        )
    if area is None:
        return None
    found = queries.series(place.release.folder, finding.indicator, [(area.level, area.code)])
    rows = [row for row in timeline.one_per_period(found, place.catalogue.current_version) if row.shown]
    if not rows or periods.parse(rows[-1].period) <= periods.parse(finding.period):
        return None
    return _told(place, finding, item, rows[-1])


def _told(place: Place, finding: Finding, item: Indicator, last: Value) -> Newer:
    url = evidence_address(place, finding, last.period)
    told = f"{periods.label(last.period)}: {layers.label(last, item)}"
    limits = (finding.value, finding.lower, finding.upper, last.lower, last.upper)
    if any(limit is None for limit in limits):
        return Newer(_("Es gibt einen neueren Wert: %s.") % told, False, url)
    assert finding.lower is not None
    assert finding.upper is not None
    assert last.lower is not None
    assert last.upper is not None
    if last.lower > finding.upper or last.upper < finding.lower:
        return Newer(_("Neuere Daten ändern diesen Befund: %s.") % told, True, url)
    return Newer(
        _("Es gibt einen neueren Wert, vom Befund statistisch nicht zu unterscheiden: %s.") % told, False, url
    )


def evidence_address(place: Place, finding: Finding, period: str = "") -> str:
    """The place of the figure in the atlas; empty for findings without figure or whose area went in a reform."""
    area = next(iter(finding.areas.all()), None)
    if (
        not finding.indicator
        or area is None
        or finding.area_note
        or finding.indicator not in place.catalogue.indicators
    ):
        return ""
    return address(
        place,
        "atlas",
        kennzahl=finding.indicator,
        ebene=area.level,
        jahr=period or finding.period,
        stand="" if area.version == place.catalogue.current_version else area.version,
        pins=area.code,
    )
