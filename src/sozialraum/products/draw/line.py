"""Time series with intervals, breaks, missing years on the axis and comparators."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.numbers import interval_text, number, value_text, with_unit
from sozialraum.products.draw.scales import Scale, round_scale, tick_decimals
from sozialraum.products.draw.svg import Markup
from sozialraum.words import say

LEFT, TOP, BOTTOM = 46.0, 18.0, 28.0
LABEL_GAP = 17.0
NAME_ROW = 21.0
LETTER = 7.4  # mean width of a letter at the size of the labels


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series; `x` is a position in time such as the year."""

    x: float
    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    status: str = "ok"


@dataclass(frozen=True, slots=True)
class Series:
    """One line; `css` is a stroke colour without its `s-` (area, city, pin-A …)."""

    id: str
    label: str
    points: Sequence[Point]
    css: str = "area"
    emphasis: bool = True


@dataclass(frozen=True, slots=True)
class Break:
    """A break in the series: figures on either side cannot be compared."""

    x: float
    label: str = "Bruch"


@dataclass(frozen=True, slots=True)
class Plot:
    """The frame of a line chart: horizontal and vertical scale and the drawing box."""

    across: Scale
    up: Scale
    ticks: list[float]
    left: float
    right: float
    top: float
    bottom: float
    names_on_top: bool = False

    def x(self, position: float) -> float:
        """Drawing position of a point in time."""
        return self.across.at(position, self.left, self.right)

    def y(self, value: float) -> float:
        """Drawing position of a value."""
        return self.up.at(value, self.bottom, self.top)


def plot_for(
    series: Sequence[Series],
    *,
    width: float = 640,
    height: float = 260,
    zero: bool = True,
    missing: Sequence[tuple[float, str]] = (),
    decimals: int = 1,
) -> Plot:
    """The frame that holds all series; missing years keep their place on the axis.

    Where the names would take more than a third of the width they move above the chart.
    """
    points = [point for each in series for point in each.points]
    times = [point.x for point in points] + [x for x, _ in missing] or [0.0, 1.0]
    values = [end for point in points for end in (point.value, point.lower, point.upper) if end is not None]
    up, ticks = round_scale(values, zero=zero)
    room = _label_room(series, decimals, named=True)
    on_top = room > width / 3
    right = width - (_label_room(series, decimals, named=False) if on_top else room)
    top = TOP + (NAME_ROW * len(_name_rows(series, width)) if on_top else 0)
    return Plot(Scale(min(times), max(times)), up, ticks, LEFT, right, top, height - BOTTOM, on_top)


def _label_room(series: Sequence[Series], decimals: int, *, named: bool) -> float:
    longest = max((len(_end_label(each, decimals, named=named)) for each in series), default=0)
    return longest * LETTER + 16


def _name_rows(series: Sequence[Series], width: float) -> list[list[tuple[float, Series]]]:
    """The names side by side, as many in a row as fit; each with its place from the left."""
    rows: list[list[tuple[float, Series]]] = [[]]
    x = 0.0
    for each in series:
        wide = len(each.label) * LETTER + 40
        if rows[-1] and x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, each))
        x += wide
    return rows


def _names_on_top(series: Sequence[Series], width: float) -> list[str]:
    return [
        part
        for number_, row in enumerate(_name_rows(series, width))
        for x, each in row
        for part in _name(each, x, 12 + number_ * NAME_ROW)
    ]


def _name(series: Series, x: float, y: float) -> tuple[str, str]:
    return (
        svg.line(x, y - 4.5, x + 18, y - 4.5, css=f"s-{series.css}", width=_weight(series, solid=True)),
        svg.text(series.label, x + 24, y, css=f"{series.css} line-label", size=13.5, font_weight=500),
    )


