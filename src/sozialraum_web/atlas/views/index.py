"""Index editions: matrix of status and dynamics, map, least stable areas, method (Index)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.catalogue import Index
from sozialraum.products.draw import AreaMark, Markup
from sozialraum.products.values import Value
from sozialraum.words import Words, mark, say
from sozialraum_ui.parts import Cell, Column, Link, Table
from sozialraum_ui.parts import Row as TableRow
from sozialraum_web.atlas import class_changes, contributions
from sozialraum_web.atlas.borders import borders
from sozialraum_web.atlas.editions import NO_DYNAMIC, Edition, Rated, read
from sozialraum_web.atlas.frame import address, area_address, frame, used_sources
from sozialraum_web.atlas.page import answer
from sozialraum_web.monitoring.access import NotFound, Place, enter

LEAST_STABLE = 15
GAP_RULES = Words(
    {
        "all": mark("Das Gebiet wird nicht bewertet."),
        "available": mark("Bewertet wird mit den Bestandteilen, die vorliegen."),
    }
)


def index_list(request: HttpRequest, kommune: str) -> HttpResponse:
    """All editions."""
    place = enter(request, kommune)
    return answer(request, place, "atlas/indices.html", partial(list_context, place))


def list_context(place: Place) -> dict[str, Any]:
    """Template context of the list of editions."""
    ordered = sorted(place.catalogue.indices.values(), key=lambda index: index.edition, reverse=True)
    known = place.catalogue.indicators
    parts = [
        known[item.indicator] for found in ordered for item in found.components if item.indicator in known
    ]
    return {
        **frame(place, "index", trail=[(say("Index"), "")], sources=used_sources(place.catalogue, parts)),
        "empty_links": [
            Link(say("Zum Atlas"), address(place, "atlas")),
            Link(say("Alle Kennzahlen"), address(place, "kennzahlen")),
        ],
        "editions": [teaser(read(place, found), with_map=not number) for number, found in enumerate(ordered)],
    }


def teaser(edition: Edition, *, with_map: bool) -> dict[str, Any]:
    """An edition at a glance: matrix, stability and, for the newest, the map."""
    found = edition.index
    level = edition.place.catalogue.level(found.level, found.version)
    own = address(edition.place, "index", found.id)
    return {
        "index": found,
        "url": own,
        "period": periods.label(found.period) if found.period else "",
        "plural": (level.plural or level.label) if level else say("Gebiete"),
        "rated": len(edition.rated),
        "areas": len(edition.areas),
        "unstable": len(edition.unstable),
        "knows_stability": edition.knows_stability,
        "matrix": draw.matrix_table(fields(edition, own, None), edition.rows, edition.columns),
        "map": draw_map(edition, None) if with_map else None,
    }


def index(request: HttpRequest, kommune: str, ausgabe: str) -> HttpResponse:
    """One edition."""
    place = enter(request, kommune)
    found = place.catalogue.indices.get(ausgabe)
    if found is None:
        raise NotFound(
            say("Eine Index-Ausgabe „{ausgabe}“ gibt es in dieser Freigabe nicht.", ausgabe=ausgabe[:60]),
            say("Alle Ausgaben stehen in der Übersicht."),
            ((say("Alle Ausgaben"), address(place, "index")),),
        )
    edition = read(place, found)
    chosen = _field(request.GET.get("feld", ""), edition)
    return answer(request, place, "atlas/index.html", partial(context, edition, chosen))


def _field(text: str, edition: Edition) -> tuple[int, int] | None:
    """The field of the matrix an address chooses, `2-1` for second row, first column."""
    if not text:
        return None
    row, _, column = text.partition("-")
    fits = row.isascii() and row.isdigit() and column.isascii() and column.isdigit() and len(text) < 8
    if fits and 1 <= int(row) <= len(edition.rows) and 1 <= int(column) <= len(edition.columns):
        return int(row) - 1, int(column) - 1
    raise NotFound(
        say("Ein Feld „{text_}“ hat diese Matrix nicht.", text_=text[:20]),
        say("Wählen Sie ein Feld in der Matrix."),
        ((say("Zur Ausgabe"), address(edition.place, "index", edition.index.id)),),
    )


def context(edition: Edition, chosen: tuple[int, int] | None) -> dict[str, Any]:
    """Template context of an edition."""
    place, found = edition.place, edition.index
    level = place.catalogue.level(found.level, found.version)
    rated, unstable = edition.rated, edition.unstable
    components = [place.catalogue.indicators.get(item.indicator) for item in found.components]
    own = address(place, "index", found.id)
    return {
        **frame(
            place,
            "index",
            trail=[(say("Index"), address(place, "index")), (found.title, "")],
            sources=used_sources(place.catalogue, [item for item in components if item]),
        ),
        "index": found,
        "status_id": f"{found.id}_status",
        "level": level,
        "plural": (level.plural or level.label) if level else say("Gebiete"),
        "period": periods.label(found.period) if found.period else "",
        "rated": rated,
        "unstable": unstable,
        "knows_stability": edition.knows_stability,
        "without_dynamics": sum(1 for item in rated if edition.field(item) is None),
        "unrated": sum(1 for item in edition.areas if not item.status_class),
        "total": len(edition.areas),
        "groups": groups(edition),
        "empty_links": [
            Link(say("Zum Atlas"), address(place, "atlas")),
            Link(say("Methoden"), address(place, "methoden")),
        ],
        "near": [
            (Link(item.area.name, area_address(place, item.area)), item.status_class, percent(item.share))
            for item in unstable
        ],
        "matrix": draw.matrix_table(fields(edition, own, chosen), edition.rows, edition.columns),
        "map": draw_map(edition, chosen),
        "legend": legend(edition),
        "chosen": chosen_field(edition, chosen, own),
        "least_stable": least_stable(edition, unstable),
        "contributions": contributions.table(edition, contributions.read(edition), inside(edition, chosen)),
        "contributions_shown": contributions.SHOWN,
        "changes": class_changes.since_earlier(edition),
        "first_class": edition.rows[0] if edition.rows else "",
        "last_class": edition.rows[-1] if edition.rows else "",
        "table": table(edition),
        "weights": weights(edition),
        "limits": limits(found),
        "gap_rule": GAP_RULES.get(found.gap_rule, found.gap_rule),
        "others": [
            Link(other.title, address(place, "index", other.id))
            for other in place.catalogue.indices.values()
            if other.id != found.id
        ],
        "atlas_url": address(place, "atlas", ebene=found.level),
    }


def fields(edition: Edition, own: str, chosen: tuple[int, int] | None) -> list[draw.Field]:
    """Every field of the matrix with its number of areas."""
    counts: Counter[tuple[int, int]] = Counter()
    unstable: Counter[tuple[int, int]] = Counter()
    for item in edition.areas:
        place = edition.field(item)
        if place is not None:
            counts[place] += 1
            unstable[place] += item.unstable
    return [
        draw.Field(
            edition.rows[row],
            edition.columns[column],
            counts[row, column],
            unstable[row, column],
            own if chosen == (row, column) else f"{own}?feld={row + 1}-{column + 1}",
            chosen == (row, column),
        )
        for row in range(len(edition.rows))
        for column in range(len(edition.columns))
    ]


def field_words(edition: Edition, place: tuple[int, int]) -> str:
    """A field in words."""
    row, column = edition.rows[place[0]], edition.columns[place[1]]
    return (
        say("Status {row}", row=row)
        if column == NO_DYNAMIC
        else say("Status {row}, Dynamik {column}", row=row, column=column)
    )


def words(edition: Edition, item: Rated) -> str:
    """The rating of an area in words."""
    place = edition.field(item)
    if place is not None:
        suffix = say(", nah an einer Klassengrenze") if item.unstable else ""
        return field_words(edition, place) + suffix
    if item.status_class:
        return say("Status {status_class}", status_class=item.status_class)
    return say("nicht bewertet: {why}", why=item.why)


def area_mark(edition: Edition, item: Rated, chosen: tuple[int, int] | None) -> AreaMark:
    """What an area shows on the map; with a chosen field the others step back."""
    place = edition.field(item)
    hidden = place is None or (chosen is not None and place != chosen)
    css = "qn" if hidden or place is None else draw.field_css(*place)
    status = "unreliable" if item.unstable and not hidden else "ok"
    if place is None and not item.status_class:
        status = "not_meaningful"
    return AreaMark(item.area.code, css, status, words(edition, item), area_address(edition.place, item.area))


def draw_map(edition: Edition, chosen: tuple[int, int] | None) -> Markup | None:
    """The map of the classes, or None without geometry."""
    found = borders(edition.place, edition.index.version, edition.index.level)
    if found is None:
        return None
    return draw.choropleth(
        found.layer,
        [area_mark(edition, item, chosen) for item in edition.areas],
        title=edition.index.title,
        description=say("Farben wie in der Matrix; die Tabelle unten nennt jedes Gebiet."),
        **found.drawing,
    )


def legend(edition: Edition) -> list[dict[str, Any]]:
    """States the matrix does not show, with their number of areas."""
    unrated = len(edition.areas) - len(edition.rated)
    entries = [
        (say("nah an einer Klassengrenze"), len(edition.unstable), "b32", "unreliable"),
        (say("nicht bewertet"), unrated, "qn", "not_meaningful"),
    ]
    return [
        {"text": text, "count": count, "swatch": draw.swatch(css, status, identity=f"legende-{status}")}
        for text, count, css, status in entries
        if count
    ]


def inside(edition: Edition, chosen: tuple[int, int] | None) -> list[Rated] | None:
    """The areas of the chosen field; None where none is chosen."""
    return None if chosen is None else [item for item in edition.areas if edition.field(item) == chosen]


def chosen_field(edition: Edition, chosen: tuple[int, int] | None, own: str) -> dict[str, Any] | None:
    """The areas of the chosen field, and the way back."""
    found = inside(edition, chosen)
    if chosen is None or found is None:
        return None
    return {
        "text": say(
            "nur {chosen}: {found} von {areas} Gebieten",
            chosen=field_words(edition, chosen),
            found=len(found),
            areas=len(edition.areas),
        ),
        "links": [Link(say("Zurücksetzen"), own)],
        "areas": [
            {
                "label": item.area.name,
                "url": area_address(edition.place, item.area),
                "key": f"{item.area.level}:{item.area.code}",
            }
            for item in found
        ],
    }


def _figure(value: Value | None) -> str:
    return "" if value is None or not value.shown else draw.number(value.value or 0, 2)


def percent(share: float | None) -> str:
    """A share of variants in whole per cent; under one rounds down, so that nothing unstable reads 100 %."""
    return "" if share is None else draw.number(math.floor(100 * share + 1e-9), 0, unit="%")


def _rank(value: Value | None) -> str:
    return "" if value is None or not value.shown else draw.rank_text(value.lower, value.upper)


def _status(value: Value | None) -> str:
    return "ok" if value is None else value.status


def least_stable(edition: Edition, unstable: Sequence[Rated]) -> Table:
    """The areas whose class hangs most on the way of computing."""
    columns = [
        Column(_level_label(edition)),
        Column(say("Status"), css="nw"),
        Column(say("Statusindex zwischen den Klassengrenzen"), css="c-spine"),
        Column(say("Rang"), numeric=True),
        Column(say("behält die Klasse in"), numeric=True),
    ]
    known = [item.status.value for item in edition.rated if item.status and item.status.value is not None]
    rows = [
        TableRow(
            [
                Cell(item.area.name, href=area_address(edition.place, item.area)),
                Cell(item.status_class),
                Cell(_figure(item.status), markup=_between_limits(edition, item, known)),
                Cell(_rank(item.rank)),
                Cell(percent(item.share)),
            ],
            code=item.area.code,
        )
        for item in unstable[:LEAST_STABLE]
    ]
    return Table(say("Gebiete, deren Klasse am meisten von der Rechenweise abhängt"), columns, rows)


def _between_limits(edition: Edition, item: Rated, known: Sequence[float]) -> Markup | str:
    value = item.status.value if item.status is not None and item.status.shown else None
    limits = [entry.upper for entry in edition.index.status_classes if entry.upper is not None]
    if value is None or not limits:
        return ""
    return draw.between_limits(value, limits, draw.Scale(min(*known, *limits), max(*known, *limits)))


def groups(edition: Edition) -> list[dict[str, Any]]:
    """Areas without a class, under the reason they share."""
    return [
        {
            "reason": reason,
            "count": len(items),
            "areas": [Link(item.area.name, area_address(edition.place, item.area)) for item in items],
        }
        for reason, items in edition.unrated.items()
    ]


def _level_label(edition: Edition) -> str:
    level = edition.place.catalogue.level(edition.index.level, edition.index.version)
    return level.label if level else say("Gebiet")


def table(edition: Edition) -> Table:
    """All areas of the edition."""
    columns = [
        Column(_level_label(edition), sort="text"),
        Column(say("gehört zu"), sort="text"),
        Column(say("Status"), sort="number"),
        Column(say("Statusindex"), numeric=True, sort="number"),
        Column(say("Rang"), numeric=True, sort="number"),
        Column(say("Dynamik"), sort="number"),
        Column(say("behält die Klasse in"), numeric=True, sort="number"),
        Column(say("Bemerkung")),
    ]
    return Table(
        edition.index.title,
        columns,
        [_row(edition, item) for item in edition.areas],
        id="alle-gebiete",
    )


def _row(edition: Edition, item: Rated) -> TableRow:
    parent = edition.place.catalogue.parent(item.area)
    status, rank = item.status, item.rank
    remark = words(edition, item) if not item.status_class else ""
    return TableRow(
        [
            Cell(item.area.name, sort=item.area.name, href=area_address(edition.place, item.area)),
            Cell(parent.name if parent else "", sort=parent.name if parent else ""),
            Cell(item.status_class, sort=_place(edition.rows, item.status_class)),
            Cell(
                _figure(status),
                sort=status.value if status and status.shown else None,
                status=_status(status),
            ),
            Cell(_rank(rank), sort=rank.value if rank and rank.shown else None),
            Cell(item.dynamic_class, sort=_place(edition.columns, item.dynamic_class)),
            Cell(percent(item.share), sort=item.share),
            Cell(remark),
        ],
        code=item.area.code,
    )


def _place(labels: Sequence[str], label: str) -> int | None:
    return labels.index(label) if label in labels else None


def weights(edition: Edition) -> Table:
    """The components and their weights."""
    known = edition.place.catalogue.indicators
    rows = [
        TableRow(
            [
                Cell(
                    item.label
                    or (known[item.indicator].label if item.indicator in known else item.indicator),
                    href=address(edition.place, "kennzahlen", item.indicator)
                    if item.indicator in known
                    else "",
                ),
                Cell(draw.number(item.weight, 2)),
            ]
        )
        for item in edition.index.components
    ]
    return Table(say("Bestandteile"), [Column(say("Kennzahl")), Column(say("Gewicht"), numeric=True)], rows)


def limits(found: Index) -> list[tuple[str, str]]:
    """Class limits in words."""
    kinds = ((say("Status"), found.status_classes), (say("Dynamik"), found.dynamic_classes))
    return [(kind, _limits(classes)) for kind, classes in kinds if classes]


def _limits(classes: Sequence[Any]) -> str:
    named = [
        say("{low} bis {high}", low=item.label, high=draw.number(item.upper, 2))
        if item.upper is not None
        else say("{item} darüber", item=item.label)
        for item in classes
    ]
    return ", ".join(named)
