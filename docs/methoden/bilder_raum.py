"""Draws the figures of the pages on spatial statistics (.venv/bin/python docs/methoden/bilder_raum.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bilder import BOTTOM, LEFT, RIGHT, TOP, dot, picture, table, value, write

from sozialraum.products.draw.numbers import number
from sozialraum.products.draw.scales import round_scale, tick_decimals
from sozialraum.products.draw.svg import line, text


def rows_of(names: Sequence[str], figures: Sequence[float], across: str, decimals: int) -> list[str]:
    """One row per name with a point at its figure and a line from zero."""
    scale, ticks = round_scale([0.0, *figures])
    parts = []
    for tick in ticks:
        x = scale.at(tick, LEFT, RIGHT - 40)
        parts.append(line(x, TOP, x, BOTTOM, css="s-line"))
        parts.append(
            text(
                number(tick, tick_decimals(ticks)),
                x,
                BOTTOM + 20,
                css="axis-text",
                size=13,
                text_anchor="middle",
            )
        )
    step = (BOTTOM - TOP) / len(names)
    for at, (name, figure) in enumerate(zip(names, figures, strict=True)):
        y, x = TOP + (at + 0.5) * step, scale.at(figure, LEFT, RIGHT - 40)
        parts.append(line(scale.at(0, LEFT, RIGHT - 40), y, x, y, css="s-area", width=2))
        parts += [dot((x, y)), text(name, LEFT - 10, y + 5, size=13, text_anchor="end")]
        parts.append(text(number(figure, decimals), x + 12, y + 5, size=13))
    return [*parts, text(across, RIGHT - 40, BOTTOM + 42, css="label", size=13, text_anchor="end")]


def similar() -> str:
    """Distance of each quarter to the asked one."""
    rows = [row for row in table("aehnliche-gebiete.md", "rechnen: ähnliche-gebiete") if row["Abstand"]]
    rows.sort(key=lambda row: value(row["Abstand"]))
    names, distances = [row["Gebiet"] for row in rows], [value(row["Abstand"]) for row in rows]
    return picture(rows_of(names, distances, "Abstand zu Q1", 2), "Abstand der Quartiere zu Q1")


FIGURES: dict[str, Callable[[], str]] = {"aehnliche-gebiete": similar}

if __name__ == "__main__":
    write(FIGURES)
