"""Where money goes and where need is (Mittel je Gebiet gegen Bedarf)."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Min
from django.http import HttpResponse
from django.utils.translation import gettext as _

from sozialraum import periods
from sozialraum.products import draw
from sozialraum_ui.parts import Cell, Column, Row, Table
from sozialraum_web.atlas.frame import area_address
from sozialraum_web.planning import money, permissions
from sozialraum_web.planning.frame import Desk, desk, render
from sozialraum_web.planning.models import Funding


@desk(permissions.can_read_all)
def money_page(here: Desk) -> HttpResponse:
    """Euros per area and per resident beside an indicator of need."""
    query = here.request.GET
    offered = money.levels(here.place)
    level = query.get("ebene", "") if query.get("ebene", "") in offered else offered[0]
    own = Funding.objects.filter(measure__municipality=here.place.municipality, measure__removed=None)
    ends = own.aggregate(Min("year"), Max("year"))
    this = date.today().year  # noqa: DTZ011
    years = list(range(ends["year__min"] or this, (ends["year__max"] or this) + 1))[-12:]
    asked = query.get("jahr", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in years else min(this, years[-1])
    found = money.compare(here.place, here.reader, year, level, query.get("kennzahl", ""))
    judged = [
        item for item in here.place.catalogue.plain_indicators if item.compares and item.polarity != "neutral"
    ]
    context = {
        "question": _("Geht das Geld dorthin, wo der Bedarf ist?"),
        "found": found,
        "table": table(here, found),
        "years": years,
        "year": year,
        "levels": [
            (item.id, item.label) for item in here.place.catalogue.version().levels if item.id in offered
        ],
        "level": level,
        "indicators": here.place.catalogue.by_topic(judged),
        "period": periods.label(found.period) if found.period else "",
        "total": draw.whole(found.total),
        "citywide": draw.whole(found.citywide),
        "departments": [(name, draw.whole(amount)) for name, amount in found.departments],
        "sources": [(name, draw.whole(amount)) for name, amount in found.sources],
        "pooled": [(name, number, draw.whole(amount)) for name, number, amount in found.pooled],
    }
    return render(
        here,
        "planning/money.html",
        "mittel",
        _("Mittel"),
        context,
        indicators=[found.indicator.id] if found.indicator else [],
    )


def table(here: Desk, found: money.Comparison) -> Table:
    """One row per area."""
    item = found.indicator
    columns = [
        Column(_("Gebiet"), sort="text"),
        Column(_("Mittel in Euro"), numeric=True, sort="number"),
        Column(_("Euro je Einwohnerin und Einwohner"), numeric=True, sort="number"),
        Column(
            f"{item.name} {item.column_unit}".strip() if item else _("Kennzahl"), numeric=True, sort="number"
        ),
        Column(_("95-%-Intervall")),
        *([Column(_("Klasse im Index"), sort="text")] if found.index else []),
        Column(_("bestätigte Bedarfe"), numeric=True, sort="number"),
    ]
    from sozialraum.products import layers

    rows = [
        Row(
            [
                Cell(line.area.name, sort=line.area.name, href=area_address(here.place, line.area)),
                Cell(draw.whole(line.euros) if line.euros else "–", sort=line.euros),
                Cell(money.euro_words(line.per_head), sort=line.per_head),
                Cell(money.value_words(line, item), sort=line.value.value if line.value and line.value.shown else None, status=line.value.status if line.value else "missing"),
                Cell(layers.interval_text(line.value, item) if item else ""),
                *([Cell(line.index_class or _("nicht bewertet"), sort=line.index_class)] if found.index else []),
                Cell(str(line.needs or "–"), sort=line.needs, href=here.url("bedarfe") if line.needs else ""),
            ]
        )
        for line in found.lines
    ]  # fmt: skip
    return Table(_("Mittel und Bedarf je Gebiet"), columns, rows)
