"""Age structure from the released counts (Alterspyramide aus den Grundzahlen)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.tables import Status
from sozialraum_ui.parts import Cell, Column, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place
from sozialraum_web.monitoring.catalogue import Area
from sozialraum_web.monitoring.queries import AgeCount, AgeTable

VARIABLE = "einwohner"
_BAND = re.compile(r"(\d+)(?:-(\d+)|\+)")


def figure(place: Place, area: Area) -> dict[str, Any] | None:
    """Pyramid, words and table of an area; None where the release holds no age table for it."""
    folder, whole = place.release.folder, place.catalogue.whole
    own = queries.age_table(folder, VARIABLE, area.version, area.level, area.code)
    if not own.cells:
        return None
    beside = area != whole
    town = queries.age_table(folder, VARIABLE, area.version, whole.level, whole.code) if beside else None
    drawn = bands(own, town)
    label = place.catalogue.town.name if beside else ""
    line = f" Linie: {label}." if label else ""
    when = periods.label(own.period)
    return {
        "chart": draw.pyramid(drawn, reference_label=label, title=f"Altersaufbau von {area.name}, {when}")
        if drawn
        else None,
        "title": "Altersaufbau",
        "subtitle": f"Anteil an allen Personen in %, {when}.{line}",
        "text": draw.pyramid_text(drawn) if drawn else "",
        "table": table(area.name, own.period, own.cells),
    }


def parse_band(text: str) -> tuple[int, int | None] | None:
    """`0-2` → (0, 2), `85+` → (85, None); None for anything else."""
    match = _BAND.fullmatch(text)
    if match is None:
        return None
    return int(match[1]), int(match[2]) if match[2] else None


def _ordered(cells: Iterable[AgeCount]) -> list[str]:
    known = {cell.age: found for cell in cells if (found := parse_band(cell.age))}
    return sorted(known, key=lambda age: known[age][0])


def bands(own: AgeTable, town: AgeTable | None) -> list[draw.Band]:
    """Bands in per cent of all persons; a hidden cell has no share, without a total there are no bands."""
    shares = _shares(own)
    beside = _shares(town) if town else {}
    spans = [(age, span) for age in _ordered(own.cells) if (span := parse_band(age))]
    return [
        draw.Band(
            *span,
            shares[age, "m"],
            shares[age, "w"],
            beside.get((age, "m")),
            beside.get((age, "w")),
            Status.OK if None not in (shares[age, "m"], shares[age, "w"]) else Status.SUPPRESSED,
        )
        for age, span in spans
        if (age, "m") in shares and (age, "w") in shares
    ]


def _shares(ages: AgeTable) -> dict[tuple[str, str], float | None]:
    if not ages.total:
        return {}
    return {
        (cell.age, cell.sex): None if cell.count is None else 100 * cell.count / ages.total
        for cell in ages.cells
    }


def table(name: str, period: str, cells: Sequence[AgeCount]) -> Table:
    """The same counts as a table, hidden cells with their sign."""
    found = {(cell.age, cell.sex): cell for cell in cells}
    rows = [
        TableRow([Cell(f"{age} Jahre"), *(_count(found.get((age, sex))) for sex in ("m", "w"))])
        for age in _ordered(cells)
    ]
    columns = [Column("Alter"), Column("männlich", numeric=True), Column("weiblich", numeric=True)]
    return Table(f"Altersaufbau von {name}, {periods.label(period)}, Personen", columns, rows)


def _count(cell: AgeCount | None) -> Cell:
    if cell is None:
        return Cell(draw.STATUS_SIGNS[Status.MISSING], status=Status.MISSING)
    return Cell(draw.value_text(cell.count, cell.status, decimals=0), sort=cell.count, status=cell.status)
