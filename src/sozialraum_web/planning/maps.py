"""Measures on the map: how many in each area (Karte der Maßnahmen)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from sozialraum.products import draw
from sozialraum.products.draw import AreaMark, Markup
from sozialraum_ui.parts import Cell, Column, Row, Table
from sozialraum_web.atlas.borders import borders
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning.models import Measure
from sozialraum_web.records.models import Area

LIMITS = (0.5, 1.5, 3.5, 6.5)


@dataclass(frozen=True)
class MeasureMap:
    """The map, None without geometry, and the same as a table."""

    map: Markup | None
    table: Table
    elsewhere: int


def measure_map(place: Place, rows: Any, url: str) -> MeasureMap:
    """Number of measures per area of the finest level; those of larger areas or of the whole town are counted apart."""
    keys = rows.values("pk")
    links = Measure.areas.through.objects.filter(measure__in=keys)
    counted = dict(links.values_list("area").annotate(n=Count("measure")))
    areas = {area.pk: area for area in Area.objects.filter(pk__in=counted)}
    version, finest = place.catalogue.current_version, place.catalogue.version().levels[0]
    here = {
        area.code: counted[pk]
        for pk, area in areas.items()
        if area.level == finest.id and area.version == version
    }
    table_rows = sorted(
        ((area, counted[pk]) for pk, area in areas.items()), key=lambda item: (-item[1], item[0].name)
    )
    found = borders(place, version, finest.id)
    drawn = None
    if found is not None:
        marks = [
            AreaMark(
                area.code,
                draw.class_of(float(here.get(area.code, 0)), LIMITS),
                "ok",
                _("%s Maßnahmen") % here.get(area.code, 0),
                f"{url}?gebiet={area.level}:{area.code}",
            )
            for area in place.catalogue.members(finest.id)
        ]
        drawn = draw.choropleth(
            found.layer,
            marks,
            title=_("Maßnahmen je Gebiet"),
            description=_("Dieselben Zahlen stehen in der Tabelle daneben."),
            key="massnahmen",
            **found.drawing,
        )
    elsewhere = (
        links.filter(area__in=[pk for pk, area in areas.items() if area.level != finest.id])
        .values("measure")
        .distinct()
        .count()
    )
    columns = [
        Column(_("Gebiet"), sort="text"),
        Column(_("Ebene")),
        Column(_("Maßnahmen"), numeric=True, sort="number"),
    ]
    body = [
        Row(
            [
                Cell(area.name, sort=area.name, href=f"{url}?gebiet={area.key}"),
                Cell(_level(place, area)),
                Cell(str(number), sort=number),
            ]
        )
        for area, number in table_rows
    ]
    return MeasureMap(drawn, Table(_("Maßnahmen je Gebiet"), columns, body), elsewhere)


def _level(place: Place, area: Area) -> str:
    level = place.catalogue.level(area.level)
    return level.label if level else area.level
