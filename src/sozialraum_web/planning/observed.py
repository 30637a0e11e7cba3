"""What was observed in the area of a measure since it began, beside areas that were similar then (Beobachtete Entwicklung)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sozialraum import periods
from sozialraum.products import catalogue as catalogues
from sozialraum.products.values import Value
from sozialraum.spatial import similar
from sozialraum_web.atlas import alike
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning.models import LogicStep, Measure

SHOWN = 3
NUMBER = 5


@dataclass(frozen=True)
class Observed:
    """One indicator in one area: the library's sentence, the areas it was compared with, and why these."""

    indicator: str
    area: str
    sentence: str
    similar: str
    distinct: bool


def observed(place: Place, measure: Measure) -> list[Observed]:
    """For each indicator a measure aims at and each of its areas; empty without indicator, area or start."""
    if measure.start is None:
        return []
    wanted = list(dict.fromkeys(step.indicator for step in measure.steps.all() if step.indicator and step.step == LogicStep.Step.AREA))  # fmt: skip
    areas = [found for row in measure.areas.all() if (found := place.catalogue.area(row.level, row.code))]
    codes = {area.code for area in areas}
    return [
        told
        for id in wanted
        if id in place.catalogue.indicators
        for area in areas[:SHOWN]
        if (told := _observed(place, id, area, measure.start.isoformat(), codes)) is not None
    ]


def _observed(
    place: Place, indicator: str, area: catalogues.Area, start: str, taking_part: Collection[str]
) -> Observed | None:
    from sozialraum.effects.observed import development

    item = place.catalogue.indicators[indicator]
    matches = similar_at(place, area, start, taking_part)
    if not matches:
        return Observed(item.label, area.name, _("Auf dieser Ebene gibt es zu wenige Gebiete, um ähnliche zu finden."), "", False)  # fmt: skip
    keys = [(area.level, area.code), *((match.level, match.code) for match in matches)]
    rows: dict[str, list[Value]] = defaultdict(list)
    for value in queries.series(place.release.folder, indicator, keys):
        rows[value.area].append(value)
    unit = _("Prozentpunkte") if item.unit == "%" else item.unit
    found = development(
        rows[area.code], [rows[match.code] for match in matches], start, unit=unit, polarity=item.polarity
    )
    names = ", ".join(match.name for match in matches)
    distinct = found.result is not None and found.result.distinct
    return Observed(item.label, area.name, found.sentence, names, distinct)


def similar_at(
    place: Place, area: catalogues.Area, start: str, taking_part: Collection[str]
) -> list[catalogues.Area]:
    """The areas most similar before a measure began, without those it works in itself.

    What came later must not choose the comparison, so every indicator counts with its newest value before the start.
    """
    begin = periods.parse(start).start
    newest: dict[str, str] = {}
    for value in queries.area_values(place.release.folder, area.version, area.level, area.code):
        known = newest.get(value.indicator)
        earlier = periods.parse(value.period).end < begin
        if earlier and (known is None or periods.parse(value.period) > periods.parse(known)):
            newest[value.indicator] = value.period
    table = alike.sheet(place, area.version, area.level, newest, alike.usable(place))
    rows = [
        (other, values)
        for other, values in zip(table.areas, table.values, strict=True)
        if other.code == area.code or other.code not in taking_part
    ]
    codes = [other.code for other, _values in rows]
    if len(rows) < alike.FEWEST or area.code not in codes or not table.indicators:
        return []
    found = similar.by_distance([values for _other, values in rows], codes.index(area.code), number=NUMBER)
    return [rows[match.area][0] for match in found.matches]
