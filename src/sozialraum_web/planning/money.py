"""Money and need per area side by side (Mittel je Gebiet gegen Bedarf)."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, FloatField, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from sozialraum import periods
from sozialraum.products import draw, layers, sentences
from sozialraum.products.catalogue import Area as CatalogueArea
from sozialraum.products.catalogue import Index, Indicator
from sozialraum.products.values import Value
from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning.models import Funding, Measure, Need
from sozialraum_web.planning.permissions import Reader, visible
from sozialraum_web.records.models import Area

# so far from the middle an area must stand before a sentence names it
APART: Final = 1.3
NAMED: Final = 3


@dataclass(frozen=True)
class Line:
    """An area: euros, residents, euros per resident, the need indicator, class of the newest index, confirmed needs."""

    area: CatalogueArea
    euros: float
    residents: float | None
    value: Value | None
    needs: int
    index_class: str = ""

    @property
    def per_head(self) -> float | None:
        """Euros per resident, None where the number of residents is not shown."""
        return self.euros / self.residents if self.residents else None


@dataclass(frozen=True)
class Comparison:
    """All areas of a level, what could not be placed, departments and sources, and the sentence."""

    lines: tuple[Line, ...]
    citywide: float
    total: float
    indicator: Indicator | None
    period: str
    sentence: str
    departments: tuple[tuple[str, float], ...]
    sources: tuple[tuple[str, float], ...]
    pooled: tuple[tuple[str, int, float], ...]
    index: Index | None = None


def compare(place: Place, reader: Reader, year: int, level: str, indicator: str) -> Comparison:
    """Money of a year per area of a level beside the need indicator."""
    measures = visible(Measure.objects.all(), reader)
    euros = per_area(place, reader, year, level)
    citywide = float(euros.pop("", 0.0))
    item = place.catalogue.indicators.get(indicator) or place.catalogue.opening
    values, period = _values(place, item, level)
    residents = _residents(place, level)
    needs = _needs(place, reader, level)
    index = newest_index(place, level)
    classes = _classes(place, index)
    lines = tuple(
        Line(
            area,
            euros.get(area.code, 0.0),
            residents.get(area.code),
            values.get(area.code),
            needs.get(area.code, 0),
            classes.get(area.code, ""),
        )
        for area in place.catalogue.members(level)
    )
    total = float(
        Funding.objects.filter(measure__in=measures, year=year).aggregate(t=Sum("amount"))["t"] or 0
    )
    return Comparison(
        lines,
        citywide,
        total,
        item,
        period,
        sentence(lines, item),
        _by(measures, year, "department__title", _("ohne Angabe")),
        tuple((str(Funding.Source(key).label), amount) for key, amount in _by(measures, year, "source", "")),
        _pooled(measures, year),
        index,
    )


def newest_index(place: Place, level: str) -> Index | None:
    """The newest index edition that rates the areas of a level in today's Gebietsstand; None where there is none."""
    rating = [
        index
        for index in place.catalogue.indices.values()
        if index.level == level and index.version == place.catalogue.current_version
    ]
    return max(rating, key=lambda index: (periods.parse(index.period), index.id), default=None)


def _classes(place: Place, index: Index | None) -> dict[str, str]:
    """The published class of every area the edition rates, by code."""
    if index is None:
        return {}
    rows = queries.layer(place.release.folder, f"{index.id}_status", index.version, index.level, index.period)
    return {code: row.class_ for code, row in rows.items() if row.class_}


def per_area(place: Place, reader: Reader, year: int, level: str) -> dict[str, float]:
    """Euros per area code of a level; key "" is what concerns larger areas or the whole town.

    Money of a measure is split evenly over its areas; areas below the level are added up into it.
    """
    measures = visible(Measure.objects.all(), reader)
    sums = Funding.objects.filter(measure__in=measures, year=year).order_by()
    money = dict(sums.values_list("measure").annotate(t=Cast(Sum("amount"), FloatField())))
    links = Measure.areas.through.objects.filter(measure__in=measures).values_list("measure", "area")
    pairs = [(measure, area) for measure, area in links if measure in money]
    number = Counter(measure for measure, _area in pairs)
    areas = {row.pk: row for row in Area.objects.filter(municipality=reader.municipality)}
    own = {pk: _code_on(place, row, level) for pk, row in areas.items()}
    found: dict[str, float] = defaultdict(float)
    for measure, area in pairs:
        found[own.get(area, "")] += money[measure] / number[measure]
    found[""] += sum(euros for measure, euros in money.items() if measure not in number)
    return dict(found)


def _code_on(place: Place, row: Area, level: str) -> str:
    """The area of a level that contains a row; empty for larger areas."""
    area = place.catalogue.area(row.level, row.code, row.version if row.version in {v.id for v in place.catalogue.versions} else "")  # fmt: skip
    while area is not None and area.level != level:
        area = place.catalogue.parent(area)
    return area.code if area else ""


