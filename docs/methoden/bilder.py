"""Draws the figures of the method pages from the tables of their own examples (.venv/bin/python docs/methoden/bilder.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sozialraum.products.draw.numbers import number
from sozialraum.products.draw.scales import Scale, round_scale, tick_decimals
from sozialraum.products.draw.svg import drawing, element, line, polyline, text

HERE = Path(__file__).parent
TARGET = HERE.parent / "bilder" / "methoden"
WIDTH, HEIGHT = 640.0, 360.0
LEFT, RIGHT, TOP, BOTTOM = 70.0, 620.0, 24.0, 310.0


def table(page: str, remark: str) -> list[dict[str, str]]:
    """The table that follows an invisible remark of a page, one dict per row."""
    lines = (HERE / page).read_text("utf-8").split(f"<!-- {remark} -->\n", 1)[1].splitlines()
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in _leading(lines)]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def _leading(lines: Iterable[str]) -> Iterable[str]:
    for row in lines:
        if not row.startswith("|"):
            return
        yield row


def value(shown: str) -> float:
    """A figure as the pages print it; NaN for an empty cell."""
    return float(re.sub(r"[.%\s]", "", shown).replace(",", ".")) if shown else float("nan")


class Frame(NamedTuple):
    """Two scales and the axes that belong to them."""

    across: Scale
    up: Scale
    axes: list[str]

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Position of a pair of values in the drawing."""
        return self.across.at(x, LEFT, RIGHT), self.up.at(y, BOTTOM, TOP)


def frame(x: Iterable[float], y: Iterable[float], across: str, up: str) -> Frame:
    """Axes with round ticks that hold all values, and what they are called."""
    (wide, steps), (high, levels) = round_scale(x), round_scale(y)
    axes = []
    for tick in levels:
        at = high.at(tick, BOTTOM, TOP)
        axes.append(line(LEFT, at, RIGHT, at, css="s-line"))
        axes.append(
            text(
                number(tick, tick_decimals(levels)),
                LEFT - 8,
                at + 5,
                css="axis-text",
                size=13,
                text_anchor="end",
            )
        )
    for tick in steps:
        at = wide.at(tick, LEFT, RIGHT)
        axes.append(
            text(
                number(tick, tick_decimals(steps)),
                at,
                BOTTOM + 20,
                css="axis-text",
                size=13,
                text_anchor="middle",
            )
        )
    axes.append(line(LEFT, BOTTOM, RIGHT, BOTTOM, css="s-edge"))
    axes.append(text(across, RIGHT, BOTTOM + 42, css="label", size=13, text_anchor="end"))
    axes.append(text(up, LEFT, TOP - 9, css="label", size=13))
    return Frame(wide, high, axes)


def dot(at: tuple[float, float], css: str = "area", radius: float = 5) -> str:
    """A point of a drawing."""
    return element("circle", css=css, cx=at[0], cy=at[1], r=radius)


def ring(at: tuple[float, float]) -> str:
    """A hollow point: what was before."""
    return element("circle", css="paper s-edge", cx=at[0], cy=at[1], r=4.5, stroke_width=1.5)


def picture(parts: Iterable[str], title: str) -> str:
    """The finished drawing on white ground."""
    ground = element("rect", css="paper", width=WIDTH, height=HEIGHT)
    return str(drawing(ground, *parts, width=WIDTH, height=HEIGHT, title=title)) + "\n"


# --- one function per figure -------------------------------------------------------------------------------------------


def lorenz() -> str:
    """Lorenz curve of the people on the page about poverty."""
    rows = table("armut-und-ungleichheit.md", "tafel: einkommen")
    income, weight = (np.array([value(row[name]) for row in rows]) for name in ("Einkommen", "Gewicht"))
    people, money = np.cumsum(weight) / weight.sum(), np.cumsum(weight * income) / (weight @ income)
    plot = frame([0, 100], [0, 100], "Anteil der Personen, von arm nach reich (%)", "Anteil am Einkommen (%)")
    curve = [plot.point(100 * x, 100 * y) for x, y in zip([0, *people], [0, *money], strict=True)]
    diagonal = [plot.point(0, 0), plot.point(100, 100)]
    words = text(
        "gleich verteilt", *_beside(plot.point(60, 60), -12, -6), css="axis-text", size=13, text_anchor="end"
    )
    parts = [polyline(diagonal, css="s-city", width=1.5), polyline(curve, css="s-area", width=2.5), words]
    return picture(
        [*plot.axes, *parts, *(dot(at, radius=3.5) for at in curve)], "Lorenzkurve der neun Befragten"
    )


