"""The result of a stored analysis (Ergebnis): a sentence, a table, a picture, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sozialraum.analyses.data import Column, Data
from sozialraum.indicators.classes import limits
from sozialraum.periods import label as period_label
from sozialraum.products.draw import svg
from sozialraum.products.draw.classes import class_labels, class_of
from sozialraum.products.draw.geometry import AreaInput, LevelInput, lay_out
from sozialraum.products.draw.legend import legend as class_legend
from sozialraum.products.draw.legend import legend_text, swatch
from sozialraum.products.draw.map import HATCHED, AreaMark, choropleth
from sozialraum.products.draw.numbers import value_text
from sozialraum.tables import MUNICIPALITY_LEVEL

Row = Mapping[str, Any]

# One class of colour for each kind of area on a map of categories.
HIGH, LIFTED, MIDDLE, LOWERED, LOW = "nv5", "nv4", "nv3", "nv2", "nv1"


@dataclass(frozen=True)
class Key:
    """One line of the legend: colour, state, words, number of areas."""

    css: str
    status: str
    label: str
    count: int

    @property
    def swatch(self) -> svg.Markup:
        """The field in its colour and pattern."""
        return swatch(self.css, self.status, identity="analyse")


@dataclass(frozen=True)
class Outcome:
    """What an analysis found. `rows`: the table, one dict per row with German headings; `method`: the procedure by name;
    `parameters`: all that entered, to repeat it; `notes`: what a reader must know besides."""

    sentence: str
    rows: Sequence[Row]
    method: str
    parameters: Mapping[str, Any]
    picture: str = ""
    picture_text: str = ""
    keys: Sequence[Key] = ()
    notes: Sequence[str] = ()
    period: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def shown_period(column: Column) -> str:
    """Period of a column in German."""
    return period_label(column.period)


def figures_map(
    data: Data, values: Column, figures: Sequence[float | None], title: str, keep: Sequence[str] = ()
) -> dict[str, Any]:
    """Picture, its words and its legend: areas in classes by a figure with the unit of an indicator.

    States in `keep` are drawn also where there is a figure.
    """
    indicator = values.indicator
    known = [one for one in figures if one is not None]
    edges = list(limits(known)) if known else []
    marks = [
        AreaMark(
            area.code,
            css=class_of(one, edges),
            status=status,
            label=value_text(one, status, decimals=indicator.decimals, unit=indicator.unit),
        )
        for area, one, status in zip(data.areas, figures, _states(values, figures, keep), strict=True)
    ]
    names = class_labels(edges, indicator.decimals, indicator.unit)
    legend = class_legend(edges, marks, names=names)
    keys = [Key(row.css, row.status, row.label, row.count) for row in (*legend.rows, *legend.states)]
    return {
        "picture": _drawn(data, marks, title, legend_text(legend)),
        "picture_text": legend_text(legend),
        "keys": tuple(keys),
    }


def _states(values: Column, figures: Sequence[float | None], keep: Sequence[str]) -> list[str]:
    """A figure is shown plainly; without one the state tells why."""
    return [
        (status if status in keep else "ok")
        if one is not None
        else status
        if status in HATCHED
        else "not_meaningful"
        for status, one in zip(values.status, figures, strict=True)
    ]


def categories_map(
    data: Data,
    words: Sequence[str],
    colours: Mapping[str, tuple[str, str]],
    title: str,
    labels: Sequence[str] = (),
) -> dict[str, Any]:
    """Picture, its words and its legend: areas by a category; `colours`: css class and state of each word."""
    marks = [
        AreaMark(
            area.code,
            css=colours[word][0],
            status=colours[word][1],
            label=": ".join(part for part in (word, said) if part),
        )
        for area, word, said in zip(data.areas, words, labels or [""] * len(words), strict=True)
    ]
    counted = {word: sum(one == word for one in words) for word in colours}
    keys = tuple(Key(*colours[word], word, number) for word, number in counted.items() if number)
    text = (
        "; ".join(f"{key.label}: {key.count} {'Gebiet' if key.count == 1 else 'Gebiete'}" for key in keys)
        + "."
    )
    return {"picture": _drawn(data, marks, title, text), "picture_text": text, "keys": keys}


def _drawn(data: Data, marks: Sequence[AreaMark], title: str, words: str) -> str:
    if not any(area.geometry for area in data.areas):
        return ""
    town = [a for a in data.geography.areas if a.level == MUNICIPALITY_LEVEL]
    levels = [
        LevelInput(data.level, [AreaInput(a.code, a.name, a.parent, a.geometry) for a in data.areas]),
        LevelInput(MUNICIPALITY_LEVEL, [AreaInput(a.code, a.name, "", a.geometry) for a in town]),
    ]
    atlas = lay_out(levels)
    layer = atlas.levels[data.level]
    return str(
        choropleth(
            layer,
            marks,
            width=atlas.width,
            height=atlas.height,
            title=title,
            description=words,
            interactive=False,
            border=atlas.levels.get(MUNICIPALITY_LEVEL),
            labels=layer,
        )
    )