def line(
    series: Sequence[Series],
    *,
    breaks: Sequence[Break] = (),
    missing: Sequence[tuple[float, str]] = (),
    ticks: Sequence[tuple[float, str]] | None = None,
    unit: str = "",
    decimals: int = 1,
    width: float = 640,
    height: float = 260,
    zero: bool = True,
    title: str = "",
    description: str = "",
    css: str = "",
) -> Markup:
    """Lines with interval bars; dotted across a break, interrupted where a figure is missing or hidden."""
    plot = plot_for(series, width=width, height=height, zero=zero, missing=missing, decimals=decimals)
    gaps = [each.x for each in breaks] + [x for x, _ in missing]
    parts = [
        *(_names_on_top(series, width) if plot.names_on_top else ()),
        *_value_axis(plot, unit),
        *_time_axis(plot, _thinned(ticks or _time_ticks(series, missing), plot), height),
        *_breaks(plot, breaks),
        *_missing(plot, missing),
        *(part for each in reversed(series) for part in _series(each, plot, gaps)),
        *_end_labels(series, plot, decimals),
    ]
    return svg.drawing(
        *parts, width=width, height=height, title=title, description=description, css=f"line {css}".strip()
    )


def _value_axis(plot: Plot, unit: str) -> list[str]:
    digits = tick_decimals(plot.ticks)
    parts = []
    for tick in plot.ticks:
        y = plot.y(tick)
        figure = with_unit(number(tick, digits), unit if tick == plot.ticks[-1] and len(unit) <= 2 else "")
        parts.append(svg.line(plot.left, y, plot.right, y, css="s-line"))
        parts.append(svg.text(figure, plot.left - 7, y + 4.5, css="axis-text", size=13, text_anchor="end"))
    return parts


