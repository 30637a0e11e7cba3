"""Age structure from the released counts (Alterspyramide aus den Grundzahlen)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sozialraum import periods
from sozialraum.products import ages, draw
from sozialraum.products.catalogue import Area
from sozialraum.products.values import AgeCount
from sozialraum.tables import Status
from sozialraum.words import say
from sozialraum_ui.parts import Cell, Column, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place

VARIABLE = "einwohner"


def figure(place: Place, area: Area) -> dict[str, Any] | None:
    """Pyramid, words and table of an area; None where the release holds no age table for it."""
    folder, whole = place.release.folder, place.catalogue.whole
    own = queries.age_table(folder, VARIABLE, area.version, area.level, area.code)
    if not own.cells:
        return None
    beside = area != whole
    town = queries.age_table(folder, VARIABLE, area.version, whole.level, whole.code) if beside else None
    drawn = ages.bands(own, town)
    label = place.catalogue.town.name if beside else ""
    line = say(" Linie: {label}.", label=label) if label else ""
    when = periods.label(own.period)
    return {
        "chart": draw.pyramid(
            drawn,
            reference_label=label,
            title=say("Altersaufbau von {area}, {when}", area=area.name, when=when),
        )
        if drawn
        else None,
        "title": say("Altersaufbau"),
        "subtitle": say("Anteil an allen Personen in %, {when}.{line}", when=when, line=line),
        "text": draw.pyramid_text(drawn) if drawn else "",
        "table": table(area.name, own.period, own.cells),
    }


def table(name: str, period: str, cells: Sequence[AgeCount]) -> Table:
    """The same counts as a table, hidden cells with their sign."""
    found = {(cell.age, cell.sex): cell for cell in cells}
    rows = [
        TableRow([Cell(say("{age} Jahre", age=age)), *(_count(found.get((age, sex))) for sex in ("m", "w"))])
        for age in ages.ordered(cells)
    ]
    columns = [
        Column(say("Alter")),
        Column(say("männlich"), numeric=True),
        Column(say("weiblich"), numeric=True),
    ]
    return Table(
        say("Altersaufbau von {name}, {period}, Personen", name=name, period=periods.label(period)),
        columns,
        rows,
    )


def _count(cell: AgeCount | None) -> Cell:
    if cell is None:
        return Cell(draw.STATUS_SIGNS[Status.MISSING], status=Status.MISSING)
    return Cell(draw.value_text(cell.count, cell.status, decimals=0), sort=cell.count, status=cell.status)
