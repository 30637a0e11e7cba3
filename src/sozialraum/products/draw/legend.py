"""Legend with the number of areas per class and per state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sozialraum.products.draw import svg
from sozialraum.products.draw.classes import class_labels, class_names
from sozialraum.products.draw.map import HATCHED, AreaMark, pattern, pattern_name
from sozialraum.products.draw.svg import Markup, element
from sozialraum.words import Words, mark

STATES = ("estimated", "unreliable", "provisional", "none", *HATCHED)
STATE_WORDS = Words(
    {
        "estimated": mark("geschätzt oder umgerechnet"),
        "unreliable": mark("unsicher: zu wenige Fälle"),
        "provisional": mark("vorläufig"),
        "none": mark("genau null"),
        "suppressed": mark("gesperrt (Statistikgeheimnis)"),
        "missing": mark("nicht geliefert"),
        "not_meaningful": mark("nicht bewertet"),
    }
)


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One line: swatch, words, number of areas, bar of that number."""

    css: str
    status: str
    label: str
    count: int
    swatch: Markup
    bar: Markup


@dataclass(frozen=True, slots=True)
class Legend:
    """The classes from little to much, then the states that occur."""

    rows: list[LegendRow]
    states: list[LegendRow]
    total: int


@lru_cache(maxsize=1024)
def swatch(css: str, status: str = "ok", *, identity: str = "") -> Markup:
    """A small field in the colour and pattern of a class and state.

    The pattern is defined inside; `identity` keeps its id apart from other swatches on the page.
    """
    name = pattern_name(css, status)
    key = f"muster-{identity or 'feld'}-{name}"
    field = element(
        "rect",
        css=f"{'' if name else css} s-edge st-{status}".strip(),
        x=0.5,
        y=0.5,
        width=25,
        height=15,
        stroke_width=1,
        **({"fill": f"url(#{key})"} if name else {}),
    )
    definition = element("defs", pattern(name, key)) if name else ""
    return svg.drawing(definition, field, width=26, height=16, title="", css="glyph", width_=26, height_=16)


def bar(
    share: float, *, width: float = 120, height: float = 8, css: str = "band-dark", title: str = ""
) -> Markup:
    """A plain bar of a share between 0 and 1."""
    length = width * min(max(share, 0.0), 1.0)
    return svg.drawing(
        svg.rectangle(0, 0, length, height, css=css), width=width, height=height, title=title, css="bar"
    )


def legend(
    limits: Sequence[float],
    marks: Sequence[AreaMark],
    *,
    decimals: int = 1,
    unit: str = "",
    names: Sequence[str] | None = None,
) -> Legend:
    """The classes of fixed limits with the areas in each, and every state that occurs on the map."""
    css = class_names(len(limits) + 1)
    return category_legend(list(zip(css, names or class_labels(limits, decimals, unit), strict=True)), marks)


def category_legend(categories: Iterable[tuple[str, str]], marks: Sequence[AreaMark]) -> Legend:
    """A legend of given (class, label) pairs."""
    counts = Counter(mark.css for mark in marks if mark.status not in HATCHED)
    states = Counter(mark.status for mark in marks)
    rows = [_row(css, "ok", label, counts[css]) for css, label in categories]
    shown = [_row(_ground(marks, status), status, STATE_WORDS[status], states[status]) for status in STATES]
    most = max((row.count for row in rows), default=0) or 1
    rows = [replace(row, bar=bar(row.count / most)) for row in rows]
    return Legend(rows, [row for row in shown if row.count], len(marks))


def _row(css: str, status: str, label: str, count: int) -> LegendRow:
    return LegendRow(css, status, label, count, swatch(css, status, identity="legende"), Markup(""))


def _ground(marks: Sequence[AreaMark], status: str) -> str:
    """The commonest class of a state: its pattern is shown on a colour that the map really has."""
    found = Counter(mark.css for mark in marks if mark.status == status and mark.css.startswith("q"))
    return found.most_common(1)[0][0] if found else "q3"


def legend_text(legend: Legend) -> str:
    """The legend in words."""
    rows = [*legend.rows, *legend.states]
    return (
        "; ".join(f"{row.label}: {row.count} {'Gebiet' if row.count == 1 else 'Gebiete'}" for row in rows)
        + "."
    )
