"""Spine chart (Wirbelsäule): one area among all areas of its level, worse always on the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.comparison import NEUTRAL, compare, comparison_word, marker_shape
from sozialraum.products.draw.numbers import interval_text, number
from sozialraum.products.draw.svg import Markup
from sozialraum.words import say

FEWEST_FOR_QUARTILES = 8
CENTRE = 0.5


@dataclass(frozen=True, slots=True)
class SpineRow:
    """One indicator of one area: its value and interval, the benchmark, the spread over areas of the same level.

    `others` are the values of all areas; below eight of them quartiles say nothing and dots are drawn instead.
    """

    value: float | None
    lower: float | None
    upper: float | None
    benchmark: float
    minimum: float
    q25: float
    q75: float
    maximum: float
    polarity: str = "neutral"
    status: str = "ok"
    others: Sequence[float] = ()

    @property
    def comparison(self) -> str:
        """How the value compares with the benchmark."""
        return compare(self.value, self.lower, self.upper, self.benchmark, self.polarity)


@dataclass(frozen=True, slots=True)
class SpineGeometry:
    """Positions between 0 (left, less favourable) and 1; pairs are in drawing order, left to right."""

    value: float | None
    interval: tuple[float, float] | None
    span: tuple[float, float]
    middle: tuple[float, float]
    dots: tuple[float, ...] = ()


def spine_geometry(row: SpineRow) -> SpineGeometry:
    """x(v) = 0.5 + 0.5·(v − b)/half with half = max(|min − b|, |max − b|), mirrored where high is worse."""
    half = max(abs(row.minimum - row.benchmark), abs(row.maximum - row.benchmark))

    def at(value: float) -> float:
        offset = CENTRE * (value - row.benchmark) / half if half else 0.0
        return min(max(CENTRE + (-offset if row.polarity == "higher_worse" else offset), 0.0), 1.0)

    def pair(one: float, other: float) -> tuple[float, float]:
        low, high = sorted((at(one), at(other)))
        return low, high

    few = 0 < len(row.others) < FEWEST_FOR_QUARTILES
    return SpineGeometry(
        value=None if row.value is None else at(row.value),
        interval=None if row.lower is None or row.upper is None else pair(row.lower, row.upper),
        span=pair(row.minimum, row.maximum),
        middle=pair(row.q25, row.q75),
        dots=tuple(at(other) for other in row.others) if few else (),
    )


def spine(row: SpineRow, *, width: float = 300, height: float = 30, title: str = "") -> Markup:
    """The drawing of one row; without a title it stands beside figures that say the same."""
    place = spine_geometry(row)
    inset = 7.0

    def x(position: float) -> float:
        return inset + position * (width - 2 * inset)

    middle, thick = height / 2, min(14.0, height - 12)
    parts = _ground(place, x, middle, thick)
    parts.append(svg.line(x(CENTRE), 1, x(CENTRE), height - 1, css="reference", width=1.25))
    if place.interval:
        parts.append(
            svg.line(x(place.interval[0]), middle, x(place.interval[1]), middle, css="s-ink", width=2.5)
        )
    if place.value is not None:
        parts.append(marker_shape(row.comparison or NEUTRAL, x(place.value), middle, 5.2))
    return svg.drawing(*parts, width=width, height=height, title=title, css="spine")


def _ground(place: SpineGeometry, x: object, middle: float, thick: float) -> list[str]:
    at = x if callable(x) else float
    if place.dots:
        return [
            svg.element("circle", css="band-dark", cx=float(at(dot)), cy=middle, r=3.2) for dot in place.dots
        ]
    top = middle - thick / 2
    bands = (("band", place.span), ("band-dark", place.middle))
    return [svg.rectangle(at(low), top, at(high) - at(low), thick, css=css) for css, (low, high) in bands]


def spine_key(width: float = 64, height: float = 22) -> Markup:
    """The bar of all areas, their middle half and the benchmark, for the key above the first table."""
    parts = (
        svg.rectangle(2, height / 2 - 6, width - 4, 12, css="band"),
        svg.rectangle(width * 0.32, height / 2 - 6, width * 0.36, 12, css="band-dark"),
        svg.line(width / 2, 1, width / 2, height - 1, css="reference", width=1.25),
    )
    return svg.drawing(
        *parts, width=width, height=height, title="", css="glyph", width_=width, height_=height
    )


def spine_text(
    row: SpineRow, *, decimals: int = 1, unit: str = "", benchmark_label: str = "Vergleichswert"
) -> str:
    """The row as a sentence."""
    spread = say(
        "Gebiete von {minimum} bis {unit}",
        minimum=number(row.minimum, decimals),
        unit=number(row.maximum, decimals, unit=unit),
    )
    against = f"{benchmark_label} {number(row.benchmark, decimals, unit=unit)}"
    if row.value is None:
        return say("Kein Wert. {against}, {spread}.", against=against, spread=spread)
    interval = interval_text(row.lower, row.upper, decimals)
    value = number(row.value, decimals, unit=unit) + (
        say(" (95-%-Intervall {interval})", interval=interval) if interval else ""
    )
    return f"{value}, {comparison_word(row.comparison)}. {against}, {spread}."
