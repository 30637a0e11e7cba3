"""Draws the figures of the pages on effects (.venv/bin/python docs/methoden/bilder_wirkung.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from bilder import BOTTOM, LEFT, RIGHT, TOP, Frame, dot, picture, table, value, write

from sozialraum.effects import group_time
from sozialraum.effects.synthetic_control import fit
from sozialraum.products.draw.numbers import number
from sozialraum.products.draw.scales import Scale, round_scale, tick_decimals
from sozialraum.products.draw.svg import line, polyline, text


def series(rows: Sequence[Mapping[str, str]], periods: Sequence[str]) -> np.ndarray:
    """Rows of a table as figures, one column per period."""
    return np.array([[value(row[period]) for period in periods] for row in rows])


def over_time(periods: Sequence[str], figures: np.ndarray, up: str) -> tuple[Frame, list[str]]:
    """A frame for series with one tick per period."""
    scale, levels = round_scale(figures.ravel(), zero=False)
    plot = Frame(Scale(-0.3, len(periods) - 0.4), scale, [])
    parts = [text(up, LEFT, TOP - 9, css="label", size=13)]
    for level in levels:
        y = scale.at(level, BOTTOM, TOP)
        parts.append(line(LEFT, y, RIGHT, y, css="s-line"))
        shown = number(level, tick_decimals(levels))
        parts.append(text(shown, LEFT - 8, y + 5, css="axis-text", size=13, text_anchor="end"))
    for at, period in enumerate(periods):
        x = plot.point(at, levels[0])[0]
        parts.append(text(period, x, BOTTOM + 20, css="axis-text", size=13, text_anchor="middle"))
    return plot, parts


def start(plot: Frame, at: float, word: str) -> list[str]:
    """A line where a measure begins."""
    x = plot.across.at(at, LEFT, RIGHT)
    return [
        line(x, TOP, x, BOTTOM, css="s-edge", width=1, stroke_dasharray="4 4"),
        text(word, x + 6, TOP + 12, size=13),
    ]


def drawn(plot: Frame, figures: Sequence[float], css: str, width: float, name: str) -> list[str]:
    """One series with its name at the end."""
    points = [plot.point(at, figure) for at, figure in enumerate(figures)]
    long = len(name) > 1
    shift = (4, -22, "end") if long else (8, 5, "start")
    end = text(name, points[-1][0] + shift[0], points[-1][1] + shift[1], size=13, text_anchor=shift[2])
    return [polyline(points, css=css, width=width), *(dot(at, radius=3) for at in points), end]


def differences() -> str:
    """The area with the measure and the five others."""
    rows = table("differenz-der-differenzen.md", "tafel: maßnahme")
    years = [name for name in rows[0] if name.isdigit()]
    figures = series(rows, years)
    plot, parts = over_time(years, figures, "Anteil (%)")
    for row, line_of in zip(rows, figures, strict=True):
        own = row["Gebiet"] == "M"
        parts += drawn(plot, line_of, "s-area" if own else "s-city", 2.5 if own else 1, row["Gebiet"])
    return picture([*parts, *start(plot, 2.5, "Beginn")], "Gebiet mit Maßnahme und Vergleichsgebiete")


def group_times() -> str:
    """Effects by time since the start, with their limits."""
    rows = table("gruppen-zeit-effekte.md", "tafel: beginn")
    years = [name for name in rows[0] if name.isdigit()]
    found = group_time.estimate(
        series(rows, years), [value(row["Beginn"]) for row in rows], [float(year) for year in years]
    ).dynamic()
    steps = sorted(found)
    ends = np.array([[found[step].lower, found[step].effect, found[step].upper] for step in steps])
    plot, parts = over_time(
        [f"{step:+d}".replace("-", "−") if step else "0" for step in steps], ends, "Effekt (Plätze)"
    )
    zero = plot.point(0, 0)[1]
    parts.append(line(LEFT, zero, RIGHT, zero, css="s-city", width=1.5))
    for at, (low, middle, high) in enumerate(ends):
        parts += [
            line(*plot.point(at, low), *plot.point(at, high), css="s-area", width=2),
            dot(plot.point(at, middle)),
        ]
    parts.append(text("Jahre seit Beginn", RIGHT, BOTTOM + 42, css="label", size=13, text_anchor="end"))
    return picture(parts, "Effekte nach Jahren seit Beginn")


def synthetic() -> str:
    """The area and its mixture."""
    rows = table("synthetische-vergleichsgruppe.md", "tafel: mischung")
    years = [name for name in rows[0] if name.isdigit()]
    figures = series(rows, years)
    found = fit(figures, 0, 4)
    plot, parts = over_time(years, np.vstack([figures[0], found.synthetic]), "Wert")
    parts += drawn(plot, list(found.synthetic), "s-city", 2, "Mischung")
    parts += drawn(plot, figures[0], "s-area", 2.5, "M")
    return picture([*parts, *start(plot, 3.5, "Beginn")], "Gebiet und seine Mischung")


FIGURES: dict[str, Callable[[], str]] = {
    "differenz": differences,
    "gruppen-zeit": group_times,
    "synthetisch": synthetic,
}

if __name__ == "__main__":
    write(FIGURES)
