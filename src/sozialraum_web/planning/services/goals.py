"""Writing goals, targets and resolutions (Ziele, Zielwerte, Beschlüsse)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from sozialraum import errors, periods
from sozialraum.errors import SozialraumError
from sozialraum.products.values import Value
from sozialraum_web.accounts.models import User
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place
from sozialraum_web.monitoring.models import Release
from sozialraum_web.planning.models import Goal, Measure, Mission, Target
from sozialraum_web.records import services as records
from sozialraum_web.records.areas import area_of_key
from sozialraum_web.records.models import Visibility

_ORDER = [Goal.Rank.GUIDING, Goal.Rank.MIDDLE, Goal.Rank.OPERATIONAL]


def check_parent(goal: Goal | None, rank: str, parent: Goal | None) -> None:
    """A goal hangs below a higher one and never below itself; raises SozialraumError."""
    if parent is None:
        return
    walk: Goal | None = parent
    while walk is not None:
        if goal is not None and walk.pk == goal.pk:
            raise SozialraumError(
                errors.Finding(
                    _("„%(goal)s“ ist selbst ein Teil von „%(parent)s“.") % {"goal": parent.title, "parent": goal.title},
                    remedy=_("Ein Ziel kann nicht über sich selbst stehen. Wählen Sie ein anderes übergeordnetes Ziel."),
                )
            )  # fmt: skip
        walk = walk.parent
    if _ORDER.index(Goal.Rank(parent.rank)) >= _ORDER.index(Goal.Rank(rank)):
        raise SozialraumError(
            errors.Finding(
                _("Ein %(rank)s kann nicht Teil eines Ziels der Stufe %(above)s sein.")
                % {"rank": Goal.Rank(rank).label, "above": Goal.Rank(parent.rank).label},
                remedy=_("Über einem Handlungsziel steht ein Mittler- oder Leitziel, über einem Mittlerziel ein Leitziel."),
            )
        )  # fmt: skip


def target_data(
    place: Place, goal: Goal, indicator: str, key: str, value: float, year: int, until: str = ""
) -> dict[str, Any]:
    """A target with its baseline: the newest shown value of the indicator in the area, at most from `until`.

    Raises SozialraumError with everything that stands against it.
    """
    item, area = place.catalogue.indicators.get(indicator), area_of_key(place, key)
    found: list[errors.Finding] = []
    if item is None:
        found.append(errors.Finding(_("Diese Kennzahl gibt es in der gezeigten Freigabe nicht (mehr).")))
    if area is None:
        found.append(errors.Finding(_("Dieses Gebiet gibt es im heutigen Gebietsstand nicht.")))
    rows: list[Value] = []
    if item is not None and area is not None:
        rows = [
            row
            for row in queries.series(place.release.folder, indicator, [(area.level, area.code)])
            if row.version == area.version
            and row.shown
            and (not until or periods.parse(row.period) <= periods.parse(until))
        ]
        if not rows:
            found.append(
                errors.Finding(
                    _("Für %(area)s gibt es keinen Wert der Kennzahl „%(name)s“, der gezeigt werden darf.")
                    % {"area": area.name, "name": item.label},
                    remedy=_("Wählen Sie die nächstgrößere Gebietsebene."),
                )
            )
        elif year <= periods.parse(rows[-1].period).end.year:
            found.append(
                errors.Finding(
                    _("Das Zieljahr %(year)s liegt nicht nach dem Ausgangswert vom %(period)s.")
                    % {"year": year, "period": periods.label(rows[-1].period)},
                    remedy=_("Nennen Sie ein späteres Jahr."),
                )
            )
    if found:
        raise SozialraumError(found)
    assert item is not None
    last = rows[-1]
    return {
        "goal": goal,
        "indicator": item.id,
        "indicator_label": item.label,
        "unit": item.unit,
        "decimals": item.decimals,
        "area": area,
        "baseline": last.value,
        "baseline_period": last.period,
        "baseline_release": place.release.name,
        "baseline_audience": place.release.audience,
        "value": value,
        "year": year,
        "visibility": _target_visibility(goal.visibility, place.release.audience),
    }


def _target_visibility(wanted: str, audience: str) -> str:
    """A target is read by those who read its goal; with a baseline from an internal release it stays inside."""
    return wanted if audience == Release.Audience.PUBLIC else Visibility.INTERNAL


def change_goal(
    goal: Goal, actor: User | None, data: Mapping[str, Any], version: int | None, **options: Any
) -> records.Written:
    """Change a goal; its targets follow in who may read them."""
    written = records.change(goal, actor, data, version, **options)
    for target in goal.targets.filter(removed=None):
        seen = _target_visibility(written.record.visibility, target.baseline_audience)
        if target.visibility != seen:
            records.change(target, actor, {"visibility": seen})
    return written


def set_target(
    place: Place, goal: Goal, actor: User | None, indicator: str, key: str, value: float, year: int
) -> Target:
    """Tie a goal to an indicator in an area."""
    data = target_data(place, goal, indicator, key, value, year)
    return records.create(Target, place.municipality, actor, data)


def change_target(
    target: Target, actor: User | None, value: float, year: int, version: int | None
) -> records.Written:
    """Change aim and year; the baseline stays as it was set."""
    if year <= periods.parse(target.baseline_period).end.year:
        raise SozialraumError(
            errors.Finding(
                _("Das Zieljahr %(year)s liegt nicht nach dem Ausgangswert vom %(period)s.")
                % {"year": year, "period": periods.label(target.baseline_period)},
                remedy=_("Nennen Sie ein späteres Jahr."),
            )
        )
    return records.change(target, actor, {"value": value, "year": year}, version)


def resolve(
    record: Goal | Measure,
    actor: User | None,
    resolution: str,
    resolved: date,
    body: str,
    version: int | None = None,
) -> records.Written:
    """Record the resolution of council or committee; a planned measure becomes an adopted one."""
    if resolved > date.today():  # noqa: DTZ011
        raise SozialraumError(errors.Finding(_("Das Datum des Beschlusses liegt in der Zukunft.")))
    data: dict[str, Any] = {"resolution": resolution, "resolved": resolved, "resolved_by": body}
    if isinstance(record, Measure) and record.status in (Measure.Status.IDEA, Measure.Status.PLANNED):
        data["status"] = Measure.Status.ADOPTED
    return records.change(record, actor, data, version, note=_("Beschluss %s") % resolution)


def adopt_mission(mission: Mission, actor: User | None, data: Mapping[str, Any]) -> records.Written:
    """Adopt a Leitbild; from then on it is not edited."""
    if mission.adopted is not None:
        raise SozialraumError(
            errors.Finding(
                _("Dieses Leitbild ist beschlossen und wird nicht mehr geändert."),
                remedy=_("Legen Sie eine neue Fassung an; die alte bleibt lesbar."),
            )
        )
    return records.change(mission, actor, data, note=_("beschlossen"))
