"""The index and its classes over all areas: matrix, map, areas near a limit (Index und Typologie)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.catalogue import Area, Index
from sozialraum.products.report.chapters.kind import Kind, Part
from sozialraum.products.report.content import Block, Cell, Column, Figure, Note, Paragraph, Row, Table
from sozialraum.products.report.subject import Blocks, Settings, Subject
from sozialraum.products.values import Value
from sozialraum.tables import MUNICIPALITY_LEVEL

STABLE_FROM = 0.95
NO_DYNAMIC = "ohne Dynamik"


@dataclass(frozen=True)
class Rated:
    """One area in one edition; values are None where the release has none."""

    area: Area
    status: Value | None
    dynamic: Value | None
    rank: Value | None
    stability: Value | None

    @property
    def status_class(self) -> str:
        """The published word, empty when the area is not rated."""
        return self.status.class_ or "" if self.status else ""

    @property
    def dynamic_class(self) -> str:
        """The published word of the dynamics."""
        return self.dynamic.class_ or "" if self.dynamic else ""

    @property
    def share(self) -> float | None:
        """Share of the variants that keep the class."""
        return self.stability.value if self.stability is not None and self.stability.shown else None

    @property
    def unstable(self) -> bool:
        """Whether the class changes in more than one of twenty variants."""
        return bool(self.status_class) and self.share is not None and self.share < STABLE_FROM


def editions(subject: Subject) -> list[Index]:
    """Editions of the release, the newest last."""
    return sorted(subject.catalogue.indices.values(), key=lambda item: periods.parse(item.period))


def rated(subject: Subject, edition: Index) -> list[Rated]:
    """Every area of the edition's level with its classes."""
    layers = {
        kind: subject.holding.layer(f"{edition.id}_{kind}", edition.version, edition.level, edition.period)
        for kind in ("status", "dynamic", "status_rank", "status_stability")
    }
    return [
        Rated(
            area,
            layers["status"].get(area.code),
            layers["dynamic"].get(area.code),
            layers["status_rank"].get(area.code),
            layers["status_stability"].get(area.code),
        )
        for area in subject.catalogue.members(edition.level, edition.version)
    ]


def parts(subject: Subject, settings: Settings) -> Iterator[Part]:
    """One section per edition, or the newest alone."""
    found = editions(subject)
    for edition in found if settings.flag("alle_ausgaben") else found[-1:]:
        yield Part(edition.id, edition.title, about(subject, edition))


def about(subject: Subject, edition: Index) -> Blocks:
    """One edition: what it is, matrix, map, areas in the outer classes, how sure it is."""
    areas = rated(subject, edition)
    known = [item for item in areas if item.status_class]
    rows = [item.label for item in edition.status_classes]
    columns = [item.label for item in edition.dynamic_classes] or [NO_DYNAMIC]
    blocks: list[Block] = [Paragraph(edition.description)]
    if not known:
        return [*blocks, Note("Kein Gebiet ist in dieser Ausgabe bewertet.", "Was fehlt")]
    counted = Counter(item.status_class for item in known)
    told = ", ".join(f"{counted[label]} „{label}“" for label in rows if counted[label])
    unstable = [item for item in known if item.unstable]
    blocks.append(Paragraph(f"Von {len(areas)} Gebieten sind {len(known)} bewertet; nach Status: {told}."))
    blocks.append(_matrix(edition, known, rows, columns))
    drawn = _map(subject, edition, areas, rows, columns)
    blocks += [drawn] if drawn else []
    blocks.append(_table(edition, known, rows))
    if unstable:
        names = ", ".join(f"{item.area.name} ({draw.number(100 * (item.share or 0), 0, unit='%')})" for item in sorted(unstable, key=lambda item: (item.share or 0, item.area.name))[:12])  # fmt: skip
        blocks.append(
            Paragraph(
                f"{len(unstable)} Gebiete liegen nahe an einer Klassengrenze; so viele Rechenvarianten behalten die Klasse: {names}."
            )
        )
    blocks += [Note(edition.method, "So wird gerechnet")] if edition.method else []
    blocks.append(
        Note(
            "Ein Index gibt Hinweise und ist kein Urteil. Eine Ausgabe wird nie geändert, und zwei Ausgaben werden nicht miteinander verglichen."
        )
    )
    return blocks


