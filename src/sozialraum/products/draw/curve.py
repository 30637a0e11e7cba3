"""The curve of a goal: history, continuation with band, target path, target (Die Kurve wenden)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.line import (
    Break,
    Plot,
    Point,
    Series,
    _breaks,
    _series,
    _thinned,
    _time_axis,
    _value_axis,
    plot_for,
    spread,
)
from sozialraum.products.draw.numbers import interval_text, number, with_unit
from sozialraum.products.draw.svg import Markup


@dataclass(frozen=True, slots=True)
class BandPoint:
    """The continuation at one point in time: middle and both bands."""

    x: float
    middle: float
    lower50: float
    upper50: float
    lower95: float
    upper95: float


@dataclass(frozen=True, slots=True)
class Aim:
    """The target: where the path starts, and where it should end."""

    start_x: float
    start: float
    x: float
    value: float


def goal_curve(
    actual: Sequence[Point],
    band: Sequence[BandPoint],
    aim: Aim | None,
    *,
    decided: float | None = None,
    decided_label: str = "Beschluss",
    breaks: Sequence[Break] = (),
    unit: str = "",
    decimals: int = 1,
    width: float = 760,
    height: float = 320,
    zero: bool = True,
    title: str = "",
    description: str = "",
) -> Markup:
    """The drawing; `band` continues the last value before the measures, `decided` marks when they were decided."""
    own = Series("ist", "Ist", actual)
    frame = [own, *_frame(band, aim)]
    plot = plot_for(frame, width=width, height=height, zero=zero, decimals=decimals)
    ticks = {point.x: point.label for point in actual}
    ticks |= {each.x: _year(each.x) for each in band if float(each.x).is_integer()}
    if aim is not None:
        ticks[aim.x] = _year(aim.x)
    marks = [*breaks]
    if decided is not None:
        marks.append(Break(decided, decided_label))
    parts = [
        *_value_axis(plot, unit),
        *_time_axis(plot, _thinned(list(ticks.items()), plot), height),
        *(_fan(band, plot) if band else ()),
        *_breaks(plot, marks),
        *(_path(aim, plot) if aim else ()),
        *_series(own, plot, [each.x for each in breaks]),
        *_labels(actual, band, aim, plot, decimals),
    ]
    return svg.drawing(
        *parts, width=width, height=height, title=title, description=description, css="line curve"
    )


def _year(x: float) -> str:
    return str(round(x))


def _frame(band: Sequence[BandPoint], aim: Aim | None) -> list[Series]:
    """Series that only stretch the frame so that band and target fit; the longest label gives the room on the right."""
    ends = [Point(each.x, "", each.middle, each.lower95, each.upper95) for each in band]
    found = [Series("fortschreibung", "Fortschreibung", ends)] if ends else []
    if aim is not None:
        found.append(Series("ziel", "Ziel", [Point(aim.x, "", aim.value)]))
    return found


def _fan(band: Sequence[BandPoint], plot: Plot) -> list[str]:
    outer = _ribbon([(each.x, each.lower95, each.upper95) for each in band], plot, "band")
    inner = _ribbon([(each.x, each.lower50, each.upper50) for each in band], plot, "band-dark")
    middle = " ".join(f"{svg.short(plot.x(each.x))},{svg.short(plot.y(each.middle))}" for each in band)
    line = svg.element(
        "polyline", css="s-same", points=middle, fill="none", stroke_width=1.8, stroke_dasharray="6 4"
    )
    return [outer, inner, line]


def _ribbon(rows: Sequence[tuple[float, float, float]], plot: Plot, css: str) -> str:
    there = [(plot.x(x), plot.y(high)) for x, _low, high in rows]
    back = [(plot.x(x), plot.y(low)) for x, low, _high in reversed(rows)]
    points = " ".join(f"{svg.short(x)},{svg.short(y)}" for x, y in (*there, *back))
    return svg.element("polygon", css=css, points=points)


def _path(aim: Aim, plot: Plot) -> list[str]:
    x, y = plot.x(aim.x), plot.y(aim.value)
    diamond = f"{svg.short(x)},{svg.short(y - 8)} {svg.short(x + 8)},{svg.short(y)} {svg.short(x)},{svg.short(y + 8)} {svg.short(x - 8)},{svg.short(y)}"
    return [
        svg.line(
            plot.x(aim.start_x), plot.y(aim.start), x, y, css="s-pin-C", width=2, stroke_dasharray="2 4"
        ),
        svg.element("polygon", css="paper s-pin-C", points=diamond, stroke_width=2.5),
    ]


def _labels(
    actual: Sequence[Point], band: Sequence[BandPoint], aim: Aim | None, plot: Plot, decimals: int
) -> list[str]:
    """Names beside the ends; on narrow drawings the figures alone, their colours are explained by the key."""

    def named(name: str, value: float) -> str:
        return number(value, decimals) if plot.names_on_top else f"{name} {number(value, decimals)}"

    rows: list[tuple[float, float, str, str]] = []
    known = [point for point in actual if point.value is not None]
    if known and known[-1].value is not None:
        last = known[-1]
        rows.append((plot.x(last.x), plot.y(known[-1].value), named("Ist", known[-1].value), "area"))
    if band:
        end = band[-1]
        rows.append((plot.x(end.x), plot.y(end.middle), named("Fortschreibung", end.middle), "same"))
    if aim is not None:
        rows.append((plot.x(aim.x), plot.y(aim.value), named("Ziel", aim.value), "pin-C"))
    right = [row for row in rows if row[0] > plot.right - 60]
    heights = spread([row[1] for row in right])
    placed = [
        svg.text(label, plot.right + 14, y + 5, css=f"{css} line-label", size=13.5, font_weight=500)
        for (_x, _y, label, css), y in zip(right, heights, strict=True)
    ]
    inside = [
        svg.text(
            label, x, y - 12, css=f"{css} line-label halo", size=13.5, font_weight=500, text_anchor="middle"
        )
        for x, y, label, css in rows
        if x <= plot.right - 60
    ]
    return [*placed, *inside]


def goal_curve_text(
    actual: Sequence[Point], band: Sequence[BandPoint], aim: Aim | None, *, unit: str = "", decimals: int = 1
) -> str:
    """The curve in words: the newest figure, where the continuation would stand, what is aimed at."""
    known = [point for point in actual if point.value is not None]
    parts = []
    if known and known[-1].value is not None:
        last = known[-1]
        limits = interval_text(last.lower, last.upper, decimals)
        figure = with_unit(number(known[-1].value, decimals), unit)
        parts.append(f"Ist {last.label}: {figure}{f' (95-%-Intervall {limits})' if limits else ''}.")
    if band:
        end = band[-1]
        limits = interval_text(end.lower95, end.upper95, decimals)
        figure = with_unit(number(end.middle, decimals), unit)
        parts.append(f"Fortschreibung ohne neue Maßnahmen {_year(end.x)}: {figure} (95-%-Band {limits}).")
    if aim is not None:
        parts.append(f"Ziel {_year(aim.x)}: {with_unit(number(aim.value, decimals), unit)}.")
    return " ".join(parts)
