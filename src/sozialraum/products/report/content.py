"""The content of a report as plain data: chapters of blocks, before any format (Berichtsinhalt)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `test` is the result of the test behind a generated sentence, empty for other text.

    `own` marks the planners' own words, `lead` the opening of an area or report.
    """

    text: str
    test: str = ""
    own: bool = False
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a chapter; `level` counts below the chapter, from 1."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; with `own` of the planners' own words."""

    items: Sequence[str]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A remark set apart: how to read, what a figure does not say, what is missing."""

    text: str
    title: str = "Hinweis"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure in large type with what it is and what it stands beside."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Up to four key figures side by side."""

    figures: Sequence[KeyFigure]


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One line or row of bars as numbers; None leaves a gap."""

    label: str
    values: Sequence[float | None]
    role: str = "area"


@dataclass(frozen=True, slots=True)
class ChartData:
    """What a chart shows as numbers, for formats with charts of their own: `kind` is line, bar or pyramid."""

    kind: str
    categories: Sequence[str]
    series: Sequence[ChartSeries]
    unit: str = ""
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its alternative text from the same numbers.

    `width` is a share of the text width; figures of at most half the width stand side by side. `key` is a legend as
    (css class, status, words).
    """

    svg: str
    alt: str
    caption: str
    title: str = ""
    width: float = 1.0
    data: ChartData | None = None
    key: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: the text, a small second line, or a drawing whose alternative text is `text`."""

    text: str
    note: str = ""
    svg: str = ""
    number: float | None = None
    css: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A table column; `width` in parts of the rest, 0 for as wide as its content."""

    label: str
    numeric: bool = False
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """A table row; the first cell names it. With `group` only the first cell counts and heads those that follow."""

    cells: Sequence[Cell]
    group: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption, heads that repeat on every page and row heads in the first column."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""


Block = Paragraph | Heading | Bullets | Note | KeyFigures | Figure | Table


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: `depth` 1 is the top; `new_page` begins a page of its own; `id` names it for own texts and sheets."""

    id: str
    title: str
    blocks: Sequence[Block]
    depth: int = 1
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One report before any format: everything a writer needs, and nothing that changes with the day it is written."""

    title: str
    kind: str
    subject: str
    author: str
    date: str
    data_state: str
    release: str
    fingerprint: str
    chapters: Sequence[Chapter]
    name: str = "bericht"
    subtitle: str = ""
    contents: bool = False
    cover: bool = False
    locator: str = ""
    locator_alt: str = ""
    foot: str = ""
    internal: bool = False

    @property
    def footer(self) -> str:
        """The line at the foot of every page: release, data state, checksum, and that it is internal."""
        parts = [self.foot, self.release, self.data_state, f"Prüfsumme {self.fingerprint}"]
        return " · ".join(part for part in ("NUR INTERN" if self.internal else "", *parts) if part)

    def blocks(self) -> Iterator[Block]:
        """All blocks in reading order."""
        for chapter in self.chapters:
            yield from chapter.blocks


def words(block: Block) -> str:
    """The text of a block as it is read aloud, for tests of order and completeness."""
    match block:
        case Paragraph() | Heading():
            return block.text
        case Bullets():
            return " ".join(block.items)
        case Note():
            return f"{block.title}. {block.text}"
        case KeyFigures():
            return " ".join(f"{one.label} {one.value} {one.note}" for one in block.figures)
        case Figure():
            return f"{block.title} {block.caption}"
        case Table():
            heads = " ".join(column.label for column in block.columns)
            cells = " ".join(f"{cell.text} {cell.note}" for row in block.rows for cell in row.cells)
            return f"{block.caption} {heads} {cells} {block.note}"
