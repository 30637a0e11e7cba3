"""Putting findings on record, and deciding about needs (Befund festhalten, Bedarf entscheiden)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sozialraum import errors, periods
from sozialraum.errors import SozialraumError
from sozialraum_web.accounts.models import User
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place
from sozialraum_web.monitoring.models import Release
from sozialraum_web.planning.models import Finding, Need, NeedDecision
from sozialraum_web.records import services as records
from sozialraum_web.records.areas import planned_area
from sozialraum_web.records.models import Visibility


def evidence(place: Place, indicator: str, key: str, period: str, version: str = "") -> dict[str, Any]:
    """The figure of a release as a finding keeps it: value, interval, status, benchmark, data state.

    Without `period` the newest one counts. Raises SozialraumError where the shown release has no such row.
    """
    catalogue = place.catalogue
    item = catalogue.indicators.get(indicator)
    level, _sep, code = key.partition(":")
    known = {entry.id for entry in catalogue.versions}
    stand = version if version in known else catalogue.current_version
    area = catalogue.area(level, code, stand)
    if item is not None and area is not None and not period:
        offered = queries.available_periods(place.release.folder, indicator, stand, level)
        period = offered[-1] if offered else ""
    row = queries.one(place.release.folder, indicator, stand, level, code, period) if item and area else None
    if item is None or area is None or row is None:
        raise SozialraumError(
            errors.Finding(
                _("Zu dieser Auswahl gibt es in der Freigabe %s keinen Wert.") % place.release.name,
                remedy=_("Öffnen Sie den Atlas und wählen Sie Kennzahl, Gebiet und Jahr neu."),
            )
        )
    whole = catalogue.whole
    town = queries.one(place.release.folder, indicator, stand, whole.level, whole.code, period)
    shown = row.shown
    return {
        "kind": Finding.Kind.INDICATOR,
        "indicator": item.id,
        "indicator_label": item.label,
        "unit": item.unit,
        "decimals": item.decimals,
        "period": period,
        "value": row.value if shown else None,
        "lower": row.lower if shown else None,
        "upper": row.upper if shown else None,
        "status": row.status,
        "benchmark": town.value if town is not None and town.shown and item.compares else None,
        "release": place.release.name,
        "audience": place.release.audience,
        "source": catalogue.source_of(item).citation or catalogue.source_of(item).label,
        "observed": periods.parse(period).end,
        "areas": [planned_area(place.municipality, area)],
    }


def record_finding(place: Place, actor: User | None, data: Mapping[str, Any]) -> Finding:
    """Put a finding on record; figures come from `evidence`, never from a form."""
    _publishable(data)
    return records.create(Finding, place.municipality, actor, data)


def _publishable(data: Mapping[str, Any]) -> None:
    """A figure of an internal release never becomes public by way of a finding."""
    internal = data.get("audience") == Release.Audience.INTERNAL
    if internal and data.get("visibility", Visibility.INTERNAL) != Visibility.INTERNAL:
        raise SozialraumError(
            errors.Finding(
                _(
                    "Dieser Befund enthält eine Zahl aus einer internen Freigabe und bleibt in der Verwaltung."
                ),
                remedy=_("Halten Sie denselben Befund aus der öffentlichen Freigabe fest."),
            )
        )


def change_finding(
    finding: Finding, actor: User | None, data: Mapping[str, Any], version: int | None, **options: Any
) -> records.Written:
    """Change words, areas and visibility of a finding; its evidence stays."""
    kept = {name: value for name, value in data.items() if name not in Finding.EVIDENCE}
    if finding.kind == Finding.Kind.INDICATOR:
        kept.pop("kind", None)
        kept.pop("areas", None)
    _publishable({"audience": finding.audience, **kept})
    return records.change(finding, actor, kept, version, **options)


# What may follow on what; a rejected need may be taken up again.
NEXT: Mapping[str, tuple[str, ...]] = {
    Need.State.SUSPECTED: (Need.State.CONFIRMED, Need.State.REJECTED),
    Need.State.CONFIRMED: (Need.State.ADOPTED, Need.State.MET, Need.State.REJECTED),
    Need.State.ADOPTED: (Need.State.MET, Need.State.REJECTED),
    Need.State.MET: (Need.State.CONFIRMED,),
    Need.State.REJECTED: (Need.State.SUSPECTED,),
}


@transaction.atomic
def decide_need(
    need: Need, actor: User | None, state: str, decided: date, body: str, reason: str, resolution: str = ""
) -> NeedDecision:
    """Record what people decided about a need; refuses steps that skip the confirmation, and needs without evidence."""
    current = Need.objects.select_for_update().get(pk=need.pk)
    found = []
    if state not in NEXT[current.state]:
        found.append(
            errors.Finding(
                _("Von „%(now)s“ kann der Bedarf nicht auf „%(then)s“ gehen.")
                % {"now": current.get_state_display(), "then": dict(Need.State.choices).get(state, state)},
                remedy=_("Möglich ist: %s.")
                % ", ".join(str(Need.State(item).label) for item in NEXT[current.state]),
            )
        )
    if state == Need.State.CONFIRMED and not current.findings.filter(removed=None).exists():
        found.append(
            errors.Finding(
                _("Ein Bedarf wird auf Grund von Befunden bestätigt; hier ist noch keiner verknüpft."),
                remedy=_("Verknüpfen Sie einen Befund aus dem Atlas oder aus einem Gespräch."),
            )
        )
    if state == Need.State.ADOPTED and not resolution:
        found.append(
            errors.Finding(
                _("Zu einem beschlossenen Bedarf gehört die Nummer der Vorlage oder des Protokolls."),
                remedy=_("Tragen Sie sie unter „Vorlage oder Protokoll“ ein."),
            )
        )
    if decided > date.today():  # noqa: DTZ011 - a day, not a moment
        found.append(errors.Finding(_("Das Datum der Entscheidung liegt in der Zukunft.")))
    if found:
        raise SozialraumError(found)
    decision = NeedDecision.objects.create(
        need=current, state=state, decided=decided, body=body, reason=reason, resolution=resolution, actor=actor
    )  # fmt: skip
    records.change(current, actor, {"state": state}, note=f"{body}: {reason}"[:500])
    return decision
