"""Draws the figures of the pages on spatial statistics (.venv/bin/python docs/methoden/bilder_raum.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bilder import BOTTOM, LEFT, RIGHT, TOP, dot, frame, picture, table, value, write

from sozialraum.products.draw.numbers import number
from sozialraum.products.draw.scales import Scale, round_scale, tick_decimals
from sozialraum.products.draw.svg import line, polyline, text


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


def minus(shown: str) -> float:
    """A figure of a page that may be negative."""
    return value(shown.replace("−", "-"))


def named(at: tuple[float, float], others: Sequence[tuple[float, float]], word: str, gap: float = 9) -> str:
    """A name beside a point: on the right, or on the left where another point is in the way."""
    crowded = any(0 < x - at[0] < 45 and abs(y - at[1]) < 16 for x, y in others)
    x, anchor = (at[0] - gap, "end") if crowded else (at[0] + gap, "start")
    return text(word, x, at[1] + 5, size=13, text_anchor=anchor)


def moran() -> str:
    """Value of each quarter against the mean of its neighbours."""
    rows = table("haeufungen.md", "rechnen: lisa")
    own, around = ([minus(row[name]) for row in rows] for name in ("Wert", "Mittel der Nachbarn"))
    plot = frame([0, *own], [0, *around], "Wert des Quartiers", "Mittel der Nachbargebiete")
    middle = sum(own) / len(own)
    parts = [
        polyline(
            [plot.point(middle, 0), plot.point(middle, 20)], css="s-city", width=1.5, stroke_dasharray="5 4"
        ),
        polyline(
            [plot.point(0, middle), plot.point(30, middle)], css="s-city", width=1.5, stroke_dasharray="5 4"
        ),
    ]
    places = [plot.point(x, y) for x, y in zip(own, around, strict=True)]
    for row, at in zip(rows, places, strict=True):
        parts += [dot(at), named(at, places, row["Gebiet"])]
    return picture([*plot.axes, *parts], "Wert und Umgebung der neun Quartiere")


def hot_spots() -> str:
    """Gi* of each quarter, with the limits that chance reaches in 95 of 100 cases."""
    rows = table("haeufungen.md", "rechnen: lisa")
    figures = [minus(row["Gi*"]) for row in rows]
    plot = frame([0], [-3, 3], "", "Gi* (z-Wert)")._replace(across=Scale(0.4, len(rows) + 0.6))
    parts = [one for one in plot.axes if 'text-anchor="middle"' not in one]
    for limit in (-1.96, 1.96):
        ends = [plot.point(0.4, limit), plot.point(len(rows) + 0.6, limit)]
        parts.append(polyline(ends, css="s-city", width=1.5, stroke_dasharray="5 4"))
    for at, (row, figure) in enumerate(zip(rows, figures, strict=True), start=1):
        place = plot.point(at, figure)
        parts += [line(*plot.point(at, 0), *place, css="s-area", width=2), dot(place)]
        parts.append(text(row["Gebiet"], place[0], BOTTOM + 20, size=13, text_anchor="middle"))
    return picture(parts, "Gi* der neun Quartiere")


def segregation() -> str:
    """Shares of both groups, areas in order of the share of the group."""
    rows = table("segregation.md", "tafel: gruppen")
    group, rest = ([value(row[name]) for row in rows] for name in ("Gruppe", "übrige"))
    order = sorted(range(len(rows)), key=lambda k: group[k] / (group[k] + rest[k]))
    across = [0.0, *(100 * sum(rest[k] for k in order[: n + 1]) / sum(rest) for n in range(len(rows)))]
    up = [0.0, *(100 * sum(group[k] for k in order[: n + 1]) / sum(group) for n in range(len(rows)))]
    plot = frame([0, 100], [0, 100], "Anteil der übrigen Bevölkerung (%)", "Anteil der Gruppe (%)")
    curve = [plot.point(x, y) for x, y in zip(across, up, strict=True)]
    parts = [
        polyline([plot.point(0, 0), plot.point(100, 100)], css="s-city", width=1.5),
        text(
            "gleich verteilt",
            plot.point(60, 60)[0] - 12,
            plot.point(60, 60)[1] - 6,
            css="axis-text",
            size=13,
            text_anchor="end",
        ),
        polyline(curve, css="s-area", width=2.5),
    ]
    return picture(
        [*plot.axes, *parts, *(dot(at, radius=3.5) for at in curve)], "Segregationskurve der sechs Bezirke"
    )


def types() -> str:
    """Nine quarters by two of their indicators, each with the number of its type."""
    rows = table("gebietstypen.md", "rechnen: gebietstypen")
    old, poor = ([value(row[name]) for row in rows] for name in ("ab 65 %", "SGB II %"))
    plot = frame([0, *old], [0, *poor], "Anteil ab 65 Jahren (%)", "SGB-II-Quote (%)")
    parts = []
    places = [plot.point(x, y) for x, y in zip(old, poor, strict=True)]
    for row, at in zip(rows, places, strict=True):
        parts += [
            dot(at, radius=10),
            text(row["Typ"], at[0], at[1] + 4.5, css="on-dark", size=13, text_anchor="middle"),
        ]
        parts.append(named(at, places, row["Gebiet"], 14))
    return picture([*plot.axes, *parts], "Drei Typen von Quartieren")


FIGURES: dict[str, Callable[[], str]] = {
    "aehnliche-gebiete": similar,
    "moran": moran,
    "haeufungen": hot_spots,
    "segregation": segregation,
    "gebietstypen": types,
}

if __name__ == "__main__":
    write(FIGURES)
