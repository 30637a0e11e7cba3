"""Draws the figures of the pages on rates, trends and comparisons (.venv/bin/python docs/methoden/bilder_raten.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from bilder import BOTTOM, LEFT, RIGHT, TOP, Frame, dot, frame, picture, ring, table, value, write

from sozialraum.indicators.funnel import proportion_limits
from sozialraum.products.draw.scales import Scale
from sozialraum.products.draw.svg import element, line, polyline, text


def columns(page: str, remark: str, *names: str) -> list[np.ndarray]:
    """Columns of a table of figures."""
    rows = table(page, remark)
    return [np.array([value(row[name]) for row in rows]) for name in names]


def words(
    at: tuple[float, float], content: str, *, right: float = 0, down: float = 0, end: str = "start"
) -> str:
    """A short text near a place."""
    return text(content, at[0] + right, at[1] + down, size=13, text_anchor=end)


def named_axis(plot: Frame, names: Sequence[str]) -> tuple[Frame, list[str]]:
    """A frame whose bottom axis carries one name per place instead of figures."""
    plot = plot._replace(across=Scale(0.4, len(names) + 0.6))
    kept = [one for one in plot.axes if 'text-anchor="middle"' not in one]
    for at, name in enumerate(names, start=1):
        kept.append(text(name, plot.point(at, 0)[0], BOTTOM + 20, size=13, text_anchor="middle"))
    return plot, kept


def standardised() -> str:
    """Crude and standardised rate of the two quarters."""
    page, remark = "standardisierte-raten.md", "rechnen: standardisiert"
    crude, fair, low, high = columns(
        page, remark, "roh je 1.000", "standardisiert je 1.000", "untere Grenze", "obere Grenze"
    )
    names = [row["Stadtteil"] for row in table(page, remark)]
    plot, parts = named_axis(frame([0], [0, *crude, *high], "", "Sterbefälle je 1.000"), names)
    for at, (raw, rate, lower, upper) in enumerate(zip(crude, fair, low, high, strict=True), start=1):
        old, new = plot.point(at - 0.12, raw), plot.point(at + 0.12, rate)
        parts.append(
            line(*plot.point(at + 0.12, lower), *plot.point(at + 0.12, upper), css="s-area", width=2)
        )
        parts += [line(*old, *new, css="s-city", width=1), ring(old), dot(new)]
        parts += [
            words(old, "roh", right=-10, down=5, end="end"),
            words(new, "standardisiert", right=10, down=5),
        ]
    return picture(parts, "Rohe und standardisierte Sterberate")


def life_table() -> str:
    """Survivors of the life table."""
    age, left = columns("lebenserwartung.md", "rechnen: lebenserwartung", "Alter ab", "l")
    plot = frame([0, *age], [0, 100], "Alter", "von 100 leben noch")
    curve = [plot.point(a, 100 * share) for a, share in zip(age, left, strict=True)]
    area = [*curve, plot.point(age[-1], 0), plot.point(0, 0)]
    shape = element("polygon", css="area", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in area), opacity=0.15)
    return picture(
        [*plot.axes, shape, polyline(curve, css="s-area", width=2.5), *(dot(at, radius=3.5) for at in curve)],
        "Überlebende nach Alter",
    )


def slope_index() -> str:
    """Groups over the population scale, and the line through them."""
    people, share = columns("steigungsindex.md", "tafel: fünftel", "Kinder", "Anteil %")
    part = people / people.sum()
    edge = np.concatenate([[0.0], np.cumsum(part)])
    middle = (edge[1:] + edge[:-1]) / 2
    centre = part @ middle
    rise = (part * (middle - centre)) @ share / (part @ (middle - centre) ** 2)
    start = part @ share - rise * centre
    plot = frame([0, 100], [0, *share, start], "Bevölkerung, von stark nach wenig belastet (%)", "Anteil (%)")
    parts = list(plot.axes)
    for left, right, height in zip(edge[:-1], edge[1:], share, strict=True):
        (x, y), (end, ground) = plot.point(100 * left, height), plot.point(100 * right, 0)
        parts.append(
            element("rect", css="area", x=x + 1, y=y, width=end - x - 2, height=ground - y, opacity=0.25)
        )
    ends = [plot.point(0, start), plot.point(100, start + rise)]
    parts += [line(*ends[0], *ends[1], css="s-area", width=2.5), *(dot(at) for at in ends)]
    return picture(parts, "Steigungsindex: Fünftel und Gerade")


def quantile_groups() -> str:
    """Areas by height, shaded by their group."""
    page, remark = "quantile.md", "rechnen: quantile"
    height, group = columns(page, remark, "Wert", "Fünftel")
    names = [row["Gebiet"] for row in table(page, remark)]
    plot, parts = named_axis(frame([0], [0, *height], "", "Wert"), names)
    for at, (top, place) in enumerate(zip(height, group, strict=True), start=1):
        (x, y), (end, ground) = plot.point(at - 0.4, top), plot.point(at + 0.4, 0)
        shade = 1 - 0.17 * (place - 1)
        parts.append(
            element("rect", css="area", x=x, y=y, width=end - x, height=ground - y, opacity=round(shade, 2))
        )
        parts.append(words(plot.point(at, top), f"{place:.0f}", down=-7, end="middle"))
    return picture(parts, "Fünftel von neun Gebieten")


def funnel() -> str:
    """The funnel and the areas of the page."""
    page, remark = "trichter.md", "rechnen: trichter"
    cases, people = columns(page, remark, "Fälle", "Personen")
    names = [row["Gebiet"] for row in table(page, remark)]
    common = cases.sum() / people.sum()
    size = np.linspace(100, 1600, 80)
    plot = frame([0, 1600], [5, 35], "Personen im Gebiet", "Anteil (%)")
    parts = list(plot.axes)
    for level, width, dash in ((0.95, 1.5, "5 4"), (0.998, 2.0, "none")):
        for ends in proportion_limits(common, size, level):
            curve = [
                plot.point(n, 100 * end) for n, end in zip(size, ends, strict=True) if 5 <= 100 * end <= 35
            ]
            parts.append(polyline(curve, css="s-city", width=width, stroke_dasharray=dash))
    parts.append(line(*plot.point(100, 100 * common), *plot.point(1600, 100 * common), css="s-city", width=1))
    for name, x, n in zip(names, cases, people, strict=True):
        at = plot.point(n, 100 * x / n)
        parts += [dot(at), words(at, name, right=8, down=-6)]
    parts.append(words(plot.point(1590, 29.5), "durchgezogen 99,8 %, gestrichelt 95 %", end="end"))
    return picture(parts, "Trichter um den gemeinsamen Anteil")


def trend() -> str:
    """Four series with their lines."""
    page, remark = "entwicklung.md", "rechnen: entwicklung"
    years = [str(year) for year in range(2019, 2025)]
    plot = frame([2019, 2024], [9, 20], "", "Anteil (%)")._replace(across=Scale(2018.8, 2025.4))
    parts = [one for one in plot.axes if 'text-anchor="middle"' not in one]
    parts += [
        text(year, plot.point(int(year), 0)[0], BOTTOM + 20, css="axis-text", size=13, text_anchor="middle")
        for year in years
    ]
    for row in table(page, remark):
        share = np.array([100 * value(row[year]) / value(row["Nenner"]) for year in years])
        time = np.arange(2019, 2025)
        slope, start = np.polyfit(time - 2019, share, 1)
        points = [plot.point(t, s) for t, s in zip(time, share, strict=True)]
        parts.append(polyline(points, css="s-city", width=1))
        if row["klar"] == "ja":
            parts.append(
                line(*plot.point(2019, start), *plot.point(2024, start + 5 * slope), css="s-area", width=2.5)
            )
        parts += [*(dot(at, radius=3.5) for at in points), words(points[-1], row["Reihe"], right=9, down=5)]
    return picture(parts, "Vier Reihen mit ihrer Geraden")


def comparison() -> str:
    """Differences to the town with their limits."""
    page, remark = "vergleichszeichen.md", "rechnen: vergleich"
    rows = [row for row in table(page, remark) if row["Unterschied"]]
    ends = [[value(row[name]) for name in ("untere Grenze", "Unterschied", "obere Grenze")] for row in rows]
    plot = frame([-10, 12], [0], "Unterschied zur Stadt in Prozentpunkten", "")
    parts = [one for one in plot.axes if 'text-anchor="end"' not in one or "label" in one]
    parts = [one for one in parts if "s-line" not in one]
    zero, step = plot.point(0, 0)[0], (BOTTOM - TOP) / len(rows)
    parts.append(line(zero, TOP, zero, BOTTOM, css="s-city", width=1.5))
    for at, (row, (low, middle, high)) in enumerate(zip(rows, ends, strict=True)):
        y = TOP + (at + 0.5) * step
        left, centre, right = (plot.point(part, 0)[0] for part in (low, middle, high))
        parts += [line(left, y, right, y, css="s-area", width=2), dot((centre, y))]
        parts.append(text(row["Gebiet"], LEFT - 15, y + 5, size=13, text_anchor="end"))
        # Beside the interval, on the side away from zero.
        place = (left - 10, "end") if high < 0 else (right + 10, "start")
        parts.append(text(row["Zeichen"], place[0], y + 5, size=13, text_anchor=place[1]))
    return picture(parts, "Unterschiede zur Stadt")


def means() -> str:
    """The first sample of the page with its mean and limits."""
    page, remark = "mittelwert-und-student.md", "rechnen: student"
    rows = table(page, remark)
    plot, parts = named_axis(frame([0], [0, 11], "", "Wert, zweite Stichprobe in Hundert"), ["1", "2"])
    for at, row in enumerate(rows, start=1):
        scale = 100.0 if at == 2 else 1.0
        low, middle, high = (value(row[name]) / scale for name in ("untere Grenze", "Mittel", "obere Grenze"))
        parts += [ring(plot.point(at - 0.1, float(one) / scale)) for one in row["Werte"].split()]
        parts += [line(*plot.point(at + 0.1, low), *plot.point(at + 0.1, high), css="s-area", width=2)]
        parts.append(dot(plot.point(at + 0.1, middle)))
    parts.append(
        text("leer: Einzelwerte, gefüllt: Mittel mit Bereich", RIGHT, TOP + 6, size=13, text_anchor="end")
    )
    return picture(parts, "Mittelwerte mit ihrem Bereich")


def _ranges(page: str, remark: str, names: Sequence[str], middle: str, unit: str, title: str) -> str:
    """One figure per row of a table with its limits, rows named."""
    rows = table(page, remark)
    share, low, high = columns(page, remark, middle, f"untere Grenze{unit}", f"obere Grenze{unit}")
    plot, parts = named_axis(frame([0], [0, *high], "", middle), names)
    for at in range(len(rows)):
        parts.append(line(*plot.point(at + 1, low[at]), *plot.point(at + 1, high[at]), css="s-area", width=2))
        parts.append(dot(plot.point(at + 1, share[at])))
        parts.append(words(plot.point(at + 1, high[at]), rows[at][middle], down=-8, end="middle"))
    return picture(parts, title)


def shares() -> str:
    """Shares of small and large areas with Wilson's limits."""
    page, remark = "anteil-und-wilson.md", "rechnen: wilson"
    names = [f"{row['x']}/{row['n']}" for row in table(page, remark)]
    return _ranges(page, remark, names, "Anteil %", " %", "Anteile mit ihrem Bereich nach Wilson")


def rates() -> str:
    """Rates of few and many events with their limits."""
    page, remark = "rate-und-byar.md", "rechnen: byar"
    names = [f"{row['x']}/{row['n']}" for row in table(page, remark)]
    return _ranges(page, remark, names, "je 1.000", "", "Raten mit ihrem Bereich")


FIGURES: dict[str, Callable[[], str]] = {
    "standardisiert": standardised,
    "lebenserwartung": life_table,
    "steigungsindex": slope_index,
    "quantile": quantile_groups,
    "trichter": funnel,
    "entwicklung": trend,
    "vergleich": comparison,
    "mittelwert": means,
    "anteil": shares,
    "rate": rates,
}

if __name__ == "__main__":
    write(FIGURES)
