"""How a map is coloured: class limits by several methods, diverging around the comparator, zero apart (Einfärbung)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sozialraum.products import draw
from sozialraum.products.catalogue import Indicator
from sozialraum.products.change import unit_of
from sozialraum.products.values import Value
from sozialraum.tables import Status
from sozialraum.words import Words, mark, say

CLASSES = 5
MOST = 300  # so many evenly spaced order statistics stand for all values in the search for natural breaks
METHODS = Words(
    {
        "": mark("feste Klassen"),
        "quantile": mark("gleich viele Gebiete"),
        "gleich": mark("gleich breite Klassen"),
        "natuerlich": mark("natürliche Brüche"),
        "abweichung": mark("Abstand zum Vergleichswert"),
    }
)
ABOUT = Words(
    {
        "": mark("Grenzen aus dem Katalog, für alle Jahre gleich."),
        "quantile": mark("Grenzen so, dass über alle Jahre gleich viele Werte in jede Klasse fallen."),
        "gleich": mark("Gleich breite Klassen zwischen dem kleinsten und dem größten Wert aller Jahre."),
        "natuerlich": mark(
            "Grenzen, wo die Werte aller Jahre am deutlichsten auseinanderliegen (Fisher, Jenks)."
        ),
        "abweichung": mark(
            "Grau: vom Vergleichswert nicht zu unterscheiden. Farbig: gesichert darunter oder darüber."
        ),
    }
)
ZERO, NOTHING = "q0", "qn"


@dataclass(frozen=True)
class Shading:
    """Colour classes with their words, and the rule that gives a value its class."""

    categories: tuple[tuple[str, str], ...]
    css: Callable[[Value], str]
    about: str


def plain(limits: Sequence[float], indicator: Indicator, about: str = "") -> Shading:
    """Classes from little to much; a value of exactly zero is a class of its own."""
    names = draw.class_names(len(limits) + 1)
    labels = draw.class_labels(limits, indicator.decimals, indicator.unit)

    def css(value: Value) -> str:
        if not value.shown:
            return NOTHING
        return ZERO if value.status == Status.NONE else draw.class_of(value.value, limits)

    return Shading(tuple(zip(names, labels, strict=True)), css, about)


def around(centre: float, width: float, indicator: Indicator, name: str) -> Shading:
    """Five classes around a comparator: grey where the interval holds it, two steps to either side.

    `width` is the distance, in the unit of the indicator, at which the stronger colour begins. Without an interval
    nothing is certain: a value within a tenth of the width counts as equal.
    """
    hue = "nv" if indicator.polarity == "neutral" else "dv"
    flip = indicator.polarity == "higher_better"
    distance = draw.number(width, _digits(width), unit=unit_of(indicator))
    below, above = say("unter {name}", name=name), say("über {name}", name=name)
    words = (say("mehr als {distance} {below}", distance=distance, below=below), say("bis {distance} {below}", distance=distance, below=below), say("nicht zu unterscheiden"), say("bis {distance} {above}", distance=distance, above=above), say("mehr als {distance} {above}", distance=distance, above=above))  # fmt: skip
    names = [f"{hue}{step}" for step in ((5, 4, 3, 2, 1) if flip else (1, 2, 3, 4, 5))]

    def css(value: Value) -> str:
        return names[_step(value, centre, width)] if value.shown else NOTHING

    return Shading(tuple(zip(names, words, strict=True)), css, ABOUT["abweichung"])


def _step(value: Value, centre: float, width: float) -> int:
    gap = (value.value or 0.0) - centre
    if value.lower is not None and value.upper is not None:
        equal = value.lower <= centre <= value.upper
    else:
        equal = abs(gap) <= width / 10
    if equal:
        return 2
    far = abs(gap) > width
    return (4 if far else 3) if gap > 0 else (0 if far else 1)


def changes(values: Sequence[float], indicator: Indicator) -> Shading:
    """A map of changes: around no change, the stronger colour for about the fifth of the changes that are largest."""
    sizes = [abs(value) for value in values]
    width = readable(float(np.quantile(sizes, 0.8))) if sizes else 1.0
    found = around(0.0, width, indicator, "")
    distance = draw.number(width, _digits(width), unit=indicator.unit)
    words = (say("um mehr als {distance} gesunken", distance=distance), say("bis {distance} gesunken", distance=distance), say("keine gesicherte Veränderung"), say("bis {distance} gestiegen", distance=distance), say("um mehr als {distance} gestiegen", distance=distance))  # fmt: skip
    names = [name for name, _ in found.categories]
    about = say("Grau: Die Veränderung ist nicht gesichert. Farbig: gesichert gesunken oder gestiegen.")
    return Shading(tuple(zip(names, words, strict=True)), found.css, about)


def choose(
    method: str, indicator: Indicator, fixed: Sequence[float], pooled: tuple[float, ...], benchmark: float | None, name: str
) -> Shading:  # fmt: skip
    """The shading of a method; `pooled` are the values of all years, `fixed` the limits of the catalogue."""
    if method == "abweichung" and benchmark is not None:
        return around(benchmark, spread_width(pooled), indicator, name)
    limits = tuple(fixed) if method in ("", "abweichung") else limits_of(method, pooled, indicator.decimals)
    return plain(limits, indicator, ABOUT["" if method == "abweichung" else method])


@lru_cache(maxsize=512)
def limits_of(method: str, pooled: tuple[float, ...], decimals: int) -> tuple[float, ...]:
    """Inner limits of up to five classes, rounded to the decimals that are shown; () for fewer than two values."""
    values = np.asarray(pooled, dtype=float)
    if values.size < 2 or values.min() == values.max():
        return ()
    cuts = {"quantile": _quantiles, "gleich": _equal, "natuerlich": _natural}[method](values)
    rounded = np.unique(np.round(cuts, decimals))
    return tuple(float(cut) for cut in rounded if values.min() < cut <= values.max())


def _quantiles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.quantile(values, np.arange(1, CLASSES) / CLASSES))


def _equal(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.linspace(values.min(), values.max(), CLASSES + 1)[1:-1]


def _natural(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """First value of each class but the lowest, so that the squared distances to the class means are least.

    Fisher (1958), J Am Stat Assoc 53:789-798, by dynamic programming.
    """
    points = np.sort(values) if values.size <= MOST else np.quantile(values, np.linspace(0, 1, MOST))
    total, square = (np.concatenate([[0.0], np.cumsum(part)]) for part in (points, points**2))
    count = np.arange(points.size + 1)
    size = np.maximum(count[None, :] - count[:, None], 1)
    cost = (square[None, :] - square[:, None]) - (total[None, :] - total[:, None]) ** 2 / size
    cost = np.where(count[None, :] > count[:, None], np.maximum(cost, 0.0), np.inf)
    classes = min(CLASSES, np.unique(points).size)
    best, starts = cost[0].copy(), []
    for _ in range(classes - 1):
        through = best[:, None] + cost
        starts.append(np.argmin(through, axis=0))
        best = np.min(through, axis=0)
    cuts, end = [], points.size
    for start in reversed(starts):
        end = int(start[end])
        cuts.append(points[end])
    return np.asarray(cuts[::-1])


def spread_width(pooled: Sequence[float]) -> float:
    """The distance between the quartiles of all years, in readable steps."""
    if len(pooled) < 2:
        return 1.0
    low, high = np.quantile(np.asarray(pooled), [0.25, 0.75])
    return readable(float(high - low))


def readable(size: float) -> float:
    """The step 1, 2 or 5 times a power of ten nearest below a size; 1 for none."""
    if not size > 0 or not math.isfinite(size):
        return 1.0
    power = 10.0 ** math.floor(math.log10(size))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= size * 1.0001))


def _digits(width: float) -> int:
    return max(0, -math.floor(math.log10(width)))