def _field(item: Rated, rows: list[str], columns: list[str]) -> tuple[int, int] | None:
    if item.status_class not in rows:
        return None
    if columns == [NO_DYNAMIC]:
        return rows.index(item.status_class), 0
    if item.dynamic_class not in columns:
        return None
    return rows.index(item.status_class), columns.index(item.dynamic_class)


def _matrix(edition: Index, known: list[Rated], rows: list[str], columns: list[str]) -> Figure:
    fields = []
    for r, row in enumerate(rows):
        for c, column in enumerate(columns):
            inside = [item for item in known if _field(item, rows, columns) == (r, c)]
            fields.append(draw.Field(row, column, len(inside), sum(1 for item in inside if item.unstable)))
    drawn = draw.matrix(fields, rows, columns, title=edition.title)
    return Figure(
        str(drawn),
        f"Matrix: {draw.matrix_text(draw.matrix_table(fields, rows, columns))}",
        f"{edition.title}: Zahl der Gebiete nach Status und Dynamik, {periods.label(edition.period)}.",
        title="Status und Dynamik",
        width=0.62,
    )


def _map(
    subject: Subject, edition: Index, areas: list[Rated], rows: list[str], columns: list[str]
) -> Figure | None:
    level = subject.catalogue.level(edition.level, edition.version)
    if level is None:
        return None
    here = replace(subject, level=level, version=edition.version, area=None)
    if here.atlas is None:
        return None
    marks, used = [], {}
    for item in areas:
        place = _field(item, rows, columns)
        if place is None:
            status = item.status.status if item.status else "missing"
            marks.append(draw.AreaMark(item.area.code, "qn", status if status != "ok" else "not_meaningful"))
            continue
        css = draw.field_css(*place)
        used[css] = f"Status {rows[place[0]]}, Dynamik {columns[place[1]]}"
        marks.append(draw.AreaMark(item.area.code, css, "ok", used[css]))
    legend = draw.category_legend(sorted(used.items()), marks)
    outlines = here.outlines()
    drawn = draw.choropleth(
        here.atlas.levels[edition.level],
        marks,
        width=here.atlas.width,
        height=here.atlas.height,
        title=edition.title,
        outlines=outlines,
        labels=outlines,
        border=here.atlas.levels.get(MUNICIPALITY_LEVEL),
        interactive=False,
        id=f"karte-{edition.id}",
    )
    return Figure(
        str(drawn),
        f"Karte {edition.title}: {draw.legend_text(legend)}",
        f"{edition.title}, {periods.label(edition.period)}. In Klammern: Zahl der Gebiete.",
        title="Karte der Klassen",
        width=0.6,
        key=[(row.css, row.status, f"{row.label} ({row.count})") for row in (*legend.rows, *legend.states)],
    )


def _table(edition: Index, known: list[Rated], rows: list[str]) -> Table:
    """Areas from the lowest status up, with rank as a span and certainty."""
    order = {label: place for place, label in enumerate(rows)}
    listed = sorted(known, key=lambda item: (-order.get(item.status_class, -1), item.area.name))
    shown = [item for item in listed if order.get(item.status_class, 0) >= len(rows) - 2] or listed[:10]
    return Table(
        f"{edition.title}: Gebiete mit Status „{'“ oder „'.join(rows[-2:])}“",
        [
            Column("Gebiet", width=2),
            Column("Status", width=1),
            Column("Dynamik", width=1),
            Column("Rang", numeric=True),
            Column("Klasse bleibt in", numeric=True),
        ],
        [
            Row(
                [
                    Cell(item.area.name),
                    Cell(item.status_class),
                    Cell(item.dynamic_class),
                    Cell(
                        draw.rank_text(item.rank.lower, item.rank.upper) or draw.number(item.rank.value, 0)
                        if item.rank and item.rank.shown and item.rank.value is not None
                        else ""
                    ),
                    Cell(
                        draw.number(100 * item.share, 0, unit="%") if item.share is not None else "",
                        number=item.share,
                    ),
                ]
            )
            for item in shown
        ],
        "Rang 1 = niedrigster Status. Klasse bleibt: Anteil der Rechenvarianten.",
    )


def intro(subject: Subject, settings: Settings) -> Blocks:
    """Nothing of its own: the editions are its sections."""
    return []


KINDS: dict[str, Kind] = {"index_typologie": Kind(intro, "Index und Typologie", ("alle_ausgaben",), parts)}
