"""Population pyramid: length is the share per year of age, so that the area of a bar is the number of persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.numbers import number
from sozialraum.products.draw.scales import round_scale, tick_decimals
from sozialraum.products.draw.svg import Markup, element
from sozialraum.words import say

OPEN_END = 95  # an open last band is drawn as if it ended here
MIDDLE = 48.0
TOP, BOTTOM = 26.0, 24.0


@dataclass(frozen=True, slots=True)
class Band:
    """One age band: shares in percent of all persons, left and right; `end` is the last year of age, None if open.

    A share that may not be shown is None and leaves a hatched gap.
    """

    start: int
    end: int | None
    left: float | None
    right: float | None
    left_reference: float | None = None
    right_reference: float | None = None
    status: str = "ok"

    @property
    def top(self) -> int:
        """The age at which the next band would begin."""
        return max(OPEN_END, self.start + 5) if self.end is None else self.end + 1

    @property
    def years(self) -> int:
        """Years of age in the band."""
        return self.top - self.start

    @property
    def label(self) -> str:
        """`25 bis 29` or `85 und älter`."""
        if self.end is None:
            return say("{start} und älter", start=self.start)
        return str(self.start) if self.end == self.start else f"{self.start} bis {self.end}"


@dataclass(frozen=True, slots=True)
class PyramidGeometry:
    """Drawing positions: pixels per percent and year, pixels per year of age, and the two inner edges."""

    per_share: float
    per_year: float
    left_edge: float
    right_edge: float
    foot: float
    youngest: int
    ticks: list[float]

    def y(self, age: float) -> float:
        """Drawing height of an age."""
        return self.foot - (age - self.youngest) * self.per_year


def pyramid_geometry(bands: Sequence[Band], *, width: float = 380, height: float = 320) -> PyramidGeometry:
    """One scale for both sides, from the largest share per year of age that occurs."""
    densities = [
        share / band.years
        for band in bands
        for share in (band.left, band.right, band.left_reference, band.right_reference)
        if share is not None
    ]
    scale, ticks = round_scale(densities, count=4)
    room = (width - MIDDLE) / 2 - 2
    youngest, oldest = min(band.start for band in bands), max(band.top for band in bands)
    return PyramidGeometry(
        per_share=room / scale.high,
        per_year=(height - TOP - BOTTOM) / (oldest - youngest),
        left_edge=(width - MIDDLE) / 2,
        right_edge=(width + MIDDLE) / 2,
        foot=height - BOTTOM,
        youngest=youngest,
        ticks=[tick for tick in ticks if tick > 0],
    )


def pyramid(
    bands: Sequence[Band],
    *,
    left_label: str = "männlich",
    right_label: str = "weiblich",
    reference_label: str = "",
    width: float = 380,
    height: float = 320,
    title: str = "",
    id: str = "pyramide",
) -> Markup:
    """Bars to the left and right of the ages; the comparator as a stepped line."""
    if not bands:
        return Markup("")
    place = pyramid_geometry(bands, width=width, height=height)
    heads = (
        svg.text(left_label, place.left_edge, 14, size=14, text_anchor="end", font_weight=600),
        svg.text(right_label, place.right_edge, 14, size=14, font_weight=600),
    )
    bars = [bar for band in bands for bar in _bars(band, place, id)]
    steps = _steps(bands, place) if reference_label else []
    hatch = (
        element("defs", _hatch(id)) if any(band.left is None or band.right is None for band in bands) else ""
    )
    parts = [hatch, *heads, *_ages(bands, place, width), *_axis(place, height), *bars, *steps]
    return svg.drawing(*parts, width=width, height=height, title=title, css="pyramid", id=id)


def _hatch(id: str) -> str:
    from sozialraum.products.draw.map import pattern

    return pattern("suppressed", f"{id}-suppressed")


def _bars(band: Band, place: PyramidGeometry, id: str) -> list[str]:
    top, tall = place.y(band.top), max(place.per_year * band.years - 1, 0.5)
    bars = []
    for share, css, side in ((band.left, "q4", -1), (band.right, "q3", 1)):
        hidden: dict[str, svg.Value] = {"fill": f"url(#{id}-suppressed)"} if share is None else {}
        length = 14.0 if share is None else share / band.years * place.per_share
        x = place.left_edge - length if side < 0 else place.right_edge
        bars.append(svg.rectangle(x, top + 0.5, length, tall, css="" if share is None else css, **hidden))
    return bars


def _steps(bands: Sequence[Band], place: PyramidGeometry) -> list[str]:
    left = [(band, band.left_reference) for band in bands]
    right = [(band, band.right_reference) for band in bands]
    return [_step(left, place, place.left_edge, -1), _step(right, place, place.right_edge, 1)]


def _step(
    references: Sequence[tuple[Band, float | None]], place: PyramidGeometry, edge: float, side: int
) -> str:
    points = []
    for band, share in sorted(references, key=lambda pair: pair[0].start):
        if share is not None:
            x = edge + side * share / band.years * place.per_share
            points += [(x, place.y(band.start)), (x, place.y(band.top))]
    return svg.polyline(points, css="s-ink", width=1.6) if points else ""


def _ages(bands: Sequence[Band], place: PyramidGeometry, width: float) -> list[str]:
    oldest = max(band.start for band in bands)
    ages = range(-(-place.youngest // 10) * 10, oldest + 1, 10)
    return [
        svg.text(age, width / 2, place.y(age) + 4, css="axis-text", size=12.5, text_anchor="middle")
        for age in ages
    ]


def _axis(place: PyramidGeometry, height: float) -> list[str]:
    digits = tick_decimals(place.ticks)
    parts = []
    for tick in place.ticks:
        for edge, side in ((place.left_edge, -1), (place.right_edge, 1)):
            x = edge + side * tick * place.per_share
            anchor = (
                "start"
                if side < 0 and x < 20
                else "end"
                if side > 0 and x > 2 * place.right_edge - 68
                else "middle"
            )
            parts.append(svg.line(x, TOP, x, place.foot, css="s-line"))
            parts.append(
                svg.text(number(tick, digits), x, height - 6, css="axis-text", size=12.5, text_anchor=anchor)
            )
    return parts


def pyramid_text(
    bands: Sequence[Band], *, left_label: str = "männlich", right_label: str = "weiblich"
) -> str:
    """Every band in words: share of all persons on either side."""

    def share(value: float | None) -> str:
        return "gesperrt" if value is None else number(value, 1, unit="%")

    lines = [
        say(
            "{band} Jahre: {left_label} {left}, {right_label} {right}",
            band=band.label,
            left_label=left_label,
            left=share(band.left),
            right_label=right_label,
            right=share(band.right),
        )
        for band in bands
    ]
    return "; ".join(lines) + "."