def fay_herriot() -> str:
    """Direct estimates and model estimates with their 95 % limits, quarter by quarter."""
    rows = table("fay-herriot.md", "rechnen: fay-herriot")
    columns = ("Befragung %", "Standardfehler", "Schätzwert", "Fehler", "SGB-II-Quote")
    direct, error, estimate, mse, rate = (np.array([value(row[name]) for row in rows]) for name in columns)
    ends = np.concatenate([direct + 1.96 * error, estimate + 1.96 * mse])
    plot = frame([0, *rate], [0, *ends[~np.isnan(ends)]], "SGB-II-Quote (%)", "Armutsgefährdungsquote (%)")
    parts = []
    for x, y, e, z, m in zip(rate, direct, error, estimate, mse, strict=True):
        if not np.isnan(y):
            parts += [*_bar(plot, x - 0.15, y, e, "s-city"), ring(plot.point(x - 0.15, y))]
        parts += [*_bar(plot, x + 0.15, z, m, "s-area"), dot(plot.point(x + 0.15, z))]
    return picture([*plot.axes, *parts, *_key("Befragung", "Schätzwert")], "Direkte Werte und Schätzwerte")


def smoothing() -> str:
    """Raw and smoothed rates by population."""
    rows = table("glaettung.md", "rechnen: glättung")
    columns = ("Personen", "roh je 1.000", "geglättet je 1.000")
    people, raw, smoothed = (np.array([value(row[name]) for row in rows]) for name in columns)
    plot = frame([0, 2400], [0, *raw], "Personen im Gebiet", "Fälle je 1.000")
    mean = [plot.point(0, 20), plot.point(3000, 20)]
    parts = [polyline(mean, css="s-city", width=1.5, stroke_dasharray="5 4")]
    parts.append(text("Mittelwert", *_beside(mean[1], -4, -7), css="axis-text", size=13, text_anchor="end"))
    for row, x, before, after in zip(rows, people, raw, smoothed, strict=True):
        old, new = plot.point(x, before), plot.point(x, after)
        parts += [line(*old, *new, css="s-area", width=2), ring(old), dot(new)]
        parts.append(text(row["Gebiet"], old[0] + 10, old[1] + 5, size=13))
    return picture([*plot.axes, *parts, *_key("roh", "geglättet", 430)], "Rohe und geglättete Raten")


def precision() -> str:
    """Values of the page about precision with their 95 % limits and classes."""
    rows = table("genauigkeitsklassen.md", "rechnen: genauigkeit")
    figures, errors = (np.array([value(row[name]) for row in rows]) for name in ("Wert", "Standardfehler"))
    plot = frame([0], [0, *(figures + 1.96 * errors)], "", "Wert mit 95-Prozent-Bereich")._replace(
        across=Scale(0.4, len(rows) + 0.6)
    )
    parts = [one for one in plot.axes if 'text-anchor="middle"' not in one]
    for at, (row, figure, error) in enumerate(zip(rows, figures, errors, strict=True), start=1):
        low, place = max(figure - 1.96 * error, 0), plot.point(at, figure)
        parts.append(
            line(*plot.point(at, low), *plot.point(at, figure + 1.96 * error), css="s-area", width=2)
        )
        parts.append(dot(place))
        for step, word in enumerate(row["Klasse"].split(" ")):
            parts.append(text(word, place[0], BOTTOM + 20 + 15 * step, size=11, text_anchor="middle"))
    return picture(parts, "Genauigkeitsklassen")


def _beside(at: tuple[float, float], right: float, down: float) -> tuple[float, float]:
    return at[0] + right, at[1] + down


def _bar(plot: Frame, x: float, middle: float, error: float, css: str) -> list[str]:
    """A 95 % interval, cut at zero."""
    ends = plot.point(x, max(middle - 1.96 * error, 0)), plot.point(x, middle + 1.96 * error)
    return [line(*ends[0], *ends[1], css=css, width=2)]


def _key(before: str, after: str, right: float = 20) -> list[str]:
    """What hollow and full points are, near the upper edge."""
    x = LEFT + right
    marks = [ring((x, TOP + 14)), text(before, x + 12, TOP + 19, size=13)]
    return [*marks, dot((x, TOP + 34)), text(after, x + 12, TOP + 39, size=13)]


FIGURES: dict[str, Callable[[], str]] = {
    "lorenzkurve": lorenz,
    "fay-herriot": fay_herriot,
    "glaettung": smoothing,
    "genauigkeit": precision,
}


def write(figures: Mapping[str, Callable[[], str]]) -> None:
    """Write figures, each under its name."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, draw in figures.items():
        (TARGET / f"{name}.svg").write_text(draw(), "utf-8")


if __name__ == "__main__":
    write(FIGURES)
