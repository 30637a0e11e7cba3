"""Draws the figures of the pages on effects (.venv/bin/python docs/methoden/bilder_wirkung.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from bilder import BOTTOM, TOP, Frame, dot, frame, picture, table, value, write

from sozialraum.effects import group_time
from sozialraum.effects.synthetic_control import fit
from sozialraum.products.draw.scales import Scale
from sozialraum.products.draw.svg import line, polyline, text


def series(rows: Sequence[Mapping[str, str]], periods: Sequence[str]) -> np.ndarray:
    """Rows of a table as figures, one column per period."""
    return np.array([[value(row[period]) for period in periods] for row in rows])


def over_time(periods: Sequence[str], figures: np.ndarray, up: str) -> tuple[Frame, list[str]]:
    """A frame for series with one tick per period."""
    low, high = float(np.nanmin(figures)), float(np.nanmax(figures))
    plot = frame([0], [low, high], "", up)._replace(across=Scale(-0.3, len(periods) - 0.4))
    parts = [one for one in plot.axes if 'text-anchor="middle"' not in one]
    for at, period in enumerate(periods):
        x = plot.point(at, low)[0]
        parts.append(text(period, x, BOTTOM + 20, css="axis-text", size=13, text_anchor="middle"))
    return plot, parts


def start(plot: Frame, at: float, word: str) -> list[str]:
    """A line where a measure begins."""
    x = plot.across.at(at, 70.0, 620.0)
    return [
        line(x, TOP, x, BOTTOM, css="s-edge", width=1, stroke_dasharray="4 4"),
        text(word, x + 6, TOP + 12, size=13),
    ]


def drawn(plot: Frame, figures: Sequence[float], css: str, width: float, name: str) -> list[str]:
    """One series with its name at the end."""
    points = [plot.point(at, figure) for at, figure in enumerate(figures)]
    end = text(name, points[-1][0] + 8, points[-1][1] + 5, size=13)
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
    plot, parts = over_time([f"{step:+d}" if step else "0" for step in steps], ends, "Effekt (Plätze)")
    zero = plot.point(0, 0)[1]
    parts.append(line(70.0, zero, 620.0, zero, css="s-city", width=1.5))
    for at, (low, middle, high) in enumerate(ends):
        parts += [
            line(*plot.point(at, low), *plot.point(at, high), css="s-area", width=2),
            dot(plot.point(at, middle)),
        ]
    parts.append(text("Jahre seit Beginn", 620, BOTTOM + 42, css="label", size=13, text_anchor="end"))
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