def _values(place: Place, item: Indicator | None, level: str) -> tuple[Mapping[str, Value], str]:
    if item is None:
        return {}, ""
    version = place.catalogue.current_version
    offered = queries.available_periods(place.release.folder, item.id, version, level)
    if not offered:
        return {}, ""
    return queries.layer(place.release.folder, item.id, version, level, offered[-1]), offered[-1]


def _residents(place: Place, level: str) -> dict[str, float]:
    item = next((entry for entry in place.catalogue.plain_indicators if sentences.is_population(entry)), None)
    values, _period = _values(place, item, level)
    return {code: row.value for code, row in values.items() if row.shown and row.value}


def _needs(place: Place, reader: Reader, level: str) -> dict[str, int]:
    rows = visible(Need.objects.filter(state__in=(Need.State.CONFIRMED, Need.State.ADOPTED)), reader)
    links = Need.areas.through.objects.filter(need__in=rows).values_list("need", "area")
    areas = {row.pk: row for row in Area.objects.filter(municipality=reader.municipality)}
    found: dict[str, set[int]] = defaultdict(set)
    for need, area in links:
        found[_code_on(place, areas[area], level)].add(need)
    return {code: len(needs) for code, needs in found.items()}


def _by(measures: QuerySet[Measure], year: int, name: str, empty: str) -> tuple[tuple[str, float], ...]:
    rows = (
        Funding.objects.filter(measure__in=measures, year=year)
        .values_list(name)
        .annotate(t=Sum("amount"))
        .order_by("-t")
    )
    return tuple((str(key or empty), float(amount)) for key, amount in rows[:12])


def _pooled(measures: QuerySet[Measure], year: int) -> tuple[tuple[str, int, float], ...]:
    """Measures paid from the budgets of several departments: title, number, euros."""
    rows = (
        Funding.objects.filter(measure__in=measures, year=year)
        .values("measure__title", "measure__number")
        .annotate(n=Count("department", distinct=True), t=Sum("amount"))
        .filter(n__gt=1)
        .order_by("-t")
    )
    return tuple((row["measure__title"], row["measure__number"], float(row["t"])) for row in rows[:12])


def sentence(lines: Sequence[Line], item: Indicator | None) -> str:
    """Where money and need part ways, with the limits of saying so; empty where nothing can be compared."""
    ready = [
        line for line in lines if line.per_head is not None and line.value is not None and line.value.shown
    ]
    if item is None or item.polarity == "neutral" or len(ready) < NAMED:
        return ""
    heads = statistics.median(line.per_head or 0.0 for line in ready)
    values = statistics.median(line.value.value or 0.0 for line in ready if line.value)
    worse_high = item.polarity == "higher_worse"

    def burdened(line: Line) -> bool:
        value = line.value.value or 0.0 if line.value else 0.0
        return value > values * APART if worse_high else value < values / APART

    little = [line for line in ready if burdened(line) and (line.per_head or 0.0) * APART < heads]
    if heads == 0:
        little = [line for line in ready if burdened(line) and not line.euros]
    limits = _(
        "Das ist ein Hinweis, kein Urteil: Gezählt sind nur Maßnahmen dieses Registers, Mittel mehrerer Gebiete sind gleichmäßig "
        "verteilt, Regelangebote fehlen, und die Kennzahl misst nicht jeden Bedarf."
    )
    if not little:
        return _("Kein Gebiet mit ungünstigem Wert liegt bei den Mitteln je Einwohnerin und Einwohner deutlich unter der Mitte. %s") % limits  # fmt: skip
    ordered = sorted(little, key=lambda line: line.per_head or 0.0)
    names = ", ".join(line.area.name for line in ordered[:NAMED])
    more = _(" und %s weitere") % (len(ordered) - NAMED) if len(ordered) > NAMED else ""
    return _("Mittel und Bedarf gehen auseinander in %(names)s%(more)s: „%(indicator)s“ ist dort deutlich ungünstiger als in der Mitte der Gebiete, die Mittel je Kopf liegen deutlich darunter. %(limits)s") % {"names": names, "more": more, "indicator": item.name, "limits": limits}  # fmt: skip


def value_words(line: Line, item: Indicator | None) -> str:
    """The need indicator of a line in words."""
    return layers.value_text(line.value, item, unit=False) if item else ""


def euro_words(value: float | None) -> str:
    """Euros as people read them; dash where the number of residents is not shown."""
    return "–" if value is None else draw.number(value, 2)


def levels(place: Place) -> list[str]:
    """Levels below the municipality, coarsest first."""
    return [
        level.id for level in reversed(place.catalogue.version().levels) if level.id != MUNICIPALITY_LEVEL
    ]
