"""What the templates show, as plain frozen data: links, bars, key figures, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sozialraum.products.draw import Markup
from sozialraum.tables import Status
from sozialraum.words import Words, mark, say
from sozialraum_ui import table_rows


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its words; without address it is plain text."""

    label: str
    url: str = ""
    current: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Municipality:
    """Whose pages these are; `note` is the line below the name."""

    name: str
    kind: str = ""
    url: str = "/"
    note: str = mark("Sozialplanung und Sozialraummonitoring")
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class DataState:
    """What the figures on the page are based on; every text ready to print."""

    release: str
    data_until: str = ""
    version: str = ""
    areas: str = ""
    audit: str = ""
    health: str = ""
    url: str = ""
    protocol_url: str = ""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One link of the chain from indicator to effect; without address it is still to come."""

    label: str
    value: str = ""
    url: str = ""
    current: bool = False


CHAIN: dict[str, str] = Words(
    {
        "kennzahl": mark("Kennzahl"),
        "gebiet": mark("Gebiet"),
        "befund": mark("Befund"),
        "ziel": mark("Ziel"),
        "massnahme": mark("Maßnahmen"),
        "beschluss": mark("Beschluss"),
        "foerderung": mark("Förderung"),
        "wirkung": mark("Wirkung"),
    }
)


def chain(current: str = "", links: Mapping[str, tuple[str, str]] | None = None) -> list[ChainLink]:
    """The eight links in order; `links` maps a key of CHAIN to (value, address), the others are to come."""
    known = links or {}
    if unknown := set(known) - set(CHAIN):
        raise ValueError(f"unknown links of the chain: {sorted(unknown)}")
    return [
        ChainLink(label, *known.get(key, ("", "")), current=key == current) for key, label in CHAIN.items()
    ]


PAGES: dict[str, tuple[str, str]] = {
    "start": (mark("Start"), ""),
    "atlas": (mark("Atlas"), "atlas/"),
    "gebiete": (mark("Gebiete"), "gebiete/"),
    "kennzahlen": (mark("Kennzahlen"), "kennzahlen/"),
    "index": (mark("Index"), "index/"),
    "planung": (mark("Planung"), "planung/"),
    "berichte": (mark("Berichte"), "berichte/"),
    "daten": (mark("Daten"), "daten/"),
}


def navigation(base_url: str, current: str = "") -> list[Link]:
    """The main navigation below the address of a municipality, such as `/musterstadt/`."""
    return [
        Link(say(label), f"{base_url}{path}", current=key == current) for key, (label, path) in PAGES.items()
    ]


@dataclass(frozen=True, slots=True)
class FooterLinks:
    """Addresses that every page must offer."""

    accessibility: str = ""
    report_barrier: str = ""
    privacy: str = ""
    imprint: str = ""
    contacts: str = ""
    methods: str = ""
    open_data: str = ""
    help: str = ""
    easy_language: str = ""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A source as it must be named, with its licence."""

    citation: str
    licence: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One large figure, already formatted, with what it is and what it rests on."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    status: str = "ok"
    href: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the state stands in place of a figure."""
        return not Status(self.status).has_value


@dataclass(frozen=True, slots=True)
class Pill:
    """A short state; kind is one of "", ok, warn, info, err."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `sort` is "text", "number" or "" (cannot be sorted)."""

    label: str
    numeric: bool = False
    sort: str = ""
    hint: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: text, or a drawing with the text as its hidden equal; `sort` is the raw figure or word.

    With `beside` the text stays visible next to the drawing.
    """

    text: str
    sort: str | float | None = None
    href: str = ""
    status: str = "ok"
    note: str = ""
    markup: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `code` links it with the area on the map, `group` makes its first cell a heading over all columns.

    A `quiet` row has nothing to compare and stands back.
    """

    cells: Sequence[Cell]
    code: str = ""
    group: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first cell of each row names the row."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    id: str = ""

    @property
    def sortable(self) -> bool:
        """Whether any column can be sorted."""
        return any(column.sort for column in self.columns)

    @property
    def lines(self) -> list[tuple[Row, list[tuple[Column, Cell]]]]:
        """Each row with its cells beside their columns."""
        return [(row, list(zip(self.columns, row.cells, strict=not row.group))) for row in self.rows]

    @property
    def body(self) -> Markup:
        """The rows as HTML."""
        return table_rows.body(self)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: the id of its section on the page and its words."""

    id: str
    label: str
    current: bool = False