def _time_ticks(series: Sequence[Series], missing: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Every point in time with a figure or a note that there is none."""
    labels = {point.x: point.label for each in series for point in each.points}
    labels.update(
        {x: str(int(x)) if float(x).is_integer() else note for x, note in missing if x not in labels}
    )
    return list(labels.items())


def _thinned(ticks: Sequence[tuple[float, str]], plot: Plot) -> list[tuple[float, str]]:
    """The labels that fit side by side, from the last backwards, so that the newest is always named."""
    kept: list[tuple[float, str]] = []
    for x, label in sorted(ticks, reverse=True):
        room = len(label) * LETTER + 10
        if not kept or plot.x(kept[-1][0]) - plot.x(x) >= room:
            kept.append((x, label))
    return kept[::-1]


def _time_axis(plot: Plot, ticks: Sequence[tuple[float, str]], height: float) -> list[str]:
    return [
        part
        for x, label in ticks
        for part in (
            svg.line(plot.x(x), plot.bottom, plot.x(x), plot.bottom + 4, css="s-edge"),
            svg.text(label, plot.x(x), height - 8, css="axis-text", size=13, text_anchor="middle"),
        )
    ]


def _breaks(plot: Plot, breaks: Sequence[Break]) -> list[str]:
    return [
        part
        for each in breaks
        for part in (
            svg.line(
                plot.x(each.x),
                plot.top - 6,
                plot.x(each.x),
                plot.bottom,
                css="break",
                width=1.4,
                stroke_dasharray="2 4",
            ),
            svg.text(
                each.label, plot.x(each.x) - 5, plot.top - 6, css="axis-text", size=12, text_anchor="end"
            ),
        )
    ]


def _missing(plot: Plot, missing: Sequence[tuple[float, str]]) -> list[str]:
    return [
        svg.text(note, plot.x(x), plot.bottom - 8, css="axis-text halo", size=12, text_anchor="middle")
        for x, note in missing
    ]


def segments(points: Sequence[Point], gaps: Sequence[float] = ()) -> list[tuple[Point, Point, bool]]:
    """Neighbouring figures and whether the line between them is solid.

    It is dotted across a break or a missing year (`gaps`); beside a point without a figure there is no line.
    """
    ordered = sorted(points, key=lambda point: point.x)
    pairs = itertools.pairwise(ordered)
    return [
        (one, two, not any(one.x < gap <= two.x for gap in gaps))
        for one, two in pairs
        if one.value is not None and two.value is not None
    ]


def _series(series: Series, plot: Plot, gaps: Sequence[float]) -> list[str]:
    stroke = f"s-{series.css}"
    bars = [_interval(point, plot, stroke) for point in series.points] if series.emphasis else []
    lines = [_segment(plot, series, *pair) for pair in segments(series.points, gaps)]
    dots = [_dot(point, plot, series) for point in series.points]
    return [svg.element("g", *bars, *lines, *dots, css="series", data_series=series.id)]


def _interval(point: Point, plot: Plot, stroke: str) -> str:
    if point.lower is None or point.upper is None:
        return ""
    x = plot.x(point.x)
    return svg.line(x, plot.y(point.lower), x, plot.y(point.upper), css=stroke, width=9, opacity=0.28)


def _segment(plot: Plot, series: Series, one: Point, two: Point, solid: bool) -> str:
    assert one.value is not None
    assert two.value is not None
    ends = (plot.x(one.x), plot.y(one.value), plot.x(two.x), plot.y(two.value))
    dash = None if solid else "3 4"
    return svg.line(*ends, css=f"s-{series.css}", width=_weight(series, solid), stroke_dasharray=dash)


def _weight(series: Series, solid: bool) -> float:
    return (3.0 if series.emphasis else 1.8) * (1.0 if solid else 0.6)


def _dot(point: Point, plot: Plot, series: Series) -> str:
    if point.value is None:
        return ""
    hollow = point.status in ("provisional", "estimated", "unreliable")
    css = f"paper s-{series.css}" if hollow else f"{series.css} s-paper"
    radius = 4.5 if series.emphasis else 3.0
    return svg.element(
        "circle",
        css=css,
        cx=plot.x(point.x),
        cy=plot.y(point.value),
        r=radius,
        stroke_width=2 if hollow else 1.5,
    )


def _last(series: Series) -> Point | None:
    known = [point for point in series.points if point.value is not None]
    return max(known, key=lambda point: point.x) if known else None


def _end_label(series: Series, decimals: int, *, named: bool = True) -> str:
    last = _last(series)
    if last is None or last.value is None:
        return ""
    figure = number(last.value, decimals)
    return f"{series.label} {figure}".strip() if named else figure


def spread(positions: Sequence[float], gap: float = LABEL_GAP) -> list[float]:
    """Positions moved apart just enough that neighbours keep the gap, in the given order."""
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    groups = [[positions[index], 1] for index in order]
    merged: list[list[float]] = []
    for centre, count in groups:
        merged.append([centre, count])
        while (
            len(merged) > 1 and _reach(merged[-2], gap) + gap > merged[-1][0] - (merged[-1][1] - 1) * gap / 2
        ):
            (one, many), (two, more) = merged[-2], merged.pop()
            merged[-1] = [(one * many + two * more) / (many + more), many + more]
    moved = [
        centre + (number - (count - 1) / 2) * gap for centre, count in merged for number in range(int(count))
    ]
    result = [0.0] * len(positions)
    for index, place in zip(order, moved, strict=True):
        result[index] = place
    return result


def _reach(group: Sequence[float], gap: float) -> float:
    return group[0] + (group[1] - 1) * gap / 2


def _end_labels(series: Sequence[Series], plot: Plot, decimals: int) -> list[str]:
    named = [(each, last) for each in series if (last := _last(each)) and last.value is not None]
    heights = spread([plot.y(last.value) for _, last in named if last.value is not None])
    return [
        svg.text(
            _end_label(each, decimals, named=not plot.names_on_top),
            plot.x(last.x) + 10,
            y + 5,
            css=f"{each.css} line-label",
            size=14,
            font_weight=600 if each.emphasis else 500,
        )
        for (each, last), y in zip(named, heights, strict=True)
    ]


def line_text(
    series: Sequence[Series], *, unit: str = "", decimals: int = 1, breaks: Sequence[Break] = ()
) -> str:
    """Every series in words, from its first to its last figure."""
    sentences = [_series_text(each, unit, decimals) for each in series]
    if breaks:
        sentences.append(say("Werte vor und nach einem Bruch sind nicht vergleichbar."))
    return " ".join(sentences)


def _series_text(series: Series, unit: str, decimals: int) -> str:
    figures = []
    for point in sorted(series.points, key=lambda each: each.x):
        interval = interval_text(point.lower, point.upper, decimals)
        figure = value_text(point.value, point.status, decimals=decimals, unit=unit)
        figures.append(f"{point.label}: {figure}" + (f" ({interval})" if interval else ""))
    return f"{series.label}: {'; '.join(figures)}."
