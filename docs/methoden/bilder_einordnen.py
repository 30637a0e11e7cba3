"""Draws the figures of the pages on classes, ranks, gaps, changes and crosswalks (.venv/bin/python docs/methoden/bilder_einordnen.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bilder import BOTTOM, LEFT, RIGHT, TOP, dot, frame, picture, ring, table, value, write

from sozialraum.products.draw.numbers import number
from sozialraum.products.draw.scales import Scale, round_scale
from sozialraum.products.draw.svg import element, line, polyline, text

NAMES = LEFT + 70  # a longer name needs more room on the left


def ladder(names: Sequence[str]) -> tuple[list[str], list[float]]:
    """One named row per entry: the names and their heights in the drawing."""
    step = (BOTTOM - TOP) / len(names)
    heights = [TOP + (at + 0.5) * step for at in range(len(names))]
    words = [
        text(name, NAMES - 12, y + 5, size=13, text_anchor="end")
        for name, y in zip(names, heights, strict=True)
    ]
    return words, heights


def ticks(scale: Scale, places: Sequence[float], title: str, decimals: int = 0) -> list[str]:
    """Upright lines with their figures below, and what they are called."""
    parts = []
    for place in places:
        x = scale.at(place, NAMES, RIGHT)
        parts.append(line(x, TOP, x, BOTTOM, css="s-line"))
        parts.append(
            text(number(place, decimals), x, BOTTOM + 20, css="axis-text", size=13, text_anchor="middle")
        )
    return [*parts, text(title, RIGHT, BOTTOM + 42, css="label", size=13, text_anchor="end")]


def class_limits() -> str:
    """The twelve values of the page, sorted, with the limits that cut them into five classes."""
    first = table("klassengrenzen.md", "rechnen: klassengrenzen")[0]
    figures, limits = ([value(one) for one in first[name].split()] for name in ("Werte", "Grenzen"))
    end = len(figures) + 1
    plot = frame([0], [0, *figures], "Gebiete, nach Wert geordnet", "Anteil (%)")
    plot = plot._replace(across=Scale(0, end))
    parts = []
    for at, figure in enumerate(sorted(figures), start=1):
        place = plot.point(at, figure)
        parts += [line(*plot.point(at, 0), *place, css="s-area", width=1.5), dot(place)]
    for limit in limits:
        ends = [plot.point(0, limit), plot.point(end, limit)]
        parts.append(polyline(ends, css="s-city", width=1.5, stroke_dasharray="5 4"))
        decimals = 0 if limit == round(limit) else 1
        parts.append(text(number(limit, decimals), ends[0][0] + 8, ends[0][1] - 5, css="axis-text", size=13))
    kept = [one for one in plot.axes if 'text-anchor="middle"' not in one]
    return picture([*kept, *parts], "Fünf Klassen aus zwölf Werten")


def rank_ranges() -> str:
    """The places that each part of the town could have."""
    rows = sorted(
        table("rangspannen.md", "rechnen: rangspannen"), key=lambda row: value(row["Wert %"]), reverse=True
    )
    scale, places = Scale(0.7, len(rows) + 0.3), range(1, len(rows) + 1)
    words, heights = ladder([row["Gebiet"] for row in rows])
    parts = ticks(scale, places, "möglicher Platz, 1 = höchster Wert")
    for own, (row, y) in enumerate(zip(rows, heights, strict=True), start=1):
        ends = [scale.at(value(row[name]), NAMES, RIGHT) for name in ("Platz von", "bis")]
        parts += [line(ends[0], y, ends[1], y, css="s-area", width=6), *(dot((x, y), radius=3) for x in ends)]
        parts.append(ring((scale.at(own, NAMES, RIGHT), y)))
    return picture([*parts, *words], "Rangspannen der fünf Ortsteile")


def stability() -> str:
    """The range of ranks of each area, its own rank and how often it keeps its class."""
    rows = sorted(table("stabilitaet.md", "rechnen: stabilität"), key=lambda row: value(row["Rang"]))
    scale = Scale(0.7, len(rows) + 0.3)
    words, heights = ladder(
        [f"{row['Gebiet']} (Klasse: {number(100 * value(row['Stabilität']), 0)} %)" for row in rows]
    )
    parts = ticks(scale, range(1, len(rows) + 1), "Rang, 1 = höchste Belastung")
    for row, y in zip(rows, heights, strict=True):
        low, high, own = (scale.at(value(row[name]), NAMES, RIGHT) for name in ("von", "bis", "Rang"))
        parts += [line(low, y, high, y, css="s-area", width=6), dot((own, y), radius=7)]
    return picture([*parts, *words], "Rangspannen und Stabilität der fünf Gebiete")


def change() -> str:
    """Two measurements and their difference, each with its limits."""
    rows = [row for row in table("veraenderung.md", "rechnen: veränderung-mit-bereich") if row["untere"]]
    scale, places = round_scale(
        [0, *(value(row[name].replace("−", "-")) for row in rows for name in ("untere", "obere"))]
    )
    words, heights = ladder([row["Gebiet"] for row in rows])
    parts = ticks(scale, places, "Veränderung in Prozentpunkten")
    zero = scale.at(0, NAMES, RIGHT)
    parts.append(polyline([(zero, TOP), (zero, BOTTOM)], css="s-city", width=2))
    for row, y in zip(rows, heights, strict=True):
        low, middle, high = (
            scale.at(value(row[name].replace("−", "-")), NAMES, RIGHT)
            for name in ("untere", "Veränderung", "obere")
        )
        parts += [line(low, y, high, y, css="s-area", width=2.5), dot((middle, y))]
    return picture([*parts, *words], "Veränderungen mit ihrem Vertrauensbereich")


def gap() -> str:
    """The share of each fifth of the fifteen areas on the page, and the distance from first to last."""
    rows = table("zusammenhang-und-gefaelle.md", "rechnen: fünftel")
    shares = [value(row["Anteil %"]) for row in rows]
    plot = frame(
        [0, len(rows) + 1], [0, *shares], "Fünftel der Gebiete, vom niedrigsten Anteil an", "Anteil (%)"
    )
    plot = plot._replace(across=Scale(0.4, len(rows) + 0.6))
    parts = [one for one in plot.axes if 'text-anchor="middle"' not in one]
    for at, (row, share) in enumerate(zip(rows, shares, strict=True), start=1):
        left, right, base = plot.point(at - 0.3, share), plot.point(at + 0.3, share), plot.point(at, 0)
        parts.append(
            element(
                "rect", css="area", x=left[0], y=left[1], width=right[0] - left[0], height=base[1] - left[1]
            )
        )
        parts.append(
            text(number(share, 1), plot.point(at, share)[0], left[1] - 7, size=13, text_anchor="middle")
        )
        parts.append(text(row["Fünftel"], base[0], BOTTOM + 20, size=13, text_anchor="middle"))
    low, high = plot.point(1, shares[0]), plot.point(1, shares[-1])
    parts.append(polyline([(low[0], low[1] - 26), high], css="s-city", width=1.5))
    parts.append(
        polyline(
            [high, plot.point(len(rows) - 0.3, shares[-1])], css="s-city", width=1.5, stroke_dasharray="5 4"
        )
    )
    words = f"Abstand {number(shares[-1] - shares[0], 1)} Punkte"
    parts.append(text(words, low[0] + 10, (low[1] + high[1]) / 2, size=13))
    return picture(parts, "Anteile der Fünftel")


def crosswalk() -> str:
    """Old areas on the left, new ones on the right, people as bands between them."""
    key = table("umrechnen.md", "tafel: umstieg")
    people = {row["Gebiet"]: value(row["Zahl"]) for row in table("umrechnen.md", "tafel: alte zahlen")}
    flows = [(row["alt"], row["neu"], people[row["alt"]] * value(row["Anteil"])) for row in key]
    unit = (BOTTOM - TOP - 60) / sum(people.values())
    left, right = LEFT + 90, RIGHT - 90
    new = {name: sum(size for _, to, size in flows if to == name) for _, name, _ in flows}
    starts, ends = _stacked(people, unit), _stacked(new, unit)
    parts = []
    for name, y in starts.items():
        parts += _block(left - 14, y, people[name] * unit, f"{name}: {number(people[name], 0)}", "end")
    for name, y in ends.items():
        parts += _block(right, y, new[name] * unit, f"{name}: {number(new[name], 0)}", "start")
    for old, to, size in flows:
        a, b, high = starts[old], ends[to], size * unit
        corners = ((left, a), (right, b), (right, b + high), (left, a + high))
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        parts.append(element("polygon", css="area", points=points, opacity=0.35))
        starts[old], ends[to] = a + high, b + high
    titles = [text("alte Gebiete", left, TOP - 8, css="label", size=13, text_anchor="end")]
    titles.append(text("neue Gebiete", right, TOP - 8, css="label", size=13))
    return picture([*parts, *titles], "Wer aus welchem alten in welches neue Gebiet kommt")


def _stacked(sizes: dict[str, float], unit: float, gap: float = 20) -> dict[str, float]:
    """Upper edge of each block, one below the other."""
    at, edges = TOP + 4, {}
    for name, size in sizes.items():
        edges[name] = at
        at += size * unit + gap
    return edges


def _block(x: float, y: float, high: float, words: str, anchor: str) -> list[str]:
    """A block with its name outside."""
    beside = x - 8 if anchor == "end" else x + 22
    return [
        element("rect", css="area", x=x, y=y, width=14, height=high),
        text(words, beside, y + high / 2 + 5, size=13, text_anchor=anchor),
    ]


FIGURES: dict[str, Callable[[], str]] = {
    "klassengrenzen": class_limits,
    "rangspannen": rank_ranges,
    "stabilitaet": stability,
    "veraenderung": change,
    "gefaelle": gap,
    "umrechnen": crosswalk,
}

if __name__ == "__main__":
    write(FIGURES)
